"""More than a hundred calendars that are broken or mean harm, by name (P-M4). Each must be refused or read, quickly.

`EXPECTED` says which: "refused", a number of busy stretches in the year 2026, or None where either will do.
"""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

START = "DTSTART:20260310T080000Z"
TIMES = f"{START}\nDTEND:20260310T090000Z"
GOOD = f"BEGIN:VEVENT\nUID:good\n{TIMES}\nEND:VEVENT"
LARGEST = 5 * 1024 * 1024

Verdict = str | int | None


def calendar(body: str, *, good: bool = True) -> bytes:
    parts = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ond//SV",
        body,
        *([GOOD] if good else []),
        "END:VCALENDAR",
        "",
    ]
    return "\n".join(parts).replace("\n", "\r\n").encode("utf-8", "surrogatepass")


def event(lines: str, uid: str = "x") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\n{lines}\nEND:VEVENT"


def fill(unit: str | bytes, size: int = LARGEST - 4096) -> Any:
    """`unit` over and over until `size` bytes are full."""
    return unit * (size // len(unit))


#: Rules that repeat too often, never, or in ways that cost; beside them stands one ordinary event.
RULES: dict[str, tuple[str, Verdict]] = {
    "every second": ("FREQ=SECONDLY", 1),
    "every second, a billion": ("FREQ=SECONDLY;COUNT=1000000000", 1),
    "every second until the end of time": ("FREQ=SECONDLY;UNTIL=99991231T235959Z", 1),
    "every minute": ("FREQ=MINUTELY;INTERVAL=1", 1),
    "lower case every second": ("freq=secondly", 1),
    "every second of every minute, as a daily rule": (
        f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"
        f";BYSECOND={','.join(map(str, range(60)))}", 1,
    ),
    "every minute, as a yearly rule": (f"FREQ=YEARLY;BYMINUTE={','.join(map(str, range(60)))}", 1),
    "every hour without end": ("FREQ=HOURLY", None),
    "interval nought": ("FREQ=DAILY;INTERVAL=0", None),
    "interval negative": ("FREQ=DAILY;INTERVAL=-1", None),
    "interval enormous": ("FREQ=YEARLY;INTERVAL=99999999999999999999", None),
    "count nought": ("FREQ=DAILY;COUNT=0", None),
    "count negative": ("FREQ=DAILY;COUNT=-5", None),
    "count enormous": ("FREQ=DAILY;COUNT=1000000000", None),
    "count with a thousand digits": (f"FREQ=DAILY;COUNT={'9' * 1000}", None),
    "count that overflows what Python will read": (f"FREQ=DAILY;COUNT={'9' * 100_000}", None),
    "30 February every hour": ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", 1),
    "30 February every day": ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", None),
    "week 54": ("FREQ=YEARLY;BYWEEKNO=54", None),
    "month 13": ("FREQ=YEARLY;BYMONTH=13", None),
    "day 400 of the year": ("FREQ=YEARLY;BYYEARDAY=400", None),
    "a place in the set that never comes": ("FREQ=DAILY;BYSETPOS=366", None),
    "places in the set of every hour": (
        f"FREQ=YEARLY;BYDAY=MO;BYHOUR={','.join(map(str, range(24)))};BYSETPOS={','.join(map(str, range(1, 367)))}",
        None,
    ),
    "every part at once": (
        "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=1,2,3,-1;BYDAY=MO,TU,WE,TH,FR;BYWEEKNO=1,2,3;"
        "BYYEARDAY=1,2,3;BYHOUR=1,2,3;BYSETPOS=-1", None,
    ),
    "hundred thousand days in the list": (f"FREQ=MONTHLY;BYMONTHDAY={','.join(['1'] * 50_000)}", None),
    "no frequency": ("COUNT=3", None),
    "unknown frequency": ("FREQ=FORTNIGHTLY", None),
    "empty": ("", None),
    "the same part twice": ("FREQ=DAILY;FREQ=SECONDLY", None),
    "Easter from another library": ("FREQ=YEARLY;BYEASTER=0", None),
    "until year nought": ("FREQ=DAILY;UNTIL=00000101T000000Z", None),
    "until nonsense": ("FREQ=DAILY;UNTIL=tomorrow", None),
    "until twice": ("FREQ=DAILY;UNTIL=20260401T000000Z;UNTIL=20260501T000000Z", None),
}  # fmt: skip

#: What stands in an event instead of, or besides, ordinary times.
EVENTS: dict[str, tuple[str, Verdict]] = {
    "no start": ("SUMMARY:x", 1),
    "start empty": ("DTSTART:", 1),
    "year nought": ("DTSTART:00000101T000000Z\nDTEND:00000102T000000Z", 1),
    "year 9999": ("DTSTART:99991231T235959Z\nDURATION:P1D", 1),
    "year -1": ("DTSTART:-00010101T000000Z\nDURATION:PT1H", 1),
    "year 10000": ("DTSTART:100000101T000000Z\nDURATION:PT1H", 1),
    "year 1, repeating": ("DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY", None),
    "year 1 in a zone": ("DTSTART;TZID=Asia/Tokyo:00010101T000000\nDURATION:PT1H\nRRULE:FREQ=YEARLY", None),
    "32 March": ("DTSTART:20260332T080000Z\nDURATION:PT1H", 1),
    "25 o'clock": ("DTSTART:20260310T250000Z\nDURATION:PT1H", 1),
    "leap second": ("DTSTART:20261231T235960Z\nDURATION:PT1H", None),
    "time that does not exist": ("DTSTART;TZID=Europe/Stockholm:20260329T023000\nDURATION:PT1H", 2),
    "ends before it begins": ("DTSTART:20260311T100000Z\nDTEND:20260311T090000Z", 1),
    "a day's end before a time's beginning": ("DTSTART:20260311T100000Z\nDTEND;VALUE=DATE:20260301", 1),
    "ten thousand years": ("DTSTART:20260311T100000Z\nDURATION:P10000Y", 1),
    "four million days": ("DTSTART:20260311T100000Z\nDURATION:P4000000D", 1),
    "duration beyond every number": (f"DTSTART:20260311T100000Z\nDURATION:P{'9' * 400}D", 1),
    "duration of a thousand years, every day": ("DTSTART:20260311T100000Z\nDURATION:P365000D\nRRULE:FREQ=DAILY", None),
    "negative duration": ("DTSTART:20260311T100000Z\nDURATION:-P1D", 1),
    "start twice": ("DTSTART:20260311T100000Z\nDTSTART:20260312T100000Z\nDURATION:PT1H", 1),
    "hundred rules": (TIMES + "\nRRULE:FREQ=DAILY" * 100, 1),
    "both end and duration": (TIMES + "\nDURATION:PT2H", 1),
    "period as start": ("DTSTART;VALUE=PERIOD:20260310T080000Z/PT1H", None),
    "unknown zone": ("DTSTART;TZID=Mars/Olympus:20260311T100000\nDURATION:PT1H", 2),
    "zone that is a file of the server": ("DTSTART;TZID=../../../../etc/passwd:20260311T100000\nDURATION:PT1H", 2),
    "zone that is an absolute file": ("DTSTART;TZID=/etc/shadow:20260311T100000\nDURATION:PT1H", 2),
    "zone that is a folder": ("DTSTART;TZID=Europe:20260311T100000\nDURATION:PT1H", 2),
    "zone that is a device": ("DTSTART;TZID=../../../dev/zero:20260311T100000\nDURATION:PT1H", 2),
    "zone with a name of 100 000 letters": (f"DTSTART;TZID={'A' * 100_000}:20260311T100000\nDURATION:PT1H", 2),
    "zone that is empty": ("DTSTART;TZID=:20260311T100000\nDURATION:PT1H", None),
    "ten thousand parameters": (f"DTSTART{';X=1' * 10_000}:20260311T100000Z\nDURATION:PT1H", 2),
    "a quote that never ends": ('DTSTART;TZID="Europe/Stockholm:20260311T100000\nDURATION:PT1H', 1),
    "quotes by the thousand": (f"DTSTART;X={chr(34) * 99_999}:20260311T100000Z", 1),
    "colons by the thousand": (f"DTSTART{':' * 100_000}", 1),
    "semicolons by the thousand": (f"DTSTART{';' * 100_000}", 1),
    "properties inside a value": ("DTSTART:20260311T100000Z\\nRRULE:FREQ=SECONDLY\nDURATION:PT1H", 1),
    "lines by other characters": ("UID:x\u2028RRULE:FREQ=SECONDLY\x85RRULE:FREQ=SECONDLY\n" + TIMES, 1),
    "digits of other scripts": ("DTSTART:٢٠٢٦٠٣١١T١٠٠٠٠٠Z\nDURATION:PT1H", None),
    "sequence enormous": (f"SEQUENCE:{'9' * 5000}\n{TIMES}", 1),
    "sequence negative": (f"SEQUENCE:-1\n{TIMES}", 1),
    "change of an occurrence that is not there": (f"RECURRENCE-ID:20260311T080000Z\n{TIMES}", 1),
    "change that repeats itself": (f"RECURRENCE-ID:20260310T080000Z\nRRULE:FREQ=SECONDLY\n{TIMES}", 1),
    "change of no date": (f"RECURRENCE-ID:yesterday\n{TIMES}", 1),
    "exceptions that are words": (f"EXDATE:never,ever\nRRULE:FREQ=DAILY;COUNT=3\n{TIMES}", 1),
    "alarm every second": (f"{TIMES}\nBEGIN:VALARM\nTRIGGER:-PT1S\nDURATION:PT1S\nREPEAT:1000000000\nEND:VALARM", 1),
    "attachment of the server's own file": (f"{TIMES}\nATTACH:file:///etc/passwd\nURL:http://169.254.169.254/", 1),
}


def zone(rule: str, name: str = "Ond") -> str:
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
        f"{rule}\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
        f"{rule}\nEND:DAYLIGHT\nEND:VTIMEZONE\n" + event(f"DTSTART;TZID={name}:20260311T100000\nDURATION:PT1H")
    )


#: Definitions of zones, each used by one event.
ZONES: dict[str, tuple[str, Verdict]] = {
    "changes every second": (zone("RRULE:FREQ=SECONDLY"), 2),
    "changes every day of every year": (zone("RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"), 2),
    "changes every hour of a yearly day": (zone("RRULE:FREQ=YEARLY;BYHOUR=1,2,3;BYMONTH=3;BYMONTHDAY=1"), 2),
    "never changes": (zone("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), 2),
    "interval nought": (zone("RRULE:FREQ=YEARLY;INTERVAL=0"), None),
    "a hundred hours from Greenwich": (zone("").replace("+0200", "+9900"), 2),
    "offset of words": (zone("").replace("+0200", "plus two"), 2),
    "without name": (zone("").replace("TZID:Ond\n", ""), 2),
    "without content": ("BEGIN:VTIMEZONE\nTZID:Ond\nEND:VTIMEZONE", 1),
    "that pretends to be Europe/Stockholm": (zone("", "Europe/Stockholm"), 2),
    "that names a file": (zone("", "../../etc/passwd"), 2),
    "defined ten thousand times": ("\n".join(zone("", f"Z{n}") for n in range(10_000)), "refused"),
    "with ten thousand summer times": (
        "BEGIN:VTIMEZONE\nTZID:Ond\n"
        + "BEGIN:DAYLIGHT\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n" * 10_000
        + "END:VTIMEZONE\n" + event("DTSTART;TZID=Ond:20260311T100000\nDURATION:PT1H"), 2,
    ),
}  # fmt: skip


def _many(count: int, lines: str, uid: str = "u{n}") -> str:
    return "\n".join(event(lines.replace("{n}", str(n)), uid.replace("{n}", str(n))) for n in range(count))


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kalender.ics", b"\0" * 10_000_000)
    return packed.getvalue()


def _changes(count: int) -> str:
    """Changes of one occurrence that each move it to where the next one stands."""
    return "\n".join(
        event(f"RECURRENCE-ID:202603{10 + n % 20}T080000Z\nDTSTART:202603{10 + (n + 1) % 20}T080000Z\nDURATION:PT1H")
        for n in range(count)
    )


def _dates(count: int) -> Iterator[str]:
    return (f"{1970 + n // 336 % 100}{1 + n // 28 % 12:02}{1 + n % 28:02}T080000Z" for n in range(count))


#: Whole files, made when they are asked for: some are large.
FILES: dict[str, tuple[Callable[[], bytes], Verdict]] = {
    "nothing": (lambda: b"", "refused"),
    "nothing but blanks": (lambda: b" \r\n" * 1000, "refused"),
    "a mark of byte order and nothing": (lambda: b"\xef\xbb\xbf", "refused"),
    "only the first line": (lambda: b"BEGIN:VCALENDAR", "refused"),
    "only the beginning of an event": (lambda: b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "refused"),
    "cut in the middle of a date": (lambda: calendar("")[:-60], "refused"),
    "two beginnings": (lambda: b"BEGIN:VCALENDAR\r\n" + calendar(""), None),
    "ends of what never began": (lambda: calendar("END:VEVENT\nEND:VALARM\nEND:VTODO"), 1),
    "ends in the wrong order": (lambda: calendar("BEGIN:VEVENT\nBEGIN:VALARM\nEND:VEVENT\nEND:VALARM"), 1),
    "closed and filled again": (lambda: calendar("") + GOOD.encode() + b"\r\n", 1),
    "a web page": (lambda: b"<!doctype html><html><title>Logga in</title></html>", "refused"),
    "a web page inside a calendar": (lambda: calendar("<script>alert(1)</script>"), 1),
    "XML with entities within entities": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>', "refused",
    ),
    "JSON": (lambda: b'{"calendar": []}', "refused"),
    "jCal": (lambda: b'["vcalendar", [], []]', "refused"),
    "contacts": (lambda: b"BEGIN:VCARD\r\nFN:X\r\nEND:VCARD\r\n", "refused"),
    "a zip archive": (_zip, "refused"),
    "a gzip bomb": (lambda: gzip.compress(b"\0" * 10_000_000), "refused"),
    "a PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3", "refused"),
    "a program": (lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 1000, "refused"),
    "50 MB": (lambda: calendar("X-A:" + "a" * 50_000_000), "refused"),
    "50 MB of noughts": (lambda: b"\0" * 50_000_000, "refused"),
    "one byte too many": (lambda: b"BEGIN:VCALENDAR\r\n" + b" " * LARGEST, "refused"),
    "a line of 10 MB": (lambda: calendar("DESCRIPTION:" + "a" * 10_000_000), "refused"),
    "a line of 5 MB": (lambda: calendar("X-A:" + "a" * (LARGEST - 4096)), 1),
    "a date of 5 MB": (lambda: calendar(event("DTSTART:" + "2" * (LARGEST - 4096))), 1),
    "an identity of 5 MB": (lambda: calendar(event(TIMES, uid="a" * (LARGEST - 4096))), 1),
    "a line of 5 MB folded at every letter": (lambda: calendar("X-A:" + fill("\n a")[: LARGEST // 2]), 1),
    "a date folded into 5 MB of nothing": (lambda: calendar(event(START + fill("\n ")[: LARGEST // 2])), 1),
    "5 MB of line ends": (lambda: calendar("") + fill(b"\n"), "refused"),
    "5 MB of empty properties": (lambda: calendar(fill("A:\n", LARGEST // 2)), "refused"),
    "5 MB of colons": (lambda: calendar(fill(":")), 1),
    "5 MB of quotes": (lambda: calendar(event("DTSTART;X=" + fill('"'))), 1),
    "5 MB of empty events": (lambda: calendar(fill("BEGIN:VEVENT\nEND:VEVENT\n", LARGEST * 4 // 5)), None),
    "5 MB of beginnings": (lambda: b"BEGIN:VCALENDAR\r\n" + fill(b"BEGIN:VEVENT\r\n"), "refused"),
    "5 MB of other beginnings": (lambda: b"BEGIN:VCALENDAR\r\n" + fill(b"BEGIN:X\r\n"), "refused"),
    "5 MB of calendars": (lambda: fill(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), None),
    "sixteen deep": (lambda: calendar("BEGIN:X\n" * 15 + "END:X\n" * 15), 1),
    "seventeen deep": (lambda: calendar("BEGIN:X\n" * 16 + "END:X\n" * 16), "refused"),
    "an event in an event": (lambda: calendar(event(TIMES + "\n" + event(TIMES))), None),
    "a calendar in an event": (lambda: calendar(event("BEGIN:VCALENDAR\n" + GOOD + "\nEND:VCALENDAR")), None),
    "null bytes between all letters": (lambda: b"\0".join(bytes([byte]) for byte in calendar("")), None),
    "null bytes in names and values": (
        lambda: calendar(event("DT\0START:20260311T100000Z\nDTEND:2026\x000311T110000Z")), None,
    ),
    "invalid UTF-8": (lambda: calendar(event(TIMES)).replace(b"UID:x", b"UID:\xff\xfe\xc3\x28"), 1),
    "half of an emoji": (lambda: calendar(event(f"SUMMARY:\ud83d\n{TIMES}")), 1),
    "UTF-16": (lambda: calendar("").decode().encode("utf-16"), 1),
    "UTF-16 without a mark": (lambda: calendar("").decode().encode("utf-16-le"), None),
    "half of UTF-16": (lambda: calendar("").decode().encode("utf-16")[:-1], None),
    "UTF-32": (lambda: calendar("").decode().encode("utf-32"), None),
    "UTF-16 of 5 MB": (lambda: calendar("X-A:" + "å" * 2_400_000).decode().encode("utf-16"), 1),
    "UTF-7": (lambda: b"+AEIARQBHAEkATg-:VCALENDAR\r\nEND:VCALENDAR\r\n", "refused"),
    "a million exceptions": (
        lambda: calendar(event(f"{TIMES}\nRRULE:FREQ=DAILY\nEXDATE:{','.join(_dates(290_000))}")), 1,
    ),
    "a hundred thousand lines of exceptions": (
        lambda: calendar(event(TIMES + "\nRRULE:FREQ=DAILY" + "\nEXDATE:20260311T080000Z" * 100_000)), 1,
    ),
    "a million extra dates": (lambda: calendar(event(f"{TIMES}\nRDATE:{','.join(_dates(290_000))}")), 1),
    "a million extra periods": (
        lambda: calendar(event(TIMES + "\nRDATE;VALUE=PERIOD:" + fill("20260310T080000Z/PT1H,")[:-1])), 1,
    ),
    "extra dates just under the limit, fifteen times": (
        lambda: calendar(
            "\n".join(event(f"{TIMES}\nRDATE:{','.join(_dates(7000))}", f"r{n}") for n in range(15))
        ), None,
    ),
    "a million periods of free and busy": (
        lambda: calendar("BEGIN:VFREEBUSY\nFREEBUSY:" + fill("20260310T080000Z/PT1H,")[:-1] + "\nEND:VFREEBUSY"), 1,
    ),
    "a period of no length, one backwards, one of words": (
        lambda: calendar(
            "BEGIN:VFREEBUSY\nFREEBUSY:20260311T080000Z/PT0S\nFREEBUSY:20260312T080000Z/20260311T080000Z\n"
            "FREEBUSY:when/ever\nEND:VFREEBUSY"
        ), 1,
    ),
    "fifty thousand events at once": (lambda: calendar(_many(50_000, "DTSTART:20260311T080000Z")), "refused"),
    "ten thousand events of the same identity": (lambda: calendar(_many(10_000, TIMES, "same")), None),
    "ten thousand changes that chase each other": (
        lambda: calendar(event(f"{TIMES}\nRRULE:FREQ=DAILY;COUNT=30") + "\n" + _changes(10_000)), None,
    ),
    "changes of this and all that follow, by the hundred": (
        lambda: calendar(
            event(f"{TIMES}\nRRULE:FREQ=DAILY") + "\n"
            + _changes(400).replace("RECURRENCE-ID:", "RECURRENCE-ID;RANGE=THISANDFUTURE:")
        ), None,
    ),
    "a thousand events every day": (lambda: calendar(_many(1000, f"{TIMES}\nRRULE:FREQ=DAILY")), "refused"),
    "ten events every hour": (lambda: calendar(_many(10, f"{TIMES}\nRRULE:FREQ=HOURLY")), "refused"),
    "ten thousand events in zones of their own": (
        lambda: calendar(_many(10_000, "DTSTART;TZID=Z{n}:20260311T080000\nDURATION:PT1H")), None,
    ),
    "ten searches in vain": (
        lambda: calendar(_many(10, f"{TIMES}\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")), "refused",
    ),
    "ten thousand rules by the second": (lambda: calendar(_many(10_000, f"{TIMES}\nRRULE:FREQ=SECONDLY")), None),
    "a header of the web in front": (lambda: b"HTTP/1.1 200 OK\r\n\r\n" + calendar(""), "refused"),
    "another calendar than the Gregorian": (lambda: calendar("CALSCALE:ISLAMIC"), None),
    "a version that is not there yet": (lambda: calendar("VERSION:99.0"), 1),
}  # fmt: skip


def hostile() -> dict[str, tuple[Callable[[], bytes], Verdict]]:
    """Every file by name: how it is made, and what must become of it."""
    files = dict(FILES)
    for name, (rule, verdict) in RULES.items():
        files[f"rule: {name}"] = _of(event(f"{TIMES}\nRRULE:{rule}")), verdict
    for name, (lines, verdict) in EVENTS.items():
        files[f"event: {name}"] = _of(event(lines)), verdict
    for name, (body, verdict) in ZONES.items():
        files[f"zone: {name}"] = _of(body), verdict
    return files


def _of(body: str) -> Callable[[], bytes]:
    return lambda: calendar(body)


def six_years_of_a_busy_person() -> bytes:
    """No harm meant: close to 5 MB, the kind of file that must be read. Eight meetings every working day."""
    single = "\n".join(
        event(
            f"DTSTART;TZID=Europe/Stockholm:{day}T{hour:02}0000\n"
            + (f"DTEND;TZID=Europe/Stockholm:{day}T{hour:02}5000" if hour != 11 else "DURATION:PT50M")
            + f"\nSUMMARY:Möte\nDESCRIPTION:{'Dagordning och anteckningar ' * 4}\nLAST-MODIFIED:20260101T000000Z\n"
            f"ATTENDEE;CN=Någon:mailto:n{hour}@exempel.invalid",
            f"{day}-{hour}@exempel.invalid",
        )
        for day in (f"{month}{day:02}" for month in _MONTHS for day in range(1, 23))
        for hour in range(8, 16)
    )
    weekly = _many(60, "DTSTART;TZID=Europe/Stockholm:20190107T190000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY", "w{n}")
    return calendar(single + "\n" + weekly)


_MONTHS = [f"{year}{month:02}" for year in range(2021, 2027) for month in range(1, 13)]
