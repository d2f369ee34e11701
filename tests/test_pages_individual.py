""" "Mina ungdomar" and the page of one youth: who sees whom, what holds, what is known (P-A2, P-A8, P-A10, P-I2)."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import actions as consent_actions
from consent import queries, timeline
from consent.actions import Scope
from consent.models import InformationItem
from hub import actions as hub_actions
from hub.access import permitted
from hub.models import AuditEntry, Person
from tests.cast import (
    NOW,
    PAPER,
    START,
    World,
    draft_paper,
    person,
    register_elias,
    sign,
    signature_of,
    write,
)
from tests.disclosing import give

pytestmark = pytest.mark.django_db

LIST = "/ungdomar/"


def url(world: World, name: str = "individual") -> str:
    return reverse(f"consent:{name}", args=[world.elias.ref])


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def register(
    world: World, given: str, family: str, *, form: str = "SIG", phase: str = "insats", by: str = "kim"
) -> Any:
    """One more youth with a case of Kim's (or another's)."""
    actor = world.members[by].actor
    youth = hub_actions.register_individual(person(given, family, date(2011, 4, 5)), by=actor, at=START)
    hub_actions.open_case(youth, form=form, phase=phase, by=actor, at=START, newly_registered=True)
    return youth


# --- the list ------------------------------------------------------------------------------------------------


def test_the_list_says_who_which_case_and_until_when(world: World) -> None:
    write(world, "sam", "attendance")
    shown = text(world.client("kim"), LIST)
    for said in (
        "Elias Holm, 15 år",
        "S-2026-0001",
        "insats",
        "Delas till och med 31 augusti",
        "Senaste uppgift 2 mars",
    ):
        assert said in shown


def test_the_list_never_joins_a_name_with_what_is_known(world: World) -> None:
    write(world, "kim", "risk_assessment", body="måttlig nivå")
    shown = text(world.client("kim"), LIST)
    assert "Riskbedömning" not in shown
    assert "måttlig" not in shown


def test_outsiders_get_an_empty_list_that_says_what_to_do(world: World) -> None:
    assert "Registrera en ung person" in text(world.client("olof"), LIST)
    assert "fråga samordnaren" in text(world.client("peo"), LIST)


def test_when_sharing_is_stopped_the_list_says_so(world: World) -> None:
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    assert "Delningen är stoppad" in text(world.client("kim"), LIST)


def test_swedish_order_by_family_name(world: World) -> None:
    for family in ("Öberg", "Åberg", "Zakrisson", "Äng", "Ahl"):
        register(world, "Nova", family)
    shown = text(world.client("kim"), LIST)
    names = re.findall(r"(\w+), 1[45] år</a>", shown)
    assert names == ["Ahl", "Holm", "Zakrisson", "Åberg", "Äng", "Öberg"]


def test_a_page_ends_and_the_next_begins_without_names_in_the_address(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for family in ("Ahl", "Ahl", "Zakrisson", "Öberg"):
        register(world, "Nova", family)
    client, address, names = world.client("kim"), LIST, []
    for _ in range(3):
        shown = text(client, address)
        names += re.findall(r"(\w+), 1[45] år</a>", shown)
        following = re.search(r'href="(\?[^"]*efter=[0-9a-f-]{36})"', shown)
        address = LIST + following[1].replace("&amp;", "&") if following else ""
    assert names == ["Ahl", "Ahl", "Holm", "Zakrisson", "Öberg"]
    assert address == ""


def test_filters_narrow_by_form_phase_and_own_cases(world: World) -> None:
    register(world, "Nova", "Ahl", form="EXIT", phase="utredning")
    client = world.client("kim")
    assert "Elias" not in text(client, LIST + "?form=EXIT")
    assert "Nova" not in text(client, LIST + "?fas=insats")
    assert "Elias" in text(client, LIST + "?mina=1")
    assert "Elias" not in text(world.client("lovisa"), LIST + "?mina=1")
    assert "Ingen ungdom passar urvalet" in text(world.client("lovisa"), LIST + "?mina=1")


@pytest.mark.parametrize("broken", ["?form=x", "?fas=%00", "?efter=inte-en-referens", "?mina=ja"])
def test_what_is_not_a_choice_is_ignored(world: World, broken: str) -> None:
    assert "Elias" in text(world.client("kim"), LIST + broken)


def test_protected_identities_are_seen_by_seat_holders_only_and_marked(world: World) -> None:
    Person.objects.filter(pk=world.elias.person_id).update(protection="SEKRETESSMARKERING")
    assert "Skyddade personuppgifter" in text(world.client("kim"), LIST)
    assert "Elias" not in text(world.client("mona"), LIST)
    text(world.client("mona"), url(world), 404)


def test_thirty_youths_take_as_many_queries_as_one(world: World) -> None:
    client = world.client("kim")
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    world.look()
    for number in range(29):
        register(world, "Nova", f"Ahl{chr(97 + number % 26)}")
    with CaptureQueriesContext(connection) as thirty:
        client.get(LIST)
    assert len(thirty) == len(one)


# --- one youth -----------------------------------------------------------------------------------------------


def test_the_page_shows_case_matrix_parties_and_timeline(world: World) -> None:
    write(world, "sam", "attendance", body="Närvaro 74 procent.")
    shown = text(world.client("kim"), url(world))
    for said in (
        "Elias Holm, 15 år",
        "samordnare Kim Samuelsson",
        "Vem får veta vad, just nu",
        "Närvaro 74 procent.",
        "Kan läsas av er till och med 31 augusti",
        "Pia Holm",
        "Eva Holm",
        "Stoppa delningen nu",
    ):
        assert said in shown


@pytest.mark.parametrize("who", ["olof", "ines", "dag", "peo", "olle", "otto", "rut", "ada"])
def test_outsiders_are_told_nothing_not_even_that_it_exists(world: World, who: str) -> None:
    text(world.client(who), url(world), 404)
    text(world.client(who), url(world, "matrix"), 404)


def test_a_party_sees_no_relatives_no_maturity_and_no_proposed_parties(bare_world: World) -> None:
    world = bare_world
    register_elias(world)
    paper = {giver: to for giver, to in PAPER.items() if giver != "leisure"}
    world.session = sign(world, draft_paper(world, paper=paper))
    party = world.parties["school"]
    party.refresh_from_db()
    hub_actions.name_contact(party, contact=world.sam.assignment, deputy=None, by=world.sam.actor, at=START)
    shown = text(world.client("sam"), url(world))
    assert "Närstående" not in shown
    assert "Mognad" not in shown
    assert "Tensta fritidsgård" not in shown
    assert "Föreslagen" in text(world.client("kim"), url(world))


def test_the_manager_reads_but_is_offered_no_deeds(world: World) -> None:
    shown = text(world.client("mona"), url(world))
    assert "Skriv uppgift" not in shown
    assert "Stoppa delningen nu" not in shown


def test_without_consent_the_next_step_is_one(world: World) -> None:
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    shown = text(world.client("kim"), url(world))
    assert "Inget samtycke gäller nu" in shown
    assert "Gör ett samtycke" in shown


def test_a_draft_is_shown_to_its_author_only(world: World) -> None:
    write(world, "kim", "measures_and_plan", body="halvfärdigt", record=False)
    assert "halvfärdigt" in text(world.client("kim"), url(world))
    assert "halvfärdigt" not in text(world.client("lovisa"), url(world))


def test_filters_by_type_and_agency_offer_only_what_is_in_sight(world: World) -> None:
    write(world, "sam", "attendance", body="frånvaro")
    write(world, "sam", "school_results", body="betyg")
    write(world, "kim", "measures_and_plan", body="planen")
    shown = text(world.client("kim"), url(world))
    assert "typ=attendance" in shown
    assert "typ=school_results" not in shown
    assert "planen" not in text(world.client("kim"), url(world) + "?typ=attendance")
    by_school = text(world.client("kim"), f"{url(world)}?fran={world.school.ref}")
    assert "frånvaro" in by_school
    assert "planen" not in by_school


def test_court_order_is_the_owners_to_know(world: World) -> None:
    type(world.case).objects.filter(pk=world.case.pk).update(court_ordered=True)
    assert "Ingår i en dom" in text(world.client("kim"), url(world))
    assert "Ingår i en dom" not in text(world.client("pia"), url(world))


def test_an_opening_in_force_stands_on_the_record(world: World) -> None:
    hub_actions.break_glass(
        world.elias, kind="own_items", reason="Jouren ringde", case=None, by=world.ines.actor, at=NOW
    )
    write(world, "kim", "measures_and_plan", body="planen")
    write(world, "sam", "attendance", body="frånvaro")
    assert "Nödöppning pågår" in text(world.client("kim"), url(world))
    assert "Nödöppning pågår" not in text(world.client("pia"), url(world))
    opened = text(world.client("ines"), url(world))
    assert "planen" in opened
    assert "frånvaro" not in opened
    ground = AuditEntry.objects.filter(kind="read", user_id=world.ines.user.pk).latest("pk").ground
    assert ground["break_glass"]


def test_every_page_of_the_timeline_is_complete_without_doubles(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "PAGE", 3)
    for number in range(8):
        write(world, "kim", "measures_and_plan", body=f"nummer-{number}", on=START.date() + timedelta(days=0))
    write(world, "kim", "measures_and_plan", body="nummer-8", on=date(2026, 1, 15))
    client, address, found = world.client("kim"), url(world), []
    for _ in range(6):
        shown = text(client, address)
        found += re.findall(r"nummer-\d", shown)
        following = re.search(r'href="(\?[^"#]*fore=[^"#]*)', shown)
        if not following:
            break
        address = url(world) + following[1].replace("&amp;", "&")
    assert sorted(found) == [f"nummer-{number}" for number in range(9)]
    assert found[-1] == "nummer-8"


@pytest.mark.parametrize("place", ["x", "20260302.x.1", "20260302.20260302T080000000000.-5", "99999999.9.9"])
def test_a_place_that_no_page_wrote_begins_from_the_top_or_there(world: World, place: str) -> None:
    text(world.client("kim"), f"{url(world)}?fore={place}")


def test_many_items_take_as_many_queries_as_one(world: World) -> None:
    client = world.client("kim")
    write(world, "sam", "attendance", body="en")
    client.get(url(world))
    with CaptureQueriesContext(connection) as one:
        client.get(url(world))
    world.look()
    for _ in range(9):
        item = write(world, "sam", "attendance")
        consent_actions.annotate(item, kind="addition", text="mer", by=world.sam.actor, at=NOW)
    with CaptureQueriesContext(connection) as ten:
        client.get(url(world))
    assert len(ten) == len(one)


def test_the_log_says_on_what_ground_each_item_was_read(world: World) -> None:
    own, theirs = write(world, "pia", "police_tells"), write(world, "sam", "attendance")
    given = write(world, "sam", "school_results")
    disclose(world, given, "pia")
    text(world.client("pia"), url(world))
    entry = AuditEntry.objects.filter(kind="read", user_id=world.pia.user.pk).latest("pk")
    assert entry.ground["own"] == [own.pk]
    assert entry.ground["consent"] == {str(world.consent_of(world.school).pk): [theirs.pk]}
    assert list(entry.ground["disclosure"].values()) == [[given.pk]]
    assert set(entry.objects_seen["consent.informationitem"]) == {own.pk, theirs.pk, given.pk}


def disclose(world: World, item: InformationItem, to: str) -> None:
    give(world, item, to=to)


def test_a_disclosed_item_is_shown_in_the_disclosed_version(world: World) -> None:
    item = write(world, "sam", "school_results", body="betygen")
    consent_actions.annotate(item, kind="correction", text="före-utlämnandet", by=world.sam.actor, at=NOW)
    item.refresh_from_db()
    disclose(world, item, "pia")
    consent_actions.annotate(item, kind="addition", text="efter-utlämnandet", by=world.sam.actor, at=NOW)
    for address in (url(world), reverse("consent:item", args=[item.ref])):
        shown = text(world.client("pia"), address)
        assert "före-utlämnandet" in shown
        assert "efter-utlämnandet" not in shown


def test_a_withdrawal_is_told_to_a_party_without_who_or_why(world: World) -> None:
    consent_actions.withdraw(
        [world.consent_of(world.school)],
        scope=Scope(recipient=world.police),
        signature=signature_of(world, world.eva),
        channel="phone",
        stated_at=None,
        details="Eva ringde",
        by=world.kim.actor,
        at=NOW,
    )
    shown = text(world.client("pia"), url(world))
    assert "Samtycket är återkallat till en del" in shown
    assert "Eva" not in shown
    assert "återkallat" not in text(world.client("fia"), url(world))


def test_leisure_is_offered_no_print(world: World) -> None:
    assert "Skriv ut" in text(world.client("kim"), url(world, "matrix"))
    assert "Skriv ut" not in text(world.client("fia"), url(world, "matrix"))


def test_the_page_and_the_rule_agree_on_every_item(world: World) -> None:
    marks = {
        write(world, who, code, body=f"märke-{who}-{code}").pk: f"märke-{who}-{code}"
        for who, code in (("sam", "attendance"), ("sam", "school_results"), ("pia", "police_tells"), ("kim", "health"))
    }
    for who in ("kim", "pia", "sam", "fia", "mona"):
        shown = text(world.client(who), url(world))
        world.look()
        readable = permitted(InformationItem.objects.filter(pk__in=marks), world.members[who].actor, at=NOW)
        assert {mark for mark in marks.values() if mark in shown} == {marks[item.pk] for item in readable}
