"""Who is told when a clock of triage comes to a stage (P-T5), in words that name nobody.

At half the time the owner; at four fifths the deputy, too; when it is up also the manager. Outside office hours what is
urgent also goes to whoever is on duty at the jour, from four fifths on. A protected child is known only to those named
for it: neither the manager nor the jour is told (P-A8). Whoever is recused from the child is told nothing, and an owner
whose assignment has ended is replaced by the manager at once: no concern is without somebody who knows (P-T10).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from hub.access import Actor, permitted
from hub.actions.messages import MESSAGES
from hub.calendar_se import is_office_time
from hub.contributions import MESSAGE_WAY, Stage, Telling
from hub.models import Assignment, Deadline, MessageGroup, Notification, Protection, Recusal, Role
from hub.outbox import AT_LEAST_ONCE, GROUPS
from triage.models import (
    ColourChange,
    DutyShift,
    Investigation,
    KnowledgeCheck,
    PreliminaryAssessment,
    TriageSettings,
)
from triage.policy import INTAKE_ROLES

#: Clocks of hours, which also reach the jour.
URGENT = ("protection", "red", "orange")
#: What the nämnd may have to be told of when it was too late (SoL 27:2; R26).
ASKS_LEX_SARAH = ("protection", "red", "decision")

_WHAT = {
    "protection": "skyddsbedömningen i {number}",
    "red": "beslutet i den röda anmälan {number}",
    "orange": "beslutet i den orangea anmälan {number}",
    "knowledge": "svaret på kännedomskontrollen i {number}",
    "decision": "beslutet om att inleda utredning eller inte i {number}",
    "feedback": "återkopplingen till anmälaren i {number}",
    "investigation": "utredningen efter {number}",
    "confirmation": "granskningen av den sänkta färgen i {number}",
}
_SAID = {
    "50": "Halva tiden för {what} har gått.",
    "80": "Högst en femtedel av tiden för {what} är kvar.",
    "100": "Tiden för {what} har gått ut.",
    "alarm": "I dag är sista arbetsdagen före slutdagen för {what}.",
}

SENTENCES = {f"{kind}_{step}": said.format(what=what) for kind, what in _WHAT.items() for step, said in _SAID.items()}
SENTENCES |= {
    f"lex_sarah_{kind}": f"Tiden för {_WHAT[kind]} hölls inte. Behöver det rapporteras som missförhållande (lex Sarah)?"
    for kind in ASKS_LEX_SARAH
}
MESSAGES.update(SENTENCES)
# What is days away is gathered in the morning; what has run out, or is a matter of hours, is mailed at once.
GROUPS.update(
    {
        f"{kind}_{step}": MessageGroup.REMINDER
        for kind in ("decision", "feedback", "investigation", "confirmation")
        for step in ("50", "80", "alarm")
    }
)
AT_LEAST_ONCE.update(kind for kind in SENTENCES if kind.startswith(("red_", "orange_")))


def reference_of(assessment: PreliminaryAssessment) -> str:
    """What a child of a report is called in messages: the report's number, and which child it is after the first."""
    number = assessment.report.number
    return number if assessment.position == 1 else f"{number} barn {assessment.position}"


def tell(row: Deadline, stage: Stage, at: datetime) -> Sequence[Telling]:
    """Whom this stage of this clock is told to."""
    assessment = PreliminaryAssessment.objects.select_related("report", "individual__person").get(pk=row.subject_id)
    step = stage.message.rpartition("_")[2]
    wanted = _recipients(row, assessment, step, at)
    reference = reference_of(assessment)
    told = [Telling(None, _who_may_know(wanted, assessment, at), reference)]
    if step == "100" and row.kind in ASKS_LEX_SARAH:
        asked = {assessment.owner_id, *_managers(assessment.unit_id, assessment, at)}
        told.append(Telling(None, _who_may_know(asked, assessment, at), reference, f"lex_sarah_{row.kind}"))
    return told


def _recipients(row: Deadline, assessment: PreliminaryAssessment, step: str, at: datetime) -> set[int]:
    if row.kind == "knowledge":
        return _asked(int(row.occasion), step, at)
    if row.kind == "confirmation":
        return _second_persons(int(row.occasion), assessment, step, at)
    if row.kind == "investigation":
        owner, unit_id = Investigation.objects.get(assessment=assessment).investigator_id, row.owner_unit_id
    else:
        owner, unit_id = assessment.owner_id, assessment.unit_id
    told = {owner}
    if step != "50" and assessment.deputy_id:
        told.add(assessment.deputy_id)
    gone = not Assignment.objects.usable(at=at).filter(pk=owner).exists()
    if step == "100" or gone:
        told |= _managers(unit_id, assessment, at)
    if step != "50" and row.kind in URGENT:
        told |= _jour(assessment, at)
    return told


def _hidden(assessment: PreliminaryAssessment) -> bool:
    """Only those named for the child know of it (P-A8)."""
    known = assessment.individual
    return assessment.protected or (known is not None and known.person.protection != Protection.NONE)


def _managers(unit_id: int, assessment: PreliminaryAssessment, at: datetime) -> set[int]:
    if _hidden(assessment):
        return set()
    rows = Assignment.objects.filter(unit_id=unit_id, role=Role.MANAGER)
    return set(rows.values_list("pk", flat=True))


def _jour(assessment: PreliminaryAssessment, at: datetime) -> set[int]:
    """Whoever is on duty, outside office hours, at the jour that the agency has arranged."""
    if is_office_time(at) or _hidden(assessment):
        return set()
    arranged = TriageSettings.objects.in_force(at=at).filter(agency=assessment.report.agency_id)
    shifts = DutyShift.objects.in_force(at=at).filter(
        municipality=assessment.municipality_id, agency__in=arranged.values("jour")
    )
    return set(shifts.values_list("assignment_id", flat=True))


def _asked(check_id: int, step: str, at: datetime) -> set[int]:
    """The unit that has been asked, or the one person; whoever asked, too, when no answer has come."""
    check = KnowledgeCheck.objects.select_related("assessment__individual__person").get(pk=check_id)
    if check.to_id is not None:
        told = {check.to_id}
    elif _hidden(check.assessment):  # protected since the question was put: the unit no longer hears of it
        told = set()
    else:
        rows = Assignment.objects.filter(unit_id=check.unit_id, role__in=INTAKE_ROLES)
        told = set(rows.values_list("pk", flat=True))
    return told | {check.asked_by_id} if step == "100" else told


def _second_persons(change_id: int, assessment: PreliminaryAssessment, step: str, at: datetime) -> set[int]:
    """Those who may look at a lowered colour: owner, deputy and managers, but not whoever lowered it."""
    lowered_by = ColourChange.objects.select_related("set_by").get(pk=change_id).set_by
    told = {assessment.owner_id, *_managers(assessment.unit_id, assessment, at)}
    if assessment.deputy_id:
        told.add(assessment.deputy_id)
    others = set(
        Assignment.objects.filter(pk__in=told).exclude(user_id=lowered_by.user_id).values_list("pk", flat=True)
    )
    return others | {lowered_by.pk} if step == "100" else others


def _who_may_know(assignments: Iterable[int], assessment: PreliminaryAssessment, at: datetime) -> list[int]:
    """Those of them whose assignment holds and who are not recused from the child (P-A12)."""
    rows = Assignment.objects.usable(at=at).filter(pk__in=set(assignments))
    if assessment.individual_id is not None:
        recused = Recusal.objects.filter(individual=assessment.individual_id, at__lte=at)
        rows = rows.exclude(user__in=recused.values("user"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


# --- the way from a message to the deed ----------------------------------------------------------------------------


def _way(route: str, ref: object) -> str:
    try:
        return reverse(route, args=[ref])
    except NoReverseMatch:  # that part is not installed
        return ""


def ways(notifications: Sequence[Notification], actor: Actor, at: datetime) -> Mapping[int, tuple[str, str]]:
    """Where each message leads: to one's own answer, or to the concern, for those who may open it."""
    numbers = {notification.reference.partition(" ")[0] for notification in notifications}
    of_number = Q(report__number__in=numbers)
    concerns = permitted(PreliminaryAssessment.objects.filter(of_number), actor, at=at).select_related("report")
    found = {reference_of(concern): (_way("triage:concern", concern.ref), "Öppna anmälan") for concern in concerns}
    checks = permitted(
        KnowledgeCheck.objects.filter(assessment__report__number__in=numbers, answered_at=None),
        actor,
        "answer",
        at=at,
    ).select_related("assessment__report")
    questions = {reference_of(check.assessment): (_way("triage:check", check.ref), "Svara") for check in checks}
    led = {}
    for notification in notifications:
        way = questions.get(notification.reference) if notification.kind.startswith("knowledge_") else None
        way = way or found.get(notification.reference)
        if way and way[0]:
            led[notification.pk] = way
    return led


MESSAGE_WAY.update(dict.fromkeys(SENTENCES, ways))
