"""What consents ask of the coordinator, for the home page; `consent.contributions` registers it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse

from consent.completeness import Completeness, State, Task
from consent.completeness_texts import SENTENCES
from consent.judging import judgements
from consent.models import ReviewKind, SigningSession
from consent.reviews import KIND, SLUG, led_papers, papers_said_no_to, unreviewed, waits_for_answers
from consent.standing import stops_to_complete
from hub import clock, swedish
from hub.access import Actor
from hub.at_once import at_once
from hub.contributions import Todo

MOST = 25
#: More papers than rows: of several papers of one family only one asks.
MOST_PAPERS = 100
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


def papers_to_attend_to(actor: Actor, at: datetime) -> Sequence[Todo]:
    """What registered papers that are not over ask for. They are read and judged once, whatever they ask."""
    rows = SigningSession.objects.select_related("case", "individual__person")
    led = led_papers(actor, at, among=rows)
    found = at_once(
        {
            "waiting": led.filter(waits_for_answers()).order_by("registered_at", "pk"),
            "led": led.order_by("-registered_at", "pk"),
            "refused": papers_said_no_to(actor, at, among=rows).order_by("registered_at", "pk"),
        },
        most=MOST_PAPERS,
    )
    papers = list({paper.pk: paper for listed in found.values() for paper in listed}.values())
    judged = judgements(papers, at=at)
    left = unreviewed(papers, judged, at=at)
    return [
        *_waiting(found["waiting"][:MOST], judged),
        *_tasks(found["led"], left, at),
        *_reviews(found["refused"], left),
    ]


def _waiting(papers: Sequence[SigningSession], judged: Mapping[int, Completeness]) -> list[Todo]:
    """Papers where somebody has not said yes; incomplete consent covers nothing (P-C3)."""
    return [
        _no_answer(paper, refused=judged[paper.pk].state is State.REFUSED)
        for paper in papers
        if judged[paper.pk].state is not State.COMPLETE  # that one is to be gone through
    ]


def _no_answer(paper: SigningSession, *, refused: bool) -> Todo:
    title = "har fått ett nej" if refused else "är ofullständigt"
    text = "Någon som ska svara har sagt nej." if refused else "Alla som behöver svara har inte svarat än."
    return Todo(
        kind="Samtycke",
        colour="warn" if refused else "info",
        title=f"Samtycket i {paper.case.number} {title}",
        text=f"{text} Ingenting delas med stöd av det.",
        url=reverse("consent:consent", args=[paper.ref]),
        verb="Se svaren" if refused else "Se vad som saknas",
        case_id=paper.case_id,
    )


def _tasks(papers: Sequence[SigningSession], left: Mapping[int, Completeness], at: datetime) -> list[Todo]:
    """What the completeness rule asks for, once per family (P-C3)."""
    found: dict[tuple[int, Task], Todo] = {}
    for paper in papers:
        for task in ASKS:
            if task in left[paper.pk].tasks and _is_time(task, paper, at):
                found.setdefault((paper.individual_id, task), _todo(paper, task, left[paper.pk].review_by))
    return list(found.values())[:MOST]


def _reviews(papers: Sequence[SigningSession], left: Mapping[int, Completeness]) -> list[Todo]:
    """Papers of the manager's unit that the child said no to and no manager has gone through (P-C3)."""
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
        if Task.MANAGER_REVIEWS in left[paper.pk].tasks
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


SOURCES = (stops_without_details, papers_to_attend_to)
