"""When the next standing hub is (P-T6): instants of the agency's slots, on a Swedish wall clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub import clock
from hub.calendar_se import SATURDAY, is_working_day
from triage.models import HubSlot

#: How far ahead a standing time is looked for: longer than any preliminary assessment may take.
HORIZON = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class SlotTime:
    """One occasion of a standing time."""

    slot: HubSlot
    starts_at: datetime


def is_slot_day(slot: HubSlot, day: date) -> bool:
    """Whether the slot is held on `day`: on its weekdays, but on no red day unless the slot is one of weekends."""
    if day.isoweekday() not in slot.weekdays:
        return False
    return day.weekday() >= SATURDAY or is_working_day(day)


def is_slot_time(slot: HubSlot, starts_at: datetime) -> bool:
    """Whether the slot is held at that very instant, and is in force then."""
    day = clock.local_day(starts_at)
    held = is_slot_day(slot, day) and clock.wall_time(day, slot.starts) == starts_at
    return held and slot.valid_from <= starts_at and (slot.valid_to is None or starts_at < slot.valid_to)


def _of(slot: HubSlot, at: datetime) -> Iterator[SlotTime]:
    first = clock.local_day(at)
    for days in range(HORIZON.days):
        day = first + timedelta(days=days)
        starts_at = clock.wall_time(day, slot.starts)
        if starts_at >= at and is_slot_time(slot, starts_at):
            yield SlotTime(slot, starts_at)


def next_times(agency_id: int, *, at: datetime, most: int = 4) -> list[SlotTime]:
    """The agency's next standing times, at `at` or later, soonest first."""
    slots = HubSlot.objects.not_over(at=at).filter(agency=agency_id).order_by("pk")
    found = [time for slot in slots for time in list(_of(slot, at))[:most]]
    return sorted(found, key=lambda time: (time.starts_at, time.slot.pk))[:most]
