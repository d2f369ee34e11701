"""Which data could be behind published figures: a *world* is a number for each atom (P-S3).

There are far too many atoms to have each as an unknown: all dimensions against all. Tables of a few dimensions each
only tell of those together. So the dimensions are grouped (a chordal cover of "which dimensions meet in a table"), each
group has its own table of unknowns, and groups agree on the dimensions they share. Whatever agrees so comes from a
world of atoms, and the other way round, with whole numbers too: the people of two groups with the same shared labels
can be paired off in any way. Nothing is lost, neither for the attacker nor for us.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from reports.cells import Counts, Impossible, Universe

#: The resolved choice of a cell: labels per restricted dimension, sorted. Cells that count the same people are one box.
Box = tuple[tuple[str, tuple[str, ...]], ...]


def box_of(resolved: Mapping[str, frozenset[str]]) -> Box:
    return tuple((key, tuple(sorted(labels))) for key, labels in sorted(resolved.items()))


@dataclass(frozen=True, slots=True)
class System:
    """Linear equations over nonnegative whole unknowns.

    `rows[i]` are the unknowns that box `i` sums; `agree` are pairs of unknown lists whose sums must be equal;
    `truth` is what the data say. An unknown stands for all combinations that no row tells apart.
    """

    size: int
    rows: tuple[tuple[int, ...], ...]
    agree: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    truth: tuple[int, ...]

    def values(self, world: Sequence[int]) -> tuple[int, ...]:
        """What each box would be."""
        return tuple(sum(world[j] for j in row) for row in self.rows)

    def holds(self, world: Sequence[int]) -> bool:
        """Is it a world at all: nobody fewer than none, and the groups agree."""
        return min(world, default=0) >= 0 and all(
            sum(world[j] for j in left) == sum(world[j] for j in right) for left, right in self.agree
        )


def system(counts: Counts, boxes: Sequence[Box]) -> System:
    """The equations that `boxes` of one universe give, with what is so by definition (`Universe.impossible`)."""
    universe = counts.universe
    used = {key for box in boxes for key, _ in box} | {key for rule in universe.impossible for key in rule.dimensions}
    edges = [frozenset(key for key, _ in box) for box in boxes]
    edges += [frozenset(rule.dimensions) for rule in universe.impossible]
    classes = {key: _classes(universe, key, boxes) for key in used}
    groups = _cover(used, edges, {key: len(set(classes[key].values())) for key in used})
    return _Builder(universe, counts, boxes, classes, groups).build()


def _classes(universe: Universe, key: str, boxes: Sequence[Box]) -> dict[str, str]:
    """Labels that no box tells apart go together, under the first of them; not where a rule may tell them apart."""
    labels = universe.labels(key)
    if any(key in rule.dimensions for rule in universe.impossible):
        return {label: label for label in labels}
    told = {frozenset(chosen) for box in boxes for name, chosen in box if name == key}
    first: dict[tuple[bool, ...], str] = {}
    ordered = sorted(told, key=sorted)
    return {label: first.setdefault(tuple(label in chosen for chosen in ordered), label) for label in labels}


def _cover(used: set[str], edges: Iterable[frozenset[str]], sizes: Mapping[str, int]) -> list[tuple[str, ...]]:
    """The maximal cliques of a triangulation: eliminate the dimension whose group is the smallest, again and again."""
    near: dict[str, set[str]] = {key: set() for key in used}
    for edge in edges:
        for left, right in combinations(sorted(edge), 2):
            near[left].add(right)
            near[right].add(left)
    groups: list[frozenset[str]] = []
    while near:

        def weight(key: str, near: dict[str, set[str]] = near) -> tuple[int, str]:
            size = sizes[key]
            for other in near[key]:
                size *= sizes[other]
            return size, key

        key = min(near, key=weight)
        around = near.pop(key)
        groups.append(frozenset(around | {key}))
        for other in around:
            near[other] |= around
            near[other] -= {key, other}
    return [
        tuple(sorted(g))
        for i, g in enumerate(groups)
        if not any(g < o or (g == o and j < i) for j, o in enumerate(groups))
    ]


@dataclass(slots=True)
class _Builder:
    universe: Universe
    counts: Counts
    boxes: Sequence[Box]
    classes: Mapping[str, Mapping[str, str]]
    groups: list[tuple[str, ...]]

    def build(self) -> System:
        cells = [self._cells(group) for group in self.groups] or [[()]]
        groups = self.groups or [()]
        rows: list[list[tuple[int, int]]] = []
        for box in self.boxes:
            g = next(i for i, group in enumerate(groups) if {key for key, _ in box} <= set(group))
            rows.append([(g, k) for k, cell in enumerate(cells[g]) if _in(box, groups[g], cell)])
        agree = [pair for left, right in _tree(groups) for pair in _separate(groups, cells, left, right)]
        truth = self._truth(groups, cells)
        return _merge(cells, rows, agree, truth)

    def _cells(self, group: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Every combination of the group's labels that can exist."""
        labels = [tuple(dict.fromkeys(self.classes[key].values())) for key in group]
        rules = [rule for rule in self.universe.impossible if set(rule.dimensions) <= set(group)]
        return [cell for cell in product(*labels) if not any(_breaks(rule, group, cell) for rule in rules)]

    def _truth(
        self, groups: Sequence[tuple[str, ...]], cells: list[list[tuple[str, ...]]]
    ) -> dict[tuple[int, int], int]:
        place = {d.key: i for i, d in enumerate(self.universe.dimensions)}
        index = [{cell: k for k, cell in enumerate(group)} for group in cells]
        found: dict[tuple[int, int], int] = defaultdict(int)
        for atom, count in self.counts.atoms.items():
            for g, group in enumerate(groups):
                if count:
                    found[g, index[g][tuple(self.classes[key][atom[place[key]]] for key in group)]] += count
        return found


def _breaks(rule: Impossible, group: tuple[str, ...], cell: tuple[str, ...]) -> bool:
    return rule.test(*(cell[group.index(key)] for key in rule.dimensions))


def _in(box: Box, group: tuple[str, ...], cell: tuple[str, ...]) -> bool:
    return all(cell[group.index(key)] in labels for key, labels in box)


def _tree(groups: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    """A junction tree: groups joined where they share the most."""
    joined, pairs = {0}, []
    while len(joined) < len(groups):
        left, right = max(
            ((i, j) for i in sorted(joined) for j in range(len(groups)) if j not in joined),
            key=lambda pair: (len(set(groups[pair[0]]) & set(groups[pair[1]])), -pair[0], -pair[1]),
        )
        joined.add(right)
        pairs.append((left, right))
    return pairs


Named = list[tuple[int, int]]


def _separate(
    groups: Sequence[tuple[str, ...]], cells: list[list[tuple[str, ...]]], left: int, right: int
) -> list[tuple[Named, Named]]:
    shared = sorted(set(groups[left]) & set(groups[right]))
    sums: dict[tuple[str, ...], tuple[Named, Named]] = defaultdict(lambda: ([], []))
    for side, g in enumerate((left, right)):
        for k, cell in enumerate(cells[g]):
            sums[tuple(cell[groups[g].index(key)] for key in shared)][side].append((g, k))
    return [sums[key] for key in sorted(sums)]


def _merge(
    cells: list[list[tuple[str, ...]]],
    rows: list[Named],
    agree: list[tuple[Named, Named]],
    truth: Mapping[tuple[int, int], int],
) -> System:
    """Unknowns that always stand together are one."""
    signs: dict[tuple[int, int], list[int]] = defaultdict(list)
    equations = rows + [side for pair in agree for side in pair]
    for number, names in enumerate(equations):
        for name in names:
            signs[name].append(number)
    column: dict[tuple[int, ...], int] = {}
    of: dict[tuple[int, int], int] = {}
    values: list[int] = []
    for g, group in enumerate(cells):
        for k in range(len(group)):
            j = column.setdefault(tuple(signs[g, k]), len(values))
            if j == len(values):
                values.append(0)
            of[g, k] = j
            values[j] += truth.get((g, k), 0)

    def told(names: Named) -> tuple[int, ...]:
        return tuple(sorted({of[name] for name in names}))

    return System(
        len(values), tuple(told(row) for row in rows), tuple((told(a), told(b)) for a, b in agree), tuple(values)
    )
