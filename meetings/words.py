"""How meetings and their rhythm are said, for pages, lists and the home page. Never a name."""

from dataclasses import dataclass
from datetime import datetime

from hub import clock, swedish
from meetings.models import Answer, Meeting, MeetingState
from meetings.rhythm import BOOKED, DUE, LATE, Beat

#: State of a meeting → kind of badge and icon.
STATE_BADGE = {
    MeetingState.PLANNED: ("info", "calendar-days"),
    MeetingState.OPEN: ("warn", "timer"),
    MeetingState.HELD: ("ok", "circle-check"),
    MeetingState.BROKEN_OFF: ("warn", "circle-alert"),
    MeetingState.NOT_HELD: ("warn", "circle-x"),
    MeetingState.CANCELLED: ("neutral", "circle-x"),
}
#: Answer → kind of badge and icon.
ANSWER_BADGE = {
    "needs_action": ("outline", "circle-dashed"),
    "accepted": ("ok", "circle-check"),
    "tentative": ("warn", "circle-help"),
    "declined": ("danger", "circle-x"),
}
#: Value, word and icon of each answer that can be given.
ANSWERS = [(value, str(Answer(value).label), ANSWER_BADGE[value][1]) for value in Answer.values[1:]]


def day_heading(at: datetime, now: datetime) -> str:
    """Torsdag 12 mars; with the year when it is another."""
    day = clock.local_day(at)
    words = swedish.day_month(day) if day.year == clock.local_day(now).year else swedish.day(day)
    return f"{swedish.weekday(day).capitalize()} {words}"


def hour(at: datetime) -> str:
    """9.00, on a Swedish wall clock"""
    wall = clock.local(at)
    return f"{wall.hour}.{wall.minute:02}"


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """9.00–10.00"""
    return f"{hour(starts_at)}–{hour(ends_at)}"


def when(meeting: Meeting, now: datetime) -> str:
    """Torsdag 12 mars, kl. 9.00–10.00"""
    return f"{day_heading(meeting.starts_at, now)}, kl. {hours(meeting.starts_at, meeting.ends_at)}"


def where(meeting: Meeting) -> str:
    """The room with its address, or the place; empty for a meeting by link alone. What comes before has the same."""
    room = meeting.room or (meeting.main.room if meeting.main else None)
    return f"{room.name}, {room.place}" if room else meeting.place


@dataclass(frozen=True, slots=True)
class Said:
    """Where a case stands in its rhythm: in words and as a colour."""

    text: str
    kind: str
    icon: str


def urgency(beat: Beat, at: datetime) -> int:
    """The order of a list, least first: late and not booked, late, booked too late, due, not yet, booked."""
    state = beat.state(at)
    if state == LATE:
        return 1 if beat.booked else 0
    if state == BOOKED:
        return 5
    if beat.booked:
        return 2
    return 3 if state == DUE else 4


def beat_words(beat: Beat, at: datetime) -> Said:
    """Försenat 3 dagar · Dag 24, möte senast 30 mars · Dag 5, möte 23–30 mars · Bokat 25 mars."""
    last = swedish.day_month(beat.last_day)
    booked = swedish.day_month(clock.local_day(beat.booked.starts_at)) if beat.booked else ""
    whole = max((at - beat.due_at).days, 1)  # rounded down, as the clock on the home page
    late = f"Försenat {swedish.plural(whole, 'dag', 'dagar')}"
    return (
        Said(late, "danger", "circle-alert"),
        Said(f"{late}, bokat {booked}", "danger", "circle-alert"),
        Said(f"Bokat {booked}, men senast {last} behövs", "warn", "triangle-alert"),
        Said(f"Dag {beat.day(at)}, möte senast {last}", "warn", "timer"),
        Said(f"Dag {beat.day(at)}, möte {swedish.day_month(beat.opens)} till {last}", "neutral", "circle"),
        Said(f"Bokat {booked}", "ok", "calendar-days"),
    )[urgency(beat, at)]


def since_words(beat: Beat, at: datetime) -> str:
    """Senaste möte 2 mars, 24 dagar sedan; before the first one, from when the insats began."""
    first = "Senaste möte" if beat.held else "Inget möte än, insatsen började"
    return f"{first} {swedish.day_short(beat.day_one, clock.local_day(at))}"
