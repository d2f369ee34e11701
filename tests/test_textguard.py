"""What free text may hold; refusals depend on spelling alone (P-A15)."""

import csv
import inspect
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hub import textguard
from hub.textguard import (
    BadText,
    PersonNameField,
    PlainTextField,
    clean_name,
    clean_text,
    find_name_pairs,
    find_personnummer,
    validate_person_name,
    validate_plain_text,
)

LIST = Path(__file__).parent.parent / "hub" / "data" / "testpersonnummer.csv"
NUMBERS = [row["number"] for row in csv.DictReader(LIST.read_text(encoding="utf-8").splitlines())]
BOY = next(number for number in NUMBERS if number.startswith("2010"))
WRONG = BOY[:-1] + str((int(BOY[-1]) + 1) % 10)


def parts(number: str) -> dict[str, str]:
    return {"c": number[:2], "y": number[2:4], "m": number[4:6], "d": number[6:8], "n": number[8:]}


@pytest.mark.parametrize(
    "form",
    [
        "{c}{y}{m}{d}{n}",
        "{c}{y}{m}{d}-{n}",
        "{y}{m}{d}-{n}",
        "{y}{m}{d}+{n}",
        "{y}{m}{d}{n}",
        "{y}{m}{d} {n}",
        "{c}{y}-{m}-{d}-{n}",
        "{c}{y}-{m}-{d} {n}",
        "{c}{y} {m} {d} {n}",
        "{y}{m}{d} - {n}",
        "{y}{m}{d}\u2013{n}",
        "{y}{m}{d}\u00a0{n}",
        "({c}{y}{m}{d}{n})",
        "pnr{y}{m}{d}-{n}.",
    ],
)
def test_a_personnummer_is_found_however_it_is_written(form: str) -> None:
    written = form.format(**parts(BOY))
    text = f"Han heter något, {written} och går i åttan."
    (span,) = find_personnummer(text)
    assert span.of(text).endswith(BOY[-4:])
    assert BOY[-4:] not in repr(span)


def test_every_test_number_is_found() -> None:
    assert [n for n in NUMBERS if not find_personnummer(f"{n[:8]}-{n[8:]}")] == []
    assert [n for n in NUMBERS if not find_personnummer(n[2:])] == []


def test_a_mistyped_number_is_found_when_its_form_leaves_no_doubt() -> None:
    for form in ("{c}{y}{m}{d}-{n}", "{y}{m}{d}-{n}", "{c}{y}{m}{d}{n}"):
        assert find_personnummer(form.format(**parts(WRONG)))
    assert not find_personnummer("{y}{m}{d}{n}".format(**parts(WRONG)))


def test_several_are_found_apart() -> None:
    text = f"{BOY[:8]}-{BOY[8:]}, {NUMBERS[0][:8]}-{NUMBERS[0][8:]}"
    assert [span.of(text)[:8] for span in find_personnummer(text)] == [BOY[:8], NUMBERS[0][:8]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ring 08-508 25 000 eller 070-174 06 05.",
        "Möte 2026-11-22 kl. 09.30 till 11.00",
        "Ärende 2026/1234, dnr 12-3456",
        "4700 1234 5678 9012",
        "999999-9999",
        "201013032392",
        "1234567890123456",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_personnummer(text) == []


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Han umgås med Kalle Svensson.", ["Kalle Svensson"]),
        ("Kalle Svensson och Åsa Öberg-Lind kom.", ["Kalle Svensson", "Åsa Öberg-Lind"]),
        ("Anna-Karin von Essen ringde", ["Anna-Karin von Essen"]),
        ("Igår såg Pappa Ali Hassan.", ["Ali Hassan"]),
        ("Kalle. Svensson", []),
        ("kalle svensson", []),
        ("Den äldre kompisen Kalle", []),
        ("Polisen Stockholm Nord", ["Stockholm Nord"]),
        ("Han Kom", []),
        ("SIG och SSPF Individ", []),
        ("", []),
    ],
)
def test_pairs_that_look_like_names_are_pointed_out(text: str, pairs: list[str]) -> None:
    assert [span.of(text) for span in find_name_pairs(text)] == pairs


def test_the_guards_know_no_register() -> None:
    source = inspect.getsource(textguard)
    assert "hub.models" not in source
    assert ".objects" not in source


# --- cleaning -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Åsa \U0001f469\u200d\U0001f467 ok \U0001f1f8\U0001f1ea",
        "سلام ولد",
        "שלום",
        "rad 1\nrad 2\tkolumn",
        "a\u200fb",
        "",
    ],
)
def test_emoji_and_right_to_left_letters_are_kept(text: str) -> None:
    assert clean_text(text) == text


def test_text_is_unified() -> None:
    assert clean_text("  A\u030asa\r\nO\u0308berg\rslut \n") == "Åsa\nÖberg\nslut"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\ud800", "\x0b"])
def test_control_characters_are_refused_with_their_place(character: str) -> None:
    with pytest.raises(BadText, match="styrtecken") as refused:
        clean_text(f"abc{character}d")
    assert "(tecken 4)" in refused.value.message
    with pytest.raises(BadText, match=r"rad 2, tecken 3"):
        clean_text(f"rad ett\nab{character}")


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_characters_that_reorder_their_surroundings_are_refused(code: int) -> None:
    with pytest.raises(BadText, match="riktning"):
        clean_text(f"abc{chr(code)}def")


@pytest.mark.parametrize("code", [0x2029, 0x202F, 0x2065, 0x206A, 0x200F])
def test_their_neighbours_are_not(code: int) -> None:
    assert clean_text(f"abc{chr(code)}def")


def test_length_is_counted_after_unifying_and_told() -> None:
    assert clean_text("a" * 10, max_length=10)
    assert clean_text("A\u030a" * 10, max_length=10) == "Å" * 10
    assert clean_text(" " * 50 + "a" * 10, max_length=10)
    with pytest.raises(BadText, match=r"11 tecken\. Högst 10"):
        clean_text("a" * 11, max_length=10)


def test_ten_megabytes_are_refused_at_once() -> None:
    huge = "å" * 10_000_000
    started = time.perf_counter()
    with pytest.raises(BadText, match="för lång"):
        clean_text(huge)
    assert time.perf_counter() - started < 1


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = clean_text(text)
    except BadText:
        return
    assert clean_text(once) == once


@given(st.text(max_size=300))
def test_the_guards_take_any_text(text: str) -> None:
    for span in (*find_personnummer(text), *find_name_pairs(text)):
        assert 0 <= span.start < span.end <= len(text)


def test_the_guards_are_quick_on_hostile_text() -> None:
    started = time.perf_counter()
    for hostile in ("Aa" * 10_000, "Aa-" * 7_000, "Aa " * 7_000, "1" * 20_000, "101203-" * 3_000):
        find_name_pairs(hostile)
        find_personnummer(hostile)
    assert time.perf_counter() - started < 2


# --- names and forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Åsa Öberg", "محمد علي", "O'Neil-D\u2019Or", "X \U0001f600", "Li", "Ng"])
def test_names_of_every_script_are_kept(name: str) -> None:
    assert clean_name(f"  {name} ") == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Åsa\nÖberg", "line_break"),
        ("Åsa\tÖberg", "line_break"),
        ("  ", "no_letter"),
        ("123", "no_letter"),
        ("\U0001f600", "no_letter"),
        (f"Åsa {BOY[:8]}-{BOY[8:]}", "personnummer"),
        ("Å" * 121, "too_long"),
        ("Å\x00", "bad_character"),
    ],
)
def test_what_is_no_name_is_refused(name: str, code: str) -> None:
    with pytest.raises(BadText) as refused:
        clean_name(name)
    assert refused.value.code == code


def test_spaces_in_a_name_are_single() -> None:
    assert clean_name("Åsa   Öberg") == "Åsa Öberg"
    assert clean_name("Å" * 120)


def test_validators_speak_to_the_form() -> None:
    assert validate_plain_text("ok") is None  # type: ignore[func-returns-value]  # that it returns is the point
    assert validate_person_name("Åsa") is None  # type: ignore[func-returns-value]  # that it returns is the point
    with pytest.raises(ValidationError) as refused:
        validate_plain_text("a\x00")
    assert refused.value.code == "bad_character"
    with pytest.raises(ValidationError, match="en rad"):
        validate_person_name("a\nb")


def test_form_fields_hand_over_cleaned_text() -> None:
    assert PlainTextField().clean(" A\u030a\r\nb ") == "Å\nb"
    assert PersonNameField().clean(" A\u030asa  O ") == "Åsa O"
    assert PersonNameField(required=False).clean("") == ""
    for field, bad in (
        (PlainTextField(max_length=3), "abcd"),
        (PersonNameField(), " "),
        (PlainTextField(), "\x00"),
    ):
        with pytest.raises(ValidationError):
            field.clean(bad)
