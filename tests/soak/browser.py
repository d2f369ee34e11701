"""A person at a browser, over real HTTP: signs in, opens a page, sends its form."""

import http.client
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

from tests.html_forms import typed

#: The probe of `/readyz` that says that a process is back.
PROBES = {"database": "database", "broker": "broker", "worker": "worker", "web": "migrations"}


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    text: str

    @property
    def content(self) -> bytes:
        return self.text.encode()


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer: where it leads is another request."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class Browser:
    def __init__(self, port: int) -> None:
        self.base = f"http://localhost:{port}"
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, _Stay())

    def get(self, address: str) -> Answer:
        return self._ask(urllib.request.Request(self.base + address))  # noqa: S310 - this machine

    def post(self, address: str, form: dict[str, list[str]]) -> Answer:
        return self._ask(urllib.request.Request(self.base + address, urlencode(form, doseq=True).encode()))  # noqa: S310  # the address of our own server

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=60) as response:
                return Answer(response.status, response.read().decode())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.read().decode())
        except (OSError, http.client.HTTPException) as lost:
            return Answer(0, str(lost))

    def is_ready(self, target: str) -> bool:
        """Whether `/readyz` says that the part works again."""
        return f'"{PROBES[target]}": "ok"' in self.get("/readyz").text

    def sign_in(self, email: str) -> None:
        """One press on the sign-in page of the demo."""
        page = self.get("/konto/logga-in/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page[:400]
        answer = self.post("/prova/logga-in/", {"csrfmiddlewaretoken": [token[1]], "email": [email]})
        assert answer.status == 302, answer

    def form_of(self, paper: Any, way: str) -> tuple[str, dict[str, list[str]]]:
        """The address and the form of a deed, as the page shows it now."""
        address: str = paper.addresses[way]
        page = self.get(address)
        assert page.status == 200, page
        if way != "withdraw":
            return address, typed(page, "once")  # type: ignore[arg-type]  # has the same content
        every = re.findall(r'name="consents" value="(\d+|[0-9a-f-]+)"', page.text)
        form = typed(page, "channel", consents=every, who="vet-inte", go="granska")  # type: ignore[arg-type]  # one field may have several values
        preview = self.post(address, form)
        return address, typed(preview, "once", go="bekrafta")  # type: ignore[arg-type]  # one field may have several values
