"""The API answers as its schema says for every role, with many calls each; minutes, so not at each commit.

pytest -s tests/soak/api_every_role.py       (SOAK_EXAMPLES=6 calls per operation and kind, for everybody)

With -s it says how many calls each role made, and what was answered.
"""

import os
from collections import Counter
from typing import Any

import pytest

from hub.tenancy import set_context
from tests.api_fuzz import fuzz
from tests.cast import World
from tests.matrix import EVERYBODY
from tests.test_api_tokens import issue

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "6"))


def secret_of(world: World, name: str) -> str:
    """A key made in the member's own kommun: Otto works in another one."""
    set_context(municipality_id=world.members[name].actor.municipality_id)
    secret = issue(world, name)[1]
    world.look()
    return secret


@pytest.mark.django_db
def test_every_answer_is_as_the_schema_says(world: World, settings: Any) -> None:
    """Leisure has no key (P-A14): tests/test_api_tokens.py."""
    settings.API_RATES = {"all": 10_000_000, "search": 10_000_000}
    secrets = {name: secret_of(world, name) for name in EVERYBODY if name != "fia"} | {"": ""}
    sent: Counter[tuple[str, int]] = Counter()
    wrong = fuzz(world, secrets, examples=EXAMPLES, sent=sent)
    for name in secrets:
        mine = {code: count for (who, code), count in sorted(sent.items()) if who == (name or "nobody")}
        print(f"{name or 'nobody'}: {sum(mine.values())} calls", mine)
    print(f"{sum(sent.values())} calls, {len(wrong)} against the schema")
    assert wrong == []
    assert {who for who, _code in sent} == {name or "nobody" for name in secrets}
