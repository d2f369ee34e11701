"""Rows of items and of "Mina ungdomar": all through `permitted()`, in a number of queries that does not grow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet

from consent.eyeline import EyeLine, Sharing, lines
from consent.matrix import SOON
from consent.models import (
    Grant,
    InformationItem,
    ItemAnnotation,
    ItemFactor,
)
from consent.rules import items_with_ground
from consent.standing import INCOMPLETE, NONE, REFUSED, Standing, most_telling, papers_of
from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import BreakGlassKind, Case, Individual, Relative, SeatKind
from hub.policy import openings, seats

PAGE = 50


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as a reader may see it: of a disclosed item only what stood in the disclosed version."""

    item: InformationItem
    own: bool
    eye: EyeLine
    annotations: list[ItemAnnotation]
    factors: list[ItemFactor]
    others: list[str]
    day: str

    @property
    def is_draft(self) -> bool:
        return self.item.recorded_at is None

    @property
    def awaits_release(self) -> bool:
        return self.own and not self.is_draft and self.item.agency.releases_items and self.item.released_at is None

    @property
    def status(self) -> str:
        """The one word that must be seen first."""
        if self.is_draft:
            return "Utkast"
        if self.awaits_release:
            return "Inte släppt"
        return "Till akten" if self.own and self.item.filed_from_id else ""

    @property
    def status_kind(self) -> str:
        return "outline" if self.is_draft else "warn" if self.awaits_release else "neutral"


def readable_items(actor: Actor, at: datetime, *, about: int | None = None) -> QuerySet[InformationItem]:
    """Items the actor may read, annotated with their grounds, with everything that a row shows.

    Args:
        about: only those of this individual (id).
    """
    items = permitted(InformationItem.objects.all(), actor, at=at, about=about)
    return (
        items_with_ground(items, actor, at, about=about)
        .select_related("type", "agency", "author__user", "case", "released_by__user")
        .prefetch_related(
            Prefetch("factors", ItemFactor.objects.select_related("factor").order_by("pk")),
            Prefetch("annotations", ItemAnnotation.objects.select_related("author__user")),
            "abouts",
        )
    )


def item_rows(
    items: Sequence[InformationItem], actor: Actor, at: datetime, *, sharing: Sharing | None = None
) -> list[ItemRow]:
    """Rows for items of one individual from `readable_items`."""
    if not items:
        return []
    eyes = lines(items, actor, at, sharing=sharing)
    names = relatives_by_person(items[0].individual_id, actor, at)
    return [
        ItemRow(
            item=item,
            own=item.agency_id == actor.agency_id,
            eye=eyes[item.pk],
            annotations=visible_annotations(item, actor),
            factors=list(item.factors.all()),
            others=[names[about.person_id] for about in item.abouts.all() if about.person_id in names],
            day=swedish.day_short(item.event_date, clock.local_day(at)),
        )
        for item in items
    ]


def visible_annotations(item: InformationItem, actor: Actor) -> list[ItemAnnotation]:
    """Later annotations are not part of what was disclosed, unless another ground gives them too (P-A2)."""
    found = list(item.annotations.all())
    if item.agency_id == actor.agency_id or item.ground_consent is not None:  # type: ignore[attr-defined]  # annotated by items_with_ground
        return found
    version: int = item.disclosed_version or 0  # type: ignore[attr-defined]  # annotated by items_with_ground
    return [annotation for annotation in found if annotation.version <= version]


def relatives_by_person(individual_id: int, actor: Actor, at: datetime) -> dict[int, str]:
    """Person id → "Eva Holm (mamma)", of the relatives that the actor may know of."""
    known = permitted(Relative.objects.filter(individual=individual_id), actor, at=at).select_related("person")
    return {r.person_id: f"{r.person.name} ({str(r.get_kind_display()).lower()})" for r in known}


def shown_of(rows: Iterable[ItemRow]) -> list[Any]:
    """What item rows put on a page, for the trail."""
    return [obj for row in rows for obj in (row.item, *row.annotations)]


def ground_of(rows: Iterable[ItemRow]) -> dict[str, Any]:
    """Why item rows could be read: own, by which consent, by which disclosure (P-L1)."""
    ground: dict[str, Any] = {}
    for row in rows:
        item: Any = row.item
        if row.own:
            ground.setdefault("own", []).append(item.pk)
        elif item.ground_consent is not None:
            ground.setdefault("consent", {}).setdefault(str(item.ground_consent), []).append(item.pk)
        else:
            ground.setdefault("disclosure", {}).setdefault(str(item.ground_disclosure), []).append(item.pk)
    return ground


def merge_grounds(grounds: Iterable[Any]) -> dict[str, Any]:
    """One ground for a page with many rows."""
    merged: dict[str, Any] = {}
    for ground in grounds:
        merged.setdefault("own", []).extend(ground.get("own", ()))
        for kind in ("consent", "disclosure"):
            for key, ids in ground.get(kind, {}).items():
                merged.setdefault(kind, {}).setdefault(key, []).extend(ids)
    return {kind: ids for kind, ids in merged.items() if ids}


def break_glass_ground(individual: Individual, actor: Actor, at: datetime) -> dict[str, Any]:
    """The opening that the actor reads under, if any is in force (P-A9)."""
    opening = openings(actor, at, BreakGlassKind.OWN_ITEMS).filter(individual=individual).first()
    return {"break_glass": opening.pk} if opening else {}


# --- "Mina ungdomar" ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """How the list is narrowed."""

    form: str = ""
    phase: str = ""
    mine: bool = False
    after: UUID | None = None


@dataclass(slots=True)
class IndividualRow:
    """One youth in the list: who, which case, what holds. Never a word about risk (P-A10, R33)."""

    individual: Individual
    cases: list[Case] = field(default_factory=list)
    ends: datetime | None = None
    soon: bool = False
    waits: bool = False
    refused: bool = False
    #: How the paper stands that says most, of those that the reader may know of.
    paper: Standing | None = None
    latest: date | None = None

    def sharing(self, today: date) -> str:
        if self.ends is not None:
            return f"Delas {swedish.until(self.ends, today)}"
        return self.paper.of_youth if self.paper else NONE

    @property
    def sharing_kind(self) -> str:
        """The badge beside it."""
        if self.ends is not None:
            return "warn" if self.soon else "ok"
        return self.paper.badge if self.paper else "neutral"


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[IndividualRow]
    more: UUID | None


def individuals(actor: Actor, choice: Choice, at: datetime) -> Listing:
    """One page of the youths the actor may know of, in Swedish order of family name.

    The cursor is the last one's reference, never a name: addresses end up in logs.
    """
    found = _narrowed(actor, choice, at).annotate(
        family=swedish.swedish_order("person__family_name"), given=swedish.swedish_order("person__given_name")
    )
    if choice.after is not None:
        last = found.filter(ref=choice.after).values_list("family", "given", "pk").first()
        if last is not None:
            family, given, pk = last
            found = found.filter(
                Q(family__gt=family) | Q(family=family, given__gt=given) | Q(family=family, given=given, pk__gt=pk)
            )
    page = list(found.select_related("person").order_by("family", "given", "pk")[: PAGE + 1])
    shown = page[:PAGE]
    rows = {individual.pk: IndividualRow(individual) for individual in shown}
    _fill(rows, actor, at)
    return Listing(list(rows.values()), shown[-1].ref if len(page) > PAGE else None)


def _narrowed(actor: Actor, choice: Choice, at: datetime) -> QuerySet[Individual]:
    found = permitted(Individual.objects.all(), actor, at=at)
    cases = permitted(Case.objects.filter(individual=OuterRef("pk")), actor, at=at)
    if choice.form:
        cases = cases.filter(form=choice.form)
    if choice.phase:
        cases = cases.filter(phase=choice.phase)
    if choice.form or choice.phase:
        found = found.filter(Exists(cases))
    if choice.mine:
        own = seats(actor, at).filter(content_object__individual=OuterRef("pk"), kind=SeatKind.COORDINATOR)
        found = found.filter(Exists(own))
    return found


def _fill(rows: dict[int, IndividualRow], actor: Actor, at: datetime) -> None:
    for case in permitted(Case.objects.filter(individual__in=rows), actor, at=at).order_by("-opened_at", "-pk"):
        rows[case.individual_id].cases.append(case)
    grants = permitted(
        Grant.objects.filter(individual__in=rows, about=None, period__contains=at), actor, at=at
    ).values_list("individual_id", "period")
    for individual_id, period in grants:
        row = rows[individual_id]
        row.ends = min(row.ends or period.upper, period.upper)
        row.soon = row.ends - at <= SOON
    unshared = [pk for pk, row in rows.items() if row.ends is None]
    for individual_id, papers in papers_of(list(rows), actor, at=at, ended=unshared).items():
        row = rows[individual_id]
        row.waits = any(paper.state == INCOMPLETE for paper in papers)
        row.refused = any(paper.state == REFUSED for paper in papers)
        row.paper = most_telling(papers)
    latest = (
        permitted(InformationItem.objects.filter(individual__in=rows), actor, at=at)
        .order_by()
        .values_list("individual_id")
        .annotate(latest=Max("event_date"))
    )
    for individual_id, day in latest:
        rows[individual_id].latest = day


def choices_in_sight(actor: Actor, at: datetime) -> tuple[set[str], set[str]]:
    """Forms and phases that occur among the actor's cases: only what is there becomes a filter."""
    pairs = permitted(Case.objects.all(), actor, at=at).order_by().values_list("form", "phase").distinct()
    listed = list(pairs)
    return {form for form, _phase in listed}, {phase for _form, phase in listed}
