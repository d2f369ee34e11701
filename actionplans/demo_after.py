"""What following up adds to the demo: three ended cases whose families were asked, one with each kind of answer.

One of them ended more than six months before the day of seeding: there the police and the youth have answered, and the
school is left to ask.
"""

from datetime import datetime, timedelta

from actionplans import actions
from actionplans.aftercare.points import in_force, points
from actionplans.aftercare.standing import askable, signers, to_ask
from actionplans.models import MONTHS, AfterPaper, Asked, Told
from consent.actions import SignerAnswer
from hub.access import Actor
from hub.clock import local_day
from hub.contributions import DEMO
from hub.models import AgencyKind, Case, CaseForm, CaseSeat, Municipality, Protection, SeatKind

YES = SignerAnswer(answer="given", how="paper", voluntary=True)
NO = SignerAnswer(answer="refused", how="paper")
#: The ended cases that were the first to end: everybody says yes, the last one has not answered, the youth says no.
ENDS = ("yes", "waits", "no")
#: Half a year after.
SAID = {Asked.REPORTS: Told.NO, Asked.SCHOOL: Told.PARTLY, Asked.OCCUPATION: Told.STUDIES}


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
    answers = 0
    for case, how in zip(found, ENDS, strict=False):
        paper = _asked(case, how)
        answers += _answered(paper, at) if paper is not None and how == "yes" else 0
    return f"{len(found)} familjer tillfrågade om uppföljning, {answers} svar"


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


def _answered(paper: AfterPaper, at: datetime) -> int:
    """Who was asked first has answered: on the first office day after the point had opened."""
    paper.refresh_from_db()
    case, asked = paper.case, 0
    point = next(one for one in points(case) if one.months == MONTHS[0])
    then = point.opens_at + timedelta(days=1, hours=10)
    if then > at or not in_force(paper, at=then):
        return 0
    by = Actor.acting_under(paper.asked_by, municipality_id=case.municipality_id)
    for question in to_ask(case, at=then):
        if question.source is not None and question.source.kind != AgencyKind.POLIS:
            continue
        answer = actions.ask_source(question, by=by, at=then)
        later = then + timedelta(hours=1)
        actions.record_after(answer, value=SAID[Asked(question.what)], told_on=local_day(later), by=by, at=later)
        asked += 1
    return asked


DEMO.append(follow_up)
