"""Going through a paper: a manager after the child's no, else who leads the case (P-C3)."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.forms import ModelChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from consent import actions
from consent.completeness import Concern, Situation, Task
from consent.forms.review import ManagersWordForm, ReviewForm
from consent.judging import situation
from consent.models import Answer, ConsentSettings, PaperReview, ReviewKind, Signature, SigningSession
from consent.reviews import ACTION, DECISION, SLUG, left_to_review, managers_of, seal
from consent.standing import signer_names
from hub import swedish
from hub.access import find, may, permitted, require
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, once, page
from hub.models import Assignment
from hub.views.deeds import posted

#: The word in the address → what is gone through.
SLUGS = {slug: kind for kind, slug in SLUG.items()}
DONE = {ReviewKind.RULES: "Genomgången är sparad. Samtycket är fullständigt från och med nu."}
#: Heading, and what is asked.
WORDS = {
    ReviewKind.MANAGER: (
        "Barnet har sagt nej",
        "De vuxna har sagt ja. En chef går igenom samtycket innan det används.",
    ),
    ReviewKind.CUSTODY: (
        "Vårdnaden har ändrats",
        "Gå igenom om samtycket fortfarande bär: rätt personer ska ha sagt ja.",
    ),
    ReviewKind.FORMER: (
        "Sluta skicka till en tidigare vårdnadshavare",
        "Se till att inga brev, kallelser eller samtal går dit, och skriv vad ni har gjort.",
    ),
    ReviewKind.RULES: (
        "Samtycket kan börja gälla",
        "Vem som behöver svara har ändrats. Ingenting delas förrän du har gått igenom samtycket.",
    ),
}


@once
def consent_review(request: HubRequest, ref: UUID, kind: str) -> HttpResponse:
    """What there is to go through, and a note when it is done; a change after the page was shown is said first."""
    if kind not in SLUGS:
        raise Http404(kind)
    session = _paper(request, ref, SLUGS[kind])
    known = situation(session, at=request.at)
    asked = left_to_review(session, known)[SLUGS[kind]]
    form = _form(session, SLUGS[kind], request, {"seen": seal(asked)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                typed = form.cleaned_data
                word = actions.ManagersWord(typed.get("manager"), typed.get("manager_on"))
                facts = {"note": typed["note"], "seen": typed["seen"], "word": word}
                actions.review_paper(session, kind=SLUGS[kind], **facts, by=request.actor, at=request.at)
                messages.success(request, DONE.get(SLUGS[kind], "Genomgången är sparad."))
                return redirect("consent:consent", ref=session.ref)
            except Invalid as wrong:
                form.show(wrong)
            except Conflict as changed:
                status = 409
                _show_again(request, form, asked, changed)
    context = {"session": session, "form": form, "asked": asked, "words": WORDS[SLUGS[kind]]}
    context |= {"notes": isinstance(form, ManagersWordForm), "kind": SLUGS[kind]}
    context |= _context(session, asked, known, request)
    return page(request, "consent/consent_review.html", context, status=status)


def _paper(request: HubRequest, ref: UUID, kind: ReviewKind) -> SigningSession:
    session = find(
        SigningSession.objects.select_related("case", "individual__person"), request.actor, at=request.at, ref=ref
    )
    if not (kind is ReviewKind.MANAGER and may(session, request.actor, "note_review", at=request.at)):
        require(session, request.actor, ACTION[kind], at=request.at)
    return session


def _form(session: SigningSession, kind: ReviewKind, request: HubRequest, initial: dict[str, str]) -> ReviewForm:
    """Who leads the case of a protected person says whose review it was (P-A8)."""
    if kind is not ReviewKind.MANAGER or may(session, request.actor, "review", at=request.at):
        return ReviewForm(posted(request), initial=initial)
    form = ManagersWordForm(posted(request), initial=initial)
    cast("ModelChoiceField[Assignment]", form.fields["manager"]).queryset = managers_of(session, at=request.at)
    return form


def _show_again(request: HubRequest, form: ReviewForm, asked: Sequence[Concern], changed: Conflict) -> None:
    """What was typed stands; what is sealed is what the page shows now."""
    form.add_error(None, changed.message)
    data = request.POST.copy()
    data["seen"] = seal(asked)
    form.data = data


def _context(
    session: SigningSession, asked: Sequence[Concern], facts: Situation, request: HubRequest
) -> dict[str, object]:
    answers = list(
        Signature.objects.filter(session=session, answer__in=[Answer.GIVEN, Answer.REFUSED])
        .select_related("person")
        .order_by("pk")
    )
    made = list(
        permitted(PaperReview.objects.filter(session=session), request.actor, at=request.at)
        .select_related("reviewed_by__user", "manager__user")
        .order_by("-reviewed_at", "-pk")
    )
    people = [session.individual.person, *(s.person for s in answers)]
    request.trail.show(
        [session, session.individual, *people, *answers, *made],
        individual=session.individual_id,
        case=session.case_id,
    )
    return {"answers": answers, "made": made, "said": [said for _concern, said in in_words(session, asked, facts)]}


def _why_now(concern: Concern, day: str) -> str:
    """What changed who has to answer."""
    if not concern.signer.startswith(DECISION):
        return "Vem som behöver svara har ändrats sedan pappret registrerades. Alla som nu behöver svara har sagt ja."
    decision = ConsentSettings.objects.get(pk=concern.signer.removeprefix(DECISION))
    return (
        f"Kommunens beslut {decision.decision} gäller från och med {day} och ändrar vem som behöver svara. "
        "Alla som nu behöver svara har sagt ja."
    )


def in_words(session: SigningSession, asked: Sequence[Concern], facts: Situation) -> list[tuple[Concern, str]]:
    """Each concern with its sentence, in the order of time. One query."""
    names = {key: name for (_pk, key), name in signer_names([session]).items()}
    signers = {s.key: s for s in facts.signers}
    found = []
    for concern in sorted(asked, key=lambda c: c.at):
        day = swedish.day(local_day(concern.at))
        name = names.get(concern.signer, "En vårdnadshavare")
        if concern.task is Task.NOW_COMPLETE:
            said = _why_now(concern, day)
        elif concern.signer.startswith("youth"):
            said = f"{name} sade nej. Det registrerades {day}."
        elif signers[concern.signer].has_custody(concern.at):
            said = f"{name} har vårdnaden från och med {day}."
        else:
            said = f"{name} har inte vårdnaden sedan {day}."
        found.append((concern, said))
    return found
