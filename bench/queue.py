"""The queue with thousands of open concerns against the empty one: the whole page, its statements, and SQL by hand.

The concerns are made in a transaction that is rolled back; nobody else sees them.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from bench.pages import BACKEND
from bench.sample import Size, asking, connect_as_owner, using, watched
from deploy import roles
from hub.access import Actor
from hub.models import AgencyKind, Assignment, Role, Unit, User
from triage import queue

Values = dict[str, int | datetime]
#: Open concerns in one intake: what is promised, and what a unit has on an ordinary day.
MANY = 5000
ROUNDS = 15

#: In use the database keeps their statistics by itself; here the rows are seen by nobody else, so we ask it to, which
#: the application's role may not do by right: it is given that of the measured database.
_COUNTED = "triage_concernreport, triage_preliminaryassessment, hub_deadline"

_REPORTS = """
    INSERT INTO triage_concernreport (ref, municipality_id, number, agency_id, unit_id, arrived_at, channel,
        registered_at, registered_by_id, facts, judgement, urgent, urgent_why, row_version)
    SELECT gen_random_uuid(), %(kommun)s, 'B-' || n, %(agency)s, %(unit)s,
        %(at)s - n * interval '3 minutes', 'phone', %(at)s, %(owner)s, 'x', '', false, '', 1
    FROM generate_series(1, %(many)s) n
"""
_ASSESSMENTS = """
    INSERT INTO triage_preliminaryassessment (ref, municipality_id, report_id, position, given_name, family_name,
        personnummer, lookup, about, protected, unit_id, owner_id, colour, state, row_version)
    SELECT gen_random_uuid(), municipality_id, id, 1, '', '', '', '', '', false, unit_id, %(owner)s,
        (ARRAY['', 'green', 'orange', 'red'])[1 + id %% 4], 'open', 1
    FROM triage_concernreport WHERE unit_id = %(unit)s AND number LIKE 'B-%%'
"""
_CLOCKS = """
    INSERT INTO hub_deadline (municipality_id, kind, subject_id, occasion, started_at, due_at, stage, owner_unit_id,
        owner_id, rule_version, breached_at, next_at)
    SELECT a.municipality_id, k.kind, a.id, '', r.arrived_at, r.arrived_at + k.length, 0, a.unit_id, a.owner_id, '1',
        CASE WHEN r.arrived_at + k.length <= %(at)s THEN r.arrived_at + k.length END, NULL
    FROM triage_preliminaryassessment a
    JOIN triage_concernreport r ON r.id = a.report_id
    JOIN (VALUES ('protection', interval '12 hours'), ('decision', interval '14 days'), ('red', interval '4 hours'),
        ('orange', interval '12 hours')) k (kind, length) ON k.kind IN ('protection', 'decision', a.colour)
    WHERE a.unit_id = %(unit)s
"""
#: The order of the queue for an officer of the intake, as it would be written by hand.
BY_HAND = """
    SELECT a.id, c.due_at, a.colour, a.unit_id, a.owner_id = %(assignment)s OR a.deputy_id = %(assignment)s,
        r.registered_at IS NOT NULL
    FROM triage_preliminaryassessment a
    JOIN triage_concernreport r ON r.id = a.report_id
    LEFT JOIN hub_individual i ON i.id = a.individual_id
    LEFT JOIN hub_person p ON p.id = i.person_id
    LEFT JOIN (
        SELECT d.subject_id, min(d.due_at) AS due_at FROM hub_deadline d
        JOIN triage_preliminaryassessment b ON b.id = d.subject_id
        WHERE d.met_at IS NULL AND b.unit_id = %(unit)s AND b.state = 'open' AND (d.breached_at IS NULL
            AND d.kind IN ('protection', 'red', 'orange', 'knowledge', 'decision', 'confirmation')
            OR d.kind IN ('decision', b.colour)
            OR d.kind = 'protection'
                AND NOT EXISTS (SELECT FROM triage_protectionassessment s WHERE s.assessment_id = b.id)
            OR d.kind = 'knowledge' AND EXISTS (SELECT FROM triage_knowledgecheck k
                WHERE k.assessment_id = b.id AND k.answered_at IS NULL AND k.id::text = d.occasion)
            OR d.kind = 'confirmation' AND EXISTS (SELECT FROM triage_colourchange h
                WHERE h.assessment_id = b.id AND h.confirmed_at IS NULL AND h.id::text = d.occasion))
        GROUP BY d.subject_id) c ON c.subject_id = a.id
    WHERE a.state = 'open' AND a.municipality_id = %(kommun)s
        AND (a.owner_id = %(assignment)s OR a.deputy_id = %(assignment)s
            OR a.unit_id = %(unit)s AND NOT a.protected AND (p.id IS NULL OR p.protection = 'INGEN'))
        AND NOT EXISTS (SELECT FROM hub_recusal j WHERE j.user_id = %(user)s AND j.individual_id = a.individual_id
            AND j.recused_at <= %(at)s)
"""


@dataclass(slots=True)
class Queue:
    """Seconds: of the page with none and with many, of the product's deciding statement and of SQL by hand."""

    many: int
    page: dict[int, list[float]] = field(default_factory=dict)
    queries: dict[int, int] = field(default_factory=dict)
    product: list[float] = field(default_factory=list)
    by_hand: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(self.page[self.many]) / median(self.page[0])


def run(size: Size, at: datetime, *, many: int = MANY, rounds: int = ROUNDS) -> Queue:
    """Measure in a database of the load, as an officer of a new intake unit."""
    near = next(asker.actor for asker in size.askers if asker.actor.agency_kind == AgencyKind.SOCIALTJANST)
    with closing(connect_as_owner(size.wrapper.settings_dict["NAME"])) as owner, owner.cursor() as cursor:
        cursor.execute(f"GRANT MAINTAIN ON {_COUNTED} TO {roles.APPLICATION}")
    with using(size.wrapper), asking(near):
        found = measure(near, at, many=many, rounds=rounds)
        transaction.set_rollback(True)
    return found


def measure(near: Actor, at: datetime, *, many: int, rounds: int) -> Queue:
    """The page of an intake beside `near`'s unit, empty and then full, in the transaction that is open.

    Raises:
        AssertionError: product and SQL by hand do not give the same concerns with the same times.
    """
    found = Queue(many)
    officer = _officer(near, at)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=officer.user_id), backend=BACKEND)
    values: Values = {"kommun": officer.municipality_id, "agency": officer.agency_id, "unit": officer.unit_id, "at": at}
    values |= {"owner": officer.assignment_id, "assignment": officer.assignment_id, "user": officer.user_id}
    for number in (0, many):
        if number:
            with connection.cursor() as cursor:
                for statement in (_REPORTS, _ASSESSMENTS, _CLOCKS):
                    cursor.execute(statement, values | {"many": many})
                cursor.execute(f"ANALYZE {_COUNTED}")
        found.page[number], found.queries[number] = _pages(client, rounds)
    product = {(row.pk, row.due_at) for row in queue.briefs(officer, at)}
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, values)
        assert {(row[0], row[1]) for row in cursor.fetchall()} == product
    assert len(product) == many
    for _ in range(rounds):
        found.product.append(_seconds(lambda: queue.briefs(officer, at)))
        found.by_hand.append(_seconds(lambda: _fetch(values)))
    return found


def _fetch(values: Values) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, values)
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


def _seconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def _officer(near: Actor, at: datetime) -> Actor:
    """Somebody at a new intake unit of an agency of social services."""
    unit = Unit.objects.create(agency_id=near.agency_id, name="Mottagningen, mätt")
    user = User.objects.create_user("matning-ko@example.se", "Mätt Mottagare")
    assignment = Assignment.objects.create(user=user, unit=unit, role=Role.OFFICER, valid_from=near.valid_from)
    return Actor.acting_under(
        Assignment.objects.select_related("user", "unit__agency").get(pk=assignment.pk),
        municipality_id=near.municipality_id,
    )


def _pages(client: Client, rounds: int) -> tuple[list[float], int]:
    address, seconds, statements = reverse("triage:queue"), [], 0
    for warm in range(rounds + 4):
        with watched() as watch:
            started = time.perf_counter()
            answer = client.get(address)
            spent = time.perf_counter() - started
        assert answer.status_code == 200, answer.status_code
        statements = watch.total.statements
        if warm >= 4:  # until the statements are prepared
            seconds.append(spent)
    return seconds, statements
