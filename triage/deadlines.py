"""The clocks of triage (P-T4): rows of `hub.Deadline` that follow the facts they rest on.

Each kind says what the facts about some preliminary assessments want now; when each is due is in `triage.sla`, and who
is told in `triage.escalation`. What was done too late goes on wanting its clock, so that the breach is found and told
however late the tick is; what has breached stays breached (P-T4, "lex Sarah?").

Nothing pauses a clock. A recoloured concern keeps its arrival: the clock of the new colour counts from there, too, and
may be up already (P-T3). The colour's own clock asks for the decision, which is taken before the hub hangs up (P-T7).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import cached_property

from django.db.models import Q, QuerySet

from hub import clock
from hub.contributions import DEADLINE_KIND, DeadlineKind, Stage, Wanted
from hub.deadlines import keep_all, shares
from triage import sla
from triage.escalation import tell
from triage.models import (
    MANDATED,
    AssessmentState,
    Colour,
    ColourChange,
    Decision,
    DecisionExtension,
    DecisionKind,
    Feedback,
    Investigation,
    KnowledgeCheck,
    PreliminaryAssessment,
    ProtectionAssessment,
    Reporter,
    TriageSettings,
)

PROTECTION, RED, ORANGE, KNOWLEDGE = "protection", "red", "orange", "knowledge"
DECISION, FEEDBACK, INVESTIGATION, CONFIRMATION = "decision", "feedback", "investigation", "confirmation"

PERCENTAGES = (50, 80, 100)
#: Clocks of days are also told of on the last working day before the one on which they are due (R70).
WITH_ALARM = (DECISION, INVESTIGATION)
ALARM_AT = time(8, 0)

#: Nothing of what was told, and no name, is read for a clock.
_FACTS = (
    *("municipality", "unit", "owner", "case", "individual", "colour", "state", "state_at"),
    *("report__agency", "report__arrived_at", "decision__assessment", "decision__kind", "decision__decided_at"),
)


class Facts:
    """What clocks rest on about some preliminary assessments, read once for all kinds that ask."""

    def __init__(self, ids: Sequence[int]) -> None:
        rows = PreliminaryAssessment.objects.filter(pk__in=ids).select_related("report", "decision")
        self.assessments = {row.pk: row for row in rows.only(*_FACTS)}

    @cached_property
    def by_office_hours(self) -> set[int]:
        """Those whose Orange runs in office hours: by the arrangement that held when they arrived (R73)."""
        arranged: dict[int, list[tuple[datetime, bool]]] = {}
        agencies = {assessment.report.agency_id for assessment in self.assessments.values()}
        rows = TriageSettings.objects.filter(agency__in=agencies).order_by("valid_from")
        for agency_id, valid_from, office in rows.values_list("agency_id", "valid_from", "orange_office_hours"):
            arranged.setdefault(agency_id, []).append((valid_from, office))
        found = set()
        for pk, assessment in self.assessments.items():
            arrival, periods = _arrival(assessment), arranged.get(assessment.report.agency_id, ())
            held = [office for since, office in periods if since <= arrival]
            if held and held[-1]:
                found.add(pk)
        return found

    @cached_property
    def investigated(self) -> set[int]:
        """Those still to be decided on whose child is being investigated already: no decision is required (R20)."""
        undecided = [row for row in self.assessments.values() if row.individual_id and decision_of(row) is None]
        children = {row.individual_id for row in undecided}
        running = Investigation.objects.filter(case__individual__in=children, closed_at=None)
        known = set(running.values_list("case__individual", flat=True))
        return {row.pk for row in undecided if row.individual_id in known}

    @property
    def decided(self) -> dict[int, PreliminaryAssessment]:
        return {pk: row for pk, row in self.assessments.items() if decision_of(row) is not None}


Wanting = Callable[[Facts], list[Wanted]]


def follow(assessments: Iterable[int], *, at: datetime) -> None:
    """Bring every clock of these preliminary assessments to what the facts now want, in the caller's transaction.

    Other concerns about the same children follow: an investigation that opens or ends is a fact to them, too.
    """
    ids = set(assessments)
    children = PreliminaryAssessment.objects.filter(pk__in=ids, individual__isnull=False).values("individual")
    same = PreliminaryAssessment.objects.filter(individual__in=children, state=AssessmentState.OPEN)
    ids |= set(same.values_list("pk", flat=True))
    keep_all(KINDS, ids, at=at, ask=_wanted_by_all)


def _wanted_by_all(ids: Sequence[int], at: datetime) -> dict[str, list[Wanted]]:
    """What every kind wants, from facts that are read once."""
    facts = Facts(ids)
    return {name: wanting(facts) for name, (wanting, _subjects) in _ALL.items()}


# --- what the facts want -----------------------------------------------------------------------------------------


def decision_of(assessment: PreliminaryAssessment) -> Decision | None:
    return getattr(assessment, "decision", None)


def _in_time(done_at: datetime | None, due_at: datetime) -> bool:
    """Whether it was done before the instant at which it is too late."""
    return done_at is not None and done_at < due_at


def _decided_in_time(assessment: PreliminaryAssessment, due_at: datetime) -> bool:
    decision = decision_of(assessment)
    return decision is not None and decision.decided_at < due_at


def _wanted(assessment: PreliminaryAssessment, started_at: datetime, due_at: datetime, *, occasion: str = "") -> Wanted:
    return Wanted(
        subject_id=assessment.pk,
        occasion=occasion,
        municipality_id=assessment.municipality_id,
        started_at=started_at,
        due_at=due_at,
        owner_unit_id=assessment.unit_id,
        owner_id=assessment.owner_id,
        case_id=assessment.case_id,
    )


def _arrival(assessment: PreliminaryAssessment) -> datetime:
    return assessment.report.arrived_at


def _colour_due(assessment: PreliminaryAssessment, facts: Facts) -> datetime | None:
    """When the colour's own clock is up; Grön has none, and neither has what nobody has judged (P-T4)."""
    if assessment.colour == Colour.RED:
        return sla.red_due(_arrival(assessment))
    if assessment.colour == Colour.ORANGE:
        return sla.orange_due(_arrival(assessment), office_hours=assessment.pk in facts.by_office_hours)
    return None


def _coloured(colour: str) -> Wanting:
    """Röd or Orange, from arrival until the decision."""

    def wanting(facts: Facts) -> list[Wanted]:
        return [
            _wanted(row, _arrival(row), due)
            for row in facts.assessments.values()
            if row.colour == colour and (due := _colour_due(row, facts)) is not None and not _decided_in_time(row, due)
        ]

    return wanting


def protections(facts: Facts) -> list[Wanted]:
    """Until somebody has assessed whether the child needs protection at once (P-T2, R19), whatever the colour."""
    found = facts.assessments
    first: dict[int, datetime] = {}
    rows = ProtectionAssessment.objects.filter(assessment__in=found).order_by("-assessed_at")
    first.update(rows.values_list("assessment_id", "assessed_at"))
    dues = {pk: sla.protection_due(_arrival(row), colour_due=_colour_due(row, facts)) for pk, row in found.items()}
    return [_wanted(row, _arrival(row), dues[pk]) for pk, row in found.items() if not _in_time(first.get(pk), dues[pk])]


def knowledge(facts: Facts) -> list[Wanted]:
    """Each unit that has been asked what it knows, until it answers or nobody needs the answer any more (P-T6)."""
    found = facts.assessments
    wanted = []
    for check in KnowledgeCheck.objects.filter(assessment__in=found):
        row = found[check.assessment_id]
        due = sla.knowledge_due(check.asked_at, jour=check.jour)
        if not _in_time(check.answered_at, due) and not _in_time(row.state_at, due):
            wanted.append(_wanted(row, check.asked_at, due, occasion=str(check.pk)))
    return wanted


def decisions(facts: Facts) -> list[Wanted]:
    """Fourteen days to the decision (R20), or until the day to which they were extended; none where one investigates.

    An extension that was decided on too late leaves the breach as it is and runs beside it.
    """
    found = facts.assessments
    extensions: dict[int, list[DecisionExtension]] = {}
    for extension in DecisionExtension.objects.filter(assessment__in=found).order_by("decided_at"):
        extensions.setdefault(extension.assessment_id, []).append(extension)
    wanted = []
    for pk, row in found.items():
        if pk in facts.investigated:
            continue
        limits = [("", _arrival(row), sla.decision_due(_arrival(row)))]
        limits += [(str(e.until), e.decided_at, clock.end_of_day(e.until)) for e in extensions.get(pk, ())]
        for number, (occasion, started_at, due) in enumerate(limits):
            followed = number + 1 < len(limits) and _in_time(limits[number + 1][1], due)
            if not followed and not _decided_in_time(row, due):
                wanted.append(_wanted(row, started_at, due, occasion=occasion))
    return wanted


def feedbacks(facts: Facts) -> list[Wanted]:
    """Word to a mandated reporter who has asked for it: a week after the decision, or the same day (P-T8, R24)."""
    found = facts.decided
    told = {row.assessment_id: row for row in Feedback.objects.filter(assessment__in=found)}
    reporters = Reporter.objects.filter(report__in={row.report_id for row in found.values()}, category__in=MANDATED)
    asking = dict(reporters.values_list("report_id", "wants_feedback"))
    wanted = []
    for pk, row in found.items():
        feedback, decision = told.get(pk), decision_of(row)
        asked_at = (feedback and feedback.asked_at) or (_arrival(row) if asking.get(row.report_id) else None)
        if asked_at is None or decision is None or row.report_id not in asking:
            continue
        started_at = max(asked_at, decision.decided_at)
        late = asked_at > decision.decided_at or decision.kind == DecisionKind.RUNNING
        due = sla.feedback_late_due(started_at) if late else sla.feedback_due(started_at)
        if not _in_time(feedback.chosen_at if feedback else None, due):
            wanted.append(_wanted(row, started_at, due))
    return wanted


def investigations(facts: Facts) -> list[Wanted]:
    """Four months (R23), or until the day to which särskilda skäl extended them; the investigator owns the clock."""
    found = facts.assessments
    wanted = []
    for row in Investigation.objects.filter(assessment__in=found).select_related("investigator"):
        due = sla.investigation_due(row.opened_at)
        if row.extended_until is not None:
            due = clock.end_of_day(row.extended_until)
        if not _in_time(row.closed_at, due):
            wanted.append(
                Wanted(
                    subject_id=row.assessment_id,
                    # Once breached it stays so; the extension then runs beside it.
                    occasion=str(row.extended_until or ""),
                    municipality_id=row.municipality_id,
                    started_at=row.opened_at,
                    due_at=due,
                    owner_unit_id=row.investigator.unit_id,
                    owner_id=row.investigator_id,
                    case_id=row.case_id,
                )
            )
    return wanted


def confirmations(facts: Facts) -> list[Wanted]:
    """Every lowered colour, until a second person has looked at it (P-T3)."""
    found = facts.assessments
    wanted = []
    for change in ColourChange.objects.filter(assessment__in=found, downgrade=True):
        due = sla.confirmation_due(change.set_at)
        if not _in_time(change.confirmed_at, due):
            wanted.append(_wanted(found[change.assessment_id], change.set_at, due, occasion=str(change.pk)))
    return wanted


# --- what the night looks at -------------------------------------------------------------------------------------


def _open() -> "QuerySet[PreliminaryAssessment]":
    return PreliminaryAssessment.objects.filter(state=AssessmentState.OPEN)


def undecided(at: datetime) -> Iterable[int]:
    """Concerns of the transaction's kommun that are not decided on."""
    return _open().values_list("pk", flat=True)


def decided(at: datetime) -> Iterable[int]:
    """Concerns of the transaction's kommun whose reporter has not been answered."""
    rows = PreliminaryAssessment.objects.exclude(state=AssessmentState.OPEN)
    return rows.filter(Q(feedback=None) | Q(feedback__choice="")).values_list("pk", flat=True)


def investigated(at: datetime) -> Iterable[int]:
    """Concerns of the transaction's kommun with an investigation that runs."""
    return Investigation.objects.filter(closed_at=None).values_list("assessment_id", flat=True)


def lowered(at: datetime) -> Iterable[int]:
    """Concerns of the transaction's kommun with a lowered colour that nobody has looked at."""
    return ColourChange.objects.filter(downgrade=True, confirmed_at=None).values_list("assessment_id", flat=True)


# --- the stages --------------------------------------------------------------------------------------------------


def _stages(kind: str) -> Callable[[datetime, datetime, str], list[Stage]]:
    """50, 80 and 100 % of the running time (P-T5), and for clocks of days the morning of the last working day."""
    messages = {percent: f"{kind}_{percent}" for percent in PERCENTAGES}

    def stages(started_at: datetime, due_at: datetime, occasion: str) -> list[Stage]:
        found = shares(started_at, due_at, messages)
        if kind in WITH_ALARM:
            alarm = Stage(clock.wall_time(sla.alarm_day(due_at), ALARM_AT), f"{kind}_alarm")
            taken = {stage.at for stage in found}
            if started_at < alarm.at and alarm.at not in taken:
                found = sorted([*found, alarm], key=lambda stage: stage.at)
        return found

    return stages


_ALL: Mapping[str, tuple[Wanting, Callable[[datetime], Iterable[int]]]] = {
    PROTECTION: (protections, undecided),
    RED: (_coloured(Colour.RED), undecided),
    ORANGE: (_coloured(Colour.ORANGE), undecided),
    KNOWLEDGE: (knowledge, undecided),
    DECISION: (decisions, undecided),
    FEEDBACK: (feedbacks, decided),
    INVESTIGATION: (investigations, investigated),
    CONFIRMATION: (confirmations, lowered),
}
#: The kinds registered here, in the order in which they are kept.
KINDS: tuple[str, ...] = tuple(_ALL)


def _alone(wanting: Wanting) -> Callable[[Sequence[int], datetime], list[Wanted]]:
    return lambda ids, at: wanting(Facts(ids))


for name, (wanting, subjects) in _ALL.items():
    DEADLINE_KIND[name] = DeadlineKind(
        name, sla.RULE_VERSION, _alone(wanting), subjects, _stages(name), tell, skip_past=False, late_counts=True
    )
