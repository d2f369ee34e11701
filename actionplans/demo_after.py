"""What following up adds to the demo: three ended cases whose families were asked, one with each kind of answer.

None of the demo's cases ended as much as six months before the day of seeding, so nothing has been asked yet.
"""

from datetime import datetime, timedelta

from actionplans import actions
from actionplans.aftercare.standing import askable, signers
from actionplans.models import AfterPaper
from consent.actions import SignerAnswer
from hub.access import Actor
from hub.contributions import DEMO
from hub.models import Case, CaseForm, CaseSeat, Municipality, Protection, SeatKind

YES = SignerAnswer(answer="given", how="paper", voluntary=True)
NO = SignerAnswer(answer="refused", how="paper")
#: The ended cases that were the first to end: everybody says yes, the last one has not answered, the youth says no.
ENDS = ("yes", "waits", "no")


def follow_up(kommun: Municipality, at: datetime) -> str:
    """The families were asked the day after the end."""
    ended = Case.objects.filter(
        municipality=kommun,
        closed_at__lt=at - timedelta(days=30),
        form__in=(CaseForm.SIG, CaseForm.SIG_RBM),
        individual__person__protection=Protection.NONE,
        outcome="as_planned",
    ).select_related("individual__person")
    found = list(ended.order_by("closed_at", "pk")[: len(ENDS)])
    for case, how in zip(found, ENDS, strict=False):
        _asked(case, how)
    return f"{len(found)} familjer tillfrågade om uppföljning"


def _asked(case: Case, how: str) -> AfterPaper | None:
    seats = CaseSeat.objects.filter(content_object=case, kind=SeatKind.COORDINATOR, valid_to=None)
    seat = seats.select_related("assignment__user", "assignment__unit__agency").first()
    if seat is None or case.closed_at is None:
        return None
    by = Actor.acting_under(seat.assignment, municipality_id=case.municipality_id)
    then = case.closed_at + timedelta(minutes=5)
    paper = actions.ask_the_family(case, askable(case), by=by, at=then)
    ticks = list(paper.questions.values_list("pk", flat=True))
    people = signers(paper, at=then)
    for signer in people[: len(people) - (how == "waits")]:
        no = how == "no" and signer.role == "youth"
        word = actions.AfterYes(answer=NO if no else YES, ticks=() if no else ticks)
        actions.sign_after(paper, signer.person, signer.role, word, by=by, at=then + timedelta(minutes=5))
    return paper


DEMO.append(follow_up)
