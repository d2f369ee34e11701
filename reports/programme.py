"""Who takes part in the programme, as rows that are counted: no name, no number, nothing to open (P-S2).

The rows of one answer are read by one query, so that all its figures are of the same instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q

from actionplans.aftercare.figures import NOT_ASKED, GroupRow, after_rows, group_rows
from actionplans.aftercare.points import points
from actionplans.models import Measure
from hub import clock, swedish
from hub.models import Case, CaseForm, District, Phase

#: Nobody can have been asked yet: so many months have not passed since the end.
NOT_YET = "not_yet"
#: The forms of the programme: sociala insatsgrupper, with or without RBM.
FORMS = (CaseForm.SIG, CaseForm.SIG_RBM)


@dataclass(frozen=True, slots=True)
class Period:
    """`[begin, end)`; what has happened is counted up to `end`. `begin` None: from the first."""

    begin: datetime | None
    end: datetime

    @classmethod
    def of_days(cls, first: date | None, last: date | None, *, at: datetime) -> "Period":
        """Whole days in Sweden, the last included; never later than `at`."""
        end = at if last is None else min(clock.end_of_day(last), at)
        return cls(None if first is None else clock.start_of_day(first), end)


@dataclass(frozen=True, slots=True)
class Participant:
    """One youth's time in the programme, as it stood at the end of a period. Who comes back is counted anew."""

    district: int | None
    sex: str
    born: date
    court_ordered: bool
    begun_at: datetime
    #: When it ended, within the period; None while it goes on.
    ended_at: datetime | None
    outcome: str
    #: Whole years when it ended, otherwise at the end of the period.
    age: int


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything that is counted of a kommun and a period."""

    period: Period
    participants: Sequence[Participant]
    #: District of each case that is planned: an investigation in the programme's form without a decided insats.
    planned: Sequence[int | None]
    #: District id → name, every one of the kommun's, in alphabetical order.
    districts: dict[int, str]
    #: State of a measure → how many, and of how many youths.
    measures: dict[str, tuple[int, int]]
    #: Of each who ended in the period: months after the end → what was said of new reports by then, or why nothing was.
    after: Sequence[Mapping[int, str]]
    #: What the police have counted together, of the programme's forms.
    groups: Sequence[GroupRow]


FIELDS = (
    *("district_id", "individual__person__sex", "individual__person__birth_date"),
    *("court_ordered", "insats_from", "closed_at", "outcome"),
)


def read(municipality_id: int, period: Period, *, at: datetime) -> Programme:
    """Count the kommun. As many queries however many take part.

    Nobody's right is asked here: call it where `count` has been required.

    Args:
        at: the instant of counting. What is said after somebody's end is counted as it is known then.
    """
    districts = District.objects.filter(municipality=municipality_id)
    return Programme(
        period=period,
        participants=participants(municipality_id, period),
        planned=_planned(municipality_id, period),
        districts=dict(districts.order_by(swedish.swedish_order("name")).values_list("pk", "name")),
        measures=_measures(municipality_id, period),
        after=_after(municipality_id, period, at),
        groups=[row for row in group_rows(municipality_id, at=at) if row.form in FORMS],
    )


def taking_part(period: Period, case: str = "") -> Q:
    """A case of the programme whose insats had begun before the end and had not ended before the beginning."""
    found = Q(**{f"{case}form__in": FORMS, f"{case}insats_from__lt": period.end})
    if period.begin is None:
        return found
    return found & (Q(**{f"{case}closed_at": None}) | Q(**{f"{case}closed_at__gte": period.begin}))


def participants(municipality_id: int, period: Period) -> list[Participant]:
    """Everybody who took part in the period. One query; nobody's right is asked, as of `read`."""
    rows = Case.objects.filter(taking_part(period), municipality=municipality_id)
    found, last_day = [], clock.last_day(period.end)
    for district, sex, born, court_ordered, begun_at, closed_at, outcome in rows.values_list(*FIELDS):
        ended_at = closed_at if closed_at is not None and closed_at < period.end else None
        age = swedish.age(born, last_day if ended_at is None else clock.local_day(ended_at))
        of_end = outcome if ended_at else ""
        found.append(Participant(district, sex, born, court_ordered, begun_at, ended_at, of_end, age))
    return found


def _planned(municipality_id: int, period: Period) -> list[int | None]:
    rows = Case.objects.filter(
        Q(insats_from=None) | Q(insats_from__gte=period.end),
        Q(closed_at=None) | Q(closed_at__gte=period.end),
        municipality=municipality_id,
        form__in=FORMS,
        phase__in=(Phase.UTREDNING, Phase.INSATS, Phase.UPPFOLJNING, Phase.AVSLUTAT),
        opened_at__lt=period.end,
    )
    return list(rows.values_list("district_id", flat=True))


def _measures(municipality_id: int, period: Period) -> dict[str, tuple[int, int]]:
    """Each measure once, as it stands: not those that were taken away before a meeting, nor former wordings."""
    rows = (
        Measure.objects.filter(taking_part(period, "plan__case__"), municipality=municipality_id, replaced_by=None)
        .exclude(last_version__lt=F("first_version"))
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"), youths=Count("plan__case__individual", distinct=True))
    )
    return {state: (number, youths) for state, number, youths in rows}


def _after(municipality_id: int, period: Period, at: datetime) -> list[Mapping[int, str]]:
    """What was said of each who ended in the period, at each point that has come."""
    ended = Case.objects.filter(taking_part(period), municipality=municipality_id, closed_at__lt=period.end)
    said = {row.case_id: row.reports for row in after_rows(municipality_id, at=at)}
    return [
        {
            point.months: NOT_YET if point.opens_at > at else said.get(case.pk, {}).get(point.months, NOT_ASKED)
            for point in points(case)
        }
        for case in ended.only("closed_at")
    ]


def ages(participants: Iterable[Participant]) -> tuple[int, int] | None:
    """The youngest and the oldest."""
    found = [participant.age for participant in participants]
    return (min(found), max(found)) if found else None
