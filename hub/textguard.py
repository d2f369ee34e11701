"""What free text may hold: patterns only, never the register, so that no refusal tells who exists (P-A15)."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub.personnummer import has_check_digit

MAX_TEXT = 20_000  # characters
MAX_NAME = 120  # characters

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class BadText(ValueError):
    """The text cannot be accepted; the message is plain Swedish for the field it stands in."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Span:
    """Where something was found, `[start, end)` in characters. It carries no content, so it may be logged."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


# --- cleaning -------------------------------------------------------------------------------------


def _place(text: str, index: int) -> str:
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    return f"tecken {column}" if "\n" not in text else f"rad {line}, tecken {column}"


def _refuse_bad_character(text: str) -> None:
    for index, character in enumerate(text):
        if character in _BIDI:
            problem = "ett osynligt tecken som vänder textens riktning"
        elif unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            problem = "ett styrtecken som inte kan sparas"
        else:
            continue
        raise BadText(f"Texten innehåller {problem} ({_place(text, index)}). Ta bort det.", "bad_character")


def _refuse_long(text: str, max_length: int, *, times: int = 1) -> None:
    if len(text) > times * max_length:
        raise BadText(f"Texten är för lång: {len(text)} tecken. Högst {max_length} får plats.", "too_long")


def clean_text(text: str, *, max_length: int = MAX_TEXT) -> str:
    """The text as it is stored: NFC, newlines as "\\n", no blanks around it.

    Letters of any script, right-to-left text and emoji are kept as they are. Raises BadText for control
    characters other than newline and tab, for characters that reorder the text around them, and above
    `max_length` characters.
    """
    _refuse_long(text.strip(), max_length, times=4)  # before the costly part, for a text of many megabytes
    unified = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    _refuse_bad_character(unified)
    cleaned = unified.strip()
    _refuse_long(cleaned, max_length)
    return cleaned


def clean_name(text: str) -> str:
    """A person's name on one line, with single spaces. Raises BadText."""
    cleaned = clean_text(text, max_length=MAX_NAME)
    if "\n" in cleaned or "\t" in cleaned:
        raise BadText("Skriv namnet på en rad.", "line_break")
    if not any(unicodedata.category(character).startswith("L") for character in cleaned):
        raise BadText("Skriv ett namn med minst en bokstav.", "no_letter")
    if find_personnummer(cleaned):
        raise BadText("Skriv bara namnet här. Personnumret har ett eget fält.", "personnummer")
    return re.sub(r" {2,}", " ", cleaned)


# --- patterns -------------------------------------------------------------------------------------

_DASH = "-+\u2010-\u2015\u2212"
_NUMBER = re.compile(
    rf"(?<!\d)(?P<century>1[89]|20)?(?P<year>\d\d)(?P<gap>[-./ ]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)"
    rf"(?P<mark>[ \u00a0]?[{_DASH}]?[ \u00a0]?)(?P<last>\d{{4}})(?!\d)"
)


def find_personnummer(text: str) -> list[Span]:
    """What looks like a personnummer or samordningsnummer, also with blanks, dots or the wrong dash.

    A number that can only be one (a dash before the last four, or twelve digits in a row) counts even with a
    mistyped check digit; looser forms count only with the right one, or every phone number would be found.
    """
    return [Span(*match.span()) for match in _NUMBER.finditer(text) if _is_number(match)]


def _is_number(match: re.Match[str]) -> bool:
    part = {name: value or "" for name, value in match.groupdict().items()}
    month, day = int(part["month"]), int(part["day"])
    if month > 12 or not (60 <= day <= 91 or (month and 1 <= day <= 31)):  # day + 60: samordningsnummer
        return False
    dashed = part["mark"].strip(" \u00a0") != ""
    certain = not part["gap"] and (dashed or (bool(part["century"]) and not part["mark"]))
    ten = "".join(str(int(c)) for c in part["year"] + part["month"] + part["day"] + part["last"])
    return certain or has_check_digit(ten)


_WORD = r"[A-ZÅÄÖÉÜÁÍÓÚÇÑÈÊŠŽĆČĐŁØÆİŞĞ][a-zà-öø-ÿšžćčđłışğ]+"
_NAME = rf"{_WORD}(?:-{_WORD})?"
_PAIR = re.compile(
    rf"(?<![\w-])(?P<first>{_NAME})(?: (?:af|von|van|de|da|al|el|bin|ibn))?"
    rf"[ \u00a0](?P<last>{_NAME})(?![\w-])"
)

# Words that begin sentences, roles in the family and at work, organisations and places.
_NOT_NAMES = """
Han Hon Hen Den Det De Dem Vi Ni Jag Du Man En Ett I På Av Om När Var Vad Hur Varför Där Här Då Nu Sedan
Efter Före Under Över Vid Med Utan Till Från För Mot Hos Ingen Inget Inga Alla Båda Många Några Någon
Enligt Idag Igår Imorgon Ibland Ofta Aldrig Bara Också Men Och Eller Samt Som Att Har Är Blev Blir Kan
Ska Vill Måste Får Mamma Pappa Mor Far Mormor Morfar Farmor Farfar Syster Bror Barnet Pojken Flickan
Eleven Ungdomen Vårdnadshavare Läraren Rektor Rektorn Kuratorn Polisen Socialtjänsten Samordnaren
Kontakten Chefen Handläggaren Skola Skolan Skolans Gymnasium Gymnasiet Gymnasieskola Grundskola Stad
Stads Kommun Kommunen Region Regionen Län Läns Polis Polismyndigheten Socialnämnden Nämnden Fritid
Fritids Fritidsgård Fritidsgården Förening Klubb Norra Södra Östra Västra Nya Gamla Stora Lilla Sankt
Stockholms Göteborgs Malmö Uppsala Sveriges Svenska Barn Ungdom Kultur Idrott Centrum Torg Torget Gatan
Vägen Park Parken
"""
NOT_NAMES = frozenset(_NOT_NAMES.split())


def find_name_pairs(text: str) -> list[Span]:
    """Pairs of capitalised words that look like a person's first and last name ("Kalle Svensson").

    A guess from spelling alone: it misses names in lower case and single names, and may point at a place.
    It is for a question to the writer ("Är det ett namn?"), not for a refusal.
    """
    found, start = [], 0
    while match := _PAIR.search(text, start):
        if match["first"] in NOT_NAMES or match["last"] in NOT_NAMES:
            start = match.end("first")
        else:
            found.append(Span(*match.span()))
            start = match.end()
    return found


# --- Django forms ---------------------------------------------------------------------------------


def _validate(clean: Callable[[str], str], value: str) -> None:
    try:
        clean(value)
    except BadText as bad:
        raise ValidationError(bad.message, code=bad.code) from None


def validate_plain_text(value: str) -> None:
    """Validator for a form or model field with free text."""
    _validate(clean_text, value)


def validate_person_name(value: str) -> None:
    """Validator for a field with one person's name."""
    _validate(clean_name, value)


class PlainTextField(forms.CharField):
    """Free text that arrives cleaned: what the form hands over is what may be stored."""

    def __init__(self, *, max_length: int = MAX_TEXT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = max_length
        self.max_length = max_length  # set afterwards: the browser must not cut, HubForm's counter must know

    def clean(self, value: Any) -> Any:
        return super().clean(self._cleaned(value))

    def _cleaned(self, value: Any) -> Any:
        try:
            return clean_text(value, max_length=self.limit) if isinstance(value, str) else value
        except BadText as bad:
            raise ValidationError(bad.message, code=bad.code) from None


class PersonNameField(PlainTextField):
    """One person's name, cleaned."""

    def _cleaned(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return value
        try:
            return clean_name(value)
        except BadText as bad:
            raise ValidationError(bad.message, code=bad.code) from None
