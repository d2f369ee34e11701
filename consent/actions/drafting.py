"""The wizard's steps, each saved when it is left: nothing is lost, nothing is in force (P-C1, P-C2)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction

from consent.decided import decided
from consent.derivation import never_masks
from consent.models import (
    Answer,
    Consent,
    ConsentRecipient,
    InformationType,
    SessionState,
    Signature,
    SignatureTick,
    SigningSession,
)
from hub.access import Actor, require
from hub.audit import record
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import Agency, Case
from hub.swedish import day


@dataclass(frozen=True, slots=True)
class RecipientChoice:
    """What one recipient is to get from the consent's agency, and for what."""

    types: int
    purpose: str = ""


#: Recipient agency id → choice, for one disclosing agency.
Matrix = Mapping[int, RecipientChoice]


@transaction.atomic
def start_session(case: Case, *, by: Actor, at: datetime) -> SigningSession:
    """Begin a paper. The matrix starts empty (P-C1).

    Raises:
        Denied: the actor does not lead the case. Conflict: the case is closed.
    """
    require(case, by, "lead", at=at)
    if case.closed_at is not None:
        raise Conflict("Ärendet är avslutat.")
    session = SigningSession.objects.create(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        created_by_id=by.assignment_id,
        created_at=at,
    )
    _record("consent.drafted", session, by=by, at=at)
    return session


def _record(action: str, session: SigningSession, *, by: Actor, at: datetime, **detail: object) -> None:
    record(
        action,
        actor=by,
        at=at,
        individual=session.individual_id,
        case=session.case_id,
        objects=[session],
        detail=detail,
    )


def _touch(session: SigningSession, row_version: int, **fields: object) -> None:
    """Compare-and-set a draft.

    Raises:
        Conflict: someone else saved since `row_version`, or it is no longer a draft.
    """
    hit = SigningSession.objects.filter(pk=session.pk, row_version=row_version, state=SessionState.DRAFT).update(
        **fields, row_version=row_version + 1
    )
    if not hit:
        raise Conflict("Någon annan hann ändra samtycket, eller så är det redan registrerat.")
    session.refresh_from_db()


@transaction.atomic
def save_purpose(
    session: SigningSession,
    *,
    purpose: str,
    disclosing: list[Agency],
    court_requirement: str,
    row_version: int,
    by: Actor,
    at: datetime,
) -> SigningSession:
    """Step 1: for what, and which agencies are to share something. One consent each (P-C2, R10).

    Raises:
        Denied, Conflict; Invalid: no purpose, or fewer than one disclosing agency.
    """
    require(session, by, "lead", at=at)
    if not disclosing:
        raise Invalid({"disclosing": "Välj minst en verksamhet som ska få lämna uppgifter."})
    _touch(session, row_version, purpose=purpose, court_requirement=court_requirement)
    kept = {agency.pk for agency in disclosing}
    Consent.objects.filter(session=session).exclude(disclosing__in=kept).delete()
    standing = set(Consent.objects.filter(session=session).values_list("disclosing_id", flat=True))
    case = session.case
    for agency in disclosing:
        if agency.pk not in standing:
            Consent.objects.create(
                municipality_id=session.municipality_id,
                session=session,
                individual_id=session.individual_id,
                case=case,
                disclosing=agency,
                cooperation=case.form,
                series=f"{session.individual_id}:{agency.pk}:{case.form}",
            )
    _record("consent.changed", session, by=by, at=at, step="purpose")
    return session


@transaction.atomic
def save_matrix(consent: Consent, matrix: Matrix, *, row_version: int, by: Actor, at: datetime) -> SigningSession:
    """Step 2, once per disclosing agency: which types to which recipients, each with a purpose (P-C1).

    Raises:
        Denied, Conflict.
        Invalid: a type the recipient may never receive, everything to everyone, or a recipient without purpose.
    """
    session = consent.session
    require(session, by, "lead", at=at)
    _check_matrix(consent, matrix, at=at)
    _touch(session, row_version)
    with _ticks_follow(session):
        kept = [agency_id for agency_id, choice in matrix.items() if choice.types]
        ConsentRecipient.objects.filter(consent=consent).exclude(agency__in=kept).delete()
        for agency_id in kept:
            ConsentRecipient.objects.update_or_create(
                consent=consent,
                agency_id=agency_id,
                defaults={
                    "municipality_id": session.municipality_id,
                    "types": matrix[agency_id].types,
                    "purpose": matrix[agency_id].purpose,
                },
            )
    _record("consent.changed", session, by=by, at=at, step="matrix", disclosing=consent.disclosing_id)
    return session


@contextmanager
def _ticks_follow(session: SigningSession) -> Iterator[None]:
    """Keep noted answers true when the question changes: who ticked all that was asked still does, who struck
    something keeps the strikings and is not made to say yes to what is new.
    """
    given = Signature.objects.filter(session=session, answer=Answer.GIVEN).prefetch_related("ticks__recipient")
    struck = {
        signature.pk: {tick.recipient_id: tick.types for tick in signature.ticks.all()}
        for signature in given
        if any(tick.types != tick.recipient.types for tick in signature.ticks.all())
    }
    yield
    for signature in Signature.objects.filter(session=session, answer=Answer.GIVEN):
        set_ticks(signature, struck.get(signature.pk))


def _check_matrix(consent: Consent, matrix: Matrix, *, at: datetime) -> None:
    never = never_masks()
    agencies = Agency.objects.in_bulk([*matrix])
    shareable = shareable_mask(consent.disclosing, at=at)
    errors: dict[str, str] = {}
    for agency_id, choice in matrix.items():
        agency = agencies[agency_id]
        if agency_id == consent.disclosing_id:
            raise Invalid("En verksamhet behöver inget samtycke för att läsa sina egna uppgifter.")
        if choice.types & never.get(agency.kind, 0):
            errors[f"purpose_{agency_id}"] = f"{agency.name} kan aldrig få någon av de uppgifter du kryssat."
        elif choice.types & ~shareable:
            errors[f"purpose_{agency_id}"] = f"{consent.disclosing.name} skriver inte den sortens uppgifter."
        elif choice.types and not choice.purpose.strip():
            errors[f"purpose_{agency_id}"] = f"Skriv vad {agency.name} behöver uppgifterna till."
    if errors:
        raise Invalid(errors)
    chosen = [choice.types for choice in matrix.values()]
    possible = [shareable & ~never.get(agencies[a].kind, 0) for a in matrix]
    if len(chosen) > 1 and shareable.bit_count() > 1 and chosen == possible:
        raise Invalid("Allt till alla går inte att samtycka till. Ta bort de kryss som inte behövs för syftet.")


def shareable_mask(agency: Agency, *, at: datetime) -> int:
    """The types that an agency of this kind may write, and so share (P-I8)."""
    total = 0
    for mask in InformationType.objects.writable_by(agency.kind, on=local_day(at)).values_list("mask", flat=True):
        total |= mask
    return total


@transaction.atomic
def save_period(
    session: SigningSession,
    *,
    first_day: date,
    last_day: date,
    items_from: date | None,
    form_language: str,
    interpreter: str,
    paper_kind: str,
    original_kept: str,
    checklist_done: bool,
    row_version: int,
    by: Actor,
    at: datetime,
) -> SigningSession:
    """Step 3: from which day to which, which paper, in which language (P-C1, P-C6).

    Raises:
        Denied, Conflict; Invalid: see `check_period`.
    """
    require(session, by, "lead", at=at)
    months = decided(session.municipality_id, on=local_day(at)).consent_max_months
    check_period(first_day, last_day, items_from, max_months=months, today=local_day(at))
    if paper_kind != "own" and not checklist_done:
        raise Invalid({"checklist_done": "Gå igenom checklistan för blanketter som inte är våra egna."})
    _touch(
        session,
        row_version,
        first_day=first_day,
        last_day=last_day,
        items_from=items_from,
        form_language=form_language,
        interpreter=interpreter,
        paper_kind=paper_kind,
        original_kept=original_kept,
        checklist_done=checklist_done,
    )
    _record("consent.changed", session, by=by, at=at, step="period")
    return session


def check_period(first_day: date, last_day: date, items_from: date | None, *, max_months: int, today: date) -> None:
    """The days of a consent: forward, not over, at most `max_months` long (P-C1, P-C5).

    Raises:
        Invalid: with one sentence per field.
    """
    errors: dict[str, str] = {}
    latest = first_day + relativedelta(months=max_months)
    if last_day < first_day:
        errors["last_day"] = "Sista dagen kan inte ligga före första dagen."
    elif last_day < today:
        errors["last_day"] = "Sista dagen har redan gått. Välj en dag framåt i tiden."
    elif last_day > latest:
        errors["last_day"] = f"Ett samtycke kan gälla högst {max_months} månader, alltså till och med {day(latest)}."
    if first_day > today + timedelta(days=366):
        errors["first_day"] = "Första dagen ligger mer än ett år bort. Kontrollera året."
    if items_from is not None and items_from > first_day:
        errors["items_from"] = "Dagen då uppgifterna börjar gälla kan inte ligga efter första dagen."
    if errors:
        raise Invalid(errors)


@transaction.atomic
def discard_session(session: SigningSession, *, row_version: int, by: Actor, at: datetime) -> None:
    """Throw a draft away; it stays as a row without force.

    Raises:
        Denied, Conflict.
    """
    require(session, by, "lead", at=at)
    _touch(session, row_version, state=SessionState.DISCARDED)
    _record("consent.discarded", session, by=by, at=at)


@transaction.atomic
def renew_session(old: SigningSession, *, by: Actor, at: datetime) -> SigningSession:
    """Begin the next version: same parties, matrix and purposes, from the day after the old one ends (P-C5).

    Where nothing of the old one runs any more, since it was taken back or never completed, it begins today.
    The signers sign anew. Items that the old version covered stay covered if they say yes again.

    Raises:
        Denied, Conflict: the case is closed or the old paper was never registered.
    """
    require(old, by, "lead", at=at)
    if old.state != SessionState.REGISTERED or old.last_day is None or old.first_day is None:
        raise Conflict("Bara ett registrerat samtycke kan förnyas.")
    session = start_session(old.case, by=by, at=at)
    today = local_day(at)
    runs = old.consents.filter(effective__endswith__gt=at).exists()
    first = max(old.last_day + timedelta(days=1), today) if runs else today
    months = decided(old.municipality_id, on=today).consent_max_months
    SigningSession.objects.filter(pk=session.pk).update(
        renews=old,
        purpose=old.purpose,
        first_day=first,
        last_day=first + relativedelta(months=months) - timedelta(days=1),
        items_from=old.items_from or old.first_day,
        court_requirement=old.court_requirement,
        form_language=old.form_language,
        interpreter=old.interpreter,
    )
    session.refresh_from_db()
    for consent in old.consents.prefetch_related("recipients"):
        copy = Consent.objects.create(
            municipality_id=session.municipality_id,
            session=session,
            individual_id=session.individual_id,
            case_id=session.case_id,
            disclosing_id=consent.disclosing_id,
            cooperation=consent.cooperation,
            series=consent.series,
        )
        ConsentRecipient.objects.bulk_create(
            ConsentRecipient(
                municipality_id=session.municipality_id,
                consent=copy,
                agency_id=recipient.agency_id,
                types=recipient.types,
                purpose=recipient.purpose,
            )
            for recipient in consent.recipients.all()
        )
    return session


def set_ticks(signature: Signature, ticks: Mapping[int, int] | None) -> None:
    """Store what a signer ticked: recipient row id → types; None is everything that the paper asks."""
    SignatureTick.objects.filter(signature=signature).delete()
    if signature.answer != Answer.GIVEN:
        return
    recipients = ConsentRecipient.objects.filter(consent__session=signature.session_id)
    SignatureTick.objects.bulk_create(
        SignatureTick(
            municipality_id=signature.municipality_id,
            signature=signature,
            recipient=recipient,
            types=recipient.types if ticks is None else ticks.get(recipient.pk, 0) & recipient.types,
        )
        for recipient in recipients
    )
