"""The first page, messages and the frame: what waits for whom, and nothing of what others know."""

from datetime import timedelta

import pytest
import time_machine

from hub.models import CaseSeat, Notification
from tests.cast import NOW, World, draft_paper, name_contacts, register_elias, sign
from tests.hub_pages import address, deeds, get, leads_to, post, text

pytestmark = pytest.mark.django_db


def test_an_agency_that_has_become_a_party_is_asked_to_name_its_contact(bare_world: World) -> None:
    world = bare_world
    register_elias(world)
    assert "Utse kontakt" not in text(get(world, "pia", "home"))
    sign(world, draft_paper(world))
    home = get(world, "pia", "home")
    assert f"Utse kontakt i {world.case.number}" in text(home)
    assert "Elias" not in text(home), "no names on lists of things to do"
    assert "Utse kontakt" not in text(get(world, "peo", "home")), "only whoever names contacts"
    name_contacts(world)
    assert f"Utse kontakt i {world.case.number}" not in text(get(world, "pia", "home"))


def test_a_deputy_is_asked_to_stand_in_when_the_contact_is_gone(world: World) -> None:
    assert "har slutat" not in text(get(world, "dag", "home"))
    CaseSeat.objects.filter(content_object=world.case, kind="contact", assignment=world.pia.assignment).update(
        valid_to=NOW
    )
    assert f"Kontakten i {world.case.number} har slutat" in text(get(world, "dag", "home"))


def test_reviewer_and_administrator_are_told_what_they_can_do_and_shown_no_case(world: World) -> None:
    for who in ("rut", "ada"):
        page = text(get(world, who, "home"))
        assert world.case.number not in page
        assert "Mina ungdomar" not in page
        assert "utan att se innehåll" in page


def test_the_menu_has_what_the_role_can_use(world: World) -> None:
    def menu(who: str) -> list[str]:
        return [place["label"] for place in get(world, who, "home").context["nav"]]

    concerns = ["Orosanmälningar", "Hubbar"]
    assert menu("kim") == [
        "Att göra",
        *concerns,
        "Mina ungdomar",
        "Möten",
        "Samtycken",
        "Avslutade",
        "Statistik",
        "Meddelanden",
    ]
    assert menu("lovisa") == [
        "Att göra",
        "Mina ungdomar",
        "Möten",
        "Samtycken",
        "Avslutade",
        "Statistik",
        "Meddelanden",
    ]
    assert menu("pia") == ["Att göra", "Mina ungdomar", "Möten", "Avslutade", "Statistik", "Meddelanden"]
    assert menu("rut") == ["Översikt", "Statistik", "Meddelanden"]


def test_whoever_takes_concerns_registers_one_from_the_first_page(world: World) -> None:
    told = [who for who in ("kim", "ines", "lovisa", "sam", "pia") if "Registrera oro" in text(get(world, who, "home"))]
    assert told == ["kim", "ines"]


def test_a_message_leads_where_one_may_go_and_counts_until_it_is_read(world: World) -> None:
    page = get(world, "sam", "notifications")
    assert "Er verksamhet är nu part" in text(page)
    assert page.context["unread"]() == 1
    assert address("party_contact", world.parties["school"].ref) in text(page)
    assert leads_to(post(world, "sam", "mark_read")) == address("notifications")
    assert get(world, "sam", "home").context["unread"]() == 0
    assert Notification.objects.filter(read_at=NOW).count() == 1, "only one's own"


def test_a_message_of_a_lost_place_leads_nowhere(world: World) -> None:
    CaseSeat.objects.filter(assignment=world.dag.assignment).update(valid_to=NOW)
    page = text(get(world, "dag", "notifications"))
    assert f"Du har fått en plats i ärende {world.case.number}" in page
    assert address("case", world.case.ref) not in page


def test_a_message_from_tomorrow_is_told_tomorrow(world: World) -> None:
    Notification.objects.filter(assignment=world.sam.assignment).update(told_at=NOW + timedelta(days=1))
    assert "Er verksamhet" not in text(get(world, "sam", "notifications"))
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert "Er verksamhet" in text(get(world, "sam", "notifications"))


def test_the_home_page_records_the_cases_it_names(world: World) -> None:
    get(world, "kim", "home")
    [entry] = deeds("read")
    assert entry.objects_seen["hub.case"] == [world.case.pk]
