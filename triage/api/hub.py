"""Convening, knowledge checks and calls: the same verbs as the pages (P-T6, P-T7)."""

from typing import Any
from uuid import UUID

from django.http import Http404

from hub.access import find, may, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Choice, Flag, Instant, Many, Optional, Ref, Text, Whole
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.errors import Invalid
from hub.http import HubRequest
from hub.models import Assignment, Unit
from triage import actions
from triage.actions.convening import is_protected, people_of
from triage.api import schemas_hub as schemas
from triage.call_page import children_of, present, seen, spoken_of_now
from triage.hub_messages import due_of
from triage.models import (
    AboutWhom,
    AssessmentState,
    CallChild,
    CallState,
    HubCall,
    Knowledge,
    KnowledgeCheck,
    KnowledgeNote,
    PreliminaryAssessment,
)
from triage.slots import next_times
from triage.views.hub_calling import call_for
from triage.views.hub_convening import to_convene
from triage.views.hub_knowing import PURPOSE, about, check_for

TAG = "Hubb"


class ConveningBody(Body):
    starts_at = Instant(required=False, help_text="Utelämnad: nästa stående tid, eller genast om ingen finns.")
    need = Optional(max_length=1000, help_text="Krävs när en enhet i en annan nämnd eller kommun tillfrågas.")
    more = Many(child=Ref(), required=False, default=list, help_text="Enheter utöver hubbens egna.")
    named = Many(child=Ref(), required=False, default=list, help_text="Skyddat barn: ett uppdrag per enhet.")


class KnownOfBody(Body):
    about = Choice(choices=AboutWhom.choices)
    whom = Text(max_length=120, help_text="En roll, till exempel ”äldre bror”.")
    text = Text(max_length=2000)


class KnownBody(Body):
    answer = Choice(choices=Knowledge.choices)
    summary = Optional(max_length=4000)
    notes = Many(child=KnownOfBody(), required=False, default=list)


class HangUpBody(Body):
    why = Optional(max_length=500, help_text="Krävs när enheter saknades eller inte har svarat.")


class AttendingBody(Body):
    present = Flag(help_text="true: gå med. false: lämna.")


class NextChildBody(Body):
    child = Ref(required=False, help_text="Utelämnad: nästa på listan som inte är beslutat eller överfört.")


class JointTextBody(Body):
    child = Ref()
    text = Optional(max_length=20_000)
    version = Whole(min_value=0)


class CallsQuery(PageQuery):
    state = Choice(choices=CallState.choices, required=False)


# --- convening -------------------------------------------------------------------------------------------------------


@endpoint("Kalla till hubb", tag=TAG, body=ConveningBody, gives=schemas.HubCallRowOut, errors=[404])
def convene_hub(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Enheterna tillfrågas. Att kalla igen frågar bara dem som inte är tillfrågade, och ändrar inte tiden.

    Under förhandsbedömningen deltar bara socialtjänstens enheter; andra avvisas (422).
    """
    assessment = to_convene(request, ref)
    times = next_times(assessment.report.agency_id, at=request.at)
    starts_at = body.get("starts_at") or (times[0].starts_at if times else request.at)
    wanted = actions.Convening(
        starts_at=starts_at,
        slot=next((time.slot for time in times if time.starts_at == starts_at), None),
        need=body["need"],
        more=_units(body["more"], request),
        named=_named(body["named"], assessment, request),
    )
    call = actions.convene(assessment, wanted, by=request.actor, at=request.at)
    request.trail.show([call])
    return Answer(_row(call))


def _units(refs: list[UUID], request: HubRequest) -> list[Unit]:
    """Units that work in the kommun, of any kind: the verb says who may not take part, and why."""
    rows = Unit.objects.filter(ref__in=refs, agency__serves=request.actor.municipality_id).select_related("agency")
    found = list(rows.distinct())
    if len(found) != len(set(refs)):
        raise Problem("invalid", errors=[("more", "Enheten finns inte.")])
    return found


def _named(refs: list[UUID], assessment: PreliminaryAssessment, request: HubRequest) -> dict[int, Assignment]:
    """Unit id → the person named there, only of those who may be asked about the child.

    Whoever may not is left out, as if nobody had been named: why is not told, for it may be jäv. Of a child who is
    not protected nobody is named, so that a name there tells nothing of the colleague.
    """
    if not is_protected(assessment):
        return {}
    rows = list(Assignment.objects.usable(at=request.at).filter(ref__in=refs).select_related("unit"))
    if len({row.unit_id for row in rows}) != len(rows):
        raise Problem("invalid", errors=[("named", "Skicka ett uppdrag per enhet.")])
    return {row.unit_id: row for row in rows if row in people_of(row.unit, assessment, at=request.at)}


# --- knowledge checks ------------------------------------------------------------------------------------------------


def _check_row(check: KnowledgeCheck) -> dict[str, Any]:
    return {
        "ref": check.ref,
        "number": check.assessment.report.number,
        "unit": check.unit.name,
        "asked_as": check.asked_as,
        "asked_at": check.asked_at,
        "due_at": due_of(check),
        "answered_at": check.answered_at,
    }


def _notes(notes: list[KnowledgeNote]) -> list[dict[str, str]]:
    return [{"about": note.about, "whom": note.whom, "text": note.text} for note in notes]


@endpoint("Frågor som väntar på er enhets svar", tag=TAG, query=PageQuery, gives=schemas.KnowledgeChecksOut)
def list_checks(request: HubRequest, query: Data) -> Answer:
    """Den som har väntat längst först. Bara nummer och tider."""
    rows = permitted(KnowledgeCheck.objects.all(), request.actor, "answer", at=request.at)
    found, more = slice_of(rows.select_related("assessment__report", "unit"), query, "asked_at", "pk")
    request.trail.show(found)
    return Answer(listed(request, [_check_row(check) for check in found], more, query))


@endpoint("En fråga och ert svar", tag=TAG, gives=schemas.KnowledgeCheckOut, errors=[404])
def get_check(request: HubRequest, ref: UUID) -> Answer:
    check = check_for(request, ref)
    notes = list(permitted(KnowledgeNote.objects.filter(check_of=check), request.actor, at=request.at).order_by("pk"))
    request.trail.show(notes)
    who = about(check.assessment, request)
    body = {
        **_check_row(check),
        "child": who["name"],
        "born": who["born"],
        "need": check.need or PURPOSE,
        "answer": check.answer,
        "summary": check.summary,
        "notes": _notes(notes),
        "may": ["answer"] if may(check, request.actor, "answer", at=request.at) else [],
    }
    return Answer(body)


@endpoint("Svara vad ni känner till", tag=TAG, body=KnownBody, gives=schemas.KnowledgeCheckOut, errors=[404])
def answer_question(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """En gång, för hela enheten. Det första svaret står (409)."""
    check = check_for(request, ref)
    told = [actions.Told(**note) for note in body["notes"]]
    known = actions.Known(answer=body["answer"], summary=body["summary"], notes=told)
    actions.answer_check(check, known, by=request.actor, at=request.at)
    return get_check(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


# --- calls -----------------------------------------------------------------------------------------------------------


def _row(call: HubCall) -> dict[str, Any]:
    return {
        "ref": call.ref,
        "starts_at": call.starts_at,
        "state": call.state,
        "opened_at": call.opened_at,
        "closed_at": call.closed_at,
    }


@endpoint("Hubbar", tag=TAG, query=CallsQuery, gives=schemas.HubCallsOut)
def list_calls(request: HubRequest, query: Data) -> Answer:
    """Senaste tiden först, också planerade."""
    rows = permitted(HubCall.objects.all(), request.actor, at=request.at)
    if "state" in query:
        rows = rows.filter(state=query["state"])
    found, more = slice_of(rows, query, "-starts_at", "-pk")
    request.trail.show(found)
    return Answer(listed(request, [_row(call) for call in found], more, query))


def _child(child: CallChild) -> dict[str, Any]:
    assessment = child.assessment
    return {
        "ref": child.ref,
        "concern": assessment.ref,
        "number": assessment.report.number,
        "colour": assessment.colour,
        "order": child.order,
        "spoken_of": child.spoken_from is not None and child.spoken_to is None,
        "settled": bool(child.carried_why) or assessment.state != AssessmentState.OPEN,
        "carried_why": child.carried_why,
    }


def _spoken(child: CallChild, request: HubRequest) -> dict[str, Any]:
    now = seen(child, request.actor, at=request.at)
    about_child = child.assessment
    request.trail.show(now.objects, individual=about_child.individual_id, case=about_child.case_id)
    voices = [
        {
            "unit": voice.unit,
            "answer": voice.check.answer,
            "summary": voice.check.summary,
            "due_at": due_of(voice.check),
            "notes": _notes(list(voice.notes)),
        }
        for voice in now.voices
    ]
    return {
        "child": child.ref,
        "title": now.title,
        "text": child.text,
        "version": child.text_version,
        "units": voices,
    }


@endpoint("En hubb", tag=TAG, gives=schemas.HubCallOut, errors=[404])
def get_call(request: HubRequest, ref: UUID) -> Answer:
    """Det barn som samtalet gäller visas för den som är med, bara medan samtalet gäller det."""
    call = call_for(request, ref)
    children = children_of(call, request.actor, at=request.at)
    request.trail.show(children)
    now = spoken_of_now(children) if call.state == CallState.OPEN else None
    body = {
        **_row(call),
        "missing": call.missing,
        "present": list(dict.fromkeys(one.unit.name for one in present(call, request.actor, at=request.at))),
        "children": [_child(child) for child in children],
        "spoken_of": _spoken(now, request) if now else None,
        "may": [action for action in ("lead", "attend") if may(call, request.actor, action, at=request.at)],
    }
    return Answer(body)


@endpoint("Öppna en hubb", tag=TAG, gives=schemas.HubCallOut, scope="write", errors=[404])
def open_hub(request: HubRequest, ref: UUID) -> Answer:
    """De 30 minuterna börjar, du är med, och samtalet gäller det första barnet."""
    actions.open_call(call_for(request, ref, "lead"), by=request.actor, at=request.at)
    return get_call(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Avsluta en hubb", tag=TAG, body=HangUpBody, gives=schemas.HubCallOut, errors=[404])
def close_hub(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Varje barn ska vara beslutat eller överfört (409). Saknades någon behövs ett skäl (422)."""
    call = call_for(request, ref, "lead")
    actions.close_call(call, why=body["why"], by=request.actor, at=request.at)
    return get_call(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Gå med i eller lämna en hubb", tag=TAG, body=AttendingBody, gives=schemas.HubCallOut, errors=[404])
def attend_hub(request: HubRequest, body: Data, ref: UUID) -> Answer:
    call = call_for(request, ref)
    if body["present"]:
        actions.join(call, by=request.actor, at=request.at)
    else:
        actions.leave(call, by=request.actor, at=request.at)
    return get_call(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Gå vidare till nästa barn", tag=TAG, body=NextChildBody, gives=schemas.HubCallOut, errors=[404])
def next_child(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Det förra barnet syns inte längre för dem som är med."""
    call = call_for(request, ref, "lead")
    children = children_of(call, request.actor, at=request.at)
    actions.turn_to(_next(children, body.get("child")), by=request.actor, at=request.at)
    return get_call(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _next(children: list[CallChild], wanted: UUID | None) -> CallChild:
    """The child asked for, or the first one after the present one that is not settled.

    Raises:
        Http404, Invalid: there is none.
    """
    if wanted is not None:
        found = next((child for child in children if child.ref == wanted), None)
        if found is None:
            raise Http404("CallChild")
        return found
    now = spoken_of_now(children)
    place = children.index(now) + 1 if now else 0
    left = [c for c in children[place:] if c.assessment.state == AssessmentState.OPEN and not c.carried_why]
    if not left:
        raise Invalid("Det finns inget barn kvar på listan.")
    return left[0]


@endpoint("Spara den gemensamma bedömningen", tag=TAG, body=JointTextBody, gives=schemas.JointTextOut, errors=[404])
def save_joint_text(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Med den version som du läste. Har någon annan sparat blir svaret 409 med båda texterna: `theirs` och `yours`."""
    call = call_for(request, ref)
    rows = CallChild.objects.filter(call=call).select_related("call", "assessment")
    child = find(rows, request.actor, "write", at=request.at, ref=body["child"])
    held: CallChild = CallChild.objects.select_for_update(of=("self",)).get(pk=child.pk)
    readable = permitted(CallChild.objects.filter(pk=child.pk), request.actor, at=request.at).exists()
    if held.text_version != body["version"] and readable:
        request.trail.show([child], individual=child.assessment.individual_id, case=child.assessment.case_id)
        more = {"theirs": held.text, "yours": body["text"], "version": held.text_version}
        raise Problem("conflict", "Någon annan har sparat. Foga ihop texterna och spara igen.", more=more)
    saved = actions.save_text(
        child, body["text"], version=body["version"], join_in=False, by=request.actor, at=request.at
    )
    request.trail.show([child], individual=child.assessment.individual_id, case=child.assessment.case_id)
    return Answer({"version": saved.version, "text": saved.text})


convene = resource("Convene", post=convene_hub)
checks = resource("KnowledgeChecks", get=list_checks)
check = resource("KnowledgeCheckOne", get=get_check)
check_answer = resource("AnswerCheck", post=answer_question)
calls = resource("HubCalls", get=list_calls)
call = resource("HubCallOne", get=get_call)
call_open = resource("OpenHub", post=open_hub)
call_close = resource("CloseHub", post=close_hub)
call_attend = resource("AttendHub", post=attend_hub)
call_next = resource("NextChild", post=next_child)
call_text = resource("JointText", post=save_joint_text)
