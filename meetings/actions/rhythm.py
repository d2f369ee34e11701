"""Deciding on another rhythm for a case, and noting a contact with the youth (P-M2)."""

from datetime import date, datetime

from django.db import transaction

from hub import clock
from hub.access import Actor, require
from hub.actions.cases import NotYet
from hub.audit import record
from hub.errors import Invalid
from hub.models import Case
from meetings.deadlines import follow
from meetings.models import LATEST, ContactHow, Rhythm, YouthContact
from meetings.rhythm import beats

SHORTEST, LONGEST = 7, 92


@transaction.atomic
def set_rhythm(case: Case, *, days: int, reason: str, by: Actor, at: datetime) -> Rhythm:
    """Decide by which day after a meeting the next one is held, from now on.

    Args:
        days: 7 to 92; more than 28 needs a reason. 28 is the rhythm itself and takes another one back.

    Raises:
        Denied: not the actor's case to lead. NotYet: the case keeps no rhythm. Invalid: days or reason.
    """
    require(case, by, "lead", at=at)
    if case.pk not in beats([case.pk], at=at):
        raise NotYet(["Mötesrytmen gäller SIG och SSPF under insatsen."])
    if not SHORTEST <= days <= LONGEST:
        raise Invalid({"days": "Välj mellan 7 och 92 dagar."})
    if days > LATEST and not reason:
        raise Invalid({"reason": "Skriv varför det går längre tid än fyra veckor mellan mötena."})
    standing = Rhythm.objects.filter(case=case, valid_to=None).select_for_update()
    standing.filter(valid_from__gte=at).delete()  # decided in the same instant: it held for no time at all
    standing.update(valid_to=at)
    rhythm = Rhythm.objects.create(
        municipality_id=case.municipality_id,
        case=case,
        days=days,
        reason=reason,
        decided_by_id=by.assignment_id,
        valid_from=at,
    )
    record("rhythm.decided", actor=by, at=at, individual=case.individual_id, case=case.pk, objects=[rhythm])
    follow([case.pk], at=at)
    return rhythm


@transaction.atomic
def note_contact(case: Case, *, on: date, how: str, by: Actor, at: datetime) -> YouthContact:
    """Note that somebody has been in contact with the youth on a day, today or before.

    Raises:
        Denied: not the actor's case to lead. Invalid: the day lies ahead, or before the case.
    """
    require(case, by, "lead", at=at)
    if on > clock.local_day(at):
        raise Invalid({"on": "Dagen har inte varit än."})
    if on < clock.local_day(case.opened_at):
        raise Invalid({"on": "Ärendet hade inte börjat då. Kontrollera dagen."})
    if how not in ContactHow.values:
        raise Invalid({"how": "Välj hur ni hade kontakt."})
    contact = YouthContact.objects.create(
        municipality_id=case.municipality_id,
        case=case,
        on=on,
        how=how,
        recorded_by_id=by.assignment_id,
        recorded_at=at,
    )
    record("youth.contact_noted", actor=by, at=at, individual=case.individual_id, case=case.pk, objects=[contact])
    follow([case.pk], at=at)
    return contact
