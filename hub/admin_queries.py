"""What the pages of the administration show: organisation and accounts, never a person or a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import (
    LEADING_KINDS,
    Agency,
    Agreement,
    AgreementParty,
    Assignment,
    CaseSeat,
    Role,
    SeatKind,
    Unit,
    User,
)
from hub.policy_admin import administered_agencies

PAGE = 50


def period_words(first: datetime, end: datetime | None) -> str:
    """ "från 1 mars 2026", "från 1 mars till och med 31 augusti 2026", in whole days as people enter them."""
    day = clock.local_day(first)
    return swedish.period(day, end) if end and end > first else f"från {swedish.day(day)}"


def state(first: datetime, end: datetime | None, at: datetime) -> tuple[str, str]:
    """Word and badge of a period at `at`."""
    if end is not None and end <= at:
        return "Avslutad", "neutral"
    return ("Gäller", "ok") if first <= at else ("Kommande", "info")


@dataclass(frozen=True, slots=True)
class AgencyRow:
    agency: Agency
    units: int
    people: int
    administered: bool
    agreed: bool  # needs none, or has one in force


def agency_rows(actor: Actor, *, at: datetime) -> list[AgencyRow]:
    """Agencies that work in the kommun (for an outside administrator: the own one), with counts. Two queries."""
    mine = set(administered_agencies(actor, at).values_list("pk", flat=True))
    rows: QuerySet[Any] = (
        permitted(Agency.objects.all(), actor, at=at)
        if actor.agency_in_kommun
        else (Agency.objects.filter(pk=actor.agency_id))
    )
    holds = AgreementParty.objects.binding(at=at).filter(agency=OuterRef("pk"), municipality=actor.municipality_id)
    rows = rows.annotate(
        n_units=Count("units", distinct=True),
        n_people=Count(
            "units__assignments__user",
            filter=(Q(units__assignments__valid_to=None) | Q(units__assignments__valid_to__gt=at))
            & Q(units__assignments__valid_from__lte=at, units__assignments__user__is_active=True),
            distinct=True,
        ),
        has_agreement=Exists(holds),
    ).select_related("district")
    return [
        AgencyRow(a, a.n_units, a.n_people, a.pk in mine, a.has_agreement or a.municipality_id == actor.municipality_id)
        for a in rows.order_by("kind", swedish.swedish_order("name"))
    ]


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    assignment: Assignment
    word: str
    badge: str
    period: str
    may_end: bool


def assignment_rows(rows: "QuerySet[Assignment]", actor: Actor, *, at: datetime) -> list[AssignmentRow]:
    """Assignments with their state, the running ones first. One query."""
    found = rows.select_related("user", "unit__agency").order_by("valid_to", swedish.swedish_order("user__name"), "pk")
    listed = [
        AssignmentRow(
            a,
            *state(a.valid_from, a.valid_to, at),
            period_words(a.valid_from, a.valid_to),
            (a.valid_to is None or a.valid_to > at) and a.user_id != actor.user_id,
        )
        for a in found
    ]
    return sorted(listed, key=lambda row: row.word == "Avslutad")


@dataclass(frozen=True, slots=True)
class UserRow:
    user: User
    posts: list[str]


def user_rows(
    actor: Actor, *, at: datetime, words: str = "", agency: Agency | None = None, after: str = ""
) -> list[UserRow]:
    """Users by name, one more than PAGE, from the place `after` (a sort key and an id) on. Three queries."""
    users = permitted(User.objects.all(), actor, "administer", at=at).annotate(place=swedish.swedish_order("name"))
    if words:
        users = users.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if agency is not None:
        users = users.filter(Exists(Assignment.objects.filter(user=OuterRef("pk"), unit__agency=agency)))
    if after:
        place, _, pk = after.rpartition("~")
        number = int(pk) if pk.isdecimal() and len(pk) < 18 else 0
        users = users.filter(Q(place__gt=place) | Q(place=place, pk__gt=number))
    page = list(users.order_by("place", "pk")[: PAGE + 1])
    posts: dict[int, list[str]] = {}
    standing = Assignment.objects.not_over(at=at).filter(
        user__in=[user.pk for user in page],
        unit__agency__in=administered_agencies(actor, at).values("pk"),
    )
    for a in standing.select_related("unit__agency").order_by("valid_from", "pk"):
        posts.setdefault(a.user_id, []).append(f"{a.get_role_display()}, {a.unit.name}, {a.unit.agency.name}")
    return [UserRow(user, posts.get(user.pk, [])) for user in page]


def place_of(user: User) -> str:
    """Where in the list of users the next page begins."""
    return f"{user.place}~{user.pk}"  # type: ignore[attr-defined]  # annotated


def administered_units(actor: Actor, *, at: datetime) -> list[Unit]:
    units = permitted(Unit.objects.select_related("agency"), actor, "administer", at=at)
    return list(units.order_by(swedish.swedish_order("agency__name"), swedish.swedish_order("name")))


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds in this kommun, in numbers only: an administrator never sees which case."""

    leads: int
    contacts: int
    deputies: int
    managers: int  # of the same unit, who would be asked for a new owner

    @property
    def anything(self) -> bool:
        return bool(self.leads or self.contacts or self.deputies)


def held_by(assignment: Assignment, *, at: datetime) -> Held:
    """Two queries."""
    seats = CaseSeat.objects.not_over(at=at).filter(assignment=assignment, content_object__closed_at=None)
    counted: dict[str, int] = dict(seats.values_list("kind").annotate(n=Count("content_object", distinct=True)))
    managers = Assignment.objects.usable(at=at).filter(unit_id=assignment.unit_id, role=Role.MANAGER)
    return Held(
        leads=sum(counted.get(kind, 0) for kind in LEADING_KINDS),
        contacts=counted.get(SeatKind.CONTACT, 0),
        deputies=counted.get(SeatKind.DEPUTY, 0),
        managers=managers.exclude(user_id=assignment.user_id).count(),
    )


@dataclass(frozen=True, slots=True)
class AgreementRow:
    agreement: Agreement
    word: str
    badge: str
    period: str
    parties: int


def agreement_rows(actor: Actor, *, at: datetime) -> list[AgreementRow]:
    """The kommun's agreements, or those that the own agency is part of; the running ones first. One query."""
    rows: QuerySet[Any] = permitted(Agreement.objects.all(), actor, at=at).annotate(
        n=Count("parties", filter=Q(parties__valid_to=None) | Q(parties__valid_to__gt=at))
    )
    listed = [
        AgreementRow(a, *state(a.valid_from, a.valid_to, at), period_words(a.valid_from, a.valid_to), a.n)
        for a in rows.order_by("-valid_from", "pk")
    ]
    return sorted(listed, key=lambda row: row.word == "Avslutad")


@dataclass(frozen=True, slots=True)
class PartRow:
    party: AgreementParty
    word: str
    badge: str
    period: str
    may_end: bool


def part_rows(agreement: Agreement, actor: Actor, *, at: datetime) -> list[PartRow]:
    """An agreement's parties that the actor may see, running first. Two queries."""
    rows = permitted(AgreementParty.objects.filter(agreement=agreement), actor, at=at).select_related("agency")
    may = set(
        permitted(AgreementParty.objects.filter(agreement=agreement), actor, "administer", at=at).values_list(
            "pk", flat=True
        )
    )
    listed = [
        PartRow(
            p,
            *state(p.valid_from, p.valid_to, at),
            period_words(p.valid_from, p.valid_to),
            p.pk in may and (p.valid_to is None or p.valid_to > at),
        )
        for p in rows.order_by(swedish.swedish_order("agency__name"), "-valid_from")
    ]
    return sorted(listed, key=lambda row: row.word == "Avslutad")


def waiting_for_agreement(actor: Actor, *, at: datetime) -> list[Agency]:
    """Agencies from outside that work in the kommun without an agreement in force: their people read nothing."""
    holds = AgreementParty.objects.binding(at=at).filter(agency=OuterRef("pk"), municipality=actor.municipality_id)
    outside = permitted(Agency.objects.filter(~Exists(holds)), actor, at=at)
    return list(outside.exclude(municipality=actor.municipality_id).order_by(swedish.swedish_order("name")))
