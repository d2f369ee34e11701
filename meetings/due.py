"""Which cases need a meeting, who belongs in it, and within which days (P-M2, P-M3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from hub import clock
from hub.access import Actor, permitted
from hub.models import LEADING_KINDS, Assignment, Case, CaseSeat, PartyRole, Person, Relative, SeatKind, party_active
from meetings.models import Meeting, MeetingKind, MeetingState
from meetings.planning.problem import Usual, Window
from meetings.proposing import BEFORE, MEETING, Chair, Wanted
from meetings.rhythm import beats

#: Somebody whose meeting is late is met within this, if anybody can.
LATE = timedelta(days=6)
#: How a party's contact is named in the middle of a sentence.
ROLES = {
    PartyRole.OWNER: "handläggaren",
    PartyRole.POLICE: "kontaktpolisen",
    PartyRole.SCHOOL: "skolkontakten",
    PartyRole.LEISURE: "fritidskontakten",
    PartyRole.SOCIAL: "kontakten i socialtjänsten",
    PartyRole.PROBATION: "kontakten i frivården",
    PartyRole.HEALTH: "kontakten i vården",
    PartyRole.WORK: "kontakten i arbetsmarknad",
    PartyRole.ASSOCIATION: "kontakten i föreningen",
    PartyRole.OTHER: "kontakten",
}
LEADS = {SeatKind.COORDINATOR: "samordnaren", SeatKind.OFFICER: "handläggaren", SeatKind.LOTS: "lotsen"}


def due(
    cases: Iterable[Case],
    actor: Actor,
    *,
    first_day: date,
    last_day: date,
    minutes: int = MEETING,
    pre_minutes: int = BEFORE,
    at: datetime,
) -> list[Wanted]:
    """Those of the cases (with owner unit, in the actor's sight) whose next meeting falls in these days, unbooked.

    Each in the last week of its rhythm; one that is late as soon as can be. A case without anybody who can be asked is
    left out: nothing can be booked in it.
    """
    found = {case.pk: case for case in cases}
    waiting = {pk: beat for pk, beat in beats(found, at=at).items() if beat.booked is None and beat.opens <= last_day}
    ids = [pk for pk in found if pk in waiting]
    chairs, families, usual = seated(ids, actor, at=at), families_of(ids, actor, at=at), _usual(ids, actor, at=at)
    made = []
    for pk in ids:
        if chairs[pk]:
            beat = waiting[pk]
            made.append(
                Wanted(
                    case=found[pk],
                    window=window(beat.day_one, beat.opens, beat.last_day, first_day, last_day),
                    chairs=tuple(chairs[pk]),
                    family=tuple(families[pk]),
                    interpreter=interpreter_for(families[pk]),
                    minutes=minutes,
                    pre_minutes=pre_minutes,
                    usual=usual.get(pk),
                    school=any(chair.role == ROLES[PartyRole.SCHOOL] for chair in chairs[pk]),
                )
            )
    return made


def window(zero: date, opens: date, last: date, first_day: date, last_day: date) -> Window:
    """The days of a rhythm within the days asked for; one that is already late gets a few days from the first."""
    earliest = min(max(first_day, opens), last_day)
    late = last < earliest
    return Window(
        earliest=earliest,
        target=earliest,
        due=min(earliest + LATE if late else last, last_day),
        latest=last_day,
        zero=zero,
    )


def seated(cases: Collection[int], actor: Actor, *, at: datetime) -> dict[int, list[Chair]]:
    """Who has a seat in each case (ids) that reads and that the actor may know of; a lots need not come. One query.

    Whoever stands in for a contact may come instead; a deputy who does not yet is there to be suggested.
    """
    rows = CaseSeat.objects.held(at=at).in_force(at=at).filter(party_active(at, "participation__"))
    rows = rows.filter(content_object__in=cases)
    seats = permitted(rows, actor, at=at).select_related("assignment__user", "assignment__unit", "participation")
    parties: dict[tuple[int, int], list[CaseSeat]] = defaultdict(list)
    for seat in seats.order_by("content_object", "participation__role", "pk"):
        parties[seat.content_object_id, seat.participation_id].append(seat)
    found: dict[int, list[Chair]] = {case: [] for case in cases}
    for (case, _party), of_party in parties.items():
        found[case] += _chairs(of_party, {chair.who.user_id for chair in found[case]})
    return found


def _chairs(seats: Sequence[CaseSeat], there: set[int]) -> list[Chair]:
    """The chairs of one party; nobody who is `there` already (user ids) gets one more."""
    kinds: dict[str, list[Assignment]] = defaultdict(list)
    for seat in seats:
        kinds[seat.kind].append(seat.assignment)
    awake, asleep = kinds[SeatKind.SUBSTITUTE], kinds[SeatKind.DEPUTY]
    ordinary = [(kind, one) for kind in (*LEADING_KINDS, SeatKind.CONTACT) for one in kinds[kind]]
    ordinary = ordinary or [(SeatKind.SUBSTITUTE, one) for one in awake[:1]]
    role = ROLES[PartyRole(seats[0].participation.role)]
    chairs: list[Chair] = []
    for kind, one in ordinary:
        if one.user_id in there:
            continue
        there.add(one.user_id)
        standing_in = () if chairs else _others(awake or asleep, there)
        chairs.append(
            Chair(
                who=one,
                role=LEADS.get(SeatKind(kind), role),
                required=kind != SeatKind.LOTS,
                deputies=standing_in,
                deputies_may_come=bool(awake),
            )
        )
    return chairs


def _others(people: Iterable[Assignment], there: set[int]) -> tuple[Assignment, ...]:
    return tuple({one.user_id: one for one in people if one.user_id not in there}.values())


def families_of(cases: Collection[int], actor: Actor, *, at: datetime) -> dict[int, list[Person]]:
    """The youth of each case (id), and those with custody whom the actor may see. Three queries."""
    of_case = dict(Case.objects.filter(pk__in=cases).values_list("pk", "individual"))
    people: dict[int, list[Person]] = defaultdict(list)
    youths = permitted(Person.objects.filter(individual__in=of_case.values()), actor, at=at)
    for person in youths.select_related("individual"):
        people[person.individual.pk].append(person)
    custody = Relative.objects.with_custody(at=at).filter(individual__in=of_case.values()).select_related("person")
    for relative in permitted(custody, actor, at=at).order_by("pk"):
        people[relative.individual_id].append(relative.person)
    return {case: people[individual] for case, individual in of_case.items()}


def interpreter_for(people: Iterable[Person]) -> str:
    """The languages that an interpreter is needed for."""
    return ", ".join(dict.fromkeys(one.language for one in people if one.needs_interpreter))[:40]


def _usual(cases: Collection[int], actor: Actor, *, at: datetime) -> dict[int, Usual]:
    """When each case (id) met last."""
    held = Meeting.objects.filter(case__in=cases, kind=MeetingKind.NETWORK, state=MeetingState.HELD)
    last = permitted(held, actor, at=at).order_by("case", "-starts_at").distinct("case")
    walls = ((pk, clock.local(starts_at)) for pk, starts_at in last.values_list("case", "starts_at"))
    return {pk: Usual(wall.weekday(), wall.time()) for pk, wall in walls}
