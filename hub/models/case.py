"""Engagements and who takes part in them: cases, parties, seats, recusals and break-glass openings."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time, period_is_forward
from hub.models.organisation import Agency, Assignment, District, Unit
from hub.models.people import Individual


class CaseForm(models.TextChoices):
    """The way of working (methods.md section 1)."""

    SIG = "SIG", _("Social insatsgrupp (SIG)")
    SIG_RBM = "SIG_RBM", _("SIG enligt RBM")
    SSPF_INDIVID = "SSPF_INDIVID", _("SSPF individ")
    SSPF_JUNIOR = "SSPF_JUNIOR", _("SSPF Junior")
    MASH = "MASH", _("MASH")
    EXIT = "EXIT", _("Avhopp (EXIT)")


class Phase(models.TextChoices):
    """Where in social services' process a case is; what may be shared follows it (P-A6)."""

    FORHANDSBEDOMNING = "forhandsbedomning", _("Förhandsbedömning")
    UTREDNING = "utredning", _("Utredning")
    INSATS = "insats", _("Insats")
    UPPFOLJNING = "uppfoljning", _("Uppföljning")
    AVSLUTAT = "avslutat", _("Avslutat")


#: Phases in which a consent can cover anything (P-A2 clause 3).
SHARING_PHASES = (Phase.UTREDNING, Phase.INSATS, Phase.UPPFOLJNING)


class Outcome(models.TextChoices):
    """How a case ended (P-P6, methods.md section 5)."""

    AS_PLANNED = "as_planned", _("Enligt plan")
    ABORTED = "aborted", _("Avbrutet")
    MOVED = "moved", _("Flytt")
    SENTENCED = "sentenced", _("Dom")
    RELAPSED = "relapsed", _("Återfall")
    NOT_OPENED = "not_opened", _("Utredning inleds inte")
    RUNNING = "running", _("Ingår i en utredning som pågår")
    OTHER = "other", _("Annat")


#: How people close a case by themselves; the rest are ends that another decision gives it.
CLOSING_OUTCOMES = tuple(
    (value, label) for value, label in Outcome.choices if value not in (Outcome.NOT_OPENED, Outcome.RUNNING)
)


class Case(KommunOwned):
    """One engagement of exactly one individual; siblings get one each (ärende)."""

    number = models.CharField(max_length=16)
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="cases")
    form = models.CharField(max_length=16, choices=CaseForm)
    phase = models.CharField(max_length=20, choices=Phase)
    phase_from = models.DateTimeField()
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    court_ordered = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    #: When the work with the youth began: the first decision on insats. Never moved by a new investigation (P-S2).
    insats_from = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")
    outcome_note = models.TextField(blank=True, default="", max_length=2000)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["owner_unit", "closed_at"], name="case_of_unit"),)
        constraints = (
            models.UniqueConstraint("municipality", "number", name="case_number_in_kommun"),
            models.CheckConstraint(
                name="case_closed_whole",
                condition=Q(closed_at=None, outcome="") & ~Q(phase=Phase.AVSLUTAT)
                | Q(closed_at__isnull=False, phase=Phase.AVSLUTAT) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="case_phase_and_form_known",
                condition=Q(phase__in=Phase.values, form__in=CaseForm.values),
            ),
        )

    def __str__(self) -> str:
        return self.number


class CaseNumbers(models.Model):
    """The last case number given out in a kommun and year; its row is the queue for the next one."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "case numbers"
        constraints = (models.UniqueConstraint("municipality", "year", name="case_numbers_once"),)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class PartyRole(models.TextChoices):
    """An agency's place in a case, named as the methods name it (R59)."""

    OWNER = "agare", _("Ansvarig socialtjänst")
    POLICE = "kontaktpolis", _("Kontaktpolis")
    SCHOOL = "skolkontakt", _("Skolkontakt")
    LEISURE = "fritidskontakt", _("Fritidskontakt")
    SOCIAL = "socialtjanst", _("Socialtjänst, annan nämnd")
    PROBATION = "frivard", _("Frivård")
    HEALTH = "vard", _("Vård")
    WORK = "arbetsmarknad", _("Arbetsmarknad")
    ASSOCIATION = "forening", _("Förening")
    OTHER = "annan", _("Annan part")


def not_ended(at: datetime, party: str = "") -> Q:
    """The party's place in the case has not ended at `at`; it may not have begun."""
    return Q(**{f"{party}ended_at": None}) | Q(**{f"{party}ended_at__gt": at})


def party_active(at: datetime, party: str = "") -> Q:
    """The party is active at `at`: a ground has come into force and it has not ended (P-A13).

    Args:
        party: the path to it with its underscores, such as "participation__".
    """
    return not_ended(at, party) & Q(**{f"{party}active_from__lte": at})


def known_party(at: datetime, party: str = "") -> Q:
    """Other parties may know of the party at `at`: it is there on more than a question (P-A6, P-A13)."""
    return not_ended(at, party) & Q(**{f"{party}known_from__lte": at})


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def active(self, *, at: datetime) -> "ParticipationQuerySet":
        """Parties active at `at` (P-A13)."""
        return self.filter(party_active(at))

    def not_ended(self, *, at: datetime) -> "ParticipationQuerySet":
        """Parties proposed, active, or active from an instant ahead."""
        return self.filter(not_ended(at))


class Participation(KommunOwned):
    """An agency's place in a case: föreslagen → aktiv → avslutad (P-A13).

    The state is read off the instants: `active_from` is the stored first instant at which a ground involving the
    agency is in force (it may lie ahead), `ended_at` the instant after which nothing remains.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="participations")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=PartyRole)
    proposed_at = models.DateTimeField()
    active_from = models.DateTimeField(null=True, blank=True)
    #: From when the other parties may know of it, and it of them: the first instant of a ground other than a question.
    #: Who has only been asked sees the owner and itself (P-A6: "nothing back").
    known_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True, default="")

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["agency", "case"], name="participation_of_agency"),)
        constraints = (
            models.UniqueConstraint(
                fields=["case", "agency"], name="agency_once_in_a_case", condition=Q(ended_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.pk})"

    def state(self, *, at: datetime) -> str:
        """ "proposed", "active" or "ended" at the instant `at`."""
        if self.ended_at is not None and self.ended_at <= at:
            return "ended"
        if self.active_from is not None and self.active_from <= at:
            return "active"
        return "proposed"


class SeatKind(models.TextChoices):
    COORDINATOR = "coordinator", _("Samordnare")
    OFFICER = "officer", _("Handläggare")
    LOTS = "lots", _("Lots")
    CONTACT = "contact", _("Kontakt")
    DEPUTY = "deputy", _("Ersättare")
    #: A registered "ersätter från–till": the deputy's seat is awake in this period (P-A2).
    SUBSTITUTE = "substitute", _("Ersätter")


#: Seats of the owner agency whose holder leads the case.
LEADING_KINDS = (SeatKind.COORDINATOR, SeatKind.OFFICER, SeatKind.LOTS)
#: Who answers for the case as an authority; a lots alone does not.
ANSWERING_KINDS = (SeatKind.COORDINATOR, SeatKind.OFFICER)


class SeatQuerySet(TemporalQuerySet):
    def awake(self) -> "SeatQuerySet":
        """Seats that can read. A deputy's own seat sleeps; its SUBSTITUTE rows are awake in their period."""
        return self.exclude(kind=SeatKind.DEPUTY)

    def reading(self, *, at: datetime) -> "SeatQuerySet":
        """Seats that read at `at`: awake, in force, of a party that is active (P-A2 2a)."""
        return self.awake().in_force(at=at).filter(party_active(at, "participation__"))

    def held(self, *, at: datetime) -> "SeatQuerySet":
        """Seats whose holder still has the assignment at `at`: it may end by its own date (P-A12)."""
        return self.filter(
            Q(assignment__valid_to=None) | Q(assignment__valid_to__gt=at),
            assignment__valid_from__lte=at,
            assignment__user__is_active=True,
        )


class CaseSeat(UserObjectPermissionBase, KommunOwned):
    """One assignment's place in a case with validity (plats): guardian's direct foreign-key table.

    Guardian's `user` and `permission` columns are kept so that its tools see the seats; what may be read is
    decided by the rule, which also knows assignment and time (architecture, "Stack").
    """

    content_object = models.ForeignKey(Case, models.PROTECT, related_name="seats")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="seats")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=12, choices=SeatKind)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SeatQuerySet] = SeatQuerySet.as_manager()  # type: ignore[assignment]  # narrows guardian's

    class Meta:
        indexes = (
            models.Index(fields=["assignment", "content_object"], name="seat_of_assignment"),
            models.Index(fields=["content_object", "assignment"], name="seat_in_case"),
        )
        constraints = (
            period_is_forward(name="seat_period_forward"),
            one_at_a_time("assignment", "content_object", "kind", name="one_such_seat_at_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"


class Recusal(KommunOwned):
    """ "Jag känner familjen" (jäv): this user has nothing to do with this individual from `at` on (P-A12)."""

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="+")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="recusals")
    at = models.DateTimeField(db_column="recused_at")
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = (models.UniqueConstraint("user", "individual", name="recused_once"),)

    def __str__(self) -> str:
        return f"Recusal {self.pk}"


class BreakGlassKind(models.TextChoices):
    OWN_ITEMS = "own_items", _("Den egna verksamhetens uppgifter")
    PROTECTED_FIELDS = "protected_fields", _("Skyddade kontaktuppgifter")


class BreakGlass(KommunOwned):
    """An opening with a reason for 60 minutes; never across the secrecy between agencies (P-A9)."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="break_glass")
    kind = models.CharField(max_length=16, choices=BreakGlassKind)
    reason = models.CharField(max_length=500)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()

    objects = TemporalQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["assignment", "individual"], name="break_glass_of_assignment"),)
        constraints = (
            models.CheckConstraint(name="break_glass_has_reason", condition=~Q(reason="")),
            period_is_forward(name="break_glass_forward"),
        )

    def __str__(self) -> str:
        return f"BreakGlass {self.pk}"
