"""What comes in: reports of concern, and for each child of one the preliminary assessment with its history (P-T1)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.fields import EncryptedTextField
from hub.models import Assignment, Case, Individual
from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time, period_is_forward
from hub.models.organisation import Agency, Unit
from triage.models.settings import Colour, QuestionSet


class Channel(models.TextChoices):
    """How a report reached the authority."""

    PHONE = "phone", _("Telefon")
    VISIT = "visit", _("Besök")
    LETTER = "letter", _("Brev eller e-post")
    POLICE = "police", _("Polisens anmälan")
    FORM = "form", _("Formulär på webben")
    API = "api", _("Annat system")


class ReporterCategory(models.TextChoices):
    """Who reports; the first ones have the duty of SoL 19:1 (R18), private persons "bör" (19:4)."""

    SCHOOL = "school", _("Skola eller förskola")
    POLICE = "police", _("Polis")
    HEALTH = "health", _("Hälso- och sjukvård")
    SOCIAL = "social", _("Socialtjänst")
    PROBATION = "probation", _("Kriminalvård")
    LEISURE = "leisure", _("Kommunens fritid")
    OTHER_AUTHORITY = "other_authority", _("Annan myndighet eller verksamhet med anmälningsplikt")
    PRIVATE = "private", _("Privatperson")
    FAMILY = "family", _("Familjen eller barnet självt")
    ANONYMOUS = "anonymous", _("Anonym")


#: Those with a duty to report, who may be told whether an investigation was opened (R18, R24).
MANDATED = frozenset(
    {
        ReporterCategory.SCHOOL.value,
        ReporterCategory.POLICE.value,
        ReporterCategory.HEALTH.value,
        ReporterCategory.SOCIAL.value,
        ReporterCategory.PROBATION.value,
        ReporterCategory.LEISURE.value,
        ReporterCategory.OTHER_AUTHORITY.value,
    }
)


class ReportNumbers(models.Model):
    """The last report number given out in a kommun and year; its row is the queue for the next one."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "report numbers"
        constraints = (models.UniqueConstraint("municipality", "year", name="report_numbers_once"),)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class ConcernReport(KommunOwned):
    """A report about one or more children (orosanmälan), as it was told.

    Arrival is when it reached the authority, and never moves: a trigger refuses it (P-T3, R69). What came through
    the open form or from another system stands unregistered until somebody of the unit has received it.
    """

    number = models.CharField(max_length=16)  # O-2026-0412
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel)
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    #: What has been seen and heard, and by whom; apart from what the reporter makes of it.
    facts = models.TextField(max_length=8000)
    judgement = models.TextField(max_length=4000, blank=True, default="")
    urgent = models.BooleanField(default=False)
    urgent_why = models.CharField(max_length=500, blank=True, default="")
    #: Whether the family knows that the report is made: yes, no or not said.
    family_knows = models.BooleanField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["unit", "-arrived_at"], name="report_of_unit"),)
        constraints = (
            models.UniqueConstraint("municipality", "number", name="report_number_in_kommun"),
            models.CheckConstraint(
                name="report_registered_whole",
                condition=Q(registered_at=None, registered_by=None)
                | Q(registered_at__gte=F("arrived_at"), registered_by__isnull=False),
            ),
            models.CheckConstraint(name="report_tells_something", condition=~Q(facts="")),
        )

    def __str__(self) -> str:
        return self.number


class Reporter(KommunOwned):
    """Who made a report, in a row of its own: the identity may be secret toward the one reported (R8, OSL 26:5).

    It is on no page of the child, in no packet and no export; only those who handle the report may read it.
    """

    report = models.OneToOneField(ConcernReport, models.PROTECT, related_name="reporter")
    category = models.CharField(max_length=16, choices=ReporterCategory)
    name = EncryptedTextField(blank=True, max_length=120)
    workplace = EncryptedTextField(blank=True, max_length=120)
    contact = EncryptedTextField(blank=True, max_length=200)
    #: Danger of violence or other serious harm if the identity became known.
    protected = models.BooleanField(default=False)
    wants_feedback = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Reporter {self.pk}"

    @property
    def mandated(self) -> bool:
        return self.category in MANDATED


class AssessmentState(models.TextChoices):
    OPEN = "open", _("Förhandsbedömning pågår")
    INVESTIGATED = "investigated", _("Utredning inledd")
    NOT_OPENED = "not_opened", _("Utredning inleds inte")
    RUNNING = "running", _("Utredning pågick redan")


class PreliminaryAssessment(KommunOwned):
    """One child of a report (förhandsbedömning): own protection assessment, colour, clocks, decision, owner (P-T1).

    The child is described as the reporter did until somebody has found out who it is; then there is an individual,
    and a case of form MASH of its own that the parties of a running one never see (P-A6).
    """

    report = models.ForeignKey(ConcernReport, models.PROTECT, related_name="assessments")
    position = models.PositiveSmallIntegerField()
    given_name = EncryptedTextField(blank=True, max_length=100)
    family_name = EncryptedTextField(blank=True, max_length=100)
    personnummer = EncryptedTextField(blank=True)
    #: Keyed hash within the agency: earlier reports on the same child (P-T8).
    lookup = models.CharField(max_length=64, blank=True, default="", editable=False)
    birth_date = models.DateField(null=True, blank=True)
    #: What else tells who it is: "omkring 14 år, går i åttan, bor hos mormor".
    about = EncryptedTextField(blank=True, max_length=500)
    #: Protected identity as the reporter says or the register shows: never in a list of the unit (P-A8).
    protected = models.BooleanField(default=False)
    individual = models.ForeignKey(
        Individual, models.PROTECT, null=True, blank=True, related_name="preliminary_assessments"
    )
    case = models.OneToOneField(Case, models.PROTECT, null=True, blank=True, related_name="preliminary_assessment")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    #: Never empty: a concern has one named owner at all times (P-T10).
    owner = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    #: Empty until somebody has judged it.
    colour = models.CharField(max_length=6, choices=Colour, blank=True, default="")
    state = models.CharField(max_length=12, choices=AssessmentState, default=AssessmentState.OPEN)
    state_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (
            models.Index(fields=["unit", "state"], name="assessment_of_unit"),
            models.Index(fields=["owner"], name="assessment_of_owner", condition=Q(state=AssessmentState.OPEN)),
            models.Index(fields=["lookup"], name="assessment_by_child", condition=~Q(lookup="")),
        )
        constraints = (
            models.UniqueConstraint("report", "position", name="child_once_in_a_report"),
            models.CheckConstraint(
                name="assessment_identified_whole",
                condition=Q(individual=None, case=None) | Q(individual__isnull=False, case__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_ended_whole",
                condition=Q(state=AssessmentState.OPEN, state_at=None)
                | ~Q(state=AssessmentState.OPEN) & Q(state_at__isnull=False),
            ),
            models.CheckConstraint(
                name="investigated_child_is_known",
                condition=~Q(state__in=(AssessmentState.INVESTIGATED, AssessmentState.RUNNING)) | Q(case__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_colour_known",
                condition=Q(colour__in=["", *Colour.values], state__in=AssessmentState.values),
            ),
        )

    def __str__(self) -> str:
        return f"PreliminaryAssessment {self.pk}"  # never a name: this text reaches logs

    @property
    def name(self) -> str:
        """The child's name as reported, "" where nobody has said one."""
        return f"{self.given_name} {self.family_name}".strip()


class Ownership(KommunOwned):
    """Who has owned a concern, from when to when, why it changed hands, and the receipt of who took over (P-T10)."""

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="ownerships")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    #: Empty: handed over by the system itself.
    given_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            period_is_forward(name="ownership_forward"),
            one_at_a_time("assessment", name="one_owner_at_a_time"),
        )

    def __str__(self) -> str:
        return f"Ownership {self.pk}"


class ProtectionOutcome(models.TextChoices):
    NO_NEED = "no_need", _("Inget behov av omedelbart skydd")
    HANDLED = "handled", _("Behov av omedelbart skydd, åtgärder vidtagna")
    PLACED = "placed", _("Omedelbart omhändertagande eller placering")


class ProtectionAssessment(KommunOwned):
    """The statutory assessment "genast" whether the child needs protection at once (P-T2, SoL 20:1).

    The first one stops the clock; a later one stands beside it and never replaces it.
    """

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="protections")
    outcome = models.CharField(max_length=8, choices=ProtectionOutcome)
    reasons = models.TextField(max_length=4000)
    measures = models.TextField(max_length=4000, blank=True, default="")
    assessed_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="protection_has_reasons", condition=~Q(reasons="")),
            models.CheckConstraint(
                name="protection_tells_measures",
                condition=Q(outcome=ProtectionOutcome.NO_NEED) | ~Q(measures=""),
            ),
            models.CheckConstraint(name="protection_not_ahead", condition=Q(assessed_at__lte=F("recorded_at"))),
        )

    def __str__(self) -> str:
        return f"ProtectionAssessment {self.pk}"


class ColourChange(KommunOwned):
    """One colour given by a human, with the answers that suggested another or the same, and why (P-T3).

    A downgrade holds at once; a second person confirms it afterwards, or disagrees and sets the colour anew.
    """

    assessment = models.ForeignKey(PreliminaryAssessment, models.PROTECT, related_name="colours")
    was = models.CharField(max_length=6, choices=Colour, blank=True, default="")
    colour = models.CharField(max_length=6, choices=Colour)
    reason = models.CharField(max_length=1000, blank=True, default="")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, null=True, blank=True, related_name="+")
    #: Question code → "yes", "no" or "unknown".
    answers = models.JSONField(default=dict, blank=True)
    suggested = models.CharField(max_length=6, choices=Colour, blank=True, default="")
    set_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    downgrade = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)
    confirm_note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["assessment", "-set_at"], name="colour_history"),)
        constraints = (
            models.CheckConstraint(name="changed_colour_has_reason", condition=Q(was="") | ~Q(reason="")),
            models.CheckConstraint(name="colour_really_changed", condition=~Q(was=F("colour"))),
            models.CheckConstraint(
                name="confirmed_whole",
                condition=Q(confirmed_by=None, confirmed_at=None, agreed=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, agreed__isnull=False),
            ),
            models.CheckConstraint(
                name="confirmed_by_another", condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("set_by"))
            ),
        )

    def __str__(self) -> str:
        return f"ColourChange {self.pk}"


class ReportDraft(KommunOwned):
    """A report as it is typed, its writer's alone: kept with every pause, gone when it is registered (P-Q3)."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    #: The form's fields as JSON.
    typed = EncryptedTextField()
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["assignment", "-saved_at"], name="draft_of_assignment"),)

    def __str__(self) -> str:
        return f"ReportDraft {self.pk}"
