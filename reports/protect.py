"""Which figures of one universe must be withheld so that none of them can be worked out (P-S3).

Pure arithmetic on boxes; `reports.suppression` gives them names. The argument is in docs/statistics.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from reports.attack import Attack, Found, Knowledge
from reports.worlds import System

#: How many figures one world is asked to move: for nothing, and where more may be withheld for it.
SPARSE = 80
TOGETHER = 12
#: So few left are looked at one by one.
FEW = 40
#: Another world for nothing is looked for while the last one left fewer than this share.
GAIN = 0.97


class Unprotectable(Exception):
    """These withheld figures can be worked out from what was published before, whatever is withheld now.

    Nothing may be released with them: leave out the table that asks for them, or its period. `boxes` are numbers of boxes.
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

    `told` are those that also one cannot rule out who knows which withheld figures are small; `kept` those that still
    agree with what is published.
    """

    def __init__(self, true: Sequence[int]) -> None:
        self._true = true
        self._by: list[dict[int, int]] = [{} for _ in true]
        self._next, self._told, self._kept = 1, 0, -1

    def add(self, values: Sequence[int], *, told: bool) -> None:
        for box, value in enumerate(values):
            if value != self._true[box]:
                self._by[box][value] = self._by[box].get(value, 0) | self._next
        if told:
            self._told |= self._next
        self._next <<= 1

    def without(self, box: int) -> int:
        """The worlds that leave `box` as it is."""
        kept = self._kept
        for worlds in self._by[box].values():
            kept &= ~worlds
        return kept

    def keep(self, kept: int) -> None:
        self._kept = kept

    def range(self, box: int, kept: int | None = None) -> tuple[int, int]:
        kept = self._kept if kept is None else kept
        seen = [value for value, worlds in self._by[box].items() if worlds & kept]
        true = self._true[box]
        return min(seen, default=true) if min(seen, default=true) < true else true, max([true, *seen])

    def moves(self, box: int, kept: int | None = None) -> bool:
        kept = self._kept if kept is None else kept
        return any(worlds & kept & self._told for worlds in self._by[box].values())


@dataclass(frozen=True, slots=True)
class _Aim:
    """One of the two things to show of every withheld figure, and the reader it is shown against."""

    attack: Attack
    told: bool
    left: Callable[[], list[int]]
    far: Callable[[int, bool], int]


class Protection:
    """The figures of one universe while it is worked out which to withhold. Deterministic: same input, same answer.

    `weights`: what it costs to withhold a box, by its place and never by its value, which the choice would then tell of.
    """

    def __init__(self, system: System, kinds: Sequence[Kind], weights: Sequence[float], threshold: int) -> None:
        self.true = system.values(system.truth)
        self.kinds, self.weights, self.width = kinds, weights, threshold - 1
        self.withheld = {i: None for i, kind in enumerate(kinds) if kind not in (Kind.LARGE, Kind.KNOWN)}
        self._evidence = Evidence(self.true)
        prices = [None if kind is Kind.KNOWN else w for kind, w in zip(kinds, weights, strict=True)]
        none = Knowledge(system, self.true, [0] * len(kinds), [None] * len(kinds), prices)
        told = Knowledge(system, self.true, *self._told(threshold), prices)
        self._aims = (
            _Aim(Attack(none, self.withheld), False, self._narrow, self._wide),
            _Aim(Attack(told, self.withheld), True, self._pinned, lambda box, up: 1 if up else -1),
        )

    def _told(self, threshold: int) -> tuple[list[int], list[int | None]]:
        """What a reader knows who is told of each withheld figure whether it is under the threshold."""
        least: list[int] = []
        most: list[int | None] = []
        for kind, value in zip(self.kinds, self.true, strict=True):
            bound = kind in (Kind.SMALL, Kind.LARGE, Kind.PAST)
            least.append(threshold if bound and value >= threshold else 0)
            most.append(threshold - 1 if bound and value < threshold else None)
        return least, most

    def run(self) -> frozenset[int]:
        """The boxes to withhold. Raises Unprotectable, SolverMissing."""
        while any(aim.left() for aim in self._aims):
            for aim in self._aims:
                self._work(aim)
        for box in sorted(self.withheld, key=lambda i: -self.weights[i]):
            if self.kinds[box] is Kind.LARGE:
                self._publish(box)
        return frozenset(self.withheld)

    def _narrow(self) -> list[int]:
        """Withheld, and not yet shown to be possible over a range as wide as the rule itself tells of a small one."""
        return [box for box in self.withheld if self._is_narrow(box)]

    def _is_narrow(self, box: int, kept: int | None = None) -> bool:
        low, high = self._evidence.range(box, kept)
        return high - low < self.width

    def _pinned(self) -> list[int]:
        """Withheld, and not yet shown to be possible with another value by one who is told which are small."""
        return [box for box in self.withheld if not self._evidence.moves(box)]

    def _wide(self, box: int, up: bool) -> int:
        """How far from the data `box` must go, up or down, for its range to be wide."""
        low, high = self._evidence.range(box)
        return low + self.width - self.true[box] if up else high - self.width - self.true[box]

    def _work(self, aim: _Aim) -> None:
        """Until none is left: first worlds that cost nothing, then withhold what the next few need, and again."""
        while True:
            self._for_nothing(aim)
            pending = aim.left()
            if len(pending) <= FEW:
                break
            some = pending[:: -(-len(pending) // TOGETHER)]
            found = aim.attack.push({box: aim.far(box, self._rises(box)) for box in some}, pay=True)
            if found is None or not found.changed:
                self._alone(aim, pending[0])
            if found is not None:
                self._take(found, aim)
        for box in pending:
            if box in aim.left():
                self._alone(aim, box)

    def _for_nothing(self, aim: _Aim) -> None:
        for up in (True, False):
            while pending := aim.left():
                some = pending[:: max(1, len(pending) // SPARSE)]
                found = aim.attack.push({box: aim.far(box, up) for box in some}, pay=False)
                if found is not None:
                    self._evidence.add(found.values, told=aim.told)
                if len(aim.left()) > len(pending) * GAIN:
                    break

    def _alone(self, aim: _Aim, box: int) -> None:
        """Whatever one figure needs, in the direction that is lighter. Raises Unprotectable."""
        for pay in (False, True):
            worlds = [aim.attack.push({box: aim.far(box, up)}, pay=pay) for up in (True, False)]
            found = [world for world in worlds if world is not None and world.values[box] != self.true[box]]
            for world in sorted(found, key=self._weight):
                if box in aim.left():
                    self._take(world, aim)
            if box not in aim.left():
                return
        raise Unprotectable([box])

    def _weight(self, found: Found) -> float:
        return sum(self.weights[box] for box in found.changed)

    def _rises(self, box: int) -> bool:
        """The likelier direction: small figures have room above, and the large ones beside them give way."""
        return self.true[box] < self.width

    def _take(self, found: Found, aim: _Aim) -> None:
        self.withheld.update(dict.fromkeys(found.changed))
        for each in self._aims:
            each.attack.withhold(found.changed)
        self._evidence.add(found.values, told=aim.told)

    def _publish(self, box: int) -> None:
        """Publish `box` after all, if the worlds without it show enough: what was taken together is often too much."""
        kept = self._evidence.without(box)
        others = [other for other in self.withheld if other != box]
        if any(self._is_narrow(other, kept) or not self._evidence.moves(other, kept) for other in others):
            return
        self._evidence.keep(kept)
        del self.withheld[box]
        for aim in self._aims:
            aim.attack.publish(box)


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
