"""Releases: for everybody in the kommun; made by programansvarig, exported as they were told (P-S3)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from hub import swedish
from hub.access import Denied, find, may, permitted
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, once, page
from hub.models import SCREEN_ONLY_KINDS, Municipality
from reports import actions
from reports.closed import HalfYear
from reports.export import CSV_TYPE, XLSX_TYPE, About, as_csv, as_xlsx, file_name
from reports.models import Release
from reports.picture import picture
from reports.releases import definitions, next_half, told

KINDS = {"csv": (as_csv, CSV_TYPE), "xlsx": (as_xlsx, XLSX_TYPE)}


def _half(release: Release) -> HalfYear:
    return HalfYear(release.year, release.half)


@require_GET
def releases(request: HubRequest) -> HttpResponse:
    actor, at = request.actor, request.at
    found = list(permitted(Release.objects.all(), actor, at=at).order_by("-year", "-half"))
    request.trail.show(found)
    counts = may(Municipality.objects.get(pk=actor.municipality_id), actor, "count", at=at)
    half = next_half(actor.municipality_id, at) if counts else None
    context: dict[str, object] = {
        "rows": [{"release": row, "half": _half(row).words, "made": swedish.moment(row.made_at, at)} for row in found],
        "counts": counts,
        "next": half.words if half else "",
    }
    return page(request, "reports/releases.html", context)


@once
@require_POST
def release_new(request: HubRequest) -> HttpResponse:
    try:
        made = actions.make_release(by=request.actor, at=request.at)
    except Invalid as wrong:
        messages.error(request, wrong.errors[""])
        return redirect("reports:releases")
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect("reports:releases")
    messages.success(request, f"Utgåvan för {_half(made).words} är gjord. Alla i kommunen kan läsa den.")
    return redirect("reports:release", made.ref)


@require_GET
def release(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Release.objects.all(), request.actor, at=request.at, ref=ref)
    request.trail.show([found])
    tables = told(found)
    context: dict[str, object] = {
        "release": found,
        "half": _half(found).words,
        "made": swedish.moment(found.made_at, request.at),
        "tables": [{"told": each, "picture": picture(each.safe)} for each in tables],
        "definitions": definitions(found),
        "may_export": request.actor.agency_kind not in SCREEN_ONLY_KINDS,
    }
    return page(request, "reports/release.html", context)


@require_GET
def export(request: HubRequest, ref: UUID, kind: str) -> HttpResponse:
    """The release as a file: what was told and nothing else, whoever asks."""
    found = find(Release.objects.all(), request.actor, at=request.at, ref=ref)
    if kind not in KINDS:
        raise Http404("export")
    if request.actor.agency_kind in SCREEN_ONLY_KINDS:
        raise Denied("export", found)
    request.trail.show([found], printed=True)
    kommun = Municipality.objects.get(pk=found.municipality_id)
    about = About(source=f"Samverkanshubb, {kommun.name}", asked_at=found.made_at, release=_half(found).words)
    written, content_type = KINDS[kind]
    record("statistics.exported", actor=request.actor, at=request.at, objects=[found], detail={"kind": kind})
    response = HttpResponse(written([each.safe for each in told(found)], about), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(about, kind)}"'
    return response
