"""What consents ask of the coordinator, for the home page; `consent.contributions` registers it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse

from consent.completeness import Task
from consent.completeness_texts import SENTENCES
from consent.judging import judgements
from consent.models import ReviewKind, SigningSession
from consent.reviews import KIND, SLUG, led_papers, papers_said_no_to, unreviewed
from consent.standing import stops_to_complete
from hub import clock, swedish
from hub.access import Actor
from hub.contributions import Todo

MOST = 25
#: Tasks that somebody must do, in the order of urgency; the others are told on the paper's own page.
ASKS = (
    Task.NOW_COMPLETE,
    Task.MANAGER_REVIEWS,
    Task.APPOINT_REPRESENTATIVE,
    Task.STOP_FORMER_GUARDIAN,
    Task.REVIEW_CUSTODY,
    Task.CHILD_VIEW,
    Task.ASK_ADULT,
)
TITLES = {
    Task.NOW_COMPLETE: "Gå igenom samtycket innan det gäller",
    Task.MANAGER_REVIEWS: "Barnet har sagt nej: en chef ska granska",
    Task.APPOINT_REPRESENTATIVE: "Ingen kan skriva under",
    Task.STOP_FORMER_GUARDIAN: "Sluta skicka till en tidigare vårdnadshavare",
    Task.REVIEW_CUSTODY: "Vårdnaden har ändrats: gå igenom samtycket",
    Task.CHILD_VIEW: "Ta reda på vad barnet tycker",
    Task.ASK_ADULT: "Fyller snart 18: fråga om ett eget samtycke",
}
#: Where what the coordinator is told differs from the sentence on the paper's page.
TEXTS = {Task.MANAGER_REVIEWS: "Det står på chefens startsida. Vänta med att använda samtycket tills det är granskat."}
#: Of a protected person, whose case no manager without a seat may open (P-A8).
TOLD_TO_THE_MANAGER = (
    "Chefen kan inte öppna ärendet, för personen har skyddade personuppgifter. Be chefen granska och anteckna det här. "
    "Vänta med att använda samtycket tills det är gjort."
)
#: A youth is asked as an adult from this long before the birthday (P-A11).
ASKED_WITHIN = timedelta(days=60)


def stops_without_details(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Someone pressed "Stoppa delningen nu": who took it back, and how, is still to be told (P-C4)."""
    found: dict[tuple[int, datetime], Todo] = {}
    for stop in stops_to_complete(actor, at=at).order_by("-withdrawn_at", "pk")[: MOST * 4]:
        case = stop.consent.case
        found.setdefault(
            (stop.consent.individual_id, stop.withdrawn_at),
            Todo(
                kind="Återkallat",
                colour="danger",
                title=f"Delningen i {case.number} är stoppad",
                text=f"Stoppad {swedish.moment(stop.withdrawn_at, at)}. Skriv vem som ville det och hur ni fick veta.",
                url=reverse("consent:withdrawal", args=[stop.ref]),
                verb="Komplettera",
                case_id=case.pk,
            ),
        )
    return list(found.values())[:MOST]


def completeness_tasks(actor: Actor, at: datetime) -> Sequence[Todo]:
    """What the completeness rule asks for on papers that are registered and not over (P-C3)."""
    rows = led_papers(actor, at).select_related("case", "individual__person")
    papers = list(rows.order_by("-registered_at", "pk")[:100])
    judged = unreviewed(papers, judgements(papers, at=at), at=at)
    found: dict[tuple[int, Task], Todo] = {}
    for paper in papers:
        for task in ASKS:
            if task in judged[paper.pk].tasks and _is_time(task, paper, at):
                found.setdefault((paper.individual_id, task), _todo(paper, task, judged[paper.pk].review_by))
    return list(found.values())[:MOST]


def reviews_of_manager(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Papers of the manager's unit that the child said no to and no manager has gone through (P-C3)."""
    papers = list(papers_said_no_to(actor, at).select_related("case").order_by("registered_at", "pk")[:100])
    judged = unreviewed(papers, judgements(papers, at=at), at=at)
    return [
        Todo(
            kind="Granskning",
            colour="warn",
            title=f"Granska samtycket i {paper.case.number}",
            text="Barnet har sagt nej och de vuxna ja. Gå igenom samtycket innan det används.",
            url=reverse("consent:consent_review", args=[paper.ref, SLUG[ReviewKind.MANAGER]]),
            verb="Granska",
            case_id=paper.case_id,
        )
        for paper in papers
        if Task.MANAGER_REVIEWS in judged[paper.pk].tasks
    ][:MOST]


def _is_time(task: Task, paper: SigningSession, at: datetime) -> bool:
    if task is not Task.ASK_ADULT:
        return True
    return clock.at_age(paper.individual.person.birth_date, 18) - ASKED_WITHIN <= at


def _todo(paper: SigningSession, task: Task, review_by: date | None) -> Todo:
    custody = task is Task.REVIEW_CUSTODY
    kind = KIND.get(task)
    noted = kind is ReviewKind.MANAGER and paper.individual.person.is_protected
    here = kind is not None and (noted or kind is not ReviewKind.MANAGER)
    url = reverse("consent:consent_review", args=[paper.ref, SLUG[kind]]) if kind and here else None
    return Todo(
        kind="Samtycke",
        colour="warn",
        title=f"{TITLES[task]} ({paper.case.number})",
        text=TOLD_TO_THE_MANAGER if noted else TEXTS.get(task, SENTENCES[task]),
        url=url or reverse("consent:consent", args=[paper.ref]),
        verb="Anteckna granskningen" if noted else "Gå igenom" if here else "Öppna samtycket",
        due_at=clock.end_of_day(review_by) if custody and review_by else None,
        case_id=paper.case_id,
    )


SOURCES = (stops_without_details, completeness_tasks, reviews_of_manager)
