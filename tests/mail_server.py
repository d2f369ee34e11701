"""A mail server of the tests' own: a real conversation, which goes wrong where its script says."""

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings

#: Where the conversation can go wrong: step → the answer, or None for a line that is cut there.
Script = dict[str, str | None]


class Server:
    """A mail server that follows a script; `taken` is what it accepted."""

    def __init__(self) -> None:
        self.script: Script = {}
        self.taken: list[Message] = []
        self.envelopes: list[tuple[str, list[str]]] = []

    def _answer(self, step: str, server: Any, otherwise: str) -> str:
        answer = self.script.get(step, otherwise)
        if answer is None:
            server.transport.abort()
            return otherwise
        return answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self._answer("MAIL", server, "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT", server, "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(0)
        if self.script.get("DATA", "250") in (None, "250"):
            self.taken.append(message_from_bytes(envelope.content))
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return self._answer("DATA", server, "250 OK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def listening() -> Iterator[tuple[Server, int]]:
    server, port = Server(), free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server, port
    controller.stop()


@pytest.fixture
def server(listening: tuple[Server, int], settings: Settings) -> Server:
    found, port = listening
    found.script, found.taken, found.envelopes = {}, [], []
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.SITE_URL = "https://hubben.example.se"
    return found
