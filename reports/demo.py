"""What statistics add to the demo: the decision that lets the programansvarig count."""

from datetime import datetime, timedelta

from hub import clock
from hub.access import Actor
from hub.contributions import DEMO
from hub.models import Assignment, Municipality, Role
from reports import actions

#: Days before the day of seeding.
DECIDED = 300


def decide(kommun: Municipality, at: datetime) -> str:
    """The kommun has decided; the administrator has noted it."""
    held = Assignment.objects.filter(unit__agency__municipality=kommun).select_related("user", "unit__agency")
    counts = held.get(role=Role.PROGRAMME)
    by = Actor.acting_under(held.get(role=Role.ADMINISTRATOR), municipality_id=kommun.pk)
    then = at - timedelta(days=DECIDED)
    day = clock.local_day(then)
    facts = actions.DecisionFacts(
        assignment=counts, decided_by="Socialnämnden", decided_on=day, reference="Påhittat beslut", first=day, last=None
    )
    actions.record_decision(facts, by=by, at=then)
    return "beslut om programansvarig"


DEMO.append(decide)
