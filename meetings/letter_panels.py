"""Who in the family knows of a meeting, on its page, and what is left to tell them, on the home page (P-M6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from hub.access import Actor, may
from hub.contributions import PERSON_CHANGED, TODO, Todo
from hub.models import AgencyKind
from meetings import words
from meetings.letters import whom
from meetings.models import Meeting, MeetingKind, MeetingState
from meetings.panels import panel

#: Things to do at most, and meetings looked at for them: those whom nobody may tell make none.
MOST, LOOKED_AT = 10, 40


@panel(15)
def who_knows(meeting: Meeting, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """For who leads or manages the case: the checklist of a booking."""
    if meeting.kind != MeetingKind.NETWORK or actor.agency_kind != AgencyKind.SOCIALTJANST:
        return None
    rows = whom.told(meeting, actor, at=at)
    if not rows:
        return None
    leads = may(meeting, actor, "lead", at=at)
    return {
        "template": "meetings/_letters_panel.html",
        "rows": [(row, whom.BADGE[row.state]) for row in rows],
        "url": reverse("meetings:letters", args=[meeting.ref]) if leads else "",
        "left": leads and any(row.needs for row in rows),
        "objects": [each for row in rows for each in (row.word, row.place, row.place.person) if each],
    }


def families_to_tell(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To who leads a case: the family does not know of a meeting, or knows what holds no more."""
    if actor.agency_kind != AgencyKind.SOCIALTJANST:  # nobody else leads a case
        return []
    meetings = whom.meetings_to_tell_of(actor, at=at, most=LOOKED_AT)
    if not meetings:
        return []
    told = whom.told_of(meetings, actor, at=at)
    waiting = [(meeting, needs) for meeting in meetings if (needs := [row for row in told[meeting.pk] if row.needs])]
    return [_todo(meeting, needs, at) for meeting, needs in waiting[:MOST]]


def _todo(meeting: Meeting, needs: Sequence[whom.Told], at: datetime) -> Todo:
    off, moved = meeting.state == MeetingState.CANCELLED, any(row.word for row in needs)
    said = "Mötet är inställt" if off else "Mötet har ändrats" if moved else "Mötet är bokat"
    return Todo(
        kind="Familjen",
        colour="danger" if moved else "info",
        title=f"Tala om för familjen i {meeting.case.number}",
        text=f"{said}: {words.when(meeting, at)[0].lower()}{words.when(meeting, at)[1:]}.",
        url=reverse("meetings:letters", args=[meeting.ref]),
        verb="Brev",
        due_at=meeting.starts_at,
        case_id=meeting.case_id,
    )


TODO.append(families_to_tell)
PERSON_CHANGED.append(whom.weigh_anew)
