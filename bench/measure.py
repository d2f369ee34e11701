"""One run: every question in every design in every database, in random order, so that neighbours disturb all alike."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bench import raw
from bench.questions import QUESTIONS, Asked, Question, ask
from bench.sample import Asker, Cost, Size, asking, prepared, timed, using

PRODUCT, WHOLE, BY_HAND, KEY, NAIVE, FRAME = "product", "whole", "by hand", "key", "naive", "frame"
Progress = Callable[[str], None]


class Differs(Exception):
    """The product and the hand-written rule gave different answers: no speed is worth printing."""


@dataclass(slots=True)
class Samples:
    """(individuals of the database, question, design) → costs."""

    costs: dict[tuple[int, str, str], list[Cost]] = field(default_factory=lambda: defaultdict(list))

    def add(self, size: Size, question: str, design: str, cost: Cost) -> None:
        self.costs[size.individuals, question, design].append(cost)

    def of(self, individuals: int, question: str, design: str) -> list[Cost]:
        return self.costs.get((individuals, question, design), [])


def run(
    sizes: list[Size], *, at: datetime, rounds: int, naive_rounds: int, tell: Progress, warm_up: int = 6, seed: int = 1
) -> Samples:
    """Measure.

    Args:
        rounds: samples per person asking.
        naive_rounds: samples of (b) per question and database; it is slow.
        warm_up: rounds before the first sample that counts.

    Raises:
        Differs: an answer of the product is not that of the hand-written rule.
    """
    rng = random.Random(seed)
    for size in sizes:  # prepared statements and caches as in a process that has run for a while
        warm(size, rng, at, warm_up)
    samples = Samples()
    turns = [(size, asker) for size in sizes for asker in size.askers for _ in range(rounds)]
    rng.shuffle(turns)
    for number, (size, asker) in enumerate(turns):
        with using(size.wrapper):
            one_turn(size, asker, rng, at, samples)
        if number % 100 == 99:
            tell(f"{number + 1} av {len(turns)} omgångar")
    for size in sizes:
        with using(size.wrapper):
            for asker in rng.choices(size.askers, k=naive_rounds):
                ask_naive(size, asker, rng, at, samples)
    return samples


def warm(size: Size, rng: random.Random, at: datetime, rounds: int) -> None:
    """Let every role's statements be prepared, and every list be in the cache."""
    forgotten = Samples()
    with using(size.wrapper):
        roles = {asker.actor.role: asker for asker in size.askers}
        for asker in ([*roles.values()] * rounds + size.askers) if rounds else []:
            one_turn(size, asker, rng, at, forgotten)


def one_turn(size: Size, asker: Asker, rng: random.Random, at: datetime, samples: Samples) -> None:
    """Every question and design once for one person, in random order."""

    frame: list[Cost] = []
    with timed(frame), asking(asker.actor):
        pass
    samples.add(size, FRAME, FRAME, frame[0])
    with asking(asker.actor):
        asked = ask(asker, rng, at)
        for question in rng.sample(QUESTIONS, len(QUESTIONS)):
            compare(size, question, asked, rng, samples)


def compare(size: Size, question: Question, asked: Asked, rng: random.Random, samples: Samples) -> None:
    answers = {}
    for design in rng.sample((PRODUCT, BY_HAND, KEY), 3):
        if design == PRODUCT:
            cost, whole, answers[PRODUCT] = question.ask_product(asked)
            samples.add(size, question.name, WHOLE, whole)
        elif design == BY_HAND:
            cost, answers[BY_HAND] = question.ask_by_hand(asked)
        else:
            cost, _ = prepared(raw.KEY_READ, {"individual": asked.subject.individual})
        samples.add(size, question.name, design, cost)
    if list(answers[PRODUCT]) != list(answers[BY_HAND]):
        raise Differs(f"{question.name}: {asked.actor.label}, {asked.subject}: {answers}")


def ask_naive(size: Size, asker: Asker, rng: random.Random, at: datetime, samples: Samples) -> None:

    with asking(asker.actor):
        asked = ask(asker, rng, at)
        for question in QUESTIONS:
            if question.naive:
                samples.add(size, question.name, NAIVE, question.ask_naive(asked))
