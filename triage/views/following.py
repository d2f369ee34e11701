"""What follows a decision: the family's tasks, the investigation, word to the reporter (P-T8, P-T11)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hub import clock, swedish
from hub.access import find, may, permitted, require
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted
from triage import actions
from triage.actions.following import last_day_of
from triage.following import TaskRow, feedback_until, task_rows, tasks_of, told_text
from triage.forms.deciding import (
    AnswerForm,
    CloseInvestigationForm,
    DoneForm,
    ExtendInvestigationForm,
    FeedbackForm,
    HoldForm,
    ResumeForm,
)
from triage.models import Decision, FamilyTask, Feedback, Investigation, Reporter, TaskKind, TaskState
from triage.paper import Block, Chapter, Sheet, render
from triage.views.deciding import common, concern_for, pdf

Deed = Callable[[dict[str, Any]], object]


def act(
    request: HubRequest, form: BaseForm, deed: Deed, *, said: str, back: str, context: dict[str, object]
) -> HttpResponse:
    """A page with one form: shown, or done and back."""
    status = 200
    if request.method == "POST":
        status = done(form, lambda: deed(form.cleaned_data))
        if status == 200:
            messages.success(request, said)
            return redirect(back)
    return page(request, "triage/act.html", {"form": form, **context}, status=status)


# --- the family ------------------------------------------------------------------------------------------------------


def _task(request: HubRequest, ref: UUID, *, handle: bool = True) -> TaskRow:
    rows = FamilyTask.objects.select_related("assessment__report", "assessment__case", "held_by__user", "done_by__user")
    task = find(rows.select_related("owner__user"), request.actor, at=request.at, ref=ref)
    row = task_rows([task], request.actor, at=request.at)[0]
    shown = [task, *([row.relative, row.relative.person] if row.relative else [])]
    request.trail.show(shown, individual=task.assessment.individual_id, case=task.assessment.case_id)
    if handle:
        require(task.assessment, request.actor, "handle", at=request.at)
    return row


def _about(row: TaskRow, here: str) -> dict[str, object]:
    return common(row.task.assessment, here) | {"row": row, "lead": "" if here == row.what else f"{row.what}."}


@once
def family_task(request: HubRequest, ref: UUID) -> HttpResponse:
    """One task: how it stands, and the form that ends it."""
    row = _task(request, ref, handle=request.method == "POST")
    task, asks = row.task, row.task.kind == TaskKind.ASK_FAMILY
    handles = may(task.assessment, request.actor, "handle", at=request.at)
    form: BaseForm = (
        AnswerForm(posted(request))
        if asks
        else DoneForm(posted(request), initial={"told_on": clock.local_day(request.at)})
    )

    def deed(data: dict[str, Any]) -> object:
        if not asks:
            return actions.finish_task(task, **data, by=request.actor, at=request.at)
        return actions.answer_of_family(
            task, yes=data["answer"] == "yes", note=data["note"], by=request.actor, at=request.at
        )

    context = _about(row, row.what) | {
        "verb": "Spara svaret" if asks else "Markera som klar",
        "help": "hold" if task.state == TaskState.HELD else "ask" if asks else "inform",
        "show_form": (handles and task.state == TaskState.OPEN) or request.method == "POST",
        "task": row,
        "handles": handles,
    }
    said = "Svaret är sparat." if asks else "Det är noterat."
    return act(request, form, deed, said=said, back=request.path, context=context)


@once
def task_hold(request: HubRequest, ref: UUID) -> HttpResponse:
    """Särskilda skäl not to tell this person now, or still not (SoL 20:4)."""
    row = _task(request, ref)
    again = row.task.state == TaskState.HELD
    verb = actions.keep_holding if again else actions.hold_task
    return act(
        request,
        HoldForm(posted(request)),
        lambda data: verb(row.task, **data, by=request.actor, at=request.at),
        said="Uppgiften hålls inne. Inga brev och inbjudningar går till personen.",
        back=_task_url(row),
        context=_about(row, "Håll inne uppgiften") | {"verb": "Håll inne", "help": "hold"},
    )


@once
def task_resume(request: HubRequest, ref: UUID) -> HttpResponse:
    row = _task(request, ref)
    return act(
        request,
        ResumeForm(posted(request)),
        lambda data: actions.resume_task(row.task, **data, by=request.actor, at=request.at),
        said="Personen kan kontaktas. Uppgiften är att göra.",
        back=_task_url(row),
        context=_about(row, "Ta upp uppgiften igen") | {"verb": "Besluta att ta upp", "help": "resume"},
    )


def _task_url(row: TaskRow) -> str:
    return reverse("triage:family_task", args=[row.task.ref])


@require_GET
def task_letter(request: HubRequest, ref: UUID) -> HttpResponse:
    """A letter to one person, with nothing about anybody else; none while informing is held back (P-T11, P-A8)."""
    row = _task(request, ref)
    task, assessment = row.task, row.task.assessment
    if task.kind != TaskKind.INFORM or (task.relative_id and row.relative is None):
        raise Http404("no letter")
    if task.state == TaskState.HELD:
        raise Conflict("Informationen hålls inne. Inget brev går till personen (20 kap. 4 § SoL).")
    name = row.relative.person.name if row.relative else (assessment.name or "dig")
    request.trail.show([task], printed=True)
    about = "ditt barn" if task.relative_id else "dig"
    sheet = Sheet(
        title="En utredning har inletts",
        lead=f"Till {name}",
        foot=request.actor.agency_name,
        printed_on=clock.local_day(request.at),
        chapters=(
            Chapter(
                "",
                (
                    Block(
                        "",
                        (
                            f"Socialtjänsten har beslutat att utreda om det behövs stöd eller skydd för {about}. "
                            f"Beslutet fattades den {swedish.day(clock.local_day(task.created_at))}.",
                            "En utredning ska vara klar inom fyra månader. Du får veta vad vi kommer fram till.",
                            "Du har rätt att ta del av det som gäller dig och att säga vad du tycker.",
                        ),
                    ),
                    Block("Den som utreder", (f"{task.owner.user.name}, {request.actor.agency_name}",)),
                ),
            ),
        ),
    )
    return pdf(render(sheet), "information-om-utredning")


@require_POST
@once
def inform_more(request: HubRequest, ref: UUID) -> HttpResponse:
    """Tasks for guardians who were registered after the decision."""
    assessment = concern_for(request, ref, "handle")
    made = actions.inform_more(assessment, by=request.actor, at=request.at)
    messages.success(request, f"{swedish.plural(len(made), 'uppgift', 'uppgifter')} att informera är öppnade.")
    return redirect("triage:investigation", assessment.investigation.ref)


# --- the investigation -----------------------------------------------------------------------------------------------


def _investigation(request: HubRequest, ref: UUID, action: str = "read") -> Investigation:
    rows = Investigation.objects.select_related(
        "assessment__report", "case", "investigator__user", "investigator__unit"
    )
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found], individual=found.assessment.individual_id, case=found.case_id)
    if action != "read":
        require(found, request.actor, action, at=request.at)
    return found


def investigation(request: HubRequest, ref: UUID) -> HttpResponse:
    found = _investigation(request, ref)
    rows = tasks_of(found.assessment, request.actor, at=request.at)
    request.trail.show([row.task for row in rows])
    request.trail.show([row.relative.person for row in rows if row.relative])
    due = clock.end_of_day(last_day_of(found))
    context = common(found.assessment, "Utredning") | {
        "found": found,
        "rows": rows,
        "last_day": last_day_of(found),
        "left": swedish.time_left(due - request.at),
        "late": due <= request.at,
        "may_lead": found.closed_at is None and may(found, request.actor, "lead", at=request.at),
        "may_read_case": may(found.case, request.actor, "read", at=request.at),
    }
    return page(request, "triage/investigation.html", context)


@once
def investigation_extend(request: HubRequest, ref: UUID) -> HttpResponse:
    found = _investigation(request, ref, "lead")
    return act(
        request,
        ExtendInvestigationForm(posted(request)),
        lambda data: actions.extend_investigation(found, **data, by=request.actor, at=request.at),
        said="Utredningstiden är förlängd.",
        back=_investigation_url(found),
        context=common(found.assessment, "Förläng utredningen")
        | {
            "verb": "Besluta om förlängning",
            "help": "extend_investigation",
            "lead": f"Utredningen ska vara klar senast {swedish.day(last_day_of(found))}.",
        },
    )


@once
def investigation_close(request: HubRequest, ref: UUID) -> HttpResponse:
    found = _investigation(request, ref, "lead")
    return act(
        request,
        CloseInvestigationForm(posted(request)),
        lambda data: actions.close_investigation(found, **data, by=request.actor, at=request.at),
        said="Utredningen är avslutad.",
        back=_investigation_url(found),
        context=common(found.assessment, "Avsluta utredningen")
        | {"verb": "Avsluta utredningen", "help": "close_investigation", "lead": f"Ärende {found.case.number}"},
    )


def _investigation_url(found: Investigation) -> str:
    return reverse("triage:investigation", args=[found.ref])


# --- word to the reporter --------------------------------------------------------------------------------------------


def _feedback(request: HubRequest, ref: UUID, action: str) -> tuple[Feedback, Decision]:
    assessment = concern_for(request, ref, action)
    rows = permitted(Feedback.objects.filter(assessment=assessment), request.actor, at=request.at)
    found = rows.select_related("report", "assessment", "chosen_by__user").first()
    if found is None:
        raise Http404("no mandated reporter, or not decided")
    request.trail.show([found])
    return found, assessment.decision


@once
def feedback(request: HubRequest, ref: UUID) -> HttpResponse:
    """What may be said, and the choice that is recorded (R24)."""
    found, decided = _feedback(request, ref, "handle")
    assessment = found.assessment
    form, status = FeedbackForm(posted(request), asked=found.asked_at is not None), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.choose_feedback(assessment, **form.cleaned_data, by=request.actor, at=request.at),
        )
        if status == 200:
            messages.success(request, "Valet om återkoppling är noterat.")
            return redirect("triage:feedback", ref)
    reporter = permitted(Reporter.objects.filter(report=found.report_id), request.actor, at=request.at).first()
    request.trail.show([reporter] if reporter else [])
    context = common(assessment, "Återkoppling") | {
        "form": form,
        "found": found,
        "reporter": reporter,
        "text": told_text(found.report.number, clock.local_day(found.report.arrived_at), decided.kind),
        "due": feedback_until(found, decided),
    }
    return page(request, "triage/feedback.html", context, status=status)


@require_POST
@once
def feedback_asked(request: HubRequest, ref: UUID) -> HttpResponse:
    """The reporter has asked after the decision: to be answered today."""
    found, _decided = _feedback(request, ref, "handle")
    actions.ask_feedback(found.assessment, by=request.actor, at=request.at)
    messages.success(request, "Noterat. Återkopplingen ska lämnas i dag.")
    return redirect("triage:feedback", ref)


@require_GET
def feedback_letter(request: HubRequest, ref: UUID) -> HttpResponse:
    """The letter holds the number, the day and the outcome: nothing about the child (OSL 26:9a)."""
    found, decided = _feedback(request, ref, "handle")
    request.trail.show([found], printed=True)
    sheet = Sheet(
        title="Återkoppling på din anmälan",
        lead="",
        foot=request.actor.agency_name,
        printed_on=clock.local_day(request.at),
        chapters=(
            Chapter(
                "",
                (
                    Block(
                        "",
                        tuple(told_text(found.report.number, clock.local_day(found.report.arrived_at), decided.kind)),
                    ),
                    Block("", (request.actor.agency_name,)),
                ),
            ),
        ),
    )
    return pdf(render(sheet), f"aterkoppling-{found.report.number}")
