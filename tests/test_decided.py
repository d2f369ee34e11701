"""Information types are never changed in meaning; a kommun's decision about consents holds from its day (P-C3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from consent import actions as consent_actions
from consent.actions import Meaning, Rules
from consent.completeness import State
from consent.decided import decided
from consent.judging import judge
from consent.models import FIRST_LOCAL_BIT, ConsentSettings, InformationType
from hub.access import Denied, rule_for
from hub.clock import start_of_day
from hub.errors import Conflict, Invalid
from tests.cast import NOW, SECOND, World, draft_paper, sign
from tests.deeds_administration import WORDS

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = TODAY + timedelta(days=30)
RULES = Rules(
    youth_signs_from_age=16,
    decides_alone_from_age=16,
    hindered_guardian_rule=True,
    consent_max_months=3,
    rhythm_days=21,
    rhythm_warning_days=14,
)


def decide(world: World, from_day: date = DAY, rules: Rules = RULES) -> ConsentSettings:
    return consent_actions.decide_rules(rules, from_day=from_day, decision="SN 2026/41", by=world.ada.actor, at=NOW)


# --- what the kommun decides -----------------------------------------------------------------------------------------


def test_a_decision_holds_from_the_start_of_its_day(bare_world: World) -> None:
    decide(bare_world)
    kommun = bare_world.kommun.pk
    assert decided(kommun, on=DAY - timedelta(days=1)).consent_max_months == 6
    assert decided(kommun, on=DAY).consent_max_months == 3
    decide(bare_world, DAY + timedelta(days=1), replace(RULES, consent_max_months=4))
    assert [decided(kommun, on=DAY + timedelta(days=n)).consent_max_months for n in (0, 1, 2)] == [3, 4, 4]


def test_the_wizard_asks_what_holds_that_day(world: World) -> None:
    decide(world)
    for at, allowed in ((start_of_day(DAY) - SECOND, True), (start_of_day(DAY), False)):
        first = at.date() if allowed else DAY
        with transaction.atomic():
            if allowed:
                draft_paper(world, first_day=first, last_day=first + timedelta(days=150), at=at)
            else:
                with pytest.raises(Invalid, match="3 månader"):
                    draft_paper(world, first_day=first, last_day=first + timedelta(days=150), at=at)
            transaction.set_rollback(True)


def test_who_had_to_sign_is_never_changed_in_hindsight(world: World) -> None:
    """Elias signed at 15 because of his age; a later decision says 16, and he is still one of those who had to."""
    type(world.case).objects.filter(pk=world.case.pk).update(form="MASH")
    complete = judge(world.session, at=NOW)
    assert any(key.startswith("youth") for key in complete.required)
    assert complete.state == State.COMPLETE
    decide(world)
    later = start_of_day(DAY) + timedelta(hours=1)
    assert judge(world.session, at=later).required == complete.required


def test_a_waiting_paper_is_judged_by_what_holds_when_it_is_asked(world: World) -> None:
    """MASH does not ask the youth by itself, so the age decides: 12 before the decision, 16 after."""
    type(world.case).objects.filter(pk=world.case.pk).update(form="MASH")
    world.case.refresh_from_db()
    waiting = sign(world, draft_paper(world), youth=None, eva=None)
    decide(world)
    youth = {key for key in judge(waiting, at=start_of_day(DAY) - SECOND).required if key.startswith("youth")}
    assert youth
    assert not any(key.startswith("youth") for key in judge(waiting, at=start_of_day(DAY)).required)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"decides_alone_from_age": 15}, "decides_alone_from_age"),
        ({"decides_alone_from_age": 19}, "decides_alone_from_age"),
        ({"consent_max_months": 13}, "consent_max_months"),
        ({"rhythm_days": 29}, "rhythm_days"),
        ({"rhythm_warning_days": 21}, "rhythm_warning_days"),
    ],
)
def test_what_cannot_be_decided(bare_world: World, change: dict[str, int], field: str) -> None:
    with pytest.raises(Invalid) as refused, transaction.atomic():
        decide(bare_world, rules=replace(RULES, **change))  # type: ignore[arg-type]  # free keyword arguments
    assert field in refused.value.errors


def test_a_decision_that_has_begun_stands(bare_world: World) -> None:
    made = decide(bare_world)
    with pytest.raises(Conflict), transaction.atomic():
        consent_actions.take_back_rules(made, by=bare_world.ada.actor, at=start_of_day(DAY))
    consent_actions.take_back_rules(made, by=bare_world.ada.actor, at=start_of_day(DAY) - SECOND)
    assert not ConsentSettings.objects.exists()
    for day in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(Invalid, match="i morgon"), transaction.atomic():
            decide(bare_world, day)


def test_another_kommuns_decision_is_not_ours(bare_world: World) -> None:
    decide(bare_world)
    assert decided(bare_world.other_kommun.pk, on=DAY).consent_max_months == 6


# --- information types -----------------------------------------------------------------------------------------------


def attendance() -> InformationType:
    return InformationType.objects.filter(code="attendance").latest("version")


def housing(world: World, code: str = "housing") -> InformationType:
    meaning = Meaning(code=code, writers=["socialtjanst"], writers_reason="De vet")
    return consent_actions.add_type(meaning, WORDS, from_day=TODAY, by=world.ada.actor, at=NOW)


def test_a_new_type_gets_a_bit_that_nothing_has_had(bare_world: World) -> None:
    first = housing(bare_world)
    assert first.mask == 1 << FIRST_LOCAL_BIT
    consent_actions.close_type(
        first, from_day=TODAY + timedelta(days=1), row_version=1, by=bare_world.ada.actor, at=NOW
    )
    assert housing(bare_world, "housing-2").mask == 1 << (FIRST_LOCAL_BIT + 1)
    with pytest.raises(Invalid, match="redan använd"), transaction.atomic():
        housing(bare_world)


def test_the_database_lets_no_bit_change_its_code(bare_world: World) -> None:
    kept = {"version": 2, "name": "X", "writers": [], "valid_from": TODAY}
    for code, mask in (("other", attendance().mask), ("attendance", 1 << 50)):
        with pytest.raises(IntegrityError, match=r"one_(code_of_a_bit|bit_of_a_code)"), transaction.atomic():
            InformationType.objects.create(code=code, mask=mask, **kept)


def test_new_words_keep_the_meaning_and_take_over_on_their_day(bare_world: World) -> None:
    old = attendance()
    consent_actions.reword_type(old, WORDS, from_day=DAY, row_version=1, by=bare_world.ada.actor, at=NOW)
    new = attendance()
    assert (new.version, new.mask, new.writers, new.never_to) == (2, old.mask, old.writers, old.never_to)
    for day, name in ((DAY - timedelta(days=1), old.name), (DAY, "Boende")):
        current = InformationType.objects.current(on=day).filter(code="attendance")
        assert [kind.name for kind in current] == [name]
        assert [kind.name for kind in InformationType.objects.worded(on=day).filter(code="attendance")] == [name]
    with pytest.raises(Conflict), transaction.atomic():
        consent_actions.reword_type(old, WORDS, from_day=DAY, row_version=1, by=bare_world.ada.actor, at=NOW)


def test_a_closed_type_is_not_offered_and_goes_on_where_it_is_shared(world: World) -> None:
    client = world.client("kim")
    before = client.get(f"/ungdomar/{world.elias.ref}/vem-vet-vad/").content.decode()
    world.look()
    consent_actions.close_type(attendance(), from_day=TODAY, row_version=1, by=world.ada.actor, at=NOW)
    assert not InformationType.objects.writable_by("skola", on=TODAY).filter(code="attendance").exists()
    after = client.get(f"/ungdomar/{world.elias.ref}/vem-vet-vad/").content.decode()
    assert "Närvaro" in before
    assert "Närvaro" in after


def test_only_the_kommun_that_keeps_the_list_changes_it(bare_world: World, settings: object) -> None:
    for keeper in ("0184", "", "0180"):
        settings.CODE_LISTS_KOMMUN = keeper  # type: ignore[attr-defined]  # pytest-django's settings
        rule_for.cache_clear()  # a setting does not change while the product runs
        if keeper == "0180":
            break
        with pytest.raises(Denied), transaction.atomic():
            housing(bare_world)
        assert bare_world.client("ada").get("/administration/uppgiftstyper/").status_code == 200
        bare_world.look()
        assert bare_world.client("ada").get("/administration/uppgiftstyper/ny/").status_code == 403
        bare_world.look()
