"""The routes of risk, needs and responsivity, and of the catalogue: who gets what (P-P3, P-A2).

Kim has written a judgement for social services. No consent gives it to police or school, so their contacts see that
there is a page and nothing on it; leisure may never get such a fact. Mona manages; Ada administers.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actionplans import actions
from actionplans.models import Intervention, Offer, RiskJudgement
from consent.models import Factor
from tests.cast import NOW, SECOND, START_DAY, World
from tests.matrix import CONTACTS, LEADS, READERS, Row, case, nothing, status
from tests.matrix_api import ALL, SCREEN, call, look
from tests.matrix_plans import planned

SAVRY = actions.RiskFacts(
    instrument="SAVRY", instrument_version="2", assessed_on=START_DAY, assessor="Karin Ek, psykolog", level="high"
)


def judged(world: World) -> Mapping[str, Any]:
    """High risk, beside a plan with half an hour a week; made once for the whole matrix."""
    standing = RiskJudgement.objects.filter(case=world.case).first()
    if standing is None:
        planned(world)
        need = actions.SeenNeed(Factor.objects.get(code="P5-03").pk, "Äldre kamrater hämtar vid skolan.")
        standing = actions.judge_risk(world.case, replace(SAVRY, needs=(need,)), by=world.kim.actor, at=NOW - SECOND)
    return {"ref": standing.ref}


def judged_case(world: World) -> Mapping[str, Any]:
    judged(world)
    return case(world)


def offered(world: World) -> Mapping[str, Any]:
    standing = Offer.objects.first()
    if standing is None:
        facts = actions.OfferFacts(contact="Öppenvårdens mottagning", first=START_DAY)
        fft = Intervention.objects.get(code="fft")
        standing = actions.add_offer(world.youth_unit, fft, facts, by=world.ada.actor, at=NOW - SECOND)
    return {"ref": standing.ref}


def listed(world: World) -> Mapping[str, Any]:
    offered(world)
    return {}


def to_judge(world: World) -> Mapping[str, Any]:
    return {
        "instrument": "SAVRY",
        "instrument_version": "2",
        "assessed_on": str(START_DAY),
        "assessor": "Karin Ek, psykolog",
        "level": "low",
        "receptivity": "",
        "need_P5-03": "Äldre kamrater hämtar vid skolan.",
    }


def to_correct(world: World) -> Mapping[str, Any]:
    return {**to_judge(world), "why": "Fel nivå inskriven."}


def to_offer(world: World) -> Mapping[str, Any]:
    return {
        "unit": world.youth_unit.ref,
        "intervention": Intervention.objects.get(code="mst").ref,
        "contact": "Öppenvårdens mottagning",
        "first": str(START_DAY),
    }


def to_change(world: World) -> Mapping[str, Any]:
    return {"row_version": 1, "contact": "Familjeteamet", "first": str(START_DAY)}


def sent(**more: Any) -> Any:
    needs = [{"code": "P5-03", "evidence": "Sett i skolan."}]
    plain = ("instrument", "instrument_version", "assessed_on", "assessor", "level")
    return lambda world: {**{name: to_judge(world)[name] for name in plain}, "needs": needs, **more}


def both(route: str, kwargs: Any, data: Any, gives: int, who: tuple[str, ...], shut: dict[str, int]) -> list[Row]:
    name = f"actionplans:{route}"
    return [
        Row(route=name, kwargs=kwargs, expect=status(who) | shut),
        Row(route=name, method="POST", kwargs=kwargs, data=data, expect=status(who, gives) | shut, anonymous=401),
    ]


#: Case work in the kommun: everybody but administrators and reviewers.
WORKERS = tuple(name for name in (*READERS, "olof", "ines", "dag", "peo", "olle", "otto"))

ROWS = [
    Row(route="actionplans:rbm", kwargs=case, expect=status(READERS)),
    Row(route="actionplans:rbm", kwargs=judged_case, expect=status(READERS)),
    Row(route="actionplans:plan", kwargs=judged_case, expect=status(READERS)),
    Row(
        route="actionplans:measure_new",
        kwargs=judged_case,
        expect=status((*LEADS, *CONTACTS)) | {"mona": 403},
    ),
    # Police, school and leisure judge no risk; who manages writes nothing in the case.
    *both("judgement_new", judged_case, to_judge, 302, LEADS, status((*CONTACTS, "mona"), 403)),
    *both("judgement_correct", judged, to_correct, 302, LEADS, {"mona": 403}),
    Row(route="actionplans:catalogue", kwargs=listed, expect=status(WORKERS), others=403),
    Row(route="actionplans:admin_offers", kwargs=listed, expect=status(("ada", "mona")), others=403),
    Row(route="actionplans:admin_offer_new", kwargs=nothing, expect=status(("ada", "mona")), others=403),
    Row(
        route="actionplans:admin_offer_new",
        method="POST",
        kwargs=nothing,
        data=to_offer,
        expect=status(("ada", "mona"), 302),
        others=403,
        anonymous=401,
    ),
    Row(route="actionplans:admin_offer_edit", kwargs=offered, expect=status(("ada", "mona")), others=403),
    Row(
        route="actionplans:admin_offer_edit",
        method="POST",
        kwargs=offered,
        data=to_change,
        expect=status(("ada", "mona"), 302),
        others=403,
        anonymous=401,
    ),
    look("judgements", judged_case, status((*LEADS, "pia", "sam", "mona")) | SCREEN),
    look("judgement", judged, status((*LEADS, "mona")) | SCREEN),
    look("intensity", judged_case, status((*LEADS, "pia", "sam", "mona")) | SCREEN),
    look("interventions", listed, dict.fromkeys(ALL, 403) | status(WORKERS) | SCREEN),
    call(
        "judgements",
        judged_case,
        status(LEADS, 201) | status(("pia", "sam", "mona"), 403) | SCREEN,
        json=sent(),
    ),
    call(
        "judgement_correct",
        judged,
        status(LEADS, 201) | {"mona": 403} | SCREEN,
        json=sent(why="Fel nivå inskriven."),
    ),
]
