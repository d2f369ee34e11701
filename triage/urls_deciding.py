"""Addresses of the decision and what follows."""

from django.urls import URLPattern, path

from triage.views import deciding, following

urlpatterns: list[URLPattern] = [
    path("anmalan/<uuid:ref>/beslut/", deciding.decision, name="decision"),
    path("anmalan/<uuid:ref>/mer-tid/", deciding.extend, name="extend"),
    path("anmalan/<uuid:ref>/overlamning/", deciding.handover, name="handover"),
    path("anmalan/<uuid:ref>/overlamning.pdf", deciding.handover_pdf, name="handover_pdf"),
    path("anmalan/<uuid:ref>/overlamning/kvittera/", deciding.handover_receive, name="handover_receive"),
    path("anmalan/<uuid:ref>/informera-fler/", following.inform_more, name="inform_more"),
    path("anmalan/<uuid:ref>/aterkoppling/", following.feedback, name="feedback"),
    path("anmalan/<uuid:ref>/aterkoppling/begard/", following.feedback_asked, name="feedback_asked"),
    path("anmalan/<uuid:ref>/aterkoppling.pdf", following.feedback_letter, name="feedback_letter"),
    path("familjen/<uuid:ref>/", following.family_task, name="family_task"),
    path("familjen/<uuid:ref>/hall-inne/", following.task_hold, name="task_hold"),
    path("familjen/<uuid:ref>/ta-upp/", following.task_resume, name="task_resume"),
    path("familjen/<uuid:ref>/brev.pdf", following.task_letter, name="task_letter"),
    path("utredningar/<uuid:ref>/", following.investigation, name="investigation"),
    path("utredningar/<uuid:ref>/forlang/", following.investigation_extend, name="investigation_extend"),
    path("utredningar/<uuid:ref>/avsluta/", following.investigation_close, name="investigation_close"),
]
