"""Lägesbilden: what has been seen where and when, as a list, a table and a chart (P-X2)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from hub import clock
from hub.access import find, may, require
from hub.http import HubRequest, once, page
from hub.views.deeds import posted
from meetings import actions
from meetings.forms.groups import PictureForm, SituationForm, StrikeForm, period
from meetings.groups import picture, queries
from meetings.models import SituationEntry
from meetings.views.groups import group_for

FIELDS = {"fran": "first", "till": "last", "plats": "place", "vad": "kind"}


def asked_for(request: HubRequest) -> PictureForm:
    """What the address asks for; bound where it asks for something."""
    data = {name: request.GET[key] for key, name in FIELDS.items() if key in request.GET}
    return PictureForm(data or None)


@require_GET
def situation(request: HubRequest, ref: UUID) -> HttpResponse:
    """The picture of a group: eight weeks unless other days are asked for."""
    group = group_for(request, ref, "take_part")
    form = asked_for(request)
    first, last = period(form, at=request.at)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    wanted = picture.Wanted(first, last, data.get("place", ""), data.get("kind", ""))
    found = list(picture.entries(group, wanted, request.actor, at=request.at)[: picture.MOST + 1])
    more, found = len(found) > picture.MOST, found[: picture.MOST]
    request.trail.show(found)
    leads = may(group, request.actor, "lead", at=request.at)
    context: dict[str, object] = {
        "group": group,
        "form": form,
        "first": first,
        "last": last,
        "shown": [form["first"].value() or first.isoformat(), form["last"].value() or last.isoformat()],
        "kind": wanted.kind,
        "rows": [(one, picture.times_words(one), leads or one.source_id == request.actor.agency_id) for one in found],
        "picture": picture.picture(found, wanted) if found else None,
        "more": picture.MOST if more else 0,
        "filtered": bool(data),
    }
    return page(
        request, "meetings/groups/situation.html", context, status=422 if form.is_bound and form.errors else 200
    )


@once
def note(request: HubRequest, ref: UUID) -> HttpResponse:
    """A new observation."""
    group = group_for(request, ref, "take_part")
    initial = {"first_on": clock.local_day(request.at), "district": str(group.district_id or "")}
    form = SituationForm(
        posted(request),
        districts=queries.districts_of(request.actor),
        sources=queries.sources_of(group, request.actor, at=request.at),
        own=request.actor.agency_id,
        initial=initial,
    )
    status = 200
    if request.method == "POST":
        status = form.do(lambda: actions.note_situation(group, form.what(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Posten är sparad i lägesbilden.")
            return redirect("meetings:situation", group.ref)
    return page(request, "meetings/groups/situation_form.html", {"form": form, "group": group}, status=status)


@once
def strike(request: HubRequest, ref: UUID) -> HttpResponse:
    """Take an observation out of the picture."""
    rows = SituationEntry.objects.filter(struck_at=None).select_related("group", "district", "source")
    entry = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([entry])
    require(entry, request.actor, "strike", at=request.at)
    form, status = StrikeForm(posted(request), initial={"row_version": entry.row_version}), 200
    if request.method == "POST":

        def deed() -> SituationEntry:
            return actions.strike_situation(entry, **form.cleaned_data, by=request.actor, at=request.at)

        status = form.do(deed)
        if status == 200:
            messages.success(request, "Posten är borttagen ur lägesbilden.")
            return redirect("meetings:situation", entry.group.ref)
    context: dict[str, object] = {"form": form, "entry": entry, "group": entry.group}
    return page(request, "meetings/groups/situation_strike.html", context, status=status)
