"""P-A2, clause by clause: who may read an item, one second before, at and after each limit."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db.models import Model

from consent import actions as consent_actions
from consent.models import InformationItem
from hub import actions as hub_actions
from hub import clock
from hub.access import Actor, permitted
from hub.clock import start_of_day
from hub.models import Assignment, Case, CaseSeat, Individual, Person, User
from tests.cast import LAST_DAY, NOW, SECOND, START, World, draft_paper, mask, sign, write
from tests.disclosing import LAST, give

pytestmark = pytest.mark.django_db

SOCIAL = {"kim", "lovisa", "mona"}
TICK = timedelta(microseconds=1)


def reads(world: World, who: str | Actor, item: InformationItem, *, at: datetime = NOW) -> bool:
    actor = who if isinstance(who, Actor) else world.members[who].actor
    return permitted(InformationItem.objects.filter(pk=item.pk), actor, at=at).exists()


def readers(world: World, item: InformationItem, *, at: datetime = NOW) -> set[str]:
    return {name for name in world.members if reads(world, name, item, at=at)}


def test_each_party_reads_exactly_its_cells(world: World) -> None:
    attendance = write(world, "sam", "attendance")
    situation = write(world, "sam", "school_situation")
    told = write(world, "pia", "police_tells")
    plan = write(world, "kim", "measures_and_plan")
    leisure = write(world, "fia", "leisure")
    assert readers(world, attendance) == SOCIAL | {"sam", "pia"}
    assert readers(world, situation) == SOCIAL | {"sam"}
    assert readers(world, told) == SOCIAL | {"pia"}
    assert readers(world, plan) == SOCIAL | {"pia", "sam"}
    assert readers(world, leisure) == SOCIAL | {"fia"}


def test_the_list_and_the_check_are_one_query_each(world: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture has no type
    for _ in range(3):
        write(world, "sam", "attendance")
    with django_assert_num_queries(1):
        assert len(permitted(InformationItem.objects.all(), world.pia.actor, at=NOW)) == 3
    item = InformationItem.objects.latest("pk")
    with django_assert_num_queries(1):
        assert reads(world, "pia", item)


# Clause 1: assignment ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "readable"), [(-SECOND, True), (-TICK, True), (timedelta(0), False), (SECOND, False)]
)
def test_nothing_is_readable_from_the_instant_an_assignment_ends(
    world: World, offset: timedelta, readable: bool
) -> None:
    item = write(world, "sam", "attendance")
    end = NOW + timedelta(hours=2)
    Assignment.objects.filter(pk=world.pia.assignment.pk).update(valid_to=end)
    assignment = Assignment.objects.select_related("user", "unit__agency").get(pk=world.pia.assignment.pk)
    actor = Actor.acting_under(assignment, municipality_id=world.kommun.pk)
    assert reads(world, actor, item, at=end + offset) is readable


@pytest.mark.parametrize(("offset", "readable"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_nothing_is_readable_before_an_assignment_begins(world: World, offset: timedelta, readable: bool) -> None:
    item = write(world, "sam", "attendance")
    begin = NOW + timedelta(hours=2)
    Assignment.objects.filter(pk=world.pia.assignment.pk).update(valid_from=begin)
    assignment = Assignment.objects.select_related("user", "unit__agency").get(pk=world.pia.assignment.pk)
    actor = Actor.acting_under(assignment, municipality_id=world.kommun.pk)
    assert reads(world, actor, item, at=begin + offset) is readable


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_role_outside_case_work_reads_nothing_even_with_a_seat(world: World, role: str) -> None:
    item = write(world, "sam", "attendance")
    Assignment.objects.filter(pk=world.pia.assignment.pk).update(role=role)
    assignment = Assignment.objects.select_related("user", "unit__agency").get(pk=world.pia.assignment.pk)
    assert not reads(world, Actor.acting_under(assignment, municipality_id=world.kommun.pk), item)


def test_a_seat_does_not_read_from_another_kommun(world: World) -> None:
    item = write(world, "sam", "attendance")
    elsewhere = Actor.acting_under(world.pia.assignment, municipality_id=world.other_kommun.pk)
    assert not reads(world, elsewhere, item)


def test_a_deactivated_user_cannot_act(world: World) -> None:
    User.objects.filter(pk=world.pia.user.pk).update(is_active=False)
    assert world.pia.assignment not in Assignment.objects.usable(at=NOW)


# Clause 2: seat ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "readable"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_a_seat_reads_until_the_instant_it_ends(world: World, offset: timedelta, readable: bool) -> None:
    item = write(world, "sam", "attendance")
    end = NOW + timedelta(hours=1)
    CaseSeat.objects.filter(assignment=world.pia.assignment).update(valid_to=end)
    assert reads(world, "pia", item, at=end + offset) is readable


def test_who_is_replaced_in_a_seat_keeps_nothing(world: World) -> None:
    own = write(world, "pia", "police_tells")
    hub_actions.name_contact(
        world.parties["police"], contact=world.peo.assignment, deputy=None, by=world.pia.actor, at=NOW + SECOND
    )
    assert not reads(world, "pia", own, at=NOW + SECOND)
    assert reads(world, "peo", own, at=NOW + SECOND)


@pytest.mark.parametrize(
    ("offset", "readable"),
    [(-SECOND, False), (timedelta(0), True), (timedelta(days=2) - SECOND, True), (timedelta(days=2), False)],
)
def test_a_deputy_sleeps_outside_the_registered_period(world: World, offset: timedelta, readable: bool) -> None:
    item = write(world, "sam", "attendance")
    deputy = CaseSeat.objects.get(assignment=world.dag.assignment, kind="deputy")
    begin = NOW + timedelta(days=1)
    hub_actions.register_substitute(deputy, from_at=begin, to_at=begin + timedelta(days=2), by=world.dag.actor, at=NOW)
    assert reads(world, "dag", item, at=begin + offset) is readable


@pytest.mark.parametrize(("offset", "others_items"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_an_ended_party_keeps_its_own_items_only(world: World, offset: timedelta, others_items: bool) -> None:
    own, others = write(world, "pia", "police_tells"), write(world, "sam", "attendance")
    end = NOW + timedelta(hours=1)
    hub_actions.end_participation(world.parties["police"], reason="klart", by=world.kim.actor, at=end)
    assert reads(world, "pia", others, at=end + offset) is others_items
    assert reads(world, "pia", own, at=end + offset)
    individual_is_readable = permitted(Individual.objects.all(), world.pia.actor, at=end + offset).exists()
    assert individual_is_readable is others_items


def test_a_manager_reads_only_cases_of_the_own_unit(world: World) -> None:
    item = write(world, "sam", "attendance")
    assert reads(world, "mona", item)
    Assignment.objects.filter(pk=world.mona.assignment.pk).update(unit=world.ines.assignment.unit)
    moved = Assignment.objects.select_related("user", "unit__agency").get(pk=world.mona.assignment.pk)
    assert not reads(world, Actor.acting_under(moved, municipality_id=world.kommun.pk), item)


@pytest.mark.parametrize("level", ["SEKRETESSMARKERING", "SKYDDAD_FOLKBOKFORING", "FINGERADE"])
def test_a_protected_person_is_read_from_a_seat_only(world: World, level: str) -> None:
    item = write(world, "sam", "attendance")
    Person.objects.filter(pk=world.elias.person_id).update(protection=level)
    assert readers(world, item) == {"kim", "lovisa", "sam", "pia"}


# Clause 3: ground --------------------------------------------------------------------------------------------------

FIRST_INSTANT = START
LAST_INSTANT = clock.start_of_day(LAST_DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("at", "readable"),
    [
        (LAST_INSTANT - SECOND, True),
        (LAST_INSTANT, False),
        (LAST_INSTANT + SECOND, False),
    ],
)
def test_consent_shuts_at_the_end_of_its_last_day(world: World, at: datetime, readable: bool) -> None:
    item, own = write(world, "sam", "attendance"), write(world, "pia", "police_tells")
    assert reads(world, "pia", item, at=at) is readable
    assert reads(world, "pia", own, at=at), "own items and the case remain while the seat lasts"


@pytest.mark.parametrize(("offset", "active"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_a_consent_for_later_opens_at_the_start_of_its_first_day(
    bare_world: World, offset: timedelta, active: bool
) -> None:
    from tests.cast import register_elias

    world = bare_world
    register_elias(world)
    sign(world, draft_paper(world, first_day=date(2026, 3, 10)))
    party = world.parties["police"]
    party.refresh_from_db()
    begin = clock.start_of_day(date(2026, 3, 10))
    assert (party.state(at=begin + offset) == "active") is active
    assert party.active_from == begin


def test_only_the_types_that_were_ticked_are_covered(world: World) -> None:
    assert not reads(world, "pia", write(world, "sam", "school_results"))


def test_a_draft_is_its_authors_alone(world: World) -> None:
    draft = write(world, "sam", "attendance", record=False)
    assert readers(world, draft) == {"sam"}


def test_a_police_item_is_unreadable_until_it_is_released(world: World) -> None:
    held = write(world, "pia", "police_tells", release=False)
    assert readers(world, held) == {"pia"}
    consent_actions.release_item(held, tested=True, by=world.pia.actor, at=NOW + SECOND)
    assert readers(world, held, at=NOW) == {"pia"}
    assert readers(world, held, at=NOW + SECOND) == SOCIAL | {"pia"}


def test_an_audience_only_narrows(world: World) -> None:
    narrowed = write(world, "sam", "attendance", audience=(world.social.pk,))
    assert readers(world, narrowed) == SOCIAL | {"sam"}
    beyond = write(world, "sam", "school_situation", audience=(world.social.pk, world.police.pk))
    assert readers(world, beyond) == SOCIAL | {"sam"}, "an audience never gives what the grant does not"


def test_an_item_from_before_the_consent_is_not_covered(world: World) -> None:
    before, same_day = date(2026, 3, 1), date(2026, 3, 2)
    assert not reads(world, "pia", write(world, "sam", "attendance", on=before))
    assert reads(world, "pia", write(world, "sam", "attendance", on=same_day))


def test_what_was_recorded_in_forhandsbedomning_is_not_covered(world: World) -> None:
    item = write(world, "kim", "measures_and_plan")
    InformationItem.objects.filter(pk=item.pk).update(recorded_phase="forhandsbedomning")
    assert readers(world, item) == SOCIAL


@pytest.mark.parametrize(
    ("phase", "covered"),
    [("forhandsbedomning", False), ("utredning", True), ("insats", True), ("uppfoljning", True)],
)
def test_consent_covers_nothing_in_forhandsbedomning(world: World, phase: str, covered: bool) -> None:
    item = write(world, "sam", "attendance")
    type(world.case).objects.filter(pk=world.case.pk).update(phase=phase)
    assert reads(world, "pia", item) is covered
    assert reads(world, "kim", item) is covered
    assert reads(world, "mona", item) is covered, "the manager, by role"


def test_items_barred_from_the_family_are_not_covered_by_guardians_consent(world: World) -> None:
    assert readers(world, write(world, "sam", "attendance", family_barred=True)) == {"sam"}


def test_items_barred_from_the_family_are_covered_when_the_youth_decides_alone(world: World) -> None:
    consent_actions.assess_maturity(
        world.elias, level="decides_alone", why="Samtal två gånger.", by=world.kim.actor, at=NOW
    )
    sign(world, draft_paper(world, at=NOW), eva=None, emil=None, at=NOW)
    assert reads(world, "pia", write(world, "sam", "attendance", family_barred=True, at=NOW), at=NOW + SECOND)


def test_an_item_about_others_needs_each_of_them_to_have_signed(world: World) -> None:
    item = write(world, "kim", "measures_and_plan", about_others=(world.eva.person_id, world.emil.person_id))
    assert readers(world, item) == SOCIAL
    session = draft_paper(world, at=NOW)
    for relative in (world.eva, world.emil):
        consent_actions.save_answer(
            session,
            relative.person,
            "other_person",
            consent_actions.SignerAnswer(answer="given", how="paper", voluntary=True),
            by=world.kim.actor,
            at=NOW,
        )
        if relative is world.eva:
            only_eva = readers(world, item, at=NOW + SECOND)
    sign(world, session, at=NOW)
    assert only_eva == SOCIAL
    assert readers(world, item, at=NOW + SECOND) == SOCIAL | {"pia", "sam"}


def test_a_disclosure_is_readable_by_those_it_names_in_its_period(world: World) -> None:
    item = write(world, "kim", "home_and_family")
    end = start_of_day(LAST + timedelta(days=1))
    give(world, item, to="pia", ground="youth_crime_risk")
    assert readers(world, item, at=NOW - SECOND) == set(), "not recorded yet"
    assert readers(world, item, at=NOW) == SOCIAL | {"pia"}
    assert reads(world, "pia", item, at=end - SECOND)
    assert not reads(world, "pia", item, at=end)


def test_a_new_case_of_the_same_youth_is_invisible_to_the_running_ones_parties(world: World) -> None:
    case = hub_actions.open_case(world.elias, form="MASH", phase="forhandsbedomning", by=world.kim.actor, at=NOW)
    for name in ("pia", "sam", "fia"):
        assert case not in permitted(type(case).objects.all(), world.members[name].actor, at=NOW)
    assert case in permitted(type(case).objects.all(), world.kim.actor, at=NOW)
    assert reads(world, "pia", write(world, "sam", "attendance")), "the running case goes on under its consent"


# Break-glass -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "opened"),
    [(-SECOND, False), (timedelta(0), True), (timedelta(minutes=60) - SECOND, True), (timedelta(minutes=60), False)],
)
def test_break_glass_opens_own_agency_items_for_sixty_minutes(world: World, offset: timedelta, opened: bool) -> None:
    own, others = write(world, "kim", "measures_and_plan"), write(world, "sam", "attendance")
    opening = NOW + timedelta(hours=1)
    hub_actions.break_glass(
        world.elias, kind="own_items", reason="Akut oro i kväll.", case=world.case, by=world.olof.actor, at=opening
    )
    assert reads(world, "olof", own, at=opening + offset) is opened
    assert not reads(world, "olof", others, at=opening + offset), "never across the secrecy between agencies"


def test_a_youth_protected_within_the_sixty_minutes_is_closed_at_once(world: World) -> None:
    hub_actions.break_glass(
        world.elias, kind="own_items", reason="Akut oro.", case=world.case, by=world.olof.actor, at=NOW
    )
    assert permitted(Individual.objects.all(), world.olof.actor, at=NOW).exists()
    Person.objects.filter(pk=world.elias.person_id).update(protection="SEKRETESSMARKERING")
    assert not permitted(Individual.objects.all(), world.olof.actor, at=NOW).exists()


def test_masks_in_the_rule_follow_the_file(world: World) -> None:
    from consent.policy import CONTACT_DETAILS_MASK

    assert mask("contact_details") == CONTACT_DETAILS_MASK


@pytest.mark.parametrize("model", [InformationItem, Individual, Case])
def test_who_works_in_another_kommun_gets_nothing_here_even_where_the_wall_lets_the_row_through(
    world: World, model: type[Model]
) -> None:
    """Clause 1 by itself: the database is set to this kommun, so that its own wall is no help (P-A2)."""
    write(world, "kim", "measures_and_plan")
    here, elsewhere = world.kim.actor, replace(world.kim.actor, municipality_id=world.other_kommun.pk)
    assert permitted(model._base_manager.all(), here, at=NOW).exists()
    assert not permitted(model._base_manager.all(), elsewhere, at=NOW).exists()
