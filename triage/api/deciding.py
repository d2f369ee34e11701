"""Deciding on a child and what follows, by the rules and verbs of the pages (P-T7, P-T8, P-T11)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404

from hub import clock
from hub.access import find, permitted, require
from hub.api.cases import case_ref
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.models import CLOSING_OUTCOMES, Assignment
from triage import actions
from triage.actions.assessing import lock_open
from triage.actions.deciding import PROPOSABLE, DecisionFacts, last_day_to_decide, unanswered
from triage.actions.following import CLOSED, INTO_SUPPORT, last_day_of
from triage.api import schemas_deciding as schemas
from triage.following import feedback_until, investigators, proposable, told_text
from triage.models import (
    Decision,
    DecisionKind,
    FamilyTask,
    Feedback,
    FeedbackChoice,
    Investigation,
    Ownership,
    PreliminaryAssessment,
    TaskKind,
    TaskState,
)
from triage.packet import packet_of
from triage.views.deciding import concern_for

TAG = "Orosanmälningar"


class ConcernDecideBody(Body):
    kind = Choice(choices=DecisionKind.choices, help_text="Väljs av en människa; det finns inget förval.")
    reasons = Text(max_length=8000)
    delegation = Text(max_length=60, help_text="Punkten i delegationsordningen.")
    unanswered_why = Optional(max_length=1000)
    investigator = Ref(required=False, allow_null=True, default=None, help_text="Uppdraget för den som utreder.")
    proposes = Choice(choices=[("", "Ingen"), *[(f.value, f.label) for f in PROPOSABLE]], required=False, default="")
    agencies = Many(child=Ref(), required=False, default=list)
    seek_consent = Flag(default=False)


class DecisionUntilBody(Body):
    until = Day(help_text="Sista dagen räknas med.")
    reasons = Text(max_length=4000)


class HandoverReceiveBody(Body):
    pass


# --- the decision ------------------------------------------------------------------------------------------------


def _version(concern: PreliminaryAssessment) -> tuple[object, ...]:
    checks = unanswered(concern)
    return ("decision", concern.pk, concern.row_version, concern.state, *(check.pk for check in checks))


def _person(assignment: Assignment | None) -> dict[str, str] | None:
    return {"name": assignment.user.name, "unit": assignment.unit.name} if assignment else None


@endpoint("Beslutet om ett barn", tag=TAG, gives=schemas.ConcernDecisionOut, etag=True, errors=[404])
def get_concern_decision(request: HubRequest, ref: UUID) -> Answer:
    """Före beslutet: sista dagen och vilka enheter som inte har svarat."""
    concern = concern_for(request, ref)
    people = ("decided_by__user", "investigator__user", "investigator__unit")
    made = permitted(Decision.objects.filter(assessment=concern), request.actor, at=request.at)
    row = made.select_related(*people).first()
    found = permitted(Investigation.objects.filter(assessment=concern), request.actor, at=request.at).first()
    waiting = unanswered(concern)
    request.trail.show([*waiting, *([row] if row else []), *([found] if found else [])])
    body = {
        "concern": concern.ref,
        "number": concern.report.number,
        "state": concern.state,
        "decide_by": last_day_to_decide(concern),
        "unanswered": [check.unit.name for check in waiting],
        "kind": row.kind if row else None,
        "reasons": row.reasons if row else None,
        "delegation": row.delegation if row else None,
        "qualification": row.qualification if row else None,
        "decided_by": row.decided_by.user.name if row else None,
        "decided_at": row.decided_at if row else None,
        "investigator": _person(row.investigator) if row else None,
        "investigation": found.ref if found else None,
        "proposes": row.proposes or None if row else None,
        "seek_consent": bool(row and row.seek_consent),
    }
    return Answer(body, _version(concern))


@endpoint(
    "Besluta om ett barn",
    tag=TAG,
    body=ConcernDecideBody,
    gives=schemas.ConcernDecisionOut,
    makes="api:concern_decide",
    show=get_concern_decision,
    if_match=True,
    errors=[404],
)
def decide_on_concern(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Nekas med 422 och paragraf: före skyddsbedömning (20 kap. 1 § SoL), av den som inte är socionom (25 kap. 1 §),
    utan skäl, delegation eller skäl för obesvarade frågor. 409 om någon annan hann besluta."""
    concern = concern_for(request, ref, "handle")
    lock_open(concern)  # who decides too late hears that it is decided, not only that something has changed
    unchanged(request, concern, lambda: _version(concern))
    people = {a.ref: a for a in investigators(concern, at=request.at)}
    agencies = {a.ref: a for a in proposable(request.actor, at=request.at)}
    facts = DecisionFacts(
        **{
            name: body[name] for name in ("kind", "reasons", "delegation", "unanswered_why", "proposes", "seek_consent")
        },
        investigator=_chosen(people, [body["investigator"]], "investigator")[0] if body["investigator"] else None,
        agencies=_chosen(agencies, body["agencies"], "agencies"),
    )
    actions.decide(concern, facts, by=request.actor, at=request.at)
    return ref


def _chosen(offered: dict[UUID, Any], refs: Sequence[UUID], name: str) -> list[Any]:
    if wrong := [ref for ref in refs if ref not in offered]:
        raise Problem("invalid", errors=[(name, "Det går inte att välja.") for _ in wrong])
    return [offered[ref] for ref in refs]


@endpoint(
    "Mer tid för beslutet",
    tag=TAG,
    body=DecisionUntilBody,
    gives=schemas.ConcernDecisionOut,
    if_match=True,
    errors=[404],
)
def extend_concern_decision(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Bara för synnerliga skäl (20 kap. 2 § SoL)."""
    concern = concern_for(request, ref, "handle")
    unchanged(request, concern, lambda: _version(concern))
    actions.extend_decision(concern, **body, by=request.actor, at=request.at)
    return get_concern_decision(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


# --- the packet --------------------------------------------------------------------------------------------------


@endpoint("Överlämningen till den som utreder", tag=TAG, gives=schemas.HandoverOut, etag=True, errors=[404])
def get_concern_handover(request: HubRequest, ref: UUID) -> Answer:
    """Anmälarens namn och andra barns anmälningar ingår aldrig. Varje enhets bild står för sig."""
    concern = concern_for(request, ref)
    packet = packet_of(concern, request.actor, at=request.at)
    request.trail.show(packet.shows)
    waits = Ownership.objects.filter(assessment=concern, valid_to=None, received_at=None).exists()
    sections = [
        {
            "title": section.title,
            "parts": [{"title": p.title, "lines": list(p.lines), "source_name": p.source} for p in section.parts],
        }
        for section in packet.sections
    ]
    body = {
        "concern": concern.ref,
        "number": packet.number,
        "child": packet.child,
        "received": concern.state != "open" and not waits,
        "sections": sections,
    }
    return Answer(body, ("packet", concern.pk, body))


@endpoint("Ta över: kvittera överlämningen", tag=TAG, body=HandoverReceiveBody, status=204, errors=[404])
def receive_concern_handover(request: HubRequest, body: Data, ref: UUID) -> None:
    """Av den som beslutet nämner, en gång."""
    actions.receive_packet(concern_for(request, ref, "handle"), by=request.actor, at=request.at)


# --- the family --------------------------------------------------------------------------------------------------


class TasksQuery(PageQuery):
    concern = Ref(required=False)
    state = Choice(choices=TaskState.choices, required=False)


class FamilyTaskDoneBody(Body):
    note = Text(max_length=1000, help_text="Hur det gjordes, eller vad familjen sa.")
    told_on = Day(required=False, help_text="I dag om den utelämnas. Bara för att informera.")
    family_answer = Choice(
        choices=[("yes", "Ja"), ("no", "Nej")], required=False, help_text="Bara för en fråga till familjen."
    )


class FamilyTaskHoldBody(Body):
    why = Text(max_length=1000, help_text="Särskilda skäl (20 kap. 4 § SoL).")
    review_on = Day()


class FamilyTaskResumeBody(Body):
    why = Text(max_length=1000)


def _task_body(task: FamilyTask) -> dict[str, Any]:
    return {
        "ref": task.ref,
        "concern": task.assessment.ref,
        "kind": task.kind,
        "state": task.state,
        "relative": task.relative.ref if task.relative else None,
        "owner": task.owner.user.name,
        "state_at": task.state_at,
        "note": task.note,
        "held_why": task.held_why,
        "review_on": task.review_on,
        "row_version": task.row_version,
    }


def _tasks() -> Any:
    return FamilyTask.objects.select_related("assessment__report", "assessment__case", "relative", "owner__user")


@endpoint("Uppgifter mot familjen", tag=TAG, query=TasksQuery, gives=schemas.FamilyTasksOut)
def list_family_tasks(request: HubRequest, query: Data) -> Answer:
    """Informera eller fråga, en person i taget. Inga namn."""
    rows = permitted(_tasks(), request.actor, at=request.at)
    if "concern" in query:
        rows = rows.filter(assessment__ref=query["concern"])
    if "state" in query:
        rows = rows.filter(state=query["state"])
    found, more = slice_of(rows, query, "-created_at", "-pk")
    for task in found:
        request.trail.show([task], individual=task.assessment.individual_id, case=task.assessment.case_id)
    return Answer(listed(request, [_task_body(task) for task in found], more, query))


def _task(request: HubRequest, ref: UUID, *, handle: bool = True) -> FamilyTask:
    task: FamilyTask = find(_tasks(), request.actor, at=request.at, ref=ref)
    request.trail.show([task], individual=task.assessment.individual_id, case=task.assessment.case_id)
    if handle:
        require(task.assessment, request.actor, "handle", at=request.at)
        unchanged(request, task, lambda: ("family", task.pk, task.row_version))
    return task


@endpoint("En uppgift mot familjen", tag=TAG, gives=schemas.FamilyTaskOut, etag=True, errors=[404])
def get_family_task(request: HubRequest, ref: UUID) -> Answer:
    task = _task(request, ref, handle=False)
    return Answer(_task_body(task), ("family", task.pk, task.row_version))


def _again(request: HubRequest, ref: UUID) -> Answer:
    return get_family_task(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Uppgiften är gjord", tag=TAG, body=FamilyTaskDoneBody, gives=schemas.FamilyTaskOut, if_match=True, errors=[404]
)
def finish_family_task(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Ett ja på en fråga till familjen öppnar ett ärende av den föreslagna formen. Ingen utanför får veta något."""
    task = _task(request, ref)
    if task.kind == TaskKind.ASK_FAMILY:
        if "family_answer" not in body:
            raise Problem("invalid", errors=[("family_answer", "Skicka vad familjen svarade.")])
        yes = body["family_answer"] == "yes"
        actions.answer_of_family(task, yes=yes, note=body["note"], by=request.actor, at=request.at)
    else:
        told_on = body.get("told_on")
        actions.finish_task(task, note=body["note"], told_on=told_on, by=request.actor, at=request.at)
    return _again(request, ref)


@endpoint(
    "Håll inne en uppgift", tag=TAG, body=FamilyTaskHoldBody, gives=schemas.FamilyTaskOut, if_match=True, errors=[404]
)
def hold_family_task(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Med särskilda skäl och en dag då det prövas igen. Så länge går inga brev och inbjudningar till personen."""
    task = _task(request, ref)
    verb = actions.keep_holding if task.state == TaskState.HELD else actions.hold_task
    verb(task, **body, by=request.actor, at=request.at)
    return _again(request, ref)


@endpoint(
    "Ta upp en uppgift igen",
    tag=TAG,
    body=FamilyTaskResumeBody,
    gives=schemas.FamilyTaskOut,
    if_match=True,
    errors=[404],
)
def resume_family_task(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Ett eget beslut om just den personen."""
    actions.resume_task(_task(request, ref), why=body["why"], by=request.actor, at=request.at)
    return _again(request, ref)


# --- word to the reporter ----------------------------------------------------------------------------------------


class ConcernFeedbackBody(Body):
    choice = Choice(
        choices=[*FeedbackChoice.choices, ("asked", "Anmälaren ber om återkoppling nu")],
        help_text="”asked” noterar en begäran efter beslutet; de andra är valet.",
    )
    how = Optional(max_length=200)
    reason = Optional(max_length=1000)


@endpoint("Återkoppling till anmälaren", tag=TAG, gives=schemas.ConcernFeedbackOut, etag=True, errors=[404])
def get_concern_feedback(request: HubRequest, ref: UUID) -> Answer:
    """Bara för den som är skyldig att anmäla, efter beslutet. `text` är allt som får sägas."""
    concern = concern_for(request, ref)
    rows = permitted(Feedback.objects.filter(assessment=concern), request.actor, at=request.at)
    found = rows.select_related("report").first()
    if found is None:
        raise Http404("no mandated reporter, or not decided")
    request.trail.show([found])
    decided = concern.decision
    body = {
        "concern": concern.ref,
        "asked_at": found.asked_at,
        "due_at": feedback_until(found, decided),
        "choice": found.choice,
        "reason": found.reason,
        "how": found.how,
        "chosen_at": found.chosen_at,
        "text": list(told_text(found.report.number, clock.local_day(found.report.arrived_at), decided.kind)),
    }
    return Answer(body, ("feedback", found.pk, found.choice, found.asked_at))


@endpoint(
    "Notera valet om återkoppling", tag=TAG, body=ConcernFeedbackBody, gives=schemas.ConcernFeedbackOut, errors=[404]
)
def choose_concern_feedback(request: HubRequest, body: Data, ref: UUID) -> Answer:
    concern = concern_for(request, ref, "handle")
    if body["choice"] == "asked":
        actions.ask_feedback(concern, by=request.actor, at=request.at)
    else:
        actions.choose_feedback(concern, **body, by=request.actor, at=request.at)
    return get_concern_feedback(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


# --- the investigation -------------------------------------------------------------------------------------------


class InvestigationExtendBody(Body):
    until = Day(help_text="Sista dagen räknas med.")
    why = Text(max_length=1000, help_text="Särskilda skäl (20 kap. 3 § SoL).")


class InvestigationCloseBody(Body):
    into = Choice(choices=[(INTO_SUPPORT, "Med en insats"), (CLOSED, "Ärendet avslutas")])
    outcome = Choice(choices=CLOSING_OUTCOMES, required=False, help_text="Där ärendet avslutas.")
    why = Text(max_length=1000)


def _investigation(request: HubRequest, ref: UUID, *, lead: bool = True) -> Investigation:
    rows = Investigation.objects.select_related("assessment", "case", "investigator__user", "investigator__unit")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found], individual=found.assessment.individual_id, case=found.case_id)
    if lead:
        require(found, request.actor, "lead", at=request.at)
        unchanged(request, found, lambda: ("investigation", found.pk, found.row_version))
    return found


@endpoint("En utredning", tag=TAG, gives=schemas.InvestigationOut, etag=True, errors=[404])
def get_investigation(request: HubRequest, ref: UUID) -> Answer:
    found = _investigation(request, ref, lead=False)
    body = {
        "ref": found.ref,
        "concern": found.assessment.ref,
        "case": case_ref(found.case),
        "investigator": _person(found.investigator),
        "opened_at": found.opened_at,
        "received_at": found.received_at,
        "last_day": last_day_of(found),
        "extended_why": found.extended_why,
        "closed_at": found.closed_at,
        "closed_why": found.closed_why,
    }
    return Answer(body, ("investigation", found.pk, found.row_version))


def _shown(request: HubRequest, ref: UUID) -> Answer:
    return get_investigation(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Förläng en utredning",
    tag=TAG,
    body=InvestigationExtendBody,
    gives=schemas.InvestigationOut,
    if_match=True,
    errors=[404],
)
def extend_investigation(request: HubRequest, body: Data, ref: UUID) -> Answer:
    found = _investigation(request, ref)
    actions.extend_investigation(found, **body, by=request.actor, at=request.at)
    return _shown(request, ref)


@endpoint(
    "Avsluta en utredning",
    tag=TAG,
    body=InvestigationCloseBody,
    gives=schemas.InvestigationOut,
    if_match=True,
    errors=[404],
)
def close_investigation(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Med en insats går ärendet vidare; annars avslutas det."""
    found = _investigation(request, ref)
    actions.close_investigation(found, **body, by=request.actor, at=request.at)
    return _shown(request, ref)


concern_decide = resource("ConcernDecide", get=get_concern_decision, post=decide_on_concern)
concern_extend = resource("ConcernExtend", post=extend_concern_decision)
concern_handover = resource("ConcernHandover", get=get_concern_handover, post=receive_concern_handover)
concern_feedback = resource("ConcernFeedback", get=get_concern_feedback, post=choose_concern_feedback)
family_tasks = resource("FamilyTasks", get=list_family_tasks)
family_task = resource("FamilyTask", get=get_family_task)
family_task_done = resource("FamilyTaskDone", post=finish_family_task)
family_task_hold = resource("FamilyTaskHold", post=hold_family_task)
family_task_resume = resource("FamilyTaskResume", post=resume_family_task)
investigation = resource("Investigation", get=get_investigation)
investigation_extend = resource("InvestigationExtend", post=extend_investigation)
investigation_close = resource("InvestigationClose", post=close_investigation)
