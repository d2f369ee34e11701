"""Who signs, what they answered, and the instant when a consent becomes complete (P-C3, P-C5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Max, Q

from consent import completeness as rule
from consent.actions.drafting import set_ticks
from consent.derivation import derive, lock_individual
from consent.judging import judge, judgements
from consent.models import (
    Answer,
    Consent,
    HinderedDecision,
    SessionState,
    Signature,
    SignedHow,
    SignerRole,
    SigningSession,
    signer_key,
)
from hub import clock
from hub.access import Actor, require
from hub.actions import notify
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import (
    CUSTODY_KINDS,
    REPRESENTATIVE_KINDS,
    CaseSeat,
    Individual,
    Person,
    Relative,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerAnswer:
    """One signer's answer as it stands on the paper.

    `ticks`: consent-recipient row id → types ticked; None when the signer ticked all that the paper asks.
    """

    answer: str
    how: str = ""
    written_on: date | None = None
    note: str = ""
    witness: str = ""
    voluntary: bool = False
    ticks: Mapping[int, int] | None = None


class Paper(Protocol):
    """Whatever somebody signs about a youth."""

    @property
    def individual_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class PossibleSigner:
    """Someone who may sign this paper, in a role."""

    person: Person
    role: str
    relation: str

    @property
    def key(self) -> str:
        return signer_key(self.role, self.person.pk)


def signers_of(individual: Individual, *, at: datetime) -> list[PossibleSigner]:
    """Everybody who may be asked: the youth, those with custody now, a god man, and others about themselves."""
    people = [PossibleSigner(individual.person, SignerRole.YOUTH, "den unge")]
    relatives = list(individual.relatives.select_related("person").order_by("pk"))
    for relative in relatives:
        if not relative.has_custody(at=at):
            continue
        role = SignerRole.REPRESENTATIVE if relative.kind in REPRESENTATIVE_KINDS else SignerRole.GUARDIAN
        people.append(PossibleSigner(relative.person, role, str(relative.get_kind_display()).lower()))
    people += [PossibleSigner(r.person, SignerRole.OTHER_PERSON, str(r.get_kind_display()).lower()) for r in relatives]
    return people


@transaction.atomic
def save_answer(
    session: SigningSession, person: Person, role: str, answer: SignerAnswer, *, by: Actor, at: datetime
) -> Signature:
    """Step 4: note one signer's answer on a draft. Nothing is in force by it.

    Raises:
        Denied; Conflict: the paper is registered; Invalid: see `check_answer`.
    """
    require(session, by, "lead", at=at)
    if session.state != SessionState.DRAFT:
        raise Conflict("Samtycket är redan registrerat. Lägg till svaret på samtyckets sida.")
    return _store(session, person, role, answer, by=by, at=at)


def check_answer(session: Paper, person: Person, role: str, answer: SignerAnswer, at: datetime) -> None:
    """A signature is whole, not in the future, and by someone who can sign in that role (P-C3).

    Raises:
        Invalid: with one sentence per field.
    """
    individual = Individual.objects.select_related("person").get(pk=session.individual_id)
    today = clock.local_day(at)
    errors: dict[str, str] = {}
    if not _can_sign(individual, person, role, answer.written_on or today):
        raise Invalid({"answer": "Personen har inte vårdnaden den dagen och kan inte skriva under som vårdnadshavare."})
    if answer.answer == Answer.GIVEN:
        if not answer.how:
            errors["how"] = "Välj hur samtycket lämnades."
        if not answer.voluntary:
            errors["voluntary"] = "Bekräfta att personen vet att det är frivilligt och har förstått."
    if answer.how == SignedHow.ORAL and not (answer.note.strip() and answer.witness.strip()):
        errors["note"] = "Ett muntligt samtycke behöver en anteckning om vad som sades och ett vittne."
    if answer.written_on is not None and answer.written_on > today:
        errors["written_on"] = "Dagen för underskriften ligger i framtiden."
    if answer.written_on is not None and answer.written_on < individual.person.birth_date:
        errors["written_on"] = "Dagen för underskriften ligger före födelsedagen. Kontrollera året."
    if answer.answer == Answer.HINDERED and not _has_decision(individual, person, at):
        errors["answer"] = "Det finns inget beslut om att vårdnadshavaren är förhindrad."
    if errors:
        raise Invalid(errors)


def _can_sign(individual: Individual, person: Person, role: str, on: date) -> bool:
    if role == SignerRole.YOUTH:
        return person.pk == individual.person_id
    relative = Relative.objects.filter(individual=individual, person=person).first()
    if relative is None or role == SignerRole.OTHER_PERSON:
        return relative is not None
    wanted = REPRESENTATIVE_KINDS if role == SignerRole.REPRESENTATIVE else CUSTODY_KINDS
    return relative.kind in wanted and relative.has_custody(at=clock.start_of_day(on))


def _has_decision(individual: Individual, person: Person, at: datetime) -> bool:
    return HinderedDecision.objects.filter(individual=individual, guardian=person, ends_at__gt=at).exists()


def _store(
    session: SigningSession, person: Person, role: str, answer: SignerAnswer, *, by: Actor, at: datetime
) -> Signature:
    check_answer(session, person, role, answer, at)
    answered = answer.answer in (Answer.GIVEN, Answer.REFUSED)
    signature, _new = Signature.objects.update_or_create(
        session=session,
        person=person,
        role=role,
        defaults={
            "municipality_id": session.municipality_id,
            "answer": answer.answer,
            "how": answer.how if answered else "",
            "signed_at": at if answered else None,
            "written_on": (answer.written_on or clock.local_day(at)) if answered else None,
            "taken_by_id": by.assignment_id if answered else None,
            "note": answer.note,
            "witness": answer.witness,
            "voluntary": answer.voluntary and answer.answer == Answer.GIVEN,
        },
    )
    set_ticks(signature, answer.ticks)
    record(
        "consent.answer",
        actor=by,
        at=at,
        individual=session.individual_id,
        case=session.case_id,
        objects=[session, signature],
        detail={"role": role, "answer": answer.answer, "how": answer.how},
    )
    return signature


@transaction.atomic
def register_session(
    session: SigningSession, *, unmet_criterion_reason: str = "", row_version: int, by: Actor, at: datetime
) -> SigningSession:
    """Step 5: the paper stands as it was written. If every required signer said yes it is in force from now (P-C5).

    Raises:
        Denied; Conflict: someone else saved or registered it; Invalid: a step is not done.
    """
    require(session, by, "lead", at=at)
    lock_individual(session.individual_id)
    _check_ready(session)
    hit = SigningSession.objects.filter(pk=session.pk, row_version=row_version, state=SessionState.DRAFT).update(
        state=SessionState.REGISTERED,
        registered_at=at,
        unmet_criterion_reason=unmet_criterion_reason,
        row_version=row_version + 1,
    )
    if not hit:
        raise Conflict("Någon annan hann ändra eller registrera samtycket.")
    # What was noted on the draft counts from the registration: nothing is in force in hindsight.
    Signature.objects.filter(session=session, answer__in=[Answer.GIVEN, Answer.REFUSED]).update(signed_at=at)
    session.refresh_from_db()
    record(
        "consent.registered",
        actor=by,
        at=at,
        individual=session.individual_id,
        case=session.case_id,
        objects=[session, *session.consents.all()],
    )
    _complete(session, judge(session, at=at), by=by, at=at)
    return session


def _check_ready(session: SigningSession) -> None:
    missing = []
    if not session.purpose.strip():
        missing.append("Skriv vad samtycket är till för (steg 1).")
    asked = session.consents.filter(recipients__types__gt=0).distinct().count()
    if asked == 0:
        missing.append("Kryssa vad som får lämnas och till vem (steg 2).")
    if session.first_day is None or session.last_day is None:
        missing.append("Välj första och sista dag (steg 3).")
    if not session.signatures.exclude(answer=Answer.MISSING).exists():
        missing.append("Ingen har svarat än (steg 4).")
    if missing:
        raise Invalid(" ".join(missing))


@transaction.atomic
def register_answer(
    session: SigningSession, person: Person, role: str, answer: SignerAnswer, *, by: Actor, at: datetime
) -> Signature:
    """Add an answer that came after the paper was registered; it may be the one that completes it.

    Raises:
        Denied; Invalid: see `check_answer`; Conflict: the person has answered, or the paper is not registered.
    """
    require(session, by, "lead", at=at)
    lock_individual(session.individual_id)
    session.refresh_from_db()
    if session.state != SessionState.REGISTERED:
        raise Conflict("Samtycket är inte registrerat.")
    standing = Signature.objects.filter(session=session, person=person, role=role).first()
    if standing is not None and standing.answer in (Answer.GIVEN, Answer.REFUSED):
        raise Conflict("Svaret är redan registrerat. Ett nytt svar ges på ett nytt papper, eller som återkallelse.")
    signature = _store(session, person, role, answer, by=by, at=at)
    _complete(session, judge(session, at=at), by=by, at=at)
    return signature


def judge_again(individual: Individual, *, by: Actor, at: datetime) -> None:
    """When custody has changed, a paper that waited for a former guardian may have become complete."""
    lock_individual(individual.pk)
    waiting = SigningSession.objects.filter(
        individual=individual, state=SessionState.REGISTERED, consents__completed_at=None
    ).distinct()
    papers = list(waiting.select_related("case"))
    judged = judgements(papers, at=at)
    for session in papers:
        _complete(session, judged[session.pk], by=by, at=at)


def complete_waiting(session: SigningSession, *, because: str, by: Actor, at: datetime) -> None:
    """A paper that waited meets the rule of today and has been gone through: it is in force from now (P-C5).

    Args:
        because: what changed who has to answer, for the log.
    """
    _complete(session, judge(session, at=at), because=because, by=by, at=at)


def _complete(
    session: SigningSession, answer: rule.Completeness, *, because: str = "", by: Actor, at: datetime
) -> None:
    """Store what the completeness rule says, then derive periods and grants, all in the caller's transaction."""
    consents = list(session.consents.filter(recipients__types__gt=0).distinct().order_by("pk"))
    newly = answer.state == rule.State.COMPLETE and any(c.completed_at is None for c in consents)
    if answer.instant is None:
        return
    required = _mark_required(session, answer)
    for consent in consents:
        Consent.objects.filter(pk=consent.pk).update(
            completed_at=consent.completed_at or at,
            version=consent.version or _next_version(consent.series),
            # When custody was what completed it, that is found out now: nothing is in force in hindsight (P-C4).
            last_signature_at=consent.last_signature_at or max(answer.instant, at),
            ends_early_at=answer.ends_at,
            ends_early_reason=answer.end_reason.value if answer.end_reason else "",
            rests_on_youth_alone={s.role for s in required} == {SignerRole.YOUTH},
        )
    derive(*sorted({c.series for c in consents}), at=at)
    if newly:
        record(
            "consent.completed",
            actor=by,
            at=at,
            individual=session.individual_id,
            case=session.case_id,
            objects=[session, *consents],
            detail={"because": because} if because else None,
        )
        _tell_leads(session, by=by, at=at)


def _mark_required(session: SigningSession, answer: rule.Completeness) -> list[Signature]:
    signatures = list(session.signatures.all())
    required = [s for s in signatures if s.signer_key in answer.required and s.answer == Answer.GIVEN]
    already = [s for s in signatures if s.required]
    if already:  # later changes never undo what completed it
        return already
    Signature.objects.filter(pk__in=[s.pk for s in required]).update(required=True)
    return required


def _next_version(series: str) -> int:
    latest: int | None = Consent.objects.filter(series=series).aggregate(last=Max("version"))["last"]
    return (latest or 0) + 1


def _tell_leads(session: SigningSession, *, by: Actor, at: datetime) -> None:
    leads = CaseSeat.objects.in_force(at=at).filter(
        Q(kind="coordinator") | Q(kind="lots"), content_object=session.case_id
    )
    told = set(leads.values_list("assignment_id", flat=True)) - {by.assignment_id}
    notify(
        "consent_completed",
        assignments=told,
        case=session.case,
        municipality_id=session.municipality_id,
        told_at=at,
    )
