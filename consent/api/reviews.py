"""Papers that somebody must go through: the child's no, a change of custody (P-C3)."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from consent import actions
from consent.api import schemas
from consent.completeness import Concern
from consent.forms.review import ReviewForm
from consent.judging import situation, situations_of, with_facts
from consent.models import PaperReview, ReviewKind, SigningSession
from consent.reviews import ACTION, KIND, left_to_review, seal, to_review, waiting
from consent.views.reviews import in_words
from hub.access import find, permitted, require
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Text
from hub.api.pages import PAGE, PageQuery, listed, lost
from hub.at_once import at_once
from hub.http import HubRequest

TAG = "Genomgångar"
Left = Mapping[ReviewKind, Sequence[Concern]]


class ReviewBody(Body):
    kind = Choice(choices=ReviewKind.choices)
    note = Text(max_length=1000, help_text="Kort: vad du har gått igenom och vad som händer nu.")


@endpoint("Samtycken som väntar på att du går igenom dem", tag=TAG, query=PageQuery, gives=schemas.WaitingsOut)
def list_reviews(request: HubRequest, query: Data) -> Answer:
    """Chefen efter barnets nej, den som leder ärendet efter ändrad vårdnad. Det som registrerades först står först."""
    found = waiting(request.actor, request.at)
    refs = [row.paper.ref for row in found]
    if "cursor" in query and query["cursor"] not in refs:
        raise lost()
    start = refs.index(query["cursor"]) + 1 if "cursor" in query else 0
    shown = found[start : start + PAGE]
    for row in shown:
        request.trail.show([row.paper], individual=row.paper.individual_id, case=row.paper.case_id)
    results = [
        {
            "consent": row.paper.ref,
            "case": row.paper.case.ref,
            "individual": row.paper.individual.ref,
            "kinds": row.kinds,
            "review_by": row.review_by,
        }
        for row in shown
    ]
    more = shown[-1].paper.ref if len(found) > start + PAGE else None
    return Answer(listed(request, results, more, query))


def _paper(request: HubRequest, ref: UUID) -> SigningSession:
    return find(with_facts(SigningSession.objects.all(), at=request.at), request.actor, at=request.at, ref=ref)


def _allowed(paper: SigningSession, request: HubRequest) -> list[ReviewKind]:
    """What the key's assignment goes through itself."""
    rows = SigningSession.objects.filter(pk=paper.pk).order_by("pk")
    found = at_once({a: permitted(rows, request.actor, a, at=request.at) for a in set(ACTION.values())}, most=1)
    return [kind for kind in ReviewKind if found[ACTION[kind]]]


def _made(paper: SigningSession, request: HubRequest) -> list[PaperReview]:
    rows = permitted(PaperReview.objects.filter(session=paper), request.actor, at=request.at)
    return list(rows.select_related("reviewed_by__user").order_by("-reviewed_at", "-pk"))


def _version(paper: SigningSession, left: Left, made: Iterable[PaperReview]) -> tuple[object, ...]:
    """What there is to go through, of every kind, and what has been gone through."""
    return ("reviews", paper.pk, *(seal(left[kind]) for kind in ReviewKind), *(review.pk for review in made))


@endpoint("Vad som ska gås igenom i ett samtycke", tag=TAG, gives=schemas.ReviewsOut, etag=True, errors=[404])
def get_reviews(request: HubRequest, ref: UUID) -> Answer:
    """För ansvarig verksamhet. `asked` är det som nyckelns uppdrag själv går igenom."""
    paper = _paper(request, ref)
    facts = situations_of([paper], at=request.at)[paper.pk]
    left = left_to_review(paper, facts)
    mine = _allowed(paper, request)
    words = in_words(paper, [concern for kind in mine for concern in left[kind]], facts)
    asked = [{"kind": kind, "text": text} for kind in mine for concern, text in words if KIND[concern.task] is kind]
    made = _made(paper, request)
    request.trail.show([paper, paper.individual, *made], individual=paper.individual_id, case=paper.case_id)
    body = {
        "consent": paper.ref,
        "asked": asked,
        "made": [
            {
                "ref": review.ref,
                "kind": review.kind,
                "note": review.note,
                "reviewed_at": review.reviewed_at,
                "reviewed_by": review.reviewed_by.user.name,
            }
            for review in made
        ],
        "may": mine,
    }
    return Answer(body, _version(paper, left, made))


@endpoint(
    "Notera att ett samtycke är genomgånget",
    tag=TAG,
    body=ReviewBody,
    gives=schemas.ReviewsOut,
    makes="api:consent_reviews",
    show=get_reviews,
    if_match=True,
    errors=[404],
)
def review_paper(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Ändrar inget av det som gäller: den som finner att samtycket ska upphöra återkallar det eller gör ett nytt."""
    paper, kind = _paper(request, ref), ReviewKind(body["kind"])

    def version() -> tuple[object, ...]:
        return _version(paper, left_to_review(paper, situation(paper, at=request.at)), _made(paper, request))

    require(paper, request.actor, ACTION[kind], at=request.at)
    unchanged(request, paper, version)
    note = require_valid(ReviewForm({"note": body["note"]}))["note"]
    seen = seal(to_review(paper, kind, at=request.at))
    actions.review_paper(paper, kind=kind, note=note, seen=seen, by=request.actor, at=request.at)
    return ref


waiting_reviews = resource("WaitingReviews", get=list_reviews)
reviews = resource("Reviews", get=get_reviews, post=review_paper)
