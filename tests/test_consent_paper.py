"""The printed consent form: what it must say, to whom, and that a screen reader can read it (P-C6, R54)."""

import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from consent.paper.form import (
    ConsentPaper,
    DisclosingPart,
    Recipient,
    Row,
    render_consent_form,
)
from consent.paper.language import load_language
from consent.paper.view import PRINTABLE, View, cleaned
from tests.papers import (
    BLANK,
    FATHER,
    FILLED,
    LEISURE,
    MOTHER,
    MOTHER_SELF,
    SOCIAL,
    YOUTH,
    catalogue,
    pages,
    read,
    tags,
    text,
)

REQUIRED = {
    "sv": [
        "Du får säga nej.",
        "Ett nej påverkar inte annan hjälp",
        "genast göra en orosanmälan",
        "vissa brott, till exempel allvarliga brott och vissa brott mot barn",
        "Det gäller om du säger ja, om du säger nej och om du tar tillbaka ett ja.",
        "Det som har lästs kan inte göras oläst",
        "Vad polisen får använda uppgifterna till",
        "användas i en brottsutredning",
        "De träffas ibland också utan er.",
        "Polisen – ett eget val",
        "ja till de andra verksamheterna och nej till polisen",
        "Du kan ta tillbaka ditt ja när du vill.",
        "Alla sätt gäller.",
        "vilken som helst av verksamheterna",
        "Delningen stoppas direkt när vi får veta det.",
        "Står det ingen sista dag gäller samtycket inte.",
        "Ett samtycke gäller aldrig allt till alla.",
        "polisens pågående förundersökningar",
        "belastningsregistret",
        "vem som har gjort en orosanmälan",
        "uppgifter om andra personer som inte själva har sagt ja",
        "Jag har förstått att det är frivilligt",
        "Frågor jag hade",
        "19 kap. 1 § och 20 kap. 6 § socialtjänstlagen (2025:400)",
        "12 kap. 2–3 §§ OSL",
    ],
    "sv-lattlast": [
        "Du får säga nej.",
        "Ett nej påverkar inte annan hjälp.",
        "Det kallas orosanmälan.",
        "Eller om någon har gjort vissa brott.",
        "Det gäller även om du säger nej.",
        "Men det som har lästs kan inte göras oläst.",
        "Vad får polisen göra med det de läser?",
        "Då kan det användas i en brottsutredning.",
        "De som arbetar träffas också utan dig och din familj.",
        "Polisen är ett eget val",
        "Du kan säga ja till de andra och nej till polisen.",
        "Du kan ta tillbaka ditt ja när du vill.",
        "Alla sätt gäller.",
        "Säg det till vem som helst av dem som är med.",
        "Vi stoppar direkt när vi får veta det.",
        "Det måste stå en sista dag.",
        "Ett ja gäller aldrig allt till alla.",
        "polisens pågående utredningar om brott",
        "belastningsregistret",
        "vem som har gjort en orosanmälan",
        "uppgifter om andra personer som inte själva har sagt ja",
        "Jag har förstått att det är frivilligt",
        "Frågor jag hade",
        "19 kap. 1 § och 20 kap. 6 § socialtjänstlagen (2025:400)",
        "12 kap. 2–3 §§ OSL",
    ],
}


# --- What it says -----------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [FILLED, BLANK], ids=["filled", "blank"])
@pytest.mark.parametrize("language", ["sv", "sv-lattlast"])
def test_every_required_statement_is_on_the_paper(language: str, paper: ConsentPaper) -> None:
    printed = text(replace(paper, language=language))
    assert [sentence for sentence in REQUIRED[language] if sentence not in printed] == []


def test_the_filled_form_says_who_gives_what_to_whom_in_words() -> None:
    printed = text(FILLED)
    assert "Björkskolan får lämna: närvaro och skolresultat till Socialtjänsten Norrviken." in printed
    assert "Björkskolan får lämna: närvaro till Lokalpolisområde Norrviken." in printed
    assert "till Fritidsgården Kupolen." not in printed
    assert "Socialtjänsten Norrviken: kunna samordna stödet" in printed


def test_recipients_of_the_same_types_share_a_sentence() -> None:
    part = DisclosingPart("Björkskolan", "skola", (SOCIAL, LEISURE), (Row("Närvaro", "", (True, True)),))
    said = "Björkskolan får lämna: närvaro till Socialtjänsten Norrviken och Fritidsgården Kupolen."
    assert said in text(replace(FILLED, disclosing=(part,)))


def test_nothing_ticked_is_said_in_words_too() -> None:
    part = replace(FILLED.disclosing[0], rows=(Row("Närvaro", "", (False, False, False)),))
    assert "Björkskolan får inte lämna några uppgifter." in text(replace(FILLED, disclosing=(part,)))


def test_types_that_hold_an_and_of_their_own_stay_apart() -> None:
    rows = (Row("Insatser och plan", "", (True,)), Row("Hälsa", "", (True,)))
    part = DisclosingPart("Björkskolan", "skola", (SOCIAL,), rows)
    assert "insatser och plan samt hälsa till" in text(replace(FILLED, disclosing=(part,)))


def test_a_tick_always_stands_with_its_word() -> None:
    printed = text(FILLED)
    assert "☒ ja" in printed
    assert "☐ nej" in printed
    assert not re.search(r"☒ (?!ja|nej)", printed)


def test_the_blank_form_has_nothing_ticked_and_says_that_empty_means_no() -> None:
    printed = text(BLANK)
    assert "☒" not in printed
    assert "En tom ruta betyder nej." in printed
    assert "Ska äldre uppgifter vara med?" in printed


def test_a_form_without_named_signers_has_room_for_three() -> None:
    printed = text(replace(BLANK, signers=()))
    assert printed.count("Jag har förstått att det är frivilligt") == 3
    assert "Person 3" in printed


def test_a_form_with_nothing_filled_in_at_all_prints() -> None:
    bare = replace(BLANK, signers=(), disclosing=(), purpose="", contact="", kind_of_cooperation="")
    assert "Ring eller skriv till:" in text(bare)


def test_dates_and_the_facts_of_the_case_are_as_swedes_write_them() -> None:
    printed = text(FILLED)
    for fact in (
        "22 november 2026",
        "Till och med 28 februari 2027",
        "SIG-2026-0042",
        "tolk i somaliska på plats",
    ):
        assert fact in printed
    assert "Bara om det som händer från och med den första dagen" in printed
    older = text(replace(FILLED, items_from=date(2026, 8, 17)))
    assert "Om det som har hänt från och med 17 augusti 2026" in older


def test_every_page_carries_its_number_and_the_version_of_the_form() -> None:
    printed = pages(render_consent_form(FILLED))
    for number, page in enumerate(printed, 1):
        assert f"Sida {number} av {len(printed)}" in page
        assert "Blankett, version 2026:1" in page


def test_police_stands_in_no_table_but_its_own_and_has_its_own_yes_and_no() -> None:
    printed = text(BLANK)
    main, police = printed.split("Vad polisen får använda uppgifterna till")
    tables = main.split("Björkskolan (skola) får lämna")[1].split("Varför de behöver")[0]
    assert "Lokalpolis" not in tables
    assert "Lokalpolisområde Norrviken (polis) får lämna" in police
    answers = police.split("Ditt svar om polisen")[1].split("Underskrifter")[0]
    assert answers.count("☐ ja ☐ nej") == 2


def test_the_police_section_begins_on_a_page_of_its_own() -> None:
    assert sum(page.startswith("Polisen – ett eget val") for page in pages(render_consent_form(BLANK))) == 1


def test_without_police_the_paper_says_so_and_has_no_police_page() -> None:
    part = DisclosingPart("Björkskolan", "skola", (SOCIAL,), (Row("Närvaro"),))
    printed = text(replace(BLANK, disclosing=(part,)))
    assert "Polisen är inte med i det här samtycket." in printed
    assert "Ditt svar om polisen" not in printed


def test_court_ordered_cases_say_that_consent_is_not_part_of_it_unless_it_is() -> None:
    ordered = replace(FILLED, court_ordered_text="Du ska delta i fyra möten.")
    assert "Det här har domstolen bestämt Du ska delta i fyra möten." in text(ordered)
    assert "Samtycket är inte en del av det som domstolen har bestämt." in text(ordered)
    assert "Samtycket är en del av det" in text(replace(ordered, court_requires_consent=True))
    assert "domstolen" not in text(FILLED)


def test_leisure_reads_on_screen_only_and_the_paper_says_so() -> None:
    assert "Fritidsgården Kupolen läser bara på skärm" in text(BLANK)


def test_a_recipient_with_two_purposes_says_which_agency_each_is_for() -> None:
    parts = (
        DisclosingPart("Björkskolan", "skola", (SOCIAL,), (Row("Närvaro"),)),
        DisclosingPart("Kupolen", "fritid", (replace(SOCIAL, purpose="ordna aktivitet"),), (Row("Fritid"),)),
    )
    printed = text(replace(BLANK, disclosing=parts))
    assert "Socialtjänsten Norrviken, uppgifter från Kupolen: ordna aktivitet" in printed


def test_each_signer_on_a_shared_paper_has_a_letter_and_a_single_one_has_none() -> None:
    assert "Skriv din bokstav" in text(FILLED)
    assert "Skriv din bokstav" not in text(replace(FILLED, signers=(MOTHER_SELF,)))


# --- To whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "sv-lattlast"])
def test_a_copy_for_one_person_holds_nothing_about_the_others(language: str) -> None:
    everybody = replace(FILLED, language=language, signers=(YOUTH, MOTHER, MOTHER_SELF, FATHER))
    mine = render_consent_form(replace(everybody, audience="berit"))
    printed = " ".join(pages(mine))
    assert printed.count("Berit Exempelsson") >= 2
    assert "César" not in printed
    assert "20 november 2026" not in printed  # the youth's own date of signing
    for secret in (b"Hemligsson", "Hemligsson".encode("utf-16-be")):
        assert secret not in mine
    alone = replace(everybody, audience="berit", signers=(MOTHER, MOTHER_SELF))
    assert render_consent_form(alone) == mine  # not a byte depends on the others


def test_a_copy_for_a_person_without_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a line"):
        render_consent_form(replace(FILLED, audience="nobody"))


def test_the_title_of_the_file_names_no_person() -> None:
    metadata = read(render_consent_form(FILLED)).metadata
    assert metadata is not None
    assert metadata.title == "Samtycke till att lämna uppgifter – SIG (social insatsgrupp)"
    assert "Exempelsson" not in str(dict(metadata))


# --- Accessible -------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [FILLED, BLANK], ids=["filled", "blank"])
@pytest.mark.parametrize("language", ["sv", "sv-lattlast"])
def test_the_file_is_tagged_with_language_title_headings_lists_and_table_headers(
    language: str, paper: ConsentPaper
) -> None:
    pdf = render_consent_form(replace(paper, language=language))
    root = catalogue(pdf)
    assert str(root["/Lang"]).startswith("sv")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    kinds = tags(pdf)
    for kind in ("H1", "H2", "P", "L", "LI", "Table", "THead", "TH", "TD"):
        assert kind in kinds
    assert kinds.count("Table") == kinds.count("THead") == 4


def test_the_checker_for_pdf_ua_finds_nothing(tmp_path: Path) -> None:
    pdfua = pytest.importorskip("pdfua")
    for language in ("sv", "sv-lattlast"):
        for paper in (FILLED, BLANK):
            path = tmp_path / "form.pdf"
            path.write_bytes(render_consent_form(replace(paper, language=language)))
            assert list(pdfua.validate(str(path)).findings) == []


# --- Robust -----------------------------------------------------------------------------------------


def test_markup_in_the_data_stays_literal() -> None:
    nasty = '#panic("x") *b* _i_ $x$ <l> @r = R [c] // {agency} \\ `k`'
    printed = text(replace(FILLED, youth_name=nasty, purpose=nasty, contact=nasty))
    assert printed.replace(" ", "").count(nasty.replace(" ", "")) == 3


@pytest.mark.parametrize(
    "name",
    [
        "Adam \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "علي الحسن",
        "קצת עברית",
        "李小龙 ก \u1208\u121d",
        "a\x00b\x07c\x1b[31m\u202edcba\u2066",
        "\ud800 lone \uffff \U0010ffff",
        "e\u0301\u0323\u0489 zalgo",
        "\n\n\t",
        "Ö" * 200,
        "Anna-Lena Maria " * 13,
    ],
)
def test_no_name_stops_the_printer(name: str) -> None:
    parts = []
    for part in FILLED.disclosing:
        to = tuple(replace(recipient, name=name, purpose=name) for recipient in part.recipients)
        parts.append(replace(part, agency_name=name, recipients=to))
    paper = replace(FILLED, youth_name=name, signers=(replace(YOUTH, name=name), MOTHER), disclosing=tuple(parts))
    for language in ("sv", "sv-lattlast"):
        assert render_consent_form(replace(paper, language=language)).startswith(b"%PDF")


def test_a_character_that_cannot_be_printed_is_shown_and_explained() -> None:
    printed = text(replace(FILLED, youth_name="Adam \U0001f600 Exempelsson"))
    assert "Adam \ufffd Exempelsson" in printed
    assert "står för ett tecken som inte kan skrivas ut" in printed
    assert "står för ett tecken" not in text(FILLED)


def test_every_character_said_to_be_printable_is() -> None:
    every = [chr(code) for code in range(0x20, 0x2800) if re.fullmatch(f"[{PRINTABLE}]", chr(code))]
    purpose = "\n".join(" ".join(every[start : start + 40]) for start in range(0, len(every), 40))
    assert len(every) > 1200
    assert render_consent_form(replace(FILLED, purpose=purpose)).startswith(b"%PDF")


def test_direction_changing_characters_are_taken_out_and_right_to_left_names_are_closed_in() -> None:
    assert cleaned("a\u202eb\u2066c\u200bd") == "abcd"
    data = View(replace(FILLED, youth_name="علي"), load_language("sv")).data()
    assert data["facts"][0]["value"] == "\u2068علي\u2069"


@pytest.mark.parametrize(("language", "recipients"), [("sv", 5), ("sv", 6), ("sv-lattlast", 3), ("sv-lattlast", 4)])
def test_thirteen_types_fit_beside_each_other_or_listed(language: str, recipients: int) -> None:
    to = tuple(Recipient(f"Mottagarverksamheten nummer {n}", "stöd") for n in range(recipients))
    rows = tuple(Row(f"Uppgiftstyp {n}", "en rad om typen", (n % 2 == 0,) * recipients) for n in range(13))
    part = DisclosingPart("Björkskolan", "skola", to, rows)
    width = 595

    def visit(text: str, cm: Any, matrix: Any, _font: Any, _size: float) -> None:
        assert not text.strip() or 50 < cm[4] + matrix[4] < width - 50

    pdf = render_consent_form(replace(FILLED, language=language, disclosing=(part,)))
    read_pages = [page.extract_text(visitor_text=visit) for page in read(pdf).pages]
    printed = " ".join(" ".join(read_pages).split())
    assert all(f"Uppgiftstyp {n} " in printed for n in range(13))
    tables = printed.split("(skola) får")[1].split("Björkskolan får")[0]
    assert tables.count("☒ ja") == 7 * recipients
    assert tables.count("☐ nej") == 6 * recipients


def test_a_row_with_too_few_ticks_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="one tick per recipient"):
        DisclosingPart("Björkskolan", "skola", (SOCIAL, LEISURE), (Row("Närvaro", "", (True,)),))


def test_printing_twice_gives_the_same_bytes() -> None:
    assert render_consent_form(FILLED) == render_consent_form(FILLED)
    assert render_consent_form(FILLED) != render_consent_form(replace(FILLED, printed_on=date(2026, 11, 23)))


def test_printing_takes_less_than_a_second() -> None:
    render_consent_form(FILLED)  # reads the fonts
    begun = time.monotonic()
    render_consent_form(replace(FILLED, case_number="SIG-2026-0043"))
    assert time.monotonic() - begun < 1
