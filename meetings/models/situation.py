"""The shared picture (lägesbild): what has been seen where and when, never who (P-X2)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Agency, Assignment, District
from hub.models.base import KommunOwned
from meetings.models.groups import Group, GroupMeeting


class Occurrence(models.TextChoices):
    """What is seen. A closed list, so that weeks and places can be compared."""

    GATHERING = "gathering", _("Oroande samling av unga")
    DRUG_SALES = "drug_sales", _("Öppen narkotikahandel")
    DRUG_USE = "drug_use", _("Narkotika eller alkohol")
    RECRUITING = "recruiting", _("Tecken på rekrytering")
    VIOLENCE = "violence", _("Våld eller bråk")
    THREAT = "threat", _("Hot eller trakasserier")
    ROBBERY = "robbery", _("Rån eller stöld bland unga")
    DAMAGE = "damage", _("Skadegörelse eller brand")
    TRAFFIC = "traffic", _("Mopeder och buskörning")
    INSECURE = "insecure", _("Otrygg plats, till exempel mörkt eller tomt")
    ABSENCE = "absence", _("Unga på platsen under skoltid")
    CALM = "calm", _("Lugnare än vanligt")


class TimeOfDay(models.TextChoices):
    MORNING = "morning", _("Morgon, 6–9")
    DAY = "day", _("Dag, 9–14")
    AFTERNOON = "afternoon", _("Eftermiddag, 14–18")
    EVENING = "evening", _("Kväll, 18–22")
    NIGHT = "night", _("Natt, 22–6")


class Trend(models.TextChoices):
    NEW = "new", _("Nytt")
    MORE = "more", _("Ökar")
    SAME = "same", _("Som förut")
    LESS = "less", _("Minskar")
    OVER = "over", _("Har upphört")


class SituationEntry(KommunOwned):
    """One observation (post i lägesbilden): a kind, a place, a span of days and hours, from an agency.

    The place is a name and a district: the hub keeps no coordinates, which would single out a home.
    """

    group = models.ForeignKey(Group, models.PROTECT, related_name="situation")
    kind = models.CharField(max_length=12, choices=Occurrence)
    place = models.CharField(max_length=80)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    times = ArrayField(models.CharField(max_length=10, choices=TimeOfDay))
    source = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    seen = models.CharField(max_length=1000)
    trend = models.CharField(max_length=4, choices=Trend)
    #: The meeting at which it was told; empty where it was written in between.
    meeting = models.ForeignKey(GroupMeeting, models.PROTECT, null=True, blank=True, related_name="situation")
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    #: Taken out of the picture, with a reason: it was wrong, or said too much.
    struck_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_reason = models.CharField(max_length=300, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["group", "first_on"], name="situation_of_group"),)
        constraints = (
            models.CheckConstraint(
                name="situation_whole",
                condition=Q(last_on__gte=F("first_on"), times__len__gte=1) & ~Q(place="") & ~Q(seen=""),
            ),
            models.CheckConstraint(
                name="situation_struck_whole",
                condition=Q(struck_at=None, struck_by=None, struck_reason="")
                | Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"SituationEntry {self.pk}"
