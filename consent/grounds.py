"""The closed, versioned list of grounds for giving information, and which exist for a direction on a day (P-C7, R2).

`consent/data/grounds.toml` is the list; nothing outside it can be used. `available_grounds` answers for every ground:
it exists, or it does not and why, with its paragraph. It reads facts and no rows, so every direction can be tried.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from consent.reference_data import read
from hub import swedish
from hub.clock import at_age, local_day
from hub.models import AgencyKind

CONSENT = "consent"
#: Kinds that are no authorities: OSL does not hold there, and grounds "till en myndighet" do not reach them (R7).
PRIVATE_KINDS = frozenset({AgencyKind.FRISKOLA.value, AgencyKind.CIVILSAMHALLE.value})


class Wants(StrEnum):
    """The answer that a test needs for the ground to hold."""

    YES = "yes"
    NO = "no"
    EITHER = "either"


class Usable(StrEnum):
    """Whether a listed ground can be chosen at all."""

    YES = "yes"
    NEVER = "never"
    UNREAD = "unread"
    PAIRED = "paired"


@dataclass(frozen=True, slots=True)
class Test:
    """One question of a ground, answered yes or no; `weigh` asks for a reason where the law asks for a weighing."""

    code: str
    text: str
    wants: Wants
    weigh: bool
    hint: str = ""
    sources: frozenset[str] = frozenset()
    private: bool = False

    def holds(self, answer: bool) -> bool:
        return self.wants is Wants.EITHER or answer == (self.wants is Wants.YES)


@dataclass(frozen=True, slots=True)
class Ground:
    """One version of one ground, as the list has it."""

    code: str
    version: int
    paragraph: str
    name: str
    act: str
    valid_from: date
    valid_to: date | None
    date_basis: str
    usable: Usable
    sources: frozenset[str]
    sources_why: str
    barred: Mapping[str, str]
    recipients: frozenset[str]
    recipients_why: str
    to_private: bool
    age_under: int | None
    age_why: str
    types: frozenset[str]
    types_why: str
    not_phases: frozenset[str]
    phase_why: str
    qualified: bool
    tell: str
    help: str
    source: str
    own_tests: tuple[Test, ...]

    def in_force(self, *, on: date) -> bool:
        """Whether the day lies in `[valid_from, valid_to)`."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def tests(self, source: str, *, private: bool) -> tuple[Test, ...]:
        """The questions to answer when an agency of this kind gives: the ground's own, and those asked of everybody.

        Args:
            source: kind of the disclosing agency.
            private: the recipient is no authority.
        """
        asked = [t for t in self.own_tests if not t.sources or source in t.sources]
        asked += [t for t in common_tests() if source in t.sources or (t.private and private)]
        return tuple(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """From whom, to whom, what, about whom: what a ground's existence depends on.

    Args:
        source, recipient: agency kinds.
        private: the recipient is no authority, whatever its kind.
        type_code: the information type, "" for any.
        birth_date: of the person; None leaves ages aside.
        phase: of the case; "" leaves phases aside.
    """

    source: str
    recipient: str
    private: bool = False
    type_code: str = ""
    birth_date: date | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ground for a direction on a day: it exists, or it does not and why."""

    ground: Ground
    exists: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    private_why: str
    no_osl_why: str
    kinds: Mapping[str, str]
    common: tuple[Test, ...]
    grounds: tuple[Ground, ...] = field(default=())


@lru_cache(maxsize=1)
def _load() -> _List:
    raw = read("grounds.toml")
    return _List(
        private_why=raw["private_why"],
        no_osl_why=raw["no_osl_why"],
        kinds=raw["kinds"],
        common=tuple(_test(row) for row in raw["common"]),
        grounds=tuple(_ground(row, raw["no_osl_why"]) for row in raw["ground"]),
    )


def _test(row: Mapping[str, Any]) -> Test:
    return Test(
        code=row["code"],
        text=row["text"],
        wants=Wants(row["wants"]),
        weigh=row["weigh"],
        hint=row.get("hint", ""),
        sources=frozenset(row.get("for", ())),
        private=row.get("private", False),
    )


def _ground(row: Mapping[str, Any], no_osl: str) -> Ground:
    return Ground(
        code=row["code"],
        version=row["version"],
        paragraph=row["paragraph"],
        name=row["name"],
        act=row["act"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        date_basis=row["date_basis"],
        usable=Usable(row["usable"]),
        sources=frozenset(row["from"]),
        sources_why=row["from_why"].replace("{no_osl}", no_osl).replace(" {no_osl_short}", ""),
        barred=row.get("from_barred", {}),
        recipients=frozenset(row["to"]),
        recipients_why=row.get("to_why", ""),
        to_private=row["to_private"],
        age_under=row.get("age_under"),
        age_why=row.get("age_why", ""),
        types=frozenset(row.get("types", ())),
        types_why=row.get("types_why", ""),
        not_phases=frozenset(row.get("not_phases", ())),
        phase_why=row.get("phase_why", ""),
        qualified=row["decider"] == "qualified",
        tell=row["tell"],
        help=row["help"],
        source=row["source"],
        own_tests=tuple(_test(test) for test in row.get("test", ())),
    )


def all_grounds() -> tuple[Ground, ...]:
    """Every version of every ground, in the order of the list."""
    return _load().grounds


def common_tests() -> tuple[Test, ...]:
    """Questions asked beside a ground's own: of police, and for recipients that are no authorities."""
    return _load().common


def in_words(kind: str) -> str:
    """An agency kind inside a sentence: "socialtjänsten"."""
    return _load().kinds.get(kind, kind)


def ground_of(code: str, version: int) -> Ground | None:
    """The version that an old disclosure names; None for one that has left the list."""
    return next((g for g in all_grounds() if (g.code, g.version) == (code, version)), None)


def current(code: str, *, on: date) -> Ground | None:
    """The version of a ground in force on a day."""
    return next((g for g in all_grounds() if g.code == code and g.in_force(on=on)), None)


def available_grounds(direction: Direction, *, at: datetime) -> list[Verdict]:
    """Every ground of the list for one direction at an instant: those that exist first, then the others with why."""
    on = local_day(at)
    verdicts = [verdict(_version_for(code, on), direction, at=at) for code in _codes(all_grounds())]
    return sorted(verdicts, key=lambda v: not v.exists)


def _codes(grounds: Iterable[Ground]) -> list[str]:
    return list(dict.fromkeys(g.code for g in grounds))


def _version_for(code: str, on: date) -> Ground:
    """The version in force, else the next to come, else the last that was."""
    versions = [g for g in all_grounds() if g.code == code]
    ahead = [g for g in versions if g.valid_from > on]
    return current(code, on=on) or (ahead[0] if ahead else versions[-1])


def verdict(ground: Ground, direction: Direction, *, at: datetime) -> Verdict:
    """Whether one ground exists for a direction, and if not the first reason that says why."""
    why = (
        _why_listed(ground)
        or _why_time(ground, at)
        or _why_source(ground, direction)
        or _why_recipient(ground, direction)
        or _why_person(ground, direction, at)
    )
    return Verdict(ground, not why, why)


def _why_listed(ground: Ground) -> str:
    if ground.usable is Usable.UNREAD:
        return f"Inte läst och daterad av jurist för hubben. {ground.help}"
    return "" if ground.usable is Usable.YES else ground.help


def _why_time(ground: Ground, at: datetime) -> str:
    on = local_day(at)
    if on < ground.valid_from:
        return f"Gäller först från {swedish.day(ground.valid_from)}."
    if not ground.in_force(on=on):
        return f"Gäller inte längre. Slutade {swedish.day(ground.valid_to)}." if ground.valid_to else ""
    return ""


def _why_source(ground: Ground, direction: Direction) -> str:
    if direction.source in ground.sources:
        return ""
    if direction.source in PRIVATE_KINDS and "OSL" in ground.paragraph and "SoL" not in ground.paragraph:
        return _load().no_osl_why
    return ground.barred.get(direction.source, ground.sources_why)


def _why_recipient(ground: Ground, direction: Direction) -> str:
    private = direction.private or direction.recipient in PRIVATE_KINDS
    if private and not ground.to_private:
        return _load().private_why.format(paragraph=ground.paragraph)
    if ground.code == CONSENT and private:
        return ""
    if ground.recipients and direction.recipient not in ground.recipients:
        return ground.recipients_why
    return ""


def _why_person(ground: Ground, direction: Direction, at: datetime) -> str:
    if ground.types and direction.type_code and direction.type_code not in ground.types:
        return ground.types_why
    if direction.phase in ground.not_phases:
        return ground.phase_why
    if ground.age_under and direction.birth_date and at >= at_age(direction.birth_date, ground.age_under):
        return ground.age_why
    return ""
