"""Addresses under /api/v1/ of proposals for all due meetings."""

from django.urls import path

from meetings.api import plans

urlpatterns = [
    path("meeting-proposals/", plans.collection, name="meeting_proposals"),
    path("meeting-proposals/<uuid:ref>/", plans.one, name="meeting_proposal"),
    path("meeting-proposals/<uuid:ref>/cancel/", plans.cancel, name="meeting_proposal_cancel"),
    path("meeting-proposals/<uuid:ref>/drop/", plans.drop, name="meeting_proposal_drop"),
    path("meeting-proposals/<uuid:ref>/confirm/", plans.confirm, name="meeting_proposal_confirm"),
    path("meeting-proposals/<uuid:ref>/meetings/<uuid:meeting>/", plans.proposed, name="proposed_meeting"),
]
