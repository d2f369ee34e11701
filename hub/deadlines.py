"""Keeping the clocks: rows of `hub.Deadline` follow the facts they rest on, in the transaction of the change.

Whatever changes a fact calls `keep` for the subject: it locks the rows that stand, asks the kind what the facts want
now, and makes the two agree. `rebuild` does the same for a whole kommun every night. Firing is in `hub.tick`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from hub.contributions import DEADLINE_KIND, DeadlineKind, Stage, Wanted
from hub.models import (
    LEADING_KINDS,
    Assignment,
    Case,
    CaseSeat,
    Deadline,
    Individual,
    Municipality,
    Protection,
    Role,
    SeatKind,
)
from hub.policy import not_recused
from hub.tenancy import in_kommun

#: (subject ids, at) → what each kind wants, by its name.
Asked = Callable[[Sequence[int], datetime], Mapping[str, Sequence[Wanted]]]
#: Subjects kept in one transaction of the rebuild.
CHUNK = 200


def keep(name: str, subjects: Iterable[int], *, at: datetime) -> int:
    """Make the deadlines of one kind agree with the facts about these subjects; returns how many rows changed.

    The rows are locked before the facts are read, so that two changes of the same facts never leave the older answer.
    Nothing is told here. Doing it twice changes nothing.

    Raises:
        KeyError: no layer has registered the kind.
    """
    return keep_all([name], subjects, at=at)


@transaction.atomic
def keep_all(names: Sequence[str], subjects: Iterable[int], *, at: datetime, ask: Asked | None = None) -> int:
    """As `keep`, for several kinds about the same subjects, whose rows are locked together.

    Args:
        ask: what all the kinds want of these subjects, where they rest on the same facts; else each kind is asked.
    """
    ids = sorted(set(subjects))
    standing = {
        (row.kind, row.subject_id, row.occasion): row
        for row in Deadline.objects.select_for_update().filter(kind__in=names, subject_id__in=ids).order_by("pk")
    }
    answers = ask(ids, at) if ask else {name: DEADLINE_KIND[name].wanted(ids, at) for name in names}
    wanted = {(name, w.subject_id, w.occasion): (DEADLINE_KIND[name], w) for name in names for w in answers[name]}
    surplus = [row.pk for key, row in standing.items() if key not in wanted]
    closed = Deadline.objects.open().filter(pk__in=surplus).update(met_at=at, next_at=None)
    new = [
        _row(kind, w)
        for key, (kind, w) in wanted.items()
        if key not in standing and (w.due_at > at or kind.late_counts)
    ]
    # Somebody else may make the same row at the same time; theirs rests on the same facts.
    Deadline.objects.bulk_create(new, ignore_conflicts=True)
    mended = [_mend(kind, standing[key], w, at) for key, (kind, w) in wanted.items() if key in standing]
    return closed + len(new) + sum(mended)


def _row(kind: DeadlineKind, wanted: Wanted) -> Deadline:
    stages = kind.stages(wanted.started_at, wanted.due_at, wanted.occasion)
    passed = sum(stage.at <= wanted.started_at for stage in stages) if kind.skip_past else 0
    return Deadline(
        municipality_id=wanted.municipality_id,
        kind=kind.name,
        subject_id=wanted.subject_id,
        case_id=wanted.case_id,
        occasion=wanted.occasion,
        started_at=wanted.started_at,
        due_at=wanted.due_at,
        next_at=next_instant(stages, passed),
        stage=passed,
        owner_unit_id=wanted.owner_unit_id,
        owner_id=wanted.owner_id,
        rule_version=kind.version,
    )


def next_instant(stages: Sequence[Stage], fired: int) -> datetime | None:
    """When the first stage after the `fired` ones is due; it may lie in the past, and is then caught up."""
    return stages[fired].at if fired < len(stages) else None


def shares(started_at: datetime, due_at: datetime, messages: Mapping[int, str]) -> list[Stage]:
    """Stages at percentages of the running time (P-T5): 50 → its message, …, 100 → at the due instant itself."""
    length = due_at - started_at
    return [
        Stage(due_at if percent == 100 else started_at + length * percent / 100, message)
        for percent, message in sorted(messages.items())
    ]


def _mend(kind: DeadlineKind, row: Deadline, wanted: Wanted, at: datetime) -> bool:
    """Bring a row that stands to what is wanted; what has been fired is never fired again."""
    fresh = _row(kind, wanted)
    # Wanted again: the renewal was taken back, a birth date was corrected, a colour was raised again. What has run out
    # stays so; where it counts as a breach, nothing that changes afterwards takes it back.
    if kind.late_counts and row.breached_at is not None:
        return False
    was_closed = row.met_at is not None or row.breached_at is not None
    open_again = was_closed and (wanted.due_at > at or kind.late_counts)
    stage = max(row.stage, fresh.stage) if wanted.due_at == row.due_at else fresh.stage
    values = {
        "started_at": wanted.started_at,
        "due_at": wanted.due_at,
        "case_id": wanted.case_id,
        "owner_unit_id": wanted.owner_unit_id,
        "owner_id": wanted.owner_id,
        "rule_version": kind.version,
        "stage": stage,
        "next_at": None
        if was_closed and not open_again
        else next_instant(kind.stages(wanted.started_at, wanted.due_at, wanted.occasion), stage),
    }
    if open_again:
        values |= {"met_at": None, "breached_at": None}
    differing = {name for name, value in values.items() if getattr(row, name) != value}
    if differing:
        Deadline.objects.filter(pk=row.pk).update(**values)
    # Who coordinates the case changes without its clocks: told at night, and no fault.
    return bool(differing - {"owner_id"})


def rebuild(*, at: datetime) -> int:
    """Every night: make all deadlines agree with their facts, kommun by kommun; returns how many had to be mended.

    In an undisturbed night it is none. It repairs what a restored backup or a hand-written row has put out of step.
    """
    mended = 0
    for municipality_id in Municipality.objects.filter(served_by__isnull=False).distinct().values_list("pk", flat=True):
        for kind in DEADLINE_KIND.values():
            mended += rebuild_kind(kind, municipality_id, at=at)
    return mended


def rebuild_kind(kind: DeadlineKind, municipality_id: int, *, at: datetime) -> int:
    """As `rebuild`, for one kind in one kommun."""
    with in_kommun(municipality_id):
        standing = Deadline.objects.open().filter(kind=kind.name, municipality_id=municipality_id)
        ids = sorted({*kind.subjects(at), *standing.values_list("subject_id", flat=True)})
    mended = 0
    for start in range(0, len(ids), CHUNK):
        with in_kommun(municipality_id):
            mended += keep(kind.name, ids[start : start + CHUNK], at=at)
    return mended


# --- who is told -------------------------------------------------------------------------------------------------


def leads_of(case: Case, *, at: datetime) -> list[int]:
    """The assignments that lead the case at `at`; where nobody does, the managers of its unit (P-A12).

    Nobody who has declared jäv. Of a protected person only those with a seat: managers do not know that the case exists
    (P-A8).
    """
    seats = CaseSeat.objects.in_force(at=at).held(at=at).filter(content_object=case, kind__in=LEADING_KINDS)
    found = list(seats.order_by("assignment_id").values_list("assignment_id", flat=True).distinct())
    if found or Individual.objects.filter(pk=case.individual_id).exclude(person__protection=Protection.NONE).exists():
        return found
    usable = Assignment.objects.usable(at=at).filter(unit_id=case.owner_unit_id, role=Role.MANAGER)
    managers = not_recused(usable, case.individual_id, at)
    return list(managers.order_by("pk").values_list("pk", flat=True))


def owners_of(cases: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Case → its coordinator's assignment, for the clock's `owner`."""
    seats = CaseSeat.objects.in_force(at=at).filter(content_object__in=list(cases), kind=SeatKind.COORDINATOR)
    return dict(seats.order_by("-pk").values_list("content_object_id", "assignment_id"))
