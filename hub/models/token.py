"""Keys for other systems, and what makes a creation by one of them count once."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models.base import Referenced
from hub.models.organisation import Assignment, Municipality


class TokenScope(models.TextChoices):
    """How far a token reaches. It never reaches further than its assignment does."""

    READ = "read", _("Läsa")
    WRITE = "write", _("Skriva")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def living(self, *, at: datetime) -> Self:
        """Tokens that are neither revoked nor past their last instant."""
        return self.filter(Q(revoked_at=None) | Q(revoked_at__gt=at), created_at__lte=at, expires_at__gt=at)


class ApiToken(Referenced):
    """A bearer token: one user, under one assignment, in one kommun, until a fixed instant.

    Only a hash is stored; the secret has 256 random bits, so a plain hash cannot be searched. The token ends with its
    assignment, whatever its own period says (P-A12).
    """

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="api_tokens")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    #: How the token begins: enough to recognise it, nothing to guess the rest from.
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=8, choices=TokenScope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: The local day of the latest use; a finer trace is in the log.
    last_used_on = models.DateField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="token_period_forward", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(name="token_has_scope", condition=Q(scopes__len__gt=0)),
        )

    def __str__(self) -> str:
        return f"ApiToken {self.pk}"

    def lives(self, *, at: datetime) -> bool:
        return at < self.expires_at and (self.revoked_at is None or at < self.revoked_at)


class IdempotencyKey(models.Model):
    """A creation through the API: the same key again gives the same answer, not a second row (P-Q3).

    It holds what was made and no person data: the answer is built anew, under the rule that holds then. The
    fingerprint of what was sent is keyed, so that nobody with the table can try bodies against it.
    """

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    route = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    made = models.UUIDField()
    sent_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["sent_at"], name="idempotency_key_age"),)
        constraints = (models.UniqueConstraint("user", "key", name="idempotency_key_once"),)

    def __str__(self) -> str:
        return f"IdempotencyKey {self.pk}"
