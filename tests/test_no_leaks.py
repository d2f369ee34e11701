"""Every read path obeys after a stop too: each page, to all who lose by it, shows what the rule still gives (P-A3).

While the consent is in force, tests/test_route_matrix.py looks at every answer to a GET. Both search what is said for
the marks of tests/leaks.py.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from consent import actions as consent_actions
from tests.cast import NOW, World
from tests.leaks import forbidden_marks, said
from tests.matrix import EVERYBODY, READERS
from tests.scenes import signed_in
from tests.test_route_matrix import ROWS, by_what_stands, undone

PAGES = [row for rows in ROWS.values() for row in rows if row.method == "GET"]


@pytest.mark.django_db
def test_after_a_stop_no_page_shows_what_the_rule_no_longer_gives(marked_world: World) -> None:
    world = marked_world
    before = {name: forbidden_marks(world, name) for name in EVERYBODY}
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)
    clients = signed_in(world)
    forbidden = {name: forbidden_marks(world, name) for name in EVERYBODY}
    losing = [name for name in EVERYBODY if forbidden[name] != before[name]]
    # Fia reads nothing by consent. To her and everybody else a page says what the route matrix has read already.
    assert set(losing) == set(READERS) - {"fia"}
    leaks = []
    for made, rows in by_what_stands(PAGES).items():
        with undone(world):
            kwargs = dict(made(world))
            for row, name in ((row, name) for row in rows for name in losing if row.expected(name) == 200):
                text = page(clients[name], reverse(row.route, kwargs=kwargs) + row.query)
                leaks += [f"{row.route}{row.query} shows {name} {mark}" for mark in forbidden[name] if mark in text]
    assert leaks == []


def page(client: Client, address: str) -> str:
    """What the page says; whatever the request did is rolled back."""
    with transaction.atomic():
        text = said(client.get(address))
        transaction.set_rollback(True)
    return text
