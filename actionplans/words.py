"""How plans are said: the scale in words beside its numbers, and states as shape and word (P-P2)."""

from collections import Counter
from collections.abc import Iterable

from actionplans.models import LEVELS, Measure, MeasureState

_MINUS = "\N{MINUS SIGN}"
#: Words of the scale, as the family hears it.
LEVEL_WORDS = {
    -2: "Långt kvar till målet",
    -1: "En bit kvar till målet",
    0: "Målet är nått",
    1: "Bättre än målet",
    2: "Mycket bättre än målet",
}
#: State → kind and icon of its badge. "Ej möjlig" looks otherwise than "ej genomförd".
STATE_BADGE = {
    MeasureState.NOT_STARTED: ("outline", "circle-dashed"),
    MeasureState.ONGOING: ("info", "circle-dot"),
    MeasureState.DONE: ("ok", "circle-check"),
    MeasureState.NOT_DONE: ("warn", "circle-x"),
    MeasureState.NOT_POSSIBLE: ("neutral", "ban"),
    MeasureState.ABORTED: ("neutral", "circle-stop"),
}


def scale(level: int) -> str:
    """+1, 0, -1 with a true minus sign."""
    return f"+{level}" if level > 0 else f"{_MINUS}{-level}" if level < 0 else "0"


def for_family(level: int) -> str:
    """How far it has come, to the family: words and never the number (P-P2)."""
    return LEVEL_WORDS[level]


def level_words(level: int) -> str:
    """En bit kvar till målet (-1)"""
    return f"{LEVEL_WORDS[level]} ({scale(level)})"


def described(levels: list[str]) -> list[tuple[str, str]]:
    """The five levels of a goal, each with how it is said, from the lowest."""
    return [(level_words(level), text) for level, text in zip(LEVELS, levels, strict=True)]


def state_badge(state: str) -> tuple[str, str, str]:
    """The word, kind and icon of a state."""
    found = MeasureState(state)
    return (str(found.label), *STATE_BADGE[found])


def counts(states: Iterable[str]) -> str:
    """2 pågår, 1 ej genomförd, 1 ej möjlig: every state by itself, in the order of the states (P-P2)."""
    found = Counter(states)
    return ", ".join(f"{found[state]} {str(state.label).lower()}" for state in MeasureState if found[state])


def extent(measure: Measure) -> str:
    """2 timmar i veckan, or nothing where it is not said."""
    if measure.hours is None:
        return ""
    hours = f"{measure.hours.normalize():f}".replace(".", ",")
    return f"{hours} {'timme' if hours == '1' else 'timmar'} i veckan"
