"""The routes of the end of a case and of what follows it: who gets what (P-P6, P-A2).

Kim and Lovisa lead, and held the seats at the end; Mona manages. Pia's police takes over a measure of Kim's. Six months
after the end it is time to ask; the other agencies of the case know nothing of that.
"""

import itertools
from collections.abc import Mapping
from typing import Any

from actionplans import actions
from actionplans.models import AfterAnswer, AfterGroup, AfterPaper, Asked, Closing, Handover, Measure
from tests.caring import (
    all_questions,
    asked_paper,
    group_facts,
    group_of_five,
    nils_agreed,
    question,
    signing,
    written,
)
from tests.cast import NOW, START_DAY, World
from tests.matrix import LEADS, Made, Row, case, nothing, status
from tests.matrix_api import read_by
from tests.matrix_plans import planned

_keys = itertools.count(1)
CARERS = (*LEADS, "mona")
SCREEN = {"fia": 403}
#: While the case goes on its manager and the other agencies know of it, and do not look after it.
KNOW = status(("pia", "sam", "fia", "mona"), 403)


def key(world: World) -> Mapping[str, str]:
    return {"Idempotency-Key": f"key-of-the-matrix-of-the-end-{next(_keys)}"}


def left(world: World) -> Mapping[str, Any]:
    """The end is prepared: the police goes on with what Kim does."""
    plan = planned(world)
    closing = Closing.objects.filter(case=world.case).first() or written(world)
    if not Handover.objects.filter(closing=closing).exists():
        calls = Measure.objects.get(plan=plan, agency=world.social)
        facts = actions.HandoverFacts(
            text="Någon ringer Elias.", taker="agency", to_agency=world.police, measure=calls, from_day=START_DAY
        )
        actions.hand_over(closing, facts, by=world.kim.actor, at=NOW)
    return {"ref": world.case.ref}


def a_line(world: World) -> Mapping[str, Any]:
    left(world)
    return {"ref": Handover.objects.get().ref}


def family_asked(world: World) -> Mapping[str, Any]:
    """The paper lies there, and Elias has answered."""
    paper = AfterPaper.objects.filter(case=world.case).first()
    if paper is None:
        signing(world, asked_paper(world), "elias")
    return {"ref": world.case.ref}


def the_paper(world: World) -> Mapping[str, Any]:
    family_asked(world)
    return {"ref": AfterPaper.objects.get(case=world.case).ref}


def six_months_on(world: World) -> Mapping[str, Any]:
    """It is time to ask about Nils, and he has been asked about school."""
    paper = nils_agreed(world)
    if not AfterAnswer.objects.filter(case=paper.case).exists():
        actions.ask_source(question(paper, Asked.SCHOOL), by=world.kim.actor, at=NOW)
    return {"ref": paper.case.ref}


def reports(world: World) -> Mapping[str, Any]:
    six_months_on(world)
    return {"ref": question(nils_agreed(world)).ref}


def school(world: World) -> Mapping[str, Any]:
    six_months_on(world)
    return {"ref": AfterAnswer.objects.get(case=nils_agreed(world).case).ref}


def a_group(world: World) -> Mapping[str, Any]:
    group = AfterGroup.objects.first()
    if group is None:
        group_of_five(world)
        group = actions.make_group(group_facts(world), by=world.mona.actor, at=NOW)
    return {"ref": group.ref}


def sent(**data: Any) -> Made:
    return lambda _world: data


def to_eva(world: World) -> Mapping[str, Any]:
    ticked = [str(one.ref) for one in AfterPaper.objects.get(case=world.case).questions.all()]
    signed = {"signer": f"guardian_{world.eva.person_id}", "answer": "given", "how": "paper", "voluntary": True}
    return {**signed, "ticks": ticked, "written_on": START_DAY.isoformat()}


def new_paper(world: World) -> Mapping[str, Any]:
    return {"questions": [f"{what}:{source.ref if source else ''}" for what, source in all_questions(world)]}


def new_paper_called(world: World) -> Mapping[str, Any]:
    return {
        "questions": [{"what": what, "agency": source and str(source.ref)} for what, source in all_questions(world)]
    }


def new_group(world: World) -> Mapping[str, Any]:
    facts = group_facts(world)
    days = {"first_day": facts.first_day.isoformat(), "last_day": facts.last_day.isoformat()}
    return {"form": "SIG", "months": 6, "source": str(world.police.ref), **days}


def new_group_called(world: World) -> Mapping[str, Any]:
    facts = dict(new_group(world))
    facts["agency"] = facts.pop("source")
    return facts


def five(world: World) -> Mapping[str, Any]:
    group_of_five(world)
    return {}


WORDS = sent(row_version=0, meeting="inget", no_meeting_reason="Flytt.", family_text="Tack för den här tiden.")
CALLED_WORDS = sent(row_version=0, no_meeting_reason="Flytt.", family_text="Tack för den här tiden.")
SOMETHING = sent(text="Träning.", taker="family", from_day=START_DAY.isoformat())
TOLD = sent(value="partly", told_on=START_DAY.isoformat())
COUNT = sent(given="antal", count=2, counted=5, delivered_on=START_DAY.isoformat(), delivered_by="Kontaktpolisen")
CALLED_COUNT = sent(count=2, counted=5, delivered_on=START_DAY.isoformat(), delivered_by="Kontaktpolisen")


def get(route: str, kwargs: Any, expect: Mapping[str, int], **more: Any) -> Row:
    return Row(route=f"actionplans:{route}", kwargs=kwargs, expect=expect, **more)


def post(route: str, kwargs: Any, data: Any, expect: Mapping[str, int], **more: Any) -> Row:
    return Row(
        route=f"actionplans:{route}", method="POST", kwargs=kwargs, data=data, expect=expect, anonymous=401, **more
    )


def api(route: str, kwargs: Any, expect: Mapping[str, int], **more: Any) -> Row:
    return Row(route=f"api:{route}", kwargs=kwargs, expect={**expect, **SCREEN}, anonymous=401, **more)


def call(route: str, kwargs: Any, json: Any, expect: Mapping[str, int], method: str = "POST", **more: Any) -> Row:
    return api(route, kwargs, expect, method=method, json=json, headers=key, **more)


def drop(route: str, kwargs: Any, expect: Mapping[str, int]) -> Row:
    return api(route, kwargs, expect, method="DELETE", json=nothing, headers=read_by("kim", "api:case_closing", left))


READ_END = status((*CARERS, "pia"))
ROWS = [
    # The end: the owner's own; who takes over reads that line, and nobody else does.
    get("closing", case, status(LEADS)),
    get("closing", left, READ_END),
    post("closing", case, WORDS, status(LEADS, 302) | status(("pia", "sam", "fia", "mona"), 403)),
    get("closing_line", left, status(LEADS) | status(("pia", "sam", "fia", "mona"), 403)),
    post("closing_line", left, SOMETHING, status(LEADS, 302) | status(("pia", "sam", "fia", "mona"), 403)),
    get("closing_family", left, status(CARERS)),
    get("closing_family_pdf", left, status(CARERS)),
    post("closing_drop", a_line, nothing, status(LEADS, 302) | status(("pia", "mona"), 403)),
    # Afterwards: while the case goes on for who leads it, then for who held a seat at the end, and the manager.
    get("after", family_asked, status(LEADS) | KNOW),
    get("after", six_months_on, status(CARERS)),
    get("after_paper", family_asked, status(LEADS) | KNOW),
    post("after_paper", family_asked, new_paper, status(LEADS, 302) | KNOW),
    get("after_print", family_asked, status(LEADS) | KNOW),
    get("after_sign", family_asked, status(LEADS) | KNOW),
    post("after_sign", family_asked, to_eva, status(LEADS, 302) | KNOW),
    get("after_withdraw", six_months_on, status(CARERS)),
    post("after_withdraw", six_months_on, sent(channel="phone"), status(CARERS, 302)),
    post("after_ask", reports, nothing, status(CARERS, 302)),
    get("after_record", school, status(CARERS)),
    post("after_record", school, TOLD, status(CARERS, 302)),
    get("after_correct", school, status(CARERS)),
    post("after_correct", school, sent(value="partly", why="Fel."), status(CARERS, 422)),
    get("after_groups", five, {"mona": 200}, others=403),
    post("after_groups", five, new_group, {"mona": 302}, others=403),
    get("after_group", a_group, {"mona": 200}),
    post("after_group", a_group, COUNT, {"mona": 302}),
    Row(route="hub:case", kwargs=left, expect=status((*CARERS, "pia", "sam", "fia"))),
    Row(route="hub:case_trace", kwargs=six_months_on, expect=status((*LEADS, "pia"))),
    api("case_closing", left, READ_END),
    call("case_closing", case, CALLED_WORDS, status(LEADS, 201) | status(("pia", "sam", "mona"), 403)),
    call("case_handovers", left, SOMETHING, status(LEADS, 201) | status(("pia", "sam", "mona"), 403)),
    drop("handover", a_line, status(LEADS, 204) | status(("pia", "mona"), 403)),
    api("case_after", six_months_on, status(CARERS)),
    call("after_papers", case, new_paper_called, status(LEADS, 201) | KNOW),
    call("after_sign", the_paper, to_eva, status(LEADS, 201)),
    call("after_withdraw", the_paper, sent(channel="phone"), status(LEADS, 204)),
    call("after_ask", reports, nothing, status(CARERS, 201)),
    call("after_record", school, TOLD, status(CARERS, 204)),
    call("after_correct", school, sent(value="partly", why="Fel."), status(CARERS, 422)),
    api("after_groups", five, {}, others=200),
    call("after_groups", five, new_group_called, {"mona": 201}, others=403),
    api("after_group", a_group, {"mona": 200}),
    call("after_count", a_group, CALLED_COUNT, {"mona": 204}),
]
