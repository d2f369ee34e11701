"""Telling the meetings of the demo's youths: what has been in bulk, what is to come through the verbs of the pages."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from hub import clock
from hub.access import Actor
from hub.calendar_se import is_working_day, next_working_day, previous_working_day
from hub.models import Assignment, Deadline, Municipality
from hub.tick import fire
from meetings import actions
from meetings.deadlines import RHYTHM, follow
from meetings.demo.history import History
from meetings.demo.minutes import minutes_of
from meetings.demo.plan import BROKEN_OFF, CALLED_OFF, NOT_HELD, VIDEO
from meetings.demo.planning import PLANNED, propose
from meetings.demo.stories import Story, stories
from meetings.letters import whom
from meetings.models import Answer, Meeting, MeetingForm, Room, ToldHow

AFTERNOON = time(14, 20)
MINUTE = timedelta(minutes=1)
#: Numbers that nobody has: 08-465 004 00-99 is kept free for invented ones (PTS).
NUMBER = "08-465 004 {:02}"
#: How the families were told; one in four has not been.
TOLD = (ToldHow.HANDED, ToldHow.CALLED, ToldHow.TEXTED, ToldHow.SPOKEN)
LINK = "https://video.example.se/natverksmote"
#: What those who are asked have answered, one after the other; some wait.
ANSWERS = (
    Answer.ACCEPTED,
    Answer.ACCEPTED,
    Answer.TENTATIVE,
    Answer.WAITING,
    Answer.ACCEPTED,
    Answer.DECLINED,
    Answer.WAITING,
)


def tell_meetings(kommun: Municipality, at: datetime) -> str:
    """Tell every story, in the caller's transaction and kommun; returns what was made, for the command."""
    told = stories(kommun)
    history = History(kommun, at)
    for story in told:
        history.arrange(story)
    history.save(told)
    desk = Desk(history, at)
    for story in told:
        desk.to_nothing(story)
        desk.ahead(story)
    minutes_of(told, at)
    history.clocks(told)
    follow([story.case.pk for story in told], at=at)
    _tell_of_the_late(at)
    return f"{Meeting.objects.count()} nätverks- och tjänstemannamöten"


def tell_proposal(kommun: Municipality, at: datetime) -> str:
    """A proposal of the coordinator's due meetings, when everything else of the demo is booked."""
    planned = next((story for story in stories(kommun) if story.key == PLANNED), None)
    if planned is None:
        return "inget förslag till möten"
    by = Actor.acting_under(planned.coordinator(at), municipality_id=kommun.pk)
    return f"{propose(by, at=at).placed} möten i ett förslag"


def _tell_of_the_late(at: datetime) -> None:
    """Those who lead a late case were told when its last day had ended, as if the clocks had run all along."""
    for row in Deadline.objects.due(at=at).filter(kind=RHYTHM, due_at__lte=at):
        fire(row.pk, at=row.due_at)


class Desk:
    """The coordinators' deeds about meetings that are booked."""

    def __init__(self, history: History, at: datetime) -> None:
        self.history, self.at, self.today = history, at, clock.local_day(at)
        self._actors: dict[int, Actor] = {}

    def actor(self, assignment: Assignment) -> Actor:
        if assignment.pk not in self._actors:
            self._actors[assignment.pk] = Actor.acting_under(assignment, municipality_id=self.history.kommun.pk)
        return self._actors[assignment.pk]

    def yesterday(self) -> datetime:
        """The afternoon of the last working day before the day of seeding."""
        return clock.wall_time(previous_working_day(self.today), AFTERNOON)

    def to_nothing(self, story: Story) -> None:
        """A meeting that was called off, or to which the family did not come."""
        course = story.course
        if course.spoilt is None or course.ended == BROKEN_OFF:
            return
        planned = self.today - timedelta(days=course.spoilt)
        begins = planned if is_working_day(planned) else None
        if course.ended == NOT_HELD:
            days = [begins or previous_working_day(planned)]
        else:
            days = [begins or next_working_day(planned)]
        booked_at = story.closed_at
        meeting = self._book(story, [*days, *_after(days[-1])] if course.ended == CALLED_OFF else days, booked_at)
        if meeting is None:
            return
        by = self.actor(story.coordinator(booked_at))
        self._tell(story, meeting, booked_at)
        if course.ended == CALLED_OFF:
            actions.cancel(meeting, reason=course.why, row_version=meeting.row_version, by=by, at=self.yesterday())
        else:
            ended = meeting.starts_at + 25 * MINUTE
            actions.not_held(meeting, reason=course.why, row_version=meeting.row_version, by=by, at=ended)

    def ahead(self, story: Story) -> None:
        """The next meeting, booked when the last one ended, and what those who are asked have answered."""
        course = story.course
        if course.ahead is None:
            return
        late = course.last > course.days
        last_day = story.held_day + timedelta(days=course.days)
        target = self.today + timedelta(days=course.ahead - course.last)
        free = [day for day in (self.today + timedelta(days=n) for n in range(20)) if is_working_day(day)]
        days = sorted(free, key=lambda day: (not late and day > last_day, abs((day - target).days)))
        booked_at = self.yesterday() if late else story.closed_at
        meeting = self._book(story, days, booked_at)
        if meeting is not None:
            self._answers(story, meeting, booked_at)
            if story.index % 4:
                self._tell(story, meeting, booked_at)

    def _book(self, story: Story, days: Sequence[date], booked_at: datetime) -> Meeting | None:
        asked = story.asked(booked_at)
        video = story.course.form == VIDEO
        rooms: Sequence[Room] = () if video else self.history.rooms(story)
        before = story.officials_minutes
        since = booked_at if story.course.ended == NOT_HELD else self.at
        found = self.history.ledger.find(
            days,
            [one.user_id for one in asked],
            rooms,
            turn=story.index,
            before=timedelta(minutes=before),
            since=since,
        )
        if found is None:
            return None
        starts_at, room = found
        when = actions.When(
            starts_at,
            starts_at + timedelta(hours=1),
            form=MeetingForm.VIDEO if video else MeetingForm.ROOM,
            room=room,
            link=f"{LINK}-{story.index}" if video else "",
            interpreter=story.interpreter,
        )
        optional = asked[-1:] if len(asked) > 4 and story.index % 3 == 2 else []
        guests = actions.Guests(
            [one for one in asked if one not in optional], optional, family=[story.youth, *story.guardians]
        )
        by = self.actor(story.coordinator(booked_at))
        return actions.book(story.case, when, guests, officials_minutes=before, by=by, at=booked_at)

    def _tell(self, story: Story, meeting: Meeting, booked_at: datetime) -> None:
        """The family was told an hour after the booking, by letter or by word (P-M6)."""
        coordinator, told_at = story.coordinator(booked_at), booked_at + 60 * MINUTE
        by = self.actor(coordinator)
        actions.set_call_number(story.case, phone=NUMBER.format(coordinator.pk % 100), by=by, at=booked_at)
        for row in whom.told(meeting, by, at=told_at):
            how = TOLD[(story.index + row.place.pk) % len(TOLD)]
            if row.may_tell:
                actions.tell_family(row.place, how=how if how in dict(row.ways) else TOLD[0], by=by, at=told_at)

    def _answers(self, story: Story, meeting: Meeting, booked_at: datetime) -> None:
        organiser = story.coordinator(booked_at)
        turn = story.index
        for turn, one in enumerate(meeting.participants.order_by("pk"), start=story.index):
            said = ANSWERS[turn % len(ANSWERS)]
            answered_at = booked_at + 10 * MINUTE * (1 + turn - story.index)
            if one.assignment_id == organiser.pk or said == Answer.WAITING:
                continue
            if one.person_id is not None:
                actions.told_answer(one, said, by=self.actor(organiser), at=answered_at)
            else:
                assignment = story.holder(one.assignment_id)
                actions.answer(one, said, by=self.actor(assignment), at=answered_at)


def _after(day: date) -> list[date]:
    following = [next_working_day(day)]
    for _ in range(4):
        following.append(next_working_day(following[-1]))
    return following
