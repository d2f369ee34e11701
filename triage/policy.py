"""The policy tables of `triage`: concerns belong to whoever handles them, the hub to who is in it while it lasts.

Every rule starts at clause 1 of P-A2 (assignment in force, case role, agreement). A unit that is asked sees the
question and its own answer; whoever is in a call sees the child that is spoken of, while it is.
"""

from datetime import datetime

from django.db.models import Model, OuterRef, Q, QuerySet

from hub.access import Actor, Rule, declare
from hub.models import ANSWERING_KINDS, AgencyKind, Protection, Recusal, Role
from hub.policy import has, in_case, in_kommun, seats
from hub.policy_admin import administered_agencies, administers
from triage.models import (
    AssessmentState,
    CallChild,
    CallRevision,
    CallState,
    ColourChange,
    ConcernReport,
    Decision,
    DecisionExtension,
    DutyShift,
    FamilyTask,
    Feedback,
    HubAttendance,
    HubCall,
    HubSlot,
    HubUnit,
    Investigation,
    KnowledgeCheck,
    KnowledgeNote,
    MapEdge,
    MapNode,
    Ownership,
    PreliminaryAssessment,
    ProtectionAssessment,
    QuestionSet,
    ReportDraft,
    Reporter,
    TriageQuestion,
    TriageSettings,
)

#: Who handles concerns in a unit that receives them: lots and contacts have their place later.
INTAKE_ROLES = (Role.OFFICER, Role.COORDINATOR, Role.MANAGER)

PROTECTED = Q(protected=True) | (Q(individual__isnull=False) & ~Q(individual__person__protection=Protection.NONE))


def _social(actor: Actor, at: datetime) -> Q | None:
    return in_kommun(actor, at) if actor.agency_kind == AgencyKind.SOCIALTJANST else None


def _not_recused(actor: Actor, at: datetime, individual: str) -> Q:
    return ~has(Recusal.objects.filter(user_id=actor.user_id, individual=OuterRef(individual), at__lte=at))


def _named(actor: Actor, at: datetime) -> Q:
    """Owner, deputy, or a seat in the child's own case: whom also a protected child's concern is shown to (P-A8)."""
    return Q(owner_id=actor.assignment_id) | Q(deputy_id=actor.assignment_id) | in_case(actor, at, "case")


def _on_duty(actor: Actor, at: datetime) -> Q:
    """On a shift of the jour that the agency of the report has arranged (P-T5)."""
    shift = DutyShift.objects.filter(assignment_id=actor.assignment_id, municipality_id=actor.municipality_id).in_force(
        at=at
    )
    arranged = TriageSettings.objects.in_force(at=at).filter(agency=OuterRef("report__agency"), jour_id=actor.agency_id)
    return Q(state=AssessmentState.OPEN) & has(shift) & has(arranged)


def in_hand(actor: Actor, at: datetime) -> Q | None:
    """Ansvarig och ersättare, plats i barnets ärende, mottagande enhets handläggare och chef, eller jour i tjänst.

    Ett skyddat barn bara de utpekade; aldrig den som är jävig (P-A8, P-A12, P-T5, P-T10).
    """
    clause_1 = _social(actor, at)
    if clause_1 is None:
        return None
    sees = _named(actor, at)
    if actor.role in INTAKE_ROLES:
        sees |= ~PROTECTED & (Q(unit_id=actor.unit_id) | _on_duty(actor, at))
    return clause_1 & _not_recused(actor, at, "individual") & sees


def handles(actor: Actor, at: datetime) -> Q | None:
    """Den som ser anmälan och får handlägga den: inte lots."""
    return in_hand(actor, at) if actor.role in INTAKE_ROLES else None


def _assessments(actor: Actor, at: datetime) -> "QuerySet[PreliminaryAssessment]":
    rule = in_hand(actor, at)
    rows = PreliminaryAssessment.objects.all()
    return rows.none() if rule is None else rows.filter(rule)


def report_in_hand(actor: Actor, at: datetime) -> Q | None:
    """Anmälan som rör ett barn man handlägger; rör den också ett skyddat barn, bara den som är utpekad där."""
    clause_1 = _social(actor, at)
    if clause_1 is None:
        return None
    own = _assessments(actor, at).filter(report=OuterRef("pk"))
    hidden = PreliminaryAssessment.objects.filter(PROTECTED, report=OuterRef("pk")).exclude(_named(actor, at))
    return clause_1 & has(own) & ~has(hidden)


def reporter_in_hand(actor: Actor, at: datetime) -> Q | None:
    """Anmälarens identitet: den som handlägger anmälan; en skyddad identitet bara ansvarig och ersättare (R8)."""
    clause_1 = _social(actor, at)
    if clause_1 is None or actor.role not in INTAKE_ROLES:
        return None
    own = _assessments(actor, at).filter(report=OuterRef("report"))
    named = PreliminaryAssessment.objects.filter(
        Q(owner_id=actor.assignment_id) | Q(deputy_id=actor.assignment_id), report=OuterRef("report")
    )
    hidden = PreliminaryAssessment.objects.filter(PROTECTED, report=OuterRef("report")).exclude(_named(actor, at))
    return clause_1 & has(own) & ~has(hidden) & (Q(protected=False) | has(named))


def _of(path: str) -> Rule:
    """The same rule for a row that belongs to an assessment, at the lookup path `path`."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        if _social(actor, at) is None:
            return None
        return Q(municipality_id=actor.municipality_id) & has(_assessments(actor, at).filter(pk=OuterRef(path)))

    rule.__doc__ = in_hand.__doc__
    return rule


# --- the hub -------------------------------------------------------------------------------------------------------


def asked(actor: Actor, at: datetime) -> Q | None:
    """Den tillfrågade enheten ser frågan och sitt eget svar; om ett skyddat barn bara den som är utpekad."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    own = Q(to_id=actor.assignment_id) | Q(to=None, unit_id=actor.unit_id)
    return clause_1 & own & _not_recused(actor, at, "assessment__individual")


def answers(actor: Actor, at: datetime) -> Q | None:
    """Den tillfrågade enheten svarar så länge förhandsbedömningen pågår."""
    rule = asked(actor, at)
    return None if rule is None else rule & Q(answered_at=None, assessment__state=AssessmentState.OPEN)


def own_notes(actor: Actor, at: datetime) -> Q | None:
    """Det som den egna enheten har svarat om andra än barnet."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    rule = asked(actor, at)
    return None if rule is None else clause_1 & has(KnowledgeCheck.objects.filter(rule, pk=OuterRef("check_of")))


def spoken_of(path: str) -> Rule:
    """The child that is spoken of in a call which the actor is in, for units of the call's own agency (P-T7)."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        """Den som är med i hubben, från den egna verksamheten: det barn som samtalet gäller just nu."""
        clause_1 = _social(actor, at)
        if clause_1 is None:
            return None
        present = HubAttendance.objects.filter(call=OuterRef("call"), assignment_id=actor.assignment_id)
        now = CallChild.objects.filter(
            has(present.in_force(at=at)),
            assessment=OuterRef(path),
            call__state=CallState.OPEN,
            call__agency_id=actor.agency_id,
            spoken_from__lte=at,
            spoken_to=None,
        )
        return clause_1 & has(now) & _not_recused(actor, at, f"{path}__individual" if path != "pk" else "individual")

    return rule


def spoken_check(actor: Actor, at: datetime) -> Q | None:
    """Den som är med i hubben ser alla enheters svar om det barn som samtalet gäller just nu."""
    return spoken_of("assessment")(actor, at)


def spoken_child(actor: Actor, at: datetime) -> Q | None:
    """Den som är med i hubben ser det barn som samtalet gäller just nu."""
    return spoken_of("pk")(actor, at)


def convenes(actor: Actor, at: datetime) -> Q | None:
    """Vem som helst i hubben kallar: den som handlägger, och en tillfrågad enhet i samma verksamhet (P-T6)."""
    clause_1 = _social(actor, at)
    if clause_1 is None:
        return None
    asked_unit = KnowledgeCheck.objects.filter(
        assessment=OuterRef("pk"), unit_id=actor.unit_id, unit__agency_id=actor.agency_id, to=None
    )
    open_here = Q(state=AssessmentState.OPEN) & _not_recused(actor, at, "individual")
    by_unit = clause_1 & open_here & Q(report__agency_id=actor.agency_id) & ~PROTECTED & has(asked_unit)
    rule = handles(actor, at)
    return by_unit if rule is None else by_unit | (rule & open_here)


def hub_call_of_agency(actor: Actor, at: datetime) -> Q | None:
    """Hubben syns med tid för enheterna i den egna verksamhetens hubb, och för den som handlägger ett av barnen."""
    clause_1 = _social(actor, at)
    if clause_1 is None:
        return None
    member = HubUnit.objects.filter(agency=OuterRef("agency"), unit_id=actor.unit_id).in_force(at=at)
    handled = CallChild.objects.filter(
        has(_assessments(actor, at).filter(pk=OuterRef("assessment"))), call=OuterRef("pk")
    )
    return clause_1 & (Q(agency_id=actor.agency_id) & has(member) | has(handled))


def leads_call(actor: Actor, at: datetime) -> Q | None:
    """Den som handlägger ett av barnen leder hubben."""
    clause_1 = _social(actor, at)
    if clause_1 is None or actor.role not in INTAKE_ROLES:
        return None
    handled = CallChild.objects.filter(
        has(_assessments(actor, at).filter(pk=OuterRef("assessment"))), call=OuterRef("pk")
    )
    return clause_1 & has(handled)


def in_call(path: str) -> Rule:
    """A row of a call, for whoever may see that the call is."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        whole = hub_call_of_agency(actor, at)
        return None if whole is None else whole_kommun(actor) & has(HubCall.objects.filter(whole, pk=OuterRef(path)))

    rule.__doc__ = hub_call_of_agency.__doc__
    return rule


def whole_kommun(actor: Actor) -> Q:
    return Q(municipality_id=actor.municipality_id)


# --- what follows ----------------------------------------------------------------------------------------------------


def investigates(path: str) -> Rule:
    """Plats som samordnare eller handläggare i barnets ärende."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = _social(actor, at)
        if clause_1 is None:
            return None
        return clause_1 & has(seats(actor, at).filter(content_object=OuterRef(path), kind__in=ANSWERING_KINDS))

    rule.__doc__ = investigates.__doc__
    return rule


# --- how the agency has arranged it ----------------------------------------------------------------------------------


def own_arrangement(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens ordning; jouren ser den i verksamheter som den har jour för."""
    if not actor.in_force(at=at):
        return None
    served = TriageSettings.objects.in_force(at=at).filter(agency=OuterRef("agency"), jour_id=actor.agency_id)
    return whole_kommun(actor) & (Q(agency_id=actor.agency_id) | has(served))


def arranges(actor: Actor, at: datetime) -> Q | None:
    """Administratör i en verksamhet som man administrerar, och chef i verksamheten."""
    if administers(actor, at):
        return whole_kommun(actor) & Q(agency__in=administered_agencies(actor, at).values("pk"))
    if actor.in_force(at=at) and actor.role == Role.MANAGER:
        return whole_kommun(actor) & Q(agency_id=actor.agency_id)
    return None


def own_questions(actor: Actor, at: datetime) -> Q | None:
    """Frågorna i den egna verksamhetens ordning."""
    rule = own_arrangement(actor, at)
    if rule is None:
        return None
    return whole_kommun(actor) & has(QuestionSet.objects.filter(rule, pk=OuterRef("question_set")))


def own_draft(actor: Actor, at: datetime) -> Q | None:
    """Det egna utkastet."""
    clause_1 = _social(actor, at)
    return None if clause_1 is None else clause_1 & Q(assignment_id=actor.assignment_id)


declare(ConcernReport, {"read": (report_in_hand,)})
declare(Reporter, {"read": (reporter_in_hand,)})
declare(
    PreliminaryAssessment,
    {"read": (in_hand,), "handle": (handles,), "convene": (convenes,), "hear": (spoken_child,)},
)
for owned in (Ownership, ProtectionAssessment, Decision, DecisionExtension, Investigation, FamilyTask, Feedback):
    declare(owned, {"read": (_of("assessment"),)})
declare(Investigation, {"lead": (investigates("case"),)})
declare(KnowledgeCheck, {"read": (_of("assessment"), asked, spoken_check), "answer": (answers,)})
for drawn in (ColourChange, MapNode, MapEdge, CallChild):
    declare(drawn, {"read": (_of("assessment"), spoken_check)})


def notes_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Den som handlägger barnet, och den som är med i hubben medan samtalet gäller barnet."""
    if _social(actor, at) is None:
        return None
    sees = [rule for rule in (_of("assessment")(actor, at), spoken_check(actor, at)) if rule is not None]
    rows: QuerySet[Model] = KnowledgeCheck.objects.filter(sees[0] | sees[1], pk=OuterRef("check_of"))
    return whole_kommun(actor) & has(rows)


def revisions_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Tidigare lydelser av den gemensamma bedömningen, för den som ser den."""
    if _social(actor, at) is None:
        return None
    sees = [rule for rule in (_of("assessment")(actor, at), spoken_check(actor, at)) if rule is not None]
    return whole_kommun(actor) & has(CallChild.objects.filter(sees[0] | sees[1], pk=OuterRef("child")))


declare(KnowledgeNote, {"read": (own_notes, notes_in_sight)})
declare(CallRevision, {"read": (revisions_in_sight,)})
declare(HubCall, {"read": (hub_call_of_agency,), "lead": (leads_call,)})
declare(HubAttendance, {"read": (in_call("call"),)})
for arranged in (TriageSettings, HubUnit, HubSlot, DutyShift, QuestionSet):
    declare(arranged, {"read": (own_arrangement,), "change": (arranges,)})
declare(TriageQuestion, {"read": (own_questions,)})
declare(ReportDraft, {"read": (own_draft,)})
