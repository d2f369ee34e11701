"""Whoever reads is recorded: every page with personal data leaves one read entry (P-L1), and costs what it did."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub import actions as hub_actions
from hub.models import AuditEntry
from tests.cast import NOW, World, write
from tests.matrix import Row
from tests.test_no_leaks import PAGES

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
    "api_docs": "texts only",
    "api_schema": "texts only",
    "api:agencies": "the organisation",
    "api:units": "the organisation",
    "api:districts": "the organisation",
    "api:information_types": "a code list",
    "api:factors": "a code list",
}
BASELINE = Path(__file__).parent / "data" / "query_counts.json"


def fill_every_list(world: World) -> None:
    """An item, a message to Kim, and a case that has ended, so that no list is empty."""
    write(world, "kim", "measures_and_plan")
    kim = world.kim.actor
    hub_actions.notify(
        "seat_given", assignments=[kim.assignment_id], case=world.case, municipality_id=world.kommun.pk, told_at=NOW
    )
    ended = hub_actions.open_case(world.elias, form="MASH", phase="utredning", by=kim, at=NOW)
    hub_actions.close_case(ended, outcome="as_planned", note="", by=kim, at=NOW)


def as_member(row: Row, name: str, world: World) -> tuple[int, int, list[AuditEntry]]:
    """Status, queries and read entries of one request."""
    client = world.client(name)
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        address = reverse(row.route, kwargs=dict(row.kwargs(world))) + row.query
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        world.look()
        entries = list(AuditEntry.objects.filter(pk__gt=last, kind="read"))
        transaction.set_rollback(True)
    world.look()
    return response.status_code, len(queries), entries


def test_every_page_with_personal_data_leaves_exactly_one_read_entry(world: World) -> None:
    fill_every_list(world)
    unrecorded, doubled = set(), set()
    for row in PAGES:
        if row.expected("kim") != 200:
            continue
        _status, _queries, entries = as_member(row, "kim", world)
        if not entries:
            unrecorded.add(row.route)
        if len(entries) > 1:
            doubled.add(row.route)
    shown_to_kim = {row.route for row in PAGES if row.expected("kim") == 200}
    assert doubled == set()
    assert unrecorded == set(UNRECORDED) & shown_to_kim


@pytest.mark.parametrize("name", ["kim", "pia"])
def test_query_counts_are_the_reviewed_baseline(world: World, name: str) -> None:
    """Rewrite it with UPDATE_QUERY_COUNTS=1 and review the difference."""
    fill_every_list(world)
    counts: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for row in PAGES:
        if row.expected(name) == 200:
            _status, queries, _entries = as_member(row, name, world)
            key = f"{name} {row.route}{row.query}"
            seen[key] += 1
            counts[key if seen[key] == 1 else f"{key} ({seen[key]})"] = queries
    kept = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        others = {key: value for key, value in kept.items() if not key.startswith(f"{name} ")}
        BASELINE.write_text(
            json.dumps({**others, **counts}, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        return
    assert {key: value for key, value in kept.items() if key.startswith(f"{name} ")} == counts
