"""Addresses under /api/v1/ of groups and the shared picture."""

from django.urls import URLPattern, path

from meetings.api import group_meetings, groups, situation

urlpatterns: list[URLPattern] = [
    path("groups/", groups.groups, name="groups"),
    path("groups/<uuid:ref>/", groups.group, name="group"),
    path("groups/<uuid:ref>/candidates/", groups.candidates, name="group_candidates"),
    path("groups/<uuid:ref>/members/", groups.members, name="group_members"),
    path("group-members/<uuid:ref>/end/", groups.member_end, name="group_member_end"),
    path("groups/<uuid:ref>/meetings/", group_meetings.meetings, name="group_meetings"),
    path("group-meetings/<uuid:ref>/", group_meetings.meeting, name="group_meeting"),
    path("group-meetings/<uuid:ref>/cancel/", group_meetings.meeting_cancel, name="group_meeting_cancel"),
    path("group-meetings/<uuid:ref>/not-held/", group_meetings.meeting_not_held, name="group_meeting_not_held"),
    path("group-meetings/<uuid:ref>/respond/", group_meetings.meeting_respond, name="group_meeting_respond"),
    path("group-meetings/<uuid:ref>/open/", group_meetings.meeting_open, name="group_meeting_open"),
    path("group-meetings/<uuid:ref>/attendance/", group_meetings.meeting_attendance, name="group_meeting_attendance"),
    path("group-meetings/<uuid:ref>/points/<uuid:point>/", group_meetings.meeting_point, name="group_meeting_point"),
    path("group-meetings/<uuid:ref>/measures/", group_meetings.meeting_measures, name="group_meeting_measures"),
    path("group-meetings/<uuid:ref>/close/", group_meetings.meeting_close, name="group_meeting_close"),
    path("group-meetings/<uuid:ref>/break-off/", group_meetings.meeting_break_off, name="group_meeting_break_off"),
    path("group-meetings/<uuid:ref>/approve/", group_meetings.meeting_approve, name="group_meeting_approve"),
    path("group-meetings/<uuid:ref>/additions/", group_meetings.meeting_additions, name="group_meeting_additions"),
    path("group-measures/<uuid:ref>/", group_meetings.measure, name="group_measure"),
    path("group-measures/<uuid:ref>/follow-up/", group_meetings.measure_follow, name="group_measure_follow_up"),
    path("groups/<uuid:ref>/situation/", situation.situation, name="situation"),
    path("situation/<uuid:ref>/", situation.situation_entry, name="situation_entry"),
    path("situation/<uuid:ref>/strike/", situation.situation_strike, name="situation_strike"),
]
