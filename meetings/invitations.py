"""The mails of meetings: invitations that calendars act on, to each official alone (P-M5).

A mail is made when it is sent, from what the meeting is then: whoever has lost the meeting since gets no invitation,
and one that a later mail replaces is not sent. Meetings about a protected youth go into no calendar: the mail says only
that something waits in the hub (P-A8).
"""

from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from hub import outbox
from hub.access import Actor, may
from hub.models import CaseSeat, MailState, Outbox, Protection, party_active
from hub.outbox import MADE, Overtaken
from hub.policy import seats
from meetings.calendars.mail import Method, message
from meetings.calendars.writing import Invitation, Party, uid_of
from meetings.models import Meeting, MeetingKind, MeetingState, Participant

CALLED = {MeetingKind.NETWORK: "Nätverksmöte", MeetingKind.OFFICIALS: "Tjänstemannamöte"}
BOOKED, CHANGED, CANCELLED = "meeting_booked", "meeting_changed", "meeting_cancelled"
#: Goes to the calendar of somebody who has lost the seat, and is no message in the hub.
LEFT = "meeting_left"
#: Of a mail: it has gone out, or may have.
WENT_OUT = (MailState.SENDING, MailState.SENT, MailState.UNCERTAIN)


def occasion(kind: str, participant: Participant) -> str:
    """What a mail is sent on account of; the meeting and the sequence are read out of it again."""
    return f"{kind}:{participant.meeting.ref}:{participant.told_number}"


def invitation_of(participant: Participant, *, cancelled: bool) -> Invitation:
    """The meeting as this official is told of it."""
    meeting, assignment = participant.meeting, participant.assignment
    if assignment is None:
        raise ValueError("the family is never invited by a calendar message (P-M6)")
    return Invitation(
        uid=uid_of(meeting.ref, settings.MAIL_DOMAIN),
        sequence=participant.told_number,
        kind=CALLED[MeetingKind(meeting.kind)],
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        link=settings.SITE_URL + reverse("meetings:meeting", args=[meeting.ref]),
        organizer=Party(meeting.organiser.user.name, settings.MEETING_MAIL),
        attendee=Party(assignment.user.name, assignment.user.email),
        stamped_at=max(filter(None, (meeting.changed_at, participant.added_at, participant.removed_at))),
        cancelled=cancelled,
        optional=not participant.required,
    )


def mail(row: Outbox, at: datetime) -> EmailMessage | None:
    """The mail of one outbox row; None where only the ordinary words may go.

    Raises:
        Overtaken: the recipient is no longer asked, or is told of a later state by another mail.
    """
    kind, ref, sequence = row.occasion.split(":")
    asked = Participant.objects.filter(meeting__ref=UUID(ref), assignment__user=row.user)
    participant = (
        asked.select_related(
            "assignment__user",
            "assignment__unit__agency",
            "meeting__organiser__user",
            "meeting__case__individual__person",
        )
        .order_by("-pk")
        .first()
    )
    if participant is None or participant.told_number != int(sequence):
        raise Overtaken
    meeting = participant.meeting
    if meeting.case.individual.person.protection != Protection.NONE:
        if kind == LEFT:
            raise Overtaken
        return None
    if kind == LEFT:
        if _still_asked(participant, at) or meeting.sequence != participant.told_sequence:
            raise Overtaken  # they are back; or it has another time by now, which is not theirs to know
        return message(invitation_of(participant, cancelled=True), Method.CANCEL, sent_at=at)
    if kind == CANCELLED:
        if not _seated(participant, at):
            raise Overtaken
        if participant.removed_at is not None and meeting.sequence != participant.told_sequence:
            return None  # it may have another time by now, which is not theirs to know
        return message(invitation_of(participant, cancelled=True), Method.CANCEL, sent_at=at)
    if participant.removed_at is not None or not _sees(participant, at):
        raise Overtaken
    return message(invitation_of(participant, cancelled=False), Method.REQUEST, sent_at=at, first=kind == BOOKED)


def out_of_calendar(ref: UUID, assignment: int, *, at: datetime) -> None:
    """Take a booked meeting out of the calendar of somebody who has lost the seat: a cancellation of what was sent.

    It says only what that calendar has already. They are told nothing of it in the hub.
    """
    place = Participant.objects.filter(
        meeting__ref=ref, assignment=assignment, removed_at=None, meeting__state=MeetingState.PLANNED
    ).select_related("meeting", "assignment")
    participant = place.select_for_update(of=("self",)).first()
    if participant is None or participant.assignment is None or _still_asked(participant, at):
        return
    user = participant.assignment.user_id
    mails = Outbox.objects.filter(user=user, kind__in=(BOOKED, CHANGED), occasion__contains=f":{ref}:")
    sent = mails.filter(state__in=WENT_OUT).exists()
    outbox.take_back(waiting(participant.meeting, {user}))
    if not sent:
        return
    participant.own_sequence += 1
    participant.save(update_fields=["own_sequence"])
    outbox.put(
        LEFT,
        assignments=[assignment],
        municipality_id=participant.municipality_id,
        occasion=occasion(LEFT, participant),
        told_at=at,
    )


def _actor(participant: Participant) -> Actor:
    assert participant.assignment is not None  # noqa: S101 - asked for above
    return Actor.acting_under(participant.assignment, municipality_id=participant.municipality_id)


def _sees(participant: Participant, at: datetime) -> bool:
    return may(participant.meeting, _actor(participant), "read", at=at)


def _still_asked(participant: Participant, at: datetime) -> bool:
    """With a seat that holds, a deputy's sleeping one too: a deputy who no longer stands in is asked all the same."""
    actor = _actor(participant)
    own = CaseSeat.objects.in_force(at=at).held(at=at).filter(party_active(at, "participation__"))
    return own.filter(content_object=participant.meeting.case_id, assignment_id=actor.assignment_id).exists()


def _seated(participant: Participant, at: datetime) -> bool:
    """Still in the case: somebody who has left it is not told what time a meeting had that is off."""
    case, actor = participant.meeting.case, _actor(participant)
    return seats(actor, at).filter(content_object=case).exists() and may(case, actor, "read", at=at)


def waiting(meeting: Meeting, users: set[int]) -> set[tuple[int, str]]:
    """Mails about the meeting to these users that a later one would replace: (user, occasion)."""
    rows = Outbox.objects.filter(user__in=users, kind__in=MADE, occasion__contains=f":{meeting.ref}:")
    return set(rows.values_list("user", "occasion"))


MADE.update(dict.fromkeys((BOOKED, CHANGED, CANCELLED, LEFT), mail))
