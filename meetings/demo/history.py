"""Meetings of the past, put in at once: the same rows and lines of the log that the deeds would have left.

tests/test_seed_demo.py holds them to what the deeds would have asked: seats, hours, nobody in two at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model

from hub import clock
from hub.access import Actor
from hub.audit import record
from hub.contributions import DEADLINE_KIND
from hub.models import Assignment, Case, Deadline, Municipality
from meetings.deadlines import RHYTHM, stages
from meetings.demo.places import HOUR, Ledger, nearest, rooms_of
from meetings.demo.plan import BROKEN_OFF
from meetings.demo.said import after_held
from meetings.demo.stories import Story
from meetings.models import (
    LATEST,
    Answer,
    AnsweredBy,
    Attendance,
    ContactHow,
    Meeting,
    MeetingKind,
    MeetingState,
    Participant,
    Rhythm,
    Room,
    YouthContact,
)

MINUTE = timedelta(minutes=1)
#: Days between two meetings of the past, and how long before they were booked at the latest.
GAP, BOOKED_BEFORE = 26, timedelta(days=20)
#: How many of the last meetings another rhythm has held for.
ANOTHER = 2
#: What the meeting's own screen records of a meeting that was opened and ended.
ENDED = {MeetingState.HELD: "meeting.held", MeetingState.BROKEN_OFF: "meeting.broken_off"}
NO_NEXT = "Skolans kontakt byts ut. Nästa möte bokas när den nya är på plats."


@dataclass
class History:
    """What has been: rows are gathered for all cases and saved together."""

    kommun: Municipality
    at: datetime
    ledger: Ledger = field(default_factory=Ledger)
    _rooms: dict[int, list[Room]] = field(default_factory=dict)
    _officials: list[Meeting] = field(default_factory=list)
    _broken: list[Meeting] = field(default_factory=list)
    _participants: list[Participant] = field(default_factory=list)
    _contacts: list[YouthContact] = field(default_factory=list)
    _rhythms: list[Rhythm] = field(default_factory=list)
    _actors: dict[int, Actor] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return clock.local_day(self.at)

    def rooms(self, story: Story) -> list[Room]:
        agency = story.case.owner_unit.agency
        if agency.pk not in self._rooms:
            since = min(seat.assignment.valid_from for seat in story.seats)
            self._rooms[agency.pk] = rooms_of(agency, self.kommun, since=since)
        return self._rooms[agency.pk]

    # --- which meetings there have been ---

    def arrange(self, story: Story) -> None:
        """Think out the meetings of one case, from the last one back to the first after the insats began."""
        begun = clock.local_day(story.case.phase_from)
        target = self.today - timedelta(days=story.course.last)
        while meeting := self._thought_out(story, nearest(target), begun):
            story.held.insert(0, meeting)
            day = clock.local_day(meeting.starts_at)
            if (day - begun).days <= LATEST:
                break
            target = day - timedelta(days=self._gap(story, len(story.held)))
        story.held[-1].reason = NO_NEXT if story.course.ahead is None else ""
        if story.course.ended == BROKEN_OFF:
            broken = self._thought_out(story, nearest(self.today - timedelta(days=story.course.spoilt or 1)), begun)
            if broken is not None:
                broken.state, broken.reason = MeetingState.BROKEN_OFF, story.course.why
                self._broken.append(broken)
        for number, meeting in enumerate(story.held):
            self._ask(story, meeting, number)
        self._decide_rhythm(story)

    def _gap(self, story: Story, from_the_end: int) -> int:
        """Days back from the meeting that is the so-manyth from the end."""
        return story.course.days - 2 if from_the_end <= ANOTHER and story.course.days != LATEST else GAP

    def _thought_out(self, story: Story, days: Iterator[date], begun: date) -> Meeting | None:
        before = timedelta(minutes=story.officials_minutes)
        past = [day for day in days if begun < day < self.today]
        who = [one.user_id for one in story.asked(clock.start_of_day(past[0]))] if past else []
        found = self.ledger.find(past, who, self.rooms(story), turn=story.index, before=before)
        if found is None:
            return None
        starts_at, room = found
        booked_at = max(story.case.phase_from + HOUR, starts_at - BOOKED_BEFORE)
        common = {
            "municipality": self.kommun,
            "case": story.case,
            "room": room,
            "organiser": story.coordinator(booked_at),
            "booked_at": booked_at,
            "state": MeetingState.HELD,
            "row_version": 3,
        }
        meeting = Meeting(
            kind=MeetingKind.NETWORK,
            starts_at=starts_at,
            ends_at=starts_at + HOUR,
            interpreter=story.interpreter,
            **_gone_through(starts_at, HOUR),
            **common,
        )
        if before:
            first = starts_at - before
            common["room"] = None
            self._officials.append(
                Meeting(
                    kind=MeetingKind.OFFICIALS,
                    main=meeting,
                    starts_at=first,
                    ends_at=starts_at,
                    **_gone_through(first, before),
                    **common,
                )
            )
        return meeting

    # --- who was there ---

    def _ask(self, story: Story, meeting: Meeting, number: int) -> None:
        """Everybody answered and most came; now and then a guardian came alone, and somebody had met the youth."""
        alone = (story.index + number) % 9 == 4 and bool(story.guardians)
        for turn, one in enumerate(self._seated(story, meeting)):
            absent = (story.index + number * 3 + turn) % 8 == 7 and one != meeting.organiser
            late = (story.index + number + turn) % 11 == 5
            self._add(meeting, turn, absent=absent, late=late, assignment=one)
        self._add(meeting, 1, absent=alone, person=story.youth)
        for turn, guardian in enumerate(story.guardians):
            self._add(meeting, turn, absent=turn > 0 and (story.index + number) % 3 == 1, person=guardian)
        if alone:
            on = clock.local_day(meeting.starts_at) - timedelta(days=2 + number % 4)
            self._contacts.append(
                YouthContact(
                    municipality=self.kommun,
                    case=story.case,
                    on=on,
                    how=(ContactHow.CALL, ContactHow.MEETING)[number % 2],
                    recorded_by=meeting.organiser,
                    recorded_at=meeting.starts_at - 30 * MINUTE,
                )
            )

    def _seated(self, story: Story, meeting: Meeting) -> list[Assignment]:
        still = story.asked(meeting.starts_at)
        return [one for one in story.asked(meeting.booked_at) if one in still]

    def _add(self, meeting: Meeting, turn: int, *, absent: bool, late: bool = False, **who: Any) -> None:
        family = "person" in who
        self._participants.append(
            Participant(
                municipality=self.kommun,
                meeting=meeting,
                added_at=meeting.booked_at,
                answer=Answer.DECLINED if absent and not family else Answer.ACCEPTED,
                answered_at=meeting.booked_at + (5 + 20 * turn) * MINUTE,
                answered_by=AnsweredBy.TOLD if family else (AnsweredBy.HUB, AnsweredBy.CALENDAR)[turn % 2],
                attendance=Attendance.ABSENT if absent else Attendance.LATE if late else Attendance.PRESENT,
                row_version=3,
                **who,
            )
        )

    def _decide_rhythm(self, story: Story) -> None:
        course = story.course
        if course.days == LATEST or len(story.held) <= ANOTHER:
            return
        since = story.held[-1 - ANOTHER].closed_at
        assert since is not None  # noqa: S101 - it was held
        self._rhythms.append(
            Rhythm(
                municipality=self.kommun,
                case=story.case,
                days=course.days,
                reason=course.reason,
                decided_by=story.coordinator(since),
                valid_from=since + 5 * MINUTE,
            )
        )

    # --- into the database ---

    def save(self, told: Sequence[Story]) -> None:
        """All rows, table by table, and what the log says of each meeting."""
        network = [*(meeting for story in told for meeting in story.held), *self._broken]
        by_case = {story.case.pk: story for story in told}
        for broken in self._broken:
            self._ask(by_case[broken.case_id], broken, 1)
        Meeting.objects.bulk_create(network)
        Meeting.objects.bulk_create(self._officials)
        first = {meeting.main_id: meeting for meeting in self._officials}
        self._participants += [
            _again(one, first[one.meeting.pk])
            for one in self._participants
            if one.assignment is not None and one.meeting.pk in first
        ]
        for one in self._participants:
            one.meeting_id = one.meeting.pk
        Participant.objects.bulk_create(self._participants)
        YouthContact.objects.bulk_create(self._contacts)
        Rhythm.objects.bulk_create(self._rhythms)
        after_held(told, self._participants)
        for meeting in network:
            self._log(meeting, first.get(meeting.pk))
        for contact in self._contacts:
            self._record("youth.contact_noted", contact.case, contact, by=contact.recorded_by, at=contact.recorded_at)
        for rhythm in self._rhythms:
            self._record("rhythm.decided", rhythm.case, rhythm, by=rhythm.decided_by, at=rhythm.valid_from)

    def _log(self, meeting: Meeting, first: Meeting | None) -> None:
        both = [meeting, first] if first else [meeting]
        by = meeting.organiser
        self._record("meeting.booked", meeting.case, *both, by=by, at=meeting.booked_at)
        for each in reversed(both):
            self._record("meeting.opened", each.case, each, by=by, at=each.opened_at)
            self._record(ENDED[MeetingState(each.state)], each.case, each, by=by, at=each.closed_at)

    def _record(self, deed: str, case: Case, *objects: Model, by: Assignment, at: datetime | None) -> None:
        if at is None:
            return
        if by.pk not in self._actors:
            self._actors[by.pk] = Actor.acting_under(by, municipality_id=self.kommun.pk)
        record(deed, actor=self._actors[by.pk], at=at, individual=case.individual_id, case=case.pk, objects=objects)

    # --- the clocks ---

    def clocks(self, told: Sequence[Story]) -> None:
        """The rhythm's clocks that the meetings have met, one for each since the insats began."""
        cases = [story.case.pk for story in told]
        Deadline.objects.filter(kind=RHYTHM, subject_id__in=cases).delete()
        Deadline.objects.bulk_create(row for story in told for row in self._met(story))

    def _met(self, story: Story) -> Iterator[Deadline]:
        since = story.case.phase_from
        for meeting in story.held:
            day_one = clock.local_day(since)
            due_at = clock.end_of_day(day_one + timedelta(days=self._days_on(story, since)))
            met_at = meeting.closed_at
            assert met_at is not None  # noqa: S101 - it was held
            occasion = str(day_one)
            late = met_at >= due_at
            yield Deadline(
                municipality=self.kommun,
                kind=RHYTHM,
                subject_id=story.case.pk,
                case=story.case,
                occasion=occasion,
                started_at=since,
                due_at=due_at,
                stage=sum(stage.at <= met_at for stage in stages(since, due_at, occasion)),
                met_at=None if late else met_at,
                breached_at=due_at if late else None,
                owner_unit_id=story.case.owner_unit_id,
                owner=story.coordinator(met_at),
                rule_version=DEADLINE_KIND[RHYTHM].version,
            )
            since = meeting.starts_at

    def _days_on(self, story: Story, since: datetime) -> int:
        """The rhythm that held when a meeting at `since` was followed by the next one."""
        another = next((one for one in self._rhythms if one.case == story.case), None)
        return another.days if another and since >= story.held[-1 - ANOTHER].starts_at else LATEST


def _gone_through(starts_at: datetime, length: timedelta) -> dict[str, datetime]:
    """The instants of a meeting that was opened on time and ended just before its end."""
    opened_at, closed_at = starts_at + MINUTE, starts_at + length - 4 * MINUTE
    return {"opened_at": opened_at, "closed_at": closed_at, "state_at": closed_at}


def _again(one: Participant, meeting: Meeting) -> Participant:
    """The same official at the meeting right before."""
    values = {field.attname: getattr(one, field.attname) for field in Participant._meta.concrete_fields}
    for own in ("id", "ref", "meeting_id"):
        del values[own]
    return Participant(meeting=meeting, **values)
