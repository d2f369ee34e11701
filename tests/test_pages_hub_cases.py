"""The case page, phases, closing and what is left: who is shown what, and what a stale page does."""

from datetime import timedelta

import pytest
import time_machine

from hub import actions
from hub.models import Case, CaseSeat
from tests.cast import NOW, START, World, once_key, write
from tests.hub_pages import address, deeds, error, get, leads_to, post, text

pytestmark = pytest.mark.django_db


def test_the_owner_sees_proposed_parties_and_an_outside_party_does_not(world: World) -> None:
    actions.propose_party(world.case, world.other_police, role="kontaktpolis", by=world.kim.actor, at=NOW)
    assert "Polisen Farsta" in text(get(world, "kim", "case", world.case.ref))
    seen_by_school = text(get(world, "sam", "case", world.case.ref))
    assert "Polisen Farsta" not in seen_by_school
    assert "Föreslagen" not in seen_by_school
    assert "Polisen Vällingby" in seen_by_school, "an active party is known to the others"
    assert "Öppnat" not in seen_by_school, "the owner's own facts"


def test_each_sees_the_buttons_that_the_rule_lets_them_use(world: World) -> None:
    kim, lovisa, pia, mona = (text(get(world, who, "case", world.case.ref)) for who in ("kim", "lovisa", "pia", "mona"))
    close, phase, leads = (address(route, world.case.ref) for route in ("case_close", "case_phase", "case_leads"))
    contact = address("party_contact", world.parties["police"].ref)
    assert [link in kim for link in (close, phase, leads, contact)] == [True, True, True, False]
    assert [link in lovisa for link in (close, phase, leads, contact)] == [False, True, True, False]
    assert [link in mona for link in (close, phase, leads, contact)] == [False, False, True, False]
    assert [link in pia for link in (close, phase, leads, contact)] == [False, False, False, True]


def test_what_the_page_showed_is_recorded_once_with_its_objects(world: World) -> None:
    get(world, "pia", "case", world.case.ref)
    [entry] = deeds("read")
    assert entry.user_name == "Pia Holm"
    assert entry.case_ids == [world.case.pk]
    assert entry.individual_ids == [world.elias.pk]
    assert len(entry.objects_seen["hub.participation"]) == 4


def test_a_new_phase_holds_at_once_and_a_page_that_showed_another_gives_409(world: World) -> None:
    stale = {"event": "utred igen", "seen": "insats"}
    moved = post(world, "kim", "case_phase", world.case.ref, event="följ upp", seen="insats")
    assert leads_to(moved) == address("case", world.case.ref)
    assert Case.objects.get(pk=world.case.pk).phase == "uppfoljning"
    assert post(world, "lovisa", "case_phase", world.case.ref, **stale).status_code == 409


def test_a_second_case_of_a_known_youth_is_unknown_to_the_parties_of_the_first(world: World) -> None:
    chosen = {"form": "SSPF_INDIVID", "phase": "forhandsbedomning"}
    response = post(world, "kim", "case_open", world.elias.ref, **chosen)
    second = Case.objects.latest("pk")
    assert leads_to(response) == address("case", second.ref)
    assert get(world, "pia", "case", second.ref).status_code == 404


def test_closing_says_what_ends_and_leaves_number_dates_and_own_items(world: World) -> None:
    write(world, "kim", "measures_and_plan", body="Familjen vill ha en kontaktperson.")
    page = text(get(world, "kim", "case_close", world.case.ref))
    assert "Polisen Vällingby" in page
    assert "kan inte längre läsa" in page
    missing = post(world, "kim", "case_close", world.case.ref, note="Skolan fortsätter")
    assert missing.status_code == 422
    assert "Välj" in error(missing, "outcome")
    assert "Skolan fortsätter" in text(missing)
    closed = post(world, "kim", "case_close", world.case.ref, outcome="as_planned", note="Skolan fortsätter")
    assert leads_to(closed) == address("past_cases")
    assert get(world, "kim", "case", world.case.ref).status_code == 404
    assert get(world, "pia", "case", world.case.ref).status_code == 404
    trace = text(get(world, "pia", "case_trace", world.case.ref))
    assert world.case.number in trace
    assert "Elias" not in trace
    assert "Kim" not in trace
    assert world.case.number in text(get(world, "pia", "past_cases"))
    assert get(world, "olle", "case_trace", world.case.ref).status_code == 404
    again = post(world, "kim", "case_close", world.case.ref, outcome="as_planned")
    assert again.status_code == 404


def test_a_double_press_on_close_leads_to_the_first_answer(world: World) -> None:
    key = once_key()
    first = post(world, "kim", "case_close", world.case.ref, outcome="moved", once=key)
    second = post(world, "kim", "case_close", world.case.ref, outcome="moved", once=key)
    assert leads_to(first) == leads_to(second)
    assert len(deeds("case.closed")) == 1


def test_a_case_without_an_owner_waits_for_the_manager_also_when_the_youth_is_protected(world: World) -> None:
    world.elias.person.protection = "SEKRETESSMARKERING"
    world.elias.person.save()
    assert get(world, "mona", "case", world.case.ref).status_code == 404
    assert "saknar ansvarig" not in text(get(world, "mona", "home"))
    CaseSeat.objects.filter(assignment=world.kim.assignment).update(valid_to=NOW)
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        home = text(get(world, "mona", "home"))
        assert f"{world.case.number} saknar ansvarig" in home
        assert "Elias" not in home
        page = text(get(world, "mona", "case_leads", world.case.ref))
        assert "Elias" not in page
        chosen = {"kind": "coordinator", "assignment": str(world.olof.assignment.ref)}
        assert leads_to(post(world, "mona", "case_leads", world.case.ref, **chosen)) == address("home")
        assert get(world, "olof", "case", world.case.ref).status_code == 200
        assert get(world, "mona", "case", world.case.ref).status_code == 404


def test_past_cases_are_listed_latest_first_and_nothing_else_of_them(world: World) -> None:
    actions.end_participation(world.parties["police"], reason="bytt område", by=world.kim.actor, at=NOW)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        response = get(world, "pia", "past_cases")
        [trace] = response.context["traces"]
        assert (trace.first, trace.ended) == (START, NOW)
        assert get(world, "pia", "case", world.case.ref).status_code == 404
        assert get(world, "sam", "past_cases").context["traces"] == []
        assert get(world, "pia", "past_cases", query=f"?fore={NOW.timestamp()}").context["traces"] == []
        assert get(world, "pia", "past_cases", query="?fore=nonsens").status_code == 200
