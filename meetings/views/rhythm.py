"""The rhythm of one case: another length, and contacts with the youth between meetings (P-M2)."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from hub import clock, swedish
from hub.access import permitted
from hub.http import HubRequest, once, page
from hub.models import Case
from hub.views.cases import case_for
from hub.views.deeds import done, posted
from meetings import actions, words
from meetings.forms.rhythm import ContactForm, RhythmForm
from meetings.models import Rhythm, YouthContact
from meetings.rhythm import Beat, beats

MOST = 20


def beat_of(case: Case, at: datetime) -> Beat:
    """404 for a case that keeps no rhythm."""
    beat = beats([case.pk], at=at).get(case.pk)
    if beat is None:
        raise Http404("Rhythm")
    return beat


@once
def rhythm(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref, "lead")
    beat, status = beat_of(case, request.at), 200
    form = RhythmForm(posted(request), initial={"days": beat.days, "reason": beat.reason})
    if request.method == "POST":
        status = done(form, lambda: actions.set_rhythm(case, **form.cleaned_data, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, f"Nästa möte hålls inom {form.cleaned_data['days']} dagar från det förra.")
            return redirect("hub:case", case.ref)
    earlier = permitted(Rhythm.objects.filter(case=case), request.actor, at=request.at)
    shown = list(earlier.select_related("decided_by__user").order_by("-valid_from", "-pk")[:MOST])
    request.trail.show(shown)
    context: dict[str, object] = {
        "case": case,
        "form": form,
        "said": words.beat_words(beat, request.at),
        "since": words.since_words(beat, request.at),
        "earlier": [(row, swedish.day(clock.local_day(row.valid_from))) for row in shown],
    }
    return page(request, "meetings/rhythm.html", context, status=status)


@once
def contact(request: HubRequest, ref: UUID) -> HttpResponse:
    case, status = case_for(request, ref, "lead"), 200
    form = ContactForm(posted(request), initial={"on": clock.local_day(request.at)})
    if request.method == "POST":
        status = done(form, lambda: actions.note_contact(case, **form.cleaned_data, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Kontakten är noterad.")
            return redirect("hub:case", case.ref)
    rows = permitted(YouthContact.objects.filter(case=case), request.actor, at=request.at)
    shown = list(rows.select_related("recorded_by__user").order_by("-on", "-pk")[:MOST])
    request.trail.show(shown)
    return page(request, "meetings/contact.html", {"case": case, "form": form, "earlier": shown}, status=status)
