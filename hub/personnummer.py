"""Personnummer and samordningsnummer: read as people write them, kept as twelve digits (P-I1, R42).

The number only *suggests* birth date and sex: the day may be a nearby one (1991:481 18 §), so both are
stored on their own and can differ. The PyPI package `personnummer` is the second opinion in the tests; it
does not know samordningsnummer with an unknown month or day, which Skatteverket gives out.
"""

import re
from dataclasses import dataclass, field
from datetime import date

EARLIEST_YEAR = 1890
_SHAPE = re.compile(r"(?P<century>\d\d)?(?P<short>\d{6})(?P<mark>[-+]?)(?P<last>\d{4})")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))


class InvalidPersonnummer(ValueError):
    """Not a valid number; the message is plain Swedish, says how to mend it and not what was typed."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Personnummer:
    """A valid number. `repr` and `str` are masked; `digits` is all of it, stored only encrypted."""

    digits: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    """A suggestion for the person's own field; None where a samordningsnummer leaves it out."""
    is_coordination: bool

    @property
    def suggests_male(self) -> bool:
        """The third digit of the serial is odd for men, even for women; not a truth about anybody."""
        return int(self.digits[10]) % 2 == 1

    def __str__(self) -> str:
        return masked(self.digits)


def has_check_digit(ten: str) -> bool:
    """Whether the tenth digit is the check digit of the nine before (modulus 10), whatever the date says."""
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(ten))
    return total % 10 == 0


def masked(digits: str) -> str:
    """20101203-****, for pages where the number must be recognised but not read."""
    return f"{digits[:8]}-****"


def formatted(digits: str) -> str:
    """20101203-2392, from the twelve digits."""
    return f"{digits[:8]}-{digits[8:]}"


def _refuse(code: str, message: str) -> InvalidPersonnummer:
    return InvalidPersonnummer(message, code)


def _century(short: str, mark: str, on: date) -> str:
    """The century that ten digits leave out: "-" turns less than 100 this year, "+" 100 or more (R42)."""
    year = on.year - (on.year - int(short[:2])) % 100
    return str((year - 100 if mark == "+" else year) // 100)


def _birth_date(eight: str, on: date) -> tuple[date | None, bool]:
    """The date in the number, if it has one, and whether it is a samordningsnummer (day + 60)."""
    year, month, day = int(eight[:4]), int(eight[4:6]), int(eight[6:])
    coordination = 60 <= day <= 91
    try:
        born = date(year, month, day - 60 if coordination else day)
    except ValueError:
        born = None
        if not coordination or month > 12:
            raise _refuse(
                "date", "Datumet i personnumret finns inte. Kontrollera år, månad och dag: ÅÅÅÅMMDD-NNNN."
            ) from None
    if (born or date(year, 1, 1)) > on:
        raise _refuse("future", "Födelsedatumet i personnumret ligger i framtiden. Kontrollera året.")
    if year < EARLIEST_YEAR:
        raise _refuse("century", f"Personnumret börjar med ett år före {EARLIEST_YEAR}. Kontrollera året.")
    return born, coordination


def parse(text: str, *, on: date) -> Personnummer:
    """Reads ten or twelve digits with or without "-", "+" and blanks.

    `on` is the day that decides the century of ten digits and what lies in the future.
    Raises InvalidPersonnummer with a message for the field.
    """
    compact = re.sub(r"\s", "", text.translate(_DASHES))
    if not compact:
        raise _refuse("empty", "Skriv personnumret med tolv siffror: ÅÅÅÅMMDD-NNNN.")
    if not re.fullmatch(r"[0-9+-]+", compact):
        raise _refuse("characters", "Personnumret får bara innehålla siffror och bindestreck: ÅÅÅÅMMDD-NNNN.")
    if (shape := _SHAPE.fullmatch(compact)) is None:
        found = len(re.sub(r"\D", "", compact))
        if found in (10, 12):
            raise _refuse("shape", "Bindestrecket ska stå före de fyra sista siffrorna: ÅÅÅÅMMDD-NNNN.")
        raise _refuse("length", f"Personnumret ska ha tolv siffror, ÅÅÅÅMMDD-NNNN. Du skrev {found}.")
    century = shape["century"] or _century(shape["short"], shape["mark"], on)
    digits = century + shape["short"] + shape["last"]
    born, coordination = _birth_date(digits[:8], on)
    if digits[8:11] == "000" or not has_check_digit(digits[2:]):
        raise _refuse("check_digit", "Personnumret stämmer inte. Kontrollera de fyra sista siffrorna.")
    return Personnummer(digits, born, coordination)
