"""Are the stored periods and grants what the facts give? Asked per kommun, by command and every night (P-C5).

Reading trusts the grants, and they are derived: this is what would notice a fault in the derivation, a row written by
hand, or half of a restored backup.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from consent.derivation import Drift, derive, drift_of, lock_individual
from consent.models import Consent, Grant
from hub.actions import notify
from hub.audit import record
from hub.clock import local_day
from hub.models import Assignment, Municipality, Role
from hub.tenancy import in_kommun

#: Series compared in one go: few enough to hold in memory in a large kommun.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of one kommun found."""

    kommun: str
    consents: int
    drift: tuple[Drift, ...]
    repaired: bool = False


def kommuner_at_work() -> list[Municipality]:
    """Kommuner that some agency serves; elsewhere there can be no consent."""
    return list(Municipality.objects.filter(served_by__isnull=False).distinct().order_by("code"))


def check_kommun(kommun: Municipality, *, at: datetime, repair: bool = False) -> Checked:
    """Compare every period and grant of the kommun with its facts, in a transaction of its own; put down the result.

    Args:
        repair: derive anew what differs, in the same transaction.
    """
    with in_kommun(kommun.pk):
        drift = all_drift()
        if drift and repair:
            _repair(kommun, drift, at=at)
        count = Consent.objects.filter(completed_at__isnull=False).count()
        record(
            "grants.checked",
            actor=None,
            at=at,
            municipality_id=kommun.pk,
            detail={"consents": count, "drift": [found.consent for found in drift]},
        )
    return Checked(kommun.name, count, tuple(drift), repaired=bool(drift) and repair)


def tell_of_drift(kommun: Municipality, *, at: datetime) -> None:
    """Tell whoever administers or reviews in the kommun, once a day: somebody may have read too much, or too little.

    The message holds no number and no case: neither role has any business with content.
    """
    concerned = (
        Assignment.objects.usable(at=at)
        .filter(role__in=(Role.ADMINISTRATOR, Role.REVIEWER), unit__agency__municipality=kommun)
        .values_list("pk", flat=True)
    )
    with in_kommun(kommun.pk):
        notify(
            "grants_drift",
            assignments=concerned,
            case=None,
            municipality_id=kommun.pk,
            told_at=at,
            occasion=f"grants_drift:{kommun.code}:{local_day(at)}",
        )


def all_drift() -> list[Drift]:
    """Every consent of the transaction's kommun whose stored rows differ from its facts."""
    series = list(
        Consent.objects.filter(completed_at__isnull=False)
        .order_by("series")
        .values_list("series", flat=True)
        .distinct()
    )
    found = [drift for start in range(0, len(series), BATCH) for drift in drift_of(*series[start : start + BATCH])]
    return found + _grants_of_incomplete()


def _grants_of_incomplete() -> list[Drift]:
    """An incomplete consent covers nothing (P-C3), so no grant may hang on one."""
    stray: dict[int, int] = {}
    for consent_id in Grant.objects.filter(consent__completed_at=None).values_list("consent_id", flat=True):
        stray[consent_id] = stray.get(consent_id, 0) + 1
    return [Drift(consent, False, 0, surplus) for consent, surplus in sorted(stray.items())]


def _repair(kommun: Municipality, drift: list[Drift], *, at: datetime) -> None:
    """Take away what nothing gives, and derive the rest anew, one individual locked at a time."""
    consents = Consent.objects.filter(pk__in=[found.consent for found in drift])
    Grant.objects.filter(consent__in=[c.pk for c in consents if c.completed_at is None]).delete()
    by_individual: dict[int, set[str]] = {}
    for consent in consents:
        by_individual.setdefault(consent.individual_id, set()).add(consent.series)
    for individual_id, series in sorted(by_individual.items()):
        lock_individual(individual_id)
        derive(*sorted(series), at=at)
        record(
            "grants.recomputed",
            actor=None,
            at=at,
            municipality_id=kommun.pk,
            individual=individual_id,
            objects=[consent for consent in consents if consent.individual_id == individual_id],
        )


# --- The control: a check that cannot fail proves nothing -----------------------------------------------------------


class NothingToTry(Exception):
    """No consent in force anywhere: the control could not be made."""


def _widened(grant: Grant) -> None:
    free = next(1 << bit for bit in range(62) if not grant.types & 1 << bit)
    Grant.objects.filter(pk=grant.pk).update(types=grant.types | free)


def _lost(grant: Grant) -> None:
    Grant.objects.filter(pk=grant.pk).delete()


def _prolonged(grant: Grant) -> None:
    longer = DateTimeTZRange(grant.period.lower, grant.period.upper + timedelta(seconds=1), "[)")
    Grant.objects.filter(pk=grant.pk).update(period=longer)


def _period_emptied(grant: Grant) -> None:
    Consent.objects.filter(pk=grant.consent_id).update(effective=None)


KNOWN_DIFFERENCES: dict[str, Callable[[Grant], None]] = {
    "en rättighet med en uppgiftstyp för mycket": _widened,
    "en rättighet som saknas": _lost,
    "en rättighet som gäller en sekund för länge": _prolonged,
    "ett samtycke utan sin period": _period_emptied,
}


def control(kommuner: list[Municipality]) -> dict[str, bool]:
    """Make each known difference in a savepoint, look whether the check finds it, and roll it back.

    Returns:
        difference → whether it was found.

    Raises:
        NothingToTry: there is no grant to make a difference in.
    """
    for kommun in kommuner:
        with in_kommun(kommun.pk):
            grant = Grant.objects.select_related("consent").order_by("pk").first()
            if grant is not None:
                return {name: _is_found(grant, change) for name, change in KNOWN_DIFFERENCES.items()}
    raise NothingToTry


def _is_found(grant: Grant, change: Callable[[Grant], None]) -> bool:
    savepoint = transaction.savepoint()
    try:
        change(grant)
        return any(drift.consent == grant.consent_id for drift in drift_of(grant.consent.series))
    finally:
        transaction.savepoint_rollback(savepoint)
