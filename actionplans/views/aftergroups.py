"""Counts of ended cases together, where nobody is followed up on his or her own (P-P6)."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect

from actionplans import actions
from actionplans.actions.aftergroups import require_manager
from actionplans.forms.aftercare import AfterGroupForm, DeliverForm
from actionplans.models import SMALLEST_GROUP, AfterGroup
from hub.access import find, require
from hub.http import HubRequest, once, page
from hub.models import Agency, AgencyKind
from hub.views.deeds import done, posted


def police_of(request: HubRequest) -> "QuerySet[Agency]":
    """The police that serve the kommun: who can deliver a count."""
    serving = Agency.objects.filter(kind=AgencyKind.POLIS, serves=request.actor.municipality_id)
    return serving.order_by("name", "pk")


@once
def groups(request: HubRequest) -> HttpResponse:
    """The groups of one's own unit, and a new one."""
    require_manager(request.actor)
    form, status = AfterGroupForm(posted(request), sources=police_of(request)), 200
    if request.method == "POST":
        status = done(form, lambda: actions.make_group(form.facts(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Gruppen är gjord. Be polisen om antalet.")
            return redirect("actionplans:after_groups")
    found = list(actions.groups_of(request.actor, at=request.at)[:50])
    request.trail.show(found)
    context: dict[str, object] = {"form": form, "groups": found, "smallest": SMALLEST_GROUP}
    return page(request, "actionplans/after_groups.html", context, status=status)


@once
def deliver(request: HubRequest, ref: UUID) -> HttpResponse:
    """What the source delivered of one group."""
    group = find(AfterGroup.objects.select_related("source", "unit"), request.actor, at=request.at, ref=ref)
    request.trail.show([group])
    require(group, request.actor, "deliver", at=request.at)
    form, status = DeliverForm(posted(request)), 200

    def deed() -> None:
        data = form.cleaned_data
        actions.deliver_count(
            group,
            count=data["count"] if data["given"] == "antal" else None,
            counted=data["counted"],
            delivered_on=data["delivered_on"],
            delivered_by=data["delivered_by"],
            by=request.actor,
            at=request.at,
        )

    if request.method == "POST":
        status = done(form, deed)
        if status == 200:
            messages.success(request, "Svaret är inskrivet.")
            return redirect("actionplans:after_groups")
    return page(request, "actionplans/after_group.html", {"group": group, "form": form}, status=status)
