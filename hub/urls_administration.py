"""Addresses of the administration; those of types and rules of consent are the consent app's own."""

from django.urls import path

from hub.views.administration import agreements, files, organisation, users

urlpatterns = [
    path("", organisation.overview, name="admin"),
    path("verksamheter/", organisation.agencies, name="admin_agencies"),
    path("verksamheter/ny/", organisation.agency_new, name="admin_agency_new"),
    path("verksamheter/finns-redan/", organisation.agency_serve, name="admin_agency_serve"),
    path("verksamheter/<uuid:ref>/", organisation.agency, name="admin_agency"),
    path("verksamheter/<uuid:ref>/andra/", organisation.agency_edit, name="admin_agency_edit"),
    path("verksamheter/<uuid:ref>/enheter/ny/", organisation.unit_new, name="admin_unit_new"),
    path("enheter/<uuid:ref>/", organisation.unit, name="admin_unit"),
    path("anvandare/", users.users, name="admin_users"),
    path("anvandare/ny/", users.user_new, name="admin_user_new"),
    path("anvandare/<uuid:ref>/", users.user, name="admin_user"),
    path("anvandare/<uuid:ref>/andra/", users.user_edit, name="admin_user_edit"),
    path("anvandare/<uuid:ref>/uppdrag/nytt/", users.assignment_new, name="admin_assignment_new"),
    path("uppdrag/<uuid:ref>/avsluta/", users.assignment_end, name="admin_assignment_end"),
    path("overenskommelser/", agreements.agreements, name="admin_agreements"),
    path("overenskommelser/ny/", agreements.agreement_new, name="admin_agreement_new"),
    path("overenskommelser/<uuid:ref>/", agreements.agreement, name="admin_agreement"),
    path("overenskommelser/<uuid:ref>/andra/", agreements.agreement_edit, name="admin_agreement_edit"),
    path("overenskommelser/<uuid:ref>/avsluta/", agreements.agreement_end, name="admin_agreement_end"),
    path("overenskommelser/<uuid:ref>/parter/ny/", agreements.party_new, name="admin_party_new"),
    path("overenskommelser/parter/<uuid:ref>/avsluta/", agreements.party_end, name="admin_party_end"),
    path("filer/", files.upload, name="admin_upload"),
    path("filer/<uuid:ref>/", files.check, name="admin_import"),
    path("filer/<uuid:ref>/fel.csv", files.faults, name="admin_faults"),
    path("filer/mall/<slug:kind>.csv", files.template, name="admin_template"),
    path("filer/export/<slug:kind>.csv", files.export, name="admin_export"),
]
