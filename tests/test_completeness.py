"""Who must sign and what is missing: P-C3, case by case."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from consent.completeness import (
    ALWAYS,
    Answer,
    Completeness,
    EndReason,
    Maturity,
    Period,
    Role,
    Settings,
    Signer,
    Situation,
    State,
    Task,
    completeness,
)
from hub.clock import at_age, start_of_day
from tests.signers import AT, DAY, HINDERED_ON, LAST_DAY, SEC, SIGNED, ask, born, case, guardian, youth

# --- the published cases ------------------------------------------------------------------------------------

CSV = Path(__file__).parent / "data" / "consent_completeness.csv"
ROWS = list(csv.DictReader(CSV.read_text(encoding="utf-8").splitlines()))
HELD = {
    "yes": ALWAYS,
    "ended_before": (Period(end=SIGNED - DAY),),
    "ended_after": (Period(end=SIGNED + DAY),),
}


def signers_of(row: dict[str, str]) -> Iterator[Signer]:
    yield youth(Answer(row["youth"]))
    listed = [n for n in (1, 2) if row[f"guardian_{n}"]]
    for n in listed:
        yield guardian(n, Answer(row[f"guardian_{n}"]), custody=HELD[row[f"guardian_{n}_custody"]])
    holding = sum(row[f"guardian_{n}_custody"] != "ended_before" for n in listed)
    for extra in range(int(row["custodians"]) - holding):
        yield guardian(len(listed) + 1 + extra, Answer.MISSING)
    if row["representative"]:
        yield Signer("representative", Role.REPRESENTATIVE, Answer.GIVEN, SIGNED, ALWAYS)
    if row["other_person"]:
        answer = Answer(row["other_person"])
        yield Signer("other_person", Role.OTHER_PERSON, answer, None if answer is Answer.MISSING else SIGNED)


def situation_of(row: dict[str, str]) -> Situation:
    return case(
        *signers_of(row),
        form=row["form"],
        age=int(row["age"]),
        maturity=Maturity(row["maturity"] or "not_assessed"),
        settings=HINDERED_ON if row["case"] == "30" else Settings(),
    )


TASKS = {
    "6": {Task.SIG_CRITERION_REASON, Task.NO_LETTERS_TO_GUARDIANS},
    "7": {Task.SIG_CRITERION_REASON, Task.NO_LETTERS_TO_GUARDIANS},
    "15": {Task.CHILD_VIEW},
    "16": {Task.CHILD_VIEW, Task.MANAGER_REVIEWS},
    "18": {Task.APPOINT_REPRESENTATIVE},
    "23": {Task.ASK_ADULT, Task.STOP_FORMER_GUARDIAN},
    "24": {Task.STOP_FORMER_GUARDIAN},
    "25": {Task.ASK_ADULT, Task.STOP_FORMER_GUARDIAN, Task.REVIEW_CUSTODY},
    "26": {Task.NO_LETTERS_TO_GUARDIANS},
    "28": {Task.SIG_CRITERION_REASON, Task.NO_LETTERS_TO_GUARDIANS},
    "29": {Task.CHILD_VIEW},
    "34": {Task.NOBODY_SIGNS_INSTEAD},
    "4": {Task.ASK_ADULT},
    "27": {Task.ASK_ADULT},
}


def test_all_the_published_cases_are_here() -> None:
    assert [row["case"] for row in ROWS] == [str(n) for n in range(1, 35)]


@pytest.mark.parametrize("row", ROWS, ids=[f"case-{row['case']}" for row in ROWS])
def test_the_rule_gives_the_published_answer(row: dict[str, str]) -> None:
    answer = completeness(situation_of(row))
    complete = answer.state is State.COMPLETE
    assert answer.state == row["state"]
    assert " ".join(answer.missing) == row["missing"]
    assert (answer.ends_early(LAST_DAY) or "") == row["ends"]
    assert answer.instant == (SIGNED if complete else None)
    assert set(answer.tasks) == TASKS.get(row["case"], set())
    covered = row["other_person"] in ("", "given")
    assert answer.without_persons == (() if covered else ("other_person",))


def test_case_30_needs_the_rule_to_be_switched_on() -> None:
    answer = completeness(replace(situation_of(ROWS[29]), settings=Settings()))
    assert (answer.state, answer.missing) == (State.INCOMPLETE, ("guardian_2",))
    assert Task.HINDERED_NOT_ACCEPTED in answer.tasks


def test_former_guardian_leads_to_a_review_within_14_days() -> None:
    assert completeness(situation_of(ROWS[24])).review_by == date(2026, 11, 21) + 14 * DAY


# --- bands: one second before, at and after -----------------------------------------------------------------


@pytest.mark.parametrize(("offset", "state"), [(-SEC, State.COMPLETE), (0 * SEC, State.INCOMPLETE)])
def test_from_the_twelfth_birthday_the_youth_signs_too(offset: timedelta, state: State) -> None:
    turned = at_age(date(2014, 11, 20), 12)
    signature = turned + offset
    answer = ask(
        youth(Answer.MISSING),
        guardian(1, at=signature),
        birth_date=date(2014, 11, 20),
    )
    assert answer.state is state


@pytest.mark.parametrize(
    ("offset", "state"), [(-SEC, State.INCOMPLETE), (0 * SEC, State.COMPLETE), (SEC, State.COMPLETE)]
)
def test_deciding_alone_needs_a_signature_from_the_fifteenth_birthday_on(offset: timedelta, state: State) -> None:
    birth_date = date(2011, 11, 20)
    signature = at_age(birth_date, 15) + offset
    answer = ask(
        youth(at=signature),
        guardian(1, Answer.MISSING),
        birth_date=birth_date,
        maturity=Maturity.DECIDES_ALONE,
    )
    assert answer.state is state


@pytest.mark.parametrize(
    ("offset", "missing"), [(-SEC, ("youth",)), (0 * SEC, ()), (SEC, ())], ids=["before", "at", "after"]
)
def test_an_adult_is_bound_only_by_a_signature_given_as_an_adult(offset: timedelta, missing: tuple[str, ...]) -> None:
    birth_date = date(2008, 11, 20)
    signature = at_age(birth_date, 18) + offset
    answer = ask(youth(at=signature), guardian(1, Answer.MISSING), birth_date=birth_date)
    assert answer.missing == missing


def test_turning_18_does_not_complete_what_a_guardian_left_unsigned() -> None:
    birth_date = date(2008, 11, 21)
    answer = ask(youth(at=at_age(birth_date, 18) - DAY), guardian(1, Answer.MISSING), birth_date=birth_date)
    assert (answer.state, answer.required) == (State.INCOMPLETE, ("youth",))


def test_bands_are_the_kommuns_own() -> None:
    answer = ask(youth(Answer.MISSING), guardian(1), age=14, settings=Settings(youth_signs_from=15))
    assert (answer.state, answer.required) == (State.COMPLETE, ("guardian_1",))
    assert ask(youth(Answer.MISSING), guardian(1), age=15, settings=Settings(youth_signs_from=15)).missing == ("youth",)


def test_a_leap_day_child_turns_18_on_the_first_of_march() -> None:
    signed = datetime(2025, 12, 1, tzinfo=UTC)
    answer = ask(youth(at=signed), guardian(1, at=signed), birth_date=date(2008, 2, 29), at=signed)
    assert answer.ends_at == start_of_day(date(2026, 3, 1))


# --- method and maturity ------------------------------------------------------------------------------------


def test_sig_asks_the_youth_below_the_local_band_too() -> None:
    assert ask(youth(Answer.MISSING), guardian(1), form="SIG", age=11).missing == ("youth",)


@pytest.mark.parametrize("form", ["SSPF_INDIVID", "SSPF_JUNIOR", "MASH", "EXIT"])
def test_other_forms_follow_the_local_band(form: str) -> None:
    assert ask(youth(Answer.MISSING), guardian(1), form=form, age=11).state is State.COMPLETE
    assert ask(youth(Answer.MISSING), guardian(1), form=form, age=12).state is State.INCOMPLETE


def test_rbm_is_a_sig() -> None:
    assert ask(youth(Answer.MISSING), guardian(1), form="SIG_RBM", age=11).missing == ("youth",)


def test_a_youth_assessed_unable_need_not_sign_a_sig_but_the_criterion_needs_a_reason() -> None:
    answer = ask(youth(Answer.MISSING), guardian(1), guardian(2), form="SIG", maturity=Maturity.GUARDIANS_DECIDE)
    assert answer.state is State.COMPLETE
    assert set(answer.tasks) == {Task.CHILD_VIEW, Task.SIG_CRITERION_REASON}


def test_a_sig_where_the_parents_sign_beside_a_youth_who_decides_alone_needs_no_reason() -> None:
    answer = ask(youth(), guardian(1), guardian(2), form="SIG", maturity=Maturity.DECIDES_ALONE)
    assert answer.state is State.COMPLETE
    assert answer.tasks == ()


def test_together_asks_a_nine_year_old() -> None:
    assert ask(youth(Answer.MISSING), guardian(1), age=9, maturity=Maturity.TOGETHER).missing == ("youth",)


def test_deciding_alone_below_the_local_age_counts_as_together() -> None:
    answer = ask(youth(), guardian(1, Answer.MISSING), age=14, maturity=Maturity.DECIDES_ALONE)
    assert (answer.missing, answer.tasks) == (("guardian_1",), (Task.TOO_YOUNG_ALONE,))


def test_who_decides_alone_is_carried_past_18_by_the_own_signature() -> None:
    answer = ask(youth(), guardian(1, Answer.REFUSED), age=17, maturity=Maturity.DECIDES_ALONE)
    assert (answer.ends_at, answer.end_reason, answer.ends_early(LAST_DAY)) == (None, None, None)


def test_a_refusing_youth_who_need_not_sign_is_heard_and_a_manager_reviews() -> None:
    answer = ask(youth(Answer.REFUSED), guardian(1), age=16, maturity=Maturity.GUARDIANS_DECIDE)
    assert answer.state is State.COMPLETE
    assert answer.tasks == (Task.CHILD_VIEW, Task.MANAGER_REVIEWS)


def test_a_young_child_who_signed_has_been_heard() -> None:
    assert ask(youth(), guardian(1), age=10).tasks == ()


def test_one_refusal_decides_even_while_others_are_missing() -> None:
    answer = ask(youth(), guardian(1, Answer.REFUSED), guardian(2, Answer.MISSING))
    assert answer.state is State.REFUSED
    assert answer.refused == ("guardian_1",)
    assert answer.missing == ("guardian_1", "guardian_2")


def test_a_youth_missing_from_the_list_is_missing_from_the_paper() -> None:
    assert ask(guardian(1), age=14).missing == ("youth",)


# --- custody ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "counted"), [(-SEC, True), (0 * SEC, False), (SEC, False)])
def test_a_signature_counts_until_the_instant_custody_ends(offset: timedelta, counted: bool) -> None:
    ends = SIGNED + DAY
    former = guardian(1, at=ends + offset, custody=(Period(end=ends),))
    answer = ask(youth(), former)
    assert (answer.state is State.COMPLETE) is counted
    assert answer.not_counted == (() if counted else ("guardian_1",))


@pytest.mark.parametrize(("offset", "counted"), [(-SEC, False), (0 * SEC, True), (SEC, True)])
def test_a_signature_counts_from_the_instant_custody_begins(offset: timedelta, counted: bool) -> None:
    begins = SIGNED + DAY
    new = guardian(1, at=begins + offset, custody=(Period(start=begins),))
    assert (ask(youth(), new).state is State.COMPLETE) is counted


@pytest.mark.parametrize(
    ("written_on", "counted"),
    [(date(2026, 11, 17), False), (date(2026, 11, 18), True), (date(2026, 11, 20), True), (None, True)],
)
def test_custody_is_judged_on_the_day_on_the_paper(written_on: date | None, counted: bool) -> None:
    held = Period(start=start_of_day(date(2026, 11, 18)))
    answer = ask(youth(), replace(guardian(1, custody=(held,)), written_on=written_on))
    assert answer.instant == (SIGNED if counted else None)
    assert answer.not_counted == (() if counted else ("guardian_1",))


def test_a_paper_written_before_custody_ended_counts_for_nobody_who_lost_it_before_completion() -> None:
    held = Period(end=SIGNED - DAY)
    former = replace(guardian(1, custody=(held,)), written_on=date(2026, 11, 10))
    answer = ask(youth(), former, guardian(2))
    assert (answer.required, answer.not_counted) == (("youth", "guardian_2"), ())


def test_a_paper_written_as_a_minor_and_registered_later_is_a_minors() -> None:
    birth_date = date(2008, 11, 20)
    paper = replace(youth(at=SIGNED + DAY), written_on=date(2026, 11, 19))
    assert ask(paper, guardian(1), birth_date=birth_date).missing == ("youth",)
    assert ask(replace(paper, written_on=date(2026, 11, 20)), birth_date=birth_date).missing == ()


def test_somebody_without_custody_can_neither_sign_nor_refuse() -> None:
    stepfather = guardian(2, Answer.REFUSED, custody=())
    assert ask(youth(), guardian(1), stepfather).state is State.COMPLETE
    assert ask(youth(), guardian(1, custody=())).missing == ("legal_representative",)


def test_a_new_guardian_is_asked_while_the_consent_is_incomplete() -> None:
    new = guardian(3, Answer.MISSING, custody=(Period(start=SIGNED - DAY),))
    assert ask(youth(), guardian(1), new).missing == ("guardian_3",)


def test_a_new_guardian_after_completion_leads_to_a_review_and_breaks_nothing() -> None:
    new = guardian(3, Answer.MISSING, custody=(Period(start=SIGNED + DAY),))
    answer = ask(youth(), guardian(1), new)
    assert (answer.state, answer.required) == (State.COMPLETE, ("youth", "guardian_1"))
    assert Task.REVIEW_CUSTODY in answer.tasks
    assert Task.STOP_FORMER_GUARDIAN not in answer.tasks


def test_custody_that_only_changed_hands_on_paper_needs_no_review() -> None:
    seam = SIGNED + DAY
    same = guardian(1, custody=(Period(end=seam), Period(start=seam)))
    assert ask(youth(), same).tasks == ()


def test_custody_that_ends_on_the_18th_birthday_needs_no_review() -> None:
    birth_date = born(17)
    adult = at_age(birth_date, 18)
    for ends, tasks in ((adult, ()), (adult - SEC, (Task.REVIEW_CUSTODY,))):
        answer = ask(youth(), guardian(1, custody=(Period(end=ends),)), birth_date=birth_date, at=adult)
        assert (answer.state, answer.tasks) == (State.COMPLETE, tasks)


def test_when_a_refusing_guardian_loses_custody_the_other_decides_from_that_instant() -> None:
    ends = SIGNED + DAY
    answer = ask(youth(), guardian(1), guardian(2, Answer.REFUSED, custody=(Period(end=ends),)))
    assert (answer.state, answer.instant) == (State.COMPLETE, ends)
    assert Task.REVIEW_CUSTODY not in answer.tasks  # the circle was already the new one
    assert (
        ask(youth(), guardian(1), guardian(2, Answer.REFUSED, custody=(Period(end=ends),)), at=ends - SEC).state
        is State.REFUSED
    )


def test_the_last_required_signature_is_the_instant_of_completion() -> None:
    answer = ask(youth(at=SIGNED - DAY), guardian(1, at=SIGNED + 3 * SEC), guardian(2, at=SIGNED))
    assert answer.instant == SIGNED + 3 * SEC


@pytest.mark.parametrize(("offset", "state"), [(SEC, State.INCOMPLETE), (0 * SEC, State.COMPLETE)])
def test_a_signature_does_not_count_before_it_is_given(offset: timedelta, state: State) -> None:
    assert ask(youth(at=AT + offset), guardian(1)).state is state


def test_the_answer_is_the_same_when_asked_years_later() -> None:
    early = ask(youth(), guardian(1), age=17)
    late = ask(youth(), guardian(1), birth_date=born(17), at=AT + 900 * DAY)
    assert (late.state, late.instant, late.ends_at) == (early.state, early.instant, early.ends_at)


# --- representatives ----------------------------------------------------------------------------------------


def test_an_appointed_representative_signs_in_the_guardians_place() -> None:
    god_man = Signer("god_man", Role.REPRESENTATIVE, Answer.MISSING, None, ALWAYS)
    answer = ask(youth(), guardian(1, Answer.REFUSED), god_man)
    assert (answer.state, answer.missing) == (State.INCOMPLETE, ("god_man",))


def test_a_representative_counts_only_while_appointed() -> None:
    past = Signer("god_man", Role.REPRESENTATIVE, Answer.GIVEN, SIGNED, (Period(end=SIGNED),))
    answer = ask(youth(), past)
    assert (answer.missing, answer.not_counted) == (("legal_representative",), ("god_man",))


def test_nobody_represents_an_adult() -> None:
    god_man = Signer("god_man", Role.REPRESENTATIVE, Answer.GIVEN, SIGNED, ALWAYS)
    answer = ask(youth(Answer.MISSING), god_man, age=19, maturity=Maturity.GUARDIANS_DECIDE)
    assert (answer.missing, answer.tasks) == (("youth",), (Task.NOBODY_SIGNS_INSTEAD,))


# --- hindered guardians -------------------------------------------------------------------------------------

DAY_30_ENDS = start_of_day(date(2026, 12, 20))  # the decision of 20 November is day 1, 19 December is day 30


def hindered(**facts: object) -> Completeness:
    return ask(youth(), guardian(1), guardian(2, Answer.HINDERED, **facts), settings=HINDERED_ON)  # type: ignore[arg-type]  # free keyword arguments


def test_a_hindered_guardian_is_replaced_to_the_end_of_day_30() -> None:
    answer = hindered()
    assert (answer.state, answer.required) == (State.COMPLETE, ("youth", "guardian_1"))
    assert (answer.replaced, answer.ends_at) == (("guardian_2",), DAY_30_ENDS)


def test_a_decision_may_be_shorter_but_never_longer_than_30_days() -> None:
    assert hindered(hindered_until=SIGNED + 5 * DAY).ends_at == SIGNED + 5 * DAY
    assert hindered(hindered_until=SIGNED + 90 * DAY).ends_at == DAY_30_ENDS


def test_somebody_with_custody_must_sign_for_a_hindered_guardian() -> None:
    alone = ask(youth(), guardian(1, Answer.HINDERED), settings=HINDERED_ON)
    both = ask(youth(), guardian(1, Answer.HINDERED), guardian(2, Answer.HINDERED), settings=HINDERED_ON)
    assert (alone.missing, both.missing) == (("guardian_1",), ("guardian_1", "guardian_2"))


def test_a_decision_that_has_run_out_replaces_nobody() -> None:
    old = guardian(2, Answer.HINDERED, at=AT - 60 * DAY)
    assert ask(youth(), guardian(1), old, settings=HINDERED_ON).missing == ("guardian_2",)


def test_a_hindered_guardian_who_signs_in_time_carries_the_consent_on() -> None:
    back = guardian(2, Answer.GIVEN, at=SIGNED + DAY, hindered_from=SIGNED)
    answer = ask(youth(), guardian(1), back, settings=HINDERED_ON)
    assert (answer.instant, answer.end_reason) == (SIGNED, EndReason.BIRTHDAY_18)


def test_a_hindered_guardian_who_comes_back_and_refuses_ends_it_there() -> None:
    back = guardian(2, Answer.REFUSED, at=SIGNED + DAY, hindered_from=SIGNED)
    answer = ask(youth(), guardian(1), back, settings=HINDERED_ON)
    assert (answer.ends_at, answer.end_reason) == (SIGNED + DAY, EndReason.HINDERED_REFUSED)


@pytest.mark.parametrize(
    ("offset", "reason"),
    [(-SEC, EndReason.BIRTHDAY_18), (0 * SEC, EndReason.BIRTHDAY_18), (SEC, EndReason.DAY_30)],
)
def test_a_hindered_guardian_who_signs_too_late_has_let_it_end(offset: timedelta, reason: EndReason) -> None:
    late = guardian(2, Answer.GIVEN, at=DAY_30_ENDS + offset, hindered_from=SIGNED)
    answer = ask(youth(), guardian(1), late, settings=HINDERED_ON, at=DAY_30_ENDS + DAY)
    assert (answer.instant, answer.end_reason) == (SIGNED, reason)


def test_a_refusal_before_the_decision_is_a_refusal() -> None:
    no = guardian(2, Answer.REFUSED, at=SIGNED - DAY, hindered_from=SIGNED)
    assert ask(youth(), guardian(1), no, settings=HINDERED_ON).state is State.REFUSED


# --- bad input ----------------------------------------------------------------------------------------------


def test_an_answer_without_its_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="youth"):
        Signer("youth", Role.YOUTH, Answer.GIVEN)
    with pytest.raises(ValueError, match="guardian_1"):
        Signer("guardian_1", Role.GUARDIAN, Answer.HINDERED)


def test_unknown_forms_and_doubled_signers_are_refused() -> None:
    with pytest.raises(ValueError, match="form"):
        case(youth(), form="SAMTAL")
    with pytest.raises(ValueError, match="same key"):
        case(youth(), youth())
