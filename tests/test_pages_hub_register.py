"""Registering a youth, the person's page and custody: what is typed wrong comes back at its field."""

from datetime import date
from typing import Any

import pytest

from hub import actions
from hub.models import Case, Individual, Person, Relative
from tests.cast import NOW, START, World, once_key, person
from tests.hub_pages import address, deeds, error, get, leads_to, post, text

pytestmark = pytest.mark.django_db

NUMBER = "20100112-2397"  # Skatteverket's test number
YOUTH: dict[str, Any] = {
    "given_name": "Åke",
    "family_name": "Öberg",
    "personnummer": NUMBER,
    "sex": "M",
    "protection": "INGEN",
    "language": "svenska",
    "form": "SIG",
    "phase": "insats",
}


def register(world: World, who: str = "kim", **changed: Any) -> Any:
    return post(world, who, "register_youth", **{**YOUTH, **changed})


def test_a_youth_and_the_first_case_are_made_together_and_the_case_page_opens(world: World) -> None:
    response = register(world)
    case = Case.objects.latest("pk")
    assert leads_to(response) == address("case", case.ref)
    assert case.individual.person.name == "Åke Öberg"
    assert case.individual.person.birth_date == date(2010, 1, 12), "suggested by the number"
    assert get(world, "kim", "case", case.ref).status_code == 200
    assert get(world, "pia", "case", case.ref).status_code == 404


def test_the_written_birth_date_wins_over_the_number_when_it_is_a_nearby_day(world: World) -> None:
    register(world, birth_date="14 januari 2010")
    assert Person.objects.latest("pk").birth_date == date(2010, 1, 14)


def test_sex_is_what_was_chosen_not_what_the_number_says(world: World) -> None:
    register(world, sex="F")
    assert Person.objects.latest("pk").sex == "F"


@pytest.mark.parametrize(
    ("field", "changed", "sentence"),
    [
        ("personnummer", {"personnummer": "20100112-2398"}, "Kontrollera de fyra sista siffrorna"),
        ("personnummer", {"personnummer": "20300112-2397"}, "i framtiden"),
        ("personnummer", {"personnummer": ""}, "markera att det saknas"),
        ("number_missing", {"number_missing": "on"}, "båda kan inte stämma"),
        ("birth_date", {"birth_date": "2030-01-01"}, "i framtiden"),
        ("birth_date", {"birth_date": "2012-01-12"}, "långt från det i personnumret"),
        ("birth_date", {"birth_date": "12/1"}, "år, månad och dag"),
        ("birth_date", {"personnummer": "", "number_missing": "on"}, "Fyll i födelsedatum"),
        ("given_name", {"given_name": "Å\x07ke"}, "styrtecken"),
        ("given_name", {"given_name": "Å\u202eke"}, "vänder textens riktning"),
        ("given_name", {"given_name": "Åke 😀"}, "Tecken 5"),
        ("given_name", {"given_name": "محمد"}, "folkbokföringen"),
        ("given_name", {"given_name": "Åke 20100112-2397"}, "Personnumret har ett eget fält"),
        ("given_name", {"given_name": "a" * 101}, "högst 100 tecken"),
        ("family_name", {"family_name": " "}, "Fyll i efternamn"),
        ("address", {"address": "a" * 10_000_00}, "för lång"),
        ("form", {"form": "NONSENS"}, "Välj arbetsform på nytt"),
        ("phase", {"phase": "avslutat"}, "Välj fas på nytt"),
    ],
)
def test_what_is_typed_wrong_comes_back_at_its_field(
    world: World, field: str, changed: dict[str, str], sentence: str
) -> None:
    before = Individual.objects.count()
    response = register(world, **changed)
    assert response.status_code == 422
    assert sentence in error(response, field)
    assert "Öberg" in text(response) or field == "family_name"
    assert Individual.objects.count() == before


def test_a_number_that_the_own_agency_has_is_refused_without_saying_whose_it_is(world: World) -> None:
    register(world, given_name="Hemlige")
    response = register(world)
    assert response.status_code == 422
    assert "redan registrerat i er verksamhet" in error(response, "personnummer")
    assert [entry.user_id for entry in deeds("person.number_taken")] == [world.kim.user.pk]
    assert "Hemlige" not in text(response)


def test_pressing_twice_registers_once(world: World) -> None:
    key = once_key()
    first, second = register(world, once=key), register(world, once=key)
    assert leads_to(first) == leads_to(second)
    assert Person.objects.filter(family_name="Öberg").count() == 1


def test_only_social_services_case_workers_register(world: World) -> None:
    assert [register(world, who).status_code for who in ("pia", "mona", "rut")] == [403, 403, 403]


# --- the person's page --------------------------------------------------------------------------------------------


def facts_of(world: World, **changed: Any) -> dict[str, Any]:
    subject = Person.objects.get(pk=world.elias.person_id)
    kept = {
        "given_name": subject.given_name,
        "family_name": subject.family_name,
        "number_missing": "on",
        "birth_date": subject.birth_date.isoformat(),
        "sex": subject.sex,
        "protection": subject.protection,
        "language": subject.language,
        "row_version": subject.row_version,
    }
    return {**kept, **changed}


def test_a_change_is_saved_and_recorded_by_field_names_only(world: World) -> None:
    response = post(world, "kim", "person", world.elias.ref, **facts_of(world, school="Lavendelskolan"))
    assert leads_to(response) == address("person", world.elias.ref)
    assert "Lavendelskolan" in text(get(world, "kim", "person", world.elias.ref))
    [entry] = deeds("person.changed")
    assert "school" in entry.detail["columns"]
    assert "Lavendel" not in str(entry.detail)


def test_a_stale_form_gives_409_keeps_what_was_typed_and_shows_what_holds_now(world: World) -> None:
    stale = facts_of(world, school="Lavendelskolan")
    post(world, "lovisa", "person", world.elias.ref, **facts_of(world, school="Stenfalksskolan"))
    response = post(world, "kim", "person", world.elias.ref, **stale)
    assert response.status_code == 409
    assert "Lavendelskolan" in text(response)
    assert "Stenfalksskolan" in text(response)
    again = {**stale, "row_version": response.context["form"]["row_version"].value()}
    assert post(world, "kim", "person", world.elias.ref, **again).status_code == 302


def test_the_number_is_masked_until_asked_for_and_kept_when_left_empty(world: World) -> None:
    register(world)
    youth = Individual.objects.latest("pk")
    shown = text(get(world, "kim", "person", youth.ref))
    assert "20100112-****" in shown
    assert "2397" not in shown
    assert NUMBER in text(post(world, "kim", "person", youth.ref, visa="1"))
    kept = {**YOUTH, "personnummer": "", "birth_date": "2010-01-12", "row_version": 1, "school": "Ny"}
    assert post(world, "kim", "person", youth.ref, **kept).status_code == 302
    assert Person.objects.get(pk=youth.person_id).personnummer == "201001122397"


def protected_youth(world: World) -> Individual:
    vera = person("Vera", "Hemlig", date(2011, 1, 2), protection="SKYDDAD_FOLKBOKFORING", address="Storgatan 1")
    youth = actions.register_individual(vera, by=world.kim.actor, at=START)
    actions.open_case(youth, form="SIG", phase="insats", by=world.kim.actor, at=START, newly_registered=True)
    return youth


def test_protected_contact_details_open_with_a_reason_for_an_hour(world: World) -> None:
    youth = protected_youth(world)
    assert "Storgatan" not in text(get(world, "kim", "person", youth.ref))
    assert get(world, "mona", "person", youth.ref).status_code == 404, "never by role (P-A8)"
    refused = post(world, "kim", "open_protected", youth.ref, reason="")
    assert refused.status_code == 422
    response = post(world, "kim", "open_protected", youth.ref, reason="Akut hembesök")
    assert leads_to(response) == address("person", youth.ref)
    assert "Storgatan 1" in text(get(world, "kim", "person", youth.ref))
    assert "Storgatan" not in text(get(world, "kim", "home"))


def test_a_change_without_opening_keeps_the_protected_fields(world: World) -> None:
    youth = protected_youth(world)
    kept = {**YOUTH, "personnummer": "", "number_missing": "on", "birth_date": "2011-01-02", "row_version": 1}
    response = post(world, "kim", "person", youth.ref, **kept, address="Annan gata 2")
    assert response.status_code == 302
    assert Person.objects.get(pk=youth.person_id).address == "Storgatan 1"


# --- relatives ----------------------------------------------------------------------------------------------------

MOTHER = {
    "given_name": "Mia",
    "family_name": "Holm",
    "personnummer": "19800518-2384",
    "sex": "F",
    "protection": "INGEN",
    "language": "finska",
    "kind": "guardian",
}


def test_custody_runs_from_birth_when_no_date_is_written(world: World) -> None:
    response = post(world, "kim", "relative_add", world.elias.ref, **MOTHER, has_custody="on")
    assert leads_to(response) == address("person", world.elias.ref)
    relative = Relative.objects.latest("pk")
    assert relative.custody_from is not None
    assert relative.custody_from.astimezone(NOW.tzinfo).date() == date(2010, 12, 3)
    assert relative.custody_to is None


def test_the_last_day_with_custody_is_counted(world: World) -> None:
    days = {"has_custody": "on", "custody_from": "2015-01-01", "custody_last": "2026-02-28"}
    post(world, "kim", "relative_add", world.elias.ref, **MOTHER, **days)
    relative = Relative.objects.latest("pk")
    assert relative.custody_to is not None
    assert relative.custody_to.astimezone(NOW.tzinfo).isoformat() == "2026-03-01T00:00:00+01:00"


@pytest.mark.parametrize(
    ("field", "changed", "sentence"),
    [
        ("kind", {"kind": ""}, "Välj relation till den unga"),
        ("has_custody", {"kind": "sibling", "has_custody": "on"}, "har inte vårdnaden"),
        ("has_custody", {"custody_from": "2015-01-01"}, "ta bort datumen"),
        ("custody_from", {"has_custody": "on", "custody_from": "2010-12-02"}, "före barnets födelse"),
        (
            "custody_last",
            {"has_custody": "on", "custody_from": "2015-01-02", "custody_last": "2015-01-01"},
            "före den första",
        ),
    ],
)
def test_custody_that_cannot_be_is_refused_at_its_field(
    world: World, field: str, changed: dict[str, str], sentence: str
) -> None:
    response = post(world, "kim", "relative_add", world.elias.ref, **{**MOTHER, **changed})
    assert response.status_code == 422
    assert sentence in error(response, field)


def test_the_same_relative_twice_is_refused_at_the_number(world: World) -> None:
    post(world, "kim", "relative_add", world.elias.ref, **MOTHER)
    response = post(world, "kim", "relative_add", world.elias.ref, **MOTHER)
    assert response.status_code == 422
    assert "redan registrerad som närstående" in error(response, "personnummer")


def test_a_parent_who_gets_protection_later_is_hidden_from_the_unit(world: World) -> None:
    kept = {**MOTHER, "personnummer": "", "number_missing": "on", "birth_date": "1980-05-01", "row_version": 1}
    changed = {**kept, "given_name": "Eva", "protection": "SEKRETESSMARKERING", "address": "Storgatan 1"}
    response = post(world, "kim", "relative_person", world.eva.ref, **changed)
    assert leads_to(response) == address("person", world.elias.ref)
    assert "Storgatan" not in text(get(world, "kim", "relative_person", world.eva.ref))
    assert get(world, "mona", "relative_person", world.eva.ref).status_code == 404
    assert "Eva Holm" not in text(get(world, "mona", "person", world.elias.ref))


def test_a_change_of_custody_that_somebody_else_made_first_gives_409(world: World) -> None:
    form = get(world, "kim", "relative_edit", world.eva.ref).context["form"]
    seen = form["seen"].value()
    ended = {"has_custody": "on", "custody_last": "2026-03-31", "seen": seen}
    assert post(world, "lovisa", "relative_edit", world.eva.ref, **ended).status_code == 302
    response = post(world, "kim", "relative_edit", world.eva.ref, has_custody="on", seen=seen)
    assert response.status_code == 409
    assert "31 mars 2026" in text(response)
