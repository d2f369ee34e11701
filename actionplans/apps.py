"""Individual action plans and their follow-up."""

from django.apps import AppConfig


class ActionplansConfig(AppConfig):
    name = "actionplans"
    verbose_name = "Handlingsplaner"

    def ready(self) -> None:
        from actionplans import (  # noqa: F401  # register themselves
            audit,
            contributions,
            demo_after,  # as above
            minutes,
            policy,
        )
        from actionplans.aftercare import contributions as after_contributions  # noqa: F401  # as above
        from actionplans.aftercare import deadlines as after_deadlines  # noqa: F401  # as above
        from actionplans.aftercare import policy as after_policy  # noqa: F401  # as above
