"""Writing measures, and "klart" by whoever does them (P-P1, P-P2)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from actionplans import actions
from actionplans import catalogue as listing
from actionplans.actions import MeasureFacts
from actionplans.actions.plans import CHANGED, PLAN_TYPE
from actionplans.desk import desk
from actionplans.forms.plan import DoneForm, MeasureForm, RemoveForm, measure_initial, readable
from actionplans.models import Measure, Plan
from actionplans.rbm import reminded
from actionplans.views.plan import back, counting, plan_for, typed
from hub import clock
from hub.access import find, permitted, require
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
    rows = Measure.objects.select_related("case", "plan", "responsible__user", "goal", "type", "intervention")
    measure = find(rows, request.actor, at=request.at, ref=ref)
    require(measure, request.actor, action, at=request.at)
    if measure.last_version is not None or measure.plan.closed_at is not None:
        raise Conflict(CHANGED)
    request.trail.show([measure], individual=measure.individual_id, case=measure.case_id)
    return measure


def _form(request: HubRequest, plan: Plan, initial: dict[str, Any], measure: Measure | None = None) -> MeasureForm:
    """What can be chosen: who leads the plan writes for everybody in the case, others for their own agency."""
    place = desk(plan, request.actor, at=request.at, measure=measure)
    request.trail.show(list(place.goals))
    counted = counting(request)
    return MeasureForm(
        None if counted else posted(request),
        initial=typed(request) if counted else initial,
        desk=place,
        standing=measure,
    )


def facts_of(form: MeasureForm, measure: Measure) -> MeasureFacts:
    """What a changed measure says; it stays with a goal that the writer does not see."""
    facts = form.facts()
    unseen = measure.goal is not None and str(measure.goal.ref) not in form.goals
    return replace(facts, goal=measure.goal) if unseen else facts


def _told(request: HubRequest, case: Case, measure: Measure, said: str) -> None:
    """What was saved; that the age lies outside what the intervention is for is said, and hinders nothing (P-P3)."""
    messages.success(request, said)
    born, chosen = case.individual.person.birth_date, measure.intervention
    if chosen is not None and (outside := listing.outside_ages(chosen, born, measure.starts_on)):
        messages.warning(request, f"{outside} Se efter att det är rätt val.")


def _reminder(request: HubRequest, case: Case) -> object:
    """How much is planned beside the risk, to who reads the plan and the judgement."""
    plan = permitted(Plan.objects.filter(case=case), request.actor, at=request.at, about=case.individual_id).first()
    found = reminded(plan, case, request.actor, at=request.at)
    request.trail.show([found.judgement] if found else [])
    return found


@once
def new(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref)
    plan, status = plan_for(request, case, "contribute"), 200
    initial = {
        "starts_on": clock.local_day(request.at),
        "type": PLAN_TYPE,
        "goal": request.GET.get("mal", ""),
    }
    form = _form(request, plan, initial)
    if form.is_bound:
        made: list[Measure] = []
        status = done(
            form, lambda: made.append(actions.add_measure(plan, form.facts(), by=request.actor, at=request.at))
        )
        if status == 200:
            _told(request, case, made[0], f"Åtgärden står i planen. {readable(form)}")
            return back(case)
    context: dict[str, object] = {"case": case, "form": form, "title": "Ny åtgärd"}
    context["reminder"] = _reminder(request, case)
    return page(request, "actionplans/measure.html", context, status=status)


@once
def change(request: HubRequest, ref: UUID) -> HttpResponse:
    measure, status = measure_for(request, ref), 200
    form = _form(request, measure.plan, measure_initial(measure), measure)
    made: list[Measure] = []

    def deed() -> None:
        version = form.cleaned_data["row_version"] or 0
        made.append(
            actions.change_measure(
                measure, facts_of(form, measure), row_version=version, by=request.actor, at=request.at
            )
        )

    if form.is_bound:
        status = done(form, deed)
        if status == 200:
            _told(request, measure.case, made[0], f"Åtgärden är ändrad. {readable(form)}")
            return back(measure.case)
    context: dict[str, object] = {"case": measure.case, "form": form, "title": "Ändra åtgärd", "measure": measure}
    context["reminder"] = _reminder(request, measure.case)
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
