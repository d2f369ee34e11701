"""Marking that two youths are kept apart, and ending it (P-M3). Nobody but those who lead both learns of it (P-A15).

A meeting of the one is refused where the other is in the same place within an hour, by whoever books it, in words that
fit any time that cannot be used. What is booked already is not touched: it is shown to whoever marks the two.
"""

from datetime import datetime

from django.db import transaction

from hub.access import Actor, permitted, require
from hub.audit import record
from hub.errors import Conflict, Invalid, kept_by
from hub.models import Case, Individual
from meetings.models import KeepApart

ALREADY = "De två hålls redan isär."


@transaction.atomic
def keep_apart(case: Case, other: Individual, *, reason: str, by: Actor, at: datetime) -> KeepApart:
    """From now on the youth of the case and `other` are never in the same place within an hour.

    Raises:
        Denied: the actor neither leads the case nor manages its unit. Invalid: no reason, or `other` is the youth
        self, is kept apart already, or has no case that the actor leads or manages: the same words whoever it is.
    """
    require(case, by, "keep_apart", at=at)
    if not reason:
        raise Invalid({"reason": "Skriv varför. Bara ni som leder eller är chef för bådas ärenden kan läsa det."})
    theirs = permitted(Case.objects.filter(individual=other), by, "keep_apart", at=at)
    if other.pk == case.individual_id or not theirs.exists():
        raise Invalid({"other": "Välj en ung person i ett ärende som du leder eller är chef för."})
    first, second = sorted((case.individual_id, other.pk))
    with kept_by("kept_apart_once_at_a_time", Invalid({"other": ALREADY})):
        made = KeepApart.objects.create(
            municipality_id=case.municipality_id,
            first_id=first,
            second_id=second,
            agency_id=by.agency_id,
            reason=reason,
            recorded_by_id=by.assignment_id,
            valid_from=at,
        )
    record("youths.kept_apart", actor=by, at=at, individual=case.individual_id, case=case.pk, objects=[made, other])
    return made


@transaction.atomic
def end_keep_apart(kept: KeepApart, *, by: Actor, at: datetime) -> None:
    """They need not be kept apart any more.

    Raises:
        Denied; Conflict: ended meanwhile, or marked this very instant.
    """
    require(kept, by, "end", at=at)
    if not KeepApart.objects.filter(pk=kept.pk, valid_to=None, valid_from__lt=at).update(valid_to=at):
        raise Conflict("Det är redan avslutat, eller just antecknat.")
    record("youths.kept_apart_ended", actor=by, at=at, individual=kept.first_id, objects=[kept, kept.second])
