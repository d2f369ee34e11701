"""What follows in this layer when the hub changes a case or custody, in the same transaction."""

from datetime import datetime

from consent.actions.inquiries import lapse
from consent.actions.signing import judge_again
from consent.derivation import sync_parties
from hub.access import Actor
from hub.contributions import CASE_CHANGED, CUSTODY_CHANGED
from hub.models import Case, Individual


def parties_follow_the_phase(case: Case, by: Actor, at: datetime) -> None:
    """A consent covers nothing in förhandsbedömning; when the phase moves, parties wake or go on waiting (P-A6)."""
    sync_parties(case.individual_id, at=at)


def questions_follow_the_case(case: Case, by: Actor, at: datetime) -> None:
    """Others answer while the investigation goes on, and while they have a part in the case (SoL 20:6, P-A6)."""
    lapse(case, by=by, at=at)


def papers_follow_custody(individual: Individual, by: Actor, at: datetime) -> None:
    """A paper that waited for somebody who lost custody may be complete now."""
    judge_again(individual, by=by, at=at)


CASE_CHANGED.extend([parties_follow_the_phase, questions_follow_the_case])
CUSTODY_CHANGED.append(papers_follow_custody)
