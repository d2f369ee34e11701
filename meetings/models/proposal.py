"""A proposal of times for all meetings that are due: asked for, made in the background, mended and confirmed (P-M3)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment, Case, District
from hub.models.base import KommunOwned
from meetings.models.meeting import MeetingForm
from meetings.models.places import Room


class ProposalState(models.TextChoices):
    ASKED = "asked", _("Väntar")
    RUNNING = "running", _("Planeras")
    READY = "ready", _("Klart att gå igenom")
    CANCELLED = "cancelled", _("Avbrutet")
    FAILED = "failed", _("Gick inte")
    CONFIRMED = "confirmed", _("Bokat")
    DROPPED = "dropped", _("Kastat")


#: It is being made.
WORKING = (ProposalState.ASKED, ProposalState.RUNNING)
#: It is being made or waits for who asked; each has one such at a time.
LIVE = (*WORKING, ProposalState.READY)


class ProposalQuality(models.TextChoices):
    """How good it is, as the planner says it (`meetings.planning.outcome.State`)."""

    OPTIMAL = "optimal", _("Det går inte att göra bättre")
    GAP = "gap", _("Kan kanske bli bättre")
    GREEDY = "greedy", _("Planerat ett möte i taget")


class Proposal(KommunOwned):
    """Times for the meetings that fall due in some weeks, in the cases that whoever asks leads."""

    asked_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    #: Only cases of this district; None: all that one leads.
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    #: How long the officials meet right before; 0 for not at all.
    officials_minutes = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=ProposalState, default=ProposalState.ASKED)
    state_at = models.DateTimeField(null=True, blank=True)
    #: Which worker makes it, and when it was last heard of: one that has fallen silent is taken over.
    worker = models.UUIDField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: How far it has come: meetings with a time, and of them those in time, of all.
    placed = models.PositiveSmallIntegerField(default=0)
    on_time = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    #: How many could at most have been in time, and whether that is proven.
    possible = models.PositiveSmallIntegerField(default=0)
    quality = models.CharField(max_length=8, choices=ProposalQuality, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (
            models.Index(fields=["asked_at"], name="proposal_to_make", condition=Q(state__in=WORKING)),
            models.Index(fields=["asked_by", "asked_at"], name="proposal_of_assignment"),
        )
        constraints = (
            models.CheckConstraint(name="proposal_days_forward", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(
                name="proposal_made_by_a_worker",
                condition=~Q(state=ProposalState.RUNNING) | Q(worker__isnull=False, heard_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["asked_by"], name="one_proposal_at_a_time", condition=Q(state__in=LIVE)),
        )

    def __str__(self) -> str:
        return f"Proposal {self.pk}"


class ProposedMeeting(KommunOwned):
    """One meeting of a proposal: its time and room, or why it has none."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="meetings")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    #: The rhythm's last day, as it was when the proposal was made.
    due_day = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True)
    form = models.CharField(max_length=6, choices=MeetingForm, default=MeetingForm.ROOM)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    #: Who sits there, as the planner names them (`meetings.proposing`); read again each time.
    people = ArrayField(models.CharField(max_length=24), default=list)
    #: Why it found no time and what would free one, with `[u12]` where a name stands when it is shown.
    reasons = ArrayField(models.CharField(max_length=500), default=list)
    remedies = ArrayField(models.CharField(max_length=500), default=list)
    #: Somebody has given it another time than the planner did.
    moved = models.BooleanField(default=False)
    left_out = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["proposal", "case"], name="case_proposed_once"),
            models.CheckConstraint(
                name="proposed_room_has_time",
                condition=Q(room=None) | Q(starts_at__isnull=False, form=MeetingForm.ROOM),
            ),
        )

    def __str__(self) -> str:
        return f"ProposedMeeting {self.pk}"
