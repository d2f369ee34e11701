"""Addresses under /api/v1/ of risk, needs and responsivity, and of the catalogue."""

from django.urls import path

from actionplans.api import rbm

urlpatterns = [
    path("cases/<uuid:ref>/risk-judgements/", rbm.of_case, name="judgements"),
    path("cases/<uuid:ref>/intensity/", rbm.intensity, name="intensity"),
    path("risk-judgements/<uuid:ref>/", rbm.judgement, name="judgement"),
    path("risk-judgements/<uuid:ref>/correct/", rbm.correction, name="judgement_correct"),
    path("interventions/", rbm.catalogue, name="interventions"),
]
