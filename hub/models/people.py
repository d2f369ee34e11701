"""Whom the work is about: persons registered by social services, the young in focus, and those close to them."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate, Concat, Lower
from django.utils.translation import gettext_lazy as _

from hub.fields import EncryptedTextField
from hub.models.base import KommunOwned
from hub.models.organisation import Agency


class Protection(models.TextChoices):
    """Protected identity (R41): each level hides more than the one before it."""

    NONE = "INGEN", _("Inga skyddade personuppgifter")
    MARKED = "SEKRETESSMARKERING", _("Sekretessmarkering")
    PROTECTED = "SKYDDAD_FOLKBOKFORING", _("Skyddad folkbokföring")
    FICTITIOUS = "FINGERADE", _("Fingerade personuppgifter")


class Sex(models.TextChoices):
    """Stored on its own, never read out of the personnummer (R42)."""

    BOY = "M", _("Pojke eller man")
    GIRL = "F", _("Flicka eller kvinna")
    UNKNOWN = "U", _("Framgår inte")


class Person(KommunOwned):
    """Someone registered by one social-services agency.

    Unique per agency, so that uniqueness reveals nothing to others (P-A15). The personnummer is stored
    encrypted beside a keyed hash for lookup; it may be missing (P-I1).
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    personnummer = EncryptedTextField(blank=True)
    personnummer_lookup = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001  # NULL: many without
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    protection = models.CharField(max_length=24, choices=Protection, default=Protection.NONE)
    #: Violence, heder, skyddat boende, hidden whereabouts: one paper and one letter per person (P-A8).
    family_security_flag = models.BooleanField(default=False)
    language = models.CharField(max_length=40, default="svenska")
    needs_interpreter = models.BooleanField(default=False)
    address = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    school = EncryptedTextField(blank=True)
    #: Search keys: a prefix of "given family" or "family given" (R32). `^@` on COLLATE "C" is leakproof.
    search_given = models.GeneratedField(
        expression=Collate(Lower(Concat("given_name", models.Value(" "), "family_name")), "C"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_family = models.GeneratedField(
        expression=Collate(Lower(Concat("family_name", models.Value(" "), "given_name")), "C"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (
            models.Index(fields=["agency", "search_given"], name="person_by_given_name"),
            models.Index(fields=["agency", "search_family"], name="person_by_family_name"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "personnummer_lookup"],
                name="person_once_per_agency",
                condition=Q(personnummer_lookup__isnull=False),
            ),
            models.CheckConstraint(name="person_protection_known", condition=Q(protection__in=Protection.values)),
        )

    def __str__(self) -> str:
        return f"Person {self.pk}"  # never a name: this text reaches logs

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def is_protected(self) -> bool:
        return self.protection != Protection.NONE


class Individual(KommunOwned):
    """The role of a Person in focus (den unge)."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="individual")

    def __str__(self) -> str:
        return f"Individual {self.pk}"


class RelativeKind(models.TextChoices):
    MOTHER = "mother", _("Mamma")
    FATHER = "father", _("Pappa")
    GUARDIAN = "guardian", _("Vårdnadshavare")
    SPECIAL_GUARDIAN = "special_guardian", _("Särskilt förordnad vårdnadshavare")
    GOD_MAN = "god_man", _("God man")
    SIBLING = "sibling", _("Syskon")
    STEP_PARENT = "step_parent", _("Styvförälder")
    OTHER = "other", _("Annan närstående")


#: Kinds that sign in the guardians' place (P-C3).
REPRESENTATIVE_KINDS = frozenset({RelativeKind.GOD_MAN})
#: Kinds that can hold custody. A sibling or step-parent never signs as guardian (P-C3).
CUSTODY_KINDS = frozenset(
    {RelativeKind.MOTHER, RelativeKind.FATHER, RelativeKind.GUARDIAN, RelativeKind.SPECIAL_GUARDIAN}
)


class RelativeQuerySet(models.QuerySet["Relative"]):
    def with_custody(self, *, at: datetime) -> "RelativeQuerySet":
        """Relatives holding custody at the instant `at` (FB 6:13)."""
        return self.filter(Q(custody_to=None) | Q(custody_to__gt=at), custody_from__lte=at)


class Relative(KommunOwned):
    """An edge from an individual to a person close to them, with custody `[from, to)` where there is any."""

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="relatives")
    person = models.ForeignKey(Person, models.PROTECT, related_name="relative_of")
    kind = models.CharField(max_length=20, choices=RelativeKind)
    custody_from = models.DateTimeField(null=True, blank=True)
    custody_to = models.DateTimeField(null=True, blank=True)

    objects = RelativeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint("individual", "person", name="relative_once"),
            models.CheckConstraint(
                name="custody_period_forward",
                condition=Q(custody_to=None) | Q(custody_from__isnull=False, custody_to__gt=models.F("custody_from")),
            ),
            models.CheckConstraint(
                name="custody_only_for_guardians",
                condition=Q(custody_from=None) | Q(kind__in=sorted([*CUSTODY_KINDS, *REPRESENTATIVE_KINDS])),
            ),
        )

    def __str__(self) -> str:
        return f"Relative {self.pk}"

    def has_custody(self, *, at: datetime) -> bool:
        """Whether this relative holds custody at the instant `at`: `with_custody` for a row that is loaded."""
        begun = self.custody_from is not None and self.custody_from <= at
        return begun and (self.custody_to is None or self.custody_to > at)
