"""The fixed words of the plan on paper, and the languages that a plan can be translated to (R57, P-C6)."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from consent.paper.language import SOURCE, Language, Paper, PaperError, load_language

PLAN = Paper(
    "Planen",
    Path(__file__).with_name("languages"),
    "Använd den svenska planen, och läs upp den med tolk.",
    "docs/plans.md",
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that the texts of a plan are translated to: what the paper's fonts can print."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"


LANGUAGES: dict[str, Tongue] = {
    one.code: one
    for one in (
        Tongue(SOURCE, "svenska"),
        Tongue("ar", "arabiska", "rtl"),
        Tongue("bs", "bosniska"),
        Tongue("en", "engelska"),
        Tongue("fi", "finska"),
        Tongue("fr", "franska"),
        Tongue("ckb", "kurdiska (sorani)", "rtl"),
        Tongue("fa", "persiska", "rtl"),
        Tongue("pl", "polska"),
        Tongue("ru", "ryska"),
        Tongue("so", "somaliska"),
        Tongue("es", "spanska"),
        Tongue("tr", "turkiska"),
        Tongue("uk", "ukrainska"),
    )
}
#: What somebody speaks, in Swedish → its code.
BY_NAME = {one.name: one.code for one in LANGUAGES.values()}


@lru_cache(maxsize=32)
def language_of(code: str = SOURCE) -> Language:
    """The fixed words in a language that somebody has reviewed, otherwise in Swedish."""
    try:
        found = load_language(code, paper=PLAN)
    except PaperError:
        return load_language(SOURCE, paper=PLAN)
    return found if len(found.texts["weekdays"].split()) == 7 else load_language(SOURCE, paper=PLAN)
