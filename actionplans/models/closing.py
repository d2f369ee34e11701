"""How a case ends with its plan: the last meeting, what is left to whom, and the words to the family (P-P6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actionplans.models.plan import Measure
from actionplans.models.rbm import Need
from consent.models import AgencyFact
from hub.models import Agency, Assignment, Case, Individual, Unit
from hub.models.base import KommunOwned
from meetings.models import Meeting


class Closing(KommunOwned):
    """The end of a case as it is prepared; sealed, and never changed again, when the case is closed."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="closing")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")
    #: The network meeting that went through the end; without one it says why.
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    no_meeting_reason = models.CharField(max_length=500, blank=True, default="")
    #: To the youth and the guardians, in plain words. Nothing that is barred from the family stands here.
    family_text = models.TextField(max_length=3000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(name="closing_has_words", condition=~Q(family_text="")),
            models.CheckConstraint(
                name="closing_met_or_says_why",
                condition=Q(meeting=None) & ~Q(no_meeting_reason="")
                | Q(meeting__isnull=False) & Q(no_meeting_reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"Closing {self.pk}"


class Taker(models.TextChoices):
    """Who takes over what goes on; `NOBODY` where it ends with the case."""

    UNIT = "unit", _("En enhet hos oss")
    AGENCY = "agency", _("En verksamhet i ärendet")
    FAMILY = "family", _("Den unge och familjen")
    OTHER = "other", _("Någon annan")
    NOBODY = "nobody", _("Ingen, det avslutas")


class Handover(AgencyFact):
    """What is left when the case ends: who takes it and from when, or why it ends. It is the owner agency's fact.

    Of a measure it has the type, the audience and the bar: nobody reads here what he may not read there (P-A2, P-A7).
    """

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="handovers")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="+")
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=300)
    taker = models.CharField(max_length=8, choices=Taker)
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    to_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    #: Who it is where the platform has no place for them.
    to_whom = models.CharField(max_length=120, blank=True, default="")
    from_day = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint("closing", "measure", name="handed_over_measure_once"),
            models.UniqueConstraint("closing", "need", name="handed_over_need_once"),
            models.CheckConstraint(name="handover_has_text", condition=~Q(text="")),
            models.CheckConstraint(name="handover_of_one_thing", condition=Q(measure=None) | Q(need=None)),
            models.CheckConstraint(
                name="handover_ends_or_goes_on",
                condition=Q(taker=Taker.NOBODY, from_day=None) & ~Q(reason="")
                | ~Q(taker=Taker.NOBODY) & Q(from_day__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_names_its_taker",
                condition=Q(taker=Taker.UNIT, to_unit__isnull=False, to_agency=None, to_whom="")
                | Q(taker=Taker.AGENCY, to_unit=None, to_agency__isnull=False, to_whom="")
                | Q(taker=Taker.OTHER, to_unit=None, to_agency=None) & ~Q(to_whom="")
                | Q(taker__in=(Taker.FAMILY, Taker.NOBODY), to_unit=None, to_agency=None, to_whom=""),
            ),
        )

    def __str__(self) -> str:
        return f"Handover {self.pk}"
