"""The conversation with the mail server: after each word it is known whether the mail can have been accepted.

Django's own backend tells only that something failed, not whether the server had already been given the mail; sending
again after that would be sending twice.
"""

import logging
import re
import smtplib
import ssl
import time
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from enum import Enum

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from hub import outbox
from hub.links import token_of
from hub.models import Assignment, Invitation, MailMode, Outbox
from hub.tenancy import in_kommun

log = logging.getLogger("hub.mail")

#: One run of the sender ends in time for the next one and for the worker's heartbeat.
SECONDS = 10.0
BATCH = 50


class Outcome(Enum):
    """How a conversation ended in which the mail was not accepted."""

    LATER = "later"  # certainly not accepted, may be later
    NEVER = "never"  # certainly not accepted, and will not be
    UNKNOWN = "unknown"  # it broke after the mail had been given away


class Broken(Exception):
    """The conversation ended; with how, and a code of `outbox.TROUBLES`."""

    def __init__(self, outcome: Outcome, trouble: str) -> None:
        self.outcome, self.trouble = outcome, trouble
        super().__init__(trouble)


def send_due(*, at: datetime, seconds: float = SECONDS) -> int:
    """Send what waits, one mail after the other; returns how many were accepted."""
    until, accepted = time.monotonic() + seconds, 0
    for pk in Outbox.objects.due(at=at, mode=MailMode.NOW).values_list("pk", flat=True)[:BATCH]:
        mail = outbox.claim(pk, at=at)
        if mail is not None:
            accepted += send(mail, at=at)
        if time.monotonic() > until:
            break
    return accepted


def send(mail: Outbox, *, at: datetime) -> bool:
    """Send one claimed mail and put down how it went; returns whether it was accepted."""
    if why := _pointless(mail, at=at):
        outbox.cancel(mail, why)
        return False
    try:
        made = message(mail, at=at)
    except outbox.Overtaken:
        outbox.cancel(mail, "taken_back")
        return False
    except ValueError:  # an address that this mail cannot be written to: the others are sent all the same
        log.warning("mail %s cannot be written", mail.pk)
        outbox.not_sent(mail, "refused", at=at, for_good=True)
        return False
    try:
        converse(made)
    except Broken as end:
        log.warning("mail %s not accepted: %s", mail.pk, end.trouble)
        if end.outcome is Outcome.UNKNOWN:
            outbox.in_doubt(mail, at=at)
        else:
            outbox.not_sent(mail, end.trouble, at=at, for_good=end.outcome is Outcome.NEVER)
        return False
    return outbox.sent(mail, at=at)


def _pointless(mail: Outbox, *, at: datetime) -> str:
    """Why it must not be sent any more, as a code of `outbox.TROUBLES`; empty where it is to be sent."""
    if mail.invitation is not None:
        user = mail.invitation.user
        return "" if mail.invitation.waits(at=at) and (user is None or user.is_active) else "unwanted"
    if mail.kind == outbox.SIGN_IN_RESET:
        return "" if mail.user is not None and mail.user.is_active else "gone"
    # Whoever leaves loses everything at that instant (P-A12).
    return "" if Assignment.objects.usable(at=at).filter(user_id=mail.user_id).exists() else "gone"


# --- what it says --------------------------------------------------------------------------------------------------


def message(mail: Outbox, *, at: datetime) -> EmailMessage:
    """What is sent: no name, no case, nothing that says what it is about (P-A8, P-M5).

    Raises:
        Overtaken: it must not be sent any more.
    """
    if mail.kind in outbox.MADE:
        with in_kommun(mail.municipality_id):
            if (whole := outbox.MADE[mail.kind](mail, at)) is not None:
                return whole
    subject, text = _words(mail)
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = settings.DEFAULT_FROM_EMAIL
    made["To"] = mail.recipient.email
    made["Date"] = format_datetime(at)
    # The same every time this mail is sent: where it arrives twice, mail programs show it once.
    made["Message-ID"] = f"<{mail.ref}@{settings.MAIL_DOMAIN}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, cte="quoted-printable")
    return made


def _words(mail: Outbox) -> tuple[str, str]:
    """Subject and text: of a letter about the account, else the same for every kind of message."""
    if mail.invitation is not None:
        return _invitation(mail.invitation)
    if mail.kind == outbox.SIGN_IN_RESET:
        return "Din inloggning är återställd", render_to_string("hub/mail/sign_in_reset.txt", {})
    waiting = mail.messages
    told = "Du har ett nytt meddelande" if waiting == 1 else f"Du har {waiting} nya meddelanden"
    return f"{told} i Samverkanshubb", (
        f"{told} i Samverkanshubb.\n\nLogga in för att läsa:\n{settings.SITE_URL}/meddelanden/\n\n"
        "Mejlet innehåller aldrig uppgifter om någon person. Du väljer själv hur du vill få mejl, under Meddelanden.\n"
        "Det går inte att svara på det här mejlet.\n"
    )


def _invitation(invitation: Invitation) -> tuple[str, str]:
    """The letter with the link, which is made here and kept nowhere."""
    link = settings.SITE_URL + reverse("hub:invitation_accept", args=[token_of(invitation)])
    renews = invitation.user_id is not None
    text = render_to_string("hub/mail/invitation.txt", {"link": link, "renews": renews, "until": invitation.expires_at})
    return "Välj ett nytt lösenord" if renews else "Du är inbjuden till Samverkanshubb", text


# --- the conversation ----------------------------------------------------------------------------------------------


def converse(made: EmailMessage) -> None:
    """Give the mail to the server.

    Raises:
        Broken: it was not accepted, or nobody can know.
    """
    if settings.EMAIL_BACKEND != outbox.SMTP:
        # Development and demo: only that a mail would have been sent, to nobody named.
        log.info("mail %s would have been sent", made["Message-ID"])
        return
    server = _greeted()
    try:
        _hand_over(server, made)
        with suppress(OSError, smtplib.SMTPException):
            server.quit()  # accepted is accepted, however the goodbye goes
    finally:
        server.close()


def _greeted() -> smtplib.SMTP:
    kind: type[smtplib.SMTP] = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        server = kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT)
    except (OSError, smtplib.SMTPException) as error:
        raise Broken(Outcome.LATER, "no_answer") from error
    try:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException) as error:
        # A fault of the set-up, too, is nothing that the recipient can be blamed for: tried again until it is mended.
        server.close()
        raise Broken(Outcome.LATER, "not_now") from error
    return server


def _hand_over(server: smtplib.SMTP, made: EmailMessage) -> None:
    try:
        _accepted(server.mail(settings.MAIL_SENDER))
        _accepted(server.rcpt(str(made["To"])))
        _accepted(server.docmd("DATA"), wanted=354)
    except (OSError, smtplib.SMTPException) as error:
        raise Broken(Outcome.LATER, "no_answer") from error
    try:
        # From the last dot on the mail is the server's, even if its answer never comes.
        server.send(_as_sent(made))
        answer = server.getreply()
    except (TimeoutError, OSError, smtplib.SMTPException) as error:
        raise Broken(Outcome.UNKNOWN, "interrupted") from error
    _accepted(answer)


def _accepted(answer: tuple[int, bytes], wanted: int = 250) -> None:
    code = answer[0]
    if code in (wanted, 251 if wanted == 250 else wanted):
        return
    if 500 <= code < 600:
        raise Broken(Outcome.NEVER, "refused")
    raise Broken(Outcome.LATER, "not_now")


def _as_sent(made: EmailMessage) -> bytes:
    """The mail with line ends and doubled first dots as the protocol wants them, and the last dot."""
    lines = re.sub(rb"\r?\n", b"\r\n", made.as_bytes())
    return re.sub(rb"(?m)^\.", b"..", lines).rstrip(b"\r\n") + b"\r\n.\r\n"
