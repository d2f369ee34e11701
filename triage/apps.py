"""MASH: from concern to decision, against the clock."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "triage"
