"""The sections of every meeting's minutes: when, who was there, what was gone through and decided, and what is next."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from consent.models import InformationItem
from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import CaseSeat, PartyRole, Relative
from meetings import words
from meetings.minutes import ABOUT, INTERPRETER, Line, section
from meetings.models import (
    AgendaPoint,
    Attendance,
    Meeting,
    MeetingDecision,
    MeetingItem,
    MeetingKind,
    MeetingState,
    Minutes,
    Participant,
)

YOUTH = "Den unge"
NO_NEXT = "Inget nästa möte är bokat."


def for_family(meeting: Meeting) -> bool:
    """The family has a copy of a network meeting's minutes; at a tjänstemannamöte it was not there."""
    return meeting.kind == MeetingKind.NETWORK


def careful(meeting: Meeting) -> bool:
    """A family security flag or a protected identity on anybody: nothing goes into a copy by itself (P-A8)."""
    people = [meeting.case.individual.person, *(edge.person for edge in _relatives(meeting))]
    return any(one.family_security_flag or one.is_protected for one in people)


def _relatives(meeting: Meeting) -> list[Relative]:
    return list(Relative.objects.filter(individual=meeting.case.individual_id).select_related("person"))


def kin_of(meeting: Meeting) -> dict[int, str]:
    """Person id → how they are close to the youth: "Mamma"; the youth too."""
    kin = {edge.person_id: str(edge.get_kind_display()) for edge in _relatives(meeting)}
    return {meeting.case.individual.person_id: YOUTH, **kin}


def roles_of(meeting: Meeting) -> dict[int, str]:
    """Assignment id → "Kontaktpolis, Polisen Vällingby": the role in the case when the meeting was."""
    rows = CaseSeat.objects.filter(content_object=meeting.case_id, valid_from__lte=meeting.ends_at)
    found: dict[int, str] = {}
    for seat in rows.select_related("participation__agency").order_by("pk"):
        owner = seat.participation.role == PartyRole.OWNER
        role = seat.get_kind_display() if owner else seat.participation.get_role_display()
        found[seat.assignment_id] = f"{role}, {seat.participation.agency.name}"
    return found


def said_of(role: str | None, agency: str, *, held_back: bool) -> str:
    """An official to the family. Where somebody is guarded without the agency, whose name may say where a child goes to
    school (P-A8)."""
    if held_back:
        return role.partition(", ")[0] if role else "Tjänsteperson"
    return role or agency


# --- sections --------------------------------------------------------------------------------------------------------


@section(10, ABOUT, "Mötet")
def about(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """When and where. The place is no news to who was asked, and stands in no copy that may lie about at home."""
    kind = str(meeting.get_kind_display())
    day = words.day_heading(meeting.starts_at, meeting.starts_at).lower()
    began, ended = meeting.opened_at or meeting.starts_at, meeting.closed_at or meeting.ends_at
    year = clock.local_day(meeting.starts_at).year
    when = f"{kind} {day} {year}, kl. {words.hours(began, ended)}"
    broken = meeting.state == MeetingState.BROKEN_OFF
    yield Line(title="Tid", text=when, plain=when if for_family(meeting) else "", shared=True)
    yield Line(title="Plats", text=words.where(meeting) or str(meeting.get_form_display()), shared=True)
    if meeting.interpreter:
        yield Line(title=INTERPRETER, text=meeting.interpreter.capitalize())
    if broken:
        cut = "Mötet avbröts innan det var klart."
        yield Line(title="Avbrutet", text=cut, plain=cut if for_family(meeting) else "", shared=True)
        yield Line(title="Varför det avbröts", text=meeting.reason)


@section(20, "attendance", "Närvaro", "De som var med")
def attendance(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """Officials by name and agency, the family by name and relation; to the family everybody is a role."""
    kin, roles, held_back = kin_of(meeting), roles_of(meeting), careful(meeting)
    rows = Participant.objects.filter(meeting=meeting, removed_at=None).order_by("pk")
    for one in rows.select_related("assignment__user", "assignment__unit__agency", "person"):
        was_there = one.attendance in (Attendance.PRESENT, Attendance.LATE) and for_family(meeting)
        said = str(one.get_attendance_display()) if one.attendance else "Inte angiven"
        if one.assignment is not None:
            agency = one.assignment.unit.agency.name
            role = roles.get(one.assignment_id or 0, agency)
            title = f"{one.assignment.user.name}, {role[0].lower()}{role[1:]}"
            role = said_of(roles.get(one.assignment_id or 0), agency, held_back=held_back)
        else:
            role = kin.get(one.person_id or 0, "Närstående")
            title = f"{one.person.name if one.person else ''}, {role.lower()}"
        yield Line(title=title, text=said, plain=role if was_there else "", participant=one)


@section(30, "followed", "Uppföljning av det som bestämdes tidigare", "Det som bestämdes förra gången")
def followed(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """How it went with what earlier meetings decided, as it was said at this one."""
    rows = MeetingDecision.objects.filter(
        meeting__case=meeting.case_id,
        followed_up_at__gte=meeting.opened_at or meeting.starts_at,
        followed_up_at__lte=meeting.closed_at or at,
    ).exclude(meeting=meeting)
    for one in rows.select_related("owner__user", "owner__unit__agency").order_by("due_on", "pk"):
        result = str(one.get_result_display())
        yield Line(
            title=f"{one.owner.user.name}, {one.owner.unit.agency.name}: {result.lower()}",
            text=f"{one.text}\n{one.result_note}" if one.result_note else one.text,
            key=f"followed:{one.ref}" if for_family(meeting) else "",
            agency=one.owner.unit.agency_id,
        )


@section(40, "points", "Det som togs upp", "Det vi talade om")
def points(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """What was written about each point, with the items that were written about it; those of no point last."""
    items: dict[int | None, list[InformationItem]] = defaultdict(list)
    for link in recorded_items(meeting, actor, at):
        items[link.point_id].append(link.item)
    for point in AgendaPoint.objects.filter(meeting=meeting).order_by("order"):
        if point.text:
            key = f"point:{point.ref}" if for_family(meeting) else ""
            yield Line(title=point.title, text=point.text, key=key)
        for item in items.pop(point.pk, []):
            yield _of_item(meeting, item, actor)
    for left in items.values():
        for item in left:
            yield _of_item(meeting, item, actor)


def recorded_items(meeting: Meeting, actor: Actor, at: datetime) -> list[MeetingItem]:
    """Items written at the meeting that are recorded and that the actor may read: whoever approves copies no other."""
    links = MeetingItem.objects.filter(meeting=meeting).select_related("item__type", "item__agency")
    found = list(links.order_by("linked_at", "pk"))
    if not found:
        return []
    rows = InformationItem.objects.filter(pk__in=[link.item_id for link in found], recorded_at__lte=at)
    readable = set(permitted(rows, actor, at=at, about=meeting.case.individual_id).values_list("pk", flat=True))
    return [link for link in found if link.item_id in readable]


def _of_item(meeting: Meeting, item: InformationItem, actor: Actor) -> Line:
    """An item word for word. The family's copy has it only where who approves writes it there (P-A7)."""
    offered = for_family(meeting) and may_reach_family(item, actor.agency_id)
    title = f"{item.type.name}, {item.agency.name}, {swedish.day(item.event_date)}"
    return Line(title=title, text=item.body, key=f"item:{item.ref}" if offered else "", item=item)


def may_reach_family(item: InformationItem, agency: int) -> bool:
    """The own agency's, not barred from the family, about nobody else and narrowed to nobody (P-A7).

    Another agency answers for its own: it gives what it wrote to the family itself.
    """
    own = item.agency_id == agency
    return own and not item.family_barred and not item.audience and not item.abouts.exists()


@section(50, "words", "Egna ord", "Det du sa")
def own_words(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """The youth's voice and the guardians' view, each in that person's copy alone (P-M6)."""
    kin = kin_of(meeting)
    rows = Participant.objects.filter(meeting=meeting, removed_at=None, person__isnull=False).exclude(own_words="")
    for one in rows.select_related("person").order_by("pk"):
        role = kin.get(one.person_id or 0, "Närstående")
        name = one.person.name if one.person else ""
        yield Line(title=f"{name}, {role.lower()}", text=one.own_words, plain=one.own_words, person=one.person_id)


@section(70, "decided", "Beslut", "Det här bestämdes")
def decided(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """Who does what, and until when. What a network meeting decides was said before the family."""
    roles, held_back = roles_of(meeting), careful(meeting)
    rows = MeetingDecision.objects.filter(meeting=meeting).order_by("pk")
    for one in rows.select_related("owner__user", "owner__unit__agency"):
        agency = one.owner.unit.agency
        role = said_of(roles.get(one.owner_id), agency.name, held_back=held_back)
        until = swedish.day(one.due_on)
        yield Line(
            title=f"{one.owner.user.name}, {agency.name}, klart senast {until}",
            text=one.text,
            plain="" if held_back or not for_family(meeting) else one.text,
            key=f"decided:{one.ref}" if for_family(meeting) else "",
            tail=f"{role}, gör det senast {until}.",
            agency=agency.pk,
        )


@section(90, "next", "Nästa möte")
def following(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """The next date as it stood when people left."""
    if meeting.kind != MeetingKind.NETWORK:
        return
    next_at = Minutes.objects.filter(meeting=meeting).values_list("next_at", flat=True).first()
    said = NO_NEXT
    if next_at is not None:
        day = clock.local_day(next_at)
        said = f"{swedish.weekday(day).capitalize()} {swedish.day(day)}, kl. {words.hour(next_at)}"
    yield Line(title="Nästa nätverksmöte", text=said, plain=said, shared=True)
    if next_at is None and meeting.state == MeetingState.HELD and meeting.reason:
        yield Line(title="Varför inget möte är bokat", text=meeting.reason)
