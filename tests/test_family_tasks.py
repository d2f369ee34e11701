"""Telling and asking the family: one person at a time, held back by decision, nobody outside hears (P-T7, P-T11)."""

from datetime import date, timedelta

import pytest

from hub.access import permitted
from hub.errors import Conflict, Invalid
from hub.models import AuditEntry, Case, Notification, Outbox, Participation, Person
from tests.cast import NOW, SECOND, World
from tests.decisions import LATER, case_of, decide, decided, guardians, ready, tasks_of
from triage import actions
from triage.models import FamilyTask
from triage.queries import before_asking_outside, informing_is_held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]

TOMORROW = date(2026, 3, 3)


def test_inled_opens_one_task_for_the_child_and_one_per_guardian_at_that_instant(world: World) -> None:
    assessment = ready(world)
    _nina, nils = guardians(world, assessment, "Nina", "Nils")
    type(nils).objects.filter(pk=nils.pk).update(custody_to=LATER)
    decide(world, assessment)
    found = tasks_of(assessment)
    assert set(found) == {"barnet", "Nina"}
    assert {task.owner for task in found.values()} == {world.olof.assignment}
    assert {task.state for task in found.values()} == {"open"}
    type(nils).objects.filter(pk=nils.pk).update(custody_to=LATER + SECOND)
    actions.inform_more(assessment, by=world.olof.actor, at=LATER)
    assert set(tasks_of(assessment)) == {"barnet", "Nina", "Nils"}
    with pytest.raises(Conflict):
        actions.inform_more(assessment, by=world.olof.actor, at=LATER)


def test_two_who_open_the_same_tasks_at_once_open_them_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = ready(world)
    _nina, nils = guardians(world, assessment, "Nina", "Nils")
    type(nils).objects.filter(pk=nils.pk).update(custody_to=LATER)
    decide(world, assessment)
    type(nils).objects.filter(pk=nils.pk).update(custody_to=LATER + SECOND)
    other, save = [True], FamilyTask.save

    def outrun(task: FamilyTask, *args: object, **options: object) -> None:
        if other and other.pop():
            twin = {f.attname: getattr(task, f.attname) for f in FamilyTask._meta.fields if f.name not in ("id", "ref")}
            FamilyTask.objects.create(**twin)
        save(task, *args, **options)  # type: ignore[arg-type]  # as they were given

    monkeypatch.setattr(FamilyTask, "save", outrun)
    with pytest.raises(Conflict) as refused:
        actions.inform_more(assessment, by=world.olof.actor, at=LATER)
    assert refused.value.message == "Alla som ska informeras har redan en uppgift."


def test_a_task_is_done_once_with_how_and_when(world: World) -> None:
    assessment = decided(world)
    task, olof = tasks_of(assessment)["Nina"], world.olof.actor
    for note, day in (("", TOMORROW), ("Telefon.", TOMORROW), ("Telefon.", date(2026, 3, 1))):
        with pytest.raises(Invalid):
            actions.finish_task(task, note=note, told_on=day, by=olof, at=LATER)
    actions.finish_task(task, note="I ett möte.", told_on=date(2026, 3, 2), by=olof, at=LATER + timedelta(days=2))
    assert (task.state, task.done_by, task.note) == ("done", world.olof.assignment, "I ett möte.")
    with pytest.raises(Conflict):
        actions.finish_task(task, note="Igen.", by=olof, at=LATER)


def test_holding_back_needs_reasons_a_named_decider_and_a_day_of_review(world: World) -> None:
    assessment = decided(world)
    task, olof = tasks_of(assessment)["Nils"], world.olof.actor
    for why, day in (("", TOMORROW), ("Risk för hot.", date(2026, 3, 2))):
        with pytest.raises(Invalid):
            actions.hold_task(task, why=why, review_on=day, by=olof, at=LATER)
    actions.hold_task(task, why="Risk för hot.", review_on=TOMORROW, by=olof, at=LATER)
    assert (task.state, task.held_by, task.review_on) == ("held", world.olof.assignment, TOMORROW)
    with pytest.raises(Conflict, match="hålls inne"):
        actions.finish_task(task, note="Brev.", by=olof, at=LATER)
    actions.keep_holding(task, why="Hotet kvarstår.", review_on=date(2026, 3, 4), by=olof, at=LATER)
    assert (task.held_why, task.review_on) == ("Hotet kvarstår.", date(2026, 3, 4))
    with pytest.raises(Invalid):
        actions.resume_task(task, why="", by=olof, at=LATER)
    actions.resume_task(task, why="Skyddat boende ordnat.", by=olof, at=LATER)
    assert task.state == "open"
    actions.finish_task(task, note="Brev.", by=olof, at=LATER)


def test_only_a_qualified_social_worker_holds_back_or_takes_up(world: World) -> None:
    assessment = decided(world)
    task = tasks_of(assessment)["Nils"]
    world.olof.user.qualified_social_worker = False
    world.olof.user.save()
    with pytest.raises(Invalid, match="25 kap"):
        actions.hold_task(task, why="Hot.", review_on=TOMORROW, by=world.olof.actor, at=LATER)
    actions.finish_task(task, note="Möte.", by=world.olof.actor, at=LATER)


def test_informera_inte_is_known_to_those_who_would_send_and_warns_whoever_would_ask(world: World) -> None:
    assessment = decided(world)
    case = case_of(assessment)
    tasks, olof = tasks_of(assessment), world.olof.actor
    assert len(before_asking_outside(case, olof, LATER)) == 1
    assert assessment.individual_id is not None
    actions.hold_task(tasks["Nils"], why="Hot.", review_on=TOMORROW, by=olof, at=LATER)
    nils = tasks["Nils"].relative_id
    assert informing_is_held(assessment.individual_id, relative_id=nils)
    assert not informing_is_held(assessment.individual_id)
    assert len(before_asking_outside(case, olof, LATER)) == 2
    for name in ("barnet", "Nina"):
        actions.finish_task(tasks[name], note="Möte.", by=olof, at=LATER)
    actions.resume_task(tasks["Nils"], why="Lugnt.", by=olof, at=LATER)
    actions.finish_task(tasks["Nils"], note="Möte.", by=olof, at=LATER)
    assert before_asking_outside(case, olof, LATER) == []
    assert not informing_is_held(assessment.individual_id, relative_id=nils)


@pytest.mark.parametrize("marked", ["child", "guardian"])
def test_where_somebody_is_in_danger_no_guardian_is_approached_before_a_named_decision(
    world: World, marked: str
) -> None:
    assessment = ready(world)
    nina, _nils = guardians(world, assessment, "Nina", "Nils")
    assert assessment.individual is not None
    who = assessment.individual.person_id if marked == "child" else nina.person_id
    Person.objects.filter(pk=who).update(family_security_flag=True)
    decide(world, assessment, proposes="SIG")
    for kind in ("inform", "ask_family"):
        found = tasks_of(assessment, kind)
        assert {name: task.state for name, task in found.items()} == {"barnet": "open", "Nina": "held", "Nils": "held"}
        assert {task.held_by for task in found.values()} == {world.ines.assignment, None}
        assert {task.review_on for task in found.values()} == {TOMORROW, None}
        with pytest.raises(Conflict):
            actions.finish_task(found["Nina"], note="Möte.", by=world.olof.actor, at=LATER)
    asked = tasks_of(assessment, "ask_family")["Nina"]
    actions.resume_task(asked, why="Nina är trygg.", by=world.olof.actor, at=LATER)
    with pytest.raises(Conflict, match="hålls inne"):  # she is still not to be informed
        actions.finish_task(asked, note="Möte.", by=world.olof.actor, at=LATER)


# --- a proposed way of working ---------------------------------------------------------------------------------------


def outside(world: World) -> tuple[int, int, int]:
    """What anybody outside social services has been told or listed, in numbers."""
    people = [world.members[name].assignment.pk for name in ("pia", "dag", "peo", "sam", "fia", "olle")]
    listed = sum(permitted(Case.objects.all(), world.members[name].actor, at=LATER).count() for name in ("pia", "sam"))
    return (
        Notification.objects.filter(assignment__in=people).count(),
        Outbox.objects.filter(user__assignments__in=people).count(),
        listed,
    )


@pytest.mark.parametrize("kind", ["open", "not_open"])
def test_a_proposal_asks_the_family_and_nobody_outside_hears_not_even_after_a_yes(world: World, kind: str) -> None:
    before = outside(world)
    assessment = decided(world, kind, proposes="SIG", agencies=(world.police, world.school))
    task = tasks_of(assessment, "ask_family")["barnet"]
    assert not Participation.objects.filter(case__form="SIG").exclude(case=world.case).exists()
    asker = world.olof if kind == "open" else world.ines
    case = actions.answer_of_family(task, yes=True, note="Båda vill.", by=asker.actor, at=LATER)
    assert case is not None
    assert (case.form, case.phase) == ("SIG", "utredning" if kind == "open" else "insats")
    proposed = case.participations.exclude(role="agare")
    assert {(p.agency, p.role, p.active_from) for p in proposed} == {
        (world.police, "kontaktpolis", None),
        (world.school, "skolkontakt", None),
    }
    assert outside(world) == before
    with pytest.raises(Conflict):
        actions.answer_of_family(task, yes=True, note="Igen.", by=asker.actor, at=LATER)


def test_a_no_from_the_family_opens_nothing(world: World) -> None:
    assessment = decided(world, proposes="SSPF_INDIVID", agencies=(world.police,))
    cases = Case.objects.count()
    task = tasks_of(assessment, "ask_family")["barnet"]
    assert actions.answer_of_family(task, yes=False, note="Vill vänta.", by=world.olof.actor, at=LATER) is None
    assert Case.objects.count() == cases
    assert FamilyTask.objects.get(pk=task.pk).note == "Vill vänta."


def test_an_inform_task_is_no_question(world: World) -> None:
    task = tasks_of(decided(world))["barnet"]
    with pytest.raises(Conflict):
        actions.answer_of_family(task, yes=True, note="Ja.", by=world.olof.actor, at=LATER)


def test_what_was_done_is_recorded(world: World) -> None:
    task = tasks_of(decided(world))["Nina"]
    actions.hold_task(task, why="Hot.", review_on=TOMORROW, by=world.olof.actor, at=LATER)
    entry = AuditEntry.objects.get(action="family.task_held")
    assert (entry.case_ids, entry.detail["review_on"]) == ([task.assessment.case_id], "2026-03-03")
    assert NOW < LATER
