"""Addresses of protection, colour, and how the intake is arranged."""

from django.urls import URLPattern, path

from triage.views import arranging, judging, questions, rota

urlpatterns: list[URLPattern] = [
    path("anmalan/<uuid:ref>/skydd/", judging.protection, name="protection"),
    path("anmalan/<uuid:ref>/farg/", judging.colour, name="colour"),
    path("farg/<uuid:ref>/granska/", judging.confirm, name="confirm"),
    path("jourpass/<uuid:ref>/", rota.shift, name="shift"),
    path("administration/orosanmalningar/", arranging.agencies, name="admin"),
    path("administration/orosanmalningar/<uuid:ref>/", arranging.arrangement, name="admin_arrangement"),
    path("administration/orosanmalningar/<uuid:ref>/ordning/", arranging.arrange, name="admin_arrange"),
    path("administration/orosanmalningar/<uuid:ref>/enhet/", arranging.unit_add, name="admin_hub_unit_add"),
    path("administration/hubbenheter/<uuid:ref>/ta-bort/", arranging.unit_end, name="admin_hub_unit_end"),
    path("administration/orosanmalningar/<uuid:ref>/hubbtid/", arranging.slot_add, name="admin_slot_add"),
    path("administration/hubbtider/<uuid:ref>/ta-bort/", arranging.slot_end, name="admin_slot_end"),
    path("administration/orosanmalningar/<uuid:ref>/fragor/", questions.versions, name="admin_questions"),
    path("administration/orosanmalningar/<uuid:ref>/fragor/ny/", questions.decide, name="admin_questions_new"),
    path("administration/orosanmalningar/<uuid:ref>/jour/", rota.rota, name="admin_rota"),
    path("administration/jourpass/<uuid:ref>/ta-bort/", rota.shift_end, name="admin_shift_end"),
]
