"""What has had its time is deleted by the clock, not only when somebody happens to come by (P-Q5).

Each limit is that of the code that reads the row: what is deleted here opened or showed nothing any more.
"""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from hub import kept
from hub.models import IdempotencyKey, Municipality, StaffImport
from hub.tenancy import in_kommun

#: How long a key that came with a call of the API is remembered.
KEYS_REMEMBERED = timedelta(hours=24)
#: How long an uploaded file with names of staff waits to be imported.
FILES_KEPT = timedelta(hours=24)


def forget(*, at: datetime) -> dict[str, int]:
    """Delete what is over at `at`, in every kommun; returns how many of each, by name."""
    return {
        "kept_text": kept.forget_old(at=at),
        "sessions": _sessions(at),
        "devices": _devices(),
        "idempotency_keys": IdempotencyKey.objects.filter(sent_at__lte=at - KEYS_REMEMBERED).delete()[0],
        "files": _files(at),
    }


def _sessions(at: datetime) -> int:
    return Session.objects.filter(expire_date__lte=at).delete()[0]


def _devices() -> int:
    """Where somebody was signed in: address and browser go with the session that they describe."""
    there = Session.objects.values("session_key")
    return int(UserSession.objects.exclude(session_key__in=there).delete()[0])


def _files(at: datetime) -> int:
    """Empty files that were checked and never imported; that they were uploaded stays in the list and in the log."""
    emptied = 0
    for pk in Municipality.objects.filter(served_by__isnull=False).distinct().values_list("pk", flat=True):
        with in_kommun(pk):
            waiting = StaffImport.objects.filter(uploaded_at__lte=at - FILES_KEPT, done_at=None, municipality_id=pk)
            emptied += waiting.exclude(text="").update(text="")
    return emptied
