"""Saving what a meeting finds about the plan, from the meeting screen (P-M7, P-P2)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from actionplans import actions
from actionplans.forms.meeting import FollowForm
from actionplans.meeting import followed, heard_by_all
from hub.errors import Conflict
from hub.http import HubRequest, once
from hub.views.deeds import done
from meetings.models import Meeting
from meetings.views.screen import meeting_for, shown


@require_POST
@once
def follow(request: HubRequest, ref: UUID) -> HttpResponse:
    """Ratings, follow-ups and who agrees, all in one; nothing is saved where something must be mended."""
    meeting = meeting_for(request, ref, "lead")
    found = followed(meeting, request.actor, request.at)
    if found is None:
        raise Http404("Plan")
    try:
        heard_by_all(meeting, request.actor, request.at)
    except Conflict as conflict:  # the block is hidden then, so the sentence stands above the page
        messages.error(request, f"{conflict.message} Inget är sparat.")
        return shown(request, meeting, status=409)
    form = FollowForm(request.POST, found=found, auto_id="plan_%s")
    status = done(form, lambda: _save(request, meeting, form))
    if status != 200:
        return shown(request, meeting, status=status, plan_form=form)
    messages.success(request, "Uppföljningen är sparad.")
    return redirect(f"{reverse('meetings:hold', args=[meeting.ref])}#planen")


def _save(request: HubRequest, meeting: Meeting, form: FollowForm) -> None:
    by, at = request.actor, request.at
    for answer in form.changed(form.goals):
        actions.rate(answer.part.goal, meeting, level=int(answer.choice), note=answer.note, by=by, at=at)
    for answer in form.changed(form.measures):
        actions.follow_up(answer.part.measure, meeting, state=answer.choice, note=answer.note, by=by, at=at)
    for answer in form.changed(form.voices):
        who, plan = answer.part.who, form.found.plan
        actions.note_agreement(plan, who, agrees=answer.choice, words=answer.note, by=by, at=at)
    if form.errors:
        raise Conflict("Någon annan har sparat medan du skrev. Inget av ditt är sparat än.")
