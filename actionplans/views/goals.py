"""Writing goals: new, said otherwise, reached or given up (P-P1)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from actionplans import actions
from actionplans.actions.plans import CHANGED
from actionplans.desk import goal_readers
from actionplans.forms.plan import EndGoalForm, GoalForm, goal_initial, readable
from actionplans.models import Goal
from actionplans.views.plan import back, counting, plan_for, typed
from hub.access import find, require
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.views.cases import case_for
from hub.views.deeds import done, posted


def goal_for(request: HubRequest, ref: UUID) -> Goal:
    """404 for what one may not read, 403 for what one may not change (P-A5).

    Raises:
        Conflict: it stands in the plan no longer.
    """
    rows = Goal.objects.select_related("case", "plan")
    goal = find(rows, request.actor, at=request.at, ref=ref)
    require(goal, request.actor, "change", at=request.at)
    if goal.last_version is not None or goal.plan.closed_at is not None:
        raise Conflict(CHANGED)
    request.trail.show([goal], individual=goal.individual_id, case=goal.case_id)
    return goal


@once
def new(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref)
    plan, status = plan_for(request, case), 200
    readers = goal_readers(plan, request.actor, at=request.at)
    if counting(request):
        form = GoalForm(initial=typed(request), readers=readers)
    else:
        form = GoalForm(posted(request), readers=readers)
    if form.is_bound:
        status = done(form, lambda: actions.add_goal(plan, form.facts(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, f"Målet står i planen. {readable(form)}")
            return back(case)
    context: dict[str, object] = {"case": case, "form": form, "title": "Nytt mål"}
    return page(request, "actionplans/goal.html", context, status=status)


@once
def change(request: HubRequest, ref: UUID) -> HttpResponse:
    goal, status = goal_for(request, ref), 200
    counted = counting(request)
    form = GoalForm(
        None if counted else posted(request),
        initial=typed(request) if counted else goal_initial(goal),
        readers=goal_readers(goal.plan, request.actor, at=request.at),
        standing=goal.audience,
    )

    def deed() -> Goal:
        version = form.cleaned_data["row_version"] or 0
        return actions.reword_goal(goal, form.facts(), row_version=version, by=request.actor, at=request.at)

    if form.is_bound:
        status = done(form, deed)
        if status == 200:
            messages.success(request, f"Målet är ändrat. {readable(form)}")
            return back(goal.case)
    context: dict[str, object] = {
        "case": goal.case,
        "form": form,
        "title": "Ändra mål",
        "agreed": goal.first_version <= goal.plan.version,
    }
    return page(request, "actionplans/goal.html", context, status=status)


@once
def end(request: HubRequest, ref: UUID) -> HttpResponse:
    goal, status = goal_for(request, ref), 200
    form = EndGoalForm(posted(request), initial={"row_version": goal.row_version})

    def deed() -> Goal:
        data = form.cleaned_data
        how = {"reached": data["reached"] == "ja", "reason": data["reason"], "row_version": data["row_version"]}
        return actions.end_goal(goal, **how, by=request.actor, at=request.at)

    if request.method == "POST":
        status = done(form, deed)
        if status == 200:
            messages.success(request, "Målet är avslutat.")
            return back(goal.case)
    return page(request, "actionplans/goal_end.html", {"case": goal.case, "goal": goal, "form": form}, status=status)
