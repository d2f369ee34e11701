"""Letters to the family about a meeting: who knows, one letter per person, and noting that they were told (P-M6)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from hub import clock, swedish
from hub.access import find
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted
from meetings import actions, words
from meetings.forms.letters import ClearForm, NumberForm, ToldForm
from meetings.letters import whom
from meetings.letters.paper import render_letter
from meetings.letters.texts import PaperError, languages
from meetings.letters.wording import BLANK, Letter
from meetings.models import CallNumber, FamilyWord, Meeting, MeetingKind
from meetings.views.booking import meeting_for

NO_LETTER = "Det finns inget brev: mötet har börjat, är slut eller gäller bara verksamheterna."


def family_meeting(request: HubRequest, ref: UUID) -> Meeting:
    """A network meeting that the actor leads, with all that its letters are made of."""
    meeting_for(request, ref, "lead")
    rows = Meeting.objects.select_related(
        "case__individual__person", "room", "main__room", "organiser__unit__agency", "organiser__user"
    )
    meeting = rows.get(ref=ref)
    if meeting.kind != MeetingKind.NETWORK:
        raise Http404("no family")
    return meeting


def rows_of(request: HubRequest, meeting: Meeting) -> list[whom.Told]:
    """The family's rows, shown and therefore recorded."""
    rows = whom.told(meeting, request.actor, at=request.at)
    request.trail.show([row.word for row in rows if row.word])
    request.trail.show([row.place for row in rows])
    request.trail.show([row.place.person for row in rows if row.place.person])
    return rows


def row_for(request: HubRequest, meeting: Meeting, ref: UUID) -> whom.Told:
    row = next((row for row in rows_of(request, meeting) if row.place.ref == ref), None)
    if row is None:
        raise Http404(str(ref))
    return row


def letter_of(request: HubRequest, meeting: Meeting, row: whom.Told, code: str = "sv") -> Letter:
    """The letter, for somebody who may have one.

    Raises:
        Conflict: none may go to the person now. PaperError: nobody has reviewed the language.
    """
    if meeting.state not in whom.TELLABLE:
        raise Conflict(NO_LETTER)
    if not row.may_tell:
        raise Conflict(row.why)
    contact = whom.contact_of(meeting, request.actor, at=request.at)
    return whom.letter_to(row, meeting, contact, code=code, at=request.at)


@require_GET
def letters(request: HubRequest, ref: UUID) -> HttpResponse:
    """Who in the family knows of the meeting, and what is left to do."""
    return _letters(request, family_meeting(request, ref), NumberForm())


def _letters(request: HubRequest, meeting: Meeting, form: NumberForm, status: int = 200) -> HttpResponse:
    rows, contact = rows_of(request, meeting), whom.contact_of(meeting, request.actor, at=request.at)
    own = CallNumber.objects.filter(assignment=request.actor.assignment_id).first()
    if not form.is_bound and own is not None:
        form.initial = {"phone": own.phone}
    context: dict[str, object] = {
        "meeting": meeting,
        "when": words.when(meeting, request.at),
        "rows": [(row, whom.BADGE[row.state], told_words(row, request)) for row in rows],
        "open": meeting.state in whom.TELLABLE,
        "decidable": meeting.state in whom.DECIDABLE,
        "left": sum(row.needs for row in rows),
        "alone": any(row.alone for row in rows),
        "contact": contact,
        "form": form,
    }
    return page(request, "meetings/letters.html", context, status=status)


def told_words(row: whom.Told, request: HubRequest) -> str:
    """Läste upp det på telefon 3 mars, Kim Samuelsson"""
    if row.word is None:
        return ""
    day = swedish.day_short(row.word.told_on, clock.local_day(request.at))
    return f"{row.word.get_how_display()} {day}, {row.word.told_by.user.name}"


@require_GET
def letter(request: HubRequest, ref: UUID, place: UUID) -> HttpResponse:
    """One person's letter as it will be read, and as text to copy or read out."""
    return _letter(request, family_meeting(request, ref), place)


def _letter(
    request: HubRequest, meeting: Meeting, ref: UUID, form: ToldForm | None = None, status: int = 200
) -> HttpResponse:
    row = row_for(request, meeting, ref)
    try:
        written = letter_of(request, meeting, row, request.GET.get("sprak", "sv"))
    except PaperError as unfinished:
        context: dict[str, object] = {"meeting": meeting, "row": row, "why": str(unfinished)}
        return page(request, "meetings/letter_missing.html", context, status=404)
    today = clock.local_day(request.at)
    person = row.place.person
    context = {
        "meeting": meeting,
        "row": row,
        "badge": whom.BADGE[row.state],
        "said": told_words(row, request),
        "letter": written,
        "languages": languages() if len(languages()) > 1 else (),
        "other_language": person.language if person and person.language != "svenska" else "",
        "form": form or ToldForm(ways=row.ways, initial={"told_on": today}),
        "no_choice": meeting.case.court_ordered,
        "no_number": BLANK in written.message,
    }
    return page(request, "meetings/letter.html", context, status=status)


@require_GET
def pdf(request: HubRequest, ref: UUID, place: UUID) -> HttpResponse:
    """One person's letter on paper; its name says nothing."""
    meeting = family_meeting(request, ref)
    row = row_for(request, meeting, place)
    try:
        written = letter_of(request, meeting, row, request.GET.get("sprak", "sv"))
    except PaperError as unfinished:
        context: dict[str, object] = {"meeting": meeting, "row": row, "why": str(unfinished)}
        return page(request, "meetings/letter_missing.html", context, status=404)
    request.trail.show([row.place], printed=True)
    response = HttpResponse(
        render_letter(written, printed_on=clock.local_day(request.at)), content_type="application/pdf"
    )
    response["Content-Disposition"] = 'inline; filename="brev.pdf"'
    return response


@require_POST
@once
def told(request: HubRequest, ref: UUID, place: UUID) -> HttpResponse:
    """Somebody has been told."""
    meeting = family_meeting(request, ref)
    row = row_for(request, meeting, place)
    form = ToldForm(request.POST, ways=row.ways)
    status = done(form, lambda: actions.tell_family(row.place, **form.cleaned_data, by=request.actor, at=request.at))
    if status != 200:
        return _letter(request, meeting, place, form, status)
    messages.success(request, f"Det är noterat att {row.name} vet.")
    return redirect("meetings:letters", meeting.ref)


@require_POST
@once
def undo(request: HubRequest, ref: UUID) -> HttpResponse:
    """The note was a mistake."""
    rows = FamilyWord.objects.select_related("meeting__case")
    word = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([word], individual=word.meeting.case.individual_id, case=word.meeting.case_id)
    actions.untell(word, by=request.actor, at=request.at)
    messages.success(request, "Noteringen är borttagen.")
    return redirect("meetings:letters", word.meeting.ref)


@once
def clear(request: HubRequest, ref: UUID, place: UUID) -> HttpResponse:
    """Decide that a guardian may be told, where somebody is protected or in danger."""
    meeting = family_meeting(request, ref)
    row = row_for(request, meeting, place)
    form, status = ClearForm(posted(request)), 200
    if request.method == "POST":
        status = done(
            form, lambda: actions.clear_person(row.place, **form.cleaned_data, by=request.actor, at=request.at)
        )
        if status == 200:
            if meeting.state not in whom.TELLABLE:
                messages.success(request, "Beslutet är sparat. Personen kan få sitt exemplar av protokollet.")
                return redirect("meetings:letters", meeting.ref)
            messages.success(request, "Beslutet är sparat. Brevet finns nu.")
            return redirect("meetings:letter", meeting.ref, place)
    context: dict[str, object] = {"meeting": meeting, "row": row, "form": form}
    return page(request, "meetings/letter_clear.html", context, status=status)


@require_POST
@once
def number(request: HubRequest, ref: UUID) -> HttpResponse:
    """One's own number in letters."""
    meeting = family_meeting(request, ref)
    form = NumberForm(request.POST)
    status = done(
        form,
        lambda: actions.set_call_number(meeting.case, **form.cleaned_data, by=request.actor, at=request.at),
    )
    if status != 200:
        return _letters(request, meeting, form, status)
    messages.success(request, "Numret står i dina brev från och med nu.")
    return redirect("meetings:letters", meeting.ref)
