"""The meetings ahead with the rhythm beside them, the page of one meeting, answers, and what did not come about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from hub import swedish
from hub.access import Denied, find, may, permitted
from hub.http import HubRequest, once, page, uuid_or_none
from hub.views.deeds import attempt, done, posted
from meetings import actions, queries, words
from meetings.forms.booking import AnswerForm, ReasonForm
from meetings.groups.queries import ahead_of, row_of
from meetings.models import OCCUPYING, Answer, Meeting, MeetingState, Participant
from meetings.panels import panels
from meetings.proposals import may_plan
from meetings.views.booking import meeting_for

#: Meetings of groups beside those of cases: of this and the next week.
SOON, MOST_OF_GROUPS = timedelta(days=14), 10


@require_GET
def meetings(request: HubRequest) -> HttpResponse:
    """What comes, by day; and for those who lead, every case of theirs in its rhythm."""
    actor, at = request.actor, request.at
    ahead, later = queries.meetings_ahead(actor, at=at, after=uuid_or_none(request.GET.get("efter", "")))
    rhythm, more = queries.rhythm_page(actor, at=at, after=uuid_or_none(request.GET.get("rytm", "")))
    for row in ahead:
        meeting = row.meeting
        request.trail.show([meeting], individual=meeting.case.individual_id, case=meeting.case_id)
    for case in (row.case for row in rhythm):
        request.trail.show([case], individual=case.individual_id, case=case.pk)
    of_groups = list(ahead_of(actor, since=at, until=at + SOON, at=at).filter(state__in=OCCUPYING)[:MOST_OF_GROUPS])
    request.trail.show(of_groups)
    context: dict[str, object] = {
        "of_groups": [row_of(one, at) for one in of_groups],
        "days": queries.by_day(ahead, at),
        "rhythm": rhythm,
        "later": f"?efter={later}" if later else "",
        "first": "?" if request.GET else "",
        "more": f"?rytm={more}#rytmen" if more else "",
        "answers": words.ANSWERS,
        "plans": may_plan(actor, at=at),
    }
    return page(request, "meetings/meetings.html", context)


@require_GET
def meeting(request: HubRequest, ref: UUID) -> HttpResponse:
    """Time and place for everybody asked; the rest in blocks, each by its own rule."""
    found, actor, at = meeting_for(request, ref), request.actor, request.at
    blocks = panels(found, actor, at)
    for block in blocks:
        request.trail.show(block.get("objects", ()))
    place = permitted(found.participants.filter(assignment=actor.assignment_id), actor, at=at).first()
    planned, leads = found.state == MeetingState.PLANNED, may(found, actor, "lead", at=at)
    before = permitted(Meeting.objects.filter(main=found), actor, at=at).first()
    main = permitted(Meeting.objects.filter(pk=found.main_id), actor, at=at).first() if found.main_id else None
    context: dict[str, object] = {
        "meeting": found,
        "when": words.when(found, at),
        "facts": [
            *_facts(found, at, before),
            ("Tolk", found.interpreter.capitalize() if may(found, actor, "read_whole", at=at) else ""),
            ("Hålls fast någon var upptagen", found.despite if leads else ""),
        ],
        "badge": words.STATE_BADGE[MeetingState(found.state)],
        "panels": blocks,
        "place": place,
        "answers": words.ANSWERS if queries.is_to_answer(found, place, actor) else (),
        "main": main,
        "leads": leads and planned and main is None,
        "begun": at >= found.starts_at,
        "reason": found.reason if leads else "",
        "readable": may(found.case, actor, "read", at=at),
    }
    return page(request, "meetings/meeting.html", context)


def _facts(found: Meeting, at: Any, before: Meeting | None) -> list[tuple[str, str]]:
    return [
        ("Tid", words.when(found, at)),
        ("Tjänstemannamöte före", words.hours(before.starts_at, before.ends_at) if before else ""),
        ("Hur", str(found.get_form_display())),
        ("Plats", words.where(found)),
        ("Kallad av", found.organiser.user.name),
        ("Bokat", swedish.moment(found.booked_at, at)),
    ]


@require_POST
@once
def answer(request: HubRequest, ref: UUID) -> HttpResponse:
    """One's own answer; or, of whoever leads, what somebody else has said by word."""
    found = meeting_for(request, ref)
    form = AnswerForm(request.POST)
    whom = request.POST.get("vem", "")
    if done(form, lambda: _answer(request, found, whom, form.cleaned_data["answer"])) != 200:
        messages.error(request, "Svaret gick inte att spara. Välj Kommer, Kanske eller Kan inte.")
    else:
        messages.success(request, "Svaret är sparat.")
    back = "meetings:meetings" if request.POST.get("till") == "listan" else ""
    return redirect(back) if back else redirect("meetings:meeting", found.ref)


def _answer(request: HubRequest, found: Meeting, whom: str, said: str) -> None:
    if not whom:
        answer_own(found, said, request)
        return
    rows = Participant.objects.select_related("meeting__case")
    place = find(rows, request.actor, at=request.at, meeting=found, ref=uuid_or_none(whom))
    actions.told_answer(place, said, by=request.actor, at=request.at)


def answer_own(found: Meeting, said: str, request: HubRequest) -> None:
    """Answer for oneself; an answer to the network meeting is also one to the tjänstemannamöte that waits for one.

    Raises:
        Denied: not asked to it, or it is not planned any more.
    """
    mine = Participant.objects.filter(assignment_id=request.actor.assignment_id, removed_at=None)
    place = mine.filter(meeting=found).select_related("meeting__case").first()
    if place is None:
        raise Denied("answer", found)
    actions.answer(place, said, by=request.actor, at=request.at)
    before = mine.filter(meeting__main=found, answer=Answer.WAITING).select_related("meeting__case").first()
    if before is not None and may(before, request.actor, "answer", at=request.at):
        actions.answer(before, said, by=request.actor, at=request.at)


@once
def cancel(request: HubRequest, ref: UUID) -> HttpResponse:
    """Call it off, with a reason."""
    return _ended(
        request, ref, actions.cancel, "meetings/cancel.html", "Mötet är inställt. De som är kallade får veta."
    )


@once
def not_held(request: HubRequest, ref: UUID) -> HttpResponse:
    """It did not come about."""
    return _ended(request, ref, actions.not_held, "meetings/not_held.html", "Det är noterat. Boka ett nytt möte.")


def _ended(request: HubRequest, ref: UUID, verb: Callable[..., Meeting], template: str, said: str) -> HttpResponse:
    found = meeting_for(request, ref, "lead")
    form, status = ReasonForm(posted(request), initial={"row_version": found.row_version}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = attempt(form, lambda: verb(found, **form.cleaned_data, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, said)
            return redirect("meetings:meeting", found.ref)
    context: dict[str, object] = {"meeting": found, "form": form, "when": words.when(found, request.at)}
    return page(request, template, context, status=status)
