"""Whatever is signed, withdrawn, renewed and stopped, in whatever order: what is in force follows from the papers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import actions as consent_actions
from consent.actions import RecipientChoice, Scope, SignerAnswer
from consent.derivation import drift_of
from consent.models import Consent, ConsentRecipient, Grant, SessionState, SignatureTick, SigningSession
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from tests.cast import NOW, World, fill_period, mask, register_elias, sign

pytestmark = pytest.mark.django_db

CODES = ("attendance", "school_situation", "school_results")
#: Bits of CODES that a signer ticks or a withdrawal takes: 1 to 7.
PARTS = st.integers(1, 7)
STEPS = st.one_of(
    st.tuples(st.just("sign"), PARTS, PARTS, st.integers(-20, 40)),
    st.tuples(st.just("withdraw"), st.sampled_from(["whole", "social", "police", "types"]), PARTS, st.booleans()),
    st.tuples(st.just("renew"), PARTS, PARTS, st.just(0)),
    st.tuples(st.just("stop"), st.just(0), st.just(0), st.just(0)),
)
#: Each step and how many hours lie before it: none at all, a moment, or weeks.
Step = tuple[str, object, int, int]
STORY = st.lists(st.tuples(STEPS, st.sampled_from([0, 0.01, 5, 24 * 9, 24 * 45])), min_size=1, max_size=5)


def bits(part: int) -> int:
    return mask(*(code for number, code in enumerate(CODES) if part & 1 << number))


@contextmanager
def undone() -> Iterator[None]:
    """One example after another in the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def paper(world: World, part: int, first_day: date, *, at: datetime) -> SigningSession:
    """School to social services and police, of the types asked."""
    kim = world.kim.actor
    session = consent_actions.start_session(world.case, by=kim, at=at)
    session = consent_actions.save_purpose(
        session,
        purpose="Stöd",
        disclosing=[world.school],
        court_requirement="",
        row_version=session.row_version,
        by=kim,
        at=at,
    )
    asked = RecipientChoice(types=bits(part), purpose="Stöd")
    matrix = {world.social.pk: asked, world.police.pk: asked}
    session = consent_actions.save_matrix(
        session.consents.get(), matrix, row_version=session.row_version, by=kim, at=at
    )
    return fill_period(session, first_day, first_day + timedelta(days=90), by=kim, at=at)


def signed(world: World, session: SigningSession, ticked: int, *, at: datetime) -> None:
    """Elias and Emil tick all that is asked, Eva only some."""
    recipients = ConsentRecipient.objects.filter(consent__session=session)
    eva = SignerAnswer(answer="given", how="paper", voluntary=True, ticks={r.pk: bits(ticked) for r in recipients})
    sign(world, session, eva=eva, at=at)


def withdrawn(world: World, what: str, part: int, *, at: datetime) -> None:
    running = list(Consent.objects.filter(individual=world.elias, effective__endswith__gt=at))
    scope = {
        "whole": Scope(),
        "social": Scope(recipient=world.social),
        "police": Scope(recipient=world.police),
        "types": Scope(types=bits(part)),
    }[what]
    consent_actions.withdraw(
        running, scope=scope, signature=None, channel="phone", stated_at=None, details="", by=world.kim.actor, at=at
    )


def live(world: World, step: Step, *, at: datetime) -> None:
    """Do one step; what the rules refuse is no step."""
    kind, first, second, third = step
    try:
        with transaction.atomic():
            if kind == "sign":
                day = local_day(at) + timedelta(days=third)
                signed(world, paper(world, int(str(first)), day, at=at), second, at=at)
            elif kind == "withdraw":
                withdrawn(world, str(first), second, at=at)
            elif kind == "renew":
                old = SigningSession.objects.filter(case=world.case, state=SessionState.REGISTERED).latest("pk")
                signed(world, consent_actions.renew_session(old, by=world.kim.actor, at=at), second, at=at)
            else:
                consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=at)
    except (Conflict, Invalid, SigningSession.DoesNotExist):
        pass


def check(world: World, *, at: datetime, stopped: bool) -> None:
    consents = list(Consent.objects.filter(individual=world.elias).select_related("session"))
    assert [found for series in {c.series for c in consents} for found in drift_of(series)] == []
    spans = sorted((c.effective.lower, c.effective.upper) for c in consents if c.effective)
    for (_start, end), (start, _end) in pairwise(spans):
        assert end <= start, "two versions of a series in force at once"
    for consent in consents:
        if consent.effective:
            assert consent.session.registered_at is not None
            assert consent.effective.lower >= consent.session.registered_at, "in force before it was registered"
    for grant in Grant.objects.filter(individual=world.elias).select_related("consent"):
        asked = ConsentRecipient.objects.get(consent=grant.consent_id, agency=grant.recipient_id)
        required = SignatureTick.objects.filter(recipient=asked, signature__required=True)
        assert required.count() == 3
        for allowed in [asked.types, *required.values_list("types", flat=True)]:
            assert grant.types & ~allowed == 0, "more than was asked and ticked by each"
        effective = grant.consent.effective
        assert effective is not None
        assert effective.lower <= grant.period.lower < grant.period.upper <= effective.upper
    if stopped:
        assert not Grant.objects.filter(individual=world.elias, period__endswith__gt=at).exists()


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=STORY)
def test_what_is_in_force_always_follows_from_the_papers(family: World, story: list[tuple[Step, float]]) -> None:
    at = NOW
    with undone():
        for step, hours in story:
            at += timedelta(hours=hours)
            live(family, step, at=at)
            check(family, at=at, stopped=step[0] == "stop")


@pytest.fixture
def family(bare_world: World) -> World:
    """Elias, his guardians and his case, before any paper."""
    register_elias(bare_world)
    return bare_world
