"""Following up after the end: the paper, who said what, asking at 6 and 12 months, and the answers (P-P6)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from actionplans import actions
from actionplans.aftercare import queries, words
from actionplans.aftercare.family_paper import guarded
from actionplans.aftercare.standing import askable, signers
from actionplans.forms.aftercare import (
    AfterAnswerForm,
    AfterCorrectForm,
    AfterPaperForm,
    AfterSignForm,
    AfterWithdrawForm,
)
from actionplans.models import AfterAnswer, AfterPaper, AfterQuestion
from hub.access import Denied, find, permitted
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.models import Case
from hub.views.deeds import done, posted


def cared_for(request: HubRequest, ref: UUID) -> Case:
    """404 where one may not know of the case, 403 where one does not look after it (P-A5)."""
    rows = Case.objects.select_related("individual__person", "owner_unit__agency")
    case = permitted(rows, request.actor, "look_after", at=request.at).filter(ref=ref).first()
    if case is None:
        raise Denied("look_after", find(rows, request.actor, at=request.at, ref=ref))
    request.trail.show([case], individual=case.individual_id, case=case.pk)
    return case


def after_url(case: Case) -> str:
    return reverse("actionplans:after", args=[case.ref])


def _standing(request: HubRequest, case: Case) -> AfterPaper:
    """The paper that stands. Raises Conflict: there is none."""
    rows = AfterPaper.objects.filter(case=case, ended_at=None).select_related("case__individual__person")
    paper = permitted(rows, request.actor, "look_after", at=request.at).first()
    if paper is None:
        raise Conflict("Det finns inget papper som gäller. Hämta sidan på nytt.")
    request.trail.show([paper])
    return paper


@require_GET
def after(request: HubRequest, ref: UUID) -> HttpResponse:
    case = cared_for(request, ref)
    found = queries.after_of(case, request.actor, at=request.at)
    request.trail.show(found.objects)
    context: dict[str, object] = {"case": case, "name": case.individual.person.name, "after": found}
    return page(request, "actionplans/after.html", context)


@once
def paper(request: HubRequest, ref: UUID) -> HttpResponse:
    """Choose what the family is asked about. It replaces a paper that stands."""
    case, status = cared_for(request, ref), 200
    form = AfterPaperForm(posted(request), askable=askable(case))
    if request.method == "POST":
        status = done(form, lambda: actions.ask_the_family(case, form.chosen(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Pappret är klart att skriva ut.")
            return redirect(after_url(case))
    standing = AfterPaper.objects.filter(case=case, ended_at=None).exists()
    context: dict[str, object] = {"case": case, "form": form, "back": after_url(case), "replaces": standing}
    return page(request, "actionplans/after_paper.html", context, status=status)


@require_GET
def print_paper(request: HubRequest, ref: UUID) -> HttpResponse:
    """The paper itself, with every box empty."""
    case = cared_for(request, ref)
    standing = _standing(request, case)
    questions = list(standing.questions.select_related("source").order_by("pk"))
    request.trail.show(questions, printed=True)
    apart = guarded(case.individual)
    context: dict[str, object] = {
        "case": case,
        "unit": case.owner_unit,
        "apart": apart,
        "copies": [words.copy(one, questions, case, guarded=apart) for one in signers(standing, at=request.at)],
        "back": after_url(case),
    }
    return page(request, "actionplans/after_print.html", context)


@once
def sign(request: HubRequest, ref: UUID) -> HttpResponse:
    case, status = cared_for(request, ref), 200
    standing = _standing(request, case)
    found = queries.after_of(case, request.actor, at=request.at)
    request.trail.show(found.objects)
    form = AfterSignForm(posted(request), signers=found.unsigned, questions=found.questions)

    def deed() -> None:
        signer, word = form.said()
        actions.sign_after(standing, signer.person, signer.role, word, by=request.actor, at=request.at)

    if request.method == "POST":
        status = done(form, deed)
        if status == 200:
            messages.success(request, "Svaret är registrerat.")
            return redirect(after_url(case))
    context: dict[str, object] = {"case": case, "form": form, "back": after_url(case), "unsigned": found.unsigned}
    return page(request, "actionplans/after_sign.html", context, status=status)


@once
def withdraw(request: HubRequest, ref: UUID) -> HttpResponse:
    case, status = cared_for(request, ref), 200
    standing = _standing(request, case)
    form = AfterWithdrawForm(posted(request))
    if request.method == "POST":
        channel = request.POST.get("channel", "")
        status = done(form, lambda: actions.withdraw_after(standing, channel=channel, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Ingen frågar mer om hur det har gått.")
            return redirect(after_url(case))
    context: dict[str, object] = {"case": case, "form": form, "back": after_url(case)}
    return page(request, "actionplans/after_withdraw.html", context, status=status)


@require_POST
@once
def ask(request: HubRequest, ref: UUID) -> HttpResponse:
    """The source is asked now; the sentence to say stands on the page."""
    rows = AfterQuestion.objects.select_related("paper__case")
    question = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([question], individual=question.paper.individual_id, case=question.paper.case_id)
    actions.ask_source(question, by=request.actor, at=request.at)
    messages.success(request, "Det står att ni har frågat. Skriv in svaret när ni får det.")
    return redirect(after_url(question.paper.case))


def _asked(request: HubRequest, ref: UUID) -> AfterAnswer:
    rows = AfterAnswer.objects.select_related("case__individual__person", "source", "question__paper")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found], individual=found.individual_id, case=found.case_id)
    return found


@once
def record(request: HubRequest, ref: UUID) -> HttpResponse:
    asked, status = _asked(request, ref), 200
    form = AfterAnswerForm(posted(request), what=asked.what)
    if request.method == "POST":
        status = done(form, lambda: actions.record_after(asked, **form.cleaned_data, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Svaret är inskrivet.")
            return redirect(after_url(asked.case))
    context: dict[str, object] = {
        "case": asked.case,
        "form": form,
        "back": after_url(asked.case),
        "asked": words.question_words(asked),
        "title": "Skriv in svaret",
    }
    return page(request, "actionplans/after_answer.html", context, status=status)


@once
def correct(request: HubRequest, ref: UUID) -> HttpResponse:
    asked, status = _asked(request, ref), 200
    form = AfterCorrectForm(posted(request), what=asked.what)
    if request.method == "POST":
        status = done(form, lambda: actions.correct_after(asked, **form.cleaned_data, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Rättelsen står bredvid svaret.")
            return redirect(after_url(asked.case))
    context: dict[str, object] = {
        "case": asked.case,
        "form": form,
        "back": after_url(asked.case),
        "asked": words.question_words(asked),
        "title": "Rätta svaret",
    }
    return page(request, "actionplans/after_answer.html", context, status=status)
