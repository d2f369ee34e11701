"""One meeting of a group: before, while it is held, and its minutes afterwards, at the same address (P-M7, P-M8)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hub import clock, swedish
from hub.access import Denied, find, may, require
from hub.http import HubRequest, is_first, once, page, uuid_or_none
from hub.joint_text import Saved, Written
from hub.views.deeds import done, posted
from meetings import actions, words
from meetings.actions.holding import EARLY
from meetings.forms.groups import (
    AdditionForm,
    GroupAttendanceForm,
    GroupCloseForm,
    GroupReasonForm,
    GroupTextForm,
    GroupVersionForm,
    GuardedForm,
    MeasureForm,
    ProgressForm,
)
from meetings.groups import minutes, queries
from meetings.groups.queries import GroupScreen
from meetings.models import TOOK_PLACE, Answer, GroupAttendee, GroupMeasure, GroupMeeting, GroupPoint, MeetingState
from meetings.views.group_meetings import group_meeting_for

JSON = "application/json"


@require_GET
def meeting(request: HubRequest, ref: UUID) -> HttpResponse:
    return shown(request, group_meeting_for(request, ref))


def shown(request: HubRequest, found: GroupMeeting, *, status: int = 200, **forms: object) -> HttpResponse:
    """The page of a meeting in its state; `forms` are those that are shown again with what was wrong."""
    screen = queries.look(found, request.actor, at=request.at)
    request.trail.show(screen.objects)
    leads = may(found, request.actor, "lead", at=request.at)
    context: dict[str, object] = {**_frame(request, screen, leads), **_live(screen), "leads": leads}
    if found.state == MeetingState.OPEN and leads:
        context |= _forms(request, screen)
    if found.state in TOOK_PLACE and leads:
        context["approve_form"] = GroupVersionForm(initial={"row_version": found.row_version}, auto_id="approve_%s")
        context["addition_form"] = AdditionForm(auto_id="add_%s")
    failed = forms.pop("follow_failed", None)
    if isinstance(failed, tuple):
        context["left"] = [
            (one, failed[1] if one.pk == failed[0] else form, taken)
            for one, form, taken in context["left"]  # type: ignore[attr-defined]  # made by _forms
        ]
    return page(request, "meetings/groups/meeting.html", context | forms, status=status)


def _frame(request: HubRequest, screen: GroupScreen, leads: bool) -> dict[str, object]:
    found, at = screen.meeting, request.at
    planned = found.state == MeetingState.PLANNED
    place = next((one for one in screen.people if one.assignment_id == request.actor.assignment_id), None)
    asks = planned and place is not None and found.organiser_id != request.actor.assignment_id
    return {
        "group": found.group,
        "when": queries.when(found, at),
        "badge": words.STATE_BADGE[MeetingState(found.state)],
        "facts": [
            ("Tid", queries.when(found, at)),
            ("Hur", str(found.get_form_display())),
            ("Plats", queries.where(found)),
            ("Kallad av", found.organiser.user.name),
        ],
        "answered": [(one, words.ANSWER_BADGE[one.answer], _organises(one, found)) for one in screen.people],
        "place": place,
        "answers": words.ANSWERS if asks else (),
        "took_place": found.state in TOOK_PLACE,
        "begun": at >= found.starts_at,
        "can_start": leads and planned and at >= found.starts_at - EARLY,
        "starts_from": swedish.moment(found.starts_at - EARLY, at),
        "agenda": [*found.group.agenda, *found.own_points],
        "today": clock.local_day(at),
        "prints": may_print(request),
    }


def _organises(one: GroupAttendee, found: GroupMeeting) -> bool:
    return one.answer == Answer.WAITING and one.assignment_id == found.organiser_id


def may_print(request: HubRequest) -> bool:
    """Leisure reads on screen only (P-A14)."""
    return not minutes.screen_only(request.actor)


def _live(screen: GroupScreen) -> dict[str, object]:
    going_on = screen.meeting.state == MeetingState.OPEN
    return {"screen": screen, "meeting": screen.meeting, "open": going_on}


def _forms(request: HubRequest, screen: GroupScreen) -> dict[str, object]:
    found = screen.meeting
    owners = queries.owners_of(found.group, request.actor, at=request.at)
    return {
        "attendance_form": GroupAttendanceForm(people=screen.people),
        "measure_form": MeasureForm(owners=owners, auto_id="measure_%s"),
        "left": [(one, progress_form(one), one.pk in screen.taken) for one in screen.left],
        "close_form": GroupCloseForm(auto_id="close_%s", initial={"row_version": found.row_version}),
        "break_form": GroupReasonForm(auto_id="break_%s", initial={"row_version": found.row_version}),
    }


def progress_form(measure: GroupMeasure, data: Any = None) -> ProgressForm:
    return ProgressForm(data, auto_id=f"follow_{measure.ref}_%s", initial={"row_version": measure.row_version})


@require_GET
def live(request: HubRequest, ref: UUID) -> HttpResponse:
    """The part that changes by itself; nothing where nothing has changed since `stand`."""
    found = group_meeting_for(request, ref)
    screen = queries.look(found, request.actor, at=request.at)
    if request.GET.get("stand") == screen.stamp:
        request.trail.forget()
        return HttpResponse(status=204)
    request.trail.show(screen.objects)
    return page(request, "meetings/groups/_live.html", _live(screen))


# --- deeds -----------------------------------------------------------------------------------------------------------


def _back(found: GroupMeeting, anchor: str = "") -> HttpResponse:
    return redirect(f"{reverse('meetings:group_meeting', args=[found.ref])}{anchor}")


def _deed(
    request: HubRequest, found: GroupMeeting, name: str, form: BaseForm, deed: Callable[[], Any], said: str, anchor: str
) -> HttpResponse:
    """Do what a form of the page asks and show the page, where it is shown again if it could not be done."""
    status = form.do(deed) if isinstance(form, GuardedForm) else done(form, deed)
    if status != 200:
        found.refresh_from_db()
        return shown(request, found, status=status, **{name: form})
    if said:
        messages.success(request, said)
    return _back(found, anchor)


@require_POST
@once
def start(request: HubRequest, ref: UUID) -> HttpResponse:
    found = group_meeting_for(request, ref, "lead")
    form = GroupVersionForm({})  # it has no fields to fill in; what is wrong is said above
    form.fields.clear()
    deed = lambda: actions.open_group_meeting(found, by=request.actor, at=request.at)  # noqa: E731 - short, once
    return _deed(request, found, "start_form", form, deed, "", "")


@require_POST
@once
def attendance(request: HubRequest, ref: UUID) -> HttpResponse:
    found = group_meeting_for(request, ref, "lead")
    people = queries.look(found, request.actor, at=request.at).people
    form = GroupAttendanceForm(request.POST, people=people)

    def deed() -> None:
        actions.note_group_attendance(found, form.noted(), by=request.actor, at=request.at)

    return _deed(request, found, "attendance_form", form, deed, "Närvaron är sparad.", "#narvaro")


@require_POST
@once
def agree(request: HubRequest, ref: UUID) -> HttpResponse:
    """Something that the group agrees to do."""
    found = group_meeting_for(request, ref, "lead")
    owners = queries.owners_of(found.group, request.actor, at=request.at)
    form = MeasureForm(request.POST, owners=owners, auto_id="measure_%s")

    def deed() -> GroupMeasure:
        return actions.agree_measure(found, form.what(), by=request.actor, at=request.at)

    return _deed(request, found, "measure_form", form, deed, "Åtgärden är sparad.", "#atgarder")


@require_POST
@once
def follow(request: HubRequest, ref: UUID) -> HttpResponse:
    """How it goes with what an earlier meeting agreed."""
    found = group_meeting_for(request, ref, "lead")
    rows = GroupMeasure.objects.filter(meeting__group=found.group_id).select_related("meeting__group")
    measure = find(rows, request.actor, at=request.at, ref=uuid_or_none(request.POST.get("measure", "")))
    form = progress_form(measure, request.POST)

    def deed() -> GroupMeasure:
        seen = form.cleaned_data["row_version"]
        return actions.follow_up_measure(
            measure, form.how(), meeting=found, row_version=seen, by=request.actor, at=request.at
        )

    status = form.do(deed)
    if status != 200:
        failed = (measure.pk, form)
        return shown(request, found, status=status, follow_failed=failed, follow_form=form)
    return _back(found, "#sedan-sist")


@require_POST
@once
def close(request: HubRequest, ref: UUID) -> HttpResponse:
    found = group_meeting_for(request, ref, "lead")
    form = GroupCloseForm(request.POST, auto_id="close_%s")

    def deed() -> GroupMeeting:
        return actions.close_group_meeting(found, **form.cleaned_data, by=request.actor, at=request.at)

    return _deed(request, found, "close_form", form, deed, "Mötet är avslutat. Läs igenom och justera.", "")


@require_POST
@once
def break_off(request: HubRequest, ref: UUID) -> HttpResponse:
    found = group_meeting_for(request, ref, "lead")
    form = GroupReasonForm(request.POST, auto_id="break_%s")

    def deed() -> GroupMeeting:
        return actions.break_off_group_meeting(found, **form.cleaned_data, by=request.actor, at=request.at)

    return _deed(request, found, "break_form", form, deed, "Mötet är avbrutet. Läs igenom och justera.", "")


@require_POST
@once
def approve(request: HubRequest, ref: UUID) -> HttpResponse:
    found = group_meeting_for(request, ref, "lead")
    form = GroupVersionForm(request.POST, auto_id="approve_%s")

    def deed() -> GroupMeeting:
        seen = form.cleaned_data["row_version"]
        return actions.approve_group_minutes(found, row_version=seen, by=request.actor, at=request.at)

    return _deed(request, found, "approve_form", form, deed, "Protokollet är justerat.", "")


@require_POST
@once
def add(request: HubRequest, ref: UUID) -> HttpResponse:
    """An addition to the minutes."""
    found = group_meeting_for(request, ref, "lead")
    form = AdditionForm(request.POST, auto_id="add_%s")

    def deed() -> object:
        return actions.add_to_group_minutes(found, **form.cleaned_data, by=request.actor, at=request.at)

    return _deed(request, found, "addition_form", form, deed, "Tillägget är sparat.", "#tillagg")


@require_GET
def paper(request: HubRequest, ref: UUID) -> HttpResponse:
    """The minutes as PDF, of a meeting that has taken place."""
    found = group_meeting_for(request, ref)
    if not may_print(request):
        raise Denied("print", found)
    screen = queries.look(found, request.actor, at=request.at)
    request.trail.show([found, *screen.objects], printed=True)
    response = HttpResponse(minutes.printed(screen, at=request.at), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="protokoll-{clock.local_day(found.starts_at)}.pdf"'
    return response


# --- writing together ------------------------------------------------------------------------------------------------


@require_POST
def text(request: HubRequest, ref: UUID) -> HttpResponse:
    """Save what is typed. A script is answered with the joined text, a form with the page."""
    found = group_meeting_for(request, ref)
    rows = GroupPoint.objects.filter(meeting=found).select_related("meeting__group")
    point = find(rows, request.actor, at=request.at, ref=uuid_or_none(request.POST.get("about", "")))
    require(point, request.actor, "write", at=request.at)
    form = GroupTextForm(request.POST)
    made: list[Saved] = []
    status = form.do(lambda: made.append(_save(request, point, form)))
    request.trail.show([point])
    wants_json = request.headers.get("Accept") == JSON
    if status != 200:
        if wants_json:
            errors = [str(each) for errors in form.errors.values() for each in errors]
            return JsonResponse({"errors": errors, "words": list(form.questioned)}, status=status)
        return shown(request, found, status=status, text_form=form, text_key=str(point.ref))
    if wants_json:
        saved = queries.saved_words([point.pk], at=request.at).get(point.pk, "Sparat")
        body = {"version": made[0].version, "text": made[0].text, "clash": made[0].clash, "saved": saved}
        return JsonResponse(body)
    messages.success(request, "Sparat.")
    return _back(found, f"#p-{point.ref}")


def _save(request: HubRequest, point: GroupPoint, form: GroupTextForm) -> Saved:
    """Save, once by its key: who got no answer sends the same again, and others may have written between (P-Q3)."""
    data = form.cleaned_data
    if not is_first(request):
        point.refresh_from_db()
        return Saved(point.text, point.text_version)
    written = Written(data["text"], data["version"], data["base"] if "base" in request.POST else None)
    return actions.write_group_point(point, written, cleared=data["cleared"], by=request.actor, at=request.at)


# --- one measure -----------------------------------------------------------------------------------------------------


def measure_for(request: HubRequest, ref: UUID) -> GroupMeasure:
    rows = GroupMeasure.objects.select_related("meeting__group", "owner__user", "owner__unit__agency")
    measure = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([measure])
    return measure


@once
def measure(request: HubRequest, ref: UUID) -> HttpResponse:
    """What somebody answers for: they say how it goes, between meetings."""
    found = measure_for(request, ref)
    form, status = progress_form(found, posted(request)), 200
    if request.method == "POST":
        require(found, request.actor, "follow_up", at=request.at)

        def deed() -> GroupMeasure:
            seen = form.cleaned_data["row_version"]
            return actions.follow_up_measure(found, form.how(), row_version=seen, by=request.actor, at=request.at)

        status = form.do(deed)
        if status == 200:
            messages.success(request, "Sparat. Gruppen ser det på nästa möte.")
            return redirect("meetings:group_measure", found.ref)
    context: dict[str, object] = {
        "measure": found,
        "group": found.meeting.group,
        "sits": may(found.meeting.group, request.actor, "read", at=request.at),
        "form": form,
        "goes_on": found.state == "open",
        "may_follow": found.state == "open" and may(found, request.actor, "follow_up", at=request.at),
    }
    return page(request, "meetings/groups/measure.html", context, status=status)
