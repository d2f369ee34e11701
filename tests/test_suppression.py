"""Small figures are withheld, and nobody works them out from the whole published set (P-S3; issue 6)."""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reports import protect
from reports.cells import Atom, Axis, Counts, Dimension, Impossible, Label, Table, Universe, Where, but, exact, only
from reports.suppression import WITHHELD, Released, SafeTable, SolverMissing, Unprotectable, Withheld, suppress
from tests.table_attacker import Attacker, as_told

SECRET = "for tests only"


def axis(key: str, *labels: str) -> Axis:
    each = tuple(Label(label, Where.of({key: only(label)})) for label in labels)
    return Axis(key, (*each, Label("Totalt", total=True)))


KINDS = Universe("kinds", (Dimension("kind", ("a", "b", "c")),))
KIND_TABLE = Table("kinds", "Sorter", "Alla", KINDS, axis("kind", "a", "b", "c"))


def kinds(*values: int) -> Counts:
    return Counts(KINDS, {(kind,): value for kind, value in zip("abc", values, strict=True)})


def told(*values: int, **options: str) -> tuple[int | None, ...]:
    return as_told(suppress([KIND_TABLE], [kinds(*values)], secret=options.get("secret", SECRET)))


#: Youths by district and sex, and by district and age; when they began and ended, in half-years.
HALVES = ("1", "2")
YOUTHS = Universe(
    "youths",
    (
        Dimension("district", ("N", "S")),
        Dimension("sex", ("boy", "girl")),
        Dimension("age", ("14", "17")),
        Dimension("began", ("before", *HALVES)),
        Dimension("ended", (*HALVES, "no")),
    ),
    (Impossible(("began", "ended"), lambda began, ended: ended != "no" and began in HALVES and began > ended),),
)
DISTRICTS = axis("district", "N", "S")
SEX = axis("sex", "boy", "girl")
AGE = axis("age", "14", "17")


def half_year(half: str) -> list[Table]:
    """What is released each half-year: begun, ended, ongoing at its end."""
    until = HALVES[: HALVES.index(half) + 1]
    states = {
        "began": Where.of({"began": only(half)}),
        "ended": Where.of({"ended": only(half)}),
        "ongoing": Where.of({"began": only("before", *until), "ended": but(*until)}),
    }
    by_sex = [Table(f"{key}-{half}", "Kön", "…", YOUTHS, DISTRICTS, SEX, where) for key, where in states.items()]
    return [*by_sex, Table(f"age-{half}", "Ålder", "…", YOUTHS, DISTRICTS, AGE, states["ongoing"])]


YEAR = Table("began-year", "Året", "…", YOUTHS, DISTRICTS, SEX, Where.of({"began": only(*HALVES)}))
POSSIBLE = [a for a in product(*(d.labels for d in YOUTHS.dimensions)) if YOUTHS.possible(a)]


@pytest.mark.parametrize(("small", "shown"), [(4, False), (5, True), (6, True)])
def test_a_figure_is_told_from_five_on(small: int, shown: bool) -> None:
    assert (told(small, 20, 30)[0] is not None) is shown


def test_none_is_a_small_number_too() -> None:
    assert told(0, 20, 30)[0] is None


@pytest.mark.parametrize(("total", "shown"), [(4, False), (5, True)])
def test_a_total_is_a_figure_like_the_others(total: int, shown: bool) -> None:
    assert (told(total, 0, 0)[3] is not None) is shown


def test_what_is_none_by_definition_tells_nothing_and_is_told() -> None:
    never = Impossible(("kind",), lambda kind: kind == "c")
    universe = Universe("kinds", KINDS.dimensions, (never,))
    table = Table("kinds", "Sorter", "Alla", universe, axis("kind", "a", "b", "c"))
    released = suppress([table], [Counts(universe, {("a",): 7, ("b",): 8})], secret=SECRET)
    assert as_told(released) == (7, 8, 0, 15)


def test_a_small_figure_is_not_what_is_left_of_the_total() -> None:
    figures = told(3, 20, 30)
    assert sum(figure is None for figure in figures) == 2


def test_figures_that_leave_nothing_over_are_withheld_with_those_that_got_nothing() -> None:
    """20 of 20: the others would be none."""
    figures = told(0, 20, 0)
    assert figures[1] is None or figures[3] is None


def test_all_large_is_told_whole() -> None:
    assert told(5, 5, 5) == (5, 5, 5, 15)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    st.lists(st.tuples(st.sampled_from(POSSIBLE), st.sampled_from([1, 2, 4, 5, 8, 20, 30])), min_size=8, max_size=16)
)
def test_nobody_works_out_a_withheld_figure_from_all_tables_of_all_releases(drawn: list[tuple[Atom, int]]) -> None:
    """The attacker has half-years, the year of both, stock and flow, two releases, and whole numbers."""
    data = Counts(YOUTHS, dict(drawn))
    first = suppress(half_year("1"), [data], secret=SECRET)
    second = suppress([*half_year("2"), YEAR], [data], secret=SECRET, published_before=[first])
    assert Attacker(YOUTHS, [first, second]).pinned() == {}
    for release in (first, second):
        for (_, where), figure in release.figures.items():
            assert isinstance(figure, Withheld) or figure == data.count(where)
            assert isinstance(figure, Withheld) or figure >= 5 or Attacker(YOUTHS, []).interval(where)[1] == 0


def flow(first: int, second: int) -> Counts:
    """So many begin in each half-year, all boys in the north, and nobody ends."""
    rest: dict[tuple[str, ...], int] = {
        (d, s, a, "before", "no"): 12 for d in "NS" for s in ("boy", "girl") for a in ("14", "17")
    }
    rest |= {("S", s, a, half, "no"): 12 for s in ("boy", "girl") for a in ("14", "17") for half in HALVES}
    return Counts(YOUTHS, rest | {("N", "boy", "17", "1", "no"): first, ("N", "boy", "17", "2", "no"): second})


@pytest.mark.parametrize("first", [4, 5, 6])
def test_a_half_year_is_not_the_year_less_the_other(first: int) -> None:
    data = flow(first, 20)
    release = suppress([*half_year("1"), *half_year("2"), YEAR], [data], secret=SECRET)
    began = Where.of({"began": only("1")}) & Where.of({"district": only("N")}) & Where.of({"sex": only("boy")})
    assert isinstance(release.figures["youths", began], Withheld) or first >= 5
    assert Attacker(YOUTHS, [release]).pinned() == {}


def test_the_attacker_finds_what_only_the_rule_of_five_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the figures withheld beside the small ones the attack succeeds: so it is an attack."""
    monkeypatch.setattr(protect.Protection, "run", lambda self: frozenset(self.withheld))
    release = suppress(half_year("1"), [flow(3, 20)], secret=SECRET)
    assert 3 in {low for low, high in Attacker(YOUTHS, [release]).pinned().values() if low == high}


def test_a_later_release_does_not_uncover_an_earlier_one() -> None:
    """What was withheld before and is not asked for now still counts: the year must not give it away."""
    data = flow(3, 20)
    first = suppress(half_year("1"), [data], secret=SECRET)
    blind = suppress([*half_year("2"), YEAR], [data], secret=SECRET)
    assert Attacker(YOUTHS, [first, blind]).pinned() != {}
    seeing = suppress([*half_year("2"), YEAR], [data], secret=SECRET, published_before=[first])
    assert Attacker(YOUTHS, [first, seeing]).pinned() == {}


def test_one_who_repeats_the_calculation_for_every_possible_table_does_not_find_out_either() -> None:
    """All is known but the secret: which tables give what was published, under any of some secrets?"""
    possible: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for values in product(range(15), repeat=3):
        if sum(values) <= 14:
            for secret in ("1", "2"):
                possible[told(*values, secret=secret)].append((*values, sum(values)))
    seen = 0
    for figures, tables in possible.items():
        # Only where the total is told are all the tables behind it among those tried here.
        if figures[3] is not None and figures[3] <= 14:
            for place in (i for i, figure in enumerate(figures) if figure is None):
                seen += 1
                assert len({table[place] for table in tables}) >= 4, figures
    assert seen > 30


def test_same_data_same_answer_in_whatever_order_they_come() -> None:
    data = flow(3, 7)
    turned = Counts(YOUTHS, dict(reversed(list(data.atoms.items()))))
    answers = [as_told(suppress([*half_year("1"), YEAR], [d], secret=SECRET)) for d in (data, turned, data)]
    assert answers[0] == answers[1] == answers[2]


def test_the_same_people_under_two_names_are_withheld_under_both() -> None:
    again = Table("again", "Alla sorter", "…", KINDS, axis("kind", "c", "b", "a"))
    release = suppress([KIND_TABLE, again], [kinds(2, 20, 30)], secret=SECRET)
    (a, b, c, total), (c2, b2, a2, total2) = (
        [row[0] for row in release.table(table).grid] for table in (KIND_TABLE, again)
    )
    assert (a, b, c, total) == (a2, b2, c2, total2)


def released(*figures: int | None) -> Released:
    """An earlier release with these figures."""
    wheres = [where for _, _, where in KIND_TABLE.cells()]
    choices = [[[k, sorted(c.labels), c.but] for k, c in where.choices] for where in wheres]
    kept = [["kinds", choice, figure] for choice, figure in zip(choices, figures, strict=True)]
    return Released.from_json({"threshold": 5, "figures": kept})


@pytest.mark.parametrize(("now", "shown"), [(20, True), (21, False), (24, False), (25, True)])
def test_a_figure_that_has_become_a_few_others_is_not_told_anew(now: int, shown: bool) -> None:
    """The difference between two releases counts people too."""
    figures = as_told(
        suppress([KIND_TABLE], [kinds(now, 20, 30)], secret=SECRET, published_before=[released(20, 20, 30, None)])
    )
    assert (figures[0] is not None) is shown


def test_what_earlier_releases_give_away_is_not_released_at_all() -> None:
    with pytest.raises(Unprotectable):
        suppress([KIND_TABLE], [kinds(3, 20, 30)], secret=SECRET, published_before=[released(None, 20, 30, 53)])


def test_nothing_is_released_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.linear_solver", None)
    with pytest.raises(SolverMissing):
        told(3, 20, 30)


def test_a_release_is_kept_without_what_it_withholds() -> None:
    release = suppress([KIND_TABLE], [kinds(3, 20, 30)], secret=SECRET)
    kept = json.loads(json.dumps(release.as_json()))
    assert Released.from_json(kept) == release
    assert 3 not in [figure for _, _, figure in kept["figures"]]
    assert repr(WITHHELD) == "WITHHELD"


@pytest.mark.parametrize("grid", [(), ((1,),)])
def test_only_suppress_makes_what_may_be_told(grid: Sequence[tuple[int]]) -> None:
    with pytest.raises(TypeError):
        SafeTable(KIND_TABLE, tuple(grid), 5)
    with pytest.raises(TypeError):
        Released(5, {})


def test_the_exact_table_counts_everything_as_it_is() -> None:
    assert exact(KIND_TABLE, kinds(0, 3, 30)).grid == ((0,), (3,), (30,), (33,))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: suppress([KIND_TABLE], [], secret=SECRET),
        lambda: suppress([KIND_TABLE], [kinds(1, 2, 3)], secret=""),
        lambda: suppress([KIND_TABLE], [kinds(1, 2, 3)], secret=SECRET, threshold=1),
        lambda: Counts(KINDS, {("d",): 1}),
        lambda: kinds(1, -1, 3),
        lambda: Counts(YOUTHS, {("N", "boy", "14", "2", "1"): 1}),
        lambda: kinds(1, 2, 3).count(Where.of({"kind": only("d")})),
        lambda: Dimension("kind", ("a", "a")),
    ],
)
def test_tables_and_counts_that_do_not_fit_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each says its own
        wrong()  # type: ignore[operator]  # made to be refused: each is a wrong call
