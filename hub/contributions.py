"""Pages that show several layers are filled upwards: the lower layer iterates what higher ones have added.

An app fills these registries in `AppConfig.ready`; each contribution returns rows that went through `permitted()`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from hub.access import Actor
from hub.models import Assignment, Case, CaseSeat, Deadline, Individual, Municipality, Notification, Person, User


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
    agency_kind: str = ""
    #: For the trail of the request that shows the row: what is on it, and why it could be read.
    shows: Sequence[Model] = ()
    ground: Mapping[str, Any] = field(default_factory=dict)
    #: The name in TIMELINE of the source that made it; the timeline sets it.
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What part of a timeline is wanted: at most `limit` rows at or before (`on`, `at`), of a type or an agency."""

    limit: int
    on: date | None = None
    at: datetime | None = None
    type_code: str = ""
    agency: UUID | None = None


@dataclass(frozen=True, slots=True)
class AdminPlace:
    """One place of the administration: a row on its overview, for those to whom `shown` says yes."""

    route: str
    title: str
    text: str
    icon: str
    shown: Callable[[Actor, datetime], bool]
    #: The overview is in this order.
    order: int = 50


@dataclass(frozen=True, slots=True)
class AdminLink:
    """Something more that can be done from a user's page, such as inviting or renewing a second factor."""

    label: str
    url: str


TodoSource = Callable[[Actor, datetime], Sequence[Todo]]
HappeningSource = Callable[[Individual, Actor, datetime, Window], Sequence[Happening]]
#: A block of the case page: "template" (gets the mapping as `panel`) and what that template needs; "aside" puts it
#: in the side column. `objects` are the rows shown and `ground` why, for the log. The trace of an ended case
#: shows them too.
CaseBlock = Callable[[Case, Actor, datetime], dict[str, object] | None]
#: Why a case cannot be closed yet, as sentences for the user.
ClosingCheck = Callable[[Case, Actor, datetime], Sequence[str]]
#: Why a case cannot be moved by this event yet: (case, event) → sentences for the user.
PhaseCheck = Callable[[Case, str], Sequence[str]]
#: What follows in a layer when a case moves or ends, or a party is proposed, in the same transaction.
CaseEffect = Callable[[Case, Actor, datetime], None]

CustodyEffect = Callable[[Individual, Actor, datetime], None]

#: For messages of one kind: message id → (address, verb) where the deed is, for those whom the rule lets in there.
MessageWay = Callable[[Sequence[Notification], Actor, datetime], Mapping[int, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deadline that the facts ask for: what should stand in the table of clocks."""

    subject_id: int
    occasion: str
    municipality_id: int
    started_at: datetime
    due_at: datetime
    owner_unit_id: int
    owner_id: int | None = None
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Something to say at an instant before (or at) what is due; `message` is a kind of message of the hub."""

    at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom one stage is told to: about one case, or about what has none yet and goes by a reference of its own.

    Args:
        case: its number stands in the sentence, and leads the recipient there.
        assignments: told once each.
        reference: the number in the sentence where there is no case; never a name.
        message: another kind of message than that of the stage.
    """

    case: Case | None
    assignments: Iterable[int]
    reference: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """One kind of clock (architecture, "Clocks"). All of it follows from facts, so that it can be made anew.

    Args:
        name: as the rows say it; `version` names the rule that set the instants.
        wanted: (subject ids, at) → every deadline that these subjects should have now, read with the kommun set.
        subjects: (at) → the subjects in the transaction's kommun that may want one, for the nightly rebuild.
        stages: (start, due instant, occasion) → what is said and when, in order; the last one is at the due instant.
        tell: (row, stage, at) → who is told of that stage.
        skip_past: a stage that lay before the beginning is passed over; else the latest one is told at once.
        late_counts: a limit that has passed before the row could be made or woken is a breach all the same, and told.
            Such a kind goes on wanting what was done too late, so that the tick, however late itself, finds the breach.
    """

    name: str
    version: str
    wanted: Callable[[Sequence[int], datetime], Sequence[Wanted]]
    subjects: Callable[[datetime], Iterable[int]]
    stages: Callable[[datetime, datetime, str], Sequence[Stage]]
    tell: Callable[[Deadline, Stage, datetime], Sequence[Telling]]
    skip_past: bool = True
    late_counts: bool = False


#: The urgent things that wait in a place of the menu; counted once per page, of those who have the place.
NavCount = Callable[[Actor, datetime], "QuerySet[Any]"]

MESSAGE_WAY: dict[str, MessageWay] = {}
NAV_COUNT: dict[str, NavCount] = {}
TODO: list[TodoSource] = []
#: Kind of row → its source. The only list of kinds: the API's description of a timeline is made from it.
TIMELINE: dict[str, HappeningSource] = {}
CASE_PANEL: list[CaseBlock] = []
CLOSING_CHECK: list[ClosingCheck] = []
PHASE_CHECK: list[PhaseCheck] = []
CASE_CHANGED: list[CaseEffect] = []
CUSTODY_CHANGED: list[CustodyEffect] = []
#: An assignment ends now: (assignment, who was named to take over, at), in the same transaction, before its seats do.
ASSIGNMENT_ENDED: list[Callable[[Assignment, Assignment | None, datetime], None]] = []
#: A user has declared jäv: (individual, user id, at), in the same transaction, before the user's seats end.
RECUSED: list[Callable[[Individual, int, datetime], None]] = []
#: Seats have ended: (seats, at), in the same transaction.
SEATS_ENDED: list[Callable[[Sequence[CaseSeat], datetime], None]] = []
#: Why a question to an outside agency should wait, as sentences for who asks; it goes out only when they are heeded
#: (P-T11: "informera inte" is open).
INQUIRY_WARNING: list[Callable[[Case, Actor, datetime], Sequence[str]]] = []
#: An account is closed: (user, at), in the same transaction.
USER_CLOSED: list[Callable[[User, datetime], None]] = []
ADMIN_PLACES: list[AdminPlace] = []
#: What other parts offer on the page of a user that the actor may change.
ADMIN_USER_LINKS: list[Callable[[User, Actor, datetime], Sequence[AdminLink]]] = []
#: An individual's birth date or cases have changed: (individual ids, at), in the same transaction.
INDIVIDUAL_CHANGED: list[Callable[[Sequence[int], datetime], None]] = []
#: A person has been registered, or has another protection, security flag or personnummer: (person, at), in the same
#: transaction.
PERSON_CHANGED: list[Callable[[Person, datetime], None]] = []
#: What a layer adds to the demo: (kommun, the instant of seeding), in the kommun's transaction; says what it made.
DEMO: list[Callable[[Municipality, datetime], str]] = []
#: Name → kind of deadline.
DEADLINE_KIND: dict[str, DeadlineKind] = {}
