"""Individual action plans and their follow-up."""

from django.apps import AppConfig


class ActionplansConfig(AppConfig):
    name = "actionplans"
    verbose_name = "Handlingsplaner"

    def ready(self) -> None:
        from actionplans import (  # noqa: F401  # register themselves
            admin_places,
            audit,
            contributions,
            deadlines,
            demo,
            demo_rbm,
            minutes,
            policy,
        )
