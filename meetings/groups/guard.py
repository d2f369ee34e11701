"""What groups write goes through here: no identified individual, found by patterns only (P-M1, P-A15).

A personnummer is refused. What looks like a name or a home's address is questioned, and whoever writes may say that it
is none; the group is asked once about the same words. Nothing is looked up about anybody: the same words get the same
answer whether or not there is such a person. Names of those who sit in the group stand on its page and are not asked
about.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from hub.access import Actor
from hub.audit import record
from hub.errors import Invalid
from hub.textguard import find_name_pairs, find_personnummer
from meetings.models import Group, GroupMember, GroupWords

NUMBER = "Ta bort personnumret. I en grupp skrivs inget som pekar ut en enskild."
NAME = (
    "Är ”{words}” ett namn på en enskild? Ta i så fall bort det: i en grupp skrivs inget som pekar ut någon. "
    "Är det inget namn på en enskild, markera det."
)
HOME = (
    "Är ”{words}” någons hem? Skriv i så fall bara gatan eller området. Är det en plats som är öppen för alla, "
    "markera det."
)
LONGEST = 120  # characters
_STREET = r"(?:gatan|vägen|gränd|gränden|stigen|backen|allén|slingan|ringen|svängen|krok|kroken)"
_HOME = re.compile(rf"\b(?:[A-ZÅÄÖ][a-zåäöé]+ )?[A-ZÅÄÖ]?[a-zåäöé]*{_STREET}[ \u00a0]\d{{1,3}}(?: ?[A-Fa-f])?\b")


class Questioned(Invalid):
    """Words that may point somebody out; the writer says that they do not, or takes them away."""

    def __init__(self, errors: Mapping[str, str], words: Iterable[str]) -> None:
        super().__init__(errors)
        self.words = tuple(words)


def check(
    group: Group | None, texts: Mapping[str, str], *, cleared: Iterable[str] = (), by: Actor, at: datetime
) -> None:
    """Pass texts that point nobody out, as far as patterns can tell; keep what the writer has said of them.

    Args:
        group: None while it is being made; what is said then is kept by `keep`.
        texts: field → text.
        cleared: words that the writer says are no private person's.

    Raises:
        Invalid: a personnummer, at its field. Questioned: what looks like a name or a home, with the words.
    """
    if numbers := {field: NUMBER for field, text in texts.items() if find_personnummer(text)}:
        raise Invalid(numbers)
    said = {folded(words) for words in cleared}
    known = said | (_known(group, at=at) if group is not None else set())
    found = {field: found_in(text) for field, text in texts.items()}
    left = {field: [each for each in pairs if folded(each[0]) not in known] for field, pairs in found.items()}
    if errors := {field: pairs[0][1].format(words=pairs[0][0]) for field, pairs in left.items() if pairs}:
        raise Questioned(errors, dict.fromkeys(words for pairs in left.values() for words, _why in pairs))
    if group is not None:
        keep(group, {folded(words) for pairs in found.values() for words, _why in pairs} & said, by=by, at=at)


def found_in(text: str) -> list[tuple[str, str]]:
    """(words, the question about them) of everything that looks like a name or a home."""
    names = [(span.of(text), NAME) for span in find_name_pairs(text)]
    return [*names, *((match.group(), HOME) for match in _HOME.finditer(text))]


def folded(words: str) -> str:
    return " ".join(words.split()).casefold()[:LONGEST]


def _known(group: Group, *, at: datetime) -> set[str]:
    """What the group has been asked about, and the names of those who sit in it."""
    names = GroupMember.objects.in_force(at=at).filter(group=group).values_list("assignment__user__name", flat=True)
    return {*GroupWords.objects.filter(group=group).values_list("words", flat=True), *map(folded, names)}


def keep(group: Group, words: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Remember that somebody has said of these that they are no private person's; the log says who."""
    standing = set(GroupWords.objects.filter(group=group).values_list("words", flat=True))
    rows = [
        GroupWords(
            municipality_id=group.municipality_id, group=group, words=each, said_by_id=by.assignment_id, said_at=at
        )
        for each in sorted({folded(one) for one in words} - standing)
    ]
    made = GroupWords.objects.bulk_create(rows, ignore_conflicts=True)
    if made:
        record("group.words_cleared", actor=by, at=at, objects=[group], detail={"count": len(made)})
