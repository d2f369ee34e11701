"""Addresses of giving on other grounds, and of the ledger over it."""

from django.urls import URLPattern, path

from consent.views import disclosing, ledger

urlpatterns: list[URLPattern] = [
    path("arenden/<uuid:ref>/lamna-ut/", disclosing.disclose_where, name="disclose_where"),
    path("arenden/<uuid:ref>/lamna-ut/<uuid:agency>/", disclosing.disclose_ground, name="disclose_ground"),
    path("arenden/<uuid:ref>/lamna-ut/<uuid:agency>/<slug:ground>/", disclosing.disclose, name="disclose"),
    path("utlamnanden/<uuid:ref>/", ledger.disclosure, name="disclosure"),
    path("utlamnanden/<uuid:ref>/avsluta/", ledger.disclosure_end, name="disclosure_end"),
    path("utlamnanden/<uuid:ref>/berattat/", ledger.disclosure_told, name="disclosure_told"),
    path("ungdomar/<uuid:ref>/utlamnat/", ledger.ledger, name="ledger"),
    path("ungdomar/<uuid:ref>/utlamnat/registerutdrag.pdf", ledger.extract, name="ledger_extract"),
]
