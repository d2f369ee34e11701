"""The questions that are measured, each asked in the product's own way, by hand (a), and of guardian (b)."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from bench import naive, raw
from bench.raw import Subject
from bench.sample import Asker, Cost, prepared, watched
from consent import queries, timeline
from consent.models import InformationItem
from hub.access import Actor, may, permitted
from hub.contributions import Window
from hub.models import Individual, User
from hub.search import search

#: The product shows so many; one more is fetched to know whether there is a next page.
PAGE = 50
PREFIXES = ("an", "el", "li", "berg", "lund", "sö")
FIRST_PAGE = Window(limit=timeline.PAGE + 1, on=None, at=None, type_code="", agency=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One sample: who asks about whom, with what is loaded before the clock starts."""

    asker: Asker
    subject: Subject
    at: datetime
    individual: Individual
    item: InformationItem
    user: User
    prefix: str

    @property
    def actor(self) -> Actor:
        return self.asker.actor

    @property
    def values(self) -> dict[str, Any]:
        subject = {"individual": self.subject.individual, "item": self.subject.item, "prefix": self.prefix}
        return raw.parameters(self.actor, self.at) | subject


def ask(asker: Asker, rng: random.Random, at: datetime) -> Asked:
    """Draw a subject and load what a view has loaded already."""
    subject = rng.choice(asker.subjects)
    return Asked(
        asker,
        subject,
        at,
        Individual.objects.select_related("person").get(pk=subject.individual),
        InformationItem.objects.select_related("type", "agency").get(pk=subject.item),
        get_user_model().objects.get(pk=asker.actor.user_id),
        rng.choice(PREFIXES),
    )


Answer = Sequence[object]


@dataclass(frozen=True, slots=True)
class Question:
    """`decides`: how many of the product's statements decide; what follows fills in what the page shows."""

    name: str
    product: Callable[[Asked], Answer]
    by_hand: Callable[[Actor], str]
    naive: Callable[[Asked], object] | None
    key: int = 0

    def ask_product(self, asked: Asked) -> tuple[Cost, Cost, Answer]:
        """(the statement that decides, all statements, the answer)."""
        with watched() as watch:
            answer = self.product(asked)
        return watch.costs[0], watch.total, answer

    def ask_by_hand(self, asked: Asked) -> tuple[Cost, Answer]:
        cost, rows = prepared(self.by_hand(asked.actor), asked.values)
        return cost, [row[self.key] for row in rows][:PAGE]

    def ask_naive(self, asked: Asked) -> Cost:
        assert self.naive
        with watched() as watch:
            self.naive(asked)
        return watch.total


def _ids(rows: Iterable[Any]) -> list[object]:
    return [row.pk for row in rows][:PAGE]


def _first_page(asked: Asked) -> list[Any]:
    return list(timeline.items(asked.individual, asked.actor, asked.at, FIRST_PAGE))


QUESTIONS = (
    Question(
        "list of 50",
        lambda q: _ids(row.individual for row in queries.individuals(q.actor, queries.Choice(), q.at).rows),
        raw.listing,
        lambda q: naive.listing(q.user),
    ),
    Question(
        "timeline",
        lambda q: _ids(row.obj.item for row in _first_page(q)),
        raw.timeline,
        lambda q: naive.timeline(q.user, q.individual, q.actor, q.at),
    ),
    Question(
        "check of an individual",
        lambda q: [1] if may(q.individual, q.actor, "read", at=q.at) else [],
        raw.check_individual,
        lambda q: naive.check(q.user, q.individual),
    ),
    Question(
        "check of an item",
        lambda q: [1] if may(q.item, q.actor, "read", at=q.at) else [],
        raw.check_item,
        None,
    ),
    Question(
        "count",
        lambda q: [permitted(Individual.objects.all(), q.actor, at=q.at).count()],
        raw.count,
        lambda q: naive.count(q.user),
    ),
    Question(
        "name search",
        lambda q: _ids(hit.individual for hit in search(q.prefix, q.actor, at=q.at)),
        raw.name_search,
        lambda q: naive.search(q.user, q.prefix),
    ),
)
