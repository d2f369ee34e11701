"""The policy table as a whole: what must hold for every rule in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import composed
from hub.access import POLICY, rule_for
from tests.cast import NOW, World

pytestmark = pytest.mark.django_db


def test_a_rule_asks_the_database_nothing(world: World) -> None:
    """It only says what to ask, so that it can be kept while a request asks again and is never older than the data."""
    rule_for.cache_clear()
    composed.forget()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for model, action in POLICY:
            for who in world.members.values():
                rule_for(model, who.actor, action, at=NOW)
    assert [query["sql"] for query in asked] == []
