"""Conventions that every table keeps, read from the models and the database themselves."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from tests.cast import NOW, World, write
from tests.story import every_kind_of_row

APPS = ("hub", "consent", "triage", "meetings", "actionplans", "reports")

#: Instants whose names say it in another way. Equality: a new one needs its reason here.
OTHER_INSTANTS: dict[str, str] = {
    "hub.AuditEntry.at": "column logged_at; `at` is how the whole code names the instant of a deed",
    "hub.Recusal.at": "column recused_at; as above",
    "hub.User.last_login": "Django's own column",
    "consent.Disclosure.readable_until": "the rule of P-A2 names it so",
    "meetings.Calendar.known_until": "the last instant that was read for, as people say it",
}

#: Foreign keys that do not PROTECT what they point at.
NOT_PROTECTED: dict[str, str] = {
    "consent.ConsentRecipient.consent": "a draft's matrix goes with the consent that was taken off the draft",
    "consent.Signature.session": "part of its paper; papers are never deleted, drafts are discarded as rows",
    "consent.SignatureTick.signature": "part of its signature",
    "consent.SignatureTick.recipient": "a draft's ticks go with the recipient that was taken off the draft",
    "meetings.MeetingItem.item": "a draft that its author throws away takes with it where it was written",
    "meetings.Busy.calendar": "the times that a calendar said go with it when its owner takes it away",
    "hub.CaseSeat.user": "guardian's column; a user with an assignment cannot be deleted",
    "hub.CaseSeat.permission": "guardian's column; Django's permissions are never deleted",
    "hub.Agency_serves.agency": "Django's table of a many-to-many field",
    "hub.Agency_serves.municipality": "Django's table of a many-to-many field",
    "hub.User_groups.user": "Django's table of a many-to-many field, not used",
    "hub.User_groups.group": "Django's table of a many-to-many field, not used",
    "hub.User_user_permissions.user": "Django's table of a many-to-many field, not used",
    "hub.User_user_permissions.permission": "Django's table of a many-to-many field, not used",
}

#: Small tables of the organisation, never in the plan of a case's query.
KOMMUN_INDEXED: dict[str, str] = {
    "hub_agency": "a few hundred rows a kommun at most",
    "hub_agency_serves": "Django's table of a many-to-many field",
    "hub_casenumbers": "one row per kommun and year",
    "triage_reportnumbers": "one row per kommun and year",
    "hub_district": "a handful per kommun",
}


def own_models() -> list[type[models.Model]]:
    return [m for app in APPS for m in apps.get_app_config(app).get_models(include_auto_created=True)]


def test_the_names_of_instants_say_that_they_are_instants() -> None:
    other = {
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateTimeField) and not field.name.endswith(("_at", "_from", "_to"))
    }
    assert other == set(OTHER_INSTANTS)


def test_nothing_that_is_pointed_at_can_be_deleted_away() -> None:
    unprotected = {
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    }
    assert unprotected == set(NOT_PROTECTED)


@pytest.mark.django_db
def test_no_index_on_the_kommun_alone_spoils_the_plans() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
            "WHERE i.indnkeyatts = 1 AND a.attname = 'municipality_id'"
        )
        assert {name for (name,) in cursor.fetchall()} == set(KOMMUN_INDEXED)


def test_the_name_of_a_row_holds_nothing_about_a_person(world: World) -> None:
    """Names of rows reach logs, tracebacks and messages; only users have their own names there."""
    secrets = every_kind_of_row(world)
    telling = {
        f"{model._meta.label}: {name}"
        for model in own_models()
        if model._meta.label != "hub.User" and not model._meta.auto_created
        for row in model._base_manager.all()[:50]
        for name in (str(row), repr(row))
        if any(secret in name for secret in secrets)
    }
    assert telling == set()


def test_every_table_of_the_core_has_a_row_in_the_story(world: World) -> None:
    """Else the tests that look at every table look at nothing."""
    every_kind_of_row(world)
    write(world, "sam", "attendance", at=NOW)
    unused = {"hub.Submission", "hub.IdempotencyKey"}
    empty = {m._meta.label for m in own_models() if not m._meta.auto_created and not m._base_manager.exists()}
    assert empty == unused


def test_migrations_are_in_one_line() -> None:
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    for app in APPS:
        if any(key[0] == app for key in graph.nodes):
            assert len(graph.leaf_nodes(app)) == 1, f"{app} has two last migrations"
    for key, node in graph.node_map.items():
        parents = [parent for parent in node.parents if parent.key[0] == key[0]]
        assert len(parents) <= 1, f"{key} follows two migrations of its own app"


@pytest.mark.django_db
def test_no_model_has_changed_without_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
