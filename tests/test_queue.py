"""The queue (P-T9): who sees which concern in which order, in which words, and what never stands there."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hub.models import AuditEntry, Deadline, Recusal
from tests.cast import NOW, SECOND, START, World
from tests.concerns import NOEL, NOVA, arrange, nova, register
from tests.queues import HOUR, at_intake, clock, concern, submit
from triage import actions, queue
from triage.models import ColourChange, KnowledgeCheck, PreliminaryAssessment, ProtectionAssessment
from triage.queue import Choice

pytestmark = pytest.mark.django_db

ADDRESS = reverse("triage:queue")


def order(world: World, who: str = "ines", choice: Choice = Choice()) -> list[int]:  # noqa: B008 - frozen
    return [line.assessment.pk for line in queue.listing(world.members[who].actor, choice, NOW).lines]


def body(world: World, who: str, address: str = ADDRESS) -> str:
    return world.client(who).get(address).content.decode()


# --- order -------------------------------------------------------------------------------------------------------


def test_the_least_time_left_is_first_and_what_has_no_clock_is_last(bare_world: World) -> None:
    none, far, near, late = (concern(bare_world, "green") for _ in range(4))
    clock(far, "decision", NOW + 300 * HOUR)
    clock(near, "decision", NOW + 300 * HOUR)
    clock(near, "protection", NOW + SECOND)
    clock(late, "protection", NOW - SECOND)
    assert order(bare_world) == [late.pk, near.pk, far.pk, none.pk]


def test_at_the_same_instant_the_more_urgent_colour_is_first_then_what_came_first(bare_world: World) -> None:
    rows = [concern(bare_world, colour) for colour in ("green", "", "orange", "red", "red")]
    for row in rows:
        clock(row, "protection", NOW + HOUR)
    green, unjudged, orange, red, other_red = (row.pk for row in rows)
    assert order(bare_world) == [red, other_red, orange, unjudged, green]


def test_what_nobody_has_received_is_above_everything(bare_world: World) -> None:
    late = concern(bare_world, "red")
    clock(late, "red", NOW - HOUR)
    new = concern(bare_world, received=False)
    clock(new, "decision", NOW + 300 * HOUR)
    assert order(bare_world) == [new.pk, late.pk]
    assert "Kom in via formulär, inte mottagen" in body(bare_world, "ines")


def test_a_breached_clock_presses_until_its_deed_is_done(bare_world: World) -> None:
    row = concern(bare_world, "red")
    ines = bare_world.ines
    for kind in ("protection", "red", "decision"):
        clock(row, kind, NOW - HOUR, breached=True)
    waiting = queue.clocks_of([row.pk])[row.pk]
    assert {line.kind for line in waiting} == {"protection", "red", "decision"}
    ProtectionAssessment.objects.create(
        municipality=bare_world.kommun,
        assessment=row,
        outcome="no_need",
        reasons="x",
        assessed_by=ines.assignment,
        assessed_at=NOW,
        recorded_at=NOW,
    )
    PreliminaryAssessment.objects.filter(pk=row.pk).update(colour="orange")
    waiting = queue.clocks_of([row.pk])[row.pk]
    assert {line.kind for line in waiting} == {"decision"}
    assert queue.briefs(ines.actor, NOW)[0].due_at == NOW - HOUR


def test_a_breached_check_or_confirmation_presses_until_it_is_answered(bare_world: World) -> None:
    row = concern(bare_world, "orange")
    ines, adults = bare_world.ines.assignment, arrange(bare_world).adults
    check = KnowledgeCheck.objects.create(
        municipality=bare_world.kommun,
        assessment=row,
        unit=adults,
        asked_as="own",
        asked_by=ines,
        asked_at=START,
    )
    change = ColourChange.objects.create(
        municipality=bare_world.kommun,
        assessment=row,
        was="red",
        colour="orange",
        reason="x",
        set_by=ines,
        set_at=START,
        downgrade=True,
    )
    clock(row, "knowledge", NOW - HOUR, occasion=str(check.pk), breached=True)
    clock(row, "confirmation", NOW - HOUR, occasion=str(change.pk), breached=True)
    assert len(queue.clocks_of([row.pk])[row.pk]) == 2
    answered = {"answer": "unknown", "answered_by": ines, "answered_at": NOW}
    KnowledgeCheck.objects.filter(pk=check.pk).update(**answered)
    ivar = bare_world.ivar.assignment
    ColourChange.objects.filter(pk=change.pk).update(confirmed_by=ivar, confirmed_at=NOW, agreed=True)
    assert queue.clocks_of([row.pk]) == {}


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(seconds=59), "under 1 min kvar"),
        (timedelta(seconds=60), "1 min kvar"),
        (timedelta(minutes=72), "1 tim 12 min kvar"),
        (HOUR - SECOND, "59 min kvar"),
        (HOUR, "1 tim kvar"),
        (24 * HOUR, "24 tim kvar"),
        (SECOND, "under 1 min kvar"),
        (timedelta(0), "försenad under 1 min"),
        (-SECOND, "försenad under 1 min"),
        (-20 * timedelta(minutes=1), "försenad 20 min"),
    ],
)
def test_the_time_left_is_said_in_words(bare_world: World, left: timedelta, said: str) -> None:
    clock(concern(bare_world, "red"), "red", NOW + left)
    shown = body(bare_world, "ines")
    assert f"{said}<small>Beslut, röd</small>" in shown
    assert ("är försenad," in shown) == (left <= timedelta(0))


def test_a_row_says_which_child_by_age_and_never_by_name(bare_world: World) -> None:
    register(bare_world, NOVA, NOEL)
    shown = body(bare_world, "ines")
    assert "Barn 1 av 2, 14 år" in shown
    assert "Barn 2 av 2, 9 år" in shown
    assert "Nova" not in shown
    assert "Rask" not in shown


def test_the_fourteen_days_are_said_with_the_last_working_day_before(bare_world: World) -> None:
    # Sunday 15 March is the last day, so Friday 13 is the last working day before it.
    clock(concern(bare_world, "green"), "decision", START.replace(day=16, hour=0))
    shown = body(bare_world, "ines")
    assert "Beslut senast 15 mars, sista arbetsdag före är fredag 13 mars" in shown
    assert "senast 15 mars</small>" in shown


# --- who sees what -----------------------------------------------------------------------------------------------


def test_a_protected_child_is_in_no_list_count_or_mark_of_the_unit(bare_world: World) -> None:
    row = concern(bare_world, "red", protected=True, owner=at_intake(bare_world, "ivar").assignment)
    clock(row, "red", NOW - HOUR)
    for who in ("ines", "maja", "mona", "kim"):
        actor = bare_world.members[who].actor
        assert queue.briefs(actor, NOW) == []
        assert not queue.urgent(actor, NOW).exists()
        assert "Inga orosanmälningar väntar." in body(bare_world, who)
    shown = body(bare_world, "ivar")
    assert "Skyddade personuppgifter" in shown
    assert "1 orosanmälan väntar. 1 är försenad, varav 1 röd." in shown


def test_a_protected_sibling_is_not_counted_out(bare_world: World) -> None:
    hidden = actions.ChildFacts(about="Syster", protected=True)
    register(bare_world, NOVA, hidden, owner=at_intake(bare_world, "ivar").assignment)
    assert ">Barn 1, 14 år" in body(bare_world, "maja").replace("· ", ">")
    assert "av 2" not in body(bare_world, "maja")


def test_the_recused_and_the_decided_are_gone(bare_world: World) -> None:
    row = nova(bare_world)
    assert row.individual is not None
    assert row.pk in order(bare_world, "ivar")
    Recusal.objects.create(
        municipality=bare_world.kommun,
        user=bare_world.ivar.user,
        individual=row.individual,
        reason="Granne",
        at=NOW,
    )
    assert row.pk not in order(bare_world, "ivar")
    PreliminaryAssessment.objects.filter(pk=row.pk).update(state="not_opened", state_at=NOW)
    assert row.pk not in order(bare_world)


def test_filters_narrow_and_count(bare_world: World) -> None:
    red = concern(bare_world, "red")
    green = concern(bare_world, "green", owner=at_intake(bare_world, "ivar").assignment)
    unjudged = concern(bare_world)
    clock(red, "red", NOW - HOUR)
    assert order(bare_world, choice=Choice(colour="red")) == [red.pk]
    assert order(bare_world, choice=Choice(colour="obedomd")) == [unjudged.pk]
    assert order(bare_world, choice=Choice(mine=True)) == [red.pk, unjudged.pk]
    assert order(bare_world, choice=Choice(late=True)) == [red.pk]
    assert order(bare_world, "ivar", Choice(mine=True)) == [green.pk]
    shown = body(bare_world, "ines", f"{ADDRESS}?farg=green&mina=1")
    assert "Ingen anmälan passar urvalet" in shown
    assert "Mina (2)" in shown
    assert "Röd (1)" in shown


def test_a_choice_shows_and_counts_the_same_ones(bare_world: World) -> None:
    """Late from the very instant it is due; one's own is also what one is deputy for; the unit is one of those seen."""
    ines, ivar, youth = bare_world.ines.actor, at_intake(bare_world, "ivar").assignment, bare_world.youth_unit
    red, on_time, on_limit = concern(bare_world, "red"), concern(bare_world, "orange"), concern(bare_world, "orange")
    stood_in, other = concern(bare_world, "green", owner=ivar), concern(bare_world, "green", owner=ivar)
    PreliminaryAssessment.objects.filter(pk=stood_in.pk).update(unit=youth, deputy=ines.assignment_id)
    for row, due_at in ((red, NOW - SECOND), (on_limit, NOW), (on_time, NOW + SECOND)):
        clock(row, row.colour, due_at)
    clock(other, "decision", NOW + HOUR)
    everything = [red, on_limit, on_time, other, stood_in]
    for choice, rows in (
        (Choice(), everything),
        (Choice(late=True), [red, on_limit]),
        (Choice(mine=True), [red, on_limit, on_time, stood_in]),
        (Choice(unit=youth.ref), [stood_in]),
        (Choice(colour="orange"), [on_limit, on_time]),
    ):
        found = queue.listing(ines, choice, NOW)
        assert [line.assessment.pk for line in found.lines] == [row.pk for row in rows]
        assert found.chosen == len(rows)
        counts = found.counts
        assert (counts.all, counts.late, counts.late_red, counts.mine, counts.not_received) == (5, 2, 1, 4, 0)
        assert found.units == sorted([youth, red.unit], key=lambda unit: unit.name)
    late = {brief.pk for brief in queue.briefs(ines, NOW) if brief.late(NOW)}
    assert late == {red.pk, on_limit.pk}
    assert [brief.pk for brief in queue.briefs(ines, NOW, mine=True)] == [red.pk, on_limit.pk, on_time.pk, stood_in.pk]
    assert queue.listing(bare_world.maja.actor, Choice(), NOW).units == [], "one unit is no choice"


@pytest.mark.parametrize("address", ["?farg=lila", "?sida=0", "?sida=x", "?sida=99999999", "?enhet=x", "?sida=²"])
def test_what_an_address_cannot_mean_is_left_out(bare_world: World, address: str) -> None:
    concern(bare_world, "red")
    assert "O-2026-0001" in body(bare_world, "ines", ADDRESS + address)


# --- the whole ---------------------------------------------------------------------------------------------------


def test_the_queue_has_pages(bare_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    rows = [concern(bare_world, "red") for _ in range(3)]
    first, second = body(bare_world, "ines"), body(bare_world, "ines", f"{ADDRESS}?sida=2")
    assert "?sida=2" in first
    assert rows[2].report.number not in first
    assert rows[2].report.number in second
    assert 'hx-get="?sida=2"' in second


@pytest.mark.parametrize(("late", "said"), [(queue.OVERLOADED - 1, False), (queue.OVERLOADED, True)])
def test_an_overloaded_queue_says_so_and_what_to_do(bare_world: World, late: int, said: bool) -> None:
    for _ in range(late):
        clock(concern(bare_world, "red"), "red", NOW)
    assert ("Kön är överbelastad" in body(bare_world, "ines")) == said
    assert ("Fördela om till fler ansvariga" in body(bare_world, "maja")) == said


def test_the_number_of_queries_does_not_grow(
    bare_world: World, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = bare_world.client("ines")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        bare_world.look()
        return len(queries)

    clock(concern(bare_world, "red"), "red", NOW)
    client.get(ADDRESS)
    one = asked()
    for number in range(8):
        row = concern(bare_world, ("red", "orange", "green", "")[number % 4], birth_date=date(2012, 1, 1))
        clock(row, "decision", NOW + HOUR)
        clock(row, "protection", NOW - HOUR, breached=True)
    submit(bare_world, NOVA, NOEL)
    assert asked() == one


# --- fresh by itself ---------------------------------------------------------------------------------------------


def ask_again(client: Client, seen: str, address: str = ADDRESS) -> tuple[int, str]:
    answer = client.get(address, {"sedd": seen}, headers={"HX-Request": "true", "X-Unattended": "1"})
    return answer.status_code, answer.content.decode()


def seen_in(text: str) -> str:
    return text.split('name="sedd" value="')[1].split('"')[0]


def test_the_page_asks_again_and_gets_nothing_until_something_has_changed(bare_world: World) -> None:
    row = concern(bare_world, "red")
    client = bare_world.client("ines")
    seen = seen_in(client.get(ADDRESS).content.decode())
    before = AuditEntry.objects.filter(kind="read").count()
    assert ask_again(client, seen) == (204, "")
    bare_world.look()
    assert AuditEntry.objects.filter(kind="read").count() == before
    clock(row, "red", NOW + HOUR)
    status, text = ask_again(client, seen)
    bare_world.look()
    assert status == 200
    assert text.startswith('<input type="hidden" id="ko-sedd"')
    assert "1 tim kvar" in text
    assert "<html" not in text
    assert AuditEntry.objects.filter(kind="read").count() == before + 1


def test_a_list_that_asks_by_itself_keeps_nobody_signed_in(bare_world: World) -> None:
    client = bare_world.client("ines")
    client.get(ADDRESS)
    session = client.session
    session["seen_at"] = (NOW - timedelta(minutes=5)).timestamp()
    session.save()
    ask_again(client, "")
    assert client.session["seen_at"] == (NOW - timedelta(minutes=5)).timestamp()
    client.get(ADDRESS)
    assert client.session["seen_at"] == NOW.timestamp()


def test_a_list_that_asks_after_the_session_is_told_so_and_not_sent_a_sign_in_page(bare_world: World) -> None:
    assert ask_again(Client(), "")[0] == 401


def test_a_clock_of_another_kommun_or_kind_does_not_press(bare_world: World) -> None:
    row = concern(bare_world, "green")
    Deadline.objects.create(
        municipality=bare_world.kommun,
        kind="consent_end",
        subject_id=row.pk,
        started_at=START,
        due_at=NOW,
        owner_unit=row.unit,
        rule_version="1",
    )
    clock(row, "feedback", NOW)
    assert queue.briefs(bare_world.ines.actor, NOW)[0].due_at is None
