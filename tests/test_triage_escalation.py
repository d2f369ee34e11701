"""Who hears of a clock of triage and when, and in which words: nobody is named, nobody unnamed hears (P-T5, P-A8)."""

from datetime import datetime

import pytest

from hub import mailer, outbox
from hub.actions.messages import MESSAGES
from hub.clock import local
from hub.contributions import DEADLINE_KIND, Stage
from hub.deadlines import rebuild
from hub.models import Deadline, MailMode, Notification, Outbox, Person, Recusal
from hub.queries import in_sentences
from hub.tick import tick
from tests.cast import NOW, SECOND, YEAR_BEFORE, World
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
    swedish,
    told,
    with_deputy,
)
from tests.concerns import ARRIVED
from tests.mail_server import Server
from triage.deadlines import KINDS, follow
from triage.escalation import SENTENCES, ways
from triage.models import DutyShift, Investigation, PreliminaryAssessment, TriageSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def concern(world: World) -> PreliminaryAssessment:
    return with_deputy(world)


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


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("red_50", ["ines"]),
        ("red_80", ["ines", "ivar", "jo"]),
        ("red_100", ["ines", "ivar", "jo", "maja"]),
        ("decision_80", ["ines", "ivar"]),
        ("decision_100", ["ines", "ivar", "maja"]),
    ],
)
def test_in_the_evening_the_jour_hears_of_what_is_urgent_from_four_fifths_on(
    world: World, concern: PreliminaryAssessment, message: str, who: list[str]
) -> None:
    evening = swedish("2026-03-02 18.00")
    on_duty(world, YEAR_BEFORE, evening + DAY)
    colour(world, concern, "red")
    rebuild(at=NOW)
    kind = message.partition("_")[0]
    first, *_others = DEADLINE_KIND[kind].tell(clock_of(concern, kind), Stage(evening, message), evening)
    names = {member.assignment.pk: name for name, member in world.members.items()}
    assert sorted(names[pk] for pk in first.assignments) == who


@pytest.mark.parametrize("arranged", [{"jour": None}, {"valid_from": NOW + DAY}])
def test_a_jour_that_is_not_arranged_now_hears_nothing(
    world: World, concern: PreliminaryAssessment, arranged: dict[str, object]
) -> None:
    at = swedish("2026-03-02 18.00")
    on_duty(world, YEAR_BEFORE, at + DAY)
    colour(world, concern, "red")
    TriageSettings.objects.update(**arranged)
    tick(at=at)
    assert told(world, "red_") == {"red_100": ["ines", "ivar", "maja"]}


def test_an_investigation_that_takes_too_long_is_told_to_the_investigators_manager(
    world: World, concern: PreliminaryAssessment
) -> None:
    decide(world, concern, NOW, kind="open")
    investigate(world, concern, NOW)
    Investigation.objects.update(investigator=world.olof.assignment)
    follow([concern.pk], at=NOW)
    tick(at=clock_of(concern, "investigation").due_at)
    assert told(world, "investigation") == {"investigation_100": ["ivar", "mona", "olof"]}, "Ivar is the deputy"


def test_a_jour_whose_shift_is_over_is_told_nothing(world: World, concern: PreliminaryAssessment) -> None:
    at = swedish("2026-03-02 21.00")
    on_duty(world, YEAR_BEFORE, at)
    colour(world, concern, "red")
    tick(at=at)
    assert told(world, "red_") == {"red_100": ["ines", "ivar", "maja"]}


@pytest.mark.parametrize("registered", [True, False])
def test_of_a_protected_child_neither_the_manager_nor_the_jour_hears(
    world: World, concern: PreliminaryAssessment, registered: bool
) -> None:
    """Whether the register says so, or the reporter alone."""
    on_duty(world, YEAR_BEFORE, NOW + DAY)
    assert concern.individual is not None
    if registered:
        Person.objects.filter(pk=concern.individual.person_id).update(protection="SEKRETESSMARKERING")
    else:
        PreliminaryAssessment.objects.filter(pk=concern.pk).update(protected=True)
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


def test_whoever_is_recused_from_the_child_hears_nothing(world: World, concern: PreliminaryAssessment) -> None:
    """P-A12."""
    assert concern.individual is not None
    Recusal.objects.create(
        municipality=world.kommun, user=world.maja.user, individual=concern.individual, at=NOW, reason="granne"
    )
    colour(world, concern, "red")
    tick(at=ARRIVED + 4 * HOUR)
    assert told(world, "red_") == {"red_100": ["ines", "ivar"]}


def test_only_clocks_of_days_have_an_alarm_of_their_own_and_only_when_it_lies_ahead() -> None:
    due, alarm_at = swedish("2026-03-17 00.00"), swedish("2026-03-13 08.00")

    def messages(kind: str, started_at: datetime) -> list[str]:
        return [stage.message for stage in DEADLINE_KIND[kind].stages(started_at, due, "")]

    assert {kind for kind in KINDS if f"{kind}_alarm" in messages(kind, ARRIVED)} == {"decision", "investigation"}
    assert "decision_alarm" in messages("decision", alarm_at - SECOND)
    assert "decision_alarm" not in messages("decision", alarm_at)
    half_at_alarm = alarm_at - (due - alarm_at)
    assert messages("decision", half_at_alarm) == ["decision_50", "decision_80", "decision_100"], "told once"


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


def test_the_message_leads_to_the_concern_for_those_who_may_open_it_and_to_ones_own_answer(
    world: World, concern: PreliminaryAssessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.escalation._way", lambda route, ref: f"{route} {ref}")
    check = ask(world, concern, NOW)
    tick(at=NOW + 2 * HOUR)
    world.look()
    rows = list(Notification.objects.filter(kind="knowledge_100"))
    led = {name: set(ways(rows, world.members[name].actor, NOW).values()) for name in ("ines", "vera", "pia")}
    assert led == {
        "ines": {(f"triage:concern {concern.ref}", "Öppna anmälan")},
        "vera": {(f"triage:check {check.ref}", "Svara")},
        "pia": set(),
    }
