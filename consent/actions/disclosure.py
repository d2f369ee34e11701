"""The minimal act of sharing that the rule needs; its guide and ledger come later (P-C7)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from consent.derivation import never_masks
from consent.models import DisclosedItem, Disclosure, DisclosureRecipient, InformationItem
from hub.access import Actor, require
from hub.actions import set_active_from
from hub.audit import record
from hub.errors import Invalid
from hub.models import Agency, Assignment, Case, Participation


@transaction.atomic
def disclose(
    items: Iterable[InformationItem],
    *,
    case: Case,
    recipient: Agency,
    recipients: Iterable[Assignment],
    ground: str,
    necessity: str,
    readable_until: datetime,
    person_told: bool,
    by: Actor,
    at: datetime,
) -> Disclosure:
    """Share the present versions of own items with named recipients of one agency, on a ground (P-A2 clause 3).

    Raises:
        Denied: an item is not the actor's agency's to share.
        Invalid: no item or recipient, an empty ground, an end that has passed, a recipient of another agency, or a
            type that the recipient may never receive (P-A14).
    """
    chosen, named = list(items), list(recipients)
    for item in chosen:
        require(item, by, "annotate", at=at)
    _check(chosen, named, case, recipient, ground, necessity, readable_until, at)
    disclosure = Disclosure.objects.create(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        source_id=by.agency_id,
        recipient=recipient,
        ground=ground,
        necessity=necessity,
        decided_by_id=by.assignment_id,
        disclosed_at=at,
        readable_until=readable_until,
        person_told=person_told,
    )
    for item in chosen:
        DisclosedItem.objects.create(
            municipality_id=case.municipality_id, disclosure=disclosure, item=item, version=item.version
        )
    for assignment in named:
        DisclosureRecipient.objects.create(
            municipality_id=case.municipality_id, disclosure=disclosure, assignment=assignment
        )
    party = Participation.objects.filter(case=case, agency=recipient, ended_at=None).first()
    if party is not None:
        set_active_from(party, at, at=at)
    record(
        "disclosure.made",
        actor=by,
        at=at,
        individual=case.individual_id,
        case=case.pk,
        objects=[disclosure, *chosen],
        ground={"disclosure": disclosure.pk, "paragraph": ground},
    )
    return disclosure


def _check(
    items: list[InformationItem],
    named: list[Assignment],
    case: Case,
    recipient: Agency,
    ground: str,
    necessity: str,
    readable_until: datetime,
    at: datetime,
) -> None:
    errors: dict[str, str] = {}
    if not items:
        errors["items"] = "Välj minst en uppgift."
    if any(item.individual_id != case.individual_id for item in items):
        errors["items"] = "Alla uppgifter måste gälla den unge i ärendet."
    if any(item.type.mask & never_masks().get(recipient.kind, 0) for item in items):
        errors["items"] = f"{recipient.name} kan aldrig få den sortens uppgifter."
    if not named or any(a.unit.agency_id != recipient.pk for a in named):
        errors["recipients"] = "Välj namngivna mottagare i verksamheten."
    if not ground.strip() or not necessity.strip():
        errors["necessity"] = "Skriv vilken bestämmelse som gäller och varför uppgifterna behövs."
    if readable_until <= at:
        errors["readable_until"] = "Sista dagen för läsning har redan gått."
    if errors:
        raise Invalid(errors)
