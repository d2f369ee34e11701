"""The list of information types, and what a kommun decides about consents: versioned, never changed in hindsight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max

from consent.decided import decided
from consent.models import FIRST_LOCAL_BIT, MAX_TYPES, ConsentSettings, InformationType
from hub import clock
from hub.access import Actor, Denied, permitted, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import KINDS_WITHOUT_ACCOUNT, Municipality
from hub.policy_admin import require_administrator, require_kommun
from hub.swedish import day


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a type is said; it can be said anew in a new version, the meaning stays."""

    name: str
    description: str
    easy_name: str
    easy_description: str
    example: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a type is: who writes it, who never receives it. A changed meaning is a new type (P-I8, P-A14)."""

    code: str
    writers: Sequence[str]
    writers_reason: str
    never_to: Sequence[str] = ()
    never_to_reason: str = ""


def _lock_list() -> None:
    """One change of the list at a time: two new types must not get the same bit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('consent_informationtype'))")


def _require_keeper(by: Actor, at: datetime) -> None:
    require_administrator(by)
    if not permitted(InformationType.objects.all(), by, "administer", at=at).exists():
        raise Denied("administer", InformationType)


def _check_day(from_day: date, at: datetime) -> None:
    if from_day < clock.local_day(at):
        raise Invalid({"from_day": "Dagen har redan gått. Välj i dag eller en dag framåt."})


@transaction.atomic
def add_type(meaning: Meaning, wording: Wording, *, from_day: date, by: Actor, at: datetime) -> InformationType:
    """A new type on a bit that nothing has ever had.

    Raises:
        Denied: another kommun keeps the list. Invalid: the code has been used; no kind writes it; a kind both
            writes and never receives; the day has passed; the bits are used up.
    """
    _require_keeper(by, at)
    _lock_list()
    errors = {}
    if InformationType.objects.filter(code=meaning.code).exists():
        errors["code"] = "Koden är redan använd, kanske av en stängd typ. Välj en annan."
    if set(meaning.writers) & KINDS_WITHOUT_ACCOUNT:
        errors["writers"] = "Föreningar har inga konton och kan inte skriva uppgifter."
    if set(meaning.writers) & set(meaning.never_to):
        errors["never_to"] = "Den som skriver uppgiften kan inte vara en som aldrig får den."
    if meaning.never_to and not meaning.never_to_reason.strip():
        errors["never_to_reason"] = "Skriv varför de aldrig får uppgiften."
    if errors:
        raise Invalid(errors)
    _check_day(from_day, at)
    highest = InformationType.objects.aggregate(most=Max("mask"))["most"] or 0
    bit = max(highest.bit_length(), FIRST_LOCAL_BIT)
    if bit >= MAX_TYPES:
        raise Invalid("Listan är full: det finns inte plats för fler typer. Kontakta förvaltningen av systemet.")
    made = InformationType.objects.create(
        code=meaning.code,
        mask=1 << bit,
        writers=sorted(meaning.writers),
        writers_reason=meaning.writers_reason,
        never_to=sorted(meaning.never_to),
        never_to_reason=meaning.never_to_reason,
        order=(InformationType.objects.aggregate(most=Max("order"))["most"] or 0) + 1,
        valid_from=from_day,
        **_columns(wording),
    )
    record("type.added", actor=by, at=at, objects=[made], detail={"code": made.code, "bit": bit})
    return made


def _columns(wording: Wording) -> dict[str, str]:
    return {
        "name": wording.name,
        "description": wording.description,
        "easy_name": wording.easy_name,
        "easy_description": wording.easy_description,
        "example": wording.example,
        "advice": wording.advice,
    }


def _newest(kind: InformationType, row_version: int) -> InformationType:
    """The type as it stands, the newest version of its code, locked by the list's lock.

    Raises:
        Conflict: somebody else changed it, or it is not the newest version.
    """
    _lock_list()
    newest = InformationType.objects.filter(code=kind.code).latest("version")
    if newest.pk != kind.pk or newest.row_version != row_version:
        raise Conflict
    return newest


@transaction.atomic
def reword_type(
    kind: InformationType, wording: Wording, *, from_day: date, row_version: int, by: Actor, at: datetime
) -> InformationType:
    """Say a type in other words from a day on. Who writes it and what it means stay: that is what families ticked.

    Raises:
        Denied; Conflict; Invalid: nothing is new, the type is closed, or the day has passed.
    """
    require(kind, by, "administer", at=at)
    newest = _newest(kind, row_version)
    _check_day(from_day, at)
    if newest.valid_to is not None:
        raise Invalid("Typen är stängd. Lägg till en ny typ i stället.")
    if from_day <= newest.valid_from:
        raise Invalid({"from_day": f"Den nuvarande lydelsen gäller från {day(newest.valid_from)}. Välj en senare dag."})
    if all(getattr(newest, name) == text for name, text in _columns(wording).items()):
        raise Invalid("Ingenting är ändrat.")
    newest.valid_to, newest.row_version = from_day, newest.row_version + 1
    newest.save()
    kept = ("code", "mask", "writers", "writers_reason", "never_to", "never_to_reason", "order")
    made = InformationType.objects.create(
        **{name: getattr(newest, name) for name in kept},
        version=newest.version + 1,
        valid_from=from_day,
        **_columns(wording),
    )
    record("type.reworded", actor=by, at=at, objects=[made, newest], detail={"code": made.code})
    return made


@transaction.atomic
def close_type(kind: InformationType, *, from_day: date, row_version: int, by: Actor, at: datetime) -> None:
    """From a day on nobody writes it and no new paper offers it. What is shared already goes on as the paper says.

    Raises:
        Denied; Conflict; Invalid: it is closed, or the day has passed.
    """
    require(kind, by, "administer", at=at)
    newest = _newest(kind, row_version)
    _check_day(from_day, at)
    if newest.valid_to is not None:
        raise Invalid("Typen är redan stängd.")
    if from_day <= newest.valid_from:
        raise Invalid({"from_day": f"Typen börjar användas {day(newest.valid_from)}. Välj en senare dag."})
    newest.valid_to, newest.row_version = from_day, newest.row_version + 1
    newest.save()
    record("type.closed", actor=by, at=at, objects=[newest], detail={"code": newest.code, "from": from_day.isoformat()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the kommun decides. Ages in years, lengths in months and days."""

    youth_signs_from_age: int
    decides_alone_from_age: int
    hindered_guardian_rule: bool
    consent_max_months: int
    rhythm_days: int
    rhythm_warning_days: int


def _errors(rules: Rules) -> dict[str, str]:
    errors = {}
    if not 0 <= rules.youth_signs_from_age <= 18:
        errors["youth_signs_from_age"] = "Skriv en ålder mellan 0 och 18 år."
    if not rules.youth_signs_from_age <= rules.decides_alone_from_age <= 18:
        errors["decides_alone_from_age"] = "Åldern kan inte vara lägre än den då den unga skriver under, eller över 18."
    if not 1 <= rules.consent_max_months <= 12:
        errors["consent_max_months"] = "Skriv ett antal månader mellan 1 och 12."
    if not 7 <= rules.rhythm_days <= 28:
        errors["rhythm_days"] = "Skriv ett antal dagar mellan 7 och 28. Minst var fjärde vecka är metodens gräns."
    if not 1 <= rules.rhythm_warning_days < rules.rhythm_days:
        errors["rhythm_warning_days"] = "Varningen ska komma före gränsen."
    return errors


@transaction.atomic
def decide_rules(rules: Rules, *, from_day: date, decision: str, by: Actor, at: datetime) -> ConsentSettings:
    """Record the kommun's decision, in force from the start of a day that has not come.

    A day that has begun is judged by what held when it began: what was complete in the morning must not become
    incomplete by a decision in the afternoon. Hence tomorrow at the earliest.

    Raises:
        Denied; Invalid: the day, an age or a length; nothing is new; there is a decision from that day.
    """
    require_kommun(by, ConsentSettings, at=at)
    Municipality.objects.select_for_update().get(pk=by.municipality_id)
    errors, today = _errors(rules), clock.local_day(at)
    if from_day <= today:
        errors["from_day"] = "Välj i morgon eller senare. Dagen som pågår bedöms efter det som gällde när den började."
    elif ConsentSettings.objects.filter(municipality=by.municipality_id, from_day=from_day).exists():
        errors["from_day"] = "Det finns redan ett beslut från den dagen. Ta tillbaka det, eller välj en annan dag."
    values = {name: getattr(rules, name) for name in Rules.__slots__}
    now = decided(by.municipality_id, on=from_day)
    if not errors and all(getattr(now, name) == value for name, value in values.items()):
        errors[""] = "Beslutet ändrar ingenting av det som gäller den dagen."
    if errors:
        raise Invalid(errors)
    made = ConsentSettings.objects.create(
        municipality_id=by.municipality_id,
        from_day=from_day,
        decision=decision,
        recorded_by_id=by.assignment_id,
        recorded_at=at,
        **values,
    )
    record("rules.decided", actor=by, at=at, objects=[made], detail={"from": from_day.isoformat()})
    return made


@transaction.atomic
def take_back_rules(settings: ConsentSettings, *, by: Actor, at: datetime) -> None:
    """Take back a decision that has not begun.

    Raises:
        Denied; Conflict: it has begun, or is gone.
    """
    require(settings, by, "administer", at=at)
    if settings.begun(on=clock.local_day(at)):
        raise Conflict("Beslutet har redan börjat gälla. Registrera ett nytt i stället.")
    record("rules.taken_back", actor=by, at=at, objects=[settings])
    if not ConsentSettings.objects.filter(pk=settings.pk).exists():
        raise Conflict("Beslutet är redan taget tillbaka.")
    settings.delete()
