"""Writing an item: draft, with who would read it beside every choice; then a last look before it is recorded (P-I3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms.utils import ErrorDict
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from consent import actions
from consent.actions.items import WRITING_PHASES, ItemFacts
from consent.eyeline import EyeLine, Facts, Sharing, preview
from consent.forms.items import MOST_FACTORS, FactorRows, ItemForm, RecordForm, initial_of
from consent.models import Factor, InformationItem, InformationType
from consent.origins import Origin, carried, origin_of
from consent.queries import ItemRow, relatives_by_person
from consent.views.items import find_row
from hub import clock
from hub.access import Actor, find, require
from hub.errors import Conflict
from hub.forms.base import parse_date
from hub.http import HubRequest, once, page
from hub.models import Agency, Case, Phase
from hub.textguard import find_name_pairs, find_personnummer
from hub.views.deeds import attempt

BOTH = require_http_methods(["GET", "POST"])
DRAFT, RECORD, ADD_ROW = "utkast", "registrera", "rad"
GONE = "Uppgiften är skriven, men den hör inte längre till det du kom från: mötets protokoll är till exempel justerat."
NOT_NOW = "I det här skedet går det inte att skriva uppgifter i ärendet."


@dataclass(frozen=True, slots=True)
class Desk:
    """What the write form rests on: the case, what this agency may write, and who would read it."""

    case: Case
    actor: Actor
    releases: bool
    types: list[InformationType]
    factors: list[Factor]
    sharing: Sharing
    relatives: Mapping[int, str]

    @property
    def recipients(self) -> list[Agency]:
        """Agencies that a consent lets read something of ours now."""
        given = {g.recipient_id for g in self.sharing.grants if g.source_id == self.actor.agency_id}
        return [party.agency for pk, party in self.sharing.parties.items() if pk in given]

    def eye(self, kind: InformationType, on: date, **narrowing: Any) -> EyeLine:
        """What the eye line would say of such an item, recorded now."""
        facts = Facts(
            agency=self.actor.agency_id,
            mask=kind.mask,
            event_date=on,
            in_forhandsbedomning=self.case.phase == Phase.FORHANDSBEDOMNING,
            **narrowing,
        )
        return preview(facts, self.sharing, self.sharing.words(), releases=self.releases)


def desk(request: HubRequest, case: Case) -> Desk:
    """Load what the form needs; a fixed number of queries."""
    today = clock.local_day(request.at)
    return Desk(
        case=case,
        actor=request.actor,
        releases=Agency.objects.get(pk=request.actor.agency_id).releases_items,
        types=list(InformationType.objects.writable_by(request.actor.agency_kind, on=today)),
        factors=list(Factor.objects.current(on=today)),
        sharing=Sharing.load(case.individual_id, at=request.at),
        relatives=relatives_by_person(case.individual_id, request.actor, request.at),
    )


def case_to_write_in(request: HubRequest, ref: UUID) -> Case:
    """The case to write in.

    Raises:
        Http404, Denied; Conflict: the case is closed, or in a phase where this agency does not write (P-A6).
    """
    cases = Case.objects.select_related("individual__person", "owner_unit")
    case = find(cases, request.actor, at=request.at, ref=ref)
    require(case.individual, request.actor, "work", at=request.at)
    own = case.owner_unit.agency_id == request.actor.agency_id
    if case.phase not in WRITING_PHASES and not (own and case.phase == Phase.FORHANDSBEDOMNING):
        raise Conflict(NOT_NOW)
    request.trail.show([case], individual=case.individual_id, case=case.pk)
    return case


# --- the form ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """The form and its rows of factors, bound or fresh."""

    form: ItemForm
    rows: Any
    eyes: Mapping[int, EyeLine]

    def is_valid(self) -> bool:
        return bool(self.form.is_valid() & self.rows.is_valid())


def _sheet(place: Desk, request: HubRequest, initial: dict[str, Any], *, on: date) -> Sheet:
    asks = request.method == "POST"
    data = _with_another_row(request.POST) if asks and request.POST.get("do") == ADD_ROW else request.POST
    form = ItemForm(
        data if asks else None,
        initial=initial,
        actor=place.actor,
        at=request.at,
        types=place.types,
        recipients=place.recipients,
        relatives=place.relatives,
    )
    eyes = {kind.pk: place.eye(kind, on) for kind in place.types}
    rows: Any = FactorRows(
        data if asks else None,
        initial=initial.get("factors") or [{}],
        prefix="faktor",
        form_kwargs={"factors": place.factors},
    )
    if not asks:
        rows.extra = 1 if not initial.get("factors") else 0
        rows.initial = initial.get("factors") or None
    return Sheet(form, rows, eyes)


def _with_another_row(posted: QueryDict) -> QueryDict:
    """ "Lägg till rad" without script: the same typed text and one more empty row."""
    data = posted.copy()
    try:
        rows = int(data.get("faktor-TOTAL_FORMS", "1"))
    except ValueError:
        rows = 1
    data["faktor-TOTAL_FORMS"] = str(min(max(rows, 0) + 1, MOST_FACTORS))
    return data


def _unjudged(sheet: Sheet) -> None:
    """Show what was typed without judging it: a new row was asked for, nothing was sent in."""
    for form in (sheet.form, *sheet.rows.forms):
        form._errors = ErrorDict()
        form.cleaned_data = {}
    sheet.rows._errors = [ErrorDict() for _form in sheet.rows.forms]
    sheet.rows._non_form_errors = sheet.rows.error_class()


def _cards(place: Desk, sheet: Sheet) -> list[dict[str, object]]:
    """Each type with what it is and who would read it, beside the choice itself (P-A6)."""
    cards: list[dict[str, object]] = []
    for option, kind in zip(sheet.form["type"].subwidgets, place.types, strict=True):
        option.data["attrs"]["class"] = "ds-input"
        cards.append(
            {
                "tag": option.tag(),
                "id": option.id_for_label,
                "label": kind.name,
                "hint": kind.description,
                "eye": sheet.eyes[kind.pk],
            }
        )
    return cards


def _show(
    request: HubRequest, place: Desk, sheet: Sheet, status: int, item: InformationItem | None = None
) -> HttpResponse:
    errors = [*sheet.rows.non_form_errors()] if sheet.rows.is_bound and status != 200 else []
    context = {
        "case": place.case,
        "individual": place.case.individual,
        "name": place.case.individual.person.name,
        "form": sheet.form,
        "rows": sheet.rows,
        "row_errors": errors,
        "may_add": len(sheet.rows.forms) < MOST_FACTORS,
        "types": place.types,
        "item": item,
        "releases": place.releases,
        "factors_open": any(form.has_changed() or form.initial for form in sheet.rows.forms),
        "stale": status == 409,
        "cards": _cards(place, sheet),
        "origin": origin_of(request, place.case),
        **_preview_so_far(place, sheet, request),
    }
    return page(request, "consent/item_form.html", context, status=status)


@BOTH
@once
def item_new(request: HubRequest, ref: UUID) -> HttpResponse:
    """Begin an item. Nothing is anybody else's before it is recorded."""
    case = case_to_write_in(request, ref)
    origin = origin_of(request, case)
    place, today = desk(request, case), clock.local_day(request.at)
    everyone = [str(agency.pk) for agency in place.recipients]
    sheet = _sheet(place, request, {"event_date": today, "audience": everyone}, on=today)
    status = 200
    if request.POST.get("do") == ADD_ROW:
        _unjudged(sheet)
    elif request.method == "POST":
        status, made = 422, []
        if sheet.is_valid():
            facts = sheet.form.facts(sheet.rows)
            status = attempt(sheet.form, lambda: made.append(_written(case, facts, origin, request)))
        if status == 200:
            if "fran" in request.GET and origin is None:
                messages.warning(request, GONE)
            return _onwards(request, made[0], origin)
    return _show(request, place, sheet, status)


def _written(case: Case, facts: ItemFacts, origin: Origin | None, request: HubRequest) -> InformationItem:
    """The new draft, told to what it is written for."""
    item = actions.write_item(case, facts, by=request.actor, at=request.at)
    if origin is not None:
        origin.written(item)
    return item


@BOTH
@once
def item_edit(request: HubRequest, ref: UUID) -> HttpResponse:
    """Go on with a draft; two windows never overwrite each other (P-Q3)."""
    row = find_row(request, ref)
    require(row.item, request.actor, "edit", at=request.at)
    place = desk(request, row.item.case)
    initial = initial_of(row.item, place.recipients, row.factors)
    sheet, status = _sheet(place, request, initial, on=row.item.event_date), 200
    if request.POST.get("do") == ADD_ROW:
        _unjudged(sheet)
    elif request.method == "POST":
        status = 422
        if sheet.is_valid():
            facts, version = sheet.form.facts(sheet.rows), sheet.form.cleaned_data["row_version"] or 0
            status = attempt(
                sheet.form,
                lambda: actions.save_draft(row.item, facts, row_version=version, by=request.actor, at=request.at),
            )
        if status == 200:
            return _onwards(request, row.item)
    return _show(request, place, sheet, status, row.item)


def _onwards(request: HubRequest, item: InformationItem, origin: Origin | None = None) -> HttpResponse:
    if request.POST.get("do") == RECORD:
        return redirect(reverse("consent:item_record", args=[item.ref]) + carried(request, origin))
    messages.success(request, "Utkastet är sparat. Bara du kan läsa det.")
    return redirect(origin.url) if origin else redirect("consent:item", item.ref)


@require_POST
def item_preview(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Om du registrerar nu": who could read, for what is chosen in the form so far. Nothing is stored."""
    case = case_to_write_in(request, ref)
    place = desk(request, case)
    kind = next((t for t in place.types if str(t.pk) == request.POST.get("type")), None)
    eye = _chosen(place, kind, request.POST) if kind else None
    return page(request, "consent/_preview.html", {"preview": eye, "type": kind, "case": case})


def _preview_so_far(place: Desk, sheet: Sheet, request: HubRequest) -> dict[str, object]:
    """The live box as the page is sent: for what was typed, or for the draft as it stands."""
    data: QueryDict = request.POST
    if request.method == "POST":
        chosen = request.POST.get("type")
    else:
        chosen, data = str(sheet.form.initial.get("type", "")), _as_posted(sheet.form.initial)
    kind = next((t for t in place.types if str(t.pk) == chosen), None)
    return {"preview": _chosen(place, kind, data) if kind else None, "type": kind}


def _as_posted(initial: Mapping[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    data["event_date"] = str(initial.get("event_date", ""))
    data.setlist("audience", initial.get("audience", []))
    data.setlist("about_others", initial.get("about_others", []))
    data["family_barred"] = "on" if initial.get("family_barred") else ""
    return data


def _chosen(place: Desk, kind: InformationType, data: QueryDict) -> EyeLine:
    try:
        on = parse_date(data.get("event_date", ""))
    except ValueError:
        on = clock.local_day(place.sharing.at)
    ticked = {int(v) for v in data.getlist("audience") if v.isdecimal()}
    everyone = {agency.pk for agency in place.recipients}
    audience = frozenset() if ticked == everyone else frozenset(ticked) or frozenset({place.actor.agency_id})
    others = {int(v) for v in data.getlist("about_others") if v.isdecimal()} & set(place.relatives)
    return place.eye(
        kind,
        on,
        audience=audience,
        barred=bool(data.get("family_barred")),
        about=frozenset(others),
    )


# --- the last look -------------------------------------------------------------------------------------------


@BOTH
@once
def item_record(request: HubRequest, ref: UUID) -> HttpResponse:
    """Who will read it, and what the text may hold by mistake; then it is the agency's (P-I3)."""
    row = find_row(request, ref)
    require(row.item, request.actor, "edit", at=request.at)
    body, version = row.item.body, row.item.row_version
    form = RecordForm(request.POST or None, has_number=bool(find_personnummer(body)), initial={"row_version": version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = attempt(form, lambda: record_unchanged(form, row, request))
        if status == 200:
            return _recorded(request, row)
    context = {
        "row": row,
        "item": row.item,
        "form": form,
        "name": row.item.individual.person.name,
        "preview": _preview_of(row, request),
        "names": [span.of(body) for span in find_name_pairs(body)],
        "numbers": len(find_personnummer(body)),
    }
    return page(request, "consent/item_record.html", context, status=status)


def record_unchanged(form: RecordForm, row: ItemRow, request: HubRequest) -> None:
    if form.cleaned_data["row_version"] != row.item.row_version:
        raise Conflict("Utkastet har ändrats i ett annat fönster. Läs igenom det som står nu och registrera sedan.")
    actions.record_item(row.item, by=request.actor, at=request.at)


def _recorded(request: HubRequest, row: ItemRow) -> HttpResponse:
    if row.item.agency.releases_items:
        messages.success(request, "Uppgiften är registrerad. Pröva den nu, så kan den lämnas.")
        return redirect("consent:item_release", row.item.ref)
    messages.success(request, "Uppgiften är registrerad.")
    if origin := origin_of(request, row.item.case):
        return redirect(origin.url)
    return redirect("consent:individual", row.item.individual.ref)


def _preview_of(row: ItemRow, request: HubRequest) -> EyeLine:
    sharing = Sharing.load(row.item.individual_id, at=request.at)
    facts = replace(
        Facts.of(row.item),
        recorded=True,
        released=True,
        in_forhandsbedomning=row.item.case.phase == Phase.FORHANDSBEDOMNING,
    )
    return preview(facts, sharing, sharing.words(), releases=row.item.agency.releases_items)


@BOTH
@once
def item_discard(request: HubRequest, ref: UUID) -> HttpResponse:
    """Throw a draft away, after one question."""
    row = find_row(request, ref)
    require(row.item, request.actor, "edit", at=request.at)
    if request.method == "POST":
        actions.discard_draft(row.item, by=request.actor, at=request.at)
        messages.success(request, "Utkastet är borta.")
        return redirect("consent:individual", row.item.individual.ref)
    name = row.item.individual.person.name
    return page(request, "consent/item_discard.html", {"row": row, "item": row.item, "name": name})
