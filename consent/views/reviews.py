"""Going through a paper: a manager after the child's no, who leads the case after a change of custody (P-C3)."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from consent import actions
from consent.completeness import Concern
from consent.forms.review import ReviewForm
from consent.judging import situation
from consent.models import Answer, PaperReview, ReviewKind, Signature, SigningSession
from consent.reviews import ACTION, seal, to_review
from consent.standing import signer_names
from hub import swedish
from hub.access import find, permitted, require
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, once, page
from hub.views.deeds import posted

#: The word in the address.
SLUGS = {"chef": ReviewKind.MANAGER, "vardnad": ReviewKind.CUSTODY}


@once
def consent_review(request: HubRequest, ref: UUID, kind: str) -> HttpResponse:
    """What there is to go through, and a note when it is done; a change after the page was shown is said first."""
    if kind not in SLUGS:
        raise Http404(kind)
    session = _paper(request, ref, SLUGS[kind])
    asked = to_review(session, SLUGS[kind], at=request.at)
    form = ReviewForm(posted(request), initial={"seen": seal(asked)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                facts = {"note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}
                actions.review_paper(session, kind=SLUGS[kind], **facts, by=request.actor, at=request.at)
                messages.success(request, "Genomgången är sparad.")
                return redirect("consent:consent", ref=session.ref)
            except Invalid as wrong:
                form.show(wrong)
            except Conflict as changed:
                status = 409
                _show_again(request, form, asked, changed)
    context = {"session": session, "form": form, "asked": asked, "kind": kind} | _context(session, asked, request)
    return page(request, "consent/consent_review.html", context, status=status)


def _paper(request: HubRequest, ref: UUID, kind: ReviewKind) -> SigningSession:
    session = find(
        SigningSession.objects.select_related("case", "individual__person"), request.actor, at=request.at, ref=ref
    )
    require(session, request.actor, ACTION[kind], at=request.at)
    return session


def _show_again(request: HubRequest, form: ReviewForm, asked: Sequence[Concern], changed: Conflict) -> None:
    """What was typed stands; what is sealed is what the page shows now."""
    form.add_error(None, changed.message)
    data = request.POST.copy()
    data["seen"] = seal(asked)
    form.data = data


def _context(session: SigningSession, asked: Sequence[Concern], request: HubRequest) -> dict[str, object]:
    answers = list(
        Signature.objects.filter(session=session, answer__in=[Answer.GIVEN, Answer.REFUSED])
        .select_related("person")
        .order_by("pk")
    )
    made = list(
        permitted(PaperReview.objects.filter(session=session), request.actor, at=request.at)
        .select_related("reviewed_by__user")
        .order_by("-reviewed_at", "-pk")
    )
    people = [session.individual.person, *(s.person for s in answers)]
    request.trail.show(
        [session, session.individual, *people, *answers, *made],
        individual=session.individual_id,
        case=session.case_id,
    )
    return {"answers": answers, "made": made, "said": _in_words(session, asked, request)}


def _in_words(session: SigningSession, asked: Sequence[Concern], request: HubRequest) -> list[str]:
    """Each concern as a sentence, in the order of time."""
    names = {key: name for (_pk, key), name in signer_names([session]).items()}
    signers = {s.key: s for s in situation(session, at=request.at).signers}
    said = []
    for concern in sorted(asked, key=lambda c: c.at):
        day = swedish.day(local_day(concern.at))
        name = names.get(concern.signer, "En vårdnadshavare")
        if concern.signer.startswith("youth"):
            said.append(f"{name} sade nej. Det registrerades {day}.")
        elif signers[concern.signer].has_custody(concern.at):
            said.append(f"{name} har vårdnaden från och med {day}.")
        else:
            said.append(f"{name} har inte vårdnaden sedan {day}.")
    return said
