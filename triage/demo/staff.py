"""The demo's intake in Spånga-Tensta: who works there, which units are in the hub, and who has the jour."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hub import clock
from hub.access import Actor
from hub.demo_cast import ADULT_UNIT, INTAKE_UNIT, JOUR, JOUR_UNIT, SPANGA, YOUTH_UNIT
from hub.models import Agency, AgencyKind, Assignment, Municipality, Role, Unit, User
from triage.actions.arranging import (
    ArrangementFacts,
    add_hub_unit,
    add_slot,
    arrange_intake,
    decide_questions,
    plan_shift,
    receive_shift,
)
from triage.models import QuestionSet
from triage.standard_questions import STANDARD

#: First part of the address → name, unit and role, besides those whom the rest of the demo has.
POSTS: dict[str, tuple[str, str, Role]] = {
    "nadia": ("Nadia Åberg", INTAKE_UNIT, Role.MANAGER),
    "nils": ("Nils Forsell", INTAKE_UNIT, Role.OFFICER),
    "viktor": ("Viktor Sand", ADULT_UNIT, Role.OFFICER),
    "elin": ("Elin Mark", "Familjerätten", Role.OFFICER),
    "robin": ("Robin Hed", "Ekonomiskt bistånd", Role.OFFICER),
}
JOUR_POSTS: dict[str, tuple[str, Role]] = {"nora": ("Nora Vinge", Role.OFFICER), "ylva": ("Ylva Krans", Role.MANAGER)}
SLOT = time(10, 30)
WORKING_DAYS = [1, 2, 3, 4, 5]
EVENING, MORNING = time(17, 0), time(8, 0)
NIGHTS = 4
RECEIVED_AFTER = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Intake:
    """Everybody whom the stories need, by the first part of their address."""

    agency: Agency
    actors: dict[str, Actor]
    questions: QuestionSet

    def __getitem__(self, key: str) -> Actor:
        return self.actors[key]

    def assignment(self, key: str) -> Assignment:
        return Assignment.objects.get(pk=self.actors[key].assignment_id)


def arrange(kommun: Municipality, *, at: datetime) -> Intake:
    """Units, people, the arrangement and the questions since the demo began, and the jour's nights around `at`."""
    agency = Agency.objects.get(name=SPANGA, municipality=kommun)
    held = {key: _standing(key) for key in ("ines", "sara")}
    since = held["ines"].valid_from
    for key, (name, unit_name, role) in POSTS.items():
        unit, _new = Unit.objects.get_or_create(agency=agency, name=unit_name)
        held[key] = _employ(key, name, unit, role, since)
    jour = Agency.objects.create(name=JOUR, kind=AgencyKind.SOCIALTJANST, municipality=kommun)
    jour.serves.add(kommun)
    jour_unit = Unit.objects.create(agency=jour, name=JOUR_UNIT)
    held |= {key: _employ(key, name, jour_unit, role, since) for key, (name, role) in JOUR_POSTS.items()}
    actors = {key: Actor.acting_under(post, municipality_id=kommun.pk) for key, post in held.items()}
    manager = actors["nadia"]
    ordered = ArrangementFacts(intake_unit=held["ines"].unit, standing_owner=held["ines"], jour=jour)
    arrange_intake(agency, ordered, by=manager, at=since)
    for name in (INTAKE_UNIT, YOUTH_UNIT, ADULT_UNIT, "Familjerätten", "Ekonomiskt bistånd"):
        add_hub_unit(agency, Unit.objects.get(agency=agency, name=name), by=manager, at=since)
    add_slot(agency, starts=SLOT, weekdays=WORKING_DAYS, link="", by=manager, at=since)
    questions = decide_questions(agency, STANDARD, decision="Påhittat beslut", by=manager, at=since)
    _nights(jour, held["nora"], actors, at)
    return Intake(agency, actors, questions)


def _standing(key: str) -> Assignment:
    post: Assignment = Assignment.objects.select_related("user", "unit__agency").get(user__email=f"{key}@example.se")
    return post


def _employ(key: str, name: str, unit: Unit, role: Role, since: datetime) -> Assignment:
    user = User(email=f"{key}@example.se", name=name, qualified_social_worker=True)
    user.set_unusable_password()
    user.save()
    return Assignment.objects.create(user=user, unit=unit, role=role, valid_from=since)


def _nights(jour: Agency, nora: Assignment, actors: dict[str, Actor], at: datetime) -> None:
    """From the night before on, so that one of them is now where it is night."""
    first = clock.local_day(at) - timedelta(days=1)
    planned_at = clock.start_of_day(first)
    for day in (first + timedelta(days=n) for n in range(NIGHTS)):
        begins = clock.wall_time(day, EVENING)
        ends = clock.wall_time(day + timedelta(days=1), MORNING)
        shift = plan_shift(jour, nora, valid_from=begins, valid_to=ends, by=actors["ylva"], at=planned_at)
        if begins + RECEIVED_AFTER <= at:
            receive_shift(shift, by=actors["nora"], at=begins + RECEIVED_AFTER)
