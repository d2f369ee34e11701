"""Addresses. Each app owns its own; only what belongs to the whole platform is here."""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from allauth.socialaccount import views as external_views
from allauth.socialaccount.providers.openid_connect import views as oidc_views
from django.urls import include, path
from django.views.generic import RedirectView

from actionplans.aftercare.api import urlpatterns as aftercare_api
from actionplans.api.urls import urlpatterns as plans_api
from actionplans.api.urls_rbm import urlpatterns as rbm_api
from consent.api.urls import urlpatterns as consent_api
from hub.api.urls import urlpatterns as hub_api
from hub.views import api_docs, health, sign_in
from meetings.api.urls import urlpatterns as meetings_api
from reports.api.urls import urlpatterns as reports_api
from triage.api.urls import urlpatterns as triage_api

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    # Of allauth's pages only these: accounts, passwords and addresses are handled by an administrator.
    path("konto/logga-in/", account_views.login, name="account_login"),
    path("konto/logga-ut/", account_views.logout, name="account_logout"),
    path("konto/losenord/", sign_in.change_password, name="account_change_password"),
    path("konto/bekrafta/", account_views.reauthenticate, name="account_reauthenticate"),
    path("konto/bekrafta/kod/", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path("konto/bekrafta/passkey/", passkey_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("konto/steg-tva/", mfa_views.authenticate, name="mfa_authenticate"),
    path("konto/passkey/", passkey_views.login_webauthn, name="mfa_login_webauthn"),
    path("konto/inloggning/app/", totp_views.activate_totp, name="mfa_activate_totp"),
    path("konto/inloggning/app/ta-bort/", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path("konto/inloggning/passkey/", passkey_views.add_webauthn, name="mfa_add_webauthn"),
    path("konto/inloggning/passkey/<int:pk>/ta-bort/", passkey_views.remove_webauthn, name="mfa_remove_webauthn"),
    path("konto/inloggning/reservkoder/", code_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("konto/inloggning/reservkoder/nya/", code_views.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    # Where allauth goes when it is done.
    path("konto/steg/", RedirectView.as_view(pattern_name="hub:my_sign_in"), name="mfa_index"),
    path("konto/passkeys/", RedirectView.as_view(pattern_name="hub:my_sign_in"), name="mfa_list_webauthn"),
    path("konto/extern/avbruten/", external_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("konto/extern/<str:provider_id>/", oidc_views.login, name="openid_connect_login"),
    path("konto/extern/<str:provider_id>/svar/", oidc_views.callback, name="openid_connect_callback"),
    path(
        "api/v1/",
        include(
            (
                [
                    *hub_api,
                    *consent_api,
                    *triage_api,
                    *meetings_api,
                    *plans_api,
                    *rbm_api,
                    *aftercare_api,
                    *reports_api,
                ],
                "api",
            )
        ),
    ),
    path("api/schema/", api_docs.schema, name="api_schema"),
    path("api/docs/", api_docs.docs, name="api_docs"),
    path("api/docs/<slug:group>/", api_docs.docs_group, name="api_docs_group"),
    path("", include("hub.urls")),
    path("", include("consent.urls")),
    path("", include("triage.urls")),
    path("", include("meetings.urls")),
    path("", include("actionplans.urls")),
    path("", include("reports.urls")),
]

handler400 = "hub.views.errors.bad_request"
handler403 = "hub.views.errors.forbidden"
handler404 = "hub.views.errors.not_found"
handler500 = "hub.views.errors.server_error"
