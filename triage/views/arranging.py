"""How an agency arranges its intake, for its administrator and its managers: one page, and a form for each change."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub import clock, swedish
from hub.access import Denied, find, permitted
from hub.forms.base import HubForm
from hub.http import HubRequest, once, page
from hub.models import Agency, AgreementParty, Municipality, Role, Unit
from hub.swedish import swedish_order
from hub.views.deeds import done, posted
from triage import actions
from triage.actions.arranging import jours_in, owners_in
from triage.forms.arranging import WEEKDAYS, ArrangementForm, HubUnitForm, SlotForm
from triage.judging import questions_in_force
from triage.models import HubSlot, HubUnit, TriageSettings

HERE = "Orosanmälningar och hubb"
ArrangingView = Callable[..., HttpResponse]


def arranging(view: ArrangingView) -> ArrangingView:
    """For administrators and for managers of social services (403 for everybody else), and counted once."""

    @functools.wraps(view)
    def wrapper(request: HubRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.role not in (Role.ADMINISTRATOR, Role.MANAGER):
            raise Denied("arrange", Agency)
        return view(request, *args, **kwargs)

    return once(wrapper)


def arranged(request: HubRequest, ref: UUID) -> Agency:
    """The agency, where the actor arranges it."""
    return find(Agency.objects.all(), request.actor, "arrange", at=request.at, ref=ref)


def crumbs_to(request: HubRequest, *links: tuple[str, str]) -> list[tuple[str, str]]:
    """The way here: through the administration for its administrator; a manager comes straight from the menu."""
    first = [("Administration", reverse("hub:admin"))] if request.actor.role == Role.ADMINISTRATOR else []
    return [*first, (HERE, reverse("triage:admin")), *links]


def link_to(agency: Agency) -> tuple[str, str]:
    return agency.name, reverse("triage:admin_arrangement", args=[agency.ref])


def form_page(
    request: HubRequest, form: BaseForm, *, title: str, back: tuple[str, str], status: int = 200, **more: object
) -> HttpResponse:
    """One form on a page of its own; `more` as of the administration's."""
    context: dict[str, object] = {"form": form, "title": title, "back": back, "submit": "Spara", **more}
    context["crumbs"] = crumbs_to(request, back)
    return page(request, "administration/form.html", context, status=status)


@arranging
def agencies(request: HubRequest) -> HttpResponse:
    """The agencies that the actor arranges; straight on where there is but one."""
    rows = list(
        permitted(Agency.objects.all(), request.actor, "arrange", at=request.at).order_by(swedish_order("name"))
    )
    if len(rows) == 1:
        return redirect("triage:admin_arrangement", rows[0].ref)
    held = TriageSettings.objects.in_force(at=request.at).filter(agency__in=rows).values_list("agency", flat=True)
    decided = set(held)
    context: dict[str, object] = {
        "rows": [(agency, agency.pk in decided) for agency in rows],
        "crumbs": crumbs_to(request)[:-1],
        "here": HERE,
    }
    return page(request, "triage/admin/agencies.html", context)


def settings_facts(row: TriageSettings) -> list[tuple[str, object]]:
    """An arrangement in words."""
    return [
        ("Mottagande enhet", row.intake_unit.name),
        ("Ansvarig tills någon tar över", f"{row.standing_owner.user.name}, {row.standing_owner.unit.name}"),
        ("Jour", row.jour.name if row.jour else "Ingen"),
        ("Orange", "kontorstid" if row.orange_office_hours else "dygnet runt"),
        ("Det öppna formuläret", "på" if row.external_form else "av"),
        ("Beslut", row.decision),
        ("Registrerat av", f"{row.recorded_by.user.name}, {swedish.moment(row.recorded_at)}"),
    ]


def _arrangements(
    request: HubRequest, agency: Agency
) -> tuple[TriageSettings | None, list[TriageSettings], list[TriageSettings]]:
    """The one in force, those to come in order, and those before, latest first. One query."""
    rows = permitted(TriageSettings.objects.filter(agency=agency), request.actor, "change", at=request.at)
    rows = rows.select_related(
        "intake_unit", "standing_owner__user", "standing_owner__unit", "jour", "recorded_by__user"
    )
    found = list(rows.order_by("-valid_from"))
    begun = [row for row in found if row.valid_from <= request.at]
    ahead = [row for row in reversed(found) if row.valid_from > request.at]
    return (begun[0] if begun else None), ahead, begun[1:]


def whose(unit: Unit, agency: Agency, kommun: int) -> str:
    """How a unit that is not the agency's own is marked (P-T6): "" for the own ones."""
    if unit.agency_id == agency.pk:
        return ""
    return "Annan nämnd" if unit.agency.municipality_id == kommun else "Annan kommun"


def slot_words(slot: HubSlot) -> str:
    days = dict(WEEKDAYS)
    if slot.weekdays == [1, 2, 3, 4, 5]:
        said = "måndag till fredag"
    else:
        said = swedish.listing(days[str(day)] for day in slot.weekdays)
    return f"{slot.starts:%H.%M}, {said}"


@arranging
def arrangement(request: HubRequest, ref: UUID) -> HttpResponse:
    agency = arranged(request, ref)
    now, ahead, before = _arrangements(request, agency)
    members = permitted(
        HubUnit.objects.filter(agency=agency).in_force(at=request.at), request.actor, "change", at=request.at
    )
    slots = permitted(
        HubSlot.objects.filter(agency=agency).in_force(at=request.at), request.actor, "change", at=request.at
    )
    units = list(members.select_related("unit__agency").order_by("unit__agency", "unit__name"))
    times = list(slots.order_by("starts"))
    shown = [row for row in (now, *ahead, *before) if row is not None]
    request.trail.show([*shown, *units, *times])
    context: dict[str, object] = {
        "agency": agency,
        "now": now,
        "now_facts": settings_facts(now) if now else [],
        "ahead": [(row, settings_facts(row)) for row in ahead],
        "before": [(row, settings_facts(row)) for row in before],
        "units": [(row, whose(row.unit, agency, request.actor.municipality_id)) for row in units],
        "slots": [(row, slot_words(row)) for row in times],
        "questions": questions_in_force(agency.pk, at=request.at),
        "warnings": _warnings(now, agency, request) if now else [],
        "crumbs": crumbs_to(request),
    }
    return page(request, "triage/admin/arrangement.html", context)


def _warnings(now: TriageSettings, agency: Agency, request: HubRequest) -> list[str]:
    """What no longer holds in the arrangement: whoever comes in by itself must have an owner (P-T10)."""
    found = []
    if not owners_in(agency, at=request.at).filter(pk=now.standing_owner_id).exists():
        found.append(f"{now.standing_owner.user.name} har inget uppdrag här längre. Välj en ny ansvarig.")
    if now.jour is not None and now.jour.municipality_id != now.municipality_id:
        parts = AgreementParty.objects.binding(at=request.at)
        if not parts.filter(agency=now.jour_id, municipality=now.municipality_id).exists():
            found.append(f"{now.jour.name} är inte part i någon överenskommelse som gäller, och ser inga anmälningar.")
    return found


def _arrangement_form(request: HubRequest, agency: Agency) -> ArrangementForm:
    """Filled in as it is arranged now."""
    now, _ahead, _before = _arrangements(request, agency)
    initial: dict[str, object] = {"external_form": True, "day": clock.local_day(request.at)}
    if now is not None:
        initial |= {
            "intake_unit": str(now.intake_unit.ref),
            "standing_owner": str(now.standing_owner.ref),
            "jour": str(now.jour.ref) if now.jour else "",
            "orange_office_hours": now.orange_office_hours,
            "external_form": now.external_form,
        }
    return ArrangementForm(
        posted(request),
        units=agency.units.filter(family_counselling=False).order_by(swedish_order("name")),
        owners=owners_in(agency, at=request.at).order_by(swedish_order("user__name"), "pk"),
        jours=jours_in(request.actor.municipality_id).order_by(swedish_order("name")),
        initial=initial,
    )


@arranging
def arrange(request: HubRequest, ref: UUID) -> HttpResponse:
    agency = arranged(request, ref)
    form, status = _arrangement_form(request, agency), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.arrange_intake(agency, form.facts(request.at), by=request.actor, at=request.at),
        )
        if status == 200:
            messages.success(request, "Den nya ordningen är sparad.")
            return redirect("triage:admin_arrangement", agency.ref)
    return form_page(
        request,
        form,
        title="Ny ordning för mottagningen",
        back=link_to(agency),
        status=status,
        help_title="En ny ordning, inte en ändring",
        help_lines=[
            "Den ordning som gäller nu står kvar i historiken. Den nya gäller från den stund du väljer.",
            "Anmälningar som redan har kommit in behåller sina tider: de går efter vad som gällde när de kom.",
        ],
    )


# --- the hub's units -------------------------------------------------------------------------------------------------


def _unit_groups(request: HubRequest, agency: Agency) -> list[tuple[str, list[Unit]]]:
    """Units of social services that work in the kommun and are not in the hub, by agency; the own ones first."""
    kommun = request.actor.municipality_id
    inside = HubUnit.objects.filter(agency=agency).in_force(at=request.at).values("unit")
    rows = Unit.objects.filter(agency__in=jours_in(kommun)).exclude(pk__in=inside).select_related("agency")
    groups: dict[str, list[Unit]] = {}
    for unit in sorted(
        rows, key=lambda u: (u.agency_id != agency.pk, swedish.sort_key(u.agency.name), swedish.sort_key(u.name))
    ):
        mark = whose(unit, agency, kommun)
        groups.setdefault(f"{unit.agency.name} ({mark.lower()})" if mark else unit.agency.name, []).append(unit)
    return list(groups.items())


@arranging
def unit_add(request: HubRequest, ref: UUID) -> HttpResponse:
    agency = arranged(request, ref)
    form, status = HubUnitForm(posted(request), groups=_unit_groups(request, agency)), 200
    if request.method == "POST":
        status = done(form, lambda: actions.add_hub_unit(agency, form.chosen, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, f"{form.chosen.name} är med i hubben.")
            return redirect("triage:admin_arrangement", agency.ref)
    return form_page(
        request,
        form,
        title="Lägg till en enhet i hubben",
        back=link_to(agency),
        submit="Lägg till",
        status=status,
        help_title="Vilka kan vara med?",
        help_lines=[
            "Enheterna i den egna verksamheten frågas vad de känner till och är med i samtalet.",
            "En enhet i en annan nämnd eller en annan kommun frågas som en utomstående: behovet skrivs ned, och den "
            "lämnar ut det som sekretessen tillåter (26 kap. 9 § OSL, 15 kap. 8 § SoL).",
            "Familjerådgivningen är aldrig med (26 kap. 3 § OSL). Polis, skola och andra är det först i en utredning.",
        ],
    )


@arranging
def unit_end(request: HubRequest, ref: UUID) -> HttpResponse:
    rows = HubUnit.objects.select_related("unit", "agency")
    member = find(rows, request.actor, "change", at=request.at, ref=ref)
    request.trail.show([member])
    return taken_away(
        request,
        member.agency,
        lambda at: actions.end_hub_unit(member, by=request.actor, at=at),
        title=f"Ta bort {member.unit.name} ur hubben",
        told=f"{member.unit.name} är inte med i hubben längre.",
        lost=["Enheten får inga nya kännedomskontroller och kan inte kalla till hubb."],
        kept=["Det enheten har svarat finns kvar. Frågor som är ställda kan den fortfarande svara på."],
    )


def taken_away(
    request: HubRequest, agency: Agency, deed: Callable[[datetime], object], *, title: str, told: str, **more: object
) -> HttpResponse:
    """A page that asks once more, with what follows."""
    form, status = HubForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: deed(request.at))
        if status == 200:
            messages.success(request, told)
            return redirect("triage:admin_arrangement", agency.ref)
    return form_page(
        request, form, title=title, back=link_to(agency), submit="Ta bort", danger=True, status=status, **more
    )


# --- the hub's times -------------------------------------------------------------------------------------------------


@arranging
def slot_add(request: HubRequest, ref: UUID) -> HttpResponse:
    agency = arranged(request, ref)
    form, status = SlotForm(posted(request)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.add_slot(
                agency,
                starts=form.cleaned_data["starts"],
                weekdays=[int(day) for day in form.cleaned_data["weekdays"]],
                link=form.cleaned_data["link"],
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Hubbtiden är tillagd.")
            return redirect("triage:admin_arrangement", agency.ref)
    return form_page(
        request,
        form,
        title="Lägg till en hubbtid",
        back=link_to(agency),
        submit="Lägg till",
        status=status,
        help_title="Stående tider",
        help_lines=[
            "En hubb varar 30 minuter. Fasta tider varje dag gör att alla kan hålla dem fria.",
            "Den som kallar får den närmaste tiden föreslagen, och kan välja en annan när det brådskar.",
        ],
    )


@arranging
def slot_end(request: HubRequest, ref: UUID) -> HttpResponse:
    slot = find(HubSlot.objects.select_related("agency"), request.actor, "change", at=request.at, ref=ref)
    request.trail.show([slot])
    return taken_away(
        request,
        slot.agency,
        lambda at: actions.end_slot(slot, by=request.actor, at=at),
        title=f"Ta bort hubbtiden {slot_words(slot)}",
        told="Hubbtiden är borttagen.",
        lost=["Tiden föreslås inte längre när någon kallar till hubb."],
        kept=["Hubbar som redan är kallade blir av som planerat."],
    )


def kommun_name(request: HubRequest) -> str:
    return Municipality.objects.values_list("name", flat=True).get(pk=request.actor.municipality_id)
