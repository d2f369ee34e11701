"""What has had its time is deleted by the clock, a moment before never, at its limit always."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from config.celery import app
from hub import expired
from hub.models import IdempotencyKey, KeptText, StaffImport
from hub.tasks import forget_expired
from tests.cast import NOW, SECOND, World

pytestmark = pytest.mark.django_db

LIMITS = [(-SECOND, 0), (timedelta(0), 1), (SECOND, 1)]
ids = ["a second before", "at the limit", "a second after"]


@pytest.mark.parametrize(("off", "gone"), LIMITS, ids=ids)
def test_kept_text_goes_when_its_hour_is_over(world: World, off: timedelta, gone: int) -> None:
    KeptText.objects.create(user=world.kim.user, path="/", page="/", fields="{}", kept_at=NOW)
    assert expired.forget(at=NOW + timedelta(minutes=60) + off)["kept_text"] == gone
    assert KeptText.objects.count() == 1 - gone


@pytest.mark.parametrize(("off", "gone"), LIMITS, ids=ids)
def test_a_session_goes_with_what_was_noted_about_its_browser(world: World, off: timedelta, gone: int) -> None:
    over, living = (
        Session.objects.create(session_key=key, session_data="", expire_date=NOW + wait)
        for key, wait in (("over", timedelta(hours=1)), ("living", timedelta(days=1)))
    )
    for session in (over, living):
        UserSession.objects.create(
            user=world.kim.user, session_key=session.pk, ip="192.0.2.7", user_agent="", created_at=NOW
        )
    told = expired.forget(at=NOW + timedelta(hours=1) + off)
    assert (told["sessions"], told["devices"]) == (gone, gone)
    left = {"living"} if gone else {"living", "over"}
    assert set(UserSession.objects.values_list("session_key", flat=True)) == left


@pytest.mark.parametrize(("off", "gone"), LIMITS, ids=ids)
def test_a_key_of_the_api_goes_after_a_day(world: World, off: timedelta, gone: int) -> None:
    IdempotencyKey.objects.create(
        user=world.kim.user, key="nyckel-ett", route="r", fingerprint="f", made=world.case.ref, sent_at=NOW
    )
    assert expired.forget(at=NOW + timedelta(hours=24) + off)["idempotency_keys"] == gone


@pytest.mark.parametrize(("off", "gone"), LIMITS, ids=ids)
def test_a_file_that_nobody_imports_is_emptied_after_a_day(world: World, off: timedelta, gone: int) -> None:
    for done in (None, NOW):
        StaffImport.objects.create(
            municipality=world.kommun,
            kind="anvandare",
            file_name="personal.csv",
            sha256="",
            text="namn;e-post",
            uploaded_by=world.ada.assignment,
            uploaded_at=NOW,
            done_at=done,
        )
    told = expired.forget(at=NOW + timedelta(hours=24) + off)
    world.look()
    assert told["files"] == gone
    assert StaffImport.objects.get(done_at=None).text == ("" if gone else "namn;e-post")


def test_the_beat_asks_for_it(world: World) -> None:
    app.loader.import_default_modules()
    assert app.conf.beat_schedule["forget-expired"]["task"] == forget_expired.name
    KeptText.objects.create(user=world.kim.user, path="/", page="/", fields="{}", kept_at=NOW - timedelta(hours=1))
    assert forget_expired()["kept_text"] == 1
