"""The eye line: who can read an item now, and until when, in one quiet sentence (mockups, idea 2).

It explains the rule of `consent.rules` and never decides: `tests/test_eyeline.py` holds the two equal for every
seat. The facts of a batch are loaded once; what follows is pure, so that the write form can show the same before
anything is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from consent.models import DisclosedItem, Grant, InformationItem
from hub import clock, swedish
from hub.access import Actor
from hub.models import SHARING_PHASES, Agency, AgencyKind, CaseSeat, Participation, Phase
from hub.policy import agreed_agency

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rule looks at in an item. `audience`: agency ids, empty for all; `about`: person ids."""

    agency: int
    mask: int
    event_date: date
    recorded: bool = True
    released: bool = True
    in_forhandsbedomning: bool = False
    audience: frozenset[int] = frozenset()
    barred: bool = False
    about: frozenset[int] = frozenset()

    @classmethod
    def of(cls, item: InformationItem) -> "Facts":
        """The facts of an item loaded with `type`, `agency` and prefetched `abouts`."""
        return cls(
            agency=item.agency_id,
            mask=item.type.mask,
            event_date=item.event_date,
            recorded=item.recorded_at is not None,
            released=not item.agency.releases_items or item.released_at is not None,
            in_forhandsbedomning=item.recorded_phase == Phase.FORHANDSBEDOMNING,
            audience=frozenset(item.audience),
            barred=item.family_barred,
            about=frozenset(about.person_id for about in item.abouts.all()),
        )


@dataclass(frozen=True, slots=True)
class Given:
    """A disclosure in force of one item to one named assignment."""

    agency: int
    assignment: int
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """An agency (or, after a disclosure, one named person there) that can read, and until when."""

    agency: Agency
    until: datetime
    assignments: frozenset[int]
    named: str = ""


@dataclass(slots=True)
class Party:
    """An active party's agency and its awake seats: in any case, and in cases where sharing is possible."""

    agency: Agency
    #: Others may know of it: it is there on more than a question (P-A6).
    known: bool = False
    shares: bool = False
    seats: set[int] = field(default_factory=set)
    sharing_seats: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class EyeLine:
    """The sentence; `own` when nobody outside the agency can read."""

    text: str
    own: bool


def holds_until(periods: Iterable[Span], at: datetime) -> datetime | None:
    """The instant when the chain of half-open periods that holds at `at` ends; None if none holds.

    Periods that meet without a gap (a renewal) count as one.
    """
    end: datetime | None = None
    for start, stop in sorted(periods):
        if start <= (end or at) < stop:
            end = stop
    return end


@dataclass(frozen=True, slots=True)
class Sharing:
    """What holds about one individual at one instant: grants that have not ended, parties and their seats."""

    at: datetime
    grants: Sequence[Grant]
    parties: Mapping[int, Party]

    @classmethod
    def load(cls, individual_id: int, *, at: datetime) -> "Sharing":
        """Three queries, whatever the number of items."""
        grants = list(Grant.objects.filter(individual=individual_id, period__endswith__gt=at))
        parties: dict[int, Party] = {}
        active = Participation.objects.active(at=at).filter(agreed_agency("agency", at), case__individual=individual_id)
        for party in active.select_related("agency", "case"):
            known = parties.setdefault(party.agency_id, Party(party.agency))
            if party.known_from is not None and party.known_from <= at:
                known.known = True
                known.shares |= party.case.phase in SHARING_PHASES
        seats = (
            CaseSeat.objects.reading(at=at)
            .held(at=at)
            .filter(content_object__individual=individual_id)
            .values_list(
                "assignment__unit__agency_id",
                "assignment_id",
                "content_object__phase",
                "participation__known_from",
            )
        )
        for agency_id, assignment_id, phase, known_from in seats:
            if agency_id in parties:
                parties[agency_id].seats.add(assignment_id)
                if phase in SHARING_PHASES and known_from is not None and known_from <= at:
                    parties[agency_id].sharing_seats.add(assignment_id)
        return cls(at, grants, parties)

    def granted_until(self, facts: Facts, recipient: int) -> datetime | None:
        """Until when consents let `recipient` read such an item (P-A2 clause 3), seats and release aside."""
        fitting = [
            g
            for g in self.grants
            if g.source_id == facts.agency
            and g.recipient_id == recipient
            and g.types & facts.mask
            and g.items_from <= facts.event_date
        ]
        own = [g for g in fitting if g.about_id is None and (g.covers_barred or not facts.barred)]
        ends = [_chain(own, self.at)]
        ends += [_chain([g for g in fitting if g.about_id == person], self.at) for person in facts.about]
        known = [end for end in ends if end is not None]
        return min(known) if len(known) == len(ends) else None

    def readers(self, facts: Facts, given: Iterable[Given] = ()) -> list[Reader]:
        """Every agency but the item's own that can read it now, in the order of their ends, the latest first."""
        if not facts.recorded:
            return []
        found = [
            Reader(party.agency, until, frozenset(party.sharing_seats))
            for agency_id, party in self.parties.items()
            if self._may_be_covered(facts, party) and (until := self.granted_until(facts, agency_id)) is not None
        ]
        covered = {assignment for reader in found for assignment in reader.assignments}
        for one in given:
            party = self.parties.get(one.agency)
            if party and one.assignment in party.seats and one.assignment not in covered:
                found.append(Reader(party.agency, one.until, frozenset({one.assignment}), one.name))
        return sorted(found, key=_order)

    def _may_be_covered(self, facts: Facts, party: Party) -> bool:
        return (
            party.agency.pk != facts.agency
            and party.shares
            and facts.released
            and not facts.in_forhandsbedomning
            and (not facts.audience or party.agency.pk in facts.audience)
        )

    def words(self) -> dict[int, str]:
        """Agency id → what a sentence calls it: its kind, or its name where two are of a kind.

        One that has only been asked reads nothing; counting it would change a word for others (P-A15).
        """
        known = agency_words(party.agency for party in self.parties.values() if party.known)
        return {pk: party.agency.name for pk, party in self.parties.items()} | known


def _order(reader: Reader) -> tuple[float, int, str, str]:
    """The latest end first, then as the list of kinds has them."""
    kinds = [kind.value for kind in AgencyKind]
    place = kinds.index(AgencyKind(reader.agency.kind).value)
    return -reader.until.timestamp(), place, reader.agency.name, reader.named


def agency_words(agencies: Iterable[Agency]) -> dict[int, str]:
    """ "polis", "skola"; the names where two agencies are of the same kind."""
    listed = list(agencies)
    kinds = [agency.kind for agency in listed]
    return {a.pk: a.name if kinds.count(a.kind) > 1 else _kind_word(a) for a in listed}


def _kind_word(agency: Agency) -> str:
    word = str(agency.get_kind_display())
    return word if word[1:] != word[1:].lower() else word.lower()


def _chain(grants: Iterable[Grant], at: datetime) -> datetime | None:
    return holds_until([(g.period.lower, g.period.upper) for g in grants], at)


def disclosed(items: Sequence[InformationItem], actor: Actor, at: datetime) -> dict[int, list[Given]]:
    """Disclosures in force: of the actor's own agency's items to anybody, of others' items to the actor."""
    rows = DisclosedItem.objects.filter(
        Q(item__agency=actor.agency_id) | Q(disclosure__recipients__assignment=actor.assignment_id),
        item__in=[item.pk for item in items],
        disclosure__disclosed_at__lte=at,
        disclosure__readable_until__gt=at,
    ).values_list(
        "item_id",
        "disclosure__recipient_id",
        "disclosure__recipients__assignment_id",
        "disclosure__recipients__assignment__user__name",
        "disclosure__readable_until",
    )
    found: dict[int, list[Given]] = {}
    for item_id, agency, assignment, name, until in rows:
        assert until is not None  # noqa: S101 - the filter asks for a later instant
        found.setdefault(item_id, []).append(Given(agency, assignment, name, until))
    return found


def lines(
    items: Sequence[InformationItem], actor: Actor, at: datetime, *, sharing: Sharing | None = None
) -> dict[int, EyeLine]:
    """Item id → its eye line, for items of one individual that the actor may read.

    Args:
        items: loaded with `type` and `agency`, with `abouts` prefetched.
        sharing: what holds, when the caller has loaded it.
    """
    if not items:
        return {}
    sharing = sharing or Sharing.load(items[0].individual_id, at=at)
    given = disclosed(items, actor, at)
    words = sharing.words()
    return {item.pk: line_of(item, sharing, given.get(item.pk, []), words, actor) for item in items}


def line_of(
    item: InformationItem, sharing: Sharing, given: list[Given], words: Mapping[int, str], actor: Actor
) -> EyeLine:
    """The sentence for one item, from where the actor stands."""
    facts = Facts.of(item)
    if facts.agency != actor.agency_id:
        return _others_line(facts, sharing, given, actor)
    if not facts.recorded:
        return EyeLine("Utkast: bara du kan läsa det.", own=True)
    return say(sharing.readers(facts, given), words, sharing.at, facts)


def _others_line(facts: Facts, sharing: Sharing, given: list[Given], actor: Actor) -> EyeLine:
    today = clock.local_day(sharing.at)
    mine = [r for r in sharing.readers(facts, given) if actor.assignment_id in r.assignments]
    by_consent = next((r for r in mine if not r.named), None)
    if by_consent:
        return EyeLine(f"Kan läsas av er {swedish.until(by_consent.until, today)}", own=False)
    if mine or given:
        end = max([r.until for r in mine] or [g.until for g in given])
        return EyeLine(f"Utlämnad till dig. Kan läsas {swedish.until(end, today)}", own=False)
    until = sharing.granted_until(facts, actor.agency_id)
    return EyeLine(f"Kan läsas av er {swedish.until(until, today)}" if until else "Kan läsas av er", own=False)


def say(readers: Sequence[Reader], words: Mapping[int, str], at: datetime, facts: Facts) -> EyeLine:
    """ "Kan läsas av socialtjänst och polis till och med 28 februari" or "Kan bara läsas av er" with the reason."""
    today = clock.local_day(at)
    reading = [r for r in readers if r.assignments]
    waiting = [words[r.agency.pk] for r in readers if not r.assignments]
    ends: dict[str, list[str]] = {}
    for reader in reading:
        who = words[reader.agency.pk]
        ends.setdefault(swedish.until(reader.until, today), []).append(
            f"{reader.named} ({who})" if reader.named else who
        )
    parts = [f"av {swedish.listing(who)} {end}" for end, who in ends.items()]
    later = f"av {swedish.listing(waiting)} när de har utsett en kontakt" if waiting else ""
    if parts:
        text = f"Kan läsas {swedish.listing(parts)}"
        return EyeLine(f"{text}. Kan också läsas {later}" if later else text, own=False)
    if later:
        return EyeLine(f"Kan bara läsas av er än så länge. Kan läsas {later}", own=True)
    return EyeLine(f"Kan bara läsas av er{_why(facts)}", own=True)


def _why(facts: Facts) -> str:
    if not facts.released:
        return " tills den är prövad mot 18 kap. OSL"
    if facts.in_forhandsbedomning:
        return ", eftersom den hör till förhandsbedömningen"
    return ""


def preview(facts: Facts, sharing: Sharing, words: Mapping[int, str], *, releases: bool) -> EyeLine:
    """What the eye line would say if this were recorded now; for an agency that releases, once it is released."""
    line = say(sharing.readers(facts), words, sharing.at, facts)
    if not releases or line.own:
        return line
    return EyeLine(f"När den är prövad och släppt: {line.text[0].lower()}{line.text[1:]}", own=False)
