"""Search by name, personnummer and case number only; the answer never says anything of others (P-A10, P-A15)."""

import json
import re
from typing import Any

import pytest
import time_machine

from hub import actions
from hub.models import Individual, Protection
from tests.cast import NOW, START, World, person
from tests.hub_pages import address, deeds, error, get, post, text

pytestmark = pytest.mark.django_db

NUMBER = "201001122397"  # Skatteverket's test number


@pytest.fixture
def ake(world: World) -> Individual:
    """Åke Öberg, with a personnummer, in a case of Kim's and nobody else's."""
    facts = person("Åke", "Öberg-Ek", START.date().replace(year=2010), personnummer=NUMBER)
    youth = actions.register_individual(facts, by=world.kim.actor, at=START)
    actions.open_case(youth, form="SIG", phase="insats", by=world.kim.actor, at=START, newly_registered=True)
    return youth


def found(world: World, who: str, q: str) -> list[str]:
    response = post(world, who, "search", q=q)
    assert response.status_code == 200, error(response, "q")
    return [hit.name for hit in response.context["hits"]]


@pytest.mark.parametrize("q", ["åk", "ÅKE", "Åke öb", "öberg", "Öberg-Ek å", "  åke   öberg ", "20100112-2397"])
def test_a_beginning_of_either_name_in_any_case_or_the_whole_number_finds(
    world: World, ake: Individual, q: str
) -> None:
    assert found(world, "kim", q) == ["Åke Öberg-Ek"]


@pytest.mark.parametrize("q", ["ke", "berg", "ake", "%ke", "Å_e", "öberg ek", "Åke Öberg-Ekk", "' OR 1=1", "\\\\"])
def test_the_middle_of_a_name_other_letters_and_wildcards_find_nothing(world: World, ake: Individual, q: str) -> None:
    assert found(world, "kim", q) == []


def test_nobody_finds_whom_they_may_not_list_by_any_way(world: World, ake: Individual) -> None:
    case = ake.cases.get()
    for who in ("pia", "sam", "olof", "ines", "otto", "olle", "rut", "ada"):
        assert [found(world, who, q) for q in ("Åke", "20100112-2397", case.number)] == [[], [], []], who
    assert found(world, "mona", "Åke") == ["Åke Öberg-Ek"]
    assert found(world, "pia", "Elias") == ["Elias Holm"]


def test_the_answer_is_the_same_for_someone_hidden_and_someone_who_does_not_exist(
    world: World, ake: Individual
) -> None:
    hidden, nobody = (post(world, "pia", "search", q=q) for q in ("20100112-2397", "20100227-2399"))
    strip = [text(r).replace(q, "") for r, q in ((hidden, "20100112-2397"), (nobody, "20100227-2399"))]
    without_tokens = [_without_tokens(page) for page in strip]
    assert without_tokens[0] == without_tokens[1]


def _without_tokens(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9-]{30,}"', "", page)


def test_a_case_number_is_read_as_people_write_it(world: World) -> None:
    year, serial = world.case.number.split("-")[1:]
    for written in (world.case.number, world.case.number.lower(), f"s{year}-{int(serial)}"):
        assert found(world, "kim", written) == [world.case.number]


def test_the_protected_are_found_by_whole_number_or_case_only_and_by_seat_holders_only(
    world: World, ake: Individual
) -> None:
    ake.person.protection = Protection.MARKED
    ake.person.save()
    assert found(world, "kim", "Åke") == []
    assert found(world, "kim", "201001122397") == ["Åke Öberg-Ek"]
    assert found(world, "kim", ake.cases.get().number) == [ake.cases.get().number]
    assert found(world, "mona", "201001122397") == []
    assert "Skyddade personuppgifter" in text(post(world, "kim", "search", q="201001122397"))


def test_an_ended_case_leads_to_what_is_left_without_a_name(world: World) -> None:
    actions.end_participation(world.parties["police"], reason="x", by=world.kim.actor, at=NOW)
    with time_machine.travel(NOW.replace(hour=12), tick=False):
        response = post(world, "pia", "search", q=world.case.number)
        assert [hit.url for hit in response.context["hits"]] == [address("case_trace", world.case.ref)]
        assert "Elias" not in text(response)


@pytest.mark.parametrize(
    ("q", "sentence"),
    [
        ("", "Skriv ett namn, ett personnummer eller ett ärendenummer"),
        ("å", "minst 2 bokstäver"),
        ("20100112-2398", "fyra sista siffrorna"),
        ("a" * 101, "högst"),
        ("Åk\x07e", "styrtecken"),
    ],
)
def test_what_cannot_be_searched_for_is_answered_at_the_field(world: World, q: str, sentence: str) -> None:
    response = post(world, "kim", "search", q=q)
    assert response.status_code == 422
    assert sentence.lower() in error(response, "q").lower()


def test_the_log_says_by_what_kind_and_how_many_never_for_what(world: World, ake: Individual) -> None:
    for q in ("Åke", "20100112-2397", ake.cases.get().number):
        post(world, "kim", "search", q=q)
    entries = deeds("search")
    assert [(e.detail["kind"], e.detail["hits"]) for e in entries] == [("name", 1), ("personnummer", 1), ("number", 1)]
    kept = json.dumps([{k: str(v) for k, v in vars(e).items()} for e in entries], ensure_ascii=False)
    assert "2397" not in kept
    assert "Åke" not in kept


def test_more_than_fifty_hits_ask_for_more_letters(world: World) -> None:
    for n in range(51):
        facts = person(f"Alva{chr(97 + n % 26)}", f"Test{chr(97 + n // 26)}", START.date().replace(year=2011))
        youth = actions.register_individual(facts, by=world.kim.actor, at=START)
        actions.open_case(youth, form="SIG", phase="insats", by=world.kim.actor, at=START, newly_registered=True)
    response: Any = post(world, "kim", "search", q="Alva")
    assert len(response.context["hits"]) == 50
    assert "Fler än 50" in text(response)
    assert "Skriv mer av namnet" in text(response)


def test_suggestions_while_typing_are_a_fragment_under_the_same_rule(world: World, ake: Individual) -> None:
    client = world.client("kim")
    response = client.post(address("search"), {"q": "åk"}, headers={"HX-Request": "true"})
    world.look()
    assert "<html" not in text(response)
    assert "Åke Öberg-Ek" in text(response)
    assert get(world, "kim", "search").status_code == 200
