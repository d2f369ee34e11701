"""A small chart of the ratings of one goal: coordinates only, drawn as inline SVG by the template (P-P2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from actionplans import words
from actionplans.models import LEVELS

LEFT, TOP, STEP_X, STEP_Y, RIGHT = 40, 12, 22, 18, 14


@dataclass(frozen=True, slots=True)
class Chart:
    """`line` and `dots` are paths; a dot is a line of no length with a round end."""

    width: int
    height: int
    line: str
    dots: str
    #: Of each level: the number, where it lies, and where its number stands.
    levels: list[tuple[str, int, int]]
    target: int
    said: str


def _y(level: int) -> int:
    return TOP + (LEVELS[-1] - level) * STEP_Y


def chart(ratings: Sequence[int]) -> Chart:
    """A chart of levels in the order of the meetings."""
    points = [(LEFT + STEP_X // 2 + n * STEP_X, _y(level)) for n, level in enumerate(ratings)]
    last = words.level_words(ratings[-1]).lower() if ratings else ""
    return Chart(
        width=LEFT + max(len(ratings), 8) * STEP_X + RIGHT,
        height=_y(LEVELS[0]) + TOP,
        line="M" + " L".join(f"{x} {y}" for x, y in points) if points else "",
        dots=" ".join(f"M{x} {y}h0" for x, y in points),
        levels=[(words.scale(level), _y(level), _y(level) + 4) for level in reversed(LEVELS)],
        target=_y(0),
        said=f"{len(ratings)} bedömningar, den senaste: {last}." if len(ratings) != 1 else f"En bedömning: {last}.",
    )
