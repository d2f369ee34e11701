"""The routes of the queue and of what it came to: lists of what one may read; numbers for managers alone."""

from collections.abc import Mapping
from typing import Any

from tests.cast import World
from tests.concerns import arrange
from tests.matrix import EVERYBODY, Row, status
from tests.matrix_api import ALL, SCREEN

INTAKE = ("ivar", "maja", "vera", "jo")
MANAGERS = ("mona", "maja")


def intake(world: World) -> Mapping[str, Any]:
    """An address without parts, in a kommun whose intake is arranged: Mona's unit is in the hub."""
    arrange(world)
    return {}


ROWS = [
    Row(route="triage:queue", kwargs=intake, expect=status((*EVERYBODY, *INTAKE))),
    Row(
        route="triage:queue",
        kwargs=intake,
        query="?mina=1&sida=2",
        expect=status((*EVERYBODY, *INTAKE)),
    ),
    Row(route="triage:statistics", kwargs=intake, expect=status(MANAGERS), others=403),
    Row(
        route="triage:statistics",
        kwargs=intake,
        query="?period=12m&klocka=protection&lage=sena",
        expect=status(MANAGERS),
        others=403,
    ),
    Row(
        route="api:concerns",
        kwargs=intake,
        query="?owner=me&state=received",
        expect=ALL | status(INTAKE) | SCREEN,
        anonymous=401,
    ),
    Row(route="api:deadlines", kwargs=intake, expect=ALL | status(INTAKE) | SCREEN, anonymous=401),
    Row(route="api:triage_statistics", kwargs=intake, expect=status(MANAGERS), others=403, anonymous=401),
]
