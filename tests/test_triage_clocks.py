"""The clocks of a concern follow its facts; each limit one second before, at and after (P-T2 - P-T4, P-T8, R19-R24)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hub.deadlines import rebuild
from hub.models import Deadline
from hub.tick import tick
from tests.cast import NOW, SECOND, World
from tests.concern_clocks import (
    DAY,
    HOUR,
    ask,
    breached,
    clock_of,
    colour,
    decide,
    investigate,
    protect,
    running,
    swedish,
    told,
    with_deputy,
)
from tests.concerns import ARRIVED, NOEL, arrange, register
from triage import actions
from triage.deadlines import KINDS, follow
from triage.models import (
    DecisionExtension,
    Feedback,
    Investigation,
    KnowledgeCheck,
    PreliminaryAssessment,
    Reporter,
    TriageSettings,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def concern(world: World) -> PreliminaryAssessment:
    return with_deputy(world)


# --- which clocks run ------------------------------------------------------------------------------------------------


def test_every_concern_has_clocks_for_protection_and_decision_from_its_arrival(concern: PreliminaryAssessment) -> None:
    assert running(concern) == {"protection": "2026-03-03 00.00", "decision": "2026-03-17 00.00"}
    assert {row.started_at for row in Deadline.objects.filter(subject_id=concern.pk)} == {ARRIVED}
    row = clock_of(concern, "decision")
    assert (row.owner_id, row.owner_unit_id, row.case_id) == (concern.owner_id, concern.unit_id, concern.case_id)
    assert row.rule_version == "2026-1"


def test_the_colour_gives_its_own_clock_and_shortens_that_of_protection(
    world: World, concern: PreliminaryAssessment
) -> None:
    colour(world, concern, "orange")
    assert running(concern)["orange"] == running(concern)["protection"] == "2026-03-02 21.00"
    colour(world, concern, "red")
    assert running(concern)["red"] == running(concern)["protection"] == "2026-03-02 13.00"
    assert "orange" not in running(concern)


def test_orange_goes_by_office_hours_only_where_decided_when_it_arrived(
    world: World, concern: PreliminaryAssessment
) -> None:
    standing: Any = {
        field.name: getattr(TriageSettings.objects.get(), field.name)
        for field in TriageSettings._meta.fields
        if field.name not in ("id", "ref")
    }
    later = TriageSettings.objects.create(
        **standing | {"orange_office_hours": True, "decision": "SN 2026-12", "valid_from": ARRIVED + SECOND}
    )
    colour(world, concern, "orange")
    assert running(concern)["orange"] == "2026-03-02 21.00"
    TriageSettings.objects.filter(pk=later.pk).update(valid_from=ARRIVED)
    follow([concern.pk], at=NOW)
    assert running(concern)["orange"] == "2026-03-03 12.00"


def test_recolouring_keeps_the_arrival_so_that_red_may_be_up_at_once(
    world: World, concern: PreliminaryAssessment
) -> None:
    """P-T3, R73: raised to Röd one second before, at and after four hours from arrival."""
    due = ARRIVED + 4 * HOUR
    colour(world, concern, "red", at=due + SECOND)
    assert clock_of(concern, "red").due_at == due
    tick(at=due + SECOND)
    assert told(world, "red_") == {"red_100": ["ines", "ivar", "maja"]}
    assert breached(concern, "red")


def test_lowered_the_red_clock_falls_silent_and_raised_again_it_counts_from_arrival(
    world: World, concern: PreliminaryAssessment
) -> None:
    colour(world, concern, "red")
    colour(world, concern, "green", at=NOW + HOUR)
    assert "red" not in running(concern)
    assert tick(at=ARRIVED + 4 * HOUR) == 0
    assert told(world, "red_") == {}
    colour(world, concern, "red", at=ARRIVED + 5 * HOUR)
    tick(at=ARRIVED + 5 * HOUR)
    assert clock_of(concern, "red").breached_at == ARRIVED + 5 * HOUR


def test_lowering_what_has_breached_takes_nothing_back(world: World, concern: PreliminaryAssessment) -> None:
    rebuild(at=NOW)  # the rows that the fixture took away
    colour(world, concern, "red")
    due = ARRIVED + 4 * HOUR
    tick(at=due)
    colour(world, concern, "green", at=due + SECOND)
    for kind in ("red", "protection"):
        assert (clock_of(concern, kind).breached_at, clock_of(concern, kind).due_at) == (due, due)
    assert rebuild(at=due + DAY) == 0
    assert breached(concern, "protection")


@pytest.mark.parametrize(("late", "is_late"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_protection_is_in_time_until_the_instant_it_is_due(
    world: World, concern: PreliminaryAssessment, late: timedelta, is_late: bool
) -> None:
    """Also where the tick was away over the limit and comes after the deed."""
    due = clock_of(concern, "protection").due_at
    protect(world, concern, due + late)
    tick(at=due + HOUR)
    row = clock_of(concern, "protection")
    assert (row.breached_at is not None, row.met_at is not None) == (is_late, not is_late)
    assert Deadline.objects.late().filter(pk=row.pk).exists() is is_late
    assert ("lex_sarah_protection" in told(world, "lex")) is is_late


@pytest.mark.parametrize("kind", ["red", "orange", "decision"])
@pytest.mark.parametrize(("late", "is_late"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_a_decision_stops_the_clock_of_the_colour_and_the_fourteen_days_if_it_comes_before(
    world: World, concern: PreliminaryAssessment, kind: str, late: timedelta, is_late: bool
) -> None:
    if kind != "decision":
        colour(world, concern, kind)
    decide(world, concern, clock_of(concern, kind).due_at + late)
    tick(at=clock_of(concern, kind).due_at + HOUR)
    assert breached(concern, kind) is is_late


def test_the_first_assessment_of_protection_counts(world: World, concern: PreliminaryAssessment) -> None:
    due = clock_of(concern, "protection").due_at
    protect(world, concern, due - SECOND)
    protect(world, concern, due + SECOND)
    tick(at=due + HOUR)
    assert not breached(concern, "protection")


def test_nothing_pauses_red(world: World, concern: PreliminaryAssessment) -> None:
    """Assessed, handed over, asked about, coloured back and forth: the fourth hour comes when it comes."""
    due = ARRIVED + 4 * HOUR
    colour(world, concern, "red")
    protect(world, concern, NOW + HOUR)
    actions.hand_over(concern, to=world.ivar.assignment, reason="delar upp", by=world.ines.actor, at=NOW + HOUR)
    ask(world, concern, NOW + HOUR)
    colour(world, concern, "orange", at=NOW + 2 * HOUR)
    colour(world, concern, "red", at=NOW + 2 * HOUR + SECOND)
    assert clock_of(concern, "red").due_at == due
    tick(at=due - SECOND)
    assert not breached(concern, "red")
    tick(at=due)
    assert breached(concern, "red")


def test_no_decision_is_due_where_the_child_is_investigated_already(
    world: World, concern: PreliminaryAssessment
) -> None:
    """P-T4, R20: a new report about a child whose investigation runs."""
    decide(world, concern, NOW, kind="open")
    investigation = investigate(world, concern, NOW)
    again = PreliminaryAssessment.objects.get(pk=register(world, NOEL).assessments.get().pk)
    assert "decision" in running(again)
    PreliminaryAssessment.objects.filter(pk=again.pk).update(individual=concern.individual)
    follow([concern.pk], at=NOW)
    assert running(again) == {"protection": "2026-03-03 00.00"}
    Investigation.objects.filter(pk=investigation.pk).update(closed_at=NOW + DAY, closed_why="klar")
    follow([concern.pk], at=NOW + DAY)
    assert "decision" in running(again)


@pytest.mark.parametrize(("late", "is_late"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_the_investigation_itself_hides_no_decision_that_came_too_late(
    world: World, concern: PreliminaryAssessment, late: timedelta, is_late: bool
) -> None:
    due = clock_of(concern, "decision").due_at
    decide(world, concern, due + late, kind="open")
    investigate(world, concern, due + late)
    tick(at=due + HOUR)
    assert breached(concern, "decision") is is_late


def extend(world: World, assessment: PreliminaryAssessment, until: date, at: datetime) -> None:
    DecisionExtension.objects.create(
        municipality=world.kommun,
        assessment=assessment,
        until=until,
        reasons="Synnerliga skäl.",
        decided_by=world.ines.assignment,
        decided_at=at,
    )
    follow([assessment.pk], at=at)


def test_an_extension_in_time_moves_the_decision_and_a_late_one_leaves_the_breach(
    world: World, concern: PreliminaryAssessment
) -> None:
    due = clock_of(concern, "decision").due_at
    extend(world, concern, date(2026, 3, 20), due - SECOND)
    assert running(concern)["decision"] == "2026-03-21 00.00"
    tick(at=due)
    assert not breached(concern, "decision")
    late = clock_of(concern, "decision", "2026-03-20").due_at
    tick(at=late)
    extend(world, concern, date(2026, 3, 27), late)
    assert breached(concern, "decision", "2026-03-20")
    assert running(concern)["decision"] == "2026-03-28 00.00"


@pytest.mark.parametrize(("late", "is_late"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_an_extension_that_was_decided_on_too_late_hides_no_breach(
    world: World, concern: PreliminaryAssessment, late: timedelta, is_late: bool
) -> None:
    """Also where the tick was away over the limit and comes after it."""
    due = clock_of(concern, "decision").due_at
    extend(world, concern, date(2026, 3, 20), due + late)
    tick(at=due + HOUR)
    assert breached(concern, "decision") is is_late
    assert running(concern)["decision"] == "2026-03-21 00.00"


# --- the others ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "is_late"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_an_asked_unit_has_two_office_hours_and_whoever_asked_hears_when_they_are_gone(
    world: World, concern: PreliminaryAssessment, late: timedelta, is_late: bool
) -> None:
    check = ask(world, concern, NOW)
    row = clock_of(concern, "knowledge", str(check.pk))
    assert row.due_at == NOW + 2 * HOUR
    tick(at=NOW + HOUR)
    assert told(world, "knowledge") == {"knowledge_50": ["vera"]}
    KnowledgeCheck.objects.filter(pk=check.pk).update(
        answer="unknown", answered_by=world.vera.assignment, answered_at=row.due_at + late
    )
    follow([concern.pk], at=row.due_at + late)
    tick(at=row.due_at + HOUR)
    assert breached(concern, "knowledge", str(check.pk)) is is_late
    assert told(world, "knowledge").get("knowledge_100") == (["ines", "vera"] if is_late else None)


def test_the_jour_is_asked_around_the_clock_and_a_decided_concern_asks_nobody(
    world: World, concern: PreliminaryAssessment
) -> None:
    evening = swedish("2026-03-02 21.00")
    ask(world, concern, evening, jour=True)
    assert running(concern)["knowledge"] == "2026-03-02 23.00"
    decide(world, concern, evening + HOUR)
    assert running(concern) == {"protection": "2026-03-03 00.00"}


def test_of_a_protected_child_one_named_person_is_reminded(world: World, concern: PreliminaryAssessment) -> None:
    ask(world, concern, NOW, to=world.olof.assignment)
    tick(at=NOW + HOUR)
    assert told(world, "knowledge") == {"knowledge_50": ["olof"]}


@pytest.mark.parametrize(
    ("kind", "asked", "due"),
    [
        ("not_open", NOW - DAY, "2026-03-10 00.00"),
        ("not_open", NOW - SECOND, "2026-03-10 00.00"),
        ("not_open", NOW, "2026-03-10 00.00"),
        ("not_open", NOW + SECOND, "2026-03-03 00.00"),
        ("running", NOW - SECOND, "2026-03-03 00.00"),
    ],
)
def test_a_reporter_who_asked_gets_word_within_a_week_or_the_same_day(
    world: World, concern: PreliminaryAssessment, kind: str, asked: datetime, due: str
) -> None:
    decide(world, concern, NOW, kind=kind)
    assert "feedback" not in running(concern), "nobody has asked"
    row = Feedback.objects.create(municipality=world.kommun, report=concern.report, assessment=concern, asked_at=asked)
    follow([concern.pk], at=NOW + SECOND)
    assert running(concern)["feedback"] == due
    Reporter.objects.update(category="private")
    follow([concern.pk], at=NOW + SECOND)
    assert "feedback" not in running(concern), "the law gives it to whoever must report"
    Reporter.objects.update(category="school")
    Feedback.objects.filter(pk=row.pk).update(
        choice="unsuitable", reason="skäl", chosen_by=world.ines.assignment, chosen_at=NOW + HOUR
    )
    follow([concern.pk], at=NOW + HOUR)
    assert "feedback" not in running(concern)


def test_a_reporter_who_wanted_word_from_the_start_has_asked_but_only_one_with_a_duty_to_report(
    world: World, concern: PreliminaryAssessment
) -> None:
    Reporter.objects.update(wants_feedback=True, category="private")
    decide(world, concern, NOW)
    assert "feedback" not in running(concern)
    Reporter.objects.update(category="school")
    follow([concern.pk], at=NOW)
    assert running(concern)["feedback"] == "2026-03-10 00.00"


def test_an_investigation_has_four_months_and_its_investigator_is_told(
    world: World, concern: PreliminaryAssessment
) -> None:
    decide(world, concern, NOW, kind="open")
    investigate(world, concern, NOW)
    row = clock_of(concern, "investigation")
    assert (running(concern)["investigation"], row.owner_id) == ("2026-07-03 00.00", world.ivar.assignment.pk)
    tick(at=swedish("2026-07-01 08.00"))
    assert told(world, "investigation") == {"investigation_alarm": ["ivar"]}, "2 July is the last day, a Thursday"


@pytest.mark.parametrize(("late", "is_late"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_an_investigation_has_ended_in_time_until_the_instant_it_is_due(
    world: World, concern: PreliminaryAssessment, late: timedelta, is_late: bool
) -> None:
    decide(world, concern, NOW, kind="open")
    made = investigate(world, concern, NOW)
    due = clock_of(concern, "investigation").due_at
    Investigation.objects.filter(pk=made.pk).update(closed_at=due + late, closed_why="klar")
    follow([concern.pk], at=due + late)
    tick(at=due + HOUR)
    assert breached(concern, "investigation") is is_late


def test_an_extended_investigation_runs_to_its_new_day_and_beside_what_has_breached(
    world: World, concern: PreliminaryAssessment
) -> None:
    decide(world, concern, NOW, kind="open")
    made = investigate(world, concern, NOW)
    due = clock_of(concern, "investigation").due_at

    def extend(until: date, at: datetime) -> None:
        Investigation.objects.filter(pk=made.pk).update(extended_until=until, extended_why="Särskilda skäl.")
        follow([concern.pk], at=at)

    extend(date(2026, 7, 20), due - SECOND)
    assert running(concern) == {"protection": "2026-03-03 00.00", "investigation": "2026-07-21 00.00"}
    late = clock_of(concern, "investigation", "2026-07-20").due_at
    tick(at=late)
    extend(date(2026, 8, 3), late)
    assert (breached(concern, "investigation"), breached(concern, "investigation", "2026-07-20")) == (False, True)
    assert running(concern)["investigation"] == "2026-08-04 00.00"


def test_a_lowered_colour_is_looked_at_by_noon_by_others_than_who_lowered_it(
    world: World, concern: PreliminaryAssessment
) -> None:
    colour(world, concern, "red")
    change = colour(world, concern, "orange", at=NOW + SECOND)
    due = swedish("2026-03-03 12.00")
    assert clock_of(concern, "confirmation", str(change.pk)).due_at == due
    tick(at=due - HOUR)
    assert told(world, "confirmation") == {"confirmation_80": ["ivar", "maja"]}
    actions.confirm_downgrade(change, agreed=True, by=world.maja.actor, at=due - SECOND)
    tick(at=due)
    assert clock_of(concern, "confirmation", str(change.pk)).met_at == due - SECOND


# --- the night -------------------------------------------------------------------------------------------------------


def test_the_night_finds_nothing_to_mend_among_concerns_in_every_state(
    world: World, concern: PreliminaryAssessment
) -> None:
    rebuild(at=NOW)  # the rows that the fixture took away
    colour(world, concern, "red")
    colour(world, concern, "orange", at=NOW + SECOND)
    ask(world, concern, NOW)
    tick(at=NOW + 14 * HOUR)
    decide(world, concern, NOW + DAY, kind="open")
    investigate(world, concern, NOW + DAY)
    assert rebuild(at=NOW + DAY + SECOND) == 0
    arrange(world)
    Deadline.objects.filter(kind="investigation").delete()
    assert rebuild(at=NOW + DAY + SECOND) == 1


def test_the_night_makes_every_clock_that_was_lost(world: World, concern: PreliminaryAssessment) -> None:
    brother = concern.report.assessments.get(position=2)
    colour(world, brother, "red")
    colour(world, brother, "orange", at=NOW + SECOND)
    ask(world, brother, NOW)
    protect(world, concern, NOW)
    decide(world, concern, NOW, kind="open")
    investigate(world, concern, NOW)
    Feedback.objects.create(municipality=world.kommun, report=concern.report, assessment=concern, asked_at=NOW)
    follow([concern.pk], at=NOW)

    def kept() -> set[tuple[object, ...]]:
        return set(Deadline.objects.open().values_list("kind", "subject_id", "occasion", "due_at"))

    rebuild(at=NOW)
    before = kept()
    assert {kind for kind, *_ in before} >= {*KINDS} - {"red"}
    Deadline.objects.all().delete()
    rebuild(at=NOW)
    assert kept() == before
