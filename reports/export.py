"""A release as a file: CSV as a Swedish Excel reads it, and XLSX (P-S3).

Only `SafeTable` goes in, and only `suppress` makes one, so nothing exact can be exported whoever asks. Every text is
made harmless to the spreadsheet that opens it; figures are numbers.
"""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any, Final

from hub import clock
from reports.suppression import SafeTable, Withheld

#: In place of a withheld figure.
MARK: Final = ".."

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: What spreadsheets take for the beginning of a formula, as written in NFKC, which undoes full-width variants.
_FORMULA: Final = ("=", "+", "-", "@", "|", "%")
#: No spreadsheet shows them, and some skip them before they look for a formula.
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")
#: Quotes and separators: what is behind them is a cell's beginning to a program that splits otherwise.
_QUOTES: Final = ";,\"'`´‘’‚‛“”„‟«»‹›"

_WIDTH: Final = 28
_NAME_LENGTH: Final = 31


@dataclass(frozen=True, slots=True)
class About:
    """What is told beside the figures: where they are from, when they were asked for (UTC), and which release it is."""

    source: str
    asked_at: datetime
    release: str


Cell = str | int


def harmless(text: str) -> str:
    """`text` as no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe before what begins one.

    Unseen characters before it, quotes and spaces do not hide it. Control characters become spaces, line breaks too:
    they would begin a cell of their own where quoting is not understood.
    """
    flat = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return f"'{flat}" if _begins_formula(text) else flat


def _begins_formula(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n", "\0"):
        return True
    for character in unicodedata.normalize("NFKC", text):
        if unicodedata.category(character) in _UNSEEN or character in _QUOTES:
            continue
        return character in _FORMULA or unicodedata.category(character) == "Pd" or character == "−"
    return False


def note(table: SafeTable) -> str:
    """What the mark means, in the reader's words."""
    return (
        f"{MARK} betyder att talet inte visas. Tal under {table.threshold} visas aldrig, inte heller noll, "
        "och ibland döljs även större tal så att de små inte går att räkna ut."
    )


def file_name(about: About, suffix: str) -> str:
    """`statistik-2026-1.csv`: letters, digits and hyphens only."""
    plain = unicodedata.normalize("NFKD", about.release).encode("ascii", "ignore").decode().lower()
    name = "-".join("".join(c if c.isalnum() else " " for c in plain).split())
    return f"statistik-{name or 'utgava'}.{suffix}"


def as_csv(tables: Sequence[SafeTable], about: About) -> bytes:
    """UTF-8 with its mark, semicolons, CRLF: what Excel in Swedish opens without asking."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerows(_guarded(_lines(table, about)))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(tables: Sequence[SafeTable], about: About) -> bytes:
    """One sheet per table; text is written as text and never looked at for formulas or links."""
    import xlsxwriter

    out = BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, never) as book:
        # The moment of asking, not of writing: the same release gives the same file.
        book.set_properties({"title": harmless(about.release), "created": about.asked_at.replace(tzinfo=None)})
        names: set[str] = set()
        for table in tables:
            sheet = book.add_worksheet(_sheet_name(table.table.title, names))
            sheet.set_column(0, 0, _WIDTH)
            _fill(sheet, _guarded(_lines(table, about)), book.add_format({"align": "right"}))
    return out.getvalue()


def _fill(sheet: Any, lines: Iterator[list[Cell]], right: Any) -> None:
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell)
            else:
                sheet.write_string(row, column, cell, right if cell == MARK else None)


def _lines(safe: SafeTable, about: About) -> Iterator[list[Cell]]:
    if not isinstance(safe, SafeTable):  # where types are not checked
        raise TypeError("Only what suppress() made is exported.")
    table = safe.table
    yield [table.title]
    if table.period:
        yield ["Period", table.period]
    yield ["Definition", table.definition]
    yield ["Källa", about.source]
    yield ["Utgåva", about.release]
    yield ["Uppgifterna hämtades", clock.local(about.asked_at).strftime("%Y-%m-%d %H:%M")]
    yield ["Förklaring", note(safe)]
    yield []
    yield [table.rows.title, *(label.text for label in table.columns.labels)]
    for label, figures in zip(table.rows.labels, safe.grid, strict=True):
        yield [label.text, *(MARK if isinstance(figure, Withheld) else figure for figure in figures)]


def _guarded(lines: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    for line in lines:
        yield [cell if isinstance(cell, int) else harmless(cell) for cell in line]


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes: short, without its own marks, and not given before (case set aside)."""
    plain = "".join(" " if c in "[]:*?/\\'" or unicodedata.category(c) == "Cc" else c for c in title)
    name = wanted = " ".join(plain.split())[:_NAME_LENGTH].strip() or "Tabell"
    number = 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        end = f" {number}"
        name = wanted[: _NAME_LENGTH - len(end)] + end
    taken.add(name.lower())
    return name
