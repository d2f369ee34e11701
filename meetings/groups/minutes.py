"""The minutes of a group's meeting on paper. They hold no individual, since the meeting does not (P-M1, P-M8)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from consent.paper.form import _fonts
from consent.paper.view import cleaned
from hub import clock, swedish
from hub.access import Actor
from hub.models import SCREEN_ONLY_KINDS
from meetings.groups.queries import GroupScreen, when, where
from meetings.models import Attendance, GroupMeeting, MeetingState

TEMPLATES = Path(__file__).parent / "templates"


def screen_only(actor: Actor) -> bool:
    return actor.agency_kind in SCREEN_ONLY_KINDS


def printed(screen: GroupScreen, *, at: datetime) -> bytes:
    """A tagged PDF, checked by the compiler against its PDF/UA-1 rules."""
    meeting, day = screen.meeting, clock.local_day(at)
    data = {
        "title": f"{meeting.called} {swedish.day(clock.local_day(meeting.starts_at))}",
        "group": meeting.group.name,
        "facts": [
            ["Tid", when(meeting, at)],
            ["Plats", where(meeting) or str(meeting.get_form_display())],
            ["Status", status_of(meeting, at)],
        ],
        "people": [
            f"{one.assignment.user.name}, {one.assignment.unit.agency.name}: {came(one.attendance)}"
            for one in screen.people
        ],
        "points": [
            {"title": point.title, "lines": [line for line in point.text.splitlines() if line.strip()]}
            for point, _text in screen.points
        ],
        "said": [
            f"{one.measure.text} ({one.measure.owner.user.name}): {str(one.get_state_display()).lower()}"
            + (f". {one.note}" if one.note else "")
            for one in screen.said
        ],
        "agreed": [
            f"{one.text} {one.owner.user.name}, {one.owner.unit.agency.name}, senast {swedish.day(one.agreed_on)}."
            for one in screen.agreed
        ],
        "reason": meeting.reason,
        "reason_title": "Mötet avbröts" if meeting.state == MeetingState.BROKEN_OFF else "Inget nästa möte",
        "additions": [
            {
                "title": f"{swedish.moment(one.written_at, at)}, {one.written_by.user.name}",
                "lines": [line for line in one.text.splitlines() if line.strip()],
            }
            for one in screen.additions
        ],
        "printed": swedish.day(day),
        "printed_on": [day.year, day.month, day.day],
    }
    pdf = typst.compile(
        TEMPLATES / "minutes.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_safe(data))},
        pdf_standards="ua-1",
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    return bytes(pdf)


def _safe(value: Any) -> Any:
    """Every text made safe to print, whatever it stands in (`consent.paper.view.cleaned`)."""
    if isinstance(value, dict):
        return {name: _safe(inner) for name, inner in value.items()}
    return [_safe(inner) for inner in value] if isinstance(value, list) else cleaned(value)


def came(attendance: str) -> str:
    return str(Attendance(attendance).label).lower() if attendance else "inte noterat"


def status_of(meeting: GroupMeeting, at: datetime) -> str:
    """Justerat 12 mars 2026 kl. 10.00 · Inte justerat"""
    return f"Justerat {swedish.moment(meeting.approved_at, at)}" if meeting.approved_at else "Inte justerat"
