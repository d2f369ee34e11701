"""Work of this layer outside a request."""

import logging

from celery import shared_task

from consent.grant_check import check_kommun, kommuner_at_work, tell_of_drift
from hub import clock

log = logging.getLogger(__name__)


@shared_task(soft_time_limit=1500, time_limit=1800)
def check_grants() -> int:
    """Every night: compare all grants with their facts, kommun by kommun; returns how many consents differ (P-C5).

    Running it twice only writes two lines in the log; whoever is told of a difference is told once a day. It never
    repairs: somebody must see why it differs first (docs/demo.md names the command).
    """
    differing = 0
    for kommun in kommuner_at_work():
        at = clock.now()
        checked = check_kommun(kommun, at=at)
        if checked.drift:
            differing += len(checked.drift)
            tell_of_drift(kommun, at=at)
            log.error("grants of %s consents in kommun %s differ from their facts", len(checked.drift), kommun.code)
    return differing
