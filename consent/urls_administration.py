"""Addresses of the administration that belong to consent."""

from django.urls import path

from consent.views import administration

urlpatterns = [
    path("uppgiftstyper/", administration.types, name="admin_types"),
    path("uppgiftstyper/ny/", administration.type_new, name="admin_type_new"),
    path("uppgiftstyper/typ/<slug:code>/", administration.type_page, name="admin_type"),
    path("uppgiftstyper/typ/<slug:code>/lydelse/", administration.type_reword, name="admin_type_reword"),
    path("uppgiftstyper/typ/<slug:code>/stang/", administration.type_close, name="admin_type_close"),
    path("samtycken/", administration.rules, name="admin_rules"),
    path("samtycken/ny/", administration.rules_new, name="admin_rules_new"),
    path("samtycken/<uuid:ref>/ta-tillbaka/", administration.rules_take_back, name="admin_rules_take_back"),
]
