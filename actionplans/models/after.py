"""Following up when a case has ended: under a consent of its own, or as a group's count without identities (P-P6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models import Answer, SignedHow, SignerRole, WithdrawalChannel, signer_key
from hub.models import Agency, Assignment, Case, CaseForm, Individual, Person, Unit
from hub.models.base import KommunOwned

#: When it is asked, in months after the end.
MONTHS = (6, 12)
#: Fewer ended cases than this are no group (R68).
SMALLEST_GROUP = 5


class Asked(models.TextChoices):
    """What is asked, as in the Stockholm report."""

    REPORTS = "reports", _("Nya polisanmälningar")
    SCHOOL = "school", _("Skola")
    OCCUPATION = "occupation", _("Sysselsättning")


class Told(models.TextChoices):
    """The answers; `VALUES` says which belong to which question. Who may say nothing is unknown (P-C9)."""

    YES = "yes", _("Ja")
    NO = "no", _("Nej")
    REGULARLY = "regularly", _("Går i skolan")
    PARTLY = "partly", _("Går delvis i skolan")
    NOT_AT_ALL = "not_at_all", _("Går inte i skolan")
    LEFT = "left", _("Har slutat skolan")
    WORKS = "works", _("Arbetar")
    STUDIES = "studies", _("Studerar")
    PRACTICE = "practice", _("Praktik eller insats")
    NOTHING = "nothing", _("Ingen sysselsättning")
    UNKNOWN = "unknown", _("Vet inte")


VALUES: dict[str, tuple[Told, ...]] = {
    Asked.REPORTS: (Told.YES, Told.NO, Told.UNKNOWN),
    Asked.SCHOOL: (Told.REGULARLY, Told.PARTLY, Told.NOT_AT_ALL, Told.LEFT, Told.UNKNOWN),
    Asked.OCCUPATION: (Told.WORKS, Told.STUDIES, Told.PRACTICE, Told.NOTHING, Told.UNKNOWN),
}


def _fits(what: str, value: str) -> Q:
    fits = Q()
    for asked, values in VALUES.items():
        fits |= Q(**{what: asked, f"{value}__in": values})
    return fits


class EndedBy(models.TextChoices):
    WITHDRAWN = "withdrawn", _("Återkallat")
    REPLACED = "replaced", _("Ersatt av ett nytt papper")


class AfterPaper(KommunOwned):
    """The paper that asks whether one may follow up after the end. It gives nobody anything to read.

    What holds are the questions that every required signer has ticked, from `completed_at` until it is withdrawn, or
    until the signatures stop carrying it (`ends_at`: the 18th birthday of what guardians signed).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="after_papers")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")
    form_version = models.CharField(max_length=20, default="2026-1")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=EndedBy, blank=True, default="")
    ended_through = models.CharField(max_length=8, choices=WithdrawalChannel, blank=True, default="")
    ended_noted_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint("case", condition=Q(ended_at=None), name="after_paper_stands_once"),
            models.CheckConstraint(
                name="after_paper_ended_whole",
                condition=Q(ended_at=None, ended_by="", ended_noted_by=None)
                | Q(ended_at__isnull=False, ended_noted_by__isnull=False) & ~Q(ended_by=""),
            ),
            models.CheckConstraint(
                name="after_paper_ends_after_it_holds",
                condition=Q(ends_at=None) | Q(completed_at__isnull=False, ends_at__gt=F("completed_at")),
            ),
        )

    def __str__(self) -> str:
        return f"AfterPaper {self.pk}"


class AfterQuestion(KommunOwned):
    """One tick of the paper: one question to one source. Without a source it is the youth who is asked."""

    paper = models.ForeignKey(AfterPaper, models.PROTECT, related_name="questions")
    what = models.CharField(max_length=10, choices=Asked)
    source = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint("paper", "what", "source", name="after_question_once", nulls_distinct=False),
            models.CheckConstraint(
                name="after_reports_come_from_an_agency", condition=~Q(what=Asked.REPORTS) | Q(source__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"AfterQuestion {self.pk}"


class AfterSignature(KommunOwned):
    """One signer's answer on the paper. No is as good an answer as yes."""

    paper = models.ForeignKey(AfterPaper, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=14, choices=SignerRole)
    answer = models.CharField(max_length=10, choices=Answer)
    how = models.CharField(max_length=6, choices=SignedHow, blank=True, default="")
    signed_at = models.DateTimeField()
    written_on = models.DateField()
    taken_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000, blank=True, default="")
    witness = models.CharField(max_length=120, blank=True, default="")
    voluntary = models.BooleanField(default=False)
    #: Stored when the paper became complete: this answer was one that the completeness rule asked for.
    required = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint("paper", "person", "role", name="after_signer_once"),
            models.CheckConstraint(
                name="after_signature_is_whole",
                condition=Q(answer=Answer.REFUSED) | Q(answer=Answer.GIVEN, voluntary=True) & ~Q(how=""),
            ),
            models.CheckConstraint(
                name="after_oral_has_note_and_witness",
                condition=~Q(how=SignedHow.ORAL) | (~Q(note="") & ~Q(witness="")),
            ),
        )

    def __str__(self) -> str:
        return f"AfterSignature {self.pk}"

    @property
    def signer_key(self) -> str:
        return signer_key(self.role, self.person_id)


class AfterTick(KommunOwned):
    """A question that a signer said yes to. There is a row only where somebody has ticked."""

    signature = models.ForeignKey(AfterSignature, models.PROTECT, related_name="ticks")
    question = models.ForeignKey(AfterQuestion, models.PROTECT, related_name="ticks")

    class Meta:
        constraints = (models.UniqueConstraint("signature", "question", name="after_tick_once"),)

    def __str__(self) -> str:
        return f"AfterTick {self.pk}"


def _of_months(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=f"{name}_at_6_or_12", condition=Q(months__in=MONTHS))


class AfterAnswer(KommunOwned):
    """That a source was asked, and what it said, once per point in time. A correction is noted beside it."""

    question = models.ForeignKey(AfterQuestion, models.PROTECT, related_name="answers")
    case = models.ForeignKey(Case, models.PROTECT, related_name="after_answers")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=Asked)
    source = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    months = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    value = models.CharField(max_length=12, choices=Told, blank=True, default="")
    #: The day on which the source answered.
    told_on = models.DateField(null=True, blank=True)
    told_by = models.CharField(max_length=120, blank=True, default="")
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            # Whatever paper it rests on: a later one does not ask the same again.
            models.UniqueConstraint("case", "months", "what", "source", name="after_asked_once", nulls_distinct=False),
            _of_months("after_answer"),
            models.CheckConstraint(
                name="after_answer_whole",
                condition=Q(value="", told_on=None, recorded_at=None, recorded_by=None)
                | Q(told_on__isnull=False, recorded_at__isnull=False, recorded_by__isnull=False) & ~Q(value=""),
            ),
            models.CheckConstraint(name="after_answer_fits", condition=Q(value="") | _fits("what", "value")),
        )

    def __str__(self) -> str:
        return f"AfterAnswer {self.pk}"


class AfterCorrection(KommunOwned):
    """An answer turned out to be wrong: what is right, and why. What was written stays (P-I3, R36)."""

    answer = models.ForeignKey(AfterAnswer, models.PROTECT, related_name="corrections")
    value = models.CharField(max_length=12, choices=Told)
    why = models.CharField(max_length=500)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("noted_at", "pk")
        constraints = (models.CheckConstraint(name="after_correction_says_why", condition=~Q(why="")),)

    def __str__(self) -> str:
        return f"AfterCorrection {self.pk}"


class AfterGroup(KommunOwned):
    """Ended cases that are counted together by a source that knew them, without a name in either direction.

    A count that says the same of everybody is a fact about each of them, so it is never kept: `withheld` stands for
    nobody, for everybody, and for a source that says nothing, and nothing tells which.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    form = models.CharField(max_length=16, choices=CaseForm)
    first_day = models.DateField()
    last_day = models.DateField()
    months = models.PositiveSmallIntegerField()
    source = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    size = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    withheld = models.BooleanField(default=False)
    delivered_on = models.DateField(null=True, blank=True)
    delivered_by = models.CharField(max_length=120, blank=True, default="")
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["unit", "-made_at"], name="after_group_of_unit"),)
        constraints = (
            _of_months("after_group"),
            models.CheckConstraint(name="after_group_of_five", condition=Q(size__gte=SMALLEST_GROUP)),
            models.CheckConstraint(name="after_group_days_forward", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(
                name="after_group_says_nothing_of_everybody",
                condition=Q(count=None) | Q(count__gte=1, count__lt=F("size")),
            ),
            models.CheckConstraint(
                name="after_group_delivered_whole",
                condition=Q(recorded_at=None, recorded_by=None, delivered_on=None, count=None, withheld=False)
                | Q(recorded_at__isnull=False, recorded_by__isnull=False, delivered_on__isnull=False)
                & (Q(count=None, withheld=True) | Q(count__isnull=False, withheld=False)),
            ),
        )

    def __str__(self) -> str:
        return f"AfterGroup {self.pk}"


class AfterGroupCase(KommunOwned):
    """Which case was counted in which group. In one group only at each point: no two can be subtracted."""

    group = models.ForeignKey(AfterGroup, models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint("case", "months", name="after_grouped_once"),
            _of_months("after_grouped"),
        )

    def __str__(self) -> str:
        return f"AfterGroupCase {self.pk}"
