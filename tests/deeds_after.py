"""The deeds of the end of a case and of what follows it, for tests/test_audit_deeds.py."""

from collections.abc import Callable
from datetime import timedelta

from actionplans import actions
from actionplans.models import AfterAnswer, AfterPaper, Handover
from tests.caring import (
    SIX,
    agreed_paper,
    asked_paper,
    end,
    group_facts,
    group_of_five,
    question,
    signing,
    written,
)
from tests.cast import NOW, START_DAY, World

Deed = Callable[[World], object]
EXEMPT: dict[str, str] = {
    "AfterYes": "a type",
    "ClosingFacts": "a type",
    "GroupFacts": "a type",
    "HandoverFacts": "a type",
    "group_cases": "reads",
    "groups_of": "reads",
}
SIXTH = SIX.astimezone(NOW.tzinfo).date()


def handed(w: World) -> Handover:
    facts = actions.HandoverFacts(text="Träning.", taker="family", from_day=START_DAY)
    return actions.hand_over(written(w), facts, by=w.kim.actor, at=NOW)


def ended(w: World) -> AfterPaper:
    paper = agreed_paper(w)
    end(w)
    return paper


def asked(w: World) -> AfterAnswer:
    return actions.ask_source(question(ended(w)), by=w.kim.actor, at=SIX)


def recorded(w: World) -> AfterAnswer:
    return actions.record_after(asked(w), value="no", told_on=SIXTH, by=w.kim.actor, at=SIX)


def delivered(w: World) -> object:
    group_of_five(w)
    group = actions.make_group(group_facts(w), by=w.mona.actor, at=NOW)
    return actions.deliver_count(
        group, count=None, delivered_on=START_DAY, delivered_by="Polisen", by=w.mona.actor, at=NOW + timedelta(hours=1)
    )


def made(w: World) -> object:
    group_of_five(w)
    return actions.make_group(group_facts(w), by=w.mona.actor, at=NOW)


DEEDS: dict[str, tuple[str, Deed]] = {
    "write_closing": ("closing.written", written),
    "hand_over": ("closing.handed_over", handed),
    "drop_handover": (
        "closing.line_dropped",
        lambda w: actions.drop_handover(handed(w), by=w.kim.actor, at=NOW),
    ),
    "ask_the_family": ("after.family_asked", asked_paper),
    "sign_after": ("after.answered", lambda w: signing(w, asked_paper(w), "elias")),
    "withdraw_after": (
        "after.withdrawn",
        lambda w: actions.withdraw_after(agreed_paper(w), channel="visit", by=w.kim.actor, at=NOW),
    ),
    "ask_source": ("after.source_asked", asked),
    "record_after": ("after.recorded", recorded),
    "correct_after": (
        "after.corrected",
        lambda w: actions.correct_after(recorded(w), value="yes", why="Fel.", by=w.kim.actor, at=SIX),
    ),
    "make_group": ("after.group_made", made),
    "deliver_count": ("after.group_delivered", delivered),
}
