"""Of what a load is made: names, sentences, who writes and gives what, and the small facts that tables share."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from bench.plan import LEISURE, POLICE, SCHOOL, SOCIAL, Party, Youth
from hub.clock import local_day, start_of_day

GIVEN = (
    "Adam Ahmed Albin Alice Alma Alva Amanda Amir Anton Anna Arvid Astrid Axel Bilal Ebba Edvin Elias "
    "Ella Elin Elsa Emil Emma Erik Fatima Filip Freja Gustav Hanna Hugo Ida Isak Jasmin Johan Julia Kevin "
    "Klara Leo Liam Linnea Lova Love Lukas Maja Malte Maria Milo Mohamed Moa Nils Noah Nora Olle Omar "
    "Oscar Saga Sami Sara Selma Signe Sofia Stella Theo Tilde Vera Viggo Vincent Wilma Yasmin Ylva Zahra "
    "Åke Ärla Östen "
).split()
FIRST = (
    "Al Berg Björk Blom Dahl Ek En Fors Gran Hag Hed Holm Hög Kvarn Lind Ljung Lund Malm Mo Nor Ny Ros Sand Sjö Skog "
    "Sten Ström Sund Söder Tall Väster Å Äng Ö Öst"
).split()
LAST = "berg blad blom borg by dahl fors gren gård holm kvist lid lund man mark qvist sjö stedt ström vall vik".split()
SENTENCES = (
    "Har kommit i tid alla dagar utom en den senaste veckan.",
    "Berättar att det känns bättre efter mötet med mentorn.",
    "Frånvaron är fortfarande hög på måndagar och fredagar.",
    "Deltar i aktiviteten på fritidsgården två kvällar i veckan.",
    "Familjen har tackat ja till stödsamtal och första tiden är bokad.",
    "Har setts i ett sammanhang som oroar, utan misstanke om brott.",
    "Vi har kommit överens om vad var och en gör till nästa gång.",
    "Har börjat i en mindre grupp och får mer tid för svenska och matematik.",
)
#: What an agency of a kind writes, and by consent gives to whom.
WRITES: dict[str, tuple[str, ...]] = {
    SOCIAL: ("home_and_family", "measures_and_plan", "concern_observations", "peers"),
    SCHOOL: ("attendance", "school_situation", "school_results"),
    POLICE: ("police_tells", "measures_and_plan"),
    LEISURE: ("leisure", "peers", "measures_and_plan"),
}
GIVES: dict[str, dict[str, tuple[str, ...]]] = {
    SOCIAL: {SCHOOL: ("measures_and_plan",), POLICE: ("measures_and_plan", "peers"), LEISURE: ("measures_and_plan",)},
    SCHOOL: {SOCIAL: ("attendance", "school_situation"), POLICE: ("attendance",), LEISURE: ("attendance",)},
    POLICE: {SOCIAL: ("police_tells",), SCHOOL: ("measures_and_plan",), LEISURE: ("measures_and_plan",)},
    LEISURE: {SOCIAL: ("leisure", "peers"), SCHOOL: ("leisure",), POLICE: ("leisure",)},
}
#: A consent holds for at most six months.
CONSENT_DAYS = 180

Row = tuple[Any, ...]


def random_of(table: int) -> random.Random:
    return random.Random(table)


def family_name(rng: random.Random) -> str:
    return rng.choice(FIRST) + rng.choice(LAST)


def numbered(rows: Iterable[Row]) -> Iterator[Row]:
    return ((number, *row) for number, row in enumerate(rows, 1))


def youth_person(youth: Youth) -> int:
    return 3 * youth.pk - 2


def guardians(youth: Youth) -> list[int]:
    """The persons who hold custody: one, or for six of ten two."""
    return [3 * youth.pk - 1, 3 * youth.pk][: 2 if youth.pk % 10 < 6 else 1]


def signers(youth: Youth) -> list[tuple[int, int, str]]:
    """(signature, person, role) of who signed, where there is a paper."""
    if not youth.sharing:
        return []
    people = [(youth_person(youth), "youth"), *((guardian, "guardian") for guardian in guardians(youth))]
    return [(3 * youth.pk - 2 + place, person, role) for place, (person, role) in enumerate(people)]


def flows(youth: Youth) -> Iterator[tuple[int, int, Party, Party]]:
    """(recipient row, consent, giver, receiver) of everything that the paper gives."""
    recipients = count(youth.first_recipient)
    for number, giver in enumerate(youth.sharing):
        for receiver in youth.sharing:
            if receiver is not giver:
                yield next(recipients), youth.first_consent + number, giver, receiver


def opened_at(youth: Youth) -> datetime:
    return youth.first_day - timedelta(days=30)


@cache
def day_after(day: date) -> datetime:
    return start_of_day(day + timedelta(days=1))


def last_day(first: date) -> date:
    return first + timedelta(days=CONSENT_DAYS)


def items_from(first: date) -> date:
    return first - timedelta(days=30)


def signed_at(youth: Youth) -> datetime:
    """The paper was registered on its first day, at noon."""
    return day_after(local_day(youth.first_day)) - timedelta(hours=12)


def as_range(start: datetime, end: datetime) -> str:
    return f'["{start.isoformat()}","{end.isoformat()}")'
