"""What the professionals write: several hundred items, each by one who sits in the case that day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from consent import actions
from consent.actions.items import ItemFacts, SeenFactor
from consent.demo.papers import Dossier
from consent.demo.plan import Plan
from consent.demo.staff import Desk
from consent.models import AnnotationKind, Factor, FactorKind, InformationItem, InformationType, ItemFactor, Presence
from hub.audit import record
from hub.clock import local_day
from hub.models import Phase

#: The order in which each kind of agency comes to speak of things.
ORDER: dict[str, tuple[str, ...]] = {
    "socialtjanst": (
        "home_and_family",
        "measures_and_plan",
        "risk_assessment",
        "leisure",
        "peers",
        "contact_details",
        "health",
        "substance_use",
        "concern_observations",
    ),
    "skola": ("attendance", "school_situation", "school_results", "peers", "measures_and_plan", "concern_observations"),
    "polis": ("police_tells", "police_tells", "measures_and_plan"),
    "fritid": ("leisure", "peers", "measures_and_plan", "concern_observations"),
    "bup": ("health",),
    "frivard": ("measures_and_plan",),
    "sis": ("school_results", "home_and_family", "health"),
    "ame": ("attendance",),
}
#: How often each kind writes in a running case; the cast's own cases have one more of each.
OFTEN = {"socialtjanst": 4, "skola": 4, "polis": 3, "fritid": 2}
BY_WORD_OF_MOUTH = "Muntligt från"
EVIDENCE = {
    FactorKind.RISK: "Samtal med den unge och vårdnadshavare, och det som skolan har berättat.",
    FactorKind.PROTECTIVE: "Den unge, hemmet och skolan beskriver det på samma sätt.",
}
ANNOTATIONS = (
    (AnnotationKind.ADDITION, "Uppföljt en vecka senare: fortsätter på samma sätt."),
    (AnnotationKind.CORRECTION, "Rätt dag är dagen före. Texten i övrigt stämmer."),
    (AnnotationKind.OBJECTION, "Den unge håller inte med om beskrivningen och vill att det framgår."),
)


@dataclass(frozen=True, slots=True)
class Pen:
    """What every writer of the demo draws from."""

    plan: Plan
    types: dict[str, InformationType]
    factors: list[Factor]

    @classmethod
    def cut(cls, plan: Plan) -> "Pen":
        kept = Factor.objects.filter(kind__in=[FactorKind.RISK, FactorKind.PROTECTIVE]).order_by("order")
        return cls(plan, {t.code: t for t in InformationType.objects.all()}, list(kept))

    def facts(self, dossier: Dossier, kind: str, turn: int, *, at: datetime) -> ItemFacts:
        """The `turn`-th thing that an agency of this kind says about the youth."""
        codes = ORDER[kind]
        # Neighbouring youths start at different places in the order, so that no two timelines are alike.
        code = codes[(turn + dossier.index) % len(codes)]
        texts = self.plan.texts[kind, code]
        body = texts[(dossier.index * 2 + turn) % len(texts)].format(first=dossier.row.first)
        spoken = body.startswith(BY_WORD_OF_MOUTH)
        return ItemFacts(
            type=self.types[code],
            event_date=local_day(at),
            body=body,
            family_barred=code == "concern_observations" and kind == "socialtjanst" and dossier.index % 2 == 0,
            told_by="Tränare i föreningen" if spoken else "",
            told_at=at - timedelta(hours=1) if spoken else None,
            read_back=spoken,
            factors=self._factors(dossier, turn) if code == "risk_assessment" else (),
        )

    def _factors(self, dossier: Dossier, turn: int) -> tuple[SeenFactor, ...]:
        start = dossier.index * 5 + turn
        chosen = {self.factors[(start + step * 17) % len(self.factors)] for step in range(3)}
        return tuple(
            SeenFactor(
                factor.pk,
                Presence.UNKNOWN if factor.order % 7 == 0 else Presence.PRESENT,
                EVIDENCE[FactorKind(factor.kind)],
            )
            for factor in sorted(chosen, key=lambda f: f.order)
        )


def often(dossier_key: str, kind: str, *, ended: bool) -> int:
    """How many items of this kind a case gets."""
    base = OFTEN.get(kind, 2)
    if ended:
        return max(base - 2, 1)
    return base + 1 if dossier_key.startswith("ST-") else base


def spread(start: int, end: int, count: int, *, offset: int) -> Iterator[int]:
    """`count` days from `start` down to `end` (days before the seeding), evenly, moved a little by `offset`."""
    length = max(start - end, 1)
    for turn in range(count):
        yield max(start - length * (2 * turn + 1) // (2 * count) - offset % 3, end)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that one desk writes on one day of the story."""

    desk: Desk
    turn: int
    before: int
    at: datetime
    release: bool  # police only: the newest ones wait for the test against OSL 18


def write(dossier: Dossier, desk: Desk, facts: ItemFacts, *, at: datetime, release: bool = True) -> InformationItem:
    """Write and record an item; police release it after the test (P-C9)."""
    item = actions.write_item(dossier.case, facts, by=desk.actor, at=at)
    item = actions.record_item(item, by=desk.actor, at=at)
    if release and desk.actor.agency_kind == "polis":
        item = actions.release_item(item, tested=True, by=desk.actor, at=at)
    return item


def past(pen: Pen, dossier: Dossier, notes: list[Note]) -> list[InformationItem]:
    """Items of the past months, put in at once: the same rows and log lines that the actions make, one by one dear.

    tests/test_seed_demo.py holds each of them to what the actions would have asked: a seat, a phase, a type that
    the writer may write.
    """
    said = [(note, pen.facts(dossier, note.desk.actor.agency_kind, note.turn, at=note.at)) for note in notes]
    items = InformationItem.objects.bulk_create([_row(dossier, note, facts) for note, facts in said])
    ItemFactor.objects.bulk_create(
        ItemFactor(
            municipality_id=item.municipality_id,
            item=item,
            factor_id=seen.factor,
            presence=seen.presence,
            evidence=seen.evidence,
        )
        for item, (_note, facts) in zip(items, said, strict=True)
        for seen in facts.factors
    )
    for item, (note, _facts) in zip(items, said, strict=True):
        for deed in ("item.recorded", "item.released") if item.released_at else ("item.recorded",):
            record(
                deed,
                actor=note.desk.actor,
                at=note.at,
                individual=item.individual_id,
                case=item.case_id,
                objects=[item],
            )
    return items


def _row(dossier: Dossier, note: Note, facts: ItemFacts) -> InformationItem:
    by, case = note.desk.actor, dossier.case
    released = note.release and by.agency_kind == "polis"
    return InformationItem(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        recorded_phase=Phase.INSATS,
        agency_id=by.agency_id,
        type=facts.type,
        author_id=by.assignment_id,
        event_date=facts.event_date,
        body=facts.body,
        created_at=note.at,
        recorded_at=note.at,
        released_at=note.at if released else None,
        released_by_id=by.assignment_id if released else None,
        row_version=2,
        family_barred=facts.family_barred,
        told_by=facts.told_by,
        told_at=facts.told_at,
        read_back=facts.read_back,
    )


def annotate(dossier: Dossier, item: InformationItem, desk: Desk, *, at: datetime) -> None:
    """Correct, add to or object against an item (P-I3, R27)."""
    kind, text = ANNOTATIONS[dossier.index // 3 % len(ANNOTATIONS)]
    actions.annotate(item, kind=kind, text=text, by=desk.actor, at=at)
