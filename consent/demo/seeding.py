"""Building the demo: everything or nothing, and the same for the same day."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from consent.demo import staff as organisation
from consent.demo.cases import Stage, YouthStory
from consent.demo.home import threads as home_threads
from consent.demo.notes import Pen
from consent.demo.people import Population
from consent.demo.plan import EARLIEST, Calendar, Story, Youth, instant, load, tell
from consent.demo.staff import Staff
from consent.models import Consent, InformationItem, InformationType, SigningSession
from hub import demo_cast
from hub.actions import mark_read
from hub.clock import local_day, start_of_day
from hub.contributions import DEMO
from hub.models import Agency, Agreement, Assignment, Case, Individual, Municipality, Participation, User
from hub.outbox import without_mail
from hub.tenancy import in_kommun
from hub.tick import settle

STOCKHOLM, SOLNA = "0180", "0184"
EIGHT = timedelta(hours=8)
COUNTED = {
    "unga": Individual,
    "ärenden": Case,
    "parter": Participation,
    "samtycken på papper": SigningSession,
    "samtycken": Consent,
    "uppgifter": InformationItem,
}


class NotDemo(Exception):
    """The database holds something that the demo did not make; they are never mixed."""


class TooEarly(Exception):
    """The information types were not in use yet when the oldest item would have been written."""


@dataclass(slots=True)
class Seeded:
    """What came out: kommun → what → how many. `new`: whether it was built now."""

    as_of: date
    new: bool
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    #: What higher layers made.
    more: list[str] = field(default_factory=list)


def standing() -> date | None:
    """The day of seeding of the demo that stands, read off its assignments.

    Raises:
        NotDemo: there are agencies or users but not the demo's.
    """
    mark = (
        Assignment.objects.filter(user__email=demo_cast.CAST[0].email)
        .order_by("pk")
        .values_list("valid_from", flat=True)
    ).first()
    if mark is not None:
        return Calendar.of_beginning(mark).as_of
    if Agency.objects.exists() or User.objects.exists():
        raise NotDemo
    return None


def seed(as_of: date, *, at: datetime | None = None) -> Seeded:
    """Build the demo as of that day, unless one stands already. All of it or nothing.

    Args:
        at: the instant that what runs by the hour is counted back from; eight in the morning of the day if left out.

    Raises:
        NotDemo, TooEarly.
    """
    if (stands := standing()) is not None:
        _agreements_of_an_older_demo(Calendar(stands))
        return Seeded(stands, new=False)
    calendar = Calendar(as_of)
    first_use = max(InformationType.objects.values_list("valid_from", flat=True))
    if local_day(calendar.beginning) < first_use:
        raise TooEarly(f"{first_use + timedelta(days=EARLIEST)}")
    seeded = Seeded(as_of, new=True)
    with transaction.atomic(), without_mail():
        _build(calendar, seeded, at or start_of_day(as_of) + EIGHT)
    return seeded


def _agreements_of_an_older_demo(calendar: Calendar) -> None:
    """A demo made before agreements were needed: without one its police would read nothing (P-A2 clause 1)."""
    for code in (STOCKHOLM, SOLNA):
        kommun = Municipality.objects.get(code=code)
        with in_kommun(kommun.pk):
            if not Agreement.objects.exists():
                outside = list(Agency.objects.filter(serves=kommun, municipality=None))
                organisation.agree(kommun, outside, since=calendar.beginning)


def _build(calendar: Calendar, seeded: Seeded, at: datetime) -> None:
    plan, population = load(), Population(calendar)
    pen = Pen.cut(plan)
    home = Municipality.objects.get(code=STOCKHOLM)
    with in_kommun(home.pk):
        staff = organisation.stockholm(home, since=calendar.beginning)
        stage = Stage(calendar, staff, population, plan, pen)
        rows = (*plan.participants, *plan.planned)
        stories = {row.key: YouthStory(stage, row, index) for index, row in enumerate(rows)}
        told: list[Story] = [thread for story in stories.values() for thread in story.threads()]
        tell([*told, *home_threads(stage, stories)])
        settle(at=start_of_day(calendar.as_of))
        _old_messages_read(staff, calendar)
        seeded.more += [more(home, at) for more in DEMO]
        settle(at=at)
        seeded.counts[home.name] = count()
    other = Municipality.objects.get(code=SOLNA)
    with in_kommun(other.pk):
        staff = organisation.solna(other, since=calendar.beginning, taken=staff)
        stage = Stage(calendar, staff, population, plan, pen)
        tell([thread for i, row in enumerate(IN_SOLNA) for thread in YouthStory(stage, row, 60 + i).threads()])
        settle(at=start_of_day(calendar.as_of))
        seeded.counts[other.name] = count()


#: Messages of the last two months are still unread, so that each of the cast finds some.
UNREAD_DAYS = 61


def _old_messages_read(staff: Staff, calendar: Calendar) -> None:
    for desk in staff.cast_desks():
        mark_read(by=desk.actor, at=instant(calendar.day(UNREAD_DAYS), 17))


def count() -> dict[str, int]:
    """How much there is in the kommun of the transaction."""
    return {name: model._default_manager.count() for name, model in COUNTED.items()}


#: The neighbour: outside the report, so that the wall between kommuner has something behind it.
IN_SOLNA = (
    Youth(
        key="SO-1",
        district="solna",
        first="Hugo",
        last="Tallberg",
        age=15,
        form="SIG",
        consent="in_force",
        guardians=2,
        language="sv",
        interpreter=False,
        status="ongoing",
        started=80,
    ),
    Youth(
        key="SO-2",
        district="solna",
        first="Liam",
        last="Sundvall",
        age=16,
        form="SIG",
        consent="in_force",
        guardians=1,
        language="sv",
        interpreter=False,
        status="ongoing",
        started=60,
        protection="SKYDDAD_FOLKBOKFORING",
    ),
)
