"""Which figures of one universe must be withheld so that none of them can be worked out (P-S3).

Pure arithmetic on boxes; `reports.suppression` gives them names. The argument is in docs/suppression.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from reports.attack import Attack, Found
from reports.worlds import System

#: How many figures one world is asked to move: for nothing, and where more may be withheld for it.
SPARSE = 150
TOGETHER = 24
#: So few left are looked at one by one.
FEW = 16
#: So many are looked at one by one before more is withheld, and so many withheld ones are tried to do without.
SOME = 30
#: Another world for nothing is looked for while the last one left fewer than this share.
GAIN = 0.93


class Unprotectable(Exception):
    """These withheld figures can be worked out from what was published before, whatever is withheld now.

    Nothing may be released with them: leave out the table that asks for them, or its period.
    """

    def __init__(self, boxes: Sequence[int]) -> None:
        super().__init__(f"{len(boxes)} withheld figures cannot be protected")
        self.boxes = tuple(boxes)


class Kind(Enum):
    """What a reader who knows the rule could at most be told of a figure, besides its value."""

    #: Under the threshold.
    SMALL = "small"
    #: At the threshold or above: published unless it gives a small one away.
    LARGE = "large"
    #: Published before and as it was then, or so by definition: nothing can take it back.
    KNOWN = "known"
    #: Published before with another value, a few off: who came or went in between must not be seen.
    REVISED = "revised"
    #: Withheld in an earlier release and not asked for now.
    PAST = "past"


class Evidence:
    """The worlds found so far, as sets of bits: which of them give a box which other value than the true one.

    `kept` are those that still agree with what is published.
    """

    def __init__(self, true: Sequence[int]) -> None:
        self._true = true
        self._by: list[dict[int, int]] = [{} for _ in true]
        self._next, self.kept = 1, -1

    def add(self, values: Sequence[int]) -> None:
        for box, value in enumerate(values):
            if value != self._true[box]:
                self._by[box][value] = self._by[box].get(value, 0) | self._next
        self._next <<= 1

    def without(self, box: int) -> int:
        """The worlds that leave `box` as it is."""
        kept = self.kept
        for worlds in self._by[box].values():
            kept &= ~worlds
        return kept

    def range(self, box: int, kept: int) -> tuple[int, int]:
        """The least and the greatest of `box` in the worlds `kept` and in the true one."""
        seen = [value for value, worlds in self._by[box].items() if worlds & kept]
        return min([self._true[box], *seen]), max([self._true[box], *seen])


class Protection:
    """The figures of one universe while it is worked out which to withhold. Deterministic: same input, same answer.

    `weights`: what it costs to withhold a box; never by its value, which the choice would then tell of.
    `wholes`: the totals of whole tables. They are withheld for others' sake only where nothing else protects a figure:
    without its total a table says little, and many tables share it.
    """

    def __init__(
        self,
        system: System,
        kinds: Sequence[Kind],
        weights: Sequence[float],
        threshold: int,
        wholes: Iterable[int] = (),
    ) -> None:
        self.true = system.values(system.truth)
        self.kinds, self.weights, self.width = kinds, weights, threshold - 1
        self.withheld = {i: None for i, kind in enumerate(kinds) if kind not in (Kind.LARGE, Kind.KNOWN)}
        self._evidence = Evidence(self.true)
        prices = [None if kind is Kind.KNOWN else w for kind, w in zip(kinds, weights, strict=True)]
        self._attack = Attack(system, self.true, prices, self.withheld, wholes)

    def run(self) -> frozenset[int]:
        """The boxes to withhold. Raises Unprotectable, SolverMissing."""
        while True:
            self._for_nothing()
            narrow = self._narrow()
            if len(narrow) <= SOME:
                narrow = self._not_free(narrow)
            if len(narrow) <= FEW:
                break
            self._some(narrow)
        while narrow := self._narrow():
            self._alone(narrow[0])
        for box in self._beside():
            self._publish(box)
        if len(beside := self._beside()) <= SOME:
            for box in beside:
                self._do_without(box)
        return frozenset(self.withheld)

    def _beside(self) -> list[int]:
        """What is withheld for the sake of others, the heaviest first."""
        beside = (box for box in self.withheld if self.kinds[box] is Kind.LARGE)
        return sorted(beside, key=lambda i: -self.weights[i])

    def _not_free(self, narrow: Sequence[int]) -> list[int]:
        """Those of `narrow` that nothing shows to be wide as things are: more must be withheld for them."""
        for box in narrow:
            for up in (True, False):
                if self._is_narrow(box, self._evidence.kept):
                    found = self._attack.push({box: self._far(box, up)}, pay=False)
                    if found is not None:
                        self._evidence.add(found.values)
        return self._narrow()

    def _narrow(self) -> list[int]:
        """Withheld, and not yet shown to be possible over a range as wide as the rule itself tells of a small one."""
        return [box for box in self.withheld if self._is_narrow(box, self._evidence.kept)]

    def _is_narrow(self, box: int, kept: int) -> bool:
        low, high = self._evidence.range(box, kept)
        return high - low < self.width

    def _far(self, box: int, up: bool) -> int:
        """How far from the data `box` must go, up or down, for its range to be wide."""
        low, high = self._evidence.range(box, self._evidence.kept)
        return low + self.width - self.true[box] if up else high - self.width - self.true[box]

    def _for_nothing(self) -> None:
        """Worlds that agree with what is published as it is, while each still shows something of many figures."""
        for up in (True, False):
            while narrow := self._narrow():
                some = narrow[:: max(1, len(narrow) // SPARSE)]
                found = self._attack.push({box: self._far(box, up) for box in some}, pay=False)
                if found is not None:
                    self._evidence.add(found.values)
                if len(self._narrow()) > len(narrow) * GAIN:
                    break

    def _some(self, narrow: Sequence[int]) -> None:
        """Withhold what a few figures far from each other need, in the direction that is likelier to have room."""
        goals = {box: self._far(box, self.true[box] < self.width) for box in narrow[:: -(-len(narrow) // TOGETHER)]}
        found = self._attack.push(goals, pay=True)
        if found is not None:
            self._take(found)
        if found is None or self._is_narrow(narrow[0], self._evidence.kept):
            self._alone(narrow[0])

    def _alone(self, box: int) -> None:
        """Withhold what one figure needs, in the direction that is lighter. Raises Unprotectable."""
        for pay, all_of_them in ((False, False), (True, False), (True, True)):
            if not self._is_narrow(box, self._evidence.kept):
                return
            goals = [{box: self._far(box, up)} for up in (True, False)]
            worlds = [self._attack.push(goal, pay=pay, all_of_them=all_of_them) for goal in goals]
            for world in sorted((world for world in worlds if world is not None), key=self._weight):
                if self._is_narrow(box, self._evidence.kept) and world.values[box] != self.true[box]:
                    self._take(world)
        if self._is_narrow(box, self._evidence.kept):
            raise Unprotectable([box])

    def _weight(self, found: Found) -> float:
        return sum(self.weights[box] for box in found.changed)

    def _take(self, found: Found) -> None:
        self.withheld.update(dict.fromkeys(found.changed))
        self._attack.withhold(found.changed)
        self._evidence.add(found.values)

    def _publish(self, box: int) -> None:
        """Publish `box` after all, if the worlds without it show enough: what was taken together is often too much."""
        kept = self._evidence.without(box)
        if not any(self._is_narrow(other, kept) for other in self.withheld if other != box):
            self._evidence.kept = kept
            del self.withheld[box]

    def _do_without(self, box: int) -> None:
        """Publish `box` if other worlds can be found without it that show enough."""
        before = self._evidence.kept
        self._evidence.kept = self._evidence.without(box)
        del self.withheld[box]
        self._attack.publish(box)
        if self._not_free(self._narrow()):
            self._attack.withhold([box])
            self.withheld[box] = None
            self._evidence.kept = before


def kinds_of(
    values: Sequence[int], *, threshold: int, by_definition: set[int], before: Mapping[int, set[int]], past: set[int]
) -> list[Kind]:
    """`before`: what was published of a box in earlier releases; `past`: boxes that are not asked for now."""
    return [
        Kind.KNOWN
        if i in by_definition or value in before.get(i, ())
        else Kind.REVISED
        if any(abs(value - old) < threshold for old in before.get(i, ()))
        else Kind.SMALL
        if value < threshold
        else Kind.PAST
        if i in past
        else Kind.LARGE
        for i, value in enumerate(values)
    ]
