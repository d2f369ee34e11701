"""What was said and decided at the last meetings of each case of the demo; people are roles, never names (P-A7)."""

from collections.abc import Sequence
from datetime import timedelta

from hub import clock
from meetings.agenda import AGENDAS
from meetings.demo.stories import Story
from meetings.ground import with_ground
from meetings.models import AgendaPoint, Attendance, Meeting, MeetingDecision, MeetingKind, Participant, PointRevision

#: What the two last meetings of a case decided: the older ones have been followed up.
DECIDED = (
    ("Skolan ordnar lugn plats för eget arbete och berättar hur det går.", "Platsen används tre dagar i veckan."),
    ("Socialtjänsten bokar tid hos öppenvården tillsammans med hemmet.", "Första besöket är gjort."),
    ("Fritidsgården frågar om hen vill hjälpa till i studion på torsdagar.", "Har varit där två torsdagar."),
    ("Lotsen följer med till praktikplatsen första dagen.", "Gick bra, fortsätter själv."),
)
#: What was written about each point of the agenda, in its order.
WRITTEN = (
    "Det mesta som bestämdes förra gången är gjort. Resten följs upp nästa gång.",
    "Berättar själv vad som har fungerat, och vill ha hjälp att komma upp på morgnarna.",
    "Lugnare hemma. Önskar tätare kontakt med skolan.",
    "Närvaron har ökat. Kommer till fritidsgården en gång i veckan.",
    "Se vad som bestämdes.",
    "Tid bestämdes innan mötet slutade, eller bokas av samordnaren.",
)
OWN_WORDS = (
    "Det är bättre i skolan nu. Jag vill att ni frågar mig först.",
    "Jag orkar inte prata om det som hände. Träningen är bra.",
    "Jag vill söka jobb till sommaren.",
)


def after_held(told: Sequence[Story], participants: Sequence[Participant]) -> None:
    """The decisions of each case's two last meetings, and what was written at the last one."""
    decisions: list[MeetingDecision] = []
    points: list[AgendaPoint] = []
    for story in told:
        for back, meeting in enumerate(reversed(story.held[-2:])):
            decisions += _decided(story, meeting, followed_up=story.held[-1] if back else None)
        last = story.held[-1]
        points += [
            AgendaPoint(
                municipality_id=last.municipality_id, meeting=last, order=n, title=title, text=text, text_version=1
            )
            for n, (title, text) in enumerate(zip(AGENDAS[MeetingKind.NETWORK], WRITTEN, strict=True), start=1)
        ]
    MeetingDecision.objects.bulk_create(decisions)
    AgendaPoint.objects.bulk_create(points)
    PointRevision.objects.bulk_create(
        PointRevision(
            municipality_id=point.municipality_id,
            point=point,
            version=1,
            text=point.text,
            saved_by=point.meeting.organiser,
            saved_at=point.meeting.starts_at + timedelta(minutes=8 * point.order),
        )
        for point in points
    )
    _own_words(told, participants)


def _decided(story: Story, meeting: Meeting, *, followed_up: Meeting | None) -> list[MeetingDecision]:
    """One thing for the coordinator and, where there is one, one for somebody else who might hear what was said."""
    recorded_at = meeting.starts_at + timedelta(minutes=40)
    heard = set(with_ground(meeting, at=recorded_at).values_list("assignment", flat=True))
    owners = [one for one in story.asked(meeting.starts_at) if one.pk in heard and one != meeting.organiser]
    found = []
    for turn, owner in enumerate([meeting.organiser, *owners[-1:]]):
        text, done = DECIDED[(story.index + turn + (2 if followed_up else 0)) % len(DECIDED)]
        past = followed_up is not None
        found.append(
            MeetingDecision(
                municipality_id=meeting.municipality_id,
                meeting=meeting,
                text=text,
                owner=owner,
                due_on=clock.local_day(meeting.starts_at) + timedelta(days=14 + 7 * turn),
                recorded_by=meeting.organiser,
                recorded_at=recorded_at,
                result="done" if past else "",
                result_note=done if past else "",
                followed_up_by=followed_up.organiser if followed_up else None,
                followed_up_at=followed_up.starts_at + timedelta(minutes=10) if followed_up else None,
            )
        )
    return found


def _own_words(told: Sequence[Story], participants: Sequence[Participant]) -> None:
    """In their own words, of each youth who was at the last meeting (P-M6)."""
    last = {story.held[-1].pk: story for story in told}
    spoke = [
        one
        for one in participants
        if one.meeting_id in last
        and one.person_id == last[one.meeting_id].youth.pk
        and one.attendance != Attendance.ABSENT
    ]
    for one in spoke:
        one.own_words = OWN_WORDS[last[one.meeting_id].index % len(OWN_WORDS)]
    Participant.objects.bulk_update(spoke, ["own_words"])
