"""Rooms and standing times of the demo, with invented addresses, and who is where when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hub import clock
from hub.calendar_se import CLOSES, is_working_day
from hub.models import Agency, Municipality
from meetings.models import Room, StandingSlot

HOUR = timedelta(hours=1)
#: When network meetings begin; there is half an hour before each for the officials.
STARTS = (time(9, 0), time(10, 30), time(13, 15), time(15, 0))
#: The first words of an agency's rooms, by its district; other districts have one room in the office.
ROOMS: dict[str, Sequence[tuple[str, str, int]]] = {
    "Spånga-Tensta": (("Granen", "Björnbärsstigen 4, Spånga", 12), ("Tallen", "Björnbärsstigen 4, Spånga", 8)),
    "Rinkeby-Kista": (("Kompassen", "Sextantgränd 11, Rinkeby", 10), ("Lotsen", "Logglinevägen 2, Kista", 8)),
    "Hässelby-Vällingby": (("Asken", "Fruktträdsgången 7, Vällingby", 12),),
    "Skärholmen": (("Bryggan", "Ekstocksvägen 15, Skärholmen", 10),),
}
#: District → ISO weekday and time that the parties keep free.
STANDING = {"Spånga-Tensta": (2, time(10, 30)), "Rinkeby-Kista": (4, time(13, 15))}


def rooms_of(agency: Agency, kommun: Municipality, *, since: datetime) -> list[Room]:
    """The rooms of one agency of social services, made now, and its standing time."""
    district = agency.district.name if agency.district else agency.name
    told = ROOMS.get(district, (("Sammanträdesrummet", f"Medborgargränd 3, {district}", 10),))
    rooms = Room.objects.bulk_create(
        Room(municipality=kommun, agency=agency, name=name, place=place, capacity=seats, valid_from=since)
        for name, place, seats in told
    )
    if district in STANDING:
        weekday, starts = STANDING[district]
        StandingSlot.objects.create(
            municipality=kommun,
            agency=agency,
            room=rooms[0],
            weekdays=[weekday],
            starts=starts,
            minutes=60,
            valid_from=since,
        )
    return rooms


def nearest(day: date, *, reach: int = 6) -> Iterator[date]:
    """Working days near the day: itself, the day after, the day before, and so on."""
    for away in range(reach + 1):
        for each in dict.fromkeys((day + timedelta(days=away), day - timedelta(days=away))):
            if is_working_day(each):
                yield each


@dataclass(slots=True)
class Ledger:
    """Who and which room is taken when: nobody is in two meetings at once, in the past either."""

    taken: dict[object, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def find(
        self,
        days: Iterable[date],
        who: Sequence[object],
        rooms: Sequence[Room],
        *,
        turn: int,
        before: timedelta,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[datetime, Room | None] | None:
        """The first hour on these days, at or after `since`, when all of them are free, and a room that is.

        Args:
            rooms: none for a meeting at a distance.
            turn: where in the day to begin looking, so that not everything is at nine.
            before: what is needed right before the meeting.
        """
        for day in days:
            for step in range(len(STARTS)):
                starts = clock.wall_time(day, STARTS[(turn + step) % len(STARTS)])
                period = (starts - before, starts + HOUR)
                inside = (since is None or period[0] > since) and (until is None or period[1] < until)
                if not inside or period[1] > clock.wall_time(day, CLOSES) or not self._free(who, period):
                    continue
                room = next((room for room in rooms if self._free([room], period)), None)
                if rooms and room is None:
                    continue
                for each in (*who, *([room] if room else [])):
                    self.taken[each].append(period)
                return starts, room
        return None

    def _free(self, who: Sequence[object], period: tuple[datetime, datetime]) -> bool:
        return all(ends <= period[0] or starts >= period[1] for each in who for starts, ends in self.taken[each])
