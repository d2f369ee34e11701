"""LIX as Björnsson counts it: words per sentence, and words of more than six letters in a hundred."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.readability import Readability, advise, lix, rounded

CASES = json.loads((Path(__file__).parent / "data" / "lix_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:20])
def test_words_sentences_and_long_words_are_counted(case: dict[str, Any]) -> None:
    """The same cases as of static/js/lix.js, in tests/browser/test_lix.py."""
    found = advise(case["text"])
    assert found.counted == Readability(case["words"], case["sentences"], case["long_words"])
    assert rounded(found.counted.lix) == case["lix"]
    assert list(found.long_sentences) == case.get("long_sentences", [])
    if "words_to_change" in case:
        assert list(found.long_words) == case["words_to_change"]


def test_advice_names_the_first_few_and_says_when_it_is_easy() -> None:
    hard = advise(
        "Samordningsansvarig handläggare, utredningssekreterare, gruppförbindelse, insatsledare, vårdplanering."
    )
    assert not hard.easy
    assert len(hard.long_words) == 5
    assert advise("Du går till skolan.").easy
    assert advise("Du går till skolan.").said == "LIX 4, barnbok. 4,0 ord per mening, 0 av 4 ord är långa."
    assert advise("").said == "Skriv något, så räknas det här."


def test_the_number_is_words_per_sentence_and_long_words_in_a_hundred() -> None:
    text = "Kommunen beslutar om insatser. Du får svar."  # 7 words, 2 sentences; kommunen, beslutar, insatser
    assert lix(text) == pytest.approx(7 / 2 + 300 / 7)
    assert lix("") == 0


@pytest.mark.parametrize(
    ("counted", "level"),
    [
        (Readability(24, 1, 0), "barnbok"),
        (Readability(25, 1, 0), "mycket lätt"),
        (Readability(30, 1, 0), "lätt"),
        (Readability(40, 1, 0), "medelsvår"),
        (Readability(50, 1, 0), "svår"),
        (Readability(60, 1, 0), "mycket svår"),
    ],
)
def test_a_level_begins_at_its_number(counted: Readability, level: str) -> None:
    assert counted.level == level
