"""Administration of rooms and standing times, for administrators and, of the own agency, its managers (P-M3)."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub import swedish
from hub.access import Denied, find, permitted
from hub.forms.base import HubForm
from hub.http import HubRequest, once, page
from hub.models import Agency, Role
from hub.swedish import swedish_order
from hub.views.deeds import done, posted
from meetings import actions
from meetings.actions.places import arranged_agencies
from meetings.forms.places import RoomForm, StandingSlotForm
from meetings.models import Room, StandingSlot

HERE = "Lokaler och fasta mötestider"
PlacesView = Callable[..., HttpResponse]


def arranging(view: PlacesView) -> PlacesView:
    """For administrators and managers (403 for everybody else), and counted once."""

    @functools.wraps(view)
    def wrapper(request: HubRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.role not in (Role.ADMINISTRATOR, Role.MANAGER):
            raise Denied("arrange places", Agency)
        return view(request, *args, **kwargs)

    return once(wrapper)


def _crumbs(request: HubRequest, *, inner: bool = True) -> list[tuple[str, str]]:
    """Through the administration for its administrator; a manager comes from the calendar."""
    administrator = request.actor.role == Role.ADMINISTRATOR
    first = ("Administration", reverse("hub:admin")) if administrator else ("Kalender", reverse("meetings:calendar"))
    return [first, (HERE, reverse("meetings:admin_places"))] if inner else [first]


def slot_in_words(slot: StandingSlot) -> str:
    """tisdag och torsdag 09.00, 60 minuter"""
    days = swedish.listing(swedish.WEEKDAYS[day - 1] for day in slot.weekdays)
    if slot.weekdays == [1, 2, 3, 4, 5]:
        days = "måndag till fredag"
    return f"{days} {slot.starts:%H.%M}, {slot.minutes} minuter"


@arranging
def places(request: HubRequest) -> HttpResponse:
    """The rooms and standing times that the actor arranges, agency by agency."""
    agencies = arranged_agencies(request.actor, at=request.at)
    rooms = _changeable(request, Room).order_by(swedish_order("name"), "pk")
    slots = _changeable(request, StandingSlot).select_related("room").order_by("starts", "pk")
    shown = {agency.pk: (agency, list[Room](), list[tuple[StandingSlot, str]]()) for agency in agencies}
    for room in rooms.filter(agency__in=agencies):
        shown[room.agency_id][1].append(room)
    for slot in slots.filter(agency__in=agencies):
        shown[slot.agency_id][2].append((slot, slot_in_words(slot)))
    request.trail.show([*rooms, *slots])
    context: dict[str, object] = {
        "agencies": sorted(shown.values(), key=lambda row: (not (row[1] or row[2]), swedish.sort_key(row[0].name))),
        "crumbs": _crumbs(request, inner=False),
        "here": HERE,
    }
    return page(request, "meetings/admin_places.html", context)


def _changeable(request: HubRequest, model: type[Any]) -> Any:
    return permitted(model.objects.filter(valid_to=None), request.actor, "change", at=request.at)


def _agency(request: HubRequest, ref: UUID) -> Agency:
    for agency in arranged_agencies(request.actor, at=request.at):
        if agency.ref == ref:
            return agency
    raise Http404("agency")


def _room(request: HubRequest, ref: UUID) -> Room:
    rooms = Room.objects.filter(valid_to=None).select_related("agency")
    room: Room = find(rooms, request.actor, "change", at=request.at, ref=ref)
    request.trail.show([room])
    return room


def _form(
    request: HubRequest, form: BaseForm, *, title: str, status: int, submit: str = "Spara", **more: object
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "title": title, "submit": submit, "crumbs": _crumbs(request), **more}
    context["back"] = (HERE, reverse("meetings:admin_places"))
    return page(request, "administration/form.html", context, status=status)


def _saved(
    request: HubRequest, form: BaseForm, deed: Callable[[datetime], object], told: str, **words: Any
) -> HttpResponse:
    """A form that does `deed` when it is sent, and is shown otherwise."""
    status = 200
    if request.method == "POST":
        status = done(form, lambda: deed(request.at))
        if status == 200:
            messages.success(request, told)
            return redirect("meetings:admin_places")
    return _form(request, form, status=status, **words)


def _facts(form: RoomForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "place", "capacity")}


@arranging
def room_new(request: HubRequest, ref: UUID) -> HttpResponse:
    agency, form = _agency(request, ref), RoomForm(posted(request))
    return _saved(
        request,
        form,
        lambda at: actions.add_room(agency, **_facts(form), by=request.actor, at=at),
        "Lokalen är tillagd.",
        title=f"Ny lokal för {agency.name}",
        submit="Lägg till",
    )


@arranging
def room_edit(request: HubRequest, ref: UUID) -> HttpResponse:
    room = _room(request, ref)
    initial = {"name": room.name, "place": room.place, "capacity": room.capacity, "row_version": room.row_version}
    form = RoomForm(posted(request), initial=initial)
    return _saved(
        request,
        form,
        lambda at: actions.change_room(
            room, **_facts(form), row_version=form.cleaned_data["row_version"], by=request.actor, at=at
        ),
        "Lokalen är ändrad.",
        title=f"Ändra {room.name}",
        help_title="Möten som är bokade",
        help_lines=["De ligger kvar, också om lokalen blir mindre. Hör av dig till den som har bokat."],
    )


@arranging
def room_end(request: HubRequest, ref: UUID) -> HttpResponse:
    room = _room(request, ref)
    return _saved(
        request,
        HubForm(posted(request)),
        lambda at: actions.end_room(room, row_version=room.row_version, by=request.actor, at=at),
        "Lokalen är borttagen.",
        title=f"Ta bort {room.name}",
        submit="Ta bort",
        danger=True,
        lost=["Lokalen går inte att boka längre.", "Fasta tider i lokalen slutar gälla."],
        kept=["Möten som redan är bokade i lokalen."],
    )


@arranging
def slot_new(request: HubRequest, ref: UUID) -> HttpResponse:
    agency = _agency(request, ref)
    rooms = _changeable(request, Room).filter(agency=agency).order_by(swedish_order("name"), "pk")
    form = StandingSlotForm(posted(request), rooms=rooms)
    return _saved(
        request,
        form,
        lambda at: actions.add_standing_slot(
            agency,
            weekdays=[int(day) for day in form.cleaned_data["weekdays"]],
            starts=form.cleaned_data["starts"],
            minutes=form.cleaned_data["minutes"],
            room=form.chosen,
            by=request.actor,
            at=at,
        ),
        "Den fasta tiden är tillagd.",
        title=f"Ny fast tid för {agency.name}",
        submit="Lägg till",
        help_title="Varför fasta tider?",
        help_lines=["Fulla kalendrar är det som oftast hindrar nätverksmöten. En tid i veckan som alla parter håller "
                    "fri föreslås först."],
    )  # fmt: skip


@arranging
def slot_end(request: HubRequest, ref: UUID) -> HttpResponse:
    slot = find(StandingSlot.objects.filter(valid_to=None), request.actor, "change", at=request.at, ref=ref)
    request.trail.show([slot])
    return _saved(
        request,
        HubForm(posted(request)),
        lambda at: actions.end_standing_slot(slot, by=request.actor, at=at),
        "Den fasta tiden är borttagen.",
        title=f"Ta bort {slot_in_words(slot)}",
        submit="Ta bort",
        danger=True,
        lost=["Tiden hålls inte fri för nätverksmöten längre."],
        kept=["Möten som redan är bokade."],
    )
