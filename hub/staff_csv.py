"""Reading and writing CSV files of staff: UTF-8 or what Excel makes, and never a formula in what we hand out."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_BYTES = 2_000_000
MAX_ROWS = 10_000
#: A cell that begins so is run as a formula by Excel and others; an apostrophe makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadFile(Exception):
    """The file cannot be read at all; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows of texts. `rows` are (row number as a spreadsheet shows it, column → text)."""

    columns: list[str]
    rows: list[tuple[int, dict[str, str]]]
    #: Row number → how many cells too many it has.
    overlong: dict[int, int]


def decoded(raw: bytes) -> str:
    """The file's text: UTF-8 with or without a mark, UTF-16 with one, otherwise Windows-1252 as Excel saves it.

    Raises:
        BadFile: too large, empty, or no text file.
    """
    if len(raw) > MAX_BYTES:
        raise BadFile(f"Filen är för stor. Högst {MAX_BYTES // 1_000_000} MB går att importera åt gången. Dela den.")
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise BadFile("Det här är en Excel-fil. Välj ”Spara som” och ”CSV UTF-8” i Excel, och ladda upp den filen.")
    text = _decoded(raw)
    if "\x00" in text:
        raise BadFile("Filen är ingen textfil. Spara den som ”CSV UTF-8” och ladda upp den igen.")
    if not text.strip():
        raise BadFile("Filen är tom.")
    return text


def _decoded(raw: bytes) -> str:
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _decode(raw, codec)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(raw, "cp1252")


def _decode(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        raise BadFile("Filens tecken går inte att läsa. Spara den som ”CSV UTF-8” och ladda upp den igen.") from None


def parsed(text: str, *, wanted: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """The rows of a file whose first row names the columns, in any order, separated by semicolon, comma or tab.

    Raises:
        BadFile: a wanted column is missing, stands twice or is unknown; a quotation mark is never closed; too many
            rows.
    """
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text.strip("\r\n"), newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise BadFile("Ett citattecken öppnas men stängs aldrig. Kontrollera citattecknen i filen.") from None
    columns = [_plain(cell).lower() for cell in lines[0]]
    _check_columns(columns, wanted, optional)
    body = [(number, cells) for number, cells in enumerate(lines[1:], 2) if any(cell.strip() for cell in cells)]
    if len(body) > MAX_ROWS:
        raise BadFile(f"Filen har {len(body)} rader. Högst {MAX_ROWS} går att importera åt gången. Dela den.")
    rows = [(number, _row(columns, cells)) for number, cells in body]
    overlong = {number: len(cells) - len(columns) for number, cells in body if any(cells[len(columns) :])}
    return Table(columns, rows, overlong)


def _check_columns(columns: list[str], wanted: Sequence[str], optional: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in columns]
    unknown = [name for name in columns if name and name not in (*wanted, *optional)]
    if missing:
        raise BadFile(f"Kolumner saknas i första raden: {', '.join(missing)}. Utgå från mallen, och ta med rubrikerna.")
    if unknown:
        raise BadFile(f"Okända kolumner i första raden: {', '.join(unknown)[:200]}. Ta bort dem eller rätta namnen.")
    if len({name for name in columns if name}) < len([name for name in columns if name]):
        raise BadFile("En kolumn står två gånger i första raden. Ta bort den ena.")


def _row(columns: list[str], cells: list[str]) -> dict[str, str]:
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    return {column: _plain(cell) for column, cell in zip(columns, padded, strict=False) if column}


def _plain(cell: str) -> str:
    """A cell without blanks around it, and without the apostrophe that our own export put before a formula."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] and text[1:2] in FORMULA else text


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A file that Excel opens with a double click: semicolons, UTF-8 with a mark, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
