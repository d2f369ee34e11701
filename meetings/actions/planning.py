"""Asking for times for all meetings that are due, mending the proposal, and booking it: all of it or nothing (P-M3)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from hub import clock, swedish
from hub.access import Actor, Denied, require
from hub.actions.cases import NotYet
from hub.audit import record
from hub.errors import Conflict, Invalid, kept_by
from hub.models import District
from hub.states import move
from meetings import proposals
from meetings.actions.booking import book
from meetings.models import LIVE, WORKING, Meeting, Proposal, ProposalState, ProposedMeeting, Room
from meetings.moves import PROPOSAL
from meetings.planning.single import place_at

#: Days that one proposal may span, the first and the last included.
LONGEST = 56
CHANGED = "Förslaget har ändrats sedan du öppnade det. Läs igen och gör om ändringen."
TWICE = "Du har bett om ett förslag samtidigt från en annan sida. Se det förslaget, eller försök igen."


class Collides(Conflict):
    """Some meetings cannot be booked any more, so none was. `texts`: row id → why, in Swedish."""

    def __init__(self, texts: Mapping[int, tuple[str, ...]], numbers: Mapping[int, str]) -> None:
        self.texts = dict(texts)
        which = swedish.listing(numbers[row] for row in self.texts)
        super().__init__(f"Inget möte är bokat, för tiden går inte längre i {which}. Flytta eller planera igen.")


@transaction.atomic
def ask_for_proposal(
    *,
    first_day: date,
    last_day: date,
    minutes: int,
    officials_minutes: int = 0,
    district: District | None = None,
    by: Actor,
    at: datetime,
) -> Proposal:
    """Ask for times for the meetings that fall due in these days. What one had asked for before is dropped.

    Raises:
        Denied: the actor leads no cases. Invalid: days or minutes that cannot be, or nothing falls due. Conflict: asked
        twice at the same moment.
    """
    if not proposals.may_plan(by, at=at):
        raise Denied("plan", Proposal)
    _check(first_day, last_day, minutes, officials_minutes, at=at)
    for earlier in Proposal.objects.select_for_update(of=("self",)).filter(asked_by=by.assignment_id, state__in=LIVE):
        move(earlier, "avbryt" if earlier.state in WORKING else "kasta", PROPOSAL, at=at)
    proposal = Proposal(
        municipality_id=by.municipality_id,
        asked_by_id=by.assignment_id,
        district=district,
        first_day=first_day,
        last_day=last_day,
        minutes=minutes,
        officials_minutes=officials_minutes,
        asked_at=at,
    )
    proposal.total = len(proposals.wanted(proposal, by, at=at))
    if not proposal.total:
        raise Invalid("Inget ärende behöver ett möte de veckorna. Välj andra veckor.")
    with kept_by("one_proposal_at_a_time", Conflict(TWICE)):
        proposal.save()
    record("proposal.asked", actor=by, at=at, objects=[proposal])
    return proposal


@transaction.atomic
def stop_proposal(proposal: Proposal, *, by: Actor, at: datetime) -> Proposal:
    """Stop one that is being made; the worker notices within a second or two.

    Raises:
        Denied; Conflict: it is made already.
    """
    require(proposal, by, "change", at=at)
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if locked.state not in WORKING:
        raise Conflict("Planeringen är redan klar eller avbruten.")
    move(locked, "avbryt", PROPOSAL, at=at, row_version=locked.row_version + 1)
    record("proposal.stopped", actor=by, at=at, objects=[locked])
    return locked


@transaction.atomic
def move_proposed(
    proposed: ProposedMeeting, starts_at: datetime, room: Room | None, *, row_version: int, by: Actor, at: datetime
) -> list[str]:
    """Give a proposed meeting another time or room (None: a link). Nothing is booked.

    Returns:
        What is in its way there, in Swedish; it stays there all the same until it is moved or left out.

    Raises:
        Denied; Conflict: the proposal has changed. Invalid: outside the days, or no meeting is needed any more.
    """
    require(proposed, by, "change", at=at)
    proposal = _locked(proposed.proposal_id, row_version)
    if not proposal.first_day <= clock.local_day(starts_at) <= proposal.last_day:
        span = f"{swedish.day_month(proposal.first_day)} till {swedish.day_month(proposal.last_day)}"
        raise Invalid({"day": f"Välj en dag {span}, som förslaget gäller."})
    now = proposals.standing(proposal, by, at=at)
    ref = str(proposed.case.ref)
    if ref not in now.asked.wanted:
        raise Invalid(proposals.NOT_DUE)
    slot = proposals.slot(starts_at, room)
    if slot.room not in now.asked.problem.room:
        raise Invalid({"room": proposals.NO_ROOM})
    placed = place_at(now.asked.problem, now.others(proposed), ref, slot)
    proposed.starts_at, proposed.room, proposed.form = starts_at, room, proposals.form_of(room)
    proposed.people = [one for one in placed.people[0] if one is not None]
    proposed.moved, proposed.left_out = True, False
    proposed.save(update_fields=["starts_at", "room", "form", "people", "moved", "left_out"])
    _changed(proposal)
    _note("proposal.moved", proposed, by=by, at=at)
    return proposals.conflicts_at(now, proposed, placed)


@transaction.atomic
def leave_out(proposed: ProposedMeeting, left_out: bool, *, row_version: int, by: Actor, at: datetime) -> None:
    """Leave a meeting out of what is booked, or take it in again.

    Raises:
        Denied; Conflict: the proposal has changed.
    """
    require(proposed, by, "change", at=at)
    proposal = _locked(proposed.proposal_id, row_version)
    proposed.left_out = left_out
    proposed.save(update_fields=["left_out"])
    _changed(proposal)
    _note("proposal.left_out", proposed, by=by, at=at)


@transaction.atomic
def confirm_proposal(proposal: Proposal, *, row_version: int, by: Actor, at: datetime) -> list[Meeting]:
    """Book every meeting that has a time and is not left out; if one of them cannot be, none is.

    Raises:
        Denied; Conflict: the proposal has changed. Collides: times that do not hold any more; nothing is booked.
        Invalid: there is nothing to book.
    """
    require(proposal, by, "change", at=at)
    locked = _locked(proposal.pk, row_version)
    now = proposals.standing(locked, by, at=at)
    if not now.chosen:
        raise Invalid("Det finns inget möte att boka i förslaget.")
    numbers = {line.row.pk: line.row.case.number for line in now.lines}
    if now.in_the_way:
        raise Collides({line.row.pk: line.conflicts for line in now.in_the_way}, numbers)
    made, refused = list[Meeting](), dict[int, tuple[str, ...]]()
    for line in now.chosen:
        try:
            made.append(_book(now, line, by=by, at=at))
        except (Invalid, NotYet, Denied, Conflict) as wrong:
            refused[line.row.pk] = _said(wrong)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            raise Conflict("Någon annan bokade samtidigt. Inget är bokat, försök igen.") from error
    if refused:
        raise Collides(refused, numbers)
    move(locked, "bekräfta", PROPOSAL, at=at, row_version=locked.row_version + 1)
    record("proposal.confirmed", actor=by, at=at, objects=[locked, *made])
    return made


@transaction.atomic
def drop_proposal(proposal: Proposal, *, by: Actor, at: datetime) -> Proposal:
    """Throw a proposal away; nothing is booked.

    Raises:
        Denied; Conflict: it is not waiting any more.
    """
    require(proposal, by, "change", at=at)
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if locked.state != ProposalState.READY:
        raise Conflict(CHANGED)
    move(locked, "kasta", PROPOSAL, at=at, row_version=locked.row_version + 1)
    record("proposal.dropped", actor=by, at=at, objects=[locked])
    return locked


# --- how it is done --------------------------------------------------------------------------------------------------


def _check(first_day: date, last_day: date, minutes: int, officials_minutes: int, *, at: datetime) -> None:
    wrong = {}
    if first_day < clock.local_day(at):
        wrong["first_day"] = "Börja i dag eller senare."
    if last_day < first_day:
        wrong["last_day"] = "Sista dagen är före den första."
    elif last_day - first_day >= timedelta(days=LONGEST):
        wrong["last_day"] = "Planera högst åtta veckor åt gången."
    if minutes % 15 or not 15 <= minutes <= 240:
        wrong["minutes"] = "Ett möte är 15 till 240 minuter, i hela kvartar."
    if officials_minutes % 15 or not 0 <= officials_minutes <= 120:
        wrong["officials_minutes"] = "Tjänstemannamötet är högst 120 minuter, i hela kvartar."
    if wrong:
        raise Invalid(wrong)


def _locked(pk: int, row_version: int) -> Proposal:
    locked = Proposal.objects.select_for_update(of=("self",)).select_related("district").get(pk=pk)
    if locked.row_version != row_version or locked.state != ProposalState.READY:
        raise Conflict(CHANGED)
    return locked


def _changed(proposal: Proposal) -> None:
    proposal.row_version += 1
    proposal.save(update_fields=["row_version"])


def _note(deed: str, proposed: ProposedMeeting, *, by: Actor, at: datetime) -> None:
    case = proposed.case
    record(deed, actor=by, at=at, individual=case.individual_id, case=case.pk, objects=[proposed])


def _book(now: proposals.Standing, line: proposals.Line, *, by: Actor, at: datetime) -> Meeting:
    assert line.placed is not None  # noqa: S101 - chosen and without conflicts
    asked = now.asked
    return book(
        line.row.case,
        asked.when(line.placed),
        asked.guests(line.placed),
        officials_minutes=now.proposal.officials_minutes,
        by=by,
        at=at,
    )


def _said(wrong: Exception) -> tuple[str, ...]:
    if isinstance(wrong, Invalid):
        return tuple(wrong.errors.values())
    if isinstance(wrong, NotYet):
        return tuple(wrong.reasons)
    return (wrong.message,) if isinstance(wrong, Conflict) else ("Du leder inte ärendet längre.",)
