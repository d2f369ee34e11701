"""What statistics add to the demo: the decision that lets the programansvarig count, and a first release."""

from datetime import datetime, timedelta

from hub import clock
from hub.access import Actor
from hub.contributions import DEMO
from hub.errors import Invalid
from hub.models import Assignment, Municipality, Role
from reports import actions

#: Days before the day of seeding. The release is so old that a later half-year is over and waits for its own.
DECIDED, RELEASED = 300, 190


def tell(kommun: Municipality, at: datetime) -> str:
    """The kommun has decided and the administrator has noted it; the programansvarig has made a release."""
    held = Assignment.objects.filter(unit__agency__municipality=kommun).select_related("user", "unit__agency")
    counts = held.get(role=Role.PROGRAMME)
    by = Actor.acting_under(held.get(role=Role.ADMINISTRATOR), municipality_id=kommun.pk)
    then = at - timedelta(days=DECIDED)
    day = clock.local_day(then)
    facts = actions.DecisionFacts(
        assignment=counts, decided_by="Socialnämnden", decided_on=day, reference="Påhittat beslut", first=day, last=None
    )
    actions.record_decision(facts, by=by, at=then)
    pelle = Actor.acting_under(counts, municipality_id=kommun.pk)
    try:
        actions.make_release(by=pelle, at=at - timedelta(days=RELEASED))
    except Invalid:  # without the solver there is none
        return "beslut om programansvarig"
    return "beslut om programansvarig, en utgåva av statistiken"


DEMO.append(tell)
