"""Worlds that someone who has read everything published cannot rule out, found by OR-Tools (P-S3).

A world is told by how it differs from the data, which costs a little per person, so that what is found is a few people
moved about. Linear programming looks (GLOP); where it answers with halves, SCIP looks among whole numbers. What either
finds counts only after exact arithmetic has checked it (`Attack._check`), so neither rounding nor a relaxed bound can
make a figure look safer than it is, and a solver that fails makes more be withheld, never less.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.worlds import System

#: How far from a whole number the solver may stray; what it means by it is checked exactly afterwards.
STRAY = 1e-5
#: What one step of a wanted figure is worth, against the weights of figures that must be withheld for it.
WORTH = 10_000.0
#: What it costs that a person is elsewhere.
EFFORT = 0.01
#: SCIP stops here: counted work, so that it is the same on any machine.
NODES = 200


class SolverMissing(RuntimeError):
    """OR-Tools is not installed. Nothing is published without proof, so there is no weaker way out."""

    def __init__(self) -> None:
        super().__init__("Statistics cannot be released without OR-Tools (dependency group planner).")


def _solver(name: str) -> Any:
    """Raises SolverMissing."""
    try:
        from ortools.linear_solver import pywraplp
    except ImportError as error:
        raise SolverMissing from error
    solver = pywraplp.Solver.CreateSolver(name)
    if solver is None:
        raise SolverMissing
    return solver


def _asked() -> Any:
    """Each question is a new one: what was found before must not decide which of several answers is given."""
    from ortools.linear_solver import pywraplp

    asked = pywraplp.MPSolverParameters()
    asked.SetIntegerParam(asked.INCREMENTALITY, asked.INCREMENTALITY_OFF)
    return asked


@dataclass(frozen=True, slots=True)
class Found:
    """A possible world: what each box would be, and which published ones it needs withheld."""

    values: tuple[int, ...]
    changed: tuple[int, ...]


class Attack:
    """The worlds that agree with all a reader has: the true value of every box that is not withheld.

    `weights`: what it costs to withhold a box too; None where it cannot be (told before, or so by definition).
    `kept`: boxes that are withheld only by who asks for it outright (`push`, `all_of_them`).
    """

    def __init__(
        self,
        system: System,
        true: Sequence[int],
        weights: Sequence[float | None],
        withheld: Iterable[int],
        kept: Iterable[int] = (),
    ) -> None:
        self._system, self._true, self._weights = system, true, weights
        self._withheld, self._kept = set(withheld), frozenset(kept)
        self._models = [self._model("GLOP")]

    def _model(self, name: str) -> "_Model":
        return _Model(name, self._system, self._weights, self._withheld, self._kept)

    def withhold(self, boxes: Iterable[int]) -> None:
        """From now on nothing more is told of these."""
        boxes = list(boxes)
        self._withheld.update(boxes)
        for model in self._models:
            model.withhold(boxes)

    def publish(self, box: int) -> None:
        """From now on `box`, which was withheld for others' sake, is told after all."""
        self._withheld.discard(box)
        for model in self._models:
            model.publish(box)

    def push(self, goals: Mapping[int, int], *, pay: bool, all_of_them: bool = False) -> Found | None:
        """A world that moves each box of `goals` up to so much up or down, as many of them and as far as it can.

        `pay`: more boxes may be withheld for it, as few and light as possible; `all_of_them`: the kept ones too.
        None: no world was found.
        """
        world = self._models[0].push(goals, pay=pay, all_of_them=all_of_them)
        if world is None:
            if len(self._models) == 1:
                self._models.append(self._model("SCIP"))
            world = self._models[1].push(goals, pay=pay, all_of_them=all_of_them)
        return None if world is None else self._check(world)

    def _check(self, world: Sequence[int]) -> Found | None:
        """Exact: is it a world that the reader cannot rule out?"""
        if not self._system.holds(world):
            return None
        values = self._system.values(world)
        changed = tuple(i for i, value in enumerate(values) if value != self._true[i] and i not in self._withheld)
        return None if any(self._weights[i] is None for i in changed) else Found(values, changed)


class _Model:
    """The same question to one solver: how the world differs from the data."""

    def __init__(
        self,
        name: str,
        system: System,
        weights: Sequence[float | None],
        withheld: Iterable[int],
        kept: frozenset[int],
    ) -> None:
        self._truth, self._weights, self._withheld, self._kept = system.truth, weights, set(withheld), kept
        self._solver = solver = _solver(name)
        self._asked = _asked()
        if name == "SCIP":
            solver.SetSolverSpecificParametersAsString(f"limits/nodes = {NODES}")
        self._variable = solver.NumVar if name == "GLOP" else solver.IntVar
        self._far = 2 * sum(system.truth) + 1000
        self._more = [self._variable(0, self._far, "") for _ in system.truth]
        self._less = {j: self._variable(0, value, "") for j, value in enumerate(system.truth) if value}
        self._moved: list[Any] = []
        self._paid: dict[int, tuple[Any, Any]] = {}
        for i, row in enumerate(system.rows):
            self._add_box(i, row)
        for left, right in system.agree:
            same = solver.Constraint(0, 0)
            self._sum(same, set(left) - set(right), 1)
            self._sum(same, set(right) - set(left), -1)

    def _sum(self, constraint: Any, unknowns: Iterable[int], sign: int) -> None:
        for j in sorted(unknowns):
            constraint.SetCoefficient(self._more[j], sign)
            if j in self._less:
                constraint.SetCoefficient(self._less[j], -sign)

    def _add_box(self, i: int, row: Iterable[int]) -> None:
        """How far the box has moved: not at all where it is fixed, else as far as is withheld or paid for."""
        withheld = i in self._withheld
        most = self._far if withheld or self._weights[i] is not None else 0
        moved = self._variable(-most, most, "")
        sums = self._solver.Constraint(0, 0)
        sums.SetCoefficient(moved, -1)
        self._sum(sums, row, 1)
        self._moved.append(moved)
        if most and not withheld:
            paid = self._variable(0, 0, ""), self._variable(0, 0, "")
            equal = self._solver.Constraint(0, 0)
            for variable, sign in zip((moved, *paid), (1, -1, 1), strict=True):
                equal.SetCoefficient(variable, sign)
            self._paid[i] = paid

    def withhold(self, boxes: Iterable[int]) -> None:
        for i in boxes:
            self._withheld.add(i)
            self._open(i, self._far)

    def publish(self, box: int) -> None:
        self._withheld.discard(box)
        self._open(box, 0)

    def _open(self, box: int, most: int) -> None:
        for variable in self._paid.get(box, ()):
            variable.SetBounds(0, most)

    def push(self, goals: Mapping[int, int], *, pay: bool, all_of_them: bool) -> list[int] | None:
        objective = self._solver.Objective()
        objective.Clear()
        objective.SetMaximization()
        for variable in (*self._more, *self._less.values()):
            objective.SetCoefficient(variable, -EFFORT)
        if pay:
            self._allow(objective, self._far, all_of_them=all_of_them)
        for i, goal in goals.items():
            objective.SetCoefficient(self._moved[i], WORTH if goal > 0 else -WORTH)
            self._moved[i].SetBounds(*((-self._far, goal) if goal > 0 else (goal, self._far)))
        solved = self._solver.Solve(self._asked) in (self._solver.OPTIMAL, self._solver.FEASIBLE)
        world = self._read() if solved else None
        for i in goals:
            self._moved[i].SetBounds(-self._far, self._far)
        if pay:
            self._allow(objective, 0, all_of_them=True)
        return world

    def _allow(self, objective: Any, most: int, *, all_of_them: bool) -> None:
        for i, paid in self._paid.items():
            if i not in self._withheld and (all_of_them or i not in self._kept):
                self._open(i, most)
                for variable in paid:
                    objective.SetCoefficient(variable, -(self._weights[i] or 0.0) if most else 0.0)

    def _read(self) -> list[int] | None:
        """The world, or None where it is not one of whole numbers."""
        world = list(self._truth)
        for sign, moves in ((1, enumerate(self._more)), (-1, self._less.items())):
            for j, variable in moves:
                value = variable.solution_value()
                if abs(value - round(value)) > STRAY:
                    return None
                world[j] += sign * round(value)
        return world
