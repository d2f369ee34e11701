"""LIX, the Swedish measure of how hard a text is to read (C.-H. Björnsson, 1968).

LIX = words / sentences + 100 x long words / words, where a long word has more than six letters. Usual marks: below 25
a children's book, below 30 very easy, 30-40 easy (fiction), 40-50 newspapers, 50-60 official texts, above 60 hard.
It measures length and nothing else: a text with a low number can still be unclear, so somebody reads it too.

How it is counted is said here and nowhere else; static/js/lix.js counts the same as one writes, and both are held to
tests/data/lix_cases.json. Compounds are whole words, however long: nothing is hyphenated, and a soft hyphen is no
letter. What a hyphen, a colon or a dot joins without a space is one word. A sentence ends with . ! ? or : before a
capital letter or the end, and with every line.
"""

import re
from dataclasses import dataclass

#: A word with more letters than this is long.
LONG = 6
#: What stands together: 9.00–10.00, 08-123 45 67 (three words), för- och efternamn, SIG:s.
_WORD = re.compile(r"[^\W_]+(?:[-–’':.][^\W_]+)*")
#: A sentence ends where a new one begins: "kl. 9", "bl.a. i" and "12.30" end none; a new line always does.
#: Nothing in it can be matched in two ways: what is pasted may be long, and is counted before it is refused.
_END = re.compile(r"(?<![.!?:])[.!?:]+[\"”’)]*(?=\s+(?:[\"”’(–-]+\s*)?[A-ZÅÄÖÉ]|\s*$)|\n+")
#: Soft hyphens and other characters without width: they are no part of how a word is counted.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
#: What the family reads is at most this hard (P-P4).
TARGET = 30
#: A sentence with more words than this is better as two.
LONG_SENTENCE = 12
#: So many long words and long sentences are named at most.
NAMED = 5
_LEVELS = ((25, "barnbok"), (30, "mycket lätt"), (40, "lätt"), (50, "medelsvår"), (60, "svår"))


@dataclass(frozen=True, slots=True)
class Readability:
    """What was counted in a text."""

    words: int
    sentences: int
    long_words: int

    @property
    def lix(self) -> float:
        """0 for a text without words."""
        if not self.words:
            return 0.0
        return self.words / self.sentences + 100 * self.long_words / self.words

    @property
    def level(self) -> str:
        """In a word: barnbok, mycket lätt, lätt, medelsvår, svår or mycket svår."""
        return next((word for below, word in _LEVELS if self.lix < below), "mycket svår")


def _sentences(text: str) -> list[tuple[str, list[str]]]:
    """Each sentence as it stands, with its words."""
    plain = _UNSEEN.sub("", text).replace("\r\n", "\n")
    ends = [*(found.end() for found in _END.finditer(plain)), len(plain)]
    parts = [plain[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)]
    found = [(part, _WORD.findall(part)) for part in parts]
    return [(part, words) for part, words in found if words]


def _is_long(word: str) -> bool:
    return sum(map(str.isalpha, word)) > LONG


def readability(text: str) -> Readability:
    """Count words, sentences and long words; numbers are words, and never long ones."""
    sentences = _sentences(text)
    words = [word for _part, inside in sentences for word in inside]
    return Readability(len(words), len(sentences), sum(map(_is_long, words)))


@dataclass(frozen=True, slots=True)
class Advice:
    """What was counted, and what would make the text easier: sentences to divide, and words to say otherwise."""

    counted: Readability
    long_sentences: tuple[str, ...]
    long_words: tuple[str, ...]

    @property
    def easy(self) -> bool:
        """As easy as what the family reads shall be."""
        return self.counted.lix <= TARGET

    @property
    def said(self) -> str:
        """LIX 24 (barnbok): 6,0 ord per mening, 3 långa ord av 36."""
        one = self.counted
        if not one.words:
            return "Skriv något, så räknas det här."
        per_sentence = f"{rounded(10 * one.words / one.sentences) / 10:.1f}".replace(".", ",")
        return (
            f"LIX {rounded(one.lix)}, {one.level}. {per_sentence} ord per mening, "
            f"{one.long_words} av {one.words} ord är långa."
        )


def advise(text: str) -> Advice:
    """What makes the text harder than it need be: the first few of each, in the order they stand."""
    sentences = _sentences(text)
    long_words = dict.fromkeys(word for _part, inside in sentences for word in inside if _is_long(word))
    return Advice(
        readability(text),
        tuple(part for part, inside in sentences if len(inside) > LONG_SENTENCE)[:NAMED],
        tuple(long_words)[:NAMED],
    )


def rounded(value: float) -> int:
    """Half goes up, as in the browser."""
    return int(value + 0.5)


def lix(text: str) -> float:
    """The number alone."""
    return readability(text).lix
