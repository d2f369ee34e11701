"""Two people write in the same text at once: a three-way merge by words in which nothing is lost (P-Q3).

`save` is for texts with versions that stand in any layer: it joins, and tries again where somebody was faster.
"""

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from hub.errors import Conflict, Invalid

#: A word with the blanks before it, so that what is added after a word leaves the word alone.
_TOKEN = re.compile(r"\s*\S+|\s+")
#: Comparisons of words that one side of a merge may cost. What costs more is taken as one change, with both kept.
LARGEST_WORK = 1_000_000
Change = tuple[int, int, list[str]]


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with both writers' changes; `clash` where they changed the same words and both are kept."""

    text: str
    clash: bool = False


def _anchors(base: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the words that stand once in both, as many as stand in the same order: O(n log n)."""
    count, other = Counter(base), Counter(new)
    places = {word: place for place, word in enumerate(base) if count[word] == 1}
    pairs = [(places[word], at) for at, word in enumerate(new) if other[word] == 1 and word in places]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (place, _at) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    found = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _work(base: Sequence[str], new: Sequence[str]) -> int:
    """What SequenceMatcher can cost at worst: every pair of equal words, once for each stretch that it finds."""
    other = Counter(new)
    equal = sum(count * other[word] for word, count in Counter(base).items())
    return (equal + len(base)) * min(len(base), len(new))


def _gaps(base: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The stretches between what surely is the same, without the same words at their ends."""
    i, j = 0, 0
    for place, at in [*_anchors(base, new), (len(base), len(new))]:
        i2, j2 = place, at
        while i < i2 and j < j2 and base[i] == new[j]:
            i, j = i + 1, j + 1
        while i < i2 and j < j2 and base[i2 - 1] == new[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
        if i < i2 or j < j2:
            yield i, i2, j, j2
        i, j = place + 1, at + 1


def _changes(base: Sequence[str], new: Sequence[str]) -> deque[Change]:
    """What `new` changes in `base`: (from, to, words instead)."""
    found: deque[Change] = deque()
    left = LARGEST_WORK
    for i, i2, j, j2 in _gaps(base, new):
        was, now = list(base[i:i2]), list(new[j:j2])
        cost = _work(was, now)
        if cost > left or not set(was) & set(now):
            found.append((i, i2, now))
            continue
        left -= cost
        codes = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
        found += [(i + a, i + b, now[c:d]) for tag, a, b, c, d in codes if tag != "equal"]
    return found


def _meet(one: Change, other: Change) -> bool:
    """Whether two changes touch the same words, or put words in at the same place."""
    if one[0] == one[1] and other[0] == other[1]:
        return one[0] == other[0]
    return one[0] < other[1] and other[0] < one[1]


def _span(changes: Sequence[Change], base: Sequence[str], first: int, last: int) -> str:
    """One writer's words for `base[first:last]`."""
    words, place = [], first
    for start, end, instead in changes:
        words += [*base[place:start], *instead]
        place = end
    return "".join([*words, *base[place:last]])


def merge(base: str, theirs: str, mine: str) -> Merged:
    """`mine` and `theirs` as both changed `base`.

    Changes in different places are joined; the same change is made once. Where both changed the same words, theirs
    stands first and mine after it on a line of its own, so that whoever reads sees both. The time that it takes is
    bounded: where the words are too many to compare, the stretch counts as changed as a whole.
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
    text: list[str] = []
    place, clash = 0, False
    while left or right:
        ours, others = _together(left, right)
        first = min(change[0] for change in ours + others)
        last = max(change[1] for change in ours + others)
        text += words[place:first]
        their_words, my_words = _span(ours, words, first, last), _span(others, words, first, last)
        if not others or their_words == my_words:
            text.append(their_words)
        elif not ours:
            text.append(my_words)
        else:
            clash = True
            both = f"{their_words.rstrip()}\n{my_words.lstrip()}"
            text.append(both if their_words and my_words else their_words or my_words)
        place = last
    return Merged("".join([*text, *words[place:]]), clash)


def _together(left: deque[Change], right: deque[Change]) -> tuple[list[Change], list[Change]]:
    """Take the next change, and every change of either side that meets it, off the two lists."""
    ours: list[Change] = []
    others: list[Change] = []
    if left and (not right or left[0][:2] <= right[0][:2]):
        ours.append(left.popleft())
    else:
        others.append(right.popleft())
    while True:  # both lists are in order, so what comes next can only meet the last ones taken
        if left and any(_meet(left[0], change) for change in others[-2:]):
            ours.append(left.popleft())
        elif right and any(_meet(right[0], change) for change in ours[-2:]):
            others.append(right.popleft())
        else:
            return ours, others


@dataclass(frozen=True, slots=True)
class Saved:
    """The text as it stands after a save; `clash` where two wrote in the same words and both are kept."""

    text: str
    version: int
    merged: bool = False
    clash: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer sends: the text, and the version that it was begun from.

    Args:
        base: the text that the writer began from, where it is not that version's own.
        join_in: False refuses instead of joining (for another system, which joins by itself).
    """

    text: str
    version: int
    base: str | None = None
    join_in: bool = True


#: (whether to hold the row) → its text and version as they stand.
Standing = Callable[[bool], tuple[str, int]]
#: The text at an earlier version; nothing at the beginning, and for a version that never was.
Earlier = Callable[[int], str]
#: (text, the version it replaces) → False where somebody else has replaced that version meanwhile.
Replace = Callable[[str, int], bool]


def save(written: Written, *, longest: int, standing: Standing, earlier: Earlier, replace: Replace) -> Saved:
    """Save what somebody has written, joined with what others have saved meanwhile.

    The texts are joined before the row is held, so that nobody waits for that; whoever has been outrun twice holds it.

    Args:
        longest: characters.

    Raises:
        Invalid: a text is too long. Conflict: somebody has saved meanwhile, and the writer does not join in.
    """
    too_long = Invalid({"text": f"Texten är för lång. Högst {longest} tecken får plats."})
    if max(len(written.text), len(written.base or "")) > longest:
        raise too_long
    for last in (False, False, True):
        held, version = standing(last)
        if not written.join_in and written.version != version:
            raise Conflict("Någon annan har sparat medan du skrev.")
        base = written.base if written.base is not None else earlier(written.version)
        joined = merge(base, held, written.text)
        if len(joined.text) > longest:
            raise too_long
        if joined.text == held:
            return Saved(held, version, held != written.text)
        if replace(joined.text, version):
            return Saved(joined.text, version + 1, joined.text != written.text, joined.clash)
    raise Conflict("Någon annan sparar samtidigt. Försök igen.")
