"""Messages inside the hub: a kind and a case, never content."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hub import outbox
from hub.access import Actor, permitted
from hub.models import Case, Notification

#: kind → the sentence shown. `{number}` is the case number, or the reference of what has no case yet, which the
#: recipient may know.
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


@transaction.atomic
def notify(
    kind: str,
    *,
    assignments: Iterable[int],
    case: Case | None,
    municipality_id: int,
    told_at: datetime,
    occasion: str = "",
    reference: str = "",
) -> None:
    """Tell these assignments, once each, from the instant `told_at` on; their mail waits in the outbox.

    Both are written in the transaction of what is told, so that neither is lost and neither tells of what never was.

    Args:
        occasion: what it is told on account of; the same recipient is told of it once, however often this is asked.
            Left out, this call is an occasion of its own.
        reference: the number in the sentence where there is no case.

    Raises:
        KeyError: the kind has no sentence in MESSAGES.
    """
    MESSAGES[kind]
    key, recipients = occasion or f"{kind}:{uuid.uuid4()}", sorted(set(assignments))
    Notification.objects.bulk_create(
        (
            Notification(
                municipality_id=municipality_id,
                assignment_id=assignment,
                kind=kind,
                case=case,
                reference=reference,
                told_at=told_at,
                occasion=key,
            )
            for assignment in recipients
        ),
        ignore_conflicts=True,
    )
    outbox.put(kind, assignments=recipients, municipality_id=municipality_id, occasion=key, told_at=told_at)


def cancel_messages(kind: str, *, case: Case, agency_id: int, at: datetime) -> None:
    """Take back messages that are not told yet, and their mail: their reason will never come into force."""
    untold = Notification.objects.filter(
        kind=kind, case=case, assignment__unit__agency_id=agency_id, told_at__gt=at, cancelled_at=None
    )
    rows = list(untold.values_list("pk", "occasion", "assignment__user_id"))
    Notification.objects.filter(pk__in=[pk for pk, _occasion, _user in rows]).update(cancelled_at=at)
    outbox.take_back({(user, occasion) for _pk, occasion, user in rows})


def mark_read(*, by: Actor, at: datetime) -> int:
    """Mark the actor's own messages as read; returns how many were unread."""
    own = permitted(Notification.objects.filter(read_at=None), by, at=at)
    return Notification.objects.filter(pk__in=[n.pk for n in own]).update(read_at=at)
