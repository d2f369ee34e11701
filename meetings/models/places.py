"""Where meetings are held: rooms, and times in them that are kept free for network meetings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hub.models.base import KommunOwned, TemporalQuerySet, period_is_forward
from hub.models.organisation import Agency


class Room(KommunOwned):
    """A room of one agency that meetings may be booked in. Two rooms of the same `place` are in the same building."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    #: The address; it is shown after sign-in only (P-M5).
    place = models.CharField(max_length=200)
    capacity = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="room_has_name", condition=~Q(name="") & ~Q(place="")),
            models.CheckConstraint(name="room_holds_people", condition=Q(capacity__gte=1)),
            period_is_forward(name="room_forward"),
        )

    def __str__(self) -> str:
        return self.name


class StandingSlot(KommunOwned):
    """A weekly time that the parties keep free for network meetings; used first (P-M3)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    #: ISO weekdays, 1 Monday to 5 Friday.
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="standing_slot_long_enough", condition=Q(minutes__gte=15, minutes__lte=480)),
            period_is_forward(name="standing_slot_forward"),
        )

    def __str__(self) -> str:
        return f"StandingSlot {self.pk}"
