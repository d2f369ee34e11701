"""A decision of the kommun changes who has to answer: papers that wait are judged anew; nothing begins by itself."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from consent import actions
from consent.completeness import State, Task
from consent.judging import judge
from consent.models import Consent, ConsentSettings, Grant, PaperReview, ReviewKind, SigningSession
from consent.queries import Choice, individuals
from consent.reviews import seal, to_review
from consent.todo_consent import papers_to_attend_to
from hub.access import Denied
from hub.clock import local_day, start_of_day
from hub.errors import Conflict
from hub.models import AuditEntry
from tests.cast import NO, NOW, SECOND, START, World, draft_paper, once_key, sign
from tests.html_forms import says, typed
from tests.test_decided import RULES, decide

pytestmark = pytest.mark.django_db

RULE = ReviewKind.RULES
TOMORROW = date(2026, 3, 3)
BEGINS = start_of_day(TOMORROW)
TITLE = "Gå igenom samtycket innan det gäller (S-2026-0001)"
LOOSER = replace(RULES, consent_max_months=6)


@pytest.fixture
def waits(world: World) -> SigningSession:
    """Both guardians have said yes; Elias, whose age asks for his answer in MASH, has not answered."""
    actions.stop_sharing(world.elias, by=world.kim.actor, at=START)
    type(world.case).objects.filter(pk=world.case.pk).update(form="MASH")
    world.case.refresh_from_db()
    return sign(world, draft_paper(world, at=NOW), youth=None, at=NOW)


def shared(at: datetime) -> int:
    return Grant.objects.filter(period__contains=at).count()


def confirm(world: World, paper: SigningSession, at: datetime, who: str = "kim") -> PaperReview:
    seen = seal(to_review(paper, RULE, at=at))
    by = world.members[who].actor
    return actions.review_paper(paper, kind=RULE, note="Talade med familjen.", seen=seen, by=by, at=at)


def titles(world: World, at: datetime) -> list[str]:
    kim = world.kim.actor
    return [todo.title for todo in papers_to_attend_to(kim, at)]


@pytest.mark.parametrize("before", [timedelta(days=1), SECOND])
def test_before_its_day_the_decision_changes_nothing(world: World, waits: SigningSession, before: timedelta) -> None:
    decide(world, TOMORROW, LOOSER)
    at = max(BEGINS - before, NOW)
    assert judge(waits, at=at).state is State.INCOMPLETE
    assert to_review(waits, RULE, at=at) == []
    assert "Samtycket i S-2026-0001 är ofullständigt" in titles(world, at)
    with pytest.raises(Conflict):
        confirm(world, waits, at)


@pytest.mark.parametrize("at", [BEGINS, BEGINS + timedelta(days=20)])
def test_from_its_day_who_leads_is_asked_and_nothing_is_shared_until_they_have_gone_through_it(
    world: World, waits: SigningSession, at: datetime
) -> None:
    made = decide(world, TOMORROW, LOOSER)
    assert shared(at) == 0
    assert [t for t in titles(world, at) if "samtycket" in t.lower()] == [TITLE]
    (row,) = individuals(world.kim.actor, Choice(), at).rows
    assert row.sharing(local_day(at)) == "Samtycket ska gås igenom"
    confirm(world, waits, at)
    assert shared(at - SECOND) == 0, "never in hindsight"
    assert shared(at) > 0
    assert {c.effective.lower for c in Consent.objects.filter(session=waits)} == {at}
    deed = AuditEntry.objects.filter(action="consent.completed").latest("pk")
    assert deed.detail == {"because": f"decision_{made.pk}"}
    assert TITLE not in titles(world, at)
    with pytest.raises(Conflict, match="hunnit före"):
        confirm(world, waits, at + SECOND)


def test_a_stricter_decision_asks_for_more_from_its_day_and_touches_nothing_that_is_complete(world: World) -> None:
    """Elias' answer was not asked for under 16; from the decision on it is, at 12."""
    actions.stop_sharing(world.elias, by=world.kim.actor, at=START)
    type(world.case).objects.filter(pk=world.case.pk).update(form="MASH")
    world.case.refresh_from_db()
    type(world.kommun).objects.filter(pk=world.kommun.pk).update(youth_signs_from_age=16, decides_alone_from_age=16)
    paper = sign(world, draft_paper(world, at=NOW), youth=None, emil=None, at=NOW)
    stricter = replace(LOOSER, youth_signs_from_age=12, decides_alone_from_age=15)
    decide(world, TOMORROW, stricter)
    yes = actions.SignerAnswer(answer="given", how="paper", voluntary=True)
    actions.register_answer(paper, world.emil.person, "guardian", yes, by=world.kim.actor, at=BEGINS)
    assert shared(BEGINS) == 0
    assert any(key.startswith("youth") for key in judge(paper, at=BEGINS).missing)
    actions.register_answer(paper, world.elias.person, "youth", yes, by=world.kim.actor, at=BEGINS + SECOND)
    assert shared(BEGINS + SECOND) > 0


def test_the_childs_no_is_reviewed_by_a_manager_first(world: World, waits: SigningSession) -> None:
    """A no that decided when it was given is not passed over by a decision."""
    actions.register_answer(waits, world.elias.person, "youth", NO, by=world.kim.actor, at=NOW)
    decide(world, TOMORROW, LOOSER)
    assert to_review(waits, RULE, at=BEGINS) == []
    with pytest.raises(Conflict):
        confirm(world, waits, BEGINS)
    assert [todo.kind for todo in papers_to_attend_to(world.mona.actor, BEGINS)] == ["Granskning"]
    seen = seal(to_review(waits, ReviewKind.MANAGER, at=BEGINS))
    by = world.mona.actor
    actions.review_paper(waits, kind=ReviewKind.MANAGER, note="Talade med Elias.", seen=seen, by=by, at=BEGINS)
    assert shared(BEGINS) == 0
    confirm(world, waits, BEGINS + SECOND)
    assert shared(BEGINS + SECOND) > 0


def test_what_is_taken_back_or_outdated_is_not_asked_about(world: World, waits: SigningSession) -> None:
    decide(world, TOMORROW, LOOSER)
    assert to_review(waits, RULE, at=BEGINS)
    end = start_of_day(date(2026, 9, 1))
    assert to_review(waits, RULE, at=end - SECOND)
    assert to_review(waits, RULE, at=end) == []
    actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    assert to_review(waits, RULE, at=BEGINS) == []


@pytest.mark.parametrize("who", ["mona", "olof", "pia"])
def test_nobody_but_who_leads_the_case_lets_it_begin(world: World, waits: SigningSession, who: str) -> None:
    decide(world, TOMORROW, LOOSER)
    with pytest.raises(Denied):
        confirm(world, waits, BEGINS, who)


def test_a_later_decision_meanwhile_is_said_before_anything_begins(world: World, waits: SigningSession) -> None:
    decide(world, TOMORROW, LOOSER)
    seen = seal(to_review(waits, RULE, at=BEGINS))
    decide(world, TOMORROW + timedelta(days=1), replace(LOOSER, youth_signs_from_age=15))
    later = BEGINS + timedelta(days=1)
    assert Task.NOW_COMPLETE not in judge(waits, at=later).tasks
    with pytest.raises(Conflict):
        actions.review_paper(waits, kind=RULE, note="Talade.", seen=seen, by=world.kim.actor, at=later)


def test_an_assessment_of_maturity_asks_in_the_same_way_and_the_page_says_why(
    world: World, waits: SigningSession
) -> None:
    actions.assess_maturity(world.elias, level="guardians_decide", why="Samtal", by=world.kim.actor, at=NOW)
    assert shared(NOW) == 0
    kim, address = world.client("kim"), reverse("consent:consent_review", args=[waits.ref, "innan-det-galler"])
    assert says(kim.get(reverse("consent:consent", args=[waits.ref])), "Ska gås igenom")
    page = kim.get(address)
    assert says(page, "Vem som behöver svara har ändrats sedan pappret registrerades.")
    done = kim.post(address, typed(page, having="note", note="Talade.", once=once_key()), follow=True)
    assert says(done, "Samtycket är fullständigt från och med nu.")
    world.look()
    assert shared(NOW) > 0


def test_the_page_names_the_decision(world: World, waits: SigningSession) -> None:
    decide(world, TOMORROW, LOOSER)
    ConsentSettings.objects.update(from_day=NOW.date())
    SigningSession.objects.filter(pk=waits.pk).update(registered_at=START - timedelta(days=1))
    address = reverse("consent:consent_review", args=[waits.ref, "innan-det-galler"])
    assert says(world.client("kim").get(address), "Kommunens beslut SN 2026/41 gäller från och med 2 mars 2026")
