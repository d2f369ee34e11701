"""The consent form on paper: blank to sign, or filled as it was registered (P-C6)."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from consent.actions.signing import PossibleSigner, signers_of
from consent.models import (
    Answer,
    Consent,
    ConsentRecipient,
    InformationType,
    SessionState,
    Signature,
    SignerRole,
    SigningSession,
)
from consent.paper.form import (
    ConsentPaper,
    DisclosingPart,
    PaperError,
    Recipient,
    Row,
    SignerLine,
    render_consent_form,
)
from consent.views import drafts
from consent.words import POLICE
from hub.access import Denied, find, permitted
from hub.clock import local_day
from hub.http import HubRequest, page
from hub.models import SCREEN_ONLY_KINDS, CaseSeat, SeatKind

#: What a signer signs, per role (P-C3).
WHAT = {
    SignerRole.YOUTH: "för mig själv",
    SignerRole.GUARDIAN: "för mitt barn",
    SignerRole.REPRESENTATIVE: "för den jag företräder",
    SignerRole.OTHER_PERSON: "för uppgifter om mig",
}


@require_GET
def consent_form(request: HubRequest, ref: UUID) -> HttpResponse:
    """The form as a tagged PDF. Leisure never gets paper (P-A14); parties other than the owner do not find it."""
    if request.actor.agency_kind in SCREEN_ONLY_KINDS:
        raise Denied("print", SigningSession)
    session = find(
        SigningSession.objects.select_related("case__owner_unit__agency", "individual__person", "created_by__user"),
        request.actor,
        at=request.at,
        ref=ref,
    )
    consents = [c for c in drafts.consents_of(session, request) if c.recipients.all()]
    signers = signers_of(session.individual, at=request.at)
    copies = copies_of(signers) if needs_own_copies(signers) else []
    wanted = request.GET.get("for", "")
    audience = next((p for p in signers if str(p.person.ref) == wanted), None)
    if wanted and audience is None:
        raise Http404(wanted)
    if copies and audience is None:
        return _choose_copy(request, session, copies)
    people = [s for s in signers if audience is None or s.person.pk == audience.person.pk]
    paper = paper_of(session, consents, people, request, alone=audience)
    try:
        pdf = render_consent_form(paper)
    except PaperError as unfinished:
        return page(request, "consent/consent_form_missing.html", {"session": session, "why": str(unfinished)})
    request.trail.show(
        [session, *consents, *(s.person for s in people)],
        individual=session.individual_id,
        case=session.case_id,
        printed=True,
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="samtycke-{session.case.number}.pdf"'
    return response


def needs_own_copies(signers: Sequence[PossibleSigner]) -> bool:
    """A family security flag on anyone, or a protected identity, forks every paper (P-A8)."""
    return any(s.person.family_security_flag or s.person.is_protected for s in signers)


def copies_of(signers: Sequence[PossibleSigner]) -> list[PossibleSigner]:
    """One per person who may sign (P-A8)."""
    return list({s.person.pk: s for s in reversed(signers)}.values())[::-1]


def _choose_copy(request: HubRequest, session: SigningSession, copies: Sequence[PossibleSigner]) -> HttpResponse:
    request.trail.show([session, *(c.person for c in copies)], individual=session.individual_id, case=session.case_id)
    context: dict[str, object] = {"session": session, "case": session.case, "copies": copies}
    return page(request, "consent/consent_form_copies.html", context)


def paper_of(
    session: SigningSession,
    consents: Sequence[Consent],
    people: Sequence[PossibleSigner],
    request: HubRequest,
    *,
    alone: PossibleSigner | None,
) -> ConsentPaper:
    """What the form says. A copy for one person carries nothing about the others (P-A8)."""
    signatures = {
        (s.person_id, s.role): s
        for s in Signature.objects.filter(session=session, person__in=[p.person.pk for p in people])
        .exclude(answer=Answer.MISSING)
        .prefetch_related("ticks")
    }
    empty = "blank" in request.GET or (session.state == SessionState.DRAFT and not signatures)
    signatures = {} if empty else signatures
    individual, case = session.individual, session.case
    return ConsentPaper(
        language=request.GET.get("sprak") or session.form_language,
        form_version=session.form_version,
        kind_of_cooperation=str(case.get_form_display()),
        case_number=case.number,
        youth_name=individual.person.name,
        purpose=session.purpose,
        disclosing=tuple(_part(c, signatures, request, alone) for c in consents),
        first_day=session.first_day,
        last_day=session.last_day,
        items_from=session.items_from,
        signers=tuple(_line(p, signatures.get((p.person.pk, p.role)), consents) for p in _lines(people, signatures)),
        contact=_contact(session, request),
        interpreter="" if alone else session.interpreter,
        court_ordered_text=session.court_requirement or None,
        printed_on=local_day(request.at),
        audience=str(alone.person.pk) if alone else None,
    )


def _lines(people: Sequence[PossibleSigner], signatures: dict[tuple[int, str], Signature]) -> list[PossibleSigner]:
    """Everyone who may be asked; another person's line only for whom it is about, once he or she has answered."""
    return [p for p in people if p.role != SignerRole.OTHER_PERSON or (p.person.pk, p.role) in signatures] or list(
        people
    )


def _part(
    consent: Consent,
    signatures: dict[tuple[int, str], Signature],
    request: HubRequest,
    alone: PossibleSigner | None,
) -> DisclosingPart:
    """One agency's table: empty boxes where the paper asks, or what everybody ticked."""
    recipients: list[ConsentRecipient] = list(consent.recipients.all())
    types = InformationType.objects.writable_by(consent.disclosing.kind, on=local_day(request.at))
    asked = 0
    for recipient in recipients:
        asked |= recipient.types
    given = [s for s in signatures.values() if s.answer == Answer.GIVEN and s.role != SignerRole.OTHER_PERSON]
    if alone is not None:
        given = [s for s in given if s.person_id == alone.person.pk]
    return DisclosingPart(
        agency_name=consent.disclosing.name,
        kind_label=str(consent.disclosing.get_kind_display()),
        recipients=tuple(
            Recipient(
                r.agency.name,
                purpose=r.purpose,
                screen_only=r.agency.screen_only,
                police=r.agency.kind == POLICE,
            )
            for r in recipients
        ),
        rows=tuple(
            Row(t.name, t.description, tuple(_tick(t.mask, r, given) for r in recipients))
            for t in types
            if t.mask & asked
        ),
        police=consent.disclosing.kind == POLICE,
    )


def _tick(mask: int, recipient: ConsentRecipient, given: Sequence[Signature]) -> bool | None:
    """Not asked: no. Asked and nobody has answered: an empty box. Else what every signer ticked (P-C3)."""
    if not mask & recipient.types:
        return False
    if not given:
        return None
    return all(any(tick.recipient_id == recipient.pk and tick.types & mask for tick in s.ticks.all()) for s in given)


def _line(signer: PossibleSigner, signature: Signature | None, consents: Sequence[Consent]) -> SignerLine:
    police = [r.pk for c in consents for r in c.recipients.all() if POLICE in (r.agency.kind, c.disclosing.kind)]
    answer = None if signature is None else signature.answer == Answer.GIVEN
    ticked = signature is not None and any(t.recipient_id in police and t.types for t in signature.ticks.all())
    return SignerLine(
        person=str(signer.person.pk),
        role="ungdomen" if signer.role == SignerRole.YOUTH else signer.relation,
        name=signer.person.name,
        what=WHAT[SignerRole(signer.role)],
        answer=answer,
        signed_on=signature.written_on if signature else None,
        police_answer=None if answer is None or not police else ticked,
        understood=signature.voluntary if signature else None,
    )


def _contact(session: SigningSession, request: HubRequest) -> str:
    """Whom to call to take it back: the coordinator, by name and agency."""
    seats = permitted(
        CaseSeat.objects.in_force(at=request.at).filter(content_object=session.case_id, kind=SeatKind.COORDINATOR),
        request.actor,
        at=request.at,
    ).select_related("assignment__user", "assignment__unit__agency")
    return "\n".join(f"{s.assignment.user.name}, samordnare, {s.assignment.unit.agency.name}" for s in seats)
