"""The joint map as a picture and as a list: where each role stands, and what each line says (P-I6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from triage.models import Degree, MapEdge, MapNode, NodeKind

WIDTH, HEIGHT = 640, 420
#: Half axes of the inner and the outer ring, in units of the picture.
NEAR, FAR = (150, 90), (262, 165)
#: How far apart those that hang on the same role stand, in radians.
SPREAD = pi / 5
#: Above and below the outermost roles, for the roles themselves and their words.
MARGIN = 45
#: Characters of a label in the picture; the list has all of it.
LONGEST = 22


@dataclass(frozen=True, slots=True)
class Dot:
    """One role in the picture."""

    label: str
    kind: str
    x: int
    y: int
    #: Where its text begins, ends or has its middle, so that it stays inside.
    text_y: int


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line in the picture."""

    x1: int
    y1: int
    x2: int
    y2: int
    degree: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line in words."""

    edge: MapEdge
    what: str
    kind: str
    start: str
    degree: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The map of one child."""

    dots: Sequence[Dot]
    strokes: Sequence[Stroke]
    rows: Sequence[Row]
    width: int = WIDTH

    @property
    def middle(self) -> tuple[int, int]:
        return WIDTH // 2, HEIGHT // 2

    @property
    def top(self) -> int:
        """Where the picture begins: a small map takes no more room than it needs."""
        return min([self.middle[1], *(dot.y for dot in self.dots)]) - MARGIN

    @property
    def height(self) -> int:
        return max([self.middle[1], *(dot.y for dot in self.dots)]) + MARGIN - self.top


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _turns(nodes: Sequence[MapNode], edges: Sequence[MapEdge]) -> dict[int, tuple[float, bool]]:
    """Node → its direction from the child, and whether it is near: whoever the child has a line to is.

    What hangs on another role stands further out, in its direction.
    """
    near = {edge.end_id for edge in edges if edge.start_id is None}
    inner = [node.pk for node in nodes if node.pk in near]
    found = {pk: (2 * pi * place / len(inner) - pi / 2, True) for place, pk in enumerate(inner)}
    hanging: dict[int, int] = {}
    for node in (n for n in nodes if n.pk not in near):
        parent = next((e.start_id for e in edges if e.end_id == node.pk and e.start_id in found), None)
        place = hanging[parent or 0] = hanging.get(parent or 0, -1) + 1
        around = (place + 1) // 2 * SPREAD * (-1 if place % 2 else 1)
        found[node.pk] = ((found[parent][0] if parent is not None else pi / 4) + around, False)
    return found


def picture(nodes: Sequence[MapNode], edges: Sequence[MapEdge]) -> Picture:
    """Where everything stands. The same rows give the same picture.

    Args:
        edges: each with `end`, `start` and `source`.
    """
    places: dict[int | None, tuple[int, int]] = {None: (WIDTH // 2, HEIGHT // 2)}
    turns, dots = _turns(nodes, edges), []
    for node in nodes:
        turn, near = turns[node.pk]
        wide, high = NEAR if near else FAR
        x, y = round(WIDTH / 2 + wide * cos(turn)), round(HEIGHT / 2 + high * sin(turn))
        places[node.pk] = (x, y)
        below = y > HEIGHT / 2 - 1
        dots.append(Dot(_short(node.label), node.kind, x, y, y + 30 if below else y - 27))
    known = [e for e in edges if e.start_id in places and e.end_id in places]
    strokes = [Stroke(*places[e.start_id], *places[e.end_id], e.degree) for e in known]
    return Picture(dots, strokes, [_row(edge) for edge in edges])


def _row(edge: MapEdge) -> Row:
    return Row(
        edge=edge,
        what=edge.end.label,
        kind=str(NodeKind(edge.end.kind).label),
        start=edge.start.label if edge.start else "Barnet",
        degree=str(Degree(edge.degree).label),
        source=edge.source.name,
        note=edge.note,
    )
