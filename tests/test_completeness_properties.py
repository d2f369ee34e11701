"""What holds of the completeness rule whatever the facts are (P-C3)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from consent.completeness import (
    ALWAYS,
    Answer,
    Maturity,
    Period,
    Role,
    Settings,
    Signer,
    Situation,
    State,
    completeness,
)
from tests.signers import AT, DAY, SIGNED, case, guardian, youth

instants = st.integers(-40, 5).map(lambda days: AT + days * DAY)
edges = st.none() | instants
custodies = st.sampled_from([ALWAYS, ()]) | st.tuples(st.builds(Period, edges, edges))
answers = st.sampled_from(list(Answer))
situations = st.builds(
    lambda y, y_at, gs, other, form, age, maturity, rule: case(
        youth(y, y_at) if y is not Answer.HINDERED else youth(Answer.MISSING),
        *(guardian(n, a, t, c) for n, (a, t, c) in enumerate(gs, 1)),
        Signer("other_person", Role.OTHER_PERSON, Answer.GIVEN if other else Answer.MISSING, SIGNED),
        form=form,
        age=age,
        maturity=maturity,
        settings=Settings(hindered_rule=rule),
    ),
    answers,
    instants,
    st.lists(st.tuples(answers, instants, custodies), max_size=3),
    st.booleans(),
    st.sampled_from(["SIG", "SSPF_INDIVID", "SSPF_JUNIOR", "EXIT"]),
    st.integers(8, 20),
    st.sampled_from(list(Maturity)),
    st.booleans(),
)


@given(situations, st.data())
def test_one_more_signature_never_makes_a_complete_consent_incomplete(s: Situation, data: st.DataObject) -> None:
    if completeness(s).state is not State.COMPLETE:
        return
    silent = [x for x in s.signers if x.answer in (Answer.MISSING, Answer.HINDERED)]
    if not silent:
        return
    one = data.draw(st.sampled_from(silent))
    signed = replace(one, answer=Answer.GIVEN, signed_at=data.draw(instants))
    more = replace(s, signers=tuple(signed if x is one else x for x in s.signers))
    assert completeness(more).state is State.COMPLETE


@given(situations)
def test_nobody_but_the_required_matters(s: Situation) -> None:
    before = completeness(s)
    if before.instant is None:
        return
    keep = {*before.required, *before.replaced}
    fewer = completeness(replace(s, signers=tuple(x for x in s.signers if x.key in keep)))
    assert fewer.instant is not None
    assert fewer.instant <= before.instant
    assert set(fewer.missing) == set()


@given(situations)
def test_complete_means_that_nobody_required_is_missing(s: Situation) -> None:
    answer = completeness(s)
    assert (answer.state is State.COMPLETE) == (not answer.missing) == (answer.instant is not None)
    assert set(answer.refused) <= set(answer.missing) <= set(answer.required)
    if answer.instant:
        assert answer.instant <= s.at
        assert answer.ends_at is None or answer.instant < answer.ends_at


@given(situations, st.integers(0, 400))
def test_time_never_undoes_completion(s: Situation, days: int) -> None:
    now, later = completeness(s), completeness(replace(s, at=s.at + days * DAY))
    if now.instant:
        assert later.instant == now.instant
