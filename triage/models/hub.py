"""The hub: who is asked what they know, the thirty-minute call, who was there, and the map drawn in it (P-T6, P-T7)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment
from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time, period_is_forward
from hub.models.organisation import Agency, Unit
from triage.models.report import PreliminaryAssessment
from triage.models.settings import HubSlot


class AskedAs(models.TextChoices):
    """On what footing a unit is asked (P-T6): within its own agency, or across secrecy with the need written down."""

    OWN = "own", _("Den egna nämnden")
    OTHER_BOARD = "other_board", _("En annan nämnd i kommunen")
    OTHER_KOMMUN = "other_kommun", _("En annan kommun")


class Knowledge(models.TextChoices):
    """The three answers there are (P-T6, P-C9)."""

    KNOWN = "known", _("Vi känner till")
    UNKNOWN = "unknown", _("Vi känner inte till")
    #: One wording for nothing that may be said, whatever is known.
    NOTHING_SAID = "nothing_said", _("Vi lämnar inga uppgifter")


class KnowledgeCheck(KommunOwned):
    """One unit's answer to "what do you know?" about one child (kännedomskontroll).

    A unit of another agency sees the question and its own answer, never the report or what others have said.
    """

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="checks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    #: For a protected child one named person is asked, never a unit (P-A8).
    to = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    asked_as = models.CharField(max_length=12, choices=AskedAs)
    #: What the answer is needed for; compulsory across agencies (SoL 15:8, OSL 26:9).
    need = models.CharField(max_length=1000, blank=True, default="")
    asked_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    #: Asked by or through the jour: two hours around the clock instead of office hours (P-T4).
    jour = models.BooleanField(default=False)
    answer = models.CharField(max_length=12, choices=Knowledge, blank=True, default="")
    summary = models.TextField(max_length=4000, blank=True, default="")
    answered_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["unit"], name="check_waiting", condition=Q(answered_at=None)),)
        constraints = (
            models.UniqueConstraint("assessment", "unit", name="unit_asked_once"),
            models.CheckConstraint(
                name="check_answered_whole",
                condition=Q(answer="", answered_by=None, answered_at=None, summary="")
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(name="known_is_told", condition=~Q(answer=Knowledge.KNOWN) | ~Q(summary="")),
            models.CheckConstraint(name="only_known_is_told", condition=Q(answer=Knowledge.KNOWN) | Q(summary="")),
            models.CheckConstraint(name="need_across_agencies", condition=Q(asked_as=AskedAs.OWN) | ~Q(need="")),
        )

    def __str__(self) -> str:
        return f"KnowledgeCheck {self.pk}"


class AboutWhom(models.TextChoices):
    PARENT = "parent", _("Förälder eller vårdnadshavare")
    SIBLING = "sibling", _("Syskon")
    OTHER = "other", _("Annan närstående")


class KnowledgeNote(KommunOwned):
    """What a unit knows about somebody else than the child, and about whom (P-T6)."""

    check_of = models.ForeignKey(KnowledgeCheck, models.PROTECT, related_name="notes")
    about = models.CharField(max_length=8, choices=AboutWhom)
    whom = models.CharField(max_length=120)
    text = models.CharField(max_length=2000)

    class Meta:
        constraints = (models.CheckConstraint(name="note_says_about_whom", condition=~Q(whom="") & ~Q(text="")),)

    def __str__(self) -> str:
        return f"KnowledgeNote {self.pk}"


class CallState(models.TextChoices):
    PLANNED = "planned", _("Bokad")
    OPEN = "open", _("Pågår")
    CLOSED = "closed", _("Avslutad")
    CANCELLED = "cancelled", _("Inställd")


class HubCall(KommunOwned):
    """The thirty-minute meeting of the model (hubb), convened by any unit of the hub (P-T6)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    slot = models.ForeignKey(HubSlot, models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    link = models.URLField(blank=True, default="", max_length=500)
    convened_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    convened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CallState, default=CallState.PLANNED)
    state_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: What was missing: units that were not there, and why it could be held or was called off all the same.
    missing = models.CharField(max_length=1000, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["agency", "starts_at"], name="call_of_agency"),)
        constraints = (
            models.CheckConstraint(
                name="call_held_whole",
                condition=Q(state__in=(CallState.PLANNED, CallState.CANCELLED), opened_at=None, closed_at=None)
                | Q(state=CallState.OPEN, opened_at__isnull=False, closed_at=None)
                | Q(state=CallState.CLOSED, opened_at__isnull=False, closed_at__gte=F("opened_at")),
            ),
        )

    def __str__(self) -> str:
        return f"HubCall {self.pk}"


class CallChild(KommunOwned):
    """A child on a call's list, in order; one at a time is spoken of, in `[spoken_from, spoken_to)` (P-T7)."""

    call = models.ForeignKey(HubCall, models.PROTECT, related_name="children")
    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="calls")
    order = models.PositiveSmallIntegerField()
    spoken_from = models.DateTimeField(null=True, blank=True)
    spoken_to = models.DateTimeField(null=True, blank=True)
    #: The joint assessment as it is typed; every saved version stands in `CallRevision`.
    text = models.TextField(max_length=20_000, blank=True, default="")
    text_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint("call", "assessment", name="child_once_in_a_call"),
            models.UniqueConstraint(
                "call", name="one_child_at_a_time", condition=Q(spoken_from__isnull=False, spoken_to=None)
            ),
            models.CheckConstraint(
                name="spoken_forward",
                condition=Q(spoken_to=None) | Q(spoken_from__isnull=False, spoken_to__gte=F("spoken_from")),
            ),
        )

    def __str__(self) -> str:
        return f"CallChild {self.pk}"


class CallRevision(KommunOwned):
    """One saved version of the joint assessment, by whom: two people write at once and nothing is lost (P-Q3)."""

    child = models.ForeignKey(CallChild, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=20_000)
    saved_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("child", "version", name="call_revision_once"),)

    def __str__(self) -> str:
        return f"CallRevision {self.pk}"


class HubAttendance(KommunOwned):
    """Somebody in a call, for which unit, in `[valid_from, valid_to)`: what they may read in it follows from this."""

    call = models.ForeignKey(HubCall, models.PROTECT, related_name="attendance")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["assignment", "call"], name="attendance_of_assignment"),)
        constraints = (
            period_is_forward(name="attendance_forward"),
            one_at_a_time("call", "assignment", name="in_a_call_once_at_a_time"),
        )

    def __str__(self) -> str:
        return f"HubAttendance {self.pk}"


class NodeKind(models.TextChoices):
    CONTACT = "contact", _("Person")
    PLACE = "place", _("Plats")
    SITUATION = "situation", _("Situation")


class MapNode(KommunOwned):
    """A contact, place or situation around one child, as a role and never a name ("äldre vän") (P-I6)."""

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="nodes")
    kind = models.CharField(max_length=10, choices=NodeKind)
    label = models.CharField(max_length=80)
    added_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(name="map_node_has_label", condition=~Q(label="")),)

    def __str__(self) -> str:
        return f"MapNode {self.pk}"


class Degree(models.IntegerChoices):
    """How much contact, in words on the screen (P-I6)."""

    SELDOM = 1, _("Sällan")
    SOMETIMES = 2, _("Ibland")
    OFTEN = 3, _("Ofta")
    DAILY = 4, _("Dagligen")


class MapEdge(KommunOwned):
    """A line of the map, from the child (`start` empty) or from a node, with which unit says so (P-T7)."""

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="edges")
    start = models.ForeignKey(MapNode, models.PROTECT, null=True, blank=True, related_name="+")
    end = models.ForeignKey(MapNode, models.PROTECT, related_name="+")
    degree = models.PositiveSmallIntegerField(choices=Degree)
    note = models.CharField(max_length=300, blank=True, default="")
    source = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="map_edge_between_two", condition=Q(start=None) | ~Q(start=F("end"))),
        )

    def __str__(self) -> str:
        return f"MapEdge {self.pk}"
