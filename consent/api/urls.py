"""Addresses under /api/v1/ of what is known and who may read it."""

from django.urls import path

from consent.api import assessments, consents, disclosures, individuals, items, past, reference, reviews, withdrawals

urlpatterns = [
    path("information-types/", reference.information_types, name="information_types"),
    path("factors/", reference.factors, name="factors"),
    path("individuals/", individuals.individuals, name="individuals"),
    path("individuals/<uuid:ref>/", individuals.individual, name="individual"),
    path("individuals/<uuid:ref>/timeline/", individuals.timeline_of, name="timeline"),
    path("individuals/<uuid:ref>/stop/", individuals.stop, name="stop"),
    path("individuals/<uuid:ref>/maturity/", assessments.maturity, name="maturity"),
    path("individuals/<uuid:ref>/hindered/", assessments.hindered, name="hindered"),
    path("past-cases/", past.past_cases, name="past_cases"),
    path("past-cases/<uuid:ref>/", past.past_case, name="past_case"),
    path("past-cases/<uuid:ref>/items/", past.past_items, name="past_items"),
    path("cases/<uuid:ref>/items/", items.items, name="items"),
    path("items/<uuid:ref>/", items.item, name="item"),
    path("items/<uuid:ref>/record/", items.record, name="item_record"),
    path("items/<uuid:ref>/release/", items.release, name="item_release"),
    path("items/<uuid:ref>/annotations/", items.annotations, name="annotations"),
    path("items/<uuid:ref>/file/", items.file, name="item_file"),
    path("consents/", consents.consents, name="consents"),
    path("cases/<uuid:ref>/consents/", consents.consents_of_case, name="consents_of_case"),
    path("consents/<uuid:ref>/", consents.consent, name="consent"),
    path("consents/<uuid:ref>/signers/", consents.signers, name="signers"),
    path("consents/<uuid:ref>/answers/", consents.answers, name="answers"),
    path("consents/<uuid:ref>/sign/", consents.sign, name="sign"),
    path("consents/<uuid:ref>/renew/", consents.renew, name="renew"),
    path("consents/<uuid:ref>/preview-withdrawal/", withdrawals.preview_of, name="preview_withdrawal"),
    path("consents/<uuid:ref>/withdraw/", withdrawals.withdraw, name="withdraw"),
    path("reviews/", reviews.waiting_reviews, name="reviews"),
    path("consents/<uuid:ref>/reviews/", reviews.reviews, name="consent_reviews"),
    path("cases/<uuid:ref>/grounds/<uuid:agency>/", disclosures.grounds, name="grounds"),
    path("cases/<uuid:ref>/preview-disclosure/", disclosures.preview_of, name="preview_disclosure"),
    path("cases/<uuid:ref>/disclosures/", disclosures.disclosures, name="disclosures"),
    path("individuals/<uuid:ref>/disclosures/", disclosures.ledger, name="ledger"),
    path("disclosures/<uuid:ref>/", disclosures.disclosure, name="disclosure"),
    path("disclosures/<uuid:ref>/end/", disclosures.end, name="disclosure_end"),
    path("disclosures/<uuid:ref>/told/", disclosures.told, name="disclosure_told"),
    path("withdrawals/<uuid:ref>/", withdrawals.withdrawal, name="withdrawal"),
]
