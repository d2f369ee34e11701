"""Addresses of what is known and who may read it. The consents' own routes are in `urls_consent`."""

from django.urls import include, path

from consent.urls_consent import urlpatterns as consent_urls
from consent.urls_disclosures import urlpatterns as disclosure_urls
from consent.urls_inquiries import urlpatterns as inquiry_urls
from consent.views import individuals, items, writing

app_name = "consent"

individual_urls = [
    path("ungdomar/", individuals.individuals, name="individuals"),
    path("ungdomar/<uuid:ref>/", individuals.individual, name="individual"),
    path("ungdomar/<uuid:ref>/vem-vet-vad/", individuals.matrix_page, name="matrix"),
]
item_urls = [
    path("arenden/<uuid:ref>/uppgift/ny/", writing.item_new, name="item_new"),
    path("arenden/<uuid:ref>/uppgift/forhandsvisa/", writing.item_preview, name="item_preview"),
    path("uppgifter/<uuid:ref>/", items.item, name="item"),
    path("uppgifter/<uuid:ref>/andra/", writing.item_edit, name="item_edit"),
    path("uppgifter/<uuid:ref>/registrera/", writing.item_record, name="item_record"),
    path("uppgifter/<uuid:ref>/slapp/", items.item_release, name="item_release"),
    path("uppgifter/<uuid:ref>/tillagg/", items.item_annotate, name="item_annotate"),
    path("uppgifter/<uuid:ref>/till-akten/", items.item_file, name="item_file"),
    path("uppgifter/<uuid:ref>/kasta/", writing.item_discard, name="item_discard"),
]

urlpatterns = [
    *individual_urls,
    *item_urls,
    *consent_urls,
    *disclosure_urls,
    *inquiry_urls,
    path("administration/", include("consent.urls_administration")),
]
