"""Taking back (P-C4, R15): from the recorded instant, whole or in part, by whoever signed; never in hindsight."""

import functools
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from consent import actions as consent_actions
from consent.actions import Scope, SignerAnswer
from consent.models import Consent, Grant, Signature, Withdrawal
from hub.access import Denied
from hub.errors import Conflict, Invalid
from hub.models import Notification
from tests import cast
from tests.cast import LAST_DAY, NO, NOW, SECOND, START, YES, World, draft_paper, mask, sign, signature_of, write
from tests.test_consent_lifecycle import drift, end_of, given, in_force
from tests.test_reading_rule import readers, reads

pytestmark = pytest.mark.django_db

#: When things are taken back in these tests.
THEN = NOW + timedelta(days=3)


take_back = functools.partial(cast.take_back, at=THEN)


def told(world: World, kind: str) -> set[str]:
    assignments = set(Notification.objects.filter(kind=kind).values_list("assignment_id", flat=True))
    return {name for name, who in world.members.items() if who.assignment.pk in assignments}


def still_in_force(world: World, *, at: datetime) -> set[int]:
    return set(Consent.objects.filter(effective__contains=at).values_list("disclosing_id", flat=True))


# Whole and part ------------------------------------------------------------------------------------------------------


def test_a_withdrawal_ends_reading_at_its_very_instant(world: World) -> None:
    item, own = write(world, "sam", "attendance"), write(world, "pia", "police_tells")
    take_back(world)
    for offset, readable in ((-SECOND, True), (timedelta(0), False), (SECOND, False)):
        assert reads(world, "pia", item, at=THEN + offset) is readable
    assert reads(world, "pia", own, at=THEN + SECOND)
    assert in_force(world.consent_of(world.school)) == (START, THEN)
    assert drift(world) == []


def test_one_agencys_consent_is_withdrawn_alone(world: World) -> None:
    take_back(world)
    assert still_in_force(world, at=THEN) == {world.police.pk, world.social.pk, world.leisure.pk}
    with pytest.raises(Conflict, match="gäller inte längre"):
        take_back(world, at=THEN + SECOND)


def test_all_of_a_paper_is_withdrawn_together(world: World) -> None:
    made = take_back(world, *world.session.consents.all())
    assert len(made) == 4
    assert still_in_force(world, at=THEN) == set()
    assert still_in_force(world, at=THEN - SECOND) != set()


def test_one_recipients_part_is_withdrawn_and_the_others_keep_theirs(world: World) -> None:
    take_back(world, scope=Scope(recipient=world.police))
    for at, types in ((THEN - SECOND, mask("attendance")), (THEN, 0), (THEN + SECOND, 0)):
        assert given(world, "school", "police", at=at) == types
    assert given(world, "school", "social", at=THEN) == mask("attendance", "school_situation")
    assert in_force(world.consent_of(world.school)) == (START, end_of(LAST_DAY))
    assert drift(world) == []


def test_one_type_is_withdrawn_for_every_recipient_and_the_others_go_on(world: World) -> None:
    take_back(world, scope=Scope(types=mask("attendance")))
    assert given(world, "school", "police", at=THEN) == 0
    assert given(world, "school", "social", at=THEN - SECOND) == mask("attendance", "school_situation")
    assert given(world, "school", "social", at=THEN) == mask("school_situation")
    assert drift(world) == []


def test_one_type_to_one_recipient_is_withdrawn_alone(world: World) -> None:
    take_back(world, scope=Scope(recipient=world.social, types=mask("attendance")))
    assert given(world, "school", "social", at=THEN) == mask("school_situation")
    assert given(world, "school", "police", at=THEN) == mask("attendance")


def test_parts_withdrawn_one_after_another_add_up(world: World) -> None:
    take_back(world, scope=Scope(types=mask("attendance")))
    take_back(world, scope=Scope(recipient=world.social), at=THEN + SECOND)
    assert given(world, "school", "social", at=THEN) == mask("school_situation")
    assert given(world, "school", "social", at=THEN + SECOND) == 0
    assert drift(world) == []


# When ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "accepted"), [(-timedelta(days=2), True), (timedelta(0), True), (SECOND, False)])
def test_a_stated_time_may_lie_before_but_never_ahead_and_moves_nothing(
    world: World, offset: timedelta, accepted: bool
) -> None:
    if not accepted:
        with pytest.raises(Invalid, match="framtiden"):
            take_back(world, stated_at=THEN + offset)
        assert still_in_force(world, at=THEN) >= {world.school.pk}
        return
    (made,) = take_back(world, stated_at=THEN + offset)
    assert (made.withdrawn_at, made.stated_at) == (THEN, THEN + offset)
    assert in_force(world.consent_of(world.school)) == (START, THEN)


def test_the_database_refuses_a_withdrawal_that_was_said_after_it_was_recorded(world: World) -> None:
    (made,) = take_back(world)
    with pytest.raises(IntegrityError, match="withdrawal_never_backdated"), transaction.atomic():
        Withdrawal.objects.filter(pk=made.pk).update(stated_at=THEN + SECOND)


# Who ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["youth", "eva", "emil"])
def test_any_required_signer_can_end_it(world: World, who: str) -> None:
    relative = {"eva": world.eva, "emil": world.emil}.get(who)
    (made,) = take_back(world, signature=signature_of(world, relative))
    assert made.cuts
    assert given(world, "school", "police", at=THEN) == 0
    assert told(world, "sharing_ended") == {"lovisa", "pia", "sam", "fia"}, "without content, and not Kim herself"


def test_a_signer_who_was_not_required_changes_nothing_but_alerts_those_who_lead(world: World) -> None:
    consent_actions.assess_maturity(world.elias, level="decides_alone", why="Samtal.", by=world.kim.actor, at=NOW)
    world.session = sign(world, draft_paper(world, at=NOW), emil=None, at=NOW)
    consent = world.consent_of(world.school)
    assert not signature_of(world, world.eva).required
    before = in_force(consent)
    (made,) = take_back(world, consent, signature=signature_of(world, world.eva))
    assert not made.cuts
    assert in_force(consent) == before
    assert given(world, "school", "police", at=THEN) == mask("attendance")
    assert told(world, "consent_alert") == {"lovisa"}
    assert told(world, "sharing_ended") == set()
    assert drift(world) == []


def test_another_persons_withdrawal_ends_only_what_concerns_that_person(world: World) -> None:
    session = draft_paper(world, at=NOW)
    for relative in (world.eva, world.emil):
        consent_actions.save_answer(session, relative.person, "other_person", YES, by=world.kim.actor, at=NOW)
    world.session = sign(world, session, at=NOW)
    plain = write(world, "kim", "measures_and_plan")
    about_eva = write(world, "kim", "measures_and_plan", about_others=(world.eva.person_id,))
    about_emil = write(world, "kim", "measures_and_plan", about_others=(world.emil.person_id,))
    assert all(reads(world, "sam", item, at=THEN - SECOND) for item in (plain, about_eva, about_emil))
    evas = Signature.objects.get(session=world.session, person=world.eva.person, role="other_person")
    take_back(world, world.consent_of(world.social), signature=evas)
    assert [reads(world, "sam", item, at=THEN) for item in (plain, about_eva, about_emil)] == [True, False, True]
    assert reads(world, "sam", about_eva, at=THEN - SECOND)
    assert drift(world) == []


def test_only_those_who_lead_withdraw_but_any_contact_may_stop(world: World) -> None:
    for name in ("pia", "mona", "olof", "olle"):
        with pytest.raises(Denied):
            consent_actions.withdraw(
                [world.consent_of(world.school)],
                scope=Scope(),
                signature=None,
                channel="phone",
                stated_at=None,
                details="",
                by=world.members[name].actor,
                at=THEN,
            )
    for name in ("mona", "olof", "olle", "dag"):
        with pytest.raises(Denied):
            consent_actions.stop_sharing(world.elias, by=world.members[name].actor, at=THEN)
    assert len(consent_actions.stop_sharing(world.elias, by=world.fia.actor, at=THEN)) == 4


# Stop ---------------------------------------------------------------------------------------------------------------


def test_stop_ends_everything_at_once_and_a_second_press_changes_nothing(world: World) -> None:
    items = [write(world, "sam", "attendance"), write(world, "pia", "police_tells"), write(world, "fia", "leisure")]
    stopped = consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=THEN)
    assert {w.consent.disclosing_id for w in stopped} == {
        world.school.pk,
        world.police.pk,
        world.social.pk,
        world.leisure.pk,
    }
    assert not Grant.objects.filter(period__contains=THEN).exists()
    assert [readers(world, item, at=THEN) for item in items] == [{"sam"}, {"pia"}, {"fia"}]
    assert told(world, "consent_stopped") == {"kim", "lovisa"}
    before = list(Consent.objects.values_list("pk", "effective")), list(Grant.objects.values_list("pk", "period"))
    assert consent_actions.stop_sharing(world.elias, by=world.sam.actor, at=THEN + SECOND) == []
    after = list(Consent.objects.values_list("pk", "effective")), list(Grant.objects.values_list("pk", "period"))
    assert before == after
    assert Notification.objects.filter(kind="sharing_ended").count() == len(told(world, "sharing_ended"))


def test_stop_also_stops_a_paper_that_waits_for_a_signature(world: World) -> None:
    """Else the last signature would start what the youth has stopped."""
    session = sign(world, draft_paper(world, at=NOW), emil=None, at=NOW)
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=THEN)
    consent_actions.register_answer(
        session, world.emil.person, "guardian", YES, by=world.kim.actor, at=THEN + timedelta(days=1)
    )
    assert still_in_force(world, at=THEN + timedelta(days=1)) == set()
    assert drift(world) == []


def test_stop_at_the_instant_a_new_version_begins_gives_the_old_one_nothing_back(world: World) -> None:
    sign(world, draft_paper(world, at=THEN), at=THEN)
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=THEN)
    for at in (THEN, THEN + SECOND, THEN + timedelta(days=30)):
        assert still_in_force(world, at=at) == set()
    assert drift(world) == []


def test_stop_also_stops_what_was_to_begin_later(world: World) -> None:
    world.session = consent_actions.renew_session(world.session, by=world.kim.actor, at=NOW)
    sign(world, world.session, at=NOW)
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=THEN)
    assert Consent.objects.filter(effective__endswith__gt=THEN).count() == 0
    assert drift(world) == []


def test_a_yes_can_be_taken_back_before_the_paper_is_complete(world: World) -> None:
    session = sign(world, draft_paper(world, at=NOW), emil=None, at=NOW)
    consents = list(session.consents.all())
    evas = Signature.objects.get(session=session, person=world.eva.person)
    made = take_back(world, *consents, signature=evas)
    assert all(withdrawal.cuts for withdrawal in made)
    consent_actions.register_answer(session, world.emil.person, "guardian", YES, by=world.kim.actor, at=THEN + SECOND)
    assert {in_force(consent) for consent in consents} == {None}


def test_details_after_a_stop_never_move_its_instant(world: World) -> None:
    (stopped, *_) = consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=THEN)

    def complete(stated_at: datetime) -> Withdrawal:
        return consent_actions.complete_details(
            stopped,
            signature=signature_of(world),
            channel="phone",
            stated_at=stated_at,
            details="Ringde själv.",
            by=world.kim.actor,
            at=THEN + timedelta(days=1),
        )

    with pytest.raises(Invalid, match="efter att delningen stoppades"):
        complete(THEN + SECOND)
    done = complete(THEN - timedelta(hours=5))
    assert (done.withdrawn_at, done.stated_at) == (THEN, THEN - timedelta(hours=5))
    assert in_force(stopped.consent) == (START, THEN)


def test_a_refusal_on_a_new_paper_ends_nothing_that_is_in_force(world: World) -> None:
    """Saying no to more is not taking back what was said before."""
    sign(world, draft_paper(world, at=NOW), eva=NO, at=NOW)
    assert still_in_force(world, at=THEN) >= {world.school.pk}
    oral = SignerAnswer(answer="given", how="oral", voluntary=True)
    with pytest.raises(Invalid, match="anteckning"):
        consent_actions.save_answer(
            draft_paper(world, at=NOW), world.eva.person, "guardian", oral, by=world.kim.actor, at=NOW
        )
