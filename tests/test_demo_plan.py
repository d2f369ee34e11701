"""The reference data holds what it promises: published sums, unique bits and codes, a reason for each bar.

These files are read by people (lawyers, methods developers) as much as by the product, so the promises
written at the top of each of them are tests here. No database.
"""

from __future__ import annotations

import csv
import re
import string
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
Row = dict[str, Any]


def toml(name: str) -> dict[str, Any]:
    with (ROOT / "consent" / "data" / name).open("rb") as file:
        return tomllib.load(file)


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "hub" / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PUBLISHED = {row["district"]: row for row in table("stockholm_sig_2012.csv")}
DEMO = toml("demo_people.toml")
TYPES = toml("information_types.toml")
FACTORS = toml("factors.toml")

PARTICIPANTS: list[Row] = DEMO["participant"]
PLANNED: list[Row] = DEMO["planned"]
DISTRICTS: dict[str, str] = {row["name"]: row["slug"] for row in DEMO["district"]}
ALL_TYPES: list[Row] = TYPES["type"]
BY_CODE: dict[str, Row] = {row["code"]: row for row in ALL_TYPES}
ALL_FACTORS: list[Row] = [factor for entry in FACTORS["list"] for factor in entry["factors"]]

SIX_MONTHS = 184  # days: the longest consent by default (P-C1)
DAYS_SINCE_NOVEMBER_2011 = 396
DAYS_SINCE_MARCH_2012 = 275
OCTOBER_2012 = (31, 61)
"""Day spans before 2012-12-01: when the report says that the first cases began."""


def in_district(name: str, rows: list[Row] = PARTICIPANTS) -> list[Row]:
    return [row for row in rows if row["district"] == DISTRICTS[name]]


def published(district: str, column: str) -> int | None:
    """Return the figure, or None for a cell that the report leaves empty and that is never compared."""
    cell = PUBLISHED[district][column]
    return int(cell) if cell else None


# --- The published figures ------------------------------------------------------------------------


def test_all_twelve_districts_of_the_report_are_there_and_no_other() -> None:
    assert set(DISTRICTS) == set(PUBLISHED)
    assert len(DISTRICTS) == 12
    assert len(set(DISTRICTS.values())) == 12


def test_forty_took_part_and_twelve_of_them_were_court_ordered() -> None:
    assert len(PARTICIPANTS) == 40
    assert sum(row["court_ordered"] for row in PARTICIPANTS) == 12


@pytest.mark.parametrize("district", PUBLISHED)
def test_each_sum_comes_out_as_published(district: str) -> None:
    rows = in_district(district)
    sums = {
        "participants": len(rows),
        "ongoing": sum(row["status"] == "ongoing" for row in rows),
        "ended": sum(row["status"] == "ended" for row in rows),
        "court_ordered": sum(row["court_ordered"] for row in rows),
        "planned": len(in_district(district, PLANNED)),
    }
    expected = {column: published(district, column) for column in sums}
    assert {column: sums[column] for column, figure in expected.items() if figure is not None} == {
        column: figure for column, figure in expected.items() if figure is not None
    }


@pytest.mark.parametrize("district", [name for name in PUBLISHED if published(name, "participants")])
def test_the_youngest_and_the_oldest_have_the_published_ages(district: str) -> None:
    ages = [row["age"] for row in in_district(district)]
    assert (min(ages), max(ages)) == (published(district, "age_min"), published(district, "age_max"))


def test_planned_youths_are_within_the_ages_of_their_district() -> None:
    for row in PLANNED:
        name = next(name for name, slug in DISTRICTS.items() if slug == row["district"])
        low, high = published(name, "age_min"), published(name, "age_max")
        assert low is not None
        assert high is not None
        assert low <= row["age"] <= high


def test_skarpnack_agrees_with_the_words_of_the_report() -> None:
    rows = in_district("Skarpnäck")
    assert Counter(row["status"] for row in rows) == {"ongoing": 2, "ended": 1}
    assert [row["outcome"] for row in rows if row["status"] == "ended"] == ["moved"]
    assert sum("behandlingshem" in row.get("note", "") for row in rows) == 1
    assert sum(row["improved"] == "yes" for row in rows) == 1


def how_it_went(district: str, status: str) -> Counter[str]:
    return Counter(row["new_reports"] for row in in_district(district) if row["status"] == status)


def test_new_police_reports_are_those_that_the_report_tells() -> None:
    assert how_it_went("Hässelby-Vällingby", "ended") == {"none": 3}
    assert how_it_went("Enskede-Årsta-Vantör", "ended") == {"none": 1}
    assert how_it_went("Enskede-Årsta-Vantör", "ongoing")["none"] == 2
    assert how_it_went("Rinkeby-Kista", "ongoing") == {"none": 2, "fewer": 1, "not_stated": 1}
    assert how_it_went("Rinkeby-Kista", "ended") == {"unknown": 1}
    assert how_it_went("Skärholmen", "ended") == {"none": 3}
    assert how_it_went("Skärholmen", "ongoing") == {"none": 4, "some": 2}
    assert how_it_went("Spånga-Tensta", "ongoing") == {"none": 4, "fewer": 2}


def test_endings_and_improvements_are_those_that_the_report_tells() -> None:
    endings = {
        name: Counter(row["outcome"] for row in in_district(name) if row["status"] == "ended") for name in DISTRICTS
    }
    assert endings["Skärholmen"] == {"as_planned": 2, "aborted": 1}
    assert endings["Rinkeby-Kista"] == {"moved": 1}
    assert endings["Spånga-Tensta"] == {"sentenced": 1}
    assert all(row["improved"] == "yes" for row in in_district("Hässelby-Vällingby"))
    assert [row["improved"] for row in in_district("Rinkeby-Kista")].count("in_periods") == 1


def test_nobody_started_before_their_district_did() -> None:
    for row in PARTICIPANTS:
        assert 0 < row["started"] <= DAYS_SINCE_NOVEMBER_2011
    assert all(row["started"] <= DAYS_SINCE_MARCH_2012 for row in in_district("Skärholmen"))
    assert all(OCTOBER_2012[0] <= row["started"] <= OCTOBER_2012[1] for row in in_district("Hägersten-Liljeholmen"))


# --- What must hold for any participant -----------------------------------------------------------


def test_an_ended_case_has_an_end_and_an_outcome_and_an_ongoing_one_has_neither() -> None:
    outcomes = {row["code"] for row in DEMO["outcome"]}
    for row in PARTICIPANTS:
        assert row["status"] in {"ongoing", "ended"}
        if row["status"] == "ended":
            assert row["outcome"] in outcomes
            assert 0 < row["ended"] < row["started"]
        else:
            assert "outcome" not in row
            assert "ended" not in row


def test_nobody_under_fifteen_is_court_ordered() -> None:
    """BrB 1:6: no sentence for a crime committed before 15."""
    assert min(row["age"] for row in PARTICIPANTS if row["court_ordered"]) >= 15


def test_every_state_of_a_consent_occurs() -> None:
    states = Counter(row["consent"] for row in PARTICIPANTS)
    assert set(states) == {"in_force", "incomplete", "expiring", "expired", "withdrawn", "renewed", "refused"}
    assert {row["consent"] for row in PLANNED} == {"in_force"}


def test_consents_of_ended_cases_are_over_and_a_lapsed_or_renewed_one_is_old_enough() -> None:
    for row in PARTICIPANTS:
        if row["status"] == "ended":
            assert row["consent"] in {"expired", "withdrawn"}
        elif row["consent"] in {"renewed", "expired"}:
            assert row["started"] > SIX_MONTHS
        elif row["consent"] == "in_force":
            assert row["started"] < SIX_MONTHS or row["key"] == "SN-1"


def test_each_participant_is_one_person_with_a_name_from_the_lists() -> None:
    rows = PARTICIPANTS + PLANNED
    assert len({row["key"] for row in rows}) == len(rows)
    assert len({(row["first"], row["last"]) for row in rows}) == len(rows)
    assert {row["first"] for row in rows} <= set(DEMO["names"]["boys"])
    assert {row["last"] for row in rows} <= set(DEMO["names"]["surnames"])


def test_guardians_are_one_or_two_and_interpreters_are_not_for_swedish() -> None:
    for row in PARTICIPANTS + PLANNED:
        assert row["guardians"] in {1, 2}
        assert re.fullmatch("[a-z]{2}", row["language"])
        assert not (row["interpreter"] and row["language"] == "sv")


def test_name_lists_hold_no_name_twice() -> None:
    sizes = {key: len(names) for key, names in DEMO["names"].items()}
    assert sizes == {"boys": 60, "women": 60, "men": 60, "surnames": 120}
    assert {key: len(set(names)) for key, names in DEMO["names"].items()} == sizes


def test_schools_and_leisure_centres_are_one_districts_only() -> None:
    names = [name for row in DEMO["district"] for name in [*row["schools"], row["leisure"]]]
    assert len(names) == len(set(names)) == 36


# --- Texts ----------------------------------------------------------------------------------------

TEXTS = [(row["type"], row["kind"], text) for row in DEMO["item"] for text in row["texts"]]


def test_every_type_has_texts_from_agency_kinds_that_may_write_it() -> None:
    per_type = Counter(code for code, _, _ in TEXTS)
    assert set(per_type) == set(BY_CODE)
    assert all(8 <= count <= 14 for count in per_type.values()), per_type
    assert [(code, kind) for code, kind, _ in TEXTS if kind not in BY_CODE[code]["writers"]] == []


def test_texts_are_short_unique_and_name_nobody() -> None:
    everyone = {name for names in DEMO["names"].values() for name in names}
    assert len({text for _, _, text in TEXTS}) == len(TEXTS)
    for _, _, text in TEXTS:
        assert len(text) <= 200
        assert {field for _, field, _, _ in string.Formatter().parse(text) if field is not None} <= {"first"}
        assert set(re.findall(r"[\w-]+", text)) & everyone == set()


def test_no_text_of_the_police_is_a_negative_statement() -> None:
    """P-C9: a negative statement speaks as soon as it is missing once."""
    told = [text.lower() for _, kind, text in TEXTS if kind == "polis"]
    assert told
    assert [(text, phrase) for text in told for phrase in TYPES["never_offered"] if phrase in text] == []


# --- Information types ----------------------------------------------------------------------------


def test_bits_and_codes_are_unique_and_bits_leave_no_hole() -> None:
    assert len(BY_CODE) == len(ALL_TYPES) == 13
    assert sorted(row["bit"] for row in ALL_TYPES) == list(range(13))
    assert all(re.fullmatch("[a-z_]+", code) for code in BY_CODE)


def test_bits_are_where_consents_already_given_have_them() -> None:
    """A bit is never reused or moved: this table only grows."""
    assert {row["code"]: row["bit"] for row in ALL_TYPES} == {
        "attendance": 0,
        "school_results": 1,
        "school_situation": 2,
        "peers": 3,
        "leisure": 4,
        "home_and_family": 5,
        "health": 6,
        "substance_use": 7,
        "police_tells": 8,
        "concern_observations": 9,
        "measures_and_plan": 10,
        "risk_assessment": 11,
        "contact_details": 12,
    }


@pytest.mark.parametrize("code", BY_CODE)
def test_every_type_says_who_writes_it_and_why(code: str) -> None:
    row = BY_CODE[code]
    kinds = set(TYPES["agency_kinds"])
    assert row["writers"]
    assert set(row["writers"]) | set(row["never_to"]) <= kinds
    for text in ("name", "short", "easy_name", "easy_text", "example", "avoid"):
        assert row[text].strip()
    assert len(row["short"]) <= 60
    assert len(row["writers_reason"]) > 60
    assert len(row["never_to_reason"]) > 20
    assert "Skriv " in row["avoid"]


def test_a_kind_without_account_neither_writes_nor_receives() -> None:
    for kind in TYPES["kinds_without_account"]:
        assert all(kind not in row["writers"] and kind in row["never_to"] for row in ALL_TYPES)


@pytest.mark.parametrize("code", ["police_tells", "health", "substance_use"])
def test_leisure_never_receives_police_or_health_types(code: str) -> None:
    """P-A14, R6."""
    assert "fritid" in BY_CODE[code]["never_to"]


def test_only_the_police_write_what_the_police_tell_and_release_it_item_by_item() -> None:
    assert BY_CODE["police_tells"]["writers"] == ["polis"]
    assert TYPES["released_item_by_item"] == ["polis"]
    assert {code for code, row in BY_CODE.items() if "polis" in row["writers"]} == {
        "police_tells",
        "measures_and_plan",
    }


def test_every_kind_that_can_receive_has_purposes_to_start_from() -> None:
    offered = Counter(row["recipient"] for row in TYPES["purpose"])
    assert set(offered) == set(TYPES["agency_kinds"]) - set(TYPES["kinds_without_account"])
    keys = [(row["recipient"], row["code"]) for row in TYPES["purpose"]]
    assert len(keys) == len(set(keys))


# --- Factors --------------------------------------------------------------------------------------


def test_factor_codes_are_unique_and_follow_their_list() -> None:
    codes = [factor["code"] for factor in ALL_FACTORS]
    assert len(codes) == len(set(codes))
    for entry in FACTORS["list"]:
        assert [factor["code"] for factor in entry["factors"]] == [
            f"{entry['code']}-{number:02}" for number in range(1, len(entry["factors"]) + 1)
        ]


def test_the_lists_are_as_long_as_in_the_report_less_what_is_left_out() -> None:
    lengths = {entry["code"]: len(entry["factors"]) for entry in FACTORS["list"]}
    assert lengths == {
        "R1": 12, "S1": 7, "R2": 4, "R3": 18, "R4": 13, "P1": 24, "P2": 19, "P3": 19,
        "P4": 15, "P5": 8, "P6": 12,
    }  # fmt: skip
    assert all(row["reason"] and row["list"] in lengths for row in FACTORS["left_out"])


def test_every_factor_has_a_domain_a_kind_and_a_nature() -> None:
    for entry in FACTORS["list"]:
        assert entry["source"]
        assert entry["table"]
        for factor in entry["factors"]:
            assert factor["domain"] in FACTORS["domains"]
            assert factor.get("kind", entry["kind"]) in {"risk", "protective", "context"}
            assert factor.get("nature", entry["nature"]) in {"dynamic", "static"}


def test_no_factor_is_about_sex_or_ethnicity() -> None:
    """P-I5, R43: never factors, in any wording."""
    sex = r"\bkön|\bman\b|\bpojk|\bflick|kvinn"
    words = sex + "|etni|ursprung|nationalit|härkomst|invandr|utrikes|hudfärg|demografi"
    assert [factor["text"] for factor in ALL_FACTORS if re.search(words, factor["text"], re.IGNORECASE)] == []


def test_factors_carry_no_weight_and_no_points() -> None:
    allowed = {"code", "domain", "text", "nature", "kind"}
    assert [factor for factor in ALL_FACTORS if not set(factor) <= allowed] == []


# --- Kommuner -------------------------------------------------------------------------------------


def test_there_are_290_kommuner_with_unique_codes_in_their_county() -> None:
    rows = table("kommuner.csv")
    assert len(rows) == len({row["code"] for row in rows}) == 290
    assert all(re.fullmatch(r"\d{4}", row["code"]) and row["code"][:2] == row["county_code"] for row in rows)
    assert {row["code"]: row["name"] for row in rows}["0180"] == "Stockholm"
