"""The due instants of triage (P-T4, R19-R20, R23-R24, R69-R73): pure functions from an instant to an instant.

In: the instant at which the clock starts, aware. Out: the instant at which the time is up, in UTC; that instant is
already too late. Nothing pauses a clock, and recolouring never moves the arrival it counts from (R73). Days are
calendar days on a Swedish wall clock (R69), hours are counted in UTC. An outside agency's 24 hours are in
`hub.calendar_se`: the layer that asks it lies below this one.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from hub import clock
from hub.calendar_se import NOON, add_working_time, noon_of_next_working_day, previous_working_day

#: Written on every clock that these rules set. A changed rule gets a new version; clocks that run keep theirs by it.
RULE_VERSION = "2026-1"

RED = timedelta(hours=4)
ORANGE = timedelta(hours=12)
KNOWLEDGE = timedelta(hours=2)
DECISION_DAYS = 14
FEEDBACK_DAYS = 7
INVESTIGATION_MONTHS = 4
#: What arrives from this time of the day on may have its protection assessed until noon the day after (R19).
LATE = time(15, 0)


def red_due(arrived_at: datetime) -> datetime:
    """Four hours, around the clock, never paused."""
    return clock.utc(arrived_at) + RED


def orange_due(arrived_at: datetime, *, office_hours: bool = False) -> datetime:
    """Twelve hours around the clock; or of working time, but never past 12.00 the next working day.

    Args:
        office_hours: the kommun has so decided, on record (R73).
    """
    if not office_hours:
        return clock.utc(arrived_at) + ORANGE
    return min(add_working_time(arrived_at, ORANGE), noon_of_next_working_day(arrived_at))


def knowledge_due(asked_at: datetime, *, jour: bool = False) -> datetime:
    """Two hours of working time for a unit; for a jour two hours whatever the clock shows."""
    return clock.utc(asked_at) + KNOWLEDGE if jour else add_working_time(asked_at, KNOWLEDGE)


def protection_due(arrived_at: datetime, *, colour_due: datetime | None = None) -> datetime:
    """Same day, or noon the day after for what came late (R19); but never later than the colour's own clock.

    Args:
        colour_due: when Röd or Orange is up; None for Grön and where no colour has been set.
    """
    wall = clock.local(arrived_at)
    if wall.time() < LATE:
        due = clock.end_of_day(wall.date())
    else:
        due = clock.wall_time(wall.date() + timedelta(days=1), NOON)
    return due if colour_due is None else min(due, colour_due)


def decision_due(arrived_at: datetime) -> datetime:
    """The end of the fourteenth calendar day after the day of arrival (R20, R70)."""
    return clock.end_of_day(clock.local_day(arrived_at) + timedelta(days=DECISION_DAYS))


def feedback_due(decided_at: datetime) -> datetime:
    """The end of the same weekday a week after the decision, for whoever had asked by then (R24, R71)."""
    return clock.end_of_day(clock.local_day(decided_at) + timedelta(days=FEEDBACK_DAYS))


def feedback_late_due(asked_at: datetime) -> datetime:
    """The end of the day: asked for after the decision, or while an investigation already runs (R24)."""
    return clock.end_of_day(clock.local_day(asked_at))


def investigation_due(opened_at: datetime) -> datetime:
    """The end of the day with the same number four months later, or of that month's last day (R23, R71)."""
    return clock.end_of_day(_months_later(clock.local_day(opened_at), INVESTIGATION_MONTHS))


def confirmation_due(lowered_at: datetime) -> datetime:
    """A second person confirms a lowered colour by 12.00 the next working day (P-T3)."""
    return noon_of_next_working_day(lowered_at)


def alarm_day(due_at: datetime) -> date:
    """The last working day before the day on which a clock of days is due (R70): alarm then, not on the day itself."""
    return previous_working_day(clock.last_day(due_at))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
