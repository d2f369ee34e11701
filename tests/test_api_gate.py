"""Who comes in to the API at all, beside what a key is (P-A12)."""

from typing import Any

import pytest
from django.urls import reverse

from hub.models import AuditEntry, Role
from hub.sessions import FACTOR
from tests.api_calls import post, problem
from tests.cast import World
from tests.test_api_tokens import issue, machine

pytestmark = pytest.mark.django_db


def test_a_session_without_its_second_step_gets_nothing_and_a_key_was_made_after_it(
    world: World, settings: Any
) -> None:
    settings.SECOND_FACTOR_ROLES = [str(role) for role in Role.values]
    client, address = world.client("kim"), reverse("api:individual", args=[world.elias.ref])
    assert "Elias" not in str(problem(client.get(address), "second-factor"))
    problem(post(client, reverse("api:stop", args=[world.elias.ref])), "second-factor")
    world.look()
    assert not AuditEntry.objects.filter(action="consent.stopped").exists()
    session = client.session
    session[FACTOR] = world.pia.user.pk
    session.save()
    problem(client.get(address), "second-factor")
    session[FACTOR] = world.kim.user.pk
    session.save()
    assert client.get(address).status_code == 200
    world.look()
    assert machine(issue(world, "kim")[1]).get(address).status_code == 200
