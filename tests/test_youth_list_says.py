"""What "Mina ungdomar" and the youth's page say of a paper that shares nothing, in each state (P-C3, P-C4, P-C5)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse

from consent import actions
from consent.models import SigningSession
from consent.queries import Choice, IndividualRow, individuals
from consent.standing import (
    AHEAD,
    DRAFT,
    ENDED,
    EXPIRING,
    IN_FORCE,
    INCOMPLETE,
    LOOK,
    OF_YOUTH,
    REPLACED,
    WITHDRAWN,
    Standing,
    most_telling,
)
from hub.clock import local_day
from tests.cast import LAST_DAY, NO, NOW, SECOND, START_DAY, World, draft_paper, register_elias, sign
from tests.html_forms import says

pytestmark = pytest.mark.django_db

Deed = Callable[[World], object]
#: The day before the cast's own day: what ended then is over.
YESTERDAY = START_DAY - timedelta(days=1)


def row_of(world: World, who: str = "kim") -> IndividualRow:
    (row,) = individuals(world.members[who].actor, Choice(), NOW + SECOND).rows
    return row


def waiting(world: World, *, last_day: date = LAST_DAY, first_day: date = START_DAY) -> SigningSession:
    paper = draft_paper(world, first_day=first_day, last_day=last_day)
    return sign(world, paper, emil=None)


def let_pass(world: World) -> None:
    paper = waiting(world)
    SigningSession.objects.filter(pk=paper.pk).update(first_day=YESTERDAY, last_day=YESTERDAY)


def stop(world: World) -> None:
    waiting(world)
    actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)


def stop_and_tell(world: World) -> None:
    waiting(world)
    for made in actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW):
        actions.complete_details(
            made, signature=None, channel="phone", stated_at=None, details="", by=world.kim.actor, at=NOW
        )


def withdraw(world: World) -> None:
    paper = waiting(world)
    actions.withdraw(
        list(paper.consents.all()),
        scope=actions.Scope(),
        signature=None,
        channel="phone",
        stated_at=None,
        details="",
        by=world.kim.actor,
        at=NOW,
    )


def nothing(world: World) -> None:
    """A draft is nobody's consent."""
    draft_paper(world)


def refuse(world: World) -> None:
    sign(world, draft_paper(world), emil=NO)


def ahead(world: World) -> None:
    sign(world, draft_paper(world, first_day=START_DAY + timedelta(days=9)))


def newer_stands(world: World) -> None:
    """A paper that was taken back says nothing any more when a newer one waits."""
    withdraw(world)
    sign(world, draft_paper(world), emil=None, at=NOW)


STATES: dict[str, tuple[Deed, str]] = {
    "a draft": (nothing, "Inget samtycke"),
    "waits": (waiting, "Samtycket väntar på svar"),
    "refused": (refuse, "Någon har sagt nej till samtycket"),
    "stopped": (stop, "Delningen är stoppad"),
    "stopped, and who and how told": (stop_and_tell, "Samtycket är återkallat"),
    "withdrawn": (withdraw, "Samtycket är återkallat"),
    "outdated": (let_pass, "Samtycket blev aldrig fullständigt"),
    "begins later": (ahead, "Samtycket börjar gälla senare"),
    "a newer one waits": (newer_stands, "Samtycket väntar på svar"),
}


@pytest.mark.parametrize("state", STATES)
def test_the_list_and_the_page_say_how_the_paper_stands(bare_world: World, state: str) -> None:
    register_elias(bare_world)
    deed, words = STATES[state]
    deed(bare_world)
    assert row_of(bare_world).sharing(local_day(NOW)) == words
    kim = bare_world.client("kim")
    assert says(kim.get(reverse("consent:individuals")), words)
    bare_world.look()
    page = kim.get(reverse("consent:individual", args=[bare_world.elias.ref]))
    assert says(page, f"{words}.") or words == "Inget samtycke"
    assert says(page, "Se samtycket som väntar") == (words == "Samtycket väntar på svar")


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        ((REPLACED, ENDED), "Samtycket har slutat gälla"),
        ((REPLACED,), "Samtycket är ersatt"),
        ((WITHDRAWN, ENDED), "Samtycket är återkallat"),
        ((ENDED, WITHDRAWN), "Samtycket har slutat gälla"),
        ((WITHDRAWN, INCOMPLETE), "Samtycket väntar på svar"),
        ((INCOMPLETE, AHEAD), "Samtycket börjar gälla senare"),
    ],
)
def test_of_several_papers_what_may_still_share_is_told_and_else_the_last_one(
    papers: tuple[str, ...], said: str
) -> None:
    found = most_telling([Standing(state, "") for state in papers])
    assert found is not None
    assert found.of_youth == said


def test_every_state_of_a_paper_that_shares_nothing_has_its_words() -> None:
    assert set(LOOK) - set(OF_YOUTH) == {DRAFT, IN_FORCE, EXPIRING}, "a draft is no consent; the others share"
