"""Acts of sharing named item versions with named recipients, on a ground (P-C7; its guide and ledger come later)."""

from django.db import models
from django.db.models import F, Q

from consent.models.information import InformationItem
from hub.models import Assignment, Case, Individual
from hub.models.base import KommunOwned
from hub.models.organisation import Agency


class Disclosure(KommunOwned):
    """One act of sharing (utlämnande): item versions, recipients, ground, decider, period (P-A2 clause 3)."""

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="disclosures")
    case = models.ForeignKey(Case, models.PROTECT, related_name="disclosures")
    source = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    #: The paragraph, as written in the list of grounds (`consent.grounds`).
    ground = models.CharField(max_length=40)
    necessity = models.CharField(max_length=2000)
    decided_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    disclosed_at = models.DateTimeField()
    readable_until = models.DateTimeField()
    person_told = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(name="disclosure_forward", condition=Q(readable_until__gt=F("disclosed_at"))),
            models.CheckConstraint(name="disclosure_has_ground", condition=~Q(ground="") & ~Q(necessity="")),
            models.CheckConstraint(name="disclosure_between_agencies", condition=~Q(source=F("recipient"))),
        )

    def __str__(self) -> str:
        return f"Disclosure {self.pk}"


class DisclosedItem(models.Model):
    """A version of an item that a disclosure names. Later annotations are not part of it."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="items")
    item = models.ForeignKey(InformationItem, models.PROTECT, related_name="disclosures")
    version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint("disclosure", "item", name="item_once_per_disclosure"),)

    def __str__(self) -> str:
        return f"DisclosedItem {self.pk}"


class DisclosureRecipient(models.Model):
    """A named recipient: the assignment that may read what was disclosed."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="recipients")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint("disclosure", "assignment", name="recipient_once_per_disclosure"),)

    def __str__(self) -> str:
        return f"DisclosureRecipient {self.pk}"
