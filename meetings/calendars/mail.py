"""An invitation as a mail that calendar programs act on (RFC 6047), and that can be read without one.

The subject and the text hold kind, time and link, nothing else (P-M5). `hub.mailer.converse` can give the mail away:
the recipient is a bare address, the Message-ID is the same each time the same state is sent to the same recipient.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256

from hub.clock import local, utc
from hub.swedish import MONTHS_SHORT, WEEKDAYS_SHORT, day, weekday
from meetings.calendars.writing import PLACE, Invitation, cancel, in_sentence, request


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def message(invitation: Invitation, method: Method, *, sent_at: datetime, first: bool | None = None) -> EmailMessage:
    """The mail to the invitation's attendee.

    Args:
        method: what is told; must agree with whether the meeting is cancelled.
        sent_at: only the Date of the mail depends on it.
        first: whether this recipient hears of the meeting for the first time; by default where the sequence is 0.

    Raises:
        ValueError: a cancelled meeting asked for, or the cancellation of one that is on.
    """
    data = cancel(invitation) if method is Method.CANCEL else request(invitation)
    new = invitation.sequence == 0 if first is None else first
    made = EmailMessage()
    made["Subject"] = _subject(invitation, new=new)
    # Mail programs believe an invitation that comes from its organiser (RFC 6047 2.3).
    made["From"] = Address(invitation.organizer.name, addr_spec=invitation.organizer.address)
    made["To"] = invitation.attendee.address
    made["Date"] = format_datetime(utc(sent_at))
    made["Message-ID"] = message_id(invitation)
    if not new:
        thread = message_id(invitation, sequence=0)
        made["In-Reply-To"] = made["References"] = thread
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = "sv"
    made.set_content(_text(invitation, new=new), cte="quoted-printable")
    made.add_alternative(
        data,
        maintype="text",
        subtype="calendar",
        cte="base64",  # otherwise mail servers may rewrite its line ends
        params={"charset": "utf-8", "method": method.value, "component": "VEVENT"},
    )
    # For programs that do not look into the alternatives; without a method, so that none acts on it twice.
    made.add_attachment(data, maintype="application", subtype="ics", filename="invite.ics")
    return made


def message_id(invitation: Invitation, sequence: int | None = None) -> str:
    """The same for the same state of the same meeting to the same recipient, however often it is sent."""
    ref, _, domain = invitation.uid.partition("@")
    number = invitation.sequence if sequence is None else sequence
    whom = sha256(f"{invitation.uid} {invitation.attendee.address.lower()}".encode()).hexdigest()[:16]
    return f"<{ref}.{number}.{whom}@{domain}>"


# --- what it says --------------------------------------------------------------------------------------------------


def _subject(invitation: Invitation, *, new: bool) -> str:
    what = "Inställt" if invitation.cancelled else "Kallelse" if new else "Ändrad kallelse"
    start = local(invitation.starts_at)
    said = f"{WEEKDAYS_SHORT[start.weekday()]} {start.day} {MONTHS_SHORT[start.month - 1]}"
    if start.year != local(invitation.stamped_at).year:
        said += f" {start.year}"
    return f"{what}: {in_sentence(invitation.kind)} {said} kl. {_clock(start)}"


def _text(invitation: Invitation, *, new: bool) -> str:
    kind = in_sentence(invitation.kind)
    if invitation.cancelled:
        lines = [f"Det här mötet är inställt: {kind}", _when(invitation), "", "Du behöver inte svara. Läs mer:"]
        return "\n".join([*lines, invitation.link, ""])
    told = f"Du kallas till {kind}." if new else f"Kallelsen till {kind} är ändrad. Det här gäller nu."
    answer = [
        "Svara i din kalender eller när du har loggat in.",
        "Vi tar emot ja, kanske och nej. Det du skriver i svaret läses inte.",
        "Passar inte tiden? Svara nej och hör av dig till den som kallar.",
    ]
    lines = [
        told,
        "",
        _when(invitation),
        f"Den som kallar: {invitation.organizer.name}",
        "",
        PLACE,
        invitation.link,
        "",
    ]
    return "\n".join([*lines, *answer, ""])


def _when(invitation: Invitation) -> str:
    """Torsdag 12 mars 2026 kl. 9.00–10.00"""
    start, end = local(invitation.starts_at), local(invitation.ends_at)
    said = f"{weekday(start.date()).capitalize()} {day(start.date())} kl. {_clock(start)}"
    if end.date() == start.date():
        return f"{said}–{_clock(end)}"
    return f"{said} till {weekday(end.date())} {day(end.date())} kl. {_clock(end)}"


def _clock(wall: datetime) -> str:
    """9.00, as in running text"""
    return f"{wall.hour}.{wall:%M}"
