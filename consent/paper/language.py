"""The texts of a paper, one file per language, and the gate before an unfinished one is printed.

Made for the consent form; other papers keep texts of their own in a directory of their own (`Paper`). A wrong word on
a consent form is a wrong consent. A translation is therefore printed only when a named
person has reviewed every single text of it, and only while the Swedish text it was made from is still
the one in use (P-C6, R57).
"""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

LANGUAGES = Path(__file__).with_name("languages")
SOURCE = "sv"
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,20})?")
_SLOT = re.compile(r"\{[a-z]+\}")


class PaperError(ValueError):
    """The paper cannot be printed; the message is Swedish and meant for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper: what it is called, where its texts lie, and what to use where a language is not finished."""

    name: str
    languages: Path
    instead: str
    guide: str


CONSENT_FORM = Paper(
    "Blanketten", LANGUAGES, "Använd den svenska eller den lättlästa blanketten med tolk.", "docs/consent-form.md"
)


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    lang: str
    direction: Literal["ltr", "rtl"]
    name: str
    easy: bool
    source: bool
    texts: dict[str, str]

    def say(self, key: str, **values: str) -> str:
        """Fill the slots of one text. Values are put in by replacement, never read as a pattern."""
        return _SLOT.sub(lambda slot: values.get(slot.group()[1:-1], slot.group()), self.texts[key])


def _read(code: str, directory: Path, name: str = CONSENT_FORM.name) -> dict[str, Any]:
    path = directory / f"{code}.toml"
    if not _CODE.fullmatch(code) or not path.is_file():
        raise PaperError(f"{name} finns inte på språket ”{code[:20]}”.")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _swedish(paper: Paper) -> dict[str, str]:
    return cast(dict[str, str], _read(SOURCE, paper.languages)["texts"])


def shortcomings(texts: dict[str, Any], swedish: dict[str, str]) -> list[str]:
    """Say in Swedish what keeps a translation from being printed; empty when nothing does.

    Args:
        texts: text key -> {svenska, translated, reviewed_by} as in the language file.
        swedish: text key -> the Swedish text in use.
    """
    rows = {key: texts.get(key, {}) for key in swedish}
    done = {key: row for key, row in rows.items() if row.get("translated", "").strip()}
    counts = (
        (len(rows) - len(done), "är inte översatta"),
        (
            sum(not row.get("reviewed_by", "").strip() for row in rows.values()),
            "är inte granskade av en människa",
        ),
        (
            sum(row.get("svenska") != swedish[key] for key, row in done.items()),
            "bygger på en äldre svensk text",
        ),
        (
            sum(set(_SLOT.findall(row["translated"])) != set(_SLOT.findall(swedish[key])) for key, row in done.items()),
            "saknar eller har fel ord inom { }",
        ),
        (len(texts.keys() - swedish.keys()), "finns inte i den svenska blanketten"),
    )
    return [f"{number} av {len(rows)} texter {what}" for number, what in counts if number]


def load_language(code: str, directory: Path | None = None, paper: Paper = CONSENT_FORM) -> Language:
    """Read one language, refusing what no human has finished and reviewed.

    Args:
        code: as the file is named, for example "sv-lattlast".
        directory: where the language files lie, if not at the paper's (in tests only).

    Raises:
        PaperError: no such language, or a translation that is not complete, reviewed and current.
    """
    raw = _read(code, directory or paper.languages, paper.name)
    head, texts, swedish = raw["language"], raw["texts"], _swedish(paper)
    if not head["source"]:
        if missing := shortcomings(texts, swedish):
            raise PaperError(
                f"{paper.name} kan inte skrivas ut på {head['name']} än: {'; '.join(missing)}. {paper.instead}"
            )
        texts = {key: row["translated"] for key, row in texts.items()}
    if texts.keys() != swedish.keys():
        raise PaperError(f"{paper.name} på {head['name']} har inte samma texter som på svenska.")
    if len(texts["months"].split()) != 12:
        raise PaperError(f"{paper.name} på {head['name']} har inte tolv månader.")
    return Language(
        code=code,
        lang=head["lang"],
        direction=head["direction"],
        name=head["name"],
        easy=head["easy"],
        source=head["source"],
        texts={key: text.strip() for key, text in texts.items()},
    )


def printable_languages(directory: Path | None = None, paper: Paper = CONSENT_FORM) -> tuple[Language, ...]:
    """The languages a paper may be printed in today, Swedish first; unfinished ones are left out."""
    found = []
    codes = sorted(path.stem for path in (directory or paper.languages).glob("*.toml"))
    for code in sorted(codes, key=lambda code: not code.startswith(SOURCE)):
        try:
            found.append(load_language(code, directory, paper))
        except PaperError:
            continue
    return tuple(found)


def frame(
    code: str, lang: str, direction: str, name: str, old: dict[str, Any] | None = None, paper: Paper = CONSENT_FORM
) -> str:
    """Write the file a translator fills in, keeping what is translated from an unchanged Swedish text.

    Args:
        code, lang, direction, name: the head of the file ("ar", "ar", "rtl", "arabiska").
        old: the texts of an earlier file; a text whose Swedish has changed loses its review, not its words.
    """
    lines = [
        "# Översätt från ”svenska” till ”translated”, text för text. Ändra inte ”svenska”.",
        "# Ord inom { } ska stå kvar. ”reviewed_by”: namn och roll på den som har granskat texten.",
        f"# {paper.name} skrivs inte ut förrän alla texter är översatta och granskade: {paper.guide}.",
        "",
        "[language]",
        *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in (
            ("code", code), ("lang", lang), ("direction", direction), ("name", name),
            ("easy", False), ("source", False),
        )),
    ]  # fmt: skip
    for key, svenska in _swedish(paper).items():
        row = (old or {}).get(key, {})
        current = row.get("svenska") == svenska
        lines += ["", f"[texts.{key}]", f"svenska = {json.dumps(svenska, ensure_ascii=False)}"]
        lines.append(f"translated = {json.dumps(row.get('translated', ''), ensure_ascii=False)}")
        reviewer = row.get("reviewed_by", "") if current else ""
        lines.append(f"reviewed_by = {json.dumps(reviewer, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
