"""What the hub's pages show, read through `permitted()`: lists and small records, never relations to walk.

The number of queries is fixed per page; nothing here grows with the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.actions.messages import MESSAGES
from hub.at_once import at_once
from hub.context import reverse_or_none
from hub.contributions import MESSAGE_WAY
from hub.models import (
    CASE_ROLES,
    Agency,
    Assignment,
    BreakGlassKind,
    Case,
    CaseSeat,
    Individual,
    Notification,
    Participation,
    PartyRole,
    Person,
    Relative,
    SeatKind,
)
from hub.policy import openings, past_seats

PAGE = 50


def individual_url(individual: Individual, case: Case | None = None) -> str:
    """The individual's own page, or the case where no layer has such a page."""
    own = reverse_or_none("consent:individual", individual.ref)
    return own or (reverse("hub:case", args=[case.ref]) if case else reverse("hub:home"))


# --- cases -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeatRow:
    seat: CaseSeat
    name: str
    kind: str
    label: str
    unit: str
    may_substitute: bool = False


@dataclass(slots=True)
class PartyRow:
    """A party as the case page shows it."""

    party: Participation
    agency: Agency
    role: str
    state: str  # proposed, active, ended
    word: str
    badge: str
    seats: list[SeatRow] = field(default_factory=list)
    substitutes: list[str] = field(default_factory=list)
    may_name: bool = False
    may_end: bool = False

    def of_kind(self, kind: str) -> list[SeatRow]:
        return [row for row in self.seats if row.kind == kind]

    @property
    def contacts(self) -> list[SeatRow]:
        return self.of_kind(SeatKind.CONTACT)

    @property
    def deputies(self) -> list[SeatRow]:
        return self.of_kind(SeatKind.DEPUTY)


STATE_WORDS = {"proposed": ("Föreslagen", "outline"), "active": ("Aktiv", "ok"), "ended": ("Avslutad", "neutral")}
#: Active on a question alone: it sees the owner and itself, and the other parties do not see it (P-A6).
ONLY_ASKED = ("Tillfrågad", "info")


def parties_of(case: Case, actor: Actor, *, at: datetime) -> list[PartyRow]:
    """The parties that the actor may know of, with their people, owner first (P-A13). Five queries."""
    parties = list(
        permitted(Participation.objects.filter(case=case).select_related("agency"), actor, at=at).order_by(
            F("ended_at").desc(nulls_first=True), "proposed_at", "pk"
        )
    )
    lead, name = (
        set(permitted(Participation.objects.filter(case=case), actor, action, at=at).values_list("pk", flat=True))
        for action in ("lead", "name_contact")
    )
    rows = {party.pk: _party_row(party, lead=party.pk in lead, name=party.pk in name, at=at) for party in parties}
    for seat, substitutable in _seats_of(case, actor, at):
        if (row := rows.get(seat.participation_id)) is not None and row.state != "ended":
            _seat_in(row, seat, substitutable, at)
    return sorted(rows.values(), key=lambda row: (row.state == "ended", row.party.role != PartyRole.OWNER))


def _party_row(party: Participation, *, lead: bool, name: bool, at: datetime) -> PartyRow:
    state = party.state(at=at)
    word, badge = STATE_WORDS[state]
    if state == "active" and (party.known_from is None or party.known_from > at):
        word, badge = ONLY_ASKED
    if state == "proposed" and party.active_from is not None:
        word = f"Aktiv från {swedish.moment(party.active_from, at)}"
    return PartyRow(
        party=party,
        agency=party.agency,
        role=str(party.get_role_display()),
        state=state,
        word=word,
        badge=badge,
        may_name=name,
        may_end=may_end(party, lead=lead, name=name, at=at),
    )


def may_end(party: Participation, *, lead: bool, name: bool, at: datetime) -> bool:
    """Whoever leads the case or names the party's contacts may end its part; the owner leaves by closing the case.

    Args:
        lead, name: whether these two actions are permitted on the party.
    """
    return (lead or name) and party.role != PartyRole.OWNER and party.state(at=at) != "ended"


def _seats_of(case: Case, actor: Actor, at: datetime) -> list[tuple[CaseSeat, bool]]:
    in_case = CaseSeat.objects.not_over(at=at).filter(content_object=case)
    substitutable = set(permitted(in_case, actor, "substitute", at=at).values_list("pk", flat=True))
    seen = permitted(in_case.select_related("assignment__user", "assignment__unit"), actor, at=at)
    return [(seat, seat.pk in substitutable) for seat in seen.order_by("valid_from", "pk")]


def _seat_in(row: PartyRow, seat: CaseSeat, substitutable: bool, at: datetime) -> None:
    name = seat.assignment.user.name
    if seat.kind == SeatKind.SUBSTITUTE:
        first, today = clock.local_day(seat.valid_from), clock.local_day(at)
        row.substitutes.append(f"{name} ersätter {swedish.period(first, seat.valid_to or at, today)}")
        return
    row.seats.append(
        SeatRow(
            seat=seat,
            name=name,
            kind=seat.kind,
            label=str(seat.get_kind_display()),
            unit=seat.assignment.unit.name,
            may_substitute=substitutable,
        )
    )


def proposable_agencies(case: Case, actor: Actor, *, at: datetime) -> list[Agency]:
    """Agencies that serve the kommun and have no open place in the case."""
    open_places = Participation.objects.not_ended(at=at).filter(case=case, agency=OuterRef("pk"))
    agencies = permitted(Agency.objects.filter(~Exists(open_places)), actor, at=at)
    return list(agencies.order_by("kind", swedish.swedish_order("name")))


def colleagues(agency_id: int, *, at: datetime) -> list[Assignment]:
    """Assignments of the agency that can be seated, by name."""
    usable = Assignment.objects.usable(at=at).filter(unit__agency_id=agency_id, role__in=CASE_ROLES)
    return list(usable.select_related("user", "unit").order_by(swedish.swedish_order("user__name"), "pk"))


def own_cases_of(individual: Individual, actor: Actor, *, at: datetime) -> list[Case]:
    """The individual's cases that the actor may read, latest first."""
    return list(permitted(Case.objects.filter(individual=individual), actor, at=at).order_by("-opened_at", "-pk"))


def own_cases(actor: Actor, *, at: datetime, most: int) -> list[Case]:
    """The running cases that the actor may read, newest phase first: numbers only, no names."""
    running = Case.objects.filter(closed_at=None)
    return list(permitted(running, actor, at=at).order_by("-phase_from", "-pk")[:most])


@dataclass(frozen=True, slots=True)
class Trace:
    """What remains of an ended participation: the number and the dates (P-A2 2c)."""

    case: Case
    first: datetime | None
    ended: datetime | None

    @property
    def url(self) -> str:
        return reverse("hub:case_trace", args=[self.case.ref])


def traces(actor: Actor, *, at: datetime, before: datetime | None = None) -> list[Trace]:
    """Ended participations, latest first, one more than PAGE so that the page knows whether there are older."""
    rows = traced(Case.objects.all(), actor, at)
    if before is not None:
        rows = rows.filter(trace_to__lt=before)
    return [_trace(case) for case in rows.order_by("-trace_to", "-pk")[: PAGE + 1]]


def trace_of(case: Case, actor: Actor, *, at: datetime) -> Trace:
    return _trace(traced(Case.objects.filter(pk=case.pk), actor, at).get())


def traced(cases: QuerySet[Case], actor: Actor, at: datetime) -> QuerySet[Any]:
    own = past_seats(actor, at).filter(content_object=OuterRef("pk")).order_by("-participation__ended_at")
    traced: QuerySet[Any] = permitted(cases, actor, "trace", at=at).annotate(
        trace_from=Subquery(own.values("participation__active_from")[:1]),
        trace_to=Subquery(own.values("participation__ended_at")[:1]),
    )
    return traced


def _trace(case: Any) -> Trace:
    return Trace(case, case.trace_from, case.trace_to)


# --- a person ----------------------------------------------------------------------------------------------------


def relatives_of(individual: Individual, actor: Actor, *, at: datetime) -> list[Relative]:
    """Those close to the youth whom the actor may see, those with custody first."""
    rows = Relative.objects.filter(individual=individual).select_related("person")
    return list(permitted(rows, actor, at=at).order_by(F("custody_from").asc(nulls_last=True), "pk"))


def protected_fields_open(person: Person, individual: Individual, actor: Actor, *, at: datetime) -> bool:
    """Address, phone and school: open to readers, and behind an opening in force for a protected person (P-A8)."""
    if not person.is_protected:
        return True
    return openings(actor, at, BreakGlassKind.PROTECTED_FIELDS).filter(individual=individual).exists()


# --- messages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its sentence and where it leads, if the reader may still go there."""

    notification: Notification
    text: str
    url: str
    verb: str

    @property
    def unread(self) -> bool:
        return self.notification.read_at is None


def messages_of(
    actor: Actor, *, at: datetime, before: datetime | None = None, unread: bool = False, most: int = PAGE
) -> list[Message]:
    """The actor's messages, latest first. Three queries and those of `MESSAGE_WAY`, however many messages."""
    rows = own_messages(actor, at=at)
    if before is not None:
        rows = rows.filter(told_at__lt=before)
    if unread:
        rows = rows.filter(read_at=None)
    return in_sentences(list(rows.order_by("-told_at", "-pk")[:most]), actor, at=at)


def own_messages(actor: Actor, *, at: datetime) -> "QuerySet[Notification]":
    """Messages to the actor's assignment that are told by now."""
    return permitted(Notification.objects.select_related("case"), actor, at=at)


def in_sentences(notifications: Sequence[Notification], actor: Actor, *, at: datetime) -> list[Message]:
    """Each with its sentence and where it leads, in a fixed number of queries."""
    ways = _ways({n.case_id for n in notifications if n.case_id}, actor, at)
    found: dict[int, tuple[str, str]] = {}
    for way in dict.fromkeys(MESSAGE_WAY.values()):
        if told := [n for n in notifications if MESSAGE_WAY.get(n.kind) is way]:
            found |= way(told, actor, at)
    return [_message(notification, ways, found.get(notification.pk)) for notification in notifications]


def _ways(cases: set[int], actor: Actor, at: datetime) -> dict[str, dict[int, str]]:
    """Where messages about these cases may lead: to name a contact, to assign, to the case, to what is left of it."""
    named = Case.objects.filter(pk__in=cases).order_by("pk")
    routes = {"read": "case", "assign": "case_leads", "trace": "case_trace"}
    ways = at_once({action: permitted(named, actor, action, at=at) for action in routes}, most=max(len(cases), 1))
    naming = permitted(Participation.objects.filter(case__in=cases), actor, "name_contact", at=at)
    return {
        "name": {p.case_id: reverse("hub:party_contact", args=[p.ref]) for p in naming},
        **{
            action: {case.pk: reverse(f"hub:{routes[action]}", args=[case.ref]) for case in found}
            for action, found in ways.items()
        },
    }


#: Kind of message → the way that mends it, tried before the case itself.
_FIRST_WAY = {"party_active": ("name", "Utse kontakt"), "lead_needed": ("assign", "Utse ansvarig")}


def _message(
    notification: Notification, ways: dict[str, dict[int, str]], to_the_deed: tuple[str, str] | None
) -> Message:
    case = notification.case
    text = MESSAGES.get(notification.kind, "Något har hänt i ärende {number}.").format(
        number=case.number if case else notification.reference
    )
    if to_the_deed is not None:
        return Message(notification, text, *to_the_deed)
    tries = [_FIRST_WAY[notification.kind]] if notification.kind in _FIRST_WAY else []
    for way, verb in [*tries, ("read", "Öppna ärendet"), ("trace", "Se det som finns kvar")]:
        if case is not None and (url := ways[way].get(case.pk)):
            return Message(notification, text, url, verb)
    return Message(notification, text, "", "")
