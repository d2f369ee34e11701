"""Going through a paper: a manager after the child's no, who leads the case after a change of custody (P-C3)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from consent import actions
from consent.judging import judge
from consent.models import PaperReview, ReviewKind, SigningSession
from consent.reviews import seal, to_review
from consent.todo_consent import papers_to_attend_to
from hub import clock
from hub.access import Denied
from hub.errors import Conflict, Invalid
from hub.models import Assignment, AuditEntry, Case, Person, Protection, Recusal, Relative, Unit
from tests.cast import NO, NOW, SECOND, START, World, draft_paper, once_key, sign
from tests.html_forms import says, typed

pytestmark = pytest.mark.django_db

MANAGER, CUSTODY, FORMER = ReviewKind.MANAGER, ReviewKind.CUSTODY, ReviewKind.FORMER
#: The day of NOW.
TODAY = date(2026, 3, 2)


@pytest.fixture
def refused(world: World) -> SigningSession:
    """A paper that the adults said yes to and Elias, whom the assessment leaves it to others for, no."""
    actions.assess_maturity(world.elias, level="guardians_decide", why="Samtal", by=world.kim.actor, at=START)
    return sign(world, draft_paper(world, at=NOW), youth=NO, at=NOW)


@pytest.fixture
def moved(world: World) -> SigningSession:
    """The cast's paper, and Emil has lost custody since."""
    lose_custody(world.emil, START + timedelta(minutes=30))
    return world.session


def lose_custody(relative: Relative, at: datetime) -> None:
    Relative.objects.filter(pk=relative.pk).update(custody_to=at)


def review(
    world: World, who: str, paper: SigningSession, kind: ReviewKind, *, seen: str | None = None, note: str = "Talade."
) -> PaperReview:
    sealed = seal(to_review(paper, kind, at=NOW)) if seen is None else seen
    actor = world.members[who].actor
    return actions.review_paper(paper, kind=kind, note=note, seen=sealed, by=actor, at=NOW)


def asked(world: World, who: str) -> list[str]:
    actor = world.members[who].actor
    found = papers_to_attend_to(actor, NOW)
    return [todo.verb for todo in found if "nej" in todo.title + todo.text or "Vårdnaden" in todo.title]


def url(paper: SigningSession, kind: str) -> str:
    return reverse("consent:consent_review", args=[paper.ref, kind])


def test_the_childs_no_stands_on_the_managers_page_until_a_manager_has_reviewed(
    world: World, refused: SigningSession
) -> None:
    assert asked(world, "mona") == ["Granska"]
    assert asked(world, "kim") == ["Öppna samtycket"], "told, but it is not theirs to do"
    mona = world.client("mona")
    assert says(mona.get(reverse("hub:home")), "Granska samtycket i S-2026-0001")
    page = mona.get(url(refused, "chef"))
    assert says(page, "Elias (den unge) sade nej.")
    done = mona.post(url(refused, "chef"), typed(page, having="note", note="Talade med Elias."), follow=True)
    assert says(done, "Talade med Elias.")
    assert not says(done, "Barnet har sagt nej. En chef ska gå igenom")
    world.look()
    assert (asked(world, "mona"), asked(world, "kim")) == ([], [])
    assert judge(refused, at=NOW).instant == NOW, "it moves nothing that is in force"


def test_a_change_of_custody_is_gone_through_by_who_leads_within_14_days(world: World, moved: SigningSession) -> None:
    (todo,) = [t for t in papers_to_attend_to(world.kim.actor, NOW) if t.title.startswith("Vårdnaden")]
    assert todo.due_at == clock.start_of_day(date(2026, 3, 17)), "till och med dag 14"
    kim = world.client("kim")
    page = kim.get(url(moved, "vardnad"))
    assert says(page, "Emil (pappa) har inte vårdnaden sedan 2 mars 2026.")
    kim.post(url(moved, "vardnad"), typed(page, having="note", note="Eva bestämmer ensam."))
    world.look()
    assert asked(world, "kim") == []


def test_a_later_change_asks_anew(world: World, moved: SigningSession) -> None:
    review(world, "kim", moved, CUSTODY)
    assert asked(world, "kim") == []
    lose_custody(world.eva, START + timedelta(minutes=10))
    assert asked(world, "kim") == ["Gå igenom"], "also one that is dated before the one gone through"
    assert [c.signer for c in to_review(moved, CUSTODY, at=NOW)] == [f"guardian_{world.eva.person_id}"]


@pytest.mark.parametrize("who", ["kim", "lovisa", "olof", "ines", "pia", "sam", "rut", "ada", "otto"])
def test_nobody_but_the_units_manager_reviews_the_childs_no(world: World, refused: SigningSession, who: str) -> None:
    with pytest.raises(Denied):
        review(world, who, refused, MANAGER)
    assert world.client(who).post(url(refused, "chef"), {"note": "x", "once": once_key()}).status_code in (403, 404)


@pytest.mark.parametrize("who", ["mona", "olof", "pia", "sam"])
def test_nobody_but_who_leads_the_case_goes_through_custody(world: World, moved: SigningSession, who: str) -> None:
    with pytest.raises(Denied):
        review(world, who, moved, CUSTODY)


def test_a_manager_of_another_unit_or_under_jav_or_of_a_protected_youth_does_not_review(
    world: World, refused: SigningSession
) -> None:
    Person.objects.filter(pk=world.elias.person_id).update(protection=Protection.MARKED)
    assert asked(world, "mona") == []
    Person.objects.filter(pk=world.elias.person_id).update(protection=Protection.NONE)
    Case.objects.filter(pk=world.case.pk).update(owner_unit=Unit.objects.get(name="Mottagningen"))
    with pytest.raises(Denied):
        review(world, "mona", refused, MANAGER)
    Case.objects.filter(pk=world.case.pk).update(owner_unit=world.youth_unit)
    assert asked(world, "mona") == ["Granska"]
    Recusal.objects.create(
        municipality=world.kommun, user=world.mona.user, individual=world.elias, at=NOW - SECOND, reason="Granne"
    )
    with pytest.raises(Denied):
        review(world, "mona", refused, MANAGER)


def test_two_who_review_at_once_make_one_review_and_the_second_is_told(world: World, refused: SigningSession) -> None:
    mona = world.client("mona")
    first, second = (typed(mona.get(url(refused, "chef")), having="note", note=note) for note in ("Ett", "Två"))
    assert mona.post(url(refused, "chef"), first).status_code == 302
    assert mona.post(url(refused, "chef"), first).status_code == 302, "a double click gives the first answer"
    late = mona.post(url(refused, "chef"), second)
    assert (late.status_code, says(late, "Någon annan kan ha hunnit före.")) == (409, True)
    world.look()
    assert PaperReview.objects.get().note == "Ett"


def test_what_changed_after_the_page_was_shown_is_not_marked_as_gone_through(
    world: World, moved: SigningSession
) -> None:
    kim = world.client("kim")
    shown = typed(kim.get(url(moved, "vardnad")), having="note", note="Eva bestämmer ensam.")
    world.look()
    lose_custody(world.eva, START + timedelta(minutes=40))
    late = kim.post(url(moved, "vardnad"), shown)
    assert late.status_code == 409
    assert says(late, "Eva bestämmer ensam.")
    assert says(late, "Eva (mamma) har inte vårdnaden sedan")
    world.look()
    assert PaperReview.objects.count() == 0
    again = typed(late, having="note", once=once_key())
    assert kim.post(url(moved, "vardnad"), again).status_code == 302, "what is shown now is what counts"


def test_a_review_has_a_note_and_something_to_review(world: World, moved: SigningSession) -> None:
    with pytest.raises(Invalid, match="Skriv kort"):
        review(world, "kim", moved, CUSTODY, note=" ")
    with pytest.raises(Conflict, match="hunnit före"):
        review(world, "mona", moved, MANAGER)
    draft = draft_paper(world, at=NOW)
    assert to_review(draft, CUSTODY, at=NOW) == []


# --- nothing more is sent to who no longer has custody ----------------------------------------------------------------


def letters(world: World) -> list[str]:
    return [t.url for t in papers_to_attend_to(world.kim.actor, NOW) if t.title.startswith("Sluta skicka")]


def test_no_more_letters_to_a_former_guardian_is_marked_as_done_once_for_the_youth(
    world: World, moved: SigningSession
) -> None:
    second = draft_paper(world, first_day=date(2026, 9, 1), last_day=date(2026, 10, 1), at=NOW)
    sign(world, second, emil=None, at=NOW)
    (address,) = letters(world)
    kim = world.client("kim")
    page = kim.get(address)
    assert says(page, "Emil (pappa) har inte vårdnaden sedan 2 mars 2026.")
    assert kim.post(address, typed(page, having="note", note=" ")).status_code == 422
    done = kim.post(address, typed(page, having="note", note="Adressen är borttagen.", once=once_key()), follow=True)
    assert says(done, "Adressen är borttagen.")
    world.look()
    assert letters(world) == [], "not asked again by the other paper"
    assert [to_review(paper, FORMER, at=NOW) for paper in (moved, second)] == [[], []]
    assert asked(world, "kim") == ["Gå igenom"], "whether the consent still carries is another question"


def test_custody_lost_anew_asks_anew_and_an_adult_gets_the_letters(world: World, moved: SigningSession) -> None:
    review(world, "kim", moved, FORMER)
    lose_custody(world.eva, START + timedelta(minutes=40))
    assert [c.signer for c in to_review(moved, FORMER, at=NOW)] == [f"guardian_{world.eva.person_id}"]
    grown_up = clock.at_age(world.elias.person.birth_date, 18)
    assert to_review(moved, FORMER, at=grown_up - SECOND)
    assert to_review(moved, FORMER, at=grown_up) == []


@pytest.mark.parametrize("who", ["mona", "olof", "pia", "sam"])
def test_nobody_but_who_leads_marks_that_no_more_is_sent(world: World, moved: SigningSession, who: str) -> None:
    with pytest.raises(Denied):
        review(world, who, moved, FORMER)


# --- the child's no when the person is protected: no manager without a seat may open the case (P-A8) ------------------


@pytest.fixture
def protected(world: World, refused: SigningSession) -> SigningSession:
    Person.objects.filter(pk=world.elias.person_id).update(protection=Protection.MARKED)
    return SigningSession.objects.select_related("case", "individual__person").get(pk=refused.pk)


def note(
    world: World, paper: SigningSession, manager: Assignment | None, on: date | None, who: str = "kim"
) -> PaperReview:
    return actions.review_paper(
        paper,
        kind=MANAGER,
        note="Mona har läst.",
        seen=seal(to_review(paper, MANAGER, at=NOW)),
        word=actions.ManagersWord(manager, on),
        by=world.members[who].actor,
        at=NOW,
    )


def test_who_leads_the_case_of_a_protected_youth_notes_which_manager_reviewed_and_when(
    world: World, protected: SigningSession
) -> None:
    assert asked(world, "mona") == []
    assert asked(world, "kim") == ["Anteckna granskningen"]
    assert world.client("mona").get(url(protected, "chef")).status_code == 404
    kim = world.client("kim")
    page = kim.get(url(protected, "chef"))
    assert says(page, "Varför antecknar jag åt chefen?")
    unsaid = kim.post(url(protected, "chef"), typed(page, having="note", note="Mona har läst."))
    assert (unsaid.status_code, says(unsaid, "Skriv vilken dag chefen granskade.")) == (422, False)
    filled = {"note": "Mona har läst.", "manager": str(world.mona.assignment.pk), "manager_on": "2026-03-02"}
    done = kim.post(url(protected, "chef"), typed(page, having="note", **filled, once=once_key()), follow=True)
    assert says(done, "Mona Ahl granskade 2 mars 2026, antecknat av Kim Samuelsson")
    world.look()
    assert asked(world, "kim") == []
    entry = AuditEntry.objects.get(action="consent.reviewed")
    assert entry.detail["manager"] == world.mona.assignment.pk


def test_a_managers_word_names_a_manager_of_the_unit_and_a_day_since_the_no(
    world: World, protected: SigningSession
) -> None:
    mona, day = world.mona.assignment, timedelta(days=1)
    for manager, on, field in (
        (None, TODAY, "manager"),
        (world.olof.assignment, TODAY, "manager"),
        (mona, None, "manager_on"),
        (mona, TODAY - day, "manager_on"),
        (mona, TODAY + day, "manager_on"),
    ):
        with pytest.raises(Invalid) as wrong:
            note(world, protected, manager, on)
        assert list(wrong.value.errors) == [field]
    Recusal.objects.create(
        municipality=world.kommun, user=world.mona.user, individual=world.elias, at=NOW - SECOND, reason="Granne"
    )
    with pytest.raises(Invalid, match="Välj vilken chef"):
        note(world, protected, mona, TODAY)


@pytest.mark.parametrize("who", ["lovisa", "olof", "mona", "pia"])
def test_nobody_but_coordinator_or_officer_of_the_case_notes_it(
    world: World, protected: SigningSession, who: str
) -> None:
    with pytest.raises(Denied):
        note(world, protected, world.mona.assignment, TODAY, who)


def test_of_an_unprotected_youth_the_manager_says_it_oneself(world: World, refused: SigningSession) -> None:
    with pytest.raises(Denied):
        note(world, refused, world.mona.assignment, TODAY)
    assert review(world, "mona", refused, MANAGER).manager is None


def test_a_paper_that_is_taken_back_or_replaced_asks_nothing(world: World, moved: SigningSession) -> None:
    actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)
    assert asked(world, "kim") == []
