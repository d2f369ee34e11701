"""Addresses of the hub. Persons and cases stand in them by a random reference, never by name or number."""

from django.urls import include, path

from hub.views import (
    cases,
    home,
    invitations,
    mail,
    parties,
    people,
    relatives,
    safety,
    search,
    session,
    sign_in,
    tokens,
)

app_name = "hub"

urlpatterns = [
    path("", home.home, name="home"),
    path("sok/", search.search, name="search"),
    path("meddelanden/", home.notifications, name="notifications"),
    path("meddelanden/lasta/", home.mark_read, name="mark_read"),
    path("meddelanden/installningar/", mail.mail_settings, name="mail_settings"),
    path("administration/utskick/", mail.admin_outbox, name="admin_outbox"),
    path("utskick/<uuid:ref>/skicka-igen/", mail.outbox_resend, name="outbox_resend"),
    path("uppdrag/", session.assignments, name="assignments"),
    path("utan-uppdrag/", session.no_assignment, name="no_assignment"),
    path("hjalp/", session.help_page, name="help"),
    path("prova/", session.tryit, name="tryit"),
    path("prova/logga-in/", session.demo_login, name="demo_login"),
    path("utseende/", session.set_theme, name="set_theme"),
    path("tillganglighet/", session.accessibility, name="accessibility"),
    path("komponenter/", session.styleguide, name="styleguide"),
    path("konto/nycklar/", tokens.tokens, name="tokens"),
    path("konto/nycklar/ny/", tokens.token_new, name="token_new"),
    path("konto/nycklar/<uuid:ref>/aterkalla/", tokens.token_revoke, name="token_revoke"),
    path("nodoppning/", safety.break_glass, name="break_glass"),
    # A youth and those close to them
    path("ungdomar/ny/", people.register_youth, name="register_youth"),
    path("ungdomar/<uuid:ref>/uppgifter-om-personen/", people.person, name="person"),
    path("ungdomar/<uuid:ref>/narstaende/ny/", relatives.relative_add, name="relative_add"),
    path("narstaende/<uuid:ref>/", relatives.relative_edit, name="relative_edit"),
    path("narstaende/<uuid:ref>/uppgifter/", relatives.relative_person, name="relative_person"),
    path("ungdomar/<uuid:ref>/jav/", safety.recuse, name="recuse"),
    path("ungdomar/<uuid:ref>/skyddade-uppgifter/", safety.open_protected, name="open_protected"),
    # A case
    path("ungdomar/<uuid:ref>/arende/nytt/", cases.case_open, name="case_open"),
    path("arenden/<uuid:ref>/", cases.case, name="case"),
    path("arenden/<uuid:ref>/fas/", cases.case_phase, name="case_phase"),
    path("arenden/<uuid:ref>/avsluta/", cases.case_close, name="case_close"),
    path("arenden/<uuid:ref>/parter/ny/", parties.party_propose, name="party_propose"),
    path("arenden/<uuid:ref>/ansvariga/", parties.case_leads, name="case_leads"),
    path("arenden/<uuid:ref>/spar/", cases.case_trace, name="case_trace"),
    path("avslutade/", cases.past_cases, name="past_cases"),
    path("parter/<uuid:ref>/kontakt/", parties.party_contact, name="party_contact"),
    path("parter/<uuid:ref>/avsluta/", parties.party_end, name="party_end"),
    path("platser/<uuid:ref>/ersatter/", parties.substitute, name="substitute"),
    # One's own sign-in
    path("konto/inloggning/", sign_in.my_sign_in, name="my_sign_in"),
    path("konto/extra-steg/", sign_in.second_factor, name="second_factor"),
    path("konto/inloggad/avsluta/", sign_in.session_end, name="session_end"),
    path("konto/stanna/", sign_in.stay, name="stay"),
    path("konto/fortsatt/", sign_in.kept_text, name="kept"),
    # Invitations, and help for who cannot sign in
    path("inbjudan/<str:token>/", invitations.accept, name="invitation_accept"),
    path("administration/inbjudningar/", invitations.invitations, name="invitations"),
    path("administration/inbjudningar/ny/", invitations.invitation_new, name="invitation_new"),
    path("administration/inbjudningar/<uuid:ref>/", invitations.invitation, name="invitation"),
    path("administration/inbjudningar/<uuid:ref>/dra-tillbaka/", invitations.revoke, name="invitation_revoke"),
    path("administration/inbjudningar/<uuid:ref>/skicka-igen/", invitations.send_again, name="invitation_again"),
    path("administration/inloggning/", invitations.recover, name="recover_sign_in"),
    path("administration/", include("hub.urls_administration")),
]
