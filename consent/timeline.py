"""The timeline of one individual: items, consents, withdrawals and disclosures, each under its own rule (P-I2).

One query per kind, newest first. A page is a window: it begins at a place in time and holds so many rows. Several
rows may stand at the same place, so the cursor also says how many of them have been shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from consent.inquiries import row_of, with_parts
from consent.models import Consent, Disclosure, InformationItem, Inquiry, Withdrawal
from consent.queries import ground_of, item_rows, readable_items, shown_of
from hub import clock, swedish
from hub.access import Actor, permitted
from hub.contributions import TIMELINE, Happening, Window
from hub.models import Individual

PAGE = 15
#: A paper gives one consent per disclosing agency; they become one row.
AGENCIES_ON_A_PAPER = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: at this day and instant, after `shown` rows that stand exactly there."""

    on: date
    at: datetime
    shown: int

    def __str__(self) -> str:
        return f"{self.on:%Y%m%d}.{self.at.astimezone(UTC):%Y%m%dT%H%M%S%f}.{self.shown}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """None for what no page of ours has written: the timeline then begins from the top."""
        try:
            on, at, shown = text.split(".")
            return cls(
                datetime.strptime(on, "%Y%m%d").replace(tzinfo=UTC).date(),
                datetime.strptime(at, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
                min(max(int(shown), 0), 10_000),
            )
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Happening]
    older: Place | None


def page(
    individual: Individual,
    actor: Actor,
    at: datetime,
    *,
    type_code: str = "",
    agency: UUID | None = None,
    place: Place | None = None,
) -> Page:
    """One page of what the actor may see of an individual, newest first."""
    skip = place.shown if place else 0
    window = Window(
        limit=PAGE + 1 + skip,
        on=place.on if place else None,
        at=place.at if place else None,
        type_code=type_code,
        agency=agency,
    )
    rows = [
        replace(row, kind=kind) for kind, source in TIMELINE.items() for row in source(individual, actor, at, window)
    ]
    rows.sort(key=lambda row: (row.on, row.at, row.kind), reverse=True)
    rows = rows[skip:]
    shown = rows[:PAGE]
    return Page(shown, _next(shown, place) if len(rows) > PAGE else None)


def _next(shown: Sequence[Happening], place: Place | None) -> Place:
    last = shown[-1]
    here = Place(last.on, last.at, sum(1 for row in shown if (row.on, row.at) == (last.on, last.at)))
    if place and (place.on, place.at) == (here.on, here.at):
        here = replace(here, shown=here.shown + place.shown)
    return here


def _within(rows: QuerySet[Any], window: Window, *, day: str, instant: str) -> QuerySet[Any]:
    if window.on is not None:
        rows = rows.filter(Q(**{f"{day}__lt": window.on}) | Q(**{day: window.on, f"{instant}__lte": window.at}))
    return rows.order_by(f"-{day}", f"-{instant}", "-pk")[: window.limit]


def _before(rows: QuerySet[Any], window: Window, *, instant: str) -> QuerySet[Any]:
    """For kinds whose day is the local day of their instant."""
    if window.on is not None and window.at is not None:
        end = clock.start_of_day(window.on)
        limit = window.at if clock.local_day(window.at) == window.on else end
        rows = rows.filter(**{f"{instant}__lte": max(limit, end)})
    return rows.order_by(f"-{instant}", "-pk")[: window.limit]


def items(individual: Individual, actor: Actor, at: datetime, window: Window) -> list[Happening]:
    """Items with their grounds, their eye lines computed for all at once."""
    found = readable_items(actor, at, about=individual.pk)
    if window.type_code:
        found = found.filter(type__code=window.type_code)
    if window.agency:
        found = found.filter(agency__ref=window.agency)
    found = found.annotate(told=Coalesce("recorded_at", "created_at"))
    listed = list(_within(found, window, day="event_date", instant="told"))
    return [
        Happening(
            on=row.item.event_date,
            at=row.item.told,  # type: ignore[attr-defined]  # annotated above
            template="consent/_item.html",
            obj=row,
            agency_kind=row.item.agency.kind,
            shows=shown_of([row]),
            ground=ground_of([row]),
        )
        for row in item_rows(listed, actor, at)
    ]


@dataclass(frozen=True, slots=True)
class Event:
    """A row that is not an item: what happened, in words."""

    title: str
    text: str
    icon: str
    day: str
    agency: str = ""
    url: str = ""


def _day(then: datetime, at: datetime) -> str:
    return swedish.day_short(clock.local_day(then), clock.local_day(at))


def consents(individual: Individual, actor: Actor, at: datetime, window: Window) -> list[Happening]:
    """Consents that became complete; drafts and papers that wait stand on the consent's own page."""
    if window.type_code:
        return []
    found = permitted(Consent.objects.filter(individual=individual, completed_at__lte=at), actor, at=at)
    if window.agency:
        found = found.filter(disclosing__ref=window.agency)
    few = replace(window, limit=window.limit * AGENCIES_ON_A_PAPER)
    papers: dict[tuple[int, datetime | None], list[Consent]] = {}
    for consent in _before(found.select_related("disclosing", "session"), few, instant="completed_at"):
        papers.setdefault((consent.session_id, consent.completed_at), []).append(consent)
    return [_completed(paper, at) for paper in papers.values()]


def _completed(paper: list[Consent], at: datetime) -> Happening:
    """One row for all consents of one paper."""
    first = paper[0]
    told = first.completed_at or at
    givers = swedish.listing(sorted((c.disclosing.name for c in paper), key=swedish.sort_key))
    return Happening(
        on=clock.local_day(told),
        at=told,
        template="consent/_event.html",
        obj=Event(
            "Samtycke",
            f"{givers} får lämna det som samtycket gäller. {_period(paper, at)}",
            "file-signature",
            _day(told, at),
        ),
        shows=paper,
    )


def _period(paper: list[Consent], at: datetime) -> str:
    today = clock.local_day(at)
    spans = [c.effective for c in paper if c.effective is not None]
    if not spans:
        return "Gäller inte längre."
    start, end = min(s.lower for s in spans), max(s.upper for s in spans)
    word = "Gällde" if end <= at else "Gäller" if start <= at else "Börjar gälla"
    return f"{word} {swedish.period(clock.local_day(start), end, today)}."


def withdrawals(individual: Individual, actor: Actor, at: datetime, window: Window) -> list[Happening]:
    """That sharing ended, and to those who lead the case also what is recorded without ending it (P-C4)."""
    if window.type_code:
        return []
    seen = permitted(Consent.objects.filter(individual=individual), actor, at=at)
    found = Withdrawal.objects.filter(consent__in=seen, withdrawn_at__lte=at)
    if individual.person.agency_id != actor.agency_id:
        found = found.filter(
            Q(recipient=None) | Q(recipient=actor.agency_id) | Q(consent__disclosing=actor.agency_id),
            cuts=True,
            about=None,
        )
    if window.agency:
        found = found.filter(consent__disclosing__ref=window.agency)
    listed = _before(found.select_related("consent__disclosing"), window, instant="withdrawn_at")
    return [
        Happening(
            on=clock.local_day(row.withdrawn_at),
            at=row.withdrawn_at,
            template="consent/_event.html",
            obj=Event(
                "Återkallat samtycke", _withdrawn(row), "ban", _day(row.withdrawn_at, at), row.consent.disclosing.name
            ),
            agency_kind=row.consent.disclosing.kind,
            shows=[row],
        )
        for row in listed
    ]


def _withdrawn(row: Withdrawal) -> str:
    if not row.cuts:
        return "En återkallelse är noterad. Den ändrar inte vad som delas."
    part = row.recipient_id is not None or row.types is not None or row.about_id is not None
    return "Samtycket är återkallat till en del." if part else "Delningen under samtycket är avslutad."


def disclosures(individual: Individual, actor: Actor, at: datetime, window: Window) -> list[Happening]:
    """What was given without consent, on another ground; that somebody was asked stands as a question."""
    if window.type_code:
        return []
    given = Disclosure.objects.filter(individual=individual, disclosed_at__lte=at, asks=None)
    found = permitted(given, actor, at=at)
    if window.agency:
        found = found.filter(source__ref=window.agency)
    found = found.select_related("source", "recipient").annotate(count=Count("items"))
    listed = _before(found, window, instant="disclosed_at")
    return [
        Happening(
            on=clock.local_day(row.disclosed_at),
            at=row.disclosed_at,
            template="consent/_event.html",
            obj=Event(
                "Lämnat på annan grund" if row.count else "Fråga efter avslutet",
                _given(row, at),
                "send",
                _day(row.disclosed_at, at),
                row.source.name,
                reverse("consent:disclosure", args=[row.ref]),
            ),
            agency_kind=row.source.kind,
            shows=[row],
        )
        for row in listed
    ]


def _given(row: Any, at: datetime) -> str:
    if not row.count:
        return f"{row.recipient.name} har fått frågan hur det har gått, {row.paragraph}."
    what = swedish.plural(row.count, "uppgift", "uppgifter")
    if row.readable_until is None:
        return f"{what} till {row.recipient.name}, {row.paragraph}. {row.get_delivery_display()}."
    ended, until = row.readable_until <= at, swedish.until(row.readable_until, clock.local_day(at))
    return f"{what} till {row.recipient.name}, {row.paragraph}. {'Kunde' if ended else 'Kan'} läsas {until}."


def inquiries(individual: Individual, actor: Actor, at: datetime, window: Window) -> list[Happening]:
    """Questions that the actor's agency has asked or been asked, never another's (P-A6)."""
    if window.type_code:
        return []
    found = permitted(Inquiry.objects.filter(individual=individual, asked_at__lte=at), actor, at=at)
    if window.agency:
        found = found.filter(asked__ref=window.agency)
    rows = [row_of(row, actor, at) for row in _before(with_parts(found), window, instant="asked_at")]
    return [
        Happening(
            on=clock.local_day(row.inquiry.asked_at),
            at=row.inquiry.asked_at,
            template="consent/_event.html",
            obj=Event(
                f"Fråga till {row.inquiry.asked.name}" if row.own else "Fråga till er",
                f"{row.badge[1]}. {row.answer}".rstrip(),
                "circle-help",
                _day(row.inquiry.asked_at, at),
                row.inquiry.case.owner_unit.agency.name,
                reverse("consent:inquiry", args=[row.inquiry.ref]),
            ),
            agency_kind=row.inquiry.case.owner_unit.agency.kind,
            shows=[row.inquiry],
        )
        for row in rows
    ]


def filters(individual: Individual, actor: Actor, at: datetime) -> tuple[list[tuple[str, str]], list[Any]]:
    """Types and agencies that occur among the items in sight: nothing held back is hinted at (P-A7)."""
    seen = permitted(InformationItem.objects.all(), actor, at=at, about=individual.pk)
    listed = list(
        seen.order_by("type__order")
        .values("type__code", "type__name", "type__order", "agency__ref", "agency__name", "agency__kind")
        .annotate(n=Count("pk"))
    )
    types = list(dict.fromkeys((row["type__code"], row["type__name"]) for row in listed))
    agencies = {row["agency__ref"]: row for row in listed}
    return types, sorted(agencies.values(), key=lambda row: swedish.sort_key(row["agency__name"]))


TIMELINE |= {
    "item": items,
    "consent": consents,
    "withdrawal": withdrawals,
    "disclosure": disclosures,
    "inquiry": inquiries,
}
