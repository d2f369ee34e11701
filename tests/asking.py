"""Elias' second case, an investigation, and questions in it, for tests."""

from datetime import datetime, timedelta
from typing import Any

from consent import actions as consent_actions
from consent.actions import AnswerFacts
from consent.actions.items import ItemFacts
from consent.models import Inquiry
from hub import actions as hub_actions
from hub.access import Actor, permitted
from hub.models import Case, Notification, Participation
from tests.cast import NOW, START_DAY, World, agency, info_type, member

LATER = NOW + timedelta(hours=1)
QUESTION = "Hur har närvaron varit den här terminen?"
WHY = "Skolan ser den unge varje dag."
#: What the school answers, in words that stand nowhere else.
ANSWER = "Borta från alla lektioner i matematik"


def investigate(world: World, *, at: datetime = NOW, phase: str = "utredning") -> Case:
    """A case of its own, beside Elias' SIG, that the parties of the SIG know nothing of (P-A6)."""
    return hub_actions.open_case(world.elias, form="MASH", phase=phase, by=world.kim.actor, at=at)


def ask(world: World, case: Case, *, of: str = "school", at: datetime = NOW, **changes: Any) -> Inquiry:
    """Kim asks the school, or another agency of the cast."""
    asked: dict[str, Any] = {"question": QUESTION, "why": WHY, "role": "annan"}
    return consent_actions.ask(case, getattr(world, of), **(asked | changes), by=world.kim.actor, at=at)


def party_of(inquiry: Inquiry) -> Participation:
    return Participation.objects.get(case=inquiry.case, agency=inquiry.asked, ended_at=None)


def name(world: World, inquiry: Inquiry, who: str, *, at: datetime = NOW) -> None:
    """The asked agency names its contact: somebody there who names contacts names themselves."""
    there = world.members[who]
    hub_actions.name_contact(party_of(inquiry), contact=there.assignment, deputy=None, by=there.actor, at=at)


def said(code: str = "attendance", body: str = ANSWER, **changes: Any) -> AnswerFacts:
    tested = {key: changes.pop(key) for key in ("tested", "tested_by") if key in changes}
    return AnswerFacts(item=ItemFacts(type=info_type(code), event_date=START_DAY, body=body, **changes), **tested)


def another_school(world: World) -> None:
    """A second school that has nothing to do with Elias' SIG: Sia names contacts there."""
    school = agency(world, "Rinkebyskolan", "skola", municipality=world.kommun)
    world.__dict__["new_school"] = school
    member(world, "sia", "Sia Öman", school.units.get(), "contact", names_contacts=True)


def seen(model: type, actor: Actor, *, at: datetime = LATER) -> set[int]:
    return set(permitted(model.objects.all(), actor, at=at).values_list("pk", flat=True))  # type: ignore[attr-defined]  # any model


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind).values_list("assignment_id", flat=True))
