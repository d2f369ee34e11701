"""The page of a case's plan: what stands in it, how it has gone, and its beginning and end (P-P1, P-P2, P-P6)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from actionplans import actions, queries
from actionplans.actions.plans import CLOSED
from actionplans.forms.plan import CloseForm, StartForm
from actionplans.models import Measure, Plan
from actionplans.rbm import judgements, reminded, writes
from hub.access import Denied, find, permitted
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.models import Case
from hub.views.cases import case_for
from hub.views.deeds import done, posted


def plan_for(request: HubRequest, case: Case, action: str = "lead") -> Plan:
    """404 where the reader has nothing of the plan as such, 403 for what one may not do with it (P-A5).

    Raises:
        Conflict: it is closed.
    """
    rows = Plan.objects.filter(case=case)
    plan = permitted(rows, request.actor, action, at=request.at).first()
    if plan is None:
        raise Denied(action, find(rows, request.actor, at=request.at))
    if plan.closed_at is not None:
        raise Conflict(CLOSED)
    request.trail.show([plan])
    return plan


def counting(request: HubRequest) -> bool:
    """Whether the form was sent only to count how easy its texts are; nothing is saved then (P-P4)."""
    return request.method == "POST" and request.POST.get("do") == "rakna"


def typed(request: HubRequest) -> dict[str, object]:
    """What stood in a form that was sent to be counted, for showing it again."""
    return request.POST.dict() | {"audience": request.POST.getlist("audience")}


def back(case: Case, anchor: str = "") -> HttpResponse:
    return redirect(f"{reverse('actionplans:plan', args=[case.ref])}{anchor}")


@require_GET
def plan(request: HubRequest, ref: UUID) -> HttpResponse:
    return shown(request, case_for(request, ref))


def shown(request: HubRequest, case: Case, form: StartForm | None = None, *, status: int = 200) -> HttpResponse:
    look = queries.look(case, request.actor, at=request.at)
    measures = [one for one in look.objects if isinstance(one, Measure)]
    reminder = reminded(look.plan, case, request.actor, at=request.at, measures=measures)
    request.trail.show([*look.objects, *([reminder.judgement] if reminder else [])])
    judged = judgements(case, request.actor, at=request.at).exists()
    context: dict[str, object] = {
        "reminder": reminder,
        "shows_rbm": judged or writes(case, request.actor, at=request.at),
        "case": case,
        "name": case.individual.person.name,
        "look": look,
        "form": form or StartForm(),
        "nothing": not (look.areas or look.loose),
    }
    return page(request, "actionplans/plan.html", context, status=status)


@require_POST
@once
def start(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref, "lead")
    form = StartForm(request.POST)

    def deed() -> Plan:
        return actions.start_plan(case, reference=form.cleaned_data["reference"], by=request.actor, at=request.at)

    status = done(form, deed)
    if status != 200:
        return shown(request, case, form, status=status)
    messages.success(request, "Planen är påbörjad. Skriv in det första målet.")
    return back(case)


@require_GET
def history(request: HubRequest, ref: UUID) -> HttpResponse:
    """How each goal and each measure has gone, meeting by meeting."""
    case = case_for(request, ref)
    found = queries.history(case, request.actor, at=request.at)
    request.trail.show(found.objects)
    context: dict[str, object] = {"case": case, "name": case.individual.person.name, "history": found}
    return page(request, "actionplans/history.html", context)


@once
def close(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref)
    plan, status = plan_for(request, case), 200
    form = CloseForm(posted(request), initial={"row_version": plan.row_version})
    if request.method == "POST":
        status = done(form, lambda: actions.close_plan(plan, **form.cleaned_data, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Planen är avslutad.")
            return back(case)
    return page(request, "actionplans/close.html", {"case": case, "form": form}, status=status)
