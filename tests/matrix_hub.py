"""The hub's routes: who gets what (architecture, "Access" 7). POSTs send too little, so that nothing is done."""

from collections.abc import Mapping
from typing import Any

from tests.cast import World
from tests.matrix import CONTACTS, EVERYBODY, LEADS, READERS, SEATED, Row, case, deputy, elias, eva, police, status


def same_phase(world: World) -> Mapping[str, Any]:
    return {"seen": "insats"}


def unknown_number(world: World) -> Mapping[str, Any]:
    return {"whom": "S-2026-9999", "reason": "brådskar"}


def elias_number(world: World) -> Mapping[str, Any]:
    return {"whom": world.case.number, "reason": "brådskar"}


def name(world: World) -> Mapping[str, Any]:
    return {"q": "Elias"}


ALL = status(EVERYBODY)
#: Social services' coordinators, officers and lots.
REGISTERING = ("kim", "lovisa", "olof", "ines", "otto")
#: Roles marked for break-glass, whatever their agency.
OPENING = ("kim", "olof", "ines", "mona", "otto")
OWN_AGENCY = ("kim", "olof", "ines", "mona")
NOT_CONTACTS = ("kim", "lovisa", "mona")


def both(route: str, made: Any, expect: Mapping[str, int], *, incomplete: int = 422, data: Any = None) -> list[Row]:
    """A form: its GET, and the POST that sends too little to be done, for the same people."""
    posted = {member: incomplete if code == 200 else code for member, code in expect.items()}
    sent = {"data": data} if data else {}
    return [
        Row(route=route, kwargs=made, expect=expect),
        Row(route=route, method="POST", kwargs=made, expect=posted, anonymous=401, **sent),
    ]


ROWS = [
    Row(route="hub:home", expect=ALL),
    Row(route="hub:search", expect=ALL),
    Row(route="hub:search", method="POST", data=name, expect=ALL, anonymous=401),
    Row(route="hub:notifications", expect=ALL),
    Row(route="hub:mark_read", method="POST", others=302, anonymous=401),
    Row(route="hub:assignments", expect=ALL),
    Row(route="hub:assignments", method="POST", others=302, anonymous=401),
    Row(route="hub:no_assignment", others=302),
    Row(route="hub:help", expect=ALL),
    Row(route="hub:accessibility", expect=ALL, anonymous=200),
    Row(route="hub:set_theme", method="POST", others=302),
    # Demo mode is off in tests: then these do not exist.
    Row(route="hub:tryit"),
    Row(route="hub:styleguide"),
    Row(route="hub:demo_login", method="POST", anonymous=404),
    # Break-glass: one answer whether nobody has the number or somebody whom one may not open (P-A15).
    Row(route="hub:break_glass", expect=status(OPENING), others=403),
    Row(
        route="hub:break_glass",
        method="POST",
        data=unknown_number,
        expect=status(OPENING, 422),
        others=403,
        anonymous=401,
    ),
    Row(
        route="hub:break_glass",
        method="POST",
        data=elias_number,
        expect=status(OWN_AGENCY, 302) | {"otto": 422},
        others=403,
        anonymous=401,
    ),
    # A youth and those close to them
    Row(route="hub:register_youth", expect=status(REGISTERING), others=403),
    Row(route="hub:register_youth", method="POST", expect=status(REGISTERING, 422), others=403, anonymous=401),
    *both("hub:person", elias, status(NOT_CONTACTS) | status(CONTACTS, 403)),
    *both("hub:relative_add", elias, status(LEADS) | status((*CONTACTS, "mona"), 403)),
    *both("hub:relative_edit", eva, status(NOT_CONTACTS), incomplete=409),
    *both("hub:relative_person", eva, status(NOT_CONTACTS)),
    *both("hub:recuse", elias, status(READERS)),
    *both("hub:open_protected", elias, status(SEATED) | {"mona": 403}),
    # A case
    *both("hub:case_open", elias, status(LEADS) | status((*CONTACTS, "mona"), 403)),
    Row(route="hub:case", kwargs=case, expect=status(READERS)),
    *both("hub:case_phase", case, status(LEADS) | status((*CONTACTS, "mona"), 403), data=same_phase),
    *both("hub:case_close", case, {"kim": 200} | status(("lovisa", *CONTACTS, "mona"), 403)),
    *both("hub:party_propose", case, status(LEADS) | status((*CONTACTS, "mona"), 403)),
    *both("hub:case_leads", case, status((*LEADS, "mona")) | status(CONTACTS, 403)),
    Row(route="hub:case_trace", kwargs=case),
    Row(route="hub:past_cases", expect=ALL),
    *both("hub:party_contact", police, {"pia": 200} | status((*LEADS, "sam", "fia", "mona"), 403)),
    *both("hub:party_end", police, status((*LEADS, "pia")) | status(("sam", "fia", "mona"), 403)),
    *both("hub:substitute", deputy, status(("pia", "dag"))),
]
