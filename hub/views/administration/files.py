"""CSV files: checking, importing, exporting, and templates to start from."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub import actions, clock
from hub.access import find, permitted
from hub.actions.staff_import import COLUMNS, Plan, plan_of
from hub.admin_queries import administered_units
from hub.audit import record
from hub.errors import Conflict
from hub.forms.administration import UploadForm
from hub.http import HubRequest, page
from hub.models import Assignment, ImportKind, StaffImport
from hub.staff_csv import MAX_BYTES, written
from hub.swedish import plural, swedish_order
from hub.views.administration.shell import administration, crumbs_to
from hub.views.deeds import done, posted

#: Faults on the page; the file of faults has them all.
SHOWN = 1000
#: column → what is written there, for whoever fills in the file.
GUIDE: dict[str, list[tuple[str, str]]] = {
    ImportKind.USERS.value: [
        ("e-post", "Arbetets adress. Finns kontot redan får det uppdraget."),
        ("namn", "För- och efternamn. Ska vara detsamma som i hubben om kontot finns."),
        ("verksamhet", "Verksamhetens namn, precis som i hubben."),
        ("enhet", "Enhetens namn, precis som i hubben."),
        ("roll", "Samordnare, handläggare, lots, kontakt, ersättare, chef, granskare eller administratör."),
        ("utser kontakter", "Ja eller nej. Frivillig kolumn, tomt betyder nej."),
        ("socionom", "Ja eller nej. Frivillig kolumn, tomt betyder nej."),
        ("från", "Första dagen, till exempel 2026-11-22. Frivillig, tomt betyder i dag."),
        ("till och med", "Sista dagen. Frivillig, tomt betyder tills vidare."),
    ],
    ImportKind.UNITS.value: [
        ("verksamhet", "Verksamhetens namn, precis som i hubben."),
        ("enhet", "Den nya enhetens namn. En enhet som redan finns lämnas som den är."),
    ],
}
EXAMPLE = {
    ImportKind.USERS.value: [
        "anna.ek@example.se", "Anna Ek", "Socialtjänsten", "Ungdomsenheten", "Handläggare", "nej", "ja", "", "",
    ],
    ImportKind.UNITS.value: ["Socialtjänsten", "Ungdomsenheten"],
}  # fmt: skip


def download(name: str, content: bytes) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store, private"},
    )


@administration
def upload(request: HubRequest) -> HttpResponse:
    form = UploadForm(posted(request), request.FILES or None, initial={"kind": ImportKind.USERS})
    status, made = 200, list[StaffImport]()
    if request.method == "POST":
        status = done(form, lambda: made.append(_keep(request, form)))
        if status == 200:
            return redirect("hub:admin_import", made[0].ref)
    context: dict[str, object] = {
        "form": form,
        "guide": [(kind.value, kind.label, GUIDE[kind.value]) for kind in ImportKind],
        "crumbs": crumbs_to(),
    }
    return page(request, "administration/upload.html", context, status=status)


def _keep(request: HubRequest, form: UploadForm) -> StaffImport:
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    # One byte more than is allowed is enough to refuse it.
    return actions.upload_staff(
        file.read(MAX_BYTES + 1),
        kind=form.cleaned_data["kind"],
        file_name=str(file.name or "fil.csv"),
        by=request.actor,
        at=request.at,
    )


@administration
def check(request: HubRequest, ref: UUID) -> HttpResponse:
    """The dry run: what would be done, or every fault by row; then, by a press, all of it."""
    file = find(StaffImport.objects.all(), request.actor, at=request.at, ref=ref)
    request.trail.show([file])
    conflict = ""
    if request.method == "POST":
        try:
            done_file = actions.import_staff(
                file, sha256=request.POST.get("sha256", ""), by=request.actor, at=request.at
            )
        except Conflict as stale:
            conflict = stale.message
        else:
            messages.success(request, "Filen är importerad.")
            return redirect("hub:admin_import", done_file.ref)
        file.refresh_from_db()
    plan = plan_of(file, by=request.actor, at=request.at) if file.text and file.done_at is None else None
    context: dict[str, object] = {
        "file": file,
        "plan": plan,
        "faults": plan.faults[:SHOWN] if plan else [],
        "more": max(len(plan.faults) - SHOWN, 0) if plan else 0,
        "conflict": conflict,
        "crumbs": crumbs_to(("Import och export", reverse("hub:admin_upload"))),
        "faulty": f"{plan.faulty_rows} av {plural(plan.rows, 'rad', 'rader')}" if plan else "",
        "coming": _coming(plan) if plan else [],
        "made": _made(file),
    }
    return page(request, "administration/check.html", context, status=409 if conflict else 200)


def _coming(plan: Plan) -> list[str]:
    """What the import would do, in sentences."""
    lines = []
    if plan.units:
        lines.append(f"{plural(len(plan.units), 'ny enhet', 'nya enheter')} läggs in.")
    if plan.new_users:
        lines.append(f"{plural(plan.new_users, 'nytt konto', 'nya konton')} läggs in.")
    if plan.lines:
        lines.append(f"{plural(len(plan.lines), 'nytt uppdrag', 'nya uppdrag')} läggs in.")
    if plan.unchanged:
        lines.append(f"{plural(plan.unchanged, 'rad', 'rader')} stämmer redan och lämnas som den är.")
    return lines or ["Filen har inga rader."]


def _made(file: StaffImport) -> str:
    if file.kind == ImportKind.UNITS:
        return f"{plural(file.made.get('units', 0), 'ny enhet', 'nya enheter')}."
    users, posts = file.made.get("users", 0), file.made.get("assignments", 0)
    return (
        f"{plural(users, 'nytt konto', 'nya konton')} och {plural(posts, 'nytt uppdrag', 'nya uppdrag')}. "
        "Nya konton går att använda först efter en inbjudan."
    )


@administration
def faults(request: HubRequest, ref: UUID) -> HttpResponse:
    """Every fault as a file, to mend beside the own one."""
    file = find(StaffImport.objects.exclude(text=""), request.actor, at=request.at, ref=ref)
    request.trail.show([file])
    plan = plan_of(file, by=request.actor, at=request.at)
    rows = [(str(f.row), f.column, f.value, f.text) for f in plan.faults]
    return download("fel-att-ratta", written(("rad", "kolumn", "värde", "så rättar du"), rows))


@require_safe
@administration
def template(request: HubRequest, kind: str) -> HttpResponse:
    if kind not in COLUMNS:
        raise Http404("template")
    return download(f"mall-{kind}", written(COLUMNS[kind], [EXAMPLE[kind]]))


@require_safe
@administration
def export(request: HubRequest, kind: str) -> HttpResponse:
    """What the actor administers, in the columns that an import takes."""
    if kind not in COLUMNS:
        raise Http404("export")
    if kind == ImportKind.UNITS:
        units = administered_units(request.actor, at=request.at)
        rows: list[tuple[str, ...]] = [(unit.agency.name, unit.name) for unit in units]
        record("staff.exported", actor=request.actor, at=request.at, objects=units, detail={"kind": kind})
        return download("enheter", written(COLUMNS[kind], rows))
    standing = permitted(Assignment.objects.not_over(at=request.at), request.actor, "administer", at=request.at)
    found = list(standing.select_related("user", "unit__agency").order_by(swedish_order("user__name"), "pk"))
    record("staff.exported", actor=request.actor, at=request.at, objects=found, detail={"kind": kind})
    return download("anvandare", written(COLUMNS[kind], [_as_row(assignment) for assignment in found]))


def _as_row(a: Assignment) -> tuple[str, ...]:
    last = clock.last_day(a.valid_to).isoformat() if a.valid_to else ""
    yes = {True: "ja", False: "nej"}
    return (
        a.user.email,
        a.user.name,
        a.unit.agency.name,
        a.unit.name,
        str(a.get_role_display()),
        yes[a.names_contacts],
        yes[a.user.qualified_social_worker],
        clock.local_day(a.valid_from).isoformat(),
        last,
    )
