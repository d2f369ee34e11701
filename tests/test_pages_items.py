"""Writing items: draft, last look, record; bad input is told at the field (P-I3, P-C9)."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from consent.models import Factor, InformationItem
from tests.cast import NOW, World, write
from tests.item_pages import new_url, newest, post, said, typed, url

pytestmark = pytest.mark.django_db

TEST_NUMBER = "19550224-2687"  # from Skatteverket's list of test numbers


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
