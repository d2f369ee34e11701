"""A move is a row in a table, made once, by whoever was first."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from hub.states import IllegalMove, Moves, StaleState, move, possible, target

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MOVES: Moves = {
    ("sign", "draft"): "signed",
    ("discard", "draft"): "discarded",
    ("withdraw", "signed"): "withdrawn",
}


class Rows:
    """The little of a manager that a move uses, over one stored row."""

    def __init__(self, **row: Any) -> None:
        self.row = row
        self.updates = 0

    def filter(self, **wanted: Any) -> SimpleNamespace:
        matches = all(self.row.get(name) == value for name, value in wanted.items())
        return SimpleNamespace(update=lambda **values: self._update(values) if matches else 0)

    def _update(self, values: dict[str, Any]) -> int:
        self.row.update(values)
        self.updates += 1
        return 1


def paper(**row: Any) -> Any:
    kind = type("Paper", (SimpleNamespace,), {"_base_manager": Rows(**row)})
    return kind(**row)


def test_a_move_changes_the_row_and_the_object() -> None:
    obj = paper(pk=1, state="draft", note="")
    assert move(obj, "sign", MOVES, at=AT, note="på papper") == "signed"
    changed = {"pk": 1, "state": "signed", "state_at": AT, "note": "på papper"}
    assert vars(obj) == changed
    assert type(obj)._base_manager.row == changed
    assert type(obj)._base_manager.updates == 1


def test_the_state_may_stand_in_another_field() -> None:
    obj = paper(pk=1, phase="draft")
    assert move(obj, "discard", MOVES, field="phase", at=AT) == "discarded"
    assert (obj.phase, obj.phase_at) == ("discarded", AT)


def test_without_an_instant_none_is_stored() -> None:
    obj = paper(pk=1, state="draft")
    move(obj, "sign", MOVES)
    assert not hasattr(obj, "state_at")


@pytest.mark.parametrize(("event", "state"), [("sign", "signed"), ("withdraw", "draft"), ("burn", "draft")])
def test_what_is_not_in_the_table_cannot_happen(event: str, state: str) -> None:
    obj = paper(pk=1, state=state)
    with pytest.raises(IllegalMove) as refused:
        move(obj, event, MOVES)
    assert (refused.value.event, refused.value.state) == (event, state)
    assert obj.state == state
    assert type(obj)._base_manager.updates == 0


def test_the_second_of_two_is_told_that_someone_was_faster() -> None:
    first = paper(pk=1, state="draft")
    second = type(first)(pk=1, state="draft")
    move(first, "sign", MOVES)
    with pytest.raises(StaleState) as refused:
        move(second, "discard", MOVES)
    assert refused.value.pk == 1
    assert second.state == "draft"
    assert type(first)._base_manager.row["state"] == "signed"


def test_a_row_that_is_gone_is_stale() -> None:
    obj = paper(pk=1, state="draft")
    obj.pk = 2
    with pytest.raises(StaleState):
        move(obj, "sign", MOVES)


def test_a_page_can_ask_what_is_possible() -> None:
    assert possible("draft", MOVES) == ("sign", "discard")
    assert possible("withdrawn", MOVES) == ()
    assert target("sign", "draft", MOVES) == "signed"
