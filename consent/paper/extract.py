"""The register extract on paper: what an agency has given about a person, to whom and why (P-C8, R36).

No models and no clock here, as in `consent.paper.form`: the caller decides what may be said, this module prints it.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import typst

from consent.paper.form import _TEMPLATES, _fonts
from consent.paper.view import cleaned
from hub import swedish


@dataclass(frozen=True, slots=True)
class Said:
    """A heading and what stands under it, one paragraph a line."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterExtract:
    """Everything one extract says; what is the same for all stands in the template.

    Args:
        agency: whose register it is; each agency answers for its own (R30).
        consents: what it may give under consents. rows: what it has given on other grounds, oldest first.
    """

    agency: str
    person: str
    printed_on: date
    consents: tuple[Said, ...]
    rows: tuple[Said, ...]


def render_register_extract(content: RegisterExtract) -> bytes:
    """Print the extract as a tagged PDF, checked by the compiler against its PDF/UA-1 rules."""
    safe = cleaned(content)
    data = {
        "agency": safe.agency,
        "person": safe.person,
        "printed": swedish.day(safe.printed_on),
        "printed_on": [safe.printed_on.year, safe.printed_on.month, safe.printed_on.day],
        "consents": [_said(said) for said in safe.consents],
        "rows": [_said(said) for said in safe.rows],
    }
    pdf = typst.compile(
        _TEMPLATES / "extract.typ",
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(content.printed_on, time(), tzinfo=UTC),
    )
    return bytes(pdf)


def _said(said: Said) -> dict[str, object]:
    return {"title": said.title, "lines": [line for text in said.lines for line in text.splitlines() if line.strip()]}
