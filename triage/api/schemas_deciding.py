"""What the answers about decisions and what follows look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import CaseRefOut, Out, PageOut
from triage.models import AssessmentState, DecisionKind, FeedbackChoice, TaskKind, TaskState


class InvestigatorOut(Out):
    name = s.CharField()
    unit = s.CharField()


class ConcernDecisionOut(Out):
    concern = s.UUIDField()
    number = s.CharField()
    state = s.ChoiceField(AssessmentState.choices)
    decide_by = s.DateField(help_text="Sista dagen för beslutet, förlängningar inräknade.")
    unanswered = s.ListField(child=s.CharField(), help_text="Enheter som inte har svarat.")
    kind = s.ChoiceField(DecisionKind.choices, allow_null=True)
    reasons = s.CharField(allow_null=True)
    delegation = s.CharField(allow_null=True)
    qualification = s.CharField(allow_null=True)
    decided_by = s.CharField(allow_null=True)
    decided_at = s.DateTimeField(allow_null=True)
    investigator = InvestigatorOut(allow_null=True)
    investigation = s.UUIDField(allow_null=True)
    proposes = s.CharField(allow_null=True)
    seek_consent = s.BooleanField()


class HandoverPartOut(Out):
    title = s.CharField()
    lines = s.ListField(child=s.CharField())
    source_name = s.CharField(help_text="Vem som säger det. Tom där det är anmälan själv.")


class HandoverSectionOut(Out):
    title = s.CharField()
    parts = HandoverPartOut(many=True)


class HandoverOut(Out):
    concern = s.UUIDField()
    number = s.CharField()
    child = s.CharField()
    received = s.BooleanField(help_text="Den som beslutet nämner har tagit över.")
    sections = HandoverSectionOut(many=True)


class FamilyTaskOut(Out):
    ref = s.UUIDField()
    concern = s.UUIDField()
    kind = s.ChoiceField(TaskKind.choices)
    state = s.ChoiceField(TaskState.choices)
    relative = s.UUIDField(allow_null=True, help_text="Null: barnet, eller familjen som helhet.")
    owner = s.CharField()
    state_at = s.DateTimeField(allow_null=True)
    note = s.CharField()
    held_why = s.CharField()
    review_on = s.DateField(allow_null=True)
    row_version = s.IntegerField()


class FamilyTasksOut(PageOut):
    results = FamilyTaskOut(many=True)


class ConcernFeedbackOut(Out):
    concern = s.UUIDField()
    asked_at = s.DateTimeField(allow_null=True)
    due_at = s.DateTimeField(allow_null=True)
    choice = s.ChoiceField([*FeedbackChoice.choices, ("", "Inget val")])
    reason = s.CharField()
    how = s.CharField()
    chosen_at = s.DateTimeField(allow_null=True)
    text = s.ListField(child=s.CharField(), help_text="Allt som får sägas.")


class InvestigationOut(Out):
    ref = s.UUIDField()
    concern = s.UUIDField()
    case = CaseRefOut()
    investigator = InvestigatorOut()
    opened_at = s.DateTimeField()
    received_at = s.DateTimeField(allow_null=True)
    last_day = s.DateField()
    extended_why = s.CharField()
    closed_at = s.DateTimeField(allow_null=True)
    closed_why = s.CharField()
