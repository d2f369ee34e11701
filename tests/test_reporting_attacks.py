"""What an outsider, a busy evening or a curious colleague could do to the way in, and cannot (P-T1, OSL 26:5)."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from config.celery import app
from hub import clock
from hub.access import Denied
from hub.models import AgreementParty, AuditEntry, Notification, Recusal
from hub.tenancy import in_kommun
from tests.api_calls import KEY, post, problem
from tests.cast import NOW, SECOND, World, agency, member
from tests.concerns import NOEL, NOVA, SCHOOL, arrange, register, told
from tests.html_forms import says
from tests.test_open_form import address, filled, send
from triage import actions, tasks
from triage.models import ConcernReport, Ownership, PreliminaryAssessment, ReportDraft, TriageSettings
from triage.views import external
from triage.views.external import new_stamp

pytestmark = pytest.mark.django_db

STAMP = UUID("6f0c5a4e-7f39-4c0f-9f0e-0f6c5b1f5a01")


# --- one press is one report, another text is another ---------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": "Ett helt annat barn: slagen hemma i natt."},
        {"urgent": "on"},
        {"barn-0-given_name": "Alva"},
        {"barn-0-protected": "on"},
        {"contact": "08-765 43 21"},
        {"reporter_protected": "on"},
    ],
    ids=str,
)
def test_another_text_with_the_same_stamp_is_another_report(bare_world: World, changed: dict[str, Any]) -> None:
    arrange(bare_world)
    stamp = new_stamp(at=NOW - timedelta(minutes=3))
    first, second, again = (send(bare_world, stamp=stamp, **more) for more in ({}, changed, changed))
    assert [first.status_code, second.status_code, again.status_code] == [302, 302, 302]
    assert first["Location"] != second["Location"] == again["Location"]
    assert ConcernReport.objects.count() == 2


def test_the_same_key_at_another_agency_is_another_report(bare_world: World) -> None:
    world = bare_world
    standing = arrange(world).settings
    other = agency(world, "Socialtjänsten Norr", "socialtjanst", municipality=world.kommun)
    TriageSettings.objects.create(
        municipality=world.kommun,
        agency=other,
        intake_unit=other.units.get(),
        standing_owner=world.ines.assignment,
        valid_from=standing.valid_from,
        recorded_by=world.ada.assignment,
        recorded_at=standing.recorded_at,
    )
    reports = [
        actions.submit_report(_by_form(), SCHOOL, [NOVA], agency_id=at, key=STAMP, by=None, at=NOW)
        for at in (world.social.pk, other.pk, world.social.pk)
    ]
    assert reports[0] == reports[2]
    assert reports[1].agency_id == other.pk
    assert ConcernReport.objects.count() == 2


def test_a_kommun_that_cannot_see_the_earlier_report_makes_its_own(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    actions.submit_report(_by_form(), SCHOOL, [NOVA], agency_id=world.social.pk, key=STAMP, by=None, at=NOW)
    with in_kommun(world.other_kommun.pk):
        there = agency(world, "Socialtjänsten Solna", "socialtjanst", municipality=world.other_kommun)
        there.serves.set([world.other_kommun])
        TriageSettings.objects.create(
            municipality=world.other_kommun,
            agency=there,
            intake_unit=there.units.get(),
            standing_owner=world.otto.assignment,
            valid_from=NOW - timedelta(days=1),
            recorded_by=world.otto.assignment,
            recorded_at=NOW - timedelta(days=1),
        )
        made = actions.submit_report(_by_form(), SCHOOL, [NOVA], agency_id=there.pk, key=STAMP, by=None, at=NOW)
        assert made.municipality_id == world.other_kommun.pk


def _by_form() -> actions.ReportFacts:
    return told(arrived_at=NOW, channel="form")


# --- nobody closes the form for others ------------------------------------------------------------------------------


def _from(world: World, ip: str, **changed: Any) -> Any:
    response = Client(REMOTE_ADDR=ip).post(address(world), filled(**changed))
    world.look()
    return response


@pytest.mark.parametrize(
    ("addresses", "last"),
    [
        (["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"], 429),
        (["2001:db8::1", "2001:db8::2", "2001:db8:0:1::3"], 302),
        (["192.0.2.1", "192.0.2.1", "::ffff:192.0.2.1"], 429),
        (["192.0.2.1", "192.0.2.1", "192.0.2.2"], 302),
        (["unknown", "unknown", "unknown"], 429),
    ],
)
def test_a_whole_network_of_one_sender_is_one_address(
    bare_world: World, monkeypatch: pytest.MonkeyPatch, addresses: list[str], last: int
) -> None:
    arrange(bare_world)
    monkeypatch.setattr(external, "PER_ADDRESS", 2)
    answers = [_from(bare_world, ip, facts=f"Text {n}") for n, ip in enumerate(addresses)]
    assert [answer.status_code for answer in answers] == [302, 302, last]
    if last == 429:
        assert says(answers[2], "Text 2")
        assert says(answers[2], "ring")


@pytest.fixture
def flooded(bare_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The agency's form has had as many reports as are usual in an hour."""
    arrange(bare_world)
    monkeypatch.setattr(external, "PER_AGENCY", 1)
    assert _from(bare_world, "2001:db8:9::1", facts="Den första").status_code == 302
    return bare_world


def _stamp_in(response: Any) -> str:
    found: str = response.context["form"]["stamp"].value()
    return found


def test_in_a_flood_nothing_is_refused_but_one_press_more_is_asked_for(flooded: World) -> None:
    asked = send(flooded)
    assert asked.status_code == 422
    assert says(asked, "Vi får ovanligt många anmälningar just nu. Skicka en gång till om en halv minut")
    assert says(asked, "Har setts med äldre killar vid skolan.")
    assert says(asked, "ring 112")
    assert ConcernReport.objects.count() == 1


@pytest.mark.parametrize(
    ("waited", "status"),
    [
        (timedelta(0), 422),
        (timedelta(seconds=29), 422),
        (timedelta(seconds=30), 302),
        (timedelta(seconds=31), 302),
        (timedelta(hours=24), 302),
        (timedelta(hours=24, seconds=1), 422),
    ],
)
def test_the_second_press_counts_from_half_a_minute_on(flooded: World, waited: timedelta, status: int) -> None:
    stamp = _stamp_in(send(flooded))
    with mock.patch.object(clock, "now", return_value=NOW + waited):
        answer = send(flooded, stamp=stamp)
    assert answer.status_code == status
    assert ConcernReport.objects.count() == (2 if status == 302 else 1)
    if status == 422:
        assert says(answer, "Har setts med äldre killar vid skolan.")


def test_a_press_too_soon_does_not_begin_the_wait_anew_and_two_presses_count_once(flooded: World) -> None:
    stamp = _stamp_in(send(flooded))
    with mock.patch.object(clock, "now", return_value=NOW + 10 * SECOND):
        assert _stamp_in(send(flooded, stamp=stamp)) == stamp
    with mock.patch.object(clock, "now", return_value=NOW + 30 * SECOND):
        sent = [send(flooded, stamp=stamp)["Location"] for _press in range(2)]
    assert sent[0] == sent[1]
    assert ConcernReport.objects.count() == 2


def test_who_was_only_asked_to_wait_has_used_none_of_their_own(flooded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "PER_ADDRESS", 1)
    stamp = _stamp_in(send(flooded))
    with mock.patch.object(clock, "now", return_value=NOW + 30 * SECOND):
        assert send(flooded, stamp=stamp).status_code == 302
        assert send(flooded, stamp=stamp, facts="En till").status_code == 429


def test_a_flood_at_one_agency_is_nothing_to_another(flooded: World) -> None:
    request = mock.Mock(META={"REMOTE_ADDR": "192.0.2.9"}, headers={})
    other = agency(flooded, "Socialtjänsten Norr", "socialtjanst", municipality=flooded.kommun)
    assert external.crowded(request, flooded.social, stamp=None, at=NOW) == external.Crowd.AGENCY
    assert external.crowded(request, other, stamp=None, at=NOW) == external.Crowd.NONE


# --- who sent it from another system --------------------------------------------------------------------------------


def submission(world: World, **reporter: Any) -> dict[str, Any]:
    return {
        "agency": str(world.social.ref),
        "facts": "Har setts med äldre killar.",
        "children": [{"about": "Alva i 3B"}],
        "reporter": {"category": "school", "name": "Sam", "contact": "08-123", **reporter},
    }


@pytest.mark.parametrize("protected", [False, True])
def test_a_protected_sender_is_named_in_the_row_of_the_reporter_only(bare_world: World, protected: bool) -> None:
    world = bare_world
    arrange(world)
    sam = world.sam.actor
    reply = post(
        world.client("sam"),
        reverse("api:concern_submissions"),
        submission(world, protected=protected),
        Idempotency_Key=KEY,
    )
    assert reply.status_code == 201
    world.look()
    assert Ownership.objects.get().given_by is None
    entry = AuditEntry.objects.get(action="concern.arrived")
    assert entry.municipality_id == world.kommun.pk
    if protected:
        named = (entry.user_id, entry.user_name, entry.assignment_id, entry.assignment_label, entry.agency_id)
        assert named == (None, "", None, "", None)
        assert entry.detail == {"from_agency": sam.agency_id}
    else:
        assert (entry.user_id, entry.detail) == (sam.user_id, {})
    number = ConcernReport.objects.get().number
    assert set(Notification.objects.filter(reference=number).values_list("kind", flat=True)) == {"concern_arrived"}


def test_an_administrator_sends_no_reports_from_a_system(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    reply = post(world.client("ada"), reverse("api:concern_submissions"), submission(world), Idempotency_Key=KEY)
    problem(reply, "forbidden")
    world.look()
    assert not ConcernReport.objects.exists()


def test_who_works_in_the_kommun_without_an_agreement_sends_none(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    facts, by = told(arrived_at=NOW, channel="api"), world.jo.actor
    actions.submit_report(facts, SCHOOL, [NOVA], agency_id=world.social.pk, by=by, at=NOW)
    AgreementParty.objects.filter(agency_id=by.agency_id).update(valid_to=NOW)
    with pytest.raises(Denied):
        actions.submit_report(facts, SCHOOL, [NOEL], agency_id=world.social.pk, by=by, at=NOW)
    ended = replace(world.ines.actor, valid_to=NOW)
    with pytest.raises(Denied):
        actions.submit_report(facts, SCHOOL, [NOEL], agency_id=world.social.pk, by=ended, at=NOW)


# --- who has declared jäv -------------------------------------------------------------------------------------------


def _convened_with(world: World, assessment: PreliminaryAssessment, *named: UUID | str) -> tuple[int, Any]:
    body = {"starts_at": (NOW - SECOND).isoformat(), "named": [str(ref) for ref in named]}
    reply = post(world.client("ines"), reverse("api:convene", args=[assessment.ref]), body)
    world.look()
    return reply.status_code, json.loads(reply.content).get("errors")


@pytest.mark.parametrize("protected", [False, True])
def test_the_api_does_not_tell_who_has_declared_jav(bare_world: World, protected: bool) -> None:
    """A refusal says the same of a colleague who is recused, one who cannot be asked, and nobody at all."""
    world = bare_world
    child = register(world, replace(NOVA, protected=protected)).assessments.get()
    recused = world.vera.assignment
    recuse(world, child)
    member(world, "viktor", "Viktor Vik", recused.unit, "officer")
    answers = [
        _convened_with(world, child, one, world.olof.assignment.ref)
        for one in (recused.ref, world.sam.assignment.ref, UUID(int=7))
    ]
    assert answers[0] == answers[1] == answers[2]
    if not protected:
        answers.append(_convened_with(world, child, world.viktor.assignment.ref))
        assert answers[3] == answers[0], "of a child where nobody is named, naming asks nothing"


def recuse(world: World, child: PreliminaryAssessment) -> None:
    assert child.individual is not None
    Recusal.objects.create(
        user=world.vera.user, individual=child.individual, municipality=world.kommun, at=NOW, reason="Granne"
    )


# --- drafts that nobody comes back to -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "gone"),
    [(-SECOND, 0), (timedelta(0), 1), (SECOND, 1)],
    ids=["a second before", "at the limit", "a second after"],
)
def test_a_draft_that_was_not_touched_for_thirty_days_is_deleted(
    bare_world: World, monkeypatch: pytest.MonkeyPatch, off: timedelta, gone: int
) -> None:
    world = bare_world
    arrange(world)
    touched = NOW + timedelta(days=3)
    for name, saved in (("ines", touched), ("ivar", touched + timedelta(days=1))):
        ReportDraft.objects.create(
            municipality=world.kommun,
            assignment=world.members[name].assignment,
            typed='{"facts": ["Halvskri"]}',
            begun_at=NOW,
            saved_at=saved,
        )
    monkeypatch.setattr(clock, "now", lambda: touched + timedelta(days=30) + off)
    assert tasks.forget_drafts() == gone
    world.look()
    left = set(ReportDraft.objects.values_list("assignment_id", flat=True))
    assert (world.ines.assignment.pk in left) == (not gone)
    assert world.ivar.assignment.pk in left


def test_the_beat_asks_for_it() -> None:
    app.loader.import_default_modules()
    assert app.conf.beat_schedule["forget-drafts"]["task"] == tasks.forget_drafts.name
