"""Statistics of the programme."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Statistik"

    def ready(self) -> None:
        from reports import admin_places, audit, demo, policy  # noqa: F401  # register themselves
