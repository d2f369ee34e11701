"""The catalogue of interventions with what the kommun offers, for its page and for the form of a measure (P-P3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from actionplans.models import Advice, Intervention, Offer
from hub import clock, swedish
from hub.access import Actor, Denied, permitted


@dataclass(frozen=True, slots=True)
class Entry:
    """One intervention and who gives it here now."""

    intervention: Intervention
    offers: Sequence[Offer]


@dataclass(slots=True)
class Group:
    """The entries of one sort, with the same ages and advice."""

    sort: str
    ages: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Catalogue:
    """The list in the source's order: what is advised by age, and what is advised against."""

    advised: list[tuple[str, list[Group]]]
    against: list[Group]
    source: str
    target: str
    objects: list[Offer]


def interventions(*, on: date) -> list[Intervention]:
    """The entries in use on the day, in the order of the list."""
    return list(Intervention.objects.current(on=on).chosen_from())


def offers_now(actor: Actor, *, at: datetime) -> Mapping[int, list[Offer]]:
    """Intervention id → who gives it in the kommun at `at`, by agency and unit."""
    rows = permitted(Offer.objects.in_force(at=at), actor, at=at).select_related("unit", "agency")
    found: dict[int, list[Offer]] = {}
    for offer in sorted(rows, key=lambda one: (swedish.sort_key(one.agency.name), swedish.sort_key(one.unit.name))):
        found.setdefault(offer.intervention_id, []).append(offer)
    return found


def require_case_work(actor: Actor, *, at: datetime) -> None:
    """The catalogue is for who works with cases; who keeps the list of offers has a page of its own.

    Raises:
        Denied: no such role.
    """
    if not actor.in_case_work(at=at):
        raise Denied("read", Intervention)


def catalogue(actor: Actor, *, at: datetime) -> Catalogue:
    """All of the page: two queries, whatever the length of the list.

    Raises:
        Denied: no case work.
    """
    require_case_work(actor, at=at)
    listed, offers = interventions(on=clock.local_day(at)), offers_now(actor, at=at)
    entries = [Entry(one, offers.get(one.pk, [])) for one in listed]
    advised: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.intervention.advice == Advice.SHOULD:
            advised.setdefault(entry.intervention.ages, []).append(entry)
    return Catalogue(
        advised=[(ages, _groups(inside)) for ages, inside in advised.items()],
        against=_groups(entry for entry in entries if entry.intervention.advised_against),
        source=listed[0].source if listed else "",
        target=listed[0].target if listed else "",
        objects=[offer for entry in entries for offer in entry.offers],
    )


def _groups(entries: Iterable[Entry]) -> list[Group]:
    found: dict[tuple[str, str], Group] = {}
    for entry in entries:
        one = entry.intervention
        found.setdefault((one.sort, one.ages), Group(one.sort, one.ages)).entries.append(entry)
    return list(found.values())


def choices(listed: Iterable[Intervention], offers: Mapping[int, Sequence[Offer]]) -> list[tuple[str, object]]:
    """What a measure can be chosen from, under headings that say the advice and the ages."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in listed:
        units = swedish.listing(dict.fromkeys(offer.unit.name for offer in offers.get(one.pk, ())))
        named = f"{one.name}, erbjuds av {units}" if units else one.name
        groups.setdefault(f"{one.get_advice_display()}, {one.ages}", []).append((str(one.ref), named))
    return list(groups.items())


def outside_ages(intervention: Intervention, birth_date: date, on: date) -> str:
    """ "Komet är för 6-11 år, och den unge är äldre." where the age on the day lies outside, otherwise ""."""
    if on < birth_date:
        return ""
    years = swedish.age(birth_date, on)
    if intervention.age_from <= years <= intervention.age_to:
        return ""
    word = "yngre" if years < intervention.age_from else "äldre"
    return f"{intervention.name} är för {intervention.ages}, och den unge är {word}."
