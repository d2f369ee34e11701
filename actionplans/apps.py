"""Individual action plans and their follow-up."""

from django.apps import AppConfig


class ActionplansConfig(AppConfig):
    name = "actionplans"
    verbose_name = "Handlingsplaner"

    def ready(self) -> None:
        from actionplans import admin_places, audit, contributions, minutes, policy  # noqa: F401  # register themselves
        from actionplans import demo_rbm  # noqa: F401  # registers itself
