"""The words at the end on paper, for one of the family at a time (P-P6, P-A7, P-A8, R14).

Whoever may have the plan on paper may have this: the youth, and of those asked to the latest network meeting whoever
decides for the youth. Where somebody in the family is protected or in danger nothing is there by itself: who prints
chooses paragraph by paragraph and line by line, and neither who takes over nor the sender is said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from actionplans import family
from actionplans.aftercare.queries import Line
from actionplans.models import Closing
from actionplans.paper import ClosingPaper
from hub import clock
from hub.access import Actor
from hub.models import Case, Individual, Person, Relative
from meetings.letters.whom import Told, marks_of


@dataclass(frozen=True, slots=True)
class Reader:
    """One of the family: whom a paper can be printed for, or why it cannot."""

    ref: UUID
    person: Person | None
    label: str
    why: str
    #: Somebody in the family is protected or in danger.
    guarded: bool
    row: Told | None = None


def guarded(individual: Individual) -> bool:
    """Whether anybody close to the youth, or the youth, must not be found or is in danger (P-A8)."""
    close = Person.objects.filter(pk__in=Relative.objects.filter(individual=individual).values("person"))
    return bool(marks_of([individual.person, *close]))


def readers(case: Case, actor: Actor, *, at: datetime) -> list[Reader]:
    """The youth first. After the end the meetings are nobody's to lead, and the youth's paper is the only one."""
    apart = guarded(case.individual)
    rows = family.recipients(family.occasion_of(case.pk, actor, at=at), actor, at=at)
    found = [
        Reader(
            ref=row.place.ref,
            person=row.place.person,
            label=f"{row.name}, {row.role}",
            why="" if row.may_tell else row.why,
            guarded=apart or row.alone,
            row=row,
        )
        for row in rows
    ]
    if any(row.youth for row in rows):
        return found
    youth = case.individual.person
    return [Reader(case.individual.ref, youth, f"{youth.name}, den unge", "", apart), *found]


def paper_to(
    reader: Reader,
    closing: Closing,
    lines: Sequence[Line],
    *,
    paragraphs: Collection[int] = (),
    chosen: Collection[UUID] = (),
    at: datetime,
) -> ClosingPaper:
    """The paper that this person gets.

    Args:
        closing: with its case's unit and agency.
        lines: what may reach the family (`family_lines`).
        paragraphs, chosen: where the family is guarded, what of it was chosen.
    """
    parts, unit = paragraphs_of(closing), closing.case.owner_unit
    if reader.guarded:
        said = tuple(part for n, part in enumerate(parts) if n in paragraphs)
        left = tuple((line.row.text, "") for line in lines if line.row.ref in chosen)
    else:
        said, left = tuple(parts), tuple((line.row.text, line.who) for line in lines)
    return ClosingPaper(
        to=reader.person.given_name if reader.person else "",
        paragraphs=said,
        lines=left,
        sender="" if reader.guarded else f"{unit.name}, {unit.agency.name}",
        printed_on=clock.local_day(at),
    )


def paragraphs_of(closing: Closing) -> list[str]:
    """The words to the family, one paragraph per line that was written."""
    return [part.strip() for part in closing.family_text.splitlines() if part.strip()]
