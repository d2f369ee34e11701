"""What the plan says to one of the family, in the order it stands. No models and no clock here.

The paper and the plain text are made of the same lines. The scale is said in words, never in numbers; who does what is
a given name and what kind of work it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from actionplans.paper.texts import LANGUAGES, Tongue
from consent.paper.language import SOURCE, Language
from hub import clock

YOUTH, GUARDIAN = "y", "g"
#: A line to write the number on, where nobody has said it.
BLANK = "_" * 14
#: Kind of agency → whose picture and word. Every other kind is "annan".
KINDS = {
    "socialtjanst": "socialtjanst",
    "skola": "skola",
    "friskola": "skola",
    "polis": "polis",
    "fritid": "fritid",
    "bup": "halsa",
    "elevhalsa": "halsa",
    "ame": "jobb",
}


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the plan, in the language of the paper where somebody has reviewed the translation, or in Swedish."""

    text: str
    code: str = SOURCE

    @property
    def tongue(self) -> Tongue:
        return LANGUAGES[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What somebody does. `name`: the given name; empty where the family is guarded. `until`: None when done."""

    kind: str
    name: str
    text: Said
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPart:
    """A goal. `level`: how the last meeting rated it, -2 to 2; None where none has."""

    text: Said
    own_words: Said | None
    level: int | None
    doing: tuple[Doing, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody does, as it is said on the paper."""

    icon: str
    alt: str
    who: str
    text: Said
    when: str
    done: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A goal as it is said on the paper."""

    text: Said
    own_words: Said | None
    level: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPaper:
    """One paper for one person.

    Args:
        code: the language of the paper. fixed: the fixed words, in that language or in Swedish.
        to: YOUTH or GUARDIAN. youth: the given name.
        next_at: when the next meeting is; None where none is booked, or where it may not be said.
        contact, phone: whom to call.
        others: what is done for no goal of the paper.
        guarded: somebody in the family is protected or in danger: no name but the contact's, and no next meeting.
    """

    code: str
    fixed: Language
    to: str
    youth: str
    goals: tuple[GoalPart, ...]
    others: tuple[Doing, ...]
    next_at: datetime | None
    contact: str
    phone: str
    printed_on: date
    guarded: bool = False

    def say(self, key: str, **values: str) -> str:
        return self.fixed.say(key, **values)

    @property
    def tongue(self) -> Tongue:
        return LANGUAGES[self.code]

    @property
    def title(self) -> str:
        return self.say("title_alone" if self._alone else f"{self.to}_title", youth=self.youth)

    @property
    def lead(self) -> str:
        return self.say("lead_alone" if self._alone else f"{self.to}_lead", youth=self.youth)

    @property
    def _alone(self) -> bool:
        """To a guardian in a guarded family the youth is not named."""
        return self.guarded and self.to == GUARDIAN

    @property
    def some_swedish(self) -> str:
        """That not everything is translated, where that is so."""
        parts = [*self._said(), Said("", self.fixed.code)]
        return self.say("some_swedish") if any(one.code != self.code for one in parts) else ""

    def _said(self) -> Iterator[Said]:
        for goal in self.goals:
            yield goal.text
            if goal.own_words:
                yield goal.own_words
            yield from (one.text for one in goal.doing)
        yield from (one.text for one in self.others)

    @property
    def parts(self) -> list[Part]:
        """The goals, as they are said."""
        return [
            Part(goal.text, goal.own_words, self._level(goal), tuple(map(self._task, goal.doing)))
            for goal in self.goals
        ]

    @property
    def other_tasks(self) -> list[Task]:
        return [self._task(one) for one in self.others]

    @property
    def others_title(self) -> str:
        return self.say("others")

    @property
    def end(self) -> list[tuple[str, str, str]]:
        """What stands last: picture, what it shows, and the words."""
        lines = (("calendar", self.meeting), ("phone", self.call))
        return [(icon, self.say(icon), text) for icon, text in lines if text]

    @property
    def last(self) -> list[str]:
        """What stands under that, without pictures."""
        return [line for line in (self.say("wrong"), self.some_swedish) if line]

    def _level(self, goal: GoalPart) -> str:
        if goal.level is None:
            return self.say("level_unknown")
        return self.say(f"level_m{-goal.level}" if goal.level < 0 else f"level_{goal.level}")

    def _task(self, one: Doing) -> Task:
        icon = "annan" if self.guarded else picture(one.kind)
        return Task(icon, self.say(f"kind_{icon}"), self._who(one), one.text, self._until(one), one.until is None)

    def _who(self, one: Doing) -> str:
        """Petra, skolan; where the family is guarded only "vi": even the kind of agency may lead somebody there."""
        kind = self.say(f"kind_{picture(one.kind)}")
        if self.guarded:
            return self.say("kind_annan")
        if picture(one.kind) == "annan":
            return one.name or kind
        return f"{one.name}, {kind[0].lower()}{kind[1:]}" if one.name else kind

    def _until(self, one: Doing) -> str:
        if one.until is None:
            return self.say("done")
        months = self.fixed.texts["months"].split()
        day = self.say("date", day=str(one.until.day), month=months[one.until.month - 1])
        return self.say("until", date=day.replace(" ", "\N{NO-BREAK SPACE}"))

    @property
    def meeting(self) -> str:
        if self.guarded:
            return ""
        if self.next_at is None:
            return self.say("no_next")
        wall = clock.local(self.next_at)
        texts = self.fixed.texts
        when = self.say(
            "when",
            weekday=texts["weekdays"].split()[wall.weekday()],
            day=str(wall.day),
            month=texts["months"].split()[wall.month - 1],
            **{"from": f"{wall.hour}.{wall.minute:02}"},
        )
        return self.say("next", when=when)

    @property
    def call(self) -> str:
        return self.say("call", contact=self.contact, phone=self.phone or BLANK)

    @property
    def text(self) -> str:
        """The whole as plain text, to read out or paste."""
        blocks = [[self.title, self.lead]]
        for part in self.parts:
            own = [f"”{part.own_words.text}”"] if part.own_words else []
            blocks.append([part.text.text, *own, part.level, *map(_line, part.tasks)])
        if self.others:
            blocks.append([self.others_title, *map(_line, self.other_tasks)])
        blocks.append([*(text for _icon, _alt, text in self.end), *self.last])
        return "\n\n".join("\n".join(lines) for lines in blocks)


def _line(one: Task) -> str:
    """Petra, skolan: Möter Elias vid dörren. Klart senast 12 mars."""
    return f"{one.who}: {one.text.text} {one.when}"


def picture(kind: str) -> str:
    """The picture of a kind of agency."""
    return KINDS.get(kind, "annan")
