"""Consent: what is known, and who may read it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"
    verbose_name = "Samtycke och uppgifter"

    def ready(self) -> None:
        from consent import audit, contributions, deadlines, effects, policy  # noqa: F401  # they register themselves
