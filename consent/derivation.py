"""From what was signed and withdrawn to what is in force: the only maker of periods and grants (P-C5).

Everything here follows from stored facts: the session's days, each consent's completion, the ticks, the withdrawals.
The same function runs in the transaction of a signature or withdrawal, in the recompute command, and in the nightly
check that compares.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from consent.completeness import intersect
from consent.models import (
    Answer,
    Consent,
    Grant,
    InformationType,
    Inquiry,
    InquiryState,
    SessionState,
    Signature,
    SignerRole,
    Withdrawal,
)
from hub.actions import set_active_from, set_known_from
from hub.clock import end_of_day, local_day, start_of_day
from hub.models import SHARING_PHASES, Individual, Participation

Span = tuple[datetime, datetime]
#: What follows when periods have been derived anew: (series, at), in the same transaction.
DERIVED: list[Callable[[Sequence[str], datetime], None]] = []


@dataclass(frozen=True, slots=True)
class GrantRow:
    """What a grant says, comparable: two sets of them are equal or there is drift."""

    source: int
    recipient: int
    types: int
    items_from: date
    start: datetime
    end: datetime
    about: int | None
    covers_barred: bool


def load_series(*series: str) -> list[Consent]:
    """The completed consents of these series in order of version, with everything that the derivation needs."""
    return list(
        Consent.objects.filter(series__in=series, completed_at__isnull=False)
        .order_by("series", "version")
        .select_related("session")
        .prefetch_related("recipients__agency", "withdrawals", "session__signatures__ticks")
    )


def own_span(consent: Consent) -> Span | None:
    """A consent's period by its own facts, before later versions of its series cut it (P-C5)."""
    session = consent.session
    if consent.last_signature_at is None or session.first_day is None or session.last_day is None:
        return None
    start = max(start_of_day(session.first_day), consent.last_signature_at)
    ends = [own_end(consent), *(w.withdrawn_at for w in consent.withdrawals.all() if _ends_whole(w))]
    return (start, min(ends)) if start < min(ends) else None


def own_end(consent: Consent) -> datetime:
    """When a registered consent ends if nobody takes it back: after its last day, or earlier by its signatures."""
    assert consent.session.last_day is not None  # noqa: S101 - a registered paper has its days (a constraint)
    after_last = end_of_day(consent.session.last_day)
    return min(after_last, consent.ends_early_at or after_last)


def _ends_whole(withdrawal: Withdrawal) -> bool:
    return (
        withdrawal.cuts and withdrawal.recipient_id is None and withdrawal.types is None and withdrawal.about_id is None
    )


def spans(consents: list[Consent]) -> dict[int, Span | None]:
    """Each consent's period in force: a later version cuts the earlier ones where it starts; never two at once.

    Args:
        consents: one series in order of version.

    Returns:
        consent id → `(from, to)` half-open in UTC, or None where nothing is in force.
    """
    found: dict[int, Span | None] = {}
    next_start: datetime | None = None
    for consent in reversed(consents):
        span = own_span(consent)
        if span and next_start and span[1] > next_start:
            span = (span[0], next_start) if span[0] < next_start else None
        found[consent.pk] = span
        if span:
            next_start = span[0] if next_start is None else min(next_start, span[0])
    return found


def spans_by_series(consents: list[Consent]) -> dict[int, Span | None]:
    """As `spans`, for consents of several series, each in order of version."""
    found: dict[int, Span | None] = {}
    for _series, versions in groupby(consents, key=lambda consent: consent.series):
        found |= spans(list(versions))
    return found


def never_masks() -> dict[str, int]:
    """Agency kind → the types that it may never receive, whatever was ticked (P-A14)."""
    masks: dict[str, int] = {}
    for mask, kinds in InformationType.objects.values_list("mask", "never_to"):
        for kind in kinds:
            masks[kind] = masks.get(kind, 0) | mask
    return masks


def _ticks(signature: Signature, consent: Consent) -> dict[int, int]:
    own = {recipient.pk for recipient in consent.recipients.all()}
    return {tick.recipient_id: tick.types for tick in signature.ticks.all() if tick.recipient_id in own}


def agreed(consent: Consent, never: dict[str, int]) -> dict[int, int]:
    """Recipient agency → types that every required signer ticked, within what was asked (P-C3)."""
    required = [s for s in consent.session.signatures.all() if s.required and s.answer == Answer.GIVEN]
    common = intersect(_ticks(signature, consent) for signature in required)
    return {
        recipient.agency_id: mask
        for recipient in consent.recipients.all()
        if (mask := common.get(recipient.pk, 0) & recipient.types & ~never.get(recipient.agency.kind, 0))
    }


def _pieces(span: Span, mask: int, cuts: Iterable[Withdrawal]) -> Iterable[tuple[Span, int]]:
    """The span in pieces of constant types: each partial withdrawal takes its types from its instant on."""
    start, end = span
    for cut in sorted(cuts, key=lambda w: w.withdrawn_at):
        remaining = 0 if cut.types is None else mask & ~cut.types
        if remaining == mask or cut.withdrawn_at >= end:
            continue
        if cut.withdrawn_at > start and mask:
            yield (start, cut.withdrawn_at), mask
        start, mask = max(start, cut.withdrawn_at), remaining
    if mask and start < end:
        yield (start, end), mask


def grant_rows(consent: Consent, span: Span | None, never: dict[str, int]) -> set[GrantRow]:
    """Every grant that a consent gives in its period."""
    if span is None:
        return set()
    items_from = consent.session.items_from or local_day(span[0])
    withdrawals = [w for w in consent.withdrawals.all() if w.cuts]
    others = [
        s for s in consent.session.signatures.all() if s.role == SignerRole.OTHER_PERSON and s.answer == Answer.GIVEN
    ]
    rows: set[GrantRow] = set()
    for recipient, mask in agreed(consent, never).items():
        cuts = [w for w in withdrawals if w.recipient_id in (None, recipient)]

        def add(pieces: Iterable[tuple[Span, int]], about: int | None, to: int = recipient) -> None:
            rows.update(
                GrantRow(
                    consent.disclosing_id,
                    to,
                    types,
                    items_from,
                    start,
                    end,
                    about,
                    consent.rests_on_youth_alone and about is None,
                )
                for (start, end), types in pieces
            )

        shared = [w for w in cuts if w.about_id is None]
        add(_pieces(span, mask, shared), None)
        for signature in others:
            own = _ticks(signature, consent).get(_recipient_pk(consent, recipient), 0) & mask
            theirs = (max(span[0], signature.signed_at or span[1]), span[1])
            cuts_theirs = shared + [w for w in cuts if w.about_id == signature.person_id]
            add(_pieces(theirs, own, cuts_theirs), signature.person_id)
    return rows


def _recipient_pk(consent: Consent, agency_id: int) -> int:
    return next(r.pk for r in consent.recipients.all() if r.agency_id == agency_id)


def stored_rows(consents: Iterable[int]) -> dict[int, set[GrantRow]]:
    """Consent → its grants as they stand in the table, in one query."""
    found: dict[int, set[GrantRow]] = {consent: set() for consent in consents}
    for g in Grant.objects.filter(consent__in=list(found)):
        found[g.consent_id].add(
            GrantRow(
                g.source_id,
                g.recipient_id,
                g.types,
                g.items_from,
                g.period.lower,
                g.period.upper,
                g.about_id,
                g.covers_barred,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Drift:
    """A consent whose stored period or grants are not what its facts give."""

    consent: int
    period_differs: bool
    missing: int
    surplus: int


def drift_of(*series: str) -> list[Drift]:
    """Compare what is stored with what the facts give, for these series. Nothing is changed."""
    consents, never = load_series(*series), never_masks()
    expected, standing = spans_by_series(consents), stored_rows(c.pk for c in consents)
    found = []
    for consent in consents:
        span = expected[consent.pk]
        wanted, stored = grant_rows(consent, span, never), standing[consent.pk]
        differs = _as_range(span) != consent.effective
        if differs or wanted != stored:
            found.append(Drift(consent.pk, differs, len(wanted - stored), len(stored - wanted)))
    return found


def _as_range(span: Span | None) -> DateTimeTZRange | None:
    return DateTimeTZRange(span[0], span[1], "[)") if span else None


@transaction.atomic
def derive(*series: str, at: datetime) -> None:
    """Bring the periods and grants of these series to what their facts give, in the caller's transaction.

    The caller holds the lock of the individual (`lock_individual`), so that two signings or a signing and a
    withdrawal never derive from each other's half.
    """
    consents, never = load_series(*series), never_masks()
    wanted, standing = spans_by_series(consents), stored_rows(c.pk for c in consents)
    changed = [c for c in consents if c.effective != _as_range(wanted[c.pk])]
    # Emptied first, then filled: the exclusion constraint looks at every single statement.
    Consent.objects.filter(pk__in=[c.pk for c in changed]).update(effective=None)
    for consent in changed:
        consent.effective = _as_range(wanted[consent.pk])
        Consent.objects.filter(pk=consent.pk).update(effective=consent.effective)
    for consent in consents:
        rows = grant_rows(consent, wanted[consent.pk], never)
        if rows != standing[consent.pk]:
            _store_grants(consent, rows)
    for individual_id in {c.individual_id for c in consents}:
        sync_parties(individual_id, at=at)
    for effect in DERIVED:
        effect(series, at)


def _store_grants(consent: Consent, wanted: set[GrantRow]) -> None:
    Grant.objects.filter(consent=consent).delete()
    Grant.objects.bulk_create(
        Grant(
            municipality_id=consent.municipality_id,
            individual_id=consent.individual_id,
            source_id=row.source,
            recipient_id=row.recipient,
            types=row.types,
            items_from=row.items_from,
            period=DateTimeTZRange(row.start, row.end, "[)"),
            consent=consent,
            about_id=row.about,
            covers_barred=row.covers_barred,
        )
        for row in sorted(wanted, key=lambda r: (r.recipient, r.start, r.about or 0))
    )


def lock_individual(individual_id: int) -> None:
    """One signing or withdrawal at a time per individual."""
    Individual.objects.select_for_update().only("pk").get(pk=individual_id)


def sync_parties(individual_id: int, *, at: datetime) -> None:
    """Give every party its first instant of a ground: a grant of its case in a sharing phase, or a question (P-A13).

    A question wakes the agency that is asked and tells nobody else; the other parties hear of it, and it of them, from
    its first grant on (P-A6).
    """
    standing = Participation.objects.filter(
        case__individual=individual_id, ended_at=None, case__closed_at=None
    ).select_related("case")
    for party in standing:
        active, known = (then is not None and then <= at for then in (party.active_from, party.known_from))
        if active and known:
            continue
        granted = _first_grant(party, at=at)
        if not active:
            set_active_from(party, at if _is_asked(party) else granted, at=at)
        if not known:
            set_known_from(party, granted, at=at)


def _is_asked(party: Participation) -> bool:
    """Whether a question to the agency waits for its answer in the party's case."""
    return Inquiry.objects.filter(case=party.case, asked_id=party.agency_id, state=InquiryState.ASKED).exists()


def _first_grant(party: Participation, *, at: datetime) -> datetime | None:
    if party.case.phase not in SHARING_PHASES:
        return None
    grants = Grant.objects.filter(
        consent__case=party.case, consent__session__state=SessionState.REGISTERED, period__endswith__gt=at
    )
    starts = [
        g.period.lower
        for g in grants
        if party.agency_id in (g.source_id, g.recipient_id) and g.period.lower is not None
    ]
    return max(min(starts), at) if starts else None
