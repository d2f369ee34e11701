"""What a letter says: one person, one meeting, short sentences (P-M6). No models and no clock here.

Never why there is a meeting, never which agencies come and never anything from the case: a letter lies on a kitchen
table and a text message lights up on a phone. Where somebody in the family is protected or in danger, nothing about
anybody else is in it, nor any name, agency or place (P-A8).
"""

from dataclasses import dataclass
from datetime import datetime

from hub import clock
from meetings.letters.texts import Language

GUARDIAN, YOUTH, CHILD = "g", "y", "c"
BOOKED, CHANGED, CANCELLED = "booked", "changed", "cancelled"
#: A line to write the number on, where nobody has said it.
BLANK = "_" * 14
#: Below this age, in years, the child's own wording.
CHILD_BELOW = 13


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter is made of.

    Args:
        to: GUARDIAN, YOUTH or CHILD. about: BOOKED, CHANGED or CANCELLED.
        name: the recipient's given name. youth: the youth's, in a guardian's letter.
        starts_at, ends_at: aware instants.
        form: `MeetingForm`. place: in words.
        interpreter: the languages of the interpreters who come, or empty.
        contact, phone: whom to call; agency: who writes.
        alone: nothing about the others and no place: somebody in the family is protected or in danger (P-A8).
        voluntary: whether the recipient may say no; a court may have decided otherwise.
    """

    to: str
    about: str
    name: str
    youth: str
    starts_at: datetime
    ends_at: datetime
    form: str
    place: str
    interpreter: str
    contact: str
    phone: str
    agency: str
    alone: bool = False
    voluntary: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in one language: the same words on paper, on the screen and read out."""

    title: str
    greeting: str
    paragraphs: tuple[str, ...]
    signature: tuple[str, ...]
    #: For a text message: no name, no agency. Empty where none may be sent.
    message: str
    language: Language

    @property
    def text(self) -> str:
        """The whole letter as plain text."""
        return "\n\n".join((self.title, self.greeting, *self.paragraphs, "\n".join(self.signature)))


def letter(facts: Facts, language: Language) -> Letter:
    """Word the letter."""
    says = _Says(facts, language)
    return Letter(
        title=says(f"title_{facts.about}"),
        greeting=says("hello_all") if facts.alone else says("hello", name=facts.name),
        paragraphs=tuple(filter(None, says.paragraphs())),
        signature=tuple(filter(None, (says("bye"), facts.contact, "" if facts.alone else facts.agency))),
        message="" if facts.alone else " ".join(filter(None, says.message())),
        language=language,
    )


class _Says:
    """The texts of one letter, with what the system fills in."""

    def __init__(self, facts: Facts, language: Language) -> None:
        self.facts, self.language = facts, language
        self.values = {
            "youth": facts.youth,
            "contact": facts.contact,
            "phone": facts.phone or BLANK,
            "place": facts.place,
            "language": _and(facts.interpreter, language.texts["and"]),
            "when": when(facts.starts_at, facts.ends_at, language),
        }

    def __call__(self, key: str, **values: str) -> str:
        return self.language.say(key, **self.values, **values)

    def own(self, key: str) -> str:
        """The recipient's own wording: without the others where they are kept out of it."""
        alone = self.facts.to == GUARDIAN and self.facts.alone and f"g_{key}_alone" in self.language.texts
        return self(f"{self.facts.to}_{key}_alone" if alone else f"{self.facts.to}_{key}")

    def paragraphs(self) -> list[str]:
        facts = self.facts
        if facts.about == CANCELLED:
            return [self("cancelled"), self("cancelled_next"), self("call")]
        return [
            self.own("booked") if facts.about == BOOKED else self("changed"),
            f"{self('time')} {self.where()}",
            self.own("about"),
            f"{self.own('voluntary') if facts.voluntary else ''} {self('cannot')}".strip(),
            self("interpreter") if facts.interpreter else self("interpreter_ask"),
            self("call"),
        ]

    def where(self) -> str:
        if self.facts.form != "room":
            return self(f"place_{self.facts.form}")
        return self("place_told") if self.facts.alone or not self.facts.place else self("place")

    def message(self) -> list[str]:
        facts = self.facts
        if facts.about == CANCELLED:
            return [self("sms_cancelled"), self("call")]
        return [
            self(f"sms_{facts.about}"),
            self("time"),
            self.where(),
            self("sms_voluntary") if facts.voluntary else "",
            self("interpreter") if facts.interpreter else "",
            self("call"),
        ]


def when(starts_at: datetime, ends_at: datetime, language: Language) -> str:
    """torsdag 12 mars 2026, vecka 11, kl. 9.00–10.00"""
    day, texts = clock.local_day(starts_at), language.texts
    return language.say(
        "when",
        weekday=texts["weekdays"].split()[day.weekday()],
        day=str(day.day),
        month=texts["months"].split()[day.month - 1],
        year=str(day.year),
        week=str(day.isocalendar().week),
        **{"from": _hour(starts_at), "to": _hour(ends_at)},
    )


def _hour(at: datetime) -> str:
    wall = clock.local(at)
    return f"{wall.hour}.{wall.minute:02}"


def _and(listed: str, word: str) -> str:
    """ "somaliska, arabiska" as people say it: somaliska och arabiska"""
    *first, last = [part.strip() for part in listed.split(",")]
    return f"{', '.join(first)} {word} {last}" if first else last
