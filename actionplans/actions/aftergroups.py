"""Counting ended cases together, where nobody has said yes to being followed up: at least five, no names (P-P6)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from actionplans.aftercare.deadlines import follow
from actionplans.aftercare.points import points
from actionplans.models import MONTHS, SMALLEST_GROUP, AfterAnswer, AfterGroup, AfterGroupCase, AfterPaper, Asked
from hub import clock
from hub.access import Actor, Denied, permitted, require, require_role
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import Agency, AgencyKind, Case, CaseForm, Participation, PartyRole, Protection, Role, Unit

TOO_FEW = "Det är för få ärenden. En grupp är minst fem, så att ingen kan pekas ut. Välj en längre tid."


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """Which ended cases: of the actor's unit, in one form, ended on these days, known to the source; and when."""

    form: str
    first_day: date
    last_day: date
    months: int
    source: Agency


def require_manager(by: Actor) -> None:
    """Groups are made by the manager of a unit of social services.

    Raises:
        Denied: anybody else.
    """
    require_role(by, Role.MANAGER)
    if by.agency_kind != AgencyKind.SOCIALTJANST:
        raise Denied("role", AfterGroup)


def group_cases(facts: GroupFacts, *, by: Actor, at: datetime) -> list[Case]:
    """The cases that such a group holds now, one of each youth, whoever they are: nobody is picked or left out by hand.

    Left out by rule: who is followed up on his or her own (what is known of one must not tell of the others), who is
    counted in another group at the same point (no two counts may be subtracted), who has a protected identity, and who
    the source did not know from the case.
    """
    ended = Case.objects.filter(
        owner_unit_id=by.unit_id,
        form=facts.form,
        closed_at__gte=clock.start_of_day(facts.first_day),
        closed_at__lt=clock.end_of_day(facts.last_day),
        individual__person__protection=Protection.NONE,
        participations__in=_known_to(facts.source),
    )
    alone = AfterPaper.objects.filter(ended_at=None, completed_at__isnull=False, questions__what=Asked.REPORTS)
    asked = AfterAnswer.objects.filter(what=Asked.REPORTS, months=facts.months)
    counted = AfterGroupCase.objects.filter(months=facts.months)
    rows = ended.exclude(individual__in=alone.values("individual")).exclude(individual__in=asked.values("individual"))
    rows = rows.exclude(individual__in=counted.values("case__individual")).order_by("individual", "-closed_at", "-pk")
    reached = [case for case in rows if any(p.months == facts.months and p.opens_at <= at for p in points(case))]
    return list({case.individual_id: case for case in reversed(reached)}.values())


def _known_to(source: Agency) -> "QuerySet[Participation]":
    took_part = Participation.objects.filter(agency=source, active_from__isnull=False)
    return took_part.exclude(role=PartyRole.OWNER)


@transaction.atomic
def make_group(facts: GroupFacts, *, by: Actor, at: datetime) -> AfterGroup:
    """Fix which ended cases are counted together. The group never changes, and no case is in two at the same point.

    Raises:
        Denied: not the manager of a unit of social services. Invalid: what the form must mend; fewer than five.
    """
    require_manager(by)
    errors = {}
    if facts.form not in CaseForm.values:
        errors["form"] = "Välj arbetsform."
    if facts.months not in MONTHS:
        errors["months"] = "Välj 6 eller 12 månader."
    if facts.last_day < facts.first_day:
        errors["last_day"] = "Sista dagen ligger före första dagen."
    if facts.source.kind != AgencyKind.POLIS or not facts.source.serves.filter(pk=by.municipality_id).exists():
        errors["source"] = "Välj en polisverksamhet i kommunen."
    if errors:
        raise Invalid(errors)
    # One group at a time in the kommun: two at once would both find the same youths free, in cases of two units.
    units = Unit.objects.filter(agency__kind=AgencyKind.SOCIALTJANST, agency__municipality=by.municipality_id)
    list(units.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    cases = group_cases(facts, by=by, at=at)
    if len(cases) < SMALLEST_GROUP:
        raise Invalid(TOO_FEW)
    group = AfterGroup.objects.create(
        municipality_id=by.municipality_id,
        agency_id=by.agency_id,
        unit_id=by.unit_id,
        form=facts.form,
        first_day=facts.first_day,
        last_day=facts.last_day,
        months=facts.months,
        source=facts.source,
        size=len(cases),
        made_at=at,
        made_by_id=by.assignment_id,
    )
    AfterGroupCase.objects.bulk_create(
        AfterGroupCase(municipality_id=by.municipality_id, group=group, case=case, months=facts.months)
        for case in cases
    )
    follow([case.pk for case in cases], at=at)
    record("after.group_made", actor=by, at=at, objects=[group], detail={"size": group.size})
    return group


@transaction.atomic
def deliver_count(
    group: AfterGroup,
    *,
    count: int | None,
    counted: int | None = None,
    delivered_on: date,
    delivered_by: str,
    by: Actor,
    at: datetime,
) -> AfterGroup:
    """Write down what the source delivered of the whole group, once.

    Args:
        count: how many of the group have new reports; None where the source delivers none, as it shall for nobody and
            for everybody: such a count is a fact about each of them (P-C9).
        counted: among how many cases they counted. They have no list, so they may have counted somebody who is left
            out here and whose own answer is known; what is left when that is subtracted may say it of everybody.

    Raises:
        Denied; Conflict: delivered already. Invalid: what the form must mend.
    """
    require(group, by, "deliver", at=at)
    locked = AfterGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if locked.recorded_at is not None:
        raise Conflict("Svaret är redan inskrivet.")
    errors = {}
    if count is not None and not 1 <= count < locked.size:
        errors["count"] = (
            f"Skriv ett tal från 1 till {locked.size - 1}. Gäller det ingen eller alla väljer du Lämnas inte ut: "
            "annars säger talet något om var och en."
        )
    if count is not None and counted != locked.size:
        errors["counted"] = (
            f"Gruppen är {locked.size} ärenden. Har polisen räknat bland ett annat antal går talet inte att använda: "
            "välj Lämnas inte ut."
        )
    if not clock.local_day(locked.made_at) <= delivered_on <= clock.local_day(at):
        errors["delivered_on"] = "Skriv dagen då ni fick svaret: tidigast när gruppen gjordes, och inte i framtiden."
    if not delivered_by:
        errors["delivered_by"] = "Skriv vem som lämnade svaret."
    if errors:
        raise Invalid(errors)
    AfterGroup.objects.filter(pk=locked.pk).update(
        count=count,
        withheld=count is None,
        delivered_on=delivered_on,
        delivered_by=delivered_by,
        recorded_at=at,
        recorded_by_id=by.assignment_id,
    )
    locked.refresh_from_db()
    record("after.group_delivered", actor=by, at=at, objects=[locked])
    return locked


def groups_of(actor: Actor, *, at: datetime) -> "QuerySet[AfterGroup]":
    """The groups of one's own unit, newest first."""
    rows = AfterGroup.objects.select_related("source", "unit")
    return permitted(rows, actor, at=at).order_by("-made_at", "-pk")
