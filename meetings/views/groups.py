"""Groups: the list, one group, who sits in it, and its end (P-M1)."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from hub import clock, swedish
from hub.access import Denied, find, may, require
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted
from meetings import actions
from meetings.forms.groups import GroupForm, GroupVersionForm, MemberForm
from meetings.groups import queries
from meetings.groups.policy import may_begin
from meetings.models import Group, GroupKind, GroupMember


def group_for(request: HubRequest, ref: UUID, action: str = "read") -> Group:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    rows = Group.objects.in_force(at=request.at).select_related("agency", "district")
    group: Group = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([group])
    if action != "read":
        require(group, request.actor, action, at=request.at)
    return group


@require_GET
def groups(request: HubRequest) -> HttpResponse:
    """Those that the actor sits in, and those that the agency keeps."""
    rows = queries.groups_of(request.actor, at=request.at)
    request.trail.show([row.group for row in rows])
    begins = may_begin(request.actor, request.at)
    return page(request, "meetings/groups/groups.html", {"rows": rows, "begins": begins})


@require_GET
def group(request: HubRequest, ref: UUID) -> HttpResponse:
    """Its meetings, open measures and members; who only arranges it sees the members alone."""
    found, actor, at = group_for(request, ref), request.actor, request.at
    members = queries.members_of(found, actor, at=at)
    ahead, past = queries.meetings_of(found, actor, at=at)
    measures = list(queries.open_measures(found, actor, at=at))
    request.trail.show([*members, *measures, *(row.meeting for row in (*ahead, *past))])
    context: dict[str, object] = {
        "group": found,
        "members": [(one, _days(one, at)) for one in members],
        "ahead": ahead,
        "past": past,
        "measures": measures,
        "today": clock.local_day(at),
        "leads": may(found, actor, "lead", at=at),
        "arranges": may(found, actor, "arrange", at=at),
        "takes_part": may(found, actor, "take_part", at=at),
    }
    return page(request, "meetings/groups/group.html", context)


def _days(member: GroupMember, at: datetime) -> str:
    """From when, where it has not begun; until when, where that is known."""
    begins = f"från {swedish.day(clock.local_day(member.valid_from))}" if member.valid_from > at else ""
    ends = f"till och med {swedish.day(clock.last_day(member.valid_to))}" if member.valid_to else ""
    return " ".join(part for part in (begins, ends) if part)


@once
def start(request: HubRequest) -> HttpResponse:
    """A new group; who makes it leads it."""
    if not may_begin(request.actor, request.at):
        raise Denied("begin", Group)
    form = GroupForm(posted(request), districts=queries.districts_of(request.actor), initial={"kind": GroupKind.EST})
    made, status = list[Group](), 200
    if request.method == "POST":
        status = form.do(lambda: made.append(actions.start_group(form.facts(), by=request.actor, at=request.at)))
        if status == 200:
            messages.success(request, "Gruppen finns, och du är dess samordnare. Lägg till dem som ska sitta i den.")
            return redirect("meetings:group", made[0].ref)
    return page(request, "meetings/groups/group_form.html", {"form": form}, status=status)


@once
def change(request: HubRequest, ref: UUID) -> HttpResponse:
    found = group_for(request, ref, "arrange")
    initial = {
        "name": found.name,
        "district": str(found.district_id or ""),
        "agenda": "\n".join(found.agenda),
        "row_version": found.row_version,
    }
    districts = queries.districts_of(request.actor)
    form, status = GroupForm(posted(request), districts=districts, changes=True, initial=initial), 200
    if request.method == "POST":

        def deed() -> Group:
            seen = form.cleaned_data["row_version"] or 0
            facts = form.facts(found.kind)
            return actions.change_group(found, facts, row_version=seen, by=request.actor, at=request.at)

        status = form.do(deed)
        if status == 200:
            messages.success(request, "Gruppen är ändrad.")
            return redirect("meetings:group", found.ref)
    return page(request, "meetings/groups/group_form.html", {"form": form, "group": found}, status=status)


@once
def end(request: HubRequest, ref: UUID) -> HttpResponse:
    """End the group."""
    found = group_for(request, ref, "arrange")
    form, status = GroupVersionForm(posted(request), initial={"row_version": found.row_version}), 200
    if request.method == "POST":

        def deed() -> Group:
            seen = form.cleaned_data["row_version"]
            return actions.end_group(found, row_version=seen, by=request.actor, at=request.at)

        status = done(form, deed)
        if status == 200:
            messages.success(request, "Gruppen är avslutad.")
            return redirect("meetings:groups")
    return page(request, "meetings/groups/group_end.html", {"form": form, "group": found}, status=status)


# --- who sits in it --------------------------------------------------------------------------------------------------


@once
def member_add(request: HubRequest, ref: UUID) -> HttpResponse:
    found = group_for(request, ref, "arrange")
    people = queries.candidates(found, at=request.at)
    initial = {"first_day": clock.local_day(request.at)}
    form, status = MemberForm(posted(request), people=people, initial=initial), 200
    if request.method == "POST":

        def deed() -> GroupMember:
            data = form.cleaned_data
            return actions.add_group_member(
                found,
                form.people[data["assignment"]],
                role=data["role"],
                first_day=data["first_day"],
                last_day=data["last_day"],
                by=request.actor,
                at=request.at,
            )

        status = done(form, deed, field="assignment")
        if status == 200:
            messages.success(request, "Personen sitter nu i gruppen och är kallad till mötena som är bokade.")
            return redirect("meetings:group", found.ref)
    return page(request, "meetings/groups/member_form.html", {"form": form, "group": found}, status=status)


@once
def member_end(request: HubRequest, ref: UUID) -> HttpResponse:
    """End somebody's place."""
    rows = GroupMember.objects.not_over(at=request.at).select_related("group", "assignment__user")
    member = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([member, member.group])
    require(member.group, request.actor, "arrange", at=request.at)
    form, status = GroupVersionForm(posted(request), initial={"row_version": 1}), 200
    if request.method == "POST":
        status = done(form, lambda: actions.end_group_member(member, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, f"{member.assignment.user.name} sitter inte längre i gruppen.")
            # Whoever has ended the own place may see the group no longer.
            own = member.assignment_id == request.actor.assignment_id
            return redirect("meetings:groups") if own else redirect("meetings:group", member.group.ref)
    context: dict[str, object] = {"form": form, "member": member, "group": member.group}
    context["since"] = swedish.day(clock.local_day(member.valid_from))
    return page(request, "meetings/groups/member_end.html", context, status=status)
