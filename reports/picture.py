"""A small chart of a table that may be told: coordinates only, drawn as inline SVG by the template (P-S3)."""

from dataclasses import dataclass

from reports.suppression import Figure, SafeTable, Withheld

#: Units that the longest bar is wide.
WIDE = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One row that is told. A withheld figure has no bar, and so no length that gives it away."""

    label: str
    number: int
    width: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the page shows it: None is withheld."""

    number: int | None
    total: bool


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: tuple[Cell, ...]
    total: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The first column as bars, and the whole table for those who do not see them."""

    title: str
    bars: tuple[Bar, ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    withheld: int


def number(figure: Figure) -> int | None:
    """A figure as JSON and pages have it."""
    return None if isinstance(figure, Withheld) else figure


def picture(safe: SafeTable) -> Picture:
    """The chart and the lines of a table."""
    table = safe.table
    lines = tuple(
        Line(
            label.text,
            tuple(Cell(number(figure), table.columns.labels[c].total) for c, figure in enumerate(row)),
            label.total,
        )
        for label, row in zip(table.rows.labels, safe.grid, strict=True)
    )
    shown = [line for line in lines if not line.total]
    told = [(line.label, first) for line in shown if (first := line.cells[0].number) is not None]
    longest = max((n for _label, n in told), default=0)
    bars = tuple(Bar(label, n, WIDE * n // longest if longest else 0) for label, n in told)
    columns = tuple(label.text for label in table.columns.labels)
    return Picture(columns[0], bars, columns, lines, safe.withheld)
