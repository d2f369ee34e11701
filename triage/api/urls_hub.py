"""Addresses under /api/v1/ of knowledge checks and the call."""

from django.urls import path

from triage.api import hub

urlpatterns = [
    path("concerns/<uuid:ref>/convene/", hub.convene, name="convene"),
    path("knowledge-checks/", hub.checks, name="checks"),
    path("knowledge-checks/<uuid:ref>/", hub.check, name="check"),
    path("knowledge-checks/<uuid:ref>/answer/", hub.check_answer, name="check_answer"),
    path("hub-calls/", hub.calls, name="hub_calls"),
    path("hub-calls/<uuid:ref>/", hub.call, name="hub_call"),
    path("hub-calls/<uuid:ref>/open/", hub.call_open, name="hub_call_open"),
    path("hub-calls/<uuid:ref>/close/", hub.call_close, name="hub_call_close"),
    path("hub-calls/<uuid:ref>/attend/", hub.call_attend, name="hub_call_attend"),
    path("hub-calls/<uuid:ref>/next/", hub.call_next, name="hub_call_next"),
    path("hub-calls/<uuid:ref>/text/", hub.call_text, name="hub_call_text"),
]
