"""Pages that show several layers are filled upwards: the lower layer iterates what higher ones have added.

An app fills these registries in `AppConfig.ready`; each contribution returns rows that went through `permitted()`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from hub.access import Actor
from hub.models import Case, Individual, Notification


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do on the home page: a row with a verb at its end (mockups, idea 4)."""

    kind: str  # a short word: "Samtycke", "Part"
    colour: str  # a status of the design system: "info", "warning", "danger", "neutral"
    title: str
    text: str
    url: str
    verb: str
    due_at: datetime | None = None
    case_id: int | None = None  # for the log: what the row is about


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of a timeline (P-I2)."""

    on: date
    at: datetime
    template: str
    obj: object
    kind: str
    agency_kind: str = ""
    #: For the trail of the request that shows the row: what is on it, and why it could be read.
    shows: Sequence[Model] = ()
    ground: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """What part of a timeline is wanted: at most `limit` rows at or before (`on`, `at`), of a type or an agency."""

    limit: int
    on: date | None = None
    at: datetime | None = None
    type_code: str = ""
    agency: UUID | None = None


TodoSource = Callable[[Actor, datetime], Sequence[Todo]]
HappeningSource = Callable[[Individual, Actor, datetime, Window], Sequence[Happening]]
#: A block of the case page: "template" (gets the mapping as `panel`) and what that template needs; "aside" puts it
#: in the side column. `objects` are the rows shown and `ground` why, for the log. The trace of an ended case
#: shows them too.
CaseBlock = Callable[[Case, Actor, datetime], dict[str, object] | None]
#: Why a case cannot be closed yet, as sentences for the user.
ClosingCheck = Callable[[Case, Actor, datetime], Sequence[str]]
#: What follows in a layer when a case moves or ends, or a party is proposed, in the same transaction.
CaseEffect = Callable[[Case, Actor, datetime], None]

CustodyEffect = Callable[[Individual, Actor, datetime], None]

#: For messages of one kind: message id → (address, verb) where the deed is, for those whom the rule lets in there.
MessageWay = Callable[[Sequence[Notification], Actor, datetime], Mapping[int, tuple[str, str]]]

MESSAGE_WAY: dict[str, MessageWay] = {}
TODO: list[TodoSource] = []
TIMELINE: list[HappeningSource] = []
CASE_PANEL: list[CaseBlock] = []
CLOSING_CHECK: list[ClosingCheck] = []
CASE_CHANGED: list[CaseEffect] = []
CUSTODY_CHANGED: list[CustodyEffect] = []
