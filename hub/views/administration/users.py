"""Users and their assignments: who may act as what, from when to when (P-A12)."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub import actions
from hub.access import find, may, permitted
from hub.actions.organisation import may_lead_after
from hub.admin_queries import PAGE, Held, administered_units, assignment_rows, held_by, place_of, user_rows
from hub.contributions import ADMIN_USER_LINKS
from hub.forms.administration import AssignmentFields, EndAssignmentForm, UserEditForm, UserForm
from hub.history import history_of
from hub.http import HubRequest, page
from hub.models import Agency, Assignment, User
from hub.policy_admin import administered_agencies
from hub.swedish import plural, swedish_order
from hub.views.administration.shell import administration, crumbs_to, form_page, renewed, today
from hub.views.deeds import done, posted

ROLES_HELP = [
    "Samordnare, handläggare och lots finns i socialtjänsten och kan få platser i ärenden. Chef ser enhetens ärenden.",
    "Kontakt och ersättare finns i de andra verksamheterna. En ersättare läser bara under tid som är registrerad.",
    "Granskare och administratör har aldrig tillgång till ärenden.",
    "Ett uppdrag ger i sig ingen plats i något ärende.",
]


def _to_users() -> tuple[str, str]:
    return "Användare", reverse("hub:admin_users")


def _user_link(user: User) -> tuple[str, str]:
    return user.name, reverse("hub:admin_user", args=[user.ref])


@administration
def users(request: HubRequest) -> HttpResponse:
    """By name, found by name or address, and by agency."""
    words, wanted = request.GET.get("q", "").strip()[:100], request.GET.get("verksamhet", "")
    agencies = list(administered_agencies(request.actor, request.at).order_by(swedish_order("name")))
    chosen: Agency | None = next((a for a in agencies if str(a.ref) == wanted), None)
    found = user_rows(
        request.actor, at=request.at, words=words, agency=chosen, after=request.GET.get("efter", "")[:300]
    )
    rows = found[:PAGE]
    request.trail.show([row.user for row in rows])
    kept = {"q": words, "verksamhet": str(chosen.ref) if chosen else ""}
    older = urlencode({**kept, "efter": place_of(rows[-1].user)}) if len(found) > PAGE else ""
    context: dict[str, object] = {
        "rows": rows,
        "words": words,
        "chosen": chosen,
        "agencies": agencies,
        "older": f"?{older}" if older else "",
        "newer": f"?{urlencode(kept)}" if request.GET.get("efter") else "",
        "crumbs": crumbs_to(),
    }
    return page(request, "administration/users.html", context)


@administration
def user_new(request: HubRequest) -> HttpResponse:
    """An account with its first assignment; an invitation follows separately."""
    units = administered_units(request.actor, at=request.at)
    wanted = request.GET.get("enhet", "")
    form, made = UserForm(posted(request), units=units, on=today(request), initial={"unit": wanted}), list[Assignment]()
    status = 200
    if request.method == "POST":
        status = done(form, lambda: made.append(_add(request, form)))
        if status == 200:
            messages.success(request, f"{made[0].user.name} har fått uppdraget. Ett nytt konto behöver en inbjudan.")
            return redirect("hub:admin_user", made[0].user.ref)
    return form_page(
        request,
        form,
        title="Lägg till användare",
        back=_to_users(),
        submit="Lägg till",
        status=status,
        help_title="Välj roll efter det personen ska göra",
        help_lines=ROLES_HELP,
    )


def _add(request: HubRequest, form: UserForm) -> Assignment:
    data = form.cleaned_data
    return actions.add_user(
        email=data["email"],
        name=data["name"],
        qualified=data["qualified"],
        assignment=form.assignment(),
        by=request.actor,
        at=request.at,
    )


@administration
def user(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(User.objects.all(), request.actor, "administer", at=request.at, ref=ref)
    mine = permitted(Assignment.objects.filter(user=found), request.actor, "administer", at=request.at)
    rows = assignment_rows(mine, request.actor, at=request.at)
    request.trail.show([found, *(row.assignment for row in rows)])
    changeable = may(found, request.actor, "change", at=request.at)
    links = [link for source in ADMIN_USER_LINKS for link in source(found, request.actor, request.at)]
    context: dict[str, object] = {
        "user_shown": found,
        "rows": rows,
        "changeable": changeable,
        "own": found.pk == request.actor.user_id,
        "links": links if changeable else [],
        "crumbs": crumbs_to(_to_users()),
        "history": history_of(found),
        "assignment_history": history_of(*(row.assignment for row in rows)),
    }
    return page(request, "administration/user.html", context)


@administration
def user_edit(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(User.objects.all(), request.actor, "change", at=request.at, ref=ref)
    request.trail.show([found])
    initial = {
        "name": found.name,
        "email": found.email,
        "qualified": found.qualified_social_worker,
        "active": found.is_active,
        "row_version": found.row_version,
    }
    form, status, more = UserEditForm(posted(request), initial=initial), 200, dict[str, object]()
    if request.method == "POST":
        status = done(form, lambda: _change(request, found, form))
        if status == 200:
            messages.success(request, "Ändringen är sparad.")
            return redirect("hub:admin_user", found.ref)
        if status == 409:
            more["now"] = renewed(form, found)
    return form_page(request, form, title=f"Ändra {found.name}", back=_user_link(found), status=status, **more)  # type: ignore[arg-type]  # free keyword arguments


def _change(request: HubRequest, user: User, form: UserEditForm) -> None:
    data = form.cleaned_data
    actions.change_user(
        user,
        name=data["name"],
        email=data["email"],
        qualified=data["qualified"],
        active=data["active"],
        row_version=form.version,
        by=request.actor,
        at=request.at,
    )


@administration
def assignment_new(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(User.objects.all(), request.actor, "administer", at=request.at, ref=ref)
    request.trail.show([found])
    units = administered_units(request.actor, at=request.at)
    form, status = AssignmentFields(posted(request), units=units, on=today(request)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.give_assignment(found, form.assignment(), by=request.actor, at=request.at),
        )
        if status == 200:
            messages.success(request, f"{found.name} har fått uppdraget.")
            return redirect("hub:admin_user", found.ref)
    return form_page(
        request,
        form,
        title=f"Nytt uppdrag för {found.name}",
        back=_user_link(found),
        submit="Ge uppdraget",
        status=status,
        help_title="Välj roll efter det personen ska göra",
        help_lines=ROLES_HELP,
    )


@administration
def assignment_end(request: HubRequest, ref: UUID) -> HttpResponse:
    """What ends, in numbers; and who takes over what is led (P-A12)."""
    rows = Assignment.objects.select_related("user", "unit__agency")
    found = find(rows, request.actor, "administer", at=request.at, ref=ref)
    request.trail.show([found])
    held, others = held_by(found, at=request.at), may_lead_after(found, at=request.at)
    form = EndAssignmentForm(posted(request), others=others, initial={"row_version": found.row_version})
    status, more = 200, dict[str, object]()
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.end_assignment(
                found,
                last=form.last_or_now,
                replacement=form.successor,
                row_version=form.version,
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, f"Uppdraget för {found.user.name} är avslutat.")
            return redirect("hub:admin_user", found.user.ref)
        if status == 409:
            more["now"] = renewed(form, found)
    name = f"{str(found.get_role_display()).lower()} i {found.unit.name}"
    return form_page(
        request,
        form,
        title=f"Avsluta uppdraget för {found.user.name}",
        lead=f"{found.user.name} är {name}, {found.unit.agency.name}.",
        back=_user_link(found.user),
        submit="Avsluta uppdraget",
        danger=True,
        status=status,
        warning="" if held.managers or not held.leads else NO_MANAGER,
        **_what_follows(held),
        **more,
    )


NO_MANAGER = (
    "Enheten har ingen annan chef. Välj vem som tar över, eller ge någon uppdraget som chef först. "
    "Annars står ärendena utan ansvarig."
)


def _what_follows(held: Held) -> dict[str, list[str]]:
    lost = ["Personen kan inte läsa eller göra något i uppdraget från den stunden."]
    if held.leads:
        lost.append(f"Platsen som ansvarig i {plural(held.leads, 'ärende', 'ärenden')} upphör.")
    if held.contacts:
        lost.append(f"Platsen som kontakt i {plural(held.contacts, 'ärende', 'ärenden')} upphör.")
    if held.deputies:
        lost.append(f"Platsen som ersättare i {plural(held.deputies, 'ärende', 'ärenden')} upphör.")
    after = []
    if held.leads:
        after.append("Den som du väljer tar över det som leds. Annars får enhetens chef veta att ansvarig behövs.")
        after.append("Slutar uppdraget senare ligger ärendena kvar till dess. Då ser chefen att ansvarig saknas.")
    if held.contacts:
        after.append("Verksamheten ser att en ny kontakt behövs, och utser den själv.")
    return {
        "lost": lost,
        "kept": ["Det som personen har skrivit, och loggen."],
        "next": after or ["Inga ärenden berörs i den här kommunen."],
    }
