"""Taking back: with a preview that does nothing, and then at the recorded instant (P-C4, R15)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404

from consent.actions import complete_details
from consent.api import schemas
from consent.api.consents import get_consent
from consent.forms.withdrawal import CHANNELS, UNKNOWN, DetailsForm, WithdrawForm
from consent.models import InformationType, Signature, SignerRole, SigningSession, Withdrawal, WithdrawalChannel
from consent.preview import preview
from consent.views.drafts import own_paper
from consent.views.withdrawals import signatures_given, stopped_together, withdraw_from_form, withdrawable
from hub.access import may, require
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Instant, Many, Optional, Ref, Text
from hub.errors import Conflict, Invalid
from hub.http import HubRequest
from hub.models import TokenScope

TAG = "Återkallelse"


class WhoBody(Body):
    person = Ref()
    role = Choice(choices=SignerRole.choices)


class WithdrawBody(Body):
    channel = Choice(choices=CHANNELS)
    parts = Many(child=Ref(), required=False, help_text="Ur samtyckets `parts`. Utelämnad: alla.")
    recipient = Ref(required=False, help_text="Bara till den mottagaren.")
    types = Many(child=Text(max_length=40), required=False, help_text="Bara de uppgiftstyperna.")
    who = WhoBody(required=False, help_text="Vems ord det är. Utelämnad: det vet ni inte än.")
    stated_at = Instant(
        required=False, help_text="När det sades, om det var tidigare. Återkallelsen gäller ändå från nu."
    )
    details = Optional(max_length=1000)


def _who(body: Data, signatures: Sequence[Signature]) -> str:
    """Whose word it is, as the page's form says it; "0", which no form offers, for somebody who has not signed."""
    if not (who := body.get("who")):
        return UNKNOWN
    keys = {(s.person.ref, s.role): s.signer_key for s in signatures}
    return keys.get((who["person"], who["role"]), "0")


def _form(request: HubRequest, session: SigningSession, body: Data) -> WithdrawForm:
    """The page's own form, filled in from the body.

    Raises:
        Problem; Conflict: nothing of the paper runs or waits any more.
    """
    consents = [c for c in withdrawable(session.individual, request) if c.session_id == session.pk]
    if not consents:
        raise Conflict("Samtycket gäller inte längre. Det finns inget kvar att återkalla.")
    recipients = {r.agency.ref: str(r.agency_id) for c in consents for r in c.recipients.all()}
    signatures = signatures_given(consents)
    typed: dict[str, Any] = {
        "consents": [str(ref) for ref in body.get("parts", [c.ref for c in consents])],
        "recipient": recipients.get(body["recipient"], "0") if "recipient" in body else "",
        "types": body.get("types", []),
        "who": _who(body, signatures),
        "channel": body["channel"],
        "details": body["details"],
    }
    form = WithdrawForm(typed, running=consents, signatures=signatures, types=list(InformationType.objects.all()))
    require_valid(form, {"consents": "parts"})
    if body.get("stated_at") and body["stated_at"] > request.at:
        raise Invalid({"stated_at": "Tiden då samtycket återkallades kan inte ligga i framtiden."})
    return form


@endpoint(
    "Vad en återkallelse skulle ändra",
    tag=TAG,
    body=WithdrawBody,
    gives=schemas.PreviewOut,
    scope=TokenScope.READ,
    errors=[404, 409],
)
def preview_withdrawal(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Vilka som förlorar hur många uppgifter, och vad de redan har läst. Ingenting händer."""
    session = own_paper(request, ref)
    form = _form(request, session, body)
    said, made = body.get("stated_at"), list[Withdrawal]()
    found = preview(
        session.individual,
        lambda: made.extend(withdraw_from_form(request, form, said)),
        stated_at=said,
        at=request.at,
    )
    request.trail.show([session], individual=session.individual_id, case=session.case_id)
    return Answer(
        {
            "text": found.sentence(),
            "losses": [
                {"name": loss.reader.name, "agency": loss.reader.agency, "items": loss.items, "already_read": loss.read}
                for loss in found.losses
            ],
            "items": found.items,
            "cuts": any(w.cuts for w in made),
        }
    )


@endpoint(
    "Återkalla",
    tag=TAG,
    body=WithdrawBody,
    gives=schemas.ConsentOut,
    makes="api:consent",
    show=get_consent,
    errors=[404],
)
def withdraw_consent(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Gäller från detta ögonblick, aldrig bakåt. Kräver ingen If-Match: en återkallelse väntar inte på att någon
    läser om."""
    session = own_paper(request, ref)
    withdraw_from_form(request, _form(request, session, body), body.get("stated_at"))
    return ref


# --- who and how, afterwards -------------------------------------------------------------------------------------


class DetailsBody(Body):
    who = WhoBody(required=False, help_text="Utelämnad: det vet ni inte än.")
    stated_at = Instant(required=False, help_text="Aldrig efter att delningen stoppades.")
    channel = Choice(choices=CHANNELS, help_text="Hur ni fick veta det.")
    details = Optional(max_length=1000, help_text="Inte varför, om ni inte behöver det.")


def _withdrawal(request: HubRequest, ref: UUID) -> Withdrawal:
    """404 for whoever may not read the consent, 403 for whoever does not lead it."""
    rows = Withdrawal.objects.select_related("consent__session", "consent__individual", "signature__person")
    found = rows.filter(ref=ref).first()
    if found is None or not may(found.consent, request.actor, "read", at=request.at):
        raise Http404("withdrawal")
    require(found.consent, request.actor, "withdraw", at=request.at)
    request.trail.show([found], individual=found.consent.individual_id, case=found.consent.case_id)
    return found


def _version(found: Withdrawal) -> tuple[object, ...]:
    return (
        "withdrawal",
        found.pk,
        found.signature_id,
        found.stated_at,
        found.details,
        found.told_through,
        found.channel,
    )


@endpoint("En återkallelse", tag=TAG, gives=schemas.WithdrawalOut, etag=True, errors=[404])
def get_withdrawal(request: HubRequest, ref: UUID) -> Answer:
    found = _withdrawal(request, ref)
    if found.signature:
        request.trail.show([found.signature.person])
    body = {
        "ref": found.ref,
        "consent": found.consent.session.ref,
        "withdrawn_at": found.withdrawn_at,
        "stated_at": found.stated_at,
        "channel": found.channel,
        "told_through": found.told_through,
        "who": found.signature.person.name if found.signature else "",
        "details": found.details,
    }
    return Answer(body, _version(found))


@endpoint(
    "Komplettera en återkallelse",
    tag=TAG,
    body=DetailsBody,
    gives=schemas.WithdrawalOut,
    if_match=True,
    errors=[404],
)
def complete_withdrawal(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Vem som tog tillbaka och när det sades; för allt som samma tryck stoppade.

    Tidpunkten som återkallelsen gäller från står kvar.
    """
    found = _withdrawal(request, ref)
    unchanged(request, found, lambda: _version(found))
    together = stopped_together(found) if found.channel == WithdrawalChannel.STOP else [found]
    signatures = signatures_given([w.consent for w in together])
    typed = {"who": _who(body, signatures), "channel": body["channel"], "details": body["details"]}
    form = DetailsForm(typed, signatures=signatures)
    data = require_valid(form)
    for w in together:
        complete_details(
            w,
            signature=form.signature_for(w.consent.session_id),
            channel=data["channel"],
            stated_at=body.get("stated_at"),
            details=data["details"],
            by=request.actor,
            at=request.at,
        )
    return get_withdrawal(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


preview_of = resource("PreviewWithdrawal", post=preview_withdrawal)
withdraw = resource("Withdraw", post=withdraw_consent)
withdrawal = resource("Withdrawal", get=get_withdrawal, put=complete_withdrawal)
