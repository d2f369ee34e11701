"""The pages of a plan after 1 and after 26 meetings, in one run: `python -m bench.plans`.

Twenty goals and twenty measures, all rated and followed up at every meeting: a plan of two years. The rows are made in
a transaction that is rolled back; nobody else sees them. Writes its table between its own marks of docs/performance.md.
"""

import argparse
import os
import random
import sys
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING

from bench.__main__ import DOCUMENT
from deploy.launcher import Refused, say

if TYPE_CHECKING:  # Django is set up once the servers stand
    from hub.access import Actor

BEGIN, END = "<!-- bench-plans: begin -->", "<!-- bench-plans: end -->"
#: Meetings of the two plans that are compared, goals of each, and how much longer the larger page may take.
FEW, MANY, GOALS, PROMISED = 1, 26, 20, 3.0
ROUNDS, WARM_UP = 20, 4
INDIVIDUALS, ITEMS = 500, 5000

_MEETINGS = """
    INSERT INTO meetings_meeting (ref, municipality_id, case_id, kind, starts_at, ends_at, form, place, link,
        interpreter, despite, organiser_id, booked_at, sequence, state, state_at, opened_at, closed_at, reason,
        row_version)
    SELECT gen_random_uuid(), %(kommun)s, %(case)s, 'network', begins, begins + interval '1 hour', 'video', '', '',
        '', '', %(assignment)s, begins - interval '27 days', 0, 'held', NULL, begins, begins + interval '1 hour', '', 1
    FROM (SELECT %(at)s - k * interval '28 days' AS begins FROM generate_series(1, %(meetings)s) k) m
"""
_PLAN = """
    INSERT INTO actionplans_plan (ref, municipality_id, case_id, individual_id, reference, started_at, started_by_id,
        version, outcome, row_version)
    SELECT gen_random_uuid(), municipality_id, id, individual_id, '', %(at)s - interval '900 days', %(assignment)s,
        %(meetings)s, '', 1
    FROM hub_case WHERE id = %(case)s
"""
_FACT = """
    gen_random_uuid(), p.municipality_id, p.id, p.individual_id, p.case_id, 'insats', %(agency)s,
    (SELECT id FROM consent_informationtype WHERE code = 'measures_and_plan' ORDER BY id DESC LIMIT 1), %(assignment)s,
    current_date - 900, %(at)s - interval '900 days', '{}', false, 'Nummer ' || n, 1, 1
    FROM actionplans_plan p, generate_series(1, %(goals)s) n WHERE p.case_id = %(case)s
"""
_COLUMNS = """ref, municipality_id, plan_id, individual_id, case_id, recorded_phase, agency_id, type_id, author_id,
    event_date, recorded_at, audience, family_barred, text, first_version, row_version"""
_GOALS = f"""
    INSERT INTO actionplans_goal (area, own_words, baseline, why, levels, end_reason, {_COLUMNS})
    SELECT (ARRAY['school', 'friends', 'leisure', 'family'])[1 + n %% 4], 'Jag vill.', 'Så är det nu.', '',
        ARRAY['ett', 'två', 'tre', 'fyra', 'fem'], '', {_FACT}
"""
_MEASURES = f"""
    INSERT INTO actionplans_measure (responsible_id, starts_on, due_on, place, state, note, against_advice, {_COLUMNS})
    SELECT %(assignment)s, current_date - 900, current_date + n::int, '', 'ongoing', '', '', {_FACT}
"""
_RATINGS = """
    INSERT INTO actionplans_rating (ref, municipality_id, goal_id, meeting_id, level, note, rated_by_id, rated_at)
    SELECT gen_random_uuid(), g.municipality_id, g.id, m.id, (g.id + m.id) %% 5 - 2, 'Går framåt.', %(assignment)s,
        m.opened_at
    FROM actionplans_goal g JOIN meetings_meeting m ON m.case_id = g.case_id WHERE g.case_id = %(case)s
"""
_FOLLOW_UPS = """
    INSERT INTO actionplans_followup (ref, municipality_id, measure_id, meeting_id, state, note, noted_by_id, noted_at)
    SELECT gen_random_uuid(), a.municipality_id, a.id, m.id, 'ongoing', 'Varje måndag.', %(assignment)s, m.opened_at
    FROM actionplans_measure a JOIN meetings_meeting m ON m.case_id = a.case_id WHERE a.case_id = %(case)s
"""
FILLED = (
    "hub_case",
    "meetings_meeting",
    *(f"actionplans_{name}" for name in ("plan", "goal", "measure", "rating", "followup")),
)


@dataclass(slots=True)
class Plans:
    """Page → meetings → seconds of each round; and the statements of the last one."""

    goals: int
    few: int
    many: int
    seconds: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    queries: dict[str, dict[int, int]] = field(default_factory=dict)

    def ratio(self, page: str) -> float:
        """How much longer the page of many meetings takes."""
        return median(self.seconds[page][self.many]) / median(self.seconds[page][self.few])


def measure(near: "Actor", at: datetime, *, goals: int, few: int, many: int, rounds: int) -> Plans:
    """The pages of two plans of a coordinator beside `near`, in turns, in the transaction that is open.

    Raises:
        AssertionError: a page was not shown; no speed is worth printing then.
    """
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from bench.meetings import _CASES, _PARTIES, _SEATS, Values, _coordinator
    from bench.pages import BACKEND, read
    from hub.models import Case, User

    who, found = _coordinator(near), Plans(goals, few, many)
    values: Values = {"kommun": who.municipality_id, "agency": who.agency_id, "at": at, "goals": goals}
    values |= {"unit": who.unit_id, "assignment": who.assignment_id, "user": who.user_id, "many": 2}
    with connection.cursor() as cursor:
        for statement in (_CASES, _PARTIES, _SEATS):
            cursor.execute(statement, values)
        cases = dict(zip((few, many), Case.objects.filter(owner_unit=who.unit_id).order_by("pk"), strict=True))
        for number, case in cases.items():
            for statement in (_MEETINGS, _PLAN, _GOALS, _MEASURES, _RATINGS, _FOLLOW_UPS):
                cursor.execute(statement, values | {"case": case.pk, "meetings": number})
        cursor.execute(f"ANALYZE {', '.join(FILLED)}")
    client, chance = Client(SERVER_NAME="localhost"), random.Random(1)
    client.force_login(User.objects.get(pk=who.user_id), backend=BACKEND)
    turns = [
        (page, number, reverse(f"actionplans:{page}", args=[case.ref]))
        for page in ("plan", "history")
        for number, case in cases.items()
    ]
    for warm in range(rounds + WARM_UP):
        for page, number, address in chance.sample(turns, k=len(turns)):
            taken = read(client, address)
            found.queries.setdefault(page, {})[number] = taken.database.statements
            if warm >= WARM_UP:  # until the statements are prepared
                found.seconds.setdefault(page, {}).setdefault(number, []).append(taken.seconds)
    return found


def told(found: Plans, day: str) -> str:
    names = {"plan": "page “Plan”", "history": "page “Utveckling”"}
    rows = [
        f"| {names[page]}, {number} meeting{'s' if number > 1 else ''} | {median(seconds) * 1000:.1f} | "
        f"{found.queries[page][number]} |"
        for page in names
        for number, seconds in sorted(found.seconds[page].items())
    ]
    ratios = " and ".join(f"{names[page]} {found.ratio(page):.1f}x" for page in names)
    load = os.getloadavg()[0]
    return "\n".join(
        [
            f"Measured {day} by `python -m bench.plans`: {found.goals} goals and {found.goals} measures, medians of "
            f"{len(found.seconds['plan'][found.few])} requests each in one run, in turns, load of the machine "
            f"{load:.1f} at the end (1.0 per busy core).",
            "",
            "| what | ms | queries |",
            "|---|--:|--:|",
            *rows,
            "",
            f"{found.many} meetings against {found.few}: {ratios}.",
        ]
    )


def write(text: str) -> None:
    """Put the table between its marks.

    Raises:
        Refused: the document has no marks.
    """
    before, begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise Refused(f"{DOCUMENT} has no marks")
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _measured(name: str, rounds: int) -> Plans:
    from django.db import transaction

    from bench.sample import Size, asking, connect, connect_as_owner, find_askers, using
    from deploy import roles
    from hub import clock
    from hub.models import AgencyKind

    with closing(connect_as_owner(name)) as owner:
        with owner.cursor() as cursor:
            cursor.execute(f"GRANT MAINTAIN ON {', '.join(FILLED)} TO {roles.APPLICATION}")
        size = Size(INDIVIDUALS, ITEMS, connect(NAME=name), find_askers(owner, number=20, seed=1))
    near = next(asker.actor for asker in size.askers if asker.actor.agency_kind == AgencyKind.SOCIALTJANST)
    with using(size.wrapper), asking(near):
        found = measure(near, clock.now(), goals=GOALS, few=FEW, many=MANY, rounds=rounds)
        transaction.set_rollback(True)
    return found


def main() -> int:
    from bench.host import Host

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked, host = parser.parse_args(), Host()
    try:
        with host.running():
            name = host.ensure(INDIVIDUALS, ITEMS)
            os.environ.update(host.env)
            import django

            django.setup()
            from hub import clock

            found = _measured(name, asked.rounds)
            text = told(found, str(clock.local_day(clock.now())))
            write(text)
            say(text)
    except Refused as refusal:
        say(str(refusal))
        return 1
    return 0 if all(found.ratio(page) < PROMISED for page in found.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
