"""Files of staff: every fault is listed by row, nothing is imported before all is right, then all of it at once."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from hub import actions as hub_actions
from hub.access import Actor
from hub.actions.staff_import import plan_of
from hub.errors import Conflict, Invalid
from hub.models import Assignment, AuditEntry, Role, StaffImport, Unit, User
from hub.staff_csv import safe
from tests.cast import NOW, World
from tests.html_forms import typed

pytestmark = pytest.mark.django_db

HEAD = "e-post;namn;verksamhet;enhet;roll"
UNIT = "Socialtjänsten Spånga;Socialtjänsten Spånga, enheten"


def upload(world: World, text: str | bytes, kind: str = "anvandare") -> StaffImport:
    raw = text if isinstance(text, bytes) else text.encode()
    return hub_actions.upload_staff(raw, kind=kind, file_name="fil.csv", by=world.ada.actor, at=NOW)


def faults(world: World, text: str | bytes, kind: str = "anvandare") -> list[tuple[int, str]]:
    plan = plan_of(upload(world, text, kind), by=world.ada.actor, at=NOW)
    return [(fault.row, fault.column) for fault in plan.faults]


def good(n: int) -> str:
    return f"ny{n}@example.se;Nya Nummer{chr(97 + n % 26)};{UNIT};Handläggare"


def test_every_fault_of_every_row_is_listed_and_nothing_is_imported(bare_world: World) -> None:
    rows = [good(n) for n in range(40)]
    for n in range(0, 40, 4):
        rows[n] = f"inte en adress;;Okänd;{UNIT.split(';')[1]};Kejsare"
    file = upload(bare_world, "\n".join([HEAD, *rows]))
    users = User.objects.count()
    plan = plan_of(file, by=bare_world.ada.actor, at=NOW)
    assert plan.faulty_rows == 10
    assert [(f.row, f.column) for f in plan.faults if f.row == 2] == [
        (2, "e-post"), (2, "namn"), (2, "roll"), (2, "verksamhet"),
    ]  # fmt: skip
    assert all(fault.text.endswith((".", "?")) for fault in plan.faults)
    with pytest.raises(Conflict), transaction.atomic():
        hub_actions.import_staff(file, sha256=file.sha256, by=bare_world.ada.actor, at=NOW)
    assert User.objects.count() == users


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (f"a@example.se;A Ek;{UNIT};Kontakt", []),
        (f"KIM@EXAMPLE.SE;Kim Samuelsson;{UNIT};Lots", []),
        (f"kim@example.se;Någon Annan;{UNIT};Lots", [(2, "namn")]),
        (f"kim@example.se;Kim Samuelsson;{UNIT};Samordnare", []),
        (f"ada@example.se;Ada Öst;{UNIT};Chef", [(2, "e-post")]),
        (f"ada@example.se;Ada Öst;{UNIT};Administratör", []),
        ("a@example.se;A Ek;Socialtjänsten Solna;Socialtjänsten Solna, enheten;Handläggare", [(2, "verksamhet")]),
        ("a@example.se;A Ek;Bussenhusskolan;Bussenhusskolan, enheten;Samordnare", [(2, "roll")]),
        (f"a@example.se;A Ek;{UNIT};Handläggare\na@example.se;A Ek;{UNIT};Handläggare", [(3, "roll")]),
        (f"a@example.se;A Ek;{UNIT};Handläggare\nA@example.se;B Ek;{UNIT};Lots", [(3, "namn")]),
        (f"a@example.se;20100204-2396;{UNIT};Lots", [(2, "namn")]),
        (f"a@example.se;A Ek;{UNIT};Lots;för mycket", [(2, "")]),
    ],
)
def test_what_a_row_may_say(bare_world: World, row: str, fault: list[tuple[int, str]]) -> None:
    assert faults(bare_world, f"{HEAD}\n{row}") == fault


def test_days_are_whole_and_never_in_hindsight(bare_world: World) -> None:
    head = f"{HEAD};från;till och med"
    today, before = NOW.date(), NOW.date() - timedelta(days=1)
    rows = [f"a{n}@example.se;A Ek;{UNIT};Lots;{first};{last}" for n, (first, last) in enumerate([
        (today, today), (before, ""), (today, before), ("i går", ""), ("1999-01-01", ""),
    ])]  # fmt: skip
    wrong = [(3, "från"), (4, "till och med"), (5, "från"), (6, "från")]
    assert faults(bare_world, "\n".join([head, *rows])) == wrong


def test_accounts_and_assignments_come_with_history_and_log_and_only_once(bare_world: World) -> None:
    world = bare_world
    file = upload(world, "\n".join([HEAD, *(good(n) for n in range(25)), f"kim@example.se;Kim Samuelsson;{UNIT};Lots"]))
    done = hub_actions.import_staff(file, sha256=file.sha256, by=world.ada.actor, at=NOW)
    assert done.made == {"users": 25, "assignments": 26}
    made = User.objects.filter(email__startswith="ny")
    assert made.count() == 25
    assert not any(user.has_usable_password() for user in made)
    assert LogEntry.objects.get_for_objects(made).filter(actor=world.ada.user).count() == 25
    rows = AuditEntry.objects.filter(kind="row", action="insert", objects_seen__has_key="hub_assignment")
    logged = {row.objects_seen["hub_assignment"][0] for row in rows}
    assert logged >= set(Assignment.objects.filter(valid_from=NOW).values_list("pk", flat=True))
    assert done.text == ""
    with pytest.raises(Conflict, match="redan importerad"), transaction.atomic():
        hub_actions.import_staff(file, sha256=file.sha256, by=world.ada.actor, at=NOW)


def test_only_what_was_checked_is_imported(bare_world: World) -> None:
    file = upload(bare_world, f"{HEAD}\n{good(1)}")
    for sha256 in ("", "0" * 64):
        with pytest.raises(Conflict), transaction.atomic():
            hub_actions.import_staff(file, sha256=sha256, by=bare_world.ada.actor, at=NOW)
    StaffImport.objects.filter(pk=file.pk).update(text=f"{HEAD}\n{good(2)}")
    with pytest.raises(Conflict), transaction.atomic():
        hub_actions.import_staff(file, sha256=file.sha256, by=bare_world.ada.actor, at=NOW)
    assert not User.objects.filter(email__startswith="ny").exists()


def test_what_changed_since_the_check_stops_all_of_it(bare_world: World) -> None:
    file = upload(bare_world, f"{HEAD}\n{good(1)}\nkim@example.se;Kim Samuelsson;{UNIT};Lots")
    User.objects.filter(pk=bare_world.kim.user.pk).update(name="Kim Ny")
    with pytest.raises(Conflict, match="Inget är importerat"), transaction.atomic():
        hub_actions.import_staff(file, sha256=file.sha256, by=bare_world.ada.actor, at=NOW)
    assert not User.objects.filter(email__startswith="ny").exists()


@pytest.mark.parametrize(
    "raw",
    [
        f"\ufeff{HEAD}\r\nåsa@example.se;Åsa Örn;{UNIT};Chef\r\n".replace("åsa", "asa").encode(),
        f"{HEAD}\r\nasa@example.se;Åsa Örn;{UNIT};Chef\r\n".encode("cp1252"),
        f"{HEAD}\nasa@example.se;Åsa Örn;{UNIT};Chef".encode("utf-16"),
        f'roll,enhet,verksamhet,namn,e-post\nchef,"{UNIT.split(";")[1]}",{UNIT.split(";")[0]},Åsa Örn,asa@example.se',
        f"{HEAD}\nasa@example.se;Åsa Örn;{UNIT};Chef".replace(";", "\t"),
    ],
    ids=["utf-8 with a mark", "windows-1252", "utf-16", "commas in another order", "tabs"],
)
def test_files_as_people_save_them(bare_world: World, raw: bytes | str) -> None:
    file = upload(bare_world, raw)
    hub_actions.import_staff(file, sha256=file.sha256, by=bare_world.ada.actor, at=NOW)
    assert User.objects.get(email="asa@example.se").name == "Åsa Örn"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "tom"),
        (b"PK\x03\x04resten", "Excel-fil"),
        (b"a;b\n1;2", "Kolumner saknas"),
        (f"{HEAD};lön\n".encode(), "Okända kolumner"),
        (f"{HEAD};roll\n".encode(), "två gånger"),
        (f'{HEAD}\n"aldrig stängt;x'.encode(), "citattecken"),
        (b"e-post\x00;namn", "textfil"),
        (b"\xef\xbb\xbf", "tom"),
        (b"\xff\xfe", "tom"),
        ("\ufeffe-post\x00;namn".encode(), "textfil"),
        (f"{HEAD}\n\x00".encode("utf-16"), "textfil"),
        (b"x" * 2_000_001, "för stor"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_so(bare_world: World, raw: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        upload(bare_world, raw)


def test_what_is_exported_can_be_imported_again_and_changes_nothing(bare_world: World) -> None:
    User.objects.filter(pk=bare_world.olof.user.pk).update(name="=cmd|' /C calc'!A0 Ek")
    exported = bare_world.client("ada").get(reverse("hub:admin_export", args=["anvandare"])).content
    bare_world.look()
    assert b";'=cmd" in exported
    plan = plan_of(upload(bare_world, exported), by=bare_world.ada.actor, at=NOW)
    assert plan.faults == []
    assert plan.lines == []
    assert plan.unchanged == Assignment.objects.filter(unit__agency__serves=bare_world.kommun).count()


@pytest.mark.parametrize("cell", ["=1+1", "+46", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


def test_units_are_imported_and_those_that_stand_are_left(bare_world: World) -> None:
    text = "verksamhet;enhet\nBussenhusskolan;Elevhälsan\nbussenhusskolan;Bussenhusskolan, enheten\n"
    file = upload(bare_world, text, "enheter")
    assert plan_of(file, by=bare_world.ada.actor, at=NOW).unchanged == 1
    hub_actions.import_staff(file, sha256=file.sha256, by=bare_world.ada.actor, at=NOW)
    assert Unit.objects.get(name="Elevhälsan").agency == bare_world.school
    assert faults(bare_world, "verksamhet;enhet\nBussenhusskolan;Ny\nBussenhusskolan;ny\n;\nX;", "enheter") == [
        (3, "enhet"), (5, "enhet"), (5, "verksamhet"),
    ]  # fmt: skip


def test_an_administrator_from_outside_imports_into_the_own_agency_only(bare_world: World) -> None:
    world = bare_world
    post = Assignment.objects.create(
        user=world.peo.user, unit=world.police.units.get(), role=Role.ADMINISTRATOR, valid_from=NOW
    )
    actor = Actor.acting_under(post, municipality_id=world.kommun.pk)
    text = f"{HEAD}\n{good(1)}\nb@example.se;B Ek;Polisen Vällingby;Polisen Vällingby, enheten;Kontakt"
    file = hub_actions.upload_staff(text.encode(), kind="anvandare", file_name="x.csv", by=actor, at=NOW)
    assert [(f.row, f.column) for f in plan_of(file, by=actor, at=NOW).faults] == [(2, "verksamhet")]


# --- the pages -------------------------------------------------------------------------------------------------------


def posted(world: World, text: str) -> HttpResponse:
    client = world.client("ada")
    file = SimpleUploadedFile("personal.csv", text.encode(), content_type="text/csv")
    return client.post(reverse("hub:admin_upload"), {"kind": "anvandare", "file": file}, follow=True)  # type: ignore[return-value]  # what follow leads to


def test_the_page_lists_the_faults_and_offers_no_import(bare_world: World) -> None:
    page = posted(bare_world, f"{HEAD}\n{good(1)}\nfel;Y Ek;{UNIT};Lots").content.decode()
    assert "1 av 2 rader behöver rättas" in page
    assert "Skriv en hel e-postadress" in page
    assert "Importera allt" not in page


def test_the_page_imports_once_however_often_it_is_pressed(bare_world: World) -> None:
    page = posted(bare_world, f"{HEAD}\n{good(1)}")
    assert "1 nytt konto läggs in." in page.content.decode()
    client, form = bare_world.client("ada"), typed(page)
    address = reverse("hub:admin_import", args=[StaffImport.objects.get().ref])
    for _press in range(2):
        assert client.post(address, form).status_code == 302
        bare_world.look()
    assert User.objects.filter(email__startswith="ny").count() == 1
    assert AuditEntry.objects.filter(action="staff.imported").count() == 1


def test_a_file_too_many_or_unreadable_is_told_at_the_field(bare_world: World) -> None:
    response = posted(bare_world, "helt fel")
    assert response.status_code == 422
    assert "Kolumner saknas" in response.content.decode()
