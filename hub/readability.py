"""LIX, the Swedish measure of how hard a text is to read (C.-H. Björnsson, 1968).

LIX = words / sentences + 100 x long words / words, where a long word has more than six letters. Usual marks: below 25
a children's book, below 30 very easy, 30-40 easy (fiction), 40-50 newspapers, 50-60 official texts, above 60 hard.
It measures length and nothing else: a text with a low number can still be unclear, so somebody reads it too.
"""

import re
from dataclasses import dataclass

#: A word with more letters than this is long.
LONG = 6
#: What stands together: 9.00–10.00, 08-123 45 67 (three words), för- och efternamn, SIG:s.
_WORD = re.compile(r"[^\W_]+(?:[-–’':.][^\W_]+)*")
#: A sentence ends where a new one begins: "kl. 9", "bl.a. i" and "12.30" end none; a new line always does.
_END = re.compile(r"[.!?:]+[\"”’)]*(?=\s+[\"”’(–-]*\s*[A-ZÅÄÖÉ]|\s*$)|\n+")
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


def readability(text: str) -> Readability:
    """Count words, sentences and long words; numbers are words, and never long ones."""
    parts = [_WORD.findall(part) for part in _END.split(text)]
    sentences = [part for part in parts if part]
    words = [word for part in sentences for word in part]
    long_words = sum(sum(map(str.isalpha, word)) > LONG for word in words)
    return Readability(len(words), len(sentences), long_words)


def lix(text: str) -> float:
    """The number alone."""
    return readability(text).lix
