"""Somebody who has read everything published and wants to know what was withheld.

Shares nothing with `reports.worlds` and `reports.attack`: it has one unknown for each combination of all labels there
are, whole numbers only, and CP-SAT tells the least and the greatest that a figure can be.
"""

from collections.abc import Sequence
from itertools import product

from ortools.linear_solver import pywraplp

from reports.cells import Atom, Universe, Where
from reports.suppression import Released, Withheld

MANY = 200


class Attacker:
    def __init__(self, universe: Universe, releases: Sequence[Released]) -> None:
        self._universe = universe
        everything = product(*(dimension.labels for dimension in universe.dimensions))
        self.solver = pywraplp.Solver.CreateSolver("SAT")
        self._atoms: dict[Atom, object] = {
            atom: self.solver.IntVar(0, MANY, "") for atom in everything if universe.possible(atom)
        }
        self.withheld: set[Where] = set()
        for release in releases:
            for (_, where), figure in release.figures.items():
                if isinstance(figure, Withheld):
                    self.withheld.add(where)
                else:
                    self.solver.Add(self._sum(where) == figure)

    def _sum(self, where: Where) -> object:
        return self.solver.Sum(
            [variable for atom, variable in self._atoms.items() if counts(self._universe, where, atom)]
        )

    def interval(self, where: Where) -> tuple[int, int]:
        """The least and the greatest possible; the greatest of what has no end is `MANY` or more."""
        ends = []
        for direction in (self.solver.Minimize, self.solver.Maximize):
            direction(self._sum(where))
            assert self.solver.Solve() == self.solver.OPTIMAL
            ends.append(round(self.solver.Objective().Value()))
        return ends[0], ends[1]

    def pinned(self, *, width: int = 4) -> dict[Where, tuple[int, int]]:
        """The withheld figures that are known more closely than they may be."""
        found = {where: self.interval(where) for where in sorted(self.withheld, key=repr)}
        return {where: (low, high) for where, (low, high) in found.items() if high - low < width}


def counts(universe: Universe, where: Where, atom: Atom) -> bool:
    """Is somebody with these labels counted? Written anew, from what `Choice` says of itself."""
    labels = dict(zip((dimension.key for dimension in universe.dimensions), atom, strict=True))
    return all((labels[key] in choice.labels) != choice.but for key, choice in where.choices)


def as_told(release: Released) -> tuple[int | None, ...]:
    return tuple(None if isinstance(figure, Withheld) else figure for figure in release.figures.values())
