"""An item that is written from a meeting, on consent's own page: where it comes from and leads back (P-M7)."""

from datetime import datetime

from django.urls import reverse

from consent.models import InformationItem
from consent.origins import ORIGIN, Origin
from hub import swedish
from hub.access import Actor, may, permitted
from hub.http import uuid_or_none
from hub.models import Case
from meetings.actions.minutes import link_item, takes_items
from meetings.models import AgendaPoint, Meeting, MeetingState

#: "?fran=mote:<meeting>" or "?fran=mote:<meeting>.<point>".
KIND = "mote"


def address(case: Case, meeting: Meeting, point: AgendaPoint | None = None) -> str:
    """The page where an item is written for a meeting of the case."""
    key = f"{meeting.ref}.{point.ref}" if point else str(meeting.ref)
    return f"{reverse('consent:item_new', args=[case.ref])}?fran={KIND}:{key}"


def from_meeting(key: str, case: Case, actor: Actor, at: datetime) -> Origin | None:
    """The meeting, and the point, that the address names, as far as the actor may know of them."""
    meeting_ref, _, point_ref = key.partition(".")
    rows = permitted(Meeting.objects.filter(case=case), actor, at=at)
    wanted, about = uuid_or_none(meeting_ref), uuid_or_none(point_ref)
    meeting = rows.filter(ref=wanted).first() if wanted else None
    if meeting is None or not takes_items(meeting):
        return None
    points = permitted(AgendaPoint.objects.filter(meeting=meeting), actor, at=at)
    point = points.filter(ref=about).first() if about else None
    day = swedish.moment(meeting.starts_at, at)
    said = f"{str(meeting.get_kind_display()).lower()} {day}"

    def written(item: InformationItem) -> None:
        link_item(meeting, item, point=point, by=actor, at=at)

    going_on = meeting.state == MeetingState.OPEN and may(meeting, actor, "lead", at=at)
    url = reverse("meetings:hold" if going_on else "meetings:meeting", args=[meeting.ref])
    return Origin(
        label=f"Skrivs till punkten ”{point.title}” på {said}" if point else f"Skrivs till {said}",
        url=f"{url}#p-{point.ref}" if point and going_on else url,
        back="Till mötet",
        written=written,
    )


ORIGIN[KIND] = from_meeting
