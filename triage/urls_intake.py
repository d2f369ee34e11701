"""Addresses of registering reports, and the concern's own page."""

from django.urls import URLPattern, path

from triage.views import concern, external, intake

urlpatterns: list[URLPattern] = [
    path("orosanmalningar/ny/", intake.report_new, name="report_new"),
    path("orosanmalningar/ny/utkast/", intake.report_draft, name="report_draft"),
    path("orosanmalningar/utkast/<uuid:ref>/kasta/", intake.draft_discard, name="draft_discard"),
    path("orosanmalningar/<uuid:ref>/", concern.report, name="report"),
    path("orosanmalningar/<uuid:ref>/ta-emot/", concern.report_receive, name="report_receive"),
    path("anmalan/<uuid:ref>/", concern.concern, name="concern"),
    path("anmalan/<uuid:ref>/barnet/", concern.identify, name="identify"),
    path("anmalan/<uuid:ref>/lamna-over/", concern.hand_over, name="hand_over"),
    path("anmalan/<uuid:ref>/kvittera/", concern.receive, name="receive"),
    path("oro/", external.agencies, name="external"),
    path("oro/tack/<slug:number>/", external.thanks, name="external_thanks"),
    path("oro/<slug:kommun>/<uuid:ref>/", external.form, name="external_form"),
]
