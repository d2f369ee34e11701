"""When somebody is taken, read out of their calendar: what counts, in which zone, and what is kept (P-M4)."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Event

from meetings.calendars import expansion, limits
from meetings.calendars.child import answer
from meetings.calendars.reading import NOT_A_CALENDAR, REASONS, Busy, Unreadable, _busy, read_busy, why_not
from meetings.calendars.scanning import digest

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
WEST_EUROPE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:{summer}
TZOFFSETTO:{winter}
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:{winter}
TZOFFSETTO:{summer}
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def calendar(*components: str) -> bytes:
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Exempel//SV", *components, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def event(*lines: str, uid: str = "a") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def read(*components: str, since: datetime = SINCE, until: datetime = UNTIL) -> Busy:
    """As `read_busy`, in this process: the same code without the wall around it."""
    return _busy(answer(calendar(*components), int(since.timestamp()), int(until.timestamp())), since, until)


def taken(*components: str, since: datetime = SINCE, until: datetime = UNTIL) -> list[str]:
    """The taken times in UTC, as "03-29 22:00-06:00", where the first is day and start and the last the end."""
    return [f"{start:%m-%d %H:%M}-{end:%H:%M}" for start, end in read(*components, since=since, until=until).intervals]


NINE = ("DTSTART;TZID=Europe/Stockholm:20260310T090000", "DTEND;TZID=Europe/Stockholm:20260310T100000")


class TestWhatCountsAsTaken:
    @pytest.mark.parametrize(
        "mark",
        ["TRANSP:OPAQUE", "STATUS:CONFIRMED", "STATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
         "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "CLASS:PRIVATE"],
    )  # fmt: skip
    def test_a_time_that_somebody_holds_is_taken(self, mark: str) -> None:
        assert taken(event(*NINE, mark)) == ["03-10 08:00-09:00"]

    @pytest.mark.parametrize(
        "mark",
        ["TRANSP:TRANSPARENT", "transp:Transparent", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
         "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"],
    )  # fmt: skip
    def test_a_time_marked_as_free_or_cancelled_is_not(self, mark: str) -> None:
        assert taken(event(*NINE, mark)) == []

    @pytest.mark.parametrize(
        ("asked", "times"),
        [
            ('ATTENDEE;CN="Holm: Pia";PARTSTAT=DECLINED:mailto:Pia@Example.se', 0),
            ("ATTENDEE;PARTSTAT=declined:MAILTO:pia@example.se", 0),
            ("ATTENDEE;PARTSTAT=DECLINED:mailto:sam@example.se\nATTENDEE;PARTSTAT=ACCEPTED:mailto:pia@example.se", 1),
            ("ATTENDEE;PARTSTAT=TENTATIVE:mailto:pia@example.se", 1),
            ("ATTENDEE;PARTSTAT=DECLINED:mailto:pia@example.se.example", 1),
            ("BEGIN:VALARM\nATTENDEE;PARTSTAT=DECLINED:mailto:pia@example.se\nEND:VALARM", 1),
            ("\n".join(["ATTENDEE;PARTSTAT=DECLINED:mailto:x@example.se"] * 5000), 1),
        ],
    )
    def test_a_meeting_that_the_user_has_declined_is_not(self, asked: str, times: int) -> None:
        own = [digest("pia@example.se")]
        file = calendar(event(*NINE, asked))
        said = answer(file, int(SINCE.timestamp()), int(UNTIL.timestamp()), own)
        assert len(said["busy"]) == times  # type: ignore[arg-type]  # JSON
        assert "pia" not in str(said)
        assert taken(event(*NINE, asked)) == ["03-10 08:00-09:00"], "of somebody else"

    def test_one_of_a_series_may_be_declined(self) -> None:
        weekly = event(*NINE, "RRULE:FREQ=WEEKLY;COUNT=3", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:pia@example.se")
        said_no = event(
            "RECURRENCE-ID;TZID=Europe/Stockholm:20260317T090000",
            "DTSTART;TZID=Europe/Stockholm:20260317T090000",
            "DTEND;TZID=Europe/Stockholm:20260317T100000",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:pia@example.se",
        )
        found = read_busy(calendar(weekly, said_no), since=SINCE, until=UNTIL, seconds=30, own=["pia@example.se"])
        assert [start.day for start, _end in found.intervals] == [10, 24]

    def test_tasks_alarms_and_journals_take_no_time(self) -> None:
        todo = "BEGIN:VTODO\nUID:t\nDTSTART:20260310T090000Z\nDUE:20260310T100000Z\nEND:VTODO"
        alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT1H\nREPEAT:4\nEND:VALARM"
        assert taken(todo, event(*NINE, alarm)) == ["03-10 08:00-09:00"]

    def test_lists_of_free_and_busy_are_read(self) -> None:
        listed = (
            "BEGIN:VFREEBUSY\nUID:f\nDTSTART:20260101T000000Z\nDTEND:20261231T000000Z\n"
            "FREEBUSY:20260310T080000Z/20260310T090000Z,20260311T080000Z/PT30M\n"
            "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260312T080000Z/PT1H\nFREEBUSY;FBTYPE=FREE:20260313T080000Z/PT1H\n"
            "END:VFREEBUSY"
        )
        assert taken(listed) == ["03-10 08:00-09:00", "03-11 08:00-08:30", "03-12 08:00-09:00"]

    def test_times_that_overlap_or_touch_become_one(self) -> None:
        more = (
            event("DTSTART:20260310T083000Z", "DTEND:20260310T093000Z", uid="b"),
            event("DTSTART:20260310T093000Z", "DTEND:20260310T094500Z", uid="c"),
        )
        assert taken(event(*NINE), *more) == ["03-10 08:00-09:45"]

    def test_an_event_without_end_takes_no_time_and_a_day_without_end_the_day(self) -> None:
        assert taken(event(NINE[0])) == []
        assert taken(event("DTSTART;VALUE=DATE:20260310")) == ["03-09 23:00-23:00"]


class TestDaysAndZones:
    def test_a_whole_day_is_swedish_from_midnight_to_midnight(self) -> None:
        spring = read(event("DTSTART;VALUE=DATE:20260329", "DTEND;VALUE=DATE:20260330")).intervals[0]
        autumn = read(event("DTSTART:20261025")).intervals[0]
        assert spring == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))
        assert autumn[1] - autumn[0] == timedelta(hours=25)

    def test_a_time_without_zone_is_on_a_swedish_clock(self) -> None:
        assert taken(event("DTSTART:20260710T090000", "DTEND:20260710T100000")) == ["07-10 07:00-08:00"]

    @pytest.mark.parametrize(
        "zone",
        ["Europe/Stockholm", "W. Europe Standard Time", '"W. Europe Standard Time"',
         "/freeassociation.sourceforge.net/Europe/Stockholm"],
    )  # fmt: skip
    def test_zones_are_known_by_their_names_also_those_of_windows(self, zone: str) -> None:
        start, end = f"DTSTART;TZID={zone}:20260710T090000", f"DTEND;TZID={zone}:20260710T100000"
        assert taken(event(start, end)) == ["07-10 07:00-08:00"]

    def test_a_zone_defined_in_the_file_is_used_wherever_it_stands(self) -> None:
        zone = WEST_EUROPE.format(name="Kundens egen", summer="+0500", winter="+0400")
        own = event("DTSTART;TZID=Kundens egen:20260710T090000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYMONTH=7,12")
        assert taken(own, zone) == taken(zone, own) == ["07-10 04:00-05:00", "12-10 05:00-06:00"]

    def test_an_unknown_zone_is_read_as_swedish_and_said(self) -> None:
        busy = read(event("DTSTART;TZID=Mars/Olympus:20260710T090000", "DURATION:PT1H"))
        assert busy.intervals[0][0].hour == 7
        assert busy.warnings == ("1 händelse har en tidszon som vi inte känner till. Tiden läses som svensk tid.",)

    def test_a_zone_whose_clock_changes_every_second_is_not_followed(self) -> None:
        zone = WEST_EUROPE.format(name="Ond", summer="+0500", winter="+0400").replace("YEARLY", "SECONDLY")
        assert taken(zone, event("DTSTART;TZID=Ond:20260710T090000", "DURATION:PT1H")) == ["07-10 07:00-08:00"]

    def test_nights_when_the_clocks_change_have_their_true_length(self) -> None:
        spring = event("DTSTART;TZID=Europe/Stockholm:20260328T220000", "DTEND;TZID=Europe/Stockholm:20260329T060000")
        autumn = event("DTSTART;TZID=Europe/Stockholm:20261024T220000", "DURATION:PT10H", uid="b")
        assert taken(spring, autumn) == ["03-28 21:00-04:00", "10-24 20:00-06:00"]

    def test_a_weekly_meeting_stays_at_its_hour_through_both_changes(self) -> None:
        start = ("DTSTART;TZID=Europe/Stockholm:20260323T090000", "DURATION:PT1H")
        assert taken(event(*start, "RRULE:FREQ=WEEKLY;COUNT=2")) == ["03-23 08:00-09:00", "03-30 07:00-08:00"]
        start = ("DTSTART;TZID=Europe/Stockholm:20261019T090000", "DURATION:PT1H")
        assert taken(event(*start, "RRULE:FREQ=WEEKLY;COUNT=2")) == ["10-19 07:00-08:00", "10-26 08:00-09:00"]

    def test_the_window_cuts_to_the_second(self) -> None:
        at = datetime(2026, 3, 10, 8, 30, tzinfo=UTC)
        assert taken(event(*NINE), until=at) == ["03-10 08:00-08:30"]
        assert taken(event(*NINE), since=at) == ["03-10 08:30-09:00"]
        assert taken(event(*NINE), since=datetime(2026, 3, 10, 9, tzinfo=UTC)) == []
        assert taken(event(*NINE), since=datetime(2026, 3, 10, 8, 59, 59, tzinfo=UTC)) == ["03-10 08:59-09:00"]
        assert taken(event(*NINE), until=datetime(2026, 3, 10, 8, tzinfo=UTC)) == []
        assert taken(event(*NINE), until=datetime(2026, 3, 10, 8, 0, 1, tzinfo=UTC)) == ["03-10 08:00-08:00"]

    def test_a_window_of_another_zone_is_the_same_window(self) -> None:
        busy = read(event(*NINE), since=SINCE.astimezone(expansion.STOCKHOLM), until=UNTIL)
        assert busy.intervals[0][0] == datetime(2026, 3, 10, 8, tzinfo=UTC)
        assert busy.intervals[0][0].tzinfo is UTC

    def test_the_short_way_for_ordinary_events_gives_what_the_long_way_gives(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        zone = WEST_EUROPE.format(name="Egen", summer="+0500", winter="+0400")
        stated = [
            ("", "20260710T0900{d:02}Z", "20260710T1000{d:02}Z"), ("", "202607{d:02}", "202608{d:02}"),
            ("", "202603{d:02}T023000", "202603{d:02}T033000"),
            (";TZID=Egen", "202610{d:02}T010000", "202610{d:02}T023000"),
            (";TZID=Europe/Stockholm", "202610{d:02}T020000", "202610{d:02}T030000"),
            (";TZID=Asia/Tokyo", "202602{d:02}T000000", "202602{d:02}T010000"),
            (";TZID=Okänd", "202602{d:02}T000000", "202602{d:02}T010000"),
            (";TZID=Egen", "20260710T9", "20260711T010000"),
        ]  # fmt: skip
        events = [
            event(f"DTSTART{p}:{a.format(d=d)}", f"DTEND{p}:{b.format(d=d)}", uid=f"{p}{a}{d}")
            for p, a, b in stated
            for d in (1, 24, 25, 28, 29, 31, 32)
        ]
        for one in events:
            short = read(zone, one)
            with monkeypatch.context() as patch:
                patch.setattr(expansion, "_single", lambda *_: None)
                assert read(zone, one) == short


class TestRepetition:
    weekly = event(*NINE, "RRULE:FREQ=WEEKLY;COUNT=4")

    def test_exceptions_and_extra_dates(self) -> None:
        exceptions = ("EXDATE;TZID=Europe/Stockholm:20260317T090000", "RDATE;VALUE=PERIOD:20260318T100000Z/PT2H")
        assert taken(event(*NINE, "RRULE:FREQ=WEEKLY;COUNT=3", *exceptions)) == [
            "03-10 08:00-09:00", "03-18 10:00-12:00", "03-24 08:00-09:00",
        ]  # fmt: skip

    def test_an_occurrence_that_was_moved_is_where_it_is_now(self) -> None:
        moved = event("RECURRENCE-ID;TZID=Europe/Stockholm:20260317T090000", "DTSTART:20260319T120000Z",
                      "DTEND:20260319T123000Z")  # fmt: skip
        assert taken(self.weekly, moved) == taken(moved, self.weekly)
        assert taken(self.weekly, moved)[1] == "03-19 12:00-12:30"
        assert len(taken(self.weekly, moved)) == 4

    @pytest.mark.parametrize("mark", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
    def test_an_occurrence_that_was_cancelled_or_freed_is_free(self, mark: str) -> None:
        changed = event("RECURRENCE-ID:20260317T080000Z", "DTSTART:20260317T080000Z", "DURATION:PT1H", mark)
        assert taken(self.weekly, changed) == ["03-10 08:00-09:00", "03-24 08:00-09:00", "03-31 07:00-08:00"]

    def test_one_taken_occurrence_of_a_free_series_is_taken(self) -> None:
        changed = event("RECURRENCE-ID:20260317T080000Z", "DTSTART:20260317T080000Z", "DURATION:PT1H")
        assert taken(self.weekly.replace("UID:a", "UID:a\nTRANSP:TRANSPARENT"), changed) == ["03-17 08:00-09:00"]

    def test_an_occurrence_moved_far_into_the_window_or_out_of_it(self) -> None:
        since = datetime(2026, 3, 20, tzinfo=UTC)
        moved = event("RECURRENCE-ID:20260310T080000Z", "DTSTART:20260322T080000Z", "DURATION:PT1H")
        assert taken(self.weekly, moved, since=since)[0] == "03-22 08:00-09:00"
        away = event("RECURRENCE-ID:20260324T080000Z", "DTSTART:20260301T080000Z", "DURATION:PT1H")
        assert taken(self.weekly, away, since=since) == ["03-31 07:00-08:00"]

    def test_this_and_all_that_follow(self) -> None:
        later = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260317T080000Z", "DTSTART:20260317T100000Z", "DURATION:PT1H")
        assert taken(self.weekly, later)[:3] == ["03-10 08:00-09:00", "03-17 10:00-11:00", "03-24 10:00-11:00"]

    def test_a_newer_version_of_an_event_replaces_the_older(self) -> None:
        newer = event("SEQUENCE:2", "DTSTART:20260311T080000Z", "DURATION:PT1H")
        assert taken(event(*NINE), newer) == taken(newer, event(*NINE)) == ["03-11 08:00-09:00"]
        cancelled = event(*NINE, "SEQUENCE:3", "STATUS:CANCELLED")
        assert taken(event(*NINE), newer, cancelled) == []

    def test_two_events_that_wrongly_share_an_identity_are_both_taken(self) -> None:
        other = event("DTSTART:20260311T080000Z", "DURATION:PT1H")
        assert taken(event(*NINE), other) == ["03-10 08:00-09:00", "03-11 08:00-09:00"]

    @pytest.mark.parametrize("until", ["20260324", "20260324T080000Z", "20260324T090000"])
    def test_until_includes_its_day_however_it_is_written(self, until: str) -> None:
        assert len(taken(event(*NINE, f"RRULE:FREQ=WEEKLY;UNTIL={until}"))) == 3

    def test_until_before_the_start_leaves_nothing(self) -> None:
        assert taken(event(*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20260101T000000Z")) == []

    def test_a_yearly_day_long_ago_still_comes(self) -> None:
        assert taken(event("DTSTART;VALUE=DATE:19620606", "RRULE:FREQ=YEARLY")) == ["06-05 22:00-22:00"]

    def test_the_last_friday_of_the_month(self) -> None:
        rule = "RRULE:FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1;COUNT=2"
        assert taken(event("DTSTART:20260327T080000Z", "DURATION:PT1H", rule)) == [
            "03-27 08:00-09:00", "04-24 08:00-09:00",
        ]  # fmt: skip


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        "lines",
        [
            ("DTSTART:20261332T990000Z", "DURATION:PT1H"),
            ("DTSTART:20260310T100000Z", "DTEND:20260310T095959Z"),
            ("DTSTART:20260310T100000Z", "DURATION:-PT1H"),
            ("DTSTART:20260310T100000Z", "DURATION:P10000Y"),
            ("DTSTART:20260310T100000Z", "DTSTART:20260311T100000Z", "DURATION:PT1H"),
            ("DTSTART:20260310T100000Z", "DURATION:PT1H", "RRULE:FREQ=SOMETIMES"),
            ("SUMMARY:Inget datum",),
        ],
    )
    def test_a_broken_event_is_counted_and_the_rest_is_read(self, lines: tuple[str, ...]) -> None:
        busy = read(event(*lines, uid="b"), event(*NINE))
        assert [start.hour for start, _ in busy.intervals] == [8]
        assert busy.events == 2
        assert busy.warnings == ("1 händelse gick inte att läsa och räknas inte.",)

    def test_several_are_counted_together(self) -> None:
        broken = event("DTSTART:nonsens", uid="b")
        assert read(broken, broken.replace("UID:b", "UID:c"), event(*NINE)).warnings == (
            "2 händelser gick inte att läsa och räknas inte.",
        )

    def test_an_event_that_was_never_closed_does_not_hide_the_next(self) -> None:
        busy = read("BEGIN:VEVENT\nUID:x\nDTSTART:20260301T080000Z", event(*NINE))
        assert len(busy.intervals) == 1
        assert busy.warnings == ("1 händelse gick inte att läsa och räknas inte.",)

    def test_an_event_every_minute_is_left_out_and_said(self) -> None:
        busy = read(event(*NINE, "RRULE:FREQ=MINUTELY", uid="b"), event(*NINE))
        assert len(busy.intervals) == 1
        assert busy.warnings == ("1 händelse upprepas för ofta och räknas inte.",)

    def test_a_rule_that_is_looked_for_in_vain_is_left_out_and_said(self) -> None:
        never = event(*NINE, "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", uid="b")
        busy = read(never, event(*NINE))
        assert len(busy.intervals) == 1
        assert busy.warnings == ("1 händelse upprepas för ofta och räknas inte.",)

    def test_more_of_those_than_the_limit_and_the_file_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(expansion, "SERIES_SECONDS", 0.01)
        never = [event(*NINE, "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", uid=f"n{n}") for n in range(4)]
        assert limits.MAX_SLOW_SERIES == 3
        assert len(read(*never[:3], event(*NINE)).intervals) == 1
        with pytest.raises(Unreadable, match="upprepas för ofta"):
            read(*never, event(*NINE))

    def test_occurrences_are_counted_over_all_events(self, monkeypatch: pytest.MonkeyPatch) -> None:
        daily = [event(*NINE, "RRULE:FREQ=DAILY;COUNT=5", uid=f"d{n}") for n in range(2)]
        monkeypatch.setattr(expansion, "MAX_OCCURRENCES", 10)
        assert len(read(*daily).intervals) == 5
        monkeypatch.setattr(expansion, "MAX_OCCURRENCES", 9)
        with pytest.raises(Unreadable, match="fler händelser"):
            read(*daily)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "tom"),
            (b"  \r\n\xef\xbb\xbf", "tom"),
            (b"PK\x03\x04....", "zip-arkiv"),
            (b"<!DOCTYPE html><html><body>Logga in</body></html>", "webbsida"),
            (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "kontakter"),
            (b'{"BEGIN": "VCALENDAR"}', ".ics"),
            (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", ".ics"),
        ],
    )
    def test_another_kind_of_file_is_refused_with_what_it_is_and_how_to_mend_it(self, data: bytes, reason: str) -> None:
        assert reason in (why_not(data) or "")

    @pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\r\n  ", b""])
    def test_what_begins_like_a_calendar_may_be_one(self, start: bytes) -> None:
        assert why_not(start + calendar(event(*NINE))) is None
        assert why_not(start + calendar(event(*NINE)).lower()) is None

    def test_a_file_that_ends_in_the_middle_is_refused_since_times_may_be_missing(self) -> None:
        whole = calendar(event(*NINE))
        cut = whole[: whole.rindex(b"END:VCALENDAR")]
        assert answer(cut, int(SINCE.timestamp()), int(UNTIL.timestamp())) == {"refused": "truncated"}

    def test_utf_16_folded_lines_and_other_line_ends_are_understood(self) -> None:
        data = calendar(event(*NINE, "SUMMARY:Möte"))
        folded = data.replace(b"DTSTART", b"DTST\r\n ART").replace(b"T100000", b"T1\r\n\t00000")
        window = int(SINCE.timestamp()), int(UNTIL.timestamp())
        for variant in (
            data.decode().encode("utf-16"), folded, data.replace(b"\r\n", b"\n"), data.replace(b"\r\n", b"\r"),
            data.replace("ö".encode(), b"\xff"), data.replace(b"T090000", b"T09\x000000"),
        ):  # fmt: skip
            assert answer(variant, *window) == answer(data, *window)


class TestTheWallAroundIt:
    """Through the confined process itself; generous time, since other tests run beside."""

    def read(self, data: bytes, since: datetime = SINCE, until: datetime = UNTIL) -> Busy:
        return read_busy(data, since=since, until=until, seconds=30)

    def test_only_times_and_counts_come_back(self) -> None:
        words = ("SUMMARY:Hemligt", "LOCATION:Hemligt", "ATTENDEE;CN=Hemligt:mailto:h@example.com", "COMMENT:Hemligt")
        busy = self.read(calendar(event(*NINE, *words, uid="hemligt")))
        assert busy == Busy(((datetime(2026, 3, 10, 8, tzinfo=UTC), datetime(2026, 3, 10, 9, tzinfo=UTC)),), 1, ())
        assert [field.name for field in dataclasses.fields(Busy)] == ["intervals", "events", "warnings"]
        assert "emligt" not in repr(busy)

    def test_words_never_reach_the_parser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []
        parse = Event.from_ical

        def watched(text: str) -> object:
            seen.append(text)
            return parse(text)

        monkeypatch.setattr(Event, "from_ical", watched)
        words = ("SUMMARY:Hemligt", "ORGANIZER:mailto:h@example.com", "RRULE:FREQ=DAILY;COUNT=2")
        assert len(read(event(*NINE, *words, uid="hemligt")).intervals) == 2
        assert len(seen) == 1
        assert "emligt" not in seen[0]
        assert "example" not in seen[0]

    def test_the_window_is_at_most_four_hundred_days(self) -> None:
        data = calendar(event(*NINE))
        assert self.read(data, SINCE, SINCE + timedelta(days=400)).events == 1
        for since, until in (
            (SINCE, SINCE + timedelta(days=400, microseconds=1)),
            (SINCE, SINCE),
            (SINCE.replace(tzinfo=None), UNTIL.replace(tzinfo=None)),
        ):
            with pytest.raises(ValueError, match="window"):
                self.read(data, since, until)

    def test_a_file_of_the_largest_size_is_read_and_one_byte_more_refused(self) -> None:
        data = calendar(event(*NINE, "DESCRIPTION:%s"))
        fill = limits.MAX_BYTES - len(data) + 2
        assert self.read(data.replace(b"%s", b"x" * fill)).events == 1
        with pytest.raises(Unreadable) as refused:
            self.read(data.replace(b"%s", b"x" * (fill + 1)))
        assert refused.value.reason == REASONS["size"]

    def test_a_file_that_takes_too_long_is_refused(self) -> None:
        with pytest.raises(Unreadable) as refused:
            read_busy(calendar(event(*NINE)), since=SINCE, until=UNTIL, seconds=0.001)
        assert refused.value.reason == REASONS["heavy"]

    def test_every_reason_says_how_to_mend_it(self) -> None:
        for reason in (*REASONS.values(), NOT_A_CALENDAR):
            assert any(word in reason for word in ("Exportera", "exportera", "Hämta", "Ta bort"))
