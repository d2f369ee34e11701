"""Addresses of consents: the wizard, papers, and taking back."""

from django.urls import URLPattern, path

from consent.views import assessments, consents, printing, reviews, signers, withdrawals, wizard

urlpatterns: list[URLPattern] = [
    path("samtycken/", consents.consents, name="consents"),
    path("arenden/<uuid:ref>/samtycke/nytt/", wizard.consent_new, name="consent_new"),
    path("samtycken/<uuid:ref>/", consents.consent, name="consent"),
    path("samtycken/<uuid:ref>/steg/<slug:step>/", wizard.consent_step, name="consent_step"),
    path("samtycken/<uuid:ref>/svar/", signers.consent_answer, name="consent_answer"),
    path("samtycken/<uuid:ref>/fornya/", consents.consent_renew, name="consent_renew"),
    path("samtycken/<uuid:ref>/kasta/", consents.consent_discard, name="consent_discard"),
    path("samtycken/<uuid:ref>/granskning/<slug:kind>/", reviews.consent_review, name="consent_review"),
    path("samtycken/<uuid:ref>/blankett.pdf", printing.consent_form, name="consent_form"),
    path("ungdomar/<uuid:ref>/stoppa/", withdrawals.stop, name="stop"),
    path("ungdomar/<uuid:ref>/aterkalla/", withdrawals.withdraw, name="withdraw"),
    path("aterkallelser/<uuid:ref>/", withdrawals.withdrawal, name="withdrawal"),
    path("ungdomar/<uuid:ref>/mognad/", assessments.maturity, name="maturity"),
    path("ungdomar/<uuid:ref>/hindrad/", assessments.hindered, name="hindered"),
]
