"""Convening the hub, and the list of hubs (P-T6)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub import swedish
from hub.access import Actor, Denied, find, may, permitted
from hub.http import HubRequest, once, page
from hub.models import AgencyKind, AgreementParty, Unit
from hub.views.deeds import done, posted
from triage import actions
from triage.actions.convening import asked_as, is_locked_out, is_protected, may_be_asked, people_of, units_of_hub
from triage.forms.hub import ConveneForm
from triage.hub_messages import due_of, waiting_checks
from triage.models import (
    AskedAs,
    AssessmentState,
    CallChild,
    CallState,
    Colour,
    HubCall,
    KnowledgeCheck,
    PreliminaryAssessment,
)
from triage.slots import next_times

#: Past calls on the list.
MOST = 20


def to_convene(request: HubRequest, ref: UUID) -> PreliminaryAssessment:
    """404 for what one may not know of; 403 where one may read but not convene."""
    rows = PreliminaryAssessment.objects.select_related("report", "individual__person")
    try:
        found = find(rows, request.actor, "convene", at=request.at, ref=ref)
    except Http404:
        raise Denied("convene", find(rows, request.actor, at=request.at, ref=ref)) from None
    request.trail.show([found], individual=found.individual_id, case=found.case_id)
    return found


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom convening would ask, and whom the law keeps out."""

    new: list[tuple[Unit, str]]
    already: list[Unit]
    locked_out: list[Unit]
    others: list[Unit]


def asking(assessment: PreliminaryAssessment, *, at: datetime) -> Asking:
    hub = units_of_hub(assessment.report.agency_id, at=at)
    asked = set(KnowledgeCheck.objects.filter(assessment=assessment).values_list("unit_id", flat=True))
    allowed = may_be_asked(hub)
    new = [(unit, str(AskedAs(asked_as(unit, assessment)).label)) for unit in allowed if unit.pk not in asked]
    return Asking(
        new=new,
        already=[unit for unit in allowed if unit.pk in asked],
        locked_out=[unit for unit in hub if is_locked_out(unit)],
        others=other_units(assessment, {unit.pk for unit in hub} | asked, at=at),
    )


def other_units(assessment: PreliminaryAssessment, but: set[int], *, at: datetime) -> list[Unit]:
    """Units of other social services that work in the kommun, by their agreement where they come from outside."""
    kommun = assessment.municipality_id
    agreed = AgreementParty.objects.binding(at=at).filter(municipality=kommun)
    rows = Unit.objects.filter(
        Q(agency__municipality=kommun) | Q(agency__in=agreed.values("agency")),
        agency__kind=AgencyKind.SOCIALTJANST,
        agency__serves=kommun,
        family_counselling=False,
    ).exclude(Q(pk__in=but) | Q(agency=assessment.report.agency_id))
    return sorted(rows.select_related("agency"), key=lambda unit: swedish.sort_key(unit.name))


def standing_call(assessment: PreliminaryAssessment) -> HubCall | None:
    running = (CallState.PLANNED, CallState.OPEN)
    rows = HubCall.objects.filter(
        children__assessment=assessment, children__carried_why="", state__in=running, agency=assessment.report.agency_id
    )
    return rows.order_by("starts_at", "pk").first()


@once
def convene(request: HubRequest, ref: UUID) -> HttpResponse:
    assessment = to_convene(request, ref)
    whom, standing = asking(assessment, at=request.at), standing_call(assessment)
    protected = is_protected(assessment)
    people = [(unit, people_of(unit, assessment, at=request.at)) for unit, _as in whom.new] if protected else []
    form = ConveneForm(
        posted(request),
        times=next_times(assessment.report.agency_id, at=request.at),
        others=whom.others,
        people=[(unit, found) for unit, found in people if found],
        at=request.at,
        settled=standing is not None,
    )
    made, status = list[HubCall](), 200
    if request.method == "POST":
        status = done(form, lambda: made.append(_convene(request, assessment, form, whom)))
        if status == 200:
            return _convened(request, made[0])
    context: dict[str, object] = {
        "assessment": assessment,
        "readable": may(assessment, request.actor, "read", at=request.at),
        "form": form,
        "named": [form[name] for name in form.fields if name.startswith("named_")],
        "whom": whom,
        "standing": standing,
        "protected": protected,
        "usual": assessment.colour in (Colour.ORANGE, Colour.RED),
        "need_asked": any(unit.agency_id != assessment.report.agency_id for unit, _as in whom.new) or whom.others,
        "keeps_out": swedish.listing(unit.name for unit in whom.locked_out) if whom.locked_out else "",
    }
    return page(request, "triage/convene.html", context, status=status)


def _convene(request: HubRequest, assessment: PreliminaryAssessment, form: ConveneForm, whom: Asking) -> HubCall:
    starts_at, slot = form.chosen()
    chosen = set(form.cleaned_data.get("more", ()))
    wanted = actions.Convening(
        starts_at=starts_at,
        slot=slot,
        need=form.cleaned_data["need"],
        more=[unit for unit in whom.others if str(unit.ref) in chosen],
        named=form.named(),
    )
    return actions.convene(assessment, wanted, by=request.actor, at=request.at)


def _convened(request: HubRequest, call: HubCall) -> HttpResponse:
    messages.success(
        request, f"Hubben är kallad: {swedish.moment(call.starts_at, request.at)}. Enheterna är tillfrågade."
    )
    if may(call, request.actor, "read", at=request.at):
        return redirect("triage:hub", call.ref)
    return redirect("triage:hubs")


# --- the list --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call on the list: when, in what state, and the numbers of the children whom the actor may know of."""

    call: HubCall
    when: str
    url: str
    children: list[PreliminaryAssessment]


def rows_of(calls: list[HubCall], actor: Actor, *, at: datetime) -> list[CallRow]:
    listed = CallChild.objects.filter(call__in=calls).select_related("assessment__report")
    children: dict[int, list[PreliminaryAssessment]] = {}
    for child in permitted(listed, actor, at=at).order_by("order"):
        children.setdefault(child.call_id, []).append(child.assessment)
    return [
        CallRow(
            call,
            swedish.moment(call.starts_at, at).capitalize(),
            reverse("triage:hub", args=[call.ref]),
            children.get(call.pk, []),
        )
        for call in calls
    ]


def hubs(request: HubRequest) -> HttpResponse:
    """What goes on, what comes, what was; and the questions that wait for one's own unit."""
    actor, at = request.actor, request.at
    calls = permitted(HubCall.objects.all(), actor, at=at)
    ahead = rows_of(
        list(calls.filter(state__in=(CallState.PLANNED, CallState.OPEN)).order_by("starts_at", "pk")), actor, at=at
    )
    past = rows_of(
        list(calls.filter(state__in=(CallState.CLOSED, CallState.CANCELLED)).order_by("-starts_at", "-pk")[:MOST]),
        actor,
        at=at,
    )
    checks = waiting_checks(actor, at=at)
    for row in (*ahead, *past):
        request.trail.show([row.call, *row.children])
    request.trail.show(checks)
    context: dict[str, object] = {
        "running": [row for row in ahead if row.call.state == CallState.OPEN],
        "planned": [row for row in ahead if row.call.state == CallState.PLANNED],
        "past": past,
        "checks": [(check, due_of(check), swedish.time_left_words(due_of(check), at)) for check in checks],
        "now": at,
        "open_state": AssessmentState.OPEN,
    }
    return page(request, "triage/hubs.html", context)
