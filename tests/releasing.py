"""People and numbers for tests of statistics: who counts by decision, and many who took part."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.test import Client

from hub.access import Actor
from hub.models import Agency, Assignment, Case, District, Individual, Municipality, Person, Role, User
from reports import actions
from reports.models import ProgrammeDecision, Release
from tests.cast import NOW, START_DAY, YEAR_BEFORE, World
from tests.matrix import Made

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def employ(world: World, agency: Agency | None = None) -> Assignment:
    """Pelle, programansvarig; none of the cast, so that no other row has to say what he gets."""
    held = Assignment.objects.select_related("user", "unit__agency").filter(user__email="pelle@example.se")
    for found in held:
        assert isinstance(found, Assignment)
        return found
    user = User.objects.create_user("pelle@example.se", "Pelle Norling")
    unit = world.youth_unit if agency is None else agency.units.get()
    return Assignment.objects.create(user=user, unit=unit, role=Role.PROGRAMME, valid_from=YEAR_BEFORE)


def acting(assignment: Assignment, kommun: Municipality) -> Actor:
    return Actor.acting_under(assignment, municipality_id=kommun.pk)


def said(
    assignment: Assignment, *, last: date | None = None, first: date = START_DAY, decided_on: date | None = None
) -> actions.DecisionFacts:
    return actions.DecisionFacts(
        assignment=assignment,
        decided_by="Socialnämnden",
        decided_on=decided_on or first,
        reference="SN 2026/117",
        first=first,
        last=last,
    )


def decided(world: World, *, at: datetime = NOW, last: date | None = None) -> ProgrammeDecision:
    """Ada notes that the board has let Pelle count from START_DAY on."""
    return actions.record_decision(said(employ(world), last=last), by=world.ada.actor, at=at)


def counting(world: World) -> Actor:
    """Pelle, with a decision in force."""
    held = employ(world)
    if not ProgrammeDecision.objects.filter(assignment=held).exists():
        decided(world)
    return acting(held, world.kommun)


def signed_in_as_pelle(world: World) -> Client:
    client = Client()
    client.force_login(employ(world).user, backend=BACKEND)
    return client


def released(world: World) -> Release:
    """The last half-year that is over, made once."""
    found = Release.objects.filter(municipality=world.kommun).first()
    return found or actions.make_release(by=counting(world), at=NOW)


def a_release(world: World) -> dict[str, object]:
    return {"ref": released(world).ref}


def a_file(kind: str) -> Made:
    return lambda world: {**a_release(world), "kind": kind}


@dataclass(frozen=True, kw_only=True)
class Took:
    """One who took part."""

    begun: datetime
    ended: datetime | None = None
    outcome: str = ""
    district: District | None = None
    sex: str = "M"
    born: date = date(2010, 6, 1)
    court_ordered: bool = False
    form: str = "SIG"


def take_part(world: World, *rows: Took) -> list[Case]:
    """Cases as they stand after the deeds, without the deeds: statistics read nothing else."""
    kommun, social = world.kommun, world.social
    people = Person.objects.bulk_create(
        Person(
            municipality=kommun, agency=social, given_name="Anna", family_name="Ask", birth_date=row.born, sex=row.sex
        )
        for row in rows
    )
    individuals = Individual.objects.bulk_create(Individual(municipality=kommun, person=person) for person in people)
    standing = Case.objects.count()
    return Case.objects.bulk_create(
        _case(world, row, individual, f"T-{standing + turn}")
        for turn, (row, individual) in enumerate(zip(rows, individuals, strict=True))
    )


def _case(world: World, row: Took, individual: Individual, number: str) -> Case:
    return Case(
        municipality=world.kommun,
        number=number,
        individual=individual,
        form=row.form,
        phase="insats" if row.ended is None else "avslutat",
        phase_from=row.ended or row.begun,
        owner_unit=world.youth_unit,
        district=row.district,
        court_ordered=row.court_ordered,
        opened_at=row.begun,
        insats_from=row.begun,
        closed_at=row.ended,
        outcome=row.outcome or ("as_planned" if row.ended else ""),
    )


def many(n: int, row: Took) -> Iterable[Took]:
    return [row] * n
