"""The overview, and agencies with their units."""

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub import actions
from hub.access import find, permitted
from hub.admin_queries import PAGE, agency_rows, assignment_rows, waiting_for_agreement
from hub.contributions import ADMIN_PLACES
from hub.forms.administration import AgencyEditForm, AgencyForm, ServeForm, UnitForm
from hub.history import history_of
from hub.http import HubRequest, page
from hub.models import Agency, Assignment, District, Municipality, Unit
from hub.policy_admin import administers_kommun, require_kommun
from hub.swedish import swedish_order
from hub.views.administration.shell import administration, crumbs_to, form_page, renewed
from hub.views.deeds import done, posted

AGENCIES = "Verksamheter"


@administration
def overview(request: HubRequest) -> HttpResponse:
    places = [
        (place, reverse(place.route))
        for place in sorted(ADMIN_PLACES, key=lambda place: place.order)
        if place.shown(request.actor, request.at)
    ]
    context: dict[str, object] = {
        "places": places,
        "kommun": request.actor.agency_in_kommun,
        "municipality": Municipality.objects.get(pk=request.actor.municipality_id),
        "waiting": waiting_for_agreement(request.actor, at=request.at) if request.actor.agency_in_kommun else [],
    }
    return page(request, "administration/overview.html", context)


def _to_agencies() -> tuple[str, str]:
    return AGENCIES, reverse("hub:admin_agencies")


def agency_link(agency: Agency) -> tuple[str, str]:
    return agency.name, reverse("hub:admin_agency", args=[agency.ref])


@administration
def agencies(request: HubRequest) -> HttpResponse:
    rows = agency_rows(request.actor, at=request.at)
    context: dict[str, object] = {
        "rows": rows,
        "crumbs": crumbs_to(),
        "may_add": administers_kommun(request.actor, request.at),
    }
    return page(request, "administration/agencies.html", context)


def _districts(request: HubRequest) -> list[District]:
    rows = District.objects.filter(municipality=request.actor.municipality_id)
    return list(rows.order_by(swedish_order("name")))


@administration
def agency_new(request: HubRequest) -> HttpResponse:
    require_kommun(request.actor, Agency, at=request.at)
    form, status, made = AgencyForm(posted(request), districts=_districts(request)), 200, list[Agency]()
    if request.method == "POST":
        status = done(
            form,
            lambda: made.append(
                actions.add_agency(form.facts(), unit=form.cleaned_data["unit"], by=request.actor, at=request.at)
            ),
        )
        if status == 200:
            messages.success(request, f"{made[0].name} är tillagd.")
            return redirect("hub:admin_agency", made[0].ref)
    return form_page(
        request,
        form,
        title="Lägg till verksamhet",
        back=_to_agencies(),
        submit="Lägg till",
        status=status,
        help_title="En verksamhet är ett eget sekretessområde",
        help_lines=[
            "Mellan två verksamheter gäller sekretess tills ett samtycke eller en annan grund säger något annat. "
            "Enheter inom samma verksamhet hör ihop.",
            "En verksamhet utifrån läser inget förrän den är part i en överenskommelse som gäller.",
            "Finns verksamheten redan i hubben, till exempel polis som arbetar i flera kommuner? "
            "Lägg då inte till den igen, utan välj den under ”Lägg till en som redan finns”.",
        ],
    )


@administration
def agency_serve(request: HubRequest) -> HttpResponse:
    """An agency of another kommun's, or police that is here already for another kommun."""
    require_kommun(request.actor, Agency, at=request.at)
    here = Municipality.objects.get(pk=request.actor.municipality_id)
    others = (
        Agency.objects.filter(serves__county_code=here.county_code)
        .exclude(serves=here)
        .distinct()
        .order_by("kind", swedish_order("name"))
    )
    form, status = ServeForm(posted(request), agencies=others[:500]), 200
    if request.method == "POST":
        status = done(form, lambda: actions.let_agency_serve(form.chosen, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, f"{form.chosen.name} arbetar nu i kommunen. Lägg till en överenskommelse.")
            return redirect("hub:admin_agencies")
    return form_page(
        request,
        form,
        title="Lägg till en som redan finns",
        back=_to_agencies(),
        submit="Lägg till",
        status=status,
        lead="Verksamheter i länet som redan använder hubben i en annan kommun.",
        help_title="Vad händer då?",
        help_lines=[
            "Verksamheten kan föreslås som part i ärenden här. Den läser inget förrän en överenskommelse gäller.",
            "Den sköter sina egna konton. Därför måste den ha en egen administratör.",
        ],
    )


@administration
def agency(request: HubRequest, ref: UUID) -> HttpResponse:
    rows = Agency.objects.select_related("district", "municipality")
    found = find(rows, request.actor, "administer", at=request.at, ref=ref)
    units = list(found.units.order_by(swedish_order("name")))
    held = Assignment.objects.usable(at=request.at).filter(unit__agency=found)
    people = Counter(held.values_list("unit_id", flat=True))
    parts = found.agreement_parties.binding(at=request.at).select_related("agreement")
    context: dict[str, object] = {
        "agency": found,
        "units": [(unit, people[unit.pk]) for unit in units],
        "home": found.municipality_id == request.actor.municipality_id,
        "agreements": [part.agreement.title for part in parts],
        "may_agree": administers_kommun(request.actor, request.at),
        "crumbs": crumbs_to(_to_agencies()),
        "history": history_of(found),
    }
    return page(request, "administration/agency.html", context)


@administration
def agency_edit(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Agency.objects.select_related("district"), request.actor, "administer", at=request.at, ref=ref)
    initial = {"name": found.name, "district": str(found.district_id or ""), "row_version": found.row_version}
    form = AgencyEditForm(posted(request), districts=_districts(request), initial=initial)
    status, more = 200, dict[str, object]()
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.change_agency(
                found,
                name=form.cleaned_data["name"],
                district=form.chosen,
                row_version=form.version,
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Ändringen är sparad.")
            return redirect("hub:admin_agency", found.ref)
        if status == 409:
            more["now"] = renewed(form, found)
    return form_page(
        request,
        form,
        title=f"Ändra {found.name}",
        back=agency_link(found),
        status=status,
        **more,  # type: ignore[arg-type]  # free keyword arguments
    )


@administration
def unit_new(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Agency.objects.all(), request.actor, "administer", at=request.at, ref=ref)
    form, status = UnitForm(posted(request)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.add_unit(
                found,
                form.cleaned_data["name"],
                family_counselling=form.cleaned_data["family_counselling"],
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, f"Enheten {form.cleaned_data['name']} är tillagd.")
            return redirect("hub:admin_agency", found.ref)
    return form_page(
        request, form, title=f"Ny enhet i {found.name}", back=agency_link(found), submit="Lägg till", status=status
    )


@administration
def unit(request: HubRequest, ref: UUID) -> HttpResponse:
    """A unit: its name, and who has an assignment there."""
    found = find(Unit.objects.select_related("agency"), request.actor, "administer", at=request.at, ref=ref)
    initial = {name: getattr(found, name) for name in ("name", "family_counselling", "row_version")}
    form = UnitForm(posted(request), initial=initial)
    status, now = 200, list[tuple[str, object]]()
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.change_unit(
                found,
                form.cleaned_data["name"],
                family_counselling=form.cleaned_data["family_counselling"],
                row_version=form.version,
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Ändringen är sparad.")
            return redirect("hub:admin_unit", found.ref)
        if status == 409:
            now = renewed(form, found)
    held = permitted(Assignment.objects.filter(unit=found), request.actor, "administer", at=request.at)
    rows = assignment_rows(held, request.actor, at=request.at)
    request.trail.show([row.assignment for row in rows[: 4 * PAGE]])
    context: dict[str, object] = {
        "unit": found,
        "form": form,
        "now": now,
        "rows": rows[: 4 * PAGE],
        "more": len(rows) > 4 * PAGE,
        "crumbs": crumbs_to(_to_agencies(), agency_link(found.agency)),
        "history": history_of(found),
    }
    return page(request, "administration/unit.html", context, status=status)
