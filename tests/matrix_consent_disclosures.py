"""The routes of giving on other grounds and of the ledger: who gets what (P-C7, P-C8)."""

from collections.abc import Mapping
from typing import Any

from consent.models import Disclosure
from tests.cast import World, write
from tests.disclosing import give
from tests.matrix import READERS, SEATED, Row, case, elias, status


def to_leisure(world: World) -> Mapping[str, Any]:
    return {"ref": world.case.ref, "agency": world.leisure.ref}


def own_task(world: World) -> Mapping[str, Any]:
    return {**to_leisure(world), "ground": "own_task"}


def to_police(world: World) -> Mapping[str, Any]:
    """The same disclosure from school to Pia for every row that names it."""
    found = Disclosure.objects.filter(necessity="Rad i matrisen").first()
    if found is None:
        item = write(world, "sam", "school_results", body="Rad i matrisen: utlämnat")
        found = give(world, item, to="pia", necessity="Rad i matrisen")
    return {"ref": found.ref}


def by_kim(world: World) -> Mapping[str, Any]:
    """What Kim has given to Pia, without the family knowing."""
    found = Disclosure.objects.filter(necessity="Rad i matrisen, av Kim").first()
    if found is None:
        item = write(world, "kim", "home_and_family", body="Rad i matrisen: utlämnat av Kim")
        told: dict[str, Any] = {"person_told": False, "told_note": "Skadar syftet."}
        found = give(world, item, to="pia", ground="youth_crime_risk", necessity="Rad i matrisen, av Kim", **told)
    return {"ref": found.ref}


def nothing_sent(world: World) -> Mapping[str, Any]:
    return {}


def with_reason(world: World) -> Mapping[str, Any]:
    return {"reason": "Behövs inte längre."}


#: A seat in the very case; Mona manages the unit and knows of the case, but decides nothing in it.
GIVES = status(SEATED) | {"mona": 403}
#: Nobody gives to the own agency.
TO_LEISURE = GIVES | {"fia": 404}
#: The agency that gave, and whom the disclosure names.
SEES = {"sam": 200, "pia": 200}
CHANGES = {"sam": 200, "pia": 403}
KIM_CHANGES = status(("kim", "lovisa")) | status(("mona", "pia"), 403)
#: Leisure reads on screen only (P-A14).
PRINTS = status(SEATED) | {"fia": 403, "mona": 403}


ROWS = [
    Row(route="consent:disclose_where", kwargs=case, expect=GIVES),
    Row(route="consent:disclose_where", kwargs=case, query="?visa=1", expect=status(SEATED, 422) | {"mona": 403}),
    Row(route="consent:disclose_ground", kwargs=to_leisure, expect=TO_LEISURE),
    Row(route="consent:disclose_ground", kwargs=to_leisure, query="?typ=attendance", expect=TO_LEISURE),
    Row(route="consent:disclose", kwargs=own_task, expect=TO_LEISURE),
    Row(
        route="consent:disclose",
        method="POST",
        kwargs=own_task,
        data=nothing_sent,
        expect={who: 422 if code == 200 else code for who, code in TO_LEISURE.items()},
        anonymous=401,
    ),
    Row(route="consent:disclosure", kwargs=to_police, expect=SEES),
    Row(route="consent:disclosure", kwargs=by_kim, expect=status(("kim", "lovisa", "mona", "pia"))),
    Row(route="consent:disclosure_end", kwargs=to_police, expect=CHANGES),
    Row(route="consent:disclosure_end", kwargs=by_kim, expect=KIM_CHANGES),
    Row(
        route="consent:disclosure_end",
        method="POST",
        kwargs=to_police,
        data=with_reason,
        expect={"sam": 302, "pia": 403},
        anonymous=401,
    ),
    Row(route="consent:disclosure_told", kwargs=by_kim, expect=KIM_CHANGES),
    Row(
        route="consent:disclosure_told",
        method="POST",
        kwargs=by_kim,
        data=nothing_sent,
        expect=status(("kim", "lovisa"), 422) | status(("mona", "pia"), 403),
        anonymous=401,
    ),
    Row(route="consent:ledger", kwargs=elias, expect=status(READERS)),
    Row(route="consent:ledger", kwargs=elias, query="?grund=own_task&efter=x", expect=status(READERS)),
    Row(route="consent:ledger_extract", kwargs=elias, expect=PRINTS),
]
