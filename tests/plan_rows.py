"""A row of every kind that plans keep."""

from dataclasses import replace

from actionplans import actions
from actionplans.models import Intervention
from consent.models import Factor
from meetings import actions as meeting_actions
from meetings.models import Meeting, MeetingState
from tests.cast import NOW, SECOND, START_DAY, World
from tests.plans import SCHOOL, doing, plan_of


def every_kind_of_plan(world: World, said: str) -> None:
    """A plan that the meeting that goes on at NOW has followed up, with what was `said` wherever text can stand."""
    kim = world.kim.actor
    meeting = Meeting.objects.get(case=world.case, state=MeetingState.OPEN)
    plan = plan_of(world)
    facts = replace(SCHOOL, text=said, own_words=said, baseline=said, why=said, levels=(said,) * 5)
    goal = actions.add_goal(plan, facts, by=kim, at=NOW)
    measure = actions.add_measure(plan, doing(world, text=said, place=said, goal=goal), by=kim, at=NOW)
    actions.translate(goal, part="text", language="ar", text=said, row_version=0, by=kim, at=NOW)
    actions.rate(goal, meeting, level=0, note=said, by=kim, at=NOW)
    actions.follow_up(measure, meeting, state="ongoing", note=said, by=kim, at=NOW)
    elias = meeting.participants.get(person=world.elias.person)
    meeting_actions.note_attendance(meeting, {elias.pk: "present"}, by=kim, at=NOW)
    actions.note_agreement(plan, elias, agrees="yes", words=said, by=kim, at=NOW)
    actions.new_version(meeting, kim, NOW + SECOND)
    judgement = actions.RiskFacts(
        instrument="SAVRY",
        instrument_version="2",
        assessed_on=START_DAY,
        assessor="En psykolog",
        level="high",
        reference="Akten",
        fitting=said,
        needs=(actions.SeenNeed(Factor.objects.filter(list_code="P5").values_list("pk", flat=True)[0], said),),
    )
    wrong = actions.judge_risk(world.case, judgement, by=kim, at=NOW)
    actions.correct_judgement(wrong, replace(judgement, level="low"), why=said, by=kim, at=NOW + SECOND)
    offer = actions.OfferFacts(contact="Mottagningen", first=START_DAY)
    actions.add_offer(world.youth_unit, Intervention.objects.get(code="fft"), offer, by=world.ada.actor, at=NOW)
