"""Whoever reads is recorded: every page with personal data leaves one read entry (P-L1), and costs what it did."""

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub import actions as hub_actions
from hub.models import AuditEntry
from tests.cast import NOW, SECOND, World, write
from tests.concerns import NOVA, register
from tests.matrix import Row
from tests.test_no_leaks import PAGES
from tests.test_route_matrix import by_what_stands, undone

pytestmark = pytest.mark.django_db

#: Pages without personal data, each with its reason. Equality: a cured one fails like a new one.
UNRECORDED: dict[str, str] = {
    "account_login": "nobody is signed in",
    "account_logout": "says goodbye",
    "healthz": "says that the process lives",
    "readyz": "says what answers",
    "hub:accessibility": "public statement",
    "hub:help": "texts only",
    "hub:tryit": "the invented cast",
    "hub:styleguide": "parts with invented content",
    "hub:search": "an empty form; a search is recorded as such",
    "hub:assignments": "the user's own assignments",
    "hub:no_assignment": "says that there is none",
    "hub:break_glass": "an empty form; an opening is recorded as such",
    "hub:register_youth": "an empty form",
    "hub:my_sign_in": "one's own sign-in",
    "mfa_activate_totp": "one's own sign-in",
    "mfa_add_webauthn": "one's own sign-in",
    "mfa_generate_recovery_codes": "one's own sign-in",
    "socialaccount_login_cancelled": "says that nobody signed in",
    "hub:mail_settings": "one's own choices, and how one's own mails went",
    "hub:tokens": "the user's own keys",
    "hub:token_new": "an empty form",
    "triage:report_new": "an empty form",
    "triage:external": "which agencies take reports",
    "triage:external_form": "an empty form",
    "triage:external_thanks": "says the number that stands in its address",
    "api:concern_reports": "none that Kim handles",
    "meetings:availability": "one's own times",
    "meetings:hours": "one's own times",
    "meetings:block": "an empty form",
    "meetings:calendar_file": "an empty form",
    "meetings:calendar_subscribe": "an empty form",
    "meetings:group_start": "an empty form",
    "api:availability": "one's own times",
    "api:busy_block": "one's own times",
    "api_docs": "texts only",
    "api_docs_group": "texts only",
    "api_schema": "texts only",
    "api:agencies": "the organisation",
    "api:units": "the organisation",
    "api:districts": "the organisation",
    "api:information_types": "a code list",
    "api:factors": "a code list",
    "actionplans:admin_offer_new": "an empty form",
    "api:plans": "none that Kim's cases have",
    "api:own_measures": "none that Kim answers for",
    "api:after_groups": "groups, without anybody in them",
    "api:family_tasks": "none in a concern that Kim handles",
}
BASELINE = Path(__file__).parent / "data" / "query_counts.json"


def fill_every_list(world: World) -> None:
    """An item, a message to Kim, a paper to go through, a concern and a case that has ended: no list is empty."""
    write(world, "kim", "measures_and_plan")
    type(world.emil).objects.filter(pk=world.emil.pk).update(custody_to=NOW - SECOND)
    kim = world.kim.actor
    hub_actions.notify(
        "seat_given", assignments=[kim.assignment_id], case=world.case, municipality_id=world.kommun.pk, told_at=NOW
    )
    ended = hub_actions.open_case(world.elias, form="MASH", phase="utredning", by=kim, at=NOW)
    hub_actions.close_case(ended, outcome="as_planned", note="", by=kim, at=NOW)
    register(world, NOVA, owner=world.kim.assignment, facts="Ett barn som Kim har hand om.")


@dataclass(frozen=True)
class Visit:
    """One page that a member gets: what it is called, what it cost, how many read entries it left."""

    row: Row
    queries: int
    entries: int


def visit(row: Row, address: str, client: Client, world: World) -> Visit:
    """One request, undone afterwards."""
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        world.look()
        entries = AuditEntry.objects.filter(pk__gt=last, kind="read").count()
        transaction.set_rollback(True)
    world.look()
    return Visit(row, len(queries), entries)


#: Each member goes through all pages once, for both tests below.
_gone_through: dict[str, list[Visit]] = {}


def visits(name: str, world: World) -> list[Visit]:
    """Every page of the matrix that the member gets, in its order."""
    if name not in _gone_through:
        fill_every_list(world)
        client = world.client(name)
        found = []
        for made, rows in by_what_stands([row for row in PAGES if row.expected(name) == 200]).items():
            with undone(world):
                kwargs = dict(made(world))
                found += [visit(row, reverse(row.route, kwargs=kwargs) + row.query, client, world) for row in rows]
        _gone_through[name] = sorted(found, key=lambda each: PAGES.index(each.row))
    return _gone_through[name]


def test_every_page_with_personal_data_leaves_exactly_one_read_entry(world: World) -> None:
    pages = visits("kim", world)
    assert {each.row.route for each in pages if each.entries > 1} == set()
    unrecorded = {each.row.route for each in pages if not each.entries}
    assert unrecorded == set(UNRECORDED) & {each.row.route for each in pages}


@pytest.mark.parametrize("name", ["kim", "pia"])
def test_query_counts_are_the_reviewed_baseline(world: World, name: str) -> None:
    """Rewrite it with UPDATE_QUERY_COUNTS=1 and review the difference."""
    counts: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for each in visits(name, world):
        key = f"{name} {each.row.route}{each.row.query}"
        seen[key] += 1
        counts[key if seen[key] == 1 else f"{key} ({seen[key]})"] = each.queries
    kept = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        others = {key: value for key, value in kept.items() if not key.startswith(f"{name} ")}
        BASELINE.write_text(
            json.dumps({**others, **counts}, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        return
    assert {key: value for key, value in kept.items() if key.startswith(f"{name} ")} == counts
