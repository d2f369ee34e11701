""" "Utlämnat: vad, till vem, varför": the ledger, one disclosure, ending it, and the register extract (P-C8, R36)."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from consent import actions
from consent import ledger as book
from consent.forms.disclosure import EndForm, ToldForm
from consent.grounds import ground_of
from consent.models import Disclosure
from consent.paper.extract import RegisterExtract, Said, render_register_extract
from hub import swedish
from hub.access import find, may, permitted, require
from hub.clock import local_day
from hub.http import HubRequest, once, page, uuid_or_none
from hub.models import AgencyKind, Individual, Relative
from hub.views.deeds import attempt, posted

BOTH = require_http_methods(["GET", "POST"])


def _individual(request: HubRequest, ref: UUID) -> Individual:
    return find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)


@require_GET
def ledger(request: HubRequest, ref: UUID) -> HttpResponse:
    """What has been given about one individual, as far as the actor's agency gave it or it was given to the actor."""
    individual = _individual(request, ref)
    choice = book.Choice(
        agency=uuid_or_none(request.GET.get("verksamhet", "")),
        ground=request.GET.get("grund", "")[:40],
        after=uuid_or_none(request.GET.get("efter", "")),
    )
    found = book.page(individual, choice, request.actor, request.at)
    request.trail.show(
        [individual, *(e.disclosure for e in found.entries), *(g.consent for g in found.consents)],
        individual=individual.pk,
    )
    context: dict[str, object] = {
        "individual": individual,
        "name": individual.person.name,
        "entries": found.entries,
        "consents": found.consents,
        "chips": _chips(individual, choice, request),
        "narrowed": bool(choice.agency or choice.ground),
        "older": f"?{_parts(choice, efter=str(found.more))}" if found.more else "",
        "newer": f"?{_parts(choice)}" if choice.after else "",
        "may_print": may(individual, request.actor, "print_extract", at=request.at),
    }
    return page(request, "consent/ledger.html", context)


def _parts(choice: book.Choice, **other: str) -> str:
    parts = {"verksamhet": str(choice.agency or ""), "grund": choice.ground} | other
    return urlencode({key: value for key, value in parts.items() if value})


def _chips(individual: Individual, choice: book.Choice, request: HubRequest) -> dict[str, list[dict[str, object]]]:
    agencies, grounds = book.filters(individual, request.actor, request.at)
    by_agency: list[dict[str, object]] = [
        {"label": name, "url": f"?{_parts(choice, verksamhet=str(ref))}", "current": choice.agency == ref}
        for name, ref in agencies
    ]
    by_ground: list[dict[str, object]] = [
        {"label": paragraph, "url": f"?{_parts(choice, grund=code)}", "current": choice.ground == code}
        for paragraph, code in grounds
    ]
    every: dict[str, object] = {"label": "Alla verksamheter", "url": f"?{_parts(choice, verksamhet='')}"}
    all_grounds: dict[str, object] = {"label": "Alla grunder", "url": f"?{_parts(choice, grund='')}"}
    return {
        "agencies": [every | {"current": not choice.agency}, *by_agency] if len(by_agency) > 1 else [],
        "grounds": [all_grounds | {"current": not choice.ground}, *by_ground] if len(by_ground) > 1 else [],
    }


def find_entry(request: HubRequest, ref: UUID) -> book.Entry:
    """One disclosure as the actor may see it, noted in the trail.

    Raises:
        Http404: it is not there for this actor.
    """
    bare = find(Disclosure.objects.select_related("individual__person"), request.actor, at=request.at, ref=ref)
    rows = list(book.disclosures_of(bare.individual, request.actor, request.at).filter(pk=bare.pk))
    entry = book.entries(rows, bare.individual, request.actor, request.at)[0]
    entry.disclosure.individual = bare.individual
    request.trail.show([bare, bare.individual], individual=bare.individual_id, case=bare.case_id)
    return entry


@require_GET
def disclosure(request: HubRequest, ref: UUID) -> HttpResponse:
    """One disclosure: to who gave it the whole decision and the reads since; to who received it what, how and until."""
    entry = find_entry(request, ref)
    row = entry.disclosure
    changes = entry.own and may(row, request.actor, "change", at=request.at)
    listed = ground_of(row.ground, row.ground_version)
    context: dict[str, object] = {
        "entry": entry,
        "row": row,
        "individual": row.individual,
        "name": row.individual.person.name,
        "ground_name": listed.name if listed else "",
        "may_end": changes and entry.runs,
        "may_tell": changes and not row.person_told,
        "disclosed": swedish.moment(row.disclosed_at, request.at),
    }
    return page(request, "consent/disclosure.html", context)


@BOTH
@once
def disclosure_end(request: HubRequest, ref: UUID) -> HttpResponse:
    """Stop further reading."""
    return _change(
        request,
        ref,
        form=EndForm(posted(request)),
        template="consent/disclosure_end.html",
        deed=lambda row, data: actions.end_disclosure(row, reason=data["reason"], by=request.actor, at=request.at),
        done="Läsningen är avslutad. Utlämnandet finns kvar i listan.",
    )


@BOTH
@once
def disclosure_told(request: HubRequest, ref: UUID) -> HttpResponse:
    """Note that the person knows."""
    return _change(
        request,
        ref,
        form=ToldForm(posted(request)),
        template="consent/disclosure_told.html",
        deed=lambda row, data: actions.note_told(row, note=data["note"], by=request.actor, at=request.at),
        done="Det är noterat att personen har fått veta.",
    )


def _change(request: HubRequest, ref: UUID, *, form: Any, template: str, deed: Any, done: str) -> HttpResponse:
    entry = find_entry(request, ref)
    row = entry.disclosure
    require(row, request.actor, "change", at=request.at)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = attempt(form, lambda: deed(row, form.cleaned_data))
        if status == 200:
            messages.success(request, done)
            return redirect("consent:disclosure", ref)
    context = {"entry": entry, "row": row, "individual": row.individual, "form": form}
    return page(request, template, context, status=status)


@require_GET
def extract(request: HubRequest, ref: UUID) -> HttpResponse:
    """The register extract of the actor's own agency, as a tagged PDF with everything about others taken out (R36)."""
    individual = _individual(request, ref)
    require(individual, request.actor, "print_extract", at=request.at)
    close = permitted(Relative.objects.filter(individual=individual), request.actor, at=request.at)
    names = [name for row in close.select_related("person") for name in row.person.given_name.split()]
    rows, _left_out = book.extract_rows(individual, request.actor, request.at, names=names)
    given = book.consents(individual, request.actor, request.at)
    own = [g for g in given if g.consent.disclosing_id == request.actor.agency_id]
    content = RegisterExtract(
        agency=request.actor.agency_name,
        person=individual.person.name,
        printed_on=local_day(request.at),
        consents=tuple(Said(g.standing.text, tuple(g.lines)) for g in own),
        rows=tuple(_printed(row) for row in rows),
    )
    request.trail.show(
        [individual, individual.person, *(g.consent for g in own), *(r.entry.disclosure for r in rows)],
        individual=individual.pk,
        printed=True,
    )
    response = HttpResponse(render_register_extract(content), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="registerutdrag.pdf"'
    return response


def _printed(row: book.ExtractRow) -> Said:
    """One disclosure in the person's words: no names of staff, and no reads by police before it has tested them."""
    d = row.entry.disclosure
    by = f"{d.decided_by.get_role_display()}, {d.decided_by.unit.agency.name}"
    lines = [
        f"Till {d.recipient.name}. Grund: {d.paragraph}. Beslutat av: {by}.",
        row.entry.period if d.readable_until else f"Lämnat {str(d.get_delivery_display()).lower()}.",
        *(f"{item.kind}, {swedish.day(item.day)}: {item.text}" for item in row.items),
        *([f"Förbehåll: {d.reservation}"] if d.reservation else []),
    ]
    if row.entry.asking:
        lines.append(f"Mottagaren svarar på en fråga i utredningen. {d.told_note}")
    elif row.entry.following:
        lines += [row.entry.period, f"{d.necessity} {d.told_note}"]
    elif d.recipient.kind == AgencyKind.POLIS:
        lines.append("Vad polisen har läst och när lämnas ut efter polisens egen prövning.")
    else:
        lines.append(f"Läst {swedish.plural(row.entry.read_times, 'gång', 'gånger')} fram till i dag.")
    return Said(swedish.day(local_day(d.disclosed_at)), tuple(lines))
