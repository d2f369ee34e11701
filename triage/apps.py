"""MASH: from concern to decision, against the clock."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "triage"
    verbose_name = "Orosanmälningar och hubb"

    def ready(self) -> None:
        from triage import (  # noqa: F401  # register themselves
            admin_places,
            audit,
            case_checks,
            contributions_deciding,
            deadlines,
            demo_stories,
            hub_messages,
            hub_panel,
            intake,
            panels_judging,
            policy,
            todo,
            todo_judging,
        )
