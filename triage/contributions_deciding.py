"""What decisions add to pages of others: the concern, the case, the timeline, the things to do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from consent.models import SigningSession
from consent.timeline import Event, _before
from hub import clock, swedish
from hub.access import Actor, may, permitted
from hub.at_once import at_once
from hub.contributions import CASE_PANEL, INQUIRY_WARNING, TIMELINE, TODO, Happening, Todo, Window
from hub.models import Case, Individual
from triage.actions.deciding import last_day_to_decide, unanswered
from triage.actions.following import last_day_of
from triage.following import concern_url, feedback_until, guardians_without_task, tasks_of
from triage.models import (
    AssessmentState,
    Decision,
    DecisionExtension,
    DecisionKind,
    FamilyTask,
    Feedback,
    Investigation,
    Ownership,
    PreliminaryAssessment,
    TaskKind,
    TaskState,
)
from triage.panels import PANELS, Panel
from triage.queries import before_asking_outside

MOST = 25
#: An investigation is on the home page from this long before its last day.
ENDING_WITHIN = timedelta(days=30)


# --- the page of a concern ---------------------------------------------------------------------------------------


def decision_block(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> dict[str, object]:
    """The decision, or what it waits for."""
    block: dict[str, object] = {
        "template": "triage/_panel_decision.html",
        "concern": assessment,
        "now": at,
        "may_handle": may(assessment, actor, "handle", at=at),
    }
    more = permitted(DecisionExtension.objects.filter(assessment=assessment), actor, at=at)
    made = permitted(Decision.objects.filter(assessment=assessment), actor, at=at)
    decision = made.select_related("decided_by__user", "investigator__user", "investigator__unit").first()
    if decision is None:
        extensions, waiting = list(more.order_by("decided_at")), unanswered(assessment)
        return block | {
            "last_day": last_day_to_decide(assessment),
            "extensions": extensions,
            "waiting": [check.unit.name for check in waiting],
            "objects": [*extensions, *waiting],
        }
    return block | _decided(assessment, decision, actor, at)


def _decided(assessment: PreliminaryAssessment, decision: Decision, actor: Actor, at: datetime) -> dict[str, object]:
    investigation = permitted(Investigation.objects.filter(assessment=assessment), actor, at=at).first()
    feedback = permitted(Feedback.objects.filter(assessment=assessment), actor, at=at).first()
    who = decision.investigator
    waits = Ownership.objects.filter(assessment=assessment, valid_to=None, received_at=None).exists()
    words = "Lämna återkoppling" if feedback and not feedback.choice else "Återkopplingen"
    return {
        "decision": decision,
        "investigator": f"{who.user.name}, {who.unit.name}" if who else "",
        "received": investigation.received_at is not None if investigation else not waits,
        "investigation": investigation,
        "feedback": words if feedback else "",
        "objects": [decision, *([investigation] if investigation else []), *([feedback] if feedback else [])],
    }


def tasks_block(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> dict[str, object] | None:
    """The family's tasks, once something is decided."""
    if assessment.state == AssessmentState.OPEN:
        return None
    rows = tasks_of(assessment, actor, at=at)
    untold = guardians_without_task(assessment, at=at) if may(assessment, actor, "handle", at=at) else 0
    if not rows and not untold:
        return None
    people = [row.relative.person for row in rows if row.relative]
    return {
        "template": "triage/_panel_tasks.html",
        "rows": rows,
        "untold": untold,
        "concern": assessment,
        "objects": [*(row.task for row in rows), *people],
    }


PANELS.extend((Panel(decision_block, 40), Panel(tasks_block, 50)))


# --- the page of a case ------------------------------------------------------------------------------------------


def investigation_of_case(case: Case, actor: Actor, at: datetime) -> dict[str, object] | None:
    """Who investigates, how long is left and whom nobody has told, for those who may read the concern."""
    rows = Investigation.objects.filter(case=case).select_related(
        "assessment", "investigator__user", "investigator__unit"
    )
    found = permitted(rows, actor, at=at).first()
    if found is None:
        return None
    left = clock.end_of_day(last_day_of(found)) - at
    count = FamilyTask.objects.filter(assessment=found.assessment_id).exclude(state=TaskState.DONE).count()
    return {
        "template": "triage/_case_investigation.html",
        "aside": True,
        "found": found,
        "last_day": last_day_of(found),
        "left": swedish.time_left(left),
        "late": left <= timedelta(0),
        "untold": f"{swedish.plural(count, 'uppgift', 'uppgifter')} mot familjen kvar" if count else "",
        "objects": [found],
    }


CASE_PANEL.append(investigation_of_case)
INQUIRY_WARNING.append(before_asking_outside)


# --- the timeline --------------------------------------------------------------------------------------------------


def concerns(individual: Individual, actor: Actor, at: datetime, window: Window) -> list[Happening]:
    """That a report came in and what was decided, for those who may read the concern alone (P-I2)."""
    if window.type_code:
        return []
    own = PreliminaryAssessment.objects.filter(individual=individual).select_related("report__agency")
    if window.agency:
        own = own.filter(report__agency__ref=window.agency)
    came = permitted(own.filter(report__arrived_at__lte=at), actor, at=at)
    ended = permitted(own.filter(state_at__lte=at), actor, at=at)
    return [
        *(_came(row, at) for row in _before(came, window, instant="report__arrived_at")),
        *(_ended(row, at) for row in _before(ended, window, instant="state_at")),
    ]


def _came(row: PreliminaryAssessment, at: datetime) -> Happening:
    then = row.report.arrived_at
    return _happening(row, then, "Orosanmälan", f"{row.report.number} kom in.", "file-warning", at)


def _ended(row: PreliminaryAssessment, at: datetime) -> Happening:
    then = row.state_at or at
    return _happening(row, then, "Beslut efter orosanmälan", f"{row.get_state_display()}.", "gavel", at)


def _happening(row: PreliminaryAssessment, then: datetime, title: str, text: str, icon: str, at: datetime) -> Happening:
    day, agency = swedish.day_short(clock.local_day(then), clock.local_day(at)), row.report.agency
    return Happening(
        on=clock.local_day(then),
        at=then,
        template="consent/_event.html",
        obj=Event(title, text, icon, day, agency.name, concern_url(row)),
        agency_kind=agency.kind,
        shows=[row],
    )


TIMELINE["concern"] = concerns


# --- things to do --------------------------------------------------------------------------------------------------


def packets_to_receive(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Concerns that a decision has given to the actor, without the receipt."""
    mine = permitted(Decision.objects.filter(investigator_id=actor.assignment_id), actor, at=at)
    waits = Ownership.objects.filter(
        assessment=OuterRef("assessment"), assignment_id=actor.assignment_id, valid_to=None, received_at=None
    )
    rows = mine.filter(Exists(waits)).select_related("assessment__report").order_by("decided_at", "pk")
    return [
        Todo(
            kind="Överlämning",
            colour="warn",
            title=f"Ta över {row.assessment.report.number}",
            text="Du ska utreda." if row.kind == DecisionKind.OPEN else "Du har utredningen som redan pågår.",
            url=reverse("triage:handover", args=[row.assessment.ref]),
            verb="Läs och kvittera",
            case_id=row.assessment.case_id,
        )
        for row in rows[:MOST]
    ]


def family_tasks(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Whom the actor is to tell or ask; what is held back on its day of review (P-T11). No names (R33)."""
    today = clock.local_day(at)
    open_now = FamilyTask.objects.filter(owner_id=actor.assignment_id, state=TaskState.OPEN)
    review = FamilyTask.objects.filter(owner_id=actor.assignment_id, state=TaskState.HELD, review_on__lte=today)
    rows = permitted(open_now | review, actor, at=at).select_related("assessment__report")
    return [_task(row) for row in rows.order_by("created_at", "pk")[:MOST]]


def _task(row: FamilyTask) -> Todo:
    number = row.assessment.report.number
    whom = "en vårdnadshavare" if row.relative_id else "barnet" if row.kind == TaskKind.INFORM else "familjen"
    if row.state == TaskState.HELD:
        title, text, verb = f"Pröva igen: {whom} i {number}", "Informationen hålls inne till i dag.", "Pröva"
    elif row.kind == TaskKind.INFORM:
        title, text, verb = f"Informera {whom} i {number}", "En utredning har inletts (20 kap. 4 § SoL).", "Informera"
    else:
        title, text, verb = f"Fråga {whom} i {number}", "En arbetsform är föreslagen. Ingen annan vet om det.", "Fråga"
    return Todo(
        kind="Familjen",
        colour="warn" if row.state == TaskState.HELD else "info",
        title=title,
        text=text,
        url=reverse("triage:family_task", args=[row.ref]),
        verb=verb,
        case_id=row.assessment.case_id,
    )


def reporters_to_answer(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Mandated reporters about whom no choice is recorded, of concerns that the actor owns (R24)."""
    rows = permitted(Feedback.objects.filter(choice="", assessment__owner_id=actor.assignment_id), actor, at=at)
    found = rows.select_related("report", "assessment__decision").order_by("pk")
    return [
        Todo(
            kind="Återkoppling",
            colour="info",
            title=f"Återkoppla om {row.report.number}",
            text="Anmälaren har bett om det." if row.asked_at else "Notera om anmälaren vill ha återkoppling.",
            url=reverse("triage:feedback", args=[row.assessment.ref]),
            verb="Återkoppla",
            due_at=feedback_until(row, row.assessment.decision),
            case_id=row.assessment.case_id,
        )
        for row in found[:MOST]
    ]


def investigations(actor: Actor, at: datetime) -> Sequence[Todo]:
    """The actor's investigations: a month or less is left, or the consent that the decision speaks of is not begun."""
    mine = Investigation.objects.filter(investigator_id=actor.assignment_id, closed_at=None).select_related("case")
    begun = SigningSession.objects.filter(case=OuterRef("case"))
    led = permitted(mine, actor, "lead", at=at).order_by("opened_at", "pk")
    found = at_once(
        {"running": led, "to_ask": led.filter(~Exists(begun), assessment__decision__seek_consent=True)}, most=4 * MOST
    )
    ending = [
        _ending(row, due)
        for row in found["running"]
        if (due := clock.end_of_day(last_day_of(row))) - at <= ENDING_WITHIN
    ]
    return [*ending[:MOST], *(_consent_to_seek(row) for row in found["to_ask"][:MOST])]


def _ending(row: Investigation, due: datetime) -> Todo:
    return Todo(
        kind="Utredning",
        colour="warn",
        title=f"Utredningen {row.case.number} ska bli klar",
        text="Högst fyra månader, om den inte förlängs för särskilda skäl (20 kap. 3 § SoL).",
        url=reverse("triage:investigation", args=[row.ref]),
        verb="Öppna",
        due_at=due,
        case_id=row.case_id,
    )


def _consent_to_seek(row: Investigation) -> Todo:
    return Todo(
        kind="Samtycke",
        colour="info",
        title=f"Sök samtycke i {row.case.number}",
        text="Det står i beslutet att familjen ska tillfrågas om att dela uppgifter.",
        url=reverse("consent:consent_new", args=[row.case.ref]),
        verb="Börja",
        case_id=row.case_id,
    )


TODO.extend((packets_to_receive, family_tasks, reporters_to_answer, investigations))
