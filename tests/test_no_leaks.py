"""Every read path obeys: each page, for each role, shows only what the rule lets that role read (P-A3, P-A15).

Generated from the route matrix: items with marks of their own are planted in every cell of the cast's matrix and
outside it, and the body of every answer to every member is searched for marks that the rule does not give.
"""

import re
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from consent import actions as consent_actions
from consent.models import InformationItem
from hub.access import permitted
from hub.models import Individual, Relative
from tests.cast import NOW, World, write
from tests.matrix import EVERYBODY, Row
from tests.test_route_matrix import ROWS

pytestmark = pytest.mark.django_db

#: Tokens of forms and challenges of passkeys: random letters that may spell a name.
RANDOM = re.compile(r'value="[A-Za-z0-9]{64}"|"challenge": "[\w-]+"')
PAGES = [row for rows in ROWS.values() for row in rows if row.method == "GET"]


@pytest.fixture
def marked(world: World) -> dict[str, int]:
    """Mark → id of the item that carries it."""
    planted = {
        "märke-närvaro": write(world, "sam", "attendance", body="märke-närvaro"),
        "märke-situation": write(world, "sam", "school_situation", body="märke-situation"),
        "märke-resultat": write(world, "sam", "school_results", body="märke-resultat"),
        "märke-utkast": write(world, "sam", "attendance", body="märke-utkast", record=False),
        "märke-polis": write(world, "pia", "police_tells", body="märke-polis"),
        "märke-osläppt": write(world, "pia", "police_tells", body="märke-osläppt", release=False),
        "märke-plan": write(world, "kim", "measures_and_plan", body="märke-plan"),
        "märke-hälsa": write(world, "kim", "health", body="märke-hälsa"),
        "märke-spärrad": write(world, "sam", "attendance", body="märke-spärrad", family_barred=True),
        "märke-snäv": write(world, "sam", "attendance", body="märke-snäv", audience=(world.social.pk,)),
        "märke-fritid": write(world, "fia", "leisure", body="märke-fritid"),
    }
    consent_actions.annotate(planted["märke-hälsa"], kind="addition", text="märke-tillägg", by=world.kim.actor, at=NOW)
    return {mark: item.pk for mark, item in planted.items()} | {"märke-tillägg": planted["märke-hälsa"].pk}


def body(client: Client, row: Row, world: World) -> str:
    """What the answer says, a PDF as its text; whatever the request did is rolled back."""
    with transaction.atomic():
        response = client.get(reverse(row.route, kwargs=dict(row.kwargs(world))) + row.query)
        transaction.set_rollback(True)
    world.look()
    if response.headers.get("Content-Type", "").startswith("application/pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    return RANDOM.sub("", response.content.decode())


def allowed_marks(world: World, name: str, marked: dict[str, int]) -> set[str]:
    actor = world.members[name].actor
    readable = set(permitted(InformationItem.objects.all(), actor, at=NOW).values_list("pk", flat=True))
    marks = {mark for mark, pk in marked.items() if pk in readable}
    if permitted(Individual.objects.all(), actor, at=NOW).exists():
        marks.add("Elias")
    relatives = permitted(Relative.objects.all(), actor, at=NOW).values_list("person__given_name", flat=True)
    return marks | set(relatives)


@pytest.mark.parametrize("stopped", [False, True], ids=["while the consent is in force", "after it was stopped"])
def test_no_page_shows_what_the_rule_does_not_give(world: World, marked: dict[str, int], stopped: bool) -> None:
    if stopped:
        consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)
    leaks = []
    for name in EVERYBODY:
        client = world.client(name)
        forbidden = (set(marked) | {"Elias", "Eva", "Emil"}) - allowed_marks(world, name, marked)
        for row in PAGES:
            if row.expected(name) == 200:
                text = body(client, row, world)
                leaks += [f"{row.route}{row.query} shows {name} {mark}" for mark in forbidden if mark in text]
    assert leaks == []
