"""The policy table as a whole: what must hold for every rule in it."""

import sys
from typing import Any
from unittest import mock

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import composed
from hub.access import POLICY, rule_for
from tests.cast import NOW, World
from tests.conftest import RULES_HOLD
from tests.database import APPS

pytestmark = pytest.mark.django_db


def test_a_rule_asks_the_database_nothing_and_holds_no_setting_unknown_here(world: World) -> None:
    """It only says what to ask, so that it can be kept while a request asks again and is never older than the data."""
    rule_for.cache_clear()
    composed.forget()
    read: set[str] = set()

    def noted(these: LazySettings, name: str) -> Any:
        if sys._getframe(1).f_globals["__name__"].partition(".")[0] in APPS:
            read.add(name)
        return object.__getattribute__(these, name)

    with (
        CaptureQueriesContext(connection) as asked,
        mock.patch.object(LazySettings, "__getattribute__", noted),
    ):
        for model, action in POLICY:
            for who in world.members.values():
                rule_for(model, who.actor, action, at=NOW)
    assert [query["sql"] for query in asked] == []
    assert read == RULES_HOLD
