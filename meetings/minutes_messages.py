"""Word of approved minutes to those who may read their part of them: that they are approved, and nothing of them."""

from datetime import datetime

from hub.access import Actor, may
from hub.actions.messages import MESSAGES, notify
from hub.models import Assignment, CaseSeat
from meetings.models import Minutes

APPROVED = "minutes_approved"

MESSAGES[APPROVED] = "Protokollet från ett möte i ärende {number} är justerat."


def tell_approved(minutes: Minutes, *, by: Actor, at: datetime) -> None:
    """Tell whoever has a seat in the case and may read the minutes now, but not who approved them.

    In the transaction of the approval. Who may read them later finds them on the page of the meeting; who has lost the
    reading since is not led anywhere by the message.
    """
    seats = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=minutes.meeting.case_id)
    seated = Assignment.objects.filter(pk__in=seats.values("assignment")).exclude(pk=by.assignment_id)
    kommun = minutes.municipality_id
    told = [
        one.pk
        for one in seated.select_related("user", "unit__agency")
        if may(minutes, Actor.acting_under(one, municipality_id=kommun), "read", at=at)
    ]
    occasion = f"{APPROVED}:{minutes.ref}"
    case = minutes.meeting.case
    notify(APPROVED, assignments=told, case=case, municipality_id=kommun, occasion=occasion, told_at=at)
