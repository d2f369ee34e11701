"""Who agreed that which agency may share what with whom, for what, from when to when (P-C)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment, Case, CaseForm, Individual, Person
from hub.models.base import KommunOwned
from hub.models.organisation import Agency


class Maturity(models.TextChoices):
    """An assessment of whether the youth can decide (OSL 12:3, R12)."""

    NOT_ASSESSED = "not_assessed", _("Inte bedömd")
    GUARDIANS_DECIDE = "guardians_decide", _("Vårdnadshavarna bestämmer")
    TOGETHER = "together", _("Den unge och vårdnadshavarna tillsammans")
    DECIDES_ALONE = "decides_alone", _("Den unge bestämmer själv")


class MaturityAssessment(KommunOwned):
    """Who assessed the youth's maturity, when and why. The latest one holds (P-C3)."""

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="maturity_assessments")
    level = models.CharField(max_length=20, choices=Maturity)
    why = models.CharField(max_length=1000)
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(name="maturity_has_reason", condition=~Q(why="")),)

    def __str__(self) -> str:
        return f"MaturityAssessment {self.pk}"


class HinderedDecision(KommunOwned):
    """A recorded decision to go on without a hindered guardian, at most 30 days (FB 6:13 2 st.; off by default)."""

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="hindered_decisions")
    guardian = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=1000)
    attempts = models.CharField(max_length=1000)
    why_cannot_wait = models.CharField(max_length=1000)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="hindered_decision_has_reasons",
                condition=~Q(cause="") & ~Q(attempts="") & ~Q(why_cannot_wait=""),
            ),
            models.CheckConstraint(name="hindered_decision_forward", condition=Q(ends_at__gt=F("decided_at"))),
        )

    def __str__(self) -> str:
        return f"HinderedDecision {self.pk}"


class SessionState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    REGISTERED = "registered", _("Registrerat")
    DISCARDED = "discarded", _("Kastat utkast")


class SigningSession(KommunOwned):
    """One paper, one signing: it may cover several disclosing agencies, one consent each (P-C2)."""

    individual = models.ForeignKey(Individual, models.PROTECT, related_name="signing_sessions")
    case = models.ForeignKey(Case, models.PROTECT, related_name="signing_sessions")
    state = models.CharField(max_length=12, choices=SessionState, default=SessionState.DRAFT)
    purpose = models.CharField(max_length=1000, blank=True, default="")
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    #: Event dates covered; empty means from the first day on (P-C1).
    items_from = models.DateField(null=True, blank=True)
    form_version = models.CharField(max_length=20, default="2026-1")
    form_language = models.CharField(max_length=20, default="sv")
    interpreter = models.CharField(max_length=120, blank=True, default="")
    #: "own", "other_kommun" or "old_form", and where the original paper is kept (P-C6).
    paper_kind = models.CharField(max_length=12, default="own")
    original_kept = models.CharField(max_length=200, blank=True, default="")
    checklist_done = models.BooleanField(default=False)
    court_requirement = models.CharField(max_length=500, blank=True, default="")
    #: SIG asks for parents and youth; going on without needs a reason (completeness case 6).
    unmet_criterion_reason = models.CharField(max_length=500, blank=True, default="")
    renews = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="renewals")
    created_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    registered_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="session_registered_whole",
                condition=~Q(state=SessionState.REGISTERED)
                | (Q(registered_at__isnull=False, first_day__isnull=False, last_day__isnull=False) & ~Q(purpose="")),
            ),
            models.CheckConstraint(
                name="session_days_forward",
                condition=Q(last_day=None) | Q(first_day=None) | Q(last_day__gte=F("first_day")),
            ),
        )

    def __str__(self) -> str:
        return f"SigningSession {self.pk}"


class Consent(KommunOwned):
    """One disclosing agency's consent, with a version in its series (P-C1, P-C5, R10).

    `effective` is NULL until every required signer has said yes; grants copy it. Within a series two versions are
    never in force at once: the database refuses it.
    """

    session = models.ForeignKey(SigningSession, models.PROTECT, related_name="consents")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="consents")
    case = models.ForeignKey(Case, models.PROTECT, related_name="consents")
    disclosing = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    cooperation = models.CharField(max_length=16, choices=CaseForm)
    #: The individual, the disclosing agency and the form of cooperation, as one key.
    series = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Set once, when the last required signature is registered: what the derived period is made from.
    completed_at = models.DateTimeField(null=True, blank=True)
    #: The instant of completion: nothing is in force before it, however early the paper was signed.
    last_signature_at = models.DateTimeField(null=True, blank=True)
    ends_early_at = models.DateTimeField(null=True, blank=True)
    ends_early_reason = models.CharField(max_length=20, blank=True, default="")
    #: Only the youth's own signature was required, so items barred from the family are covered too (P-C3).
    rests_on_youth_alone = models.BooleanField(default=False)
    effective = DateTimeRangeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["series"], name="consent_series"),)
        constraints = (
            ExclusionConstraint(
                name="one_version_of_a_series_in_force",
                expressions=[
                    ("series", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint("session", "disclosing", name="disclosing_once_per_session"),
            models.UniqueConstraint("series", "version", name="version_once_per_series"),
            models.CheckConstraint(
                name="incomplete_covers_nothing", condition=Q(effective=None) | Q(completed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="completed_whole",
                condition=Q(completed_at=None, version=None)
                | Q(completed_at__isnull=False, version__isnull=False, last_signature_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"Consent {self.pk}"


class ConsentRecipient(models.Model):
    """What the paper asks: the types that one recipient may get from the consent's agency, and for what (P-C1)."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    consent = models.ForeignKey(Consent, models.CASCADE, related_name="recipients")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    types = models.BigIntegerField(default=0)
    purpose = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint("consent", "agency", name="recipient_once_per_consent"),)

    def __str__(self) -> str:
        return f"ConsentRecipient {self.pk}"


class SignerRole(models.TextChoices):
    YOUTH = "youth", _("Den unge")
    GUARDIAN = "guardian", _("Vårdnadshavare")
    REPRESENTATIVE = "representative", _("God man")
    OTHER_PERSON = "other_person", _("För uppgifter om sig själv")


class Answer(models.TextChoices):
    GIVEN = "given", _("Ja")
    REFUSED = "refused", _("Nej")
    MISSING = "missing", _("Har inte svarat")
    HINDERED = "hindered", _("Kan inte svara (beslut finns)")


class SignedHow(models.TextChoices):
    PAPER = "paper", _("På papper")
    ORAL = "oral", _("Muntligt, med anteckning och vittne")
    EID = "eid", _("Med e-legitimation")


def signer_key(role: str, person_id: int) -> str:
    """What a signer goes by in forms and in the completeness rule, such as "guardian_12": one person, one role."""
    return f"{role}_{person_id}"


class Signature(KommunOwned):
    """One signer's answer on one paper (P-C3)."""

    session = models.ForeignKey(SigningSession, models.CASCADE, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=14, choices=SignerRole)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.MISSING)
    how = models.CharField(max_length=6, choices=SignedHow, blank=True, default="")
    #: When the answer was registered; nothing is in force before that instant (P-C4, P-C5).
    signed_at = models.DateTimeField(null=True, blank=True)
    #: The day written on the paper; custody is judged on it.
    written_on = models.DateField(null=True, blank=True)
    taken_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=1000, blank=True, default="")
    witness = models.CharField(max_length=120, blank=True, default="")
    voluntary = models.BooleanField(default=False)
    #: Stored when the consents were completed: this answer was one that the completeness rule asked for.
    required = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint("session", "person", "role", name="signer_once_per_session"),
            models.CheckConstraint(
                name="given_signature_is_whole",
                condition=~Q(answer=Answer.GIVEN)
                | (Q(signed_at__isnull=False, taken_by__isnull=False, voluntary=True) & ~Q(how="")),
            ),
            models.CheckConstraint(
                name="oral_has_note_and_witness",
                condition=~Q(how=SignedHow.ORAL) | (~Q(note="") & ~Q(witness="")),
            ),
        )

    def __str__(self) -> str:
        return f"Signature {self.pk}"

    @property
    def signer_key(self) -> str:
        return signer_key(self.role, self.person_id)


class SignatureTick(models.Model):
    """What one signer ticked for one recipient, as written on the paper; it can only narrow what was asked."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    signature = models.ForeignKey(Signature, models.CASCADE, related_name="ticks")
    recipient = models.ForeignKey(ConsentRecipient, models.CASCADE, related_name="ticks")
    types = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint("signature", "recipient", name="ticks_once_per_recipient"),)

    def __str__(self) -> str:
        return f"SignatureTick {self.pk}"


class ReviewKind(models.TextChoices):
    MANAGER = "manager", _("Chefens granskning")
    CUSTODY = "custody", _("Genomgång efter ändrad vårdnad")
    FORMER = "former", _("Inga fler brev till tidigare vårdnadshavare")
    RULES = "rules", _("Genomgång innan samtycket gäller")


class PaperReview(KommunOwned):
    """Somebody has gone through a paper: a manager after the child's no, who leads the case in the other kinds.

    `concerns` is what was judged, so that a later change asks anew and two people never review the same thing.
    """

    session = models.ForeignKey(SigningSession, models.PROTECT, related_name="reviews")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ReviewKind)
    concerns = ArrayField(models.CharField(max_length=80))
    note = models.CharField(max_length=1000)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    #: Of a protected person, whose case no manager may open: which manager judged, and when, as told (P-A8).
    manager = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    manager_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint("session", "kind", "concerns", name="reviewed_once"),
            models.CheckConstraint(
                name="managers_word_is_whole",
                condition=Q(manager=None, manager_on=None)
                | Q(kind=ReviewKind.MANAGER, manager__isnull=False, manager_on__isnull=False),
            ),
            models.CheckConstraint(name="review_has_note", condition=~Q(note="")),
        )

    def __str__(self) -> str:
        return f"PaperReview {self.pk}"


class WithdrawalChannel(models.TextChoices):
    STOP = "stop", _("Stoppa delningen nu")
    VISIT = "visit", _("Vid besök")
    PHONE = "phone", _("Per telefon")
    LETTER = "letter", _("Brev")
    MESSAGE = "message", _("Sms eller e-post")
    MEETING = "meeting", _("I ett möte")


class Withdrawal(KommunOwned):
    """A withdrawal, in force from the instant it was recorded, never in the past (P-C4, R15)."""

    consent = models.ForeignKey(Consent, models.PROTECT, related_name="withdrawals")
    withdrawn_at = models.DateTimeField()
    #: When the signer says it was withdrawn; reads between are listed.
    stated_at = models.DateTimeField(null=True, blank=True)
    signature = models.ForeignKey(Signature, models.PROTECT, null=True, blank=True, related_name="withdrawals")
    channel = models.CharField(max_length=8, choices=WithdrawalChannel)
    #: After "Stoppa delningen nu": how the wish came, told when who and when are filled in (P-C4).
    told_through = models.CharField(max_length=8, choices=WithdrawalChannel, blank=True, default="")
    #: Empty recipient and no types: the whole consent.
    recipient = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    types = models.BigIntegerField(null=True, blank=True)
    #: Whether it ends what is shared: a non-required signer's withdrawal is recorded and alerts the coordinator.
    cuts = models.BooleanField(default=True)
    #: Set when the withdrawal concerns only data about this person ("för uppgifter om mig").
    about = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    details = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ("withdrawn_at", "id")
        constraints = (
            models.CheckConstraint(
                name="withdrawal_never_backdated",
                condition=Q(stated_at=None) | Q(stated_at__lte=F("withdrawn_at")),
            ),
            models.CheckConstraint(
                name="told_through_a_channel_after_a_stop",
                condition=Q(told_through="")
                | Q(channel=WithdrawalChannel.STOP) & ~Q(told_through=WithdrawalChannel.STOP),
            ),
        )

    def __str__(self) -> str:
        return f"Withdrawal {self.pk}"


class Grant(models.Model):
    """What a consent gives, derived: one recipient's types from one source in one period (P-A2 clause 3).

    Never written by hand: `consent.derivation` makes the rows from the consents, and a nightly check compares.
    """

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(Agency, models.PROTECT, related_name="+", db_index=False)
    types = models.BigIntegerField()
    items_from = models.DateField()
    period = DateTimeRangeField()
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="grants")
    #: Another person's consent to sharing data about that person in this individual's items; NULL: the youth's own.
    about = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    covers_barred = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["recipient", "individual"], name="grant_to", include=["types", "period", "source"]),
            models.Index(fields=["individual", "source"], name="grant_of_individual"),
        )
        constraints = (models.CheckConstraint(name="grant_of_something", condition=Q(types__gt=0)),)

    def __str__(self) -> str:
        return f"Grant {self.pk}"
