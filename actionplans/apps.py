"""Individual action plans and their follow-up."""

from django.apps import AppConfig


class ActionplansConfig(AppConfig):
    name = "actionplans"
    verbose_name = "Handlingsplaner"

    def ready(self) -> None:
        from actionplans import audit, contributions, demo, minutes, policy  # noqa: F401  # register themselves
