"""Work of this layer outside a request."""

import logging

from celery import shared_task

from consent.grant_check import check_kommun, kommuner_at_work
from hub import clock

log = logging.getLogger(__name__)


@shared_task
def check_grants() -> int:
    """Every night: compare all grants with their facts, kommun by kommun; returns how many consents differ (P-C5).

    Running it twice only writes two lines in the log. It never repairs: somebody must see why it differs first
    (docs/demo.md names the command).
    """
    differing = 0
    for kommun in kommuner_at_work():
        checked = check_kommun(kommun, at=clock.now())
        if checked.drift:
            differing += len(checked.drift)
            log.error("grants differ from their facts", extra={"kommun": kommun.code, "consents": len(checked.drift)})
    return differing
