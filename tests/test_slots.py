"""The best slots of one case, in words a colleague would use, and one press that takes them (P-M3, P-M4)."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from hub.access import may, permitted
from hub.errors import Invalid
from meetings import actions, queries, slots
from meetings.models import Busy, Meeting, Participant, Room, StandingSlot, WorkingHours
from meetings.planning.check import UNUSABLE
from meetings.planning.problem import Window
from meetings.slots import Found, Wish
from tests.cast import NOW, START, World
from tests.gatherings import HOUR, THURSDAY, another, gather, room, when
from tests.holding import DURING, running

pytestmark = pytest.mark.django_db

#: The insats began on 2 March: day 21 is Monday the 23rd, day 28 Monday the 30th.
WINDOW = [date(2026, 3, 23) + timedelta(days=n) for n in range(8)]


def found(world: World, *names: str, may: tuple[str, ...] = (), window: Window | None = None, **wish: object) -> Found:
    people = queries.candidates(world.case, world.kim.actor, at=NOW)
    must = [world.members[name].assignment for name in names or ("kim", "pia", "sam")]
    optional = [world.members[name].assignment for name in may]
    asked = Wish(must=must, may=optional, family=[world.elias.person, world.eva.person], **wish)  # type: ignore[arg-type]  # free keyword arguments
    return slots.find(world.case, people, asked, world.kim.actor, at=NOW, window=window)


def busy(world: World, name: str, *days: date, since: time = time(0), until: time = time(23, 30)) -> None:
    for day in days:
        starts_at, ends_at = (START.replace(day=day.day, hour=at.hour, minute=at.minute) for at in (since, until))
        Busy.objects.create(user=world.members[name].user, starts_at=starts_at, ends_at=ends_at)


def test_the_best_slots_lie_in_the_last_week_of_the_rhythm_on_different_days_and_say_why(world: World) -> None:
    room(world)
    best = found(world).slots
    assert [(one.when, one.where) for one in best[:1]] == [("Måndag 23 mars, kl. 15.00–16.00", "Granen, Spånga torg 1")]
    assert best[0].why == "Alla kan. Dag 21. Efter skolan."
    assert len({one.starts_at.date() for one in best}) == slots.SHOWN


def test_the_standing_time_comes_first_also_on_school_hours(world: World) -> None:
    StandingSlot.objects.create(
        municipality=world.kommun,
        agency=world.social,
        room=room(world),
        weekdays=[2],
        starts=time(9, 0),
        minutes=90,
        valid_from=START,
    )
    best = found(world, officials_minutes=30).slots[0]
    assert best.when == "Tisdag 24 mars, kl. 9.30–10.30"
    assert best.why == "Alla kan. Dag 22. Er fasta mötestid på tisdagar. På skoltid."


def test_the_weekday_of_the_last_meeting_speaks_for_a_slot(world: World) -> None:
    held = gather(world, room=room(world))
    held.participants.update(attendance="present")
    Meeting.objects.update(
        state="held", starts_at=START, ends_at=START + HOUR / 2, opened_at=START, closed_at=START + HOUR / 2
    )
    assert found(world).slots[0].why == "Alla kan. Dag 21. Samma veckodag som förra mötet. Efter skolan."


def test_who_need_not_come_is_left_out_only_when_it_must_be(world: World) -> None:
    room(world)
    busy(world, "sam", *WINDOW)
    assert all(
        one.why.startswith("Alla kan utom Sam Lund, som inte måste vara med.")
        for one in found(world, "kim", "pia", may=("sam",)).slots
    )
    Busy.objects.all().delete()
    busy(world, "sam", date(2026, 3, 23))
    assert found(world, "kim", "pia", may=("sam",)).slots[0].when.startswith("Tisdag 24 mars")


def test_the_deputy_comes_only_where_the_contact_never_can(world: World) -> None:
    room(world)
    busy(world, "pia", *WINDOW[:-1])
    assert not any(one.instead for one in found(world).slots)
    busy(world, "pia", WINDOW[-1])
    best = found(world)
    assert not best.reasons
    assert "Dag Berg kommer i stället för Pia Holm." in best.slots[0].why
    busy(world, "dag", *WINDOW)
    none = found(world)
    assert none.reasons == (
        "Kontaktpolisen Pia Holm är upptagen alla tider dag 21–28, och ingen ersättare kan heller.",
    )
    assert any(remedy.startswith("En dag senare (31 mars)") for remedy in none.remedies)
    assert none.slots[0].late
    assert "1 dag för sent." in none.slots[0].why


def test_what_is_asked_of_the_interpreter_stands_with_the_slot(world: World) -> None:
    assert "Tolk till somaliska behöver bokas." in found(world, interpreter="somaliska").slots[0].why


def test_of_youths_kept_apart_only_one_thing_is_said(world: World) -> None:
    tove = another(world, "Tove", "olof")
    actions.keep_apart(world.case, tove.individual, reason="Hot.", by=world.mona.actor, at=START)
    all_day = when(START.replace(day=24, hour=8), minutes=480, room=room(world, "Björken"))
    actions.book(tove, all_day, actions.Guests([world.olof.assignment]), by=world.olof.actor, at=NOW)
    day = date(2026, 3, 24)
    only = Window(earliest=day, target=day, due=day, latest=day)
    told = found(world, window=only)
    assert (told.slots, told.reasons) == ([], (UNUSABLE,))
    assert not any(word in " ".join(told.remedies) for word in ("Tove", "isär"))


def test_one_press_takes_a_slot_into_the_form_and_books_nothing(world: World) -> None:
    kim, address = world.client("kim"), reverse("meetings:book", args=[world.case.ref])
    room(world)
    busy(world, "pia", *WINDOW)
    page = kim.get(address)
    key = page.context["best"].slots[0].key
    assert "Dag Berg kommer i stället för Pia Holm." in page.content.decode()
    taken = kim.post(address, {"ta": key, "minutes": "60", "officials_minutes": "0", "form": "video"})
    text = taken.content.decode()
    assert taken.status_code == 200
    assert not Meeting.objects.exists()
    form, asked = taken.context["form"], taken.context["guests"]
    assert (form["day"].value(), form["starts_at"].value()) == ("2026-03-23", "15.00")
    assert (form["room"].value(), form["form"].value()) == (str(room(world).ref), "room")
    assert asked[f"person_{world.pia.assignment.ref}"].value() == "ersatt"
    assert "Tiden står i formuläret." in text
    assert "De som ska vara med kan då" in text, "Pia cannot, but Dag comes instead"
    for strange in ("", "2026-13-45 99.99||", "x" * 500, "2026-03-23 09.00|not-a-ref|"):
        assert kim.post(address, {"ta": strange}).status_code == 200


# --- a time that somebody's calendar says no to -----------------------------------------------------------------------


def test_a_calendar_that_says_no_is_overruled_with_a_reason_and_another_meeting_never_is(world: World) -> None:
    busy(world, "pia", date(2026, 3, 12), since=time(9, 59), until=time(11))
    with pytest.raises(Invalid) as refused:
        gather(world)
    assert refused.value.errors == {
        "despite": "Pia Holm är upptagen då. Välj en annan tid, eller skriv varför mötet hålls då ändå."
    }
    gather(world, starts_at=THURSDAY - timedelta(minutes=1))
    with pytest.raises(Invalid) as taken:
        gather(world, despite="Pia byter sitt pass.")
    assert "starts_at" in taken.value.errors
    actions.cancel(Meeting.objects.get(), reason="Prov", row_version=1, by=world.kim.actor, at=NOW)
    optional = actions.Guests([world.kim.assignment], [world.pia.assignment])
    actions.book(world.case, when(), optional, by=world.kim.actor, at=NOW)
    later = gather(world, "pia", starts_at=THURSDAY + HOUR, despite="Pia byter sitt pass.")
    assert later.despite == "Pia byter sitt pass."
    actions.change(later, when(THURSDAY + HOUR, place="Torget"), row_version=1, by=world.kim.actor, at=NOW)
    later.refresh_from_db()
    assert later.despite, "a new place alone changes nothing about the time"


def test_a_meeting_that_is_moved_is_not_in_its_own_way_in_the_calendar_of_those_who_come(world: World) -> None:
    meeting = gather(world, officials_minutes=30)
    busy(world, "pia", date(2026, 3, 12), since=time(8, 30), until=time(10))  # the feed, read back
    quarter = timedelta(minutes=15)
    assert actions.change(meeting, when(THURSDAY + quarter), row_version=1, by=world.kim.actor, at=NOW).sequence == 1
    busy(world, "pia", date(2026, 3, 12), since=time(11), until=time(12))
    with pytest.raises(Invalid):
        actions.change(meeting, when(THURSDAY + 2 * HOUR - quarter), row_version=2, by=world.kim.actor, at=NOW)


def test_the_page_says_who_cannot_at_the_typed_time_and_asks_why_then(world: World) -> None:
    busy(world, "pia", date(2026, 3, 12), since=time(9), until=time(10))
    WorkingHours.objects.create(user=world.sam.user, weekdays=[1, 4], begins=time(8), ends=time(9, 30))
    kim, address = world.client("kim"), reverse("meetings:book", args=[world.case.ref])
    who = {f"person_{world.members[name].assignment.ref}": "ska" for name in ("kim", "pia", "sam")}
    who |= {f"person_{world.members[name].assignment.ref}": "nej" for name in ("lovisa", "fia")}
    typed = who | {"day": "2026-03-12", "starts_at": "9", "minutes": "60", "officials_minutes": "0", "form": "room"}
    part = kim.post(address, typed | {"visa": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.index("Pia Holm: upptagen 9.00–10.00") < part.index("Sam Lund: arbetar 8.00–9.30")
    assert part.count("Kan inte då") == 2
    assert 'name="despite"' in part
    refused = kim.post(address, typed)
    assert refused.status_code == 422
    assert "Pia Holm är upptagen då." in refused.content.decode()
    assert kim.post(address, typed | {"despite": "Hon byter sitt pass."}).status_code == 302
    meeting = Meeting.objects.get()
    seen = [world.client(name).get(reverse("meetings:meeting", args=[meeting.ref])) for name in ("kim", "pia")]
    assert ["Hon byter sitt pass." in one.content.decode() for one in seen] == [True, False]


# --- deputies -------------------------------------------------------------------------------------------------------


def test_a_deputy_who_is_asked_sees_the_meeting_and_nothing_of_the_case(world: World) -> None:
    meeting = gather(world, "kim", "dag", "sam")
    dag = world.dag.actor
    assert may(meeting, dag, "read", at=NOW)
    assert not may(world.case, dag, "read", at=NOW)
    seen = permitted(Participant.objects.all(), dag, at=NOW)
    assert [one.assignment_id for one in seen] == [world.dag.assignment.pk], "not the colleagues while the seat sleeps"
    assert actions.answer(seen[0], "accepted", by=dag, at=NOW).answer == "accepted"
    text = world.client("dag").get(reverse("meetings:meeting", args=[meeting.ref])).content.decode()
    assert "Du är kallad som ersättare" in text
    seat = world.case.seats.get(assignment=world.dag.assignment)
    assert reverse("hub:substitute", args=[seat.ref]) in text
    world.case.seats.filter(pk=seat.pk).update(valid_to=NOW + HOUR)
    assert not may(meeting, dag, "read", at=NOW + HOUR)


def test_the_deputy_is_asked_instead_on_the_guests_page(world: World) -> None:
    meeting, kim = gather(world), world.client("kim")
    busy(world, "fia", date(2026, 3, 12))
    mine = meeting.participants.get(assignment=world.pia.assignment)
    actions.answer(mine, "declined", by=world.pia.actor, at=NOW)
    address = reverse("meetings:guests", args=[meeting.ref])
    page = kim.get(address)
    text = page.content.decode()
    assert "Dag Berg kallas i stället" in text
    assert "Har svarat: kan inte." in text
    assert "Fia Ström: upptagen 0.00–23.30." in text
    name = f"person_{world.pia.assignment.ref}"
    said = {
        field: bound.value() for field in page.context["guests"].people for bound in [page.context["guests"][field]]
    }
    assert kim.post(address, {**said, name: "ersatt", "row_version": "1"}).status_code == 302
    asked = meeting.participants.filter(removed_at=None, assignment__isnull=False)
    assert set(asked.values_list("assignment__user__name", flat=True)) == {"Kim Samuelsson", "Dag Berg", "Sam Lund"}
    assert kim.get(address).context["guests"][name].value() == "ersatt"
    assert "Polisen Vällingby" in kim.get(reverse("meetings:meeting", args=[meeting.ref])).content.decode()


# --- the next date, before anybody leaves -----------------------------------------------------------------------------


def test_the_screen_offers_the_next_date_in_the_rhythm_and_within_a_week_if_it_is_broken_off(world: World) -> None:
    meeting = running(world, room=room(world))
    address = reverse("meetings:hold", args=[meeting.ref])
    with time_machine.travel(DURING, tick=False):
        kim = world.client("kim")
        form = kim.get(address).context["next_form"]
        offered = [label for value, label in form.fields["slot"].choices if value]
        hints = form.fields["slot"].choice_hints
        assert offered[0] == "Torsdag 2 april, kl. 15.00–16.00", "day 21; Good Friday and Easter Monday are no days"
        assert offered[slots.SHOWN] == "Fredag 13 mars, kl. 15.00–16.00"
        assert sum(hint.startswith("Om mötet avbryts.") for hint in hints.values()) == 2
        next_one = reverse("meetings:hold_next", args=[meeting.ref])
        assert kim.post(next_one, {"minutes": "60", "slot": ""}).status_code == 422
        busy(world, "pia", date(2026, 3, 13))
        key = next(value for value, label in form.fields["slot"].choices if label == offered[slots.SHOWN])
        both = kim.post(next_one, {"minutes": "60", "slot": key, "day": "2026-04-02", "starts_at": "9"})
        assert "Du har både valt en tid och skrivit en." in both.content.decode()
        refused = kim.post(next_one, {"minutes": "60", "slot": key})
        assert "Pia Holm är upptagen då." in refused.content.decode()
        assert kim.post(next_one, {"minutes": "60", "slot": key, "despite": "Hon byter pass."}).status_code == 302
    booked = Meeting.objects.get(state="planned")
    assert (booked.starts_at, booked.room) == (THURSDAY + timedelta(days=1, hours=6), room(world))


def test_a_room_that_has_ended_is_not_offered_for_the_next_date_nor_booked_by_anybody(world: World) -> None:
    ended, other = room(world), room(world, "Tallen")
    meeting = running(world, room=ended)
    Room.objects.filter(pk=ended.pk).update(valid_to=DURING)
    with time_machine.travel(DURING, tick=False):
        kim = world.client("kim")
        page = kim.get(reverse("meetings:hold", args=[meeting.ref]))
        assert "Granen används inte längre" in page.content.decode()
        field = page.context["next_form"].fields["slot"]
        keys = [value for value, _label in field.choices if value]
        assert {key.split("|")[1] for key in keys} == {str(other.ref)}
        assert all("Tallen, Spånga torg 1." in hint for hint in field.choice_hints.values())
        next_one = reverse("meetings:hold_next", args=[meeting.ref])
        typed = kim.post(next_one, {"minutes": "60", "slot": "", "day": "2026-04-02", "starts_at": "15"})
        assert (typed.status_code, "Granen används inte längre. Välj" in typed.content.decode()) == (422, True)
        assert kim.post(next_one, {"minutes": "60", "slot": keys[0]}).status_code == 302
    booked = Meeting.objects.get(state="planned")
    assert booked.room == other
    with pytest.raises(Invalid, match="används inte längre"):
        gather(world, "lovisa", room=ended, at=DURING, starts_at=DURING)
