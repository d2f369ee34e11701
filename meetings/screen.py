"""What the screen of a meeting shows while it goes on, in a fixed number of queries (P-M7)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Model, Q

from consent.queries import ItemRow, ground_of, item_rows, readable_items, shown_of
from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import Assignment, Relative
from meetings import closing
from meetings.ground import must_leave, with_ground, without_ground
from meetings.models import AgendaPoint, Meeting, MeetingDecision, Participant, PointRevision

#: Somebody who has saved within this is writing.
WRITING = timedelta(seconds=20)
NOTHING_YET = "Inget skrivet än. Det sparas medan ni skriver."
YOUTH = "Den unge"


@dataclass(frozen=True, slots=True)
class Text:
    """A joint text of the page: of a point, or somebody's own words."""

    key: str
    label: str
    text: str
    version: int
    saved: str
    of: Model


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda with its texts, and the items written about it that the actor may read."""

    point: AgendaPoint
    texts: Sequence[Text]
    items: Sequence[ItemRow] = ()


@dataclass(slots=True)
class Screen:
    """One look at a meeting; `shut` holds those who are there and may not hear, for as long as they do not leave."""

    meeting: Meeting
    people: list[tuple[Participant, str]]
    points: list[Point]
    left: list[MeetingDecision]
    decided: list[MeetingDecision]
    booked: Meeting | None
    shut: list[tuple[Participant, str]]
    #: Those who lack a ground but have left what is confidential.
    out: list[tuple[Participant, str]]
    objects: list[Model] = field(default_factory=list)
    ground: dict[str, Any] = field(default_factory=dict)
    #: Items of the meeting that are about no point.
    loose: Sequence[ItemRow] = ()

    @property
    def texts(self) -> list[Text]:
        return [text for point in self.points for text in point.texts]

    @property
    def summary(self) -> str:
        """What has changed, for who listens."""
        if self.shut:
            return "Anteckningarna är dolda: någon som är med får inte höra dem."
        return swedish.plural(len(self.decided), "beslut", "beslut") if self.decided else ""

    @property
    def stamp(self) -> str:
        """The same stamp means that there is nothing new to send."""
        parts = [
            self.meeting.state,
            self.meeting.row_version,
            [(text.key, text.version, text.saved) for text in self.texts],
            [(one.pk, one.attendance) for one, _name in self.people],
            [one.pk for one, _name in self.shut],
            [one.pk for one, _name in self.out],
            [(one.pk, one.row_version) for one in (*self.left, *self.decided)],
            self.booked.pk if self.booked else 0,
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def look(meeting: Meeting, actor: Actor, *, at: datetime) -> Screen:
    """All of the screen, of what the actor may read."""
    people = people_of(meeting, actor, at=at)
    rows = [one for one, _name in people]
    names = {one.pk: name for one, name in people}
    lacking = without_ground(meeting, rows, at=at)
    shut = must_leave(meeting, rows, at=at)
    points = list(permitted(AgendaPoint.objects.filter(meeting=meeting), actor, at=at))
    items = items_of(meeting, actor, at)
    left = permitted(closing.open_decisions(meeting), actor, at=at).select_related("owner__user", "meeting")
    own = permitted(MeetingDecision.objects.filter(meeting=meeting), actor, at=at).select_related("owner__user")
    screen = Screen(
        meeting=meeting,
        people=people,
        points=_with_texts(points, people, meeting, items, at=at),
        left=list(left.order_by("due_on", "pk")),
        decided=list(own.order_by("pk")),
        booked=closing.next_meeting(meeting, at=at),
        shut=[(one, names[one.pk]) for one in shut],
        loose=items.get(0, ()),
        out=[(one, names[one.pk]) for one in rows if one.stepped_out_at and one.pk in lacking],
    )
    written = [] if shut else [row for each in items.values() for row in each]
    screen.objects = [*rows, *screen.left, *screen.decided, *points, *shown_of(written)]
    screen.ground = ground_of(written)
    return screen


def people_of(meeting: Meeting, actor: Actor, *, at: datetime) -> list[tuple[Participant, str]]:
    """Who is asked, each with how they are named on the page: officials first, then the youth and the family."""
    rows = permitted(Participant.objects.filter(meeting=meeting, removed_at=None), actor, at=at).select_related(
        "assignment__user", "assignment__unit__agency", "person"
    )
    kin = {
        one.person_id: str(one.get_kind_display())
        for one in Relative.objects.filter(individual=meeting.case.individual_id)
    }
    named = [(one, _name(one, meeting, kin)) for one in rows]
    return sorted(named, key=lambda each: (each[0].person is not None, each[0].pk))


def _name(one: Participant, meeting: Meeting, kin: Mapping[int, str]) -> str:
    if one.assignment is not None:
        return f"{one.assignment.user.name}, {one.assignment.unit.agency.name}"
    if one.person is None:
        return ""
    role = YOUTH if is_youth(one, meeting) else kin.get(one.person_id or 0, "Närstående")
    return f"{one.person.name}, {role.lower()}"


def is_youth(one: Participant, meeting: Meeting) -> bool:
    return one.person_id is not None and one.person_id == meeting.case.individual.person_id


def owners(meeting: Meeting, actor: Actor, *, at: datetime) -> list[Assignment]:
    """Who can be asked to do something: those who may hear what is said now."""
    seen = permitted(with_ground(meeting, at=at), actor, at=at).values("assignment")
    found = Assignment.objects.filter(pk__in=seen).select_related("user", "unit__agency")
    return sorted(found, key=lambda one: swedish.sort_key(one.user.name))


# --- texts -----------------------------------------------------------------------------------------------------------


def _with_texts(
    points: Sequence[AgendaPoint],
    people: Sequence[tuple[Participant, str]],
    meeting: Meeting,
    items: Mapping[int, Sequence[ItemRow]],
    *,
    at: datetime,
) -> list[Point]:
    """The youth's own words stand at the point that asks for them, the guardians' at theirs (P-M6)."""
    saved = saved_words([point.pk for point in points], at=at)
    youth = [(one, name) for one, name in people if is_youth(one, meeting)]
    family = [(one, name) for one, name in people if one.person_id and not is_youth(one, meeting)]
    spoken = {"Den unges röst": youth, "Vårdnadshavarnas syn": family}
    return [
        Point(
            point,
            [
                *(_own_words(one, name) for one, name in spoken.get(point.title, ())),
                Text(
                    key=str(point.ref),
                    label=f"Anteckning: {point.title}",
                    text=point.text,
                    version=point.text_version,
                    saved=saved.get(point.pk, NOTHING_YET),
                    of=point,
                ),
            ],
            items.get(point.pk, ()),
        )
        for point in points
    ]


def items_of(meeting: Meeting, actor: Actor, at: datetime) -> dict[int, list[ItemRow]]:
    """Point id → items written about it, by their own rule and no other; 0 is the meeting as a whole (P-M7)."""
    links = dict(permitted(meeting.items.all(), actor, at=at).values_list("item", "point"))
    if not links:
        return {}
    rows = readable_items(actor, at, about=meeting.case.individual_id).filter(pk__in=links).order_by("created_at", "pk")
    found: dict[int, list[ItemRow]] = {}
    for row in item_rows(list(rows), actor, at):
        found.setdefault(links[row.item.pk] or 0, []).append(row)
    return found


def _own_words(one: Participant, name: str) -> Text:
    return Text(
        key=str(one.ref),
        label=f"Egna ord: {name}",
        text=one.own_words,
        version=one.row_version,
        saved="Sparat" if one.own_words else NOTHING_YET,
        of=one,
    )


def saved_words(points: Sequence[int], *, at: datetime) -> dict[int, str]:
    """Point id → "Sparat 10.41.07 · två skriver", of points that are written about."""
    lately = Count("saved_by", filter=Q(saved_at__gt=at - WRITING), distinct=True)
    rows = PointRevision.objects.filter(point__in=points).values("point").annotate(last=Max("saved_at"), now=lately)
    return {
        row["point"]: f"Sparat {clock.local(row['last']):%H.%M.%S}" + (" · flera skriver" if row["now"] > 1 else "")
        for row in rows
    }


def blocks(meeting: Meeting, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """What higher layers add to the agenda."""
    made = (build(meeting, actor, at) for build in closing.AGENDA)
    return [block for block in made if block is not None]
