"""Fetching a subscribed calendar: only an allowed public server is ever asked, and none can hold us up (P-M4)."""

import gzip
import itertools
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meetings.calendars import fetching
from meetings.calendars.fetching import Fetched, FetchRefused, NotModified, check_url, is_allowed, is_public
from meetings.calendars.limits import MAX_BYTES
from tests.calendar_server import ADDRESS, HOST, OTHER, STRANGER, Server, running

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
SECRET = "/hemlig-adress-7f3a/basic.ics"
URL = f"https://{HOST}{SECRET}"
ALLOWED = (HOST, OTHER, STRANGER)


@pytest.fixture(scope="module")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(Path(tmp_path_factory.mktemp("tls"))) as server:
        yield server


@pytest.fixture
def server(running_server: Server) -> Server:
    running_server.answers = {SECRET: ok(CALENDAR)}
    running_server.names = {name: [[ADDRESS]] for name in ALLOWED}
    for seen in (
        running_server.requests,
        running_server.server_names,
        running_server.resolved,
        running_server.connected,
    ):
        seen.clear()
    return running_server


def ok(content: bytes, *headers: str, length: bool = True) -> bytes:
    lines = ["HTTP/1.1 200 OK", *headers, *([f"Content-Length: {len(content)}"] if length else []), "", ""]
    return "\r\n".join(lines).encode() + content


def moved(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def fetch(server: Server, url: str = URL, **options: Any) -> Fetched | NotModified:
    return fetching.fetch(url, allowed_hosts=ALLOWED, network=server.network(), **options)


def refused(server: Server, url: str = URL) -> FetchRefused:
    with pytest.raises(FetchRefused) as found:
        fetch(server, url)
    assert "7f3a" not in f"{found.value!r} {found.value.__cause__!r}"
    return found.value


class TestFetching:
    @pytest.mark.parametrize(
        "url", [URL, URL.replace("https", "webcal"), URL.replace("https", "WEBCALS"), f" {URL}#x "]
    )
    def test_a_calendar_is_fetched_from_the_address_that_was_judged(self, server: Server, url: str) -> None:
        server.answers[SECRET] = ok(CALENDAR, 'ETag: "v1"', "Last-Modified: Sun, 22 Nov 2026 10:00:00 GMT")
        assert fetch(server, url) == Fetched(CALENDAR, '"v1"', "Sun, 22 Nov 2026 10:00:00 GMT")
        assert (server.connected, server.server_names) == ([ADDRESS], [HOST])
        first, *headers = server.requests[0].strip().split("\r\n")
        assert first == f"GET {SECRET} HTTP/1.1"
        assert sorted(header.split(":")[0] for header in headers) == [
            "Accept", "Accept-Encoding", "Connection", "Host", "User-Agent",
        ]  # fmt: skip
        assert f"Host: {HOST}" in headers

    def test_what_has_not_changed_is_not_sent_again(self, server: Server) -> None:
        server.answers[SECRET] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        assert fetch(server, etag='"v1"', last_modified="Sun, 22 Nov 2026 10:00:00 GMT") == NotModified()
        assert 'If-None-Match: "v1"\r\n' in server.requests[0]
        assert "If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\r\n" in server.requests[0]

    def test_no_header_can_be_smuggled_in_through_what_a_server_said_before(self, server: Server) -> None:
        fetch(server, etag='"v1"\r\nCookie: x', last_modified="x" * 257)
        assert "Cookie" not in server.requests[0]
        assert "If-" not in server.requests[0]

    def test_the_kind_of_content_is_judged_by_the_content(self, server: Server) -> None:
        server.answers[SECRET] = ok(CALENDAR, "Content-Type: application/octet-stream")
        assert isinstance(fetch(server), Fetched)
        server.answers[SECRET] = ok(b"<!DOCTYPE html><html>Logga in", "Content-Type: text/calendar")
        assert "webbsida" in refused(server).reason

    @pytest.mark.parametrize(
        ("answer", "word", "again"),
        [
            (b"HTTP/1.1 401 No\r\n\r\n", "inloggning", False),
            (b"HTTP/1.1 403 No\r\n\r\n", "inloggning", False),
            (b"HTTP/1.1 404 No\r\n\r\n", "längre", False),
            (b"HTTP/1.1 410 No\r\n\r\n", "längre", False),
            (b"HTTP/1.1 429 No\r\n\r\n", "senare", True),
            (b"HTTP/1.1 503 No\r\n\r\n", "senare", True),
            (b"HTTP/1.1 302 No\r\n\r\n", "senare", True),
            (b"", "senare", True),
            (b"\0" * 100_000, "senare", True),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n", "senare", True),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + CALENDAR, "senare", True),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "senare", True),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nBEGIN", "senare", True),
            (ok(CALENDAR, "Content-Encoding: br"), "senare", True),
            (ok(CALENDAR, "Content-Encoding: gzip"), "senare", True),
            (ok(gzip.compress(CALENDAR, mtime=0)[:-9], "Content-Encoding: gzip"), "senare", True),
            (ok(b""), "tom", False),
        ],
    )
    def test_every_other_answer_is_refused_with_what_to_do(
        self, server: Server, answer: bytes, word: str, again: bool
    ) -> None:
        server.answers[SECRET] = answer
        found = refused(server)
        assert word in found.reason
        assert found.again is again


class TestAddressesThatAreNotAsked:
    @pytest.mark.parametrize(
        "url",
        [
            f"http://{HOST}/a.ics", f"ftp://{HOST}/a.ics", "file:///etc/passwd", "//kalender.exempel.se/a", "a.ics", "",
            f"https://{HOST}:8443/a.ics", f"https://{HOST}:80/", f"https://{HOST}:0/", f"https://{HOST}:99999/",
            f"https://anna@{HOST}/", f"https://anna:hemligt@{HOST}/", f"https://@{HOST}/", f"https://{HOST}@ond.se/",
            f"https://ond.se/@{HOST}", f"https://ond.se#@{HOST}", f"https://ond.se\\@{HOST}/", f"https://ond.se?{HOST}",
            f"https://{HOST}.ond.se/", f"https://ond{HOST}/", f"https://{HOST}%2eond.se/", f"https://{HOST}\t.ond.se/",
            "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/",
            "https://169.254.169.254/latest/meta-data/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/",
            f"https://{HOST}/a\r\nHost: ond.se", f"https://{HOST}/a b", f"https://{HOST}/\0", "https://[/",
            f"https://{HOST}/{'a' * 2048}", "https:///a.ics", "https://../", f"https://{HOST}／ond.se/", "https://ond.se/",
        ],
    )  # fmt: skip
    def test_an_address_of_the_wrong_form_or_server_is_not_even_looked_up(self, server: Server, url: str) -> None:
        assert not refused(server, url).again
        assert server.resolved == server.connected == []

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "127.8.8.8", "0.0.0.0",  # noqa: S104 - what must not be asked
            "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
            "169.254.169.254", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
            "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", "::93.184.216.34", "fe80::1",
            "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "64:ff9b::a00:1", "64:ff9b::5db8:d822",
            "64:ff9b:1::1", "2001:db8::1", "2001::1", "2002:a00:1::1", "2002:5db8:d822::1", "100::1", "4000::1",
            "nonsens",
        ],
    )  # fmt: skip
    def test_a_server_inside_our_own_network_is_not_asked(self, server: Server, address: str) -> None:
        assert not is_public(address)
        for answer in ([address], [ADDRESS, address], [address, ADDRESS]):
            server.names[HOST] = [answer]
            assert "internt nätverk" in refused(server).reason
        assert server.connected == []

    @pytest.mark.parametrize("address", [ADDRESS, "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
                                         "100.63.255.255", "100.128.0.0", "2a00:1450:400f::1"])  # fmt: skip
    def test_public_addresses_are(self, server: Server, address: str) -> None:
        server.names[HOST] = [[address]]
        assert isinstance(fetch(server), Fetched)
        assert server.connected == [address]

    def test_a_name_that_answers_differently_the_second_time_gains_nothing(self, server: Server) -> None:
        server.names[HOST] = [[ADDRESS], ["127.0.0.1"]]
        fetch(server)
        assert server.resolved == [HOST]
        assert server.connected == [ADDRESS]

    def test_a_name_that_does_not_exist_may_exist_later(self, server: Server) -> None:
        server.names = {}
        assert refused(server).again
        server.names = {HOST: [[]]}
        assert refused(server).again

    @pytest.mark.parametrize(
        ("host", "allowed", "is_so"),
        [
            ("outlook.com", ["outlook.com"], True), ("a.outlook.com", ["outlook.com"], False),
            ("a.outlook.com", [".outlook.com"], True), ("a.b.outlook.com", [" .Outlook.com "], True),
            ("outlook.com", [".outlook.com"], False), ("onutlook.com", [".outlook.com"], False),
            ("notoutlook.com", [".outlook.com"], False), (".outlook.com", [".outlook.com"], False),
            ("outlook.com", [""], False), ("outlook.com", ["."], False), ("outlook.com", [], False),
            ("outlook.com.", ["outlook.com"], False),
        ],
    )  # fmt: skip
    def test_allowed_are_exact_names_and_what_lies_below_a_suffix(
        self, host: str, allowed: list[str], is_so: bool
    ) -> None:
        assert is_allowed(host, allowed) is is_so

    def test_names_and_paths_with_swedish_letters_are_written_as_the_net_wants_them(self) -> None:
        assert check_url("https://Kalender.Åmål.SE./möte a".replace(" a", "?å=ö"), [".xn--ml-xiab.se"]) == (
            "kalender.xn--ml-xiab.se", "/m%C3%B6te?%C3%A5=%C3%B6",
        )  # fmt: skip


class TestBeingSentOn:
    def test_twice_at_most_and_each_place_is_looked_up_anew(self, server: Server) -> None:
        server.answers |= {"/1": moved("/2"), "/2": moved(f"webcal://{OTHER}{SECRET}", 308)}
        assert isinstance(fetch(server, f"https://{HOST}/1"), Fetched)
        assert server.resolved == [HOST, HOST, OTHER]
        assert server.server_names == [HOST, HOST, OTHER]
        server.answers["/0"] = moved("1")
        assert "för många gånger" in refused(server, f"https://{HOST}/0").reason

    @pytest.mark.parametrize(
        "to",
        [f"http://{HOST}{SECRET}", "https://ond.se/", "file:///etc/passwd", "//ond.se/", "https://127.0.0.1/",
         "https://169.254.169.254/latest/meta-data/", f"https://a:b@{HOST}/", f"https://{HOST}:22/", "https://["],
    )  # fmt: skip
    def test_only_to_where_one_could_have_gone_oneself(self, server: Server, to: str) -> None:
        server.answers["/1"] = moved(to)
        refused(server, f"https://{HOST}/1")
        assert len(server.connected) == 1

    def test_not_to_an_allowed_name_that_leads_inside(self, server: Server) -> None:
        server.answers["/1"] = moved(f"https://{OTHER}/")
        server.names[OTHER] = [["10.0.0.1"]]
        assert "internt nätverk" in refused(server, f"https://{HOST}/1").reason
        assert server.connected == [ADDRESS]


class TestCertificates:
    def test_the_certificate_must_be_for_the_name_though_we_connect_to_an_address(self, server: Server) -> None:
        assert "certifikat" in refused(server, f"https://{STRANGER}{SECRET}").reason
        assert server.requests == []

    def test_and_signed_by_somebody_we_trust(self, server: Server) -> None:
        with pytest.raises(FetchRefused, match="certifikat"):
            fetching.fetch(URL, allowed_hosts=ALLOWED, network=server.network(trusted=False))
        assert server.requests == []


class TestLimits:
    def content(self, size: int) -> bytes:
        return CALENDAR + b" " * (size - len(CALENDAR))

    def chunked(self, content: bytes) -> bytes:
        parts = [content[at : at + 100_000] for at in range(0, len(content), 100_000)]
        framed = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        return ok(framed, "Transfer-Encoding: chunked", length=False)

    def variants(self, content: bytes) -> dict[str, bytes]:
        return {
            "with length": ok(content),
            "without length": ok(content, length=False),
            "in chunks": self.chunked(content),
            "packed": ok(gzip.compress(content, 1), "Content-Encoding: gzip"),
        }

    def test_five_megabytes_are_taken_and_one_byte_more_is_not(self, server: Server) -> None:
        for server.answers[SECRET] in self.variants(self.content(MAX_BYTES)).values():
            found = fetch(server)
            assert isinstance(found, Fetched)
            assert len(found.data) == MAX_BYTES
        for server.answers[SECRET] in self.variants(self.content(MAX_BYTES + 1)).values():
            assert "5 MB" in refused(server).reason

    def test_a_bomb_is_not_unpacked(self, server: Server) -> None:
        bomb = gzip.compress(CALENDAR + b" " * 100_000_000, 1)
        assert len(bomb) < 1_000_000
        server.answers[SECRET] = ok(bomb, "Content-Encoding: gzip")
        tracemalloc.start()
        try:
            assert "5 MB" in refused(server).reason
            assert tracemalloc.get_traced_memory()[1] < 2.5 * MAX_BYTES
        finally:
            tracemalloc.stop()

    def test_a_length_that_is_too_large_is_enough(self, server: Server) -> None:
        server.answers[SECRET] = f"HTTP/1.1 200 OK\r\nContent-Length: {MAX_BYTES + 1}\r\n\r\n".encode()
        assert "5 MB" in refused(server).reason

    def test_everything_that_is_sent_counts_not_only_content(self, server: Server) -> None:
        server.answers[SECRET] = b"HTTP/1.1 100 Continue\r\n\r\n" * 250_000
        assert "5 MB" in refused(server).reason

    def test_a_server_that_answers_slowly_gets_ten_seconds_altogether(self, server: Server) -> None:
        server.answers[SECRET] = self.chunked(self.content(1_000_000))
        ticks = itertools.count(0.0, 0.5)  # half a second passes at every look at the clock
        with pytest.raises(FetchRefused, match="i tid") as found:
            fetching.fetch(URL, allowed_hosts=ALLOWED, network=server.network(clock=lambda: next(ticks)))
        assert found.value.again
        assert next(ticks) < 12
        assert isinstance(fetch(server), Fetched)

    def test_being_sent_on_gives_no_new_time(self, server: Server) -> None:
        server.answers["/1"] = moved(SECRET)
        looks = itertools.count(0)
        network = server.network(clock=lambda: next(looks) * 0.01)
        fetching.fetch(f"https://{HOST}/1", allowed_hosts=ALLOWED, network=network)
        needed = next(looks) * 0.01
        with pytest.raises(FetchRefused, match="i tid"):
            fetching.fetch(f"https://{HOST}/1", allowed_hosts=ALLOWED, seconds=needed * 0.7, network=network)
        assert len(server.requests) == 3

    def test_a_name_service_that_never_answers_is_not_waited_for(self, server: Server) -> None:
        silent = threading.Event()
        network = fetching.Network(resolve=lambda _host: [str(silent.wait(30))])
        with pytest.raises(FetchRefused, match="i tid"):
            fetching.fetch(URL, allowed_hosts=ALLOWED, seconds=0.01, network=network)
        silent.set()
