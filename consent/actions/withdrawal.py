"""Taking back: at the recorded instant, never in the past, whole or in part (P-C4, R15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from consent.derivation import derive, lock_individual, own_span
from consent.judging import judge
from consent.models import Consent, SessionState, Signature, SignerRole, Withdrawal, WithdrawalChannel
from hub.access import Actor, require
from hub.actions import notify
from hub.audit import record
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import LEADING_KINDS, Agency, Case, CaseSeat, Individual


@dataclass(frozen=True, slots=True)
class Scope:
    """What is taken back: all of it, one recipient's part, or some types (a mask); both empty is the whole."""

    recipient: Agency | None = None
    types: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.recipient is None and self.types is None


WHOLE = Scope()


def running(individual_id: int, *, at: datetime) -> list[Consent]:
    """Consents in force at `at` or later: what a preview counts."""
    return list(
        Consent.objects.filter(individual=individual_id, effective__endswith__gt=at)
        .select_related("disclosing", "case", "session")
        .order_by("disclosing__name", "pk")
    )


def waiting(individual_id: int) -> list[Consent]:
    """Registered consents that lack a signature: what was said on them can be taken back before they begin."""
    return list(
        Consent.objects.filter(
            _not_taken_back(), individual=individual_id, session__state=SessionState.REGISTERED, completed_at=None
        )
        .select_related("disclosing", "case", "session")
        .order_by("disclosing__name", "pk")
    )


def stoppable(individual_id: int, *, at: datetime) -> list[Consent]:
    """Everything that is in force or could ever come into force: waiting papers and versions cut by a later one too.

    Else a signature that arrives after "Stoppa delningen nu", or the end of a newer version, would start it again.
    """
    registered = (
        Consent.objects.filter(
            _not_taken_back(),
            individual=individual_id,
            session__state=SessionState.REGISTERED,
            session__last_day__gte=local_day(at),
        )
        .select_related("disclosing", "case", "session")
        .prefetch_related("withdrawals")
        .order_by("disclosing__name", "pk")
    )
    spans = ((consent, own_span(consent)) for consent in registered)
    return [consent for consent, span in spans if consent.completed_at is None or (span and span[1] > at)]


def _not_taken_back() -> Q:
    whole = Withdrawal.objects.filter(consent=OuterRef("pk"), cuts=True, recipient=None, types=None, about=None)
    return ~Q(Exists(whole))


@transaction.atomic
def stop_sharing(individual: Individual, *, by: Actor, at: datetime) -> list[Withdrawal]:
    """ "Stoppa delningen nu": every consent of the individual ends at this instant; details later (P-C4).

    Any contact, jour or coordinator with a seat may. A second press changes nothing.

    Raises:
        Denied: the actor has no seat with the individual.
    """
    require(individual, by, "stop_sharing", at=at)
    lock_individual(individual.pk)
    stopped = [
        Withdrawal.objects.create(
            municipality_id=consent.municipality_id,
            consent=consent,
            withdrawn_at=at,
            channel=WithdrawalChannel.STOP,
            recorded_by_id=by.assignment_id,
        )
        for consent in stoppable(individual.pk, at=at)
    ]
    record(
        "consent.stopped",
        actor=by,
        at=at,
        individual=individual.pk,
        objects=[*stopped, *(w.consent for w in stopped)],
        detail={"consents": len(stopped)},
    )
    _after(stopped, by=by, at=at)
    for case in {w.consent.case_id: w.consent.case for w in stopped}.values():
        _tell(case, "consent_stopped", leads_only=True, by=by, at=at)
    return stopped


@transaction.atomic
def withdraw(
    consents: Iterable[Consent],
    *,
    scope: Scope,
    signature: Signature | None,
    channel: str,
    stated_at: datetime | None,
    details: str,
    by: Actor,
    at: datetime,
) -> list[Withdrawal]:
    """Record a withdrawal by one signer from one or more consents, in force from this instant.

    A required signer's ends the consent or that part of it; another person's ends what concerns that person; a
    non-required signer's is recorded, changes nothing, and alerts the coordinator (P-C4).

    Args:
        signature: whose word it is; None when it is not known yet.
        stated_at: when the signer says it was said; may lie before, never after `at`.

    Raises:
        Denied; Invalid: a stated time in the future; Conflict: nothing is in force any more.
    """
    chosen = list(consents)
    for consent in chosen:
        require(consent, by, "withdraw", at=at)
    if not chosen:
        raise Invalid({"consents": "Välj minst ett samtycke."})
    if stated_at is not None and stated_at > at:
        raise Invalid({"stated_at": "Tiden då samtycket återkallades kan inte ligga i framtiden."})
    lock_individual(chosen[0].individual_id)
    still = {c.pk for c in (*running(chosen[0].individual_id, at=at), *waiting(chosen[0].individual_id))}
    if not any(c.pk in still for c in chosen):
        raise Conflict("Samtycket gäller inte längre. Det finns inget kvar att återkalla.")
    about = signature.person if signature and signature.role == SignerRole.OTHER_PERSON else None
    cuts = signature is None or about is not None or _is_required(signature, at=at)
    made = [
        Withdrawal.objects.create(
            municipality_id=consent.municipality_id,
            consent=consent,
            withdrawn_at=at,
            stated_at=stated_at,
            signature=signature,
            channel=channel,
            recipient=scope.recipient,
            types=scope.types,
            cuts=cuts,
            about=about,
            recorded_by_id=by.assignment_id,
            details=details,
        )
        for consent in chosen
        if consent.pk in still
    ]
    record(
        "consent.withdrawn",
        actor=by,
        at=at,
        individual=chosen[0].individual_id,
        case=chosen[0].case_id,
        objects=[*made, *chosen],
        detail={"cuts": cuts, "whole": scope.is_whole, "channel": channel},
    )
    _after(made, by=by, at=at, whole=scope.is_whole and about is None)
    return made


def _is_required(signature: Signature, *, at: datetime) -> bool:
    """Whether the paper rests on this signer; on one that still waits, as the completeness rule says now."""
    session = signature.session
    if session.consents.filter(completed_at__isnull=False).exists():
        return signature.required
    return signature.signer_key in judge(session, at=at).required


def _after(made: list[Withdrawal], *, by: Actor, at: datetime, whole: bool = True) -> None:
    """Derive what is left, in the same transaction, and tell those concerned, without content."""
    derive(*sorted({w.consent.series for w in made if w.cuts}), at=at)
    for case in {w.consent.case_id: w.consent.case for w in made}.values():
        cut = any(w.cuts for w in made if w.consent.case_id == case.pk)
        if not cut:
            _tell(case, "consent_alert", leads_only=True, by=by, at=at)
        else:
            _tell(case, "sharing_ended" if whole else "sharing_changed", leads_only=False, by=by, at=at)


def _tell(case: Case, kind: str, *, leads_only: bool, by: Actor, at: datetime) -> None:
    seats = CaseSeat.objects.reading(at=at).filter(content_object=case)
    if leads_only:
        seats = seats.filter(kind__in=LEADING_KINDS)
    told = set(seats.values_list("assignment_id", flat=True)) - {by.assignment_id}
    notify(kind, assignments=told, case=case, municipality_id=case.municipality_id, told_at=at)


@transaction.atomic
def complete_details(
    withdrawal: Withdrawal,
    *,
    signature: Signature | None,
    channel: str,
    stated_at: datetime | None,
    details: str,
    by: Actor,
    at: datetime,
) -> Withdrawal:
    """Fill in who took it back, how and when it was said, mostly after "Stoppa delningen nu". Its instant never moves.

    Args:
        channel: how the wish came; any but the press itself.

    Raises:
        Denied; Invalid: no channel, or a stated time after the recorded instant.
    """
    require(withdrawal.consent, by, "withdraw", at=at)
    if channel not in WithdrawalChannel.values or channel == WithdrawalChannel.STOP:
        raise Invalid({"channel": "Välj hur ni fick veta det."})
    if stated_at is not None and stated_at > withdrawal.withdrawn_at:
        raise Invalid({"stated_at": "Tiden kan inte ligga efter att delningen stoppades."})
    how = "told_through" if withdrawal.channel == WithdrawalChannel.STOP else "channel"
    Withdrawal.objects.filter(pk=withdrawal.pk).update(
        signature=signature, stated_at=stated_at, details=details, **{how: channel}
    )
    withdrawal.refresh_from_db()
    record(
        "consent.withdrawal_details",
        actor=by,
        at=at,
        individual=withdrawal.consent.individual_id,
        case=withdrawal.consent.case_id,
        objects=[withdrawal],
        detail={"channel": channel},
    )
    return withdrawal
