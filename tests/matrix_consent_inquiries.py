"""The routes of questions in an investigation: who asks and who is asked get them, nobody else (P-A6).

The investigation is a case of its own with Kim alone; Mona manages its unit. Sam has named himself for the school, and
the other police has a question that nobody there has taken yet.
"""

from collections.abc import Mapping
from typing import Any

from consent.models import Inquiry
from hub.models import Case
from tests import asking
from tests.cast import NOW, START_DAY, World
from tests.matrix import SEATED, Row, case, nothing, status
from tests.matrix_api import ALL, SCREEN, call, look, read_by, sent


def _asked(world: World, of: str) -> Inquiry:
    found = Inquiry.objects.filter(asked=getattr(world, of)).first()
    if found is None:
        standing = Case.objects.filter(individual=world.elias, form="MASH", phase="utredning", opened_at=NOW).first()
        found = asking.ask(world, standing or asking.investigate(world), of=of)
        if of == "school":
            asking.name(world, found, "sam")
    return found


def to_school(world: World) -> Mapping[str, Any]:
    return {"ref": _asked(world, "school").ref}


def investigation(world: World) -> Mapping[str, Any]:
    return {"ref": _asked(world, "school").case.ref}


def all_of_them(world: World) -> Mapping[str, Any]:
    """No part of the address; but the list is not empty."""
    to_school(world)
    return {}


def untaken(world: World) -> Mapping[str, Any]:
    return {"ref": _asked(world, "other_police").ref}


def to_leisure(world: World) -> Mapping[str, Any]:
    return {"agency": world.leisure.ref, "question": "Kommer hen till gården?", "why": "Fritiden är hemma där."}


def said(world: World) -> Mapping[str, Any]:
    return {"answer": "items", "type": "school_results", "event_date": START_DAY, "body": "Godkänt i allt."}


#: Who asks may not answer, and the other way round.
ASKS = {"kim": 200, "mona": 200, "sam": 200}
ANSWERS = {"sam": 200, "kim": 403, "mona": 403}
WITHDRAWS = {"kim": 200, "mona": 403, "sam": 403}


def post(expect: Mapping[str, int], code: int = 422) -> dict[str, int]:
    return {who: code if status == 200 else status for who, status in expect.items()}


ROWS = [
    # In the SIG, whose phase is insats, the page says why nobody can be asked.
    Row(route="consent:inquiry_new", kwargs=case, expect=status(SEATED, 403) | {"kim": 200, "mona": 403}),
    Row(route="consent:inquiry_new", kwargs=investigation, expect=WITHDRAWS),
    Row(
        route="consent:inquiry_new",
        method="POST",
        kwargs=investigation,
        data=to_leisure,
        expect=post(WITHDRAWS, 302),
        anonymous=401,
    ),
    Row(route="hub:case", kwargs=investigation, expect=ASKS),
    Row(route="consent:inquiry", kwargs=to_school, expect=ASKS),
    Row(route="consent:inquiry", kwargs=untaken, expect={"kim": 200, "mona": 200, "olle": 200}),
    Row(route="consent:inquiry_answer", kwargs=to_school, expect=ANSWERS),
    Row(
        route="consent:inquiry_answer",
        method="POST",
        kwargs=to_school,
        data=nothing,
        expect=post(ANSWERS),
        anonymous=401,
    ),
    Row(route="consent:inquiry_nothing", kwargs=to_school, expect=ANSWERS),
    Row(
        route="consent:inquiry_nothing",
        method="POST",
        kwargs=to_school,
        data=lambda world: {"sure": "on"},
        expect=post(ANSWERS, 302),
        anonymous=401,
    ),
    # Sam's school has its contact: there is nothing to take.
    Row(route="consent:inquiry_take", method="POST", kwargs=to_school, expect={"sam": 409}, anonymous=401),
    Row(route="consent:inquiry_take", method="POST", kwargs=untaken, expect={"olle": 302}, anonymous=401),
    Row(route="consent:inquiry_withdraw", kwargs=to_school, expect=WITHDRAWS),
    Row(
        route="consent:inquiry_withdraw",
        method="POST",
        kwargs=to_school,
        data=lambda world: {"reason": "Behövs inte."},
        expect=post(WITHDRAWS, 302),
        anonymous=401,
    ),
    # API
    look("inquiries", all_of_them, ALL | SCREEN),
    look("inquiries", all_of_them, ALL | SCREEN, "?state=asked"),
    look("inquiries_of_case", investigation, ASKS | SCREEN),
    call(
        "inquiries_of_case",
        case,
        status(("lovisa", "pia", "sam", "mona"), 403) | {"kim": 422} | SCREEN,
        json=to_leisure,
    ),
    call("inquiries_of_case", investigation, post(WITHDRAWS, 201) | SCREEN, json=to_leisure),
    look("inquiry", to_school, ASKS | SCREEN),
    look("inquiry", untaken, {"kim": 200, "mona": 200} | SCREEN),
    call("inquiry_answer", to_school, ANSWERS | SCREEN, json=said, headers=read_by("sam", "api:inquiry", to_school)),
    call(
        "inquiry_withdraw",
        to_school,
        WITHDRAWS | SCREEN,
        json=sent(reason="Behövs inte."),
        headers=read_by("kim", "api:inquiry", to_school),
    ),
]
