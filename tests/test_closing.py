"""A case with a plan ends when it is said what is left to whom, and not before (P-P6)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from actionplans import actions
from actionplans.actions import SeenNeed
from actionplans.models import Closing, Handover, Need, Plan
from consent.models import Factor
from hub.access import Denied, permitted
from hub.actions.cases import NotYet
from hub.errors import Conflict, Invalid
from hub.models import Case, Notification
from tests.caring import end, written
from tests.cast import NOW, SECOND, START_DAY, World
from tests.deeds_plans import RISK
from tests.holding import DURING, close, present, running
from tests.plans import measure_of, plan_of

pytestmark = pytest.mark.django_db


def left(text: str = "Ringer Elias.", **others: object) -> actions.HandoverFacts:
    return actions.HandoverFacts(text=text, **{"taker": "family", "from_day": START_DAY, **others})  # type: ignore[arg-type]  # free keyword arguments


def test_no_case_with_a_plan_is_closed_before_everything_that_is_left_has_a_taker_or_a_reason(world: World) -> None:
    kim = world.kim.actor
    plan = plan_of(world)
    measure = measure_of(world, plan)
    with pytest.raises(NotYet, match="Skriv avslutet"):
        end(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=world.case.pk).update(closed_at=NOW, phase="avslutat", outcome="moved")
    closing = written(world)
    with pytest.raises(NotYet, match="1 saknar svar"):
        end(world)
    line = actions.hand_over(closing, left(measure=measure), by=kim, at=NOW)
    actions.hand_over(closing, left(measure=measure, taker="nobody", reason="Klart."), by=kim, at=NOW)
    assert [(one.pk, one.from_day) for one in Handover.objects.all()] == [(line.pk, None)]
    end(world, at=NOW + SECOND)
    plan, closing = Plan.objects.get(), Closing.objects.get()
    assert (plan.outcome, plan.closed_at, closing.sealed_at) == ("as_planned", NOW + SECOND, NOW + SECOND)
    for rows, change in ((Closing.objects.all(), {"family_text": "x"}), (Handover.objects.all(), {"text": "x"})):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(Denied):
        actions.hand_over(closing, left(), by=kim, at=NOW + 2 * SECOND)


def test_the_end_says_which_held_meeting_went_through_it_or_why_there_was_none(world: World) -> None:
    kim = world.kim.actor
    meeting = running(world)
    with pytest.raises(Invalid) as not_held:
        actions.write_closing(world.case, actions.ClosingFacts(family_text="Tack.", meeting=meeting), by=kim, at=DURING)
    with pytest.raises(Invalid) as neither:
        actions.write_closing(world.case, actions.ClosingFacts(family_text=""), by=kim, at=DURING)
    assert {*not_held.value.errors, *neither.value.errors} == {"meeting", "no_meeting_reason", "family_text"}
    present(world, meeting)
    close(world, meeting, no_next="Ärendet avslutas.")
    facts = actions.ClosingFacts(family_text="Tack.", meeting=meeting)
    closing = actions.write_closing(world.case, facts, by=kim, at=DURING)
    assert closing.meeting == meeting
    with pytest.raises(Conflict):
        actions.write_closing(world.case, facts, by=kim, at=DURING)


def test_who_takes_over_is_told_only_what_may_be_read_there(world: World) -> None:
    """The police by consent; leisure, whom no consent gives the plan, hears nothing, nor does a unit without seat."""
    plan = plan_of(world)
    calls = measure_of(world, plan)
    closing, told = written(world), Notification.objects.filter(kind="handover_written")
    for agency, who in ((world.leisure, set()), (world.police, {world.pia.assignment.pk})):
        facts = left(measure=calls, taker="agency", to_agency=agency)
        actions.hand_over(closing, facts, by=world.kim.actor, at=NOW)
        actions.hand_over(closing, facts, by=world.kim.actor, at=NOW)
        assert list(told.values_list("assignment", flat=True)) == list(who)
    actions.hand_over(closing, left(taker="unit", to_unit=world.ines.assignment.unit), by=world.kim.actor, at=NOW)
    assert told.count() == 1
    read = Handover.objects.filter(measure=calls)
    assert permitted(read, world.pia.actor, at=NOW).exists()
    assert not permitted(read, world.fia.actor, at=NOW).exists()
    end(world, at=NOW + SECOND)
    assert not permitted(read, world.pia.actor, at=NOW + SECOND).exists()
    assert permitted(read, world.kim.actor, at=NOW + timedelta(days=1)).exists()


def test_a_line_names_its_taker_and_its_day_or_why_it_ends(world: World) -> None:
    closing = written(world)
    for facts, field in (
        (left(text=""), "text"),
        (left(taker="agency"), "to_agency"),
        (left(taker="agency", to_agency=world.other_police), "to_agency"),
        (left(taker="unit", to_unit=world.police.units.get()), "to_unit"),
        (left(taker="other"), "to_whom"),
        (left(from_day=None), "from_day"),
        (left(taker="nobody"), "reason"),
        (left(taker="everybody"), "taker"),
    ):
        with pytest.raises(Invalid) as bad:
            actions.hand_over(closing, facts, by=world.kim.actor, at=NOW)
        assert set(bad.value.errors) == {field}


def test_what_is_barred_from_the_family_stands_on_no_paper_of_theirs(world: World) -> None:
    plan = plan_of(world)
    barred = measure_of(world, plan, text="Hemligt stöd.", family_barred=True)
    closing = written(world)
    actions.hand_over(closing, left("Hemligt stöd.", measure=barred), by=world.kim.actor, at=NOW)
    actions.hand_over(closing, left("Träning i klubben."), by=world.kim.actor, at=NOW)
    paper = world.client("kim").get(f"/arenden/{world.case.ref}/avslut/till-familjen/").content.decode()
    assert "Träning i klubben." in paper
    assert "Du har klarat det du ville." in paper
    assert "Hemligt" not in paper


def test_a_need_that_the_latest_judgement_found_is_left_until_somebody_takes_it(world: World) -> None:
    kim, ref = world.kim.actor, world.case.ref
    plan_of(world)
    factor = Factor.objects.filter(list_code="P5").order_by("pk")[0]
    actions.judge_risk(
        world.case, replace(RISK, needs=(SeenNeed(factor.pk, "Skolan och Kim har sett det."),)), by=kim, at=NOW
    )
    written(world)
    with pytest.raises(NotYet, match="1 saknar svar"):
        end(world)
    client, need = world.client("kim"), Need.objects.get()
    assert factor.text in client.get(f"/arenden/{ref}/avslut/").content.decode()
    line = f"/arenden/{ref}/avslut/kvar/?behov={need.ref}"
    assert factor.text in client.get(line).content.decode()
    sent = {"text": "Stöd hemma.", "taker": "nobody", "reason": "Behovet finns inte längre."}
    assert client.post(line, sent).status_code == 302
    assert Handover.objects.get().need == need
    end(world)
