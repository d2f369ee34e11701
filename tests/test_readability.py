"""LIX as Björnsson counts it: words per sentence, and words of more than six letters in a hundred."""

import pytest

from hub.readability import Readability, lix, readability


@pytest.mark.parametrize(
    ("text", "words", "sentences", "long_words"),
    [
        ("", 0, 0, 0),
        ("– …", 0, 0, 0),
        ("Hej", 1, 1, 0),
        ("Vi ses. Kommer du? Ja!", 5, 3, 0),
        ("Komma hemåt tillsammans", 3, 1, 1),  # five, five and twelve letters
        ("abcdef abcdefg", 2, 1, 1),  # six letters are not long, seven are
        ("Mötet är kl. 9.00–10.00 i dag.", 6, 1, 0),  # a time is one word, and ends nothing
        ("Det står i bl.a. två brev.", 6, 1, 0),
        ("Ring 08-1234567890.", 2, 1, 0),  # digits make no word long
        ("Rubrik utan punkt\nText under den.", 6, 2, 0),
        ("Vi ses här: Torget.", 4, 2, 0),
        ("”Kom!” sa hon. ”Nu.”", 4, 2, 0),
        ("för- och efternamn", 3, 1, 1),
    ],
)
def test_words_sentences_and_long_words_are_counted(text: str, words: int, sentences: int, long_words: int) -> None:
    assert readability(text) == Readability(words, sentences, long_words)


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
