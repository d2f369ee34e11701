"""Clocks told at shares of their running time, which find out what is too late however it became so (P-T4, P-T5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from hub.actions.messages import MESSAGES
from hub.contributions import DEADLINE_KIND, DeadlineKind, Stage, Telling, Wanted
from hub.deadlines import keep, rebuild, shares
from hub.models import Deadline, Notification
from hub.queries import in_sentences
from hub.tick import tick
from tests.cast import NOW, SECOND, World

pytestmark = pytest.mark.django_db

KIND, DUE = "prov", NOW + timedelta(hours=4)
SENTENCES = {f"prov_{percent}": f"{percent} procent av tiden för {{number}}." for percent in (50, 80, 100)}


class Facts:
    """What the kind reads: which subjects want a clock, since when and until when."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.running: dict[int, tuple[datetime, datetime]] = {}

    def wanted(self, subjects: Sequence[int], at: datetime) -> list[Wanted]:
        return [
            Wanted(subject, "", self.world.kommun.pk, *self.running[subject], owner_unit_id=self.world.youth_unit.pk)
            for subject in subjects
            if subject in self.running
        ]

    def tell(self, row: Deadline, stage: Stage, at: datetime) -> list[Telling]:
        told = [Telling(None, [self.world.kim.assignment.pk], reference="O-2026-0412")]
        if stage.at == row.due_at:
            told.append(Telling(None, [self.world.kim.assignment.pk], "O-2026-0412", message="prov_50"))
        return told

    def keep(self, at: datetime) -> int:
        return keep(KIND, [1], at=at)


@pytest.fixture
def facts(bare_world: World, monkeypatch: pytest.MonkeyPatch) -> Facts:
    made = Facts(bare_world)
    messages = {50: "prov_50", 80: "prov_80", 100: "prov_100"}
    kind = DeadlineKind(
        KIND,
        "1",
        made.wanted,
        lambda at: list(made.running),
        lambda started_at, due_at, occasion: shares(started_at, due_at, messages),
        made.tell,
        skip_past=False,
        late_counts=True,
    )
    for sentence, text in SENTENCES.items():
        monkeypatch.setitem(MESSAGES, sentence, text)
    monkeypatch.setitem(DEADLINE_KIND, KIND, kind)
    return made


def row() -> Deadline:
    return Deadline.objects.get(kind=KIND)


def told(world: World) -> list[str]:
    world.look()
    return list(Notification.objects.filter(kind__startswith="prov").order_by("pk").values_list("kind", flat=True))


def test_it_is_told_at_half_at_four_fifths_and_when_the_time_is_up(facts: Facts) -> None:
    """Each limit one second before, at and after it."""
    facts.running[1] = (NOW, DUE)
    assert facts.keep(NOW) == 1
    said: list[str] = []
    for hours, message in ((2, "prov_50"), (3.2, "prov_80"), (4, "prov_100")):
        limit = NOW + timedelta(hours=hours)
        assert tick(at=limit - SECOND) == 0
        assert told(facts.world) == said
        assert [tick(at=limit), tick(at=limit), tick(at=limit + SECOND)] == [1, 0, 0]
        said.append(message)
        if message == "prov_100":
            said.append("prov_50")  # what else is told on its account
        assert told(facts.world) == said
    assert (row().breached_at, row().next_at) == (DUE, None)


def test_where_there_is_no_case_the_sentence_goes_by_the_reference(facts: Facts) -> None:
    facts.running[1] = (NOW, DUE)
    facts.keep(NOW)
    tick(at=NOW + timedelta(hours=2))
    [message] = in_sentences(list(Notification.objects.filter(kind="prov_50")), facts.world.kim.actor, at=DUE)
    assert (message.text, message.url) == ("50 procent av tiden för O-2026-0412.", "")


def test_a_clock_that_begins_late_is_told_of_where_it_stands(facts: Facts) -> None:
    """Arrived at eight, registered three and a half hours later: what has passed is told once, as it is now."""
    facts.running[1] = (NOW, DUE)
    at = NOW + timedelta(hours=3, minutes=30)
    facts.keep(at)
    assert tick(at=at) == 1
    assert told(facts.world) == ["prov_80"]
    assert row().next_at == DUE


@pytest.mark.parametrize("late", [timedelta(0), SECOND, timedelta(hours=5)])
def test_a_clock_that_was_up_before_it_was_made_is_a_breach_and_told(facts: Facts, late: timedelta) -> None:
    facts.running[1] = (NOW, DUE)
    assert facts.keep(DUE + late) == 1
    assert tick(at=DUE + late) == 1
    assert told(facts.world)[0] == "prov_100"
    assert (row().breached_at, row().due_at, row().met_at) == (DUE + late, DUE, None)
    assert facts.keep(DUE + late + SECOND) == 0, "what has run out stays so"


def test_a_kind_that_does_not_count_what_is_late_makes_no_such_clock(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setitem(DEADLINE_KIND, KIND, replace(DEADLINE_KIND[KIND], late_counts=False))
    facts.running[1] = (NOW, DUE)
    assert facts.keep(DUE) == 0
    assert facts.keep(DUE - SECOND) == 1


def test_closed_and_wanted_again_after_its_time_it_breaches(facts: Facts) -> None:
    """Red, lowered, and raised again when the four hours since arrival have gone."""
    facts.running[1] = (NOW, DUE)
    facts.keep(NOW)
    facts.running.clear()
    facts.keep(NOW + SECOND)
    assert row().met_at == NOW + SECOND
    facts.running[1] = (NOW, DUE)
    assert facts.keep(DUE + SECOND) == 1
    assert tick(at=DUE + SECOND) == 1
    assert (row().breached_at, row().met_at) == (DUE + SECOND, None)


def test_a_moved_beginning_moves_the_shares(facts: Facts) -> None:
    facts.running[1] = (NOW, DUE)
    facts.keep(NOW)
    facts.running[1] = (NOW - timedelta(hours=2), DUE - timedelta(hours=2))
    assert facts.keep(NOW) == 1
    assert (row().started_at, row().next_at) == (NOW - timedelta(hours=2), NOW)


def test_the_night_finds_nothing_to_mend_among_clocks_that_have_breached(facts: Facts) -> None:
    facts.running[1] = (NOW, DUE)
    facts.keep(NOW)
    tick(at=DUE)
    assert rebuild(at=DUE + timedelta(hours=8)) == 0
