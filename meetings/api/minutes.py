"""Minutes: the same readings and verbs as the pages (P-M8)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from consent.models import InformationItem
from hub.access import find, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Flag, Ref, Text, Whole
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.models import Case
from meetings import actions, minutes_reading
from meetings.actions.minutes import LONGEST_ADDENDUM
from meetings.api import schemas_minutes as schemas
from meetings.minutes_due import due_at
from meetings.minutes_reading import EVERYTHING, Reading
from meetings.models import Addendum, AgendaPoint, Meeting, MeetingItem, Minutes, MinutesParagraph, MinutesState
from meetings.views.minutes import minutes_for, reading_for

TAG = "Möten"
MOST = 100


class ReaderQuery(Body):
    copy = Ref(required=False, help_text="Någon ur `copies`: den personens exemplar. Bara för er som leder.")


class ApproveBody(Body):
    version = Whole(min_value=1)


class AddendumBody(Body):
    text = Text(max_length=LONGEST_ADDENDUM)
    paragraph = Ref(required=False, help_text="Stycket som rättas. Utelämnat: hela protokollet.")
    shared = Flag(default=False, help_text="En rättelse av hela protokollet läses också av parterna.")


class LinkItemBody(Body):
    item = Ref(help_text="En egen uppgift i mötets ärende.")
    point = Ref(required=False, help_text="En punkt på dagordningen, för den som läser den.")


# --- reading ---------------------------------------------------------------------------------------------------------


def _row(found: Minutes) -> dict[str, Any]:
    return {
        "ref": found.ref,
        "meeting": found.meeting.ref,
        "kind": found.meeting.kind,
        "starts_at": found.meeting.starts_at,
        "state": found.state,
        "due_at": due_at(found) if found.state == MinutesState.DRAFT else None,
        "approved_at": found.approved_at,
    }


def _addenda(rows: Iterable[Addendum]) -> list[dict[str, Any]]:
    return [
        {
            "ref": one.ref,
            "text": one.text,
            "author": one.author.user.name,
            "agency": one.author.unit.agency.name,
            "added_at": one.added_at,
        }
        for one in rows
    ]


def _body(request: HubRequest, reading: Reading) -> dict[str, Any]:
    found = reading.minutes
    copies = minutes_reading.recipients(found, request.actor, at=request.at)
    request.trail.show([one.participant for one in copies])
    return {
        **_row(found),
        "case": found.meeting.case.ref,
        "case_number": found.meeting.case.number,
        "version": found.row_version,
        "audience": reading.audience,
        "approved_by": found.approved_by.user.name if found.approved_by else "",
        "parts": [
            {
                "section": part.slug,
                "heading": part.heading,
                "lines": [
                    {
                        "ref": row.paragraph.ref if row.paragraph else None,
                        "title": row.title,
                        "text": row.text,
                        "item": row.item.item.ref if row.item else None,
                        "addenda": _addenda(row.addenda),
                    }
                    for row in part.rows
                ],
            }
            for part in reading.parts
        ],
        "addenda": _addenda(reading.addenda),
        "copies": [{"participant": one.participant.ref, "name": one.name, "relation": one.relation} for one in copies],
        "digest": found.digest if reading.audience == EVERYTHING else "",
        "unchanged": reading.unchanged,
    }


@endpoint("Ett protokoll", tag=TAG, query=ReaderQuery, gives=schemas.MinutesOut, errors=[404])
def get_minutes(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """Det som du får läsa nu: hela för er som leder ärendet, annars den egna verksamhetens del av ett justerat
    protokoll. Med `copy` en persons exemplar, i klarspråk."""
    found = minutes_for(request, ref)
    return Answer(_body(request, reading_for(request, found, for_person=query.get("copy"))))


@endpoint("Ett ärendes protokoll", tag=TAG, gives=schemas.CaseMinutesOut, errors=[404])
def list_minutes(request: HubRequest, ref: UUID) -> Answer:
    """Utkast bara för er som leder ärendet."""
    case = find(Case.objects.all(), request.actor, at=request.at, ref=ref)
    rows = permitted(Minutes.objects.filter(meeting__case=case), request.actor, at=request.at)
    found = list(rows.select_related("meeting").order_by("-meeting__starts_at", "-pk")[:MOST])
    request.trail.show([case, *found], individual=case.individual_id, case=case.pk)
    return Answer({"results": [_row(one) for one in found]})


# --- deeds -----------------------------------------------------------------------------------------------------------


def _whole(request: HubRequest, ref: UUID) -> Answer:
    found = minutes_for(request, ref)
    return Answer(_body(request, reading_for(request, found, for_person=None)))


@endpoint("Justera ett protokoll", tag=TAG, body=ApproveBody, gives=schemas.MinutesOut, errors=[404])
def approve_minutes(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Låser protokollet som det står. Samordnare eller handläggare; en gång (409)."""
    found = minutes_for(request, ref, "vouch")
    if found.state != MinutesState.DRAFT:
        raise Problem("conflict", "Protokollet är redan justerat.")
    actions.approve_minutes(found, row_version=body["version"], by=request.actor, at=request.at)
    return _whole(request, ref)


def _one_addendum(request: HubRequest, ref: UUID) -> Answer:
    rows = Addendum.objects.select_related("author__user", "author__unit__agency", "minutes__meeting__case")
    found = find(rows, request.actor, at=request.at, ref=ref)
    case = found.minutes.meeting.case
    request.trail.show([found], individual=case.individual_id, case=case.pk)
    return Answer(_addenda([found])[0])


@endpoint("En rättelse av ett protokoll", tag=TAG, gives=schemas.MinutesAddendumOut, errors=[404])
def get_addendum(request: HubRequest, ref: UUID) -> Answer:
    """Läses av dem som läser det den gäller."""
    return _one_addendum(request, ref)


@endpoint(
    "Rätta ett justerat protokoll",
    tag=TAG,
    body=AddendumBody,
    gives=schemas.MinutesAddendumOut,
    makes="api:minutes_addendum",
    show=_one_addendum,
    errors=[404],
)
def add_addendum(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Det som justerades står kvar. En uppgift rättas där den är skriven."""
    found = minutes_for(request, ref, "correct")
    about = None
    if "paragraph" in body:
        rows = permitted(MinutesParagraph.objects.filter(minutes=found), request.actor, at=request.at)
        about = rows.filter(ref=body["paragraph"]).first()
        if about is None:
            raise Problem("invalid", errors=[("paragraph", "Stycket finns inte i protokollet.")])
    made = actions.add_addendum(
        found, body["text"], paragraph=about, shared=body["shared"], by=request.actor, at=request.at
    )
    return made.ref


def _one_link(request: HubRequest, ref: UUID) -> Answer:
    rows = MeetingItem.objects.select_related("meeting__case", "point", "item")
    link = find(rows, request.actor, at=request.at, ref=ref)
    case = link.meeting.case
    request.trail.show([link, link.item], individual=case.individual_id, case=case.pk)
    points = permitted(AgendaPoint.objects.filter(items=link), request.actor, at=request.at)
    return Answer(
        {
            "ref": link.ref,
            "meeting": link.meeting.ref,
            "point": points.values_list("ref", flat=True).first(),
            "item": link.item.ref,
            "linked_at": link.linked_at,
        }
    )


@endpoint("En uppgift på ett möte", tag=TAG, gives=schemas.MeetingItemOut, errors=[404])
def get_meeting_item(request: HubRequest, ref: UUID) -> Answer:
    return _one_link(request, ref)


@endpoint(
    "Låt en uppgift höra till ett möte",
    tag=TAG,
    body=LinkItemBody,
    gives=schemas.MeetingItemOut,
    makes="api:meeting_item",
    show=_one_link,
    errors=[404],
)
def link_item(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Från att mötet har börjat till att protokollet är justerat. Vem som läser uppgiften ändras inte."""
    meeting = find(Meeting.objects.select_related("case"), request.actor, at=request.at, ref=ref)
    items = permitted(InformationItem.objects.filter(case=meeting.case_id), request.actor, at=request.at)
    item = items.filter(ref=body["item"]).first()
    if item is None:
        raise Problem("invalid", errors=[("item", "Uppgiften finns inte i mötets ärende.")])
    points = permitted(AgendaPoint.objects.filter(meeting=meeting), request.actor, at=request.at)
    point = points.filter(ref=body["point"]).first() if "point" in body else None
    if "point" in body and point is None:
        raise Problem("invalid", errors=[("point", "Punkten finns inte på mötet.")])
    return actions.link_item(meeting, item, point=point, by=request.actor, at=request.at).ref


minutes = resource("Minutes", get=get_minutes)
minutes_approve = resource("ApproveMinutes", post=approve_minutes)
minutes_addenda = resource("MinutesAddenda", post=add_addendum)
minutes_addendum = resource("MinutesAddendum", get=get_addendum)
of_case = resource("CaseMinutes", get=list_minutes)
items = resource("MeetingItems", post=link_item)
item = resource("MeetingItem", get=get_meeting_item)
