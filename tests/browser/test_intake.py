"""A concern is registered by keyboard in less than three minutes, and its pages hold for everybody (P-T1, P-Q1)."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.stage import LAPTOP, PHONE, House, OpenHouse, Visitor
from tests.browser.test_axe import Judge
from tests.cast import World
from tests.concerns import arrange, nova, register
from triage.actions import ChildFacts
from triage.models import ConcernReport, ReportDraft, Reporter

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = Path(__file__).parents[2] / "docs" / "triage-registration.md"
WORDS_A_MINUTE, LETTERS_A_WORD, SECONDS_A_FIELD = 40, 5, 1.35
MOST_SECONDS, MOST_FIELDS = 180, 25

#: What a call from a school comes to: (name of the field, keys). Typed text, or single keys in brackets.
CALL = [
    ("arrived_day", ""),
    ("arrived_time", ""),
    ("channel", ""),
    ("category", "Sk"),
    ("name", "Berit Ros"),
    ("workplace", "Bussenhusskolan"),
    ("contact", "08-123 45 67"),
    ("reporter_protected", ""),
    ("wants_feedback", "[Space]"),
    ("barn-0-given_name", "Nova"),
    ("barn-0-family_name", "Rask"),
    ("barn-0-personnummer", "20100112-2397"),
    ("barn-0-birth_date", ""),
    ("barn-0-about", ""),
    ("barn-0-protected", ""),
    ("fler", ""),
    (
        "facts",
        "Äldre killar i bil har hämtat henne vid skolan tre gånger sedan i måndags. Har två nya telefoner "
        "och kontanter. Kom i går med blåmärken på armen och ville inte säga varför.",
    ),
    ("judgement", "Tror att någon utnyttjar henne för att sälja."),
    ("urgent", ""),
    ("urgent_why", ""),
    ("family_knows", "[ArrowUp]"),
    ("owner", ""),
    ("spara", ""),
    ("", "[Enter]"),
]


@dataclass(frozen=True)
class Count:
    """What the run comes to. A button that is passed costs as much as a field, and is none."""

    characters: int
    stops: int
    fields: int

    @property
    def seconds(self) -> float:
        return self.characters / (WORDS_A_MINUTE * LETTERS_A_WORD / 60) + self.stops * SECONDS_A_FIELD


def count() -> Count:
    typed = sum(1 if keys.startswith("[") else len(keys) for _field, keys in CALL)
    return Count(typed, len(CALL), sum(name not in ("", "fler", "spara") for name, _keys in CALL))


def lived_in(world: World) -> None:
    arrange(world)
    nova(world)
    register(world, ChildFacts(about="omkring 14 år, går i åttan"), urgent=True, urgent_why="Hot i kväll")
    Reporter.objects.filter(report__urgent=True).update(protected=True)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(lived_in)


def focused(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("document.activeElement.getAttribute('name') || ''"))


def test_a_call_is_registered_by_keyboard_alone_within_three_minutes(house: House) -> None:
    ines = house.seated("ines")
    ines.go("/orosanmalningar/ny/")
    for place, (name, keys) in enumerate(CALL):
        if place:
            ines.page.keyboard.press("Tab")
        assert focused(ines) == name, f"stop {place + 1}: the focus is at {focused(ines)}"
        if keys == "[Enter]":
            expect(ines.page.get_by_role("button", name="Registrera", exact=True)).to_be_focused()
            expect(ines.page.locator("#utkastet")).to_contain_text("Utkastet sparat")
            with ines.page.expect_navigation():
                ines.page.keyboard.press("Enter")
        elif keys.startswith("["):
            ines.page.keyboard.press(keys.strip("[]"))
        else:
            ines.page.keyboard.type(keys)
    ines.reads("är registrerad")
    with house.stored():
        report = ConcernReport.objects.latest("pk")
        child = report.assessments.get()
        assert (report.reporter.category, report.reporter.wants_feedback) == ("school", True)
        assert (report.family_knows, child.name, str(child.birth_date)) == (False, "Nova Rask", "2010-01-12")
        assert not ReportDraft.objects.exists()


def test_the_run_stays_within_what_was_promised_and_stands_in_the_note() -> None:
    found = count()
    assert found.seconds <= MOST_SECONDS
    assert found.fields <= MOST_FIELDS
    text = NOTE.read_text(encoding="utf-8")
    assert f"{found.fields} fält" in text
    assert f"{found.characters} tecken" in text
    assert f"{found.seconds:.0f} sekunder" in text
    assert [f"`{name or 'Registrera'}`" in text for name, _keys in CALL] == [True] * len(CALL)


def test_a_draft_is_saved_with_the_pauses_and_two_windows_overwrite_nothing(house: House) -> None:
    first = house.seated("ines")
    first.go("/orosanmalningar/ny/")
    first.fill("Vad har anmälaren sett eller hört?", "Halv")
    expect(first.page.locator("#utkastet")).to_contain_text("Utkastet sparat")
    first.fill("Vad har anmälaren sett eller hört?", "Halvskrivet")
    expect(first.page.locator("input[name=utkast_version]")).to_have_value("2")
    second = house.watched(first.page.context)
    second.go("/orosanmalningar/ny/")
    second.page.get_by_role("link", name="Fortsätt").click()
    expect(second.page.get_by_label("Vad har anmälaren sett eller hört?")).to_have_value("Halvskrivet")
    second.fill("Vad har anmälaren sett eller hört?", "I andra fönstret")
    expect(second.page.locator("input[name=utkast_version]")).to_have_value("3")
    first.fill("Vad har anmälaren sett eller hört?", "I första fönstret")
    expect(first.page.locator("#utkastet")).to_contain_text("Utkastet ändrades i ett annat fönster")
    with house.stored():
        assert ReportDraft.objects.count() == 2
    for visitor in (first, second):
        visitor.page.evaluate("document.querySelector('#anmalan').removeAttribute('data-keep')")


def test_axe_finds_nothing_and_nothing_runs_out_sideways(house: House) -> None:
    with house.stored() as world:
        concern = nova(world)
        urgent = ConcernReport.objects.get(urgent=True)
        addresses = [
            "/orosanmalningar/ny/",
            f"/orosanmalningar/{concern.report.ref}/",
            f"/orosanmalningar/{urgent.ref}/",
            f"/anmalan/{concern.ref}/",
            f"/anmalan/{urgent.assessments.get().ref}/",
            f"/anmalan/{urgent.assessments.get().ref}/barnet/",
            f"/anmalan/{concern.ref}/lamna-over/",
            "/oro/",
            f"/oro/{world.kommun.code}/{world.social.ref}/",
            "/oro/tack/O-2026-0001/",
        ]
    ines = house.seated("ines")
    for address in addresses:
        assert ines.go(address) == 200, address
        Judge(ines.page).all_is_well([(LAPTOP, "light"), (PHONE, "dark")])


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_teacher_reports_two_children_with_and_without_script(house: House, script: bool) -> None:
    teacher = house.visitor(java_script_enabled=script)
    teacher.go(f"/oro/{house.world.kommun.code}/{house.world.social.ref}/")
    teacher.page.get_by_label("Var arbetar du?").select_option("school")
    teacher.fill("Din arbetsplats", "Bussenhusskolan")
    teacher.fill("Ditt namn", "Berit Ros")
    teacher.fill("Telefon eller e-post till dig", "08-123")
    teacher.page.get_by_label("Förnamn").fill("Nova")
    teacher.press("Lägg till barn")
    expect(teacher.page.get_by_label("Förnamn")).to_have_count(2)
    expect(teacher.page.get_by_label("Förnamn").first).to_have_value("Nova")
    teacher.page.get_by_label("Förnamn").last.fill("Noel")
    teacher.fill("Vad har du sett eller hört?", "Har sett äldre killar hämta dem.")
    teacher.press("Skicka anmälan")  # faster than anybody writes
    teacher.reads("Skicka en gång till")
    assert teacher.page.evaluate("localStorage.length + sessionStorage.length") == 0 if script else True
    with house.stored():
        assert not ConcernReport.objects.filter(channel="form").exists()
