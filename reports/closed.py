"""The closed set of tables of a half-year: the same for every kommun and every half-year (P-S3).

Whoever took part is one atom with labels that never change: when it began, when it ended, and what was so when it
began. Nothing here says what may be told; that is `reports.suppression` alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hub import clock, swedish
from hub.models import CLOSING_OUTCOMES, Outcome, Sex
from reports.cells import Axis, Choice, Counts, Dimension, Impossible, Label, Table, Universe, Where, but, only
from reports.definitions import ENDED, ONGOING, PARTICIPANTS, Figure
from reports.models import HALVES
from reports.programme import Participant
from reports.suppression import Released

UNIVERSE = "participants"
#: The label of what has not come yet.
NOT_YET = "no"
#: Label, words, and the oldest of the group.
AGES = (
    ("-12", "12 år eller yngre", 12),
    ("13-14", "13–14 år", 14),
    ("15-17", "15–17 år", 17),
    ("18-", "18 år eller äldre", None),
)
COURT = (("court", "Enligt dom"), ("free", "Inte enligt dom"))


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """January to June, or July to December, as whole days in Sweden."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> "HalfYear":
        return cls(day.year, 1 if day.month <= HALVES[1][1][0] else 2)

    @classmethod
    def of_instant(cls, at: datetime) -> "HalfYear":
        return cls.of(clock.local_day(at))

    @property
    def key(self) -> str:
        return f"{self.year}-{self.half}"

    @property
    def first_day(self) -> date:
        return date(self.year, *HALVES[self.half][0])

    @property
    def last_day(self) -> date:
        return date(self.year, *HALVES[self.half][1])

    @property
    def end(self) -> datetime:
        return clock.end_of_day(self.last_day)

    @property
    def next(self) -> "HalfYear":
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    @property
    def before(self) -> "HalfYear":
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    @property
    def words(self) -> str:
        months = "januari till och med juni" if self.half == 1 else "juli till och med december"
        return f"{months} {self.year}"


def halves(first: HalfYear, last: HalfYear) -> list[HalfYear]:
    """Every half-year from `first` to `last`, both included."""
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
    return found


def _age_group(born: date, began_at: datetime) -> str:
    age = swedish.age(born, clock.local_day(began_at))
    return next(label for label, _words, oldest in AGES if oldest is None or age <= oldest)


def _ended_before_it_began(begun: str, ended: str) -> bool:
    return ended != NOT_YET and ended < begun


def _end_without_outcome(ended: str, outcome: str) -> bool:
    return (ended == NOT_YET) is not (outcome == NOT_YET)


#: How the time in the programme can end: the rows of the table, and no other.
OUTCOMES = tuple((str(value), str(label)) for value, label in CLOSING_OUTCOMES)


def universe(first: HalfYear, last: HalfYear, districts: Iterable[str]) -> Universe:
    """Everybody whose insats began from the half-year `first` to the end of `last`.

    A dimension that has a table has the labels of its rows and no other. A reader knows that its rows are all there
    are; with a label too many the method would believe that somebody may be where everybody knows that nobody is.
    """
    keys = tuple(half.key for half in halves(first, last))
    return Universe(
        UNIVERSE,
        (
            Dimension("begun", keys),
            Dimension("ended", (*keys, NOT_YET)),
            Dimension("district", tuple(districts) or ("",)),
            Dimension("sex", tuple(Sex.values)),
            Dimension("age", tuple(label for label, _words, _oldest in AGES)),
            Dimension("outcome", (*(value for value, _words in OUTCOMES), NOT_YET)),
            Dimension("court", tuple(label for label, _words in COURT)),
        ),
        (
            Impossible(("begun", "ended"), _ended_before_it_began),
            Impossible(("ended", "outcome"), _end_without_outcome),
        ),
    )


def universe_of(
    half: HalfYear,
    participants: Iterable[Participant],
    districts: Iterable[tuple[str, str]],
    before: Iterable[Released],
) -> Universe:
    """The universe of a half-year: it holds every label of the data and of what was told before."""
    keys = {HalfYear.of_instant(row.begun_at).key for row in participants} | {half.key}
    for _universe, where in (named for released in before for named in released.figures):
        keys |= {label for key, choice in where.choices if key in ("begun", "ended") for label in choice.labels}
    year, part = min(keys - {NOT_YET}).split("-")
    return universe(HalfYear(int(year), int(part)), half, [label for label, _name in districts])


def counts(of: Universe, participants: Iterable[Participant]) -> Counts:
    """The atoms of everybody who took part up to the end of the universe's last half-year."""
    return Counts(of, Counter(_atom(row) for row in participants))


def _outcome(row: Participant) -> str:
    """Its row: an end that no row is about is another end."""
    if row.ended_at is None:
        return NOT_YET
    return row.outcome if row.outcome in dict(OUTCOMES) else str(Outcome.OTHER)


def _atom(row: Participant) -> tuple[str, ...]:
    return (
        HalfYear.of_instant(row.begun_at).key,
        NOT_YET if row.ended_at is None else HalfYear.of_instant(row.ended_at).key,
        "" if row.district is None else str(row.district),
        row.sex,
        _age_group(row.born, row.begun_at),
        _outcome(row),
        COURT[0][0] if row.court_ordered else COURT[1][0],
    )


# --- the tables ---------------------------------------------------------------------------------------------------


def tables(of: Universe, half: HalfYear, districts: Sequence[tuple[str, str]]) -> list[Table]:
    """The tables of one half-year.

    Args:
        of: whose labels reach to the half-year or further.
        districts: label and name, in the order of the rows.
    """
    begun = tuple(key for key in of.labels("begun") if key <= half.key)
    earlier = tuple(key for key in begun if key < half.key)
    took_part = Where.of({"begun": only(*begun), "ended": but(*earlier)})
    states = (
        Label(ONGOING.title, Where.of({"ended": but(*begun)})),
        Label(ENDED.title, Where.of({"ended": only(half.key)})),
    )

    def table(key: str, title: str, definition: str, first: str, rows: Iterable[Label], figure: Figure) -> Table:
        return Table(
            key=key,
            title=title,
            definition=definition,
            universe=of,
            rows=Axis(first, (*rows, Label("Alla", total=True))),
            columns=Axis("", (Label(figure.title),)),
            where=took_part if figure is PARTICIPANTS else Where.of({"ended": only(half.key)}),
            period=half.words,
        )

    def divided(key: str, first: str, definition: str, labels: Iterable[tuple[str, str]], dimension: str) -> Table:
        rows = [Label(text, Where.of({dimension: only(label)})) for label, text in labels]
        return table(key, f"Deltagare efter {first.lower()}", definition, first, rows, PARTICIPANTS)

    outcomes = [Label(text, Where.of({"outcome": only(value)})) for value, text in OUTCOMES]
    by_district = divided("stadsdel", "Stadsdel", "Stadsdelen som ärendet öppnades i.", districts, "district")
    return [
        table(
            "lage", "Deltagare som pågår och har avslutats", "Läget vid halvårets slut.", "Läge", states, PARTICIPANTS
        ),
        *([by_district] if districts else []),
        divided("kon", "Kön", "Könet som det står i personuppgifterna.", _pairs(Sex.choices), "sex"),
        divided("alder", "Ålder", "Åldern när insatsen började.", [row[:2] for row in AGES], "age"),
        divided("dom", "Påföljd", "Om insatsen ingår i en påföljd som en domstol har beslutat.", COURT, "court"),
        table("utfall", "Varför deltagandet slutade", OUTCOME, "Utfall", outcomes, ENDED),
    ]


OUTCOME = "Utfallet som valdes när ärendet avslutades."


def _pairs(choices: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices]


# --- kept with a release -------------------------------------------------------------------------------------------


def kept(table: Table) -> dict[str, Any]:
    """A table's definition as JSON, so that a release is shown as it was made whatever is defined later."""
    return {
        "key": table.key,
        "title": table.title,
        "definition": table.definition,
        "period": table.period,
        "universe": table.universe.key,
        "rows": _kept_axis(table.rows),
        "columns": _kept_axis(table.columns),
        "where": _kept_where(table.where),
    }


def _kept_axis(axis: Axis) -> dict[str, Any]:
    labels = [[label.text, _kept_where(label.where), label.total] for label in axis.labels]
    return {"title": axis.title, "labels": labels}


def _kept_where(where: Where) -> list[Any]:
    return [[key, sorted(choice.labels), choice.but] for key, choice in where.choices]


def table_of(kept: dict[str, Any]) -> Table:
    """What `kept` gave. Its universe has a name only: what was told is looked up, nothing is counted again."""
    return Table(
        key=kept["key"],
        title=kept["title"],
        definition=kept["definition"],
        universe=Universe(kept["universe"], ()),
        rows=_axis(kept["rows"]),
        columns=_axis(kept["columns"]),
        where=_where(kept["where"]),
        period=kept["period"],
    )


def _axis(kept: dict[str, Any]) -> Axis:
    return Axis(kept["title"], tuple(Label(text, _where(choices), total) for text, choices, total in kept["labels"]))


def _where(kept: list[Any]) -> Where:
    return Where(tuple((key, Choice(frozenset(labels), is_but)) for key, labels, is_but in kept))
