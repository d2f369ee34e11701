"""Minutes as people meet them: items at the meeting, read through, approved, read by each, printed (P-M7, P-M8)."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from consent import actions as consent_actions
from consent.models import InformationItem
from hub.models import AuditEntry
from meetings import actions
from meetings.minutes_contributions import minutes_to_approve
from meetings.minutes_due import due_at
from meetings.models import Meeting, MeetingItem, Minutes, MinutesState
from tests import item_pages
from tests.cast import NOW, SECOND, START, World
from tests.gatherings import gather
from tests.holding import DURING, everybody, place
from tests.html_forms import typed
from tests.item_pages import newest, post, said
from tests.minuting import POLICE, SCHOOL, approved

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=30)


@pytest.fixture
def going_on(world: World) -> Meeting:
    """Kim's meeting with the police, the school and leisure, begun half an hour early."""
    meeting = gather(world, "kim", "pia", "sam", "fia", starts_at=SOON)
    return actions.open_meeting(meeting, by=world.kim.actor, at=NOW)


def page(world: World, who: str, route: str, ref: object, query: str = "") -> Any:
    response = world.client(who).get(reverse(f"meetings:{route}", args=[ref]) + query)
    world.look()
    return response


def end(world: World, meeting: Meeting) -> Minutes:
    actions.note_attendance(meeting, everybody(meeting), by=world.kim.actor, at=NOW)
    due = NOW.date() + timedelta(days=14)
    actions.decide(meeting, "Ringa skolan.", owner=world.sam.assignment, due_on=due, by=world.kim.actor, at=NOW)
    actions.close_held(meeting, no_next="Semester.", row_version=2, by=world.kim.actor, at=NOW)
    return Minutes.objects.get(meeting=meeting)


def send(world: World, who: str, minutes: Minutes, do: str, **changes: Any) -> Any:
    """The page of approving, as it stands but for these answers, sent back."""
    address = reverse("meetings:minutes_approve", args=[minutes.ref])
    form = typed(world.client(who).get(address), "row_version", **changes)
    response = world.client(who).post(address, {**form, "do": do})
    world.look()
    return response


def paper(response: Any) -> str:
    assert response.status_code == 200
    return "\n".join(one.extract_text() for one in PdfReader(BytesIO(response.content)).pages)


def test_whoever_takes_part_writes_an_item_to_the_meeting_on_the_items_own_page(
    world: World, going_on: Meeting
) -> None:
    assert "Skriv uppgift till mötet" in said(page(world, "sam", "meeting", going_on.ref))
    there = f"{item_pages.new_url(world)}?fran=mote:{going_on.ref}"
    assert "Skrivs till nätverksmöte" in said(world.client("sam").get(there))
    everyone = [str(world.social.pk), str(world.police.pk)]
    response = post(world, "sam", there, item_pages.typed("attendance", do="registrera", audience=everyone))
    item = newest()
    assert response.url == item_pages.url(item, "item_record") + f"?fran=mote%3A{going_on.ref}"
    response = post(world, "sam", response.url, {"row_version": 1})
    assert response.url == reverse("meetings:meeting", args=[going_on.ref])
    assert MeetingItem.objects.get(item=item).meeting == going_on
    absent = {place(going_on, world.fia).pk: "absent"}  # nothing is shared with leisure: the gate would be shut
    actions.note_attendance(going_on, absent, by=world.kim.actor, at=NOW)
    assert "Kom i tid hela veckan." in said(page(world, "kim", "hold", going_on.ref))
    # From a point of the screen, by who leads; a draft is its author's alone.
    point = going_on.points.all()[3]
    screen = said(page(world, "kim", "hold", going_on.ref))
    there = f"{item_pages.new_url(world)}?fran=mote:{going_on.ref}.{point.ref}"
    assert there in screen
    response = post(world, "kim", there, item_pages.typed("measures_and_plan", body="Boxning på torsdagar."))
    assert response.url == reverse("meetings:hold", args=[going_on.ref]) + f"#p-{point.ref}"
    assert MeetingItem.objects.get(item=newest()).point == point
    assert "Boxning på torsdagar." in said(page(world, "kim", "hold", going_on.ref))
    assert "Boxning på torsdagar." not in said(page(world, "lovisa", "hold", going_on.ref))
    # Nobody hangs anything on a meeting that they may not know of; the item is written all the same, and they are told.
    for key in (f"mote:{going_on.ref}", "mote:x", "annat:1"):
        there = f"{reverse('consent:item_new', args=[world.case.ref])}?fran={key}"
        assert world.client("olof").get(there).status_code == 404
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    assert "Kom i tid hela veckan." not in said(page(world, "kim", "hold", going_on.ref)), "a withdrawal in the middle"


def test_minutes_are_read_through_mended_approved_and_then_read_by_each(world: World, going_on: Meeting) -> None:
    minutes = end(world, going_on)
    assert reverse("meetings:minutes", args=[minutes.ref]) in said(page(world, "kim", "hold", going_on.ref))
    home = said(world.client("kim").get(reverse("hub:home")))
    assert f"Justera protokollet i {world.case.number}" in home
    assert "Justera protokollet" not in said(world.client("lovisa").get(reverse("hub:home")))
    assert page(world, "pia", "minutes", minutes.ref).status_code == 404, "a draft"
    point = going_on.points.all()[1]
    text, decision = f"text_{point.ref.hex}", f"plain_decided_{going_on.decisions.get().ref.hex}"
    # Too long a text stays on the page with a sentence; nothing is saved.
    wrong = send(world, "kim", minutes, "spara", **{text: "x" * 20_001})
    assert wrong.status_code == 422
    assert send(world, "kim", minutes, "spara", **{text: "Elias vill byta klass."}).status_code == 302
    stale = send(world, "kim", minutes, "justera", row_version=1, **{decision: "Sam ringer."})
    assert stale.status_code == 409
    assert "Sam ringer." in said(stale)
    again = typed(stale, "row_version")
    assert again["row_version"] == ["2"], "saving again is a choice with open eyes"
    assert "data-keep" in said(stale)
    assert send(world, "lovisa", minutes, "justera").status_code == 403
    form = {f"plain_point_{point.ref.hex}": "Vi pratade om klassen.", decision: "Skolan ringer dig."}
    assert send(world, "kim", minutes, "justera", **form).status_code == 302
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.APPROVED
    whole = said(page(world, "kim", "minutes", minutes.ref))
    assert "Elias vill byta klass." in whole
    assert "Oförändrat sedan justeringen" in whole
    for who in ("pia", "sam", "fia"):
        part = said(page(world, who, "minutes", minutes.ref))
        assert ("Ringa skolan." in part) == (who == "sam")
        assert "byta klass" not in part
        assert "Protokoll" in said(world.client(who).get(reverse("hub:case", args=[world.case.ref])))
    youth = going_on.participants.get(person=world.elias.person)
    copy = said(page(world, "kim", "minutes", minutes.ref, f"?for={youth.ref}"))
    assert "Vi pratade om klassen." in copy
    assert "Skolan ringer dig." in copy
    for name, status in (("mona", 403), ("pia", 403), ("sam", 403)):
        assert page(world, name, "minutes", minutes.ref, f"?for={youth.ref}").status_code == status
    assert page(world, "kim", "minutes", minutes.ref, "?for=x").status_code == 404


def test_from_approved_minutes_another_s_item_is_taken_to_the_file_while_it_may_be_read(world: World) -> None:
    minutes = approved(world)
    with time_machine.travel(DURING, tick=False):
        for name, filed in (("kim", {SCHOOL, POLICE}), ("pia", set[str]())):
            shown = said(page(world, name, "minutes", minutes.ref))
            items = InformationItem.objects.filter(case=world.case)
            links = {one.body for one in items if reverse("consent:item_file", args=[one.ref]) in shown}
            assert links == filed, name
        consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=DURING)
        assert "Till akten" not in said(page(world, "kim", "minutes", minutes.ref))


def test_each_prints_the_own_reading_and_leisure_none(world: World, going_on: Meeting) -> None:
    minutes = end(world, going_on)
    assert page(world, "kim", "minutes_pdf", minutes.ref).status_code == 404, "a draft is nobody's paper"
    actions.approve_minutes(minutes, row_version=1, by=world.kim.actor, at=NOW)
    whole, police = (paper(page(world, who, "minutes_pdf", minutes.ref)) for who in ("kim", "pia"))
    assert "Ringa skolan." in whole
    assert "Ringa skolan." not in police
    assert "Elias" not in police
    entry = AuditEntry.objects.filter(kind="read", route="meetings:minutes_pdf").latest("pk")
    assert entry.action == "print"
    assert page(world, "fia", "minutes_pdf", minutes.ref).status_code == 403
    who = going_on.participants.get(person=world.elias.person)
    copy = paper(page(world, "kim", "minutes_pdf", minutes.ref, f"?for={who.ref}"))
    assert "Ringa skolan." in copy
    assert world.case.number not in copy
    assert "Sam Lund" not in copy


def test_a_correction_is_written_on_its_page_and_stands_beside(world: World, going_on: Meeting) -> None:
    minutes = end(world, going_on)
    actions.approve_minutes(minutes, row_version=1, by=world.kim.actor, at=NOW)
    address = reverse("meetings:minutes_addendum", args=[minutes.ref])
    assert post(world, "kim", address, {"about": "", "text": " "}).status_code == 422
    decision = minutes.paragraphs.get(section="decided")
    assert post(world, "kim", address, {"about": str(decision.ref), "text": "Ring rektorn."}).status_code == 302
    assert "Ring rektorn." in said(page(world, "sam", "minutes", minutes.ref))
    assert "Ring rektorn." not in said(page(world, "pia", "minutes", minutes.ref))


def test_minutes_are_to_be_approved_within_the_days_of_the_setting(
    world: World, going_on: Meeting, settings: Any
) -> None:
    minutes = end(world, going_on)
    assert due_at(minutes) == START.replace(day=17, hour=0)
    settings.MINUTES_DAYS = 7
    assert due_at(minutes) == START.replace(day=10, hour=0)
    for late, colour in ((-SECOND, "info"), (timedelta(0), "danger"), (SECOND, "danger")):
        assert [one.colour for one in minutes_to_approve(world.kim.actor, due_at(minutes) + late)] == [colour]
