"""The plan, and the words at its end, as tagged PDFs: the same bytes for the same words (P-P4, P-Q1)."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

from actionplans.paper.closing import LINES_TITLE, ClosingPaper
from actionplans.paper.content import PlanPaper, Said, Task
from consent.paper.form import _fonts
from consent.paper.view import cleaned

_TEMPLATES = Path(__file__).parent


def render_plan(paper: PlanPaper) -> bytes:
    """Print the plan, checked by the compiler against its PDF/UA-1 rules. No case number and no address is on it."""
    data = {
        "lang": paper.code,
        "direction": paper.tongue.direction,
        "fixed": {"lang": paper.fixed.lang, "dir": paper.fixed.direction},
        "title": cleaned(paper.title),
        "lead": cleaned(paper.lead),
        "goals": [
            {
                "text": _said(part.text),
                "own": _said(part.own_words) if part.own_words else None,
                "level": part.level,
                "doing": [_task(one) for one in part.tasks],
            }
            for part in paper.parts
        ],
        "others_title": paper.others_title,
        "others": [_task(one) for one in paper.other_tasks],
        "end": [{"icon": icon, "alt": alt, "text": cleaned(text)} for icon, alt, text in paper.end],
        "last": paper.last,
        "page": paper.say("page"),
        "printed_on": [paper.printed_on.year, paper.printed_on.month, paper.printed_on.day],
    }
    return _compiled("plan.typ", data, paper.printed_on)


def render_closing(paper: ClosingPaper) -> bytes:
    """Print the words at the end, under the same PDF/UA-1 rules. No case number is on it."""
    data = {
        "title": cleaned(paper.title),
        "paragraphs": [cleaned(part) for part in paper.paragraphs],
        "lines_title": LINES_TITLE,
        "lines": [{"text": cleaned(text), "who": cleaned(who)} for text, who in paper.lines],
        "sender": cleaned(paper.sender),
        "printed_on": [paper.printed_on.year, paper.printed_on.month, paper.printed_on.day],
    }
    return _compiled("closing.typ", data, paper.printed_on)


def _compiled(template: str, data: dict[str, Any], printed_on: date) -> bytes:
    pdf = typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(printed_on, time(), tzinfo=UTC),
    )
    return bytes(pdf)


def _said(one: Said) -> dict[str, str]:
    return {"text": cleaned(one.text), "lang": one.code, "dir": one.tongue.direction}


def _task(one: Task) -> dict[str, Any]:
    return {
        "icon": one.icon,
        "alt": one.alt,
        "who": cleaned(one.who),
        "text": _said(one.text),
        "until": one.when,
        "done": one.done,
    }
