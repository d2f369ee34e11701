"""Finding what the demo holds: the plan, the published figures, who acts, and whose case it is."""

import csv

from consent.demo.plan import Youth, load
from hub.access import Actor
from hub.models import (
    Assignment,
    Case,
    Individual,
    Municipality,
    Phase,
)

PLAN = load()
SIG = ("SIG", "SIG_RBM")
#: A case that has reached insats is a participant's.
REACHED = (Phase.INSATS, Phase.UPPFOLJNING, Phase.AVSLUTAT)


def published() -> dict[str, dict[str, str]]:
    with open("hub/data/stockholm_sig_2012.csv", encoding="utf-8", newline="") as file:
        return {row["district"]: row for row in csv.DictReader(file)}


PUBLISHED = published()


def kommun(code: str) -> Municipality:
    return Municipality.objects.get(code=code)


def actor(key: str, *, role: str | None = None, code: str = "0180") -> Actor:
    held = Assignment.objects.select_related("user", "unit__agency").filter(user__email=f"{key}@example.se")
    if role:
        held = held.filter(role=role)
    return Actor.acting_under(held.order_by("pk")[0], municipality_id=kommun(code).pk)


def participants() -> list[Case]:
    found = Case.objects.filter(form__in=SIG, phase__in=REACHED)
    return list(found.select_related("district", "individual__person").order_by("pk"))


def of_row(row: Youth) -> Individual:
    return Individual.objects.select_related("person").get(person__given_name=row.first, person__family_name=row.last)
