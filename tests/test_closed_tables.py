"""What the closed set of a half-year tells of a small kommun, and that nobody works out the rest (P-S3)."""

from collections.abc import Iterable
from datetime import date, datetime

from hub import clock
from reports import closed
from reports.cells import Table
from reports.closed import HalfYear
from reports.programme import Participant
from reports.suppression import Released, Withheld, suppress
from tests.table_attacker import Attacker

HALF = HalfYear(2026, 1)
PLACES = [(str(n), f"Stadsdel {n}") for n in range(1, 13)]


def instant(year: int, month: int) -> datetime:
    return clock.start_of_day(date(year, month, 3))


def boy(
    district: int | None, *, ended: bool = False, outcome: str = "as_planned", court: bool = False, age: int = 16
) -> Participant:
    return Participant(
        district=district,
        sex="M",
        born=date(2026 - age, 1, 1),
        court_ordered=court,
        begun_at=instant(2026, 2),
        ended_at=instant(2026, 5) if ended else None,
        outcome=outcome if ended else "",
        age=age,
    )


def released(
    rows: list[Participant], places: list[tuple[str, str]], before: Iterable[Released] = (), half: HalfYear = HALF
) -> tuple[Released, list[Table]]:
    before = list(before)
    of = closed.universe_of(half, rows, places, before)
    tables = closed.tables(of, half, places)
    return suppress(tables, [closed.counts(of, rows)], secret="for tests", published_before=before), tables


def told(released: Released, table: Table) -> dict[str, int | None]:
    grid = released.table(table).grid
    figures = {label.text: row[0] for label, row in zip(table.rows.labels, grid, strict=True)}
    return {text: None if isinstance(figure, Withheld) else figure for text, figure in figures.items()}


def small_kommun() -> list[Participant]:
    """Twenty-six boys in twelve districts, as the demo has them: nearly every figure is small."""
    counts = {1: 2, 2: 5, 3: 4, 4: 2, 5: 1, 6: 6, 7: 6}
    ages = (14, 15, 16, 16, 17, 18)
    places = [place for place, number in counts.items() for _ in range(number)]
    return [boy(place, court=n % 4 == 0, age=ages[n % 6], ended=n % 9 == 0) for n, place in enumerate(places)]


def test_a_small_kommun_is_told_how_many_took_part() -> None:
    release, tables = released(small_kommun(), PLACES)
    figures = {table.key: told(release, table) for table in tables}
    assert {key: table["Alla"] for key, table in figures.items()} == dict.fromkeys(figures, 26) | {"utfall": None}
    assert figures["kon"] == {
        **dict.fromkeys(("Pojke eller man", "Flicka eller kvinna", "Framgår inte")),
        "Alla": 26,
    }, "the boys are withheld instead: without girls they are everybody"


def test_beside_the_small_figures_of_a_table_hardly_more_than_one_is_withheld() -> None:
    rows = small_kommun()
    release, tables = released(rows, PLACES)
    counts = closed.counts(tables[0].universe, rows)
    for table in tables:
        large = [where for _, _, where in table.cells() if counts.count(where) >= 5]
        assert sum(isinstance(release.figures["participants", where], Withheld) for where in large) <= 2, table.key


def test_nobody_works_out_more_with_all_tables_of_two_half_years() -> None:
    """The totals are told, so this is what protects: the attacker has them, and every label there is."""
    places = PLACES[:3]
    early = [boy(n % 3 + 1, age=(14, 16)[n % 5 == 0], court=n % 7 == 0) for n in range(17)]
    first, tables = released(early, places)
    late = [*early[2:], *(boy(n + 1, ended=True, outcome="moved") for n in range(2)), boy(1)]
    second, tables = released(late, places, [first], HALF.next)
    assert Attacker(tables[0].universe, [first, second]).pinned() == {}


def test_what_everybody_knows_cannot_be_is_no_way_out() -> None:
    """Where all social services have a district nobody is outside: 54 less 20 and 30 would be the third."""
    places = PLACES[:3]
    release, tables = released([boy(place) for place in [1] * 20 + [2] * 30 + [3] * 4], places)
    [table] = [table for table in tables if table.key == "stadsdel"]
    figures = told(release, table)
    assert figures["Alla"] == 54
    assert sum(figure is None for figure in figures.values()) == 2
    assert set(table.universe.labels("district")) == {"1", "2", "3"}


def test_an_end_without_a_row_of_its_own_is_another_end() -> None:
    rows = [boy(1, ended=True, outcome="running"), *(boy(1, ended=True) for _ in range(9))]
    of = closed.universe_of(HALF, rows, PLACES, [])
    assert "running" not in of.labels("outcome")
    counts = closed.counts(of, rows)
    [table] = [table for table in closed.tables(of, HALF, PLACES) if table.key == "utfall"]
    numbers = {table.rows.labels[r].text: counts.count(where) for r, _c, where in table.cells()}
    assert (numbers["Annat"], numbers["Enligt plan"], numbers["Alla"]) == (1, 9, 10)
