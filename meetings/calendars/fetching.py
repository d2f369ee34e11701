"""Fetching a subscribed calendar (P-M4). The address comes from a user and the answer from anybody: both may mean harm.

The hub stands inside a kommun's network. An address must therefore never make it ask a machine that the user cannot
reach himself: only https, only hosts that the kommun has allowed, only public addresses, and the connection goes to the
very address that was judged, so that a name which answers differently the second time gains nothing. Each redirect is
judged like the first address. Proxies of the environment are not used.

An address of a calendar is often a secret. It stands in no message, no exception and no log of this module.
"""

import http.client
import io
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import quote, urljoin, urlsplit

from meetings.calendars.limits import MAX_BYTES
from meetings.calendars.reading import why_not

SECONDS = 10.0
REDIRECTS = 2
MAX_ADDRESS = 2048
PORT = 443
#: Above the content: status line, headers, the framing of chunks.
OVERHEAD = 256 * 1024
_CHUNK = 64 * 1024
_AGENT = "Samverkanshubb-kalender/1"

#: Addresses of IPv6 that carry one of IPv4 inside, or that only look public: no calendar needs them.
_PUBLIC_V6 = IPv6Network("2000::/3")
_CARRIERS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))  # Teredo, 6to4; NAT64 and mapped lie outside 2000::/3

_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,256}")

CHECK_ADDRESS = "Kontrollera att du har kopierat hela adressen till din kalender i formatet ICS."
TRY_LATER = "Vi försöker igen senare. Du behöver inte göra något nu."


class FetchRefused(Exception):
    """Nothing was fetched. `reason` is plain Swedish and tells how to mend it; `again` whether a later try may help."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar, not yet read, and what to send along the next time."""

    data: bytes = field(repr=False)
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The calendar is as it was when `etag` or `last_modified` was given."""


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _connect(address: str, seconds: float) -> socket.socket:
    return socket.create_connection((address, PORT), timeout=seconds)


@dataclass(frozen=True, slots=True)
class Network:
    """What `fetch` needs of the world: names to addresses, a connection to one address, and which certificates hold."""

    resolve: Callable[[str], list[str]] = _resolve
    connect: Callable[[str, float], socket.socket] = _connect
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    clock: Callable[[], float] = time.monotonic


def fetch(
    url: str,
    *,
    allowed_hosts: Iterable[str],
    etag: str | None = None,
    last_modified: str | None = None,
    seconds: float = SECONDS,
    network: Network | None = None,
) -> Fetched | NotModified:
    """The calendar at `url`, at most 5 MB, within `seconds` altogether.

    `allowed_hosts` are names, or suffixes with a leading dot (".outlook.com" allows every name below it). `etag` and
    `last_modified` are what the latest `Fetched` said. Raises FetchRefused.
    """
    network = network or Network()
    limit = _Limit(network.clock, network.clock() + seconds)
    allowed, seen = tuple(allowed_hosts), 0
    while True:
        host, target = check_url(url, allowed)
        answer = _ask(host, target, _conditions(etag, last_modified), limit, network)
        if not isinstance(answer, str):
            return answer
        seen += 1
        if seen > REDIRECTS:
            raise FetchRefused(f"Adressen skickar vidare för många gånger. {CHECK_ADDRESS}")
        try:
            url = urljoin(f"https://{host}{target}", answer)
        except ValueError:
            raise FetchRefused(f"Adressen skickar vidare till något vi inte förstår. {CHECK_ADDRESS}") from None


def check_url(url: str, allowed_hosts: Iterable[str]) -> tuple[str, str]:
    """Host and target (path and query) of an address that may be fetched, without asking the network.

    For the form where the address is given, and for every step of `fetch`. Raises FetchRefused.
    """
    url = url.strip()
    if not url or len(url) > MAX_ADDRESS or _FORBIDDEN.search(url):
        raise FetchRefused(f"Adressen innehåller tecken som inte hör hemma där. {CHECK_ADDRESS}")
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").removesuffix(".").encode("idna").decode()
    except ValueError:
        raise FetchRefused(f"Adressen går inte att förstå. {CHECK_ADDRESS}") from None
    if parts.scheme.lower() not in ("https", "webcal", "webcals"):
        raise FetchRefused("Adressen måste börja med https:// eller webcal://. Andra adresser är inte skyddade.")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("Adressen får inte innehålla användarnamn eller lösenord. Använd en adress utan inloggning.")
    if port not in (None, PORT):
        raise FetchRefused(f"Adressen får inte ange någon port. {CHECK_ADDRESS}")
    if not _HOST.fullmatch(host) or not is_allowed(host, allowed_hosts):
        raise FetchRefused(
            "Kalendrar får inte hämtas från den servern. Be administratören att lägga till den, "
            "eller ladda upp kalendern som en fil."
        )
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return host, target + (f"?{quote(parts.query, safe=_QUERY)}" if parts.query else "")


_QUERY = "/%:@!$&'()*+,;=~-._?"


def is_allowed(host: str, allowed_hosts: Iterable[str]) -> bool:
    """Whether `host`, in small letters and without a final dot, is one of the allowed, or below a suffix of them."""
    for allowed in allowed_hosts:
        pattern = allowed.strip().lower()
        if (host.endswith(pattern) and len(host) > len(pattern)) if pattern.startswith(".") else host == pattern:
            return bool(pattern.strip("."))
    return False


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet could reach: nothing of our own network or machine."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if found.is_multicast or found.is_reserved or found.is_unspecified or not found.is_global:
        return False
    if isinstance(found, IPv4Address):
        return True
    return found.scope_id is None and found in _PUBLIC_V6 and not any(found in net for net in _CARRIERS)


@dataclass(slots=True)
class _Limit:
    """What is left of time and bytes, for all redirects together."""

    clock: Callable[[], float]
    until: float
    bytes_left: int = MAX_BYTES + OVERHEAD

    def seconds(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self.until - self.clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Reader(io.RawIOBase):
    """The receiving end of a socket; each look at it is given no more than what is left altogether.

    A time limit of the socket alone would begin anew with every byte that a slow server sends.
    """

    def __init__(self, sock: socket.socket, limit: _Limit) -> None:
        self._sock, self._limit = sock, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # typeshed asks for more than bytes
        self._sock.settimeout(self._limit.seconds())
        count = self._sock.recv_into(buffer)
        self._limit.bytes_left -= count
        if self._limit.bytes_left < 0:
            raise _too_large()
        return count


class _Wire:
    """As much of a socket as http.client uses."""

    def __init__(self, sock: socket.socket, limit: _Limit) -> None:
        self._sock, self._limit = sock, limit

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._limit.seconds())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock, self._limit))

    def close(self) -> None:
        """Nothing: http.client lets go before the content is read; who opened the socket closes it."""


def _ask(
    host: str, target: str, conditions: dict[str, str], limit: _Limit, network: Network
) -> Fetched | NotModified | str:
    """One question to one host; a string is where it sends us on."""
    try:
        address = _judged_address(host, limit, network)
        with (
            network.connect(address, limit.seconds()) as plain,
            network.context().wrap_socket(plain, server_hostname=host) as sock,
        ):
            connection = http.client.HTTPConnection(host)
            connection.sock = _Wire(sock, limit)
            connection.putrequest("GET", target, skip_accept_encoding=True)
            headers = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip", "User-Agent": _AGENT}
            for name, value in {**headers, "Connection": "close", **conditions}.items():
                connection.putheader(name, value)
            connection.endheaders()
            with connection.getresponse() as response:
                return _judge(response)
    except TimeoutError:
        raise FetchRefused(f"Servern svarade inte i tid. {TRY_LATER}", again=True) from None
    except ssl.SSLError:
        raise FetchRefused(
            "Serverns certifikat gick inte att lita på. Kontrollera adressen. Hör av dig till den som driver kalendern."
        ) from None
    except (OSError, http.client.HTTPException, zlib.error, EOFError, ValueError):
        raise FetchRefused(f"Det gick inte att hämta kalendern från servern. {TRY_LATER}", again=True) from None


def _judged_address(host: str, limit: _Limit, network: Network) -> str:
    """The address to connect to. One that is not public among several is enough to refuse them all."""
    addresses = _within(limit.seconds(), lambda: network.resolve(host))
    if not addresses:
        raise FetchRefused(f"Servern i adressen finns inte. {CHECK_ADDRESS}", again=True)
    if not all(is_public(address) for address in addresses):
        raise FetchRefused(
            "Adressen leder till ett internt nätverk och får inte hämtas. Ladda upp kalendern som en fil i stället."
        )
    return next((address for address in addresses if ":" not in address), addresses[0])


def _within(seconds: float, ask: Callable[[], list[str]]) -> list[str]:
    """The answer of the name service, which has no time limit of its own that could be set. An error is no answer."""
    answers: list[list[str]] = []

    def work() -> None:
        try:
            answers.append(ask())
        except (OSError, UnicodeError):
            answers.append([])

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if not answers:
        raise TimeoutError
    return answers[0]


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    stated = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in stated.items() if value and _VALIDATOR.fullmatch(value)}


def _judge(response: http.client.HTTPResponse) -> Fetched | NotModified | str:
    if response.status in (301, 302, 303, 307, 308) and (place := response.getheader("Location")):
        return place
    if response.status == 304:
        return NotModified()
    if response.status in (401, 403):
        raise FetchRefused("Kalendern kräver inloggning. Använd den adress som kalenderprogrammet ger för delning.")
    if response.status in (404, 410):
        raise FetchRefused(f"Det finns ingen kalender på adressen längre. {CHECK_ADDRESS}")
    if response.status != 200:
        raise FetchRefused(f"Servern lämnade inte ut kalendern. {TRY_LATER}", again=True)
    data = _content(response)
    if (reason := why_not(data)) is not None:
        raise FetchRefused(reason)
    return Fetched(data, _validator(response, "ETag"), _validator(response, "Last-Modified"))


def _validator(response: http.client.HTTPResponse, name: str) -> str | None:
    stated = response.getheader(name)
    return stated if stated and _VALIDATOR.fullmatch(stated) else None


def _content(response: http.client.HTTPResponse) -> bytes:
    """The content, unpacked; counted as it comes, whatever the server says about its length."""
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise FetchRefused(f"Servern svarade på ett sätt som vi inte kan läsa. {TRY_LATER}", again=True)
    if encoding == "identity" and (response.length or 0) > MAX_BYTES:
        raise _too_large()
    unpack = None if encoding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    data = bytearray()
    while part := response.read1(_CHUNK):
        while part:
            data += unpack.decompress(part, MAX_BYTES + 1 - len(data)) if unpack else part
            if len(data) > MAX_BYTES:
                raise _too_large()
            part = unpack.unconsumed_tail if unpack else b""
    if (unpack is not None and not unpack.eof) or response.length:
        raise EOFError("the server broke off")
    return bytes(data)


def _too_large() -> FetchRefused:
    return FetchRefused("Kalendern är större än 5 MB. Dela en mindre kalender, eller ladda upp en kortare tid som fil.")
