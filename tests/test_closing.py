"""A case with a plan ends when it is said what is left to whom, and not before (P-P6)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from actionplans import actions
from actionplans.actions import SeenNeed
from actionplans.actions import closing as end_of_case
from actionplans.models import Closing, Handover, Measure, Need, Plan
from consent.models import Factor
from hub.access import Denied, permitted
from hub.actions.cases import NotYet
from hub.errors import Conflict, Invalid
from hub.models import Case, Notification, Person
from tests.caring import end, written
from tests.cast import NOW, SECOND, START_DAY, World
from tests.deeds_plans import RISK
from tests.holding import DURING, close, present, running
from tests.papers import pages, tags
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


def test_a_line_about_what_another_agency_may_not_read_is_not_read_there_either(world: World) -> None:
    """Only who takes over reads it, and only with the measure: the school is given as much, and takes over nothing."""
    plan = plan_of(world)
    calls = measure_of(world, plan)
    closing = written(world)
    line = actions.hand_over(
        closing, left(measure=calls, taker="agency", to_agency=world.police), by=world.kim.actor, at=NOW
    )
    read = Handover.objects.filter(pk=line.pk)
    assert permitted(Measure.objects.filter(pk=calls.pk), world.sam.actor, at=NOW).exists()
    assert permitted(read, world.pia.actor, at=NOW).exists()
    assert not permitted(read, world.sam.actor, at=NOW).exists()
    Measure.objects.filter(pk=calls.pk).update(audience=[world.school.pk])
    assert not permitted(read, world.pia.actor, at=NOW).exists()


def test_what_was_barred_after_its_line_was_written_stands_on_no_paper(world: World) -> None:
    kim, plan = world.kim.actor, plan_of(world)
    later = measure_of(world, plan, text="Samtal hos kuratorn.")
    closing = written(world)
    actions.hand_over(closing, left("Samtal hos kuratorn.", measure=later), by=kim, at=NOW)
    Measure.objects.filter(pk=later.pk).update(family_barred=True)
    assert (
        "kuratorn" not in world.client("kim").get(f"/arenden/{world.case.ref}/avslut/till-familjen/").content.decode()
    )
    facts = actions.ClosingFacts(family_text="Tack.\nFortsätt med samtal  hos kuratorn!", no_meeting_reason="Flytt.")
    with pytest.raises(Invalid) as barred:
        actions.write_closing(world.case, facts, row_version=1, by=kim, at=NOW)
    assert set(barred.value.errors) == {"family_text"}


def test_the_paper_is_a_tagged_pdf_and_of_a_guarded_family_only_what_was_chosen(world: World) -> None:
    kim, ref = world.kim.actor, world.case.ref
    plan_of(world)
    closing = written(world)
    actions.hand_over(closing, left("Träning i klubben."), by=kim, at=NOW)
    client, url = world.client("kim"), f"/arenden/{ref}/avslut/till-familjen/avslut.pdf"
    whole = client.get(url).content
    assert {"Title", "P", "L", "LI"} <= set(tags(whole)) or {"H1", "P", "L", "LI"} <= set(tags(whole))
    for part in ("Till Elias", "Du har klarat det du ville.", "Träning i klubben.", "Den unge och familjen"):
        assert part in " ".join(pages(whole))
    Person.objects.filter(pk=world.emil.person_id).update(protection="SEKRETESSMARKERING")
    nothing = " ".join(pages(client.get(url).content))
    assert "klarat" not in nothing
    assert "Träning" not in nothing
    line = Handover.objects.get()
    for version, there in ((closing.row_version, True), (closing.row_version + 1, False)):
        chosen = " ".join(pages(client.get(f"{url}?version={version}&stycke=0&ta={line.ref}").content))
        assert ("klarat" in chosen, "Träning" in chosen) == (there, there)
        assert "Den unge och familjen" not in chosen
        assert world.youth_unit.name not in chosen


def test_a_line_that_is_taken_away_while_the_case_is_closed_stops_it(world: World, monkeypatch: Any) -> None:
    """The check is made again when the closing is sealed."""
    measure = measure_of(world, plan_of(world))
    actions.hand_over(written(world), left(measure=measure), by=world.kim.actor, at=NOW)
    monkeypatch.setattr(end_of_case, "why_not_closed", lambda *_said: ["1 saknar svar"])
    with pytest.raises(Conflict):
        end(world)
    assert Case.objects.get(pk=world.case.pk).closed_at is None


def test_the_words_to_the_family_are_counted_as_one_writes(world: World) -> None:
    plan_of(world)
    url = f"/arenden/{world.case.ref}/avslut/"
    shown = world.client("kim").post(url, {"do": "rakna", "family_text": "Vi slutar nu. Tack.", "row_version": "0"})
    assert "LIX" in shown.content.decode()
    assert "Vi slutar nu." in shown.content.decode()
    assert not Closing.objects.exists()
