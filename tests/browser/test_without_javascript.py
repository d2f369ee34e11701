"""Reading, stopping, taking back and making a consent work without script (P-Q1, architecture "Face")."""

import pytest

from consent.models import Consent
from tests.browser.stage import House, OpenHouse, Visitor
from tests.cast import World, draft_paper, name_contacts, register_elias, sign, write

pytestmark = pytest.mark.django_db(transaction=True)

ATTENDANCE = "Närvaro 74 procent i februari."
PLAN = "Kontaktperson från och med mars."


def sharing(world: World) -> None:
    register_elias(world)
    sign(world, draft_paper(world))
    name_contacts(world)
    write(world, "sam", "attendance", body=ATTENDANCE)
    write(world, "kim", "measures_and_plan", body=PLAN)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(sharing)


def plain(house: House, name: str) -> Visitor:
    return house.seated(name, java_script_enabled=False)


def test_one_reads_and_stops(house: House) -> None:
    pia = plain(house, "pia")
    pia.go(f"/ungdomar/{house.world.elias.ref}/")
    pia.reads(ATTENDANCE, PLAN)
    pia.press("Stoppa delningen nu")
    pia.heading("Delningen är stoppad")
    pia.go(f"/ungdomar/{house.world.elias.ref}/")
    assert ATTENDANCE not in pia.text
    assert PLAN not in pia.text


def test_one_takes_back_after_seeing_what_it_ends(house: House) -> None:
    kim = plain(house, "kim")
    kim.go(f"/ungdomar/{house.world.elias.ref}/aterkalla/")
    kim.page.get_by_label("Eva Holm").check()
    kim.press("Visa vad som upphör")
    kim.heading("Bekräfta återkallelsen")
    kim.reads("Pia Holm", "Bussenhusskolan")
    with house.stored() as world:
        assert not world.consent_of(world.school).withdrawals.exists()
    kim.press("Bekräfta återkallelsen")
    kim.reads("Återkallelsen gäller från nu.")
    kim.go(f"/ungdomar/{house.world.elias.ref}/")
    assert ATTENDANCE not in kim.text


def test_one_makes_a_consent_and_registers_it_incomplete(house: House) -> None:
    kim = plain(house, "kim")
    kim.go(f"/arenden/{house.world.case.ref}/samtycke/nytt/")
    kim.press("Börja")
    for agency in ("Tensta fritidsgård", "Socialtjänsten Spånga", "Polisen Vällingby"):
        kim.page.get_by_label(agency).uncheck()
    kim.press("Nästa: uppgifter")
    kim.page.get_by_role("checkbox", name="Närvaro, till Socialtjänsten Spånga").check()
    kim.fill("Vad behöver Socialtjänsten Spånga uppgifterna till?", "För att ge rätt stöd.")
    kim.press("Spara utkast")
    kim.reads("Utkastet är sparat.")
    kim.press("Nästa: hur länge")
    kim.press("Nästa: underskrifter")
    youth = kim.page.get_by_role("region", name="Elias Holm, ").first
    youth.get_by_role("radio", name="Ja", exact=True).check()
    youth.get_by_label("Vet att det är frivilligt och har förstått").check()
    kim.press("Nästa: kontrollera")
    kim.press("Registrera som ofullständigt")
    kim.reads("registrerat men ofullständigt")
    with house.stored() as world:
        made = Consent.objects.latest("pk")
        assert (made.disclosing, made.completed_at, made.effective) == (world.school, None, None)
