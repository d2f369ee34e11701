"""Spånga-Tensta, where the cast works: something to do for each of them on the day of seeding."""

from collections.abc import Generator
from datetime import datetime, timedelta

from consent import actions as sharing
from consent.actions.items import ItemFacts
from consent.demo import disclosures, inquiries, papers
from consent.demo.cases import Stage, YouthStory
from consent.demo.notes import write
from consent.demo.papers import Dossier
from consent.demo.plan import Diary, Story, Youth, instant
from consent.demo.staff import HOME, Crew, Desk
from consent.models import InformationItem
from hub import actions
from hub.clock import local_day
from hub.models import CaseForm, CaseSeat, Phase, SeatKind


def threads(stage: Stage, stories: dict[str, YouthStory]) -> list[Story]:
    """The cast's own part of the story."""
    return [
        police_by_a_paper_of_its_own(stage, stories["ST-2"]),
        health_waits_for_a_signature(stage, stories["ST-1"]),
        stopped_and_signed_anew(stage, stories["ST-6"]),
        renewal_begun(stage, stories["ST-4"]),
        to_the_file(stage, stories["ST-3"]),
        about_the_mother(stage, stories["ST-1"]),
        deputy_steps_in(stage, stories["ST-1"]),
        drafts(stage, stories),
        glass_broken(stage, stories["ST-3"]),
        intake(stage),
        nobody_in_charge(stage),
        *disclosures.threads(stage, stories),
        *inquiries.threads(stage, stories),
    ]


def police_by_a_paper_of_its_own(stage: Stage, story: YouthStory) -> Story:
    """The family said no to the police at first; three days ago yes. Jonas has not named a contact yet."""
    diary = Diary(stage.calendar)
    at = diary.turn(3, 10, 15)
    yield at
    dossier = story.dossier
    asked = [dossier.own, story.team.police.agency]
    matrix = {k: v for k, v in papers.wanted(dossier, asked).items() if k == story.team.police.agency.pk}
    first = local_day(at)
    session = papers.draft(dossier, matrix, first, first + timedelta(days=120), at=at)
    papers.sign(dossier, session, at=at)


def health_waits_for_a_signature(stage: Stage, story: YouthStory) -> Story:
    """BUP is asked for by a second paper that one guardian has not signed: a proposed party, an incomplete consent."""
    diary, bup = Diary(stage.calendar), stage.staff.others["bup"]
    at = diary.turn(6, 11, 20)
    yield at
    dossier = story.dossier
    actions.propose_party(dossier.case, bup.agency, role=bup.role, by=dossier.lead.actor, at=at)
    dossier.crews.append(bup)
    matrix = {k: v for k, v in papers.wanted(dossier, [dossier.own, bup.agency]).items() if k == bup.agency.pk}
    first = local_day(at)
    session = papers.draft(dossier, matrix, first, first + timedelta(days=150), at=at)
    papers.sign(dossier, session, at=at, answers={2: None})


def stopped_and_signed_anew(stage: Stage, story: YouthStory) -> Story:
    """Jonas pressed "Stoppa delningen nu"; a new paper stands since then, but nobody has said who took it back."""
    diary, calendar = Diary(stage.calendar), stage.calendar
    at = diary.turn(130, 14, 5)
    yield at
    dossier = story.dossier
    matrix = papers.wanted(dossier, dossier.agencies)
    first = local_day(at)
    session = papers.draft(dossier, matrix, first, first + timedelta(days=papers.LONGEST - 1), at=at)
    papers.sign(dossier, session, at=at)
    for crew in story.crews:
        at = diary.turn(129, 15, 5)
        yield at
        story.name_contact(crew, at)
    at = diary.turn(60, 19, 40)
    yield at
    sharing.stop_sharing(dossier.individual, by=story.team.police.contact.actor, at=at)
    at = diary.turn(50, 14, 30)
    yield at
    first = local_day(at)
    session = papers.draft(dossier, matrix, first, calendar.day(-110), at=at)
    answers = {1: papers.without_one(session, discloser="skola", code="school_results")}
    papers.sign(dossier, session, at=at, answers=answers)


def renewal_begun(stage: Stage, story: YouthStory) -> Story:
    """The consent ran out; Karin has begun a new paper and not finished it."""
    at = Diary(stage.calendar).turn(2, 9, 30)
    yield at
    dossier = story.dossier
    old = dossier.individual.signing_sessions.order_by("-pk")[0]
    sharing.renew_session(old, by=dossier.lead.actor, at=at)


def to_the_file(stage: Stage, story: YouthStory) -> Story:
    """Karin takes what the school has told to the file, with a reason (P-A4)."""
    at = Diary(stage.calendar).turn(5, 16, 10)
    yield at
    dossier = story.dossier
    school = story.crews[1].agency
    told = InformationItem.objects.filter(
        individual=dossier.individual,
        agency=school,
        recorded_at__lt=at,
        type__code__in=papers.SHARES["skola", "socialtjanst"],
    ).select_related("type", "agency", "case")
    item = told.order_by("-event_date", "-pk")[0]
    sharing.file_item(
        item,
        case=dossier.case,
        quote=f"Skolan uppger: {item.body}",
        reason="Underlag för uppföljningen av insatsen och för nästa nätverksmöte.",
        by=dossier.lead.actor,
        at=at,
    )


def about_the_mother(stage: Stage, story: YouthStory) -> Story:
    """An item that also is about the mother, who has not signed for data about herself: nobody else reads it (P-A7)."""
    at = Diary(stage.calendar).turn(8, 13, 40)
    yield at
    dossier = story.dossier
    mother = dossier.guardians[0].person
    facts = ItemFacts(
        type=stage.pen.types["home_and_family"],
        event_date=local_day(at),
        body=f"{dossier.row.first}s mamma börjar arbeta kvällar i december. Pappa är hemma de kvällarna.",
        about_others=(mother.pk,),
    )
    write(dossier, story.team.coordinator, facts, at=at)


def deputy_steps_in(stage: Stage, story: YouthStory) -> Story:
    """The deputy at the police stands in this week (P-A2)."""
    at = Diary(stage.calendar).turn(1, 9, 10)
    yield at
    police = story.team.police
    deputy = CaseSeat.objects.in_force(at=at).filter(
        content_object=story.dossier.case, participation__agency=police.agency, kind=SeatKind.DEPUTY
    )
    if seat := deputy.first():
        until = instant(stage.calendar.day(-5), 17)
        actions.register_substitute(seat, from_at=at, to_at=until, by=police.contact.actor, at=at)


#: Who has a draft lying, of what, in whose case.
DRAFTS: tuple[tuple[str, str, str, str], ...] = (
    ("ST-3", "coordinator", "measures_and_plan", "Nästa nätverksmöte: boka tolk och fråga {first} var han vill ses."),
    ("ST-1", "officer", "home_and_family", "Hembesök på torsdag. Att skriva klart efteråt."),
    ("ST-1", "lots", "leisure", "{first} vill börja i boxningsgruppen. Fråga fritidsgården om plats."),
    ("ST-3", "police", "police_tells", "Träffade {first} vid torget. Skriv klart efter passet."),
    ("ST-1", "school", "attendance", "Vecka 47: två sena ankomster, annars på plats."),
    ("ST-1", "leisure", "leisure", "Hjälpte till i kiosken på fredagen."),
)


def drafts(stage: Stage, stories: dict[str, YouthStory]) -> Story:
    """Begun and not finished; each is seen by its author only (P-I3)."""
    diary = Diary(stage.calendar)
    for key, place, code, text in DRAFTS:
        story = stories[key]
        at = diary.turn(1, 15, 20)
        yield at
        desk = _desk(story, place)
        facts = ItemFacts(type=stage.pen.types[code], event_date=local_day(at), body=text.format(first=story.row.first))
        sharing.write_item(story.dossier.case, facts, by=desk.actor, at=at)


def _desk(story: YouthStory, place: str) -> Desk:
    if place in ("police", "leisure"):
        crew: Crew = getattr(story.team, place)
        return crew.contact
    if place == "school":
        return story.crews[1].contact
    desk: Desk = getattr(story.team, place)
    return desk


def glass_broken(stage: Stage, story: YouthStory) -> Story:
    """Ines opened own-agency items one evening, with a reason; Mona is told (P-A9)."""
    at = Diary(stage.calendar).turn(4, 18, 35)
    yield at
    dossier = story.dossier
    actions.break_glass(
        dossier.individual,
        kind="own_items",
        reason="Akut samtal från vårdnadshavare efter kontorstid, ungdomsenheten gick inte att nå.",
        case=dossier.case,
        by=story.team.intake.actor,
        at=at,
    )


#: Youths of the unit who are in no insatsgrupp: they are none of the report's forty, nor of its planned.
REPORTED = Youth(
    key="ST-A",
    district=HOME,
    first="Sami",
    last="Lundin",
    age=14,
    form=CaseForm.MASH,
    consent="none",
    guardians=1,
    language="sv",
    interpreter=False,
)
UNOWNED = Youth(
    key="ST-B",
    district=HOME,
    first="Aron",
    last="Nydahl",
    age=15,
    form=CaseForm.SSPF_INDIVID,
    consent="none",
    guardians=1,
    language="sv",
    interpreter=False,
)


def _open(
    stage: Stage, row: Youth, desk: Desk, phase: Phase, diary: Diary, before: int
) -> Generator[datetime, None, Dossier]:
    """Register a youth and open a case at this desk."""
    at = diary.turn(before, 9, 25)
    yield at
    story = YouthStory(stage, row, 70)
    facts = stage.population.youth(row, school=story.crews[1].agency.name)
    individual = actions.register_individual(facts, by=desk.actor, at=at)
    case = actions.open_case(individual, form=row.form, phase=phase, by=desk.actor, at=at, newly_registered=True)
    return Dossier(row, 70, case, individual, [], desk, story.team.agency, [])


def intake(stage: Stage) -> Story:
    """A report that Ines is assessing: a case of the intake unit, which nobody outside it knows of (P-A6)."""
    desk, diary = stage.staff.teams[HOME].intake, Diary(stage.calendar)
    dossier = yield from _open(stage, REPORTED, desk, Phase.FORHANDSBEDOMNING, diary, 5)
    at = diary.turn(4, 10, 50)
    yield at
    facts = ItemFacts(
        type=stage.pen.types["concern_observations"],
        event_date=local_day(at),
        body="Skolan har ringt om frånvaro sedan tre veckor. Samtal med den unge och mamma är bokat.",
    )
    write(dossier, desk, facts, at=at)


def nobody_in_charge(stage: Stage) -> Story:
    """The officer knows the family and has left the case: Mona is to put somebody in charge (P-A12)."""
    diary = Diary(stage.calendar)
    desk = stage.staff.substitute
    if desk is None:
        return
    dossier = yield from _open(stage, UNOWNED, desk, Phase.UTREDNING, diary, 9)
    at = diary.turn(2, 8, 45)
    yield at
    actions.recuse(dossier.individual, reason="Känner familjen privat.", by=desk.actor, at=at)
