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
            demo_after,
            demo_rbm,
            minutes,
            policy,
        )
        from actionplans.aftercare import contributions as after_contributions  # noqa: F401  # as above
        from actionplans.aftercare import deadlines as after_deadlines  # noqa: F401  # as above
        from actionplans.aftercare import policy as after_policy  # noqa: F401  # as above
