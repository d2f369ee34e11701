"""Concerns with clocks of their own, for the tests of the queue and of what is made of it."""

from datetime import datetime, timedelta

from hub.models import Assignment, Deadline
from tests.cast import NOW, START, Member, World
from tests.concerns import arrange, register, told
from triage import actions
from triage.models import ConcernReport, PreliminaryAssessment

HOUR = timedelta(hours=1)


def at_intake(world: World, name: str) -> Member:
    """One of those who come with the intake (tests.concerns)."""
    arrange(world)
    return world.members[name]


def concern(
    world: World,
    colour: str = "",
    *,
    owner: Assignment | None = None,
    received: bool = True,
    arrived_at: datetime = START,
    **child: object,
) -> PreliminaryAssessment:
    """A concern about one child that stands without any clock."""
    facts = actions.ChildFacts(**{"about": "Okänt barn", **child})  # type: ignore[arg-type]  # free keyword arguments
    report = register(world, facts, owner=owner, arrived_at=arrived_at) if received else submit(world, facts)
    row = report.assessments.get()
    PreliminaryAssessment.objects.filter(pk=row.pk).update(colour=colour)
    Deadline.objects.filter(subject_id=row.pk, kind__in=KINDS).delete()
    row.refresh_from_db()
    return row


KINDS = ("protection", "red", "orange", "knowledge", "decision", "feedback", "investigation", "confirmation")


def submit(world: World, *children: actions.ChildFacts) -> ConcernReport:
    """What a school sends through the open form."""
    reporter = actions.ReporterFacts(category="school", name="Rektor Berit")
    facts = told(arrived_at=NOW, channel="form")
    return actions.submit_report(facts, reporter, children, agency_id=world.social.pk, by=None, at=NOW)


def clock(
    row: PreliminaryAssessment,
    kind: str,
    due_at: datetime,
    *,
    occasion: str = "",
    started_at: datetime | None = None,
    breached: bool = False,
    met_at: datetime | None = None,
) -> Deadline:
    """A clock of a concern, as the clocks make it: running, met or breached."""
    return Deadline.objects.create(
        municipality_id=row.municipality_id,
        kind=kind,
        subject_id=row.pk,
        occasion=occasion,
        started_at=started_at or row.report.arrived_at,
        due_at=due_at,
        met_at=met_at,
        breached_at=due_at if breached else None,
        owner_unit_id=row.unit_id,
        owner_id=row.owner_id,
        rule_version="2026-1",
    )
