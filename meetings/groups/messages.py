"""Word of a group's meeting to those who are asked, and the mails that their calendars act on (P-M5)."""

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from hub import outbox
from hub.access import Actor, may
from hub.actions.messages import MESSAGES, notify
from hub.models import Assignment, Outbox
from hub.outbox import MADE, Overtaken
from meetings.calendars.mail import Method, message
from meetings.calendars.writing import Invitation, Party, uid_of
from meetings.models import GroupAttendee, GroupMeeting

BOOKED, CHANGED, CANCELLED = "group_meeting_booked", "group_meeting_changed", "group_meeting_off"

MESSAGES.update(
    {
        BOOKED: "Du är kallad till ett gruppmöte. Svara om du kommer.",
        CHANGED: "Ett gruppmöte har ändrats. Se den nya tiden och svara igen.",
        CANCELLED: "Ett gruppmöte är inställt, eller så är du inte längre kallad till det.",
    }
)


def announce(
    kind: str, meeting: GroupMeeting, attendees: Iterable[GroupAttendee], *, more: bool = False, by: Actor, at: datetime
) -> None:
    """Tell these, in the transaction of the change, of the meeting's present sequence; mails of earlier ones that wait
    are taken back.

    Args:
        kind: BOOKED, CHANGED or CANCELLED.
        more: one more of several booked at once: a mail for the calendar, but no message of its own in the hub.
    """
    asked = {one.assignment_id: one for one in attendees if one.assignment_id != by.assignment_id}
    working = Assignment.objects.usable(at=at).filter(pk__in=asked)
    told = [asked[pk] for pk in working.order_by("pk").values_list("pk", flat=True)]
    if not told:
        return
    rows = Outbox.objects.filter(
        user__in={one.assignment.user_id for one in told}, kind__in=MADE, occasion__contains=f":{meeting.ref}:"
    )
    outbox.take_back(set(rows.values_list("user", "occasion")))
    GroupAttendee.objects.filter(pk__in=[one.pk for one in told]).update(told_sequence=meeting.sequence)
    assignments, occasion = [one.assignment_id for one in told], f"{kind}:{meeting.ref}:{meeting.sequence}"
    kommun = meeting.municipality_id
    if more:
        outbox.put(kind, assignments=assignments, municipality_id=kommun, occasion=occasion, told_at=at)
        return
    notify(kind, assignments=assignments, case=None, municipality_id=kommun, occasion=occasion, told_at=at)


def invitation_of(attendee: GroupAttendee, *, cancelled: bool) -> Invitation:
    """The meeting as this member is told of it: kind, time and link."""
    meeting, user = attendee.meeting, attendee.assignment.user
    return Invitation(
        uid=uid_of(meeting.ref, settings.MAIL_DOMAIN),
        sequence=attendee.told_sequence,
        kind=meeting.called,
        starts_at=attendee.left_starts_at or meeting.starts_at,
        ends_at=attendee.left_ends_at or meeting.ends_at,
        link=settings.SITE_URL + reverse("meetings:group_meeting", args=[meeting.ref]),
        organizer=Party(meeting.organiser.user.name, settings.MEETING_MAIL),
        attendee=Party(user.name, user.email),
        stamped_at=meeting.changed_at or meeting.booked_at,
        cancelled=cancelled,
    )


def mail(row: Outbox, at: datetime) -> EmailMessage | None:
    """The mail of one outbox row, made of what the meeting is when it is sent; None for the ordinary words alone.

    Raises:
        Overtaken: the recipient is no longer asked, or is told of a later state by another mail.
    """
    kind, ref, sequence = row.occasion.split(":")
    rows = GroupAttendee.objects.filter(meeting__ref=UUID(ref), assignment__user=row.user)
    needed = ("assignment__user", "assignment__unit__agency", "meeting__organiser__user", "meeting__group")
    attendee = rows.select_related(*needed).order_by("-pk").first()
    if attendee is None or attendee.told_sequence != int(sequence):
        raise Overtaken
    if kind == CANCELLED:
        if attendee.removed_at is not None and attendee.left_starts_at is None and _moved_on(attendee):
            return None  # it has another time by now, which is not theirs to know
        return message(invitation_of(attendee, cancelled=True), Method.CANCEL, sent_at=at)
    actor = Actor.acting_under(attendee.assignment, municipality_id=attendee.municipality_id)
    if attendee.removed_at is not None or not may(attendee.meeting, actor, "read", at=at):
        raise Overtaken
    return message(invitation_of(attendee, cancelled=False), Method.REQUEST, sent_at=at, first=kind == BOOKED)


def _moved_on(attendee: GroupAttendee) -> bool:
    return attendee.meeting.sequence != attendee.told_sequence


MADE.update(dict.fromkeys((BOOKED, CHANGED, CANCELLED), mail))
