"""A number that somebody types is no way in to a child whom the agency knows (P-A6, P-A8, P-A15, P-T5)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from hub import actions as hub_actions
from hub.access import may, permitted
from hub.actions.people import PersonFacts
from hub.crypto import lookup
from hub.errors import Invalid
from hub.models import AuditEntry, Case, Individual, Notification, Person
from tests.api_calls import KEY, post
from tests.cast import NOW, SECOND, START, World, once_key
from tests.concerns import NOVA, SCHOOL, arrange, on_duty, register, told
from tests.matrix_triage_intake import typed
from triage import actions
from triage.actions import ChildFacts
from triage.call_page import _repeated
from triage.models import Ownership, PreliminaryAssessment, Reporter
from triage.repeats import repeats_of

pytestmark = pytest.mark.django_db

NUMBER = "201001122397"
HIDDEN = "SEKRETESSMARKERING"
LATER = NOW + SECOND
#: Elias as somebody would describe him who knows him, and as somebody who only has the number.
ELIAS = ChildFacts(given_name="Elias", family_name="Holm", personnummer=NUMBER, birth_date=NOVA.birth_date)
MADE_UP = replace(ELIAS, given_name="X", family_name="Y")


def number(world: World, protection: str = "INGEN") -> Person:
    """Elias stands in the register with his number."""
    arrange(world)
    found = Person.objects.get(pk=world.elias.person_id)
    found.personnummer, found.protection = NUMBER, protection
    found.personnummer_lookup = lookup(NUMBER, scope=found.agency_id)
    found.save()
    return found


def readers(world: World, of: PreliminaryAssessment | Individual | Case, at: object = LATER) -> set[str]:
    rows = type(of).objects.filter(pk=of.pk)
    return {
        name
        for name, who in world.members.items()
        if permitted(rows, who.actor, at=at).exists()  # type: ignore[arg-type]  # an instant
    }


def facts_of(person: Person, **changed: Any) -> PersonFacts:
    names = PersonFacts.__dataclass_fields__
    return PersonFacts(**{name: getattr(person, name) for name in names} | changed)


# --- who links a child of the register -------------------------------------------------------------------------------


@pytest.mark.parametrize("child", [ELIAS, MADE_UP], ids=["named", "made up"])
@pytest.mark.parametrize("protection", ["INGEN", HIDDEN])
def test_another_unit_gets_no_way_to_a_known_child_and_the_same_end_whoever_it_is(
    world: World, child: ChildFacts, protection: str
) -> None:
    number(world, protection)
    before = readers(world, world.elias, NOW)
    concern = register(world, child, by="olof").assessments.get()
    assert (concern.case, concern.individual) == (None, None)
    assert concern.owner == world.ines.assignment
    assert concern.protected == (protection == HIDDEN)
    assert readers(world, world.elias) == before
    assert "olof" not in readers(world, concern)
    assert Notification.objects.filter(kind="concern_given", assignment=world.ines.assignment).exists()
    assert Ownership.objects.get(assessment=concern).reason == "Mottagningen tar över."


def test_the_intake_links_what_another_unit_registered_about_a_known_child(world: World) -> None:
    number(world)
    concern = register(world, ELIAS, by="olof").assessments.get()
    case = actions.identify(concern, by=world.ines.actor, at=LATER)
    assert case is not None
    assert (concern.individual, case.individual) == (world.elias, world.elias)


def test_another_unit_that_owns_a_concern_hands_it_back_by_writing_a_known_number(world: World) -> None:
    number(world)
    concern = register(world, ChildFacts(about="omkring 15 år"), owner=world.olof.assignment).assessments.get()
    page = world.client("olof").post(
        reverse("triage:identify", args=[concern.ref]),
        {
            "once": once_key(),
            "row_version": concern.row_version,
            "given_name": "Elias",
            "family_name": "Holm",
            "personnummer": NUMBER,
        },
        follow=True,
    )
    world.look()
    concern.refresh_from_db()
    assert "Mottagningen tar över." in page.content.decode()
    assert (concern.case, concern.owner) == (None, world.ines.assignment)


def test_another_unit_still_registers_a_child_who_is_not_known(world: World) -> None:
    concern = register(world, replace(ELIAS), by="olof").assessments.get()
    assert concern.case is not None
    assert concern.owner == world.olof.assignment


# --- a protected child -----------------------------------------------------------------------------------------------


def test_of_a_protected_child_the_standing_owner_has_the_concern_whoever_registered_it(world: World) -> None:
    number(world, HIDDEN)
    concern = register(world, ELIAS, by="ivar").assessments.get()
    assert concern.protected
    assert concern.owner == world.ines.assignment
    assert concern.individual == world.elias
    assert readers(world, concern) == {"ines"}
    assert concern.case is not None
    assert "ivar" not in readers(world, concern.case)
    assert "ivar" not in readers(world, world.elias)


def test_a_known_child_who_is_not_protected_stays_with_the_jour_or_whom_the_report_was_given_to(world: World) -> None:
    number(world)
    on_duty(world)
    by_night = register(world, ELIAS, by="jo").assessments.get()
    assert (by_night.owner, by_night.case) == (world.jo.assignment, None)
    given = register(world, ELIAS, by="olof", owner=world.ivar.assignment).assessments.get()
    assert (given.owner, given.case) == (world.ivar.assignment, None)


def test_whoever_sits_with_a_protected_child_keeps_the_concern(world: World) -> None:
    number(world, HIDDEN)
    concern = register(world, ELIAS, by="ines", owner=world.kim.assignment).assessments.get()
    assert concern.owner == world.kim.assignment
    assert concern.protected


def test_when_the_standing_owner_is_recused_somebody_who_sits_with_the_child_has_it(world: World) -> None:
    number(world, HIDDEN)
    case = register(world, ELIAS, by="ines").assessments.get()
    assert case.individual is not None
    hub_actions.recuse(case.individual, reason="granne", by=world.ines.actor, at=LATER)
    again = register(world, ELIAS, by="ivar", at=LATER + SECOND).assessments.get()
    assert again.owner == world.kim.assignment


def test_a_protected_child_is_so_although_the_reporter_did_not_say_it(world: World) -> None:
    number(world, HIDDEN)
    report = actions.submit_report(
        told(arrived_at=NOW, channel="form"), SCHOOL, [ELIAS], agency_id=world.social.pk, by=None, at=NOW
    )
    concern = report.assessments.get()
    assert concern.protected
    assert readers(world, concern) == {"ines"}


def test_a_number_that_is_added_later_protects_too(world: World) -> None:
    number(world, HIDDEN)
    concern = register(world, ChildFacts(about="omkring 15 år"), owner=world.ivar.assignment).assessments.get()
    PreliminaryAssessment.objects.filter(pk=concern.pk).update(deputy=world.maja.assignment)
    concern.refresh_from_db()
    actions.describe_child(concern, ELIAS, row_version=concern.row_version, by=world.ivar.actor, at=LATER)
    assert concern.protected
    assert (concern.owner, concern.deputy) == (world.ines.assignment, None), "nor is a deputy there any more"


def test_an_open_concern_is_protected_as_soon_as_the_register_says_so(world: World) -> None:
    elias = number(world)
    only_number = ChildFacts(personnummer=NUMBER)
    waiting = register(world, only_number, owner=world.ivar.assignment).assessments.get()
    linked = register(world, ELIAS, at=NOW).assessments.get()
    assert "maja" in readers(world, waiting)
    hub_actions.change_person(
        elias, facts_of(elias, protection=HIDDEN), row_version=elias.row_version, by=world.kim.actor, at=LATER
    )
    waiting.refresh_from_db()
    assert waiting.protected
    assert readers(world, waiting) == {"ivar"}
    assert readers(world, linked) == {"ines"}


def test_a_protected_person_who_is_registered_later_protects_what_waits(world: World) -> None:
    waiting = register(world, ChildFacts(personnummer=NUMBER)).assessments.get()
    facts = PersonFacts(given_name="A", family_name="B", birth_date=START.date(), personnummer=NUMBER)
    hub_actions.register_individual(replace(facts, protection=HIDDEN), by=world.kim.actor, at=LATER)
    waiting.refresh_from_db()
    assert waiting.protected


def test_earlier_reports_on_a_protected_child_are_counted_for_those_who_may_read_them(world: World) -> None:
    number(world, HIDDEN)
    register(world, ELIAS)
    concern = register(world, ELIAS, at=LATER, arrived_at=NOW).assessments.get()
    assert repeats_of(concern, world.ines.actor, at=LATER).earlier == 1
    assert repeats_of(concern, world.ivar.actor, at=LATER).earlier == 0


def test_a_call_counts_no_report_that_says_the_child_is_protected_for_who_may_not_read_it(world: World) -> None:
    """Only the earlier report says so: what the call shows beside the child is what the concern's page shows."""
    number(world)
    register(world, replace(ELIAS, protected=True))
    concern = register(world, ELIAS, at=LATER, arrived_at=NOW).assessments.get()
    said = {who: _repeated(concern, world.members[who].actor, LATER) for who in ("ines", "ivar")}
    assert said == {"ines": "andra anmälan på tolv månader", "ivar": ""}


# --- the number and the name -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "family", "born", "fits"),
    [
        ("Elias", "Holm", "elias", True),
        ("E", "holm-berg", None, True),
        ("elias", "Berg", "elias", True),
        ("Elias", "Berg", None, False),
        ("X", "Y", "elias", False),
    ],
)
def test_the_intake_links_a_known_child_only_where_the_name_fits(
    world: World, given: str, family: str, born: str | None, fits: bool
) -> None:
    elias = number(world)
    child = replace(
        ELIAS,
        given_name=given,
        family_name=family,
        birth_date=elias.birth_date if born else elias.birth_date + timedelta(days=1),
    )
    if fits:
        assert register(world, child).assessments.get().individual == world.elias
        return
    with pytest.raises(Invalid, match="de hör inte ihop i registret"):
        register(world, child)


def sent(world: World, **child: str) -> Mapping[str, object]:
    known = {f"barn-0-{name}": value for name, value in child.items()}
    return dict(typed(world)) | {"barn-0-about": "", "barn-0-personnummer": NUMBER, **known}


def test_the_log_says_that_a_known_number_was_used(world: World) -> None:
    number(world)
    for who, family in (("ines", "Y"), ("olof", "Holm")):
        last = AuditEntry.objects.latest("pk").pk
        owner = {"owner": str(world.members[who].assignment.ref)}
        page = world.client(who).post(
            reverse("triage:report_new"), {**sent(world, given_name="E", family_name=family), **owner}
        )
        world.look()
        assert page.status_code == (302 if who == "olof" else 422), page.content.decode()
        assert AuditEntry.objects.filter(pk__gt=last, action="person.number_taken").exists()


def test_the_api_answers_a_registrar_who_may_not_read_on(world: World) -> None:
    number(world, HIDDEN)
    body = {
        "arrived_at": "2026-03-02T09:00:00+01:00",
        "channel": "phone",
        "facts": "Har setts med äldre killar.",
        "reporter": {"category": "school"},
        "children": [{"given_name": "Elias", "family_name": "Holm", "personnummer": NUMBER}],
    }
    response = post(world.client("olof"), reverse("api:concern_reports"), body, Idempotency_Key=KEY)
    world.look()
    assert response.status_code == 201, response.content
    assert (response.json()["facts"], response.json()["concerns"]) == ("", [])  # type: ignore[attr-defined]  # the test client's
    assert PreliminaryAssessment.objects.get().owner == world.ines.assignment


# --- who may own -----------------------------------------------------------------------------------------------------


def test_nobody_of_another_agency_is_made_owner(world: World) -> None:
    for who in ("otto", "pia"):
        with pytest.raises(Invalid, match="Välj någon annan"):
            register(world, owner=world.members[who].assignment)
    concern = register(world).assessments.get()
    with pytest.raises(Invalid, match="Välj någon annan"):
        actions.hand_over(concern, to=world.otto.assignment, reason="byte", by=world.ines.actor, at=LATER)


@pytest.mark.parametrize(("moment", "taken"), [(-SECOND, False), (SECOND * 0, True), (SECOND, True)])
def test_the_jour_registers_from_the_instant_its_shift_begins(world: World, moment: timedelta, taken: bool) -> None:
    arrange(world)
    on_duty(world, begins=NOW)
    if taken:
        assert register(world, by="jo", at=NOW + moment).assessments.get().owner == world.jo.assignment
        return
    with pytest.raises(Invalid, match="jourpass"):
        register(world, by="jo", at=NOW + moment)


@pytest.mark.parametrize(("moment", "taken"), [(-SECOND, True), (SECOND * 0, False), (SECOND, False)])
def test_the_jour_takes_over_until_its_shift_ends(world: World, moment: timedelta, taken: bool) -> None:
    concern = register(world).assessments.get()
    end = NOW + timedelta(hours=1)
    on_duty(world, ends=end)
    if taken:
        actions.hand_over(concern, to=world.jo.assignment, reason="natt", by=world.ines.actor, at=end + moment)
        assert concern.owner == world.jo.assignment
        return
    with pytest.raises(Invalid, match="Välj någon annan"):
        actions.hand_over(concern, to=world.jo.assignment, reason="natt", by=world.ines.actor, at=end + moment)


def test_a_concern_that_is_handed_over_in_the_instant_it_is_registered_has_one_owner(world: World) -> None:
    concern = register(world).assessments.get()
    actions.hand_over(concern, to=world.ivar.assignment, reason="byte", by=world.ines.actor, at=NOW)
    assert [row.assignment for row in Ownership.objects.filter(assessment=concern)] == [world.ivar.assignment]
    assert may(concern, world.ivar.actor, "handle", at=NOW)
    assert Reporter.objects.count() == 1
