"""Two youths who are kept apart, and meetings that are too near each other for them (P-M3, P-A15)."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from hub.access import Actor, permitted
from hub.errors import Invalid
from meetings.models import OCCUPYING, KeepApart, Meeting, MeetingForm, MeetingKind

#: Youths who are kept apart are never in the same place within this of each other (P-M3).
APART = timedelta(minutes=60)
#: What is said of a time that two kept apart would share, never why; and of a room that is taken, so that the words
#: themselves do not tell (P-M3, P-A15).
NOT_USABLE = "Tiden går inte att använda. Välj en annan tid eller en annan plats."


def refuse_too_near(meeting: Meeting) -> None:
    """Raises Invalid, in words that say nothing, where two youths who are kept apart would be in the same place.

    One query, whether or not anybody is kept apart, so that neither refusals nor the time they take tell (P-A15).
    """
    place = place_of(meeting)
    if not place:
        return
    youth = meeting.case.individual_id
    pairs = KeepApart.objects.in_force(at=meeting.starts_at).filter(
        Q(first=youth, second=OuterRef("case__individual")) | Q(second=youth, first=OuterRef("case__individual"))
    )
    near = Meeting.objects.filter(
        Exists(pairs),
        state__in=OCCUPYING,
        kind=MeetingKind.NETWORK,
        starts_at__lt=meeting.ends_at + APART,
        ends_at__gt=meeting.starts_at - APART,
    )
    if any(place_of(other) == place for other in near.select_related("room")):
        raise Invalid({"starts_at": NOT_USABLE})


def near_each_other(one: int, other: int, actor: Actor, *, at: datetime) -> list[tuple[Meeting, Meeting]]:
    """Booked meetings ahead of two youths (ids) that are too near each other, of those that the actor may see."""
    rows = Meeting.objects.filter(
        state__in=OCCUPYING, kind=MeetingKind.NETWORK, ends_at__gt=at, case__individual__in=(one, other)
    )
    seen = list(permitted(rows, actor, at=at).select_related("case", "room").order_by("starts_at", "pk"))
    return [
        (mine, theirs)
        for mine in seen
        for theirs in seen
        if mine.case.individual_id == one
        and theirs.case.individual_id == other
        and mine.starts_at < theirs.ends_at + APART
        and theirs.starts_at < mine.ends_at + APART
        and place_of(mine)
        and place_of(mine) == place_of(theirs)
    ]


def place_of(meeting: Meeting) -> str:
    """The building, the same for all its rooms; empty for a meeting at a distance."""
    if meeting.form != MeetingForm.ROOM:
        return ""
    return (meeting.room.place if meeting.room else meeting.place).strip().casefold()
