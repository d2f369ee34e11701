"""The manager's page of concerns (P-S1): what the numbers are, who gets them, and that the rows behind them agree."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.access import Denied
from hub.models import AuditEntry, Deadline, Recusal
from tests.cast import NOW, SECOND, START, World
from tests.concerns import NOVA, arrange, nova, register
from tests.queues import HOUR, at_intake, clock, concern
from triage import statistics
from triage.models import (
    Decision,
    Feedback,
    HubUnit,
    Investigation,
    KnowledgeCheck,
    PreliminaryAssessment,
    ProtectionAssessment,
    TriageSettings,
)
from triage.statistics import Fate, Timing, fate, summary

pytestmark = pytest.mark.django_db

ADDRESS = reverse("triage:statistics")
BEGIN, END = START - timedelta(days=28), NOW + SECOND


def timings(world: World, who: str = "maja") -> list[Timing]:
    return statistics.timings(world.members[who].actor, begin=BEGIN, end=END, at=NOW)


def protect(row: PreliminaryAssessment, at: datetime) -> None:
    ProtectionAssessment.objects.create(
        municipality_id=row.municipality_id,
        assessment=row,
        outcome="no_need",
        reasons="x",
        assessed_by=row.owner,
        assessed_at=at,
        recorded_at=at,
    )


def decide(row: PreliminaryAssessment, at: datetime) -> None:
    Decision.objects.create(
        municipality_id=row.municipality_id,
        assessment=row,
        kind="not_open",
        reasons="x",
        qualification="socionom",
        delegation="3.1",
        decided_by=row.owner,
        decided_at=at,
    )


def ask(world: World, row: PreliminaryAssessment, *, due: datetime, **answer: object) -> KnowledgeCheck:
    check = KnowledgeCheck.objects.create(
        municipality=world.kommun,
        assessment=row,
        unit=world.youth_unit,
        asked_as="own",
        asked_by=world.ines.assignment,
        asked_at=START,
        **answer,
    )
    clock(row, "knowledge", due, occasion=str(check.pk), started_at=START, met_at=check.answered_at)
    return check


# --- what a clock came to ----------------------------------------------------------------------------------------

DUE = NOW - HOUR


@pytest.mark.parametrize(
    ("done", "met", "breached", "at", "came_to"),
    [
        (None, None, None, DUE - SECOND, Fate.RUNNING),
        (None, None, None, DUE, Fate.LATE),
        (DUE - SECOND, DUE - SECOND, None, NOW, Fate.ON_TIME),
        (DUE, None, None, NOW, Fate.LATE),
        (DUE + SECOND, None, DUE, NOW, Fate.LATE),
        (DUE - SECOND, None, DUE, NOW, Fate.LATE),
        (None, DUE - SECOND, None, NOW, Fate.DROPPED),
        (DUE + SECOND, DUE - SECOND, None, NOW, Fate.DROPPED),
    ],
)
def test_a_clock_is_on_time_late_running_or_dropped(
    done: datetime | None, met: datetime | None, breached: datetime | None, at: datetime, came_to: Fate
) -> None:
    assert fate(DUE, done, met, breached, at) is came_to


def took(minutes: int, came_to: Fate = Fate.ON_TIME) -> Timing:
    return Timing(1, "red", "red", START, NOW, START + timedelta(minutes=minutes), came_to)


def test_median_and_ninety_percent_are_of_what_was_done_and_late_ones_count() -> None:
    found = summary([*(took(n) for n in range(1, 10)), took(100, Fate.LATE), took(1, Fate.DROPPED)])
    assert (found.on_time, found.late, found.judged, found.percent) == (9, 1, 10, 90)
    assert found.median == timedelta(minutes=5, seconds=30)
    assert found.p90 == timedelta(minutes=9)
    assert summary([*(took(n) for n in range(1, 12))]).p90 == timedelta(minutes=10)
    assert summary([]).median is None


def test_what_runs_is_not_judged_and_what_was_never_done_has_no_time() -> None:
    undone = [Timing(1, "red", "red", START, NOW, None, came_to) for came_to in (Fate.RUNNING, Fate.LATE)]
    found = summary([*undone, took(5), took(7, Fate.LATE)])
    assert (found.on_time, found.late, found.not_done, found.running) == (1, 2, 1, 1)
    assert (found.judged, found.percent, found.median) == (3, 33, timedelta(minutes=6))


def test_almost_all_is_not_shown_as_all() -> None:
    assert summary([*[took(1)] * 999, took(9, Fate.LATE)]).percent == 99


# --- of a unit ---------------------------------------------------------------------------------------------------


def test_done_too_late_stays_late_and_done_in_time_is_on_time(bare_world: World) -> None:
    good, bad, waiting = (concern(bare_world, "red") for _ in range(3))
    clock(good, "protection", NOW, met_at=NOW - HOUR)
    clock(bad, "protection", NOW - HOUR, breached=True)
    clock(waiting, "protection", NOW + HOUR)
    protect(good, NOW - HOUR)
    protect(bad, NOW)
    clock(good, "red", NOW, met_at=NOW - SECOND)
    decide(good, NOW - SECOND)
    found = {(kind, colour): numbers for kind, colour, numbers in statistics.by_kind(timings(bare_world))}
    whole = found["protection", None]
    assert (whole.on_time, whole.late, whole.not_done, whole.running) == (1, 1, 0, 1)
    assert found["protection", "red"] == whole
    assert found["red", None].on_time == 1
    assert ("red", "red") not in found


def test_a_clock_of_a_colour_that_was_changed_counts_only_if_it_had_breached(bare_world: World) -> None:
    changed, breached = concern(bare_world, "green"), concern(bare_world, "green")
    clock(changed, "red", NOW, met_at=NOW - HOUR)
    clock(breached, "red", NOW - HOUR, breached=True)
    decide(changed, NOW - HOUR)
    assert [(row.assessment, row.fate) for row in timings(bare_world)] == [(breached.pk, Fate.LATE)]


def test_a_clock_belongs_to_the_period_in_which_it_started(bare_world: World) -> None:
    row = concern(bare_world, "red")
    for number, started in enumerate((BEGIN - SECOND, BEGIN, END - SECOND, END)):
        clock(row, "decision", NOW + HOUR, occasion=str(number), started_at=started)
    assert sorted(timing.started_at for timing in timings(bare_world)) == [BEGIN, END - SECOND]


def test_a_protected_child_is_in_no_number_not_even_for_a_manager_who_owns_it(bare_world: World) -> None:
    maja = at_intake(bare_world, "maja").assignment
    row = concern(bare_world, "red", protected=True, owner=maja)
    clock(row, "red", NOW - HOUR, breached=True)
    ask(bare_world, row, due=NOW)
    actor = bare_world.maja.actor
    assert timings(bare_world) == []
    assert statistics.answers(actor, begin=BEGIN, end=END, at=NOW) == []
    assert statistics.answers(bare_world.mona.actor, begin=BEGIN, end=END, at=NOW) == []
    assert statistics.workload(actor, NOW) == []


def test_answers_are_counted_per_unit_and_kind(bare_world: World) -> None:
    answered = {"answer": "unknown", "answered_by": bare_world.olof.assignment}
    ask(bare_world, concern(bare_world, "red"), due=NOW, answered_at=NOW - SECOND, **answered)
    ask(bare_world, concern(bare_world, "red"), due=NOW)
    for who in ("maja", "mona"):
        found = statistics.answers(bare_world.members[who].actor, begin=BEGIN, end=END, at=NOW)
        [(unit, numbers, kinds)] = statistics.by_unit(found)
        assert unit == bare_world.youth_unit.name
        assert (numbers.on_time, numbers.late, numbers.not_done) == (1, 1, 1)
        assert kinds == {"known": 0, "unknown": 1, "nothing_said": 0, "": 1}


def test_only_the_number_of_children_with_repeated_reports_is_told(bare_world: World) -> None:
    number = "201202012384"
    year = timedelta(days=365)
    register(bare_world, NOVA, NOVA)
    assert statistics.repeats(at_intake(bare_world, "maja").actor, NOW) == 0
    for arrived in (NOW - year, NOW - HOUR):
        concern(bare_world, arrived_at=arrived, personnummer=number)
    assert statistics.repeats(bare_world.maja.actor, NOW) == 0
    concern(bare_world, arrived_at=NOW - year + SECOND, personnummer=number)
    assert statistics.repeats(bare_world.maja.actor, NOW) == 1


def test_workload_says_who_has_what(bare_world: World) -> None:
    clock(concern(bare_world, "red"), "red", NOW)
    concern(bare_world, "green")
    concern(bare_world, "orange", owner=at_intake(bare_world, "ivar").assignment)
    loads = [(load.name, load.all, load.urgent, load.late) for load in statistics.workload(bare_world.maja.actor, NOW)]
    assert loads == [("Ines Falk", 2, 1, 1), ("Ivar Sund", 1, 1, 0)]


# --- the page ----------------------------------------------------------------------------------------------------


def test_the_page_is_for_managers_of_the_intake_and_of_units_in_the_hub(bare_world: World) -> None:
    arrange(bare_world)
    got = {who: bare_world.client(who).get(ADDRESS).status_code for who in ("maja", "mona", "ines", "kim", "ada", "jo")}
    assert got == {"maja": 200, "mona": 200, "ines": 403, "kim": 403, "ada": 403, "jo": 403}
    bare_world.look()
    HubUnit.objects.update(valid_to=NOW)
    assert bare_world.client("mona").get(ADDRESS).status_code == 403
    assert bare_world.client("maja").get(ADDRESS).status_code == 200
    bare_world.look()
    TriageSettings.objects.update(valid_from=NOW + SECOND)
    assert bare_world.client("maja").get(ADDRESS).status_code == 403


@pytest.mark.parametrize("another", [{"agency_kind": "polis"}, {"valid_to": NOW}, {"unit_id": 0}, {"agency_id": 0}])
def test_a_manager_of_something_else_or_of_the_past_has_no_numbers(
    bare_world: World, another: dict[str, object]
) -> None:
    actor = at_intake(bare_world, "maja").actor
    assert statistics.scope_of(actor, NOW).intake
    with pytest.raises(Denied):
        statistics.scope_of(replace(actor, **another), NOW)  # type: ignore[arg-type]  # a field and its value


def test_what_the_manager_may_not_read_is_in_no_number(bare_world: World) -> None:
    """Another unit's concern, also one that the manager owns, and one whose child the manager is recused from."""
    maja, known = at_intake(bare_world, "maja"), nova(bare_world)
    moved = concern(bare_world, "red")
    PreliminaryAssessment.objects.filter(pk=moved.pk).update(unit=bare_world.youth_unit, owner=maja.assignment)
    clock(moved, "red", NOW)
    mine = [row for row in timings(bare_world) if row.assessment == known.pk]
    assert len(timings(bare_world)) == 2 * len(mine) > 0, "Nova's and her brother's"
    assert known.individual is not None
    Recusal.objects.create(
        municipality=bare_world.kommun, user=maja.user, individual=known.individual, reason="granne", at=NOW
    )
    assert {row.assessment for row in timings(bare_world)} == {known.report.assessments.get(position=2).pk}


def test_each_clock_is_done_by_its_own_deed(bare_world: World) -> None:
    """The first of two assessments of protection counts; feedback and investigation by their own rows."""
    row, done = nova(bare_world), NOW - HOUR
    Deadline.objects.all().delete()
    PreliminaryAssessment.objects.filter(pk=row.pk).update(colour="red")
    for at in (done + SECOND, done):
        protect(row, at)
    decide(row, done + 2 * SECOND)
    Feedback.objects.create(
        municipality=bare_world.kommun,
        report=row.report,
        assessment=row,
        choice="unsuitable",
        reason="x",
        chosen_by=row.owner,
        chosen_at=done + 3 * SECOND,
    )
    assert row.case is not None
    Investigation.objects.create(
        municipality=bare_world.kommun,
        assessment=row,
        case=row.case,
        investigator=row.owner,
        opened_at=done,
        closed_at=done + 4 * SECOND,
        closed_why="klar",
    )
    kinds = ("protection", "red", "decision", "feedback", "investigation")
    for kind in kinds:
        clock(row, kind, NOW)
    seconds = {found.kind: found.done_at and (found.done_at - done).total_seconds() for found in timings(bare_world)}
    assert [seconds[kind] for kind in kinds] == [0, 2, 2, 3, 4]


def test_questions_belong_to_the_period_in_which_they_were_asked(bare_world: World) -> None:
    ask(bare_world, concern(bare_world, "red"), due=NOW)
    actor = at_intake(bare_world, "maja").actor
    found = {
        (begin, end): len(statistics.answers(actor, begin=begin, end=end, at=NOW))
        for begin, end in ((START, END), (START + SECOND, END), (BEGIN, START), (BEGIN, START + SECOND))
    }
    assert list(found.values()) == [1, 0, 0, 1]


def test_the_rows_behind_a_number_are_those_that_were_counted(bare_world: World) -> None:
    late, other = concern(bare_world, "red"), concern(bare_world, "green")
    clock(late, "protection", NOW - HOUR, breached=True)
    clock(other, "protection", NOW - HOUR, breached=True)
    client = bare_world.client("maja")
    page = client.get(ADDRESS).content.decode()
    [address] = re.findall(r'href="(\?[^"]*grupp=red&amp;lage=sena)#rader"', page)
    shown = client.get(ADDRESS + address.replace("&amp;", "&")).content.decode()
    bare_world.look()
    assert late.report.number in shown
    assert other.report.number not in shown
    assert "inte klart, 1 tim för sent" in shown
    entry = AuditEntry.objects.filter(kind="read").latest("pk")
    assert entry.objects_seen["triage.preliminaryassessment"] == [late.pk]


def test_a_unit_that_was_asked_sees_the_number_and_not_how_urgent_it_is(bare_world: World) -> None:
    row = concern(bare_world, "red")
    ask(bare_world, row, due=NOW)
    shown = bare_world.client("mona").get(f"{ADDRESS}?klocka=knowledge&lage=sena").content.decode()
    assert row.report.number in shown
    assert "Röd<" not in shown
    assert "Vem har vad?" not in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=egen", "Skriv en dag"),
        ("period=egen&fran=2026-03-02&till=2026-03-01", "Sista dagen kan inte vara före den första."),
        ("period=x", ""),
    ],
)
def test_a_period_that_cannot_be_is_mended_at_the_field(bare_world: World, query: str, said: str) -> None:
    arrange(bare_world)
    answer = bare_world.client("maja").get(f"{ADDRESS}?{query}")
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_own_days_are_whole_days(bare_world: World) -> None:
    row = concern(bare_world, "green")
    clock(row, "decision", NOW + HOUR)
    client = bare_world.client("maja")
    shown = client.get(f"{ADDRESS}?period=egen&fran=2026-03-02&till=2026-03-02").content.decode()
    assert "2 mars 2026 till och med 2 mars 2026" in shown
    assert "Beslut inom 14 dagar" in shown
    before = client.get(f"{ADDRESS}?period=egen&fran=2026-03-01&till=2026-03-01").content.decode()
    assert "Inga tidsfrister började" in before


def test_the_number_of_queries_does_not_grow(bare_world: World) -> None:
    arrange(bare_world)
    client = bare_world.client("maja")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{ADDRESS}?klocka=decision&lage=loper")
        bare_world.look()
        return len(queries)

    client.get(ADDRESS)
    clock(concern(bare_world, "red"), "decision", NOW + HOUR)
    one = asked()
    for colour in ("red", "orange", "green", ""):
        row = concern(bare_world, colour)
        for kind in ("decision", "protection"):
            clock(row, kind, NOW + HOUR)
        ask(bare_world, row, due=NOW)
    assert Deadline.objects.filter(kind="knowledge").count() == 4
    assert asked() == one
