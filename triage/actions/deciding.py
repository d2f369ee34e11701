"""The decision on one child, by a qualified human, and everything that it leads to at once (P-T7, R20, R25, R43)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from hub import actions as hub_actions
from hub import clock
from hub.access import Actor, require
from hub.audit import record
from hub.errors import Invalid
from hub.models import Agency, Assignment, Case, CaseForm, Outcome, SeatKind, User
from hub.states import move
from triage.actions.assessing import lock_open
from triage.actions.family import open_ask_tasks, open_inform_tasks
from triage.actions.owners import hand_over, may_own
from triage.deadlines import follow
from triage.models import (
    CallState,
    Decision,
    DecisionExtension,
    DecisionKind,
    Feedback,
    HubCall,
    Investigation,
    KnowledgeCheck,
    Ownership,
    PreliminaryAssessment,
    ProtectionAssessment,
    Reporter,
)
from triage.moves import ASSESSMENT
from triage.sla import decision_due

#: What the law asks of whoever decides, as it is frozen in the decision (R25).
QUALIFICATION = "Socionom, eller annan utbildning som lagen godtar"
NOT_QUALIFIED = (
    "Bara den som är socionom eller har en utbildning som lagen godtar får bedöma om en utredning ska inledas "
    "(25 kap. 1 § SoL). Be en kollega med den utbildningen besluta, eller be administratören rätta din uppgift."
)
NO_PROTECTION = "Gör skyddsbedömningen först: den ska göras genast, före beslutet (20 kap. 1 § SoL)."
#: Ways of working that a decision can propose to the family.
PROPOSABLE = (CaseForm.SIG, CaseForm.SIG_RBM, CaseForm.SSPF_INDIVID, CaseForm.SSPF_JUNIOR)
ENDS_AS = {DecisionKind.NOT_OPEN: Outcome.NOT_OPENED, DecisionKind.RUNNING: Outcome.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """What is decided, why and by which delegation.

    Args:
        kind: a `DecisionKind`. Nobody but a human chooses it.
        delegation: the point of the delegation order.
        unanswered_why: why it is decided although units have not answered.
        investigator: who investigates, or already does; nobody where none is opened.
        proposes, agencies: a way of working to ask the family about, and whom to propose as parties if it says yes.
        seek_consent: the investigator is to ask the family for consent to share.
    """

    kind: str
    reasons: str
    delegation: str
    unanswered_why: str = ""
    investigator: Assignment | None = None
    proposes: str = ""
    agencies: Sequence[Agency] = ()
    seek_consent: bool = False


def is_qualified(actor: Actor) -> bool:
    """Socionom or equivalent (R25): read now, so that a corrected account counts at once."""
    return User.objects.filter(pk=actor.user_id, qualified_social_worker=True).exists()


def require_qualified(by: Actor) -> None:
    """Raises Invalid: the actor has not the education that the law asks for (SoL 25:1)."""
    if not is_qualified(by):
        raise Invalid(NOT_QUALIFIED)


def unanswered(assessment: PreliminaryAssessment) -> list[KnowledgeCheck]:
    """Knowledge checks without an answer, oldest first."""
    waiting = KnowledgeCheck.objects.filter(assessment=assessment, answered_at=None).select_related("unit")
    return list(waiting.order_by("asked_at", "pk"))


def in_the_way(assessment: PreliminaryAssessment, by: Actor) -> list[str]:
    """What has to be done before anything can be decided, as sentences with the paragraph."""
    found = [] if is_qualified(by) else [NOT_QUALIFIED]
    if not ProtectionAssessment.objects.filter(assessment=assessment).exists():
        found.append(NO_PROTECTION)
    return found


@transaction.atomic
def decide(assessment: PreliminaryAssessment, facts: DecisionFacts, *, by: Actor, at: datetime) -> Decision:
    """Decide on one child; the case, its people, the tasks and the clocks follow in the same transaction.

    Inled: the case goes on as an investigation, the investigator takes over case and concern, the family is to be
    informed. Inled inte: the case closes. Pågår redan: the case closes and the concern goes to whoever investigates.
    Another case of the same youth is not touched (P-A6).

    Raises:
        Denied; Conflict: somebody has decided; Invalid: a rule is broken, with the field and the paragraph;
        NotYet: the case cannot be closed; Recused, WrongSeat: about the investigator.
    """
    locked = lock_open(assessment)
    require(locked, by, "handle", at=at)
    _check(locked, facts, by=by, at=at)
    investigator = facts.investigator
    if investigator is not None and investigator.pk != locked.owner_id:
        hand_over(locked, to=investigator, reason=_reason(facts.kind), by=by, at=at)
        locked.refresh_from_db()
    decision = _write(locked, facts, by=by, at=at)
    move(locked, facts.kind, ASSESSMENT, at=at)
    PreliminaryAssessment.objects.filter(pk=locked.pk).update(row_version=F("row_version") + 1)
    _follow_through(locked, decision, by=by, at=at)
    _ask_about_feedback(locked, at=at)
    assessment.refresh_from_db()
    record(
        "concern.decided",
        actor=by,
        at=at,
        individual=locked.individual_id,
        case=locked.case_id,
        objects=[locked, decision, *([investigator] if investigator else [])],
        detail={"kind": facts.kind, "delegation": facts.delegation, "proposes": facts.proposes},
    )
    follow([locked.pk], at=at)
    return decision


def _reason(kind: str) -> str:
    return "utredning inledd" if kind == DecisionKind.OPEN else "utredning pågår redan"


def _check(locked: PreliminaryAssessment, facts: DecisionFacts, *, by: Actor, at: datetime) -> None:
    require_qualified(by)
    if not ProtectionAssessment.objects.filter(assessment=locked).exists():
        raise Invalid(NO_PROTECTION)
    wrong = _texts(locked, facts) | _people(locked, facts, at=at) | _proposal(facts)
    if wrong:
        raise Invalid(wrong)


def _texts(locked: PreliminaryAssessment, facts: DecisionFacts) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if facts.kind not in DecisionKind.values:
        wrong["kind"] = "Välj vad du beslutar."
    if not facts.reasons:
        wrong["reasons"] = "Skriv skälen för beslutet."
    if not facts.delegation:
        wrong["delegation"] = "Skriv punkten i delegationsordningen, till exempel 3.1."
    waiting = unanswered(locked)
    if waiting and not facts.unanswered_why:
        names = ", ".join(check.unit.name for check in waiting)
        wrong["unanswered_why"] = f"Alla har inte svarat: {names}. Skriv varför du beslutar ändå."
    return wrong


def _people(locked: PreliminaryAssessment, facts: DecisionFacts, *, at: datetime) -> dict[str, str]:
    if facts.kind == DecisionKind.NOT_OPEN:
        extra = "Ingen utreder när utredning inte inleds. Ta bort valet."
        return {"investigator": extra} if facts.investigator else {}
    if facts.kind not in DecisionKind.values:
        return {}
    if locked.case_id is None:
        return {"": "Koppla anmälan till barnet först: en utredning gäller ett barn som ni vet vem det är."}
    if facts.investigator is None:
        asked = "vem som ska utreda" if facts.kind == DecisionKind.OPEN else "vem som har utredningen som pågår"
        return {"investigator": f"Välj {asked}."}
    own = facts.investigator.unit.agency_id == locked.report.agency_id
    if not own or not may_own(facts.investigator, locked, at=at):
        return {"investigator": "Personen kan inte ta över. Välj någon annan i den egna verksamheten."}
    return {}


def _proposal(facts: DecisionFacts) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if facts.proposes and facts.proposes not in PROPOSABLE:
        wrong["proposes"] = "Välj en arbetsform som familjen kan frågas om."
    if facts.agencies and not facts.proposes:
        wrong["agencies"] = "Välj också vilken arbetsform det gäller."
    if facts.kind == DecisionKind.RUNNING and facts.proposes:
        wrong["proposes"] = "En utredning pågår. Låt den som har den föreslå arbetsform."
    if facts.seek_consent and facts.kind != DecisionKind.OPEN:
        wrong["seek_consent"] = "Samtycke till att dela kan sökas när en utredning inleds."
    return wrong


def _write(locked: PreliminaryAssessment, facts: DecisionFacts, *, by: Actor, at: datetime) -> Decision:
    call = HubCall.objects.filter(
        children__assessment=locked, children__spoken_from__lte=at, state__in=(CallState.OPEN, CallState.CLOSED)
    )
    return Decision.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        kind=facts.kind,
        reasons=facts.reasons,
        qualification=QUALIFICATION,
        delegation=facts.delegation,
        decided_by_id=by.assignment_id,
        decided_at=at,
        call=call.order_by("-starts_at", "-pk").first(),
        unanswered_why=facts.unanswered_why,
        proposes=facts.proposes,
        proposed_agencies=sorted({agency.pk for agency in facts.agencies}),
        seek_consent=facts.seek_consent,
        investigator=facts.investigator,
    )


def _follow_through(locked: PreliminaryAssessment, decision: Decision, *, by: Actor, at: datetime) -> None:
    """What the decision does to the case and the people: nothing here chooses anything."""
    case = locked.case
    if case is not None and decision.kind == DecisionKind.OPEN:
        _open_investigation(locked, decision, case, by=by, at=at)
    elif case is not None:
        outcome = ENDS_AS[DecisionKind(decision.kind)]
        hub_actions.close_case(case, outcome=outcome, note="", by=by, at=at, checked=True)
    if decision.proposes:
        open_ask_tasks(locked, held_by=by, at=at)


def _open_investigation(
    locked: PreliminaryAssessment, decision: Decision, case: Case, *, by: Actor, at: datetime
) -> None:
    investigator = decision.investigator
    if investigator is None:  # checked before: decision_names_investigator
        return
    hub_actions.change_phase(case, "inled", by=by, at=at, checked=True)
    hub_actions.replace_lead(case, kind=SeatKind.OFFICER, assignment=investigator, by=by, at=at, checked=True)
    hub_actions.move_to_unit(case, investigator.unit, by=by, at=at, checked=True)
    mine = investigator.pk == by.assignment_id
    Investigation.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        case=case,
        investigator=investigator,
        opened_at=at,
        received_at=at if mine else None,
    )
    if mine:  # whoever decides to investigate it alone has taken over
        Ownership.objects.filter(assessment=locked, valid_to=None, received_at=None).update(received_at=at)
    open_inform_tasks(locked, held_by=by, at=at)


def _ask_about_feedback(locked: PreliminaryAssessment, *, at: datetime) -> None:
    """A mandated reporter's feedback waits for a choice; who asked with the report has asked then (R24)."""
    reporter = Reporter.objects.filter(report=locked.report_id).first()
    if reporter is not None and reporter.mandated:
        Feedback.objects.create(
            municipality_id=locked.municipality_id,
            report_id=locked.report_id,
            assessment=locked,
            asked_at=locked.report.arrived_at if reporter.wants_feedback else None,
        )


@transaction.atomic
def extend_decision(
    assessment: PreliminaryAssessment, *, until: date, reasons: str, by: Actor, at: datetime
) -> DecisionExtension:
    """More time than fourteen days, for synnerliga skäl alone (SoL 20:2); the clock of the decision moves.

    Args:
        until: the last day, itself included.

    Raises:
        Denied; Conflict: it is decided; Invalid: no reasons, not qualified, or not later than the day that holds.
    """
    require(assessment, by, "handle", at=at)
    locked = lock_open(assessment)
    require_qualified(by)
    if not reasons:
        raise Invalid({"reasons": "Skriv vilka synnerliga skäl som finns (20 kap. 2 § SoL)."})
    holds = last_day_to_decide(locked)
    if until <= max(holds, clock.local_day(at)):
        raise Invalid({"until": "Välj en dag efter den som gäller nu och efter i dag."})
    made = DecisionExtension.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        until=until,
        reasons=reasons,
        decided_by_id=by.assignment_id,
        decided_at=at,
    )
    record(
        "concern.decision_extended",
        actor=by,
        at=at,
        individual=locked.individual_id,
        case=locked.case_id,
        objects=[locked, made],
        detail={"until": until.isoformat()},
    )
    follow([locked.pk], at=at)
    return made


def last_day_to_decide(assessment: PreliminaryAssessment) -> date:
    """The fourteenth day after the arrival, or the day of the latest extension (R20)."""
    extended = DecisionExtension.objects.filter(assessment=assessment).order_by("-until").first()
    if extended is not None:
        return extended.until
    return clock.last_day(decision_due(assessment.report.arrived_at))
