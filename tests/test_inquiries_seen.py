"""What whoever is asked in an investigation sees: the question, the own answer, and nothing back (P-A6)."""

import pytest

from consent import eyeline, matrix, timeline
from consent.models import Disclosure, Grant, InformationItem, Inquiry
from consent.policy import CONTACT_DETAILS_MASK
from consent.rules import items_with_ground
from hub import actions as hub_actions
from hub.access import may, permitted
from hub.models import (
    Case,
    CaseSeat,
    Individual,
    Participation,
    Protection,
    Relative,
)
from tests.asking import LATER, another_school, ask, investigate, name, party_of, seen
from tests.cast import NOW, SECOND, World, write

pytestmark = pytest.mark.django_db


def test_the_asked_see_the_question_and_nothing_back(world: World) -> None:
    """The case, its phase and who it is about, the owner and itself: no item, no other party, no other question."""
    another_school(world)
    case = investigate(world)
    write(world, "kim", "health", body="Utredarens egen")
    other = ask(world, case, of="police")
    name(world, other, "pia")
    inquiry = ask(world, case, of="new_school")
    name(world, inquiry, "sia")
    sia, pia = world.sia.actor, world.pia.actor
    assert seen(Inquiry, sia) == {inquiry.pk}
    assert (seen(Case, sia), seen(Individual, sia)) == ({case.pk}, {world.elias.pk})
    assert (seen(InformationItem, sia), seen(Grant, sia)) == (set(), set())
    assert seen(Disclosure, sia) == {inquiry.asking_id}, "that she was told, as the ledger has it"
    owner = case.participations.get(role="agare").pk
    assert seen(Participation, sia) == {owner, party_of(inquiry).pk}
    in_case = permitted(CaseSeat.objects.filter(content_object=case), sia, at=LATER)
    assert {seat.assignment for seat in in_case} == {world.kim.assignment, world.sia.assignment}
    assert {row.kind for row in timeline.page(world.elias, sia, LATER).rows} == {"inquiry"}
    assert seen(Inquiry, pia) == {other.pk}
    assert party_of(inquiry).pk not in seen(Participation, pia), "the police does not hear of the school either"


def test_a_place_by_a_question_gives_nothing_of_what_the_agency_may_read_elsewhere(world: World) -> None:
    """The police read attendance by the SIG's consent; Peo, named for the question, reads his question (P-A6)."""
    attendance = write(world, "sam", "attendance")
    inquiry = ask(world, investigate(world), of="police")
    hub_actions.name_contact(party_of(inquiry), contact=world.peo.assignment, deputy=None, by=world.pia.actor, at=NOW)
    assert attendance.pk in seen(InformationItem, world.pia.actor)
    assert seen(InformationItem, world.peo.actor) == {
        item.pk for item in InformationItem.objects.filter(agency=world.police)
    }
    assert may(inquiry, world.peo.actor, "answer", at=LATER)
    by_consent = {
        who: vars(items_with_ground(InformationItem.objects.filter(pk=attendance.pk), person.actor, LATER).get())
        for who, person in (("pia", world.pia), ("peo", world.peo))
    }
    assert by_consent["pia"]["ground_consent"], "so the log says why she read it"
    assert by_consent["peo"]["ground_consent"] is None
    received = set(Grant.objects.filter(recipient=world.police, about=None).values_list("pk", flat=True))
    assert received
    assert received <= seen(Grant, world.pia.actor)
    assert not received & seen(Grant, world.peo.actor), "nor that the police receives anything"
    readers = eyeline.Sharing.load(world.elias.pk, at=NOW).readers(eyeline.Facts.of(attendance))
    assert world.peo.assignment.pk not in {pk for reader in readers for pk in reader.assignments}


def test_a_place_by_a_question_gives_no_relative_that_a_consent_gives_elsewhere(world: World) -> None:
    """Nor does one in a case where sharing is not possible (P-A6)."""
    investigation = investigate(world)
    inquiry = ask(world, investigation, of="police")
    hub_actions.name_contact(party_of(inquiry), contact=world.peo.assignment, deputy=None, by=world.pia.actor, at=NOW)
    Grant.objects.filter(source=world.social, recipient=world.police, about=None).update(types=CONTACT_DETAILS_MASK)
    both = {world.eva.pk, world.emil.pk}
    assert seen(Relative, world.pia.actor) == both
    assert seen(Relative, world.peo.actor) == set()
    Participation.objects.filter(pk=party_of(inquiry).pk).update(known_from=LATER)
    assert seen(Relative, world.peo.actor, at=LATER - SECOND) == set()
    assert seen(Relative, world.peo.actor, at=LATER) == both
    Case.objects.filter(pk=investigation.pk).update(phase="forhandsbedomning")
    assert seen(Relative, world.peo.actor, at=LATER) == set()


def test_the_parties_of_a_running_case_hear_nothing_of_the_question(world: World) -> None:
    """The school is party of the SIG with Sam; asked in the investigation, it names whom it likes (P-A6)."""
    case = investigate(world)
    inquiry = ask(world, case)
    for who in ("pia", "fia", "sam"):
        assert seen(Inquiry, world.members[who].actor) == set()
        assert case.pk not in seen(Case, world.members[who].actor)
    assert Participation.objects.get(pk=world.parties["school"].pk).known_from is not None
    assert inquiry.state == "asked"


def test_a_consent_makes_parties_known_to_each_other(world: World) -> None:
    """In the SIG everybody knows of everybody; who is only asked there does not, until a consent names it."""
    Case.objects.filter(pk=world.case.pk).update(phase="utredning")
    world.case.refresh_from_db()
    another_school(world)
    inquiry = ask(world, world.case, of="new_school")
    name(world, inquiry, "sia")
    party = party_of(inquiry)
    known = {world.parties[who].pk for who in ("police", "school", "leisure")}
    assert seen(Participation, world.sia.actor) & (known | {party.pk}) == {party.pk}
    assert party.pk not in seen(Participation, world.pia.actor)
    assert known <= seen(Participation, world.pia.actor)
    hub_actions.set_known_from(party, LATER, at=NOW)
    assert party.pk not in seen(Participation, world.pia.actor, at=LATER - SECOND)
    assert party.pk in seen(Participation, world.pia.actor, at=LATER)
    assert known <= seen(Participation, world.sia.actor, at=LATER)


def test_who_is_known_elsewhere_hears_of_nobody_where_it_is_only_asked(world: World) -> None:
    """The police stands in the SIG with everybody; in the investigation, where the school has a ground, it is asked."""
    case = investigate(world)
    school = party_of(ask(world, case))
    hub_actions.set_known_from(school, NOW, at=NOW)
    police = party_of(ask(world, case, of="police"))
    hub_actions.name_contact(police, contact=world.peo.assignment, deputy=None, by=world.pia.actor, at=NOW)
    assert school.pk not in seen(Participation, world.peo.actor)
    Participation.objects.filter(pk=police.pk).update(known_from=LATER)
    assert school.pk in seen(Participation, world.peo.actor)


def test_who_is_only_asked_changes_no_word_for_others(world: World) -> None:
    """Neither a column of "vem får veta vad" nor "polis" in an eye line, which two police would make a name (P-A15)."""
    attendance = write(world, "sam", "attendance")
    before = eyeline.lines([attendance], world.sam.actor, NOW)[attendance.pk].text
    case = investigate(world)
    ask(world, case, of="other_police")
    assert "polis" in before
    assert eyeline.lines([attendance], world.sam.actor, NOW)[attendance.pk].text == before
    (panel,) = matrix.current(world.elias, world.kim.actor, NOW).parts
    assert "Polisen Farsta" not in str(panel)


def test_of_a_protected_person_the_question_is_read_with_a_seat_only(world: World) -> None:
    type(world.elias.person).objects.filter(pk=world.elias.person_id).update(protection=Protection.MARKED)
    case = investigate(world)
    inquiry = ask(world, case)
    assert seen(Inquiry, world.mona.actor) == set(), "the unit's manager does not know that the case exists"
    assert seen(Inquiry, world.sam.actor) == set()
    name(world, inquiry, "sam")
    assert seen(Inquiry, world.sam.actor) == {inquiry.pk}
