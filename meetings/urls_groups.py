"""Addresses of groups, their meetings and the shared picture."""

from django.urls import URLPattern, path

from meetings.views import group_meetings, group_screen, groups, situation

urlpatterns: list[URLPattern] = [
    path("grupper/", groups.groups, name="groups"),
    path("grupper/ny/", groups.start, name="group_start"),
    path("grupper/<uuid:ref>/", groups.group, name="group"),
    path("grupper/<uuid:ref>/andra/", groups.change, name="group_change"),
    path("grupper/<uuid:ref>/avsluta/", groups.end, name="group_end"),
    path("grupper/<uuid:ref>/medlemmar/ny/", groups.member_add, name="group_member_add"),
    path("gruppmedlemmar/<uuid:ref>/avsluta/", groups.member_end, name="group_member_end"),
    path("grupper/<uuid:ref>/boka-mote/", group_meetings.book, name="group_book"),
    path("grupper/<uuid:ref>/lagesbild/", situation.situation, name="situation"),
    path("grupper/<uuid:ref>/lagesbild/ny/", situation.note, name="situation_note"),
    path("lagesbild/<uuid:ref>/ta-bort/", situation.strike, name="situation_strike"),
    path("gruppmoten/<uuid:ref>/", group_screen.meeting, name="group_meeting"),
    path("gruppmoten/<uuid:ref>/andra/", group_meetings.change, name="group_meeting_change"),
    path("gruppmoten/<uuid:ref>/stall-in/", group_meetings.cancel, name="group_meeting_cancel"),
    path("gruppmoten/<uuid:ref>/blev-inte-av/", group_meetings.not_held, name="group_meeting_not_held"),
    path("gruppmoten/<uuid:ref>/svar/", group_meetings.answer, name="group_meeting_answer"),
    path("gruppmoten/<uuid:ref>/laget/", group_screen.live, name="group_meeting_live"),
    path("gruppmoten/<uuid:ref>/starta/", group_screen.start, name="group_meeting_start"),
    path("gruppmoten/<uuid:ref>/narvaro/", group_screen.attendance, name="group_meeting_attendance"),
    path("gruppmoten/<uuid:ref>/text/", group_screen.text, name="group_meeting_text"),
    path("gruppmoten/<uuid:ref>/atgard/", group_screen.agree, name="group_meeting_agree"),
    path("gruppmoten/<uuid:ref>/uppfoljning/", group_screen.follow, name="group_meeting_follow"),
    path("gruppmoten/<uuid:ref>/avsluta/", group_screen.close, name="group_meeting_close"),
    path("gruppmoten/<uuid:ref>/avbryt/", group_screen.break_off, name="group_meeting_break_off"),
    path("gruppmoten/<uuid:ref>/justera/", group_screen.approve, name="group_meeting_approve"),
    path("gruppmoten/<uuid:ref>/tillagg/", group_screen.add, name="group_meeting_add"),
    path("gruppmoten/<uuid:ref>/protokoll.pdf", group_screen.paper, name="group_minutes"),
    path("gruppatgarder/<uuid:ref>/", group_screen.measure, name="group_measure"),
]
