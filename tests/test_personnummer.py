"""Personnummer and samordningsnummer, with Skatteverket's test numbers only (P-I1, R42)."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personnummer import personnummer as package

from hub.personnummer import InvalidPersonnummer, formatted, has_check_digit, masked, parse

ON = date(2026, 11, 22)
LIST = Path(__file__).parent.parent / "hub" / "data" / "testpersonnummer.csv"
ROWS = list(csv.DictReader(LIST.read_text(encoding="utf-8").splitlines()))
BOY = next(row for row in ROWS if row["number"].startswith("2010") and row["sex"] == "male")["number"]
OLD = next(row for row in ROWS if row["number"].startswith("1955"))["number"]


def code_of(text: str, on: date = ON) -> str:
    with pytest.raises(InvalidPersonnummer) as refused:
        parse(text, on=on)
    assert refused.value.message.endswith(".")
    return refused.value.code


def test_every_test_number_is_valid_and_says_what_the_list_says() -> None:
    assert len(ROWS) > 700
    for row in ROWS:
        number = parse(row["number"], on=ON)
        assert number.digits == row["number"]
        assert str(number.birth_date or "") == row["birth_date"]
        assert ("male" if number.suggests_male else "female") == row["sex"]
        assert number.is_coordination == (row["kind"] == "samordningsnummer")


def test_the_list_is_enough_for_the_demo() -> None:
    def count(sex: str, first: int, last: int) -> int:
        years = range(first, last + 1)
        return sum(r["sex"] == sex and r["birth_date"] != "" and int(r["birth_date"][:4]) in years for r in ROWS)

    assert count("male", 2008, 2013) >= 60
    assert count("female", 2008, 2013) >= 20
    assert count("male", 1965, 1995) + count("female", 1965, 1995) >= 100


def test_the_package_agrees_about_every_number_with_a_date() -> None:
    for row in ROWS:
        if row["birth_date"]:
            assert package.valid(row["number"]), row["kind"]


@pytest.mark.parametrize(
    "form",
    [
        "{0}{1}{2}",
        "{0}{1}-{2}",
        "{1}-{2}",
        "{1}{2}",
        "{0} {1} {2}",
        " {1} - {2} ",
        "{1}\u2013{2}",
        "{0}{1}\u2212{2}",
    ],
)
def test_it_is_read_as_people_write_it(form: str) -> None:
    assert parse(form.format(BOY[:2], BOY[2:8], BOY[8:]), on=ON).digits == BOY


def test_plus_means_a_hundred_years_or_more() -> None:
    ten = f"{OLD[2:8]}+{OLD[8:]}"
    assert code_of(ten) == "century"  # 1855
    assert parse(ten, on=date(2055, 1, 1)).digits == OLD
    assert parse(f"{OLD[2:8]}-{OLD[8:]}", on=date(2054, 12, 31)).digits == OLD


def test_the_dash_turns_in_the_year_of_turning_a_hundred() -> None:
    dashed = f"{OLD[2:8]}-{OLD[8:]}"
    born_on = date.fromisoformat(f"{OLD[:4]}-{OLD[4:6]}-{OLD[6:8]}")
    assert parse(dashed, on=date(2054, 12, 31)).birth_date == born_on
    assert code_of(dashed, date(2055, 1, 1)) == "future"
    assert parse(dashed, on=date(2055, 12, 31)).birth_date == born_on.replace(year=2055)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("hej", "characters"),
        ("20101203-239X", "characters"),
        ("\u0662\u0660\u0661\u0660\u0661\u0662\u0660\u0663\u0662\u0663\u0669\u0662", "characters"),
        ("2010", "length"),
        ("201012032", "length"),
        ("2010120323921", "length"),
        ("2010-12032392", "shape"),
        ("2010-12-03-2392", "shape"),
        ("20101303-2392", "date"),
        ("20100230-2392", "date"),
        ("20101200-2392", "date"),
        ("20101259-2392", "date"),
        ("20101392-2392", "date"),
        ("20101299-2392", "date"),
        ("17901203-2392", "century"),
        ("18891203-2392", "century"),
        ("20270101-2392", "future"),
        ("20270061-2392", "future"),
    ],
)
def test_what_is_wrong_is_told_apart(text: str, code: str) -> None:
    assert code_of(text) == code


def test_the_birth_date_may_be_today_but_not_tomorrow() -> None:
    born = date.fromisoformat(f"{BOY[:4]}-{BOY[4:6]}-{BOY[6:8]}")
    assert parse(BOY, on=born).birth_date == born
    assert code_of(BOY, born.replace(year=born.year - 1)) == "future"


@given(st.sampled_from(ROWS), st.integers(0, 11), st.integers(1, 9))
def test_one_mistyped_digit_never_passes_as_the_same_kind_of_number(row: dict[str, str], place: int, step: int) -> None:
    number = row["number"]
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    if place < 2:  # the century is not part of the check digit
        return
    with pytest.raises(InvalidPersonnummer):
        parse(wrong, on=ON)


def test_a_wrong_check_digit_says_where_to_look() -> None:
    wrong = BOY[:-1] + str((int(BOY[-1]) + 1) % 10)
    with pytest.raises(InvalidPersonnummer, match="fyra sista siffrorna") as refused:
        parse(wrong, on=ON)
    assert wrong[-4:] not in str(refused.value)


def test_serial_000_is_never_given_out() -> None:
    nine = "101203000"
    ten = next(nine + str(d) for d in range(10) if has_check_digit(nine + str(d)))
    assert code_of("20" + ten) == "check_digit"


def test_nothing_prints_the_whole_number_by_itself() -> None:
    number = parse(BOY, on=ON)
    assert str(number) == masked(BOY) == f"{BOY[:8]}-****"
    assert BOY[-4:] not in f"{number!r}{number}"
    assert formatted(BOY) == f"{BOY[:8]}-{BOY[8:]}"
