"""The texts of the letters, by the same gate as the consent form: only what a human has reviewed is printed (R57)."""

from functools import lru_cache
from pathlib import Path

from consent.paper.language import SOURCE, Language, Paper, PaperError, load_language, printable_languages

__all__ = ["LETTER", "Language", "PaperError", "language_of", "languages"]

LETTER = Paper(
    "Brevet",
    Path(__file__).with_name("languages"),
    "Använd det svenska brevet, och läs upp det med tolk.",
    "docs/family-letters.md",
)


@lru_cache(maxsize=32)
def language_of(code: str = SOURCE) -> Language:
    """One language that letters may be printed in.

    Raises:
        PaperError: there is no such language, or nobody has reviewed it.
    """
    found = load_language(code, paper=LETTER)
    if len(found.texts["weekdays"].split()) != 7:
        raise PaperError(f"Brevet på {found.name} har inte sju veckodagar.")
    return found


@lru_cache(maxsize=1)
def languages() -> tuple[Language, ...]:
    """Those that can be printed today, Swedish first."""
    return printable_languages(paper=LETTER)
