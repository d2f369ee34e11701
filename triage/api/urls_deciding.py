"""Addresses under /api/v1/ of the decision and what follows."""

from django.urls import URLPattern, path

from triage.api import deciding

urlpatterns: list[URLPattern] = [
    path("concerns/<uuid:ref>/decide/", deciding.concern_decide, name="concern_decide"),
    path("concerns/<uuid:ref>/extend/", deciding.concern_extend, name="concern_extend"),
    path("concerns/<uuid:ref>/handover/", deciding.concern_handover, name="concern_handover"),
    path("concerns/<uuid:ref>/feedback/", deciding.concern_feedback, name="concern_feedback"),
    path("family-tasks/", deciding.family_tasks, name="family_tasks"),
    path("family-tasks/<uuid:ref>/", deciding.family_task, name="family_task"),
    path("family-tasks/<uuid:ref>/done/", deciding.family_task_done, name="family_task_done"),
    path("family-tasks/<uuid:ref>/hold/", deciding.family_task_hold, name="family_task_hold"),
    path("family-tasks/<uuid:ref>/resume/", deciding.family_task_resume, name="family_task_resume"),
    path("investigations/<uuid:ref>/", deciding.investigation, name="investigation"),
    path("investigations/<uuid:ref>/extend/", deciding.investigation_extend, name="investigation_extend"),
    path("investigations/<uuid:ref>/close/", deciding.investigation_close, name="investigation_close"),
]
