"""What the hub itself asks somebody to do: name a contact, give a case an owner, stand in (home page, idea 4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from hub import swedish
from hub.access import Actor, permitted
from hub.contributions import TODO, Todo
from hub.models import ANSWERING_KINDS, Case, CaseSeat, Participation, Role, SeatKind

MOST = 25
#: A party without a contact for this long is pressing: nobody there can read what the family agreed to.
PRESSING_AFTER = timedelta(days=7)


def _held(at: datetime) -> "QuerySet[CaseSeat]":
    return CaseSeat.objects.in_force(at=at).held(at=at)


def parties_without_contact(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Parties whose contact the actor names and where nobody is contact now (P-A13)."""
    contact = _held(at).filter(participation=OuterRef("pk"), kind=SeatKind.CONTACT)
    rows = (
        permitted(Participation.objects.select_related("case"), actor, "name_contact", at=at)
        .filter(~Exists(contact))
        .order_by("active_from", "pk")
    )
    return [
        Todo(
            kind="Part",
            colour="warn" if party.active_from and at - party.active_from > PRESSING_AFTER else "info",
            title=f"Utse kontakt i {party.case.number}",
            text=f"Ni är {str(party.get_role_display()).lower()} sedan {swedish.moment(party.active_from or at, at)}. "
            "Ingen hos er kan läsa eller skriva förrän kontakten är utsedd.",
            url=reverse("hub:party_contact", args=[party.ref]),
            verb="Utse",
            case_id=party.case_id,
        )
        for party in rows[:MOST]
    ]


def cases_without_lead(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Running cases of the manager's unit that nobody leads: never without an owner (P-A12)."""
    if actor.role != Role.MANAGER:
        return []
    lead = _held(at).filter(content_object=OuterRef("pk"), kind__in=ANSWERING_KINDS)
    rows = permitted(Case.objects.all(), actor, "assign", at=at).filter(~Exists(lead))
    return [
        Todo(
            kind="Ärende",
            colour="danger",
            title=f"{case.number} saknar ansvarig",
            text="Ingen samordnare eller handläggare har en plats i ärendet.",
            url=reverse("hub:case_leads", args=[case.ref]),
            verb="Utse ansvarig",
            case_id=case.pk,
        )
        for case in rows.order_by("opened_at", "pk")[:MOST]
    ]


def contact_is_gone(actor: Actor, at: datetime) -> Sequence[Todo]:
    """The actor is deputy where no contact has a place any more, and does not stand in (P-A2)."""
    held = _held(at).filter(participation=OuterRef("participation"))
    covered = held.filter(kind__in=(SeatKind.CONTACT, SeatKind.SUBSTITUTE))
    rows = permitted(CaseSeat.objects.select_related("content_object"), actor, "substitute", at=at).filter(
        ~Exists(covered), assignment_id=actor.assignment_id
    )
    return [
        Todo(
            kind="Ersättare",
            colour="warn",
            title=f"Kontakten i {seat.content_object.number} har slutat",
            text="Registrera att du ersätter, så att ni kan läsa och svara.",
            url=reverse("hub:substitute", args=[seat.ref]),
            verb="Registrera",
            case_id=seat.content_object_id,
        )
        for seat in rows.order_by("pk")[:MOST]
    ]


TODO.extend((parties_without_contact, cases_without_lead, contact_is_gone))

_WEIGHT = {"rod": 0, "danger": 0, "orange": 1, "warn": 1, "warning": 1, "info": 2, "gron": 2, "neutral": 3}


def todos(actor: Actor, *, at: datetime) -> list[Todo]:
    """Everything that waits for the actor, from every layer: what has a time first, then by weight."""
    found = [todo for source in TODO for todo in source(actor, at)]
    far = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(found, key=lambda todo: (todo.due_at or far, _WEIGHT.get(todo.colour, 2), todo.title))
