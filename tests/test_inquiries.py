"""Asking in an investigation: who may ask whom and when, what the asked see, and what comes back (P-A6, SoL 20:6)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from consent import actions as consent_actions
from consent import ledger
from consent.actions import inquiries as asking_verbs
from consent.models import InformationItem, Inquiry
from hub import actions as hub_actions
from hub.access import Denied, may
from hub.clock import STOCKHOLM, local
from hub.errors import Conflict, Invalid
from hub.models import (
    AgreementParty,
    Case,
    Deadline,
    Participation,
)
from hub.tick import tick
from tests.asking import ANSWER, LATER, WHY, ask, investigate, name, party_of, said, seen, told
from tests.cast import NOW, SECOND, START_DAY, World, member

pytestmark = pytest.mark.django_db


# --- asking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "words"),
    [("forhandsbedomning", "20 kap. 6 § SoL"), ("insats", "fasen insats"), ("uppfoljning", "fasen uppföljning")],
)
def test_nobody_is_asked_outside_an_investigation(world: World, phase: str, words: str) -> None:
    case = investigate(world, phase="utredning")
    Case.objects.filter(pk=case.pk).update(phase=phase)
    case.refresh_from_db()
    with pytest.raises(Invalid, match=words):
        ask(world, case)
    assert not Participation.objects.filter(case=case, agency=world.school).exists()


def test_an_agency_is_woken_by_a_question_and_names_its_contact(world: World) -> None:
    case = investigate(world)
    inquiry = ask(world, case)
    party = party_of(inquiry)
    assert (party.state(at=NOW), party.active_from, party.known_from) == ("active", NOW, None)
    assert told("inquiry_asked") == {world.sam.assignment.pk}, "who names contacts, until there is one"
    assert not may(inquiry, world.sam.actor, "read", at=NOW), "which question it is takes a seat"
    assert may(inquiry, world.sam.actor, "staff", at=NOW)
    name(world, inquiry, "sam")
    assert may(inquiry, world.sam.actor, "answer", at=NOW)


def test_only_who_names_contacts_at_the_asked_agency_hears_that_a_question_waits(world: World) -> None:
    member(world, "siv", "Siv Lund", world.school.units.get(), "contact")
    case = investigate(world)
    asked, other = ask(world, case), ask(world, case, of="police")

    def staffs(inquiry: Inquiry, at: datetime = NOW) -> set[str]:
        return {who for who, person in world.members.items() if may(inquiry, person.actor, "staff", at=at)}

    assert (staffs(asked), staffs(other)) == ({"sam"}, {"pia"})
    Participation.objects.filter(pk=party_of(asked).pk).update(ended_at=LATER)
    assert (staffs(asked, LATER - SECOND), staffs(asked, LATER)) == ({"sam"}, set())


def test_a_proposed_party_is_not_proposed_twice(world: World) -> None:
    case = investigate(world)
    hub_actions.propose_party(case, world.school, role="skolkontakt", by=world.kim.actor, at=NOW)
    assert party_of(ask(world, case)).role == "skolkontakt"


def test_asking_is_a_disclosure_without_content_in_the_ledger(world: World) -> None:
    inquiry = ask(world, investigate(world))
    (entry,) = ledger.page(world.elias, ledger.Choice(), world.kim.actor, NOW).entries
    asking = inquiry.asking
    assert (entry.disclosure, entry.asking, entry.items, entry.count) == (asking, True, [], 0)
    assert (asking.ground, asking.paragraph, asking.necessity) == ("own_task", "10 kap. 2 § OSL", WHY)
    assert (asking.disclosed_at, asking.decided_by_id, asking.recipient) == (NOW, world.kim.assignment.pk, world.school)
    assert asking.tests.count() == 3
    assert not entry.runs, "there is nothing to read"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"question": " "}, "question"), ({"why": ""}, "why"), ({"question": "Om 201002042396"}, "question")],
)
def test_a_question_says_what_and_why_and_no_personnummer(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        ask(world, investigate(world), **changes)
    assert set(wrong.value.errors) == {field}


def test_who_is_asked_can_answer_in_the_hub(world: World) -> None:
    case = investigate(world)
    AgreementParty.objects.filter(agency=world.other_police).update(valid_to=NOW)
    type(world.leisure).objects.filter(pk=world.leisure.pk).update(kind="civilsamhalle")
    world.leisure.refresh_from_db()
    refusals = {"social": "annan verksamhet", "other_police": "överenskommelse", "leisure": "inget konto"}
    for of, words in refusals.items():
        with pytest.raises(Invalid, match=words):
            ask(world, case, of=of)


def test_about_an_adult_nobody_is_asked(world: World) -> None:
    """The duty is about children: one second before the birthday, and at it."""
    turns = datetime(2028, 12, 3, tzinfo=STOCKHOLM)
    case = investigate(world)
    type(world.kim.assignment).objects.update(valid_to=None)
    with pytest.raises(Invalid, match="fyllt 18"):
        ask(world, case, at=turns)
    assert ask(world, case, at=turns - SECOND).pk


@pytest.mark.parametrize("who", ["lovisa", "mona", "sam", "olof", "rut"])
def test_only_who_answers_for_the_case_asks(world: World, who: str) -> None:
    case = investigate(world)
    hub_actions.replace_lead(case, kind="lots", assignment=world.lovisa.assignment, by=world.kim.actor, at=NOW)
    with pytest.raises(Denied):
        consent_actions.ask(
            case, world.school, question="Vad?", why="Ja", role="annan", by=world.members[who].actor, at=NOW
        )


def test_one_question_at_a_time_to_an_agency(world: World) -> None:
    case = investigate(world)
    first = ask(world, case)
    with pytest.raises(Conflict, match="väntar på svar"):
        ask(world, case)
    consent_actions.withdraw_inquiry(first, reason="Fel fråga", by=world.kim.actor, at=NOW)
    assert ask(world, case, at=NOW + SECOND).state == "asked"


def test_a_warning_is_heeded_before_anything_is_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """P-T11: "informera inte" is open."""
    monkeypatch.setattr(asking_verbs, "INQUIRY_WARNING", [lambda case, by, at: ["Informera inte gäller."]])
    case = investigate(world)
    with pytest.raises(Invalid) as wrong:
        ask(world, case)
    assert set(wrong.value.errors) == {"heeded"}
    assert ask(world, case, heeded=True).pk


# --- answering ---------------------------------------------------------------------------------------------------


def test_the_answer_is_an_item_of_the_asked_disclosed_to_who_leads(world: World) -> None:
    case = investigate(world)
    inquiry = ask(world, case)
    name(world, inquiry, "sam")
    consent_actions.answer_inquiry(inquiry, said("school_results"), by=world.sam.actor, at=LATER)
    assert (inquiry.state, inquiry.answer, inquiry.ended_by_id) == ("answered", "items", world.sam.assignment.pk)
    item = InformationItem.objects.get(body=ANSWER)
    assert (item.agency, item.case_id, item.audience) == (world.school, case.pk, [world.social.pk])
    given = inquiry.answer_disclosure
    assert given is not None
    assert (given.ground, given.recipient) == ("investigation_answer", world.social)
    assert item.pk in seen(InformationItem, world.kim.actor), "no consent covers results"
    for who in ("pia", "fia", "mona", "lovisa"):
        assert item.pk not in seen(InformationItem, world.members[who].actor)
    assert told("disclosure_made") == {world.kim.assignment.pk}
    assert told("inquiry_answered") == set(), "told once"


def test_an_answer_reaches_nobody_else_by_consent(world: World) -> None:
    """Attendance goes from school to police by Elias' consent; an answer to a question does not."""
    Case.objects.filter(pk=world.case.pk).update(phase="utredning")
    world.case.refresh_from_db()
    inquiry = ask(world, world.case)
    consent_actions.answer_inquiry(inquiry, said("attendance"), by=world.sam.actor, at=LATER)
    item = InformationItem.objects.get(body=ANSWER)
    assert item.pk in seen(InformationItem, world.kim.actor)
    assert item.pk not in seen(InformationItem, world.pia.actor)


def test_silence_has_one_wording_and_leaves_no_item(world: World) -> None:
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    before = InformationItem.objects.count()
    consent_actions.answer_inquiry(inquiry, None, by=world.sam.actor, at=LATER)
    assert (inquiry.answer, inquiry.get_answer_display()) == ("nothing", "Vi lämnar inga uppgifter")
    assert (inquiry.answer_disclosure, InformationItem.objects.count()) == (None, before)
    assert told("inquiry_answered") == {world.kim.assignment.pk}


def test_police_test_their_answer_against_chapter_18(world: World) -> None:
    inquiry = ask(world, investigate(world), of="police")
    name(world, inquiry, "pia")
    for untested in ({}, {"tested": True}, {"tested_by": "Pia"}):
        with pytest.raises(Invalid) as wrong:
            consent_actions.answer_inquiry(inquiry, said("police_tells", **untested), by=world.pia.actor, at=LATER)
        assert set(wrong.value.errors) == {"tested_by"}
    assert not InformationItem.objects.filter(body=ANSWER).exists()
    tested = said("police_tells", tested=True, tested_by="Pia Holm, 2 mars")
    consent_actions.answer_inquiry(inquiry, tested, by=world.pia.actor, at=LATER)
    item = InformationItem.objects.get(body=ANSWER)
    assert item.released_at == LATER
    assert inquiry.answer_disclosure is not None
    assert inquiry.answer_disclosure.tests.get(code="prel_investigation").reason == "Pia Holm, 2 mars"


def test_a_type_that_the_agency_does_not_write_is_refused(world: World) -> None:
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    with pytest.raises(Invalid) as wrong:
        consent_actions.answer_inquiry(inquiry, said("police_tells"), by=world.sam.actor, at=LATER)
    assert set(wrong.value.errors) == {"type"}


@pytest.mark.parametrize("who", ["kim", "pia", "mona", "peo"])
def test_only_the_asked_answers(world: World, who: str) -> None:
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    with pytest.raises(Denied):
        consent_actions.answer_inquiry(inquiry, None, by=world.members[who].actor, at=LATER)


# --- taking back, and the end ------------------------------------------------------------------------------------


def answered(world: World, inquiry: Inquiry) -> None:
    consent_actions.answer_inquiry(inquiry, None, by=world.sam.actor, at=LATER)


def withdrawn(world: World, inquiry: Inquiry) -> None:
    consent_actions.withdraw_inquiry(inquiry, reason="Behövs inte", by=world.kim.actor, at=LATER)


def decided(world: World, inquiry: Inquiry) -> None:
    hub_actions.change_phase(inquiry.case, "besluta insats", by=world.kim.actor, at=LATER)


def closed(world: World, inquiry: Inquiry) -> None:
    hub_actions.close_case(inquiry.case, outcome="as_planned", note="", by=world.kim.actor, at=LATER)


def left(world: World, inquiry: Inquiry) -> None:
    hub_actions.end_participation(party_of(inquiry), reason="Fel skola", by=world.kim.actor, at=LATER)


@pytest.mark.parametrize(
    ("end", "state", "message"),
    [
        (answered, "answered", None),
        (withdrawn, "withdrawn", "inquiry_withdrawn"),
        (decided, "lapsed", "inquiry_lapsed"),
        (closed, "lapsed", None),
        (left, "lapsed", None),
    ],
)
def test_a_question_ends_once(
    world: World, end: Callable[[World, Inquiry], None], state: str, message: str | None
) -> None:
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    end(world, inquiry)
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.ended_at) == (state, LATER)
    row = Deadline.objects.get(kind="external")
    assert (row.met_at, row.next_at) == (LATER, None)
    if message:
        assert told(message) == {world.sam.assignment.pk}
    for again in (answered, withdrawn):
        with pytest.raises((Conflict, Denied)):
            again(world, Inquiry.objects.get(pk=inquiry.pk))


def test_after_the_answer_the_seat_and_the_own_item_remain(world: World) -> None:
    """As when a consent ends: the case and own items, nothing else; it is ended by hand (P-A2)."""
    case = investigate(world)
    inquiry = ask(world, case)
    name(world, inquiry, "sam")
    consent_actions.answer_inquiry(inquiry, said("school_results"), by=world.sam.actor, at=LATER)
    assert party_of(inquiry).state(at=LATER) == "active"
    assert case.pk in seen(Case, world.sam.actor)
    assert InformationItem.objects.get(body=ANSWER).pk in seen(InformationItem, world.sam.actor)
    hub_actions.end_participation(party_of(inquiry), reason="Klart", by=world.kim.actor, at=LATER + SECOND)
    assert seen(Inquiry, world.sam.actor, at=LATER + SECOND) == set()


def test_an_open_case_of_a_lapsed_question_asks_again(world: World) -> None:
    case = investigate(world)
    left(world, ask(world, case))
    again = ask(world, case, at=LATER + SECOND)
    assert party_of(again).active_from == LATER + SECOND


# --- the clock ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "half", "due"),
    [
        ((2026, 3, 3, 10, 0), "2026-03-03 22.00", "2026-03-04 10.00"),
        ((2026, 3, 6, 10, 0), "2026-03-08 01.30", "2026-03-09 17.00"),
    ],
)
def test_24_hours_and_never_on_a_day_off(
    world: World, asked: tuple[int, int, int, int, int], half: str, due: str
) -> None:
    at = datetime(*asked, tzinfo=STOCKHOLM)
    inquiry = ask(world, investigate(world), at=at)
    row = Deadline.objects.get(kind="external")
    assert row.next_at
    assert [f"{local(one):%Y-%m-%d %H.%M}" for one in (row.next_at, row.due_at)] == [half, due]
    assert (row.subject_id, row.due_at) == (inquiry.pk, inquiry.due_at)


def test_the_asked_are_reminded_and_the_asker_hears_when_time_is_out(world: World) -> None:
    inquiry = ask(world, investigate(world))
    half, due = NOW + timedelta(hours=12), inquiry.due_at
    sam, kim = world.sam.assignment.pk, world.kim.assignment.pk
    assert tick(at=half - SECOND) == 0
    assert (tick(at=half), tick(at=half)) == (1, 0)
    world.look()
    assert told("inquiry_half") == {sam}
    assert tick(at=due - SECOND) == 0
    assert (tick(at=due), tick(at=due)) == (1, 0)
    world.look()
    assert told("inquiry_due") == {sam, kim}
    assert Deadline.objects.get(kind="external").breached_at == due


def test_the_own_day_of_the_item_is_the_writers(world: World) -> None:
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    consent_actions.answer_inquiry(inquiry, said("school_results"), by=world.sam.actor, at=LATER)
    assert InformationItem.objects.get(body=ANSWER).event_date == START_DAY
