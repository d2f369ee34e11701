"""The consents' routes: who gets what (architecture, "Access" 7)."""

from collections.abc import Mapping
from typing import Any

from consent import actions
from consent.models import Withdrawal
from tests.cast import NOW, World
from tests.matrix import CONTACTS, EVERYBODY, LEADS, READERS, SEATED, Made, Row, case, draft, elias, paper, status


def step(name: str) -> Made:
    return lambda world: {**draft(world), "step": name}


def review(kind: str) -> Made:
    return lambda world: {**paper(world), "kind": kind}


def stopped(world: World) -> Mapping[str, Any]:
    """A withdrawal by "Stoppa delningen nu"."""
    standing = Withdrawal.objects.order_by("pk").first()
    return {"ref": (standing or actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)[0]).ref}


def where_the_rule_is_on(world: World) -> Mapping[str, Any]:
    type(world.kommun).objects.filter(pk=world.kommun.pk).update(hindered_guardian_rule=True)
    return elias(world)


ALL = status(EVERYBODY)
#: Those who know of the case but do not lead it.
LOOKERS_ON = status((*CONTACTS, "mona"), 403)
#: The manager sees the paper; the parties see consents that concern them, never the draft or the whole paper.
MANAGER = {"mona": 403}
LEAD = status(LEADS)

ROWS = [
    Row(route="consent:consents", expect=ALL),
    Row(route="consent:consents", query="?visa=okant", others=404),
    Row(route="consent:consent_new", kwargs=case, expect=LEAD | LOOKERS_ON),
    Row(route="consent:consent_new", method="POST", kwargs=case, expect=status(LEADS, 302) | LOOKERS_ON, anonymous=401),
    Row(route="consent:consent", kwargs=paper, expect=status(READERS)),
    Row(route="consent:consent", kwargs=draft, expect=status((*LEADS, "mona"))),
    *(
        Row(route="consent:consent_step", kwargs=step(name), expect=LEAD | MANAGER)
        for name in ("syfte", "uppgifter", "tid", "underskrifter", "kontrollera")
    ),
    Row(route="consent:consent_step", kwargs=step("okant"), others=404),
    *(
        Row(
            route="consent:consent_step",
            method="POST",
            kwargs=step(name),
            expect=status(LEADS, 422) | MANAGER,
            anonymous=401,
        )
        for name in ("syfte", "uppgifter", "tid", "underskrifter", "kontrollera")
    ),
    Row(route="consent:consent_answer", kwargs=paper, expect=LEAD | MANAGER),
    Row(
        route="consent:consent_answer",
        method="POST",
        kwargs=paper,
        expect=status(LEADS, 422) | MANAGER,
        anonymous=401,
    ),
    Row(route="consent:consent_renew", kwargs=paper, others=405),
    Row(
        route="consent:consent_renew",
        method="POST",
        kwargs=paper,
        expect=status(LEADS, 302) | MANAGER,
        anonymous=401,
    ),
    Row(
        route="consent:consent_discard",
        method="POST",
        kwargs=draft,
        expect=status(LEADS, 409) | MANAGER,
        anonymous=401,
    ),
    # The child's no is the manager's to review, a change of custody that of those who lead the case (P-C3).
    Row(route="consent:consent_review", kwargs=review("chef"), expect=status(LEADS, 403) | {"mona": 200}),
    Row(
        route="consent:consent_review",
        method="POST",
        kwargs=review("chef"),
        expect=status(LEADS, 403) | {"mona": 422},
        anonymous=401,
    ),
    Row(route="consent:consent_review", kwargs=review("vardnad"), expect=LEAD | MANAGER),
    Row(
        route="consent:consent_review",
        method="POST",
        kwargs=review("vardnad"),
        expect=status(LEADS, 422) | MANAGER,
        anonymous=401,
    ),
    *(
        Row(route="consent:consent_review", kwargs=review(kind), expect=LEAD | MANAGER)
        for kind in ("tidigare-vardnadshavare", "innan-det-galler")
    ),
    *(
        Row(
            route="consent:consent_review",
            method="POST",
            kwargs=review(kind),
            expect=status(LEADS, 422) | MANAGER,
            anonymous=401,
        )
        for kind in ("tidigare-vardnadshavare", "innan-det-galler")
    ),
    Row(route="consent:consent_review", kwargs=review("okant"), others=404),
    # Leisure never gets paper, whichever it asks for (P-A14).
    Row(route="consent:consent_form", kwargs=paper, expect=status((*LEADS, "mona")) | {"fia": 403}),
    Row(route="consent:stop", kwargs=elias, expect=status(SEATED) | MANAGER),
    Row(route="consent:stop", method="POST", kwargs=elias, expect=status(SEATED, 302) | MANAGER, anonymous=401),
    Row(route="consent:withdraw", kwargs=elias, expect=LEAD | LOOKERS_ON),
    Row(route="consent:withdraw", method="POST", kwargs=elias, expect=status(LEADS, 422) | LOOKERS_ON, anonymous=401),
    # The withdrawal of the school's consent, which does not concern leisure.
    Row(route="consent:withdrawal", kwargs=stopped, expect=LEAD | LOOKERS_ON | {"fia": 404}),
    Row(
        route="consent:withdrawal",
        method="POST",
        kwargs=stopped,
        expect=status(LEADS, 422) | LOOKERS_ON | {"fia": 404},
        anonymous=401,
    ),
    Row(route="consent:maturity", kwargs=elias, expect=LEAD | LOOKERS_ON),
    Row(route="consent:maturity", method="POST", kwargs=elias, expect=status(LEADS, 422) | LOOKERS_ON, anonymous=401),
    Row(route="consent:hindered", kwargs=where_the_rule_is_on, expect=LEAD | LOOKERS_ON),
    Row(
        route="consent:hindered",
        method="POST",
        kwargs=where_the_rule_is_on,
        expect=status(LEADS, 422) | LOOKERS_ON,
        anonymous=401,
    ),
]
