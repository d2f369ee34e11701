"""Why a meeting found no time, what would free one, what is in the way of a drag (P-M3): in Swedish, of no one else."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from meetings.planning.check import UNUSABLE, once_each
from meetings.planning.explain import Explanation, explain
from meetings.planning.problem import Kind, Person, Placed, Problem, Reserved, Room, Seat, Slot, Usual, Window
from meetings.planning.single import best_slots, conflicts
from tests.planning import DAY, HERE, THERE, at, busy, confirmed, meeting, only, person, problem, room

#: Day 0 is 2 February: day 21-28 is Monday 23 February until Monday 2 March.
ZERO = date(2026, 2, 2)
WINDOW = Window.after(ZERO)
WEEK = tuple(date(2026, 2, 23) + timedelta(days=number) for number in range(8))
ALL_DAY = "08.00-17.00"


def police(*spans: str, days: tuple[date, ...] = WEEK, **more: Any) -> Person:
    taken = tuple(piece for day in days for piece in busy(*spans, day=day))
    return person("pia", label="kontaktpolisen", busy=taken, **more)


def school(*spans: str, days: tuple[date, ...] = WEEK, **more: Any) -> Person:
    taken = tuple(piece for day in days for piece in busy(*spans, day=day))
    return person("sam", label="skolans kontakt", busy=taken, **more)


def why(asked: Problem, *placed: Placed, ref: str = "m") -> Explanation:
    return explain(asked, placed, ref)


def test_who_is_taken_all_the_time_is_named_by_role() -> None:
    asked = problem(meeting("m", "pia", "sam", window=WINDOW), police(ALL_DAY), school())
    told = why(asked)
    assert told.reasons == ("Kontaktpolisen är upptagen alla tider dag 21–28.",)
    assert told.remedies == (
        "Om kontaktpolisen inte måste vara med går mån 23 feb kl. 08.30.",
        "En dag senare (3 mars) går kl. 08.30.",
    )


def test_a_deputy_who_may_not_come_would_help() -> None:
    seat = Seat(person="pia", deputies=("eva",), deputies_may_come=False)
    asked = problem(meeting(seats=(seat,), window=WINDOW), police(ALL_DAY), person("eva"))
    assert why(asked).remedies[0] == "Om kontaktpolisen får ersättas av sin ersättare går mån 23 feb kl. 08.30."


def test_it_is_said_when_no_deputy_can_either() -> None:
    seat = Seat(person="pia", deputies=("eva",))
    eva = person("eva", busy=police(ALL_DAY).busy)
    told = why(problem(meeting(seats=(seat,), window=WINDOW), police(ALL_DAY), eva))
    assert told.reasons == ("Kontaktpolisen är upptagen alla tider dag 21–28, och ingen ersättare kan heller.",)


def test_those_who_have_no_time_in_common_are_named() -> None:
    people = (police("08.00-12.30"), school("12.00-17.00"), person("eva", label="lotsen"))
    told = why(problem(meeting("m", "eva", "pia", "sam", window=WINDOW), *people))
    assert told.reasons == ("Kontaktpolisen och skolans kontakt har ingen gemensam ledig tid dag 21–28.",)
    assert "Om skolans kontakt inte måste vara med går mån 23 feb kl. 13.00." in told.remedies


def test_without_a_counted_day_the_dates_are_said() -> None:
    told = why(problem(meeting("m", "pia"), person("pia", ALL_DAY, label="kontaktpolisen")))
    assert told.reasons == ("Kontaktpolisen är upptagen alla tider 4 mars.",)


def test_family_and_interpreter_are_never_suggested_away() -> None:
    mor = person("mor", ALL_DAY, label="vårdnadshavaren", kind=Kind.FAMILY)
    tolk = person("tolk", ALL_DAY, label="tolken", kind=Kind.INTERPRETER)
    told = why(problem(meeting("m", "pia", "mor", "tolk"), person("pia", label="kontaktpolisen"), mor, tolk))
    assert told.reasons == ("Vårdnadshavaren är upptagen alla tider 4 mars.", "Tolken är upptagen alla tider 4 mars.")
    assert told.remedies == ("En dag senare (5 mars) går kl. 08.30.",)


def test_no_later_day_is_suggested_than_calendars_are_known() -> None:
    asked = problem(meeting("m", "pia"), person("pia", ALL_DAY), known_until=DAY)
    assert not any("senare" in said for said in why(asked).remedies)


def test_a_room_that_is_taken_or_too_small_is_said_and_another_suggested() -> None:
    taken = room(busy=busy(ALL_DAY))
    told = why(problem(meeting("m", "pia"), person("pia"), rooms=(taken,)))
    assert told.reasons == (UNUSABLE,)
    assert told.remedies[:2] == (
        "Om en lokal någon annanstans går att få går ons 4 mars kl. 08.30.",
        "Om mötet hålls på länk går ons 4 mars kl. 08.30.",
    )
    told = why(problem(meeting("m", "pia", "sam"), person("pia"), person("sam"), rooms=(room(capacity=1),)))
    assert told.reasons == ("Ingen lokal rymmer 2 personer.",)


def test_the_pre_meeting_may_be_what_is_in_the_way() -> None:
    pia = person("pia", "08.00-10.00", "11.00-17.00")
    assert (
        "Om tjänstemannamötet hålls en annan gång går ons 4 mars kl. 10.00."
        in why(problem(meeting("m", "pia"), pia)).remedies
    )


def test_a_day_off_and_a_series_over_one_are_said() -> None:
    friday = only(date(2026, 4, 3))
    assert why(problem(meeting("m", "pia", window=friday), person("pia"))).reasons == (
        "Det finns ingen arbetsdag 3 april.",
    )
    told = why(problem(meeting("m", "pia", window=only(date(2026, 3, 6)), occurrences=2), person("pia")))
    assert told.reasons == ("Något av mötena i serien hamnar på en ledig dag, vilken dag det än börjar.",)
    short = problem(meeting("m", "pia"), person("pia"), opens=time(9), closes=time(10))
    assert why(short).reasons == ("Mötet ryms inte mellan 09.00 och 10.00 4 mars.",)


def test_what_others_of_the_proposal_take_is_said_without_naming_them() -> None:
    asked = problem((meeting("m", "pia"), meeting("n", "pia")), person("pia", "08.00-10.00", "11.30-17.00"))
    told = why(asked, Placed("n", Slot(at("10.30"), "sal"), (("pia",),)))
    assert told.reasons == ("De tider som går 4 mars tas av andra möten i förslaget.",)
    assert "Om ett annat möte i förslaget flyttas kan det här få plats." in told.remedies


def test_a_meeting_that_has_a_time_needs_no_explanation() -> None:
    assert why(problem(meeting("m", "pia"), person("pia"))) == Explanation(reasons=(), remedies=())


def kept_apart(**more: Any) -> Problem:
    """One hour in which everybody can; another youth's confirmed meeting in the same house just before it."""
    return problem(
        (meeting("m", "pia", youth="nova"), meeting("n", "sam", youth="leo", pre_minutes=0)),
        person("pia", "08.00-10.00", "11.30-17.00"),
        person("sam", label="Leos lärare"),
        rooms=(room(label="Stora salen"), room("bredvid")),
        apart=frozenset({frozenset({"nova", "leo"})}),
        **more,
    )


def test_of_youths_kept_apart_only_one_thing_is_ever_said() -> None:
    fixed = (confirmed("09.00", youth="leo", room="bredvid"),)
    assert why(kept_apart(fixed=fixed)).reasons == (UNUSABLE,)
    assert conflicts(kept_apart(fixed=fixed), [], "m", Slot(at("10.30"), "sal")) == [UNUSABLE]
    beside = Placed("n", Slot(at("09.00"), "bredvid"), (("sam",),))
    assert why(kept_apart(), beside).reasons == (UNUSABLE,)
    assert conflicts(kept_apart(), [beside], "m", Slot(at("10.30"), "sal")) == [UNUSABLE]
    assert UNUSABLE == "Tiden går inte att använda."


def test_a_room_that_is_taken_and_youths_kept_apart_are_explained_alike_with_the_same_remedies() -> None:
    def asked(**more: Any) -> Problem:
        made = kept_apart(**more)
        return replace(made, meetings=tuple(replace(one, pre_minutes=0) for one in made.meetings))

    near = asked(fixed=(confirmed("09.00", youth="leo", room="bredvid"),))
    free = asked()
    full = replace(free, rooms=tuple(replace(one, busy=busy("08.00-11.00")) for one in free.rooms))
    told = why(replace(full, apart=frozenset()))
    assert told == why(near)
    assert told.reasons == (UNUSABLE,)
    assert "Om en lokal någon annanstans går att få går ons 4 mars kl. 10.00." in told.remedies


def test_no_remedy_follows_from_the_other_youth() -> None:
    beside = Placed("n", Slot(at("09.00"), "bredvid"), (("sam",),))
    told = why(kept_apart(), beside)
    assert not any("annat möte" in said or "annan lokal" in said for said in told.remedies)
    said = " ".join((*told.reasons, *told.remedies)).lower()
    assert not any(word in said for word in ("leo", "nova", "lärare", "isär", "hållas"))


@pytest.mark.parametrize("clock", ["09.00", "10.30", "12.00"])
def test_a_drag_says_at_once_what_is_in_the_way(clock: str) -> None:
    people = (person("pia", label="kontaktpolisen"), person("sam", label="skolans kontakt"))
    rooms = (room(label="stora salen"), room("borta", place=THERE))
    asked = problem((meeting("m", "pia"), meeting("n", "pia", "sam")), *people, rooms=rooms)
    placed = [Placed("n", Slot(at("10.30"), "sal"), (("pia", "sam"),))]
    said = {
        "09.00": [],
        "10.30": ["Kontaktpolisen är upptagen.", UNUSABLE],
        "12.00": [],
    }
    assert conflicts(asked, placed, "m", Slot(at(clock), "sal")) == said[clock]
    away = {"09.00": ["Kontaktpolisen hinner inte mellan platserna."], "10.30": ["Kontaktpolisen är upptagen."]}
    assert conflicts(asked, placed, "m", Slot(at(clock), "borta")) == away.get(clock, away["09.00"])


def test_a_drag_into_night_weekend_or_a_quarter_is_told_off() -> None:
    asked = problem(meeting("m", "pia", window=WINDOW), police())
    saturday, sunday = date(2026, 2, 28), date(2026, 3, 1)
    assert "28 feb är ingen arbetsdag." in conflicts(asked, [], "m", Slot(at("10.00", saturday), "sal"))
    assert "Kontaktpolisen arbetar inte då." in conflicts(asked, [], "m", Slot(at("10.00", sunday), "sal"))
    assert conflicts(asked, [], "m", Slot(at("10.15", WEEK[0]), "sal")) == ["Mötet ska börja på hel eller halv timme."]
    assert conflicts(asked, [], "m", Slot(at("10.00"), "sal")) == ["Dagen ligger utanför 23 feb–2 mars."]
    assert "Mötet ska rymmas mellan 08.00 och 17.00." in conflicts(asked, [], "m", Slot(at("20.00", WEEK[0]), "sal"))


def test_the_best_slots_of_one_case_come_in_order_and_never_collide() -> None:
    pupils = (((time(8), time(15)),),) * 5 + ((), ())
    nova = person("nova", label="Nova", kind=Kind.FAMILY, school=pupils)
    kept = Reserved(start=at("15.00"), end=at("16.30"))
    rooms = (room(), room("borta", place=THERE))
    asked = problem(
        (meeting("m", "pia", "nova", usual=Usual(weekday=2)), meeting("n", "pia")),
        person("pia", "08.00-09.00", base=HERE),
        nova,
        rooms=rooms,
        reserved=(kept,),
    )
    best = best_slots(asked, "m", 3)
    assert [(one.placed.slot.start, one.placed.slot.room) for one in best] == [
        (at("15.30"), "sal"),
        (at("15.00"), "sal"),
        (at("16.00"), "sal"),
    ]
    assert (best[0].notes, best[0].cost) == (("Reserverad tid.",), 0)
    assert best_slots(asked, "m", 99)[-1].notes == ("På skoltid.",)
    placed = [Placed("n", Slot(at("15.30"), "borta"), (("pia",),))]
    assert at("15.30") not in [one.placed.slot.start for one in best_slots(asked, "m", 99, placed=placed)]
    for one in best_slots(asked, "m", 99, placed=placed):
        assert conflicts(asked, placed, "m", one.placed.slot) == []


def test_what_a_slot_lacks_is_noted() -> None:
    seats = (Seat(person="pia", deputies=("eva",)), Seat(person="sam", required=False))
    pia, sam = person("pia", ALL_DAY, label="kontaktpolisen"), person("sam", ALL_DAY, label="skolans kontakt")
    window = Window(earliest=DAY - timedelta(days=1), target=DAY, due=DAY - timedelta(days=0), latest=DAY)
    asked = problem(meeting(seats=seats, window=window), pia, sam, person("eva"), rooms=(Room(ref="sal", place=HERE),))
    noted = [one.notes for one in best_slots(asked, "m", 99) if one.placed.slot.start >= at("08.00")]
    assert set(noted) == {("Ersättare för kontaktpolisen.", "Utan skolans kontakt.")}
    late = Window(earliest=DAY, target=DAY, due=DAY, latest=DAY + timedelta(days=1))
    asked = problem(meeting("m", "pia", window=late), person("pia", ALL_DAY))
    assert best_slots(asked, "m", 1)[0].notes == ("1 dag för sent.",)


def test_what_cannot_be_told_apart_stands_once_and_last() -> None:
    assert once_each([UNUSABLE, "Pia är upptagen.", UNUSABLE]) == ["Pia är upptagen.", UNUSABLE]
