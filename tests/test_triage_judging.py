"""Protection at once and colour: the machine suggests and explains, a human decides, nothing is lost (P-T2, P-T3)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from hub.contributions import Todo
from hub.errors import Conflict, Invalid
from tests.cast import NOW, SECOND, World
from tests.concerns import ARRIVED, arrange, nova
from triage import actions
from triage.judging import colour_history, meanings, questions_in_force
from triage.models import ColourChange, ConcernReport, DutyShift, PreliminaryAssessment, ProtectionAssessment
from triage.panels_judging import colour_panel, protection_panel
from triage.suggestion import suggest
from triage.todo import concerns
from triage.todo_judging import downgrades_to_confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]

LATER = NOW + timedelta(hours=1)


def to_judge(world: World, who: str) -> list[Todo]:
    return [todo for todo in concerns(world.members[who].actor, NOW) if todo.kind in ("Skydd", "Färg")]


def judge(
    assessment: PreliminaryAssessment,
    world: World,
    colour: str,
    *,
    by: str = "ines",
    reason: str = "",
    at: datetime = NOW,
    **answers: str,
) -> ColourChange:
    """A colour by a member of the cast; answers by question code."""
    asked = questions_in_force(assessment.report.agency_id, at=at) if answers else None
    judged = actions.Judged(colour=colour, reason=reason, question_set=asked, answers=answers)
    return actions.set_colour(assessment, judged, row_version=assessment.row_version, by=world.members[by].actor, at=at)


def protect(
    assessment: PreliminaryAssessment, world: World, *, by: str = "ines", at: datetime = NOW, **facts: Any
) -> ProtectionAssessment:
    told: dict[str, Any] = {"outcome": "no_need", "reasons": "Trygg hemma.", "assessed_at": at} | facts
    return actions.assess_protection(assessment, **told, by=world.members[by].actor, at=at)


# --- the suggestion --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "colour", "because"),
    [
        ({}, "green", ()),
        ({"fara_nu": "no", "vald": "unknown"}, "green", ()),
        ({"vald": "yes"}, "orange", ("Svaret på vald är ja.",)),
        ({"vald": "yes", "natverk": "yes"}, "orange", ("Svaret på vald är ja.", "Svaret på natverk är ja.")),
        ({"vald": "yes", "fara_nu": "yes"}, "red", ("Svaret på fara_nu är ja.", "Svaret på vald är ja.")),
    ],
)
def test_the_suggestion_is_the_most_urgent_yes_and_says_why(
    world: World, answers: dict[str, str], colour: str, because: tuple[str, ...]
) -> None:
    found = suggest(arrange(world).questions.questions.all(), answers)
    assert (found.colour, found.because) == (colour, because)
    assert len(found.unknown) == 3 - sum(answer != "unknown" for answer in answers.values())


def test_a_human_decides_whatever_is_suggested(world: World) -> None:
    assessment = nova(world)
    change = judge(assessment, world, "orange", fara_nu="no", vald="no", natverk="no")
    assert (change.suggested, change.colour, assessment.colour) == ("green", "orange", "orange")


def test_a_colour_below_the_suggested_needs_a_reason(world: World) -> None:
    assessment = nova(world)
    with pytest.raises(Invalid) as refused:
        judge(assessment, world, "orange", fara_nu="yes")
    assert "reason" in refused.value.errors
    assert judge(assessment, world, "orange", reason="Mamman är hos henne.", fara_nu="yes").downgrade is False


def test_answers_to_questions_of_others_are_refused(world: World) -> None:
    assessment = nova(world)
    with pytest.raises(Invalid):
        judge(assessment, world, "orange", okand="yes")
    judged = actions.Judged(colour="red", answers={"fara_nu": "yes"})  # of no questions at all
    with pytest.raises(Invalid):
        actions.set_colour(assessment, judged, row_version=assessment.row_version, by=world.ines.actor, at=NOW)


# --- changing it -----------------------------------------------------------------------------------------------------


def test_the_first_colour_needs_no_reason_and_every_change_does(world: World) -> None:
    assessment = nova(world)
    judge(assessment, world, "orange")
    for colour in ("red", "green"):
        with pytest.raises(Invalid) as refused:
            judge(assessment, world, colour)
        assert "reason" in refused.value.errors
    with pytest.raises(Invalid) as same:
        judge(assessment, world, "orange", reason="Samma")
    assert "colour" in same.value.errors


def test_a_downgrade_holds_at_once_and_waits_for_somebody_else(world: World) -> None:
    assessment = nova(world)
    judge(assessment, world, "red")
    lowered = judge(assessment, world, "green", reason="Fel barn.")
    assert lowered.downgrade
    assert assessment.colour == "green"
    with pytest.raises(Invalid):
        actions.confirm_downgrade(lowered, agreed=True, by=world.ines.actor, at=LATER)
    with pytest.raises(Invalid) as unexplained:
        actions.confirm_downgrade(lowered, agreed=False, by=world.ivar.actor, at=LATER)
    assert "note" in unexplained.value.errors
    done = actions.confirm_downgrade(lowered, agreed=True, by=world.ivar.actor, at=LATER)
    assert (done.agreed, done.confirmed_by_id) == (True, world.ivar.assignment.pk)
    with pytest.raises(Conflict):
        actions.confirm_downgrade(lowered, agreed=True, by=world.maja.actor, at=LATER)


def test_raising_and_the_first_colour_wait_for_nobody(world: World) -> None:
    assessment = nova(world)
    assert not judge(assessment, world, "green").downgrade
    assert not judge(assessment, world, "red", reason="Nytt hot.").downgrade
    assert downgrades_to_confirm(world.ivar.actor, NOW) == []


def test_a_lone_jour_is_not_locked(world: World) -> None:
    assessment = nova(world)
    judge(assessment, world, "red")
    night = NOW + timedelta(hours=10)
    DutyShift.objects.create(
        municipality=world.kommun, agency=world.jo.agency, assignment=world.jo.assignment,
        valid_from=night, valid_to=night + timedelta(hours=8),
    )  # fmt: skip
    lowered = judge(assessment, world, "orange", by="jo", reason="Polisen är där.", at=night)
    assert PreliminaryAssessment.objects.get(pk=assessment.pk).colour == "orange"
    assert downgrades_to_confirm(world.jo.actor, night) == []
    [waits] = downgrades_to_confirm(world.ines.actor, night)
    assert str(lowered.ref) in waits.url
    assert waits.due_at is not None
    assert waits.due_at.isoformat() == "2026-03-03T11:00:00+00:00"  # 12.00 the next working day


def test_of_two_who_set_it_at_once_the_second_is_told(world: World) -> None:
    assessment = nova(world)
    mine = PreliminaryAssessment.objects.get(pk=assessment.pk)
    judge(assessment, world, "red")
    with pytest.raises(Conflict):
        judge(mine, world, "orange", by="ivar")
    assert ColourChange.objects.count() == 1


def test_the_arrival_never_moves_whatever_the_colour(world: World) -> None:
    assessment = nova(world)
    judge(assessment, world, "green")
    judge(assessment, world, "red", reason="Nytt hot.", at=LATER)
    assert ConcernReport.objects.get(pk=assessment.report_id).arrived_at == ARRIVED
    due = {meaning.colour.value: meaning.due_at for meaning in meanings(assessment, at=LATER)}
    assert due["red"] == ARRIVED + timedelta(hours=4)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE triage_concernreport SET arrived_at = arrived_at + interval '1 hour'")


def test_the_history_tells_everything_and_loses_nothing(world: World) -> None:
    assessment = nova(world)
    judge(assessment, world, "red", fara_nu="yes", vald="unknown")
    lowered = judge(assessment, world, "orange", reason="Mormor hämtar.", fara_nu="no", vald="yes", at=LATER)
    actions.confirm_downgrade(lowered, agreed=False, note="För tidigt.", by=world.ivar.actor, at=LATER + SECOND)
    judge(assessment, world, "red", by="ivar", reason="För tidigt.", at=LATER + 2 * SECOND)
    rows = colour_history(assessment, world.ines.actor, at=LATER + 2 * SECOND)
    told = [(row.change.was, row.change.colour, row.by, row.change.reason, row.confirmation) for row in rows]
    assert told == [
        ("orange", "red", "Ivar Sund", "För tidigt.", ""),
        ("red", "orange", "Ines Falk", "Mormor hämtar.", "disagreed"),
        ("", "red", "Ines Falk", "", ""),
    ]
    assert rows[2].answers == [("Fråga fara_nu?", "Ja"), ("Fråga vald?", "Vet inte")]
    assert (rows[2].change.suggested, rows[2].version) == ("red", "Frågor version 1")


def test_nothing_is_changed_after_the_decision(world: World) -> None:
    assessment = nova(world)
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(state="not_opened", state_at=NOW)
    with pytest.raises(Conflict):
        judge(assessment, world, "red")
    with pytest.raises(Conflict):
        protect(assessment, world)


# --- protection ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assessed_at", "holds"),
    [(ARRIVED - SECOND, False), (ARRIVED, True), (NOW, True), (NOW + SECOND, False)],
)
def test_protection_is_assessed_between_the_arrival_and_now(world: World, assessed_at: datetime, holds: bool) -> None:
    assessment = nova(world)
    if holds:
        made = protect(assessment, world, assessed_at=assessed_at)
        assert (made.assessed_at, made.recorded_at) == (assessed_at, NOW)
        return
    with pytest.raises(Invalid) as refused:
        protect(assessment, world, assessed_at=assessed_at)
    assert "assessed_at" in refused.value.errors


def test_a_need_of_protection_tells_what_was_done(world: World) -> None:
    assessment = nova(world)
    for outcome in ("handled", "placed"):
        with pytest.raises(Invalid) as refused:
            protect(assessment, world, outcome=outcome)
        assert "measures" in refused.value.errors
    protect(assessment, world, outcome="placed", measures="LVU 6 §, jourhem.")
    protect(assessment, world, at=LATER)
    kept = ProtectionAssessment.objects.filter(assessment=assessment).order_by("assessed_at")
    assert [made.outcome for made in kept] == ["placed", "no_need"]


def test_every_child_of_a_report_is_assessed_by_itself(world: World) -> None:
    report = nova(world).report
    first, second = report.assessments.order_by("position")
    protect(first, world)
    judge(first, world, "red")
    second.refresh_from_db()
    assert (second.colour, second.protections.count()) == ("", 0)
    assert [todo.title for todo in to_judge(world, "ines")] == [
        f"Gör skyddsbedömning i {report.number}, barn 2",
        f"Sätt färg på {report.number}, barn 2",
    ]


# --- where it shows --------------------------------------------------------------------------------------------------


def test_the_panels_say_what_is_missing_and_then_what_was_done(world: World) -> None:
    assessment = nova(world)
    assert protection_panel(assessment, world.ines.actor, NOW)["protections"] == []
    assert colour_panel(assessment, world.ines.actor, NOW)["history"] == []
    made, change = protect(assessment, world), judge(assessment, world, "orange")
    assert protection_panel(assessment, world.ines.actor, NOW)["objects"] == [made]
    assert colour_panel(assessment, world.ines.actor, NOW)["objects"] == [change]


def test_what_waits_is_the_owners_and_the_units_for_its_manager(world: World) -> None:
    assessment = nova(world)
    for who, sees in (("ines", 4), ("ivar", 0), ("maja", 4), ("kim", 0), ("pia", 0), ("jo", 0)):
        assert len(to_judge(world, who)) == sees, who
    titles = [todo.title + todo.text for todo in to_judge(world, "ines")]
    assert [bool(todo.due_at) for todo in to_judge(world, "ines")] == [True, True, False, False]
    assert not any("Nova" in text for text in titles)  # no name beside what is told (R33)
    protect(assessment, world)
    judge(assessment, world, "green")
    assert len(to_judge(world, "ines")) == 2  # her brother's
