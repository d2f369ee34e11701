"""Two people write in the same text at once: a three-way merge by words in which nothing is lost (P-Q3)."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\s+|\S+")
Change = tuple[int, int, list[str]]


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with both writers' changes; `clash` where they changed the same words and both are kept."""

    text: str
    clash: bool = False


def _changes(base: list[str], new: list[str]) -> list[Change]:
    """What `new` changes in `base`: (from, to, words instead)."""
    codes = SequenceMatcher(None, base, new, autojunk=False).get_opcodes()
    return [(i1, i2, new[j1:j2]) for tag, i1, i2, j1, j2 in codes if tag != "equal"]


def _meet(one: Change, other: Change) -> bool:
    """Whether two changes touch the same words, or put words in at the same place."""
    if one[0] == one[1] and other[0] == other[1]:
        return one[0] == other[0]
    return one[0] < other[1] and other[0] < one[1]


def _span(changes: list[Change], base: list[str], first: int, last: int) -> str:
    """One writer's words for `base[first:last]`."""
    words, place = "", first
    for start, end, instead in changes:
        words += "".join(base[place:start]) + "".join(instead)
        place = end
    return words + "".join(base[place:last])


def merge(base: str, theirs: str, mine: str) -> Merged:
    """`mine` and `theirs` as both changed `base`.

    Changes in different places are joined; the same change is made once. Where both changed the same words, theirs
    stands first and mine after it on a line of its own, so that whoever reads sees both.
    """
    if mine in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    if mine.startswith(theirs) and theirs.startswith(base):
        return Merged(mine)
    if theirs.startswith(mine) and mine.startswith(base):
        return Merged(theirs)
    words = _TOKEN.findall(base)
    left, right = _changes(words, _TOKEN.findall(theirs)), _changes(words, _TOKEN.findall(mine))
    text, place, clash = "", 0, False
    while left or right:
        ours, others = _together(left, right)
        first = min(change[0] for change in ours + others)
        last = max(change[1] for change in ours + others)
        text += "".join(words[place:first])
        their_words, my_words = _span(ours, words, first, last), _span(others, words, first, last)
        if not others or their_words == my_words:
            text += their_words
        elif not ours:
            text += my_words
        else:
            clash = True
            text += their_words.rstrip("\n") + "\n" + my_words.lstrip("\n")
        place = last
    return Merged(text + "".join(words[place:]), clash)


def _together(left: list[Change], right: list[Change]) -> tuple[list[Change], list[Change]]:
    """Take the next change, and every change of either side that meets it, off the two lists."""
    ours: list[Change] = []
    others: list[Change] = []
    if left and (not right or left[0][:2] <= right[0][:2]):
        ours.append(left.pop(0))
    else:
        others.append(right.pop(0))
    while True:
        taken = ours + others
        if left and any(_meet(left[0], change) for change in taken):
            ours.append(left.pop(0))
        elif right and any(_meet(right[0], change) for change in taken):
            others.append(right.pop(0))
        else:
            return ours, others
