"""Addresses of plans."""

from django.urls import path

from actionplans.views import (
    aftercare,
    aftergroups,
    catalogue,
    closing,
    goals,
    measures,
    meeting,
    papers,
    plan,
    rbm,
    translations,
)

app_name = "actionplans"

urlpatterns = [
    path("arenden/<uuid:ref>/plan/", plan.plan, name="plan"),
    path("arenden/<uuid:ref>/plan/borja/", plan.start, name="start"),
    path("arenden/<uuid:ref>/plan/utveckling/", plan.history, name="history"),
    path("arenden/<uuid:ref>/plan/avsluta/", plan.close, name="close"),
    path("arenden/<uuid:ref>/plan/papper/", papers.paper, name="paper"),
    path("arenden/<uuid:ref>/plan/papper/plan.pdf", papers.paper_pdf, name="paper_pdf"),
    path("arenden/<uuid:ref>/plan/papper/plan.txt", papers.paper_text, name="paper_text"),
    path("arenden/<uuid:ref>/plan/oversattning/", translations.translations, name="translations"),
    path("oversattningar/<uuid:ref>/granska/", translations.review, name="translation_review"),
    path("arenden/<uuid:ref>/plan/mal/nytt/", goals.new, name="goal_new"),
    path("mal/<uuid:ref>/andra/", goals.change, name="goal_change"),
    path("mal/<uuid:ref>/avsluta/", goals.end, name="goal_end"),
    path("arenden/<uuid:ref>/plan/atgard/ny/", measures.new, name="measure_new"),
    path("atgarder/<uuid:ref>/andra/", measures.change, name="measure_change"),
    path("atgarder/<uuid:ref>/ta-bort/", measures.remove, name="measure_remove"),
    path("atgarder/<uuid:ref>/klar/", measures.tick_off, name="measure_done"),
    path("moten/<uuid:ref>/halla/plan/", meeting.follow, name="follow"),
    # Risk, needs and responsivity; the catalogue of interventions
    path("arenden/<uuid:ref>/plan/rbm/", rbm.rbm, name="rbm"),
    path("arenden/<uuid:ref>/plan/rbm/ny/", rbm.new, name="judgement_new"),
    path("riskbedomningar/<uuid:ref>/ratta/", rbm.correct, name="judgement_correct"),
    path("insatser/", catalogue.catalogue, name="catalogue"),
    path("administration/insatser/", catalogue.offers, name="admin_offers"),
    path("administration/insatser/ny/", catalogue.offer_new, name="admin_offer_new"),
    path("administration/insatser/<uuid:ref>/", catalogue.offer_edit, name="admin_offer_edit"),
    # The end, and what follows it
    path("arenden/<uuid:ref>/avslut/", closing.closing, name="closing"),
    path("arenden/<uuid:ref>/avslut/kvar/", closing.line, name="closing_line"),
    path("arenden/<uuid:ref>/avslut/till-familjen/", closing.family_paper, name="closing_family"),
    path("arenden/<uuid:ref>/avslut/till-familjen/avslut.pdf", closing.family_pdf, name="closing_family_pdf"),
    path("avslut/<uuid:ref>/ta-bort/", closing.drop_line, name="closing_drop"),
    path("arenden/<uuid:ref>/efter/", aftercare.after, name="after"),
    path("arenden/<uuid:ref>/efter/papper/", aftercare.paper, name="after_paper"),
    path("arenden/<uuid:ref>/efter/papper/skriv-ut/", aftercare.print_paper, name="after_print"),
    path("arenden/<uuid:ref>/efter/svar/", aftercare.sign, name="after_sign"),
    path("arenden/<uuid:ref>/efter/ater/", aftercare.withdraw, name="after_withdraw"),
    path("efter/<uuid:ref>/fraga/", aftercare.ask, name="after_ask"),
    path("efter/<uuid:ref>/svar/", aftercare.record, name="after_record"),
    path("efter/<uuid:ref>/ratta/", aftercare.correct, name="after_correct"),
    path("efter/grupper/", aftergroups.groups, name="after_groups"),
    path("efter/grupper/<uuid:ref>/", aftergroups.deliver, name="after_group"),
]
