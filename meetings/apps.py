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
            item_origin,
            leaving,
            letter_panels,
            messages,
            minutes_contributions,
            minutes_sections,
            policy,
            policy_minutes,
            screen_panels,
            todo_decisions,
        )
        from meetings.groups import contributions as group_contributions  # noqa: F401  # as above
        from meetings.groups import messages as group_messages  # noqa: F401  # as above
        from meetings.groups import policy as group_policy  # noqa: F401  # as above
