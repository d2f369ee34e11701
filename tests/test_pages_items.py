"""Writing and reading items: draft, record, test, add, file; bad input is told at the field (P-I3, P-A4, P-C9)."""

import html
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from consent import actions as consent_actions
from consent.models import Factor, InformationItem, ItemAbout, ItemAnnotation
from hub import actions as hub_actions
from hub.models import AuditEntry
from hub.todo import todos
from tests.cast import NOW, World, draft_paper, info_type, person, register_elias, sign, write

pytestmark = pytest.mark.django_db

TEST_NUMBER = "19550224-2687"  # from Skatteverket's list of test numbers


def new_url(world: World) -> str:
    return reverse("consent:item_new", args=[world.case.ref])


def url(item: InformationItem, name: str = "item") -> str:
    return reverse(f"consent:{name}", args=[item.ref])


def typed(code: str, **fields: Any) -> dict[str, Any]:
    """What a filled-in form sends."""
    sent = {
        "type": info_type(code).pk,
        "event_date": "2026-03-02",
        "body": "Kom i tid hela veckan.",
        "faktor-TOTAL_FORMS": "1",
        "faktor-INITIAL_FORMS": "0",
        "faktor-0-presence": "present",
        "once": str(uuid4()),
        "do": "utkast",
    }
    return sent | fields


def post(world: World, who: str, address: str, data: dict[str, Any] | None = None) -> Any:
    response = world.client(who).post(address, {"once": str(uuid4())} | (data or {}))
    world.look()
    return response


def said(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def newest() -> InformationItem:
    return InformationItem.objects.latest("pk")


# --- writing -------------------------------------------------------------------------------------------------


def test_from_an_empty_form_to_a_recorded_item(world: World) -> None:
    form = said(world.client("sam").get(new_url(world)))
    assert "Kan läsas av socialtjänst och polis till och med 31 augusti" in form
    assert "Skolresultat" in form
    assert "Det polisen får berätta" not in form

    everyone = [str(world.social.pk), str(world.police.pk)]
    response = post(world, "sam", new_url(world), typed("attendance", do="registrera", audience=everyone))
    item = newest()
    assert (response.status_code, response.url) == (302, url(item, "item_record"))
    assert item.recorded_at is None

    last_look = said(world.client("sam").get(url(item, "item_record")))
    assert "Kan läsas av socialtjänst och polis till och med 31 augusti." in last_look
    assert post(world, "sam", url(item, "item_record"), {"row_version": 1}).status_code == 302
    item.refresh_from_db()
    assert item.recorded_at == NOW
    assert "Kom i tid hela veckan." in said(world.client("pia").get(url(item)))


def test_a_draft_is_saved_and_is_the_authors_alone(world: World) -> None:
    post(world, "sam", new_url(world), typed("attendance"))
    assert world.client("sam").get(url(newest())).status_code == 200
    assert world.client("kim").get(url(newest())).status_code == 404


@pytest.mark.parametrize("who", ["olof", "peo", "otto", "dag", "rut"])
def test_outsiders_cannot_begin(world: World, who: str) -> None:
    assert world.client(who).get(new_url(world)).status_code == 404
    assert post(world, who, new_url(world), typed("attendance")).status_code == 404


def test_the_manager_reads_but_does_not_write(world: World) -> None:
    assert world.client("mona").get(new_url(world)).status_code == 403


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"type": ""}, "Välj vad uppgiften gäller."),
        ({"type": "999999"}, "Er verksamhet skriver inte den sortens uppgifter"),
        ({"event_date": "2026-03-03"}, "Dagen ligger i framtiden"),
        ({"event_date": "2009-01-01"}, "Dagen ligger före födelsedagen"),
        ({"event_date": "igår"}, "Skriv datumet som år, månad och dag"),
        ({"body": ""}, "Skriv vad som har hänt"),
        ({"body": "a\x07b"}, "styrtecken"),
        ({"body": "a\u202eb"}, "vänder textens riktning"),
        ({"body": "å" * 8001}, "8001 tecken. Högst 8000 får plats"),
        ({"told_by": "Rektorn, i telefon"}, "Läs upp anteckningen"),
        ({"told_by": "Rektorn", "read_back": "on", "told_on": "2026-03-03"}, "Samtalet kan inte ligga i framtiden"),
        ({"told_by": "Rektorn", "read_back": "on", "told_clock": "14.30"}, "Fyll i vilken dag samtalet var"),
        ({"told_by": "Rektorn", "told_on": "2026-03-01", "told_clock": "kvart över"}, "Skriv klockslaget"),
        ({"read_back": "on"}, "Skriv vem som berättade"),
        ({"faktor-0-evidence": "Sett själv"}, "Välj vilken faktor det gäller"),
    ],
)
def test_bad_input_is_told_at_the_field_and_nothing_is_lost(
    world: World, fields: dict[str, Any], sentence: str
) -> None:
    kept = typed("attendance", body="Det här ska stå kvar.") | fields
    response = post(world, "sam", new_url(world), kept)
    shown = said(response)
    assert response.status_code == 422
    assert sentence in shown
    assert "body" in fields or "Det här ska stå kvar." in shown
    assert not InformationItem.objects.exists()


def test_a_factor_needs_its_evidence_and_is_stored_with_it(world: World) -> None:
    factor = Factor.objects.first()
    assert factor is not None
    bare = typed("attendance", **{"faktor-0-factor": factor.pk})
    assert "Skriv vad ni har sett eller hört" in said(post(world, "sam", new_url(world), bare))
    post(world, "sam", new_url(world), bare | {"faktor-0-evidence": "Kom i tid tre veckor.", "once": str(uuid4())})
    (stored,) = newest().factors.all()
    assert (stored.factor, stored.evidence) == (factor, "Kom i tid tre veckor.")


def test_the_same_factor_twice_is_told(world: World) -> None:
    factor = Factor.objects.first()
    assert factor is not None
    rows = {
        f"faktor-{n}-{name}": value
        for n in (0, 1)
        for name, value in (("factor", factor.pk), ("presence", "present"), ("evidence", "Sett."))
    }
    sent = typed("attendance", **rows) | {"faktor-TOTAL_FORMS": "2"}
    assert "Samma faktor är vald flera gånger" in said(post(world, "sam", new_url(world), sent))


def test_another_row_of_factors_keeps_what_was_typed(world: World) -> None:
    response = post(world, "sam", new_url(world), typed("attendance", do="rad", body="Halvskrivet", event_date=""))
    shown = said(response)
    assert response.status_code == 200
    assert "Halvskrivet" in shown
    assert "Faktor 2" in shown
    assert "behöver rättas" not in shown
    assert not InformationItem.objects.exists()


def test_no_more_rows_than_five(world: World) -> None:
    response = post(world, "sam", new_url(world), typed("attendance", do="rad") | {"faktor-TOTAL_FORMS": "900"})
    assert response.status_code == 200
    assert "Faktor 5" in said(response)
    assert "Faktor 6" not in said(response)


@pytest.mark.parametrize("rows", ["x", "-3", ""])
def test_a_broken_count_of_rows_is_no_crash(world: World, rows: str) -> None:
    response = post(world, "sam", new_url(world), typed("attendance") | {"faktor-TOTAL_FORMS": rows})
    assert response.status_code in (302, 422)


def test_ten_megabytes_are_refused_kindly(world: World) -> None:
    response = post(world, "sam", new_url(world), typed("attendance", body="å" * 5_000_000))
    assert response.status_code == 413


def test_emoji_and_right_to_left_text_are_kept(world: World) -> None:
    post(world, "sam", new_url(world), typed("attendance", body="Glad 😀 مرحبا"))
    assert newest().body == "Glad 😀 مرحبا"


def test_a_double_click_writes_once(world: World) -> None:
    sent = typed("attendance")
    client = world.client("sam")
    first, second = client.post(new_url(world), sent), client.post(new_url(world), sent)
    world.look()
    assert InformationItem.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_all_ticked_follows_the_consent_and_none_ticked_is_ourselves_only(world: World) -> None:
    everyone = [str(world.social.pk), str(world.police.pk)]
    post(world, "sam", new_url(world), typed("attendance", audience=everyone))
    assert newest().audience == []
    post(world, "sam", new_url(world), typed("attendance", audience=everyone[:1]))
    assert newest().audience == [world.social.pk]
    post(world, "sam", new_url(world), typed("attendance"))
    assert newest().audience == [world.school.pk]


def test_only_agencies_that_a_consent_gives_can_be_chosen(world: World) -> None:
    response = post(world, "sam", new_url(world), typed("attendance", audience=[str(world.leisure.pk)]))
    assert response.status_code == 422
    shown = said(world.client("sam").get(new_url(world)))
    assert "Tensta fritidsgård" not in shown


def test_a_draft_keeps_whom_it_is_also_about(world: World) -> None:
    post(world, "kim", new_url(world), typed("home_and_family", about_others=[str(world.eva.person_id)]))
    item = newest()
    form = said(world.client("kim").get(url(item, "item_edit")))
    assert re.search(rf'value="{world.eva.person_id}"[^>]*checked', form)


@pytest.mark.parametrize("body", ["Inga  nya misstankar sedan sist.", "Han är ostraffad."])
def test_police_are_given_one_wording_for_silence(world: World, body: str) -> None:
    response = post(world, "pia", new_url(world), typed("police_tells", body=body))
    assert response.status_code == 422
    assert "Vi lämnar inga uppgifter" in said(response)


def test_others_may_write_such_words(world: World) -> None:
    assert post(world, "sam", new_url(world), typed("attendance", body="Boken finns inte i skåpet.")).status_code == 302


def test_the_preview_follows_what_is_chosen(world: World) -> None:
    address = reverse("consent:item_preview", args=[world.case.ref])
    everyone = [str(world.social.pk), str(world.police.pk)]
    chosen = typed("attendance", audience=everyone)
    assert "Kan läsas av socialtjänst och polis" in said(post(world, "sam", address, chosen))
    narrowed = chosen | {"audience": everyone[:1]}
    assert "Kan läsas av socialtjänst till och med" in said(post(world, "sam", address, narrowed))
    assert "Kan bara läsas av er" in said(post(world, "sam", address, chosen | {"family_barred": "on"}))
    assert "Kan bara läsas av er" in said(post(world, "sam", address, chosen | {"event_date": "2026-03-01"}))
    assert "Vid varje sort" in said(post(world, "sam", address, chosen | {"type": "x"}))


# --- the draft in two windows --------------------------------------------------------------------------------


def test_a_stale_draft_is_refused_and_what_was_typed_stays(world: World) -> None:
    item = write(world, "sam", "attendance", record=False)
    first = typed("attendance", body="Från första fönstret", row_version=1)
    second = typed("attendance", body="Från andra fönstret", row_version=1)
    assert post(world, "sam", url(item, "item_edit"), first).status_code == 302
    response = post(world, "sam", url(item, "item_edit"), second)
    assert response.status_code == 409
    assert "Från andra fönstret" in said(response)
    item.refresh_from_db()
    assert item.body == "Från första fönstret"


def test_what_was_changed_after_the_last_look_is_not_recorded(world: World) -> None:
    item = write(world, "sam", "attendance", record=False)
    InformationItem.objects.filter(pk=item.pk).update(row_version=2, body="Nytt")
    response = post(world, "sam", url(item, "item_record"), {"row_version": 1})
    assert response.status_code == 409
    item.refresh_from_db()
    assert item.recorded_at is None


def test_a_recorded_item_is_not_rewritten(world: World) -> None:
    item = write(world, "sam", "attendance")
    for name in ("item_edit", "item_record", "item_discard"):
        assert world.client("sam").get(url(item, name)).status_code == 403
        assert post(world, "sam", url(item, name), typed("attendance", row_version=2)).status_code == 403


def test_a_draft_is_thrown_away_after_one_question(world: World) -> None:
    item = write(world, "sam", "attendance", record=False)
    assert "går inte att få tillbaka" in said(world.client("sam").get(url(item, "item_discard")))
    assert post(world, "sam", url(item, "item_discard")).status_code == 302
    assert not InformationItem.objects.exists()


# --- the last look -------------------------------------------------------------------------------------------


def test_a_personnummer_must_be_confirmed(world: World) -> None:
    item = write(world, "sam", "attendance", body=f"Gäller {TEST_NUMBER}.", record=False)
    refused = post(world, "sam", url(item, "item_record"), {"row_version": 1})
    assert refused.status_code == 422
    assert "Ta bort personnumret ur texten" in said(refused)
    kept = post(world, "sam", url(item, "item_record"), {"row_version": 1, "number_stays": "on"})
    assert kept.status_code == 302


def test_what_looks_like_a_name_is_a_question_and_never_an_obstacle(world: World) -> None:
    item = write(world, "sam", "attendance", body="Satt med Kalle Svensson.", record=False)
    assert "Är det ett namn?" in said(world.client("sam").get(url(item, "item_record")))
    assert post(world, "sam", url(item, "item_record"), {"row_version": 1}).status_code == 302


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
