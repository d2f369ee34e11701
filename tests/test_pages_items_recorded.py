"""What becomes of an item: tested, added to, taken to the file, read; and what asks for something (P-A4, P-C9)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from consent import actions as consent_actions
from consent.models import InformationItem, ItemAbout, ItemAnnotation
from hub import actions as hub_actions
from hub.models import AuditEntry
from hub.todo import todos
from tests.cast import NOW, World, draft_paper, person, register_elias, sign, write
from tests.item_pages import newest, post, said, typed, url

pytestmark = pytest.mark.django_db


# --- release, add, file --------------------------------------------------------------------------------------

TESTED = dict.fromkeys(("investigation", "records", "others", "silence", "tested"), "on")


def test_police_test_each_item_before_anybody_reads(world: World) -> None:
    item = write(world, "pia", "police_tells", release=False)
    assert world.client("kim").get(url(item)).status_code == 404
    assert "Kan läsas av socialtjänst till och med 31 augusti." in said(
        world.client("pia").get(url(item, "item_release"))
    )
    for missing in TESTED:
        left = {name: value for name, value in TESTED.items() if name != missing}
        assert post(world, "pia", url(item, "item_release"), left).status_code == 422
    assert post(world, "pia", url(item, "item_release"), TESTED).status_code == 302
    assert world.client("kim").get(url(item)).status_code == 200


def test_recording_leads_police_on_to_the_test(world: World) -> None:
    item = write(world, "pia", "police_tells", record=False)
    response = post(world, "pia", url(item, "item_record"), {"row_version": 1})
    assert response.url == url(item, "item_release")


def test_only_the_own_agency_releases(world: World) -> None:
    item = write(world, "pia", "police_tells")
    assert world.client("kim").get(url(item, "item_release")).status_code == 403
    assert world.client("peo").get(url(item, "item_release")).status_code == 404


def test_a_correction_stands_beside_what_was_written(world: World) -> None:
    item = write(world, "sam", "attendance", body="Närvaro 58 procent.")
    empty = post(world, "sam", url(item, "item_annotate"), {"kind": "correction", "text": " "})
    assert empty.status_code == 422
    post(world, "sam", url(item, "item_annotate"), {"kind": "correction", "text": "Det var 68."})
    shown = said(world.client("pia").get(url(item)))
    assert "Närvaro 58 procent." in shown
    assert "Det var 68." in shown
    assert world.client("pia").get(url(item, "item_annotate")).status_code == 403


def test_a_double_click_adds_once(world: World) -> None:
    item = write(world, "sam", "attendance")
    sent = {"kind": "addition", "text": "Mer.", "once": str(uuid4())}
    client = world.client("sam")
    for _ in range(2):
        assert client.post(url(item, "item_annotate"), sent).status_code == 302
    world.look()
    assert ItemAnnotation.objects.count() == 1


def test_social_services_take_an_item_to_the_file_with_a_reason(world: World) -> None:
    item = write(world, "sam", "attendance", body="Närvaro 58 procent.")
    assert "Närvaro 58 procent." in said(world.client("kim").get(url(item, "item_file")))
    sent = {"case": world.case.pk, "quote": "Närvaro 58 procent.", "reason": ""}
    assert post(world, "kim", url(item, "item_file"), sent).status_code == 422
    post(world, "kim", url(item, "item_file"), sent | {"reason": "Behövs i utredningen."})
    filed = newest()
    assert (filed.agency_id, filed.filed_from_id, filed.body) == (world.social.pk, item.pk, "Närvaro 58 procent.")
    assert "Behövs i utredningen." in said(world.client("kim").get(url(filed)))


@pytest.mark.parametrize("who", ["pia", "sam"])
def test_no_other_agency_takes_to_the_file(world: World, who: str) -> None:
    item = write(world, "kim", "measures_and_plan")
    assert world.client(who).get(url(item, "item_file")).status_code == 403


def test_after_the_stop_nothing_can_be_taken_to_the_file(world: World) -> None:
    item = write(world, "sam", "attendance")
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    assert world.client("kim").get(url(item, "item_file")).status_code == 404


def test_the_readers_see_that_it_is_kept_from_guardians(world: World) -> None:
    item = write(world, "kim", "measures_and_plan", family_barred=True)
    assert "Lämnas inte till vårdnadshavare" in said(world.client("lovisa").get(url(item)))


def test_whom_it_is_narrowed_to_is_the_writers_to_know(world: World) -> None:
    item = write(world, "sam", "attendance", audience=(world.social.pk,))
    assert "Inskränkt till" in said(world.client("sam").get(url(item)))
    assert "Inskränkt till" not in said(world.client("kim").get(url(item)))


def test_after_the_party_ended_its_own_item_remains_without_the_youths_name(world: World) -> None:
    item = write(world, "sam", "attendance", body="Närvaro 58 procent.")
    hub_actions.end_participation(world.parties["school"], reason="Bytte skola", by=world.kim.actor, at=NOW)
    shown = said(world.client("sam").get(url(item)))
    assert "Närvaro 58 procent." in shown
    assert "Elias" not in shown


def test_the_trace_of_an_ended_part_holds_own_items_only(world: World) -> None:
    write(world, "sam", "attendance", body="Skolans egen rad.")
    write(world, "kim", "measures_and_plan", body="Planen.")
    hub_actions.end_participation(world.parties["school"], reason="Bytte skola", by=world.kim.actor, at=NOW)
    response = world.client("sam").get(reverse("hub:case_trace", args=[world.case.ref]))
    assert "Skolans egen rad." in said(response)
    assert "Planen." not in said(response)
    assert "Elias" not in said(response)


def test_a_draft_is_never_widened_by_what_its_writer_no_longer_sees(world: World) -> None:
    item = write(world, "kim", "home_and_family", record=False, about_others=(world.eva.person_id,))
    InformationItem.objects.filter(pk=item.pk).update(audience=[world.police.pk])
    unknown = hub_actions.register_individual(person("Nova", "Ahl", date(2011, 4, 5)), by=world.kim.actor, at=NOW)
    ItemAbout.objects.filter(item=item).update(person=unknown.person_id)
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    post(world, "kim", url(item, "item_edit"), typed("home_and_family", row_version=1))
    item.refresh_from_db()
    assert item.audience == [world.police.pk]
    assert item.abouts.count() == 1


def test_every_reading_is_recorded_with_its_ground(world: World) -> None:
    item = write(world, "sam", "attendance")
    world.client("pia").get(url(item))
    entry = AuditEntry.objects.filter(kind="read").latest("pk")
    assert entry.objects_seen["consent.informationitem"] == [item.pk]
    assert entry.ground == {"consent": {str(world.consent_of(world.school).pk): [item.pk]}}


# --- home ----------------------------------------------------------------------------------------------------


def titles(world: World, who: str, at: Any = NOW) -> list[str]:
    return [todo.title for todo in todos(world.members[who].actor, at=at)]


def test_a_draft_is_remembered_after_a_day(world: World) -> None:
    write(world, "sam", "attendance", record=False)
    day = timedelta(days=1)
    assert "Utkast i S-2026-0001" not in titles(world, "sam", NOW + day - timedelta(seconds=1))
    assert "Utkast i S-2026-0001" in titles(world, "sam", NOW + day)
    assert "Utkast i S-2026-0001" not in titles(world, "kim", NOW + day)


def test_untested_items_wait_for_their_own_agency(world: World) -> None:
    write(world, "pia", "police_tells", release=False)
    assert "Pröva en uppgift i S-2026-0001" in titles(world, "pia")
    assert "Pröva en uppgift i S-2026-0001" not in titles(world, "kim")


def test_a_consent_that_ends_within_thirty_days_asks_to_be_renewed(world: World) -> None:
    end = datetime.fromisoformat("2026-09-01T00:00:00+02:00")
    month, second = timedelta(days=30), timedelta(seconds=1)
    said_then = "Samtycket i S-2026-0001 går ut"
    assert said_then not in titles(world, "kim", end - month - second)
    assert titles(world, "kim", end - month).count(said_then) == 1
    assert said_then not in titles(world, "kim", end)
    assert said_then not in titles(world, "pia", end - month)


def test_a_paper_that_waits_for_an_answer_is_on_the_coordinators_list(bare_world: World) -> None:
    register_elias(bare_world)
    sign(bare_world, draft_paper(bare_world), emil=None)
    assert "Samtycket i S-2026-0001 är ofullständigt" in titles(bare_world, "kim")
