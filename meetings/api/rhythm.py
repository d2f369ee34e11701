"""The rhythm of a case, and contacts with the youth between meetings (P-M2)."""

from uuid import UUID

from hub.access import find
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Optional, Whole
from hub.http import HubRequest
from hub.models import Case
from hub.views.cases import case_for
from meetings import actions
from meetings.actions.rhythm import LONGEST, SHORTEST
from meetings.api import schemas_booking as schemas
from meetings.models import ContactHow, YouthContact
from meetings.rhythm import Beat
from meetings.views.rhythm import beat_of

TAG = "Möten"


class RhythmBody(Body):
    days = Whole(min_value=SHORTEST, max_value=LONGEST, help_text="28 är det vanliga, och tar tillbaka ett annat.")
    reason = Optional(max_length=500, help_text="Krävs när det är fler än 28 dagar.")


class YouthContactBody(Body):
    on = Day(help_text="Dagen, i dag eller tidigare.")
    how = Choice(choices=ContactHow.choices)


def version_of(case: Case, beat: Beat) -> tuple[object, ...]:
    return ("rhythm", case.pk, beat.days, beat.reason, beat.since)


@endpoint("Mötesrytmen i ett ärende", tag=TAG, gives=schemas.RhythmOut, etag=True, errors=[404])
def get_rhythm(request: HubRequest, ref: UUID) -> Answer:
    """För dem som leder ärendet. 404 när ärendet inte har någon rytm: den gäller SIG och SSPF under insatsen."""
    case = case_for(request, ref, "lead")
    beat = beat_of(case, request.at)
    body = {
        "days": beat.days,
        "reason": beat.reason,
        "since": beat.since,
        "held": beat.held,
        "day": beat.day(request.at),
        "opens": beat.opens,
        "last_day": beat.last_day,
        "state": beat.state(request.at),
        "booked": beat.booked.ref if beat.booked else None,
    }
    return Answer(body, version_of(case, beat))


@endpoint(
    "Besluta om en rytm",
    tag=TAG,
    body=RhythmBody,
    gives=schemas.RhythmOut,
    if_match=True,
    etag=True,
    errors=[404],
)
def decide_rhythm(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Gäller från nu."""
    case = case_for(request, ref, "lead")
    beat_of(case, request.at)
    unchanged(request, case, lambda: version_of(case, beat_of(case, request.at)))
    actions.set_rhythm(case, days=body["days"], reason=body["reason"], by=request.actor, at=request.at)
    return get_rhythm(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("En kontakt med den unge", tag=TAG, gives=schemas.YouthContactOut, errors=[404])
def get_youth_contact(request: HubRequest, ref: UUID) -> Answer:
    rows = YouthContact.objects.select_related("case", "recorded_by__user")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found], individual=found.case.individual_id, case=found.case_id)
    body = {"ref": found.ref, "on": found.on, "how": found.how, "recorded_by": found.recorded_by.user.name}
    return Answer(body)


@endpoint(
    "Notera en kontakt med den unge",
    tag=TAG,
    body=YouthContactBody,
    gives=schemas.YouthContactOut,
    makes="api:youth_contact",
    show=get_youth_contact,
    errors=[404],
)
def note_youth_contact(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Bara dag och sätt. Ett möte med en vårdnadshavare räknas när det finns en kontakt inom sju dagar."""
    case = case_for(request, ref, "lead")
    return actions.note_contact(case, **body, by=request.actor, at=request.at).ref


rhythm = resource("Rhythm", get=get_rhythm, put=decide_rhythm)
youth_contacts = resource("YouthContacts", post=note_youth_contact)
youth_contact = resource("YouthContact", get=get_youth_contact)
