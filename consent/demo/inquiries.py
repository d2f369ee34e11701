"""An investigation beside a running SIG: what the school answered, and what the leisure centre has not yet (P-A6)."""

from datetime import datetime

from consent import actions as sharing
from consent.actions import AnswerFacts
from consent.actions.items import ItemFacts
from consent.demo.cases import Stage, YouthStory
from consent.demo.plan import Diary, Story
from consent.demo.staff import Crew
from consent.models import Inquiry
from hub import actions
from hub.clock import local_day
from hub.models import Case, CaseForm, Participation, Phase


def threads(stage: Stage, stories: dict[str, YouthStory]) -> list[Story]:
    """A guardian has said no to the SIG's consent, so the SIG shares nothing; a new report is investigated apart."""
    return [investigated(stage, stories["ST-5"])]


def investigated(stage: Stage, story: YouthStory) -> Story:
    """Two questions that the parties of the SIG, and the two asked, hear nothing of from each other."""
    diary, by = Diary(stage.calendar), story.team.coordinator.actor
    _police, school, leisure, *_others = story.crews
    at = diary.turn(6, 9, 10)
    yield at
    individual = story.dossier.individual
    case = actions.open_case(individual, form=CaseForm.MASH, phase=Phase.UTREDNING, by=by, at=at)
    at = diary.turn(5, 10, 5)
    yield at
    asked = _ask(case, school, "Hur har det gått i skolan sedan jul, och vad har ni prövat?", story, at)
    at = diary.turn(5, 13, 40)
    yield at
    party = Participation.objects.select_related("case").get(case=case, agency=school.agency, ended_at=None)
    actions.name_contact(party, contact=school.contact.assignment, deputy=None, by=school.contact.actor, at=at)
    at = diary.turn(4, 9, 30)
    yield at
    item = ItemFacts(
        type=stage.pen.types["school_situation"],
        event_date=local_day(at),
        body="Borta från de flesta eftermiddagar sedan mitten av januari. Egen mentor två gånger i veckan har hjälpt.",
    )
    sharing.answer_inquiry(asked, AnswerFacts(item=item), by=school.contact.actor, at=at)
    at = diary.turn(1, 15, 20)
    yield at
    _ask(case, leisure, "Kommer den unge till gården, och med vilka?", story, at)


def _ask(case: Case, crew: Crew, question: str, story: YouthStory, at: datetime) -> Inquiry:
    return sharing.ask(
        case,
        crew.agency,
        question=question,
        why="De möter den unge i vardagen, och familjens bild räcker inte för bedömningen.",
        role=crew.role,
        by=story.team.coordinator.actor,
        at=at,
    )
