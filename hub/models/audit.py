"""The record of who did, read, was refused or changed what (P-L1)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditKind(models.TextChoices):
    DEED = "deed", _("Åtgärd")
    READ = "read", _("Läsning")
    REFUSED = "refused", _("Nekad")
    FAILED = "failed", _("Misslyckad")
    ROW = "row", _("Ändrad rad")


class AuditEntry(models.Model):
    """One line of the log: ids and types, never content.

    No foreign keys: the line outlives what it tells of. The application's role may insert and select; a trigger
    that is ENABLE ALWAYS refuses every change, whoever asks.
    """

    entry = models.UUIDField(default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_column="logged_at")
    kind = models.CharField(max_length=8, choices=AuditKind)
    action = models.CharField(max_length=60)
    request_id = models.UUIDField(null=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=120, blank=True, default="")
    assignment_id = models.BigIntegerField(null=True)
    assignment_label = models.CharField(max_length=250, blank=True, default="")
    agency_id = models.BigIntegerField(null=True)
    municipality_id = models.BigIntegerField(null=True)
    individual_ids = ArrayField(models.BigIntegerField(), default=list)
    case_ids = ArrayField(models.BigIntegerField(), default=list)
    #: {"consent.informationitem": [1, 2]}
    objects_seen = models.JSONField(default=dict)
    #: {"own": [ids], "consent": {consent id: [ids]}, "disclosure": {…}, "break_glass": id}
    ground = models.JSONField(default=dict)
    #: Column names of a changed row, and other facts that are not content.
    columns = ArrayField(models.CharField(max_length=63), default=list)
    detail = models.JSONField(default=dict)
    route = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=45, blank=True, default="")

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = (
            models.Index(fields=["municipality_id", "-at"], name="audit_of_kommun"),
            models.Index(fields=["user_id", "-at"], name="audit_of_user"),
            models.Index(fields=["request_id"], name="audit_of_request"),
            GinIndex(fields=["individual_ids"], name="audit_about_individual"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.action} ({self.pk})"
