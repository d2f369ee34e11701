"""Youths of the demo's coordinator, each with a paper ready to be registered; made by the product's own verbs."""

import itertools
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import django
from django.db import connections
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from consent import actions as consent_actions  # noqa: E402 - the applications must be loaded
from consent.actions import RecipientChoice, SignerAnswer  # noqa: E402  # after django.setup()
from consent.models import InformationType, SigningSession  # noqa: E402  # after django.setup()
from hub import actions, clock  # noqa: E402  # after django.setup()
from hub.access import Actor  # noqa: E402  # after django.setup()
from hub.actions.people import PersonFacts  # noqa: E402  # after django.setup()
from hub.demo_cast import LEISURE, POLICE, SCHOOL, SPANGA  # noqa: E402  # after django.setup()
from hub.models import Agency, Assignment, Case, Individual, Person  # noqa: E402  # after django.setup()
from hub.tenancy import in_kommun  # noqa: E402  # after django.setup()

YES = SignerAnswer(answer="given", how="paper", voluntary=True)
#: Who gives what to whom on every paper.
SHARES = ((SCHOOL, SPANGA, "attendance"), (POLICE, SPANGA, "police_tells"), (SPANGA, SCHOOL, "measures_and_plan"))


@dataclass(frozen=True)
class Paper:
    """What a trial needs to know of one youth's paper."""

    youth: int
    case: int
    later: datetime
    addresses: dict[str, str]


class Desk:
    """The coordinator of the demo at work."""

    email = "karin@example.se"

    def __init__(self) -> None:
        posts = Assignment.objects.select_related("user", "unit__agency").filter(user__email=self.email)
        self.assignment = posts.get(role="coordinator")
        kommun = self.assignment.unit.agency.municipality_id
        assert kommun is not None
        self.actor = Actor.acting_under(self.assignment, municipality_id=kommun)
        self.agencies = {a.name: a for a in Agency.objects.filter(name__in=[SPANGA, SCHOOL, POLICE, LEISURE])}
        self.masks = dict(InformationType.objects.values_list("code", "mask"))
        self.numbers = itertools.count(1)

    def paper(self, *, registered: bool) -> Paper:
        """A new youth with a filled-in and answered paper, registered or not."""
        connections.close_all()  # the database may have been killed since
        at = clock.now()
        with in_kommun(self.actor.municipality_id):
            youth, mother, case = self._youth(at)
            session = self._draft(case, at)
            for person, role in ((youth.person, "youth"), (mother, "guardian")):
                consent_actions.save_answer(session, person, role, YES, by=self.actor, at=at)
            if registered:
                consent_actions.register_session(session, row_version=session.row_version, by=self.actor, at=at)
        addresses = {
            "register": reverse("consent:consent_step", args=[session.ref, "kontrollera"]),
            "stop": reverse("consent:stop", args=[youth.ref]),
            "withdraw": reverse("consent:withdraw", args=[youth.ref]),
        }
        # Far behind what is judged at it: what is in force then has not been ended by anything in the trial.
        return Paper(youth.pk, case.pk, at + timedelta(days=1), addresses)

    def _youth(self, at: datetime) -> tuple[Individual, Person, Case]:
        born = clock.local_day(at) - timedelta(days=15 * 366)
        number = next(self.numbers)
        facts = PersonFacts(given_name="Prov", family_name=f"Provsson {number}", birth_date=born)
        youth = actions.register_individual(facts, by=self.actor, at=at)
        case = actions.open_case(youth, form="SIG", phase="insats", by=self.actor, at=at, newly_registered=True)
        mother = actions.add_relative(
            youth,
            PersonFacts(given_name="Moa", family_name=f"Provsson {number}", birth_date=date(1980, 5, 1)),
            kind="mother",
            custody_from=born,
            custody_to=None,
            by=self.actor,
            at=at,
        )
        for name, role in ((SCHOOL, "skolkontakt"), (POLICE, "kontaktpolis")):
            actions.propose_party(case, self.agencies[name], role=role, by=self.actor, at=at)
        return youth, mother.person, case

    def _draft(self, case: Case, at: datetime) -> SigningSession:
        by, day = self.actor, clock.local_day(at)
        session = consent_actions.start_session(case, by=by, at=at)
        givers = [self.agencies[giver] for giver, _, _ in SHARES]
        session = consent_actions.save_purpose(
            session,
            purpose="Samordna stödet",
            disclosing=givers,
            court_requirement="",
            row_version=session.row_version,
            by=by,
            at=at,
        )
        for giver, taker, code in SHARES:
            matrix = {self.agencies[taker].pk: RecipientChoice(types=self.masks[code], purpose="För stödet")}
            consent = session.consents.get(disclosing=self.agencies[giver])
            session = consent_actions.save_matrix(consent, matrix, row_version=session.row_version, by=by, at=at)
        return consent_actions.save_period(
            session,
            first_day=day,
            last_day=day + timedelta(days=90),
            items_from=None,
            form_language="sv",
            interpreter="",
            paper_kind="own",
            original_kept="",
            checklist_done=False,
            row_version=session.row_version,
            by=by,
            at=at,
        )
