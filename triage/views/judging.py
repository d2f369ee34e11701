"""Judging one child of a report: protection at once (P-T2), the colour (P-T3), a second look at a lowered one."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub.access import find, require
from hub.context import reverse_or_none
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted, shown_again
from triage import actions
from triage.forms.judging import ColourForm, ConfirmForm, ProtectionForm
from triage.judging import (
    clock_words,
    colour_history,
    confirm_by,
    ended,
    meanings,
    protections_of,
    questions_in_force,
)
from triage.models import Colour, ColourChange, PreliminaryAssessment, QuestionSet
from triage.suggestion import suggest

ROWS = PreliminaryAssessment.objects.select_related("report", "individual__person", "owner__user")
QUESTIONS_CHANGED = (
    "Verksamheten har beslutat om nya frågor medan du skrev. Dina svar på frågor som är kvar finns kvar."
)


def concern_url(assessment: PreliminaryAssessment) -> str:
    """The concern's own page, where everything about it stands."""
    return reverse_or_none("triage:concern", assessment.ref) or reverse("hub:home")


def handled(request: HubRequest, ref: UUID) -> PreliminaryAssessment:
    """The concern, for whoever handles it; the reading is recorded."""
    assessment = find(ROWS, request.actor, at=request.at, ref=ref)
    require(assessment, request.actor, "handle", at=request.at)
    request.trail.show(
        [assessment, assessment.report],
        individual=assessment.individual_id,
        case=assessment.case_id,
        ground={"rule": "concern"},
    )
    return assessment


def head(assessment: PreliminaryAssessment) -> dict[str, object]:
    """What the top of each page says about which child it is."""
    person = assessment.individual.person if assessment.individual else None
    return {
        "assessment": assessment,
        "number": assessment.report.number,
        "child": person.name if person else assessment.name or assessment.about or f"Barn {assessment.position}",
        "concern_url": concern_url(assessment),
        "ended": ended(assessment),
    }


@once
def protection(request: HubRequest, ref: UUID) -> HttpResponse:
    assessment = handled(request, ref)
    form = ProtectionForm(posted(request), arrived_at=assessment.report.arrived_at, at=request.at)
    status = 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.assess_protection(
                assessment,
                **{name: form.cleaned_data[name] for name in ("outcome", "reasons", "measures")},
                assessed_at=form.moment,
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Skyddsbedömningen är sparad.")
            return redirect(concern_url(assessment))
    earlier = protections_of(assessment, request.actor, at=request.at)
    request.trail.show(earlier)
    context = {"form": form, "earlier": earlier, "now": request.at, **head(assessment)}
    context |= clock_words(assessment, at=request.at)
    return page(request, "triage/protection.html", context, status=status)


@once
def colour(request: HubRequest, ref: UUID) -> HttpResponse:
    """Answers, the suggestion and its why, and the colour that a human chooses beside it (P-T3, R43)."""
    assessment = handled(request, ref)
    asked = questions_in_force(assessment.report.agency_id, at=request.at)
    form = _colour_form(request, assessment, asked)
    if request.htmx:
        return page(request, "triage/_suggestion.html", _suggested(form, asked))
    status = 200
    if request.method == "POST" and request.POST.get("go") != "forslag":
        status = _set(request, form, assessment, asked)
        if status == 200:
            messages.success(request, _told(assessment, request))
            return redirect(concern_url(assessment))
    context = _colour_page(request, assessment, form, asked) | {"conflict": status == 409}
    if request.method == "POST" and request.POST.get("go") == "forslag":
        form.errors.clear()  # nothing was to be saved: what is missing is not wrong yet
    return page(request, "triage/colour.html", context, status=status)


def _colour_form(request: HubRequest, assessment: PreliminaryAssessment, asked: QuestionSet | None) -> ColourForm:
    questions = list(asked.questions.all()) if asked else []
    initial: dict[str, object] = {"row_version": assessment.row_version, "questions": str(asked.ref) if asked else ""}
    if request.method != "POST" and asked:
        latest = ColourChange.objects.filter(assessment=assessment, question_set=asked).order_by("-set_at", "-pk")
        before = latest.values_list("answers", flat=True).first() or {}
        initial |= {f"fraga-{code}": answer for code, answer in before.items()}
    return ColourForm(posted(request), questions=questions, initial=initial)


def _suggested(form: ColourForm, asked: QuestionSet | None) -> dict[str, object]:
    answers = form.answers()
    return {"asked": asked, "answered": answers, "suggestion": suggest(form.asked, answers) if asked else None}


def _set(request: HubRequest, form: ColourForm, assessment: PreliminaryAssessment, asked: QuestionSet | None) -> int:
    """The status of the attempt; after a conflict the form holds the version that holds now (P-Q3)."""

    def deed() -> None:
        if form.cleaned_data["questions"] != (str(asked.ref) if asked else ""):
            raise Conflict(QUESTIONS_CHANGED)
        judged = actions.Judged(
            colour=form.cleaned_data["colour"],
            reason=form.cleaned_data["reason"],
            question_set=asked,
            answers=form.answers(),
        )
        version = form.cleaned_data["row_version"]
        actions.set_colour(assessment, judged, row_version=version, by=request.actor, at=request.at)

    status = done(form, deed)
    if status == 409:
        assessment.refresh_from_db()
        shown_again(form, row_version=str(assessment.row_version), questions=str(asked.ref) if asked else "")
    return status


def _told(assessment: PreliminaryAssessment, request: HubRequest) -> str:
    change = ColourChange.objects.filter(assessment=assessment).latest("set_at", "pk")
    text = f"Färgen är {Colour(change.colour).label}."
    if change.downgrade:
        text += f" Sänkningen gäller nu. En annan granskar den senast {confirm_by(request.at, request.at)}."
    return text


def _colour_page(
    request: HubRequest, assessment: PreliminaryAssessment, form: ColourForm, asked: QuestionSet | None
) -> dict[str, object]:
    history = colour_history(assessment, request.actor, at=request.at)
    request.trail.show([row.change for row in history])
    return {
        "form": form,
        "choices": form.colour_choices(meanings(assessment, at=request.at)),
        "latest": history[0] if history else None,
        **_suggested(form, asked),
        **head(assessment),
        "now": request.at,
    }


@once
def confirm(request: HubRequest, ref: UUID) -> HttpResponse:
    """A second person looks at a lowered colour, afterwards: the lowering holds meanwhile (P-T3)."""
    lowered = ColourChange.objects.filter(downgrade=True).select_related("set_by__user", "assessment")
    change = find(lowered, request.actor, at=request.at, ref=ref)
    assessment = handled(request, change.assessment.ref)
    form, status = ConfirmForm(posted(request)), 200
    if request.method == "POST":
        agreed = request.POST.get("agreed") == "ja"
        status = done(
            form,
            lambda: actions.confirm_downgrade(
                change, agreed=agreed, note=form.cleaned_data["note"], by=request.actor, at=request.at
            ),
        )
        if status == 200 and agreed:
            messages.success(request, "Sänkningen är granskad.")
            return redirect(concern_url(assessment))
        if status == 200:
            messages.success(request, "Ditt svar är sparat. Sätt nu den färg som du tycker är rätt.")
            return redirect("triage:colour", assessment.ref)
    rows = [row for row in colour_history(assessment, request.actor, at=request.at) if row.change.pk == change.pk]
    request.trail.show([change])
    context: dict[str, object] = {
        "form": form,
        "row": rows[0],
        "rows": [replace(row, may_confirm=False) for row in rows],
        "own": change.set_by.user_id == request.actor.user_id,
        **head(assessment),
        "now": request.at,
    }
    return page(request, "triage/confirm.html", context, status=status)
