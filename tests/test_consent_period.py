"""How long a complete consent holds, what of it, and how that is said: P-C3 and P-C5."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.completeness import (
    Answer,
    Completeness,
    EndReason,
    State,
    Task,
    ask_adult_from,
    effective_period,
    explain,
    intersect,
)
from hub.clock import start_of_day
from tests.signers import AT, DAY, LAST_DAY, SEC, SIGNED, ask, guardian, youth

# --- the period of P-C5 -------------------------------------------------------------------------------------

DONE = Completeness(State.COMPLETE, ("youth",), instant=SIGNED)
FIRST, LAST = date(2026, 11, 23), date(2027, 2, 28)


def test_it_begins_with_the_first_day_or_the_last_signature_whichever_is_later() -> None:
    begins = start_of_day(FIRST)
    for offset, start in ((-SEC, begins), (0 * SEC, begins), (SEC, begins + SEC)):
        period = effective_period(FIRST, LAST, replace(DONE, instant=begins + offset))
        assert period == (start, start_of_day(date(2027, 3, 1)))


def test_it_ends_with_its_last_day_the_withdrawal_or_the_signatures_whichever_is_first() -> None:
    ends = start_of_day(date(2027, 3, 1))
    for offset, end in ((-SEC, ends - SEC), (0 * SEC, ends), (SEC, ends)):
        assert effective_period(FIRST, LAST, DONE, ends + offset) == (start_of_day(FIRST), end)
        limited = replace(DONE, ends_at=ends + offset, end_reason=EndReason.BIRTHDAY_18)
        assert effective_period(FIRST, LAST, limited) == (start_of_day(FIRST), end)
        assert limited.ends_early(LAST) is (EndReason.BIRTHDAY_18 if offset < 0 * SEC else None)


def test_it_is_nothing_while_incomplete_or_when_withdrawn_before_it_begins() -> None:
    begins = start_of_day(FIRST)
    assert effective_period(FIRST, LAST, replace(DONE, instant=None)) is None
    assert effective_period(FIRST, LAST, DONE, begins - SEC) is None
    assert effective_period(FIRST, LAST, DONE, begins) is None
    assert effective_period(FIRST, LAST, DONE, begins + SEC) == (begins, begins + SEC)
    assert effective_period(LAST, FIRST, DONE) is None


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 27, 23, tzinfo=UTC), 23),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        (date(2026, 11, 22), datetime(2026, 11, 21, 23, tzinfo=UTC), 24),
    ],
)
def test_a_single_day_is_as_long_as_the_clocks_make_it(day: date, start: datetime, hours: int) -> None:
    signed = replace(DONE, instant=start - DAY)
    assert effective_period(day, day, signed) == (start, start + timedelta(hours=hours))


def test_the_birthday_ends_it_at_local_midnight_in_summer_and_winter() -> None:
    summer = ask(youth(), guardian(1), birth_date=date(2009, 3, 29))
    winter = ask(youth(), guardian(1), birth_date=date(2009, 3, 28))
    assert winter.ends_at == datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert summer.ends_at == datetime(2027, 3, 28, 22, tzinfo=UTC)


# --- ticks and words ----------------------------------------------------------------------------------------


def test_what_holds_is_what_every_required_signer_ticked() -> None:
    papers = [{"school": 0b111, "police": 0b101, "leisure": 0b1}, {"school": 0b110, "police": 0b010}]
    assert intersect(papers) == {"school": 0b110}
    assert intersect(papers[:1]) == papers[0]
    assert intersect([]) == {}


@given(st.lists(st.dictionaries(st.integers(0, 3), st.integers(0, 15)), min_size=1, max_size=4))
def test_the_intersection_never_exceeds_any_paper(papers: list[dict[int, int]]) -> None:
    held = intersect(papers)
    assert all(mask & paper.get(key, 0) == mask != 0 for key, mask in held.items() for paper in papers)
    assert intersect(reversed(papers)) == held


def test_what_is_missing_is_said_in_plain_swedish() -> None:
    answer = ask(youth(), guardian(1, Answer.REFUSED), guardian(2, Answer.MISSING))
    assert explain(answer) == (
        "Vårdnadshavare 1 har sagt nej.",
        "Vårdnadshavare 2 har inte skrivit under ännu.",
    )
    assert explain(answer, {"guardian_2": "Pappa"})[1] == "Pappa har inte skrivit under ännu."


def test_a_missing_representative_is_said_once_as_something_to_do() -> None:
    (only,) = explain(ask(youth(), age=14))
    assert "överförmyndaren" in only
    assert "Nämnden kan aldrig skriva under" in only


def test_every_end_and_task_has_its_sentence() -> None:
    for number, reason in enumerate(EndReason):
        said = explain(replace(DONE, end_reason=reason, ends_at=AT, tasks=tuple(Task)))
        assert len(said) == 1 + len(Task), number
        assert all(sentence.endswith(".") for sentence in said)


def test_the_adult_is_asked_from_60_days_before() -> None:
    assert ask_adult_from(date(2009, 3, 2)) == date(2027, 1, 1)


@pytest.mark.parametrize(("day", "asked"), [(LAST_DAY, True), (LAST_DAY + DAY, False)])
def test_asking_the_adult_is_a_task_only_if_the_birthday_lies_in_the_period(day: date, asked: bool) -> None:
    answer = ask(youth(), guardian(1), birth_date=day.replace(year=day.year - 18))
    assert (Task.ASK_ADULT in answer.tasks) is asked
