"""The calendar: everybody has their own; rooms are arranged by administrators and managers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from meetings import actions
from meetings.actions.availability import digest_of
from meetings.models import Busy, Calendar, FeedKey, Meeting, StandingSlot
from tests.cast import NOW, START, World
from tests.gatherings import THURSDAY, gather, room
from tests.matrix import EVERYBODY, Row, nothing, status
from tests.matrix_api import ALL, SCREEN, call, look, read_by

KEY = "nyckel-som-ingen-annan-har"
ARRANGING = ("ada", "mona")


def gathered(world: World) -> Mapping[str, Any]:
    """Kim has a meeting with Pia and Sam, and a time of her own."""
    if not Meeting.objects.filter(case=world.case, starts_at=THURSDAY).exists():
        gather(world, officials_minutes=30)
    Busy.objects.create(user=world.kim.user, starts_at=THURSDAY - timedelta(hours=20), ends_at=THURSDAY)
    return {}


def has_calendars(world: World) -> Mapping[str, Any]:
    """Kim has a file, an address that fails, a block and a feed."""
    blocked(world)
    FeedKey.objects.create(user=world.kim.user, digest="0" * 64, made_at=START)
    file = Calendar.objects.create(user=world.kim.user, name="Jobbet", state="fresh", added_at=START, read_at=START)
    Busy.objects.create(user=world.kim.user, calendar=file, starts_at=THURSDAY, ends_at=THURSDAY + timedelta(hours=1))
    Calendar.objects.create(
        user=world.kim.user,
        name="Delad",
        url="https://kalender.exempel.se/hemlig.ics",
        state="failed",
        problem="Servern svarade inte i tid. Vi försöker igen senare. Du behöver inte göra något nu.",
        added_at=START,
        next_read_at=NOW,
    )
    return {}


def blocked(world: World) -> Mapping[str, Any]:
    ends = THURSDAY + timedelta(hours=2)
    standing = Busy.objects.filter(user=world.kim.user, calendar=None, starts_at=THURSDAY, ends_at=ends).first()
    return {"ref": (standing or actions.block(THURSDAY, ends, by=world.kim.actor, at=NOW)).ref}


def subscribed(world: World) -> Mapping[str, Any]:
    made = Calendar.objects.create(
        user=world.kim.user, name="Delad", url="https://kalender.exempel.se/h.ics", added_at=NOW, next_read_at=NOW
    )
    return {"ref": made.ref}


def feed(world: World) -> Mapping[str, Any]:
    made = FeedKey.objects.create(user=world.kim.user, digest=digest_of(KEY), made_at=NOW)
    return {"ref": made.ref}


def with_key(world: World) -> Mapping[str, Any]:
    gather(world)
    feed(world)
    return {"key": KEY}


def unknown(world: World) -> Mapping[str, Any]:
    return {"key": "gissad"}


def social(world: World) -> Mapping[str, Any]:
    return {"ref": world.social.ref}


def granen(world: World) -> Mapping[str, Any]:
    return {"ref": room(world).ref}


def slot(world: World) -> Mapping[str, Any]:
    made = StandingSlot.objects.create(
        municipality=world.kommun,
        agency=world.social,
        room=room(world),
        weekdays=[2, 4],
        starts="09:00",
        minutes=60,
        valid_from=START - timedelta(days=1),
    )
    return {"ref": made.ref}


def arranged(world: World) -> Mapping[str, Any]:
    """A room with a standing time."""
    slot(world)
    return {}


def own(**data: Any) -> dict[str, Any]:
    return {"data": lambda world: data, "method": "POST", "anonymous": 401}


THEIR_OWN = status(EVERYBODY)
KIM = status(("kim",), 302)
PLACES = status(ARRANGING)
ARRANGED = status(ARRANGING, 302)
HOURS = {"begins_1": "08.30", "ends_1": "16"}
ROOM = {"name": "Tallen", "place": "Spånga torg 2", "capacity": "6", "row_version": "1"}

BLOCK_READ = read_by("kim", "api:busy_block", blocked)

ROWS = [
    Row(route="meetings:calendar", kwargs=gathered, query="?datum=2026-03-12", expect=THEIR_OWN),
    Row(route="meetings:calendar", kwargs=gathered, query="?vy=dag&datum=2026-03-12", expect=THEIR_OWN),
    Row(route="meetings:calendar", kwargs=gathered, query="?vy=manad&datum=2026-03-12", expect=THEIR_OWN),
    Row(route="meetings:calendar", kwargs=gathered, query="?vy=lista&datum=2026-03-02", expect=THEIR_OWN),
    Row(route="meetings:calendar", kwargs=gathered, query="?vy=lista&datum=fel", expect=THEIR_OWN),
    Row(route="meetings:availability", kwargs=has_calendars, expect=THEIR_OWN),
    Row(route="meetings:hours", expect=THEIR_OWN),
    Row(route="meetings:hours", **own(**HOURS), expect=status(EVERYBODY, 302)),
    Row(route="meetings:block", expect=THEIR_OWN),
    Row(route="meetings:block", **own(first="2026-03-12"), expect=status(EVERYBODY, 302)),
    Row(route="meetings:unblock", kwargs=blocked, **own(), expect=KIM),
    Row(route="meetings:calendar_file", expect=THEIR_OWN),
    Row(route="meetings:calendar_file", **own(), expect=status(EVERYBODY, 422)),
    Row(route="meetings:calendar_subscribe", expect=THEIR_OWN),
    Row(route="meetings:calendar_subscribe", **own(url="https://a.se/k.ics"), expect=status(EVERYBODY, 422)),
    Row(route="meetings:calendar_read", kwargs=subscribed, **own(), expect=KIM),
    Row(route="meetings:calendar_remove", kwargs=subscribed, **own(), expect=KIM),
    Row(route="meetings:feed_new", **own(), expect=THEIR_OWN),
    Row(route="meetings:feed_revoke", kwargs=feed, **own(), expect=KIM),
    # Nobody is signed in here: the key is the sign-in, whoever else the browser belongs to.
    Row(route="meetings:feed", kwargs=with_key, expect=THEIR_OWN, anonymous=200),
    Row(route="meetings:feed", kwargs=unknown, anonymous=404),
    Row(route="meetings:admin_places", kwargs=arranged, expect=PLACES, others=403),
    Row(route="meetings:admin_room_new", kwargs=social, expect=PLACES, others=403),
    Row(route="meetings:admin_room_new", kwargs=social, **own(**ROOM), expect=ARRANGED, others=403),
    Row(route="meetings:admin_room_edit", kwargs=granen, expect=PLACES, others=403),
    Row(route="meetings:admin_room_edit", kwargs=granen, **own(**ROOM), expect=ARRANGED, others=403),
    Row(route="meetings:admin_room_end", kwargs=granen, expect=PLACES, others=403),
    Row(route="meetings:admin_room_end", kwargs=granen, **own(), expect=ARRANGED, others=403),
    Row(route="meetings:admin_slot_new", kwargs=social, expect=PLACES, others=403),
    Row(
        route="meetings:admin_slot_new",
        kwargs=social,
        **own(weekdays=["2"], starts="9", minutes="60"),
        expect=ARRANGED,
        others=403,
    ),
    Row(route="meetings:admin_slot_end", kwargs=slot, expect=PLACES, others=403),
    Row(route="meetings:admin_slot_end", kwargs=slot, **own(), expect=ARRANGED, others=403),
    look("availability", has_calendars, ALL | SCREEN),
    look("rooms", arranged, ALL | SCREEN),
    look("busy_block", blocked, status(("kim",)) | SCREEN),
    call("busy_block", blocked, status(("kim",), 204) | SCREEN, method="DELETE", headers=BLOCK_READ),
    call(
        "busy_blocks",
        nothing,
        dict.fromkeys(ALL, 201) | SCREEN,
        json=lambda world: {"starts_at": "2026-03-12T09:00:00+01:00", "ends_at": "2026-03-12T10:00:00+01:00"},
    ),
]
