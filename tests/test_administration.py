"""Who administers what, and what happens when somebody leaves (P-A12): never a case, never one's own access."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hub import actions as hub_actions
from hub.access import Actor, Denied, may, permitted
from hub.actions import AgencyFacts, AssignmentFacts
from hub.admin_queries import held_by
from hub.errors import Conflict, Invalid
from hub.models import Agency, Assignment, CaseSeat, Individual, Notification, Role, Unit, User
from hub.todo import todos
from tests.cast import NOW, SECOND, World, member
from tests.html_forms import says, typed

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def administrator(world: World, agency: Agency, name: str = "polly") -> Actor:
    return member(world, name, "Polly Adminsson", agency.units.get(), Role.ADMINISTRATOR).actor


def administered(actor: Actor) -> set[str]:
    return set(permitted(Agency.objects.all(), actor, "administer", at=NOW).values_list("name", flat=True))


def post(unit: Unit, role: str = "lots") -> AssignmentFacts:
    return AssignmentFacts(unit=unit, role=role, first=NOW.date())


# --- who administers what --------------------------------------------------------------------------------------------

OWN = {"Socialtjänsten Spånga", "Bussenhusskolan", "Tensta fritidsgård"}
LOOKED_AFTER = {"Polisen Vällingby", "Polisen Farsta"}


def test_the_kommuns_administrator_keeps_its_agencies_and_looks_after_outside_ones_without_any(
    bare_world: World,
) -> None:
    world = bare_world
    assert administered(world.ada.actor) == OWN | LOOKED_AFTER
    polly = administrator(world, world.police)
    assert administered(polly) == {"Polisen Vällingby"}
    assert administered(world.ada.actor) == OWN | {"Polisen Farsta"}


def test_an_agency_of_two_kommuner_is_nobody_elses(bare_world: World) -> None:
    bare_world.police.serves.add(bare_world.other_kommun)
    assert administered(bare_world.ada.actor) == OWN | {"Polisen Farsta"}
    with pytest.raises(Denied), transaction.atomic():
        hub_actions.give_assignment(
            bare_world.ines.user, post(bare_world.police.units.get(), "contact"), by=bare_world.ada.actor, at=NOW
        )


@pytest.mark.parametrize("name", ["kim", "mona", "rut", "pia", "otto"])
def test_nobody_else_administers_anything(bare_world: World, name: str) -> None:
    actor = bare_world.members[name].actor
    assert administered(actor) == set()
    assert not permitted(User.objects.all(), actor, "administer", at=NOW).exists()


def test_an_administrator_reads_no_person(world: World) -> None:
    assert not permitted(Individual.objects.all(), world.ada.actor, at=NOW).exists()


def test_the_right_ends_with_the_assignment(bare_world: World) -> None:
    ada = bare_world.ada
    Assignment.objects.filter(pk=ada.assignment.pk).update(valid_to=LATER)
    actor = Actor.acting_under(Assignment.objects.get(pk=ada.assignment.pk), municipality_id=bare_world.kommun.pk)
    wanted = bare_world.school
    assert [may(wanted, actor, "administer", at=at) for at in (LATER - SECOND, LATER, LATER + SECOND)] == [
        True, False, False,
    ]  # fmt: skip


def test_an_account_is_changed_only_by_who_answers_for_all_of_it(bare_world: World) -> None:
    world, user = bare_world, bare_world.kim.user
    assert may(user, world.ada.actor, "change", at=NOW)
    elsewhere = Assignment.objects.create(
        user=user, unit=world.otto.assignment.unit, role="lots", valid_from=NOW, valid_to=LATER
    )
    assert not may(user, world.ada.actor, "change", at=NOW)
    assert may(user, world.ada.actor, "administer", at=NOW)
    assert may(user, world.ada.actor, "change", at=LATER), "the other assignment has ended"
    assert not may(elsewhere, world.ada.actor, "administer", at=NOW)


def test_nobody_gives_or_ends_the_own_assignments(bare_world: World) -> None:
    ada = bare_world.ada
    with pytest.raises(Invalid, match="annan administratör"), transaction.atomic():
        hub_actions.give_assignment(ada.user, post(bare_world.youth_unit, "manager"), by=ada.actor, at=NOW)
    with pytest.raises(Invalid, match="annan administratör"), transaction.atomic():
        hub_actions.end_assignment(ada.assignment, last=None, replacement=None, row_version=1, by=ada.actor, at=NOW)


def test_police_is_never_the_kommuns_own_and_associations_get_no_account(bare_world: World) -> None:
    ada = bare_world.ada.actor
    with pytest.raises(Invalid, match="aldrig en del av kommunen"), transaction.atomic():
        hub_actions.add_agency(AgencyFacts(name="Polis", kind="polis", home=True), unit="A", by=ada, at=NOW)
    club = hub_actions.add_agency(
        AgencyFacts(name="Klubben", kind="civilsamhalle", home=False), unit="A", by=ada, at=NOW
    )
    with pytest.raises(Invalid, match="inga konton"), transaction.atomic():
        hub_actions.give_assignment(bare_world.olof.user, post(club.units.get(), "contact"), by=ada, at=NOW)


# --- when somebody leaves (P-A12) ------------------------------------------------------------------------------------


def end(world: World, name: str, at: object = LATER, replacement: Assignment | None = None) -> None:
    assignment = Assignment.objects.get(pk=world.members[name].assignment.pk)
    hub_actions.end_assignment(
        assignment, last=None, replacement=replacement, row_version=assignment.row_version,
        by=world.ada.actor, at=LATER,
    )  # fmt: skip


def test_leaving_takes_everything_at_that_instant_and_the_manager_is_asked_for_an_owner(world: World) -> None:
    assert held_by(world.kim.assignment, at=NOW).leads == 1
    end(world, "kim")
    assignment = Assignment.objects.get(pk=world.kim.assignment.pk)
    assert [assignment in Assignment.objects.usable(at=at) for at in (LATER - SECOND, LATER)] == [True, False]
    kim = Actor.acting_under(assignment, municipality_id=world.kommun.pk)
    assert [may(world.elias, kim, "read", at=at) for at in (LATER - SECOND, LATER)] == [True, False]
    assert not CaseSeat.objects.in_force(at=LATER).filter(assignment=assignment).exists()
    told = Notification.objects.filter(kind="lead_needed", told_at=LATER)
    assert [message.assignment_id for message in told] == [world.mona.assignment.pk]
    assert any("saknar ansvarig" in todo.title for todo in todos(world.mona.actor, at=LATER))


def test_whoever_takes_over_gets_the_seats(world: World) -> None:
    end(world, "kim", replacement=world.olof.assignment)
    assert may(world.case, world.olof.actor, "lead", at=LATER)
    assert not Notification.objects.filter(kind="lead_needed").exists()


def test_who_is_recused_takes_nothing_over(world: World) -> None:
    hub_actions.replace_lead(world.case, kind="officer", assignment=world.olof.assignment, by=world.kim.actor, at=NOW)
    hub_actions.recuse(world.elias, reason="Granne", by=world.olof.actor, at=NOW)
    end(world, "kim", replacement=world.olof.assignment)
    assert not may(world.elias, world.olof.actor, "read", at=LATER)
    assert Notification.objects.filter(kind="lead_needed", told_at=LATER, assignment=world.mona.assignment).exists()


def test_a_last_day_ends_at_the_next_midnight_without_any_job(world: World) -> None:
    assignment = world.pia.assignment
    hub_actions.end_assignment(assignment, last=NOW.date(), replacement=None, row_version=1, by=world.ada.actor, at=NOW)
    assignment.refresh_from_db()
    midnight = assignment.valid_to
    assert midnight is not None
    pia = Actor.acting_under(assignment, municipality_id=world.kommun.pk)
    before, after = midnight - SECOND, midnight
    assert [may(world.elias, pia, "read", at=at) for at in (before, after)] == [True, False]
    chief = member(world, "polle", "Polle Chef", world.police.units.get(), Role.MANAGER).actor
    assert not any("Utse kontakt" in todo.title for todo in todos(chief, at=before))
    assert any("Utse kontakt" in todo.title for todo in todos(chief, at=after))


def test_closing_an_account_ends_its_assignments(world: World) -> None:
    user = world.kim.user
    hub_actions.change_user(
        user, name=user.name, email=user.email, qualified=False, active=False, row_version=1,
        by=world.ada.actor, at=LATER,
    )  # fmt: skip
    assert not Assignment.objects.usable(at=LATER).filter(user=user).exists()
    assert Notification.objects.filter(kind="lead_needed").exists()
    assert world.client("kim").get("/").status_code == 302


def test_an_assignment_that_has_not_begun_is_taken_away(bare_world: World) -> None:
    facts = AssignmentFacts(unit=bare_world.youth_unit, role="lots", first=NOW.date() + timedelta(days=3))
    coming = hub_actions.give_assignment(bare_world.olof.user, facts, by=bare_world.ada.actor, at=NOW)
    hub_actions.end_assignment(coming, last=None, replacement=None, row_version=1, by=bare_world.ada.actor, at=NOW)
    assert not Assignment.objects.filter(pk=coming.pk).exists()


# --- the pages -------------------------------------------------------------------------------------------------------


def ada(world: World) -> Client:
    return world.client("ada")


def test_a_new_user_is_made_with_an_assignment_and_found_again(bare_world: World) -> None:
    world, client, address = bare_world, ada(bare_world), reverse("hub:admin_user_new")
    form = typed(
        client.get(address), name="Nils Ny", email="nils@example.se", unit=world.youth_unit.ref, role="officer"
    )
    response = client.post(address, form, follow=True)
    assert says(response, "Nils Ny har fått uppdraget")
    world.look()
    assert not User.objects.get(email="nils@example.se").has_usable_password()
    assert says(client.get(reverse("hub:admin_users") + "?q=nils"), "Nils Ny")
    world.look()
    client.post(address, form)
    world.look()
    assert Assignment.objects.filter(user__email="nils@example.se").count() == 1, "a double press counts once"


def test_bad_input_is_told_at_the_field(bare_world: World) -> None:
    client, address = ada(bare_world), reverse("hub:admin_user_new")
    bad = typed(client.get(address), name="", email="nej", unit="finns-inte", role="kejsare", first="i går")
    response = client.post(address, bad)
    assert response.status_code == 422
    assert says(response, "Fyll i namn.")
    assert says(response, "Skriv datumet som år, månad och dag")


def test_two_administrators_at_once_lose_nothing(bare_world: World) -> None:
    world, client = bare_world, ada(bare_world)
    address = reverse("hub:admin_user_edit", args=[world.olof.user.ref])
    mine = typed(client.get(address), name="Olof Ekmans")
    theirs = typed(client.get(address), name="Olof Eklund")
    assert client.post(address, theirs).status_code == 302
    stale = client.post(address, mine)
    assert stale.status_code == 409
    assert says(stale, "Det här gäller nu")
    assert says(stale, "Olof Eklund")
    assert typed(stale)["name"] == ["Olof Ekmans"]
    assert client.post(address, typed(stale)).status_code == 302
    world.look()
    assert User.objects.get(pk=world.olof.user.pk).name == "Olof Ekmans"


def test_the_history_says_who_changed_what(bare_world: World) -> None:
    client = ada(bare_world)
    address = reverse("hub:admin_user_edit", args=[bare_world.olof.user.ref])
    client.post(address, typed(client.get(address), name="Olof Eklund"))
    page = client.get(reverse("hub:admin_user", args=[bare_world.olof.user.ref]))
    assert says(page, "Namn: Olof Ek → Olof Eklund")
    assert says(page, "Ada Öst")


def test_ending_tells_in_numbers_and_never_which_case(world: World) -> None:
    client, address = ada(world), reverse("hub:admin_assignment_end", args=[world.kim.assignment.ref])
    page = client.get(address)
    assert says(page, "Platsen som ansvarig i 1 ärende upphör")
    assert not says(page, world.case.number)
    assert client.post(address, typed(page, when="now", replacement="")).status_code == 302
    world.look()
    assert not Assignment.objects.usable(at=NOW).filter(pk=world.kim.assignment.pk).exists()


def test_what_one_does_not_administer_does_not_exist(world: World) -> None:
    client, other = ada(world), world.otto
    for route, ref in (
        ("hub:admin_agency", other.agency.ref),
        ("hub:admin_unit", other.assignment.unit.ref),
        ("hub:admin_user", other.user.ref),
        ("hub:admin_assignment_end", other.assignment.ref),
    ):
        assert client.get(reverse(route, args=[ref])).status_code == 404
        world.look()


def test_the_list_of_users_pages_and_its_queries_do_not_grow(
    bare_world: World, django_assert_max_num_queries: object
) -> None:
    world, client = bare_world, ada(bare_world)
    made = User.objects.bulk_create(User(email=f"u{n}@example.se", name=f"Övrig {n:03}") for n in range(60))
    Assignment.objects.bulk_create(
        Assignment(user=user, unit=world.youth_unit, role="lots", valid_from=NOW) for user in made
    )
    with django_assert_max_num_queries(22):  # type: ignore[operator]  # pytest-django's context manager
        first = client.get(reverse("hub:admin_users"))
    world.look()
    assert says(first, "Fler")
    [older] = [part.split('"')[0] for part in first.content.decode().split('href="') if part.startswith("?q=&amp;")]
    second = client.get(reverse("hub:admin_users") + older.replace("&amp;", "&"))
    assert says(second, "Övrig 059")
    assert not says(second, "Fia Ström")


def test_conflict_is_raised_for_an_older_version(bare_world: World) -> None:
    hub_actions.change_unit(bare_world.youth_unit, "Unga", row_version=1, by=bare_world.ada.actor, at=NOW)
    with pytest.raises(Conflict), transaction.atomic():
        hub_actions.change_unit(bare_world.youth_unit, "Ungdom", row_version=1, by=bare_world.ada.actor, at=NOW)
