"""The routes of statistics: releases for everybody in the kommun, exact figures for nobody of the cast (P-S2, P-S3).

Pelle, who counts by decision, is none of the cast: what he gets is in tests/test_statistics.py.
"""

from collections.abc import Mapping
from typing import Any

from reports.models import ProgrammeDecision
from tests.cast import NOW, SECOND, World
from tests.matrix import EVERYBODY, Row, status
from tests.releasing import a_file, a_release, counting, decided, employ, released

#: Otto works in another kommun; leisure reads on screen only (P-A14).
OURS = status(EVERYBODY) | {"otto": 404}
IN_FILES = OURS | {"fia": 403}


def a_decision(world: World) -> Mapping[str, Any]:
    standing = ProgrammeDecision.objects.first()
    return {"ref": (standing or decided(world, at=NOW - SECOND)).ref}


def somebody_to_decide_about(world: World) -> Mapping[str, Any]:
    employ(world)
    return {}


def version(world: World) -> Mapping[str, Any]:
    return {"row_version": 1}


def nothing_filled_in(world: World) -> Mapping[str, Any]:
    return {}


def nothing_sent(world: World) -> Mapping[str, Any]:
    counting(world)
    return {}


def something_to_list(world: World) -> Mapping[str, Any]:
    released(world)
    return {}


def key(world: World) -> Mapping[str, Any]:
    return {"Idempotency-Key": "utgava-1"}


ROWS = [
    Row(route="reports:releases", kwargs=something_to_list, others=200),
    Row(route="reports:release", kwargs=a_release, expect=OURS),
    Row(route="reports:export", kwargs=a_file("csv"), expect=IN_FILES),
    Row(route="reports:export", kwargs=a_file("xlsx"), expect=IN_FILES),
    Row(route="reports:export", kwargs=a_file("pdf")),
    Row(route="reports:programme", kwargs=nothing_sent, others=403),
    Row(route="reports:release_new", method="POST", data=nothing_filled_in, others=403, anonymous=401),
    Row(route="reports:admin_decisions", expect={"ada": 200}, others=403),
    Row(route="reports:admin_decision_new", kwargs=somebody_to_decide_about, expect={"ada": 200}, others=403),
    Row(
        route="reports:admin_decision_new",
        method="POST",
        data=nothing_filled_in,
        expect={"ada": 422},
        others=403,
        anonymous=401,
    ),
    Row(route="reports:admin_decision_end", kwargs=a_decision, expect={"ada": 200}, others=403),
    Row(
        route="reports:admin_decision_end",
        method="POST",
        kwargs=a_decision,
        data=version,
        expect={"ada": 302},
        others=403,
        anonymous=401,
    ),
    Row(route="api:statistics", kwargs=something_to_list, expect={"fia": 403}, others=200, anonymous=401),
    Row(
        route="api:statistics",
        method="POST",
        json=nothing_filled_in,
        headers=key,
        others=403,
        anonymous=401,
    ),
    Row(route="api:statistics_release", kwargs=a_release, expect=IN_FILES, anonymous=401),
    Row(route="api:programme_statistics", others=403, anonymous=401),
]
