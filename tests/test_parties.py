"""Who takes part in a case (P-A12, P-A13): proposed, active, left; seats, jäv, break-glass, phases and the end."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from consent import actions as consent_actions
from hub import actions as hub_actions
from hub import clock
from hub.access import POLICY, Denied, may, permitted
from hub.actions.parties import Recused, WrongSeat
from hub.errors import Conflict
from hub.models import (
    Agency,
    Assignment,
    BreakGlass,
    CaseSeat,
    Notification,
    Participation,
    Person,
    User,
)
from tests.cast import NOW, SECOND, START, World, draft_paper, register_elias, sign, write
from tests.test_reading_rule import reads

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
CONTACTS = ("pia", "sam", "fia")


@pytest.fixture
def proposed(bare_world: World) -> World:
    """Elias' case with police, school and leisure proposed, and no ground for any of them."""
    register_elias(bare_world)
    return bare_world


def everything_seen(world: World, name: str, *, at: datetime) -> set[str]:
    """The models of which the member can list anything at all; that agencies exist is no secret."""
    actor = world.members[name].actor
    return {
        model._meta.label
        for model, action in POLICY
        if action == "read" and model is not Agency and permitted(model._base_manager.all(), actor, at=at).exists()
    }


def unread(world: World, name: str, *, at: datetime) -> list[str]:
    messages = permitted(Notification.objects.order_by("pk"), world.members[name].actor, at=at)
    return list(messages.values_list("kind", flat=True))


# Proposed, active ----------------------------------------------------------------------------------------------------


def test_a_proposed_party_sees_nothing_anywhere(proposed: World) -> None:
    for name in (*CONTACTS, "dag", "peo"):
        assert everything_seen(proposed, name, at=LATER) == set(), name
    assert not Notification.objects.filter(assignment__unit__agency=proposed.police).exists(), "nothing is sent"
    parties = permitted(Participation.objects.all(), proposed.kim.actor, at=LATER)
    assert {party.state(at=LATER) for party in parties} == {"active", "proposed"}
    assert parties.count() == 4


def test_other_parties_do_not_see_who_is_proposed(world: World) -> None:
    party = hub_actions.propose_party(world.case, world.other_police, role="annan", by=world.kim.actor, at=NOW)
    for name in CONTACTS:
        assert party not in permitted(Participation.objects.all(), world.members[name].actor, at=LATER)
        assert permitted(Participation.objects.all(), world.members[name].actor, at=LATER).count() == 4
    assert party in permitted(Participation.objects.all(), world.mona.actor, at=LATER)
    with pytest.raises(Conflict, match="redan part"):
        hub_actions.propose_party(world.case, world.other_police, role="annan", by=world.kim.actor, at=NOW)
    with pytest.raises(Denied):
        hub_actions.propose_party(world.case, world.other_police, role="annan", by=world.pia.actor, at=NOW)


def test_a_party_is_active_and_told_at_the_stored_instant(proposed: World) -> None:
    begins = clock.start_of_day(date(2026, 3, 10))
    sign(proposed, draft_paper(proposed, first_day=date(2026, 3, 10)))
    for name in ("police", "school", "leisure"):
        proposed.parties[name].refresh_from_db()
        assert proposed.parties[name].active_from == begins
    for offset, told in ((-SECOND, []), (timedelta(0), ["party_active"]), (SECOND, ["party_active"])):
        assert unread(proposed, "pia", at=begins + offset) == told
        assert may(proposed.parties["police"], proposed.pia.actor, "name_contact", at=begins + offset) is bool(told)
    assert unread(proposed, "dag", at=begins) == [], "told are those who name contacts"
    assert everything_seen(proposed, "pia", at=begins - SECOND) == set()


def test_a_party_whose_consent_is_withdrawn_before_it_begins_is_never_told(proposed: World) -> None:
    begins = clock.start_of_day(date(2026, 3, 10))
    sign(proposed, draft_paper(proposed, first_day=date(2026, 3, 10)))
    consent_actions.stop_sharing(proposed.elias, by=proposed.kim.actor, at=begins - SECOND)
    proposed.parties["police"].refresh_from_db()
    assert proposed.parties["police"].active_from is None
    for at in (begins, begins + timedelta(days=30)):
        assert everything_seen(proposed, "pia", at=at) == set()


def test_a_party_that_has_been_active_stays_when_its_ground_ends(world: World) -> None:
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=LATER)
    world.parties["police"].refresh_from_db()
    assert world.parties["police"].state(at=LATER + SECOND) == "active"
    assert may(world.case, world.pia.actor, "read", at=LATER + SECOND)


def test_a_party_proposed_when_its_ground_already_holds_is_active_at_once(world: World) -> None:
    """Also an agency that left and is asked back: the ground did not end with its place."""
    hub_actions.end_participation(world.parties["police"], reason="klart", by=world.kim.actor, at=NOW)
    item = write(world, "sam", "attendance")
    again = hub_actions.propose_party(world.case, world.police, role="kontaktpolis", by=world.kim.actor, at=LATER)
    assert again.active_from == LATER
    assert not reads(world, "pia", item, at=LATER), "nobody's old seat comes back with the agency"
    hub_actions.name_contact(again, contact=world.pia.assignment, deputy=None, by=world.pia.actor, at=LATER)
    assert reads(world, "pia", item, at=LATER)
    assert not reads(world, "pia", item, at=LATER - SECOND)


def test_a_seat_in_a_party_that_is_not_active_yet_sleeps(proposed: World) -> None:
    begins = clock.start_of_day(date(2026, 3, 10))
    sign(proposed, draft_paper(proposed, first_day=date(2026, 3, 10)))
    proposed.parties["police"].refresh_from_db()
    hub_actions.give_seat(proposed.parties["police"], proposed.pia.assignment, kind="contact", by=None, at=NOW)
    for offset, awake in ((-SECOND, False), (timedelta(0), True), (SECOND, True)):
        assert ("seat_given" in unread(proposed, "pia", at=begins + offset)) is awake, "nor is it told before"
        assert may(proposed.case, proposed.pia.actor, "read", at=begins + offset) is awake
        assert may(proposed.elias, proposed.pia.actor, "stop_sharing", at=begins + offset) is awake


# Contacts and seats --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["kim", "mona", "sam", "dag", "peo", "olle", "rut"])
def test_a_party_names_its_own_contact_and_nobody_else_does(world: World, who: str) -> None:
    with pytest.raises(Denied):
        hub_actions.name_contact(
            world.parties["police"],
            contact=world.peo.assignment,
            deputy=None,
            by=world.members[who].actor,
            at=LATER,
        )


def test_the_owner_agency_has_people_who_lead_and_names_no_contacts_of_its_own(world: World) -> None:
    owner = world.case.participations.get(role="agare")
    assert world.mona.actor.names_contacts
    assert not may(owner, world.mona.actor, "name_contact", at=LATER)


def test_only_those_of_the_own_agency_can_be_named(world: World) -> None:
    party, pia = world.parties["police"], world.pia.actor
    for stranger in (world.sam, world.olle, world.kim):
        with pytest.raises(WrongSeat):
            hub_actions.name_contact(party, contact=stranger.assignment, deputy=None, by=pia, at=LATER)
    with pytest.raises(Conflict, match="två olika"):
        hub_actions.name_contact(party, contact=world.peo.assignment, deputy=world.peo.assignment, by=pia, at=LATER)
    owner = world.case.participations.get(role="agare")
    for never in (world.rut, world.ada):
        with pytest.raises(WrongSeat):
            hub_actions.give_seat(owner, never.assignment, kind="officer", by=world.kim.actor, at=LATER)
    Assignment.objects.filter(pk=world.peo.assignment.pk).update(valid_to=LATER)
    with pytest.raises(WrongSeat):
        hub_actions.name_contact(party, contact=world.peo.assignment, deputy=None, by=pia, at=LATER)
    User.objects.filter(pk=world.dag.user.pk).update(is_active=False)
    with pytest.raises(WrongSeat):
        hub_actions.name_contact(party, contact=world.dag.assignment, deputy=None, by=pia, at=LATER)


def test_a_replaced_deputy_loses_the_registered_period_too(world: World) -> None:
    item = write(world, "sam", "attendance")
    deputy = CaseSeat.objects.get(assignment=world.dag.assignment, kind="deputy")
    week = LATER + timedelta(days=7)
    hub_actions.register_substitute(deputy, from_at=NOW, to_at=week, by=world.dag.actor, at=NOW)
    ahead = week + timedelta(days=7)
    hub_actions.register_substitute(deputy, from_at=week, to_at=ahead, by=world.pia.actor, at=NOW)
    assert reads(world, "dag", item, at=LATER - SECOND)
    hub_actions.name_contact(
        world.parties["police"],
        contact=world.pia.assignment,
        deputy=world.peo.assignment,
        by=world.pia.actor,
        at=LATER,
    )
    for at in (LATER, LATER + SECOND, week, week + SECOND):
        assert not reads(world, "dag", item, at=at)
    assert unread(world, "dag", at=LATER)[-1] == "seat_ended"


def test_a_substitute_is_registered_by_the_deputy_or_the_agency_and_never_twice(world: World) -> None:
    deputy = CaseSeat.objects.get(assignment=world.dag.assignment, kind="deputy")
    to_at = LATER + timedelta(days=2)
    for name in ("kim", "sam", "peo", "olle"):
        with pytest.raises(Denied):
            hub_actions.register_substitute(deputy, from_at=LATER, to_at=to_at, by=world.members[name].actor, at=LATER)
    hub_actions.register_substitute(deputy, from_at=LATER, to_at=to_at, by=world.pia.actor, at=LATER)
    for start in (LATER, to_at - SECOND):
        with pytest.raises(Conflict, match="redan en registrerad"):
            hub_actions.register_substitute(
                deputy, from_at=start, to_at=to_at + timedelta(days=1), by=world.dag.actor, at=LATER
            )
    with pytest.raises(Conflict, match="sluta efter"):
        hub_actions.register_substitute(deputy, from_at=START, to_at=LATER, by=world.dag.actor, at=LATER)
    hub_actions.register_substitute(deputy, from_at=to_at, to_at=to_at + SECOND, by=world.dag.actor, at=LATER)
    seat = CaseSeat.objects.get(assignment=world.pia.assignment)
    seat.pk, seat.ref = None, uuid4()
    with pytest.raises(IntegrityError, match="one_such_seat_at_a_time"), transaction.atomic():
        seat.save()


def test_a_replaced_lead_keeps_nothing(world: World) -> None:
    item = write(world, "kim", "measures_and_plan")
    with pytest.raises(Denied):
        hub_actions.replace_lead(
            world.case, kind="lots", assignment=world.olof.assignment, by=world.pia.actor, at=LATER
        )
    with pytest.raises(WrongSeat):
        hub_actions.replace_lead(world.case, kind="lots", assignment=world.pia.assignment, by=world.kim.actor, at=LATER)
    hub_actions.replace_lead(world.case, kind="lots", assignment=world.olof.assignment, by=world.kim.actor, at=LATER)
    assert [reads(world, name, item, at=LATER) for name in ("lovisa", "olof")] == [False, True]
    assert [reads(world, name, item, at=LATER - SECOND) for name in ("lovisa", "olof")] == [True, False]
    assert "seat_ended" in unread(world, "lovisa", at=LATER)


# Leaving -------------------------------------------------------------------------------------------------------------


def test_a_party_leaves_once_by_its_own_or_the_owners_word(world: World) -> None:
    party = world.parties["police"]
    for name in ("sam", "olle", "dag", "mona"):
        with pytest.raises(Denied):
            hub_actions.end_participation(party, reason="", by=world.members[name].actor, at=LATER)
    hub_actions.end_participation(party, reason="klart", by=world.pia.actor, at=LATER)
    assert unread(world, "pia", at=LATER)[-1] == "party_ended"
    with pytest.raises(Conflict, match="redan avslutad"):
        hub_actions.end_participation(party, reason="klart", by=world.kim.actor, at=LATER + SECOND)
    owner = world.case.participations.get(role="agare")
    with pytest.raises(Conflict, match="avsluta det"):
        hub_actions.end_participation(owner, reason="", by=world.kim.actor, at=LATER)


def test_nothing_remains_of_a_protected_person_after_the_end(world: World) -> None:
    """P-A8: only who holds a seat; an ended party keeps not even its own items on screen (P-A2 2c)."""
    own = write(world, "pia", "police_tells")
    hub_actions.end_participation(world.parties["police"], reason="klart", by=world.kim.actor, at=LATER)
    assert reads(world, "pia", own, at=LATER)
    assert may(world.case, world.pia.actor, "trace", at=LATER)
    Person.objects.filter(pk=world.elias.person_id).update(protection="SEKRETESSMARKERING")
    assert not reads(world, "pia", own, at=LATER)
    assert not may(world.case, world.pia.actor, "trace", at=LATER)


def test_only_who_sat_at_the_end_keeps_own_items(world: World) -> None:
    own = write(world, "pia", "police_tells")
    hub_actions.name_contact(
        world.parties["police"], contact=world.peo.assignment, deputy=None, by=world.pia.actor, at=LATER - SECOND
    )
    hub_actions.end_participation(world.parties["police"], reason="klart", by=world.kim.actor, at=LATER)
    keeps = {name for name in ("pia", "peo", "dag") if reads(world, name, own, at=LATER)}
    assert keeps == {"peo"}


# Jäv -----------------------------------------------------------------------------------------------------------------


def test_jav_ends_every_seat_at_once_and_tells_those_who_reassign(world: World) -> None:
    item = write(world, "kim", "measures_and_plan")
    hub_actions.recuse(world.elias, reason="Granne", by=world.kim.actor, at=LATER)
    for offset, readable in ((-SECOND, True), (timedelta(0), False), (SECOND, False)):
        assert reads(world, "kim", item, at=LATER + offset) is readable
        assert may(world.elias, world.kim.actor, "read", at=LATER + offset) is readable
    assert "lead_needed" in unread(world, "mona", at=LATER)
    assert "lead_needed" in unread(world, "lovisa", at=LATER)
    assert "lead_needed" not in unread(world, "kim", at=LATER)
    assert may(world.case, world.mona.actor, "assign", at=LATER)
    owner = world.case.participations.get(role="agare")
    with pytest.raises(Recused):
        hub_actions.give_seat(owner, world.kim.assignment, kind="officer", by=world.lovisa.actor, at=LATER)
    with pytest.raises(Denied):
        hub_actions.break_glass(
            world.elias, kind="own_items", reason="Oro", case=None, by=world.kim.actor, at=LATER + SECOND
        )


def test_jav_of_a_manager_ends_the_managers_sight_and_an_opening(world: World) -> None:
    item, mona = write(world, "kim", "measures_and_plan"), world.mona.actor
    hub_actions.break_glass(world.elias, kind="own_items", reason="Oro", case=world.case, by=mona, at=NOW)
    hub_actions.recuse(world.elias, reason="Granne", by=mona, at=LATER - SECOND * 600)
    for at in (LATER - SECOND * 600, LATER):
        assert not reads(world, "mona", item, at=at)
        assert not may(world.elias, mona, "read", at=at)
        assert not may(world.case, mona, "assign", at=at)
    assert BreakGlass.objects.get().valid_to == LATER - SECOND * 600


def test_whoever_has_nothing_to_do_with_a_youth_can_not_even_declare_jav(world: World) -> None:
    """Else the answer would tell that the youth exists here."""
    for name in ("olof", "olle", "otto", "peo"):
        with pytest.raises(Denied):
            hub_actions.recuse(world.elias, reason="Granne", by=world.members[name].actor, at=LATER)


# Break-glass ---------------------------------------------------------------------------------------------------------

MAY_BREAK = {"kim", "olof", "ines", "mona"}


def test_break_glass_is_for_marked_roles_of_a_party_agency(world: World) -> None:
    able = {n for n in world.members if may(world.elias, world.members[n].actor, "break_glass", at=LATER)}
    assert able == MAY_BREAK, "never police contacts, reviewers, administrators or another kommun"
    hub_actions.break_glass(world.elias, kind="own_items", reason="Oro", case=world.case, by=world.olof.actor, at=LATER)
    assert unread(world, "mona", at=LATER)[-1] == "break_glass"
    with pytest.raises(IntegrityError, match="break_glass_has_reason"), transaction.atomic():
        hub_actions.break_glass(world.elias, kind="own_items", reason="", case=None, by=world.olof.actor, at=LATER)


@pytest.mark.parametrize("level", ["SEKRETESSMARKERING", "SKYDDAD_FOLKBOKFORING", "FINGERADE"])
def test_nobody_breaks_the_glass_of_a_protected_person(world: World, level: str) -> None:
    item = write(world, "kim", "measures_and_plan")
    hub_actions.break_glass(world.elias, kind="own_items", reason="Oro", case=None, by=world.olof.actor, at=NOW)
    Person.objects.filter(pk=world.elias.person_id).update(protection=level)
    assert not any(may(world.elias, who.actor, "break_glass", at=LATER) for who in world.members.values())
    assert not reads(world, "olof", item, at=NOW + SECOND), "also an opening from before the protection"
    assert {n for n in world.members if may(world.elias, world.members[n].actor, "open_protected", at=LATER)} == {
        "kim",
        "lovisa",
        *CONTACTS,
    }
