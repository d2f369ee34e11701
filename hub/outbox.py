"""The outbox: mail that says only that there is something to read. By itself at most once; about danger at least once.

A row is written in the transaction of what it tells of (`put`). The sender (`hub.mailer`) claims it by
compare-and-set and commits the claim before the first word to the mail server, so that a sender that dies leaves
"sending" behind: after a while it is shown as uncertain, and only a person sends it again; what must arrive at least
once (`AT_LEAST_ONCE`) is then tried again by itself, with the same Message-ID (P-T5).
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time, timedelta
from email.message import EmailMessage

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from hub import clock
from hub.access import Actor, permitted, require
from hub.audit import record
from hub.errors import Conflict
from hub.models import (
    SCREEN_ONLY_KINDS,
    TROUBLE,
    Assignment,
    Invitation,
    MailMode,
    MailPreference,
    MailState,
    MessageGroup,
    Outbox,
    User,
)

#: Kind of message → group; higher layers add theirs. What stands in none is in "other".
GROUPS: dict[str, MessageGroup] = {
    "party_active": MessageGroup.PARTY,
    "seat_given": MessageGroup.PARTY,
    "seat_ended": MessageGroup.PARTY,
    "party_ended": MessageGroup.PARTY,
    "lead_needed": MessageGroup.PARTY,
    "case_closed": MessageGroup.PARTY,
}
#: How a group is mailed to somebody who has chosen nothing.
DEFAULTS: Mapping[str, MailMode] = {
    MessageGroup.STOP: MailMode.NOW,
    MessageGroup.PARTY: MailMode.NOW,
    MessageGroup.REMINDER: MailMode.DAILY,
    MessageGroup.OTHER: MailMode.NOW,
}
#: Kinds about danger: their mail goes at once whatever anybody has chosen, and again by itself when its sending was
#: interrupted, so that it arrives at least once (P-T5). Higher layers add theirs.
AT_LEAST_ONCE: set[str] = set()
#: Kind → the mail itself, where it is more than the word that something waits: (mail, at) → it, or None for the
#: ordinary words. Such a mail goes at once. Higher layers add theirs; read with the mail's kommun set.
#: Raises Overtaken where it must not be sent any more.
MADE: dict[str, Callable[[Outbox, datetime], EmailMessage | None]] = {}
DIGEST = "digest"
#: Letters about the account itself: sent at once whatever the user has chosen, with words of their own.
INVITATION = "invitation"
SIGN_IN_RESET = "sign_in_reset_letter"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
DIGEST_TIME = time(7, 30)
FRIDAY = 4
#: Code → what a person is told about it.
TROUBLES: dict[str, str] = {
    "no_answer": "E-postservern svarar inte. Nytt försök görs automatiskt.",
    "not_now": "E-postservern tar inte emot just nu. Nytt försök görs automatiskt.",
    "refused": "E-postservern tar inte emot mejl till adressen.",
    "gave_up": "E-postservern har inte tagit emot mejlet på ett dygn.",
    "interrupted": "Sändningen avbröts. Det går inte att veta om mejlet kom fram.",
    "gone": "Användaren har inte längre något uppdrag.",
    "taken_back": "Meddelandet togs tillbaka.",
    "unwanted": "Länken gällde inte längre.",
}
#: Tries are this far apart, then as far as the last one; a day after the first it is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))
GIVE_UP_AFTER = timedelta(days=1)


class Overtaken(Exception):
    """What the mail tells of is no longer so; a later mail says what holds."""


_muted: ContextVar[bool] = ContextVar("hub_outbox_muted", default=False)


@contextmanager
def without_mail() -> Iterator[None]:
    """Make a history (the demo) without mail about things long past."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


# --- writing -----------------------------------------------------------------------------------------------------


def group_of(kind: str) -> MessageGroup:
    return GROUPS.get(kind, MessageGroup.OTHER)


def modes_of(actor: Actor, *, at: datetime) -> dict[str, MailMode]:
    """Group → how the actor wants its mails."""
    rows = permitted(MailPreference.objects.all(), actor, at=at).values_list("group", "mode")
    return {**DEFAULTS, **{group: MailMode(mode) for group, mode in rows}}


def put(kind: str, *, assignments: Collection[int], municipality_id: int, occasion: str, told_at: datetime) -> None:
    """Lay a mail for each of these assignments' users in the outbox, in the caller's transaction.

    Nothing is laid there for users who want none, and none for agencies that work on screen only (P-A14, R6).
    """
    if _muted.get() or not assignments or not settings.MAIL_ON:
        return
    on_paper = Assignment.objects.filter(pk__in=assignments).exclude(unit__agency__kind__in=SCREEN_ONLY_KINDS)
    users = set(on_paper.values_list("user_id", flat=True))
    group = group_of(kind)
    chosen = dict(MailPreference.objects.filter(user_id__in=users, group=group).values_list("user_id", "mode"))
    rows = []
    for user_id in sorted(users):
        mode = MailMode.NOW if kind in AT_LEAST_ONCE else chosen.get(user_id, DEFAULTS[group])
        if mode == MailMode.NEVER:
            continue
        if kind in MADE:
            mode = MailMode.NOW
        next_at = told_at if mode == MailMode.NOW else next_digest(told_at)
        rows.append(_row(kind, user_id, municipality_id, occasion, mode, told_at, next_at))
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)


def _row(
    kind: str, user_id: int, municipality_id: int, occasion: str, mode: str, created_at: datetime, next_at: datetime
) -> Outbox:
    return Outbox(
        municipality_id=municipality_id,
        user_id=user_id,
        kind=kind,
        occasion=occasion,
        mode=mode,
        created_at=created_at,
        next_at=next_at,
        first_at=next_at,
    )


def delivers() -> bool:
    """Whether mail leaves this installation at all; where it does not, a link is shown instead of sent."""
    return settings.MAIL_ON and settings.EMAIL_BACKEND == SMTP


def put_letter(
    kind: str,
    *,
    municipality_id: int,
    told_at: datetime,
    user: User | None = None,
    invitation: Invitation | None = None,
) -> None:
    """Lay a letter about the account in the outbox, in the caller's transaction: to a user, or for an invitation.

    Each call is an occasion of its own. Nothing is laid there where no mail leaves.
    """
    if _muted.get() or not delivers():
        return
    Outbox.objects.create(
        municipality_id=municipality_id,
        user=user,
        invitation=invitation,
        kind=kind,
        occasion=f"{kind}:{uuid.uuid4()}",
        created_at=told_at,
        next_at=told_at,
        first_at=told_at,
    )


def take_back(mails: Collection[tuple[int, str]]) -> None:
    """Cancel mails that wait: (user, occasion). What is on its way or sent stays as it is."""
    for user_id, occasion in sorted(mails):
        Outbox.objects.filter(user_id=user_id, occasion=occasion, state=MailState.WAITING).update(
            state=MailState.CANCELLED, trouble="taken_back"
        )


# --- the daily mail ----------------------------------------------------------------------------------------------


def next_digest(after: datetime) -> datetime:
    """The first 07.30 of a weekday, on a Swedish clock, strictly after the instant."""
    day = clock.local_day(after)
    while True:
        at = clock.wall_time(day, DIGEST_TIME)
        if at > after and day.weekday() <= FRIDAY:
            return at
        day += timedelta(days=1)


def gather(*, at: datetime) -> int:
    """Make one mail of everything that a user gets daily and whose time has come; returns how many mails.

    One per user and day: what is late for today's waits for the next weekday.
    """
    users = Outbox.objects.due(at=at, mode=MailMode.DAILY).order_by("user_id").values_list("user_id", flat=True)
    return sum(_gather_for(user_id, at) for user_id in users.distinct())


@transaction.atomic
def _gather_for(user_id: int, at: datetime) -> bool:
    waiting = Outbox.objects.due(at=at, mode=MailMode.DAILY).filter(user_id=user_id)
    rows = list(waiting.select_for_update(skip_locked=True))
    if not rows:
        return False
    due_at = max(row.next_at for row in rows)
    mail = _row(DIGEST, user_id, rows[-1].municipality_id, f"{DIGEST}:{clock.local_day(due_at)}", "now", at, due_at)
    mail.messages = len(rows)
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:  # today's has been made: these came after it
        later = next_digest(at)
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=later, first_at=later)
        return False
    Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(state=MailState.GATHERED)
    return True


# --- the life of a mail ------------------------------------------------------------------------------------------


def claim(pk: int, *, at: datetime) -> Outbox | None:
    """Take a waiting mail to send it; None where somebody else has. Committed when this returns.

    Raises:
        RuntimeError: called inside a transaction: the claim would not be committed before the sending.
    """
    with transaction.atomic(durable=True):
        mine = Outbox.objects.filter(pk=pk, state=MailState.WAITING, next_at__lte=at, mode=MailMode.NOW)
        hit = mine.update(state=MailState.SENDING, claimed_at=at, attempts=F("attempts") + 1, trouble="")
        return Outbox.objects.select_related("user", "invitation__user").get(pk=pk) if hit else None


def _claimed(mail: Outbox) -> Q:
    """The very claim: a mail that somebody has sent again meanwhile is not touched by a late answer."""
    return Q(pk=mail.pk, claimed_at=mail.claimed_at, attempts=mail.attempts)


def sent(mail: Outbox, *, at: datetime) -> bool:
    """The mail server has answered for it; a late answer settles one that was shown as uncertain."""
    # One that waits to be sent again by itself has come through, too, as long as nobody has begun anew.
    answered = [MailState.SENDING, MailState.UNCERTAIN, MailState.WAITING]
    mine = Outbox.objects.filter(_claimed(mail), state__in=answered)
    return bool(mine.update(state=MailState.SENT, sent_at=at, trouble=""))


def not_sent(mail: Outbox, trouble: str, *, at: datetime, for_good: bool = False) -> None:
    """It is certain that the mail was not accepted: try again later, or give up."""
    mine = Outbox.objects.filter(_claimed(mail), state__in=[MailState.SENDING, MailState.UNCERTAIN])
    later = _next_try(mail, at)
    if for_good:
        mine.update(state=MailState.FAILED, trouble=trouble)
    elif later > mail.first_at + GIVE_UP_AFTER:
        mine.update(state=MailState.FAILED, trouble="gave_up")
    else:
        mine.update(state=MailState.WAITING, trouble=trouble, next_at=later)


def _next_try(mail: Outbox, at: datetime) -> datetime:
    return at + BACKOFF[min(mail.attempts, len(BACKOFF)) - 1]


def in_doubt(mail: Outbox, *, at: datetime) -> None:
    """The conversation broke where the server may have accepted the mail: not sent again by itself.

    But what must arrive at least once is, with the same Message-ID, until it is given up like any other.
    """
    mine = Outbox.objects.filter(_claimed(mail), state=MailState.SENDING)
    later = _next_try(mail, at)
    if mail.kind in AT_LEAST_ONCE and later <= mail.first_at + GIVE_UP_AFTER:
        mine.update(state=MailState.WAITING, trouble="interrupted", next_at=later)
    else:
        mine.update(state=MailState.UNCERTAIN, trouble="interrupted")


def cancel(mail: Outbox, trouble: str) -> None:
    Outbox.objects.filter(_claimed(mail), state=MailState.SENDING).update(state=MailState.CANCELLED, trouble=trouble)


def sweep(*, at: datetime) -> int:
    """Show as uncertain what a sender took and never finished, or send it again; returns how many."""
    lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    abandoned = Outbox.objects.filter(state=MailState.SENDING, claimed_at__lte=at - lease)
    again = abandoned.filter(kind__in=AT_LEAST_ONCE, first_at__gt=at - GIVE_UP_AFTER)
    urgent = again.update(state=MailState.WAITING, trouble="interrupted", next_at=at)
    return urgent + abandoned.update(state=MailState.UNCERTAIN, trouble="interrupted")


@transaction.atomic
def resend(mail: Outbox, *, by: Actor, at: datetime) -> None:
    """A person decides to send an uncertain or failed mail again, knowing that it may arrive twice.

    Raises:
        Denied: neither the recipient nor an administrator. Conflict: it is no longer in trouble.
    """
    require(mail, by, "resend", at=at)
    hit = Outbox.objects.filter(pk=mail.pk, state__in=TROUBLE, claimed_at=mail.claimed_at).update(
        state=MailState.WAITING, next_at=at, first_at=at, attempts=0, trouble=""
    )
    if not hit:
        raise Conflict("Någon annan har redan skickat mejlet igen.")
    record("mail.resent", actor=by, at=at, objects=[mail], detail={"was": mail.state})


@transaction.atomic
def choose(modes: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Store how the actor wants each group mailed; what already waits goes out as it was to."""
    user = User.objects.get(pk=by.user_id)
    for group, mode in sorted(modes.items()):
        MailPreference.objects.update_or_create(
            user=user, group=MessageGroup(group).value, defaults={"mode": MailMode(mode).value}
        )
    record("mail.preferences", actor=by, at=at, objects=[user], detail={"modes": dict(sorted(modes.items()))})
