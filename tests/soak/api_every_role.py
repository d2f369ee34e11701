"""The API answers as its schema says for every role, with many calls each; minutes, so not at each commit.

pytest tests/soak/api_every_role.py       (SOAK_EXAMPLES=25 calls per operation and kind, for everybody)
"""

import os
from typing import Any

import pytest

from tests.api_fuzz import fuzz
from tests.cast import World
from tests.matrix import EVERYBODY
from tests.test_api_tokens import issue

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "25"))


@pytest.mark.django_db
def test_every_answer_is_as_the_schema_says(world: World, settings: Any) -> None:
    """Leisure has no key (P-A14): tests/test_api_tokens.py."""
    settings.API_RATES = {"all": 10_000_000, "search": 10_000_000}
    secrets = {name: issue(world, name)[1] for name in EVERYBODY if name != "fia"} | {"": ""}
    assert fuzz(world, secrets, examples=EXAMPLES) == []
