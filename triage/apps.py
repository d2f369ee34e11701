"""MASH: from concern to decision, against the clock."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "triage"
    verbose_name = "Orosanmälningar och hubb"

    def ready(self) -> None:
        from triage import audit, deadlines, hub_messages, hub_panel, policy  # noqa: F401  # register themselves
