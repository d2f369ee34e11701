"""The shape of the route matrix: one hand-written row per route and method, with who gets which status.

A row names what each member of the cast gets; whoever is not named gets `others` (404 unless the row says so), and
nobody signed in gets `anonymous`. Real objects stand on both sides: Elias' case for its people, and the same address
for those of another district, another kommun and other roles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cast import World

#: Everybody with a seat in Elias' case.
LEADS = ("kim", "lovisa")
CONTACTS = ("pia", "sam", "fia")
SEATED = (*LEADS, *CONTACTS)
#: A seat, or manager of the owner unit.
READERS = (*SEATED, "mona")
#: Everybody in the cast's kommun who has a case role but nothing to do with Elias.
OUTSIDERS = ("olof", "ines", "dag", "peo", "olle", "otto", "rut", "ada")
EVERYBODY = (*READERS, *OUTSIDERS)

Made = Callable[[World], Mapping[str, Any]]


def nothing(world: World) -> Mapping[str, Any]:
    return {}


def status(names: tuple[str, ...], code: int = 200) -> dict[str, int]:
    """The same status for these members."""
    return dict.fromkeys(names, code)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One route and method.

    Args:
        route: the view's name, such as "consent:individual".
        kwargs: the address' parts, made from the world; refs of Elias, his case and so on.
        data: what a POST sends.
        json: what a call to the API sends; with it (or with method PUT, DELETE) the call is one of a machine.
        headers: what it sends with it, made from the world.
        query: the query string, such as "?sida=2".
        expect: member → status; `others` for the rest of the cast.
        anonymous: status for nobody signed in (a GET is sent to sign-in).
    """

    route: str
    method: str = "GET"
    kwargs: Made = nothing
    data: Made = nothing
    json: Made | None = None
    headers: Made = nothing
    query: str = ""
    expect: Mapping[str, int] = field(default_factory=dict)
    others: int = 404
    anonymous: int = 302

    def expected(self, member: str) -> int:
        return self.expect.get(member, self.others)
