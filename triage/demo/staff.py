"""The demo's intake in Spånga-Tensta: who works there, which units are in the hub, and who has the jour."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hub import clock
from hub.access import Actor
from hub.demo_cast import ADULT_UNIT, INTAKE_UNIT, JOUR, JOUR_UNIT, SPANGA, YOUTH_UNIT
from hub.models import Agency, AgencyKind, Assignment, Municipality, Role, Unit, User
from triage.arrangement import DEFAULT_QUESTIONS
from triage.models import DutyShift, HubSlot, HubUnit, QuestionSet, TriageQuestion, TriageSettings

#: First part of the address → name, unit and role, besides those whom the rest of the demo has.
POSTS: dict[str, tuple[str, str, Role]] = {
    "nadia": ("Nadia Åberg", INTAKE_UNIT, Role.MANAGER),
    "nils": ("Nils Forsell", INTAKE_UNIT, Role.OFFICER),
    "viktor": ("Viktor Sand", ADULT_UNIT, Role.OFFICER),
    "elin": ("Elin Mark", "Familjerätten", Role.OFFICER),
    "robin": ("Robin Hed", "Ekonomiskt bistånd", Role.OFFICER),
}
SLOT = time(10, 30)
WORKING_DAYS = [1, 2, 3, 4, 5]
EVENING, MORNING = time(17, 0), time(8, 0)
NIGHTS = 4


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
    """Units, people, arrangement, standing time, questions and the jour's next nights, in force since the demo began."""
    agency = Agency.objects.get(name=SPANGA, municipality=kommun)
    intake = Unit.objects.get(agency=agency, name=INTAKE_UNIT)
    youth = Unit.objects.get(agency=agency, name=YOUTH_UNIT)
    ines = Assignment.objects.select_related("user", "unit__agency").get(user__email="ines@example.se")
    since = ines.valid_from
    held = {
        "ines": ines,
        "sara": Assignment.objects.select_related("user", "unit__agency").get(user__email="sara@example.se"),
    }
    for key, (name, unit_name, role) in POSTS.items():
        unit, _new = Unit.objects.get_or_create(agency=agency, name=unit_name)
        held[key] = _employ(key, name, unit, role, since)
    jour = Agency.objects.create(name=JOUR, kind=AgencyKind.SOCIALTJANST, municipality=kommun)
    jour.serves.add(kommun)
    nora = _employ("nora", "Nora Vinge", Unit.objects.create(agency=jour, name=JOUR_UNIT), Role.OFFICER, since)
    held["nora"] = nora
    TriageSettings.objects.create(
        municipality=kommun,
        agency=agency,
        intake_unit=intake,
        standing_owner=ines,
        jour=jour,
        valid_from=since,
        recorded_by=held["nadia"],
        recorded_at=since,
    )
    units = [intake, youth, *Unit.objects.filter(agency=agency).exclude(pk__in=(intake.pk, youth.pk)).order_by("pk")]
    HubUnit.objects.bulk_create(
        HubUnit(municipality=kommun, agency=agency, unit=unit, valid_from=since) for unit in units
    )
    HubSlot.objects.create(municipality=kommun, agency=agency, starts=SLOT, weekdays=WORKING_DAYS, valid_from=since)
    _nights(kommun, jour, nora, at)
    actors = {key: Actor.acting_under(post, municipality_id=kommun.pk) for key, post in held.items()}
    return Intake(agency, actors, _questions(kommun, agency, held["nadia"], since))


def _employ(key: str, name: str, unit: Unit, role: Role, since: datetime) -> Assignment:
    user = User(email=f"{key}@example.se", name=name, qualified_social_worker=True)
    user.set_unusable_password()
    user.save()
    return Assignment.objects.create(user=user, unit=unit, role=role, valid_from=since)


def _nights(kommun: Municipality, jour: Agency, nora: Assignment, at: datetime) -> None:
    """From last night on, so that one of them is now where it is night."""
    first = clock.local_day(at) - timedelta(days=1)
    for day in (first + timedelta(days=n) for n in range(NIGHTS)):
        begins = clock.wall_time(day, EVENING)
        DutyShift.objects.create(
            municipality=kommun,
            agency=jour,
            assignment=nora,
            valid_from=begins,
            valid_to=clock.wall_time(day + timedelta(days=1), MORNING),
            received_at=begins + timedelta(minutes=4) if begins + timedelta(minutes=4) <= at else None,
        )


def _questions(kommun: Municipality, agency: Agency, by: Assignment, since: datetime) -> QuestionSet:
    questions = QuestionSet.objects.create(
        municipality=kommun,
        agency=agency,
        version=1,
        valid_from=since,
        decision="Påhittat beslut",
        recorded_by=by,
        recorded_at=since,
    )
    TriageQuestion.objects.bulk_create(
        TriageQuestion(municipality=kommun, question_set=questions, order=order, **question)
        for order, question in enumerate(DEFAULT_QUESTIONS)
    )
    return questions
