"""Writing what is known: draft, record, annotate, release, file (P-I3, P-A4, P-A7, P-C9)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from consent.models import (
    Factor,
    InformationItem,
    InformationType,
    ItemAbout,
    ItemAnnotation,
    ItemFactor,
)
from hub.access import Actor, permitted, require
from hub.audit import record
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import KINDS_WITHOUT_FILE, Agency, Case, Person, Phase, Relative

#: Phases in which a party other than the owner may write (P-A6).
WRITING_PHASES = (Phase.UTREDNING, Phase.INSATS, Phase.UPPFOLJNING)
#: P-C9: negative statements are not offered; silence has one wording.
NOTHING_SAID = "Vi lämnar inga uppgifter"


@dataclass(frozen=True, slots=True)
class SeenFactor:
    """A risk or protective factor with its evidence (P-I5)."""

    factor: int
    presence: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What an item says. `audience`: agency ids, empty for every agency that the grant gives."""

    type: InformationType
    event_date: date
    body: str
    audience: tuple[int, ...] = ()
    family_barred: bool = False
    about_others: tuple[int, ...] = ()
    told_by: str = ""
    told_at: datetime | None = None
    read_back: bool = False
    factors: tuple[SeenFactor, ...] = field(default=())


def _check(case: Case, facts: ItemFacts, *, by: Actor, at: datetime) -> None:
    """Raises Invalid: what the form must mend."""
    errors: dict[str, str] = {}
    today = local_day(at)
    if by.agency_kind not in facts.type.writers:
        errors["type"] = "Er verksamhet skriver inte den sortens uppgifter."
    if facts.event_date > today:
        errors["event_date"] = "Dagen ligger i framtiden. Skriv den dag då det hände."
    if facts.event_date < case.individual.person.birth_date:
        errors["event_date"] = "Dagen ligger före födelsedagen. Kontrollera året."
    if not facts.body.strip():
        errors["body"] = "Skriv vad som har hänt eller vad ni vet."
    if facts.told_at is not None and facts.told_at > at:
        errors["told_at"] = "Samtalet kan inte ligga i framtiden."
    if facts.told_by and not facts.read_back:
        errors["read_back"] = "Läs upp anteckningen för den som berättade, och kryssa sedan i rutan."
    if any(not seen.evidence.strip() for seen in facts.factors):
        errors["factors"] = "Skriv vad varje faktor bygger på."
    if errors:
        raise Invalid(errors)


def _columns(facts: ItemFacts) -> dict[str, object]:
    return {
        "type": facts.type,
        "event_date": facts.event_date,
        "body": facts.body,
        "audience": sorted(facts.audience),
        "family_barred": facts.family_barred,
        "told_by": facts.told_by,
        "told_at": facts.told_at,
        "read_back": facts.read_back,
    }


def _others(item: InformationItem, facts: ItemFacts, *, by: Actor, at: datetime) -> None:
    """Store whom else the item is about, and its factors.

    Only relatives that the writer may read can be named, or taken away: whom one no longer may know of stays, or the
    item would be shared more widely behind the writer's back (P-A7).
    """
    standing = ItemAbout.objects.filter(item=item)
    if facts.about_others or standing.exists():
        relatives = permitted(Relative.objects.filter(individual=item.individual_id), by, at=at)
        known = set(relatives.values_list("person_id", flat=True))
        standing.filter(person__in=known).delete()
        for person in Person.objects.filter(pk__in=set(facts.about_others) & known):
            ItemAbout.objects.create(municipality_id=item.municipality_id, item=item, person=person)
    ItemFactor.objects.filter(item=item).delete()
    factors = Factor.objects.in_bulk([seen.factor for seen in facts.factors])
    ItemFactor.objects.bulk_create(
        ItemFactor(
            municipality_id=item.municipality_id,
            item=item,
            factor=factors[seen.factor],
            presence=seen.presence,
            evidence=seen.evidence,
        )
        for seen in facts.factors
        if seen.factor in factors
    )


@transaction.atomic
def write_item(case: Case, facts: ItemFacts, *, by: Actor, at: datetime) -> InformationItem:
    """Begin an item as a draft, which only its author sees (P-I3).

    A party writes in utredning, insats and uppföljning; without a ground the item can only be read by itself (P-A6).

    Raises:
        Denied: no seat in the case. Conflict: the case is closed or in a phase where the party cannot write.
        Invalid: see `_check`.
    """
    require(case, by, "read", at=at)
    require(case.individual, by, "work", at=at)
    owner = Agency.objects.get(units=case.owner_unit_id).pk == by.agency_id
    if case.phase not in WRITING_PHASES and not (owner and case.phase == Phase.FORHANDSBEDOMNING):
        raise Conflict("I det här skedet går det inte att skriva uppgifter i ärendet.")
    _check(case, facts, by=by, at=at)
    item = InformationItem.objects.create(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        recorded_phase=case.phase,
        agency_id=by.agency_id,
        author_id=by.assignment_id,
        created_at=at,
        **_columns(facts),
    )
    _others(item, facts, by=by, at=at)
    _record("item.drafted", item, by=by, at=at)
    return item


@transaction.atomic
def save_draft(
    item: InformationItem, facts: ItemFacts, *, row_version: int, by: Actor, at: datetime
) -> InformationItem:
    """Rewrite a draft, if nobody (not even its author in another window) has since `row_version` was read.

    Raises:
        Denied; Conflict; Invalid.
    """
    require(item, by, "edit", at=at)
    _check(item.case, facts, by=by, at=at)
    hit = InformationItem.objects.filter(pk=item.pk, row_version=row_version, recorded_at=None).update(
        **_columns(facts), row_version=row_version + 1
    )
    if not hit:
        raise Conflict("Utkastet har sparats i ett annat fönster, eller är redan registrerat.")
    item.refresh_from_db()
    _others(item, facts, by=by, at=at)
    _record("item.changed", item, by=by, at=at)
    return item


@transaction.atomic
def discard_draft(item: InformationItem, *, by: Actor, at: datetime) -> None:
    """Throw away a draft; it was nobody's but the author's.

    Raises:
        Denied.
    """
    require(item, by, "edit", at=at)
    _record("item.discarded", item, by=by, at=at)
    ItemAbout.objects.filter(item=item).delete()
    ItemFactor.objects.filter(item=item).delete()
    InformationItem.objects.filter(pk=item.pk, recorded_at=None).delete()


@transaction.atomic
def record_item(item: InformationItem, *, by: Actor, at: datetime) -> InformationItem:
    """Record a draft: from now on it is the agency's, readable as the rule says, and never overwritten (P-I3).

    Raises:
        Denied; Conflict: it is recorded already.
    """
    require(item, by, "edit", at=at)
    hit = InformationItem.objects.filter(pk=item.pk, recorded_at=None).update(
        recorded_at=at, recorded_phase=item.case.phase, row_version=F("row_version") + 1
    )
    if not hit:
        raise Conflict("Uppgiften är redan registrerad.")
    item.refresh_from_db()
    _record("item.recorded", item, by=by, at=at)
    return item


@transaction.atomic
def annotate(item: InformationItem, *, kind: str, text: str, by: Actor, at: datetime) -> ItemAnnotation:
    """Add a correction, an addition or the person's objection; the item's words stay (P-I3, R36, SoL 14:6).

    Raises:
        Denied; Invalid: no text.
    """
    require(item, by, "annotate", at=at)
    if not text.strip():
        raise Invalid({"text": "Skriv vad som ska läggas till."})
    InformationItem.objects.filter(pk=item.pk).update(version=F("version") + 1)
    item.refresh_from_db(fields=["version"])
    annotation = ItemAnnotation.objects.create(
        municipality_id=item.municipality_id,
        item=item,
        version=item.version,
        kind=kind,
        text=text,
        author_id=by.assignment_id,
        annotated_at=at,
    )
    _record("item.annotated", item, by=by, at=at, version=item.version)
    return annotation


@transaction.atomic
def release_item(item: InformationItem, *, tested: bool, by: Actor, at: datetime) -> InformationItem:
    """Release one item after "prövat mot 18 kap. OSL" (P-C9). Only then can a grant cover it.

    Raises:
        Denied; Invalid: the test is not confirmed; Conflict: it is released already.
    """
    require(item, by, "release", at=at)
    if not tested:
        raise Invalid({"tested": "Bekräfta att uppgiften är prövad mot 18 kap. OSL."})
    hit = InformationItem.objects.filter(pk=item.pk, released_at=None).update(
        released_at=at, released_by=by.assignment_id
    )
    if not hit:
        raise Conflict("Uppgiften är redan släppt.")
    item.refresh_from_db()
    _record("item.released", item, by=by, at=at)
    return item


@transaction.atomic
def file_item(
    item: InformationItem, *, case: Case, quote: str, reason: str, by: Actor, at: datetime
) -> InformationItem:
    """ "Till akten": the unit's own item quoting another agency's, while it is readable, with a reason (P-A4).

    Raises:
        Denied: it is not readable, or the agency keeps no file. Invalid: no reason or quote.
    """
    require(item, by, "file", at=at)
    require(case, by, "lead", at=at)
    if by.agency_kind in KINDS_WITHOUT_FILE or case.individual_id != item.individual_id:
        require(item, by, "edit", at=at)
    errors = {}
    if not reason.strip():
        errors["reason"] = "Skriv varför uppgiften behövs i akten."
    if not quote.strip():
        errors["quote"] = "Skriv vad som ska stå i akten."
    if errors:
        raise Invalid(errors)
    filed = InformationItem.objects.create(
        municipality_id=item.municipality_id,
        individual_id=item.individual_id,
        case=case,
        recorded_phase=case.phase,
        agency_id=by.agency_id,
        type=item.type,
        author_id=by.assignment_id,
        event_date=item.event_date,
        body=quote,
        family_barred=item.family_barred,
        created_at=at,
        recorded_at=at,
        filed_from=item,
        filed_reason=reason,
    )
    for about in item.abouts.all():
        ItemAbout.objects.create(municipality_id=item.municipality_id, item=filed, person_id=about.person_id)
    record(
        "item.filed",
        actor=by,
        at=at,
        individual=item.individual_id,
        case=case.pk,
        objects=[item, filed],
    )
    return filed


def _record(action: str, item: InformationItem, *, by: Actor, at: datetime, **detail: object) -> None:
    record(
        action,
        actor=by,
        at=at,
        individual=item.individual_id,
        case=item.case_id,
        objects=[item],
        detail=detail,
    )
