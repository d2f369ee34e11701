"""A unit is asked what it knows about a child, and answers (P-T6)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from hub import clock, swedish
from hub.access import find, may, permitted
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted
from triage import actions
from triage.forms.hub import AnswerForm
from triage.hub_messages import due_of
from triage.models import AskedAs, KnowledgeCheck, KnowledgeNote, PreliminaryAssessment

PURPOSE = "Bedöma om socialtjänsten ska inleda en utredning."


def check_for(request: HubRequest, ref: UUID) -> KnowledgeCheck:
    """A question, for those who may know of it.

    Raises:
        Http404: there is none that the actor may know of.
    """
    rows = KnowledgeCheck.objects.select_related(
        "assessment__report__agency", "assessment__individual__person", "unit__agency", "answered_by__user", "to__user"
    )
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found], individual=found.assessment.individual_id)
    return found


def about(assessment: PreliminaryAssessment, request: HubRequest) -> dict[str, str]:
    """Enough to look for the child in the unit's own register: never a word of what was reported."""
    person = assessment.individual.person if assessment.individual else None
    born = person.birth_date if person else assessment.birth_date
    age = f" ({swedish.age(born, clock.local_day(request.at))} år)" if born else ""
    return {
        "name": (person.name if person else assessment.name) or "Barnets namn är inte känt",
        "born": f"Född {born.year}{age}" if born else "Födelseåret är inte känt",
    }


def is_asked(check: KnowledgeCheck, request: HubRequest) -> bool:
    """Whether the actor is of the asked unit, and not somebody who only sees the answer."""
    own = check.to_id is None and check.unit_id == request.actor.unit_id
    return own or check.to_id == request.actor.assignment_id


@once
def check(request: HubRequest, ref: UUID) -> HttpResponse:
    found = check_for(request, ref)
    answers = may(found, request.actor, "answer", at=request.at)
    form, status = AnswerForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: _answer(request, found, form))
        if status == 200:
            messages.success(request, "Svaret är lämnat. De som är med i hubben ser det.")
            return redirect("triage:check", found.ref)
    notes = list(permitted(KnowledgeNote.objects.filter(check_of=found), request.actor, at=request.at).order_by("pk"))
    request.trail.show(notes)
    due = due_of(found)
    context: dict[str, object] = {
        "check": found,
        "about": about(found.assessment, request),
        "need": found.need or PURPOSE,
        "footing": str(AskedAs(found.asked_as).label),
        "outside": found.asked_as != AskedAs.OWN,
        "mine": is_asked(found, request),
        "form": form if answers or status != 200 else None,
        "notes": notes,
        "due": due,
        "left": swedish.time_left_words(due, request.at),
        "late": due <= request.at,
    }
    return page(request, "triage/check.html", context, status=status)


def _answer(request: HubRequest, check: KnowledgeCheck, form: AnswerForm) -> None:
    data = form.cleaned_data
    known = actions.Known(answer=data["answer"], summary=data["summary"], notes=form.notes())
    actions.answer_check(check, known, by=request.actor, at=request.at)
