"""Planera möten: asking for times for all that is due, going through the proposal, and booking it (P-M3)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from hub import clock, swedish
from hub.access import Denied, find, permitted
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted
from meetings import actions, plan_page, proposals, queries
from meetings.actions.planning import CHANGED
from meetings.forms.plans import LeaveForm, MoveForm, PlanForm, ProposalForm, again, standing_at
from meetings.models import WORKING, Proposal, ProposalState, ProposedMeeting
from meetings.proposals import Standing
from meetings.views.calendar import read_day

#: Earlier proposals that the page lists, and other times that it suggests for a meeting.
EARLIER, SUGGESTED = 10, 8


def proposal_for(request: HubRequest, ref: UUID) -> Proposal:
    """One's own; 404 for every other."""
    found = find(Proposal.objects.select_related("district"), request.actor, at=request.at, ref=ref)
    request.trail.show([found])
    return found


def proposed_for(request: HubRequest, proposal: Proposal, ref: UUID) -> ProposedMeeting:
    rows = ProposedMeeting.objects.filter(proposal=proposal).select_related("case", "room")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found], individual=found.case.individual_id, case=found.case_id)
    return found


@once
def plan(request: HubRequest) -> HttpResponse:
    """Which weeks and which cases; below it what one has asked for before."""
    actor, at = request.actor, request.at
    if not proposals.may_plan(actor, at=at):
        raise Denied("plan", Proposal)
    today = clock.local_day(at)
    own = permitted(Proposal.objects.filter(asked_by=actor.assignment_id), actor, at=at)
    earlier = list(own.order_by("-asked_at", "-pk")[:EARLIER])
    first = again(earlier[0], today) if earlier else {"weeks": 4, "minutes": 60, "officials_minutes": 15}
    monday = today + timedelta(days=7 - today.weekday())
    form = PlanForm(
        posted(request), districts=proposals.districts(actor, at=at), initial={"first_day": monday, **first}
    )
    status, made = 200, list[Proposal]()
    if request.method == "POST":
        status = done(form, lambda: made.append(actions.ask_for_proposal(**form.asked(), by=actor, at=at)))
        if status == 200:
            return redirect("meetings:proposal", made[0].ref)
    request.trail.show(earlier)
    context: dict[str, object] = {
        "form": form,
        "cases": proposals.led(actor, at=at).count(),
        "earlier": [(one, plan_page.days_of(one), plan_page.BADGE[ProposalState(one.state)]) for one in earlier],
        "waiting": next((one for one in earlier if one.state == ProposalState.READY), None),
        "now": at,
    }
    return page(request, "meetings/plan.html", context, status=status)


@require_GET
def proposal(request: HubRequest, ref: UUID) -> HttpResponse:
    """While it is made: how far it has come. When it is ready: a week of it, and every meeting in words."""
    return show(request, proposal_for(request, ref))


def show(
    request: HubRequest, found: Proposal, refused: Mapping[int, Sequence[str]] | None = None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "proposal": found,
        "days": plan_page.days_of(found),
        "badge": plan_page.BADGE[ProposalState(found.state)],
        "working": found.state in WORKING,
        "progress": plan_page.progress(found, request.at),
    }
    if found.state != ProposalState.READY:
        return page(request, "meetings/proposal.html", context, status=status)
    now = proposals.standing(found, request.actor, at=request.at)
    return page(request, "meetings/proposal.html", context | _ready(request, now, refused or {}), status=status)


def _ready(request: HubRequest, now: Standing, refused: Mapping[int, Sequence[str]]) -> dict[str, object]:
    for line in now.lines:
        request.trail.show([line.row], individual=line.row.case.individual_id, case=line.row.case_id)
    lines = [plan_page.shown(now, line, refused) for line in now.lines]
    chosen = [one for one in lines if one.line.chosen]
    mondays = plan_page.mondays(now.proposal)
    monday = _monday(request, mondays, chosen)
    return {
        "week": plan_page.week(monday, chosen, clock.local_day(request.at)),
        "weeks": [
            {
                "label": f"v. {one.isocalendar().week} ({_in_week(one, chosen)})",
                "url": f"?vecka={one.isoformat()}",
                "current": one == monday,
            }
            for one in mondays
        ],
        "chosen": chosen,
        "in_the_way": [one for one in chosen if one.conflicts],
        "unplaced": [one for one in lines if one.line.row.starts_at is None and not one.line.row.left_out],
        "left_out": [one for one in lines if one.line.row.left_out],
        "quality": plan_page.quality(now.proposal),
        "late": sum(clock.local_day(at) > one.line.row.due_day for one in chosen if (at := one.line.row.starts_at)),
        "booking": swedish.plural(len(chosen), "möte", "möten"),
    }


def _monday(request: HubRequest, mondays: Sequence[date], chosen: Sequence[plan_page.Shown]) -> date:
    """The week asked for; else the first with a meeting in it."""
    asked = read_day(request.GET.get("vecka", ""))
    if asked is not None and asked in mondays:
        return asked
    return next((one for one in mondays if _in_week(one, chosen)), mondays[0])


def _in_week(monday: date, chosen: Sequence[plan_page.Shown]) -> int:
    starts = (clock.local_day(at) for one in chosen if (at := one.line.row.starts_at) is not None)
    return sum(monday <= day < monday + timedelta(days=7) for day in starts)


@require_GET
def live(request: HubRequest, ref: UUID) -> HttpResponse:
    """How far it has come; when it is made the page is read anew."""
    found = proposal_for(request, ref)
    if found.state not in WORKING:
        return HttpResponseClientRefresh() if request.htmx else redirect("meetings:proposal", found.ref)
    context: dict[str, object] = {"proposal": found, "progress": plan_page.progress(found, request.at)}
    return page(request, "meetings/_proposal_live.html", context)


@require_POST
@once
def stop(request: HubRequest, ref: UUID) -> HttpResponse:
    found = proposal_for(request, ref)
    try:
        with transaction.atomic():
            actions.stop_proposal(found, by=request.actor, at=request.at)
        messages.success(request, "Planeringen är avbruten. Inget är bokat.")
    except Conflict as late:
        messages.info(request, late.message)
    return redirect("meetings:proposal", found.ref)


@require_POST
@once
def drop(request: HubRequest, ref: UUID) -> HttpResponse:
    found = proposal_for(request, ref)
    try:
        with transaction.atomic():
            actions.drop_proposal(found, by=request.actor, at=request.at)
        messages.success(request, "Förslaget är kastat. Inget är bokat.")
    except Conflict as late:
        messages.info(request, late.message)
    return redirect("meetings:plan")


@once
def move(request: HubRequest, ref: UUID, meeting: UUID) -> HttpResponse:
    """Another time or room; what is in the way is said at once, and nothing is booked."""
    found = proposal_for(request, ref)
    row = proposed_for(request, found, meeting)
    if found.state != ProposalState.READY:
        return redirect("meetings:proposal", found.ref)
    rooms = queries.rooms(request.actor, at=request.at)
    form = MoveForm(posted(request), rooms=rooms, initial={"row_version": found.row_version, **standing_at(row)})
    status = 200
    if request.method == "POST":
        status = done(form, lambda: _moved(request, row, form))
        if status == 200:
            back = "veckan" if request.POST.get("till") == "veckan" else f"m-{row.ref}"
            return redirect(f"{_place(found)}?vecka={_week_of(form.cleaned_data['day'])}#{back}")
    now = proposals.standing(found, request.actor, at=request.at)
    line = plan_page.shown(now, now.line(row), {})
    found_times = proposals.other_times(now, row, SUGGESTED)
    context: dict[str, object] = {
        "proposal": found,
        "one": line,
        "form": form,
        "others": [plan_page.other_time(one, now.asked) for one in found_times],
        "days": plan_page.days_of(found),
    }
    return page(request, "meetings/proposed.html", context, status=status)


def _moved(request: HubRequest, row: ProposedMeeting, form: MoveForm) -> None:
    said = actions.move_proposed(
        row,
        form.starts(),
        form.chosen_room(),
        row_version=form.cleaned_data["row_version"],
        by=request.actor,
        at=request.at,
    )
    if said:
        messages.warning(request, f"{row.case.number} är flyttat, men går inte att boka där. {' '.join(said)}")
    else:
        messages.success(request, f"{row.case.number} är flyttat. Tiden går bra.")


@require_POST
@once
def leave(request: HubRequest, ref: UUID, meeting: UUID) -> HttpResponse:
    """Leave one out of what is booked, or take it in again."""
    found = proposal_for(request, ref)
    row, form = proposed_for(request, found, meeting), LeaveForm(request.POST)

    def deed() -> None:
        out, seen = form.cleaned_data["out"], form.cleaned_data["row_version"]
        actions.leave_out(row, out, row_version=seen, by=request.actor, at=request.at)
        messages.success(request, f"{row.case.number} {'lämnas utanför' if out else 'är med igen'}.")

    if done(form, deed) != 200:
        messages.error(request, CHANGED)
    return redirect(f"{_place(found)}#m-{row.ref}")


@require_POST
@once
def confirm(request: HubRequest, ref: UUID) -> HttpResponse:
    """Book all of it; or nothing, and say which meetings are in the way."""
    found, form = proposal_for(request, ref), ProposalForm(request.POST)
    if not form.is_valid():
        messages.error(request, CHANGED)
        return redirect("meetings:proposal", found.ref)
    try:
        with transaction.atomic():
            seen = form.cleaned_data["row_version"]
            made = actions.confirm_proposal(found, row_version=seen, by=request.actor, at=request.at)
    except actions.Collides as collides:
        messages.error(request, collides.message)
        return show(request, found, collides.texts, status=409)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect("meetings:proposal", found.ref)
    except Invalid as wrong:
        messages.error(request, " ".join(wrong.errors.values()))
        return redirect("meetings:proposal", found.ref)
    messages.success(request, f"{swedish.plural(len(made), 'möte är bokat', 'möten är bokade')}. De kallade får veta.")
    return redirect("meetings:meetings")


def _place(found: Proposal) -> str:
    return reverse("meetings:proposal", args=[found.ref])


def _week_of(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()
