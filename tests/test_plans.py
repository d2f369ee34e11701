"""The plan: who writes it and reads it, what a meeting must follow up, and what it leaves behind (P-P1, P-P2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from actionplans import actions
from actionplans.models import Agreement, Goal, Measure, MeasureState, Plan, PlanVersion, Rating, RiskJudgement
from actionplans.queries import agreements_of, measure_counts
from consent import actions as consent_actions
from consent.models import Factor, Grant
from hub.access import Actor, Denied, permitted
from hub.actions.cases import NotYet
from hub.errors import Conflict, Invalid
from hub.states import IllegalMove
from meetings.actions import note_attendance
from meetings.models import Meeting
from tests.cast import NOW, SECOND, START_DAY, World, info_type
from tests.gatherings import THURSDAY, gather
from tests.holding import DURING, close, place, present, running
from tests.plans import LEVELS, SCHOOL, doing, goal_of, measure_of, plan_of

pytestmark = pytest.mark.django_db


def test_a_case_has_one_plan_and_only_who_leads_it_begins_it(world: World) -> None:
    with pytest.raises(Denied):
        actions.start_plan(world.case, by=world.pia.actor, at=NOW)
    plan = plan_of(world)
    assert (plan.version, plan.reference) == (0, "GP-77")
    with pytest.raises(Conflict):
        plan_of(world)


def test_a_goal_has_five_described_levels(world: World) -> None:
    plan = plan_of(world)
    for levels in (LEVELS[:4], (*LEVELS, "Mer."), (*LEVELS[:4], "")):
        with pytest.raises(Invalid) as bad:
            goal_of(world, plan, levels=levels)
        assert "levels" in bad.value.errors
    with pytest.raises(Denied):
        actions.add_goal(plan, SCHOOL, by=world.pia.actor, at=NOW)


def test_a_measure_is_the_agencys_that_answers_for_it_and_obeys_the_consent(world: World) -> None:
    """Who reads: the agency itself, and others as far as consent goes; not who is outside the case."""
    plan = plan_of(world)
    goal, own = goal_of(world, plan), measure_of(world, plan)
    polices = measure_of(world, plan, "pia", by="pia", text="Träffar Elias på fritidsgården.")
    assert (own.agency, polices.agency) == (world.social, world.police)

    def read_by(who: str) -> set[object]:
        actor = world.members[who].actor
        goals, measures = Goal.objects.all(), Measure.objects.all()
        return {*permitted(goals, actor, at=NOW), *permitted(measures, actor, at=NOW)}

    assert {name: seen for name in world.members if (seen := read_by(name))} == {
        "kim": {goal, own},
        "lovisa": {goal, own},
        "mona": {goal, own},
        "pia": {goal, own, polices},
        "sam": {goal, own},
    }
    narrowed = measure_of(world, plan, audience=(world.school.pk,))
    assert narrowed in read_by("sam")
    assert narrowed not in read_by("pia")
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    assert read_by("sam") == set()
    assert read_by("pia") == {polices}


def test_nobody_writes_what_he_may_not_read(world: World) -> None:
    plan = plan_of(world)
    with pytest.raises(Invalid) as bad:
        measure_of(world, plan, "pia")
    assert "Inget samtycke" in bad.value.errors["responsible"]
    with pytest.raises(Denied):
        measure_of(world, plan, "sam", by="pia")
    with pytest.raises(Invalid):
        measure_of(world, plan, "olle")
    assert not Measure.objects.exists()


def test_only_the_agency_that_kept_a_measure_from_the_family_lets_them_know(world: World) -> None:
    plan, kind = plan_of(world), info_type("attendance")
    Grant.objects.update(covers_barred=True)
    schools = measure_of(world, plan, "sam", by="sam", type=kind, family_barred=True)
    told, kept = (doing(world, "sam", type=kind, family_barred=barred, text="Möter Elias.") for barred in (False, True))
    with pytest.raises(Invalid) as bad:
        actions.change_measure(schools, told, row_version=1, by=kim(world), at=NOW)
    assert "family_barred" in bad.value.errors
    with pytest.raises(Invalid):
        actions.change_measure(schools, doing(world), row_version=1, by=kim(world), at=NOW)
    changed = actions.change_measure(schools, kept, row_version=1, by=kim(world), at=NOW)
    assert changed.family_barred
    assert not actions.change_measure(changed, told, row_version=1, by=world.sam.actor, at=NOW).family_barred


def test_only_the_agency_that_wrote_a_measure_says_what_sort_it_is_which_decides_who_reads_it(world: World) -> None:
    plan, kind = plan_of(world), info_type("attendance")
    schools = measure_of(world, plan, "sam", by="sam", type=kind)
    for other in (None, info_type("measures_and_plan")):
        with pytest.raises(Invalid) as bad:
            actions.change_measure(schools, doing(world, "sam", type=other), row_version=1, by=kim(world), at=NOW)
        assert "type" in bad.value.errors
    with pytest.raises(Invalid) as bad:  # nor whose it is
        actions.change_measure(schools, doing(world, type=kind), row_version=1, by=kim(world), at=NOW)
    assert "responsible" in bad.value.errors
    actions.change_measure(schools, doing(world, "sam"), row_version=1, by=world.sam.actor, at=NOW)


def test_what_is_written_between_meetings_is_changed_in_place_and_what_a_meeting_agreed_on_stays(world: World) -> None:
    plan = plan_of(world)
    goal, measure = goal_of(world, plan), measure_of(world, plan)
    again = actions.reword_goal(goal, replace(SCHOOL, text="Elias går i skolan."), row_version=1, by=kim(world), at=NOW)
    assert (again.pk, again.text, again.row_version) == (goal.pk, "Elias går i skolan.", 2)
    with pytest.raises(Conflict):
        actions.reword_goal(goal, SCHOOL, row_version=1, by=kim(world), at=NOW)
    held(world, plan)
    for row in (goal, measure):
        row.refresh_from_db()

    new = actions.reword_goal(goal, SCHOOL, row_version=goal.row_version, by=kim(world), at=DURING)
    other = actions.change_measure(
        measure, doing(world, text="Ringer varje dag."), row_version=measure.row_version, by=kim(world), at=DURING
    )
    for row in (goal, measure):
        row.refresh_from_db()
    assert (new.replaces, new.first_version, goal.last_version, goal.text) == (goal, 2, 1, "Elias går i skolan.")
    assert (other.replaces, other.first_version, measure.last_version) == (measure, 2, 1)
    for model, pk in ((Goal, goal.pk), (Measure, measure.pk)):
        with pytest.raises(IntegrityError, match="agreed"), transaction.atomic():
            model._default_manager.filter(pk=pk).update(text="Något annat.")


def test_a_meeting_is_not_closed_before_every_goal_and_measure_is_followed_up(world: World) -> None:
    plan = plan_of(world)
    goal, measure = goal_of(world, plan), measure_of(world, plan)
    polices = measure_of(world, plan, "pia", by="pia")
    meeting = running(world)
    late = goal_of(world, plan, at=THURSDAY, text="Skrivs in på mötet.")
    present(world, meeting)
    with pytest.raises(NotYet) as missing:
        close(world, meeting, no_next="Sommarlov.")
    assert missing.value.reasons == [
        "Bedöm målen i planen. 1 saknar bedömning.",
        "Följ upp åtgärderna i planen. 1 saknar uppföljning.",
    ]
    with pytest.raises(IntegrityError, match="goal is not rated"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(state="held", closed_at=DURING, reason="x")

    actions.rate(goal, meeting, level=-1, note="En dag borta.", by=kim(world), at=DURING)
    actions.rate(goal, meeting, level=1, by=kim(world), at=DURING)
    with pytest.raises(IntegrityError, match="measure is not followed up"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(state="held", closed_at=DURING, reason="x")
    with pytest.raises(Invalid):
        actions.follow_up(measure, meeting, state="not_possible", by=kim(world), at=DURING)
    actions.follow_up(measure, meeting, state="not_possible", note="Elias har ingen telefon.", by=kim(world), at=DURING)
    close(world, meeting, no_next="Sommarlov.")

    assert [(r.goal, r.level) for r in Rating.objects.all()] == [(goal, 1)]
    version = PlanVersion.objects.get()
    for row in (plan, measure, polices):
        row.refresh_from_db()
    assert (version.number, version.meeting, plan.version) == (1, meeting, 1)
    assert (measure.state, polices.state) == (MeasureState.NOT_POSSIBLE, MeasureState.NOT_STARTED)
    assert late.ratings.count() == 0
    for deed in (
        lambda: actions.rate(goal, meeting, level=0, by=kim(world), at=DURING),
        lambda: actions.follow_up(measure, meeting, state="done", by=kim(world), at=DURING),
    ):
        with pytest.raises(Conflict):
            deed()


@pytest.mark.parametrize(("begun", "asked"), [(-SECOND, 1), (timedelta(), 0), (SECOND, 0)])
def test_what_stood_when_the_meeting_began_is_followed_up(world: World, begun: timedelta, asked: int) -> None:
    plan = plan_of(world)
    goal_of(world, plan, at=THURSDAY + begun)
    meeting = running(world)
    assert len(actions.unfollowed(meeting, kim(world), DURING)) == asked


def test_the_one_responsible_ticks_off_and_the_meeting_hears_of_it(world: World) -> None:
    plan = plan_of(world)
    measure = measure_of(world, plan, "pia", by="pia")
    with pytest.raises(Denied):
        actions.tick_off(measure, row_version=1, by=world.kim.actor, at=NOW)
    actions.tick_off(measure, note="Vi sågs.", row_version=1, by=world.pia.actor, at=NOW)
    with pytest.raises(Denied):
        actions.tick_off(measure, row_version=2, by=world.pia.actor, at=NOW)
    own = measure_of(world, plan)
    actions.tick_off(own, row_version=1, by=kim(world), at=NOW)
    meeting = running(world)
    assert actions.unfollowed(meeting, kim(world), DURING) == ["Följ upp åtgärderna i planen. 1 saknar uppföljning."]
    actions.follow_up(own, meeting, state="ongoing", by=kim(world), at=DURING)
    assert actions.unfollowed(meeting, kim(world), DURING) == []
    with pytest.raises(IllegalMove):
        actions.follow_up(own, meeting, state="not_started", by=kim(world), at=DURING)


def test_who_is_there_says_whether_they_agree_and_nobody_else(world: World) -> None:
    plan = plan_of(world)
    meeting = running(world)
    elias, eva = (place(meeting, person) for person in (world.elias.person, world.eva.person))
    for said in ("", "absent"):
        note_attendance(meeting, {eva.pk: said}, by=kim(world), at=DURING)
        with pytest.raises(Invalid) as bad:
            actions.note_agreement(plan, eva, agrees="yes", by=kim(world), at=DURING)
        assert "Bara den som är med" in bad.value.errors["participant"]
    row = {"plan": plan, "municipality": world.kommun, "agrees": "yes", "noted_at": DURING}
    with pytest.raises(IntegrityError, match="not at the meeting"), transaction.atomic():
        Agreement.objects.create(participant=eva, noted_by=world.kim.assignment, **row)
    note_attendance(meeting, {elias.pk: "late", eva.pk: "present"}, by=kim(world), at=DURING)
    actions.note_agreement(plan, eva, agrees="no", by=kim(world), at=DURING)
    actions.note_agreement(plan, elias, agrees="partly", words="Inte läxhjälpen.", by=kim(world), at=DURING)
    found = actions.note_agreement(plan, elias, agrees="yes", by=kim(world), at=DURING)
    assert (found.agrees, found.words) == ("yes", "")
    note_attendance(meeting, {eva.pk: "absent"}, by=kim(world), at=DURING)  # she was not there after all
    assert [one.pk for _name, one in agreements_of(plan, kim(world), at=DURING)] == [found.pk]
    with pytest.raises(Invalid):
        actions.note_agreement(plan, elias, agrees="kanske", by=kim(world), at=DURING)
    before = gather(world, starts_at=THURSDAY + timedelta(days=21), at=DURING)
    with pytest.raises(Conflict):
        actions.note_agreement(plan, before.participants.all()[0], agrees="yes", by=kim(world), at=DURING)


def test_a_goal_is_reached_or_given_up_with_a_reason_and_a_closed_plan_is_not_written_in(world: World) -> None:
    plan = plan_of(world)
    goal, other = goal_of(world, plan), goal_of(world, plan, text="Elias har en praktikplats.")
    with pytest.raises(Invalid):
        actions.end_goal(goal, reached=False, row_version=1, by=kim(world), at=NOW)
    actions.end_goal(goal, reached=False, reason="Inte aktuellt.", row_version=1, by=kim(world), at=NOW)
    with pytest.raises(Conflict):
        actions.end_goal(goal, reached=True, row_version=2, by=kim(world), at=NOW)
    plan.refresh_from_db()
    with pytest.raises(Invalid):
        actions.close_plan(plan, outcome="running", row_version=1, by=kim(world), at=NOW)
    actions.close_plan(plan, outcome="as_planned", row_version=1, by=kim(world), at=NOW)
    for deed in (
        lambda: goal_of(world, plan),
        lambda: measure_of(world, plan),
        lambda: actions.end_goal(other, reached=True, row_version=1, by=kim(world), at=NOW),
    ):
        with pytest.raises(Conflict):
            deed()
    assert actions.unfollowed(running(world), kim(world), DURING) == []


def test_a_judgement_of_risk_names_its_source_and_needs_of_the_list(world: World) -> None:
    needs = Factor.objects.filter(list_code="P5").values_list("pk", flat=True)[:2]
    facts = actions.RiskFacts(
        instrument="SAVRY",
        instrument_version="2",
        assessed_on=START_DAY,
        assessor="Karin Ek, psykolog",
        level="high",
        receptivity="some",
        needs=tuple(actions.SeenNeed(pk, "Sett i skolan.") for pk in needs),
    )
    judgement = actions.judge_risk(world.case, facts, by=kim(world), at=NOW)
    assert judgement.needs.count() == 2
    assert set(permitted(RiskJudgement.objects.all(), kim(world), at=NOW)) == {judgement}
    other = Factor.objects.exclude(list_code="P5").values_list("pk", flat=True)[0]
    for wrong, field in (
        ({"level": "8"}, "level"),
        ({"instrument": ""}, "instrument"),
        ({"needs": (actions.SeenNeed(other, "Sett."),)}, "needs"),
        ({"assessed_on": START_DAY + timedelta(days=1)}, "assessed_on"),
    ):
        with pytest.raises(Invalid) as bad:
            actions.judge_risk(world.case, replace(facts, **wrong), by=kim(world), at=NOW)
        assert list(bad.value.errors) == [field]
    with pytest.raises(Denied):
        actions.judge_risk(world.case, facts, by=world.dag.actor, at=NOW)


def kim(world: World) -> Actor:
    return world.kim.actor


def held(world: World, plan: Plan) -> Meeting:
    """A meeting that has followed everything up."""
    meeting = running(world)
    for goal in Goal.objects.filter(plan=plan, last_version=None):
        actions.rate(goal, meeting, level=0, by=kim(world), at=DURING)
    for measure in Measure.objects.filter(plan=plan, last_version=None, agency=world.social):
        actions.follow_up(measure, meeting, state="ongoing", by=kim(world), at=DURING)
    present(world, meeting)
    return close(world, meeting, no_next="Sommarlov.")


def test_not_possible_and_not_done_are_counted_apart_and_a_measure_once_however_often_it_is_changed(
    world: World,
) -> None:
    plan, meeting = plan_of(world), running(world)
    for state, note in (("not_possible", "Ingen telefon."), ("not_done", "Hann inte."), ("done", "")):
        actions.follow_up(measure_of(world, plan), meeting, state=state, note=note, by=kim(world), at=DURING)
    actions.new_version(meeting, kim(world), DURING)
    changed = Measure.objects.filter(state="not_done").get()
    actions.change_measure(changed, doing(world), row_version=changed.row_version, by=kim(world), at=DURING)
    actions.remove_measure(Measure.objects.get(state="done"), row_version=2, by=kim(world), at=DURING)
    assert measure_counts(plan.measures.all()) == {
        "not_started": 0,
        "ongoing": 0,
        "done": 0,
        "not_done": 1,
        "not_possible": 1,
        "aborted": 0,
    }
