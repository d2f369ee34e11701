"""Exports hold no withheld figure, say what they are, and run nothing in the program that opens them (P-S3)."""

import csv
import zipfile
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import pytest

from reports.cells import Axis, Counts, Dimension, ExactTable, Label, Table, Universe, Where, exact, only
from reports.export import About, as_csv, as_xlsx, file_name, harmless
from reports.suppression import SafeTable, suppress

ABOUT = About("Samverkanshubb, Solvik", datetime(2026, 7, 1, 6, 30, tzinfo=UTC), "2026, första halvåret")
UNIVERSE = Universe("kinds", (Dimension("kind", ("a", "b", "c")),))
SPACES = {"main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}

NAUGHTY = [
    "=1+1",
    "+46 70 000 00 00",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "\ufe66" + "1+1",
    "\u22121",
    "\u20131",
    '"=1+1',
    "'=1+1",
    "\u201d=1+1",
    '"";=1+1',
    "%0A=1",
    "|cmd",
    "\x00=1+1",
]


def table(title: str = "Sorter", first: str = "a") -> SafeTable:
    labels = tuple(Label(first if k == "a" else k, Where.of({"kind": only(k)})) for k in "abc")
    rows = Axis("Sort", (*labels, Label("Totalt", total=True)))
    asked = Table("kinds", title, "Alla som räknas; en gång var", UNIVERSE, rows, period="Första halvåret 2026")
    data = Counts(UNIVERSE, {("a",): 3, ("b",): 20, ("c",): 30})
    return suppress([asked], [data], secret="for tests only").table(asked)


def read_csv(content: bytes) -> list[list[Any]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes) -> list[list[list[Any]]]:
    """Every sheet as Excel would have it: text as str, numbers as int; a formula or link fails the test."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314  # written by this test
        shared = ["".join(t.text or "" for t in item.iter(f"{{{SPACES['main']}}}t")) for item in texts]
        sheets = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        assert not [name for name in book.namelist() if "externalLink" in name or name.endswith("sheet1.xml.rels")]
        return [_sheet(book.read(name), shared) for name in sheets]


def _sheet(content: bytes, shared: list[str]) -> list[list[Any]]:
    root = ElementTree.fromstring(content)  # noqa: S314  # written by this test
    assert root.find(".//main:f", SPACES) is None
    assert root.find(".//main:hyperlink", SPACES) is None
    rows = []
    for row in root.iterfind(".//main:row", SPACES):
        cells = [(cell.get("t"), cell.findtext("main:v", "", SPACES)) for cell in row.iterfind("main:c", SPACES)]
        rows.append([shared[int(value)] if kind == "s" else int(value) for kind, value in cells])
    return rows


def figures(lines: list[list[Any]]) -> list[list[Any]]:
    return [line[1:] for line in lines[next(i for i, line in enumerate(lines) if line[:1] == ["Sort"]) + 1 :]]


def test_a_withheld_figure_is_two_dots_and_the_file_says_why() -> None:
    safe = table()
    lines = read_csv(as_csv([safe], ABOUT))
    assert ["3"] not in figures(lines)
    assert [".."] in figures(lines)
    assert sum(cell == ".." for line in lines for cell in line) == safe.withheld == 2
    assert any("Tal under 5 visas aldrig" in cell for line in lines for cell in line)


def test_the_file_says_what_it_is_and_from_when() -> None:
    for lines in (read_csv(as_csv([table()], ABOUT)), *read_xlsx(as_xlsx([table()], ABOUT))):
        told = {line[0]: line[1] for line in lines if len(line) == 2}
        assert told["Definition"] == "Alla som räknas; en gång var"
        assert told["Källa"] == "Samverkanshubb, Solvik"
        assert told["Utgåva"] == "2026, första halvåret"
        assert told["Period"] == "Första halvåret 2026"
        assert told["Uppgifterna hämtades"] == "2026-07-01 08:30"


def test_figures_are_numbers_and_the_same_in_both_files() -> None:
    (sheet,) = read_xlsx(as_xlsx([table()], ABOUT))
    assert {type(cell) for row in figures(sheet) for cell in row} == {int, str}
    assert [[str(c) for c in row] for row in figures(sheet)] == figures(read_csv(as_csv([table()], ABOUT)))
    assert b";20\r\n" in as_csv([table()], ABOUT) or b";30\r\n" in as_csv([table()], ABOUT)


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_begins_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")
    lines = read_csv(as_csv([table(title=text, first=text)], About(text, ABOUT.asked_at, text)))
    cells = [cell for line in lines for cell in line if not cell.isdigit()]
    assert [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")] == []
    assert [cell for cell in cells if any(c in "\t\r\n\x00" for c in cell)] == []


def test_no_text_begins_a_formula_in_a_workbook() -> None:
    sheets = read_xlsx(as_xlsx([table(title=text, first=text) for text in NAUGHTY], ABOUT))
    texts = [cell for sheet in sheets for row in sheet for cell in row if isinstance(cell, str)]
    assert len(sheets) == len(NAUGHTY)
    assert [text for text in texts if text.lstrip()[:1] in ("=", "+", "-", "@")] == []


@pytest.mark.parametrize("text", ["Skärholmen", "14–17 år", "5 eller fler", "Å-son", "(ej angivet)", "", "'"])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_semicolons_quotes_and_breaks_stay_in_their_cell() -> None:
    lines = read_csv(as_csv([table(first='a;"b"\r\n=c')], ABOUT))
    assert len(figures(lines)) == 4
    assert any(line[0] == 'a;"b"  =c' for line in lines if line)


def test_sheets_have_names_that_excel_takes() -> None:
    long = "Deltagare per stadsdel och kön: [alla] under/efter?*"
    with zipfile.ZipFile(BytesIO(as_xlsx([table(title=long), table(title=long.upper())], ABOUT))) as book:
        root = ElementTree.fromstring(book.read("xl/workbook.xml"))  # noqa: S314  # written by this test
    names = [sheet.get("name") or "" for sheet in root.iterfind(".//main:sheet", SPACES)]
    assert len({name.lower() for name in names}) == 2
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_the_same_release_gives_the_same_file() -> None:
    assert as_xlsx([table()], ABOUT) == as_xlsx([table()], ABOUT)
    assert file_name(ABOUT, "csv") == "statistik-2026-forsta-halvaret.csv"


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_an_exact_table_cannot_be_exported(write: Any) -> None:
    safe = table()
    sharp: ExactTable = exact(safe.table, Counts(UNIVERSE, {("a",): 3}))
    with pytest.raises(TypeError, match="suppress"):
        write([sharp], ABOUT)
