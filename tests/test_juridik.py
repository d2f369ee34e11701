"""docs/juridik.md tells a lawyer what the product does: names, defaults and files in it are the code's."""

import re
from pathlib import Path

import pytest

from consent import situation
from hub.actions import safety
from hub.models import Municipality

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "juridik.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("field", "default"),
    [
        ("youth_signs_from_age", 12),
        ("decides_alone_from_age", 15),
        ("adult_from_age", 18),
        ("consent_max_months", 6),
        ("hindered_guardian_rule", False),
    ],
)
def test_a_setting_of_the_kommun_has_the_default_that_the_lawyer_reads(field: str, default: object) -> None:
    assert getattr(Municipality(), field) == default
    assert f"Municipality.{field}" in TEXT


def test_every_setting_of_the_kommun_is_before_the_lawyer() -> None:
    identity = {"id", "code", "name", "county_code", "county"}
    settings = {field.name for field in Municipality._meta.concrete_fields} - identity
    assert {name for name in settings if f"Municipality.{name}" not in TEXT} == set()


def test_days_and_minutes_are_those_of_the_code() -> None:
    assert f"`HINDERED_DAYS` = {situation.HINDERED_DAYS}" in TEXT
    assert f"`REVIEW_DAYS` = {situation.REVIEW_DAYS}" in TEXT
    assert f"`ASK_ADULT_DAYS` = {situation.ASK_ADULT_DAYS}" in TEXT
    assert f"{safety.BREAK_GLASS_PERIOD.total_seconds() / 60:.0f} minuter" in TEXT


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:hub|consent|triage|docs)/[\w/]+\.(?:py|toml|md))`", TEXT)
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_every_assumption_of_the_table_has_its_section() -> None:
    rows = re.findall(r"^\| (\d\.\d+) \|", TEXT, re.MULTILINE)
    sections = set(re.findall(r"^### (\d\.\d+) ", TEXT, re.MULTILINE))
    assert rows
    assert set(rows) <= sections
