"""A few made-up calls per operation as coordinator, as police contact and as nobody; more of them in tests/soak."""

import pytest
from pytest_django.fixtures import SettingsWrapper

from tests.api_fuzz import fuzz
from tests.cast import World
from tests.test_api_tokens import issue

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["kim", "pia", ""], ids=["coordinator", "police", "nobody"])
def test_every_answer_is_as_the_schema_says(world: World, settings: SettingsWrapper, name: str) -> None:
    settings.API_RATES = {"all": 100_000, "search": 100_000}
    secret = issue(world, name)[1] if name else ""
    assert fuzz(world, secret, examples=2) == []
