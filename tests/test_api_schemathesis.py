"""Made-up calls of every operation as coordinator, police contact, intake and nobody; more of them in tests/soak."""

from typing import Any

import pytest

from tests.api_fuzz import fuzz
from tests.cast import World
from tests.test_api_tokens import issue


@pytest.mark.django_db
def test_every_answer_is_as_the_schema_says(world: World, settings: Any) -> None:
    settings.API_RATES = {"all": 100_000, "search": 100_000}
    secrets = {name: issue(world, name)[1] for name in ("kim", "pia", "ines")} | {"": ""}
    assert fuzz(world, secrets, examples=1) == []
