"""The clock of a measure: one row of `hub.Deadline` per measure and day that it is due (P-P2).

Whoever is responsible is reminded before the last day. When that day has ended, whoever leads the case hears that
something is late, in so far as he may read it: of another agency's measure that no consent gives him he is not told
that it exists. A message says only that there is something in a case. A measure that is said otherwise is another row:
it is reminded of anew for a new day, and never again for one that has passed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from actionplans.models import OPEN_MEASURES, Measure
from hub import clock
from hub.access import Actor, permitted
from hub.actions.messages import MESSAGES
from hub.contributions import CASE_CHANGED, DEADLINE_KIND, DeadlineKind, Stage, Telling, Wanted
from hub.deadlines import keep, leads_of, owners_of
from hub.models import Assignment, Case, Deadline, MessageGroup
from hub.outbox import GROUPS

MEASURE = "measure"
DUE, LATE, OWN_LATE = "measure_due", "measure_late", "measure_late_own"
#: Days before the last day on which the responsible is reminded, at this time of day: whoever has one mail a day has
#: the second one in the morning of the last day.
DAYS, TOLD_AT = (3, 1), time(8, 0)

MESSAGES.update(
    {
        DUE: "En av dina åtgärder i ärende {number} ska snart vara klar.",
        LATE: "En åtgärd i ärende {number} är försenad.",
        OWN_LATE: "En av dina åtgärder i ärende {number} är försenad.",
    }
)
GROUPS.update(dict.fromkeys((DUE, LATE, OWN_LATE), MessageGroup.REMINDER))


def wanted(measures: Sequence[int], at: datetime) -> list[Wanted]:
    """One clock per open measure that stands in a running plan: from when it was written to the end of its last day."""
    rows = Measure.objects.filter(
        pk__in=measures,
        last_version=None,
        state__in=OPEN_MEASURES,
        plan__closed_at=None,
        case__closed_at=None,
    ).select_related("case")
    found = list(rows.order_by("pk"))
    owners = owners_of({row.case_id for row in found}, at=at)
    return [
        Wanted(
            subject_id=row.pk,
            occasion=str(row.due_on),
            municipality_id=row.municipality_id,
            case_id=row.case_id,
            started_at=row.recorded_at,
            due_at=clock.end_of_day(row.due_on),
            owner_unit_id=row.case.owner_unit_id,
            owner_id=owners.get(row.case_id),
        )
        for row in found
    ]


def stages(started_at: datetime, due_at: datetime, occasion: str) -> Sequence[Stage]:
    """Some days before the last day, and when it has ended."""
    last = clock.last_day(due_at)
    before = [Stage(clock.wall_time(last - timedelta(days=n), TOLD_AT), DUE) for n in DAYS]
    return [*before, Stage(due_at, LATE)]


def subjects(at: datetime) -> Iterable[int]:
    """Open measures of the transaction's kommun."""
    return (
        Measure.objects.filter(last_version=None, state__in=OPEN_MEASURES).order_by("pk").values_list("pk", flat=True)
    )


def tell(row: Deadline, stage: Stage, at: datetime) -> Sequence[Telling]:
    """The responsible, while he can still do it; and when it is late, those who lead the case and may read it."""
    measure = Measure.objects.select_related("case").filter(pk=row.subject_id).first()
    if measure is None:
        return []
    case, own = measure.case, _who_may(measure, [measure.responsible_id], "tick_off", at)
    if stage.message == DUE:
        return [Telling(case, own)]
    leading = [one for one in leads_of(case, at=at) if one not in own]
    return [Telling(case, own, message=OWN_LATE), Telling(case, _who_may(measure, leading, "read", at))]


def _who_may(measure: Measure, assignments: Iterable[int], action: str, at: datetime) -> list[int]:
    """Those of the assignments that are in use and whom the rule lets do this with the measure."""
    usable = Assignment.objects.usable(at=at).filter(pk__in=list(assignments)).select_related("user", "unit__agency")
    rows, found = Measure.objects.filter(pk=measure.pk), []
    for one in usable.order_by("pk"):
        actor = Actor.acting_under(one, municipality_id=measure.municipality_id)
        if permitted(rows, actor, action, at=at).exists():
            found.append(one.pk)
    return found


def follow(measures: Iterable[int], *, at: datetime) -> None:
    """Bring the clocks of these measures to what now holds, in the transaction of the change."""
    keep(MEASURE, measures, at=at)


def follow_case(case: Case, actor: Actor, at: datetime) -> None:
    """A case moves or ends: the clocks of what stands in its plan follow."""
    follow(Measure.objects.filter(case=case, last_version=None).values_list("pk", flat=True), at=at)


CASE_CHANGED.append(follow_case)
DEADLINE_KIND[MEASURE] = DeadlineKind(MEASURE, "2026-1", wanted, subjects, stages, tell)
