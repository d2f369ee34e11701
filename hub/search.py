"""Search of persons by name, personnummer or case number, and nothing else (P-A10, R32).

Hits go through `permitted()`, so that an answer, its length and its time say nothing of whom one may not list (P-A15).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Lookup, OuterRef, Q, TextField
from django.urls import reverse

from hub import clock, personnummer, swedish
from hub.access import Actor, permitted
from hub.crypto import lookup
from hub.models import Agency, AgencyKind, Case, Individual, Participation, Protection
from hub.queries import individual_url

MOST_HITS = 50
MOST_SUGGESTIONS = 8


@TextField.register_lookup
class HasPrefix(Lookup[bool]):
    """`column ^@ prefix`: leakproof, so the index is used behind row-level security, and no wildcard to escape."""

    lookup_name = "has_prefix"

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]  # Django's own signature
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", [*left_values, *right_values]


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a search: enough to recognise, nothing about the case."""

    name: str
    detail: str
    url: str
    protected: bool
    individual: Individual | None = None
    case: Case | None = None


def _person_hit(individual: Individual, on: date) -> Hit:
    person = individual.person
    return Hit(
        name=person.name,
        detail=f"{swedish.age(person.birth_date, on)} år",
        url=individual_url(individual),
        protected=person.is_protected,
        individual=individual,
    )


CASE_NUMBER = re.compile(r"S-?(\d{4})-?(\d{1,6})", re.IGNORECASE)


def kind_of_query(text: str) -> str:
    """ "number", "personnummer" or "name": what the search is by, and all that the log says of it."""
    if CASE_NUMBER.fullmatch(text.replace(" ", "")):
        return "number"
    return "personnummer" if sum(c.isdigit() for c in text) >= 6 else "name"


def search(text: str, actor: Actor, *, at: datetime, suggesting: bool = False) -> list[Hit]:
    """Up to MOST_HITS + 1 hits among the individuals and cases that the actor may read.

    Raises:
        InvalidPersonnummer: the digits are no valid number; the message depends on the digits alone (P-A15).
    """
    kind = kind_of_query(text)
    if kind == "number":
        return _by_case_number(text, actor, at)
    people = permitted(Individual.objects.select_related("person"), actor, at=at)
    if kind == "personnummer":
        found = people.filter(_has_number(personnummer.parse(text, on=clock.local_day(at)).digits, actor, at))
    else:
        found = people.filter(_has_name(text)).order_by("person__search_family", "pk")
    hits = [_person_hit(individual, clock.local_day(at)) for individual in found[: MOST_HITS + 1]]
    return hits[:MOST_SUGGESTIONS] if suggesting else hits


def _has_name(text: str) -> Q:
    """A prefix of "given family" or "family given"; protected persons are never found by name (P-A8)."""
    prefix = " ".join(text.lower().split())
    by_name = Q(person__search_given__has_prefix=prefix) | Q(person__search_family__has_prefix=prefix)
    return Q(person__protection=Protection.NONE) & by_name


def _has_number(digits: str, actor: Actor, at: datetime) -> Q:
    """The number at any social-services agency of the kommun: the cost is the same whoever exists (P-A15)."""
    agencies = permitted(Agency.objects.filter(kind=AgencyKind.SOCIALTJANST), actor, at=at).values_list("pk", flat=True)
    keys = {agency: lookup(digits, scope=agency) for agency in agencies}
    return Q(person__agency_id__in=keys.keys(), person__personnummer_lookup__in=keys.values())


def case_number(text: str) -> str | None:
    """The number as it is stored, from how people write it: "s2026-12" is S-2026-0012."""
    found = CASE_NUMBER.fullmatch(text.replace(" ", ""))
    return f"S-{found[1]}-{int(found[2]):04}" if found else None


def _by_case_number(text: str, actor: Actor, at: datetime) -> list[Hit]:
    number = case_number(text)
    with_person = Case.objects.filter(number=number).select_related("individual__person")
    if (case := permitted(with_person, actor, at=at).first()) is not None:
        person = case.individual.person
        url = reverse("hub:case", args=[case.ref])
        return [Hit(case.number, person.name, url, person.is_protected, case.individual, case)]
    ended = permitted(Case.objects.filter(number=number), actor, "trace", at=at).first()
    if ended is None:
        return []
    url = reverse("hub:case_trace", args=[ended.ref])
    return [Hit(ended.number, "Avslutad medverkan", url, protected=False, case=ended)]


def individual_to_open(whom: str, actor: Actor, *, at: datetime) -> Individual | None:
    """Whom a break-glass form names, among those whom the actor may open for; None for every other reason."""
    people = permitted(Individual.objects.select_related("person"), actor, "break_glass", at=at)
    if (number := case_number(whom)) is not None:
        return people.filter(Exists(Case.objects.filter(individual=OuterRef("pk"), number=number))).first()
    try:
        digits = personnummer.parse(whom, on=clock.local_day(at)).digits
    except personnummer.InvalidPersonnummer:
        return None
    return people.filter(_has_number(digits, actor, at)).first()


def own_case_of(individual: Individual, actor: Actor, *, at: datetime) -> Case | None:
    """The latest case of the individual in which the actor's agency takes part: what a notice names."""
    own = Participation.objects.active(at=at).filter(agency_id=actor.agency_id, case=OuterRef("pk"))
    return Case.objects.filter(Exists(own), individual=individual).order_by("-opened_at").first()
