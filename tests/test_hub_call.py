"""The call: one child at a time, seen by those who are in it; it ends with every child settled (P-T7, P-A8)."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from hub.access import Denied, permitted
from hub.errors import Conflict, Invalid
from hub.models import Recusal
from hub.states import IllegalMove, StaleState
from tests.cast import NOW, SECOND, World, agency
from tests.concerns import NOVA, arrange, nova, register
from tests.hub_scenes import HALF_PAST, answered, convened, running, spoken
from triage import actions
from triage.actions import calling
from triage.actions.calling import standing_of
from triage.merging import Merged, merge
from triage.models import (
    CallChild,
    CallRevision,
    HubAttendance,
    HubCall,
    HubSlot,
    KnowledgeCheck,
    PreliminaryAssessment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]

LATER = HALF_PAST + timedelta(minutes=10)


def hears(world: World, assessment: PreliminaryAssessment, at: datetime) -> set[str]:
    return who(world, PreliminaryAssessment.objects.filter(pk=assessment.pk), "hear", at)


def who(world: World, rows: "QuerySet[Any]", action: str, at: datetime) -> set[str]:
    return {name for name, m in world.members.items() if permitted(rows, m.actor, action, at=at).exists()}


def with_noel(world: World) -> tuple[HubCall, CallChild, CallChild]:
    call = convened(world)
    noel = nova(world).report.assessments.get(position=2)
    slot = HubSlot.objects.get(agency=world.social)
    actions.convene(noel, actions.Convening(starts_at=HALF_PAST, slot=slot), by=world.ines.actor, at=NOW)
    running(world)
    first, second = call.children.all()
    return call, first, second


# --- what is seen, and how long --------------------------------------------------------------------------------------


def test_the_child_is_seen_only_while_it_is_spoken_of(world: World) -> None:
    _call, first, second = with_noel(world)
    assert hears(world, first.assessment, HALF_PAST) == {"ines", "vera"}
    assert hears(world, second.assessment, HALF_PAST) == set()
    actions.turn_to(second, by=world.ines.actor, at=LATER)
    assert hears(world, first.assessment, LATER) == hears(world, first.assessment, LATER - SECOND) == set()
    assert hears(world, second.assessment, LATER - SECOND) == set()
    assert hears(world, second.assessment, LATER) == {"ines", "vera"}
    not_yet = CallChild.objects.filter(pk=second.pk)
    not_yet.update(spoken_from=None, spoken_to=None)
    assert who(world, not_yet, "write", HALF_PAST) == set(), "nor is anything written before its turn"


def test_whoever_joins_sees_from_then_and_whoever_leaves_no_longer(world: World) -> None:
    child = spoken(world)
    actions.join(child.call, by=world.olof.actor, at=LATER)
    actions.leave(child.call, by=world.vera.actor, at=LATER)
    for at, there in (
        (LATER - SECOND, {"ines", "vera"}),
        (LATER, {"ines", "olof"}),
        (LATER + SECOND, {"ines", "olof"}),
    ):
        assert hears(world, child.assessment, at) == there, at


def test_jav_the_decision_and_the_end_of_the_call_each_shut_the_child(world: World) -> None:
    child = spoken(world)
    rows, call = PreliminaryAssessment.objects.filter(pk=child.assessment_id), HubCall.objects.filter(pk=child.call_id)
    texts, there = CallChild.objects.filter(pk=child.pk), {"ines", "vera"}
    assert hears(world, child.assessment, HALF_PAST) == who(world, texts, "write", HALF_PAST) == there
    assert who(world, rows, "draw", HALF_PAST) == there | {"ivar", "maja"}
    rows.update(state="not_opened", state_at=HALF_PAST)
    assert who(world, rows, "draw", HALF_PAST) == set()
    rows.update(state="open", state_at=None)
    call.update(agency=agency(world, "Socialtjänsten Söder", "socialtjanst", municipality=world.kommun))
    assert hears(world, child.assessment, HALF_PAST) == who(world, texts, "write", HALF_PAST) == set()
    call.update(agency=world.social)
    individual = nova(world).individual
    assert individual is not None
    Recusal.objects.create(
        municipality=world.kommun, user=world.vera.user, individual=individual, at=HALF_PAST, reason="granne"
    )
    assert hears(world, child.assessment, HALF_PAST) == who(world, texts, "write", HALF_PAST) == {"ines"}
    call.update(state="closed", closed_at=HALF_PAST)
    assert hears(world, child.assessment, HALF_PAST) == set()


def test_whoever_leaves_saves_the_last_words_for_two_minutes(world: World) -> None:
    child = spoken(world)
    texts = CallChild.objects.filter(pk=child.pk)
    actions.leave(child.call, by=world.vera.actor, at=LATER)
    ends = LATER + timedelta(minutes=2)
    assert who(world, texts, "write", HALF_PAST - SECOND) == set(), "nor before anybody came"
    assert who(world, texts, "write", ends - SECOND) == {"ines", "vera"}
    assert who(world, texts, "write", ends) == {"ines"}


def test_closing_ends_what_is_seen(world: World) -> None:
    child = spoken(world)
    answered(world)
    actions.carry_over(child, why="Pappan nås inte.", by=world.ines.actor, at=LATER)
    actions.close_call(child.call, why="Olof är sjuk.", by=world.ines.actor, at=LATER)
    assert hears(world, child.assessment, LATER) == set()
    assert not HubAttendance.objects.filter(valid_to=None).exists()


def test_every_answer_stands_side_by_side_for_those_in_the_call_alone(world: World) -> None:
    answered(world)
    checks = KnowledgeCheck.objects.all()
    assert permitted(checks, world.vera.actor, at=HALF_PAST).count() == 1
    running(world)
    assert permitted(checks, world.vera.actor, at=HALF_PAST).count() == 3
    assert permitted(checks, world.olof.actor, at=HALF_PAST).count() == 1


def test_a_protected_child_is_spoken_of_before_those_named_alone(world: World) -> None:
    arrange(world)
    hidden = register(world, replace(NOVA, protected=True)).assessments.get()
    named = {m.assignment.unit_id: m.assignment for m in (world.ines, world.vera, world.olof)}
    wanted = actions.Convening(starts_at=HALF_PAST, slot=HubSlot.objects.get(), named=named)
    call = actions.convene(hidden, wanted, by=world.ines.actor, at=NOW)
    actions.open_call(call, by=world.ines.actor, at=HALF_PAST)
    for name in ("vera", "kim", "mona"):
        actions.join(call, by=world.members[name].actor, at=HALF_PAST)
    assert hears(world, hidden, HALF_PAST) == {"ines", "vera"}
    assert who(world, CallChild.objects.filter(assessment=hidden), "write", HALF_PAST) == {"ines", "vera"}
    KnowledgeCheck.objects.filter(to=world.ines.assignment).update(to=world.ivar.assignment)
    assert hears(world, hidden, HALF_PAST) == {"ines", "vera"}, "the owner, asked or not"


def test_strangers_other_agencies_and_lots_are_never_in_it(world: World) -> None:
    call = running(world)
    for name in ("lovisa", "pia", "sam", "otto", "jo", "rut", "ada"):
        with pytest.raises(Denied):
            actions.join(call, by=world.members[name].actor, at=LATER)
    HubAttendance.objects.create(
        municipality=world.kommun,
        call=call,
        assignment=world.jo.assignment,
        unit=world.jo.assignment.unit,
        valid_from=HALF_PAST,
    )
    assert "jo" not in hears(world, nova(world), LATER), "there for a child of its own, of another agency"
    assert "jo" not in who(world, CallChild.objects.filter(pk=spoken(world).pk), "write", LATER)


def test_a_call_is_opened_once_by_whoever_handles_a_child(world: World) -> None:
    call = convened(world)
    with pytest.raises(Denied):
        actions.open_call(call, by=world.vera.actor, at=HALF_PAST)
    stale = HubCall.objects.get(pk=call.pk)
    actions.open_call(call, by=world.ivar.actor, at=HALF_PAST)
    with pytest.raises(StaleState):
        actions.open_call(stale, by=world.ines.actor, at=HALF_PAST)
    with pytest.raises(IllegalMove):
        actions.cancel_call(call, why="x", by=world.ines.actor, at=HALF_PAST)


# --- decision before hanging up --------------------------------------------------------------------------------------


def decide(child: CallChild) -> None:
    PreliminaryAssessment.objects.filter(pk=child.assessment_id).update(state="not_opened", state_at=LATER)


def test_nobody_hangs_up_while_a_child_is_left(world: World) -> None:
    call, first, second = with_noel(world)
    decide(first)
    with pytest.raises(Conflict):
        actions.close_call(call, why="x", by=world.ines.actor, at=LATER)
    with pytest.raises(Invalid):
        actions.carry_over(second, why="", by=world.ines.actor, at=LATER)
    actions.carry_over(second, why="Vuxenenheten kollar i dag.", by=world.ines.actor, at=LATER)
    with pytest.raises(Conflict):
        actions.carry_over(second, why="En gång till.", by=world.ines.actor, at=LATER)
    actions.close_call(call, why="x", by=world.ines.actor, at=LATER)
    with pytest.raises(Conflict):
        actions.turn_to(first, by=world.ines.actor, at=LATER)
    again = actions.Convening(starts_at=LATER)
    assert actions.convene(second.assessment, again, by=world.ines.actor, at=LATER) != call


def test_what_was_missing_needs_a_reason_and_stands_by_name(world: World) -> None:
    child = spoken(world)
    decide(child)
    standing = standing_of(child.call, by=world.ines.actor, at=LATER)
    assert [unit.name for unit in standing.absent] == [world.youth_unit.name]
    assert len(standing.unanswered) == 3
    with pytest.raises(Invalid) as refused:
        actions.close_call(child.call, by=world.ines.actor, at=LATER)
    assert world.youth_unit.name in refused.value.errors["why"]
    actions.close_call(child.call, why="Sjukdom.", by=world.ines.actor, at=LATER)
    child.call.refresh_from_db()
    assert child.call.missing.startswith(f"{world.youth_unit.name} var inte med.")
    assert child.call.missing.endswith("Sjukdom.")


def test_with_everybody_there_and_every_answer_no_reason_is_asked(world: World) -> None:
    child = spoken(world)
    actions.join(child.call, by=world.olof.actor, at=HALF_PAST)
    for check, who in zip(KnowledgeCheck.objects.order_by("unit__name"), ("ines", "olof", "vera"), strict=True):
        actions.answer_check(check, actions.Known(answer="unknown"), by=world.members[who].actor, at=HALF_PAST)
    decide(child)
    actions.close_call(child.call, by=world.ines.actor, at=LATER)
    child.call.refresh_from_db()
    assert (child.call.state, child.call.missing) == ("closed", "")


# --- writing together ------------------------------------------------------------------------------------------------


def test_every_version_is_kept_and_two_who_write_lose_nothing(world: World) -> None:
    child = spoken(world)
    ines, vera = world.ines.actor, world.vera.actor
    assert actions.save_text(child, "Skolan är orolig.", version=0, by=ines, at=LATER).version == 1
    actions.save_text(child, "Skolan är mycket orolig.", version=1, by=vera, at=LATER)
    joined = actions.save_text(child, "Skolan är orolig. Mamman vill ha stöd.", version=1, by=ines, at=LATER)
    assert joined.text == "Skolan är mycket orolig. Mamman vill ha stöd."
    assert (joined.version, joined.merged, joined.clash) == (3, True, False)
    assert list(CallRevision.objects.order_by("version").values_list("version", "saved_by__user__name")) == [
        (1, "Ines Falk"),
        (2, "Vera Dahl"),
        (3, "Ines Falk"),
    ]
    assert CallChild.objects.get(pk=child.pk).text == joined.text


def test_the_same_text_again_is_no_new_version(world: World) -> None:
    child = spoken(world)
    for _time in range(2):
        actions.save_text(child, "En rad.", version=0, by=world.ines.actor, at=LATER)
    assert CallRevision.objects.count() == 1


def test_what_was_typed_just_before_the_next_child_is_still_saved(world: World) -> None:
    _call, first, second = with_noel(world)
    actions.turn_to(second, by=world.ines.actor, at=LATER)
    ends = LATER + timedelta(minutes=2)
    actions.save_text(first, "Sista orden.", version=0, by=world.vera.actor, at=ends - SECOND)
    with pytest.raises(Denied):
        actions.save_text(first, "För sent.", version=1, by=world.vera.actor, at=ends)
    with pytest.raises(Denied):
        actions.save_text(second, "Inte med.", version=0, by=world.olof.actor, at=LATER)


def test_a_text_that_is_too_long_is_refused_and_the_saved_one_stands(world: World) -> None:
    child = spoken(world)
    actions.save_text(child, "En rad.", version=0, by=world.ines.actor, at=LATER)
    with pytest.raises(Invalid):
        actions.save_text(child, "x" * 20_001, version=1, by=world.ines.actor, at=LATER)
    assert CallChild.objects.get(pk=child.pk).text == "En rad."


def test_what_the_page_began_from_is_no_longer_than_a_text(world: World) -> None:
    child = spoken(world)
    actions.save_text(child, "En rad.", version=0, by=world.ines.actor, at=LATER)
    for length, refused in ((19_999, False), (20_000, False), (20_001, True)):
        with pytest.raises(Invalid) if refused else nullcontext():
            actions.save_text(child, "En rad.", version=1, base="x" * length, by=world.ines.actor, at=LATER)


@pytest.mark.parametrize("times", [1, 2])
def test_whoever_is_outrun_while_the_texts_are_joined_joins_again(
    world: World, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    child = spoken(world)
    left, held = [times], []

    def outrun(base: str, theirs: str, mine: str) -> Merged:
        held.append(left[0])
        if left[0]:
            left[0] -= 1
            version = CallChild.objects.get(pk=child.pk).text_version
            CallChild.objects.filter(pk=child.pk).update(text=f"Vera {version}.", text_version=version + 1)
        return merge(base, theirs, mine)

    monkeypatch.setattr(calling, "merge", outrun)
    saved = actions.save_text(child, "Mitt.", version=0, by=world.ines.actor, at=LATER)
    assert (saved.text, saved.version) == (f"Vera {times - 1}.\nMitt.", times + 1)
    assert len(held) == times + 1


# --- two at once, and what is not to be seen -------------------------------------------------------------------------


def test_coming_in_twice_at_once_is_coming_in_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    call, look, first = running(world), calling._in_it, [True]
    came = actions.join(call, by=world.olof.actor, at=LATER)
    monkeypatch.setattr(calling, "_in_it", lambda *who: None if first and first.pop() else look(*who))
    assert actions.join(call, by=world.olof.actor, at=LATER) == came


def test_a_child_that_the_leader_may_not_see_is_neither_counted_nor_hinted_at(world: World) -> None:
    call, first, second = with_noel(world)
    actions.carry_over(first, why="Pappan nås inte.", by=world.ines.actor, at=LATER)
    KnowledgeCheck.objects.filter(assessment=first.assessment).delete()
    seen = standing_of(call, by=world.ines.actor, at=LATER)
    assert [child.pk for child in seen.unsettled] == [second.pk]
    assert len(seen.unanswered) == 3
    PreliminaryAssessment.objects.filter(pk=second.assessment_id).update(protected=True, owner=world.mona.assignment)
    hidden = standing_of(call, by=world.ivar.actor, at=LATER)
    assert (hidden.unsettled, hidden.unanswered) == ([], [])
    with pytest.raises(Conflict) as refused:
        actions.close_call(call, why="x", by=world.ivar.actor, at=LATER)
    assert refused.value.message == calling.NOT_SETTLED
    assert not any(sign.isdigit() for sign in refused.value.message)
