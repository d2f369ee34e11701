"""(a): the rule of P-A2 written by hand as SQL for each question, as someone would who wrote nothing else.

It exists to compare with, never to decide. `bench.measure` refuses to print a table in which its answers and the
product's differ, and a test holds them equal over a generated load.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consent import queries
from consent import timeline as timeline_page
from hub.access import Actor
from hub.models import Role

SEATED = """
    SELECT c.individual_id FROM hub_caseseat s
    JOIN hub_participation t ON t.id = s.participation_id JOIN hub_case c ON c.id = s.content_object_id
    WHERE s.assignment_id = %(assignment)s AND s.kind <> 'deputy'
    AND s.valid_from <= %(at)s AND (s.valid_to IS NULL OR s.valid_to > %(at)s)
    AND t.active_from <= %(at)s AND (t.ended_at IS NULL OR t.ended_at > %(at)s)
"""
PAST = """
    SELECT c.individual_id FROM hub_caseseat s
    JOIN hub_participation t ON t.id = s.participation_id JOIN hub_case c ON c.id = s.content_object_id
    WHERE s.assignment_id = %(assignment)s AND s.kind <> 'deputy'
    AND s.valid_from <= t.ended_at AND (s.valid_to IS NULL OR s.valid_to > t.ended_at) AND t.ended_at <= %(at)s
"""
OPENED = """
    SELECT b.individual_id FROM hub_breakglass b
    WHERE b.assignment_id = %(assignment)s AND b.kind = 'own_items' AND b.valid_from <= %(at)s AND b.valid_to > %(at)s
"""
MANAGED = """
    SELECT c.individual_id FROM hub_case c
    JOIN hub_individual n ON n.id = c.individual_id JOIN hub_person q ON q.id = n.person_id
    WHERE c.owner_unit_id = %(unit)s AND q.protection = 'INGEN' AND NOT EXISTS (
        SELECT FROM hub_recusal r
        WHERE r.user_id = %(user)s AND r.individual_id = c.individual_id AND r.recused_at <= %(at)s)
"""
SHARING = " AND c.phase IN ('utredning', 'insats', 'uppfoljning')"
UNPROTECTED = "p.protection = 'INGEN'"


AGREED = """
    SELECT FROM hub_agreementparty h JOIN hub_agreement k ON k.id = h.agreement_id
    WHERE h.agency_id = %(agency)s AND h.municipality_id = %(kommun)s
    AND h.valid_from <= %(at)s AND (h.valid_to IS NULL OR h.valid_to > %(at)s)
    AND k.valid_from <= %(at)s AND (k.valid_to IS NULL OR k.valid_to > %(at)s)
"""


def parameters(actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "assignment": actor.assignment_id,
        "agency": actor.agency_id,
        "agencies": [actor.agency_id],
        "unit": actor.unit_id,
        "user": actor.user_id,
        "kommun": actor.municipality_id,
        "at": at,
    }


def _agreed(actor: Actor) -> str:
    """Clause 1 for an agency from outside the kommun."""
    return "" if actor.agency_in_kommun else f"AND EXISTS ({AGREED})"


def in_reach(actor: Actor) -> str:
    """Everybody whom the actor may know of, as a set."""
    opened = OPENED.replace(
        "WHERE", "JOIN hub_individual n ON n.id = b.individual_id JOIN hub_person p ON p.id = n.person_id WHERE", 1
    )
    parts = [SEATED, f"{opened} AND {UNPROTECTED}"]
    return " UNION ALL ".join([*parts, MANAGED] if actor.role == Role.MANAGER else parts)


def _one(individual: str, actor: Actor, *, sharing: bool = False) -> str:
    """Whether the actor is seated with, or manages a case of, the one individual."""
    narrowed = SHARING if sharing else ""
    known = " AND t.known_from <= %(at)s" if sharing else ""
    found = f"EXISTS ({SEATED}{narrowed}{known} AND c.individual_id = {individual})"
    if actor.role == Role.MANAGER:
        found += f" OR EXISTS ({MANAGED}{narrowed} AND c.individual_id = {individual})"
    return f"({found})"


PEOPLE = "FROM hub_individual i JOIN hub_person p ON p.id = i.person_id WHERE i.municipality_id = %(kommun)s"
ORDER = "translate(lower({}), 'åäöéü', '{{|}}ey') COLLATE \"C\""


def listing(actor: Actor) -> str:
    """A page of 50 (and one more) in Swedish order of family name."""
    family, given = ORDER.format("p.family_name"), ORDER.format("p.given_name")
    page = f"ORDER BY {family}, {given}, i.id LIMIT {queries.PAGE + 1}"
    return f"SELECT i.*, p.* {PEOPLE} AND i.id IN ({in_reach(actor)}) {_agreed(actor)} {page}"


def count(actor: Actor) -> str:
    mine = f"i.municipality_id = %(kommun)s AND i.id IN ({in_reach(actor)}) {_agreed(actor)}"
    return f"SELECT count(*) FROM hub_individual i WHERE {mine}"


def name_search(actor: Actor) -> str:
    """`%(prefix)s` in lower case; protected persons are never found by name."""
    return (
        f"SELECT i.*, p.* {PEOPLE} AND i.id IN ({in_reach(actor)}) {_agreed(actor)} AND {UNPROTECTED} "
        "AND (p.search_given ^@ %(prefix)s OR p.search_family ^@ %(prefix)s) ORDER BY p.search_family, i.id LIMIT 51"
    )


def check_individual(actor: Actor) -> str:
    return (
        f"SELECT 1 {PEOPLE} AND i.id = %(individual)s {_agreed(actor)} AND ({_one('%(individual)s', actor)} "
        f"OR {UNPROTECTED} AND EXISTS ({OPENED} AND b.individual_id = %(individual)s)) LIMIT 1"
    )


GRANT = """
    SELECT g.consent_id FROM consent_grant g
    WHERE g.individual_id = i.individual_id AND g.recipient_id = %(agency)s AND g.source_id = i.agency_id
    AND g.types & y.mask > 0 AND g.period @> %(at)s::timestamptz AND g.items_from <= i.event_date
    AND g.about_id IS NULL AND (g.covers_barred OR NOT i.family_barred) LIMIT 1
"""
OTHERS = """
    SELECT FROM consent_itemabout o WHERE o.item_id = i.id AND NOT EXISTS (
        SELECT FROM consent_grant g
        WHERE g.individual_id = i.individual_id AND g.recipient_id = %(agency)s AND g.source_id = i.agency_id
        AND g.types & y.mask > 0 AND g.period @> %(at)s::timestamptz AND g.items_from <= i.event_date
        AND g.about_id = o.person_id)
"""
DISCLOSED = """
    FROM consent_discloseditem d JOIN consent_disclosure e ON e.id = d.disclosure_id
    JOIN consent_disclosurerecipient f ON f.disclosure_id = e.id
    WHERE d.item_id = i.id AND e.recipient_id = %(agency)s AND f.assignment_id = %(assignment)s
    AND e.disclosed_at <= %(at)s AND e.readable_until > %(at)s
"""


def _readable(individual: str, actor: Actor) -> str:
    """Clause 2 and 3 of P-A2 for rows `i` of one individual, whose seats are looked up once."""
    seated, shares = f"(SELECT {_one(individual, actor)})", f"(SELECT {_one(individual, actor, sharing=True)})"
    past = f"(SELECT EXISTS ({PAST} AND c.individual_id = {individual}))"
    opened = f"(SELECT EXISTS ({OPENED} AND b.individual_id = {individual}))"
    return f"""(
        i.agency_id = %(agency)s
        AND (i.recorded_at <= %(at)s OR i.recorded_at IS NULL AND i.author_id = %(assignment)s)
        AND ({seated} OR {UNPROTECTED} AND ({past} OR {opened}))
        OR i.recorded_at <= %(at)s AND (NOT a.releases_items OR i.released_at <= %(at)s)
        AND i.recorded_phase <> 'forhandsbedomning' AND (i.audience = '{{}}' OR i.audience @> %(agencies)s::bigint[])
        AND {shares} AND ground.consent_id IS NOT NULL AND NOT EXISTS ({OTHERS})
        OR i.recorded_at <= %(at)s AND {seated} AND EXISTS (SELECT {DISCLOSED}))"""


ITEMS = f"""
    FROM consent_informationitem i
    JOIN consent_informationtype y ON y.id = i.type_id JOIN hub_agency a ON a.id = i.agency_id
    JOIN hub_individual n ON n.id = i.individual_id JOIN hub_person p ON p.id = n.person_id
    LEFT JOIN LATERAL ({GRANT}) ground ON true
"""


def timeline(actor: Actor) -> str:
    """The first page of items of `%(individual)s` with their grounds and what a row shows."""
    return f"""
    SELECT i.*, y.*, a.*, c.*, w.*, u.*, rb.*, ru.*, ground.consent_id,
        (SELECT d.disclosure_id {DISCLOSED} LIMIT 1), (SELECT d.version {DISCLOSED} ORDER BY d.version DESC LIMIT 1)
    {ITEMS}
    JOIN hub_case c ON c.id = i.case_id JOIN hub_assignment w ON w.id = i.author_id JOIN hub_user u ON u.id = w.user_id
    LEFT JOIN hub_assignment rb ON rb.id = i.released_by_id LEFT JOIN hub_user ru ON ru.id = rb.user_id
    WHERE i.individual_id = %(individual)s AND i.municipality_id = %(kommun)s
    {_agreed(actor)} AND {_readable("%(individual)s", actor)}
    ORDER BY i.event_date DESC, coalesce(i.recorded_at, i.created_at) DESC, i.id DESC LIMIT {timeline_page.PAGE + 1}"""


def check_item(actor: Actor) -> str:
    """`%(item)s`: its individual is looked up first, so that seats are asked for once."""
    individual = "(SELECT x.individual_id FROM consent_informationitem x WHERE x.id = %(item)s)"
    return f"""
    SELECT 1 {ITEMS}
    WHERE i.id = %(item)s AND i.municipality_id = %(kommun)s
    {_agreed(actor)} AND {_readable(individual, actor)} LIMIT 1"""


KEY_READ = "SELECT * FROM hub_individual WHERE id = %(individual)s"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom and what one sample asks about; `seen` says that the actor is in that individual's case."""

    individual: int
    item: int
    seen: bool
