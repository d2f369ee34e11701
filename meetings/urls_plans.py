"""Addresses of planning all due meetings."""

from django.urls import path

from meetings.views import plans

urlpatterns = [
    path("moten/planera/", plans.plan, name="plan"),
    path("moten/planera/<uuid:ref>/", plans.proposal, name="proposal"),
    path("moten/planera/<uuid:ref>/laget/", plans.live, name="proposal_live"),
    path("moten/planera/<uuid:ref>/avbryt/", plans.stop, name="proposal_stop"),
    path("moten/planera/<uuid:ref>/boka/", plans.confirm, name="proposal_confirm"),
    path("moten/planera/<uuid:ref>/kasta/", plans.drop, name="proposal_drop"),
    path("moten/planera/<uuid:ref>/<uuid:meeting>/", plans.move, name="proposed"),
    path("moten/planera/<uuid:ref>/<uuid:meeting>/lamna/", plans.leave, name="proposed_leave"),
]
