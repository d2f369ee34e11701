"""Who sees which papers, grants, disclosures and relatives (P-A2, P-I2, P-A8): the owner all, a party its own."""

from datetime import timedelta

import pytest

from consent import actions as consent_actions
from consent.models import Consent, Disclosure, Grant, SigningSession
from hub import actions as hub_actions
from hub.access import may, permitted
from hub.models import CaseSeat, Person, Relative
from tests.cast import NOW, PAPER, SECOND, World, draft_paper, sign, write
from tests.disclosing import give

pytestmark = pytest.mark.django_db

OWNER = {"kim", "lovisa", "mona"}
LATER = NOW + timedelta(hours=1)


def seen_by(world: World, rows: object, *, at: object = LATER) -> set[str]:
    """Who sees any of these rows."""
    return {
        name
        for name, who in world.members.items()
        if permitted(rows, who.actor, at=at).exists()  # type: ignore[arg-type]  # querysets of different models
    }


def test_a_party_sees_the_papers_in_which_it_gives_or_gets(world: World) -> None:
    readers = {name: seen_by(world, Consent.objects.filter(disclosing=getattr(world, name))) for name in PAPER}
    assert readers == {
        "school": OWNER | {"sam", "pia"},
        "police": OWNER | {"pia"},
        "social": OWNER | {"pia", "sam"},
        "leisure": OWNER | {"fia"},
    }
    assert seen_by(world, SigningSession.objects.all()) == OWNER, "the whole paper is the owner's"


@pytest.mark.parametrize("registered", [False, True], ids=["draft", "lacks a signature"])
def test_what_is_not_complete_is_seen_by_the_owner_only(world: World, registered: bool) -> None:
    session = draft_paper(world, at=NOW)
    if registered:
        sign(world, session, emil=None, at=NOW)
    assert seen_by(world, Consent.objects.filter(session=session)) == OWNER
    assert seen_by(world, SigningSession.objects.filter(pk=session.pk)) == OWNER


def test_a_party_sees_what_holds_now_between_itself_and_others(world: World) -> None:
    def between(source: str, recipient: str) -> set[str]:
        agencies = {"source": getattr(world, source), "recipient": getattr(world, recipient)}
        return seen_by(world, Grant.objects.filter(**agencies))

    assert between("school", "police") == OWNER | {"sam", "pia"}
    assert between("leisure", "social") == OWNER | {"fia"}
    assert between("police", "social") == OWNER | {"pia"}


def test_a_disclosure_is_seen_by_who_gave_it_and_whom_it_names(world: World) -> None:
    give(world, write(world, "kim", "home_and_family"), to="pia", ground="youth_crime_risk")
    assert seen_by(world, Disclosure.objects.all()) == OWNER | {"pia"}


def test_only_the_registering_agency_sees_the_register_of_persons(world: World) -> None:
    assert seen_by(world, Person.objects.all()) == OWNER
    assert seen_by(world, Relative.objects.all()) == OWNER
    assert {n for n in world.members if may(world.elias.person, world.members[n].actor, "change", at=LATER)} == OWNER


def test_relatives_are_seen_by_whom_the_family_lets_have_contact_details(world: World) -> None:
    paper = {"social": {"police": ("contact_details",)}}
    sign(world, draft_paper(world, paper=paper, at=NOW), at=NOW)
    relatives = Relative.objects.filter(individual=world.elias)
    assert seen_by(world, relatives, at=NOW - SECOND) == OWNER
    assert seen_by(world, relatives, at=NOW) == OWNER | {"pia"}
    assert permitted(relatives, world.pia.actor, at=LATER).count() == 2
    Person.objects.filter(pk=world.eva.person_id).update(protection="SEKRETESSMARKERING")
    assert not may(world.eva, world.pia.actor, "read", at=LATER), "never a protected relative"
    assert may(world.eva, world.kim.actor, "read", at=LATER)
    assert not may(world.eva, world.mona.actor, "read", at=LATER), "nor by unit"
    Person.objects.filter(pk=world.emil.person_id).update(family_security_flag=True)
    assert not may(world.emil, world.pia.actor, "read", at=LATER), "nor where the family's safety is at stake"
    Person.objects.update(protection="INGEN", family_security_flag=False)
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=LATER)
    assert seen_by(world, relatives, at=LATER) == OWNER


def test_only_social_services_take_to_the_file_and_only_what_is_others_and_readable(world: World) -> None:
    attendance, situation = write(world, "sam", "attendance"), write(world, "sam", "school_situation")
    own = write(world, "kim", "measures_and_plan")

    def may_file(item: object) -> set[str]:
        return {n for n, who in world.members.items() if may(item, who.actor, "file", at=LATER)}  # type: ignore[arg-type]  # querysets of different models

    assert may_file(attendance) == OWNER
    assert may_file(situation) == OWNER
    assert may_file(own) == set()
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=LATER)
    assert may_file(attendance) == set()


def test_a_draft_is_not_read_by_colleagues_in_the_same_case(world: World) -> None:
    draft = write(world, "kim", "measures_and_plan", record=False)
    assert seen_by(world, type(draft).objects.filter(pk=draft.pk)) == {"kim"}


def test_a_disclosure_is_not_read_by_others_of_the_same_agency_with_a_seat(world: World) -> None:
    """It names its recipients; a deputy on duty is not one of them (P-A2 clause 3)."""
    item = write(world, "kim", "home_and_family")
    deputy = CaseSeat.objects.get(assignment=world.dag.assignment, kind="deputy")
    hub_actions.register_substitute(deputy, from_at=NOW, to_at=NOW + timedelta(days=1), by=world.dag.actor, at=NOW)
    give(world, item, to="pia", ground="youth_crime_risk")
    assert may(world.case, world.dag.actor, "read", at=LATER)
    assert seen_by(world, type(item).objects.filter(pk=item.pk)) == OWNER | {"pia"}
