"""The record (P-L1): append-only, complete, without content, and in the transaction of what it describes."""

import json
import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from consent.models import InformationItem
from hub import actions as hub_actions
from hub.access import find, require
from hub.http import HubRequest
from hub.models import Assignment, AuditEntry, AuditKind, Case, CaseSeat, Notification, Person, Recusal, User
from tests.cast import NOW, World, write
from tests.database import Server, WorkerDatabase
from tests.story import every_kind_of_row

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

PASSWORD = "Rätt-häst-batteri-41"


# A few pages of our own, so that the tests say what they show ---------------------------------------------------------


def shown(request: HubRequest, ref: object) -> HttpResponse:
    """Shows a case and its items."""
    case = find(Case.objects.all(), request.actor, at=request.at, ref=ref)
    items = list(InformationItem.objects.filter(case=case))
    request.trail.show(
        [case, *items], individual=case.individual_id, case=case.pk, ground={"own": [i.pk for i in items]}
    )
    return HttpResponse("<p>Innehåll på sidan</p>")


def shown_twice(request: HubRequest, ref: object) -> HttpResponse:
    """Two parts of one page each say what they show."""
    case = find(Case.objects.all(), request.actor, at=request.at, ref=ref)
    request.trail.show([case], case=case.pk)
    request.trail.show([case, case.individual], individual=case.individual_id, printed=True)
    return HttpResponse("<p>Innehåll på sidan</p>")


def refused(request: HubRequest, ref: object) -> HttpResponse:
    """Shows the case, changes it, then meets what the reader may not do."""
    case = find(Case.objects.all(), request.actor, at=request.at, ref=ref)
    request.trail.show([case], case=case.pk)
    Case.objects.filter(pk=case.pk).update(court_ordered=True)
    require(case, request.actor, "close", at=request.at)
    return HttpResponse("")


def broken(request: HubRequest, ref: object) -> HttpResponse:
    """Shows the case, changes it, then breaks."""
    case = find(Case.objects.all(), request.actor, at=request.at, ref=ref)
    request.trail.show([case], case=case.pk)
    Case.objects.filter(pk=case.pk).update(court_ordered=True)
    raise RuntimeError("planned")


def nothing_shown(request: HubRequest) -> HttpResponse:
    return HttpResponse("<p>Tomt</p>")


urlpatterns = [
    path("visat/<uuid:ref>/", shown, name="shown"),
    path("visat-igen/<uuid:ref>/", shown_twice, name="shown_twice"),
    path("nekat/<uuid:ref>/", refused, name="refused"),
    path("trasigt/<uuid:ref>/", broken, name="broken"),
    path("tomt/", nothing_shown, name="nothing_shown"),
    path("", include("config.urls")),
]
handler500 = "hub.views.errors.server_error"


def entries_since(last: int, kind: str | None = None) -> list[AuditEntry]:
    found = AuditEntry.objects.filter(pk__gt=last).order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def last_entry() -> int:
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# Append-only ------------------------------------------------------------------------------------------------------

CHANGES = (
    "UPDATE hub_auditentry SET user_name = 'någon annan'",
    "DELETE FROM hub_auditentry",
    "TRUNCATE hub_auditentry",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_the_application_can_not_change_the_log(world: World, statement: str) -> None:
    before = AuditEntry.objects.count()
    assert before > 0
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEntry.objects.count() == before


INSERT = (
    "INSERT INTO hub_auditentry (entry, logged_at, kind, action, user_name, assignment_label, individual_ids, case_ids,"
    " objects_seen, ground, columns, detail, route, address) VALUES (gen_random_uuid(), now(), 'deed', 'search', '',"
    " '', '{}', '{}', '{}', '{}', '{}', '{}', '', '')"
)


def server() -> Server:
    return Server(os.environ["DATABASE_URL"] if settings.DATABASE_GIVEN else None, settings.TEST_POSTGRES)


@pytest.fixture
def owner(django_db_setup: WorkerDatabase) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The owner of the tables, with one entry of its own; all of it is rolled back."""
    with psycopg.connect(server().owner_url(django_db_setup.name)) as opened:
        opened.execute(INSERT)
        yield opened
        opened.rollback()


@pytest.mark.parametrize("statement", CHANGES)
def test_not_even_the_owner_can_change_the_log(owner: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_the_trigger_holds_where_ordinary_triggers_are_switched_off(
    django_db_setup: WorkerDatabase, statement: str
) -> None:
    """`session_replication_role = replica` silences triggers that are not ENABLE ALWAYS."""
    with server().connect(django_db_setup.name) as administrator, administrator.transaction(force_rollback=True):
        administrator.execute("SET LOCAL session_replication_role = replica")
        administrator.execute(INSERT)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"), administrator.transaction():
            administrator.execute(statement)


# Rows -------------------------------------------------------------------------------------------------------------


def test_every_way_of_writing_a_row_is_logged_with_names_of_columns_only(world: World) -> None:
    last = last_entry()
    Notification.objects.bulk_create(
        Notification(
            municipality=world.kommun,
            assignment=world.kim.assignment,
            kind="seat_given",
            case=world.case,
            told_at=NOW,
            occasion=f"test:{number}",
        )
        for number in range(3)
    )
    Person.objects.filter(pk=world.elias.person_id).update(given_name="Någon", school="Annan skola")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hub_case SET court_ordered = true WHERE id = %s", [world.case.pk])
        cursor.execute("DELETE FROM hub_notification WHERE told_at = %s AND case_id = %s", [NOW, world.case.pk])
    found = [(e.action, next(iter(e.objects_seen)), e.columns) for e in entries_since(last)]
    assert found[:3] == [("insert", "hub_notification", [])] * 3
    assert found[3] == (
        "update",
        "hub_person",
        ["given_name", "school", "search_family", "search_given"],
    )
    assert found[4] == ("update", "hub_case", ["court_ordered"])
    assert {entry[:2] for entry in found[5:]} == {("delete", "hub_notification")}
    assert {e.kind for e in entries_since(last)} == {AuditKind.ROW}
    assert {e.municipality_id for e in entries_since(last)} == {world.kommun.pk}


def test_a_row_says_which_row_case_and_youth_it_was(world: World) -> None:
    last = last_entry()
    Case.objects.filter(pk=world.case.pk).update(court_ordered=True)
    (entry,) = entries_since(last)
    assert entry.objects_seen == {"hub_case": [world.case.pk]}
    assert entry.individual_ids == [world.elias.pk]


def test_an_update_that_changes_nothing_is_no_change(world: World) -> None:
    last = last_entry()
    Case.objects.filter(pk=world.case.pk).update(court_ordered=False)
    assert entries_since(last) == []


@pytest.mark.parametrize("model", [Assignment, User])
def test_giving_somebody_access_past_the_actions_is_logged(world: World, model: type[Assignment | User]) -> None:
    """Permission changes are in the record however they are made (P-L1)."""
    last = last_entry()
    if model is Assignment:
        Assignment.objects.filter(pk=world.rut.assignment.pk).update(role="coordinator")
    else:
        User.objects.filter(pk=world.rut.user.pk).update(is_active=False)
    (entry,) = entries_since(last)
    assert entry.columns == (["role"] if model is Assignment else ["is_active"])


# Content ------------------------------------------------------------------------------------------------------------


def test_nothing_that_is_said_about_anybody_stands_in_the_log(world: World) -> None:
    secrets = every_kind_of_row(world)
    client = world.client("kim")
    client.get(reverse("shown", kwargs={"ref": world.case.ref}))
    client.get(reverse("refused", kwargs={"ref": world.case.ref}))
    world.look()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM hub_auditentry e")
        log = [json.dumps(json.loads(text), ensure_ascii=False) for (text,) in cursor.fetchall()]
    assert len(log) > 100
    assert {secret for secret in secrets for line in log if secret in line} == set()


# One transaction ------------------------------------------------------------------------------------------------------


def test_a_deed_and_its_entry_are_both_there_or_neither(world: World) -> None:
    last = last_entry()

    def recuse_and_break() -> None:
        with transaction.atomic():
            hub_actions.recuse(world.elias, reason="Granne", by=world.sam.actor, at=NOW)
            assert any(entry.action == "recusal" for entry in entries_since(last, "deed"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        recuse_and_break()
    assert not Recusal.objects.exists()
    assert entries_since(last) == []


def test_a_deed_whose_entry_can_not_be_written_does_not_happen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.actions.safety.record", failing)
    with pytest.raises(DatabaseError):
        hub_actions.recuse(world.elias, reason="Granne", by=world.sam.actor, at=NOW)
    assert not Recusal.objects.exists()
    assert CaseSeat.objects.in_force(at=NOW).filter(assignment=world.sam.assignment).exists()


def failing(*args: object, **kwargs: object) -> None:
    raise DatabaseError("the log is full")


def test_an_unnamed_deed_is_not_written(world: World) -> None:
    from hub.audit import record

    with pytest.raises(KeyError):
        record("something.new", actor=world.kim.actor, at=NOW)


# Reads ---------------------------------------------------------------------------------------------------------------


def page(
    world: World, who: str, route: str, *, ref: object = None, client: Client | None = None
) -> tuple[int, list[AuditEntry]]:
    """Ask for a page: its status, and the entries it left (rows aside)."""
    client, last = client or world.client(who), last_entry()
    response = client.get(reverse(route, kwargs={"ref": ref or world.case.ref}))
    world.look()
    return response.status_code, [e for e in entries_since(last) if e.kind != AuditKind.ROW]


def test_a_page_leaves_one_entry_of_what_it_showed(world: World) -> None:
    items = [write(world, "kim", "measures_and_plan") for _ in range(3)]
    status, (entry,) = page(world, "kim", "shown")
    assert status == 200
    assert (entry.kind, entry.action, entry.route) == ("read", "read", "shown")
    assert entry.objects_seen == {
        "consent.informationitem": sorted(item.pk for item in items),
        "hub.case": [world.case.pk],
    }
    assert (entry.case_ids, entry.individual_ids) == ([world.case.pk], [world.elias.pk])
    assert {name: sorted(ids) for name, ids in entry.ground.items()} == {"own": [item.pk for item in items]}
    assert (entry.user_id, entry.user_name) == (world.kim.user.pk, "Kim Samuelsson")
    assert (entry.assignment_id, entry.agency_id) == (world.kim.assignment.pk, world.social.pk)
    assert entry.assignment_label.startswith("Samordnare, ")
    assert entry.address == "127.0.0.1"
    assert entry.request_id is not None


def test_a_page_of_many_parts_leaves_one_entry_and_says_that_it_was_printed(world: World) -> None:
    status, (entry,) = page(world, "kim", "shown_twice")
    assert (status, entry.kind, entry.action) == (200, "read", "print")
    assert entry.objects_seen == {"hub.case": [world.case.pk], "hub.individual": [world.elias.pk]}


def test_two_requests_have_an_id_each_and_their_rows_share_it(world: World) -> None:
    client = world.client("kim")
    (_, (first,)), (_, (second,)) = (page(world, "kim", "shown", client=client) for _ in range(2))
    assert first.request_id != second.request_id


def test_a_page_without_anything_to_show_leaves_no_entry(world: World) -> None:
    last = last_entry()
    client = world.client("kim")
    signed_in = last_entry()
    assert client.get(reverse("nothing_shown")).status_code == 200
    assert last <= signed_in
    assert [e for e in entries_since(signed_in) if e.kind != AuditKind.ROW] == []


def test_a_refusal_is_recorded_after_everything_else_was_undone(world: World) -> None:
    status, (entry,) = page(world, "pia", "refused")
    assert status == 403
    assert (entry.kind, entry.action, entry.route) == ("refused", "refused", "refused")
    assert entry.detail == {
        "status": 403,
        "action": "close",
        "model": "hub.Case",
        "pk": world.case.pk,
        "ref": str(world.case.ref),
    }
    assert entry.objects_seen == {"hub.case": [world.case.pk]}
    world.case.refresh_from_db()
    assert not world.case.court_ordered


def test_what_does_not_exist_for_the_reader_is_recorded_as_refused(world: World) -> None:
    status, (entry,) = page(world, "olle", "shown")
    assert (status, entry.kind, entry.user_id) == (404, "refused", world.olle.user.pk)
    assert entry.detail == {"status": 404, "ref": str(world.case.ref)}, "which address was tried"
    assert entry.objects_seen == {}
    nowhere, (other,) = page(world, "olle", "shown", ref=uuid4())
    assert (nowhere, set(other.detail)) == (404, set(entry.detail)), "no oracle: the same for what never existed"


def test_a_broken_page_is_recorded_after_everything_else_was_undone(world: World) -> None:
    client = world.client("kim")
    client.raise_request_exception = False
    status, (entry,) = page(world, "kim", "broken", client=client)
    assert (status, entry.kind, entry.route) == (500, "failed", "broken")
    assert entry.objects_seen == {"hub.case": [world.case.pk]}
    world.case.refresh_from_db()
    assert not world.case.court_ordered


def test_a_page_whose_entry_can_not_be_written_is_not_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("kim")
    client.raise_request_exception = False
    monkeypatch.setattr("hub.middleware.record_reads", failing)
    response = client.get(reverse("shown", kwargs={"ref": world.case.ref}))
    world.look()
    assert response.status_code == 500
    assert "Innehåll på sidan" not in response.content.decode()


# Sign-in -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rut(bare_world: World) -> Callable[[str, str], list[AuditEntry]]:
    """Rut tries an address and a password."""
    user = bare_world.rut.user
    user.set_password(PASSWORD)
    user.save()
    client = Client()

    def try_with(address: str, password: str) -> list[AuditEntry]:
        last = last_entry()
        client.post(reverse("account_login"), {"login": address, "password": password})
        return [e for e in entries_since(last) if e.kind != AuditKind.ROW]

    return try_with


def test_signing_in_is_recorded(bare_world: World, rut: Callable[[str, str], list[AuditEntry]]) -> None:
    (entry,) = rut("rut@example.se", PASSWORD)
    assert (entry.action, entry.user_id, entry.user_name) == (
        "session.signed_in",
        bare_world.rut.user.pk,
        "Rut Granlund",
    )
    assert entry.address == "127.0.0.1"


@pytest.mark.parametrize("address", ["rut@example.se", "ingen@example.se"])
def test_a_failed_sign_in_is_recorded_without_the_address_that_was_tried(
    rut: Callable[[str, str], list[AuditEntry]], address: str
) -> None:
    entries = rut(address, "fel-lösenord-helt")
    assert {entry.action for entry in entries} == {"session.sign_in_failed"}
    for entry in entries:
        assert entry.user_id is None
        assert address not in json.dumps(list(AuditEntry.objects.filter(pk=entry.pk).values()), default=str)


def test_signing_out_is_recorded(bare_world: World) -> None:
    client, last = bare_world.client("rut"), last_entry()
    client.post(reverse("account_logout"))
    entries = [e for e in entries_since(last) if e.action == "session.signed_out"]
    assert [entry.user_id for entry in entries] == [bare_world.rut.user.pk]
