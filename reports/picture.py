"""A small chart of a table that may be told: coordinates only, drawn as inline SVG by the template (P-S3)."""

from dataclasses import dataclass

from reports.suppression import Figure, SafeTable, Withheld

#: Units that the longest bar is wide.
WIDE = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. `number` is None where the figure is withheld: it has no bar, and no length that gives it away."""

    label: str
    number: int | None
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
    longest = max((line.cells[0].number or 0 for line in shown), default=0)
    bars = tuple(Bar(line.label, line.cells[0].number, _width(line.cells[0].number, longest)) for line in shown)
    columns = tuple(label.text for label in table.columns.labels)
    return Picture(columns[0], bars, columns, lines, safe.withheld)


def _width(n: int | None, longest: int) -> int:
    return WIDE * n // longest if n and longest else 0
