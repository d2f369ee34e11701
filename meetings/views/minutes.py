"""Minutes on the page and on paper: read, read through and approved, corrected, handed to the family (P-M8)."""

from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from consent.models import InformationItem
from hub import clock, swedish
from hub.access import find, may, permitted, require
from hub.http import HubRequest, once, page, uuid_or_none
from hub.views.deeds import done, posted, shown_again
from meetings import actions, minutes_reading, words
from meetings.forms.minutes import AddendumForm, MinutesForm
from meetings.minutes import MINUTES_SECTION, Line, Section, compose
from meetings.minutes_due import due_at
from meetings.minutes_reading import Reading, Recipient
from meetings.models import AgendaPoint, Minutes, MinutesParagraph, MinutesState
from meetings.paper import COMPACT, Sheet, render, sheet_of

APPROVE = "justera"


def minutes_for(request: HubRequest, ref: UUID, action: str = "read") -> Minutes:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    rows = Minutes.objects.select_related(
        "meeting__case__individual__person",
        "meeting__case__owner_unit",
        "meeting__room",
        "meeting__main__room",
        "approved_by__user",
    )
    found = find(rows, request.actor, at=request.at, ref=ref)
    case = found.meeting.case
    request.trail.show([found, found.meeting], individual=case.individual_id, case=case.pk)
    if action != "read":
        require(found, request.actor, action, at=request.at)
    return found


def recipient_for(request: HubRequest, minutes: Minutes, ref: UUID | None) -> Recipient:
    """Whom a copy is for; 404 for anybody else.

    Raises:
        Denied: the copy is not the actor's to hand over.
    """
    require(minutes, request.actor, "give_family", at=request.at)
    rows = minutes_reading.recipients(minutes, request.actor, at=request.at)
    found = next((one for one in rows if one.participant.ref == ref), None)
    if found is None:
        raise Http404("Participant")
    return found


def asked_for(request: HubRequest) -> UUID | Literal["nobody"] | None:
    """Whose copy the address asks for."""
    wanted = request.GET.get("for", "")
    return (uuid_or_none(wanted) or "nobody") if wanted else None


def reading_for(
    request: HubRequest, minutes: Minutes, *, for_person: UUID | Literal["nobody"] | None, printed: bool = False
) -> Reading:
    """The actor's own reading, or one person's copy; noted in the trail."""
    if for_person:
        who = recipient_for(request, minutes, None if for_person == "nobody" else for_person)
        reading = minutes_reading.family_copy(minutes, who, request.actor, at=request.at)
    else:
        reading = minutes_reading.read(minutes, request.actor, at=request.at)
    case = minutes.meeting.case
    request.trail.show(
        reading.objects, individual=case.individual_id, case=case.pk, ground=reading.ground, printed=printed
    )
    return reading


def frame(request: HubRequest, minutes: Minutes) -> dict[str, Any]:
    """What stands around every page of minutes; whose meeting it was is said only to who leads."""
    meeting, draft = minutes.meeting, minutes.state == MinutesState.DRAFT
    whole = may(minutes, request.actor, "read_whole", at=request.at)
    return {
        "minutes": minutes,
        "meeting": meeting,
        "draft": draft,
        "kind": str(meeting.get_kind_display()),
        "number": meeting.case.number,
        "name": meeting.case.individual.person.name if whole else "",
        "when": words.when(meeting, request.at),
        "approved": swedish.moment(minutes.approved_at, request.at) if minutes.approved_at else "",
        "approver": minutes.approved_by.user.name if minutes.approved_by else "",
        "due": swedish.day(clock.last_day(due_at(minutes))) if draft else "",
        "late": draft and request.at >= due_at(minutes),
    }


@require_GET
def minutes(request: HubRequest, ref: UUID) -> HttpResponse:
    """What this reader gets of it now; for who leads also the family's copies, one person at a time."""
    found = minutes_for(request, ref)
    reading = reading_for(request, found, for_person=asked_for(request))
    copies = minutes_reading.recipients(found, request.actor, at=request.at)
    request.trail.show([one.participant for one in copies])
    context = {
        **frame(request, found),
        "reading": reading,
        "copies": copies,
        "choices": _choices(found, reading, copies),
        "fileable": _fileable(request, reading),
        "recipient_ref": str(reading.recipient.ref) if reading.recipient else "",
        "compact": COMPACT,
        "paper": may(found, request.actor, "print", at=request.at) and found.state == MinutesState.APPROVED,
        "may_write": may(found, request.actor, "write", at=request.at),
        "may_approve": may(found, request.actor, "approve", at=request.at),
        "may_correct": may(found, request.actor, "correct", at=request.at) and reading.recipient is None,
    }
    return page(request, "meetings/minutes.html", context)


def _fileable(request: HubRequest, reading: Reading) -> set[int]:
    """Ids of items in approved minutes that the reader may take to the own file, while they are readable (P-A4)."""
    if reading.minutes.state != MinutesState.APPROVED or reading.recipient is not None:
        return set()
    shown = [row.item.item.pk for part in reading.parts for row in part.rows if row.item]
    rows = permitted(InformationItem.objects.filter(pk__in=shown), request.actor, "file", at=request.at)
    return set(rows.values_list("pk", flat=True)) if shown else set()


def _choices(found: Minutes, reading: Reading, copies: list[Recipient]) -> list[dict[str, Any]]:
    """The whole, and a copy for each of the family."""
    here = reverse("meetings:minutes", args=[found.ref])
    own = [
        {
            "label": f"{one.name}, {one.relation.lower()}",
            "url": f"{here}?for={one.participant.ref}",
            "current": reading.recipient == one.participant,
        }
        for one in copies
    ]
    return [{"label": "Hela protokollet", "url": here, "current": reading.recipient is None}, *own]


@once
def approve(request: HubRequest, ref: UUID) -> HttpResponse:
    """Read through, mended, and approved: a draft that is saved stays a draft."""
    found = minutes_for(request, ref, "write")
    lines = compose(found.meeting, request.actor, request.at)
    points = list(AgendaPoint.objects.filter(meeting=found.meeting))
    form = MinutesForm(
        posted(request),
        points=points,
        lines=lines,
        wording=found.wording,
        initial={"row_version": found.row_version},
    )
    status, approving = 200, request.POST.get("do") == APPROVE
    if request.method == "POST":
        if approving:
            require(found, request.actor, "approve", at=request.at)
        status = done(form, lambda: _saved(request, found, form, approving=approving))
        if status == 200:
            said = "Protokollet är justerat." if approving else "Utkastet är sparat."
            messages.success(request, said)
            return redirect("meetings:minutes", found.ref)
        if status == 409:
            found.refresh_from_db()
            shown_again(form, row_version=str(found.row_version), **form.with_theirs(found.wording))
    reading = minutes_reading.drafted(found, lines, request.actor, at=request.at)
    request.trail.show(reading.objects, ground=reading.ground)
    context = {
        **frame(request, found),
        "form": form,
        "blocks": _blocks(form, points, lines),
        "may_approve": may(found, request.actor, "approve", at=request.at),
    }
    return page(request, "meetings/minutes_approve.html", context, status=status)


def _saved(request: HubRequest, found: Minutes, form: MinutesForm, *, approving: bool) -> None:
    version = form.cleaned_data["row_version"]
    by, at = request.actor, request.at
    kept = actions.save_minutes(found, form.mended(), row_version=version, by=by, at=at)
    if approving:
        actions.approve_minutes(kept, row_version=kept.row_version, by=by, at=at)


def _blocks(form: MinutesForm, points: list[AgendaPoint], lines: list[tuple[Section, Line]]) -> list[dict[str, Any]]:
    """Each section with its lines, and the fields of those that can be mended; every point, with a text or not."""
    found: list[dict[str, Any]] = []
    for part in sorted(MINUTES_SECTION, key=lambda each: each.order):
        own = [line for each, line in lines if each.slug == part.slug]
        rows = [_row(form, line) for line in own if not line.key.startswith("point:")]
        if part.slug == "points":
            rows = [_point(form, point) for point in points] + [_row(form, line) for line in own if line.item]
        if rows:
            found.append({"heading": part.heading, "rows": rows})
    return found


def _point(form: MinutesForm, point: AgendaPoint) -> dict[str, Any]:
    text, version = form.text_fields(point)
    return {"field": text, "version": version, "plain": form.plain_field(f"point:{point.ref}"), "about": point.title}


def _row(form: MinutesForm, line: Line) -> dict[str, Any]:
    plain = form.plain_field(line.key) if line.key else None
    return {"title": line.title, "text": line.text, "plain": plain, "about": line.title}


@once
def addendum(request: HubRequest, ref: UUID) -> HttpResponse:
    """A correction of approved minutes; what was approved stays."""
    found = minutes_for(request, ref, "correct")
    rows = permitted(MinutesParagraph.objects.filter(minutes=found, item=None), request.actor, at=request.at)
    paragraphs = list(rows.order_by("order"))
    request.trail.show(paragraphs)
    form, status = AddendumForm(posted(request), paragraphs=paragraphs), 200
    if request.method == "POST":

        def deed() -> None:
            text, about = form.cleaned_data["text"], form.paragraph()
            actions.add_addendum(found, text, paragraph=about, shared=form.shared, by=request.actor, at=request.at)

        status = done(form, deed)
        if status == 200:
            messages.success(request, "Rättelsen är skriven. Den syns bredvid det som justerades.")
            return redirect("meetings:minutes", found.ref)
    return page(request, "meetings/minutes_addendum.html", {**frame(request, found), "form": form}, status=status)


@require_GET
def minutes_pdf(request: HubRequest, ref: UUID) -> HttpResponse:
    """The same reading on paper, logged as printed; never for who reads on screen only (P-A14), never of a draft."""
    found = minutes_for(request, ref, "print")
    if found.state != MinutesState.APPROVED:
        raise Http404("Minutes")
    reading = reading_for(request, found, for_person=asked_for(request), printed=True)
    sheet: Sheet = sheet_of(reading, printed_on=clock.local_day(request.at))
    response = HttpResponse(render(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="protokoll-{found.meeting.case.number}.pdf"'
    return response
