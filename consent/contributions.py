"""What consent adds to the pages of the hub; registered when the app is ready."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from consent import (
    timeline,  # its sources register themselves
    todo_consent,
    todo_inquiries,
)
from consent.actions.inquiries import why_not_now
from consent.inquiries import rows_of
from consent.models import (
    Consent,
    InformationItem,
    Inquiry,
    Withdrawal,
    WithdrawalChannel,
)
from consent.queries import ground_of, item_rows, readable_items, shown_of
from hub import clock, swedish
from hub.access import Actor, may, permitted
from hub.at_once import at_once
from hub.contributions import CASE_PANEL, MESSAGE_WAY, TODO, Todo
from hub.models import Case, Notification, Phase

MOST = 25
#: A draft that has lain this long is forgotten rather than unfinished.
FORGOTTEN_AFTER = timedelta(days=1)
#: Renewing takes signatures, and nothing may be shared in a gap (P-C5).
RENEW_WITHIN = timedelta(days=30)
LATEST_IN_CASE = 5
#: Where who answers for the case is told of questions before there is one: that it can be asked, or why not yet.
BEFORE_INSATS = (Phase.FORHANDSBEDOMNING, Phase.UTREDNING)
ALL_OWN = 200


# --- home: things to do --------------------------------------------------------------------------------------


def own_items(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Drafts that their author has left lying, and items that the agency has not yet tested one by one (P-C9)."""
    items = InformationItem.objects.select_related("case", "type")
    forgotten = items.filter(created_at__lte=at - FORGOTTEN_AFTER)
    found = at_once(
        {
            "drafts": permitted(forgotten, actor, "edit", at=at).order_by("created_at", "pk"),
            "unreleased": permitted(items, actor, "release", at=at).order_by("recorded_at", "pk"),
        },
        most=MOST,
    )
    return [
        *(_draft(item, at) for item in found["drafts"]),
        *(_unreleased(item, at) for item in found["unreleased"]),
    ]


def _draft(item: InformationItem, at: datetime) -> Todo:
    return Todo(
        kind="Utkast",
        colour="neutral",
        title=f"Utkast i {item.case.number}",
        text=f"{item.type.name}, påbörjat {swedish.moment(item.created_at, at)}. Bara du kan läsa det.",
        url=reverse("consent:item", args=[item.ref]),
        verb="Fortsätt",
        case_id=item.case_id,
    )


def _unreleased(item: InformationItem, at: datetime) -> Todo:
    return Todo(
        kind="Prövning",
        colour="info",
        title=f"Pröva en uppgift i {item.case.number}",
        text=f"{item.type.name}, registrerad {swedish.moment(item.recorded_at or at, at)}. "
        "Ingen annan kan läsa den förrän den är prövad mot 18 kap. OSL.",
        url=reverse("consent:item_release", args=[item.ref]),
        verb="Pröva",
        case_id=item.case_id,
    )


def expiring_consents(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Papers whose consents end within 30 days and are not followed by a new version."""
    later = Consent.objects.filter(
        series=OuterRef("series"), version__gt=OuterRef("version"), effective__endswith__gt=at
    )
    ending = (
        permitted(
            Consent.objects.filter(~Exists(later), effective__contains=at, effective__endswith__lte=at + RENEW_WITHIN),
            actor,
            "withdraw",
            at=at,
        )
        .select_related("case", "session__individual")
        .order_by("effective__endswith", "pk")
    )
    first: dict[int, Consent] = {}
    for consent in ending[: MOST * timeline.AGENCIES_ON_A_PAPER]:
        first.setdefault(consent.session_id, consent)
    return [_expiring(consent, at) for consent in list(first.values())[:MOST]]


def _expiring(consent: Consent, at: datetime) -> Todo:
    end = consent.effective.upper
    return Todo(
        kind="Samtycke",
        colour="warn",
        title=f"Samtycket i {consent.case.number} går ut",
        text=f"Gäller {swedish.until(end, clock.local_day(at))}.",
        url=reverse("consent:consent", args=[consent.session.ref]),
        verb="Förnya",
        due_at=end,
        case_id=consent.case_id,
    )


TODO.extend((own_items, expiring_consents, *todo_consent.SOURCES, *todo_inquiries.SOURCES))


# --- a case: its items ---------------------------------------------------------------------------------------


def items_of_case(case: Case, actor: Actor, at: datetime) -> dict[str, object] | None:
    """The latest items of a running case; of an ended one all that the own agency wrote, and no more (P-A2 2c)."""
    running = may(case, actor, "read", at=at)
    items = readable_items(actor, at).filter(case=case).order_by("-event_date", "-pk")
    if not running:
        items = items.filter(agency=actor.agency_id)
    rows = item_rows(list(items[: LATEST_IN_CASE if running else ALL_OWN]), actor, at)
    if not rows and not running:
        return None
    return {
        "template": "consent/_case_items.html",
        "title": "Senaste uppgifter" if running else "Det ni har skrivit",
        "rows": rows,
        "individual_url": reverse("consent:individual", args=[case.individual.ref]) if running else "",
        "objects": shown_of(rows),
        "ground": ground_of(rows),
    }


def inquiries_of_case(case: Case, actor: Actor, at: datetime) -> dict[str, object] | None:
    """Questions of the case: to who asks all of them, to who is asked its own (P-A6)."""
    rows = rows_of(Inquiry.objects.filter(case=case), actor, at)
    asks = case.phase in BEFORE_INSATS and may(case, actor, "inquire", at=at)
    if not rows and not asks:
        return None
    late = why_not_now(case)
    return {
        "template": "consent/_case_inquiries.html",
        "own": asks or rows[0].own,
        "rows": rows,
        "ask_url": "" if not asks or late else reverse("consent:inquiry_new", args=[case.ref]),
        "not_now": late,
        "objects": [row.inquiry for row in rows],
    }


CASE_PANEL.extend([items_of_case, inquiries_of_case])


# --- messages: to where the deed is ---------------------------------------------------------------------------


def ways_to_the_stop(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """ "Delningen är stoppad" leads to where who and how are filled in, for those who may (P-C4)."""
    mine = permitted(Consent.objects.filter(case__in={n.case_id for n in told}), actor, "withdraw", at=at)
    stops = Withdrawal.objects.filter(consent__in=mine, channel=WithdrawalChannel.STOP).select_related("consent")
    found = {(stop.consent.case_id, stop.withdrawn_at): stop for stop in stops.order_by("-pk")}
    return {
        message.pk: (
            reverse("consent:withdrawal", args=[stop.ref]),
            "Se återkallelsen" if stop.told_through else "Komplettera",
        )
        for message in told
        if (stop := found.get((message.case_id or 0, message.told_at)))
    }


def ways_to_questions(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """Messages to the asked lead to the question, for its contact or who names one; to the asker, to the case."""
    about = Inquiry.objects.filter(case__in={n.case_id for n in told}, asked=actor.agency_id)
    mine: dict[int, Inquiry] = {}
    for action in ("staff", "read"):
        mine |= {row.case_id: row for row in permitted(about, actor, action, at=at).order_by("asked_at", "pk")}
    return {
        message.pk: (reverse("consent:inquiry", args=[row.ref]), "Öppna frågan")
        for message in told
        if (row := mine.get(message.case_id or 0))
    }


MESSAGE_WAY["consent_stopped"] = ways_to_the_stop
MESSAGE_WAY |= dict.fromkeys(("inquiry_asked", "inquiry_half", "inquiry_due", "inquiry_answered"), ways_to_questions)
