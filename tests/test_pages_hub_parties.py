"""Parties, contacts, deputies and whoever leads: in silence until a ground exists, gone the moment they leave."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from hub.models import CaseSeat, Notification, Participation
from tests.cast import NOW, World, once_key
from tests.hub_pages import address, error, get, leads_to, post, text

pytestmark = pytest.mark.django_db


def propose(world: World, **changed: Any) -> Any:
    return post(world, "kim", "party_propose", world.case.ref, **{"agency": world.other_police.ref, **changed})


def test_proposing_takes_the_usual_role_and_nobody_outside_hears_of_it(world: World) -> None:
    told = Notification.objects.count()
    assert leads_to(propose(world)) == address("case", world.case.ref)
    party = Participation.objects.latest("pk")
    assert (party.agency, party.role, party.active_from) == (world.other_police, "kontaktpolis", None)
    assert Notification.objects.count() == told
    assert world.case.number not in text(get(world, "olle", "home"))
    assert get(world, "olle", "party_contact", party.ref).status_code == 404


def test_an_agency_that_is_a_party_already_is_not_offered(world: World) -> None:
    page = get(world, "kim", "party_propose", world.case.ref)
    assert str(world.police.ref) not in text(page)
    refused = propose(world, agency=world.police.ref)
    assert refused.status_code == 422
    assert "Välj verksamhet på nytt" in error(refused, "agency")


def test_the_agency_names_its_own_contact_and_whoever_is_replaced_keeps_nothing(world: World) -> None:
    party = world.parties["police"]
    seen = get(world, "pia", "party_contact", party.ref).context["form"]["seen"].value()
    chosen = {"contact": world.peo.assignment.ref, "deputy": "", "seen": seen}
    response = post(world, "pia", "party_contact", party.ref, **chosen)
    assert leads_to(response) == address("home"), "Pia has no seat any more, so the case is not hers to open"
    assert get(world, "peo", "case", world.case.ref).status_code == 200
    assert get(world, "pia", "case", world.case.ref).status_code == 404
    stale = post(world, "pia", "party_contact", party.ref, **{**chosen, "contact": world.dag.assignment.ref})
    assert stale.status_code == 409
    assert "Peo Vik" in text(stale), "what holds now"
    assert stale.context["form"]["contact"].value() == str(world.dag.assignment.ref), "what was typed is kept"


def test_contact_and_deputy_are_two_people_and_of_the_own_agency(world: World) -> None:
    party = world.parties["police"]
    both = post(
        world, "pia", "party_contact", party.ref, contact=world.peo.assignment.ref, deputy=world.peo.assignment.ref
    )
    assert both.status_code == 422
    assert "två olika personer" in error(both, "deputy")
    other = post(world, "pia", "party_contact", party.ref, contact=world.sam.assignment.ref)
    assert "Välj kontakt på nytt" in error(other, "contact")


def deputy_of(world: World) -> CaseSeat:
    return CaseSeat.objects.get(kind="deputy", content_object=world.case)


def test_a_deputy_reads_from_the_first_day_to_the_end_of_the_last(world: World) -> None:
    seat = deputy_of(world)
    assert get(world, "dag", "case", world.case.ref).status_code == 404
    response = post(world, "dag", "substitute", seat.ref, first="2026-03-04", last="2026-03-05")
    assert leads_to(response) == address("home")
    midnight = NOW.replace(day=4, hour=0, minute=0)
    second = timedelta(seconds=1)
    answers = []
    for at in (midnight - second, midnight, midnight + timedelta(days=2) - second, midnight + timedelta(days=2)):
        with time_machine.travel(at, tick=False):
            answers.append(get(world, "dag", "case", world.case.ref).status_code)
    assert answers == [404, 200, 200, 404]


@pytest.mark.parametrize(
    ("field", "first", "last", "sentence", "status"),
    [
        ("first", "2026-03-01", "2026-03-05", "tidigast börja i dag", 422),
        ("last", "2026-03-05", "2026-03-04", "före den första", 422),
        ("last", "2026-03-05", "", "Fyll i", 422),
        (None, "2026-03-10", "2026-03-12", "Det finns redan en registrerad period", 409),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(
    world: World, field: str | None, first: str, last: str, sentence: str, status: int
) -> None:
    seat = deputy_of(world)
    post(world, "dag", "substitute", seat.ref, first="2026-03-12", last="2026-03-13")
    response = post(world, "pia", "substitute", seat.ref, first=first, last=last)
    assert response.status_code == status
    assert sentence in error(response, field)


def test_a_party_that_leaves_loses_the_case_at_once_and_is_told_without_content(world: World) -> None:
    party = world.parties["school"]
    missing = post(world, "kim", "party_end", party.ref, reason="")
    assert missing.status_code == 422
    assert leads_to(post(world, "kim", "party_end", party.ref, reason="Bytt skola")) == address("case", world.case.ref)
    assert get(world, "sam", "case", world.case.ref).status_code == 404
    messages = text(get(world, "sam", "notifications"))
    assert "Er medverkan" in messages
    assert "Bytt skola" not in messages


def test_ending_twice_leads_to_the_first_answer(world: World) -> None:
    key = once_key()
    answers = [post(world, "kim", "party_end", world.parties["school"].ref, reason="x", once=key) for _ in range(2)]
    assert leads_to(answers[0]) == leads_to(answers[1])


def test_whoever_has_declared_bias_cannot_be_given_the_case(world: World) -> None:
    assert leads_to(post(world, "lovisa", "recuse", world.elias.ref, reason="granne")) == address("home")
    chosen = {"kind": "lots", "assignment": world.lovisa.assignment.ref}
    response = post(world, "kim", "case_leads", world.case.ref, **chosen)
    assert response.status_code == 422
    assert "känner familjen" in error(response, "assignment")


def test_a_new_coordinator_takes_over_and_the_former_loses_the_case(world: World) -> None:
    chosen = {"kind": "coordinator", "assignment": world.olof.assignment.ref}
    assert leads_to(post(world, "lovisa", "case_leads", world.case.ref, **chosen)) == address("case", world.case.ref)
    assert get(world, "olof", "case", world.case.ref).status_code == 200
    assert get(world, "kim", "case", world.case.ref).status_code == 404
