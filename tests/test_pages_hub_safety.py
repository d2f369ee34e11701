"""Jäv and break-glass: leaving at once; opening the own agency's items for an hour, and never anything else."""

from datetime import timedelta

import pytest
import time_machine

from hub.models import AuditEntry, BreakGlass, Protection
from tests.cast import NOW, World, once_key, write
from tests.hub_pages import address, deeds, error, get, leads_to, post, text

pytestmark = pytest.mark.django_db


def test_bias_ends_every_place_at_the_press_and_says_to_whom_but_not_why(world: World) -> None:
    missing = post(world, "kim", "recuse", world.elias.ref, reason="  ")
    assert missing.status_code == 422
    key = once_key()
    answers = [post(world, "kim", "recuse", world.elias.ref, reason="Granne", once=key) for _ in range(2)]
    assert leads_to(answers[0]) == leads_to(answers[1]) == address("home")
    assert get(world, "kim", "case", world.case.ref).status_code == 404
    told = text(get(world, "mona", "notifications"))
    assert f"Ärende {world.case.number} behöver en ny ansvarig" in told
    assert "Granne" not in told
    assert "Utse ansvarig" in told


def test_a_colleague_without_a_seat_opens_the_own_agencys_items_for_an_hour(world: World) -> None:
    own = write(world, "kim", "measures_and_plan", body="Egen uppgift.")
    theirs = write(world, "sam", "attendance", body="Skolans uppgift.")
    response = post(world, "ines", "break_glass", whom=world.case.number.lower(), reason="Akut oro i natt")
    opening = BreakGlass.objects.get()
    assert opening.valid_to - opening.valid_from == timedelta(minutes=60)
    page = world.client("ines").get(response["Location"])
    world.look()
    assert own.body in text(page)
    assert theirs.body not in text(page)
    told = text(get(world, "mona", "notifications"))
    assert "nödöppnat" in told
    second = timedelta(seconds=1)
    statuses = []
    for at in (opening.valid_to - second, opening.valid_to):
        with time_machine.travel(at, tick=False):
            statuses.append(world.client("ines").get(response["Location"]).status_code)
            world.look()
    assert statuses == [200, 404]


def test_nothing_to_open_has_one_answer_whatever_the_reason_and_every_try_is_recorded(world: World) -> None:
    real = world.case.number
    world.elias.person.protection = Protection.MARKED
    world.elias.person.save()
    tries = [("ines", real), ("otto", real), ("ines", "S-2026-9999"), ("ines", "20100227-2399"), ("ines", "nonsens")]
    answers = {error(post(world, who, "break_glass", whom=whom, reason="brådskar"), "whom") for who, whom in tries}
    assert len(answers) == 1
    refused = AuditEntry.objects.filter(action="break_glass", kind="refused")
    assert refused.count() == len(tries) - 1, "Otto's stands in the log of his own kommun"
    assert real not in str(list(refused.values()))
    assert BreakGlass.objects.count() == 0


def test_a_reason_is_needed_and_what_was_typed_is_kept(world: World) -> None:
    response = post(world, "ines", "break_glass", whom=world.case.number, reason="")
    assert response.status_code == 422
    assert world.case.number in text(response)
    assert deeds("break_glass") == []


def test_whoever_has_declared_bias_cannot_break_the_glass(world: World) -> None:
    post(world, "kim", "recuse", world.elias.ref, reason="släkt")
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        assert post(world, "kim", "break_glass", whom=world.case.number, reason="brådskar").status_code == 422
