"""The pages of meetings: booking on one page, answering, the rhythm beside what comes (P-M2, P-M3, P-M5)."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub import actions as hub_actions
from hub.models import Notification
from hub.queries import in_sentences
from meetings import actions, contributions, queries, words
from meetings.apart import NOT_USABLE
from meetings.models import Answer, Meeting, Participant, Rhythm, YouthContact
from meetings.rhythm import beats
from tests.cast import NOW, SECOND, START, World
from tests.gatherings import HOUR, THURSDAY, gather, room

pytestmark = pytest.mark.django_db


def booking(world: World, **changes: object) -> dict[str, Any]:
    """What Kim sends from the page: Pia is asked, Sam if he likes, the others not; Elias and his mother."""
    officials = {"kim": "ska", "lovisa": "nej", "pia": "ska", "sam": "kan", "fia": "nej"}
    return {
        "day": "2026-03-12",
        "starts_at": "9.00",
        "minutes": "60",
        "officials_minutes": "15",
        "form": "room",
        "place": "Spånga torg 1",
        "link": "",
        "interpreter": "",
        "family": [str(world.elias.person.ref), str(world.eva.person.ref)],
        **{f"person_{world.members[name].assignment.ref}": said for name, said in officials.items()},
        **changes,
    }


def book(client: Client, world: World, **changes: object) -> Any:
    return client.post(reverse("meetings:book", args=[world.case.ref]), booking(world, **changes))


def reads(client: Client, route: str, ref: object = None, **query: str) -> str:
    response = client.get(reverse(f"meetings:{route}", args=[ref] if ref else []), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_meeting_is_booked_on_one_page_and_comes_up_for_whoever_is_asked(world: World) -> None:
    kim, pia = world.client("kim"), world.client("pia")
    assert book(kim, world).status_code == 302
    meeting = Meeting.objects.get(kind="network")
    assert (meeting.starts_at, meeting.ends_at) == (THURSDAY, THURSDAY + HOUR)
    asked = meeting.participants.exclude(assignment=None).values_list("assignment__user__name", "required")
    assert set(asked) == {("Kim Samuelsson", True), ("Pia Holm", True), ("Sam Lund", False)}
    page = reads(pia, "meetings")
    assert "Torsdag 12 mars" in page
    assert "kl. 9.00–10.00, nätverksmöte" in page
    assert "8.45–9.00" in page
    assert "Rytmen</h2>" not in page
    assert "Elias" not in page
    assert "Eva" not in page


def test_what_is_taken_is_said_at_the_field_and_what_was_typed_stays(world: World) -> None:
    gather(world, "kim", "lovisa", starts_at=THURSDAY + HOUR, room=room(world))
    kim = world.client("kim")
    refused = book(kim, world, starts_at="10.30", officials_minutes="0", room=str(room(world).ref), place="")
    text = refused.content.decode()
    assert refused.status_code == 422
    assert Meeting.objects.count() == 1
    assert NOT_USABLE in text
    assert 'value="10.30"' in text
    refused = book(kim, world, starts_at="10.30", officials_minutes="0")
    assert "Kim Samuelsson har redan ett möte då." in refused.content.decode()


def test_the_page_tells_when_people_are_taken_on_a_day_and_books_nothing_then(world: World) -> None:
    gather(world)
    seen = book(world.client("kim"), world, visa="1", day="12 mars 2026", minutes="90")
    text = " ".join(seen.content.decode().split())
    assert seen.status_code == 200
    assert Meeting.objects.count() == 1
    assert "Alla kan inte då" in text
    assert "Pia Holm: upptagen 9.00–10.00" in text
    assert '<option value="90" selected>' in text
    assert 'class="error"' not in text
    moved = reads(world.client("kim"), "change", Meeting.objects.get().ref)
    assert "Ingen i ärendet är upptagen torsdag 12 mars." in moved


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_at": "25.00"}, "Skriv klockslaget som timmar och minuter"),
        ({"day": "0001-01-01"}, "Kontrollera året."),
        ({"day": "2026-03-01"}, "Tiden har redan varit."),
        ({"form": "video"}, "Fyll i länken"),
        ({"form": "video", "link": "javascript:alert(1)"}, "den börjar med https://"),
    ],
)
def test_what_cannot_be_is_said_in_words(world: World, changes: dict[str, object], sentence: str) -> None:
    refused = book(world.client("kim"), world, **changes)
    assert refused.status_code == 422
    assert sentence in refused.content.decode()


def test_the_interpreter_that_the_family_needs_stands_in_the_form(world: World) -> None:
    type(world.eva.person).objects.filter(pk=world.eva.person.pk).update(language="somaliska", needs_interpreter=True)
    assert 'value="somaliska"' in reads(world.client("kim"), "book", world.case.ref)


def test_nobody_is_proposed_where_one_in_the_family_may_have_to_be_kept_from_another(world: World) -> None:
    assert reads(world.client("kim"), "book", world.case.ref).count(" checked") == 1 + 3
    world.eva.person.__class__.objects.filter(pk=world.eva.person.pk).update(family_security_flag=True)
    assert reads(world.client("kim"), "book", world.case.ref).count(" checked") == 1


def test_an_answer_counts_for_the_officials_meeting_before_too_until_one_is_given_there(world: World) -> None:
    meeting = gather(world, officials_minutes=30)
    pia = world.client("pia")
    pia.post(reverse("meetings:answer", args=[meeting.ref]), {"answer": "accepted"})
    mine = Participant.objects.filter(assignment=world.pia.assignment)
    assert set(mine.values_list("answer", flat=True)) == {Answer.ACCEPTED}
    pia.post(reverse("meetings:answer", args=[meeting.officials.ref]), {"answer": "declined"})
    pia.post(reverse("meetings:answer", args=[meeting.ref]), {"answer": "tentative"})
    assert mine.get(meeting=meeting).answer == Answer.TENTATIVE
    assert mine.get(meeting=meeting.officials).answer == Answer.DECLINED


def test_what_the_family_says_is_noted_by_who_leads_and_seen_by_nobody_else(world: World) -> None:
    meeting = gather(world)
    eva = meeting.participants.get(person=world.eva.person)
    told = {"answer": "accepted", "vem": str(eva.ref)}
    address = reverse("meetings:answer", args=[meeting.ref])
    assert world.client("pia").post(address, told).status_code == 404
    assert world.client("kim").post(address, told).status_code == 302
    eva.refresh_from_db()
    assert (eva.answer, eva.answered_by) == ("accepted", "told")
    page = reads(world.client("pia"), "meeting", meeting.ref)
    assert "Sam Lund" in page
    assert "Eva" not in page
    assert "Elias" not in page
    assert "Eva Holm" in reads(world.client("kim"), "meeting", meeting.ref)


def test_a_change_on_an_old_page_is_refused_and_what_was_typed_stays(world: World) -> None:
    meeting = gather(world)
    kim = world.client("kim")
    new = {**booking(world), "starts_at": "13.00", "row_version": meeting.row_version}
    assert kim.post(reverse("meetings:change", args=[meeting.ref]), new).status_code == 302
    meeting.refresh_from_db()
    assert meeting.starts_at == THURSDAY + 4 * HOUR
    again = kim.post(reverse("meetings:change", args=[meeting.ref]), {**new, "starts_at": "14.00"})
    assert again.status_code == 409
    assert 'value="14.00"' in again.content.decode()


def test_calling_off_has_a_reason_that_only_those_who_lead_read(world: World) -> None:
    meeting = gather(world)
    kim = world.client("kim")
    address = reverse("meetings:cancel", args=[meeting.ref])
    assert kim.post(address, {"row_version": 1, "reason": ""}).status_code == 422
    assert kim.post(address, {"row_version": 1, "reason": "Pappan är sjuk"}).status_code == 302
    assert "Pappan är sjuk" in reads(kim, "meeting", meeting.ref)
    page = reads(world.client("pia"), "meeting", meeting.ref)
    assert "Inställt" in page
    assert "Pappan är sjuk" not in page


#: Elias' insats began on 2 March: the window opens on 23 March, and 30 March is the last day.
@pytest.mark.parametrize(
    ("at", "words_of_it"),
    [
        (START + timedelta(days=20), "Dag 20, möte 23 mars till 30 mars"),
        (START + timedelta(days=24), "Dag 24, möte senast 30 mars"),
        (START + timedelta(days=29), "Försenat 1 dag"),
        (START + timedelta(days=31), "Försenat 2 dagar"),
    ],
)
def test_the_rhythm_in_words(world: World, at: datetime, words_of_it: str) -> None:
    (beat,) = beats([world.case.pk], at=at).values()
    assert words.beat_words(beat, at).text == words_of_it


def test_a_meeting_booked_too_late_is_no_comfort(world: World) -> None:
    gather(world, starts_at=START + timedelta(days=30))
    (beat,) = beats([world.case.pk], at=NOW).values()
    assert words.beat_words(beat, NOW).text == "Bokat 1 april, men senast 30 mars behövs"


def test_the_rhythm_stands_with_who_leads_and_who_manages_and_with_nobody_else(world: World) -> None:
    for name in ("kim", "lovisa", "mona"):
        page = reads(world.client(name), "meetings")
        assert "Dag 0, möte 23 mars till 30 mars" in page, name
        assert "Elias" not in page, name
    for name in ("pia", "olof", "otto", "rut", "ada"):
        assert world.case.number not in reads(world.client(name), "meetings"), name
    world.look()


def test_another_rhythm_has_a_reason_when_it_is_longer(world: World) -> None:
    kim, address = world.client("kim"), reverse("meetings:rhythm", args=[world.case.ref])
    refused = kim.post(address, {"days": 29, "reason": ""})
    assert refused.status_code == 422
    assert "Skriv varför" in refused.content.decode()
    assert kim.post(address, {"days": 14, "reason": ""}).status_code == 302
    assert Rhythm.objects.get().days == 14
    kim.post(reverse("meetings:contact", args=[world.case.ref]), {"on": "2026-03-02", "how": "call"})
    assert YouthContact.objects.get().on == date(2026, 3, 2)


# --- what waits, and where messages lead ---------------------------------------------------------------------------


def waiting(world: World, name: str, at: datetime) -> list[tuple[str, str]]:
    actor = world.members[name].actor
    found = [*contributions.meetings_to_answer(actor, at), *contributions.meetings_to_book(actor, at)]
    return [(todo.title, todo.verb) for todo in found]


def test_who_is_asked_has_it_to_do_until_the_answer_and_who_booked_has_not(world: World) -> None:
    meeting = gather(world, officials_minutes=15)
    title = (f"Svara på kallelsen i {world.case.number}", "Svara")
    assert waiting(world, "pia", NOW) == [title]
    assert waiting(world, "kim", NOW) == []
    place = meeting.participants.get(assignment=world.pia.assignment)
    actions.answer(place, Answer.TENTATIVE, by=world.pia.actor, at=NOW)
    assert waiting(world, "pia", NOW) == []
    assert waiting(world, "sam", THURSDAY - SECOND) == [title]
    assert waiting(world, "sam", THURSDAY) == []


def test_who_leads_is_to_book_from_the_window_on_and_the_manager_knows_when_it_is_late(world: World) -> None:
    opens = (START + timedelta(days=21)).replace(hour=0)
    ends = (START + timedelta(days=29)).replace(hour=0)
    due = [(f"Boka nätverksmöte i {world.case.number}", "Boka möte")]
    assert waiting(world, "kim", opens - SECOND) == []
    assert waiting(world, "kim", opens) == due
    assert waiting(world, "mona", ends - SECOND) == []
    assert waiting(world, "kim", ends) == [(f"Försenat nätverksmöte i {world.case.number}", "Boka möte")]
    assert waiting(world, "mona", ends) == [(f"Försenat nätverksmöte i {world.case.number}", "Se ärendet")]
    gather(world, starts_at=START + timedelta(days=28))
    assert waiting(world, "kim", opens) == []


def test_messages_lead_to_the_meeting_or_to_booking(world: World) -> None:
    meeting = gather(world)
    (message,) = in_sentences(
        list(Notification.objects.filter(assignment=world.pia.assignment, kind="meeting_booked")),
        world.pia.actor,
        at=NOW,
    )
    assert (message.url, message.verb) == (reverse("meetings:meeting", args=[meeting.ref]), "Svara")
    due = Notification(pk=1, kind="meeting_due", case=world.case)
    ways = contributions.ways_to_book([due], world.kim.actor, NOW)
    assert ways == {1: (reverse("meetings:book", args=[world.case.ref]), "Boka möte")}
    assert contributions.ways_to_book([due], world.mona.actor, NOW) == {}


def test_the_rhythm_costs_as_many_queries_for_many_cases_as_for_one(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert queries.rhythm_page(world.kim.actor, at=NOW)[0]
        return len(seen)

    before = cost()
    for _n in range(3):
        hub_actions.open_case(world.elias, form="SIG", phase="insats", by=world.kim.actor, at=NOW)
    assert cost() == before
    rows, more = queries.rhythm_page(world.kim.actor, at=NOW)
    assert (len(rows), more) == (4, None)
    with patch.object(queries, "PAGE", 3):
        first, more = queries.rhythm_page(world.kim.actor, at=NOW)
        assert first == rows[:3]
        assert queries.rhythm_page(world.kim.actor, at=NOW, after=more) == (rows[3:], None)
        gone = queries.rhythm_page(world.kim.actor, at=NOW, after=uuid4())
    assert gone == (first, first[-1].case.ref)
