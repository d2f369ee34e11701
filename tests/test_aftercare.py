"""Following up after the end: under a paper of its own, at its time, and by those who had the case (P-P6)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from actionplans import actions
from actionplans.aftercare.points import months_later, open_point
from actionplans.aftercare.standing import held, judge, to_ask
from actionplans.models import AfterAnswer, AfterPaper, Asked, EndedBy
from consent import ledger
from consent.models import Disclosure
from hub import actions as hub_actions
from hub.access import Denied, may, permitted
from hub.clock import at_age
from hub.errors import Conflict, Invalid
from hub.models import Deadline, Notification, Person
from hub.tick import tick
from tests.caring import SIX, SIX_OVER, TWELVE, TWELVE_OVER, agreed_paper, asked_paper, end, question, signing
from tests.cast import NOW, SECOND, World

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def may_ask(world: World, at: datetime) -> list[str]:
    world.case.refresh_from_db()
    return [one.what for one in to_ask(world.case, at=at)]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2026-08-31", 6, "2027-02-28"), ("2027-08-29", 6, "2028-02-29"), ("2026-12-31", 2, "2027-02-28")],
)
def test_a_month_that_is_shorter_gives_its_last_day(day: str, months: int, then: str) -> None:
    assert str(months_later(datetime.fromisoformat(day).date(), months)) == then


def test_the_paper_starts_unticked_and_holds_what_every_signer_ticked(world: World) -> None:
    paper = asked_paper(world)
    assert not held([paper]).exists()
    reports, school = question(paper), question(paper, Asked.SCHOOL, None)
    signing(world, paper, "elias")
    signing(world, paper, "eva", ticks=[reports, school])
    paper.refresh_from_db()
    assert paper.completed_at is None
    assert not held([paper]).exists()
    signing(world, paper, "emil", ticks=[reports])
    paper.refresh_from_db()
    assert paper.completed_at == NOW
    assert list(held([paper])) == [reports]
    with pytest.raises(Conflict):
        signing(world, paper, "emil")


def test_a_no_of_one_who_must_sign_means_that_nobody_is_ever_asked(world: World) -> None:
    paper = asked_paper(world)
    signing(world, paper, "elias")
    signing(world, paper, "eva")
    signing(world, paper, "emil", ticks=[])
    end(world)
    paper.refresh_from_db()
    assert paper.completed_at is None
    assert judge(paper, at=NOW).state == "refused"
    assert may_ask(world, SIX) == []
    assert not Deadline.objects.filter(kind="aftercare").exists()
    with pytest.raises(Invalid):
        actions.ask_source(question(paper), by=world.kim.actor, at=SIX)


def test_it_is_asked_from_the_day_six_and_twelve_months_after_the_end_for_two_months(world: World) -> None:
    """The day before, the day, the last day and the day after; nothing in between."""
    agreed_paper(world)
    end(world)
    for opens, closes, months in ((SIX, SIX_OVER, 6), (TWELVE, TWELVE_OVER, 12)):
        world.case.refresh_from_db()
        assert open_point(world.case, at=opens - TICK) is None
        assert [open_point(world.case, at=at).months for at in (opens, closes - TICK)] == [months] * 2  # type: ignore[union-attr]  # open at both
        assert open_point(world.case, at=closes) is None
        assert may_ask(world, opens - TICK) == may_ask(world, closes) == []
        assert len(may_ask(world, opens)) == len(may_ask(world, closes - TICK)) == 4


def test_what_is_asked_and_answered_is_written_once_and_corrected_beside_it(world: World) -> None:
    kim, paper = world.kim.actor, agreed_paper(world)
    end(world)
    asked = actions.ask_source(question(paper), by=kim, at=SIX)
    with pytest.raises(Invalid):
        actions.ask_source(question(paper), by=kim, at=SIX)
    day = SIX.astimezone(NOW.tzinfo).date()
    for value, told_on in (("works", day), ("no", day + timedelta(days=1)), ("no", day - timedelta(days=1))):
        with pytest.raises(Invalid):
            actions.record_after(asked, value=value, told_on=told_on, by=kim, at=SIX)
    actions.record_after(asked, value="no", told_on=day, by=kim, at=SIX)
    with pytest.raises(Conflict):
        actions.record_after(asked, value="yes", told_on=day, by=kim, at=SIX)
    with pytest.raises(IntegrityError), transaction.atomic():
        AfterAnswer.objects.filter(pk=asked.pk).update(value="yes")
    with pytest.raises(Invalid):
        actions.correct_after(asked, value="yes", why="", by=kim, at=SIX)
    actions.correct_after(asked, value="yes", why="Fel person.", by=kim, at=SIX)
    assert AfterAnswer.objects.get().value == "no"
    assert asked.corrections.get().value == "yes"


def test_from_the_instant_of_a_withdrawal_nobody_is_asked_and_no_answer_is_written(world: World) -> None:
    kim, paper = world.kim.actor, agreed_paper(world)
    end(world)
    asked = actions.ask_source(question(paper), by=kim, at=SIX)
    when = SIX + timedelta(hours=1)
    actions.withdraw_after(paper, channel="phone", by=world.lovisa.actor, at=when)
    assert may_ask(world, when) == []
    day = SIX.astimezone(NOW.tzinfo).date()
    with pytest.raises(Conflict):
        actions.record_after(asked, value="no", told_on=day, by=kim, at=when)
    for at in (when, when + TICK):
        with pytest.raises(IntegrityError), transaction.atomic():
            AfterAnswer.objects.filter(pk=asked.pk).update(
                value="no", told_on=day, recorded_at=at, recorded_by=kim.assignment_id
            )
    AfterAnswer.objects.filter(pk=asked.pk).update(
        value="no", told_on=day, recorded_at=when - TICK, recorded_by=kim.assignment_id
    )
    assert not Deadline.objects.open().filter(kind="aftercare").exists()
    with pytest.raises(Conflict):
        actions.withdraw_after(paper, channel="phone", by=kim, at=when)


def test_what_guardians_signed_ends_at_the_instant_of_turning_18_and_the_adult_is_asked_anew(world: World) -> None:
    """Elias turns 18 in the middle of the first point."""
    birth = datetime(2008, 9, 20).date()
    Person.objects.filter(pk=world.elias.person_id).update(birth_date=birth)
    paper, adult = agreed_paper(world), at_age(birth, 18)
    end(world)
    assert paper.ends_at == adult
    assert may_ask(world, adult - TICK)
    assert may_ask(world, adult) == []
    anew = asked_paper(world, at=adult)
    paper.refresh_from_db()
    assert (paper.ended_at, paper.ended_by) == (adult, EndedBy.REPLACED)
    with pytest.raises(Invalid):
        signing(world, anew, "eva", at=adult)
    signing(world, anew, "elias", at=adult)
    anew.refresh_from_db()
    assert (anew.completed_at, anew.ends_at) == (adult, None)
    assert may_ask(world, adult)


def test_no_row_stands_without_the_ticks_of_all_who_had_to_sign(world: World) -> None:
    paper = asked_paper(world)
    signing(world, paper, "elias")
    end(world)
    one = question(paper)
    row = AfterAnswer(
        municipality=world.kommun,
        question=one,
        case=world.case,
        individual=world.elias,
        what=one.what,
        source=one.source,
        months=6,
        asked_at=SIX,
        asked_by=world.kim.assignment,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_only_who_led_the_case_at_its_end_and_the_manager_look_after_it(world: World) -> None:
    """Not the other agencies, not a colleague without a seat, not who was replaced before the end, not under jäv."""
    paper = agreed_paper(world)
    hub_actions.recuse(world.elias, reason="Vi är grannar.", by=world.lovisa.actor, at=NOW + SECOND)
    end(world, at=NOW + 2 * SECOND)
    readers = {
        name for name, one in world.members.items() if permitted(AfterPaper.objects.all(), one.actor, at=SIX).exists()
    }
    assert readers == {"kim", "mona"}
    assert {name for name, one in world.members.items() if may(world.case, one.actor, "look_after", at=SIX)} == readers
    with pytest.raises(Denied):
        actions.withdraw_after(paper, channel="phone", by=world.pia.actor, at=SIX)
    Person.objects.filter(pk=world.elias.person_id).update(protection="SEKRETESSMARKERING")
    assert not permitted(AfterPaper.objects.all(), world.kim.actor, at=SIX).exists()
    with pytest.raises(Denied):
        asked_paper(world, at=SIX)


def test_the_clocks_tell_who_had_the_case_and_at_the_end_the_manager_too(world: World) -> None:
    agreed_paper(world)
    assert not Deadline.objects.filter(kind="aftercare").exists()
    end(world)
    rows = Deadline.objects.filter(kind="aftercare").order_by("due_at")
    assert [(row.occasion, row.due_at) for row in rows] == [("6", SIX_OVER), ("12", TWELVE_OVER)]
    told = Notification.objects.filter(kind__startswith="after_")
    tick(at=SIX - TICK)
    assert not told.exists()
    tick(at=SIX)
    assert set(told.values_list("assignment", flat=True)) == {world.kim.assignment.pk, world.lovisa.assignment.pk}
    tick(at=SIX_OVER)
    late = told.filter(kind="after_late").values_list("assignment", flat=True)
    assert world.mona.assignment.pk in late


def test_a_correction_is_no_way_around_the_consent(world: World) -> None:
    """What nobody knew in time is not found out later; when the consent has ended an answer is only taken back."""
    kim, paper = world.kim.actor, agreed_paper(world)
    end(world)
    day = SIX.astimezone(NOW.tzinfo).date()
    reports, school = (actions.ask_source(question(paper, *of), by=kim, at=SIX) for of in ((), (Asked.SCHOOL, None)))
    actions.record_after(reports, value="unknown", told_on=day, by=kim, at=SIX)
    actions.record_after(school, value="left", told_on=day, by=kim, at=SIX)
    with pytest.raises(Invalid):
        actions.correct_after(reports, value="yes", why="De har svarat nu.", by=kim, at=SIX_OVER)
    actions.correct_after(reports, value="no", why="De hann svara.", by=kim, at=SIX_OVER - TICK)
    actions.correct_after(school, value="partly", why="Fel rad.", by=kim, at=SIX_OVER)
    when = SIX_OVER + timedelta(hours=1)
    actions.withdraw_after(paper, channel="phone", by=kim, at=when)
    with pytest.raises(Invalid):
        actions.correct_after(school, value="regularly", why="Fel rad igen.", by=kim, at=when)
    with pytest.raises(IntegrityError), transaction.atomic():
        school.corrections.create(
            municipality=world.kommun, value="regularly", why="x", noted_at=when, noted_by=world.kim.assignment
        )
    actions.correct_after(school, value="unknown", why="Fel person.", by=kim, at=when)
    assert school.corrections.last().value == "unknown"  # type: ignore[union-attr]  # just written


def test_asking_an_agency_stands_in_the_ledger_and_asking_the_youth_tells_nobody(world: World) -> None:
    """Who it was about and the question, on the ground of their consent; no agency reads anything of it (P-C8)."""
    kim, paper = world.kim.actor, agreed_paper(world)
    end(world)
    actions.ask_source(question(paper, Asked.SCHOOL, None), by=kim, at=SIX)
    assert not Disclosure.objects.filter(disclosed_at=SIX).exists()
    actions.ask_source(question(paper), by=kim, at=SIX)
    given = Disclosure.objects.get(disclosed_at=SIX)
    assert (given.recipient, given.ground, given.items.count(), given.person_told) == (world.police, "consent", 0, True)
    [entry] = [one for one in ledger.page(world.elias, ledger.Choice(), world.mona.actor, SIX).entries if one.following]
    assert (entry.state, entry.disclosure) == (("neutral", "Fråga"), given)
    readers = {
        name for name, one in world.members.items() if permitted(Disclosure.objects.all(), one.actor, at=SIX).exists()
    }
    assert readers == {"mona"}
    rows, _left_out = ledger.extract_rows(world.elias, world.mona.actor, SIX, names=())
    assert given in [row.entry.disclosure for row in rows]
    with time_machine.travel(SIX, tick=False):
        client = world.client("mona")
        assert "inget mer" in client.get(f"/utlamnanden/{given.ref}/").content.decode()


def test_who_held_a_seat_when_an_agency_had_left_before_the_end_looks_after_nothing(world: World) -> None:
    """At the end of the case, not of the party: and who has no assignment any more is nobody."""
    agreed_paper(world)
    end(world)
    world.case.refresh_from_db()
    papers = AfterPaper.objects.all()
    assert permitted(papers, world.kim.actor, at=SIX).exists()
    world.case.participations.filter(role="agare").update(ended_at=NOW - SECOND)
    assert not permitted(papers, world.kim.actor, at=SIX).exists()


def test_in_a_guarded_family_no_paper_names_a_school(world: World) -> None:
    """Also where it is a guardian who must not be found (P-A8)."""
    paper = asked_paper(world)
    url = f"/arenden/{world.case.ref}/efter/papper/skriv-ut/"
    assert world.school.name in world.client("kim").get(url).content.decode()
    Person.objects.filter(pk=world.eva.person_id).update(family_security_flag=True)
    said = world.client("kim").get(url).content.decode()
    assert f"fråga {world.school.name}" not in said
    assert "Ni får fråga skolan" in said
    assert paper.questions.filter(source=world.school).exists()
