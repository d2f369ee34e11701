"""The deeds of judgements and offers, for tests/test_audit_deeds.py: verb → the name it must leave, and a way."""

from collections.abc import Callable

from actionplans import actions
from actionplans.models import Intervention, Offer
from tests.cast import NOW, SECOND, START_DAY, World
from tests.matrix_rbm import SAVRY

Deed = Callable[[World], object]
GIVEN = actions.OfferFacts(contact="Öppenvårdens mottagning", first=START_DAY)

EXEMPT: dict[str, str] = {
    "OfferFacts": "a type",
    "SeenNeed": "a type",
    "can_judge": "reads",
    "offering_units": "reads",
}


def offer(w: World) -> Offer:
    return actions.add_offer(w.youth_unit, Intervention.objects.get(code="fft"), GIVEN, by=w.ada.actor, at=NOW)


def corrected(w: World) -> object:
    wrong = actions.judge_risk(w.case, SAVRY, by=w.kim.actor, at=NOW)
    return actions.correct_judgement(wrong, SAVRY, why="Fel dag.", by=w.kim.actor, at=NOW + SECOND)


DEEDS: dict[str, tuple[str, Deed]] = {
    "correct_judgement": ("risk.corrected", corrected),
    "add_offer": ("offer.added", offer),
    "change_offer": (
        "offer.changed",
        lambda w: actions.change_offer(offer(w), GIVEN, row_version=1, by=w.ada.actor, at=NOW),
    ),
}
