"""Addresses of statistics."""

from django.urls import path

from reports.views import decisions, programme, releases

app_name = "reports"

urlpatterns = [
    path("statistik/", releases.releases, name="releases"),
    path("statistik/programmet/", programme.programme, name="programme"),
    path("statistik/utgavor/ny/", releases.release_new, name="release_new"),
    path("statistik/utgavor/<uuid:ref>/", releases.release, name="release"),
    path("statistik/utgavor/<uuid:ref>/hamta.<slug:kind>", releases.export, name="export"),
    path("administration/programansvariga/", decisions.decisions, name="admin_decisions"),
    path("administration/programansvariga/nytt/", decisions.decision_new, name="admin_decision_new"),
    path("administration/programansvariga/<uuid:ref>/avsluta/", decisions.decision_end, name="admin_decision_end"),
]
