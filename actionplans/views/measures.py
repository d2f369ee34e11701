"""Writing measures, and "klart" by whoever does them (P-P1, P-P2)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from actionplans import actions, queries
from actionplans.actions.plans import CHANGED, PLAN_TYPE
from actionplans.forms.plan import DoneForm, MeasureForm, RemoveForm, measure_initial, readable
from actionplans.models import Goal, Measure, Plan
from actionplans.views.plan import back, counting, plan_for
from consent.models import InformationType
from hub import clock
from hub.access import find, may, permitted, require
from hub.errors import Conflict
from hub.forms.base import HubForm
from hub.http import HubRequest, once, page
from hub.models import Case
from hub.views.cases import case_for
from hub.views.deeds import done, posted


def measure_for(request: HubRequest, ref: UUID, action: str = "change") -> Measure:
    """404 for what one may not read, 403 for what one may not do (P-A5).

    Raises:
        Conflict: it stands in the plan no longer.
    """
    rows = Measure.objects.select_related("case", "plan", "responsible__user", "goal", "type")
    measure = find(rows, request.actor, at=request.at, ref=ref)
    require(measure, request.actor, action, at=request.at)
    if measure.last_version is not None or measure.plan.closed_at is not None:
        raise Conflict(CHANGED)
    request.trail.show([measure], individual=measure.individual_id, case=measure.case_id)
    return measure


def _form(request: HubRequest, case: Case, plan: Plan, initial: dict[str, Any]) -> MeasureForm:
    """What can be chosen: who leads the plan writes for everybody in the case, others for their own agency."""
    today, leads = clock.local_day(request.at), may(plan, request.actor, "lead", at=request.at)
    kinds = InformationType.objects
    types = kinds.current(on=today) if leads else kinds.writable_by(request.actor.agency_kind, on=today)
    usual = {PLAN_TYPE, initial["type"]}
    counted = counting(request)
    goals = permitted(
        Goal.objects.filter(case=case, last_version=None), request.actor, at=request.at, about=case.individual_id
    )
    chosen = list(goals.order_by("pk"))
    request.trail.show(chosen)
    return MeasureForm(
        None if counted else posted(request),
        initial=request.POST.dict() if counted else initial,
        people=queries.seated(case, request.actor, at=request.at, everybody=leads),
        goals=chosen,
        types=list(dict.fromkeys([*types, *kinds.current(on=today).filter(code__in=usual)])),
    )


@once
def new(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref)
    plan, status = plan_for(request, case, "contribute"), 200
    initial = {
        "starts_on": clock.local_day(request.at),
        "type": PLAN_TYPE,
        "goal": request.GET.get("mal", ""),
    }
    form = _form(request, case, plan, initial)
    if form.is_bound:
        status = done(form, lambda: actions.add_measure(plan, form.facts(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, f"Åtgärden står i planen. {readable(form)}")
            return back(case)
    context: dict[str, object] = {"case": case, "form": form, "title": "Ny åtgärd"}
    return page(request, "actionplans/measure.html", context, status=status)


@once
def change(request: HubRequest, ref: UUID) -> HttpResponse:
    measure, status = measure_for(request, ref), 200
    form = _form(request, measure.case, measure.plan, measure_initial(measure))

    def deed() -> Measure:
        version = form.cleaned_data["row_version"] or 0
        facts = form.facts(measure.audience)
        if measure.goal and str(measure.goal.ref) not in form.goals:  # for a goal that the writer does not see
            facts = replace(facts, goal=measure.goal)
        return actions.change_measure(measure, facts, row_version=version, by=request.actor, at=request.at)

    if form.is_bound:
        status = done(form, deed)
        if status == 200:
            messages.success(request, f"Åtgärden är ändrad. {readable(form)}")
            return back(measure.case)
    context: dict[str, object] = {"case": measure.case, "form": form, "title": "Ändra åtgärd", "measure": measure}
    return page(request, "actionplans/measure.html", context, status=status)


@once
def remove(request: HubRequest, ref: UUID) -> HttpResponse:
    measure = measure_for(request, ref)
    form = RemoveForm(posted(request), initial={"row_version": measure.row_version})
    return _one_step(
        request,
        measure,
        form,
        lambda: actions.remove_measure(measure, **form.cleaned_data, by=request.actor, at=request.at),
        template="actionplans/measure_remove.html",
        said="Åtgärden är borttagen ur planen.",
    )


@once
def tick_off(request: HubRequest, ref: UUID) -> HttpResponse:
    """Whoever is responsible says that it is done; the next meeting follows it up all the same."""
    measure = measure_for(request, ref, "tick_off")
    form = DoneForm(posted(request), initial={"row_version": measure.row_version})
    return _one_step(
        request,
        measure,
        form,
        lambda: actions.tick_off(measure, **form.cleaned_data, by=request.actor, at=request.at),
        template="actionplans/measure_done.html",
        said="Bra. Åtgärden är klar och tas upp på nästa möte.",
    )


def _one_step(
    request: HubRequest, measure: Measure, form: HubForm, deed: Callable[[], Any], *, template: str, said: str
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = done(form, deed)
        if status == 200:
            messages.success(request, said)
            return back(measure.case)
    context: dict[str, object] = {"case": measure.case, "measure": measure, "form": form}
    return page(request, template, context, status=status)
