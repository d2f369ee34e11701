"""Network meetings and their rhythm."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Möten"

    def ready(self) -> None:
        from meetings import (  # noqa: F401  # register themselves
            admin_places,
            audit,
            contributions,
            deadlines,
            demo_stories,
            leaving,
            messages,
            policy,
            screen_panels,
            todo_decisions,
        )
