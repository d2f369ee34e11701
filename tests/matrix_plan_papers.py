"""The routes of the plan on paper and of its translations: only who leads the case, never leisure (P-P4)."""

from collections.abc import Mapping
from typing import Any

from actionplans import actions
from actionplans.models import Goal, Translation
from tests.cast import NOW, World
from tests.matrix import LEADS, Row, status
from tests.matrix_plans import KNOWS, planned, with_plan

LEAD = status(LEADS) | KNOWS


def in_arabic(world: World) -> Mapping[str, Any]:
    """A translation that Lovisa has written."""
    goal = Goal.objects.get(plan=planned(world))
    row = Translation.objects.filter(goal=goal).first()
    facts: dict[str, Any] = {"part": "text", "language": "ar", "text": "إلى المدرسة", "row_version": 0}
    return {"ref": (row or actions.translate(goal, **facts, by=world.lovisa.actor, at=NOW)).ref}


def translated(world: World) -> Mapping[str, Any]:
    in_arabic(world)
    return with_plan(world)


def nothing(world: World) -> Mapping[str, Any]:
    return {}


def first(world: World) -> Mapping[str, Any]:
    return {"row_version": 1}


def get(route: str, kwargs: Any, expect: Mapping[str, int] = LEAD, query: str = "") -> Row:
    return Row(route=f"actionplans:{route}", kwargs=kwargs, query=query, expect=expect)


ROWS = [
    get("paper", with_plan),
    get("paper", translated, query="?sprak=ar"),
    get("paper", with_plan, status(LEADS, 404) | KNOWS, "?for=x"),
    get("paper_pdf", with_plan),
    get("paper_text", with_plan),
    get("translations", with_plan),
    get("translations", translated, query="?sprak=ar"),
    get("translations", with_plan, status(LEADS, 404) | KNOWS, "?sprak=sv"),
    Row(
        route="actionplans:translations",
        method="POST",
        kwargs=with_plan,
        query="?sprak=ar",
        data=nothing,
        expect=status(LEADS, 302) | KNOWS,
        anonymous=401,
    ),
    # Nobody reviews their own.
    Row(
        route="actionplans:translation_review",
        method="POST",
        kwargs=in_arabic,
        data=first,
        expect={"kim": 302, "lovisa": 409},
        anonymous=401,
    ),
]
