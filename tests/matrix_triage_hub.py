"""The routes of the hub: who gets what (P-T6, P-T7). Ines handles, Kim, Olof and Mona are of an asked unit."""

from collections.abc import Mapping
from typing import Any

from tests.cast import NOW, START, World
from tests.concerns import arrange, nova
from tests.hub_scenes import HALF_PAST, answered, check_of, convened
from tests.matrix import Row, status
from triage import actions
from triage.models import CallChild, HubCall, HubSlot, MapEdge, PreliminaryAssessment

#: The cast's people whose units are in the hub of the agency; lots sees the hub but is not in it.
UNITS = ("kim", "olof", "mona", "ines")


def concern(world: World) -> Mapping[str, Any]:
    convened(world)
    return {"ref": nova(world).ref}


def with_a_call(world: World) -> Mapping[str, Any]:
    """So that no list is empty."""
    convened(world)
    return {}


def planned(world: World) -> Mapping[str, Any]:
    return {"ref": convened(world).ref}


def ongoing_call(world: World) -> HubCall:
    """A call about Noel that goes on, with Ines and Olof in it, made once for the whole matrix."""
    convened(world)
    noel: PreliminaryAssessment = nova(world).report.assessments.get(position=2)
    standing = HubCall.objects.filter(children__assessment=noel).first()
    if standing is not None:
        return standing
    call = actions.convene(noel, actions.Convening(starts_at=NOW), by=world.ines.actor, at=NOW)
    actions.open_call(call, by=world.ines.actor, at=NOW)
    actions.join(call, by=world.olof.actor, at=NOW)
    line = actions.Line(kind="contact", label="äldre vän", degree=3, source=world.ines.assignment.unit)
    actions.add_to_map(noel, line, by=world.ines.actor, at=NOW)
    return call


def ongoing(world: World) -> Mapping[str, Any]:
    return {"ref": ongoing_call(world).ref}


def question(world: World) -> Mapping[str, Any]:
    """To Kim's, Olof's and Mona's unit."""
    return {"ref": check_of(world, "kim").ref}


def told(world: World) -> Mapping[str, Any]:
    """Vera's answer, which Ines sees because she handles it."""
    return {"ref": answered(world).ref}


def sent(**fields: object) -> Any:
    return lambda world: fields


def child(world: World) -> CallChild:
    found: CallChild = ongoing_call(world).children.get()
    return found


def about_child(**fields: object) -> Any:
    return lambda world: {"child": str(child(world).ref), **fields}


def line_of(world: World) -> Mapping[str, Any]:
    ongoing_call(world)
    return {"line": str(MapEdge.objects.latest("pk").ref)}


def new_line(world: World) -> Mapping[str, Any]:
    unit = world.ines.assignment.unit
    return {"label": "bror", "kind": "contact", "degree": 2, "start": "", "source": str(unit.ref)}


def slot_time(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {"when": HubSlot.objects.get().pk and HALF_PAST.astimezone(START.tzinfo).isoformat()}


def post(route: str, kwargs: Any, data: Any, expect: Mapping[str, int], others: int = 404) -> Row:
    return Row(
        route=f"triage:{route}",
        method="POST",
        kwargs=kwargs,
        data=data,
        expect=expect,
        others=others,
        anonymous=401,
    )


#: Whoever sees that a call is but does not lead it.
SEES = status(("kim", "olof", "mona"), 403) | {"lovisa": 403}
#: May see the hub, also the lots of an asked unit.
READS = status((*UNITS, "lovisa"))
#: May read a question, and convene: the roles that are asked.
ASKED = status(UNITS)

ROWS = [
    Row(route="triage:hubs", kwargs=with_a_call, others=200),
    Row(route="triage:convene", kwargs=concern, expect=ASKED),
    post("convene", concern, sent(), status(UNITS, 302)),
    Row(route="triage:check", kwargs=question, expect=ASKED),
    Row(route="triage:check", kwargs=told, expect={"ines": 200}),
    post("check", question, sent(answer="unknown"), status(("kim", "olof", "mona"), 302) | {"ines": 403}),
    post("check", told, sent(answer="unknown"), {"ines": 409}),
    Row(route="triage:hub", kwargs=planned, expect=READS),
    Row(route="triage:hub", kwargs=ongoing, expect=READS),
    Row(route="triage:hub_live", kwargs=ongoing, expect=READS),
    post("hub_open", planned, sent(), {"ines": 302} | SEES),
    post("hub_cancel", planned, sent(why="Löst."), {"ines": 302} | SEES),
    post("hub_attend", ongoing, sent(), status(UNITS, 302) | {"lovisa": 403}),
    post("hub_attend", ongoing, sent(do="ut"), status(("ines", "olof"), 302) | status(("kim", "mona", "lovisa"), 409)),
    post("hub_turn", ongoing, about_child(), {"ines": 302} | SEES),
    post("hub_carry", ongoing, about_child(why="I morgon."), {"ines": 302} | SEES),
    post("hub_close", ongoing, sent(why="Sjukdom."), {"ines": 409} | SEES),
    post("hub_text", ongoing, about_child(text="En rad.", version=0), {"ines": 302, "olof": 302}),
    post("hub_map", ongoing, new_line, {"ines": 302, "olof": 302}),
    post("hub_erase", ongoing, line_of, {"ines": 302, "olof": 302}),
]


def police_too(world: World) -> Mapping[str, Any]:
    return {"more": [world.police.units.get().ref]}


def a_text(world: World) -> Mapping[str, Any]:
    return {"child": child(world).ref, "text": "En rad.", "version": 0}


def an_old_text(world: World) -> Mapping[str, Any]:
    return {"child": child(world).ref, "text": "En rad.", "version": 7}


def nothing_sent(world: World) -> Mapping[str, Any]:
    return {}


#: Leisure reads on screen only (P-A14).
SCREEN = {"fia": 403}


def look(route: str, kwargs: Any, expect: Mapping[str, int], others: int = 404) -> Row:
    return Row(route=f"api:{route}", kwargs=kwargs, expect={**expect, **SCREEN}, others=others, anonymous=401)


def call(route: str, kwargs: Any, json: Any, expect: Mapping[str, int]) -> Row:
    return Row(
        route=f"api:{route}", method="POST", kwargs=kwargs, json=json, expect={**expect, **SCREEN}, anonymous=401
    )


ROWS += [
    call("convene", concern, nothing_sent, ASKED),
    call("convene", concern, police_too, status(UNITS, 422)),
    look("checks", with_a_call, {}, others=200),
    look("check", question, ASKED),
    call("check_answer", question, sent(answer="unknown"), status(("kim", "olof", "mona")) | {"ines": 403}),
    call("check_answer", told, sent(answer="unknown"), {"ines": 409}),
    look("hub_calls", with_a_call, {}, others=200),
    look("hub_call", ongoing, READS),
    call("hub_call_open", planned, nothing_sent, {"ines": 200} | SEES),
    call("hub_call_close", ongoing, sent(why="Sjukdom."), {"ines": 409} | SEES),
    call("hub_call_attend", ongoing, sent(present=True), status(UNITS) | {"lovisa": 403}),
    call("hub_call_next", ongoing, nothing_sent, {"ines": 422} | SEES),
    call("hub_call_text", ongoing, a_text, {"ines": 200, "olof": 200}),
    call("hub_call_text", ongoing, an_old_text, {"ines": 409, "olof": 409}),
]
