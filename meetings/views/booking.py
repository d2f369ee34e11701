"""Booking a meeting of a case, and giving it another time or other guests (P-M3, P-M5)."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import escape

from hub import clock
from hub.access import find, require
from hub.calendar_se import next_working_day
from hub.http import HubRequest, once, page
from hub.models import SHARING_PHASES, Case
from hub.views.cases import case_for
from hub.views.deeds import attempt, posted
from meetings import actions, queries, slots, words
from meetings.forms.booking import GuestsForm, VersionForm, WhenForm, filled, proposal, slot_fields
from meetings.models import OCCUPYING, Answer, Meeting
from meetings.queries import Candidate, Kin
from meetings.rhythm import beats
from meetings.slots import Wish
from meetings.taken import TakenDay, taken

#: A booking lies in the middle of the rhythm's last week, or two weeks ahead where there is no rhythm.
AHEAD = timedelta(days=14)


def meeting_for(request: HubRequest, ref: UUID, action: str = "read") -> Meeting:
    """404 for what one may not know of, 403 for what one may not do."""
    rows = Meeting.objects.select_related("case__owner_unit", "room", "main__room", "organiser__user")
    meeting = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([meeting], individual=meeting.case.individual_id, case=meeting.case_id)
    if action != "read":
        require(meeting, request.actor, action, at=request.at)
    return meeting


def proposed_day(case: Case, request: HubRequest) -> date:
    today = clock.local_day(request.at)
    beat = beats([case.pk], at=request.at).get(case.pk)
    wanted = beat.opens + timedelta(days=2) if beat else today + AHEAD
    return next_working_day(max(wanted, today))


def invited(request: HubRequest, case: Case) -> tuple[list[Candidate], list[Kin]]:
    """Whom one may ask, shown and therefore recorded."""
    people = queries.candidates(case, request.actor, at=request.at)
    kin = queries.family(case, request.actor, at=request.at)
    request.trail.show([one.person for one in kin])
    return people, kin


def typed(request: HubRequest) -> dict[str, object] | None:
    """What stands in the fields when only a button that asks or takes a slot was pressed; nothing is judged then."""
    if not any(name in request.POST for name in ("visa", "ta")):
        return None
    standing = {**request.POST.dict(), "family": request.POST.getlist("family")}
    return {**standing, **slot_fields(request.POST.get("ta", ""))}


def taken_on(
    form: WhenForm, people: Sequence[Candidate], wish: Wish, request: HubRequest, but: Meeting | None = None
) -> TakenDay | None:
    """Who cannot on the day in the form, and at its time; None where no day can be read."""
    day, span = form.day_and_span()
    if day is None:
        return None
    return taken(people, day, must=wish.must, may=wish.may, span=span, but=but, at=request.at)


def only_taken(request: HubRequest, form: WhenForm, busy: TakenDay | None) -> HttpResponse | None:
    """The part of the page that changes by itself while one types."""
    if not (request.htmx and "visa" in request.POST):
        return None
    return page(request, "meetings/_taken.html", {"form": form, "taken": busy})


@once
def book(request: HubRequest, ref: UUID) -> HttpResponse:
    """Time, place and who is asked, on one page."""
    case = case_for(request, ref, "lead")
    people, kin = invited(request, case)
    rooms, first = queries.rooms(request.actor, at=request.at), proposed_day(case, request)
    looking = typed(request)
    sent = posted(request) if looking is None else None
    form = WhenForm(sent, rooms=rooms, initial=looking or proposal(first, queries.interpreter_for(kin)))
    guests = GuestsForm(sent, people=people, family=kin, initial=looking)
    made, status = list[Meeting](), 200
    if sent is not None:
        status = _book(request, case, form, guests, made)
        if status == 200:
            messages.success(request, f"Mötet är bokat: {words.when(made[0], request.at)}. De som är kallade får veta.")
            return redirect("meetings:meeting", made[0].ref)
    wish = form.wish(*guests.standing())
    busy = taken_on(form, people, wish, request)
    if (part := only_taken(request, form, busy)) is not None:
        return part
    now = case.phase in SHARING_PHASES
    context: dict[str, object] = {
        "case": case,
        "form": form,
        "guests": guests,
        "taken": busy,
        "best": slots.find(case, people, wish, request.actor, at=request.at) if now else None,
        "took": "ta" in request.POST,
        "not_now": not now,
    }
    return page(request, "meetings/book.html", context, status=status)


def _book(request: HubRequest, case: Case, form: WhenForm, guests: GuestsForm, made: list[Meeting]) -> int:
    if not (form.is_valid() & guests.is_valid()):
        return 422
    before = form.cleaned_data["officials_minutes"]

    def deed() -> None:
        made.append(
            actions.book(case, form.when(), guests.guests(), officials_minutes=before, by=request.actor, at=request.at)
        )

    return attempt(form, deed)


@once
def change(request: HubRequest, ref: UUID) -> HttpResponse:
    """Another time or place."""
    meeting = meeting_for(request, ref, "lead")
    rooms = queries.rooms(request.actor, at=request.at)
    looking = typed(request)
    sent = posted(request) if looking is None else None
    form = WhenForm(sent, rooms=rooms, standing=meeting, initial=looking or filled(meeting))
    version = VersionForm(sent, initial=looking or {"row_version": meeting.row_version})
    status = 200
    if sent is not None:
        status = _change(request, meeting, form, version)
        if status == 200:
            messages.success(request, "Mötet är ändrat. De som är kallade får veta.")
            return redirect("meetings:meeting", meeting.ref)
    people = queries.candidates(meeting.case, request.actor, at=request.at)
    wish = form.wish(*queries.still_asked(meeting, people))
    busy = taken_on(form, people, wish, request, meeting)
    if (part := only_taken(request, form, busy)) is not None:
        return part
    context: dict[str, object] = {
        "meeting": meeting,
        "case": meeting.case,
        "form": form,
        "version": version,
        "taken": busy,
        "best": slots.find(meeting.case, people, wish, request.actor, at=request.at, but=meeting, deputies=False),
        "took": "ta" in request.POST,
        "when": words.when(meeting, request.at),
    }
    return page(request, "meetings/change.html", context, status=status)


def _change(request: HubRequest, meeting: Meeting, form: WhenForm, version: VersionForm) -> int:
    if not (form.is_valid() & version.is_valid()):
        return 422
    seen = version.cleaned_data["row_version"]
    return attempt(
        form,
        lambda: actions.change(meeting, form.when(), row_version=seen, by=request.actor, at=request.at),
    )


@once
def guests(request: HubRequest, ref: UUID) -> HttpResponse:
    """Who is asked; those who stay keep their answer."""
    meeting = meeting_for(request, ref, "lead")
    people, kin = invited(request, meeting.case)
    form = GuestsForm(posted(request), people=people, family=kin, asked=meeting)
    version = VersionForm(posted(request), initial={"row_version": meeting.row_version})
    status = 200
    if request.method == "POST":
        status = _change_guests(request, meeting, form, version)
        if status == 200:
            messages.success(request, "De som är kallade är ändrade.")
            return redirect("meetings:meeting", meeting.ref)
    context: dict[str, object] = {
        "meeting": meeting,
        "case": meeting.case,
        "guests": form,
        "version": version,
        "when": words.when(meeting, request.at),
    }
    _say_who_cannot(form, meeting, people, request)
    return page(request, "meetings/guests.html", context, status=status)


def _say_who_cannot(form: GuestsForm, meeting: Meeting, people: Sequence[Candidate], request: HubRequest) -> None:
    """Beside each: that they have declined, or, of those who are not asked, that they are taken at that time."""
    before = Meeting.objects.filter(main=meeting, state__in=OCCUPYING).values_list("starts_at", flat=True).first()
    span, day = (before or meeting.starts_at, meeting.ends_at), clock.local_day(meeting.starts_at)
    answers = dict(meeting.participants.filter(removed_at=None).values_list("assignment", "answer"))
    others = [who for one in people for who in one.everybody if who.pk not in answers]
    busy = taken(people, day, must=others, span=span, at=request.at)
    said = {row.user_id: row.said for row in busy.rows if row.clashes}
    for name, one in form.people.items():
        hints = [f"{who.user.name}: {said[who.user_id]}." for who in one.everybody if who.user_id in said]
        if answers.get(one.assignment.pk) == Answer.DECLINED:
            hints.insert(0, "Har svarat: kan inte.")
        form.fields[name].help_text = escape(" ".join(hints))


def _change_guests(request: HubRequest, meeting: Meeting, form: GuestsForm, version: VersionForm) -> int:
    if not (form.is_valid() & version.is_valid()):
        return 422
    seen = version.cleaned_data["row_version"]
    return attempt(
        form,
        lambda: actions.change_guests(meeting, form.guests(), row_version=seen, by=request.actor, at=request.at),
    )
