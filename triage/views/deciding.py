"""The decision on one child, more time for it, and the handover packet (P-T7, P-T8)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hub import clock, swedish
from hub.access import find, may, permitted, require
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted
from triage import actions
from triage.actions.deciding import in_the_way, last_day_to_decide, unanswered
from triage.call_page import told_of, voices_of
from triage.following import concern_url, consequences_of, in_danger, investigators, proposable
from triage.forms.deciding import DecideForm, ExtendDecisionForm
from triage.models import (
    AssessmentState,
    CallChild,
    CallState,
    Decision,
    HubCall,
    Investigation,
    Ownership,
    PreliminaryAssessment,
)
from triage.packet import Packet, child_words, packet_of
from triage.paper import Block, Chapter, Sheet, render


def concern_for(request: HubRequest, ref: UUID, action: str = "read") -> PreliminaryAssessment:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    rows = PreliminaryAssessment.objects.select_related("report", "individual__person", "case", "owner__user")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found, found.report], individual=found.individual_id, case=found.case_id)
    if action != "read":
        require(found, request.actor, action, at=request.at)
    return found


def common(assessment: PreliminaryAssessment, here: str) -> dict[str, object]:
    """What the crumbs and heading of every page about a concern need."""
    return {
        "concern": assessment,
        "number": assessment.report.number,
        "child": child_words(assessment),
        "concern_url": concern_url(assessment),
        "here": here,
    }


@once
def decision(request: HubRequest, ref: UUID) -> HttpResponse:
    assessment = concern_for(request, ref)
    if assessment.state == AssessmentState.OPEN:
        require(assessment, request.actor, "handle", at=request.at)
    elif request.method != "POST":  # who sends a decision too late is told so, with what was typed
        return redirect("triage:handover", ref)
    taken_up = told_of(assessment, request.actor, at=request.at)
    call = _call_of(taken_up, request)
    waiting = unanswered(assessment)
    form = DecideForm(
        posted(request),
        assignments=investigators(assessment, at=request.at),
        agencies=proposable(request.actor, at=request.at),
        waits=bool(waiting),
    )
    form.explain(consequences_of(assessment, at=request.at))
    status = 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.decide(assessment, form.facts, by=request.actor, at=request.at),
            field="investigator",
        )
        if status == 200:
            messages.success(request, f"Beslutet är fattat: {str(assessment.get_state_display()).lower()}.")
            return _after(request, assessment, call)
    request.trail.show(waiting)
    context = common(assessment, "Beslut") | {
        "form": form,
        "obstacles": in_the_way(assessment, request.actor),
        "waiting": [check.unit.name for check in waiting],
        "danger": in_danger(assessment, at=request.at),
        "last_day": last_day_to_decide(assessment),
        "call": call,
        "back_url": reverse("triage:hub", args=[call.ref]) if call else concern_url(assessment),
        **_known(request, assessment, taken_up),
    }
    return page(request, "triage/decision.html", context, status=status)


def _call_of(child: CallChild | None, request: HubRequest) -> HubCall | None:
    """The call that speaks of the child right now, if the actor leads it: the decision is made before hanging up."""
    if child is None or child.spoken_to is not None or child.call.state != CallState.OPEN:
        return None
    return permitted(HubCall.objects.filter(pk=child.call_id), request.actor, "lead", at=request.at).first()


def _known(request: HubRequest, assessment: PreliminaryAssessment, child: CallChild | None) -> dict[str, object]:
    """What the decision rests on, beside it: each unit's own picture, and what was written in the call (P-T7)."""
    voices = voices_of(assessment, request.actor, at=request.at)
    request.trail.show([voice.check for voice in voices])
    request.trail.show([note for voice in voices for note in voice.notes])
    request.trail.show([child] if child else [])
    return {"voices": voices, "joint": child.text if child else ""}


def _after(request: HubRequest, assessment: PreliminaryAssessment, call: HubCall | None) -> HttpResponse:
    """Back to the call that goes on, else to the packet; home for those who do not see the concern any more."""
    if call is not None and may(call, request.actor, "read", at=request.at):
        return redirect("triage:hub", call.ref)
    if may(assessment, request.actor, "read", at=request.at):
        return redirect("triage:handover", assessment.ref)
    return redirect("hub:home")


@once
def extend(request: HubRequest, ref: UUID) -> HttpResponse:
    """More time than fourteen days, for synnerliga skäl (SoL 20:2)."""
    assessment = concern_for(request, ref, "handle")
    form, status = ExtendDecisionForm(posted(request)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.extend_decision(assessment, **form.cleaned_data, by=request.actor, at=request.at),
        )
        if status == 200:
            messages.success(request, f"Beslutet ska fattas senast {swedish.day(form.cleaned_data['until'])}.")
            return redirect(concern_url(assessment))
    context = common(assessment, "Mer tid för beslutet") | {
        "form": form,
        "verb": "Besluta om mer tid",
        "lead": f"Beslutet ska fattas senast {swedish.day(last_day_to_decide(assessment))}.",
        "help": "extend",
    }
    return page(request, "triage/act.html", context, status=status)


@require_GET
def handover(request: HubRequest, ref: UUID) -> HttpResponse:
    """Everything that whoever investigates needs, on one page."""
    assessment = concern_for(request, ref)
    packet = packet_of(assessment, request.actor, at=request.at)
    request.trail.show(packet.shows)
    found = permitted(Investigation.objects.filter(assessment=assessment), request.actor, at=request.at).first()
    context = common(assessment, "Överlämning") | {
        "packet": packet,
        "may_receive": may_receive(assessment, request),
        "investigation": found,
    }
    return page(request, "triage/handover.html", context)


def may_receive(assessment: PreliminaryAssessment, request: HubRequest) -> bool:
    """The decision names the actor, who has not given the receipt."""
    mine = Decision.objects.filter(assessment=assessment, investigator_id=request.actor.assignment_id)
    waits = Ownership.objects.filter(
        assessment=assessment, assignment_id=request.actor.assignment_id, valid_to=None, received_at=None
    )
    runs = Investigation.objects.filter(assessment=assessment, received_at=None)
    return mine.exists() and (waits.exists() or runs.exists())


@require_GET
def handover_pdf(request: HubRequest, ref: UUID) -> HttpResponse:
    """The packet as a tagged PDF; printing it is recorded as such."""
    assessment = concern_for(request, ref)
    packet = packet_of(assessment, request.actor, at=request.at)
    request.trail.show(packet.shows, printed=True)
    return pdf(render(_sheet(packet, request)), f"overlamning-{packet.number}-{assessment.position}")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _sheet(packet: Packet, request: HubRequest) -> Sheet:
    chapters = tuple(
        Chapter(s.title, tuple(Block(p.title, p.lines, p.source) for p in s.parts), s.empty) for s in packet.sections
    )
    return Sheet(
        title=f"Överlämning {packet.number}",
        lead=f"Gäller {packet.child}. Utskriven av {request.actor.user_name}, {request.actor.agency_name}.",
        foot=f"Överlämning {packet.number} · Innehåller sekretess",
        printed_on=clock.local_day(request.at),
        chapters=chapters,
    )


@require_POST
@once
def handover_receive(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Jag har tagit över"."""
    assessment = concern_for(request, ref, "handle")
    actions.receive_packet(assessment, by=request.actor, at=request.at)
    messages.success(request, "Du har tagit över.")
    return redirect("triage:handover", ref)
