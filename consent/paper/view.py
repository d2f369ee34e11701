"""From the content of a consent to what each place on the paper says.

All wording and every decision about what is shown is made here; the Typst templates only lay it out.
"""

import dataclasses
import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from consent.paper.language import Language

if TYPE_CHECKING:
    from consent.paper.form import ConsentPaper, DisclosingPart, SignerLine

T = TypeVar("T")
UNPRINTABLE = "\ufffd"
# What the bundled fonts can draw: Latin, Greek, Cyrillic, Hebrew (in the one that Typst brings), Arabic.
# Anything else would stop PDF/UA, which allows no missing glyph. A test prints every one of them.
PRINTABLE = (
    "\\n\\u0020-\\u007e\\u00a0-\\u00ac\\u00ae-\\u0148\\u014a-\\u01c3\\u01c5-\\u0254\\u0259"
    "\\u02b9-\\u02dd\\u0300-\\u0304\\u0306-\\u030c\\u0323\\u0326-\\u0328"
    "\\u0384-\\u038a\\u038c\\u038e-\\u03a1\\u03a3-\\u03ce\\u0400-\\u0479\\u048a-\\u049d\\u04a0-\\u04ff"
    "\\u05d0-\\u05ea\\u060c\\u061b\\u061f-\\u064a\\u064b-\\u0652\\u0660-\\u066f\\u0671-\\u06d3\\u06f0-\\u06f9"
    "\\u1e00-\\u1e9b\\u1e9e-\\u1ef9\\u2010-\\u2015\\u2018-\\u201e\\u2020-\\u2022\\u2026\\u2030\\u2039\\u203a"
    "\\u20ac\\u2610\\u2612\\ufffd"
)
_OTHER = re.compile(f"[^{PRINTABLE}]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_LONG_RUN = re.compile(r"\S{25,}")
# Text with a paragraph reference -> the heading it stands under.
_LAWS = {
    "purpose": "purpose_title",
    "anyway": "anyway_title",
    "limits": "limits_title",
    "choices_rule": "choices_title",
    "police_use": "police_use_title",
    "police_gives": "police_title",
}


def cleaned(value: T) -> T:
    """Make every text of a content safe to print, by rule rather than by luck.

    Invisible and direction-changing characters go (a name must not be able to turn the line around it),
    control characters become spaces, a character no font can draw becomes U+FFFD, and a run of 25
    characters or more without a space may break (a zero-width space after every tenth).
    """
    if isinstance(value, str):
        text = re.sub(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", value)
        text = _OTHER.sub(UNPRINTABLE, _UNSEEN.sub("", unicodedata.normalize("NFC", text)))
        return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(r".{1,10}", run.group())), text)  # type: ignore[return-value]  # the same type as came in
    if isinstance(value, tuple):
        return tuple(cleaned(part) for part in value)  # type: ignore[return-value]  # the same type as came in
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: cleaned(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


class View:
    """One paper in one language, as the plain data that the templates read."""

    def __init__(self, paper: "ConsentPaper", language: Language) -> None:
        self.paper: ConsentPaper = cleaned(paper)
        self.language = language
        self.signers = self._signers()
        self.letters = len(self.signers) > 1

    def data(self) -> dict[str, Any]:
        paper, language = self.paper, self.language
        main, police = self._split()
        return {
            "lang": language.lang,
            "direction": language.direction,
            "easy": language.easy,
            "title": f"{language.texts['title']} – {paper.kind_of_cooperation}".rstrip("– "),
            "texts": {key: self._blocks(text) for key, text in language.texts.items()},
            "laws": [
                {"title": language.texts[title], "law": language.texts[f"{key}_law"]}
                for key, title in _LAWS.items()
                if police or not key.startswith("police")
            ],
            "facts": self._facts(),
            "purpose": self._lines(paper.purpose),
            "court": self._lines(paper.court_ordered_text or ""),
            "court_requires_consent": paper.court_requires_consent,
            "contact": self._lines(paper.contact),
            "choices": self._choice_texts(main + police),
            "main": self._section(main),
            "police": self._section(police),
            "signers": [self._signer(number, line) for number, line in enumerate(self.signers, 1)],
            "governs": not language.source,
            "unprintable": UNPRINTABLE in repr(dataclasses.astuple(paper)),
            "version": language.say("version", version=self._data(paper.form_version)),
            "printed": language.say("printed", date=self._date(paper.printed_on)),
            "case_number": self._data(paper.case_number),
            "printed_on": [paper.printed_on.year, paper.printed_on.month, paper.printed_on.day],
        }

    def _signers(self) -> tuple["SignerLine", ...]:
        """Only the lines of the person the copy is for; on a paper for everybody, all of them (P-A8)."""
        if self.paper.audience is None:
            return self.paper.signers
        mine = tuple(line for line in self.paper.signers if line.person == self.paper.audience)
        if not mine:
            raise ValueError("a copy for one person needs a line for that person")
        return mine

    def _split(self) -> tuple[list["DisclosingPart"], list["DisclosingPart"]]:
        """Take the police out of the other tables: what it gets and gives is a choice of its own (P-C6)."""
        main, police = [], []
        for part in self.paper.disclosing:
            if part.police:
                police.append(part)
                continue
            main.append(part.only(police=False))
            police.append(part.only(police=True))
        return [part for part in main if part.recipients], [part for part in police if part.recipients]

    def _data(self, text: str) -> str:
        """Keep a right-to-left name, or Swedish in such a text, from turning what stands beside it."""
        text = " ".join(text.split())
        turned = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
        return f"\u2068{text}\u2069" if text and (turned or self.language.direction == "rtl") else text

    def _lines(self, text: str) -> list[str]:
        return [self._data(line) for line in text.splitlines() if line.strip()]

    def _blocks(self, text: str) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = []
        for line in text.splitlines():
            if not line.startswith("- "):
                blocks.append({"p": line})
            elif blocks and "list" in blocks[-1]:
                blocks[-1]["list"].append(line[2:])
            else:
                blocks.append({"list": [line[2:]]})
        return blocks

    def _date(self, day: date) -> str:
        return f"{day.day} {self.language.texts['months'].split()[day.month - 1]} {day.year}"

    def _facts(self) -> list[dict[str, Any]]:
        """Label, value (empty: a line to write on) and whether it takes the whole width."""
        paper, say, texts = self.paper, self.language.say, self.language.texts
        items = texts["items_default"]
        if paper.items_from:
            items = say("items_from", date=self._date(paper.items_from))
        elif not paper.first_day:
            items = texts["items_blank"]
        blank_items = not paper.first_day and not paper.items_from
        rows = (
            ("fact_youth", self._data(paper.youth_name), True, False),
            ("fact_kind", self._data(paper.kind_of_cooperation), False, False),
            ("fact_case", self._data(paper.case_number), False, False),
            ("fact_first", self._date(paper.first_day) if paper.first_day else "", False, False),
            ("fact_last", self._date(paper.last_day) if paper.last_day else "", False, False),
            ("fact_items", items, True, blank_items),
            ("fact_parties", self._parties(), True, False),
            ("fact_language", texts["fact_language"] and self.language.name, False, False),
            ("fact_interpreter", self._data(paper.interpreter), False, False),
        )
        return [
            {"label": texts[key], "value": value, "wide": wide, "pen": pen or not value}
            for key, value, wide, pen in rows
        ]

    def _parties(self) -> str:
        names: dict[str, bool] = {}
        for part in self.paper.disclosing:
            names[part.agency_name] = part.police
            names |= {recipient.name: recipient.police for recipient in part.recipients}
        return ", ".join(
            self.language.say("party_police", agency=self._data(name)) if police else self._data(name)
            for name, police in names.items()
        )

    def _choice_texts(self, parts: list["DisclosingPart"]) -> list[str]:
        """Which of the instructions above the tables this copy needs, in order."""
        ticks = [tick for part in parts for row in part.rows for tick in part.cells(row)]
        unanswered = not self.signers or any(line.answer is None for line in self.signers)
        wanted = {
            "choices_rule": True,
            "choices_blank": None in ticks,
            "choices_filled": any(tick is not None for tick in ticks),
            "choices_strike": unanswered and True in ticks,
            "choices_letters": unanswered and self.letters,
        }
        return [key for key, shown in wanted.items() if shown]

    def _section(self, parts: list["DisclosingPart"]) -> dict[str, Any]:
        """The tables of one choice, and once for all of them why each recipient needs what it would get."""
        asked = [
            (part, recipient)
            for part in parts
            for column, recipient in enumerate(part.recipients)
            if not all(part.cells(row)[column] is False for row in part.rows)
        ]
        purposes: dict[str, None] = {}
        for part, recipient in asked:
            agency, name = self._data(part.agency_name), self._data(recipient.name)
            differ = len({other.purpose for _, other in asked if other.name == recipient.name}) > 1
            if recipient.purpose:
                purposes[
                    self.language.say(
                        "purpose_from" if differ else "purpose_of",
                        recipient=name, agency=agency, purpose=self._data(recipient.purpose),
                    )
                ] = None  # fmt: skip
            if recipient.screen_only:
                purposes[self.language.say("screen_only", recipient=name)] = None
        return {"parts": [self._matrix(part) for part in parts], "purposes": list(purposes)}

    def _matrix(self, part: "DisclosingPart") -> dict[str, Any]:
        say, names = self.language.say, [self._data(recipient.name) for recipient in part.recipients]
        name = f"{part.agency_name} ({part.kind_label})" if part.kind_label else part.agency_name
        written = [name, *names, *(row.type_name + row.description for row in part.rows)]
        tame = all(len(text) <= 100 for text in written)  # what may be longer than a page must be able to split
        return {
            "title": say("matrix_title", agency=self._data(name)),
            "recipients": [
                {"name": name, "screen": recipient.screen_only}
                for name, recipient in zip(names, part.recipients, strict=True)
            ],
            "rows": [
                {
                    "name": self._data(row.type_name),
                    "about": self._data(row.description),
                    "cells": [_answer(tick) for tick in part.cells(row)],
                }
                for row in part.rows
            ],
            "list": len(names) > (3 if self.language.easy else 5),
            "words": self._words(part),
            "tame": tame,
            "together": tame and len(part.rows) <= 8 and len(names) <= (3 if self.language.easy else 5),
        }

    def _words(self, part: "DisclosingPart") -> list[str]:
        """The table once more as sentences, one for all who get the same."""
        say, agency = self.language.say, self._data(part.agency_name)
        cells = [part.cells(row) for row in part.rows]
        alike: dict[tuple[str, ...], list[str]] = {}  # the types -> everybody who gets just those
        for column, recipient in enumerate(part.recipients):
            types = tuple(row.type_name for row, ticks in zip(part.rows, cells, strict=True) if ticks[column])
            alike.setdefault(types, []).append(recipient.name)
        alike.pop((), None)
        if not alike and not any(tick is None for ticks in cells for tick in ticks):
            return [say("words_none", agency=agency)]
        return [
            say("words", agency=agency, types=self._join(_lowered(types)), recipient=self._join(names))
            for types, names in alike.items()
        ]

    def _join(self, names: list[str]) -> str:
        parts = [self._data(name) for name in names]
        inside = any(f" {self.language.texts['and']} " in name for name in names)
        word = self.language.texts["and_between_long" if inside else "and"]
        return f" {word} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))

    def _signer(self, number: int, line: "SignerLine") -> dict[str, Any]:
        letter = (chr(64 + number) if number <= 26 else str(number)) if self.letters else ""
        return {
            "letter": letter,
            "number": str(number),
            "heading": self._data(line.name) or self.language.say("sign_person", number=str(number)),
            "name": self._data(line.name),
            "role": self._data(line.role),
            "what": self._data(line.what),
            "answer": _answer(line.answer),
            "police": _answer(line.police_answer),
            "understood": _answer(line.understood),
            "date": self._date(line.signed_on) if line.signed_on else "",
        }


def _lowered(names: tuple[str, ...]) -> list[str]:
    """Start a type in lower case inside a sentence; an abbreviation keeps its capitals."""
    return [name[0].lower() + name[1:] if name[1:2].islower() else name for name in names]


def _answer(given: bool | None) -> str:
    return "open" if given is None else "yes" if given else "no"
