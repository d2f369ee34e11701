"""The clocks of this layer: consents that run out (P-C5), and birthdays that change who decides (P-A11).

All instants are at 08.00 on a Swedish wall clock, counted in days before the *last day*, the one that people entered:
a consent "till och med 31 augusti" is told of on 1 August (30 days before), 17 August (14) and 28 August (3), and when
it has run out, as 1 September begins. Days are calendar days, so a night of 23 or 25 hours changes nothing. Of a
birthday the last day is the eve; somebody born on 29 February turns on 1 March in other years (`clock.birthday`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from consent.derivation import DERIVED, own_end
from consent.models import Consent, SessionState, SigningSession
from hub import clock
from hub.contributions import DEADLINE_KIND, INDIVIDUAL_CHANGED, DeadlineKind, Stage, Telling, Wanted
from hub.deadlines import keep, leads_of, owners_of
from hub.models import Case, Deadline, Individual

TOLD_AT = time(8, 0)
MOMENT = timedelta(microseconds=1)

EXPIRING, BIRTHDAY = "consent_expiring", "birthday"
#: Days before the last day → the message then (P-C5).
EXPIRY_DAYS = {30: "consent_expires_30", 14: "consent_expires_14", 3: "consent_expires_3"}
EXPIRED = "consent_expired"
#: Age → days before the birthday's eve on which it is told. At 18 the adult is asked from 60 days before (P-A11).
AGES = {15: (30,), 18: (60, 14, 3), 20: (30,), 21: (30,)}


def _stages(due_at: datetime, days: dict[int, str], last: str) -> list[Stage]:
    eve = clock.local_day(due_at - MOMENT)
    before = [Stage(clock.wall_time(eve - timedelta(days=n), TOLD_AT), message) for n, message in days.items()]
    return [*before, Stage(due_at, last)]


# --- consents that run out ---------------------------------------------------------------------------------------


def expiry_stages(started_at: datetime, due_at: datetime, occasion: str) -> Sequence[Stage]:
    """30, 14 and 3 days before the last day, and when it has run out."""
    return _stages(due_at, EXPIRY_DAYS, EXPIRED)


def expiring(sessions: Sequence[int], at: datetime) -> list[Wanted]:
    """One clock per paper: when its consents end by themselves, unless each was taken back or is followed by another.

    A withdrawal is told of when it happens; a consent whose series goes on under a newer paper does not run out.
    """
    goes_on = Consent.objects.filter(
        Q(effective__endswith__gt=OuterRef("effective__endswith")),
        series=OuterRef("series"),
        version__gt=OuterRef("version"),
    )
    running = (
        Consent.objects.filter(
            ~Exists(goes_on),
            session__in=sessions,
            session__case__closed_at=None,
            session__state=SessionState.REGISTERED,
            effective__isnull=False,
        )
        .select_related("session__case")
        .order_by("session", "pk")
    )
    ending: dict[int, Consent] = {}
    for consent in running:
        if consent.effective.upper == own_end(consent):
            ending.setdefault(consent.session_id, consent)
    owners = owners_of({consent.case_id for consent in ending.values()}, at=at)
    return [_expiry(consent, owners.get(consent.case_id)) for consent in ending.values()]


def _expiry(consent: Consent, owner_id: int | None) -> Wanted:
    due_at = consent.effective.upper
    return Wanted(
        subject_id=consent.session_id,
        occasion=f"{clock.local_day(due_at - MOMENT)}",
        municipality_id=consent.municipality_id,
        case_id=consent.case_id,
        started_at=consent.effective.lower,
        due_at=due_at,
        owner_unit_id=consent.session.case.owner_unit_id,
        owner_id=owner_id,
    )


def papers_in_force(at: datetime) -> Iterable[int]:
    """Papers of the transaction's kommun with a consent that has not ended."""
    running = Consent.objects.filter(effective__endswith__gt=at)
    return running.order_by("session").values_list("session", flat=True).distinct()


def tell_leads(row: Deadline, stage: Stage, at: datetime) -> Sequence[Telling]:
    """Whoever leads the case of the paper."""
    return [Telling(row.case, leads_of(row.case, at=at))] if row.case else []


def follow_papers(series: Sequence[str], at: datetime) -> None:
    """Bring the clocks of every paper in these series to what now holds, in the transaction of the change."""
    papers = SigningSession.objects.filter(consents__series__in=list(series), consents__completed_at__isnull=False)
    keep(EXPIRING, papers.distinct().values_list("pk", flat=True), at=at)


# --- birthdays ---------------------------------------------------------------------------------------------------


def birthday_stages(started_at: datetime, due_at: datetime, occasion: str) -> Sequence[Stage]:
    """From 30 days before 15, 20 and 21; 60, 14 and 3 days before 18; and on the day."""
    return _stages(due_at, dict.fromkeys(AGES[int(occasion)], f"turns_{occasion}"), f"turned_{occasion}")


def birthdays(individuals: Sequence[int], at: datetime) -> list[Wanted]:
    """The ages of `AGES` for every youth with a running case, from the opening of the oldest one on."""
    cases: dict[int, Case] = {}
    running = Case.objects.filter(individual__in=individuals, closed_at=None).select_related("individual__person")
    for case in running.order_by("opened_at", "pk"):
        cases.setdefault(case.individual_id, case)
    owners = owners_of({case.pk for case in cases.values()}, at=at)
    return [
        _birthday(case, age, owners.get(case.pk)) for case in cases.values() for age in AGES if _lies_after(case, age)
    ]


def _lies_after(case: Case, age: int) -> bool:
    return clock.at_age(case.individual.person.birth_date, age) > case.opened_at


def _birthday(case: Case, age: int, owner_id: int | None) -> Wanted:
    return Wanted(
        subject_id=case.individual_id,
        occasion=str(age),
        municipality_id=case.municipality_id,
        case_id=case.pk,
        started_at=case.opened_at,
        due_at=clock.at_age(case.individual.person.birth_date, age),
        owner_unit_id=case.owner_unit_id,
        owner_id=owner_id,
    )


def youths_with_cases(at: datetime) -> Iterable[int]:
    """Youths of the transaction's kommun with a running case."""
    return Individual.objects.filter(cases__closed_at=None, cases__isnull=False).distinct().values_list("pk", flat=True)


def tell_every_case(row: Deadline, stage: Stage, at: datetime) -> Sequence[Telling]:
    """Whoever leads any running case of the youth; one who leads two is told once, of the oldest."""
    running = Case.objects.filter(individual=row.subject_id, closed_at=None).order_by("opened_at", "pk")
    return [Telling(case, leads_of(case, at=at)) for case in running]


def follow_individuals(individuals: Sequence[int], at: datetime) -> None:
    """The birth date or the cases of these youths have changed; a closed case needs no reminders either."""
    keep(BIRTHDAY, individuals, at=at)
    papers = SigningSession.objects.filter(individual__in=individuals, consents__completed_at__isnull=False)
    keep(EXPIRING, papers.distinct().values_list("pk", flat=True), at=at)


for kind in (
    DeadlineKind(EXPIRING, "2026-1", expiring, papers_in_force, expiry_stages, tell_leads),
    DeadlineKind(BIRTHDAY, "2026-1", birthdays, youths_with_cases, birthday_stages, tell_every_case, skip_past=False),
):
    DEADLINE_KIND[kind.name] = kind
DERIVED.append(follow_papers)
INDIVIDUAL_CHANGED.append(follow_individuals)
