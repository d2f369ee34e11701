"""Making a group, who sits in it and for how long, and its end (P-M1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from hub import clock
from hub.access import Actor, Denied, require
from hub.audit import record
from hub.errors import Conflict, Invalid, kept_by
from hub.models import CASE_ROLES, AgreementParty, Assignment, District
from meetings.actions.group_calls import join_meetings, leave_meetings
from meetings.groups import guard
from meetings.groups.agendas import STANDING
from meetings.groups.policy import leaders, may_begin
from meetings.models import LEADING_ROLES, Group, GroupKind, GroupMeeting, GroupMember, GroupRole, MeetingState

MOST_POINTS, LONGEST_POINT = 15, 120
SITS = "Personen sitter redan i gruppen då."


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What a group is. `agenda` empty: the standing points of its kind."""

    kind: str
    name: str
    district: District | None = None
    agenda: Sequence[str] = ()
    #: Words that the writer says are no private person's (`meetings.groups.guard`).
    cleared: Collection[str] = field(default=())


@transaction.atomic
def start_group(facts: GroupFacts, *, by: Actor, at: datetime) -> Group:
    """Make a group, kept by the actor's agency; the actor becomes its convener, for somebody must lead it.

    Raises:
        Denied: not a coordinator or manager of social services. Invalid: no name, or a point that cannot be.
    """
    if not may_begin(by, at):
        raise Denied("begin", Group)
    if facts.kind not in GroupKind.values:
        raise Invalid({"kind": "Välj vad det är för grupp."})
    agenda = _checked(None, facts, by=by, at=at) or list(STANDING[GroupKind(facts.kind)])
    made: Group = Group.objects.create(
        municipality_id=by.municipality_id,
        kind=facts.kind,
        name=facts.name,
        agency_id=by.agency_id,
        district=facts.district,
        agenda=agenda,
        valid_from=at,
    )
    guard.keep(made, facts.cleared, by=by, at=at)
    place = GroupMember.objects.create(
        municipality_id=by.municipality_id,
        group=made,
        assignment_id=by.assignment_id,
        role=GroupRole.CONVENER,
        valid_from=at,
    )
    record("group.started", actor=by, at=at, objects=[made, place])
    return made


@transaction.atomic
def change_group(group: Group, facts: GroupFacts, *, row_version: int, by: Actor, at: datetime) -> Group:
    """Another name, district or agenda; its kind stays. Meetings that have begun keep their points.

    Raises:
        Denied; Invalid: as `start_group`. Conflict: changed meanwhile, or ended.
    """
    require(group, by, "arrange", at=at)
    agenda = _checked(group, facts, by=by, at=at) or list(STANDING[GroupKind(group.kind)])
    rows = Group.objects.in_force(at=at).filter(pk=group.pk, row_version=row_version)
    if not rows.update(name=facts.name, district=facts.district, agenda=agenda, row_version=F("row_version") + 1):
        raise Conflict("Gruppen har ändrats sedan du öppnade den. Hämta sidan på nytt.")
    group.refresh_from_db()
    record("group.changed", actor=by, at=at, objects=[group])
    return group


def _checked(group: Group | None, facts: GroupFacts, *, by: Actor, at: datetime) -> list[str]:
    agenda = points_of(facts.agenda)
    if not facts.name:
        raise Invalid({"name": "Fyll i vad gruppen heter."})
    if facts.district is not None and facts.district.municipality_id != by.municipality_id:
        raise Invalid({"district": "Välj ett område i kommunen."})
    texts = {"name": facts.name, "agenda": "\n".join(agenda)}
    guard.check(group, texts, cleared=facts.cleared, by=by, at=at)
    return agenda


def points_of(lines: Sequence[str], field: str = "agenda") -> list[str]:
    """Raises Invalid: too many points, or one that is too long."""
    points = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if len(points) > MOST_POINTS or any(len(point) > LONGEST_POINT for point in points):
        raise Invalid({field: f"Skriv högst {MOST_POINTS} punkter, en per rad, med högst {LONGEST_POINT} tecken."})
    return points


# --- who sits in it --------------------------------------------------------------------------------------------------


def eligible(municipality_id: int, *, at: datetime) -> "QuerySet[Assignment]":
    """Assignments that may sit in a group of the kommun: in case work, of an agency that serves it and is let in."""
    own = Q(unit__agency__municipality=municipality_id)
    bound = AgreementParty.objects.binding(at=at).filter(municipality=municipality_id).values("agency")
    rows = Assignment.objects.usable(at=at).filter(role__in=CASE_ROLES, unit__agency__serves=municipality_id)
    return rows.filter(own | Q(unit__agency__in=bound))


@transaction.atomic
def add_group_member(
    group: Group, assignment: Assignment, *, role: str, first_day: date, last_day: date | None, by: Actor, at: datetime
) -> GroupMember:
    """Let somebody sit in the group from a day on, and until the end of another if it is known.

    Raises:
        Denied; Invalid: a person who cannot sit, days that cannot be, or one who sits already.
    """
    require(group, by, "arrange", at=at)
    if role not in GroupRole.values:
        raise Invalid({"role": "Välj vad personen är i gruppen."})
    if first_day < clock.local_day(at):
        raise Invalid({"first_day": "Dagen har redan varit. Välj i dag eller en dag som kommer."})
    if last_day is not None and last_day < first_day:
        raise Invalid({"last_day": "Sista dagen kan inte ligga före den första."})
    if not eligible(group.municipality_id, at=at).filter(pk=assignment.pk).exists():
        raise Invalid({"assignment": "Personen arbetar inte längre här. Välj någon annan."})
    begins = max(clock.start_of_day(first_day), at)
    with kept_by("in_a_group_once_at_a_time", Invalid({"assignment": SITS})):
        made: GroupMember = GroupMember.objects.create(
            municipality_id=group.municipality_id,
            group=group,
            assignment=assignment,
            role=role,
            valid_from=begins,
            valid_to=clock.end_of_day(last_day) if last_day else None,
        )
    record("group.member_added", actor=by, at=at, objects=[group, made])
    join_meetings(made, by=by, at=at)
    return made


@transaction.atomic
def end_group_member(member: GroupMember, *, by: Actor, at: datetime) -> GroupMember:
    """End somebody's place now, and take them off the meetings to come. The last who leads stays.

    Raises:
        Denied; Conflict: it has ended already. Invalid: nobody would lead the group.
    """
    require(member.group, by, "arrange", at=at)
    Group.objects.select_for_update().get(pk=member.group_id)
    others = leaders(at).filter(group=member.group_id)
    if member.role in LEADING_ROLES and not others.exclude(pk=member.pk).exists():
        raise Invalid("Någon måste leda gruppen. Lägg till en ny ordförande eller samordnare först.")
    rows = GroupMember.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), pk=member.pk)
    if member.valid_from >= at:  # has not begun: it never does
        rows.delete()
    elif not rows.update(valid_to=at):
        raise Conflict("Platsen har redan upphört. Hämta sidan på nytt.")
    leave_meetings(member, by=by, at=at)
    record("group.member_ended", actor=by, at=at, objects=[member.group])
    return member


@transaction.atomic
def end_group(group: Group, *, row_version: int, by: Actor, at: datetime) -> Group:
    """End the group. Nobody reads it after that; its rows stay, for the log and for archives.

    Raises:
        Denied; Conflict: changed meanwhile. Invalid: meetings are still booked or going on.
    """
    require(group, by, "arrange", at=at)
    waiting = GroupMeeting.objects.filter(group=group, state__in=(MeetingState.PLANNED, MeetingState.OPEN))
    if waiting.exists():
        raise Invalid("Gruppen har möten kvar. Ställ in dem, eller avsluta det som pågår, först.")
    rows = Group.objects.in_force(at=at).filter(pk=group.pk, row_version=row_version, valid_from__lt=at)
    if not rows.update(valid_to=at, row_version=F("row_version") + 1):
        raise Conflict("Gruppen har ändrats sedan du öppnade den. Hämta sidan på nytt.")
    group.refresh_from_db()
    record("group.ended", actor=by, at=at, objects=[group])
    return group
