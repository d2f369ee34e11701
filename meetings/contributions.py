"""What meetings add to the pages of lower layers: the block of a case, what waits for somebody, where messages lead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from hub.access import Actor, may, permitted
from hub.contributions import CASE_PANEL, MESSAGE_WAY, TODO, Todo
from hub.http import uuid_or_none
from hub.models import SHARING_PHASES, Case, CaseSeat, Notification, Role, SeatKind
from meetings import queries, words
from meetings.deadlines import DUE_MESSAGE, LATE_MESSAGE
from meetings.models import OCCUPYING, Meeting, MeetingState
from meetings.panels import panel
from meetings.rhythm import LATE, beats

MOST = 25


# --- a case ----------------------------------------------------------------------------------------------------------


def meetings_of_case(case: Case, actor: Actor, at: datetime) -> dict[str, object] | None:
    """The next meeting and the last one; for those who lead or manage, the rhythm and the ways to keep it."""
    if not may(case, actor, "read", at=at):
        return None
    ahead, last = queries.latest_of(case, actor, at=at)
    lead = may(case, actor, "lead", at=at)
    of_ours = lead or queries.led_cases(actor, at=at).filter(pk=case.pk).exists()
    beat = beats([case.pk], at=at).get(case.pk) if of_ours else None
    books = lead and case.phase in SHARING_PHASES
    marks = lead or (actor.role == Role.MANAGER and may(case, actor, "keep_apart", at=at))
    if not (ahead or last or beat or books):
        return None
    return {
        "template": "meetings/_case_meetings.html",
        "ahead": _shown(ahead, at),
        "last": _shown(last, at),
        "beat": beat,
        "day": beat.day(at) if beat else 0,
        "said": words.beat_words(beat, at) if beat else None,
        "since": words.since_words(beat, at) if beat else "",
        "book_url": reverse("meetings:book", args=[case.ref]) if books else "",
        "rhythm_url": reverse("meetings:rhythm", args=[case.ref]) if lead and beat else "",
        "contact_url": reverse("meetings:contact", args=[case.ref]) if lead and beat else "",
        "apart_url": reverse("meetings:apart", args=[case.ref]) if marks else "",
        "objects": [meeting for meeting in (ahead, last) if meeting],
    }


def _shown(meeting: Meeting | None, at: datetime) -> dict[str, str] | None:
    if meeting is None:
        return None
    return {
        "when": words.when(meeting, at),
        "where": words.where(meeting) or str(meeting.get_form_display()),
        "url": reverse("meetings:meeting", args=[meeting.ref]),
    }


CASE_PANEL.append(meetings_of_case)


# --- the page of a meeting -------------------------------------------------------------------------------------------


@panel(10)
def who_is_asked(meeting: Meeting, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Who is asked and what they have answered, as far as the policy lets the actor know."""
    rows = queries.asked_to(meeting, actor, at=at)
    if not rows:
        return None
    planned = meeting.state == MeetingState.PLANNED
    leads = planned and may(meeting, actor, "lead", at=at)
    return {
        "template": "meetings/_asked.html",
        "officials": [row for row in rows if row.place.person_id is None],
        "family": [row for row in rows if row.place.person_id is not None],
        "meeting": meeting,
        "answers": words.ANSWERS if leads else (),
        "guests_url": reverse("meetings:guests", args=[meeting.ref]) if leads and meeting.main_id is None else "",
        "mine": actor.assignment_id,
        "objects": [*(row.place for row in rows), *(row.place.person for row in rows if row.place.person)],
    }


@panel(5)
def called_as_deputy(meeting: Meeting, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """To a deputy who is asked and does not stand in yet: what the invitation is, and is not, a ground for (P-A2)."""
    if meeting.state not in OCCUPYING or may(meeting.case, actor, "read", at=at):
        return None
    mine = CaseSeat.objects.in_force(at=at).filter(kind=SeatKind.DEPUTY, assignment=actor.assignment_id)
    seat = permitted(mine.filter(content_object=meeting.case_id), actor, "substitute", at=at).first()
    if seat is None:
        return None
    return {"template": "meetings/_as_deputy.html", "url": reverse("hub:substitute", args=[seat.ref])}


# --- things to do ----------------------------------------------------------------------------------------------------


def meetings_to_answer(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To whoever is asked and has not answered."""
    return [
        Todo(
            kind="Möte",
            colour="info",
            title=f"Svara på kallelsen i {place.meeting.case.number}",
            text=f"{words.when(place.meeting, at)}.",
            url=reverse("meetings:meeting", args=[place.meeting.ref]),
            verb="Svara",
            case_id=place.meeting.case_id,
        )
        for place in queries.waiting_for_answer(actor, at=at)[:MOST]
    ]


def meetings_to_book(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To who leads a case: a meeting that is due or late, and none booked. To the manager: the late ones."""
    rows = queries.to_book(actor, at=at, late_only=actor.role == Role.MANAGER, most=MOST)
    return [_to_book(row, at) for row in rows]


def _to_book(row: queries.BeatRow, at: datetime) -> Todo:
    late = row.beat.state(at) == LATE
    return Todo(
        kind="Möte",
        colour="danger" if late else "warn",
        title=f"{'Försenat nätverksmöte' if late else 'Boka nätverksmöte'} i {row.case.number}",
        text=f"{row.since}. Inget möte är bokat.",
        url=row.url,
        verb=row.verb,
        due_at=row.beat.due_at,
        case_id=row.case.pk,
    )


TODO.extend((meetings_to_answer, meetings_to_book))


# --- messages: to where the deed is ---------------------------------------------------------------------------------


def ways_to_the_meeting(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """A message about a meeting leads to it, for those who may still read it."""
    wanted = {n.pk: ref for n in told if (ref := _ref_of(n))}
    found = {m.ref: m for m in permitted(Meeting.objects.filter(ref__in=wanted.values()), actor, at=at)}
    return {
        pk: (
            reverse("meetings:meeting", args=[ref]),
            "Svara" if found[ref].state == MeetingState.PLANNED else "Se mötet",
        )
        for pk, ref in wanted.items()
        if ref in found
    }


def _ref_of(message: Notification) -> UUID | None:
    """The meeting's reference in the occasion: "meeting_booked:<ref>:<sequence>"."""
    return uuid_or_none(message.occasion.partition(":")[2].partition(":")[0])


def ways_to_book(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """ "Det är dags för nätverksmöte" leads to booking, for those who lead the case."""
    led = permitted(Case.objects.filter(pk__in={n.case_id for n in told}), actor, "lead", at=at)
    refs = dict(led.values_list("pk", "ref"))
    return {n.pk: (reverse("meetings:book", args=[refs[n.case_id]]), "Boka möte") for n in told if n.case_id in refs}


MESSAGE_WAY |= dict.fromkeys(("meeting_booked", "meeting_changed", "meeting_cancelled"), ways_to_the_meeting)
MESSAGE_WAY |= dict.fromkeys((DUE_MESSAGE, LATE_MESSAGE), ways_to_book)
