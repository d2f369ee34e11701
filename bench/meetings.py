"""The list of meetings and the rhythm with hundreds of cases against the empty page, and what the rhythm itself costs.

A coordinator leads 500 cases with 30 meetings each: more than anybody has, but what a manager of a large unit sees. The
rows are made in a transaction that is rolled back; nobody else sees them.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bench.pages import BACKEND, read
from bench.sample import Size, asking, connect_as_owner, using, watched
from deploy import roles
from hub.access import Actor
from hub.models import AgencyKind, Assignment, Case, Role, Unit, User
from meetings.rhythm import beats

Values = dict[str, int | datetime]
#: Cases that one person leads, and meetings of each: what is promised for.
MANY, EACH = 500, 30
ROUNDS, WARM_UP = 15, 4
#: The page of meetings with the rhythm beside them.
PAGE = "meetings:meetings"

_CASES = """
    INSERT INTO hub_case (ref, municipality_id, number, individual_id, form, phase, phase_from, owner_unit_id,
        court_ordered, opened_at, outcome, outcome_note, row_version)
    SELECT gen_random_uuid(), %(kommun)s, 'M-' || n, y.id, 'SIG', 'insats', %(at)s - interval '900 days', %(unit)s,
        false, %(at)s - interval '930 days', '', '', 1
    FROM generate_series(1, %(many)s) n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS youths
        FROM hub_individual WHERE municipality_id = %(kommun)s) y ON y.place = n %% y.youths
"""
_PARTIES = """
    INSERT INTO hub_participation (ref, municipality_id, case_id, agency_id, role, proposed_at, active_from, known_from,
        end_reason)
    SELECT gen_random_uuid(), municipality_id, id, %(agency)s, 'agare', opened_at, opened_at, opened_at, ''
    FROM hub_case WHERE owner_unit_id = %(unit)s
"""
_SEATS = """
    INSERT INTO hub_caseseat (ref, municipality_id, permission_id, user_id, content_object_id, assignment_id,
        participation_id, kind, valid_from)
    SELECT gen_random_uuid(), c.municipality_id, (SELECT p.id FROM auth_permission p
            JOIN django_content_type t ON t.id = p.content_type_id
            WHERE t.app_label = 'hub' AND p.codename = 'view_case'),
        %(user)s, c.id, %(assignment)s, p.id, 'coordinator', c.opened_at
    FROM hub_case c JOIN hub_participation p ON p.case_id = c.id WHERE c.owner_unit_id = %(unit)s
"""
#: All but the last of each case are held, four weeks apart; the last one is planned in four cases of five.
_MEETINGS = """
    INSERT INTO meetings_meeting (ref, municipality_id, case_id, kind, starts_at, ends_at, form, place, link,
        interpreter, despite, organiser_id, booked_at, sequence, state, state_at, opened_at, closed_at, reason,
        row_version)
    SELECT gen_random_uuid(), municipality_id, case_id, 'network', begins, begins + interval '1 hour', 'video', '', '',
        '', '', %(assignment)s, begins - interval '27 days', 0,
        CASE WHEN begins > %(at)s THEN 'planned' ELSE 'held' END,
        NULL, CASE WHEN begins <= %(at)s THEN begins END,
        CASE WHEN begins <= %(at)s THEN begins + interval '1 hour' END,
        '', 1
    FROM (SELECT c.municipality_id, c.id AS case_id, k,
            %(at)s + (1 + c.id %% 20 - 27 * k) * interval '1 day' - c.id %% 7 * interval '1 hour' AS begins
        FROM hub_case c, generate_series(0, %(each)s - 1) k WHERE c.owner_unit_id = %(unit)s) m
    WHERE k > 0 OR case_id %% 5 > 0
"""
_ASKED = """
    INSERT INTO meetings_participant (ref, municipality_id, meeting_id, assignment_id, person_id, required, added_at,
        answer, answered_at, answered_by, attendance, own_words, row_version, told_sequence,
        own_sequence)
    SELECT gen_random_uuid(), m.municipality_id, m.id, who.assignment, who.person, true, m.booked_at,
        'accepted', m.booked_at, 'told', CASE WHEN m.state = 'held' THEN 'present' ELSE '' END, '', 1, 0, 0
    FROM meetings_meeting m
    JOIN hub_case c ON c.id = m.case_id JOIN hub_individual i ON i.id = c.individual_id
    CROSS JOIN LATERAL (VALUES (%(assignment)s, NULL), (NULL, i.person_id)) who (assignment, person)
    WHERE m.organiser_id = %(assignment)s
"""

FILLED = ("hub_case", "hub_participation", "hub_caseseat", "meetings_meeting", "meetings_participant")


@dataclass(slots=True)
class Meetings:
    """Cases → seconds and queries: of the page, where it is there, and of the rhythm of all of them."""

    many: int
    each: int
    page: dict[int, list[float]] = field(default_factory=dict)
    page_queries: dict[int, int] = field(default_factory=dict)
    rhythm: dict[int, list[float]] = field(default_factory=dict)
    rhythm_queries: dict[int, int] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return median(self.page[self.many]) / median(self.page[0])


def run(size: Size, at: datetime, *, many: int = MANY, each: int = EACH, rounds: int = ROUNDS) -> Meetings:
    """Measure in a database of the load, as a coordinator of a new unit."""
    with closing(connect_as_owner(size.wrapper.settings_dict["NAME"])) as owner, owner.cursor() as cursor:
        # What the database does by itself in use: these rows are seen by nobody else, so the application's role may.
        cursor.execute(f"GRANT MAINTAIN ON {', '.join(FILLED)} TO {roles.APPLICATION}")
    near = next(asker.actor for asker in size.askers if asker.actor.agency_kind == AgencyKind.SOCIALTJANST)
    with using(size.wrapper), asking(near):
        found = measure(near, at, many=many, each=each, rounds=rounds)
        transaction.set_rollback(True)
    return found


def measure(near: Actor, at: datetime, *, many: int, each: int, rounds: int) -> Meetings:
    """The page and the rhythm of a coordinator beside `near`, empty and then full, in the transaction that is open.

    Raises:
        AssertionError: a case has no rhythm, or the page was not shown; no speed is worth printing then.
    """
    found = Meetings(many, each)
    coordinator = _coordinator(near)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=coordinator.user_id), backend=BACKEND)
    values: Values = {"kommun": coordinator.municipality_id, "agency": coordinator.agency_id, "at": at, "many": many}
    values |= {"unit": coordinator.unit_id, "assignment": coordinator.assignment_id, "user": coordinator.user_id}
    for number in (0, many):
        if number:
            with connection.cursor() as cursor:
                for statement in (_CASES, _PARTIES, _SEATS, _MEETINGS, _ASKED):
                    cursor.execute(statement, values | {"each": each})
                cursor.execute(f"ANALYZE {', '.join(FILLED)}")
        cases = list(Case.objects.filter(owner_unit=coordinator.unit_id).values_list("pk", flat=True))
        assert len(beats(cases, at=at)) == number
        seconds, queries = _taken(partial(beats, cases, at=at), rounds)
        found.rhythm[number], found.rhythm_queries[number] = seconds, queries
        if address := _address():
            seconds, queries = _taken(partial(read, client, address), rounds)
            found.page[number], found.page_queries[number] = seconds, queries
    return found


def _address() -> str:
    """Of the page, empty while nobody has made it."""
    try:
        return reverse(PAGE)
    except NoReverseMatch:
        return ""


def _taken(ask: Callable[[], object], rounds: int) -> tuple[list[float], int]:
    """Seconds of each round on the clock, and the statements of the last one."""
    seconds, statements = [], 0
    for warm in range(rounds + WARM_UP):
        with watched() as watch:
            started = time.perf_counter()
            ask()
            spent = time.perf_counter() - started
        statements = watch.total.statements
        if warm >= WARM_UP:  # until the statements are prepared
            seconds.append(spent)
    return seconds, statements


def _coordinator(near: Actor) -> Actor:
    """Somebody at a new unit of an agency of social services."""
    unit = Unit.objects.create(agency_id=near.agency_id, name="Ungdomsenheten, mätt")
    user = User.objects.create_user("matning-moten@example.se", "Mätt Samordnare")
    assignment = Assignment.objects.create(user=user, unit=unit, role=Role.COORDINATOR, valid_from=near.valid_from)
    return Actor.acting_under(
        Assignment.objects.select_related("user", "unit__agency").get(pk=assignment.pk),
        municipality_id=near.municipality_id,
    )
