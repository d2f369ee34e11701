"""Consent: what is known, and who may read it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"
    verbose_name = "Samtycke och uppgifter"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from consent import admin_places, audit, contributions, deadlines, effects, policy  # noqa: F401  # register themselves
        from consent.models import ConsentSettings, InformationType

        # Field-level history of reference data; the record over people is hub.AuditEntry (architecture, "Audit").
        for model in (ConsentSettings, InformationType):
            auditlog.register(model)
