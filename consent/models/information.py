"""What is known: typed facts by one agency about one individual, and the code lists they use (P-I)."""

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hub.models import AgencyKind, Assignment, Case, Individual, Person, Phase
from hub.models.base import KommunOwned
from hub.models.organisation import Agency

#: Bits 0-62 of a bigint; a bit is never reused, a changed meaning is a new type (architecture, "Access" 4).
MAX_TYPES = 63
#: Bits from here on are for types that an installation makes itself; below are those of the product's own list.
FIRST_LOCAL_BIT = 40


R = TypeVar("R", bound=models.Model, covariant=True)


class CodeListQuerySet(models.QuerySet[R]):
    """Rows of a code list with days of validity `[valid_from, valid_to)`."""

    def current(self, *, on: date) -> Self:
        """Rows in use on the day `on`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


class InformationTypeQuerySet(CodeListQuerySet["InformationType"]):
    def worded(self, *, on: date) -> "InformationTypeQuerySet":
        """Every type that has ever been in use by the day `on`, once each, in its latest wording."""
        newer = InformationType.objects.filter(mask=OuterRef("mask"), version__gt=OuterRef("version"))
        return self.filter(~Exists(newer.filter(valid_from__lte=on)), valid_from__lte=on)

    def writable_by(self, kind: str, *, on: date) -> "InformationTypeQuerySet":
        """Types that an agency of this kind may write on the day `on` (P-I8)."""
        return self.current(on=on).filter(writers__contains=[kind])


class InformationType(models.Model):
    """What kind of fact: one row of the short, versioned list (uppgiftstyp)."""

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    #: 1 << bit: what grants hold for this type.
    mask = models.BigIntegerField()
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=120)
    easy_name = models.CharField(max_length=60)
    easy_description = models.CharField(max_length=160)
    writers = ArrayField(models.CharField(max_length=20, choices=AgencyKind))
    writers_reason = models.TextField()
    #: Agency kinds that may never receive it, whatever is ticked (P-A14).
    never_to = ArrayField(models.CharField(max_length=20, choices=AgencyKind), default=list, blank=True)
    never_to_reason = models.TextField(blank=True, default="")
    example = models.TextField(blank=True, default="")
    advice = models.TextField(blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = InformationTypeQuerySet.as_manager()

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint("code", "version", name="information_type_version"),
            models.UniqueConstraint("mask", "version", name="information_type_mask_version"),
            models.CheckConstraint(name="information_type_mask_positive", condition=Q(mask__gt=0)),
            # A bit is never reused, and a code never moves to another bit: grants hold bits, not names.
            ExclusionConstraint(name="one_code_of_a_bit", expressions=[("mask", "="), ("code", "<>")]),
            ExclusionConstraint(name="one_bit_of_a_code", expressions=[("code", "="), ("mask", "<>")]),
            models.CheckConstraint(
                name="information_type_forward", condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from"))
            ),
        )

    def __str__(self) -> str:
        return self.name

    def in_use(self, *, on: date) -> bool:
        """Whether it can be written and ticked on the day `on`. What is shared already goes on after a closing."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class ItemState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    RECORDED = "recorded", _("Registrerad")


class InformationItem(KommunOwned):
    """One fact written by one agency, of one type, about one individual, in one case and its phase (uppgift).

    A draft is its author's alone and may be rewritten. A recorded item is never overwritten: corrections are
    annotations, each of which makes a new version (P-I3, R36).
    """

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    recorded_phase = models.CharField(max_length=20, choices=Phase)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    type = models.ForeignKey(InformationType, models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    event_date = models.DateField()
    body = models.TextField(max_length=8000)
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    row_version = models.PositiveIntegerField(default=1)
    #: Empty: every agency the grant gives. Otherwise an allow list of agency ids, which can only narrow (P-A7).
    audience = ArrayField(models.BigIntegerField(), default=list, blank=True)
    #: "Betydande men" (R14): kept out of every family paper, and not covered by a guardian's consent.
    family_barred = models.BooleanField(default=False)
    about_others = models.ManyToManyField(Person, through="ItemAbout", related_name="+")
    #: P-I8: told by word of mouth: by whom, when, and read back.
    told_by = models.CharField(max_length=160, blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True)
    read_back = models.BooleanField(default=False)
    #: P-A4: a note to the file quotes this item, with a reason.
    filed_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="filed_as")
    filed_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=["individual", "-event_date", "-id"], name="item_timeline"),
            models.Index(fields=["individual", "agency", "type"], name="item_by_source", include=["municipality"]),
        )
        constraints = (
            models.CheckConstraint(
                name="item_filed_with_reason",
                condition=Q(filed_from=None, filed_reason="") | (Q(filed_from__isnull=False) & ~Q(filed_reason="")),
            ),
            models.CheckConstraint(
                name="item_released_whole",
                condition=Q(released_at=None, released_by=None)
                | Q(
                    released_at__isnull=False,
                    released_by__isnull=False,
                    recorded_at__isnull=False,
                    released_at__gte=models.F("recorded_at"),
                ),
            ),
            models.CheckConstraint(name="item_has_text", condition=~Q(body="")),
        )

    def __str__(self) -> str:
        return f"InformationItem {self.pk}"  # never its text: this reaches logs

    @property
    def state(self) -> str:
        return ItemState.DRAFT if self.recorded_at is None else ItemState.RECORDED


class AgencyFact(KommunOwned):
    """What an agency says of a youth beside the items, such as a measure of a plan: the rule of items reads it (P-A2).

    Who may read is decided by the same columns as of an item: whose it is, of what type, and from when
    (`consent.rules.fact_read_as_own`, `fact_read_by_consent`).
    """

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    recorded_phase = models.CharField(max_length=20, choices=Phase)
    #: Whose fact it is: for a measure the agency that answers for it, whoever writes it down.
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    type = models.ForeignKey(InformationType, models.PROTECT, related_name="+")
    author = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    event_date = models.DateField()
    recorded_at = models.DateTimeField()
    #: As of an item: an allow list of agency ids, which can only narrow (P-A7).
    audience = ArrayField(models.BigIntegerField(), default=list, blank=True)
    #: "Betydande men" (R14): in no family paper, and not covered by a guardian's consent.
    family_barred = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ItemAbout(models.Model):
    """Another person whom an item also is about: covered only if each of them has signed (P-A7, R11)."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    item = models.ForeignKey(InformationItem, models.PROTECT, related_name="abouts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint("item", "person", name="item_about_person_once"),)

    def __str__(self) -> str:
        return f"ItemAbout {self.pk}"


class AnnotationKind(models.TextChoices):
    CORRECTION = "correction", _("Rättelse")
    ADDITION = "addition", _("Tillägg")
    OBJECTION = "objection", _("Den enskilde har en annan uppfattning")  # SoL 14:6, R27


class ItemAnnotation(KommunOwned):
    """What was added to a recorded item; the item's own words stay as they were (P-I3)."""

    item = models.ForeignKey(InformationItem, models.PROTECT, related_name="annotations")
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=AnnotationKind)
    text = models.TextField(max_length=4000)
    author = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    annotated_at = models.DateTimeField()

    class Meta:
        ordering = ("version",)
        constraints = (models.UniqueConstraint("item", "version", name="annotation_version_once"),)

    def __str__(self) -> str:
        return f"ItemAnnotation {self.pk}"


class FactorKind(models.TextChoices):
    RISK = "risk", _("Riskfaktor")
    PROTECTIVE = "protective", _("Skyddsfaktor")
    CONTEXT = "context", _("Bakgrund")


class FactorQuerySet(CodeListQuerySet["Factor"]):
    """Entries of the lists of factors."""


class Factor(models.Model):
    """One entry of a versioned code list of risk and protective factors. No weight, no rank (P-I5, R43)."""

    list_code = models.CharField(max_length=8)
    list_version = models.PositiveSmallIntegerField(default=1)
    list_title = models.CharField(max_length=120)
    source = models.CharField(max_length=200)
    code = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=FactorKind)
    domain = models.CharField(max_length=20)
    dynamic = models.BooleanField(default=True)
    text = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = FactorQuerySet.as_manager()

    class Meta:
        ordering = ("order",)
        constraints = (models.UniqueConstraint("code", "list_version", name="factor_code_version"),)

    def __str__(self) -> str:
        return self.text


class Presence(models.TextChoices):
    PRESENT = "present", _("Finns")
    ABSENT = "absent", _("Finns inte")
    UNKNOWN = "unknown", _("Vet inte")


class ItemFactor(models.Model):
    """A factor seen in an item, with its evidence. Its source agency and date are the item's (P-I5).

    It hangs on the item so that it is read under the item's rule and no other.
    """

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    item = models.ForeignKey(InformationItem, models.PROTECT, related_name="factors")
    factor = models.ForeignKey(Factor, models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence)
    evidence = models.CharField(max_length=1000)

    class Meta:
        constraints = (
            models.UniqueConstraint("item", "factor", name="factor_once_per_item"),
            models.CheckConstraint(name="factor_has_evidence", condition=~Q(evidence="")),
        )

    def __str__(self) -> str:
        return f"ItemFactor {self.pk}"
