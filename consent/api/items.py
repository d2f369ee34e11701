"""Items: drafted, recorded, released, added to, taken to the file (P-I3, P-A4, P-C9)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from consent import actions
from consent.api import schemas
from consent.forms.items import MOST_FACTORS, AnnotateForm, FactorRows, FileForm, ItemForm, RecordForm, ReleaseForm
from consent.models import AnnotationKind, InformationItem, Presence
from consent.queries import ItemRow, ground_of, item_rows, readable_items, shown_of
from consent.views.items import cases_to_file_in, find_row, knows_individual
from consent.views.writing import Desk, case_to_write_in, desk
from hub import clock
from hub.access import permitted, require
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Instant, Many, Optional, Ref, Text
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.http import HubRequest
from hub.models import Relative
from hub.textguard import find_personnummer
from hub.views.cases import case_for

TAG = "Uppgifter"
ACTIONS = ("edit", "annotate", "release", "file")


class FactorBody(Body):
    factor = Text(max_length=12, help_text="Ur /factors/.")
    presence = Choice(choices=Presence.choices, default=Presence.PRESENT)
    evidence = Text(max_length=1000)


class ItemBody(Body):
    type = Text(max_length=40, help_text="Ur /information-types/.")
    event_date = Day()
    body = Text(max_length=8000)
    audience = Many(
        child=Ref(),
        required=False,
        help_text="Utelämnad: följer samtycket. Annars bara dessa av dem som samtycket ger; tom lista: bara ni själva.",
    )
    family_barred = Flag(default=False, help_text="Betydande men (12 kap. 3 § OSL).")
    about_others = Many(child=Ref(), required=False, help_text="Närstående som uppgiften också rör.")
    told_by = Optional(max_length=160)
    told_at = Instant(required=False)
    read_back = Flag(default=False)
    factors = Many(child=FactorBody(), required=False, max_length=MOST_FACTORS)


class RecordBody(Body):
    number_stays = Flag(default=False, help_text="Bekräftar att ett personnummer i texten måste stå kvar.")


class ReleaseBody(Body):
    """Prövningen mot 18 kap. OSL, punkt för punkt."""

    investigation = Flag(help_text="Kommer inte ur förundersökning eller underrättelseverksamhet.")
    records = Flag(help_text="Kommer inte ur belastningsregistret eller misstankeregistret.")
    others = Flag(help_text="Röjer inte någon annan person eller vem som har anmält.")
    silence = Flag(help_text="Är inget negativt besked.")
    tested = Flag(help_text="Är prövad mot 18 kap. OSL och kan lämnas.")


class AnnotateBody(Body):
    kind = Choice(choices=AnnotationKind.choices)
    text = Text(max_length=4000)


class FileBody(Body):
    case = Ref()
    quote = Text(max_length=8000)
    reason = Text(max_length=500)


# --- reading -----------------------------------------------------------------------------------------------------


def version_of(item: InformationItem) -> tuple[object, ...]:
    return ("item", item.pk, item.row_version, item.version, item.recorded_at, item.released_at)


def _seen_version(row: ItemRow) -> tuple[object, ...]:
    """Of another agency's item only what is shown: what came after a disclosure is not hinted at (P-A7)."""
    return version_of(row.item) if row.own else ("item", row.item.pk, *(a.pk for a in row.annotations))


def items_may(items: Iterable[InformationItem], request: HubRequest) -> dict[int, list[str]]:
    """Item → what the actor may do with it, in a fixed number of queries."""
    rows = InformationItem.objects.filter(pk__in=[item.pk for item in items])
    found: dict[int, list[str]] = {}
    for action in ACTIONS:
        for pk in permitted(rows, request.actor, action, at=request.at).values_list("pk", flat=True):
            found.setdefault(pk, []).append(action)
    return found


def item_body(row: ItemRow, individual: UUID | None, allowed: list[str]) -> dict[str, Any]:
    item = row.item
    return {
        "ref": item.ref,
        "case": item.case.ref,
        "case_number": item.case.number,
        "individual": individual,
        "agency": agency_ref(item.agency),
        "type": item.type.code,
        "author": item.author.user.name,
        "event_date": item.event_date,
        "body": item.body,
        "version": item.version,
        "state": str(item.state),
        "recorded_at": item.recorded_at,
        "released_at": item.released_at if row.own else None,
        "own": row.own,
        "family_barred": item.family_barred,
        "about": row.others,
        "told_by": item.told_by,
        "told_at": item.told_at,
        "read_back": item.read_back,
        "factors": [
            {"code": f.factor.code, "text": f.factor.text, "presence": f.presence, "evidence": f.evidence}
            for f in row.factors
        ],
        "annotations": [
            {
                "version": a.version,
                "kind": a.kind,
                "text": a.text,
                "author": a.author.user.name,
                "annotated_at": a.annotated_at,
            }
            for a in row.annotations
        ],
        "readers": row.eye.text,
        "may": allowed,
    }


@endpoint("Uppgifter i ett ärende", tag=TAG, query=PageQuery, gives=schemas.ItemsOut, errors=[404])
def list_items(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """De du får läsa, senaste händelsen först. Vad som hålls tillbaka varken räknas eller antyds (P-A7)."""
    case = case_for(request, ref)
    items, more = slice_of(readable_items(request.actor, request.at).filter(case=case), query, "-event_date", "-pk")
    rows = item_rows(items, request.actor, request.at)
    request.trail.show(shown_of(rows), ground=ground_of(rows))
    allowed = items_may(items, request)
    results = [item_body(row, case.individual.ref, allowed.get(row.item.pk, [])) for row in rows]
    return Answer(listed(request, results, more, query))


@endpoint("En uppgift", tag=TAG, gives=schemas.ItemOut, etag=True, errors=[404])
def get_item(request: HubRequest, ref: UUID) -> Answer:
    row = find_row(request, ref)
    known = row.item.individual.ref if knows_individual(row, request) else None
    allowed = items_may([row.item], request).get(row.item.pk, [])
    return Answer(item_body(row, known, allowed), _seen_version(row))


# --- writing -----------------------------------------------------------------------------------------------------


def _facts(place: Desk, body: Data, request: HubRequest, standing: InformationItem | None = None) -> Any:
    """What the verbs want, judged by the form that the page shows."""
    kept = [str(pk) for pk in standing.audience] if standing else []
    if body.get("audience") == []:  # nobody can be chosen now, and nobody else is to read it later either (P-A7)
        kept = [str(place.actor.agency_id)]
    form = ItemForm(
        _as_typed(place, body, request),
        initial={"audience": kept},
        actor=place.actor,
        at=request.at,
        types=place.types,
        recipients=place.recipients,
        relatives=place.relatives,
    )
    rows: Any = FactorRows(_factors_typed(place, body), prefix="faktor", form_kwargs={"factors": place.factors})
    if not rows.is_valid():
        raise Problem("invalid", errors=_factor_errors(rows))
    require_valid(form, {"told_on": "told_at", "told_clock": "told_at"})
    return form.facts(rows)


def _as_typed(place: Desk, body: Data, request: HubRequest) -> dict[str, Any]:
    """The body as the form would have sent it; references become the form's own choices."""
    kinds = {kind.code: kind.pk for kind in place.types}
    offered = {agency.ref: agency.pk for agency in place.recipients}
    chosen = body.get("audience")
    told = clock.local(body["told_at"]) if "told_at" in body else None
    return {
        "type": str(kinds.get(body["type"], "0")),
        "event_date": body["event_date"],
        "body": body["body"],
        "audience": [str(pk) for pk in (offered.values() if chosen is None else _known(chosen, offered, "audience"))],
        "family_barred": body["family_barred"],
        "about_others": [str(pk) for pk in _others(place, body.get("about_others", []), request)],
        "told_by": body["told_by"],
        "told_on": told.date() if told else None,
        "told_clock": f"{told:%H.%M}" if told else "",
        "read_back": body["read_back"],
    }


def _known(refs: Iterable[UUID], offered: dict[UUID, int], field: str) -> list[int]:
    """The rows that these references name, of those that may be chosen here."""
    unknown = [
        (f"{field}.{place}", "Den går inte att välja här.") for place, ref in enumerate(refs) if ref not in offered
    ]
    if unknown:
        raise Problem("invalid", errors=unknown)
    return [offered[ref] for ref in refs]


def _others(place: Desk, refs: list[UUID], request: HubRequest) -> list[int]:
    if not refs:
        return []
    known = permitted(Relative.objects.filter(individual=place.case.individual_id), request.actor, at=request.at)
    return _known(refs, dict(known.values_list("ref", "person_id")), "about_others")


def _factors_typed(place: Desk, body: Data) -> dict[str, Any]:
    codes = {factor.code: factor.pk for factor in place.factors}
    rows = body.get("factors", [])
    typed: dict[str, Any] = {"faktor-TOTAL_FORMS": str(len(rows)), "faktor-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        typed[f"faktor-{number}-factor"] = str(codes.get(row["factor"], "0"))
        typed[f"faktor-{number}-presence"] = row["presence"]
        typed[f"faktor-{number}-evidence"] = row["evidence"]
    return typed


def _factor_errors(rows: Any) -> list[tuple[str, str]]:
    return [
        (f"factors.{number}.{field}", str(text))
        for number, errors in enumerate(rows.errors)
        for field, texts in errors.items()
        for text in texts
    ] or [("factors", str(text)) for text in rows.non_form_errors()]


@endpoint(
    "Skriv ett utkast",
    tag=TAG,
    body=ItemBody,
    gives=schemas.ItemOut,
    makes="api:item",
    show=get_item,
    errors=[404],
)
def draft_item(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Bara du ser utkastet. Det blir verksamhetens först när det registreras."""
    case = case_to_write_in(request, ref)
    facts = _facts(desk(request, case), body, request)
    return actions.write_item(case, facts, by=request.actor, at=request.at).ref


@endpoint("Ändra ett utkast", tag=TAG, body=ItemBody, gives=schemas.ItemOut, if_match=True, errors=[404])
def change_draft(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Hela uppgiften. En registrerad uppgift ändras aldrig: rätta eller lägg till i stället (P-I3)."""
    item = _own_draft(request, ref)
    facts = _facts(desk(request, item.case), body, request, item)
    actions.save_draft(item, facts, row_version=item.row_version, by=request.actor, at=request.at)
    return get_item(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Kasta ett utkast", tag=TAG, if_match=True, status=204, errors=[404])
def discard_draft(request: HubRequest, ref: UUID) -> None:
    actions.discard_draft(_own_draft(request, ref), by=request.actor, at=request.at)


@endpoint("Registrera ett utkast", tag=TAG, body=RecordBody, gives=schemas.ItemOut, if_match=True, errors=[404])
def record_item(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Från och med nu är uppgiften verksamhetens, läsbar som regeln säger, och skrivs aldrig över."""
    item = _own_draft(request, ref)
    require_valid(RecordForm(body, has_number=bool(find_personnummer(item.body))))
    actions.record_item(item, by=request.actor, at=request.at)
    return get_item(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _held(request: HubRequest, ref: UUID, action: str) -> InformationItem:
    """The item, held and unchanged since it was read: 404, then 403, then 412."""
    item = find_row(request, ref).item
    require(item, request.actor, action, at=request.at)
    unchanged(request, item, lambda: version_of(item))
    return item


def _own_draft(request: HubRequest, ref: UUID) -> InformationItem:
    return _held(request, ref, "edit")


@endpoint("Pröva och släpp en uppgift", tag=TAG, body=ReleaseBody, gives=schemas.ItemOut, if_match=True, errors=[404])
def release_item(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """För verksamheter som prövar uppgifter en och en, som polisen (P-C9)."""
    item = _held(request, ref, "release")
    require_valid(ReleaseForm(body))
    actions.release_item(item, tested=True, by=request.actor, at=request.at)
    return get_item(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Rätta eller lägg till",
    tag=TAG,
    body=AnnotateBody,
    gives=schemas.ItemOut,
    makes="api:item",
    show=get_item,
    if_match=True,
    errors=[404],
)
def annotate_item(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Det som är registrerat står kvar; tillägget står bredvid (P-I3)."""
    item = _held(request, ref, "annotate")
    data = require_valid(AnnotateForm(body))
    actions.annotate(item, kind=data["kind"], text=data["text"], by=request.actor, at=request.at)
    return ref


@endpoint(
    "För till akten",
    tag=TAG,
    body=FileBody,
    gives=schemas.ItemOut,
    makes="api:item",
    show=get_item,
    errors=[404],
)
def file_item(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Enhetens egen uppgift, som citerar en annans medan den är läsbar, med ett skäl (P-A4)."""
    row = find_row(request, ref)
    require(row.item, request.actor, "file", at=request.at)
    cases = cases_to_file_in(row, request)
    chosen = {case.ref: case.pk for case in cases}
    data = require_valid(FileForm({**body, "case": str(chosen.get(body["case"], "0"))}, cases=cases))
    filed = actions.file_item(
        row.item, case=data["case"], quote=data["quote"], reason=data["reason"], by=request.actor, at=request.at
    )
    return filed.ref


items = resource("Items", get=list_items, post=draft_item)
item = resource("Item", get=get_item, put=change_draft, delete=discard_draft)
record = resource("ItemRecord", post=record_item)
release = resource("ItemRelease", post=release_item)
annotations = resource("Annotations", post=annotate_item)
file = resource("ItemFile", post=file_item)
