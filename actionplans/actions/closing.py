"""Preparing the end of a case with its plan, and sealing it when the case is closed (P-P6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from actionplans.actions.plans import PLAN_TYPE, _record
from actionplans.models import OPEN_MEASURES, Closing, Goal, Handover, Measure, Need, Plan, RiskJudgement, Taker
from consent.models import InformationType
from hub.access import Actor, permitted, require
from hub.actions import notify
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import Agency, Assignment, Case, CaseSeat, Phase, Unit
from hub.models.case import CLOSING_OUTCOMES
from meetings.models import Meeting, MeetingKind, MeetingState

CHANGED = "Någon annan har ändrat avslutet sedan du öppnade sidan. Hämta den på nytt."
SEALED = "Ärendet är avslutat. Avslutet går inte att ändra."
TAKEN_OVER = "handover_written"
#: A barred text with fewer characters says nothing of its own: "Stöd." stands in any letter.
SHORTEST = 8
NOT_WRITTEN = "Skriv avslutet: mötet, orden till familjen och vem som tar över det som är kvar."
NOT_HANDED_OVER = "Säg vad som händer med det som är kvar. {count} saknar svar."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingFacts:
    """What the end says. `meeting`: the held network meeting that went through it, else why there was none."""

    family_text: str
    meeting: Meeting | None = None
    no_meeting_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverFacts:
    """What is left and who takes it. `measure` or `need`: what it is about, if it stands in the plan or a judgement."""

    text: str
    taker: str
    measure: Measure | None = None
    need: Need | None = None
    to_unit: Unit | None = None
    to_agency: Agency | None = None
    to_whom: str = ""
    from_day: date | None = None
    reason: str = ""
    family_barred: bool = False


def open_measures(case: Case) -> "QuerySet[Measure]":
    """What stands in the plan and is not done, whoever may read it."""
    return Measure.objects.filter(case=case, last_version=None, state__in=OPEN_MEASURES)


def needs_left(case: Case) -> "QuerySet[Need]":
    """The needs of the latest judgement in the case, whoever may read it."""
    latest = RiskJudgement.objects.filter(case=case).order_by("-event_date", "-pk").values("pk")[:1]
    return Need.objects.filter(judgement__in=latest)


def held_meetings(case: Case) -> "QuerySet[Meeting]":
    """The network meetings of the case that were held, newest first."""
    rows = Meeting.objects.filter(case=case, kind=MeetingKind.NETWORK, state=MeetingState.HELD)
    return rows.order_by("-starts_at", "-pk")


def why_not_closed(case: Case, actor: Actor, at: datetime) -> Sequence[str]:
    """No case with a plan is closed before it is said what is left to whom, as far as the actor may read (P-P6)."""
    if not Plan.objects.filter(case=case).exists():
        return []
    closing = Closing.objects.filter(case=case).first()
    if closing is None:
        return [NOT_WRITTEN]
    left = permitted(open_measures(case).exclude(pk__in=closing.handovers.values("measure")), actor, at=at).count()
    left += permitted(needs_left(case).exclude(pk__in=closing.handovers.values("need")), actor, at=at).count()
    return [NOT_HANDED_OVER.format(count=left)] if left else []


@transaction.atomic
def write_closing(case: Case, facts: ClosingFacts, *, row_version: int = 0, by: Actor, at: datetime) -> Closing:
    """Write how the case ends: which meeting went through it, and the words to the family.

    Args:
        row_version: of what is changed; 0 where nothing is written yet.

    Raises:
        Denied; Conflict: changed meanwhile, or the case has ended. Invalid: what the form must mend.
    """
    require(case, by, "lead", at=at)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.closed_at is not None:
        raise Conflict(SEALED)
    errors = {}
    if not facts.family_text:
        errors["family_text"] = "Skriv till den unge och familjen hur det slutar och vad som händer nu."
    if facts.meeting is not None and not held_meetings(locked).filter(pk=facts.meeting.pk).exists():
        errors["meeting"] = "Välj ett nätverksmöte i ärendet som har hållits."
    if facts.meeting is None and not facts.no_meeting_reason:
        errors["no_meeting_reason"] = "Välj mötet där ni gick igenom avslutet, eller skriv varför det inte blev något."
    if facts.meeting is not None and facts.no_meeting_reason:
        errors["no_meeting_reason"] = "Ta bort skälet, eller välj att det inte blev något möte."
    if facts.family_text and (barred := _barred_in(facts.family_text, locked, by, at)):
        errors["family_text"] = f"Vårdnadshavarna får inte veta det här. Ta bort: ”{barred}”"
    if errors:
        raise Invalid(errors)
    values = {
        "meeting": facts.meeting,
        "no_meeting_reason": facts.no_meeting_reason,
        "family_text": facts.family_text,
        "written_at": at,
        "written_by_id": by.assignment_id,
    }
    standing = Closing.objects.filter(case=locked).first()
    if (standing.row_version if standing else 0) != row_version:
        raise Conflict(CHANGED)
    closing, _ = Closing.objects.update_or_create(
        case=locked,
        defaults=values | {"row_version": row_version + 1},
        create_defaults=values | {"municipality_id": locked.municipality_id, "individual_id": locked.individual_id},
    )
    _record("closing.written", locked, closing, by=by, at=at)
    return closing


def _barred_in(text: str, case: Case, by: Actor, at: datetime) -> str:
    """What stands word for word in the text and is barred from the family (P-A7); "" where nothing does."""
    said = " ".join(text.casefold().split())
    barred: tuple[QuerySet[Any], ...] = tuple(
        model._default_manager.filter(case=case, family_barred=True) for model in (Measure, Goal, Handover)
    )
    for rows in barred:
        for found in permitted(rows, by, at=at).values_list("text", flat=True):
            words = " ".join(found.casefold().split()).rstrip(".")
            if len(words) >= SHORTEST and words in said:
                return str(found)
    return ""


def _standing(closing: Closing) -> Closing:
    """As it is now, held until the transaction ends. Raises Conflict: sealed."""
    locked = Closing.objects.select_for_update(of=("self",)).select_related("case__owner_unit__agency")
    found = locked.get(pk=closing.pk)
    if found.sealed_at is not None:
        raise Conflict(SEALED)
    return found


def _handover_errors(facts: HandoverFacts, closing: Closing, by: Actor, at: datetime) -> dict[str, str]:
    case, errors = closing.case, {}
    if not facts.text:
        errors["text"] = "Skriv vad som är kvar."
    if facts.taker not in Taker.values:
        return errors | {"taker": "Välj vem som tar över."}
    if facts.taker == Taker.NOBODY and not facts.reason:
        errors["reason"] = "Skriv varför det avslutas."
    if facts.taker != Taker.NOBODY and facts.from_day is None:
        errors["from_day"] = "Skriv från vilken dag."
    if facts.taker == Taker.UNIT and (facts.to_unit is None or facts.to_unit.agency_id != case.owner_unit.agency_id):
        errors["to_unit"] = "Välj en enhet i er verksamhet."
    if facts.taker == Taker.AGENCY and not _in_the_case(facts.to_agency, case, at):
        errors["to_agency"] = "Välj en verksamhet som är part i ärendet."
    if facts.taker == Taker.OTHER and not facts.to_whom:
        errors["to_whom"] = "Skriv vem som tar över."
    measures, needs = permitted(open_measures(case), by, at=at), permitted(needs_left(case), by, at=at)
    if facts.measure is not None and not measures.filter(pk=facts.measure.pk).exists():
        errors["about"] = "Åtgärden är inte längre öppen."
    if facts.need is not None and not needs.filter(pk=facts.need.pk).exists():
        errors["about"] = "Behovet hör inte till den senaste bedömningen."
    return errors


def _in_the_case(agency: Agency | None, case: Case, at: datetime) -> bool:
    return agency is not None and case.participations.active(at=at).filter(agency=agency).exists()


@transaction.atomic
def hand_over(closing: Closing, facts: HandoverFacts, *, by: Actor, at: datetime) -> Handover:
    """Say what happens with one thing that is left; said again about the same measure or need it takes its place.

    An agency that takes over is told, once, if somebody there with a seat may read the line; nobody else is told
    anything by the platform: what is told beside it is told by people, on a ground of theirs (P-A2, P-A13).

    Raises:
        Denied; Conflict: the case has ended. Invalid: what the form must mend.
    """
    require(closing, by, "lead", at=at)
    locked = _standing(closing)
    if errors := _handover_errors(facts, locked, by, at):
        raise Invalid(errors)
    case, day = locked.case, local_day(at)
    fact = facts.measure or (facts.need.judgement if facts.need else None)
    chosen = Taker(facts.taker)
    values = {
        "text": facts.text,
        "taker": chosen,
        "to_unit": facts.to_unit if chosen is Taker.UNIT else None,
        "to_agency": facts.to_agency if chosen is Taker.AGENCY else None,
        "to_whom": facts.to_whom if chosen is Taker.OTHER else "",
        "from_day": None if chosen is Taker.NOBODY else facts.from_day,
        "reason": facts.reason,
        "family_barred": facts.family_barred or (fact.family_barred if fact else False),
        "audience": fact.audience if fact else [],
        "type": fact.type if fact else InformationType.objects.current(on=day).get(code=PLAN_TYPE),
        "recorded_at": at,
        "author_id": by.assignment_id,
        "event_date": day,
    }
    same = {"measure": facts.measure} if facts.measure else {"need": facts.need} if facts.need else {"pk": None}
    line = locked.handovers.filter(**same).first() or Handover(
        closing=locked, case=case, individual_id=case.individual_id, municipality_id=case.municipality_id
    )
    columns = values | {"measure": facts.measure, "need": facts.need, "agency": case.owner_unit.agency}
    for name, value in (columns | {"recorded_phase": case.phase}).items():
        setattr(line, name, value)
    line.save()
    _record("closing.handed_over", case, locked, line, by=by, at=at)
    _tell_taker(line, at=at)
    return line


def _tell_taker(line: Handover, *, at: datetime) -> None:
    """Those at the agency that takes over who have a seat and may read the line, by the rule itself."""
    if line.to_agency_id is None or line.to_agency_id == line.agency_id:
        return
    seats = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=line.case_id)
    people = Assignment.objects.filter(pk__in=seats.values("assignment"), unit__agency=line.to_agency_id)
    told = [
        one.pk
        for one in people.select_related("user", "unit__agency")
        if permitted(
            Handover.objects.filter(pk=line.pk),
            Actor.acting_under(one, municipality_id=line.municipality_id),
            at=at,
        ).exists()
    ]
    notify(
        TAKEN_OVER,
        assignments=told,
        case=line.case,
        municipality_id=line.municipality_id,
        told_at=at,
        occasion=f"{TAKEN_OVER}:{line.closing_id}:{line.to_agency_id}",
    )


@transaction.atomic
def drop_handover(line: Handover, *, by: Actor, at: datetime) -> None:
    """Take a line away before the case is closed.

    Raises:
        Denied; Conflict: the case has ended.
    """
    require(line, by, "change", at=at)
    closing = _standing(line.closing)
    _record("closing.line_dropped", closing.case, closing, line, by=by, at=at)
    Handover.objects.filter(pk=line.pk).delete()


def seal(case: Case, by: Actor, at: datetime) -> None:
    """The case has been closed in this very transaction: the closing stands, and the plan ends with its outcome.

    Raises:
        Conflict: somebody took away a line or added a measure meanwhile.
    """
    if case.phase != Phase.AVSLUTAT:
        return
    # Taking the closing waits for whoever is changing it; what they took away is then missing here too.
    if Closing.objects.filter(case=case, sealed_at=None).update(sealed_at=at, row_version=F("row_version") + 1):
        if why_not_closed(case, by, at):
            raise Conflict(CHANGED)
        _record("closing.sealed", case, Closing.objects.get(case=case), by=by, at=at)
    plan = Plan.objects.select_for_update(of=("self",)).filter(case=case, closed_at=None).first()
    if plan is not None and case.outcome in dict(CLOSING_OUTCOMES):
        Plan.objects.filter(pk=plan.pk).update(
            outcome=case.outcome, closed_at=at, closed_by_id=by.assignment_id, row_version=F("row_version") + 1
        )
        _record("plan.closed", case, plan, by=by, at=at)
