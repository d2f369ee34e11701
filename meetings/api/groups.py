"""Groups and the shared picture: the same verbs as the pages, and the same guard on every text (P-M1, P-A15, P-X2)."""

from typing import Any
from uuid import UUID

from hub.access import find, may, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Many, Optional, Ref, Text
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.models import District
from meetings import actions
from meetings.api import schemas_groups as schemas
from meetings.forms.groups import MOST_WORDS
from meetings.groups import queries
from meetings.groups.guard import LONGEST
from meetings.models import (
    Group,
    GroupKind,
    GroupMember,
    GroupRole,
)
from meetings.views.groups import group_for

TAG = "Grupper och lägesbild"
CLEARED = "Ord som liknar namn eller en adress, men som inte pekar ut någon enskild. Utan dem blir svaret 422."


class Guarded(Body):
    """Texts are guarded: a personnummer is refused, and what looks like a name is asked about."""

    cleared = Many(
        child=Text(max_length=LONGEST), required=False, default=list, max_length=MOST_WORDS, help_text=CLEARED
    )


class GroupBody(Guarded):
    kind = Choice(choices=GroupKind.choices)
    name = Text(max_length=80)
    district = Optional(max_length=60, help_text="Områdets namn; tomt för hela kommunen.")
    agenda = Many(child=Text(max_length=120), required=False, default=list, max_length=15)


class ChangeGroupBody(Guarded):
    name = Text(max_length=80)
    district = Optional(max_length=60, help_text="Områdets namn; tomt för hela kommunen.")
    agenda = Many(child=Text(max_length=120), required=False, default=list, max_length=15)


class GroupMemberBody(Body):
    assignment = Ref(help_text="Ur /groups/{ref}/candidates/.")
    role = Choice(choices=GroupRole.choices)
    first_day = Day()
    last_day = Day(required=False, allow_null=True, default=None)


# --- groups ----------------------------------------------------------------------------------------------------------


def _row(group: Group) -> dict[str, Any]:
    return {
        "ref": group.ref,
        "kind": group.kind,
        "name": group.name,
        "agency": group.agency.ref,
        "district": group.district.name if group.district else "",
        "agenda": group.agenda,
    }


@endpoint("Grupper som du sitter i", tag=TAG, query=PageQuery, gives=schemas.GroupsOut)
def list_groups(request: HubRequest, query: Data) -> Answer:
    """Och de som din verksamhet håller i, för chefer."""
    rows = Group.objects.in_force(at=request.at).select_related("agency", "district")
    found, more = slice_of(permitted(rows, request.actor, at=request.at), query, "valid_from", "pk")
    request.trail.show(found)
    return Answer(listed(request, [_row(one) for one in found], more, query))


@endpoint("En grupp", tag=TAG, gives=schemas.GroupOut, etag=True, errors=[404])
def get_group(request: HubRequest, ref: UUID) -> Answer:
    group = group_for(request, ref)
    members = queries.members_of(group, request.actor, at=request.at)
    request.trail.show(members)
    actions_ = [word for word in ("lead", "arrange", "take_part") if may(group, request.actor, word, at=request.at)]
    body = {**_row(group), "members": [_member(one) for one in members], "may": actions_}
    return Answer(body, ("group", group.pk, group.row_version))


def _member(one: GroupMember) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "assignment": one.assignment.ref,
        "name": one.assignment.user.name,
        "agency": one.assignment.unit.agency.name,
        "role": one.role,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }


def district_of(name: str, request: HubRequest) -> District | None:
    if not name:
        return None
    found = District.objects.filter(municipality=request.actor.municipality_id, name=name).first()
    if found is None:
        raise Problem("invalid", errors=[("district", "Området finns inte i kommunen.")])
    return found


def _facts(body: Data, request: HubRequest, kind: str = "") -> actions.GroupFacts:
    return actions.GroupFacts(
        kind=body.get("kind", kind),
        name=body["name"],
        district=district_of(body["district"], request),
        agenda=body["agenda"],
        cleared=body["cleared"],
    )


@endpoint("Starta en grupp", tag=TAG, body=GroupBody, gives=schemas.GroupOut, makes="api:group", show=get_group)
def start_group(request: HubRequest, body: Data) -> UUID:
    """Den som startar gruppen blir dess samordnare."""
    return actions.start_group(_facts(body, request), by=request.actor, at=request.at).ref


@endpoint(
    "Ändra en grupp", tag=TAG, body=ChangeGroupBody, gives=schemas.GroupOut, if_match=True, etag=True, errors=[404]
)
def change_group(request: HubRequest, body: Data, ref: UUID) -> Answer:
    group = group_for(request, ref, "arrange")
    unchanged(request, group, lambda: ("group", group.pk, group.row_version))
    facts, seen = _facts(body, request, group.kind), group.row_version
    actions.change_group(group, facts, row_version=seen, by=request.actor, at=request.at)
    return get_group(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Vilka som kan sitta i gruppen", tag=TAG, gives=schemas.GroupCandidatesOut, errors=[404])
def list_group_candidates(request: HubRequest, ref: UUID) -> Answer:
    group = group_for(request, ref, "arrange")
    people = queries.candidates(group, at=request.at)
    rows = [{"ref": one.ref, "name": one.user.name, "agency": one.unit.agency.name} for one in people]
    return Answer({"results": rows})


@endpoint(
    "Lägg till en medlem",
    tag=TAG,
    body=GroupMemberBody,
    gives=schemas.GroupOut,
    makes="api:group",
    show=get_group,
    errors=[404],
)
def add_group_member(request: HubRequest, body: Data, ref: UUID) -> UUID:
    group = group_for(request, ref, "arrange")
    known = {one.ref: one for one in queries.candidates(group, at=request.at)}
    if body["assignment"] not in known:
        raise Problem("invalid", errors=[("assignment", "Personen kan inte läggas till i gruppen.")])
    actions.add_group_member(
        group,
        known[body["assignment"]],
        role=body["role"],
        first_day=body["first_day"],
        last_day=body["last_day"],
        by=request.actor,
        at=request.at,
    )
    return group.ref


@endpoint("Avsluta en plats i en grupp", tag=TAG, scope="write", status=204, errors=[404])
def end_group_member(request: HubRequest, ref: UUID) -> None:
    rows = GroupMember.objects.not_over(at=request.at).select_related("group", "assignment__user")
    member = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([member])
    actions.end_group_member(member, by=request.actor, at=request.at)


groups = resource("Groups", get=list_groups, post=start_group)
group = resource("Group", get=get_group, patch=change_group)
candidates = resource("GroupCandidates", get=list_group_candidates)
members = resource("GroupMembers", post=add_group_member)
member_end = resource("GroupMemberEnd", post=end_group_member)
