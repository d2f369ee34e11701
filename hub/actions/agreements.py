"""Agreements and who is part of them (P-X1): what lets an agency from outside the kommun in (P-A2 clause 1)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hub import clock
from hub.access import Actor, permitted, require
from hub.actions.organisation import locked
from hub.audit import record
from hub.errors import Conflict, Invalid, kept_by
from hub.models import Agency, Agreement, AgreementParty
from hub.policy_admin import require_kommun


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """Days are whole days in Sweden, the last one included; None has no end."""

    title: str
    level: str
    reference: str
    note: str
    first: date
    last: date | None


def _end(last: date | None) -> datetime | None:
    return clock.end_of_day(last) if last else None


@transaction.atomic
def add_agreement(facts: AgreementFacts, *, by: Actor, at: datetime) -> Agreement:
    """Register an agreement. The day may lie in the past: it was signed then. Nothing was readable by that.

    Raises:
        Denied: the actor does not administer the kommun.
        Invalid: the days run backwards, or one of the same name is in force in that time.
    """
    require_kommun(by, Agreement, at=at)
    agreement = Agreement(municipality_id=by.municipality_id)
    _save(agreement, facts)
    record("agreement.added", actor=by, at=at, objects=[agreement])
    return agreement


@transaction.atomic
def change_agreement(
    agreement: Agreement, facts: AgreementFacts, *, row_version: int, by: Actor, at: datetime
) -> Agreement:
    """Change what an agreement says. Ending it ends what its parties from outside can read, at that instant (P-A3).

    What has been in force stays so: the last day is today at the earliest, the first day never moves once it has
    come. Ending it this very moment is `end_agreement`.

    Raises:
        Denied; Conflict: somebody else saved in between; Invalid: as above.
    """
    require(agreement, by, "administer", at=at)
    standing = locked(agreement, row_version)
    today, begun = clock.local_day(at), clock.local_day(standing.valid_from)
    if begun <= today and facts.first != begun:
        raise Invalid({"first": "Överenskommelsen har redan börjat gälla. Den första dagen går inte att ändra."})
    if standing.valid_to is not None and standing.valid_to <= at and _end(facts.last) != standing.valid_to:
        raise Invalid({"last": "Överenskommelsen har upphört. Lägg till en ny i stället."})
    if facts.last is not None and _end(facts.last) != standing.valid_to and facts.last < today:
        raise Invalid({"last": "Den sista dagen kan tidigast vara i dag. Välj ”Avsluta genast” om den redan upphört."})
    _save(standing, facts)
    record("agreement.changed", actor=by, at=at, objects=[standing])
    return standing


@transaction.atomic
def end_agreement(agreement: Agreement, *, row_version: int, by: Actor, at: datetime) -> None:
    """End an agreement at this instant: those from outside read nothing more under it (P-A3).

    Raises:
        Denied; Conflict: somebody else saved in between, or it is not in force.
    """
    require(agreement, by, "administer", at=at)
    standing = locked(agreement, row_version)
    if standing.valid_from >= at or (standing.valid_to is not None and standing.valid_to <= at):
        raise Conflict("Överenskommelsen gäller inte nu.")
    standing.valid_to = at
    standing.save()
    record("agreement.ended", actor=by, at=at, objects=[standing])


def _save(agreement: Agreement, facts: AgreementFacts) -> None:
    if facts.last is not None and facts.last < facts.first:
        raise Invalid({"last": "Sista dagen ligger före den första. Kontrollera datumen."})
    agreement.title, agreement.level = facts.title, facts.level
    agreement.reference, agreement.note = facts.reference, facts.note
    agreement.valid_from, agreement.valid_to = clock.start_of_day(facts.first), _end(facts.last)
    taken = Invalid({"title": "En överenskommelse med det namnet gäller redan under den tiden."})
    with kept_by("one_agreement_of_a_title_at_a_time", taken):
        agreement.save()


@transaction.atomic
def add_agreement_party(
    agreement: Agreement, agency: Agency, *, first: date, last: date | None, by: Actor, at: datetime
) -> AgreementParty:
    """Let an agency be part of an agreement from a day on, that of the agreement at the earliest.

    Raises:
        Denied; Invalid: the agency does not work here or is part of it in that time; the days run backwards.
    """
    require(agreement, by, "administer", at=at)
    if not permitted(Agency.objects.filter(pk=agency.pk), by, at=at).exists():
        raise Invalid({"agency": "Verksamheten arbetar inte i kommunen."})
    errors = {}
    if clock.start_of_day(first) < agreement.valid_from:
        errors["first"] = "Verksamheten kan tidigast vara part från överenskommelsens första dag."
    if last is not None and last < first:
        errors["last"] = "Sista dagen ligger före den första. Kontrollera datumen."
    if errors:
        raise Invalid(errors)
    with kept_by("agency_once_in_an_agreement", Invalid({"agency": "Verksamheten är redan part under den tiden."})):
        party = AgreementParty.objects.create(
            municipality_id=agreement.municipality_id,
            agreement=agreement,
            agency=agency,
            valid_from=clock.start_of_day(first),
            valid_to=_end(last),
        )
    record("agreement.party_added", actor=by, at=at, objects=[agreement, party, agency])
    return party


@transaction.atomic
def end_agreement_party(party: AgreementParty, *, last: date | None, by: Actor, at: datetime) -> None:
    """End an agency's part, at once (None) or after a last day.

    Raises:
        Denied; Conflict: it has ended; Invalid: the day has passed.
    """
    require(party, by, "administer", at=at)
    standing = AgreementParty.objects.select_for_update().get(pk=party.pk)
    if standing.valid_to is not None and standing.valid_to <= at:
        raise Conflict("Verksamheten är inte längre part.")
    if last is not None and last < clock.local_day(at):
        raise Invalid({"last": "Sista dagen har redan gått."})
    record("agreement.party_ended", actor=by, at=at, objects=[standing])
    if standing.valid_from >= (_end(last) or at):
        standing.delete()
        return
    standing.valid_to = _end(last) or at
    standing.save()
