"""The youth: registering, and the page of what the own agency has registered (P-I1)."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from hub import actions, clock, personnummer, swedish
from hub.access import find, may, require
from hub.actions.people import require_social_services
from hub.forms.cases import RegisterYouthForm
from hub.forms.people import PersonEditForm
from hub.http import HubRequest, once, page
from hub.models import AgencyKind, Case, Individual, Person, Relative
from hub.queries import individual_url, own_cases_of, protected_fields_open, relatives_of
from hub.views.deeds import done, posted, shown_again


@once
def register_youth(request: HubRequest) -> HttpResponse:
    """A youth and the first case in one form: without a case nobody could read what was registered (P-A2)."""
    require_social_services(request.actor)
    form = RegisterYouthForm(posted(request), on=clock.local_day(request.at))
    made: list[Case] = []

    def register() -> None:
        individual = actions.register_individual(form.facts(), by=request.actor, at=request.at)
        chosen = {name: form.cleaned_data[name] for name in ("form", "phase", "court_ordered")}
        made.append(actions.open_case(individual, **chosen, by=request.actor, at=request.at, newly_registered=True))

    status = 200
    if request.method == "POST":
        status = done(form, register)
        if status == 200:
            messages.success(
                request, f"{form.facts().given_name} är registrerad och ärende {made[0].number} är öppnat."
            )
            return redirect("hub:case", made[0].ref)
    return page(request, "hub/register_youth.html", {"form": form}, status=status)


def individual_for(request: HubRequest, ref: UUID, action: str) -> Individual:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    individual = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    require(individual, request.actor, action, at=request.at)
    return individual


@once
def person(request: HubRequest, ref: UUID) -> HttpResponse:
    """What the own agency has registered about a youth; others learn of a person through items only."""
    individual = individual_for(request, ref, "read")
    require(individual.person, request.actor, "change", at=request.at)
    opened = protected_fields_open(individual.person, individual, request.actor, at=request.at)
    relatives = relatives_of(individual, request.actor, at=request.at)
    request.trail.show(
        [individual.person, *relatives, *(r.person for r in relatives)],
        individual=individual.pk,
        ground={"rule": "own_agency", "protected_fields": opened},
    )
    context = _context(request, individual, relatives, opened=opened)
    if request.method == "POST" and "visa" in request.POST and opened:
        request.trail.show(ground={"personnummer": "full"})
        return page(
            request, "hub/person.html", context | {"number": personnummer.formatted(individual.person.personnummer)}
        )
    if request.method == "POST" or "andra" in request.GET:
        form = edit_form(request, individual.person, opened=opened)
        return change_person_page(request, form, individual, context)
    return page(request, "hub/person.html", context)


def _context(
    request: HubRequest, individual: Individual, relatives: list[Relative], *, opened: bool
) -> dict[str, object]:
    subject, actor, at = individual.person, request.actor, request.at
    on = clock.local_day(at)
    cases = own_cases_of(individual, actor, at=at)
    return {
        "individual": individual,
        "person": subject,
        "age": swedish.age(subject.birth_date, on),
        "number": personnummer.masked(subject.personnummer) if subject.personnummer else "saknas",
        "facts": _facts(subject, opened=opened),
        "opened": opened,
        "relatives": [_relative_row(relative, on, at) for relative in relatives],
        "cases": cases,
        "individual_url": individual_url(individual, cases[0] if cases else None),
        "may_work": may(individual, actor, "work", at=at) and actor.agency_kind == AgencyKind.SOCIALTJANST,
    }


def _facts(subject: Person, *, opened: bool) -> list[tuple[str, object]]:
    contact = [("Adress", subject.address), ("Telefon", subject.phone), ("Skola", subject.school)]
    return [
        ("Födelsedatum", swedish.day(subject.birth_date)),
        ("Kön", subject.get_sex_display()),
        ("Språk", subject.language + (", behöver tolk" if subject.needs_interpreter else "")),
        *[(label, (value or "inte registrerat") if opened else "dolt, skyddade uppgifter") for label, value in contact],
    ]


def _relative_row(relative: Relative, on: date, at: datetime) -> dict[str, object]:
    return {
        "relative": relative,
        "name": relative.person.name,
        "protected": relative.person.is_protected,
        "detail": f"{relative.get_kind_display()}, {swedish.age(relative.person.birth_date, on)} år",
        "custody": custody_in_words(relative, at),
    }


def custody_in_words(relative: Relative, at: datetime) -> str:
    """How custody stands at `at`, for people."""
    first, end = relative.custody_from, relative.custody_to
    if first is None:
        return ""
    today = clock.local_day(at)
    if end is not None and end <= at:
        return f"Hade vårdnaden {swedish.until(end, today)}"
    if first > at:
        return f"Får vårdnaden från {swedish.day(clock.local_day(first))}"
    return f"Har vårdnaden {swedish.until(end, today)}" if end else "Har vårdnaden"


def edit_form(request: HubRequest, subject: Person, *, opened: bool) -> PersonEditForm:
    return PersonEditForm(posted(request), person=subject, open_fields=opened, on=clock.local_day(request.at))


def change_person_page(
    request: HubRequest, form: PersonEditForm, individual: Individual, context: dict[str, object]
) -> HttpResponse:
    """The youth's own facts, or those of somebody close: saved once, or shown again with what holds now."""
    subject, status = form.person, 200

    def change() -> None:
        version = form.cleaned_data["row_version"]
        actions.change_person(subject, form.facts(), row_version=version, by=request.actor, at=request.at)

    if request.method == "POST":
        status = done(form, change)
        if status == 200:
            messages.success(request, "Uppgifterna om personen är sparade.")
            return redirect("hub:person", individual.ref)
        if status == 409:
            context |= {"now": _what_holds_now(form, subject)}
    return page(request, "hub/person_edit.html", context | {"form": form}, status=status)


def _what_holds_now(form: PersonEditForm, subject: Person) -> list[tuple[str, object]]:
    """The fields where the saved value differs from what was typed; the next save is then a choice, not an accident."""
    subject.refresh_from_db()
    shown_again(form, row_version=str(subject.row_version))
    differing = []
    for name in form.fields:
        if name in ("row_version", "personnummer", "number_missing"):
            continue
        saved = getattr(subject, name)
        if saved != form.cleaned_data.get(name):
            display = getattr(subject, f"get_{name}_display", None)
            shown = display() if display else {True: "ja", False: "nej"}.get(saved, saved) if saved != "" else "tomt"
            differing.append((str(form.fields[name].label), shown))
    return differing
