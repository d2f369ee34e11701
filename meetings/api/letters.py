"""Letters to the family: their text, and that somebody has been told; the same verbs as the pages (P-M6)."""

from typing import Any
from uuid import UUID

from hub.access import find
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Choice, Day, Text
from hub.http import HubRequest
from meetings import actions
from meetings.api import schemas_letters as schemas
from meetings.letters import whom
from meetings.models import FamilyWord, Meeting, ToldHow
from meetings.views.letters import family_meeting, row_for, rows_of

TAG = "Möten"


class FamilyToldBody(Body):
    how = Choice(choices=ToldHow.choices)
    told_on = Day(required=False, help_text="Dagen, i dag eller tidigare. Utelämnad: i dag.")


class ClearBody(Body):
    reason = Text(max_length=500, help_text="Varför personen kan kontaktas utan fara.")


class NumberBody(Body):
    phone = Text(max_length=30, help_text="Ditt nummer i alla dina brev.")


@endpoint("Brev till familjen om ett möte", tag=TAG, gives=schemas.FamilyLettersOut, errors=[404])
def list_letters(request: HubRequest, ref: UUID) -> Answer:
    """Vem i familjen som vet, och texten till var och en. För er som leder ärendet."""
    meeting = family_meeting(request, ref)
    return Answer(_body(request, meeting, rows_of(request, meeting)))


def _body(request: HubRequest, meeting: Meeting, rows: list[whom.Told]) -> dict[str, Any]:
    contact = whom.contact_of(meeting, request.actor, at=request.at)
    return {
        "meeting": meeting.ref,
        "contact": contact[0],
        "phone": contact[1],
        "letters": [_row(request, meeting, row, contact) for row in rows],
    }


def _row(request: HubRequest, meeting: Meeting, row: whom.Told, contact: tuple[str, str]) -> dict[str, Any]:
    told = row.may_tell and meeting.state in whom.TELLABLE
    letter = whom.letter_to(row, meeting, contact, at=request.at) if told else None
    return {
        "participant": row.place.ref,
        "name": row.name,
        "role": row.role,
        "state": row.state,
        "why": row.why,
        "needs_telling": row.needs,
        "ways": [value for value, _label in row.ways],
        "told": _word(row.word) if row.word else None,
        "letter": letter
        and {
            "language": letter.language.code,
            "title": letter.title,
            "text": letter.text,
            "message": letter.message,
        },
    }


def _word(word: FamilyWord) -> dict[str, Any]:
    return {
        "ref": word.ref,
        "cancelled": word.cancelled,
        "starts_at": word.starts_at,
        "ends_at": word.ends_at,
        "how": word.how,
        "told_on": word.told_on,
        "told_by": word.told_by.user.name,
    }


@endpoint("Någon i familjen har fått veta", tag=TAG, body=FamilyToldBody, gives=schemas.FamilyLettersOut, errors=[404])
def note_family_told(request: HubRequest, body: Data, ref: UUID, place: UUID) -> Answer:
    """Gäller mötet som det är nu: ändras det behöver familjen få veta igen."""
    meeting = family_meeting(request, ref)
    row = row_for(request, meeting, place)
    actions.tell_family(row.place, **body, by=request.actor, at=request.at)
    return list_letters(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Besluta att en vårdnadshavare får kontaktas",
    tag=TAG,
    body=ClearBody,
    gives=schemas.FamilyLettersOut,
    errors=[404],
)
def clear_guardian(request: HubRequest, body: Data, ref: UUID, place: UUID) -> Answer:
    """Där någon i familjen har skyddade uppgifter eller behöver skydd. Gäller bara det här mötet."""
    meeting = family_meeting(request, ref)
    row = row_for(request, meeting, place)
    actions.clear_person(row.place, reason=body["reason"], by=request.actor, at=request.at)
    return list_letters(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Ange numret som familjen kan ringa", tag=TAG, body=NumberBody, gives=schemas.FamilyLettersOut, errors=[404])
def set_number(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Ditt eget nummer, i alla dina brev från och med nu."""
    meeting = family_meeting(request, ref)
    actions.set_call_number(meeting.case, phone=body["phone"], by=request.actor, at=request.at)
    return list_letters(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Ta bort en notering om att familjen vet", tag=TAG, gives=schemas.FamilyLettersOut, errors=[404])
def undo_told(request: HubRequest, ref: UUID) -> Answer:
    """Noteringen var fel. Det som noterades före gäller igen."""
    word = find(FamilyWord.objects.select_related("meeting__case"), request.actor, at=request.at, ref=ref)
    request.trail.show([word], individual=word.meeting.case.individual_id, case=word.meeting.case_id)
    actions.untell(word, by=request.actor, at=request.at)
    return list_letters(request, word.meeting.ref)  # type: ignore[no-any-return]  # an endpoint called as a function


letters = resource("MeetingLetters", get=list_letters)
told = resource("MeetingLetterTold", post=note_family_told)
clear = resource("MeetingLetterClear", post=clear_guardian)
number = resource("MeetingLetterNumber", post=set_number)
undo = resource("FamilyWordUndo", post=undo_told)
