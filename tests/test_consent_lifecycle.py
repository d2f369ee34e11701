"""A consent from paper to end (P-C1 to P-C5): complete, in force, renewed, over; each limit before, at and after."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from consent import actions as consent_actions
from consent.actions import RecipientChoice, SignerAnswer
from consent.derivation import derive, drift_of
from consent.models import Consent, ConsentRecipient, Grant, InformationType, Signature, SignatureTick, SigningSession
from hub import actions as hub_actions
from hub import clock
from hub.access import permitted
from hub.errors import Conflict, Invalid
from hub.models import Individual, Person
from tests.cast import (
    LAST_DAY,
    NO,
    NOW,
    SECOND,
    START,
    START_DAY,
    YES,
    World,
    draft_paper,
    info_type,
    mask,
    register_elias,
    sign,
    take_back,
    write,
)
from tests.test_reading_rule import reads

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


@pytest.fixture
def unsigned(bare_world: World) -> World:
    """Elias' case with parties proposed and no paper at all."""
    register_elias(bare_world)
    return bare_world


def in_force(consent: Consent) -> tuple[datetime, datetime] | None:
    consent.refresh_from_db()
    return (consent.effective.lower, consent.effective.upper) if consent.effective else None


def end_of(day: date) -> datetime:
    return clock.start_of_day(day + timedelta(days=1))


def drift(world: World) -> list[object]:
    series = Consent.objects.filter(individual=world.elias).values_list("series", flat=True).distinct()
    return [found for name in series for found in drift_of(name)]


def given(world: World, source: str, recipient: str, *, at: datetime) -> int:
    """The types that the recipient may get from the source at `at`."""
    total = 0
    grants = Grant.objects.filter(
        individual=world.elias,
        source=getattr(world, source),
        recipient=getattr(world, recipient),
        about=None,
        period__contains=at,
    )
    for types in grants.values_list("types", flat=True):
        total |= types
    return total


# Signing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("emil", [None, NO], ids=["no answer", "refused"])
def test_a_paper_that_lacks_a_required_yes_covers_nothing(unsigned: World, emil: SignerAnswer | None) -> None:
    session = sign(unsigned, draft_paper(unsigned), emil=emil)
    assert session.state == "registered"
    assert not Consent.objects.filter(completed_at__isnull=False).exists()
    assert not Consent.objects.filter(effective__isnull=False).exists()
    assert not Grant.objects.exists()
    unsigned.parties["police"].refresh_from_db()
    assert unsigned.parties["police"].active_from is None, "asking discloses: an incomplete paper wakes nobody"
    with pytest.raises(IntegrityError, match="incomplete_covers_nothing"), transaction.atomic():
        Consent.objects.update(effective=DateTimeTZRange(NOW, LATER))


def test_a_later_yes_completes_the_paper_from_that_instant(unsigned: World) -> None:
    session = sign(unsigned, draft_paper(unsigned), emil=None)
    consent_actions.register_answer(session, unsigned.emil.person, "guardian", YES, by=unsigned.kim.actor, at=LATER)
    consent = unsigned.consent_of(unsigned.school)
    assert in_force(consent) == (LATER, end_of(LAST_DAY))
    assert (consent.version, consent.completed_at) == (1, LATER)
    unsigned.parties["police"].refresh_from_db()
    assert unsigned.parties["police"].active_from == LATER
    with pytest.raises(Conflict, match="redan registrerat"):
        consent_actions.register_answer(session, unsigned.emil.person, "guardian", NO, by=unsigned.kim.actor, at=LATER)


def test_a_day_written_earlier_on_the_paper_gives_nothing_in_hindsight(unsigned: World) -> None:
    """Signatures noted on the draft days ago count from the registration; a backdated consent is impossible."""
    last_day = START_DAY + timedelta(days=60)
    session = draft_paper(unsigned, first_day=START_DAY - timedelta(days=20), last_day=last_day)
    early = SignerAnswer(answer="given", how="paper", voluntary=True, written_on=START_DAY - timedelta(days=20))
    sign(unsigned, session, youth=early, eva=early, emil=early, at=LATER)
    assert in_force(unsigned.consent_of(unsigned.school)) == (LATER, end_of(last_day))
    assert set(Signature.objects.values_list("signed_at", flat=True)) == {LATER}


def test_a_paper_is_registered_once(unsigned: World) -> None:
    session = draft_paper(unsigned)
    stale = SigningSession.objects.get(pk=session.pk)
    sign(unsigned, session)
    with pytest.raises(Conflict):
        consent_actions.register_session(stale, row_version=stale.row_version, by=unsigned.kim.actor, at=LATER)
    assert Consent.objects.filter(version=1).count() == 4


def test_two_who_save_the_same_draft_lose_nothing_silently(unsigned: World) -> None:
    session = draft_paper(unsigned)
    stale = session.row_version
    consent = session.consents.get(disclosing=unsigned.school)
    choice = {unsigned.social.pk: RecipientChoice(types=mask("attendance"), purpose="Stöd")}
    consent_actions.save_matrix(consent, choice, row_version=stale, by=unsigned.kim.actor, at=START)
    with pytest.raises(Conflict):
        consent_actions.save_matrix(consent, choice, row_version=stale, by=unsigned.lovisa.actor, at=START)
    with pytest.raises(Conflict):
        consent_actions.discard_session(session, row_version=stale, by=unsigned.lovisa.actor, at=START)


def test_one_paper_is_one_consent_per_disclosing_agency(world: World) -> None:
    consents = list(world.session.consents.order_by("disclosing__name"))
    assert {c.disclosing_id for c in consents} == {
        world.school.pk,
        world.police.pk,
        world.social.pk,
        world.leisure.pk,
    }
    assert {in_force(c) for c in consents} == {(START, end_of(LAST_DAY))}
    assert len({c.series for c in consents}) == 4
    assert drift(world) == []


# What the signers ticked ------------------------------------------------------------------------------------------


def test_what_holds_is_what_every_required_signer_ticked(unsigned: World) -> None:
    session = draft_paper(unsigned)
    asked = {
        (r.consent.disclosing_id, r.agency_id): r for r in ConsentRecipient.objects.filter(consent__session=session)
    }
    to_social = asked[unsigned.school.pk, unsigned.social.pk]
    to_police = asked[unsigned.school.pk, unsigned.police.pk]
    everything = {r.pk: r.types for r in asked.values()}

    def ticking(**changes: int) -> SignerAnswer:
        struck = {"social": to_social.pk, "police": to_police.pk}
        ticks = everything | {struck[name]: types for name, types in changes.items()}
        return SignerAnswer(answer="given", how="paper", voluntary=True, ticks=ticks)

    sign(unsigned, session, youth=ticking(police=0), eva=ticking(social=mask("attendance")), emil=YES)
    assert given(unsigned, "school", "social", at=START) == mask("attendance"), "Eva struck the school situation"
    assert given(unsigned, "school", "police", at=START) == 0, "Elias struck the police"
    assert given(unsigned, "leisure", "social", at=START) == mask("leisure")
    assert drift(unsigned) == []


def test_a_tick_beyond_what_the_paper_asks_gives_nothing(unsigned: World) -> None:
    session = draft_paper(unsigned)
    recipients = ConsentRecipient.objects.filter(consent__session=session)
    too_much = {r.pk: r.types | mask("health", "school_results") for r in recipients}
    answer = SignerAnswer(answer="given", how="paper", voluntary=True, ticks=too_much)
    sign(unsigned, session, youth=answer, eva=answer, emil=answer)
    assert given(unsigned, "school", "social", at=START) == mask("attendance", "school_situation")
    SignatureTick.objects.update(types=mask("attendance", "school_situation", "school_results"))
    for consent in Consent.objects.all():
        derive(consent.series, at=NOW)
    assert given(unsigned, "school", "social", at=START) == mask("attendance", "school_situation")


@pytest.mark.parametrize("code", ["health", "police_tells"])
def test_types_that_leisure_may_never_receive_are_refused_and_never_derived(unsigned: World, code: str) -> None:
    session = draft_paper(unsigned)
    source = unsigned.police if code == "police_tells" else unsigned.social
    consent = session.consents.get(disclosing=source)
    choice = {unsigned.leisure.pk: RecipientChoice(types=mask(code), purpose="Stöd")}
    with pytest.raises(Invalid, match="kan aldrig få"):
        consent_actions.save_matrix(consent, choice, row_version=session.row_version, by=unsigned.kim.actor, at=START)
    ConsentRecipient.objects.create(
        municipality=unsigned.kommun, consent=consent, agency=unsigned.leisure, types=mask(code), purpose="Stöd"
    )
    sign(unsigned, session)
    assert ConsentRecipient.objects.filter(agency=unsigned.leisure).exists(), "forced into the table"
    assert not Grant.objects.filter(recipient=unsigned.leisure).exists()


def test_everything_to_everyone_can_not_be_consented_to(unsigned: World) -> None:
    session = draft_paper(unsigned)
    consent = session.consents.get(disclosing=unsigned.leisure)
    types = InformationType.objects.filter(writers__contains=["fritid"])

    def all_to(agency: object) -> RecipientChoice:
        kind = agency.kind  # type: ignore[attr-defined]  # the mapping loses the type
        return RecipientChoice(types=sum(t.mask for t in types if kind not in t.never_to), purpose="Stöd")

    matrix = {a.pk: all_to(a) for a in (unsigned.social, unsigned.school, unsigned.police)}
    with pytest.raises(Invalid, match="Allt till alla"):
        consent_actions.save_matrix(consent, matrix, row_version=session.row_version, by=unsigned.kim.actor, at=START)
    no_purpose = {unsigned.social.pk: RecipientChoice(types=mask("leisure"), purpose=" ")}
    with pytest.raises(Invalid, match="Skriv vad"):
        consent_actions.save_matrix(
            consent, no_purpose, row_version=session.row_version, by=unsigned.kim.actor, at=START
        )


# In force from, to -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "opens", "shuts"),
    [
        pytest.param(
            date(2026, 3, 29),
            date(2026, 4, 30),
            datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
            datetime(2026, 4, 30, 22, 0, tzinfo=UTC),
            id="begins on the day that is 23 hours",
        ),
        pytest.param(
            START_DAY,
            date(2026, 3, 29),
            START.astimezone(UTC),
            datetime(2026, 3, 29, 22, 0, tzinfo=UTC),
            id="ends with the day that is 23 hours",
        ),
        pytest.param(
            date(2026, 10, 25),
            date(2026, 11, 30),
            datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
            datetime(2026, 11, 30, 23, 0, tzinfo=UTC),
            id="begins on the day that is 25 hours",
        ),
        pytest.param(
            date(2026, 5, 1),
            date(2026, 10, 25),
            datetime(2026, 4, 30, 22, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 23, 0, tzinfo=UTC),
            id="ends with the day that is 25 hours",
        ),
    ],
)
def test_days_are_swedish_days_also_when_the_clock_is_turned(
    unsigned: World, first: date, last: date, opens: datetime, shuts: datetime
) -> None:
    sign(unsigned, draft_paper(unsigned, first_day=first, last_day=last))
    assert in_force(unsigned.consent_of(unsigned.school)) == (opens, shuts)
    limits = [(opens - SECOND, False), (opens, True), (shuts - SECOND, True), (shuts, False), (shuts + SECOND, False)]
    for at, covered in limits:
        assert bool(given(unsigned, "school", "social", at=at)) is covered, at


def test_a_consent_signed_as_a_minor_ends_when_the_eighteenth_birthday_begins(unsigned: World) -> None:
    Person.objects.filter(pk=unsigned.elias.person_id).update(birth_date=date(2008, 6, 15))
    unsigned.elias = Individual.objects.select_related("person").get(pk=unsigned.elias.pk)
    unsigned.session = sign(unsigned, draft_paper(unsigned))
    midnight = datetime(2026, 6, 15, 0, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
    consent = unsigned.consent_of(unsigned.school)
    assert in_force(consent) == (START, midnight)
    assert consent.ends_early_reason == "birthday_18"
    for offset, covered in ((-SECOND, True), (timedelta(0), False), (SECOND, False)):
        assert bool(given(unsigned, "school", "police", at=midnight + offset)) is covered


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (START_DAY, date(2026, 9, 2), None),
        (START_DAY, date(2026, 9, 3), "last_day"),
        (START_DAY, date(2026, 3, 1), "last_day"),
        (START_DAY - timedelta(days=30), START_DAY - timedelta(days=1), "last_day"),
        (START_DAY - timedelta(days=30), START_DAY, None),
        (START_DAY + timedelta(days=367), START_DAY + timedelta(days=400), "first_day"),
    ],
    ids=["six months", "a day more", "backwards", "over yesterday", "over today", "far ahead"],
)
def test_the_days_of_a_consent(unsigned: World, first: date, last: date, field: str | None) -> None:
    if field is None:
        draft_paper(unsigned, paper={"leisure": {"social": ("leisure",)}}, first_day=first, last_day=last)
        return
    with pytest.raises(Invalid) as wrong:
        draft_paper(unsigned, paper={"leisure": {"social": ("leisure",)}}, first_day=first, last_day=last)
    assert list(wrong.value.errors) == [field]


# Versions --------------------------------------------------------------------------------------------------------


def test_a_renewal_goes_on_where_the_old_one_ends_without_a_gap(world: World) -> None:
    before_end = clock.start_of_day(LAST_DAY) + timedelta(hours=9)
    session = consent_actions.renew_session(world.session, by=world.kim.actor, at=before_end)
    assert session.first_day == LAST_DAY + timedelta(days=1)
    assert session.items_from == START_DAY, "what the old one covered stays covered"
    sign(world, session, at=before_end)
    old, new = Consent.objects.filter(disclosing=world.school).order_by("version")
    assert in_force(old) == (START, end_of(LAST_DAY))
    span = in_force(new)
    assert span is not None
    assert span[0] == end_of(LAST_DAY)
    item = write(world, "sam", "attendance")
    for at in (end_of(LAST_DAY) - SECOND, end_of(LAST_DAY), end_of(LAST_DAY) + SECOND):
        assert reads(world, "pia", item, at=at)
    assert (new.version, drift(world)) == (2, [])


def test_a_renewal_of_what_was_stopped_begins_today(world: World) -> None:
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)
    assert consent_actions.renew_session(world.session, by=world.kim.actor, at=NOW).first_day == START_DAY


def test_an_overlapping_new_version_cuts_the_old_one_and_gives_it_back_if_withdrawn_before_it_starts(
    world: World,
) -> None:
    first_day = date(2026, 4, 1)
    begins = clock.start_of_day(first_day)
    sign(world, draft_paper(world, first_day=first_day, last_day=date(2026, 9, 30), at=NOW), at=NOW)
    old, new = Consent.objects.filter(disclosing=world.school).order_by("version")
    assert in_force(old) == (START, begins)
    assert in_force(new) == (begins, end_of(date(2026, 9, 30)))
    take_back(world, new, at=begins - SECOND)
    assert in_force(old) == (START, end_of(LAST_DAY)), "the paper that was to replace it never came into force"
    assert in_force(new) is None
    assert drift(world) == []


def test_a_new_version_that_is_withdrawn_while_in_force_gives_nothing_back(world: World) -> None:
    sign(world, draft_paper(world, at=LATER), at=LATER)
    old, new = Consent.objects.filter(disclosing=world.school).order_by("version")
    stop = LATER + SECOND
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=stop)
    assert (in_force(old), in_force(new)) == ((START, LATER), (LATER, stop))
    assert given(world, "school", "police", at=stop) == 0


def test_the_database_refuses_two_versions_in_force_at_once(world: World) -> None:
    sign(world, draft_paper(world, at=LATER), at=LATER)
    old = Consent.objects.get(disclosing=world.school, version=1)
    with pytest.raises(IntegrityError, match="one_version_of_a_series_in_force"), transaction.atomic():
        Consent.objects.filter(pk=old.pk).update(effective=DateTimeTZRange(START, LATER + SECOND))
    Consent.objects.filter(pk=old.pk).update(effective=DateTimeTZRange(START, LATER))


# Custody -----------------------------------------------------------------------------------------------------------


def test_custody_that_ends_after_signing_changes_nothing_that_was_signed(world: World) -> None:
    """Case 25: what a consent was signed under holds until somebody withdraws."""
    before = in_force(world.consent_of(world.school))
    hub_actions.change_custody(
        world.emil, custody_from=date(2010, 12, 3), custody_to=date(2026, 3, 2), by=world.kim.actor, at=NOW
    )
    assert in_force(world.consent_of(world.school)) == before
    assert drift(world) == []


def test_a_paper_that_waited_for_somebody_who_lost_custody_becomes_complete(unsigned: World) -> None:
    sign(unsigned, draft_paper(unsigned), emil=None)
    hub_actions.change_custody(
        unsigned.emil, custody_from=date(2010, 12, 3), custody_to=date(2026, 3, 3), by=unsigned.kim.actor, at=LATER
    )
    span = in_force(unsigned.consent_of(unsigned.school))
    assert span is not None
    assert span[0] == LATER, "from the instant it became complete, not from the signatures"
    assert drift(unsigned) == []


def test_a_guardian_without_custody_can_not_sign(unsigned: World) -> None:
    hub_actions.change_custody(
        unsigned.emil, custody_from=date(2010, 12, 3), custody_to=date(2026, 3, 2), by=unsigned.kim.actor, at=START
    )
    with pytest.raises(Invalid, match="inte vårdnaden"):
        consent_actions.save_answer(
            draft_paper(unsigned), unsigned.emil.person, "guardian", YES, by=unsigned.kim.actor, at=START
        )


# Drift ------------------------------------------------------------------------------------------------------------


def test_a_grant_that_nothing_gives_and_one_that_is_gone_are_both_seen(world: World) -> None:
    """The control that must fail: a comparison that finds nothing wrong must have been able to."""
    assert drift(world) == []
    grant = Grant.objects.filter(source=world.school, recipient=world.police).get()
    Grant.objects.filter(pk=grant.pk).update(types=grant.types | info_type("health").mask)
    (found,) = drift_of(world.consent_of(world.school).series)
    assert (found.missing, found.surplus, found.period_differs) == (1, 1, False)
    assert permitted(Grant.objects.filter(pk=grant.pk), world.kim.actor, at=NOW).exists()
    derive(world.consent_of(world.school).series, at=NOW)
    assert drift(world) == []
    Consent.objects.filter(disclosing=world.school).update(effective=DateTimeTZRange(START, NOW))
    (found,) = drift_of(world.consent_of(world.school).series)
    assert found.period_differs
