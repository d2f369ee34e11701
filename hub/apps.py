"""The hub: who exists and who takes part."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = "Samverkanshubb"

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from hub import admin_places, policy, policy_admin, sign_in, todo  # noqa: F401  # policy, log of sign-ins and todo register themselves
        from hub.models import Agency, Agreement, AgreementParty, Assignment, District, Municipality, Unit, User

        # Field-level history of reference data; the record over people is hub.AuditEntry (architecture, "Audit").
        for model in (Municipality, District, Unit, Assignment, Agreement, AgreementParty):
            auditlog.register(model)
        auditlog.register(Agency, m2m_fields={"serves"})
        auditlog.register(User, exclude_fields=["password", "last_login"])
