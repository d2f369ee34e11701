"""Addresses of knowledge checks and the call."""

from django.urls import path

from triage.views import hub_calling as calling
from triage.views import hub_convening as convening
from triage.views import hub_knowing as knowing

urlpatterns = [
    path("anmalan/<uuid:ref>/kalla/", convening.convene, name="convene"),
    path("kannedom/<uuid:ref>/", knowing.check, name="check"),
    path("hubbar/", convening.hubs, name="hubs"),
    path("hubbar/<uuid:ref>/", calling.hub, name="hub"),
    path("hubbar/<uuid:ref>/laget/", calling.live, name="hub_live"),
    path("hubbar/<uuid:ref>/oppna/", calling.start, name="hub_open"),
    path("hubbar/<uuid:ref>/stall-in/", calling.cancel, name="hub_cancel"),
    path("hubbar/<uuid:ref>/narvaro/", calling.attend, name="hub_attend"),
    path("hubbar/<uuid:ref>/barn/", calling.turn, name="hub_turn"),
    path("hubbar/<uuid:ref>/for-over/", calling.carry, name="hub_carry"),
    path("hubbar/<uuid:ref>/avsluta/", calling.close, name="hub_close"),
    path("hubbar/<uuid:ref>/text/", calling.text, name="hub_text"),
    path("hubbar/<uuid:ref>/karta/", calling.draw, name="hub_map"),
    path("hubbar/<uuid:ref>/karta/ta-bort/", calling.erase, name="hub_erase"),
]
