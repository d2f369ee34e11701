"""Signers and situations in short words, for the tests of the completeness rule."""

from datetime import UTC, date, datetime, timedelta

from consent.completeness import (
    ALWAYS,
    Answer,
    Completeness,
    Maturity,
    Period,
    Role,
    Settings,
    Signer,
    Situation,
    completeness,
)

SEC = timedelta(seconds=1)
DAY = timedelta(days=1)
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SIGNED = AT - 2 * DAY
LAST_DAY = date(2027, 5, 21)
HINDERED_ON = Settings(hindered_rule=True)


def born(age: int, *, turns: date = date(2027, 2, 1)) -> date:
    """Somebody who is `age` years old at AT and has the next birthday on `turns`."""
    return turns.replace(year=turns.year - age - 1)


def youth(answer: Answer = Answer.GIVEN, at: datetime = SIGNED) -> Signer:
    return Signer("youth", Role.YOUTH, answer, None if answer is Answer.MISSING else at)


def guardian(
    n: int,
    answer: Answer = Answer.GIVEN,
    at: datetime = SIGNED,
    custody: tuple[Period, ...] = ALWAYS,
    hindered_from: datetime | None = None,
    hindered_until: datetime | None = None,
) -> Signer:
    signed_at = at if answer in (Answer.GIVEN, Answer.REFUSED) else None
    if answer is Answer.HINDERED:
        hindered_from = hindered_from or at
    return Signer(f"guardian_{n}", Role.GUARDIAN, answer, signed_at, custody, hindered_from, hindered_until)


def case(
    *signers: Signer,
    form: str = "SSPF_INDIVID",
    age: int = 16,
    maturity: Maturity = Maturity.NOT_ASSESSED,
    settings: Settings | None = None,
    at: datetime = AT,
    birth_date: date | None = None,
) -> Situation:
    return Situation(
        form=form,
        birth_date=birth_date or born(age),
        at=at,
        signers=signers,
        maturity=maturity,
        settings=settings or Settings(),
        last_day=LAST_DAY,
    )


def ask(*signers: Signer, **facts: object) -> Completeness:
    return completeness(case(*signers, **facts))  # type: ignore[arg-type]  # free keyword arguments
