"""What the answers about groups look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import Out
from meetings.models import (
    Answer,
    Attendance,
    GroupKind,
    GroupRole,
    MeasureState,
    MeetingForm,
    MeetingState,
    Occurrence,
    TimeOfDay,
    Trend,
)


class GroupRowOut(Out):
    ref = s.UUIDField()
    kind = s.ChoiceField(GroupKind.choices)
    name = s.CharField()
    agency = s.UUIDField(help_text="Verksamheten som håller i gruppen.")
    district = s.CharField(allow_blank=True)
    agenda = s.ListField(child=s.CharField())


class GroupsOut(Out):
    results = GroupRowOut(many=True)
    next = s.CharField(allow_null=True)


class GroupMemberOut(Out):
    ref = s.UUIDField()
    assignment = s.UUIDField()
    name = s.CharField()
    agency = s.CharField()
    role = s.ChoiceField(GroupRole.choices)
    valid_from = s.DateTimeField()
    valid_to = s.DateTimeField(allow_null=True)


class GroupOut(GroupRowOut):
    members = GroupMemberOut(many=True)
    may = s.ListField(child=s.CharField(), help_text="lead, arrange, take_part")


class GroupCandidateOut(Out):
    ref = s.UUIDField(help_text="Uppdraget.")
    name = s.CharField()
    agency = s.CharField()


class GroupCandidatesOut(Out):
    results = GroupCandidateOut(many=True)


class GroupMeetingRowOut(Out):
    ref = s.UUIDField()
    group = s.UUIDField()
    called = s.CharField(help_text="Vad mötet kallas, till exempel EST-möte.")
    state = s.ChoiceField(MeetingState.choices)
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    form = s.ChoiceField(MeetingForm.choices)
    approved_at = s.DateTimeField(allow_null=True)


class GroupMeetingsOut(Out):
    results = GroupMeetingRowOut(many=True)
    next = s.CharField(allow_null=True)


class GroupAttendeeOut(Out):
    ref = s.UUIDField()
    name = s.CharField()
    agency = s.CharField()
    answer = s.ChoiceField(Answer.choices)
    attendance = s.ChoiceField(Attendance.choices, allow_blank=True)


class GroupPointOut(Out):
    ref = s.UUIDField()
    title = s.CharField()
    text = s.CharField()
    version = s.IntegerField()


class GroupMeasureOut(Out):
    ref = s.UUIDField()
    text = s.CharField()
    owner = s.UUIDField(help_text="Uppdraget som svarar för åtgärden.")
    due_on = s.DateField()
    state = s.ChoiceField(MeasureState.choices)
    note = s.CharField()
    version = s.IntegerField(help_text="Skicka den när du följer upp.")


class GroupFollowUpOut(Out):
    measure = s.UUIDField()
    state = s.ChoiceField(MeasureState.choices)
    note = s.CharField()
    said_at = s.DateTimeField()


class GroupAdditionOut(Out):
    text = s.CharField()
    written_by = s.CharField()
    written_at = s.DateTimeField()


class GroupMeetingOut(GroupMeetingRowOut):
    place = s.CharField()
    link = s.CharField()
    own_points = s.ListField(child=s.CharField())
    reason = s.CharField()
    version = s.IntegerField(help_text="Skicka den när du avslutar eller justerar.")
    attendees = GroupAttendeeOut(many=True)
    points = GroupPointOut(many=True)
    left = GroupMeasureOut(many=True, help_text="Pågående åtgärder från andra möten.")
    followed_up = GroupFollowUpOut(many=True)
    measures = GroupMeasureOut(many=True, help_text="Bestämt på det här mötet.")
    additions = GroupAdditionOut(many=True)
    next_at = s.DateTimeField(allow_null=True)
    may = s.ListField(child=s.CharField(), help_text="lead, answer")


class SituationEntryOut(Out):
    ref = s.UUIDField()
    kind = s.ChoiceField(Occurrence.choices)
    place = s.CharField()
    district = s.CharField(allow_blank=True)
    first_on = s.DateField()
    last_on = s.DateField()
    times = s.ListField(child=s.ChoiceField(TimeOfDay.choices))
    agency = s.UUIDField(help_text="Verksamheten som såg det.")
    seen = s.CharField()
    trend = s.ChoiceField(Trend.choices)
    version = s.IntegerField(help_text="Skicka den när du tar bort posten.")


class SituationOut(Out):
    results = SituationEntryOut(many=True)
    next = s.CharField(allow_null=True)
