"""The routes of "Mina ungdomar", one youth and items: who gets what (architecture, "Access" 7)."""

from collections.abc import Mapping
from typing import Any

from consent.models import InformationItem
from tests.cast import World, write
from tests.matrix import EVERYBODY, READERS, SEATED, Made, Row, case, elias, nothing, status


def item(who: str, code: str, **facts: Any) -> Made:
    """The same item for every row that names it."""
    body = f"Rad i matrisen: {who}, {code}, {sorted(facts)}"

    def made(world: World) -> Mapping[str, Any]:
        found = InformationItem.objects.filter(body=body).first()
        return {"ref": (found or write(world, who, code, body=body, **facts)).ref}

    return made


def version(world: World) -> Mapping[str, Any]:
    return {"row_version": "1"}


THEIRS = item("sam", "attendance")
DRAFT = item("kim", "measures_and_plan", record=False)
UNRELEASED = item("pia", "police_tells", release=False)

WRITERS = status(SEATED) | {"mona": 403}
READ_THEIRS = status(("kim", "lovisa", "mona", "sam", "pia"))
ANNOTATE = status(("kim", "lovisa", "mona", "pia"), 403) | {"sam": 200}
FILE = status(("kim", "lovisa")) | status(("mona", "sam", "pia"), 403)


def both(route: str, made: Made, expect: Mapping[str, int], *, sent: int = 422, data: Made = nothing) -> list[Row]:
    """A form's GET, and a POST that sends too little (or just enough, with `sent=302`)."""
    posted = {member: sent if code == 200 else code for member, code in expect.items()}
    return [
        Row(route=route, kwargs=made, expect=expect),
        Row(
            route=route,
            method="POST",
            kwargs=made,
            expect=posted,
            anonymous=401,
            data=data,
        ),
    ]


ROWS = [
    Row(route="consent:individuals", expect=status(EVERYBODY)),
    Row(route="consent:individuals", query="?form=SIG&fas=insats&mina=1", expect=status(EVERYBODY)),
    Row(route="consent:individual", kwargs=elias, expect=status(READERS)),
    Row(route="consent:individual", kwargs=elias, query="?typ=attendance&fore=x", expect=status(READERS)),
    Row(route="consent:matrix", kwargs=elias, expect=status(READERS)),
    *both("consent:item_new", case, WRITERS),
    Row(route="consent:item_preview", method="POST", kwargs=case, expect=WRITERS, anonymous=401),
    Row(route="consent:item", kwargs=THEIRS, expect=READ_THEIRS),
    Row(route="consent:item", kwargs=DRAFT, expect={"kim": 200}),
    Row(route="consent:item", kwargs=UNRELEASED, expect={"pia": 200}),
    *both("consent:item_edit", DRAFT, {"kim": 200}),
    *both("consent:item_edit", THEIRS, READ_THEIRS | status(tuple(READ_THEIRS), 403)),
    *both("consent:item_record", DRAFT, {"kim": 200}, sent=302, data=version),
    *both("consent:item_discard", DRAFT, {"kim": 200}, sent=302),
    *both("consent:item_release", UNRELEASED, {"pia": 200}),
    *both("consent:item_annotate", THEIRS, ANNOTATE),
    *both("consent:item_file", THEIRS, FILE),
]
