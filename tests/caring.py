"""The end of Elias' case, and the paper that lets Kim ask how it went afterwards."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from actionplans import actions
from actionplans.models import AfterPaper, AfterQuestion, Asked, Closing
from consent.actions import SignerAnswer
from hub import actions as hub_actions
from hub.models import Case, CaseSeat, Individual, Participation, Person
from tests.cast import NOW, World

#: Midnights in Stockholm: 6 and 12 months after 2 March 2026, and two months after each.
SIX, SIX_OVER = datetime(2026, 9, 1, 22, tzinfo=UTC), datetime(2026, 11, 1, 23, tzinfo=UTC)
TWELVE, TWELVE_OVER = datetime(2027, 3, 1, 23, tzinfo=UTC), datetime(2027, 5, 1, 22, tzinfo=UTC)
YES = SignerAnswer(answer="given", how="paper", voluntary=True)
NO = SignerAnswer(answer="refused")
WORDS = "Vi slutar ses nu. Du har klarat det du ville. Ring Kim om något händer."


def written(world: World, at: datetime = NOW, **others: Any) -> Closing:
    facts = actions.ClosingFacts(family_text=WORDS, no_meeting_reason="Familjen har flyttat.", **others)
    return actions.write_closing(world.case, facts, by=world.kim.actor, at=at)


def end(world: World, at: datetime = NOW) -> Case:
    """The case ends at NOW."""
    return hub_actions.close_case(
        Case.objects.get(pk=world.case.pk), outcome="as_planned", note="", by=world.kim.actor, at=at
    )


def all_questions(world: World) -> list[tuple[str, Any]]:
    return [(Asked.REPORTS, world.police), (Asked.SCHOOL, None), (Asked.SCHOOL, world.school), (Asked.OCCUPATION, None)]


def asked_paper(world: World, at: datetime = NOW, by: str = "kim") -> AfterPaper:
    return actions.ask_the_family(world.case, all_questions(world), by=world.members[by].actor, at=at)


def signing(
    world: World,
    paper: AfterPaper,
    who: str,
    *,
    ticks: Collection[AfterQuestion] | None = None,
    at: datetime = NOW,
    by: str = "kim",
) -> None:
    """Elias, Eva or Emil says yes to these questions (to all of them), or no to everything where there are none."""
    person = world.elias.person if who == "elias" else getattr(world, who).person
    role = "youth" if who == "elias" else "guardian"
    chosen = list(paper.questions.all()) if ticks is None else list(ticks)
    word = actions.AfterYes(answer=YES if chosen else NO, ticks=[one.pk for one in chosen])
    actions.sign_after(paper, person, role, word, by=world.members[by].actor, at=at)


def agreed_paper(world: World, at: datetime = NOW) -> AfterPaper:
    """All three have ticked everything."""
    paper = asked_paper(world, at=at)
    for who in ("elias", "eva", "emil"):
        signing(world, paper, who, at=at)
    paper.refresh_from_db()
    return paper


def question(paper: AfterPaper, what: str = Asked.REPORTS, source: Any = ...) -> AfterQuestion:
    rows = paper.questions.filter(what=what)
    return rows.get() if source is ... else rows.get(source=source)


def ended_case(world: World, *, days: int = 182) -> Case:
    """Nils, who is 18, had a case with Kim and Lovisa that ended so many days before NOW; the police took part."""
    number, then = "S-2025-8000", NOW - timedelta(days=days)
    standing = Case.objects.filter(number=number).first()
    if standing is not None:
        return standing
    of = {"municipality": world.kommun}
    facts = {"given_name": "Nils", "family_name": "Efterblom", "birth_date": date(2007, 5, 1)}
    youth = Individual.objects.create(**of, person=Person.objects.create(**of, agency=world.social, **facts))
    began = then - timedelta(days=100)
    case = Case.objects.create(
        **of,
        number=number,
        individual=youth,
        form="SIG",
        phase="avslutat",
        phase_from=then,
        owner_unit=world.youth_unit,
        opened_at=began,
        closed_at=then,
        outcome="as_planned",
    )
    for agency, role, seats in (
        (world.social, "agare", (("kim", "coordinator"), ("lovisa", "lots"))),
        (world.police, "kontaktpolis", (("pia", "contact"),)),
    ):
        instants = dict.fromkeys(("proposed_at", "active_from", "known_from"), began)
        party = Participation.objects.create(**of, case=case, agency=agency, role=role, **instants, ended_at=then)
        for who, kind in seats:
            one = world.members[who]
            CaseSeat.objects.create(
                **of,
                user=one.user,
                permission=CaseSeat.objects.first().permission,  # type: ignore[union-attr]  # the cast's
                content_object=case,
                assignment=one.assignment,
                participation=party,
                kind=kind,
                valid_from=began,
            )
    return case


def nils_agreed(world: World, *, days: int = 182) -> AfterPaper:
    """He was asked when the case ended, and said yes to everything."""
    case, kim = ended_case(world, days=days), world.kim.actor
    standing = AfterPaper.objects.filter(case=case).first()
    if standing is not None:
        return standing
    then = NOW - timedelta(days=days) + timedelta(minutes=1)
    questions = [(Asked.REPORTS, world.police), (Asked.SCHOOL, None), (Asked.OCCUPATION, None)]
    paper = actions.ask_the_family(case, questions, by=kim, at=then)
    word = actions.AfterYes(answer=YES, ticks=list(paper.questions.values_list("pk", flat=True)))
    actions.sign_after(paper, case.individual.person, "youth", word, by=kim, at=then)
    paper.refresh_from_db()
    return paper


def group_of_five(world: World, size: int = 5, closed: datetime | None = None, first: int = 0) -> list[Case]:
    """So many ended cases of the unit's, of as many youths, that the police took part in."""
    ended = closed or NOW - timedelta(days=200)
    agency, found = world.social, []
    for n in range(first, first + size):
        if Case.objects.filter(number=f"S-2025-9{n:03}").exists():
            continue
        facts = {"given_name": f"Ung{n}", "family_name": "Gruppsson", "birth_date": date(2009, 5, 1 + n)}
        one = Person.objects.create(municipality=world.kommun, agency=agency, **facts)
        youth = Individual.objects.create(municipality=world.kommun, person=one)
        case = Case.objects.create(
            municipality=world.kommun,
            number=f"S-2025-9{n:03}",
            individual=youth,
            form="SIG",
            phase="avslutat",
            phase_from=ended,
            owner_unit=world.youth_unit,
            opened_at=ended - timedelta(days=100),
            closed_at=ended,
            outcome="as_planned",
        )
        Participation.objects.create(
            municipality=world.kommun,
            case=case,
            agency=world.police,
            role="kontaktpolis",
            proposed_at=ended - timedelta(days=90),
            active_from=ended - timedelta(days=90),
            known_from=ended - timedelta(days=90),
            ended_at=ended,
        )
        found.append(case)
    return found


def group_facts(world: World, months: int = 6, days: int = 300) -> actions.GroupFacts:
    first, last = (NOW - timedelta(days=days)).date(), NOW.date()
    return actions.GroupFacts(form="SIG", first_day=first, last_day=last, months=months, source=world.police)
