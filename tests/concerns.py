"""Concerns in the cast's world: Ines' intake has received one about Nova, 14, and her little brother Noel.

Ines registers and owns, Ivar is her colleague at the intake, Maja manages it. Vera works with adults and takes part in
the hub, as does Olof's youth unit; Jo is on duty at the jour, another agency. Nobody of them has to do with Elias.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.access import Actor
from hub.models import Agency, Assignment, Unit
from tests.cast import NOW, START, YEAR_BEFORE, World, agency, agree, member
from triage import actions
from triage.models import (
    ConcernReport,
    DutyShift,
    HubSlot,
    HubUnit,
    PreliminaryAssessment,
    QuestionSet,
    TriageQuestion,
    TriageSettings,
)

#: When the report about Nova reached the authority: an hour before NOW, a Monday at nine.
ARRIVED = NOW - timedelta(hours=1)
FACTS = "Har sett äldre killar hämta henne vid skolan tre gånger."
SUMMARY = "Känd sedan förra våren."


@dataclass(frozen=True, slots=True)
class Intake:
    """How the intake is arranged."""

    settings: TriageSettings
    unit: Unit
    adults: Unit
    jour: Agency
    questions: QuestionSet


def arrange(world: World, *, at: datetime = START) -> Intake:
    """The arrangement of the intake, made once in a world."""
    standing = TriageSettings.objects.filter(agency=world.social).first()
    if standing is not None:
        assert standing.jour is not None
        return Intake(
            standing,
            standing.intake_unit,
            world.vera.assignment.unit,
            standing.jour,
            QuestionSet.objects.get(agency=world.social),
        )
    unit = world.ines.assignment.unit
    adults = Unit.objects.create(agency=world.social, name="Vuxenenheten")
    jour = agency(world, "Socialjouren", "socialtjanst", municipality=world.other_kommun)
    agree(world, jour, title="Jour")
    member(world, "ivar", "Ivar Sund", unit, "officer")
    member(world, "maja", "Maja Bäck", unit, "manager")
    member(world, "vera", "Vera Dahl", adults, "officer")
    member(world, "jo", "Jo Natt", jour.units.get(), "officer")
    jo = world.members["jo"]
    jo.actor = Actor.acting_under(jo.assignment, municipality_id=world.kommun.pk)
    settings = TriageSettings.objects.create(
        municipality=world.kommun,
        agency=world.social,
        intake_unit=unit,
        standing_owner=world.ines.assignment,
        jour=jour,
        valid_from=YEAR_BEFORE,
        recorded_by=world.ada.assignment,
        recorded_at=YEAR_BEFORE,
    )
    for member_unit in (unit, adults, world.youth_unit):
        HubUnit.objects.create(municipality=world.kommun, agency=world.social, unit=member_unit, valid_from=YEAR_BEFORE)
    HubSlot.objects.create(
        municipality=world.kommun,
        agency=world.social,
        starts="10:30",
        weekdays=[1, 2, 3, 4, 5],
        link="https://mote.example.se/hubb",
        valid_from=YEAR_BEFORE,
    )
    return Intake(settings, unit, adults, jour, ask_questions(world))


def ask_questions(world: World) -> QuestionSet:
    questions = QuestionSet.objects.create(
        municipality=world.kommun,
        agency=world.social,
        version=1,
        valid_from=YEAR_BEFORE,
        decision="Nämnden 2025-03-01",
        recorded_by=world.ada.assignment,
        recorded_at=YEAR_BEFORE,
    )
    for order, (code, colour) in enumerate((("fara_nu", "red"), ("vald", "orange"), ("natverk", "orange"))):
        TriageQuestion.objects.create(
            municipality=world.kommun,
            question_set=questions,
            code=code,
            text=f"Fråga {code}?",
            colour=colour,
            explanation=f"Svaret på {code} är ja.",
            order=order,
        )
    return questions


def on_duty(world: World, *, begins: datetime = START, ends: datetime | None = None) -> DutyShift:
    """Jo has a shift of the jour, an hour around NOW if nothing else is said."""
    return DutyShift.objects.create(
        municipality=world.kommun,
        agency=world.jo.agency,
        assignment=world.jo.assignment,
        valid_from=begins,
        valid_to=ends or NOW + timedelta(hours=1),
    )


def told(**fields: object) -> actions.ReportFacts:
    """What the reporter told; any field can be another."""
    return actions.ReportFacts(**{"arrived_at": ARRIVED, "channel": "phone", "facts": FACTS, **fields})  # type: ignore[arg-type]  # free keyword arguments


SCHOOL = actions.ReporterFacts(category="school", name="Rektor Berit", workplace="Bussenhusskolan", contact="08-123")
NOVA = actions.ChildFacts(given_name="Nova", family_name="Rask", birth_date=date(2012, 2, 1))
NOEL = actions.ChildFacts(given_name="Noel", family_name="Rask", birth_date=date(2016, 5, 9))


def register(
    world: World,
    *children: actions.ChildFacts,
    by: str = "ines",
    owner: Assignment | None = None,
    at: datetime = NOW,
    **fields: object,
) -> ConcernReport:
    """A report registered by one of the intake, about Nova unless somebody else is named."""
    arrange(world)
    return actions.register_report(
        told(**fields),
        SCHOOL,
        children or (NOVA,),
        agency_id=world.social.pk,
        owner=owner,
        by=world.members[by].actor,
        at=at,
    )


def nova(world: World) -> PreliminaryAssessment:
    """The concern about Nova, made once in a world."""
    arrange(world)
    standing = PreliminaryAssessment.objects.filter(report__facts=FACTS, position=1).order_by("pk").first()
    return standing or register(world, NOVA, NOEL).assessments.get(position=1)
