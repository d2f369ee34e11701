"""The policy tables of `triage`: concerns belong to whoever handles them, the hub to who is in it while it lasts.

Every rule starts at clause 1 of P-A2 (assignment in force, case role, agreement). A unit that is asked sees the
question and its own answer; whoever is in a call sees the child that is spoken of, while it is.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Model, OuterRef, Q, QuerySet

from hub.access import Actor, Rule, declare
from hub.models import ANSWERING_KINDS, Agency, AgencyKind, Protection, Recusal, Role
from hub.policy import has, in_kommun, managed_cases, seats
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


def is_protected(path: str = "") -> Q:
    """The child at the lookup path `path` is protected: so the report says, or so it is registered (P-A8)."""
    registered = Q(**{f"{path}individual__isnull": False}) & ~Q(
        **{f"{path}individual__person__protection": Protection.NONE}
    )
    return Q(**{f"{path}protected": True}) | registered


PROTECTED = is_protected()


def _social(actor: Actor, at: datetime) -> Q | None:
    return in_kommun(actor, at) if actor.agency_kind == AgencyKind.SOCIALTJANST else None


def _not_recused(actor: Actor, at: datetime, individual: str) -> Q:
    return ~has(Recusal.objects.filter(user_id=actor.user_id, individual=OuterRef(individual), at__lte=at))


def _named(actor: Actor, at: datetime) -> Q:
    """Owner, deputy, or a seat of the report's own agency in the child's case: also of a protected child (P-A8).

    A seat of another agency, by an inquiry or a consent, gives what P-A2 gives and nothing of the concern (P-A6).
    """
    seated = Q(case__in=seats(actor, at).values("content_object"))
    if actor.role == Role.MANAGER:  # of the case's unit, by role alone: never of a protected child
        seated |= ~PROTECTED & Q(case__in=managed_cases(actor, at).values("pk"))
    own_seat = Q(report__agency_id=actor.agency_id) & seated
    return Q(owner_id=actor.assignment_id) | Q(deputy_id=actor.assignment_id) | own_seat


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
    """Den som ser anmälan och får handlägga den, inte lots; efter beslutet de utpekade, beslutsfattaren och chefen."""
    sees = in_hand(actor, at)
    if sees is None or actor.role not in INTAKE_ROLES:
        return None
    if actor.role == Role.MANAGER:
        return sees
    decided = has(Decision.objects.filter(assessment=OuterRef("pk"), decided_by_id=actor.assignment_id))
    return sees & (Q(state=AssessmentState.OPEN) | _named(actor, at) | decided)


def _assessments(actor: Actor, at: datetime) -> "QuerySet[PreliminaryAssessment]":
    rule = in_hand(actor, at)
    rows = PreliminaryAssessment.objects.all()
    return rows.none() if rule is None else rows.filter(rule)


def _kept_from_report(actor: Actor, at: datetime, report: str) -> Q:
    """The report is also about a protected child that the actor is not named for, or one the actor has jäv toward."""
    hidden = PreliminaryAssessment.objects.filter(PROTECTED, report=OuterRef(report)).exclude(_named(actor, at))
    recused = Recusal.objects.filter(
        user_id=actor.user_id, individual__preliminary_assessments__report=OuterRef(report), at__lte=at
    )
    return has(hidden) | has(recused)


def report_in_hand(actor: Actor, at: datetime) -> Q | None:
    """Anmälan som rör ett barn man ser; rör den också ett skyddat barn, bara den som är utpekad; aldrig jävig."""
    clause_1 = _social(actor, at)
    if clause_1 is None:
        return None
    own = _assessments(actor, at).filter(report=OuterRef("pk"))
    return clause_1 & has(own) & ~_kept_from_report(actor, at, "pk")


def reporter_in_hand(actor: Actor, at: datetime) -> Q | None:
    """Anmälarens identitet: den som får handlägga anmälan; en skyddad identitet bara ansvarig och ersättare (R8)."""
    clause_1, may_handle = _social(actor, at), handles(actor, at)
    if clause_1 is None or may_handle is None:
        return None
    own = PreliminaryAssessment.objects.filter(may_handle, report=OuterRef("report"))
    named = PreliminaryAssessment.objects.filter(
        Q(owner_id=actor.assignment_id) | Q(deputy_id=actor.assignment_id), report=OuterRef("report")
    )
    return clause_1 & has(own) & ~_kept_from_report(actor, at, "report") & (Q(protected=False) | has(named))


def _of(path: str) -> Rule:
    """The rule `in_hand` for a row that belongs to an assessment, at the lookup path `path`."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        if _social(actor, at) is None:
            return None
        return Q(municipality_id=actor.municipality_id) & has(_assessments(actor, at).filter(pk=OuterRef(path)))

    rule.__doc__ = in_hand.__doc__
    return rule


# --- the hub -------------------------------------------------------------------------------------------------------


def handled_check(actor: Actor, at: datetime) -> Q | None:
    """Den som får handlägga anmälan, också efter samtalet och beslutet; inte lots."""
    rule = handles(actor, at)
    if rule is None:
        return None
    return whole_kommun(actor) & has(PreliminaryAssessment.objects.filter(rule, pk=OuterRef("assessment")))


def asked(actor: Actor, at: datetime) -> Q | None:
    """Den tillfrågade enheten, inte dess lots, ser frågan och sitt svar; om ett skyddat barn bara den utpekade."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or actor.role not in INTAKE_ROLES:
        return None
    of_unit = Q(to=None, unit_id=actor.unit_id) & ~is_protected("assessment__")
    return clause_1 & (Q(to_id=actor.assignment_id) | of_unit) & _not_recused(actor, at, "assessment__individual")


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


#: What was typed just before the call went on to the next child, or ended, is still saved (P-Q3).
LATE = timedelta(minutes=2)


def _kept_from(actor: Actor, at: datetime, path: str) -> Q:
    """A protected child at `path` that the actor is not named for: neither owner, seat nor asked in person (P-A8)."""
    asked_in_person = KnowledgeCheck.objects.filter(assessment=OuterRef("pk"), to_id=actor.assignment_id)
    hidden = PreliminaryAssessment.objects.filter(PROTECTED, pk=OuterRef(path)).exclude(_named(actor, at))
    return has(hidden.exclude(has(asked_in_person)))


def spoken_of(path: str) -> Rule:
    """The child that is spoken of in a call which the actor is in, for units of the call's own agency (P-T7)."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        """Den som är med i hubben, från den egna verksamheten: det barn som samtalet gäller just nu."""
        clause_1 = _social(actor, at)
        if clause_1 is None:
            return None
        present = HubAttendance.objects.filter(call=OuterRef("call"), assignment_id=actor.assignment_id)
        now = CallChild.objects.filter(
            has(present.in_force(at=at)) & ~_kept_from(actor, at, "assessment"),
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


def draws(actor: Actor, at: datetime) -> Q | None:
    """Den som handlägger, och den som är med i hubben medan samtalet gäller barnet, ritar kartan så länge det går."""
    rules = [rule for rule in (handles(actor, at), spoken_child(actor, at)) if rule is not None]
    if not rules:
        return None
    return Q(state=AssessmentState.OPEN) & (rules[0] if len(rules) == 1 else rules[0] | rules[1])


def writes(actor: Actor, at: datetime) -> Q | None:
    """Den som är med i hubben skriver om barnet som samtalet gäller, och sparar det sista strax efteråt."""
    clause_1 = _social(actor, at)
    if clause_1 is None:
        return None
    present = HubAttendance.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at - LATE),
        call=OuterRef("call"),
        assignment_id=actor.assignment_id,
        valid_from__lte=at,
    )
    spoken = Q(spoken_from__lte=at) & (Q(spoken_to=None) | Q(spoken_to__gt=at - LATE))
    allowed = ~_kept_from(actor, at, "assessment") & _not_recused(actor, at, "assessment__individual")
    return clause_1 & Q(call__agency_id=actor.agency_id) & spoken & has(present) & allowed


def convenes(actor: Actor, at: datetime) -> Q | None:
    """Vem som helst i hubben kallar: den som handlägger, och en tillfrågad enhet i samma verksamhet, inte dess lots."""
    clause_1 = _social(actor, at)
    if clause_1 is None or actor.role not in INTAKE_ROLES:
        return None
    asked_unit = KnowledgeCheck.objects.filter(assessment=OuterRef("pk"), unit_id=actor.unit_id, to=None)
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


def attends(actor: Actor, at: datetime) -> Q | None:
    """Den som ser hubben, och inte är lots, är med i den medan den pågår."""
    rule = hub_call_of_agency(actor, at)
    return None if rule is None or actor.role not in INTAKE_ROLES else rule & Q(state=CallState.OPEN)


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


def arranges_agency(actor: Actor, at: datetime) -> Q | None:
    """Administratör: socialtjänst som man administrerar. Chef: den egna, om den är socialtjänst."""
    social = Q(kind=AgencyKind.SOCIALTJANST)
    if administers(actor, at):
        return social & Q(pk__in=administered_agencies(actor, at).values("pk"))
    if actor.role == Role.MANAGER and actor.in_force(at=at):
        return social & Q(pk=actor.agency_id)
    return None


def own_shift(actor: Actor, at: datetime) -> Q | None:
    """Den som har jourpasset."""
    clause_1 = _social(actor, at)
    return None if clause_1 is None else clause_1 & Q(assignment_id=actor.assignment_id)


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
    {"read": (in_hand,), "handle": (handles,), "convene": (convenes,), "hear": (spoken_child,), "draw": (draws,)},
)
for owned in (Ownership, ProtectionAssessment, Decision, DecisionExtension, Investigation, FamilyTask, Feedback):
    declare(owned, {"read": (_of("assessment"),)})
declare(Investigation, {"lead": (investigates("case"),)})
declare(KnowledgeCheck, {"read": (handled_check, asked, spoken_check), "answer": (answers,)})
for drawn in (ColourChange, MapNode, MapEdge, CallChild):
    declare(drawn, {"read": (_of("assessment"), spoken_check)})


def notes_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Den som får handlägga anmälan, och den som är med i hubben medan samtalet gäller barnet."""
    sees = [rule for rule in (handled_check(actor, at), spoken_check(actor, at)) if rule is not None]
    if not sees:
        return None
    rows: QuerySet[Model] = KnowledgeCheck.objects.filter(reduce(or_, sees), pk=OuterRef("check_of"))
    return whole_kommun(actor) & has(rows)


def revisions_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Tidigare lydelser av den gemensamma bedömningen, för den som ser den."""
    if _social(actor, at) is None:
        return None
    sees = [rule for rule in (_of("assessment")(actor, at), spoken_check(actor, at)) if rule is not None]
    return whole_kommun(actor) & has(CallChild.objects.filter(sees[0] | sees[1], pk=OuterRef("child")))


declare(KnowledgeNote, {"read": (own_notes, notes_in_sight)})
declare(CallRevision, {"read": (revisions_in_sight,)})
declare(CallChild, {"write": (writes,)})
declare(HubCall, {"read": (hub_call_of_agency,), "lead": (leads_call,), "attend": (attends,)})
declare(HubAttendance, {"read": (in_call("call"),)})
for arranged in (TriageSettings, HubUnit, HubSlot, DutyShift, QuestionSet):
    declare(arranged, {"read": (own_arrangement,), "change": (arranges,)})
declare(Agency, {"arrange": (arranges_agency,)})
declare(DutyShift, {"receive": (own_shift,)})
declare(TriageQuestion, {"read": (own_questions,)})
declare(ReportDraft, {"read": (own_draft,)})
