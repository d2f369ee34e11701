"""A web worker as the launcher starts it, under a thousand requests of the mix: what it holds in memory."""

import http.client
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.host import Host
from bench.pages import paths, signed_in
from bench.sample import Asker, Size, using

#: Of ten requests: how many of each.
MIX = ("Mina ungdomar", "Mina ungdomar", "En ungdom", "En ungdom", "En ungdom", "En ungdom", "Att göra", "Sök", "Sök")
SEARCH = "/sok/"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
NAMES = ("an", "el", "lund", "berg", "sö")


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of the worker: when it has answered once, and after each tenth of the requests."""

    requests: int
    at_start: float
    after: tuple[float, ...]

    @property
    def most(self) -> float:
        return max(self.after)

    @property
    def growth(self) -> float:
        """From halfway to the end: what is left when caches are filled."""
        return self.after[-1] - self.after[len(self.after) // 2]


class Browser:
    """One person's session over a kept connection."""

    def __init__(self, port: int, session: str, named: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("localhost", port, timeout=120)
        self.cookies = {"sessionid": session}
        self.named = named

    def get(self, path: str) -> bytes:
        return self._send("GET", path, None)

    def search(self, text: str) -> None:
        token = TOKEN.search(self.get(SEARCH))
        assert token
        self._send("POST", SEARCH, urlencode({"csrfmiddlewaretoken": token[1].decode(), "q": text}))

    def _send(self, method: str, path: str, body: str | None) -> bytes:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        answer = self._answer(method, path, body, headers)
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        assert answer.status == 200, (method, path, answer.status)
        return content

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """The answer; over a new connection where the server has closed one that waited."""
        for _ in range(2):
            try:
                self.connection.request(method, path, body, headers)
                return self.connection.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError):
                self.connection.close()
        raise ConnectionError(path)

    @property
    def _origin(self) -> str:
        return f"http://localhost:{self.connection.port}"


def run(host: Host, size: Size, *, requests: int, people: int = 12, seed: int = 1) -> Memory:
    """Start the worker, send the mix, stop the worker."""
    rng = random.Random(seed)
    with using(size.wrapper):
        askers = rng.sample(size.askers, min(people, len(size.askers)))
        sessions = [(_session(asker), paths(asker)) for asker in askers]
    host.start_web()
    try:
        host._wait_for_first_page()
        browsers = [Browser(host.port, session, named) for session, named in sessions]
        pid = worker_of(host)
        browsers[0].get("/")
        start, after = megabytes(pid), []
        for number in range(1, requests + 1):
            one_request(rng.choice(browsers), rng)
            if number % max(1, requests // 10) == 0:
                after.append(megabytes(pid))
        return Memory(requests, start, tuple(after))
    finally:
        for child in host.workers:
            child.ask_to_stop()
            child.end_group()
        host.workers.clear()


def _session(asker: Asker) -> str:
    return signed_in(asker).cookies["sessionid"].value


def one_request(browser: Browser, rng: random.Random) -> None:
    what = rng.choice(MIX)
    if what == "Sök":
        browser.search(rng.choice(NAMES))
    else:
        browser.get(browser.named.get(what, "/"))


def worker_of(host: Host) -> int:
    """The process that answers: the largest one of the web server's group."""
    process = host.workers[0].process
    assert process
    return max(_family(process.pid), key=megabytes)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _family(int(child))


def megabytes(pid: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
