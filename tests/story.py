"""One story that leaves a row in every table of the core: for tests that look at all of them at once."""

from datetime import date, timedelta

from django.db import transaction

from consent import actions as consent_actions
from consent.actions.items import SeenFactor
from consent.models import Factor, ReviewKind, Signature
from consent.reviews import seal, to_review
from hub import actions as hub_actions
from hub import outbox
from hub.actions.people import PersonFacts
from hub.actions.sign_in import Invited
from hub.models import Case, Individual, KeptText, Relative
from tests.after_rows import every_kind_of_end
from tests.asking import ask, investigate
from tests.cast import NOW, SECOND, World, draft_paper, sign, write
from tests.concern_rows import TOLD, every_kind_of_concern
from tests.disclosing import give
from tests.meeting_rows import every_kind_of_meeting
from tests.plan_rows import every_kind_of_plan
from tests.releasing import released

#: Skatteverket's test number for the youth of the story.
PERSONNUMMER = "201002042396"

#: What is said about people in the story, in words that stand nowhere else in the code or the cast.
GIVEN, FAMILY = "Zebulon", "Quistberg"
BODY = "Sågs vid kajen med okänd cyklist"
ADDITION = "Cykeln var lånad"
OBJECTION = "Säger att kajen var tom"
REASON = "Granne till mormodern"
PURPOSE = "Samordna stöd i skola och fritid"
EVIDENCE = "Berättade själv vid hembesök"
ADDRESS, PHONE, SCHOOL = "Kajvägen 417", "0700-999417", "Kajskolan"
QUESTION = "Har cykeln vid kajen setts till"
NOTE, WITNESS = "Ringde upp och läste texten", "Vittnande Vilma"

SECRETS = (
    *(GIVEN, FAMILY, PERSONNUMMER, PERSONNUMMER[2:], PERSONNUMMER[:8], BODY, ADDITION, OBJECTION, REASON, PURPOSE),
    *(QUESTION, EVIDENCE, ADDRESS, PHONE, SCHOOL, NOTE, WITNESS, "Elias", "Emil", "2010-12-03"),
    *(TOLD, "Nova", "Rask", "2012-02-01", "Berit"),
)


def register_zebulon(world: World) -> tuple[Individual, Case]:
    """A second youth of Kim's, with every sensitive field filled in."""
    kim = world.kim.actor
    facts = PersonFacts(
        given_name=GIVEN,
        family_name=FAMILY,
        birth_date=date(2010, 2, 4),
        personnummer=PERSONNUMMER,
        address=ADDRESS,
        phone=PHONE,
        school=SCHOOL,
    )
    with transaction.atomic():
        individual = hub_actions.register_individual(facts, by=kim, at=NOW)
        case = hub_actions.open_case(individual, form="MASH", phase="insats", by=kim, at=NOW, newly_registered=True)
    return individual, case


def administer(world: World) -> None:
    """A file that waits to be imported, and a decision about consents from the summer on."""
    hub_actions.upload_staff(
        "verksamhet;enhet\nBussenhusskolan;Elevhälsan\n".encode(),
        kind="enheter",
        file_name="enheter.csv",
        by=world.ada.actor,
        at=NOW,
    )
    consent_actions.decide_rules(
        consent_actions.Rules(
            youth_signs_from_age=13,
            decides_alone_from_age=16,
            hindered_guardian_rule=True,
            consent_max_months=4,
            rhythm_days=21,
            rhythm_warning_days=14,
        ),
        from_day=date(2026, 6, 1),
        decision="SN 2026/41",
        by=world.ada.actor,
        at=NOW,
    )


def every_kind_of_row(world: World) -> tuple[str, ...]:
    """Live through everything at NOW and a few seconds; returns what must stand in no name and no log."""
    kim = world.kim.actor
    every_kind_of_concern(world)
    every_kind_of_meeting(world, REASON)
    every_kind_of_plan(world, REASON)
    every_kind_of_end(world, REASON)
    register_zebulon(world)
    factor = Factor.objects.order_by("pk").values_list("pk", flat=True)[0]
    item = write(
        world,
        "kim",
        "measures_and_plan",
        body=BODY,
        about_others=(world.eva.person_id,),
        factors=(SeenFactor(factor, "present", EVIDENCE),),
    )
    consent_actions.annotate(item, kind="addition", text=ADDITION, by=kim, at=NOW)
    consent_actions.annotate(item, kind="objection", text=OBJECTION, by=kim, at=NOW)
    consent_actions.assess_maturity(world.elias, level="together", why=REASON, by=kim, at=NOW)
    type(world.kommun).objects.filter(pk=world.kommun.pk).update(hindered_guardian_rule=True)
    consent_actions.decide_hindered(
        world.elias, world.emil.person, cause=REASON, attempts=REASON, why_cannot_wait=REASON, by=kim, at=NOW
    )
    give(world, item, to="pia", ground="youth_crime_risk", necessity=REASON)
    ask(world, investigate(world), of="other_police", question=QUESTION, why=REASON)
    Relative.objects.filter(pk=world.emil.pk).update(custody_to=NOW - SECOND)
    seen = seal(to_review(world.session, ReviewKind.CUSTODY, at=NOW))
    consent_actions.review_paper(world.session, kind=ReviewKind.CUSTODY, note=REASON, seen=seen, by=kim, at=NOW)
    Relative.objects.filter(pk=world.emil.pk).update(custody_to=None)
    oral = consent_actions.SignerAnswer(answer="given", how="oral", note=NOTE, witness=WITNESS, voluntary=True)
    sign(world, draft_paper(world, at=NOW), eva=oral, at=NOW)
    consent = world.consent_of(world.school)
    consent_actions.withdraw(
        [consent],
        scope=consent_actions.Scope(),
        signature=Signature.objects.filter(session=consent.session, role="youth").get(),
        channel="phone",
        stated_at=None,
        details=REASON,
        by=kim,
        at=NOW + SECOND,
    )
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW + 2 * SECOND)
    hub_actions.break_glass(
        world.elias, kind="own_items", reason=REASON, case=world.case, by=world.olof.actor, at=NOW + 2 * SECOND
    )
    invited = Invited(email="ny@example.se", name="Nya Nord", unit=world.youth_unit, role="officer")
    hub_actions.invite(invited, by=world.ada.actor, at=NOW)
    KeptText.objects.create(user=world.kim.user, path="/", page="/", fields=BODY, kept_at=NOW)
    hub_actions.make_token(
        assignment=world.kim.assignment,
        municipality_id=world.kommun.pk,
        name="Verksamhetssystemet",
        scopes=["read"],
        expires_at=NOW + timedelta(days=1),
        by=kim,
        at=NOW,
    )
    hub_actions.recuse(world.elias, reason=REASON, by=world.sam.actor, at=NOW + 3 * SECOND)
    administer(world)
    released(world)
    outbox.choose({"reminder": "daily"}, by=kim, at=NOW)
    return SECRETS
