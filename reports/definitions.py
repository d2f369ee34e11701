"""What every figure is called and what it means: key, Swedish title, definition in words, and how it is counted.

One place for the page, the interface and the documentation, so that a figure never means two things (P-S3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actionplans.aftercare.figures import NOT_ASKED, GroupRow
from actionplans.models import MONTHS, MeasureState, Told
from hub.models import CLOSING_OUTCOMES, Outcome, Sex
from reports.programme import NOT_YET, Participant, Programme, ages

#: What is counted of some participants; None: there is no such figure of nobody.
Counting = Callable[[Sequence[Participant]], int | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One column: what is counted of the participants of a row."""

    key: str
    title: str
    definition: str
    count: Counting


def _age(place: int) -> Counting:
    def found(rows: Sequence[Participant]) -> int | None:
        both = ages(rows)
        return None if both is None else both[place]

    return found


PARTICIPANTS = Figure(
    "participants",
    "Deltagare",
    "Ungdomar i social insatsgrupp, med eller utan RBM, där socialtjänsten har beslutat om insatsen. "
    "Den som kommer tillbaka i ett nytt ärende räknas igen. "
    "Med en vald period: alla som var med någon dag i den.",
    len,
)
ONGOING = Figure(
    "ongoing",
    "Pågår",
    "Deltagare vars ärende inte var avslutat vid periodens slut.",
    lambda rows: sum(row.ended_at is None for row in rows),
)
ENDED = Figure(
    "ended",
    "Avslutade",
    "Deltagare vars ärende avslutades under perioden.",
    lambda rows: sum(row.ended_at is not None for row in rows),
)
AGE_MIN = Figure(
    "age_min",
    "Yngst",
    "Deltagarnas lägsta ålder i hela år: vid periodens slut, eller den dag då ärendet avslutades.",
    _age(0),
)
AGE_MAX = Figure("age_max", "Äldst", "Den högsta åldern, räknad på samma sätt.", _age(1))
COURT_ORDERED = Figure(
    "court_ordered",
    "Enligt dom",
    "Deltagare där insatsen ingår i ungdomsvård eller annan påföljd som en domstol har beslutat.",
    lambda rows: sum(row.court_ordered for row in rows),
)
PLANNED = Figure(
    "planned",
    "Planerade",
    "Ärenden i samma form där det ännu inte fanns något beslut om insats vid periodens slut. De är inte deltagare.",
    lambda rows: None,  # of cases that are no participations: counted by the table itself
)
MEASURES = Figure(
    "measures",
    "Åtgärder",
    "Åtgärder i deltagarnas handlingsplaner, varje åtgärd en gång, som de ser ut när siffran räknas. "
    "”Ej möjlig” är något annat än ”Ej genomförd”, och de slås aldrig ihop.",
    lambda rows: None,  # of measures: counted by the table itself
)
AFTER = tuple(
    Figure(
        f"after_{months}",
        f"Efter {months} månader",
        f"Vad som har svarats om nya polisanmälningar {months} månader efter avslutet, som det är känt när siffran "
        "räknas. Har flera svarat går ja före nej, och nej före vet inte.",
        lambda rows: None,  # of answers: counted by the table itself
    )
    for months in MONTHS
)
GROUPED = tuple(
    Figure(
        f"group_{months}",
        f"Efter {months} månader",
        f"Grupper som har bildats för frågan om nya polisanmälningar {months} månader efter avslutet.",
        lambda rows: None,  # of groups: counted by the table itself
    )
    for months in MONTHS
)

#: Every named definition, by key.
FIGURES = {
    figure.key: figure
    for figure in (PARTICIPANTS, ONGOING, ENDED, AGE_MIN, AGE_MAX, COURT_ORDERED, PLANNED, MEASURES, *AFTER, *GROUPED)
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: one number for each column, None where there is no such figure."""

    key: str
    label: str
    numbers: tuple[int | None, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Exact:
    """One exact table: for programansvarig on the page and in the interface, and in no export (P-S3)."""

    key: str
    title: str
    definition: str
    first: str
    columns: tuple[Figure, ...]
    lines: tuple[Line, ...]


def exact_tables(programme: Programme) -> list[Exact]:
    """Every table of the programme, in the order of the page."""
    return [
        by_district(programme),
        _divided(programme, "sex", "Kön", "Könet som det står i personuppgifterna.", SEXES, lambda row: row.sex),
        by_age(programme),
        by_outcome(programme),
        by_measure(programme),
        by_report(programme),
        by_group(programme),
    ]


SEXES = tuple((value, str(label)) for value, label in Sex.choices)
DISTRICT_COLUMNS = (PARTICIPANTS, ONGOING, ENDED, AGE_MIN, AGE_MAX, COURT_ORDERED, PLANNED)
STATES = (PARTICIPANTS, ONGOING, ENDED)
NO_DISTRICT = "Utan stadsdel"


def _line(key: str, label: str, rows: Sequence[Participant], columns: Sequence[Figure], *, total: bool = False) -> Line:
    return Line(key, label, tuple(figure.count(rows) for figure in columns), total)


def by_district(programme: Programme) -> Exact:
    """Every district of the kommun, also those where nobody takes part; last, the whole kommun."""
    places: dict[int | None, str] = dict(programme.districts.items())
    if any(found not in places for found in (*(row.district for row in programme.participants), *programme.planned)):
        places[None] = NO_DISTRICT
    lines = []
    for place, name in places.items():
        rows = [row for row in programme.participants if row.district == place]
        line = _line(name if place else "", name, rows, DISTRICT_COLUMNS[:-1])
        lines.append(Line(line.key, name, (*line.numbers, programme.planned.count(place))))
    whole = _line("total", "Hela kommunen", programme.participants, DISTRICT_COLUMNS[:-1])
    lines.append(Line("total", whole.label, (*whole.numbers, len(programme.planned)), total=True))
    return Exact(
        key="district",
        title="Deltagare per stadsdel",
        definition="Stadsdelen är den som ärendet öppnades i.",
        first="Stadsdel",
        columns=DISTRICT_COLUMNS,
        lines=tuple(lines),
    )


def _divided(
    programme: Programme,
    key: str,
    first: str,
    definition: str,
    labels: Sequence[tuple[str, str]],
    of: Callable[[Participant], str],
) -> Exact:
    lines = [
        _line(value, label, [row for row in programme.participants if of(row) == value], STATES)
        for value, label in labels
    ]
    lines.append(_line("total", "Alla", programme.participants, STATES, total=True))
    return Exact(key, f"Deltagare efter {first.lower()}", definition, first, STATES, tuple(lines))


def by_age(programme: Programme) -> Exact:
    """One row for each age from the youngest to the oldest."""
    both = ages(programme.participants)
    labels = [(str(age), f"{age} år") for age in range(both[0], both[1] + 1)] if both else []
    definition = "Hela år vid periodens slut, eller den dag då ärendet avslutades."
    return _divided(programme, "age", "Ålder", definition, labels, lambda row: str(row.age))


def by_outcome(programme: Programme) -> Exact:
    """How it ended, for those who have ended. Every reason there is has a row."""
    ended = [row for row in programme.participants if row.ended_at is not None]
    known = dict(CLOSING_OUTCOMES)
    labels = [*CLOSING_OUTCOMES, *((o.value, o.label) for o in Outcome if o.value not in known and _any(ended, o))]
    lines = [
        _line(value, str(label), [row for row in ended if row.outcome == value], (ENDED,)) for value, label in labels
    ]
    lines.append(_line("total", "Alla avslutade", ended, (ENDED,), total=True))
    return Exact(
        key="outcome",
        title="Varför deltagandet slutade",
        definition="Utfallet som valdes när ärendet avslutades.",
        first="Utfall",
        columns=(ENDED,),
        lines=tuple(lines),
    )


def _any(rows: Sequence[Participant], outcome: Outcome) -> bool:
    return any(row.outcome == outcome for row in rows)


def by_measure(programme: Programme) -> Exact:
    """Measures by where they stand; what could not be done is never counted as not done."""
    found = programme.measures
    lines = [Line(state, str(label), (found.get(state, (0, 0))[0],)) for state, label in MeasureState.choices]
    lines.append(Line("total", "Alla", (sum(number for number, _youths in found.values()),), total=True))
    return Exact(
        key="measure",
        title="Åtgärder efter status",
        definition="Åtgärderna i deltagarnas planer, efter det senaste som har noterats om dem.",
        first="Status",
        columns=(MEASURES,),
        lines=tuple(lines),
    )


#: Every answer there is about new reports, and why there is none.
REPORTS = (
    (str(Told.YES), "Ja"),
    (str(Told.NO), "Nej"),
    (str(Told.UNKNOWN), "Vet inte"),
    (NOT_ASKED, "Inget svar"),
    (NOT_YET, "Inte dags än"),
)


def by_report(programme: Programme) -> Exact:
    """New police reports after the end, of everybody who ended; who was not asked is never counted as a no."""
    lines = [
        Line(key, label, tuple(sum(said.get(months) == key for said in programme.after) for months in MONTHS))
        for key, label in REPORTS
    ]
    lines.append(Line("total", "Alla avslutade", (len(programme.after),) * len(MONTHS), total=True))
    return Exact(
        key="reports",
        title="Nya anmälningar om brott efter avslutet",
        definition="Deltagare vars ärende avslutades under perioden. Frågan ställs bara där familjen har sagt ja till "
        "det. ”Vet inte” är också svaret från den som inte får berätta. ”Inget svar” säger ingenting om brott: ingen "
        "fick fråga, ingen frågade eller ingen svarade.",
        first="Svar",
        columns=AFTER,
        lines=tuple(lines),
    )


def _told_of(row: GroupRow) -> int:
    return 0 if row.count is None else row.size


def by_group(programme: Programme) -> Exact:
    """What the police have counted in groups without names: only groups whose number was given out."""

    def numbers(count: Callable[[GroupRow], int]) -> tuple[int, ...]:
        return tuple(sum(count(row) for row in programme.groups if row.months == months) for months in MONTHS)

    return Exact(
        key="report_groups",
        title="Nya anmälningar i grupper utan namn",
        definition="Avslutade ärenden som polisen har räknat tillsammans, minst fem åt gången, i alla perioder. I "
        "svaren ovan står de som ”Inget svar”. När talet är ingen eller alla lämnas det aldrig ut.",
        first="Grupper",
        columns=GROUPED,
        lines=(
            Line("groups", "Grupper", numbers(lambda row: 1)),
            Line("delivered", "Grupper där ett tal har lämnats", numbers(lambda row: row.count is not None)),
            Line(
                "size",
                "Avslutade ärenden i de grupperna",
                numbers(_told_of),
            ),
            Line("count", "Av dem med nya anmälningar", numbers(lambda row: row.count or 0)),
        ),
    )
