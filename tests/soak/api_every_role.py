"""The API answers as its schema says for every role, with many calls each; minutes, so not at each commit.

pytest tests/soak/api_every_role.py       (SOAK_EXAMPLES=25 calls per operation and kind)
"""

import os

import pytest
from pytest_django.fixtures import SettingsWrapper

from tests.api_fuzz import fuzz
from tests.cast import World
from tests.matrix import EVERYBODY
from tests.test_api_tokens import issue

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "25"))


@pytest.mark.parametrize("name", [*(name for name in EVERYBODY if name != "fia"), ""])
def test_every_answer_is_as_the_schema_says(world: World, settings: SettingsWrapper, name: str) -> None:
    """Leisure has no key (P-A14): tests/test_api_tokens.py."""
    settings.API_RATES = {"all": 10_000_000, "search": 10_000_000}
    secret = issue(world, name)[1] if name else ""
    assert fuzz(world, secret, examples=EXAMPLES) == []
