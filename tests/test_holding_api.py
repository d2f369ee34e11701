"""A meeting held by a machine: the gate, the family's own words, and breaking off, as on the page (P-M6, P-M7)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consent import actions as consent_actions
from hub.models import AuditEntry
from meetings.models import Meeting, MeetingState
from tests.cast import NOW, START, World
from tests.gatherings import gather
from tests.holding import close, decided, place, present, running

pytestmark = pytest.mark.django_db


def send(
    client: Client, route: str, args: list[object], body: dict[str, Any], method: str = "POST", tag: str = ""
) -> Any:
    headers = {"If-Match": tag} if tag else {}
    text, address = json.dumps(body, default=str), reverse(f"api:{route}", args=args)
    return client.generic(method, address, text, content_type="application/json", headers=headers)


def going_on(world: World) -> Meeting:
    """Everybody is there, now."""
    meeting = running(world, starts_at=NOW)
    present(world, meeting, at=NOW)
    return meeting


def deeds() -> list[str]:
    return list(AuditEntry.objects.exclude(action="read").order_by("pk").values_list("action", flat=True))


def test_own_words_are_read_and_written_on_what_was_read_until_somebody_may_not_hear(world: World) -> None:
    meeting, kim = going_on(world), world.client("kim")
    youth, official = place(meeting, world.elias.person), place(meeting, world.pia)
    args: list[object] = [meeting.ref, youth.ref]
    read = kim.get(reverse("api:meeting_own_words", args=args))
    wrote = send(kim, "meeting_own_words", args, {"text": "Jag vill börja om."}, "PUT", read["ETag"])
    assert (wrote.status_code, wrote.json()["text"]) == (200, "Jag vill börja om.")
    assert deeds()[-1] == "meeting.words_noted"
    assert send(kim, "meeting_own_words", args, {"text": "Nej."}, "PUT", read["ETag"]).status_code == 412
    assert kim.get(reverse("api:meeting_own_words", args=[meeting.ref, official.ref])).status_code == 404
    held = kim.get(reverse("api:meeting_held", args=[meeting.ref])).json()
    assert [one["own_words"] for one in held["participants"] if one["own_words"]] == ["Jag vill börja om."]

    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    held = kim.get(reverse("api:meeting_held", args=[meeting.ref])).json()
    assert [one["own_words"] for one in held["participants"] if one["own_words"]] == []
    assert kim.get(reverse("api:meeting_own_words", args=args)).status_code == 409


def test_the_gate_opens_when_who_may_not_hear_has_left_and_shuts_when_they_come_back(world: World) -> None:
    at = NOW - timedelta(minutes=10)
    earlier = running(world, starts_at=NOW - timedelta(minutes=30), minutes=15, at=START)
    decided(world, earlier, at=at)
    present(world, earlier, at=at)
    close(world, earlier, at=at, no_next="Bokas senare.")
    meeting, kim = going_on(world), world.client("kim")
    page = reverse("meetings:hold", args=[meeting.ref])
    assert "Ringa skolan om schemat." in kim.get(page).content.decode()
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)

    def hears(name: str, back: bool) -> list[bool]:
        body = {"participant": place(meeting, world.members[name]).ref, "back": back}
        answer = send(kim, "meeting_step_out", [meeting.ref], body).json()
        assert deeds()[-1] == "meeting.stepped_out"
        return [one["text"] is not None for one in (*answer["points"][:1], *answer["left"])]

    assert (hears("pia", False), hears("sam", False), hears("pia", True)) == ([False] * 2, [True] * 2, [False] * 2)
    assert "Ringa skolan om schemat." not in kim.get(page).content.decode(), "what an earlier meeting decided"
    unknown = send(kim, "meeting_step_out", [meeting.ref], {"participant": meeting.ref})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "participant")


def test_a_meeting_is_broken_off_with_a_reason_and_a_new_date_within_seven_days(world: World) -> None:
    meeting, kim = going_on(world), world.client("kim")
    meeting.refresh_from_db()
    body: dict[str, Any] = {"reason": "Elias orkade inte.", "version": meeting.row_version}
    refused = send(kim, "meeting_break_off", [meeting.ref], body)
    assert (refused.status_code, "9 mars" in refused.content.decode()) == (409, True)
    gather(world, starts_at=NOW + timedelta(days=7))
    assert send(kim, "meeting_break_off", [meeting.ref], body | {"reason": " "}).status_code == 422
    assert send(kim, "meeting_break_off", [meeting.ref], body | {"version": 1}).status_code == 409
    broken = send(kim, "meeting_break_off", [meeting.ref], body)
    assert (broken.status_code, broken.json()["state"]) == (200, MeetingState.BROKEN_OFF)
    assert deeds()[-1] == "meeting.broken_off"
