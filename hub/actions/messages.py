"""Messages inside the hub: a kind and a case, never content."""

from collections.abc import Iterable
from datetime import datetime

from hub.access import Actor, permitted
from hub.models import Case, Notification

#: kind → the sentence shown. `{number}` is the case number, which the recipient may know.
MESSAGES: dict[str, str] = {
    "party_active": "Er verksamhet är nu part i ärende {number}. Utse kontakt och ersättare.",
    "seat_given": "Du har fått en plats i ärende {number}.",
    "seat_ended": "Din plats i ärende {number} har upphört.",
    "party_ended": "Er medverkan i ärende {number} har upphört.",
    "lead_needed": "Ärende {number} behöver en ny ansvarig, den tidigare har anmält jäv eller slutat.",
    "break_glass": "En medarbetare har nödöppnat uppgifter i ärende {number}. Granska skälet.",
    "sign_in_reset": "En administratör har återställt din inloggning. Har du inte bett om det, säg till genast.",
    "case_closed": "Ärende {number} är avslutat.",
}


def notify(
    kind: str, *, assignments: Iterable[int], case: Case | None, municipality_id: int, told_at: datetime
) -> None:
    """Tell these assignments, once each, from the instant `told_at` on.

    Raises:
        KeyError: the kind has no sentence in MESSAGES.
    """
    MESSAGES[kind]
    Notification.objects.bulk_create(
        Notification(municipality_id=municipality_id, assignment_id=assignment, kind=kind, case=case, told_at=told_at)
        for assignment in sorted(set(assignments))
    )


def cancel_messages(kind: str, *, case: Case, agency_id: int, at: datetime) -> None:
    """Take back messages that are not told yet: their reason will never come into force."""
    Notification.objects.filter(
        kind=kind, case=case, assignment__unit__agency_id=agency_id, told_at__gt=at, cancelled_at=None
    ).update(cancelled_at=at)


def mark_read(*, by: Actor, at: datetime) -> int:
    """Mark the actor's own messages as read; returns how many were unread."""
    own = permitted(Notification.objects.filter(read_at=None), by, at=at)
    return Notification.objects.filter(pk__in=[n.pk for n in own]).update(read_at=at)
