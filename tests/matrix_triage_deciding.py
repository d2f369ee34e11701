"""The decision and what follows: the intake before it, the investigator and that unit's manager after it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.cast import NOW, World
from tests.concerns import ARRIVED, NOVA, register
from tests.decisions import decide, guardians, protect, qualify, tasks_of
from tests.matrix import EVERYBODY, Made, Row, nothing, status
from tests.matrix_api import call, look, read_by, sent
from triage import actions
from triage.models import PreliminaryAssessment

OPEN = "Rad i matrisen: inte beslutad."
DECIDED = "Rad i matrisen: beslutad."
HALF_PAST = NOW - timedelta(minutes=30)

#: The intake's Ines before; after it also Olof who investigates, and Mona who manages his unit.
INTAKE = status(("ines",))
AFTER = status(("ines", "olof", "mona"))
DOES = status(("ines", "olof", "mona"), 302)
#: Leisure reads on screen only: no API (P-A14).
SCREEN = {"fia": 403}


def _registered(world: World, told: str) -> PreliminaryAssessment:
    """A concern of its own about Nova, its protection assessed before qualified people, as it came in."""
    assessment = register(world, NOVA, facts=told, at=ARRIVED).assessments.get()
    qualify(world, "ines", "olof")
    protect(world, assessment, at=ARRIVED)
    return assessment


def to_decide(world: World) -> Mapping[str, Any]:
    """Nobody has decided on it; made once for the whole matrix."""
    standing = PreliminaryAssessment.objects.filter(report__facts=OPEN).first()
    return {"ref": (standing or _registered(world, OPEN)).ref}


def _followed(world: World) -> PreliminaryAssessment:
    """Decided on once for the whole matrix: Olof investigates."""
    standing = PreliminaryAssessment.objects.filter(report__facts=DECIDED).first()
    if standing is None:
        standing = _registered(world, DECIDED)
        guardians(world, standing, "Nina", "Nils", at=ARRIVED)
        decide(world, standing, proposes="SIG", agencies=(world.police,), at=HALF_PAST)
        standing.refresh_from_db()
    return standing


def followed(world: World) -> Mapping[str, Any]:
    return {"ref": _followed(world).ref}


def investigated(world: World) -> Mapping[str, Any]:
    return {"ref": _followed(world).investigation.ref}


def nils(world: World) -> Mapping[str, Any]:
    return {"ref": tasks_of(_followed(world))["Nils"].ref}


def nina_held(world: World) -> Mapping[str, Any]:
    """Nina's task, held back once for the whole matrix."""
    task = tasks_of(_followed(world))["Nina"]
    if task.state == "open":
        actions.hold_task(task, why="Hot.", review_on=date(2026, 3, 9), by=world.olof.actor, at=NOW)
    return {"ref": task.ref}


def post(route: str, made: Made, expect: Mapping[str, int], data: Made = nothing) -> Row:
    return Row(route=f"triage:{route}", method="POST", kwargs=made, data=data, expect=expect, anonymous=401)


def form(**data: Any) -> Made:
    return lambda world: data


def opens(world: World) -> Mapping[str, Any]:
    return {
        "kind": "open",
        "investigator": world.olof.assignment.ref,
        "reasons": "Skäl",
        "delegation": "3.1",
        "seek_consent": "",
    }


def opens_by_api(world: World) -> Mapping[str, Any]:
    return {"kind": "open", "investigator": world.olof.assignment.ref, "reasons": "Skäl", "delegation": "3.1"}


PAGES = (
    ("handover", followed, AFTER),
    ("handover_pdf", followed, AFTER),
    ("handover", to_decide, INTAKE),
    ("feedback", followed, AFTER),
    ("feedback_letter", followed, AFTER),
    ("family_task", nils, AFTER),
    ("task_hold", nils, AFTER),
    ("task_resume", nina_held, AFTER),
    ("task_letter", nils, {"olof": 200, "mona": 200}),  # Ines may not read the guardian's name
    ("investigation", investigated, AFTER),
    ("investigation_extend", investigated, {"olof": 200, "ines": 403, "mona": 403}),
    ("investigation_close", investigated, {"olof": 200, "ines": 403, "mona": 403}),
    ("extend", to_decide, INTAKE),
    ("decision", to_decide, INTAKE),
)
ROWS = [
    *[Row(route=f"triage:{route}", kwargs=made, expect=expect) for route, made, expect in PAGES],
    Row(route="triage:decision", kwargs=followed, expect=DOES),  # leads to the packet
    post("decision", to_decide, {"ines": 302}, opens),
    post("extend", to_decide, {"ines": 302}, form(until="2026-03-20", reasons="BUP")),
    post("handover_receive", followed, {"olof": 302} | status(("ines", "mona"), 409)),
    post("inform_more", followed, status(("ines", "olof", "mona"), 409)),
    # Mona is no qualified social worker
    post("task_hold", nils, DOES | {"mona": 422}, form(why="Hot.", review_on="2026-03-20")),
    post("task_resume", nina_held, DOES | {"mona": 422}, form(why="Lugnt.")),
    post("family_task", nils, DOES, form(note="Möte.", told_on="2026-03-02")),
    post("feedback", followed, DOES, form(choice="given", how="telefon")),
    post("feedback_asked", followed, DOES),
    post(
        "investigation_extend",
        investigated,
        {"olof": 302, "ines": 403, "mona": 403},
        form(until="2026-08-01", why="Väntar."),
    ),
    post(
        "investigation_close", investigated, {"olof": 302, "ines": 403, "mona": 403}, form(into="insats", why="Stöd.")
    ),
]

API_AFTER = AFTER | SCREEN
LEADS = {"olof": 200, "ines": 403, "mona": 403} | SCREEN
ROWS += [
    look("concern_decide", to_decide, INTAKE | SCREEN),
    look("concern_decide", followed, API_AFTER),
    call(
        "concern_decide",
        to_decide,
        {"ines": 201} | SCREEN,
        json=opens_by_api,
        headers=read_by("ines", "api:concern_decide", to_decide),
    ),
    call(
        "concern_extend",
        to_decide,
        INTAKE | SCREEN,
        json=sent(until="2026-03-20", reasons="BUP"),
        headers=read_by("ines", "api:concern_decide", to_decide),
    ),
    look("concern_handover", followed, API_AFTER),
    call("concern_handover", followed, {"olof": 204, "ines": 409, "mona": 409} | SCREEN),
    look("concern_feedback", followed, API_AFTER),
    look("concern_feedback", to_decide, SCREEN),
    call("concern_feedback", followed, API_AFTER, json=sent(choice="given", how="telefon")),
    look("family_tasks", nothing, status(EVERYBODY) | SCREEN),
    look("family_task", nils, API_AFTER),
    call(
        "family_task_done",
        nils,
        API_AFTER,
        json=sent(note="Möte."),
        headers=read_by("olof", "api:family_task", nils),
    ),
    call(
        "family_task_hold",
        nils,
        API_AFTER | {"mona": 422},
        json=sent(why="Hot.", review_on="2026-03-20"),
        headers=read_by("olof", "api:family_task", nils),
    ),
    call(
        "family_task_resume",
        nina_held,
        API_AFTER | {"mona": 422},
        json=sent(why="Lugnt."),
        headers=read_by("olof", "api:family_task", nina_held),
    ),
    look("investigation", investigated, API_AFTER),
    call(
        "investigation_extend",
        investigated,
        LEADS,
        json=sent(until="2026-08-01", why="Väntar."),
        headers=read_by("olof", "api:investigation", investigated),
    ),
    call(
        "investigation_close",
        investigated,
        LEADS,
        json=sent(into="insats", why="Stöd."),
        headers=read_by("olof", "api:investigation", investigated),
    ),
]
