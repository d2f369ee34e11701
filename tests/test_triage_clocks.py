"""The clocks of a concern follow its facts; each limit one second before, at and after (P-T2 to P-T6, P-T8, R19-R24).

Nova's concern arrives on Monday 2 March 2026 at 9.00 and is registered at 10.00 by Ines, who owns it. Ivar is the
deputy here, Maja the manager, Jo on duty at the jour, Vera of a unit that is asked what it knows.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hub import mailer, outbox
from hub.actions.messages import MESSAGES
from hub.clock import STOCKHOLM, local
from hub.contributions import DEADLINE_KIND
from hub.deadlines import rebuild
from hub.models import Deadline, MailMode, Notification, Outbox, Person
from hub.queries import in_sentences
from hub.tick import tick
from tests.cast import NOW, SECOND, YEAR_BEFORE, World
from tests.concerns import ARRIVED, NOEL, arrange, nova, register
from tests.mail_server import Server
from triage import actions
from triage.deadlines import KINDS, follow
from triage.escalation import SENTENCES
from triage.models import (
    AssessmentState,
    ColourChange,
    Decision,
    DecisionExtension,
    DutyShift,
    Feedback,
    Investigation,
    KnowledgeCheck,
    PreliminaryAssessment,
    Reporter,
    TriageSettings,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def swedish(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=STOCKHOLM)


@pytest.fixture
def concern(world: World) -> PreliminaryAssessment:
    """Nova's, with Ivar as deputy, and nothing told yet."""
    assessment = nova(world)
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(deputy=world.ivar.assignment)
    Deadline.objects.exclude(subject_id=assessment.pk, kind__in=KINDS).delete()
    assessment.refresh_from_db()
    return assessment


def clock_of(assessment: PreliminaryAssessment, kind: str, occasion: str = "") -> Deadline:
    return Deadline.objects.get(kind=kind, subject_id=assessment.pk, occasion=occasion)


def running(assessment: PreliminaryAssessment) -> dict[str, str]:
    rows = Deadline.objects.open().filter(subject_id=assessment.pk, kind__in=KINDS)
    return {row.kind: f"{local(row.due_at):%Y-%m-%d %H.%M}" for row in rows}


def told(world: World, prefix: str) -> dict[str, list[str]]:
    """Kind of message → who got it."""
    world.look()
    names = {member.assignment.pk: name for name, member in world.members.items()}
    found: dict[str, list[str]] = {}
    for kind, to in (
        Notification.objects.filter(kind__startswith=prefix).order_by("pk").values_list("kind", "assignment_id")
    ):
        found.setdefault(kind, []).append(names[to])
    return {kind: sorted(who) for kind, who in found.items()}


def colour(
    world: World, assessment: PreliminaryAssessment, which: str, *, by: str = "ines", at: datetime = NOW
) -> ColourChange:
    assessment.refresh_from_db()
    judged = actions.Judged(colour=which, reason="Bedömd så.")
    return actions.set_colour(assessment, judged, row_version=assessment.row_version, by=world.members[by].actor, at=at)


def protect(world: World, assessment: PreliminaryAssessment, at: datetime) -> None:
    actions.assess_protection(
        assessment, outcome="no_need", reasons="Trygg hos mormor.", assessed_at=at, by=world.ines.actor, at=at
    )


def decide(world: World, assessment: PreliminaryAssessment, at: datetime, kind: str = "not_open") -> Decision:
    """As the decision's own verb does: the row, the state, and the clocks."""
    states = {"open": AssessmentState.INVESTIGATED, "not_open": AssessmentState.NOT_OPENED, "running": "running"}
    made = Decision.objects.create(
        municipality=world.kommun,
        assessment=assessment,
        kind=kind,
        reasons="Skäl.",
        qualification="socionom",
        delegation="3.1",
        decided_by=world.ines.assignment,
        decided_at=at,
        investigator=None if kind == "not_open" else world.ines.assignment,
    )
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(state=states[kind], state_at=at)
    follow([assessment.pk], at=at)
    return made


def breached(assessment: PreliminaryAssessment, kind: str, occasion: str = "") -> bool:
    return clock_of(assessment, kind, occasion).breached_at is not None


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


def test_an_extension_in_time_moves_the_decision_and_a_late_one_leaves_the_breach(
    world: World, concern: PreliminaryAssessment
) -> None:
    due = clock_of(concern, "decision").due_at

    def extend(until: date, at: datetime) -> None:
        DecisionExtension.objects.create(
            municipality=world.kommun,
            assessment=concern,
            until=until,
            reasons="Synnerliga skäl.",
            decided_by=world.ines.assignment,
            decided_at=at,
        )
        follow([concern.pk], at=at)

    extend(date(2026, 3, 20), due - SECOND)
    assert running(concern)["decision"] == "2026-03-21 00.00"
    tick(at=due)
    assert not breached(concern, "decision")
    late = clock_of(concern, "decision", "2026-03-20").due_at
    tick(at=late)
    extend(date(2026, 3, 27), late)
    assert breached(concern, "decision", "2026-03-20")
    assert running(concern)["decision"] == "2026-03-28 00.00"


# --- the others ------------------------------------------------------------------------------------------------------


def ask(world: World, assessment: PreliminaryAssessment, at: datetime, **fields: Any) -> KnowledgeCheck:
    check = KnowledgeCheck.objects.create(
        **{
            "municipality": world.kommun,
            "assessment": assessment,
            "unit": world.vera.assignment.unit,
            "asked_as": "own",
            "asked_by": world.ines.assignment,
            "asked_at": at,
            **fields,
        }
    )
    follow([assessment.pk], at=at)
    return check


def investigate(world: World, assessment: PreliminaryAssessment, at: datetime) -> Investigation:
    made = Investigation.objects.create(
        municipality=world.kommun,
        assessment=assessment,
        case=assessment.case,
        investigator=world.ivar.assignment,
        opened_at=at,
    )
    follow([assessment.pk], at=at)
    return made


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


# --- who is told -----------------------------------------------------------------------------------------------------


def on_duty(world: World, begins: datetime, ends: datetime) -> None:
    DutyShift.objects.create(
        municipality=world.kommun,
        agency=world.jo.agency,
        assignment=world.jo.assignment,
        valid_from=begins,
        valid_to=ends,
    )


def test_red_goes_to_the_owner_then_the_deputy_then_the_manager_each_once(
    world: World, concern: PreliminaryAssessment
) -> None:
    """Each limit one second before, at and after; the jour is not told while the office is open."""
    on_duty(world, YEAR_BEFORE, NOW + DAY)
    colour(world, concern, "red")
    Deadline.objects.exclude(kind="red").delete()
    said: dict[str, list[str]] = {}
    for share, who in ((0.5, ["ines"]), (0.8, ["ines", "ivar"]), (1, ["ines", "ivar", "maja"])):
        limit = ARRIVED + 4 * HOUR * share
        assert tick(at=limit - SECOND) == 0
        assert told(world, "red_") == said
        assert (tick(at=limit), tick(at=limit), tick(at=limit + SECOND)) == (1, 0, 0)
        said[f"red_{share:.0%}".rstrip("%")] = who
        assert told(world, "red_") == said
    assert told(world, "lex_sarah") == {"lex_sarah_red": ["ines", "maja"]}


@pytest.mark.parametrize(
    ("at", "reached"),
    [
        ("2026-03-02 16.59", False),
        ("2026-03-02 17.00", True),
        ("2026-03-03 07.59", True),
        ("2026-03-03 08.00", False),
    ],
)
def test_outside_office_hours_what_is_urgent_also_reaches_the_jour(
    world: World, concern: PreliminaryAssessment, at: str, reached: bool
) -> None:
    on_duty(world, YEAR_BEFORE, NOW + 2 * DAY)
    colour(world, concern, "red")
    tick(at=swedish(at))
    assert ("jo" in told(world, "red_")["red_100"]) is reached


def test_a_jour_whose_shift_is_over_is_told_nothing(world: World, concern: PreliminaryAssessment) -> None:
    at = swedish("2026-03-02 21.00")
    on_duty(world, YEAR_BEFORE, at)
    colour(world, concern, "red")
    tick(at=at)
    assert told(world, "red_") == {"red_100": ["ines", "ivar", "maja"]}


def test_of_a_protected_child_neither_the_manager_nor_the_jour_hears(
    world: World, concern: PreliminaryAssessment
) -> None:
    on_duty(world, YEAR_BEFORE, NOW + DAY)
    Person.objects.filter(pk=concern.individual.person_id).update(protection="SEKRETESSMARKERING")  # type: ignore[union-attr]  # identified
    colour(world, concern, "red")
    tick(at=swedish("2026-03-02 21.00"))
    assert told(world, "red_") == {"red_100": ["ines", "ivar"]}
    assert told(world, "lex") == {"lex_sarah_protection": ["ines"], "lex_sarah_red": ["ines"]}


def test_where_the_owner_is_gone_the_manager_is_told_at_half_the_time(
    world: World, concern: PreliminaryAssessment
) -> None:
    """P-T10: nobody can be left as an owner who no longer hears."""
    type(world.ines.assignment).objects.filter(pk=world.ines.assignment.pk).update(valid_to=NOW + SECOND)
    colour(world, concern, "red")
    tick(at=ARRIVED + 2 * HOUR)
    assert told(world, "red_") == {"red_50": ["maja"]}


def test_only_what_law_or_danger_sets_asks_about_lex_sarah(world: World, concern: PreliminaryAssessment) -> None:
    colour(world, concern, "orange")
    protect(world, concern, NOW)
    tick(at=ARRIVED + 12 * HOUR)
    assert (breached(concern, "orange"), told(world, "lex")) == (True, {})
    tick(at=clock_of(concern, "decision").due_at)
    assert told(world, "lex") == {"lex_sarah_decision": ["ines", "maja"]}


def test_fourteen_days_are_told_of_on_the_last_working_day_before(world: World, concern: PreliminaryAssessment) -> None:
    """The fourteenth day is Monday 16 March: the alarm is at 8.00 on the Friday (R70)."""
    stages = DEADLINE_KIND["decision"].stages(ARRIVED, clock_of(concern, "decision").due_at, "")
    assert [(stage.message, f"{local(stage.at):%m-%d %H.%M}") for stage in stages] == [
        ("decision_50", "03-09 16.30"),
        ("decision_alarm", "03-13 08.00"),
        ("decision_80", "03-14 01.48"),
        ("decision_100", "03-17 00.00"),
    ]


# --- what is said ----------------------------------------------------------------------------------------------------


def test_the_sentence_names_the_report_and_which_child_and_nobody(world: World, concern: PreliminaryAssessment) -> None:
    brother = concern.report.assessments.get(position=2)
    follow([brother.pk], at=NOW)
    tick(at=clock_of(concern, "protection").due_at)
    world.look()
    rows = list(Notification.objects.filter(kind="protection_100", assignment=world.maja.assignment))
    number = concern.report.number
    said = {message.text for message in in_sentences(rows, world.maja.actor, at=NOW)}
    assert said == {
        f"Tiden för skyddsbedömningen i {number} har gått ut.",
        f"Tiden för skyddsbedömningen i {number} barn 2 har gått ut.",
    }
    assert all(row.case_id is None for row in rows), "the number of the case is not everybody's"


def test_every_stage_of_every_kind_has_its_sentence(world: World, concern: PreliminaryAssessment) -> None:
    for name in KINDS:
        stages = DEADLINE_KIND[name].stages(ARRIVED, ARRIVED + 14 * DAY, "")
        assert [stage.at for stage in stages] == sorted({stage.at for stage in stages})
        assert stages[-1].at == ARRIVED + 14 * DAY
        assert {stage.message for stage in stages} <= set(SENTENCES) <= set(MESSAGES)
    assert set(outbox.AT_LEAST_ONCE) >= {"red_50", "red_80", "red_100", "orange_50", "orange_80", "orange_100"}
    assert not {"decision_50", "protection_100", "lex_sarah_red"} & outbox.AT_LEAST_ONCE


def test_mail_about_red_goes_at_once_and_says_nothing(
    world: World, concern: PreliminaryAssessment, server: Server
) -> None:
    outbox.choose({"other": MailMode.NEVER, "reminder": MailMode.NEVER}, by=world.ines.actor, at=NOW)
    Outbox.objects.all().delete()
    colour(world, concern, "red")
    at = ARRIVED + 2 * HOUR
    tick(at=at)
    assert mailer.send_due(at=at) == 1
    [taken] = server.taken
    body = taken.get_payload(decode=True)
    assert isinstance(body, bytes)
    for secret in (concern.report.number, "Röd", "röd", "Nova", "Rask", "orosanm", "Halva"):
        assert secret not in str(taken) + body.decode()


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
