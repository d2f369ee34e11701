"""Who exists on the professionals' side: kommuner, districts, agencies, units, users and their assignments."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from hub.models.base import Referenced, TemporalQuerySet, one_at_a_time, period_is_forward


class Municipality(models.Model):
    """A kommun: owner of cases, and of the settings that the law leaves to it (docs/juridik.md)."""

    code = models.CharField(max_length=4, unique=True)  # SCB's code
    name = models.CharField(max_length=60)
    county_code = models.CharField(max_length=2)
    county = models.CharField(max_length=60)
    youth_signs_from_age = models.PositiveSmallIntegerField(default=12)
    adult_from_age = models.PositiveSmallIntegerField(default=18)
    decides_alone_from_age = models.PositiveSmallIntegerField(default=15)
    hindered_guardian_rule = models.BooleanField(default=False)
    consent_max_months = models.PositiveSmallIntegerField(default=6)

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A part of a kommun with a nämnd of its own (Stockholm's stadsdelsområden)."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="districts")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint("municipality", "name", name="district_name_in_kommun"),)

    def __str__(self) -> str:
        return self.name


class AgencyKind(models.TextChoices):
    """What kind of work an agency does; secrecy and the right to write a type of information follow it."""

    SOCIALTJANST = "socialtjanst", _("Socialtjänst")
    SKOLA = "skola", _("Skola")
    POLIS = "polis", _("Polis")
    FRITID = "fritid", _("Fritid")
    FRIVARD = "frivard", _("Frivård")
    BUP = "bup", _("Barn- och ungdomspsykiatri")
    ELEVHALSA = "elevhalsa", _("Elevhälsans medicinska del")
    SIS = "sis", _("SiS")
    AME = "ame", _("Arbetsmarknad")
    FRISKOLA = "friskola", _("Fristående skola")
    CIVILSAMHALLE = "civilsamhalle", _("Förening")


class Agency(Referenced):
    """One secrecy domain (verksamhet): between two of them secrecy holds unless a ground breaks it (R1)."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=AgencyKind)
    authority = models.BooleanField(default=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, blank=True, related_name="home_agencies")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="agencies")
    serves = models.ManyToManyField(Municipality, related_name="served_by")
    #: Items are released one by one after "prövat mot 18 kap. OSL", as police do (P-C9).
    releases_items = models.BooleanField(default=False)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name

    @property
    def screen_only(self) -> bool:
        """Leisure reads on screen: no PDF, export or e-mail (P-A14, R6)."""
        return self.kind in SCREEN_ONLY_KINDS


#: Never a branch of the kommun itself: they come in by an agreement (P-A2 clause 1, P-X1).
OUTSIDE_KINDS = frozenset(
    {
        AgencyKind.POLIS.value,
        AgencyKind.FRIVARD.value,
        AgencyKind.BUP.value,
        AgencyKind.SIS.value,
        AgencyKind.FRISKOLA.value,
        AgencyKind.CIVILSAMHALLE.value,
    }
)
#: Associations get no account (P-A14).
KINDS_WITHOUT_ACCOUNT = frozenset({AgencyKind.CIVILSAMHALLE.value})
SCREEN_ONLY_KINDS = frozenset({AgencyKind.FRITID.value})
#: Kinds that may not take an item to a file of their own (P-A4).
KINDS_WITHOUT_FILE = frozenset({AgencyKind.FRITID.value, AgencyKind.CIVILSAMHALLE.value})


class Unit(Referenced):
    """A part of an agency: mottagning, ungdom, vuxen … Units of one agency need a seat but never consent."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units")
    name = models.CharField(max_length=120)
    #: Familjerådgivning has a secrecy of its own (OSL 26:3): it is never asked what it knows (P-T6).
    family_counselling = models.BooleanField(default=False)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint("agency", "name", name="unit_name_in_agency"),)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail; there is no self-registration and no superuser with a way round the rules."""

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """Create an active user. `password=None` makes an account that cannot sign in with a password."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin, Referenced):
    """A professional. Deactivated when leaving, never deleted: the log names users for ever."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    #: Socionom or equivalent, which deciding on investigations requires (R25).
    qualified_social_worker = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=5, default="auto")
    row_version = models.PositiveIntegerField(default=1)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_any_case"),)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What an assignment lets its holder be in a case; the last three are never in one (P-A2)."""

    COORDINATOR = "coordinator", _("Samordnare")
    OFFICER = "officer", _("Handläggare")
    LOTS = "lots", _("Lots")
    CONTACT = "contact", _("Kontakt")
    DEPUTY = "deputy", _("Ersättare")
    MANAGER = "manager", _("Chef")
    REVIEWER = "reviewer", _("Granskare")
    ADMINISTRATOR = "administrator", _("Administratör")
    #: Counts the programme by a recorded decision of the kommun (P-S2); reads no person, case or item.
    PROGRAMME = "programme", _("Programansvarig")


CASE_ROLES = frozenset({Role.COORDINATOR, Role.OFFICER, Role.LOTS, Role.CONTACT, Role.DEPUTY, Role.MANAGER})
#: Roles that only social services has: they register persons and lead cases.
SOCIAL_ROLES = frozenset({Role.COORDINATOR, Role.OFFICER, Role.LOTS})
#: Roles marked for break-glass over their own agency's items (P-A9).
BREAK_GLASS_ROLES = frozenset({Role.OFFICER, Role.COORDINATOR, Role.MANAGER})


class AssignmentQuerySet(TemporalQuerySet):
    def usable(self, *, at: datetime) -> "AssignmentQuerySet":
        """Assignments of active users in force at `at`: what one may act under (P-A2 clause 1)."""
        return self.in_force(at=at).filter(user__is_active=True)


class Assignment(Referenced):
    """A user's role in a unit with validity `[from, to)` (uppdrag)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    #: May name the agency's contact and deputy in a case (P-A13). A manager always may.
    names_contacts = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["user", "valid_from"], name="assignment_of_user"),)
        constraints = (
            period_is_forward(name="assignment_period_forward"),
            one_at_a_time("user", "unit", "role", name="one_such_assignment_at_a_time"),
            models.CheckConstraint(name="assignment_role_known", condition=Q(role__in=Role.values)),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit_id}"
