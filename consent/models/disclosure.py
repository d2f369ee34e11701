"""Acts of sharing named item versions with a named recipient, on a ground, each test recorded (P-C7, P-C8, R2)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models.information import InformationItem
from hub.models import Assignment, Case, Individual
from hub.models.base import KommunOwned
from hub.models.organisation import Agency


class Delivery(models.TextChoices):
    """How what is disclosed reaches the recipient. Associations have no account: by word or on paper (P-A14)."""

    HUB = "hub", _("I hubben, till namngivna läsare")
    ORAL = "oral", _("Muntligt")
    PAPER = "paper", _("På papper")


class Disclosure(KommunOwned):
    """One act of sharing (utlämnande): item versions, recipients, ground, decider, period (P-A2 clause 3).

    The ground is frozen as it was listed that day: code, version and paragraph here, its questions in
    `DisclosureTest`. What was told is told: a disclosure is never deleted, and ending it only stops further reading.
    """

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="disclosures")
    case = models.ForeignKey(Case, models.PROTECT, related_name="disclosures")
    source = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    #: The code and version in the list of grounds (`consent.grounds`), and the paragraph as it was written there.
    ground = models.CharField(max_length=40)
    ground_version = models.PositiveSmallIntegerField()
    paragraph = models.CharField(max_length=120)
    necessity = models.CharField(max_length=2000)
    delivery = models.CharField(max_length=8, choices=Delivery, default=Delivery.HUB)
    #: Outside the hub: name and role of who received it.
    received_by = models.CharField(max_length=200, blank=True, default="")
    #: What a recipient that is no authority may not do with it (OSL 10:14, 12:2, R7).
    reservation = models.CharField(max_length=1000, blank=True, default="")
    decided_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    disclosed_at = models.DateTimeField()
    #: Empty where nothing is read in the hub.
    readable_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=500, blank=True, default="")
    person_told = models.BooleanField(default=False)
    #: How and when the person was told, or why not yet.
    told_note = models.CharField(max_length=1000)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["individual", "-disclosed_at"], name="disclosure_of_individual"),)
        constraints = (
            models.CheckConstraint(
                name="disclosure_forward",
                condition=Q(readable_until=None) | Q(readable_until__gte=F("disclosed_at")),
            ),
            models.CheckConstraint(
                name="disclosure_has_ground", condition=~Q(ground="") & ~Q(paragraph="") & ~Q(necessity="")
            ),
            models.CheckConstraint(name="disclosure_between_agencies", condition=~Q(source=F("recipient"))),
            models.CheckConstraint(
                name="disclosure_delivered_whole",
                condition=Q(delivery=Delivery.HUB, readable_until__isnull=False, received_by="")
                | (~Q(delivery=Delivery.HUB) & Q(readable_until=None) & ~Q(received_by="")),
            ),
            models.CheckConstraint(
                name="disclosure_told_or_why_not",
                condition=~Q(told_note="") & (Q(person_told=False, told_at=None) | Q(person_told=True)),
            ),
            models.CheckConstraint(
                name="disclosure_ended_whole",
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
            ),
        )

    def __str__(self) -> str:
        return f"Disclosure {self.pk}"


class InquiryState(models.TextChoices):
    """Where a question stands."""

    ASKED = "asked", _("Väntar på svar")
    ANSWERED = "answered", _("Besvarad")
    WITHDRAWN = "withdrawn", _("Tillbakadragen")
    #: The investigation is over, or the agency's part in the case.
    LAPSED = "lapsed", _("Upphörd")


class InquiryAnswer(models.TextChoices):
    """What was answered. Silence has one wording, whatever lies behind it (P-C9)."""

    ITEMS = "items", _("Uppgifter")
    NOTHING = "nothing", _("Vi lämnar inga uppgifter")


class Inquiry(KommunOwned):
    """A question from an investigation to another agency; only the answer comes back (förfrågan, P-A6, SoL 20:6).

    Asking tells that an investigation goes on, and nothing else: that is `asking`, a disclosure without items. The
    answer is the asked agency's own item, disclosed to the asker: `answer_disclosure`.
    """

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="inquiries")
    case = models.ForeignKey(Case, models.PROTECT, related_name="inquiries")
    asked = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    question = models.CharField(max_length=2000)
    asking = models.OneToOneField(Disclosure, models.PROTECT, related_name="asks")
    asked_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=InquiryState, default=InquiryState.ASKED)
    answer = models.CharField(max_length=8, choices=InquiryAnswer, blank=True, default="")
    answer_disclosure = models.OneToOneField(
        Disclosure, models.PROTECT, null=True, blank=True, related_name="answers_inquiry"
    )
    #: When it was answered, taken back or lapsed, and by whom; nobody where it lapsed with the case.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name_plural = "inquiries"
        indexes = (models.Index(fields=["case", "-asked_at"], name="inquiry_of_case"),)
        constraints = (
            models.UniqueConstraint(
                fields=["case", "asked"], name="one_open_inquiry_at_a_time", condition=Q(state=InquiryState.ASKED)
            ),
            models.CheckConstraint(name="inquiry_has_question", condition=~Q(question="")),
            models.CheckConstraint(name="inquiry_due_forward", condition=Q(due_at__gt=F("asked_at"))),
            models.CheckConstraint(
                name="inquiry_ended_whole",
                condition=Q(state=InquiryState.ASKED, ended_at=None, ended_by=None, end_reason="")
                | Q(state=InquiryState.ANSWERED, ended_at__isnull=False, ended_by__isnull=False, end_reason="")
                | Q(state=InquiryState.WITHDRAWN, ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")
                | Q(state=InquiryState.LAPSED, ended_at__isnull=False, ended_by=None) & ~Q(end_reason=""),
            ),
            models.CheckConstraint(
                name="inquiry_answered_whole",
                condition=~Q(state=InquiryState.ANSWERED) & Q(answer="", answer_disclosure=None)
                | Q(state=InquiryState.ANSWERED, answer=InquiryAnswer.NOTHING, answer_disclosure=None)
                | Q(state=InquiryState.ANSWERED, answer=InquiryAnswer.ITEMS, answer_disclosure__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"Inquiry {self.pk}"  # never its question: this reaches logs


class DisclosureTest(models.Model):
    """One question of the ground as it was asked, and how the decider answered (P-C7)."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="tests")
    code = models.CharField(max_length=40)
    question = models.CharField(max_length=500)
    answer = models.BooleanField()
    reason = models.CharField(max_length=1000, blank=True, default="")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint("disclosure", "code", name="test_once_per_disclosure"),
            models.CheckConstraint(name="disclosure_test_has_question", condition=~Q(question="")),
        )

    def __str__(self) -> str:
        return f"DisclosureTest {self.pk}"


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
