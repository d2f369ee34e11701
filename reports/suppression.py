"""Small numbers are withheld, and enough beside them that nobody can work them out (P-S3).

`suppress` is the only maker of tables that may be printed, exported or shown to others than *programansvarig*.
"""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Any, Final

from reports.attack import SolverMissing
from reports.cells import Choice, Counts, Table, Where
from reports.protect import Protection, Unprotectable, kinds_of
from reports.worlds import Box, box_of, system

__all__ = [
    "THRESHOLD",
    "WITHHELD",
    "Figure",
    "Released",
    "SafeTable",
    "SolverMissing",
    "Unprotectable",
    "Withheld",
    "suppress",
]

#: A figure below this is withheld, none too.
THRESHOLD: Final = 5


class Withheld:
    """In place of a figure that is not told. There is one, `WITHHELD`, and it holds nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "WITHHELD"


WITHHELD: Final = Withheld()

Figure = Withheld | int

#: What it costs to withhold a figure inside a table, a total of one direction, the total of all.
WEIGHTS: Final = (1.0, 3.0, 9.0)

_MADE_HERE: Final = object()


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table as it may be told. Made by `suppress` and `Released.table` only: anybody else's raises TypeError."""

    table: Table
    grid: tuple[tuple[Figure, ...], ...]
    threshold: int
    _made: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._made is not _MADE_HERE:
            raise TypeError("Only suppress() makes a table that may be told.")

    @property
    def withheld(self) -> int:
        """How many figures are not told."""
        return sum(isinstance(figure, Withheld) for row in self.grid for figure in row)


@dataclass(frozen=True, slots=True)
class Released:
    """All that one release tells: the figure of everything it was asked for, per universe and choice of whom to count.

    Keep it (`as_json`) for as long as anybody may remember the release, and give it to every later `suppress`.
    """

    threshold: int
    figures: Mapping[tuple[str, Where], Figure]
    _made: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._made is not _MADE_HERE:
            raise TypeError("Only suppress() makes a release.")

    def table(self, table: Table) -> SafeTable:
        """`table` as this release told it. Raises KeyError when it was not part of the release."""
        columns = len(table.columns.labels)
        flat = [self.figures[table.universe.key, where] for _, _, where in table.cells()]
        grid = tuple(tuple(flat[i : i + columns]) for i in range(0, len(flat), columns))
        return SafeTable(table, grid, self.threshold, _MADE_HERE)

    def as_json(self) -> dict[str, Any]:
        """For keeping: a withheld figure is null, so what is kept holds no secret."""
        return {
            "threshold": self.threshold,
            "figures": [
                [
                    universe,
                    [[key, sorted(choice.labels), choice.but] for key, choice in where.choices],
                    None if isinstance(figure, Withheld) else figure,
                ]
                for (universe, where), figure in self.figures.items()
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Released":
        """What `as_json` gave."""
        figures: dict[tuple[str, Where], Figure] = {}
        for universe, choices, figure in kept["figures"]:
            where = Where(tuple((key, Choice(frozenset(labels), but)) for key, labels, but in choices))
            figures[universe, where] = WITHHELD if figure is None else int(figure)
        return cls(int(kept["threshold"]), figures, _MADE_HERE)


def suppress(
    tables: Sequence[Table],
    counts: Iterable[Counts],
    *,
    secret: str,
    threshold: int = THRESHOLD,
    published_before: Sequence[Released] = (),
) -> Released:
    """The release of `tables` together, safe beside every release in `published_before`.

    Withheld is every figure below `threshold`, none too, in totals as well (but not what is none by definition), and so
    many more that each withheld figure still can have values at least `threshold - 1` apart for one who has everything
    published in all releases and knows how the tables hang together. All tables that will ever stand side by side must
    be given in one call or through `published_before`. `counts`: one for each universe, as the data are now.

    `secret` decides which of equally good figures are withheld besides the small ones. Nobody outside may know it, or a
    reader who repeats the calculation could tell the small ones from the others; it need not be kept.

    Deterministic: same input, same answer. Raises Unprotectable when earlier releases leave no way; SolverMissing;
    ValueError for a table whose universe has no counts, a choice of labels that do not exist, or an empty secret.
    """
    if threshold < 2:
        raise ValueError("A threshold below 2 protects nobody.")
    if not secret:
        raise ValueError("Without a secret the choice of figures could be repeated.")
    given = {found.universe.key: found for found in counts}
    if missing := {table.universe.key for table in tables} - set(given):
        raise ValueError(f"No counts for {sorted(missing)}")
    figures: dict[tuple[str, Where], Figure] = {}
    for key, data in given.items():
        asked = [table for table in tables if table.universe.key == key]
        figures.update(_Universe(data, threshold, secret).release(asked, published_before))
    return Released(threshold, figures, _MADE_HERE)


@dataclass(frozen=True, slots=True)
class _Universe:
    counts: Counts
    threshold: int
    secret: str

    def release(self, tables: Sequence[Table], before: Sequence[Released]) -> dict[tuple[str, Where], Figure]:
        universe = self.counts.universe
        asked: dict[Where, Box] = {}
        weights: dict[Box, float] = {}
        wholes: set[Box] = set()
        for table in tables:
            for row, column, where in table.cells():
                box = asked.setdefault(where, box_of(where.resolve(universe)))
                weights[box] = weights.get(box, 0.0) + WEIGHTS[table.is_total(row, column)]
                if table.is_whole(row, column):
                    wholes.add(box)
        past: dict[Box, set[int]] = {}
        for released in before:
            for (key, where), figure in released.figures.items():
                if key == universe.key:
                    told = past.setdefault(box_of(where.resolve(universe)), set())
                    told.update(() if isinstance(figure, Withheld) else (figure,))
        figures = self._figures(weights, wholes, past)
        return {(universe.key, where): figures[box] for where, box in asked.items()}

    def _figures(
        self, weights: Mapping[Box, float], wholes: set[Box], past: Mapping[Box, set[int]]
    ) -> dict[Box, Figure]:
        """What may be told of each box."""
        boxes = list(dict.fromkeys([*weights, *past]))
        equations = system(self.counts, boxes)
        values = equations.values(equations.truth)
        kinds = kinds_of(
            values,
            threshold=self.threshold,
            by_definition={i for i, row in enumerate(equations.rows) if not row},
            before={i: past[box] for i, box in enumerate(boxes) if box in past},
            past={i for i, box in enumerate(boxes) if box not in weights},
        )
        costs = [weights.get(box, 0.0) * self._lot(box) for box in boxes]
        kept = [i for i, box in enumerate(boxes) if box in wholes]
        hidden = Protection(equations, kinds, costs, self.threshold, kept).run()
        return {box: WITHHELD if i in hidden else values[i] for i, box in enumerate(boxes)}

    def _lot(self, box: Box) -> float:
        """Between 0.6 and 1.6, drawn for the box by the secret and never by its value."""
        drawn = hmac.digest(self.secret.encode(), json.dumps(box).encode(), "sha256")
        return exp(int.from_bytes(drawn[:8]) / 2**64 - 0.5)
