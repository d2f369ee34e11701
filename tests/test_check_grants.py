"""Grants are held to what was signed and taken back: differences are found, told, and mended only on request."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from config.celery import app
from consent.derivation import drift_of
from consent.grant_check import KNOWN_DIFFERENCES, NothingToTry, all_drift, check_kommun, control, kommuner_at_work
from consent.models import Consent, ConsentRecipient, Grant
from consent.tasks import check_grants
from hub.models import AuditEntry, Notification
from tests.cast import NOW, START_DAY, World, draft_paper, mask, register_elias, sign


def checks(world: World) -> list[AuditEntry]:
    world.look()
    return list(AuditEntry.objects.filter(action="grants.checked", municipality_id=world.kommun.pk).order_by("pk"))


def grant(world: World) -> Grant:
    return Grant.objects.filter(individual=world.elias).order_by("pk")[0]


def widen(world: World) -> Grant:
    wrong = grant(world)
    Grant.objects.filter(pk=wrong.pk).update(types=wrong.types | mask("health"))
    return wrong


def test_what_the_actions_made_does_not_differ(world: World) -> None:
    assert all_drift() == []
    said = StringIO()
    call_command("check_grants", stdout=said)
    assert "Stockholm: 4 fullständiga samtycken, 0 skiljer" in said.getvalue()


def test_a_grant_that_is_too_wide_is_found_and_the_command_fails(world: World) -> None:
    wrong, said = widen(world), StringIO()
    with pytest.raises(CommandError, match="1 samtycken skiljer"):
        call_command("check_grants", stdout=said)
    assert f"samtycke {wrong.consent_id}: 1 saknas, 1 för mycket" in said.getvalue()
    world.look()
    assert drift_of(wrong.consent.series), "without --repair nothing is mended"


def test_repair_mends_it_and_puts_it_down(world: World) -> None:
    wrong = widen(world)
    call_command("check_grants", repair=True, stdout=StringIO())
    world.look()
    assert all_drift() == []
    deed = AuditEntry.objects.get(action="grants.recomputed")
    assert deed.individual_ids == [world.elias.pk]
    assert deed.objects_seen == {"consent.consent": [wrong.consent_id]}


def test_a_period_one_second_too_long_is_found(world: World) -> None:
    consent = Consent.objects.filter(individual=world.elias).order_by("pk")[0]
    assert consent.effective
    longer = DateTimeTZRange(consent.effective.lower, consent.effective.upper + timedelta(seconds=1), "[)")
    Consent.objects.filter(pk=consent.pk).update(effective=longer)
    assert [(found.consent, found.period_differs) for found in all_drift()] == [(consent.pk, True)]


def test_a_grant_of_an_incomplete_consent_is_found_and_taken_away(bare_world: World) -> None:
    world = bare_world
    register_elias(world)
    session = sign(world, draft_paper(world), emil=None)
    recipient = ConsentRecipient.objects.filter(consent__session=session).select_related("consent")[0]
    Grant.objects.create(
        municipality=world.kommun,
        individual=world.elias,
        source=recipient.consent.disclosing,
        recipient=recipient.agency,
        types=recipient.types,
        items_from=START_DAY,
        period=DateTimeTZRange(NOW, NOW + timedelta(days=1), "[)"),
        consent=recipient.consent,
    )
    assert [(found.consent, found.surplus) for found in all_drift()] == [(recipient.consent_id, 1)]
    check_kommun(world.kommun, at=NOW, repair=True)
    world.look()
    assert not Grant.objects.exists()


def test_the_result_of_every_check_is_put_down(world: World) -> None:
    wrong = widen(world)
    check_kommun(world.kommun, at=NOW)
    (entry,) = checks(world)
    assert entry.detail == {"consents": 4, "drift": [wrong.consent_id]}
    assert (entry.user_id, entry.at) == (None, NOW)


def test_every_known_difference_is_found_and_rolled_back(world: World) -> None:
    before = list(Grant.objects.order_by("pk").values())
    assert control([world.kommun]) == dict.fromkeys(KNOWN_DIFFERENCES, True)
    world.look()
    assert list(Grant.objects.order_by("pk").values()) == before
    assert all_drift() == []


def test_the_control_fails_when_the_comparison_is_blind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consent.grant_check.drift_of", lambda *series: [])
    with pytest.raises(CommandError, match="hittar inte kända fel"):
        call_command("check_grants", control=True, stdout=StringIO())


def test_a_control_that_cannot_be_made_is_no_success(bare_world: World) -> None:
    with pytest.raises(NothingToTry):
        control([bare_world.kommun])
    with pytest.raises(CommandError, match="kunde inte göras"):
        call_command("check_grants", control=True, stdout=StringIO())


def test_the_check_of_one_kommun_does_not_look_into_another(world: World) -> None:
    widen(world)
    assert check_kommun(world.other_kommun, at=NOW).drift == ()


def test_every_night_each_kommun_at_work_is_checked_and_nothing_mended(world: World) -> None:
    widen(world)
    assert check_grants() == 1
    assert len(checks(world)) == 1
    assert {kommun.name for kommun in kommuner_at_work()} == {"Stockholm", "Solna"}
    world.look()
    assert all_drift()


def test_whoever_administers_or_reviews_is_told_once_a_day_that_something_differs(world: World) -> None:
    """Without a number or a case: neither role has any business with content."""
    widen(world)
    check_grants()
    check_grants()
    world.look()
    told = Notification.objects.filter(kind="grants_drift")
    assert {n.assignment_id for n in told} == {world.ada.assignment.pk, world.rut.assignment.pk}
    assert (len(told), {n.case_id for n in told}) == (2, {None})


def test_a_night_without_differences_tells_nobody(world: World) -> None:
    check_grants()
    world.look()
    assert not Notification.objects.filter(kind="grants_drift").exists()


def test_the_beat_names_a_task_that_exists() -> None:
    assert app.conf.beat_schedule["check-grants"]["task"] == check_grants.name
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
