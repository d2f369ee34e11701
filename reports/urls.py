"""Addresses of statistics."""

from django.urls import path

from reports.views import decisions, programme

app_name = "reports"

urlpatterns = [
    path("statistik/programmet/", programme.programme, name="programme"),
    path("administration/programansvariga/", decisions.decisions, name="admin_decisions"),
    path("administration/programansvariga/nytt/", decisions.decision_new, name="admin_decision_new"),
    path("administration/programansvariga/<uuid:ref>/avsluta/", decisions.decision_end, name="admin_decision_end"),
]
