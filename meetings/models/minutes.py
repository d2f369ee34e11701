"""Minutes of a meeting: a draft that is made of what stands, then frozen paragraphs and what corrects them (P-M8)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models import InformationItem
from hub.models import Agency, Assignment, Person
from hub.models.base import KommunOwned
from meetings.models.meeting import AgendaPoint, Meeting, Participant


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    APPROVED = "approved", _("Justerat")


class Minutes(KommunOwned):
    """The minutes of one meeting (protokoll). A draft has no text of its own: it shows what the meeting wrote.

    An approved row never changes; the database refuses it (meetings/migrations).
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    state = models.CharField(max_length=8, choices=MinutesState, default=MinutesState.DRAFT)
    #: When the meeting ended.
    made_at = models.DateTimeField()
    #: When the next network meeting was to be, as it stood when this one ended; it may be moved later.
    next_at = models.DateTimeField(null=True, blank=True)
    #: Until it is approved: what the family's copy is to say, by what it is about. Then it stands in the paragraphs.
    wording = models.JSONField(default=dict, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    #: An identity or whereabouts in the family were guarded then: nothing came into a copy that nobody had worded.
    guarded = models.BooleanField(default=False)
    #: Hash of all that was frozen, so that anybody who reads the whole can tell that it is the same.
    digest = models.CharField(max_length=64, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["made_at"], name="minutes_to_approve", condition=Q(state="draft")),)
        constraints = (
            models.CheckConstraint(
                name="minutes_approved_whole",
                condition=Q(state=MinutesState.DRAFT, approved_at=None, approved_by=None, digest="")
                | Q(state=MinutesState.APPROVED, approved_at__isnull=False, approved_by__isnull=False, wording={})
                & ~Q(digest=""),
            ),
        )

    def __str__(self) -> str:
        return f"Minutes {self.pk}"


class MeetingItem(KommunOwned):
    """An item that was written at a meeting, about a point of its agenda or the meeting as a whole (P-M7).

    The item is read by its own rule and no other.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    point = models.ForeignKey(AgendaPoint, models.PROTECT, null=True, blank=True, related_name="items")
    item = models.OneToOneField(InformationItem, models.CASCADE, related_name="written_at_meeting")
    linked_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"MeetingItem {self.pk}"


class MinutesParagraph(KommunOwned):
    """A paragraph of approved minutes, word for word as approved. What it was written from says who reads it (P-M8).

    Whoever leads the case reads every paragraph but items, and facts of higher layers such as measures of a plan: those
    are read by their own rule. A participating agency reads what is `shared`, what is of its own `agency`, officials it
    may know of, and the items and facts that it may read.
    """

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="paragraphs")
    order = models.PositiveSmallIntegerField()
    section = models.SlugField(max_length=20, db_index=False)
    heading = models.CharField(max_length=120)
    title = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(max_length=20_000, blank=True, default="")
    #: What the family's copy says instead, in plain words; empty: it does not stand there.
    plain = models.TextField(max_length=20_000, blank=True, default="")
    item = models.ForeignKey(InformationItem, models.PROTECT, null=True, blank=True, related_name="+")
    item_version = models.PositiveSmallIntegerField(null=True, blank=True)
    #: A fact of a higher layer: which table (`meetings.minutes.FACTS`), and its reference there.
    fact = models.CharField(max_length=40, blank=True, default="")
    fact_ref = models.UUIDField(null=True, blank=True)
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    #: Stands in this person's copy alone: somebody's own words.
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    shared = models.BooleanField(default=False)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(fields=["minutes", "order"], name="minutes_in_order"),
            models.CheckConstraint(name="paragraph_says_something", condition=~Q(title="", text="")),
            models.CheckConstraint(
                name="paragraph_has_one_rule",
                condition=Q(item=None, item_version=None, fact="", fact_ref=None)
                | Q(participant=None, agency=None, person=None, shared=False)
                & (
                    Q(item__isnull=False, item_version__isnull=False, fact="", fact_ref=None)
                    | Q(item=None, item_version=None, fact_ref__isnull=False) & ~Q(fact="")
                ),
            ),
        )

    def __str__(self) -> str:
        return f"MinutesParagraph {self.pk}"


class Addendum(KommunOwned):
    """A correction of approved minutes (tillägg). What was approved stays, this stands beside it (P-M8).

    About a paragraph it is read by those who read that one; about the whole by those who lead, and by every
    participating agency where it is `shared`.
    """

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="addenda")
    paragraph = models.ForeignKey(MinutesParagraph, models.PROTECT, null=True, blank=True, related_name="addenda")
    shared = models.BooleanField(default=False)
    text = models.TextField(max_length=4000)
    author = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "pk")
        constraints = (
            models.CheckConstraint(name="addendum_has_text", condition=~Q(text="")),
            models.CheckConstraint(name="addendum_has_one_rule", condition=Q(paragraph=None) | Q(shared=False)),
        )

    def __str__(self) -> str:
        return f"Addendum {self.pk}"
