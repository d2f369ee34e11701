"""Languages of the consent form: none is printed that a human has not reviewed (P-C6)."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consent.paper.form import (
    PaperError,
    render_consent_form,
)
from consent.paper.language import LANGUAGES, frame, load_language, printable_languages, shortcomings
from tests.papers import (
    FILLED,
    catalogue,
    pages,
    read,
)


def reviewed(code: str, direction: str, word: str) -> str:
    """A pseudo-language for tests: every text is the same word, its slots kept; no translation."""
    raw = tomllib.loads(frame(code, code, direction, f"testspråk {code}"))
    for key, row in raw["texts"].items():
        words = " ".join([word] * (12 if key == "months" else 3))
        slots = " ".join(re.findall(r"\{[a-z]+\}", row["svenska"]))
        row["translated"] = f"{words} {slots}".strip()
        row["reviewed_by"] = "Test Testsson, provläsare"
    lines = ["[language]"] + [f"{key} = {_toml(value)}" for key, value in raw["language"].items()]
    for key, row in raw["texts"].items():
        lines += [f"[texts.{key}]", *(f"{name} = {_toml(value)}" for name, value in row.items())]
    return "\n".join(lines)


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_swedish_and_easy_swedish_have_the_same_texts_and_slots() -> None:
    swedish, easy = load_language("sv").texts, load_language("sv-lattlast").texts
    slots = re.compile(r"\{[a-z]+\}")
    assert swedish.keys() == easy.keys()
    for key in swedish:
        assert set(slots.findall(swedish[key])) == set(slots.findall(easy[key])), key


@pytest.mark.parametrize(("code", "name"), [("ar", "arabiska"), ("so", "somaliska")])
def test_a_language_that_no_human_has_reviewed_is_refused_in_swedish(code: str, name: str) -> None:
    with pytest.raises(PaperError, match=rf"inte skrivas ut på {name} än: .*är inte översatta.*granskade"):
        render_consent_form(replace(FILLED, language=code))


@pytest.mark.parametrize("code", ["xx", "../sv", "", "SV", "sv/../ar"])
def test_an_unknown_language_is_refused(code: str) -> None:
    with pytest.raises(PaperError, match="finns inte på språket"):
        render_consent_form(replace(FILLED, language=code))


def test_the_languages_offered_are_those_that_can_be_printed() -> None:
    assert [language.code for language in printable_languages()] == ["sv", "sv-lattlast"]


@pytest.mark.parametrize("code", ["ar", "so"])
def test_the_frames_follow_the_swedish_text_in_use(code: str) -> None:
    path = LANGUAGES / f"{code}.toml"
    head = tomllib.loads(path.read_text(encoding="utf-8"))
    names = [head["language"][key] for key in ("code", "lang", "direction", "name")]
    _, lang, direction, name = names
    assert frame(code, lang, direction, name, head["texts"]) == path.read_text(encoding="utf-8")


def test_one_missing_text_review_slot_or_changed_original_is_enough_to_refuse() -> None:
    swedish = {"a": "Hej {agency}", "b": "Nej"}
    good = {
        "a": {"svenska": "Hej {agency}", "translated": "x {agency}", "reviewed_by": "N"},
        "b": {"svenska": "Nej", "translated": "y", "reviewed_by": "N"},
    }
    assert shortcomings(good, swedish) == []
    for change, said in (
        ({"translated": " "}, "översatta"),
        ({"reviewed_by": ""}, "granskade"),
        ({"svenska": "Hejsan {agency}"}, "äldre"),
        ({"translated": "x"}, "ord inom"),
    ):
        assert any(said in line for line in shortcomings({**good, "a": {**good["a"], **change}}, swedish))


def test_a_changed_swedish_text_keeps_the_words_but_loses_the_review() -> None:
    old = {"lead": {"svenska": "förr", "translated": "aaa", "reviewed_by": "N"}}
    row = tomllib.loads(frame("xx", "xx", "ltr", "test", old))["texts"]["lead"]
    assert (row["translated"], row["reviewed_by"]) == ("aaa", "")


def test_a_reviewed_right_to_left_language_prints_from_right_to_left(tmp_path: Path) -> None:
    (tmp_path / "qr.toml").write_text(reviewed("qr", "rtl", "ابجد"), encoding="utf-8")
    paper = replace(FILLED, language="qr")
    pdf = render_consent_form(paper, languages=tmp_path)
    assert str(catalogue(pdf)["/Lang"]) == "qr"
    places: list[float] = []

    def visit(text: str, cm: Any, matrix: Any, _font: Any, size: float) -> None:
        if text.strip() and size > 20:
            places.append(cm[4] + matrix[4])

    read(pdf).pages[0].extract_text(visitor_text=visit)
    assert places
    assert min(places) > 210 / 25.4 * 72 / 2  # the title stands in the right half of the page
    assert "Adam Exempelsson" in " ".join(pages(pdf)).replace("\u2068", "").replace("\u2069", "")
