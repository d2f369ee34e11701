"""The words of the completeness rule: who signs, in what capacity, and what the rule answers (P-C3)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from hub.clock import at_age, end_of_day, local_day, start_of_day

LEGAL_REPRESENTATIVE = "legal_representative"
"""Stands in `required` and `missing` for the person whom nobody has appointed yet."""

METHOD_ASKS_YOUTH = frozenset({"SIG", "SIG_RBM"})
"""Forms whose method needs youth *and* parents, whatever the local band says (methods.md section 1)."""

FORMS = METHOD_ASKS_YOUTH | {"SSPF_INDIVID", "SSPF_JUNIOR", "MASH", "EXIT"}

ADULT = 18
HINDERED_DAYS = 30
REVIEW_DAYS = 14
ASK_ADULT_DAYS = 60


class Role(StrEnum):
    """In what capacity somebody signs. Nämnden never signs, not even for a child in its care (P-C3)."""

    YOUTH = "youth"
    GUARDIAN = "guardian"  # holds custody, särskilt förordnad vårdnadshavare included
    REPRESENTATIVE = "representative"  # god man or other, appointed in the guardians' place
    OTHER_PERSON = "other_person"  # signs for data about himself or herself only (R11)


class Answer(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    MISSING = "missing"
    HINDERED = "hindered"  # by a recorded decision, FB 6:13 2 st.


class Maturity(StrEnum):
    """The recorded assessment that OSL 12:3 asks for ("beroende på ålder och mognad")."""

    NOT_ASSESSED = "not_assessed"
    GUARDIANS_DECIDE = "guardians_decide"
    TOGETHER = "together"
    DECIDES_ALONE = "decides_alone"


class State(StrEnum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"


class EndReason(StrEnum):
    BIRTHDAY_18 = "birthday_18"
    DAY_30 = "day_30"
    HINDERED_REFUSED = "hindered_refused"  # the guardian who was replaced is back and says no


class Task(StrEnum):
    """What the coordinator must do or heed besides collecting signatures."""

    CHILD_VIEW = "child_view"
    MANAGER_REVIEWS = "manager_reviews"
    APPOINT_REPRESENTATIVE = "appoint_representative"
    SIG_CRITERION_REASON = "sig_criterion_reason"
    NO_LETTERS_TO_GUARDIANS = "no_letters_to_guardians"
    STOP_FORMER_GUARDIAN = "stop_former_guardian"
    REVIEW_CUSTODY = "review_custody"
    ASK_ADULT = "ask_adult"
    NOBODY_SIGNS_INSTEAD = "nobody_signs_instead"
    TOO_YOUNG_ALONE = "too_young_alone"
    HINDERED_NOT_ACCEPTED = "hindered_not_accepted"
    #: Not by the rule itself: a paper that waits meets it though nobody has answered since (`consent.reviews`).
    NOW_COMPLETE = "now_complete"


@dataclass(frozen=True, slots=True)
class Settings:
    """A kommun's own bands, in years, and whether a hindered guardian may be replaced (off by default)."""

    youth_signs_from: int = 12
    adult_from: int = ADULT
    decides_alone_from: int = 15
    hindered_rule: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open `[start, end)`; None is without limit."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


ALWAYS = (Period(),)


@dataclass(frozen=True, slots=True)
class Signer:
    """One person and the latest answer on the paper.

    `custody` holds the periods of custody (for a representative: of the appointment); empty means never.
    `signed_at` is the instant from which the answer holds (its registration: nothing is in force before
    it); `written_on` the day on the paper, on which custody and age are judged. `hindered_from` is the
    instant of the decision that this guardian is hindered and `hindered_until` its end (exclusive, at most
    30 days); both stay when the guardian answers later. Raises ValueError for an answer without its
    instant.
    """

    key: str
    role: Role
    answer: Answer = Answer.MISSING
    signed_at: datetime | None = None
    custody: tuple[Period, ...] = ()
    hindered_from: datetime | None = None
    hindered_until: datetime | None = None
    written_on: date | None = None

    def __post_init__(self) -> None:
        if self.answer in (Answer.GIVEN, Answer.REFUSED) and self.signed_at is None:
            raise ValueError(f"{self.key}: an answer needs the instant when it was given")
        if self.answer is Answer.HINDERED and self.hindered_from is None:
            raise ValueError(f"{self.key}: hindered needs the instant of the decision")

    def has_custody(self, at: datetime) -> bool:
        return any(period.holds(at) for period in self.custody)

    def written_at(self) -> datetime | None:
        """When custody and age are judged: at the end of the day on the paper, else at the answer."""
        if self.signed_at is None or self.written_on is None:
            return self.signed_at
        return min(self.signed_at, end_of_day(self.written_on) - timedelta(microseconds=1))

    def lost_custody(self, at: datetime) -> bool:
        ended = any(period.end is not None and period.end <= at for period in self.custody)
        return ended and not self.has_custody(at)

    def answered(self, answer: Answer, at: datetime) -> bool:
        return self.answer is answer and self.signed_at is not None and self.signed_at <= at

    def signed_with_custody(self, at: datetime) -> bool:
        """Signed by `at`, and had custody when signing: a signature without custody is nobody's."""
        written = self.written_at() if self.answered(Answer.GIVEN, at) else None
        return written is not None and self.has_custody(written)

    def hindrance_ends(self) -> datetime | None:
        """When the decision stops replacing this guardian: its own end, at most the end of its day 30."""
        if self.hindered_from is None:
            return None
        longest = start_of_day(local_day(self.hindered_from) + timedelta(days=HINDERED_DAYS))
        return longest if self.hindered_until is None else min(longest, self.hindered_until)

    def is_hindered(self, at: datetime) -> bool:
        ends = self.hindrance_ends()
        return self.hindered_from is not None and ends is not None and self.hindered_from <= at < ends


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the rule looks at.

    `signers` must list *everybody* who holds or held custody, signed or not: a new holder of custody is one
    more signer with the answer MISSING. `last_day` is the consent's own last day, if known; it only decides
    which tasks lie inside the period. Raises ValueError for an unknown form or two signers with one key.
    """

    form: str
    birth_date: date
    at: datetime
    signers: tuple[Signer, ...]
    maturity: Maturity = Maturity.NOT_ASSESSED
    settings: Settings = field(default_factory=Settings)
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"unknown form {self.form!r}")
        if len({signer.key for signer in self.signers}) < len(self.signers):
            raise ValueError("two signers with the same key")

    def by_role(self, role: Role) -> tuple[Signer, ...]:
        return tuple(signer for signer in self.signers if signer.role is role)

    def reached(self, years: int, at: datetime) -> bool:
        return at_age(self.birth_date, years) <= at


@dataclass(frozen=True, slots=True)
class Concern:
    """What a review is about: whose no or whose custody, and when. A later change is another concern, asked anew."""

    task: Task
    signer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Completeness:
    """The answer.

    `missing` are the required who have not given a signature that counts; `refused` those of them who said
    no. `replaced` are hindered guardians; `not_counted` signed without having custody; `without_persons`
    are others whose data the consent does not cover. `instant` is the instant of completion, None unless
    complete; `concerns` is what the tasks that somebody reviews are about; `ends_at` is the exclusive instant
    at which the signatures stop carrying the consent, whatever its last day.
    """

    state: State
    required: tuple[str, ...]
    missing: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()
    without_persons: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    instant: datetime | None = None
    ends_at: datetime | None = None
    end_reason: EndReason | None = None
    review_by: date | None = None
    concerns: tuple[Concern, ...] = ()

    def ends_early(self, last_day: date) -> EndReason | None:
        """Why the consent ends before its own last day is over; None if it lasts to the end of it."""
        if self.ends_at is None or self.ends_at >= end_of_day(last_day):
            return None
        return self.end_reason
