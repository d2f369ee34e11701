"""The main job in a real browser: consent decides what each agency may read, exactly as long as it is in force.

One test, since it is one story: each step needs the one before. Kim registers Elvira; nobody outside hears of it
until both guardians and Elvira have said yes (P-A13); then police, school and leisure read exactly their cells
(P-A2), until one press stops it (P-C4); and again when a new version is signed (P-C5).
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.stage import House, OpenHouse, Visitor, give_passwords
from tests.cast import World

pytestmark = pytest.mark.django_db(transaction=True)

#: Skatteverket's test number; born on 4 February 2010, so 16 years old at NOW.
NUMBER = "20100204-2396"
NAME = "Elvira Sandgren"
SCHOOL, POLICE, LEISURE, SOCIAL = (
    "Bussenhusskolan",
    "Polisen Vällingby",
    "Tensta fritidsgård",
    "Socialtjänsten Spånga",
)

#: What each writes: (type of information, text). Every text is its own, so that a page shows whose it holds.
ATTENDANCE = ("Närvaro", "Närvaro 74 procent i februari.")
SITUATION = ("Skolsituation", "Har bytt grupp och trivs bättre.")
TELLS = ("Det polisen får berätta", "Setts på torget sent på kvällen.")
FREE_TIME = ("Fritid", "Kommer till gården två kvällar i veckan.")
PLAN = ("Insatser och plan", "Kontaktperson från och med mars.")
ALL = (ATTENDANCE, SITUATION, TELLS, FREE_TIME, PLAN)

#: Who may give what to whom, as it stands on the paper.
TICKS: dict[str, dict[str, tuple[str, ...]]] = {
    SCHOOL: {SOCIAL: ("Närvaro", "Skolsituation"), POLICE: ("Närvaro",)},
    LEISURE: {SOCIAL: ("Fritid",)},
    SOCIAL: {SCHOOL: ("Insatser och plan",), POLICE: ("Insatser och plan",), LEISURE: ("Insatser och plan",)},
    POLICE: {SOCIAL: ("Det polisen får berätta",)},
}
#: So each one reads exactly this while the consent is in force, and only the own afterwards.
READS = {
    "kim": (ATTENDANCE, SITUATION, TELLS, FREE_TIME, PLAN),
    "pia": (TELLS, ATTENDANCE, PLAN),
    "sam": (ATTENDANCE, SITUATION, PLAN),
    "fia": (FREE_TIME, PLAN),
}
OWN = {"kim": (PLAN,), "pia": (TELLS,), "sam": (ATTENDANCE, SITUATION), "fia": (FREE_TIME,)}
CONTACTS = ("pia", "sam", "fia")


def with_passwords(world: World) -> None:
    give_passwords(world, "kim", *CONTACTS)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(with_passwords)


def test_consent_decides_what_each_agency_reads(house: House) -> None:
    kim = house.sign_in("kim")
    case = register_elvira(kim)
    individual = add_guardians(kim, case)
    propose_parties(kim, case)
    contacts = {name: house.sign_in(name) for name in CONTACTS}
    for contact in contacts.values():
        knows_nothing(contact, case, individual)

    paper = make_consent(kim, case)
    for contact in contacts.values():
        is_told_and_names_itself(contact)
    everybody = {"kim": kim, **contacts}
    write_what_each_knows(everybody, individual)
    for name, visitor in everybody.items():
        reads_exactly(visitor, individual, READS[name])

    contacts["pia"].go(individual)
    contacts["pia"].press("Stoppa delningen nu")
    contacts["pia"].heading("Delningen är stoppad")
    for name, visitor in everybody.items():
        reads_exactly(visitor, individual, OWN[name])

    complete_details(kim)
    renew(kim, paper)
    for name, visitor in everybody.items():
        reads_exactly(visitor, individual, READS[name])


def register_elvira(kim: Visitor) -> str:
    """The person and her SIG in one form; returns the address of the case."""
    kim.follow("Registrera ung person")
    kim.fill("Förnamn", "Elvira")
    kim.fill("Efternamn", "Sandgren")
    kim.fill("Personnummer eller samordningsnummer", NUMBER)
    kim.page.get_by_label("Flicka eller kvinna").check()
    kim.page.get_by_label("Social insatsgrupp (SIG)").check()
    kim.page.get_by_role("radio", name=re.compile("^Insats ")).check()
    kim.press("Registrera och öppna ärende")
    kim.heading("Ärende")
    return path_of(kim)


def path_of(visitor: Visitor) -> str:
    return visitor.page.url.removeprefix(visitor.server)


def add_guardians(kim: Visitor, case: str) -> str:
    """Two parents with custody; returns the address of the youth."""
    for given, kind, born in (("Siv", "Mamma", "1981-03-09"), ("Sten", "Pappa", "1979-11-30")):
        kim.go(case)
        kim.follow("Personen och närstående")
        kim.page.get_by_role("link", name="Lägg till").first.click()
        kim.fill("Förnamn", given)
        kim.fill("Efternamn", "Sandgren")
        kim.page.get_by_label("Relation till den unga").select_option(label=kind)
        kim.page.get_by_label("Personnummer saknas").check()
        kim.fill("Födelsedatum", born)
        kim.page.get_by_label("Har vårdnaden").check()
        kim.press("Lägg till")
        kim.reads(f"{given} Sandgren", "Har vårdnaden")
    kim.go(case)
    kim.follow(NAME)
    kim.heading(NAME)
    return path_of(kim)


def propose_parties(kim: Visitor, case: str) -> None:
    for agency in (POLICE, SCHOOL, LEISURE):
        kim.go(f"{case}parter/ny/")
        kim.page.get_by_label("Verksamhet").select_option(label=agency)
        kim.press("Föreslå")
        kim.reads(f"{agency} är föreslagen")
    kim.reads("vet ingenting än")


def knows_nothing(contact: Visitor, case: str, individual: str) -> None:
    """Nothing listed, told, found or reachable before a ground exists (P-A13, P-A15)."""
    number = re.compile(r"Elvira|Sandgren|\d{4}-\d{2,}", re.IGNORECASE)
    for address in ("/", "/ungdomar/", "/meddelanden/", "/samtycken/", "/avslutade/"):
        assert contact.go(address) == 200
        assert not number.search(contact.text), address
    for words in ("Elvira", NUMBER):
        search(contact, words)
        contact.reads("Ingen träff")
    for address in (case, individual, f"{individual}vem-vet-vad/", f"{case}uppgift/ny/", f"{individual}stoppa/"):
        assert contact.page.request.get(contact.server + address).status == 404


def search(visitor: Visitor, words: str) -> None:
    visitor.page.locator("#global-search").fill(words)
    visitor.page.locator("#global-search").press("Enter")
    visitor.page.wait_for_load_state()


def make_consent(kim: Visitor, case: str) -> str:
    """The wizard from the first step to the press that registers; returns the address of the paper."""
    kim.go(case)
    kim.follow("Nytt samtycke")
    kim.press("Börja")
    kim.heading("Vad är samtycket till för?")
    kim.fill("Vad är samtycket till för?", "Att samordna stödet till Elvira i skolan och på fritiden.")
    kim.press("Nästa: uppgifter")
    for discloser, recipients in TICKS.items():
        kim.heading(discloser)
        for recipient, types in recipients.items():
            for kind in types:
                tick(kim, kind, recipient)
            kim.page.get_by_label(f"Vad behöver {recipient} uppgifterna till?").fill("För att ge rätt stöd.")
        kim.page.get_by_role("button", name=re.compile("^Nästa")).click()
    kim.heading("Hur länge ska det gälla?")
    kim.fill("Sista dagen", "2026-08-31")
    kim.press("Nästa: underskrifter")
    sign(kim)
    kim.heading("Kontrollera och registrera")
    kim.reads("blir aktiv part och får veta det", POLICE, SCHOOL, LEISURE)
    kim.press("Registrera samtycket")
    kim.reads("Samtycket är registrerat.")
    return path_of(kim)


def tick(kim: Visitor, kind: str, recipient: str) -> None:
    """In the table, or in the list that stands by itself for the police (P-C6)."""
    table = kim.page.get_by_role("checkbox", name=f"{kind}, till {recipient}", exact=True)
    alone = kim.page.get_by_role("group", name=f"får lämna till {recipient}")
    table.or_(alone.get_by_role("checkbox", name=re.compile(f"^{kind}"))).check()


def sign(kim: Visitor) -> None:
    """Elvira and both guardians said yes on paper."""
    for given in ("Elvira", "Siv", "Sten"):
        section = kim.page.get_by_role("region", name=re.compile(f"^{given} Sandgren, (?!uppgifter)"))
        section.get_by_role("radio", name="Ja", exact=True).check()
        section.get_by_label("Vet att det är frivilligt och har förstått").check()
    kim.press("Nästa: kontrollera")


def is_told_and_names_itself(contact: Visitor) -> None:
    """The agency hears of the case now, without content, and names its own contact (P-A13)."""
    contact.go("/meddelanden/")
    expect(contact.page.get_by_text("Ny", exact=True).first).to_be_visible()
    assert "Elvira" not in contact.text
    contact.go("/")
    contact.page.get_by_role("link", name=re.compile("^Utse kontakt")).first.click()
    name = contact.page.locator(".who-card b").inner_text()
    option = contact.page.get_by_label("Kontakt", exact=True).locator("option", has_text=name)
    contact.page.get_by_label("Kontakt", exact=True).select_option(value=option.get_attribute("value"))
    contact.press("Utse")
    contact.reads("är utsedd")


def write_what_each_knows(everybody: dict[str, Visitor], individual: str) -> None:
    """Each writes their own; police release theirs after the test of OSL 18 (P-C9)."""
    for name, items in OWN.items():
        visitor = everybody[name]
        for kind, text in items:
            visitor.go(individual)
            visitor.follow("Skriv uppgift")
            visitor.page.get_by_role("radio", name=kind).check()
            visitor.fill("Vad har hänt, eller vad vet ni?", text)
            visitor.press("Gå vidare")
            visitor.press("Registrera")
            if name == "pia":
                visitor.heading("Prövat mot")
                for question in visitor.page.locator("main").get_by_role("checkbox").all():
                    question.check()
                visitor.press("Släpp uppgiften")
            visitor.reads("Uppgiften är släppt" if name == "pia" else "Uppgiften är registrerad")


def reads_exactly(visitor: Visitor, individual: str, items: tuple[tuple[str, str], ...]) -> None:
    """These texts and none of the others, on the page of the youth."""
    visitor.go(individual)
    visitor.heading(NAME)
    shown = {text for _kind, text in ALL if text in visitor.text}
    assert shown == {text for _kind, text in items}


def complete_details(kim: Visitor) -> None:
    """Who said stop, and how, is filled in afterwards; the instant stands (P-C4)."""
    kim.go("/")
    kim.page.get_by_role("link", name=re.compile("^Komplettera")).first.click()
    kim.heading("Vem ville stoppa, och hur?")
    kim.page.get_by_label("Siv Sandgren").check()
    kim.page.get_by_label("Per telefon").check()
    kim.fill("Anteckning", "Ringde kontaktpolisen.")
    kim.press("Spara")
    kim.reads("är sparade")


def renew(kim: Visitor, paper: str) -> None:
    """A new version of the same paper, signed anew by all."""
    kim.go(paper)
    kim.press("Förnya")
    kim.page.goto(f"{kim.server}{path_of(kim).rpartition('steg/')[0]}steg/underskrifter/")
    sign(kim)
    kim.press("Registrera samtycket")
    kim.reads("Samtycket är registrerat.", "version 2")
