"""Addresses. Each app owns its own; only what belongs to the whole platform is here."""

from allauth.account import views as account_views
from django.urls import include, path

from consent.api.urls import urlpatterns as consent_api
from hub.api.urls import urlpatterns as hub_api
from hub.views import api_docs, health

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    # Of allauth's pages only these: accounts, passwords and addresses are handled by an administrator.
    path("konto/logga-in/", account_views.login, name="account_login"),
    path("konto/logga-ut/", account_views.logout, name="account_logout"),
    path("api/v1/", include(([*hub_api, *consent_api], "api"))),
    path("api/schema/", api_docs.schema, name="api_schema"),
    path("api/docs/", api_docs.docs, name="api_docs"),
    path("", include("hub.urls")),
    path("", include("consent.urls")),
]

handler400 = "hub.views.errors.bad_request"
handler403 = "hub.views.errors.forbidden"
handler404 = "hub.views.errors.not_found"
handler500 = "hub.views.errors.server_error"
