"""Addresses under /api/v1/ of registering reports, and the concern's own page."""

from django.urls import URLPattern, path

from triage.api import intake

urlpatterns: list[URLPattern] = [
    path("concern-reports/", intake.concern_reports, name="concern_reports"),
    path("concern-reports/<uuid:ref>/", intake.concern_report, name="concern_report"),
    path("concern-reports/<uuid:ref>/receive/", intake.report_receipt, name="concern_report_receive"),
    path("concern-submissions/", intake.submissions, name="concern_submissions"),
    path("concern-submissions/<uuid:ref>/", intake.submission, name="concern_submission"),
    path("concerns/<uuid:ref>/", intake.concern, name="concern"),
    path("concerns/<uuid:ref>/identify/", intake.identification, name="concern_identify"),
    path("concerns/<uuid:ref>/hand-over/", intake.handing_over, name="concern_hand_over"),
    path("concerns/<uuid:ref>/receive/", intake.receipt, name="concern_receive"),
]
