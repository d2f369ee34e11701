"""Giving on a listed ground, for tests: every question answered as the ground wants it."""

from datetime import date, datetime, timedelta
from typing import Any

from consent import actions as consent_actions
from consent.actions import Answered, DisclosureFacts
from consent.actions.disclosure import tests_for
from consent.grounds import Test, Wants, current
from consent.models import Disclosure, InformationItem
from hub.clock import local_day
from tests.cast import NOW, World

REASON = "Skälet står här."
#: The last day of reading that a test means by default.
LAST = date(2026, 3, 9)


def answers(ground: str, world: World, who: str, to: str, *, at: datetime = NOW) -> dict[str, Answered]:
    """An answer to each test that holds, with a reason; "either" is answered no."""
    return {t.code: Answered(t.wants is Wants.YES, REASON) for t in _asked(ground, world, who, to, at)}


def _asked(ground: str, world: World, who: str, to: str, at: datetime) -> tuple[Test, ...]:
    listed = current(ground, on=local_day(at))
    assert listed is not None
    return tests_for(listed, world.members[to].agency, by=world.members[who].actor)


def facts(
    world: World,
    who: str,
    items: list[InformationItem],
    *,
    to: str,
    ground: str = "own_task",
    at: datetime = NOW,
    **changes: Any,
) -> DisclosureFacts:
    """What `who` gives to the member `to`, readable for a week."""
    receiver = world.members[to]
    given: dict[str, Any] = {
        "case": world.case,
        "recipient": receiver.agency,
        "ground": ground,
        "answers": answers(ground, world, who, to, at=at),
        "items": [(item, item.version) for item in items],
        "necessity": "Behövs för stödet.",
        "recipients": [receiver.assignment],
        "last_day": local_day(at) + timedelta(days=7),
        "person_told": True,
        "told_note": "Vid mötet i dag.",
    }
    return DisclosureFacts(**(given | changes))


def give(world: World, item: InformationItem, *, to: str, at: datetime = NOW, **changes: Any) -> Disclosure:
    """The item's author gives it to a named member."""
    who = next(name for name, m in world.members.items() if m.assignment.pk == item.author_id)
    given = facts(world, who, [item], to=to, at=at, **changes)
    return consent_actions.disclose(given, by=world.members[who].actor, at=at)


def disclosure_body(
    world: World, who: str, item: InformationItem, *, to: str, ground: str = "own_task", **changes: Any
) -> dict[str, Any]:
    """The same as the API wants it."""
    receiver = world.members[to]
    given: dict[str, Any] = {
        "recipient": receiver.agency.ref,
        "ground": ground,
        "answers": [
            {"code": t.code, "answer": t.wants is Wants.YES, **({"reason": REASON} if t.weigh else {})}
            for t in _asked(ground, world, who, to, NOW)
        ],
        "items": [{"item": item.ref, "version": item.version}],
        "necessity": "Behövs för stödet.",
        "readers": [receiver.assignment.ref],
        "last_day": LAST,
        "person_told": True,
        "told_note": "Vid mötet i dag.",
    }
    return given | changes
