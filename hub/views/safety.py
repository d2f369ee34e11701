"""Jäv and break-glass: leaving at once, and opening with a reason that is shown and reviewed (P-A9, P-A12)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from hub import actions, swedish
from hub.access import find, permitted, require, require_role
from hub.actions.safety import BREAK_GLASS_PERIOD
from hub.audit import record
from hub.forms.safety import BreakGlassForm, OpenProtectedForm, RecuseForm
from hub.http import HubRequest, once, page
from hub.models import BREAK_GLASS_ROLES, AuditKind, BreakGlassKind, Case, Individual
from hub.queries import individual_url
from hub.search import individual_to_open, own_case_of
from hub.views.deeds import done, posted

#: One and the same sentence whether nobody has the number, or somebody whom one may not open (P-A15).
NOTHING_TO_OPEN = (
    "Det finns inget som du kan öppna med det numret. Kontrollera det. "
    "Nödöppning gäller bara den egna verksamhetens uppgifter, och aldrig någon med skyddade personuppgifter."
)


@once
def recuse(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Jag känner familjen": one loses the place and everything in it at the press (P-A12)."""
    individual = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    request.trail.show([individual], individual=individual.pk)
    form, status = RecuseForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: _recuse(request, individual, form))
        if status == 200:
            messages.success(request, "Du har inte längre någon plats. De som behöver utse en ny har fått veta.")
            return redirect("hub:home")
    context: dict[str, object] = {
        "form": form,
        "name": individual.person.name,
        "back": individual_url(individual),
        "lost": [
            "Du kommer genast inte åt något om den unga, i något ärende.",
            "Dina pågående utkast om den unga går inte att öppna.",
        ],
        "kept": ["Det som du redan har registrerat finns kvar hos din verksamhet."],
        "next": ["Din chef och de som leder ärendet får veta att en ny ansvarig behövs, inte varför."],
    }
    return page(request, "hub/recuse.html", context, status=status)


def _recuse(request: HubRequest, individual: Individual, form: RecuseForm) -> None:
    actions.recuse(individual, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)


@once
def open_protected(request: HubRequest, ref: UUID) -> HttpResponse:
    """Address, phone and school of a protected person: for seat holders, 60 minutes, with a reason (P-A8)."""
    individual = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    request.trail.show([individual], individual=individual.pk)
    require(individual, request.actor, "open_protected", at=request.at)
    readable = permitted(Case.objects.filter(individual=individual), request.actor, at=request.at)
    case = readable.order_by("-opened_at").first()
    form, status = OpenProtectedForm(posted(request)), 200
    own = individual.person.agency_id == request.actor.agency_id
    back = "hub:person" if own else ""
    if request.method == "POST":
        status = done(form, lambda: _open(request, individual, case, BreakGlassKind.PROTECTED_FIELDS, form))
        if status == 200:
            messages.success(request, "Kontaktuppgifterna är öppna för dig i 60 minuter.")
            return redirect(back, individual.ref) if back else redirect(individual_url(individual, case))
    context: dict[str, object] = {"form": form, "name": individual.person.name, "individual": individual, "own": own}
    context["back"] = individual_url(individual, case)
    return page(request, "hub/open_protected.html", context, status=status)


def _open(
    request: HubRequest,
    individual: Individual,
    case: Case | None,
    kind: BreakGlassKind,
    form: BreakGlassForm | OpenProtectedForm,
) -> None:
    reason = form.cleaned_data["reason"]
    actions.break_glass(individual, kind=kind, reason=reason, case=case, by=request.actor, at=request.at)


@once
def break_glass(request: HubRequest) -> HttpResponse:
    """Own-agency items without a seat, when it cannot wait: never across the secrecy between agencies (P-A9)."""
    require_role(request.actor, *BREAK_GLASS_ROLES)
    form, status = BreakGlassForm(posted(request)), 200
    if request.method == "POST" and (status := 200 if form.is_valid() else 422) == 200:
        individual = individual_to_open(form.cleaned_data["whom"], request.actor, at=request.at)
        if individual is not None:
            case = own_case_of(individual, request.actor, at=request.at)
            _open(request, individual, case, BreakGlassKind.OWN_ITEMS, form)
            until = swedish.clock_time(request.at + BREAK_GLASS_PERIOD)
            messages.success(request, f"Öppnat till {until}. Din chef har fått ett meddelande.")
            return redirect(individual_url(individual))
        record(
            "break_glass",
            kind=AuditKind.REFUSED,
            actor=request.actor,
            at=request.at,
            detail={"nothing_to_open": True},
        )
        form.add_error("whom", NOTHING_TO_OPEN)
        status = 422
    return page(request, "hub/break_glass.html", {"form": form}, status=status)
