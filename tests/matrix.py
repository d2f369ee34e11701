"""The shape of the route matrix: one hand-written row per route and method, with who gets which status.

A row names what each member of the cast gets; whoever is not named gets `others` (404 unless the row says so), and
nobody signed in gets `anonymous`. Real objects stand on both sides: Elias' case for its people, and the same address
for those of another district, another kommun and other roles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from consent.models import SessionState, SigningSession
from hub.models import CaseSeat
from tests.cast import START, World, draft_paper

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


def elias(world: World) -> Mapping[str, Any]:
    return {"ref": world.elias.ref}


def case(world: World) -> Mapping[str, Any]:
    return {"ref": world.case.ref}


def eva(world: World) -> Mapping[str, Any]:
    return {"ref": world.eva.ref}


def police(world: World) -> Mapping[str, Any]:
    return {"ref": world.parties["police"].ref}


def paper(world: World) -> Mapping[str, Any]:
    return {"ref": world.session.ref}


def draft(world: World) -> Mapping[str, Any]:
    """A paper filled in as far as the signatures, made once for the whole matrix."""
    standing = SigningSession.objects.filter(case=world.case, state=SessionState.DRAFT).order_by("pk").first()
    return {"ref": (standing or draft_paper(world, at=START)).ref}


def deputy(world: World) -> Mapping[str, Any]:
    return {"ref": CaseSeat.objects.get(kind="deputy", content_object=world.case).ref}


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
