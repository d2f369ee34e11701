"""A letter on paper: tagged PDF in big type, the same bytes for the same words (P-M6, P-Q1)."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

from consent.paper.form import _fonts
from consent.paper.view import cleaned
from meetings.letters.wording import Letter

_TEMPLATES = Path(__file__).parent


def render_letter(letter: Letter, *, printed_on: date) -> bytes:
    """Print the letter, checked by the compiler against its PDF/UA-1 rules. No address and no case number is on it."""
    data = {
        "lang": letter.language.lang,
        "direction": letter.language.direction,
        "title": cleaned(letter.title),
        "greeting": cleaned(letter.greeting),
        "paragraphs": list(cleaned(letter.paragraphs)),
        "signature": list(cleaned(letter.signature)),
        "printed_on": [printed_on.year, printed_on.month, printed_on.day],
    }
    pdf = typst.compile(
        _TEMPLATES / "letter.typ",
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(printed_on, time(), tzinfo=UTC),
    )
    return bytes(pdf)
