"""A mail server for the trial: takes its time, now and then says "later", and remembers what it accepted."""

import asyncio
import random
import threading
from collections import Counter
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

#: Longest pause before an answer: long enough to be killed in.
PAUSE = 0.08  # seconds
#: How often a mail is turned away for now.
TURNED_AWAY = 0.02


class Sink:
    """aiosmtpd's handler. `accepted`: Message-ID → how many times it was taken."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.accepted: Counter[str] = Counter()
        self.turned_away = 0
        self._lock = threading.Lock()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.chance.random() < TURNED_AWAY:
            self.turned_away += 1
            return "451 4.7.1 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.chance.random() * PAUSE)
        read = message_from_bytes(envelope.content)
        with self._lock:
            self.accepted[str(read["Message-ID"])] += 1
        await asyncio.sleep(self.chance.random() * PAUSE)
        return "250 taken"


def serve(sink: Sink, port: int) -> Controller:
    """Start it in a thread of its own."""
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
