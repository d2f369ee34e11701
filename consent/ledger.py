"""The ledger: what was given about an individual, to whom, on what ground, and who has read it since (P-C8).

An agency sees what it gave and what was given to the person who asks; what others gave each other is theirs. Reads
come from the log and are shown to the agency that gave (P-L3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from consent.models import (
    Consent,
    Delivery,
    DisclosedItem,
    Disclosure,
    DisclosureRecipient,
    DisclosureTest,
    InformationItem,
    InformationType,
)
from consent.standing import Standing, sentences, standing_of, with_parts
from hub import swedish
from hub.access import Actor, permitted
from hub.clock import local_day
from hub.models import AuditEntry, AuditKind, Individual

PAGE = 20
ONLY_ASKED = "Frågan säger att en utredning pågår. Inga uppgifter lämnades."
AFTER_ASKED = "En fråga efter avslutet. Den säger vem det gäller och vad som undras, inget mer."


@dataclass(slots=True)
class Read:
    """What one person has read under one disclosure."""

    name: str
    label: str
    agency_id: int | None
    times: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One disclosure as its reader may see it."""

    disclosure: Disclosure
    own: bool
    #: What was given: the item where it may still be read, else None; its kind and day, or nothing for a reader
    #: whose time has run out.
    items: list[tuple[InformationItem | None, str]]
    count: int
    reads: list[Read]
    at: datetime
    #: The disclosed version of each of `items`.
    versions: list[int] = field(default_factory=list)

    @property
    def asking(self) -> bool:
        """It told that an investigation goes on, by a question, and nothing more (P-A6)."""
        return hasattr(self.disclosure, "asks")

    @property
    def following(self) -> bool:
        """It asked, when the case had ended, how it has gone, and nothing more (P-P6)."""
        return not self.count and not self.asking

    @property
    def only_asked(self) -> bool:
        return self.asking or self.following

    @property
    def runs(self) -> bool:
        until = self.disclosure.readable_until
        return until is not None and until > self.at

    @property
    def state(self) -> tuple[str, str]:
        """Badge kind and word."""
        if self.only_asked:
            return "neutral", "Fråga"
        if self.disclosure.delivery != Delivery.HUB:
            return "neutral", str(self.disclosure.get_delivery_display())
        if self.runs:
            return "info", "Kan läsas"
        return "neutral", "Avslutad" if self.disclosure.ended_at else "Läsningen slut"

    @property
    def period(self) -> str:
        d, today = self.disclosure, local_day(self.at)
        if self.asking:
            return ONLY_ASKED
        if self.following:
            return AFTER_ASKED
        if d.readable_until is None:
            return f"{d.get_delivery_display()} till {d.received_by}."
        said = swedish.until(d.readable_until, today)
        return f"{'Kan' if self.runs else 'Kunde'} läsas {said}."

    @property
    def day(self) -> str:
        return swedish.moment(self.disclosure.disclosed_at, self.at)

    @property
    def read_times(self) -> int:
        return sum(read.times for read in self.reads)

    @property
    def named(self) -> list[DisclosureRecipient]:
        return list(self.disclosure.recipients.all())


@dataclass(frozen=True, slots=True)
class Choice:
    """How the ledger is narrowed: by the other agency, by ground, from which entry on."""

    agency: UUID | None = None
    ground: str = ""
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Sharing under one consent, in words."""

    consent: Consent
    standing: Standing
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One page of it."""

    entries: list[Entry]
    more: UUID | None
    consents: list[Given] = field(default_factory=list)


def disclosures_of(individual: Individual, actor: Actor, at: datetime) -> QuerySet[Disclosure]:
    """Those that the actor may know of, with everything that an entry says."""
    rows = permitted(Disclosure.objects.filter(individual=individual, disclosed_at__lte=at), actor, at=at)
    return rows.select_related(
        "source", "recipient", "case", "asks", "decided_by__user", "decided_by__unit__agency", "ended_by__user"
    ).prefetch_related(
        Prefetch("items", DisclosedItem.objects.select_related("item__type").order_by("-item__event_date", "pk")),
        Prefetch("recipients", DisclosureRecipient.objects.select_related("assignment__user").order_by("pk")),
        Prefetch("tests", DisclosureTest.objects.order_by("order")),
    )


def narrowed(rows: QuerySet[Disclosure], choice: Choice) -> QuerySet[Disclosure]:
    """Those with one other agency, on one ground."""
    if choice.agency:
        rows = rows.filter(Q(recipient__ref=choice.agency) | Q(source__ref=choice.agency))
    if choice.ground:
        rows = rows.filter(ground=choice.ground)
    return rows


def entries(rows: Sequence[Disclosure], individual: Individual, actor: Actor, at: datetime) -> list[Entry]:
    """Entries of disclosures from `disclosures_of`. Two queries more, whatever their number."""
    ids = {given.item_id for row in rows for given in row.items.all()}
    readable = set(
        permitted(InformationItem.objects.filter(pk__in=ids), actor, at=at).values_list("pk", flat=True) if ids else ()
    )
    own = [row.pk for row in rows if row.source_id == actor.agency_id]
    seen = reads_of(own, individual, at=at) if own else {}
    return [_entry(row, actor, at, readable, seen.get(row.pk, [])) for row in rows]


def _entry(row: Disclosure, actor: Actor, at: datetime, readable: set[int], reads: list[Read]) -> Entry:
    own = row.source_id == actor.agency_id
    given = list(row.items.all())
    shown = [one for one in given if own or one.item_id in readable]
    said = [(one.item if one.item_id in readable else None, _item_words(one.item)) for one in shown]
    return Entry(row, own, said, len(given), reads, at, [one.version for one in shown])


def _item_words(item: InformationItem) -> str:
    return f"{item.type.name}, {swedish.day(item.event_date)}"


def reads_of(disclosures: Iterable[int], individual: Individual, *, at: datetime) -> dict[int, list[Read]]:
    """Disclosure → who has read under it until `at`, the latest reader first. One query over the individual's log."""
    found: dict[int, dict[tuple[int | None, int | None], Read]] = {pk: {} for pk in disclosures}
    rows = AuditEntry.objects.filter(
        kind=AuditKind.READ,
        individual_ids__contains=[individual.pk],
        ground__disclosure__has_any_keys=[str(pk) for pk in found],
        at__lte=at,
    ).order_by("at", "pk")
    for row in rows:
        who = (row.user_id, row.assignment_id)
        for pk in found.keys() & map(int, row.ground["disclosure"]):
            read = found[pk].setdefault(who, Read(row.user_name, row.assignment_label, row.agency_id))
            read.times, read.last_at = read.times + 1, row.at
    return {pk: sorted(by.values(), key=lambda r: r.last_at or at, reverse=True) for pk, by in found.items()}


def page(individual: Individual, choice: Choice, actor: Actor, at: datetime) -> Ledger:
    """One page, newest first; on the first also what is shared under consents."""
    rows = narrowed(disclosures_of(individual, actor, at), choice)
    if choice.after:
        last = rows.filter(ref=choice.after).values_list("disclosed_at", "pk").first()
        if last is not None:
            rows = rows.filter(Q(disclosed_at__lt=last[0]) | Q(disclosed_at=last[0], pk__lt=last[1]))
    listed = list(rows.order_by("-disclosed_at", "-pk")[: PAGE + 1])
    shown = listed[:PAGE]
    first = not (choice.agency or choice.ground or choice.after)
    return Ledger(
        entries(shown, individual, actor, at),
        shown[-1].ref if len(listed) > PAGE else None,
        consents(individual, actor, at) if first else [],
    )


def consents(individual: Individual, actor: Actor, at: datetime) -> list[Given]:
    """What consents have given, each under its own rule: the owner all, a party what it gives or gets."""
    rows = with_parts(permitted(Consent.objects.filter(individual=individual, completed_at__lte=at), actor, at=at))
    types = list(InformationType.objects.all())
    owner = individual.person.agency_id == actor.agency_id
    found = []
    for consent in rows.order_by("-completed_at", "-pk"):
        whole = owner or consent.disclosing_id == actor.agency_id
        lines = sentences(consent, types, only_to=None if whole else actor.agency_id)
        found.append(Given(consent, standing_of(consent, at=at), lines))
    return [given for given in found if given.lines]


def filters(individual: Individual, actor: Actor, at: datetime) -> tuple[list[tuple[str, UUID]], list[tuple[str, str]]]:
    """What the ledger can be narrowed by, among what the actor may know of. One query.

    Returns:
        The other agencies as (name, reference), and the grounds as (paragraph, code).
    """
    seen = permitted(Disclosure.objects.filter(individual=individual, disclosed_at__lte=at), actor, at=at)
    agencies: set[tuple[str, UUID]] = set()
    grounds: dict[str, str] = {}
    names = ("source_id", "source__name", "source__ref", "recipient__name", "recipient__ref", "ground", "paragraph")
    for row in seen.order_by().values_list(*names, named=True):
        own = row.source_id == actor.agency_id
        agencies.add((row.recipient__name, row.recipient__ref) if own else (row.source__name, row.source__ref))
        grounds[row.ground] = row.paragraph
    by_paragraph = sorted(((paragraph, code) for code, paragraph in grounds.items()), key=lambda pair: pair[0])
    return sorted(agencies, key=lambda pair: swedish.sort_key(pair[0])), by_paragraph


# --- the register extract (R36) ---------------------------------------------------------------------------------


#: Kinds of facts that tell of others by their nature: who reported, who lives with whom (OSL 26:5, R8, R36).
TELLS_OF_OTHERS = frozenset({"concern_observations"})
WITHHELD = "Texten är utelämnad: den rör också någon annan."
#: Where somebody in the family must not be found (P-A8, R41).
SHIELDED = "Texten är utelämnad: den kan röja en skyddad uppgift."
CONTACT_DETAILS = "contact_details"


@dataclass(frozen=True, slots=True)
class ExtractItem:
    """One fact that was given: its kind, its day, and its words or that something is withheld."""

    kind: str
    day: date
    text: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class ExtractRow:
    """One disclosure, as the person may read it."""

    entry: Entry
    items: list[ExtractItem]


def extract_rows(
    individual: Individual, actor: Actor, at: datetime, *, names: Iterable[str]
) -> tuple[list[ExtractRow], int]:
    """What the actor's own agency has given, with everything about others taken out; and how many are left out whole.

    Left out whole: what the person has not been told of, since the extract would tell it (R36). Left out without a
    mark: what is barred from the family (P-A7: held back is neither counted nor hinted at). Withheld with a mark:
    facts about others, told by others, or naming someone close.

    Args:
        names: given names of people close to the individual.
    """
    rows = list(disclosures_of(individual, actor, at).filter(source=actor.agency_id).order_by("disclosed_at", "pk"))
    told = [row for row in rows if row.person_told]
    people = [name.lower() for name in names if name]
    shielded = individual.person.is_protected or individual.person.family_security_flag
    facts: dict[int, list[DisclosedItem]] = {row.pk: [] for row in told}
    given = (
        DisclosedItem.objects.filter(disclosure__in=told, item__family_barred=False)
        .select_related("item__type")
        .prefetch_related("item__abouts", "item__annotations")
        .order_by("item__event_date", "pk")
    )
    for one in given:
        facts[one.disclosure_id].append(one)
    found = [
        ExtractRow(entry, [_extracted(one, people, shielded=shielded) for one in facts[entry.disclosure.pk]])
        for entry in entries(told, individual, actor, at)
    ]
    return [row for row in found if row.items or row.entry.only_asked], len(rows) - len(told)


def _extracted(given: DisclosedItem, people: Sequence[str], *, shielded: bool) -> ExtractItem:
    item = given.item
    if shielded and item.type.code == CONTACT_DETAILS:
        return ExtractItem(item.type.name, item.event_date, SHIELDED, True)
    words = [item.body, *(a.text for a in item.annotations.all() if a.version <= given.version)]
    text = "\n".join(words)
    others = (
        bool(item.abouts.all())
        or bool(item.told_by)
        or item.type.code in TELLS_OF_OTHERS
        or any(name in text.lower() for name in people)
    )
    return ExtractItem(item.type.name, item.event_date, WITHHELD if others else text, others)
