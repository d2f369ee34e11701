"""What a statistical table is: a closed definition over the same few base dimensions (P-S3). No models, no queries.

Whoever is counted is one *atom*: one label of every base dimension, also of those that say when something began and
ended. A cell is a choice of labels per dimension and counts the atoms within it. Totals, other tables, years made of
half-years, and "ongoing at the end = ongoing at the start + begun - ended" are then choices over the same atoms, and
what one of them tells of another follows by itself (`reports.suppression`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

#: One label of every dimension, in the order of the universe.
Atom = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A property that everybody counted has exactly one label of, fixed for good once told ("begun in 2025-1")."""

    key: str
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.labels)) != len(self.labels) or not self.labels:
            raise ValueError(f"{self.key}: labels are missing or given twice")


@dataclass(frozen=True, slots=True)
class Impossible:
    """Combinations that cannot exist by definition ("ended before it began"): a zero that tells nobody anything.

    `test` gets one label per dimension of `dimensions`, in that order, and answers True for what cannot exist.
    """

    dimensions: tuple[str, ...]
    test: Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Universe:
    """Who is counted (`key`: "participants"), and by what. Two universes share nobody, or nothing that links them."""

    key: str
    dimensions: tuple[Dimension, ...]
    impossible: tuple[Impossible, ...] = ()

    def __post_init__(self) -> None:
        known = {dimension.key for dimension in self.dimensions}
        if len(known) != len(self.dimensions):
            raise ValueError(f"{self.key}: a dimension is given twice")
        for rule in self.impossible:
            if not set(rule.dimensions) <= known:
                raise ValueError(f"{self.key}: unknown dimension in {rule.dimensions}")

    def labels(self, dimension: str) -> tuple[str, ...]:
        return next(found.labels for found in self.dimensions if found.key == dimension)

    def possible(self, atom: Atom) -> bool:
        given = dict(zip((dimension.key for dimension in self.dimensions), atom, strict=True))
        return not any(rule.test(*(given[key] for key in rule.dimensions)) for rule in self.impossible)


@dataclass(frozen=True, slots=True)
class Choice:
    """Some labels of a dimension. `but`: all except these, which stays true when later labels are added.

    "Ongoing at the end of 2025-1" must be written as `but` of the half-years of ending up to then: the list of later
    ones grows, and a choice that an earlier release was made with must go on meaning the same people.
    """

    labels: frozenset[str]
    but: bool = False

    def within(self, labels: Iterable[str]) -> frozenset[str]:
        return frozenset(label for label in labels if (label in self.labels) is not self.but)


def only(*labels: str) -> Choice:
    return Choice(frozenset(labels))


def but(*labels: str) -> Choice:
    return Choice(frozenset(labels), but=True)


@dataclass(frozen=True, slots=True)
class Where:
    """Who a cell counts: choices on some dimensions, all of which must hold. Several on one dimension intersect."""

    choices: tuple[tuple[str, Choice], ...] = ()

    @classmethod
    def of(cls, choices: Mapping[str, Choice]) -> "Where":
        return cls(tuple(sorted(choices.items(), key=lambda item: item[0])))

    def __and__(self, other: "Where") -> "Where":
        return Where(self.choices + other.choices)

    def resolve(self, universe: Universe) -> dict[str, frozenset[str]]:
        """The labels per dimension; a dimension without restriction is left out.

        Raises ValueError for a dimension or label that the universe does not have.
        """
        found: dict[str, frozenset[str]] = {}
        for key, choice in self.choices:
            labels = universe.labels(key) if key in {d.key for d in universe.dimensions} else ()
            if not labels or not choice.labels <= set(labels):
                raise ValueError(f"{universe.key}: no such label of {key}: {sorted(choice.labels)}")
            found[key] = found.get(key, frozenset(labels)) & choice.within(labels)
        return {key: chosen for key, chosen in found.items() if chosen != frozenset(universe.labels(key))}


EVERYBODY = Where()


@dataclass(frozen=True, slots=True)
class Label:
    """A row or column: its Swedish text and whom it counts."""

    text: str
    where: Where = EVERYBODY
    total: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """Rows or columns, in the order they are shown; a total is a label like the others, with `total=True`."""

    title: str
    labels: tuple[Label, ...]


#: The columns of a table of one dimension.
COUNT = Axis("", (Label("Antal"),))


@dataclass(frozen=True, slots=True)
class Table:
    """A closed table: what it is called, how it is defined in words, whom it counts and how it is divided.

    One table per period: `where` holds the period or the state, `period` its Swedish name.
    """

    key: str
    title: str
    definition: str
    universe: Universe
    rows: Axis
    columns: Axis = COUNT
    where: Where = EVERYBODY
    period: str = ""

    def cells(self) -> Iterator[tuple[int, int, Where]]:
        for (r, row), (c, column) in product(enumerate(self.rows.labels), enumerate(self.columns.labels)):
            yield r, c, self.where & row.where & column.where

    def is_total(self, row: int, column: int) -> int:
        """How many of the two directions are summed over: 0 inside the table, 2 in its corner."""
        return self.rows.labels[row].total + self.columns.labels[column].total

    def is_whole(self, row: int, column: int) -> bool:
        """Whether the figure is the total of the whole table: everybody that the table counts."""
        along = self.columns.labels
        return self.rows.labels[row].total and (along[column].total or not any(label.total for label in along))


@dataclass(frozen=True, slots=True)
class Counts:
    """The data: how many there are of each atom. Raises ValueError for atoms that do not or cannot exist."""

    universe: Universe
    atoms: Mapping[Atom, int] = field(repr=False)

    def __post_init__(self) -> None:
        for atom, count in self.atoms.items():
            labels = zip(atom, self.universe.dimensions, strict=True)
            if count < 0 or any(label not in dimension.labels for label, dimension in labels):
                raise ValueError(f"{self.universe.key}: no such atom, or fewer than none of it")
            if count and not self.universe.possible(atom):
                raise ValueError(f"{self.universe.key}: somebody is counted where nobody can be")

    def count(self, where: Where) -> int:
        chosen = where.resolve(self.universe)
        tests = [(i, chosen[d.key]) for i, d in enumerate(self.universe.dimensions) if d.key in chosen]
        return sum(count for atom, count in self.atoms.items() if all(atom[i] in labels for i, labels in tests))


@dataclass(frozen=True, slots=True)
class ExactTable:
    """Every figure as it is: for *programansvarig* on the page only. No export takes it (P-S3)."""

    table: Table
    grid: tuple[tuple[int, ...], ...]


def exact(table: Table, counts: Counts) -> ExactTable:
    """Count every cell of `table`. Raises ValueError when `counts` is of another universe."""
    if counts.universe.key != table.universe.key:
        raise ValueError(f"{table.key} counts {table.universe.key}, not {counts.universe.key}")
    columns = len(table.columns.labels)
    flat = [counts.count(where) for _, _, where in table.cells()]
    return ExactTable(table, tuple(tuple(flat[i : i + columns]) for i in range(0, len(flat), columns)))
