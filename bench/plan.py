"""Who is in the load: kommuner by size, agencies and staff by need, and what is true of each youth.

The whole grows with the number of youths; what one person works with does not. A coordinator or contact has 40-200
youths wherever the kommun is large enough, as in life, so that lists can be compared between sizes.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

#: Kommun sizes fall as rank to this power: of 290, the largest then holds a tenth.
ZIPF = 0.85
LARGEST = ("0180", "1480", "1280")
#: Youths per kommun at least, so that a small load still fills a unit.
PER_KOMMUN = 25
#: Youths of one person's list.
FEWEST, MOST = 40, 200
#: Youths per agency of its kind, and per unit of social services.
PER_SOCIAL, PER_UNIT, PER_SCHOOL, PER_POLICE, PER_LEISURE = 800, 250, 120, 1500, 500

SOCIAL, SCHOOL, POLICE, LEISURE = "socialtjanst", "skola", "polis", "fritid"
KINDS = (SOCIAL, SCHOOL, POLICE, LEISURE)
PARTY_ROLES = {SOCIAL: "agare", SCHOOL: "skolkontakt", POLICE: "kontaktpolis", LEISURE: "fritidskontakt"}
PARTY_SHARE = {SCHOOL: 0.85, POLICE: 0.7, LEISURE: 0.4}


@dataclass(frozen=True, slots=True)
class Desk:
    """One employed person."""

    user: int
    assignment: int
    unit: int
    agency: int
    kommun: int
    kind: str
    role: str


@dataclass(slots=True)
class Organisation:
    """Rows of the organisation, in the order of the columns in `bench.tables`."""

    agencies: list[tuple[int, str, str, int | None, bool]] = field(default_factory=list)
    serves: list[tuple[int, int]] = field(default_factory=list)
    units: list[tuple[object, ...]] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)


@dataclass(slots=True)
class Party:
    """One agency's place in the youth's open case."""

    pk: int
    kind: str
    contact: Desk
    active: bool


@dataclass(slots=True)
class Youth:
    """What is true of one youth; `pk` is also the person's, the case's and the signing session's number."""

    pk: int
    kommun: int
    coordinator: Desk
    manager: Desk
    parties: list[Party]
    phase: str
    first_day: datetime
    consent: str  # "in_force", "ended" or "none"
    protected: bool
    item_count: int = 0
    first_item: int = 0
    first_consent: int = 0
    first_recipient: int = 0

    @property
    def sharing(self) -> list[Party]:
        """Parties that give and receive by the consent."""
        return [party for party in self.parties if party.active] if self.consent != "none" else []


def kommun_sizes(youths: int, codes: Sequence[str]) -> dict[str, int]:
    """Youths per kommun, the largest three cities first; every kommun that takes part gets at least one."""
    ranked = [*(c for c in LARGEST if c in codes), *(c for c in codes if c not in LARGEST)]
    ranked = ranked[: max(1, min(len(ranked), youths // PER_KOMMUN))]
    weights = [(rank + 1) ** -ZIPF for rank in range(len(ranked))]
    sizes = {c: max(1, int(youths * w / sum(weights))) for c, w in zip(ranked, weights, strict=True)}
    sizes[ranked[0]] += youths - sum(sizes.values())
    return sizes


def shares(rng: random.Random, total: int) -> Iterator[int]:
    """Sizes of persons' lists that add up to `total`."""
    while total > 0:
        size = min(total, rng.randint(FEWEST, MOST))
        yield size
        total -= size


class Staffing:
    """Employs people kommun by kommun."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.organisation = Organisation()
        self._agency, self._unit, self._desk = count(1), count(1), count(1)

    def agency(self, kommun: int, kind: str, name: str) -> int:
        pk = next(self._agency)
        home = None if kind == POLICE else kommun
        self.organisation.agencies.append((pk, name, kind, home, kind == POLICE))
        self.organisation.serves.append((pk, kommun))
        return pk

    def unit(self, agency: int, name: str) -> int:
        pk = next(self._unit)
        self.organisation.units.append((pk, agency, name))
        return pk

    def desk(self, unit: int, agency: int, kommun: int, kind: str, role: str) -> Desk:
        pk = next(self._desk)
        made = Desk(pk, pk, unit, agency, kommun, kind, role)
        self.organisation.desks.append(made)
        return made

    def leads(self, kommun: int, youths: int) -> list[tuple[Desk, Desk]]:
        """(coordinator, manager) of each youth."""
        found: list[tuple[Desk, Desk]] = []
        for number, size in enumerate(chunks(youths, PER_SOCIAL), 1):
            agency = self.agency(kommun, SOCIAL, f"Socialtjänsten {number}")
            for unit_number, in_unit in enumerate(chunks(size, PER_UNIT), 1):
                unit = self.unit(agency, f"Ungdom {unit_number}")
                manager = self.desk(unit, agency, kommun, SOCIAL, "manager")
                for load in shares(self.rng, in_unit):
                    found += [(self.desk(unit, agency, kommun, SOCIAL, "coordinator"), manager)] * load
        return found

    def contacts(self, kommun: int, youths: int, kind: str, per_agency: int, word: str) -> list[Desk]:
        """The contact of each youth at agencies of a kind, in random order."""
        found: list[Desk] = []
        for number, size in enumerate(chunks(youths, per_agency), 1):
            agency = self.agency(kommun, kind, f"{word} {number}")
            unit = self.unit(agency, f"{word} {number}, enheten")
            for load in shares(self.rng, size):
                found += [self.desk(unit, agency, kommun, kind, "contact")] * load
        self.rng.shuffle(found)
        return found


def chunks(total: int, most: int) -> list[int]:
    """`total` in as equal parts as possible, none above `most`."""
    parts = -(-total // most)
    return [total // parts + (1 if i < total % parts else 0) for i in range(parts)] if parts else []


def plan(
    *, youths: int, items: int, kommuner: dict[str, int], at: datetime, seed: int = 1
) -> tuple[Organisation, list[Youth]]:
    """Everybody in the load. The same arguments give the same load.

    Args:
        kommuner: SCB code → id.
        at: the instant that consents are in force at; everything began before it.
    """
    rng = random.Random(seed)
    staffing, told, numbers = Staffing(rng), [], Numbers()
    for code, size in kommun_sizes(youths, sorted(kommuner)).items():
        kommun = kommuner[code]
        leads = staffing.leads(kommun, size)
        contacts = {
            SCHOOL: staffing.contacts(kommun, size, SCHOOL, PER_SCHOOL, "Skolan"),
            POLICE: staffing.contacts(kommun, size, POLICE, PER_POLICE, "Polisen"),
            LEISURE: staffing.contacts(kommun, size, LEISURE, PER_LEISURE, "Fritidsgården"),
        }
        for place, (coordinator, manager) in enumerate(leads):
            near = {kind: desks[place] for kind, desks in contacts.items()}
            told.append(_youth(rng, numbers, kommun, coordinator, manager, near, at))
    _share_out_items(rng, told, items)
    return staffing.organisation, told


class Numbers:
    """Next free ids of what a youth has several of."""

    def __init__(self) -> None:
        self.youth, self.party = count(1), count(1)
        self.consent, self.recipient = 1, 1


def _youth(
    rng: random.Random,
    numbers: Numbers,
    kommun: int,
    coordinator: Desk,
    manager: Desk,
    near: dict[str, Desk],
    at: datetime,
) -> Youth:
    phase = rng.choices(("forhandsbedomning", "utredning", "insats", "uppfoljning"), (10, 20, 50, 20))[0]
    consent = "none" if phase == "forhandsbedomning" else rng.choices(("in_force", "ended", "none"), (80, 10, 10))[0]
    days = rng.randint(200, 400) if consent == "ended" else rng.randint(10, 150)
    parties = [Party(next(numbers.party), SOCIAL, coordinator, active=True)]
    parties += [
        Party(next(numbers.party), kind, near[kind], active=consent != "none")
        for kind, share in PARTY_SHARE.items()
        if rng.random() < share
    ]
    youth = Youth(
        pk=next(numbers.youth),
        kommun=kommun,
        coordinator=coordinator,
        manager=manager,
        parties=parties,
        phase=phase,
        first_day=at - timedelta(days=days),
        consent=consent if len(parties) > 1 else "none",
        protected=rng.random() < 0.03,
    )
    givers = len(youth.sharing)
    youth.first_consent, youth.first_recipient = numbers.consent, numbers.recipient
    numbers.consent += givers
    numbers.recipient += givers * (givers - 1)
    return youth


def _share_out_items(rng: random.Random, youths: list[Youth], items: int) -> None:
    """Items per youth: most have a few, some have many; exactly `items` in all."""
    weights = [min(rng.paretovariate(1.7), 8.0) for _ in youths]
    total = sum(weights)
    for youth, weight in zip(youths, weights, strict=True):
        youth.item_count = int(items * weight / total)
    left = items - sum(y.item_count for y in youths)
    for youth in rng.choices(youths, k=left):
        youth.item_count += 1
    first = 1
    for youth in youths:
        youth.first_item, first = first, first + youth.item_count
