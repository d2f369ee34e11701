"""How an agency arranges its intake: dated decisions, the hub's units and times, the questions, the duty rota."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.text import slugify

from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid, kept_by
from hub.models import Agency, AgencyKind, Assignment, Unit
from triage.models import (
    Colour,
    DutyShift,
    HubSlot,
    HubUnit,
    QuestionSet,
    TriageQuestion,
    TriageSettings,
)
from triage.policy import INTAKE_ROLES
from triage.standard_questions import QuestionFacts

FAMILY_COUNSELLING = (
    "Familjerådgivning har en egen sekretess (26 kap. 3 § OSL) och är aldrig med i hubben. Välj en annan enhet."
)
NOT_SOCIAL = (
    "Under förhandsbedömningen är bara socialtjänstens enheter med. "
    "Andra verksamheter kan ni fråga när en utredning är inledd (20 kap. 6 § SoL)."
)
#: A shift longer than this is a slip of the pen.
LONGEST_SHIFT = timedelta(days=7)
#: The hour that is missing or doubled when the clocks change.
NO_SLOT = (time(2), time(3))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangementFacts:
    """What an agency has decided about its intake. `valid_from`: None means from now on."""

    intake_unit: Unit
    standing_owner: Assignment
    jour: Agency | None = None
    orange_office_hours: bool = False
    external_form: bool = True
    decision: str = ""
    valid_from: datetime | None = None


@transaction.atomic
def arrange_intake(agency: Agency, facts: ArrangementFacts, *, by: Actor, at: datetime) -> TriageSettings:
    """A new arrangement of the intake, from now or later; the one before stays as it was (P-T4).

    Clocks of reports that have arrived go on by what held then.

    Raises:
        Denied; Invalid: something in it does not hold, or another arrangement begins at the same instant.
    """
    require(agency, by, "arrange", at=at)
    valid_from = facts.valid_from or at
    if errors := _arrangement_errors(agency, facts, valid_from, by=by, at=at):
        raise Invalid(errors)
    with kept_by("one_arrangement_from_an_instant", Invalid({"day": "En annan ordning börjar då. Välj en annan dag."})):
        made = TriageSettings.objects.create(
            municipality_id=by.municipality_id,
            agency=agency,
            intake_unit=facts.intake_unit,
            standing_owner=facts.standing_owner,
            jour=facts.jour,
            orange_office_hours=facts.orange_office_hours,
            external_form=facts.external_form,
            decision=facts.decision,
            valid_from=valid_from,
            recorded_by_id=by.assignment_id,
            recorded_at=at,
        )
    record("intake.arranged", actor=by, at=at, objects=[made, agency])
    return made


def _arrangement_errors(
    agency: Agency, facts: ArrangementFacts, valid_from: datetime, *, by: Actor, at: datetime
) -> dict[str, str]:
    errors: dict[str, str] = {}
    if facts.intake_unit.agency_id != agency.pk or facts.intake_unit.family_counselling:
        errors["intake_unit"] = "Välj en av verksamhetens egna enheter, inte familjerådgivning."
    if not owners_in(agency, at=valid_from).filter(pk=facts.standing_owner.pk).exists():
        errors["standing_owner"] = "Välj någon som har ett uppdrag i verksamheten när ordningen börjar gälla."
    if facts.jour is not None and not jours_in(by.municipality_id).filter(pk=facts.jour.pk).exists():
        errors["jour"] = "Välj en socialtjänst som arbetar i kommunen."
    if facts.orange_office_hours and not facts.decision:
        errors["decision"] = "Skriv var beslutet om kontorstid finns. Utan beslut går Orange dygnet runt."
    if valid_from < at:
        errors["day"] = "Ordningen kan inte börja gälla bakåt i tiden. Välj i dag eller en senare dag."
    return errors


def owners_in(agency: Agency, *, at: datetime) -> "QuerySet[Assignment]":
    """Who can own what comes in by itself: an assignment in an intake role of the agency."""
    usable = Assignment.objects.usable(at=at).filter(unit__agency=agency, role__in=INTAKE_ROLES)
    return usable.select_related("user", "unit")


def jours_in(municipality_id: int) -> "QuerySet[Agency]":
    """Social services that work in the kommun, its own or by agreement: who can be on duty for it (P-T5)."""
    return Agency.objects.filter(kind=AgencyKind.SOCIALTJANST, serves=municipality_id)


# --- the hub's units and times ---------------------------------------------------------------------------------------


@transaction.atomic
def add_hub_unit(agency: Agency, unit: Unit, *, by: Actor, at: datetime) -> HubUnit:
    """Let a unit take part in the hub from now on (P-T6).

    Raises:
        Denied; Invalid: family counselling, no social services, or it takes part already.
    """
    require(agency, by, "arrange", at=at)
    if unit.family_counselling:
        raise Invalid({"unit": FAMILY_COUNSELLING})
    if not jours_in(by.municipality_id).filter(pk=unit.agency_id).exists():
        raise Invalid({"unit": NOT_SOCIAL})
    with kept_by("hub_unit_once_at_a_time", Invalid({"unit": "Enheten är redan med i hubben."})):
        made = HubUnit.objects.create(municipality_id=by.municipality_id, agency=agency, unit=unit, valid_from=at)
    record("hub_unit.added", actor=by, at=at, objects=[made, unit])
    return made


@transaction.atomic
def end_hub_unit(member: HubUnit, *, by: Actor, at: datetime) -> None:
    """The unit takes part no longer. What it has answered stays.

    Raises:
        Denied; Conflict: it has ended already.
    """
    require(member, by, "change", at=at)
    if not HubUnit.objects.filter(pk=member.pk, valid_to=None, valid_from__lt=at).update(valid_to=at):
        raise Conflict("Enheten är redan borttagen ur hubben.")
    record("hub_unit.ended", actor=by, at=at, objects=[member])


@transaction.atomic
def add_slot(agency: Agency, *, starts: time, weekdays: Sequence[int], link: str, by: Actor, at: datetime) -> HubSlot:
    """A standing time of the hub, on some weekdays (1 = Monday).

    Raises:
        Denied; Invalid: no weekday, an hour that some nights lack, or there is a slot at that time.
    """
    require(agency, by, "arrange", at=at)
    if not weekdays or not set(weekdays) <= set(range(1, 8)):
        raise Invalid({"weekdays": "Välj minst en veckodag."})
    if NO_SLOT[0] <= starts < NO_SLOT[1]:
        raise Invalid({"starts": "Mellan klockan 02 och 03 ställs klockan om. Välj en annan tid."})
    with kept_by("hub_slot_once_at_a_time", Invalid({"starts": "Det finns redan en hubbtid då. Avsluta den först."})):
        made = HubSlot.objects.create(
            municipality_id=by.municipality_id,
            agency=agency,
            starts=starts,
            weekdays=sorted(set(weekdays)),
            link=link,
            valid_from=at,
        )
    record("hub_slot.added", actor=by, at=at, objects=[made])
    return made


@transaction.atomic
def end_slot(slot: HubSlot, *, by: Actor, at: datetime) -> None:
    """Raises Denied; Conflict: it has ended already."""
    require(slot, by, "change", at=at)
    if not HubSlot.objects.filter(pk=slot.pk, valid_to=None, valid_from__lt=at).update(valid_to=at):
        raise Conflict("Hubbtiden är redan borttagen.")
    record("hub_slot.ended", actor=by, at=at, objects=[slot])


# --- the questions ---------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_questions(
    agency: Agency,
    questions: Sequence[QuestionFacts],
    *,
    decision: str,
    valid_from: datetime | None = None,
    seen: int = 0,
    by: Actor,
    at: datetime,
) -> QuestionSet:
    """A new version of the questions, from now or later. No verb changes a version: a colour was judged by it (P-T3).

    Args:
        seen: the latest version when the form was shown, 0 for none.

    Raises:
        Denied; Conflict: somebody else has decided on a version since; Invalid: no decision, no questions, a question
        without text, an explanation or a colour.
    """
    require(agency, by, "arrange", at=at)
    Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)  # two deciders make two versions, in order
    latest = QuestionSet.objects.filter(agency=agency).aggregate(n=Max("version"))["n"] or 0
    if latest != seen:
        raise Conflict("Någon annan har beslutat om en ny version av frågorna medan du skrev.")
    starts = valid_from or at
    _check_questions(questions, decision, starts, at=at)
    with kept_by(
        "one_question_set_from_an_instant", Invalid({"day": "En annan version börjar då. Välj en annan dag."})
    ):
        made = QuestionSet.objects.create(
            municipality_id=by.municipality_id,
            agency=agency,
            version=latest + 1,
            valid_from=starts,
            decision=decision,
            recorded_by_id=by.assignment_id,
            recorded_at=at,
        )
    TriageQuestion.objects.bulk_create(_rows(made, questions))
    record("questions.decided", actor=by, at=at, objects=[made, agency], detail={"version": made.version})
    return made


def _check_questions(questions: Sequence[QuestionFacts], decision: str, starts: datetime, *, at: datetime) -> None:
    errors: dict[str, str] = {}
    if not decision:
        errors["decision"] = "Skriv vem som har beslutat om frågorna, och när."
    if not questions:
        errors[""] = "Skriv minst en fråga."
    if starts < at:
        errors["day"] = "Frågorna kan inte börja gälla bakåt i tiden. Välj i dag eller en senare dag."
    for question in questions:
        if not question.text or not question.explanation or question.colour not in (Colour.ORANGE, Colour.RED):
            errors[""] = "Varje fråga behöver en text, en färg (Orange eller Röd) och en förklaring."
    if errors:
        raise Invalid(errors)


def _rows(made: QuestionSet, questions: Sequence[QuestionFacts]) -> list[TriageQuestion]:
    taken: set[str] = set()
    rows = []
    for order, question in enumerate(questions):
        code = _free_code(question, taken)
        taken.add(code)
        rows.append(
            TriageQuestion(
                municipality_id=made.municipality_id,
                question_set=made,
                code=code,
                text=question.text,
                help=question.help,
                colour=question.colour,
                explanation=question.explanation,
                order=order,
            )
        )
    return rows


def _free_code(question: QuestionFacts, taken: set[str]) -> str:
    """The question's own code, or one made of its words."""
    base = question.code or slugify(question.text.replace("å", "a").replace("ä", "a").replace("ö", "o"))[:30] or "fraga"
    code, n = base, 2
    while code in taken:
        code, n = f"{base}-{n}", n + 1
    return code


# --- the duty rota ---------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_shift(
    agency: Agency, assignment: Assignment, *, valid_from: datetime, valid_to: datetime, by: Actor, at: datetime
) -> DutyShift:
    """Put somebody of a jour on duty for the kommun that the actor works in (P-T5).

    Raises:
        Denied; Invalid: the times, an assignment that does not last, or another shift of the same person.
    """
    require(agency, by, "arrange", at=at)
    errors: dict[str, str] = {}
    if not at < valid_to or not valid_from < valid_to <= valid_from + LONGEST_SHIFT:
        errors["last"] = "Passet ska sluta efter att det börjar, senast sju dagar senare, och inte ha varit."
    if not owners_in(agency, at=max(valid_from, at)).filter(pk=assignment.pk).exists():
        errors["assignment"] = "Personen har inget uppdrag i jouren då. Välj någon annan."
    elif assignment.valid_to is not None and assignment.valid_to < valid_to:
        errors["assignment"] = "Personens uppdrag slutar före passet. Välj någon annan eller korta passet."
    if errors:
        raise Invalid(errors)
    with kept_by("one_shift_at_a_time", Invalid({"assignment": "Personen har redan ett pass då."})):
        made = DutyShift.objects.create(
            municipality_id=by.municipality_id,
            agency=agency,
            assignment=assignment,
            valid_from=valid_from,
            valid_to=valid_to,
        )
    record("shift.planned", actor=by, at=at, objects=[made, assignment])
    return made


@transaction.atomic
def end_shift(shift: DutyShift, *, by: Actor, at: datetime) -> None:
    """Take away a shift to come, or end one that has begun now.

    Raises:
        Denied; Conflict: it is over.
    """
    require(shift, by, "change", at=at)
    standing = DutyShift.objects.select_for_update().filter(pk=shift.pk, valid_to__gt=at).first()
    if standing is None:
        raise Conflict("Passet är redan slut.")
    record("shift.ended", actor=by, at=at, objects=[standing])
    if standing.valid_from >= at:
        standing.delete()
    else:
        standing.valid_to = at
        standing.save(update_fields=["valid_to"])


@transaction.atomic
def receive_shift(shift: DutyShift, *, by: Actor, at: datetime) -> DutyShift:
    """The receipt when a shift begins: "I have taken over" (P-T5).

    Raises:
        Denied: another's shift; Conflict: it has not begun, is over, or is received already.
    """
    require(shift, by, "receive", at=at)
    mine = DutyShift.objects.in_force(at=at).filter(pk=shift.pk, received_at=None)
    if not mine.update(received_at=at):
        raise Conflict("Passet är redan kvitterat, har inte börjat eller är slut.")
    shift.refresh_from_db()
    record("shift.received", actor=by, at=at, objects=[shift])
    return shift
