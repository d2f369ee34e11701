"""What a consent paper holds, and the one function that prints it.

No models and no clock here: the caller gathers, this module prints, and the same content gives the same
bytes every time, so that a printed form can be compared with what was stored (P-C6).
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

import typst

from consent.paper.language import LANGUAGES, PaperError, load_language
from consent.paper.view import View

__all__ = [
    "ConsentPaper",
    "DisclosingPart",
    "PaperError",
    "Recipient",
    "Row",
    "SignerLine",
    "render_consent_form",
]

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An agency that would read.

    Args:
        purpose: why it needs the types; every tick has a purpose (P-C1).
        screen_only: reads on screen only, no papers or files (leisure, P-A14).
        police: moved to the section where police is a choice of its own (P-C6).
    """

    name: str
    purpose: str = ""
    screen_only: bool = False
    police: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One information type of a disclosing agency.

    Args:
        ticks: one per recipient, in order: True ja, False nej, None an empty box to tick by pen.
            An empty tuple is a row of empty boxes.
    """

    type_name: str
    description: str = ""
    ticks: tuple[bool | None, ...] = ()


@dataclass(frozen=True, slots=True)
class DisclosingPart:
    """What one agency may disclose: its own consent on the shared paper (P-C2, R10)."""

    agency_name: str
    kind_label: str
    recipients: tuple[Recipient, ...]
    rows: tuple[Row, ...]
    police: bool = False

    def __post_init__(self) -> None:
        if any(row.ticks and len(row.ticks) != len(self.recipients) for row in self.rows):
            raise ValueError("a row has one tick per recipient, or none at all")

    def cells(self, row: Row) -> tuple[bool | None, ...]:
        return row.ticks or (None,) * len(self.recipients)

    def only(self, *, police: bool) -> "DisclosingPart":
        """The same part with the police columns only, or without them."""
        kept = [place for place, to in enumerate(self.recipients) if to.police is police]
        return replace(
            self,
            recipients=tuple(self.recipients[place] for place in kept),
            rows=tuple(replace(row, ticks=tuple(self.cells(row)[place] for place in kept)) for row in self.rows),
        )


@dataclass(frozen=True, slots=True)
class SignerLine:
    """One person answering in one role; a parent has two lines, for the child and for herself (P-C3).

    Args:
        person: the caller's key for the person, never printed; `ConsentPaper.audience` names it.
        role: "ungdomen", "vårdnadshavare" …; name: empty leaves a line to write on.
        what: "för mig själv", "för mitt barn", "för uppgifter om mig".
        answer, police_answer, understood: None leaves boxes to tick by pen.
    """

    person: str
    role: str
    name: str
    what: str
    answer: bool | None = None
    signed_on: date | None = None
    police_answer: bool | None = None
    understood: bool | None = None


@dataclass(frozen=True, slots=True)
class ConsentPaper:
    """Everything one printed form says about one case; texts that are the same for all lie in the language.

    Args:
        language: "sv", "sv-lattlast" or another reviewed language.
        youth_name, case_number, interpreter, contact: empty leaves a line to write on.
        first_day, last_day: None leaves a line; last_day is the last day it holds (till och med).
        signers: in the order they stand on the paper; empty leaves room for three.
        items_from: earliest date of the items covered; None is from the first day (P-C1).
        contact: whom to call to withdraw, one line per row.
        court_ordered_text: what the court requires; None when no court has decided.
        court_requires_consent: the court has made the consent itself a part of its decision.
        audience: key of the person the copy is for; None is everybody. A family with a security flag gets
            one paper per person with that person's lines only (P-A8). The caller then also gives that
            person's own ticks, and texts without the others.
    """

    language: str
    form_version: str
    kind_of_cooperation: str
    case_number: str
    youth_name: str
    purpose: str
    disclosing: tuple[DisclosingPart, ...]
    first_day: date | None
    last_day: date | None
    items_from: date | None
    signers: tuple[SignerLine, ...]
    contact: str
    interpreter: str
    court_ordered_text: str | None
    printed_on: date
    audience: str | None = None
    court_requires_consent: bool = False


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The bundled fonts only: a paper looks the same on every server."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_HERE / "fonts"])


def render_consent_form(content: ConsentPaper, *, languages: Path = LANGUAGES) -> bytes:
    """Print the form as a tagged PDF, checked by the compiler against its PDF/UA-1 rules.

    Args:
        content: what the paper says; texts in it are printed as written, never read as markup.
        languages: where the language files lie (another directory in tests only).

    Raises:
        PaperError: the language does not exist, or is not fully translated and reviewed.
        ValueError: a copy for one person without a line for that person.
    """
    if not content.signers and content.audience is None:
        content = replace(content, signers=(SignerLine("", "", "", ""),) * 3)
    data = View(content, load_language(content.language, languages)).data()
    made = datetime.combine(content.printed_on, time(), tzinfo=UTC)
    pdf = typst.compile(
        _TEMPLATES / "consent.typ",
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
        timestamp=made,
    )
    return bytes(pdf)
