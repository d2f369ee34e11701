"""The screen of a meeting: everything on one page, written in together, and ended with what must stand (P-M7)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hub import clock, swedish
from hub.access import find, may, permitted, require
from hub.context import reverse_or_none
from hub.http import HubRequest, is_first, once, page, uuid_or_none
from hub.joint_text import Saved, Written
from hub.views.deeds import done, posted
from meetings import actions, queries, slots
from meetings import screen as screens
from meetings.actions.holding import EARLY
from meetings.forms.screen import (
    AttendanceForm,
    BreakOffForm,
    CloseForm,
    DecisionForm,
    FollowUpForm,
    NextForm,
    PointTextForm,
)
from meetings.ground import must_leave
from meetings.item_origin import address
from meetings.letter_panels import who_knows
from meetings.models import (
    TOOK_PLACE,
    AgendaPoint,
    Meeting,
    MeetingDecision,
    MeetingKind,
    MeetingState,
    Minutes,
    Participant,
    Room,
)
from meetings.slots import Wish

JSON = "application/json"


def meeting_for(request: HubRequest, ref: UUID, action: str = "lead") -> Meeting:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    rows = Meeting.objects.select_related("case__individual__person", "case__owner_unit", "room")
    meeting = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([meeting], individual=meeting.case.individual_id, case=meeting.case_id)
    if action != "read":
        require(meeting, request.actor, action, at=request.at)
    return meeting


# --- the screen ------------------------------------------------------------------------------------------------------


@require_GET
def hold(request: HubRequest, ref: UUID) -> HttpResponse:
    return shown(request, meeting_for(request, ref))


def shown(request: HubRequest, meeting: Meeting, *, status: int = 200, **forms: object) -> HttpResponse:
    """The page of a meeting in its state; `forms` are those that are shown again with what was wrong."""
    screen = screens.look(meeting, request.actor, at=request.at)
    _trail(request, screen)
    context: dict[str, object] = {
        **_frame(request, meeting),
        **_live(screen),
        **(_forms(request, screen) if meeting.state == MeetingState.OPEN else {}),
    }
    if meeting.state == MeetingState.OPEN and not screen.shut:
        context["blocks"] = blocks = screens.blocks(meeting, request.actor, request.at)
        for block in blocks:
            request.trail.show(block.get("objects", ()))
    if meeting.state == MeetingState.PLANNED:  # not on a screen that the family sees: it can tell who is protected
        context["told"] = told = who_knows(meeting, request.actor, request.at)
        request.trail.show(told["objects"] if told else ())
    failed = forms.pop("follow_failed", None)
    context |= forms
    if isinstance(failed, tuple):
        context["left"] = [
            (decision, failed[1] if decision.pk == failed[0] else form)
            for decision, form in context["left"]  # type: ignore[attr-defined]  # made by _forms
        ]
    return page(request, "meetings/hold.html", context, status=status)


def _trail(request: HubRequest, screen: screens.Screen) -> None:
    case = screen.meeting.case
    request.trail.show(screen.objects, individual=case.individual_id, case=case.pk, ground=screen.ground)


def _frame(request: HubRequest, meeting: Meeting) -> dict[str, object]:
    return {
        "meeting": meeting,
        "kind": str(meeting.get_kind_display()),
        "network": meeting.kind == MeetingKind.NETWORK,
        "name": meeting.case.individual.person.name,
        "when": swedish.moment(meeting.starts_at, request.at),
        "can_start": meeting.state == MeetingState.PLANNED and request.at >= meeting.starts_at - EARLY,
        "starts_from": swedish.moment(meeting.starts_at - EARLY, request.at),
        "meeting_url": reverse_or_none("meetings:meeting", meeting.ref) or "",
        "book_url": reverse_or_none("meetings:book", meeting.case.ref) or "",
        "item_url": address(meeting.case, meeting),
        "minutes_url": _minutes_url(meeting),
    }


def _minutes_url(meeting: Meeting) -> str:
    """The minutes stand when the meeting has ended."""
    if meeting.state not in TOOK_PLACE:
        return ""
    ref = Minutes.objects.filter(meeting=meeting).values_list("ref", flat=True).first()
    return reverse("meetings:minutes", args=[ref]) if ref else ""


def _live(screen: screens.Screen) -> dict[str, object]:
    return {"screen": screen, "meeting": screen.meeting, "open": screen.meeting.state == MeetingState.OPEN}


def _forms(request: HubRequest, screen: screens.Screen) -> dict[str, object]:
    meeting = screen.meeting
    version = {"row_version": meeting.row_version}
    return {
        "attendance_form": AttendanceForm(people=screen.people),
        "decision_form": DecisionForm(
            owners=screens.owners(meeting, request.actor, at=request.at), auto_id="decide_%s"
        ),
        "left": [(decision, _follow_form(decision)) for decision in screen.left],
        "next_form": _next_form(request, meeting, booked=screen.booked is not None),
        "close_form": CloseForm(auto_id="close_%s", initial=version),
        "break_form": BreakOffForm(auto_id="break_%s", initial=version),
    }


def _next_form(request: HubRequest, meeting: Meeting, *, booked: bool, data: Any = None) -> NextForm:
    """With the best times for the same people at the same place, while no next meeting is booked."""
    if booked or meeting.kind != MeetingKind.NETWORK:
        return NextForm(data, auto_id="next_%s")
    people = queries.candidates(meeting.case, request.actor, at=request.at)
    must, may_come, family = queries.still_asked(meeting, people)
    room = room_in_use(request, meeting.room)
    wish = Wish(
        must=must,
        may=may_come,
        family=family,
        form=meeting.form,
        room=room,
        place=meeting.place,
        interpreter=meeting.interpreter,
    )
    found = slots.find_next(meeting, people, wish, request.actor, at=request.at)
    return NextForm(data, auto_id="next_%s", slots=found, moved=room != meeting.room)


def room_in_use(request: HubRequest, room: Room | None) -> Room | None:
    in_use = queries.rooms(request.actor, at=request.at) if room is not None else ()
    return next((one for one in in_use if one == room), None)


def _follow_form(decision: MeetingDecision, data: Any = None) -> FollowUpForm:
    initial = {"row_version": decision.row_version}
    return FollowUpForm(data, auto_id=f"follow_{decision.ref}_%s", initial=initial)


@require_GET
def live(request: HubRequest, ref: UUID) -> HttpResponse:
    """The part that changes by itself; nothing where nothing has changed since `stand`."""
    meeting = meeting_for(request, ref)
    screen = screens.look(meeting, request.actor, at=request.at)
    if request.GET.get("stand") == screen.stamp:
        request.trail.forget()
        return HttpResponse(status=204)
    _trail(request, screen)
    return page(request, "meetings/_hold_live.html", _live(screen))


# --- deeds -----------------------------------------------------------------------------------------------------------


def _back(meeting: Meeting, anchor: str = "") -> HttpResponse:
    return redirect(f"{reverse('meetings:hold', args=[meeting.ref])}{anchor}")


@require_POST
@once
def start(request: HubRequest, ref: UUID) -> HttpResponse:
    meeting = meeting_for(request, ref)
    form = BreakOffForm({})  # it has no fields to fill in; what is wrong is said above
    form.fields.clear()
    status = done(form, lambda: actions.open_meeting(meeting, by=request.actor, at=request.at))
    return _back(meeting) if status == 200 else shown(request, meeting, status=status, start_form=form)


@require_POST
@once
def attendance(request: HubRequest, ref: UUID) -> HttpResponse:
    meeting = meeting_for(request, ref)
    form = AttendanceForm(request.POST, people=screens.people_of(meeting, request.actor, at=request.at))
    return _deed(
        request,
        meeting,
        "attendance_form",
        form,
        lambda: actions.note_attendance(meeting, form.noted(), by=request.actor, at=request.at),
        said="Närvaron är sparad.",
    )


def _deed(
    request: HubRequest,
    meeting: Meeting,
    name: str,
    form: BaseForm,
    deed: Callable[[], Any],
    *,
    said: str = "",
    anchor: str = "",
) -> HttpResponse:
    """Do what a form of the screen asks and show the screen, where it is shown again if it could not be done."""
    status = done(form, deed)
    if status != 200:
        meeting.refresh_from_db()
        return shown(request, meeting, status=status, **{name: form})
    if said:
        messages.success(request, said)
    return _back(meeting, anchor)


@require_POST
@once
def step(request: HubRequest, ref: UUID) -> HttpResponse:
    """Somebody leaves what is confidential, or comes back to it."""
    meeting = meeting_for(request, ref)
    rows = Participant.objects.filter(meeting=meeting).select_related("meeting__case")
    who = find(rows, request.actor, at=request.at, ref=uuid_or_none(request.POST.get("who", "")))
    actions.step_out(who, back=request.POST.get("do") == "in", by=request.actor, at=request.at)
    return _back(meeting)


@require_POST
@once
def decide(request: HubRequest, ref: UUID) -> HttpResponse:
    meeting = meeting_for(request, ref)
    owners = screens.owners(meeting, request.actor, at=request.at)
    form = DecisionForm(request.POST, owners=owners, auto_id="decide_%s")

    def deed() -> MeetingDecision:
        data = form.cleaned_data
        owner = form.owners[data["owner"]]
        return actions.decide(
            meeting, data["text"], owner=owner, due_on=data["due_on"], by=request.actor, at=request.at
        )

    return _deed(request, meeting, "decision_form", form, deed, said="Beslutet är sparat.", anchor="#beslut")


@require_POST
@once
def follow(request: HubRequest, ref: UUID) -> HttpResponse:
    """How it went with what an earlier meeting decided."""
    meeting = meeting_for(request, ref)
    decision = decision_for(request, uuid_or_none(request.POST.get("decision", "")))
    if decision.meeting.case_id != meeting.case_id:
        raise Http404("MeetingDecision")
    form = _follow_form(decision, request.POST)
    status = done(form, lambda: _follow(request, decision, form))
    if status != 200:
        return shown(request, meeting, status=status, follow_failed=(decision.pk, form), follow_form=form)
    return _back(meeting, "#sedan-sist")


def decision_for(request: HubRequest, ref: UUID | None) -> MeetingDecision:
    rows = MeetingDecision.objects.select_related("meeting__case", "owner__user")
    return find(rows, request.actor, at=request.at, ref=ref)


def _follow(request: HubRequest, decision: MeetingDecision, form: FollowUpForm) -> MeetingDecision:
    version = form.cleaned_data["row_version"]
    return actions.follow_up(decision, form.how(), row_version=version, by=request.actor, at=request.at)


@require_POST
@once
def book_next(request: HubRequest, ref: UUID) -> HttpResponse:
    """The next meeting of the same people at the same place, before anybody leaves."""
    meeting = meeting_for(request, ref)
    form = _next_form(request, meeting, booked=False, data=request.POST)
    return _deed(
        request,
        meeting,
        "next_form",
        form,
        lambda: _book(request, meeting, form),
        said="Nästa möte är bokat, och de som är kallade har fått veta det.",
        anchor="#nasta",
    )


def _book(request: HubRequest, meeting: Meeting, form: NextForm) -> Meeting:
    begins, ends = form.period()
    room = meeting.room
    if room_in_use(request, room) != room:  # the chosen time is somewhere else; of a typed one the action says so
        rooms = {str(one.ref): one for one in queries.rooms(request.actor, at=request.at)}
        room = rooms.get(form.room, room)
    when = actions.When(
        begins,
        ends,
        form=meeting.form,
        room=room,
        place=meeting.place,
        link=meeting.link,
        interpreter=meeting.interpreter,
        despite=form.cleaned_data["despite"],
    )
    people = queries.candidates(meeting.case, request.actor, at=request.at)
    guests = actions.Guests(*queries.still_asked(meeting, people))
    return actions.book(meeting.case, when, guests, by=request.actor, at=request.at)


@require_POST
@once
def close(request: HubRequest, ref: UUID) -> HttpResponse:
    meeting = meeting_for(request, ref)
    form = CloseForm(request.POST, auto_id="close_%s")

    def deed() -> Meeting:
        data = form.cleaned_data
        return actions.close_held(
            meeting, no_next=data["no_next"], row_version=data["row_version"], by=request.actor, at=request.at
        )

    return _deed(request, meeting, "close_form", form, deed, said="Mötet är avslutat.")


@require_POST
@once
def break_off(request: HubRequest, ref: UUID) -> HttpResponse:
    meeting = meeting_for(request, ref)
    form = BreakOffForm(request.POST, auto_id="break_%s")

    def deed() -> Meeting:
        data = form.cleaned_data
        return actions.break_off(
            meeting, reason=data["reason"], row_version=data["row_version"], by=request.actor, at=request.at
        )

    return _deed(request, meeting, "break_form", form, deed, said="Mötet är avbrutet.")


# --- writing together ------------------------------------------------------------------------------------------------


@require_POST
def text(request: HubRequest, ref: UUID) -> HttpResponse:
    """Save what is typed. A script is answered with the joined text, a form with the page."""
    meeting = meeting_for(request, ref)
    about = _written_about(request, meeting)
    form = PointTextForm(request.POST)
    made: list[Saved] = []
    status = done(form, lambda: made.append(_save(request, about, form)))
    wants_json = request.headers.get("Accept") == JSON
    if status != 200:
        if wants_json:
            return JsonResponse({"errors": [str(e) for errors in form.errors.values() for e in errors]}, status=status)
        return shown(request, meeting, status=status, text_form=form, text_key=str(about.ref))
    if wants_json:
        return JsonResponse(_answer(request, meeting, about, made[0]))
    _tell(request, made[0])
    return _back(meeting, f"#p-{about.ref}")


def _written_about(request: HubRequest, meeting: Meeting) -> AgendaPoint | Participant:
    """The point, or the one of the family, that the form names."""
    key = uuid_or_none(request.POST.get("about", ""))
    if key is None:
        raise Http404("AgendaPoint")
    points = AgendaPoint.objects.filter(meeting=meeting).select_related("meeting__case")
    found = permitted(points, request.actor, at=request.at).filter(ref=key).first()
    if found is not None:
        return found
    rows = Participant.objects.filter(meeting=meeting, removed_at=None, person__isnull=False)
    return find(rows.select_related("meeting__case"), request.actor, at=request.at, ref=key)


def _save(request: HubRequest, about: AgendaPoint | Participant, form: PointTextForm) -> Saved:
    """Save, once by its key: who got no answer sends the same again, and others may have written between (P-Q3)."""
    data = form.cleaned_data
    if not is_first(request):
        about.refresh_from_db()
        if isinstance(about, AgendaPoint):
            return Saved(about.text, about.text_version)
        return Saved(about.own_words, about.row_version)
    written = Written(data["text"], data["version"], data["base"] if "base" in request.POST else None)
    write = actions.write_point if isinstance(about, AgendaPoint) else actions.own_words
    return write(about, written, by=request.actor, at=request.at)  # type: ignore[arg-type]  # each with its own


def _answer(request: HubRequest, meeting: Meeting, about: AgendaPoint | Participant, saved: Saved) -> dict[str, Any]:
    """The joined text; only that it is saved while somebody present may not hear it (the attendance gate)."""
    people = screens.people_of(meeting, request.actor, at=request.at)
    shut = must_leave(meeting, [one for one, _name in people], at=request.at)
    if not shut:
        request.trail.show([about], individual=meeting.case.individual_id, case=meeting.case_id)
    words = f"Sparat {clock.local(request.at):%H.%M.%S}"
    if isinstance(about, AgendaPoint):
        words = screens.saved_words([about.pk], at=request.at).get(about.pk, words)
    return {
        "version": saved.version,
        "text": None if shut else saved.text,
        "clash": saved.clash,
        "saved": words,
    }


def _tell(request: HubRequest, saved: Saved) -> None:
    if saved.clash:
        messages.warning(request, "Ni skrev samtidigt på samma ställe. Båda texterna finns kvar. Läs igenom.")
    elif saved.merged:
        messages.info(request, "Sparat, tillsammans med det som någon annan skrev samtidigt.")
    else:
        messages.success(request, "Sparat.")


# --- one decision ----------------------------------------------------------------------------------------------------


@once
def decision(request: HubRequest, ref: UUID) -> HttpResponse:
    """What somebody is to do: whose it is says how it went, between meetings (P-M7)."""
    found = decision_for(request, ref)
    case = found.meeting.case
    request.trail.show([found], individual=case.individual_id, case=case.pk)
    data = posted(request)
    form = _follow_form(found, data)
    status = 200
    if data is not None:
        require(found, request.actor, "follow_up", at=request.at)
        status = done(form, lambda: _follow(request, found, form))
        if status == 200:
            messages.success(request, "Sparat. Det tas upp på nästa möte.")
            return redirect("meetings:decision", found.ref)
    context: dict[str, object] = {
        "decision": found,
        "number": case.number,
        "form": form,
        "may_follow": not found.result and may(found, request.actor, "follow_up", at=request.at),
    }
    return page(request, "meetings/decision.html", context, status=status)
