"""How a preliminary assessment ends, and what follows: investigation, tasks toward the family, word to the reporter."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment, Case, CaseForm, Relative
from hub.models.base import KommunOwned
from triage.models.hub import HubCall
from triage.models.report import ConcernReport, PreliminaryAssessment


class DecisionKind(models.TextChoices):
    OPEN = "open", _("Inled utredning")
    NOT_OPEN = "not_open", _("Inled inte")
    RUNNING = "running", _("Utredning pågår redan")


class Decision(KommunOwned):
    """The decision on one child, by a qualified human, never by the system (P-T7, R25, R43)."""

    assessment = models.OneToOneField(PreliminaryAssessment, models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=8, choices=DecisionKind)
    reasons = models.TextField(max_length=8000)
    #: Frozen as it was that day: "socionom", and the point of the delegation order.
    qualification = models.CharField(max_length=120)
    delegation = models.CharField(max_length=60)
    decided_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    call = models.ForeignKey(HubCall, models.PROTECT, null=True, blank=True, related_name="decisions")
    #: Why it was decided although units had not answered; names them on the page.
    unanswered_why = models.CharField(max_length=1000, blank=True, default="")
    #: A way of working to ask the family about, such as SIG; nobody outside hears of it (P-A13).
    proposes = models.CharField(max_length=16, choices=CaseForm, blank=True, default="")
    seek_consent = models.BooleanField(default=False)
    #: Who investigates, or already does.
    investigator = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="decision_whole", condition=~Q(reasons="") & ~Q(qualification="") & ~Q(delegation="")
            ),
            models.CheckConstraint(
                name="decision_names_investigator",
                condition=Q(kind=DecisionKind.NOT_OPEN, investigator=None)
                | ~Q(kind=DecisionKind.NOT_OPEN) & Q(investigator__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"Decision {self.pk}"


class DecisionExtension(KommunOwned):
    """More than fourteen days, for synnerliga skäl alone, as a reasoned decision (R20, SoL 20:2)."""

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="extensions")
    #: The last day, itself included.
    until = models.DateField()
    reasons = models.TextField(max_length=4000)
    decided_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="extension_has_reasons", condition=~Q(reasons="")),)

    def __str__(self) -> str:
        return f"DecisionExtension {self.pk}"


class Investigation(KommunOwned):
    """An investigation that a decision opened (utredning): at most four months, longer by decision (R23)."""

    assessment = models.OneToOneField(PreliminaryAssessment, models.PROTECT, related_name="investigation")
    case = models.OneToOneField(Case, models.PROTECT, related_name="investigation")
    investigator = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    #: The investigator has read the packet and taken over.
    received_at = models.DateTimeField(null=True, blank=True)
    #: The last day after a decision of särskilda skäl.
    extended_until = models.DateField(null=True, blank=True)
    extended_why = models.CharField(max_length=1000, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=1000, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="investigation_extended_whole",
                condition=Q(extended_until=None, extended_why="")
                | Q(extended_until__isnull=False) & ~Q(extended_why=""),
            ),
            models.CheckConstraint(
                name="investigation_closed_whole",
                condition=Q(closed_at=None, closed_why="")
                | Q(closed_at__isnull=False, closed_at__gte=F("opened_at")) & ~Q(closed_why=""),
            ),
        )

    def __str__(self) -> str:
        return f"Investigation {self.pk}"


class TaskKind(models.TextChoices):
    #: "Vi vill fråga er om …": the family is asked before anybody outside hears of it (P-T7).
    ASK_FAMILY = "ask_family", _("Fråga familjen")
    #: Child and guardians are told that an investigation was opened (P-T11, SoL 20:4).
    INFORM = "inform", _("Informera")


class TaskState(models.TextChoices):
    OPEN = "open", _("Att göra")
    DONE = "done", _("Klar")
    HELD = "held", _("Hålls inne")


class FamilyTask(KommunOwned):
    """Something to say to or ask one person of the family: the child itself, or one guardian (P-T11).

    Held back, with särskilda skäl, it stops every letter and invitation to that person until the day of review.
    """

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=10, choices=TaskKind)
    #: Empty: the child itself.
    relative = models.ForeignKey(Relative, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    state = models.CharField(max_length=4, choices=TaskState, default=TaskState.OPEN)
    state_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    #: How it was done, or what the family said.
    note = models.CharField(max_length=1000, blank=True, default="")
    done_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    held_why = models.CharField(max_length=1000, blank=True, default="")
    held_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    review_on = models.DateField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint("assessment", "kind", "relative", name="family_task_once", nulls_distinct=False),
            models.CheckConstraint(
                name="family_task_held_whole",
                condition=~Q(state=TaskState.HELD)
                | Q(held_by__isnull=False, review_on__isnull=False) & ~Q(held_why=""),
            ),
            models.CheckConstraint(
                name="family_task_done_whole",
                condition=~Q(state=TaskState.DONE) | Q(done_by__isnull=False, state_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"FamilyTask {self.pk}"


class FeedbackChoice(models.TextChoices):
    GIVEN = "given", _("Återkoppling lämnad")
    UNSUITABLE = "unsuitable", _("Olämpligt att återkoppla")
    NOT_ASKED = "not_asked", _("Ingen återkoppling begärd")


class Feedback(KommunOwned):
    """Word to a mandated reporter: "inledd", "ej inledd" or "pågår" and nothing else, or why not (P-T8, R24)."""

    report = models.ForeignKey(ConcernReport, models.PROTECT, related_name="feedback")
    assessment = models.OneToOneField(PreliminaryAssessment, models.PROTECT, related_name="feedback")
    #: When the reporter asked; empty where nobody has.
    asked_at = models.DateTimeField(null=True, blank=True)
    choice = models.CharField(max_length=10, choices=FeedbackChoice, blank=True, default="")
    reason = models.CharField(max_length=1000, blank=True, default="")
    #: How it was said: by phone, letter.
    how = models.CharField(max_length=200, blank=True, default="")
    chosen_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "feedback"
        constraints = (
            models.CheckConstraint(
                name="feedback_chosen_whole",
                condition=Q(choice="", chosen_by=None, chosen_at=None)
                | ~Q(choice="") & Q(chosen_by__isnull=False, chosen_at__isnull=False),
            ),
            models.CheckConstraint(
                name="feedback_refused_with_reason", condition=~Q(choice=FeedbackChoice.UNSUITABLE) | ~Q(reason="")
            ),
        )

    def __str__(self) -> str:
        return f"Feedback {self.pk}"
