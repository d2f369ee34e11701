"""The screen of a call: one child at a time, everybody's picture side by side, writing together (P-T7)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hub import swedish
from hub.access import find, may, permitted, require
from hub.errors import Conflict
from hub.http import HubRequest, is_first, once, page, uuid_or_none
from hub.joint_text import Saved
from hub.models import Unit
from hub.views.deeds import done
from triage import actions, call_page
from triage.actions.calling import standing_of, who_was_missing
from triage.call_page import Seen, Timer, children_of, present, saved_words, seen, spoken_of_now, stamp, timer_of
from triage.forms.hub import LineForm, TextForm, WhyForm
from triage.models import CallChild, CallState, HubCall, KnowledgeCheck, MapEdge

JSON = "application/json"
ANOTHER_CHILD = (
    "Samtalet gäller nu ett annat barn än när du började skriva. Inget är sparat. "
    "Kontrollera att raden gäller barnet som visas, och lägg i så fall till den igen."
)
#: What a reason is asked for.
CLOSING, CARRYING, CANCELLING = "Varför avslutar ni ändå?", "Varför en annan gång?", "Varför blir det ingen hubb?"


def call_for(request: HubRequest, ref: UUID, action: str = "read") -> HubCall:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    call = find(HubCall.objects.select_related("slot", "agency"), request.actor, at=request.at, ref=ref)
    request.trail.show([call])
    if action != "read":
        require(call, request.actor, action, at=request.at)
    return call


def child_for(request: HubRequest, call: HubCall, ref: str, action: str = "read") -> CallChild:
    """A child of the call, as the address or the form names it."""
    rows = CallChild.objects.filter(call=call).select_related("call", "assessment")
    return find(rows, request.actor, action, at=request.at, ref=uuid_or_none(ref))


# --- the screen ------------------------------------------------------------------------------------------------------


def hub(request: HubRequest, ref: UUID) -> HttpResponse:
    return screen(request, call_for(request, ref))


def screen(request: HubRequest, call: HubCall, *, status: int = 200, **forms: object) -> HttpResponse:
    """The page of a call in its state; `forms` are those that are shown again with what was wrong."""
    children = children_of(call, request.actor, at=request.at)
    current = spoken_of_now(children) if call.state == CallState.OPEN else None
    now = _shown(request, current) if current else None
    request.trail.show(children)
    context = {
        **_frame(request, call, children),
        **_live(request, call, now),
        **_forms(call, now),
        "now": now,
        "others": _others(request, children, current),
        **forms,
    }
    return page(request, "triage/hub.html", context, status=status)


def _shown(request: HubRequest, child: CallChild) -> Seen:
    found = seen(child, request.actor, at=request.at)
    request.trail.show(
        found.objects,
        individual=child.assessment.individual_id,
        case=child.assessment.case_id,
    )
    return found


def _frame(request: HubRequest, call: HubCall, children: list[CallChild]) -> dict[str, object]:
    leads = may(call, request.actor, "lead", at=request.at)
    standing = standing_of(call, by=request.actor, at=request.at) if leads and call.state == CallState.OPEN else None
    place = next((n for n, child in enumerate(children, 1) if child == spoken_of_now(children)), 0)
    return {
        "call": call,
        "when": swedish.moment(call.starts_at, request.at),
        "leads": leads,
        "attends": may(call, request.actor, "attend", at=request.at),
        "children": children,
        "place": f"barn {place} av {len(children)}" if leads and place else "",
        "before": children[place - 2] if place > 1 else None,
        "after": children[place] if 0 < place < len(children) else None,
        "standing": standing,
        "missing": who_was_missing(standing) if standing else "",
        "left": standing.unsettled if standing else [],
    }


def _live(request: HubRequest, call: HubCall, now: Seen | None) -> dict[str, object]:
    """What changes by itself while the call goes on."""
    here = present(call, request.actor, at=request.at)
    answered = sum(not voice.waits for voice in now.voices) if now else 0
    child = now.child if now else None
    timer: Timer | None = timer_of(call, at=request.at)
    return {
        "here": here,
        "units_here": swedish.listing(dict.fromkeys(a.unit.name for a in here)) if here else "Ingen",
        "am_here": any(a.assignment_id == request.actor.assignment_id for a in here),
        "timer": timer,
        "stamp": stamp(call, child, answered, here, at=request.at),
        "saved": saved_words(child, at=request.at) if child else "",
        "call": call,
        "now": now,
    }


def _forms(call: HubCall, now: Seen | None) -> dict[str, object]:
    if now is None:
        return {"close_form": WhyForm(asks=CLOSING), "cancel_form": WhyForm(asks=CANCELLING)}
    return {
        "text_form": TextForm(initial={"text": now.child.text, "version": now.child.text_version}),
        "line_form": LineForm(nodes=now.nodes, units=now.units),
        "carry_form": WhyForm(asks=CARRYING, auto_id="carry_%s"),
        "close_form": WhyForm(asks=CLOSING, auto_id="close_%s"),
    }


def _others(request: HubRequest, children: list[CallChild], current: CallChild | None) -> list[dict[str, object]]:
    """The rest of the list, by number; what was written about a child when the call is over."""
    return [
        {
            "child": child,
            "title": call_page.who_in_words(child.assessment, at=request.at),
            "state": str(child.assessment.get_state_display()),
        }
        for child in children
        if child != current
    ]


@require_GET
def live(request: HubRequest, ref: UUID) -> HttpResponse:
    """The part that changes by itself; nothing where nothing has changed since `stand`."""
    call = call_for(request, ref)
    request.trail.forget()
    children = children_of(call, request.actor, at=request.at)
    child = spoken_of_now(children) if call.state == CallState.OPEN else None
    here = present(call, request.actor, at=request.at)
    checks = KnowledgeCheck.objects.filter(assessment=child.assessment_id if child else None).exclude(answered_at=None)
    answered = permitted(checks, request.actor, at=request.at).count() if child else 0
    if request.GET.get("stand") == stamp(call, child, answered, here, at=request.at):
        return HttpResponse(status=204)
    request.trail.show([call])
    now = _shown(request, child) if child else None
    return page(request, "triage/_hub_live.html", _live(request, call, now))


# --- deeds ------------------------------------------------------------------------------------------------------------


def _back(call: HubCall) -> HttpResponse:
    return redirect("triage:hub", call.ref)


@require_POST
@once
def start(request: HubRequest, ref: UUID) -> HttpResponse:
    call = call_for(request, ref, "lead")
    actions.open_call(call, by=request.actor, at=request.at)
    return _back(call)


@require_POST
@once
def cancel(request: HubRequest, ref: UUID) -> HttpResponse:
    call = call_for(request, ref, "lead")
    form = WhyForm(request.POST, asks=CANCELLING)
    status = done(
        form,
        lambda: actions.cancel_call(call, why=form.cleaned_data["why"], by=request.actor, at=request.at),
    )
    if status != 200:
        return screen(request, call, status=status, cancel_form=form)
    messages.success(request, "Hubben är inställd. Enheternas svar finns kvar.")
    return redirect("triage:hubs")


@require_POST
@once
def attend(request: HubRequest, ref: UUID) -> HttpResponse:
    """Come in, or go."""
    call = call_for(request, ref)
    if request.POST.get("do") == "ut":
        actions.leave(call, by=request.actor, at=request.at)
        return redirect("triage:hubs")
    actions.join(call, by=request.actor, at=request.at)
    return _back(call)


@require_POST
@once
def turn(request: HubRequest, ref: UUID) -> HttpResponse:
    """On to the child that the form names."""
    call = call_for(request, ref, "lead")
    actions.turn_to(child_for(request, call, request.POST.get("child", "")), by=request.actor, at=request.at)
    return _back(call)


@require_POST
@once
def carry(request: HubRequest, ref: UUID) -> HttpResponse:
    """Take the child up another time: straight on to where that is convened."""
    call = call_for(request, ref, "lead")
    child, form = (
        child_for(request, call, request.POST.get("child", "")),
        WhyForm(request.POST, asks=CARRYING, auto_id="carry_%s"),
    )
    status = done(
        form, lambda: actions.carry_over(child, why=form.cleaned_data["why"], by=request.actor, at=request.at)
    )
    if status != 200:
        return screen(request, call, status=status, carry_form=form)
    convene = reverse("triage:convene", args=[child.assessment.ref])
    messages.success(request, "Barnet är överfört. Kalla en ny hubb för barnet under Kalla till hubb.")
    return redirect(convene if may(child.assessment, request.actor, "convene", at=request.at) else "triage:hubs")


@require_POST
@once
def close(request: HubRequest, ref: UUID) -> HttpResponse:
    call = call_for(request, ref, "lead")
    needed = standing_of(call, by=request.actor, at=request.at).needs_reason
    form = WhyForm(request.POST, asks=CLOSING, auto_id="close_%s", needed=needed)
    status = done(form, lambda: actions.close_call(call, why=form.cleaned_data["why"], by=request.actor, at=request.at))
    if status != 200:
        return screen(request, call, status=status, close_form=form)
    messages.success(request, "Hubben är avslutad.")
    return _back(call)


# --- writing together -------------------------------------------------------------------------------------------------


@require_POST
def text(request: HubRequest, ref: UUID) -> HttpResponse:
    """Save what is typed. A script is answered with the joined text, a form with the page."""
    call = call_for(request, ref)
    child = child_for(request, call, request.POST.get("child", ""), "write")
    form = TextForm(request.POST)
    made: list[Saved] = []
    status = done(form, lambda: made.append(_save(request, child, form)))
    wants_json = request.headers.get("Accept") == JSON
    if status != 200:
        if wants_json:
            return JsonResponse({"errors": [str(e) for errors in form.errors.values() for e in errors]}, status=status)
        return screen(request, call, status=status, text_form=form)
    if wants_json:
        return JsonResponse(_answer(request, child, made[0]))
    _tell(request, made[0])
    return _back(call)


def _save(request: HubRequest, child: CallChild, form: TextForm) -> Saved:
    """Save, once by its key: who got no answer sends the same again, and others may have written between (P-Q3)."""
    if not is_first(request):
        held = CallChild.objects.get(pk=child.pk)
        return Saved(held.text, held.text_version)
    data = form.cleaned_data
    base = data["base"] if "base" in request.POST else None
    return actions.save_text(child, data["text"], version=data["version"], base=base, by=request.actor, at=request.at)


def _answer(request: HubRequest, child: CallChild, saved: Saved) -> dict[str, Any]:
    """The joined text, for those who may still read it; else only that it is saved."""
    readable = permitted(CallChild.objects.filter(pk=child.pk), request.actor, at=request.at).exists()
    if readable:
        request.trail.show([child], individual=child.assessment.individual_id, case=child.assessment.case_id)
    return {
        "version": saved.version,
        "text": saved.text if readable else None,
        "clash": saved.clash,
        "saved": saved_words(child, at=request.at),
    }


def _tell(request: HubRequest, saved: Saved) -> None:
    if saved.clash:
        messages.warning(request, "Ni skrev samtidigt på samma ställe. Båda texterna finns kvar. Läs igenom.")
    elif saved.merged:
        messages.info(request, "Sparat, tillsammans med det som någon annan skrev samtidigt.")
    else:
        messages.success(request, "Sparat.")


# --- the map ----------------------------------------------------------------------------------------------------------


def _current(request: HubRequest, call: HubCall) -> CallChild:
    """The child that is spoken of, if the actor may know which.

    Raises:
        Http404: none is, or not to the actor.
    """
    child = spoken_of_now(children_of(call, request.actor, at=request.at))
    if child is None or call.state != CallState.OPEN:
        raise Http404("HubCall")
    return child


@require_POST
@once
def draw(request: HubRequest, ref: UUID) -> HttpResponse:
    """A line more on the map of the child that is spoken of."""
    call = call_for(request, ref)
    child = _current(request, call)
    now = _shown(request, child)
    form = LineForm(request.POST, nodes=now.nodes, units=now.units)
    status = done(form, lambda: _draw(request, child, form))
    if status != 200:
        return screen(request, call, status=status, line_form=form)
    return redirect(f"{reverse('triage:hub', args=[call.ref])}#karta")


def _draw(request: HubRequest, child: CallChild, form: LineForm) -> None:
    if request.POST.get("child", str(child.ref)) != str(child.ref):
        raise Conflict(ANOTHER_CHILD)
    data = form.cleaned_data
    source: Unit = form.units[data["source"]]
    line = actions.Line(
        kind=data["kind"],
        label=data["label"],
        degree=data["degree"],
        source=source,
        start=form.nodes.get(data["start"]),
        note=data["note"],
        not_a_name=data["not_a_name"],
    )
    actions.add_to_map(child.assessment, line, by=request.actor, at=request.at)


@require_POST
@once
def erase(request: HubRequest, ref: UUID) -> HttpResponse:
    """Take a line off the map."""
    call = call_for(request, ref)
    child = _current(request, call)
    rows = MapEdge.objects.filter(assessment=child.assessment).select_related("assessment", "end")
    edge = find(rows, request.actor, at=request.at, ref=uuid_or_none(request.POST.get("line", "")))
    actions.remove_from_map(edge, by=request.actor, at=request.at)
    return redirect(f"{reverse('triage:hub', args=[call.ref])}#karta")
