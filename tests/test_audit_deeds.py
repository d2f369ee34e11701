"""Every verb leaves its deed in the record (P-L1); what leaves none says why."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import transaction

from actionplans import actions as plan_actions
from consent import actions as consent_actions
from consent.actions.items import ItemFacts
from consent.models import Disclosure, InformationItem, Inquiry, PaperReview, ReviewKind, SigningSession, Withdrawal
from consent.reviews import seal, to_review
from hub import actions as hub_actions
from hub.access import Denied
from hub.actions.sign_in import Invited
from hub.actions.start import FirstFacts
from hub.audit import DEEDS
from hub.models import ApiToken, Assignment, AuditEntry, Case, CaseSeat, Individual, Invitation, Relative
from meetings import actions as meeting_actions
from reports import actions as statistics_actions
from tests import (
    asking,
    deeds_administration,
    deeds_after,
    deeds_meetings,
    deeds_meetings_calendar,
    deeds_meetings_groups,
    deeds_meetings_minutes,
    deeds_meetings_screen,
    deeds_plans,
    deeds_rbm,
    deeds_statistics,
    deeds_triage_intake,
)
from tests.cast import (
    NOW,
    SECOND,
    YES,
    World,
    draft_paper,
    fill_period,
    info_type,
    mask,
    person,
    sign,
    take_back,
    write,
)
from tests.disclosing import give

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)

#: Names in `__all__` that are no deeds, or deeds of somebody else's verb.
EXEMPT: dict[str, str] = {
    "cancel_messages": "part of the verbs that call it; its rows are logged",
    "mark_read": "one's own messages; its rows are logged",
    "namers_of": "reads",
    "next_case_number": "part of open_case",
    "notify": "part of the verbs that call it; its rows are logged",
    "AnswerFacts": "a type",
    "Answered": "a type",
    "DisclosureFacts": "a type",
    "ManagersWord": "a type",
    "Matrix": "a type",
    "RecipientChoice": "a type",
    "Scope": "a type",
    "SignerAnswer": "a type",
    "grounds_for": "reads",
    "set_known_from": "part of the verbs that call it; its rows are logged",
    "signers_of": "reads",
}

Deed = Callable[[World], object]


def facts(body: str = "En uppgift.") -> ItemFacts:
    return ItemFacts(type=info_type("measures_and_plan"), event_date=date(2026, 3, 2), body=body)


def draft(world: World) -> InformationItem:
    return write(world, "kim", "measures_and_plan", record=False)


def paper(world: World) -> SigningSession:
    return draft_paper(world, at=NOW)


def waiting(world: World) -> SigningSession:
    """A registered paper that Emil has not answered."""
    return sign(world, paper(world), emil=None, at=NOW)


def deputy(world: World) -> CaseSeat:
    return CaseSeat.objects.get(assignment=world.dag.assignment, kind="deputy")


def period(session: SigningSession, world: World) -> SigningSession:
    return fill_period(session, date(2026, 3, 2), date(2026, 5, 31), by=world.kim.actor, at=LATER)


def matrix(world: World) -> SigningSession:
    session = paper(world)
    consent = session.consents.get(disclosing=world.school)
    choice = {world.social.pk: consent_actions.RecipientChoice(types=mask("attendance"), purpose="Stöd")}
    return consent_actions.save_matrix(consent, choice, row_version=session.row_version, by=world.kim.actor, at=LATER)


def purpose(world: World) -> SigningSession:
    session = paper(world)
    return consent_actions.save_purpose(
        session,
        purpose="Ett annat ändamål",
        disclosing=[world.school],
        court_requirement="",
        row_version=session.row_version,
        by=world.kim.actor,
        at=LATER,
    )


def withdrawn(world: World) -> list[Withdrawal]:
    return take_back(world, at=LATER)


def reviewed(world: World) -> PaperReview:
    Relative.objects.filter(pk=world.emil.pk).update(custody_to=NOW)
    kind = ReviewKind.CUSTODY
    seen = seal(to_review(world.session, kind, at=LATER))
    return consent_actions.review_paper(
        world.session, kind=kind, note="Talade", seen=seen, by=world.kim.actor, at=LATER
    )


def details(world: World) -> Withdrawal:
    (withdrawal, *_others) = consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)
    return consent_actions.complete_details(
        withdrawal, signature=None, channel="phone", stated_at=NOW, details="", by=world.kim.actor, at=LATER
    )


def hindered(world: World) -> object:
    type(world.kommun).objects.filter(pk=world.kommun.pk).update(hindered_guardian_rule=True)
    return consent_actions.decide_hindered(
        world.elias, world.emil.person, cause="a", attempts="b", why_cannot_wait="c", by=world.kim.actor, at=LATER
    )


def disclosed(world: World, **changes: bool) -> Disclosure:
    return give(world, write(world, "kim", "measures_and_plan"), to="pia", at=LATER, **changes)


def asked(world: World) -> Inquiry:
    inquiry = asking.ask(world, asking.investigate(world))
    asking.name(world, inquiry, "sam")
    return inquiry


def changed_person(world: World) -> object:
    return hub_actions.change_person(
        world.elias.person,
        person("Elias", "Holm", date(2010, 12, 3), school="Ny skola"),
        row_version=world.elias.person.row_version,
        by=world.kim.actor,
        at=LATER,
    )


def relative(world: World) -> object:
    return hub_actions.add_relative(
        world.elias,
        person("Moa", "Holm", date(2005, 1, 1)),
        kind="sibling",
        custody_from=None,
        custody_to=None,
        by=world.kim.actor,
        at=LATER,
    )


def made_token(world: World) -> ApiToken:
    token, _secret = hub_actions.make_token(
        assignment=world.kim.assignment,
        municipality_id=world.kommun.pk,
        name="Verksamhetssystemet",
        scopes=["read"],
        expires_at=LATER + timedelta(days=1),
        by=world.kim.actor,
        at=NOW,
    )
    return token


def another_youth(world: World) -> Individual:
    return hub_actions.register_individual(person("Nova", "Ek", date(2011, 5, 5)), by=world.kim.actor, at=LATER)


def planned_party(world: World) -> None:
    party = hub_actions.propose_party(world.case, world.other_police, role="kontaktpolis", by=world.kim.actor, at=NOW)
    hub_actions.set_active_from(party, LATER, at=NOW)


def invited(world: World) -> tuple[Invitation, str]:
    facts = Invited(email="ny@example.se", name="Nya Nord", unit=world.youth_unit, role="officer")
    return hub_actions.invite(facts, by=world.ada.actor, at=LATER)


def first_administrator(world: World) -> None:
    Assignment.objects.filter(role="administrator").update(valid_to=LATER)
    facts = FirstFacts(email="forsta@example.se", name="Fia First", agency="Nya nämnden", unit="Administration")
    hub_actions.set_up_administrator(facts, kommun=world.kommun, at=LATER)


#: verb → the name it must leave, and a way to do it.
def moved(w: World) -> Case:
    return hub_actions.move_to_unit(w.case, w.ines.assignment.unit, by=w.kim.actor, at=LATER)


HUB: dict[str, tuple[str, Deed]] = {
    "add_relative": ("relative.added", relative),
    "break_glass": (
        "break_glass",
        lambda w: hub_actions.break_glass(
            w.elias, kind="own_items", reason="Oro", case=w.case, by=w.olof.actor, at=LATER
        ),
    ),
    "change_custody": (
        "relative.custody_changed",
        lambda w: hub_actions.change_custody(
            w.emil, custody_from=date(2010, 12, 3), custody_to=date(2026, 3, 2), by=w.kim.actor, at=LATER
        ),
    ),
    "change_person": ("person.changed", changed_person),
    "change_phase": (
        "case.phase_changed",
        lambda w: hub_actions.change_phase(w.case, "följ upp", by=w.kim.actor, at=LATER),
    ),
    "close_case": (
        "case.closed",
        lambda w: hub_actions.close_case(w.case, outcome="as_planned", note="", by=w.kim.actor, at=LATER),
    ),
    "end_participation": (
        "party.ended",
        lambda w: hub_actions.end_participation(w.parties["school"], reason="klart", by=w.kim.actor, at=LATER),
    ),
    "give_seat": (
        "seat.given",
        lambda w: hub_actions.give_seat(
            w.case.participations.get(role="agare"), w.olof.assignment, kind="officer", by=w.kim.actor, at=LATER
        ),
    ),
    "make_token": ("token.made", made_token),
    "move_to_unit": ("case.moved", moved),
    "name_contact": (
        "seat.given",
        lambda w: hub_actions.name_contact(
            w.parties["police"], contact=w.peo.assignment, deputy=None, by=w.pia.actor, at=LATER
        ),
    ),
    "accept_invitation": (
        "invitation.accepted",
        lambda w: hub_actions.accept_invitation(invited(w)[1], name="Nya", password="Tre glada grodor", at=LATER),
    ),
    "invite": ("invitation.made", lambda w: invited(w)),
    "reset_sign_in": (
        "factor.reset",
        lambda w: hub_actions.reset_sign_in(w.kim.user, w.youth_unit, new_password=False, by=w.ada.actor, at=LATER),
    ),
    "revoke_invitation": (
        "invitation.revoked",
        lambda w: hub_actions.revoke_invitation(invited(w)[0], by=w.ada.actor, at=LATER),
    ),
    "set_up_administrator": (
        "administrator.set_up",
        first_administrator,
    ),
    "send_invitation_again": (
        "invitation.sent_again",
        lambda w: hub_actions.send_invitation_again(invited(w)[0], by=w.ada.actor, at=LATER),
    ),
    "open_case": (
        "case.opened",
        lambda w: hub_actions.open_case(w.elias, form="MASH", phase="utredning", by=w.kim.actor, at=LATER),
    ),
    "propose_party": (
        "party.proposed",
        lambda w: hub_actions.propose_party(w.case, w.other_police, role="kontaktpolis", by=w.kim.actor, at=LATER),
    ),
    "recuse": ("recusal", lambda w: hub_actions.recuse(w.elias, reason="Granne", by=w.sam.actor, at=LATER)),
    "revoke_token": (
        "token.revoked",
        lambda w: hub_actions.revoke_token(made_token(w), by=w.kim.actor, at=LATER),
    ),
    "register_individual": ("person.registered", another_youth),
    "register_substitute": (
        "seat.substitute",
        lambda w: hub_actions.register_substitute(
            deputy(w), from_at=LATER, to_at=LATER + timedelta(days=1), by=w.dag.actor, at=LATER
        ),
    ),
    "replace_lead": (
        "seat.ended",
        lambda w: hub_actions.replace_lead(w.case, kind="lots", assignment=w.olof.assignment, by=w.kim.actor, at=LATER),
    ),
    "set_active_from": ("party.active", planned_party),
}
CONSENT: dict[str, tuple[str, Deed]] = {
    "annotate": (
        "item.annotated",
        lambda w: consent_actions.annotate(
            write(w, "kim", "measures_and_plan"), kind="addition", text="Mer", by=w.kim.actor, at=LATER
        ),
    ),
    "assess_maturity": (
        "maturity.assessed",
        lambda w: consent_actions.assess_maturity(w.elias, level="together", why="Samtal", by=w.kim.actor, at=LATER),
    ),
    "complete_details": ("consent.withdrawal_details", details),
    "decide_hindered": ("guardian.hindered", hindered),
    "discard_draft": (
        "item.discarded",
        lambda w: consent_actions.discard_draft(draft(w), by=w.kim.actor, at=LATER),
    ),
    "discard_session": (
        "consent.discarded",
        lambda w: consent_actions.discard_session(s := paper(w), row_version=s.row_version, by=w.kim.actor, at=LATER),
    ),
    "disclose": ("disclosure.made", disclosed),
    "end_disclosure": (
        "disclosure.ended",
        lambda w: consent_actions.end_disclosure(disclosed(w), reason="Behövs inte", by=w.kim.actor, at=LATER),
    ),
    "ask": ("inquiry.asked", asked),
    "answer_inquiry": (
        "inquiry.answered",
        lambda w: consent_actions.answer_inquiry(asked(w), None, by=w.sam.actor, at=LATER),
    ),
    "withdraw_inquiry": (
        "inquiry.withdrawn",
        lambda w: consent_actions.withdraw_inquiry(asked(w), reason="Behövs inte", by=w.kim.actor, at=LATER),
    ),
    "note_told": (
        "disclosure.told",
        lambda w: consent_actions.note_told(
            disclosed(w, person_told=False), note="Vid mötet", by=w.kim.actor, at=LATER
        ),
    ),
    "file_item": (
        "item.filed",
        lambda w: consent_actions.file_item(
            write(w, "sam", "attendance"), case=w.case, quote="Citat", reason="Behövs", by=w.kim.actor, at=LATER
        ),
    ),
    "record_item": ("item.recorded", lambda w: consent_actions.record_item(draft(w), by=w.kim.actor, at=LATER)),
    "register_answer": (
        "consent.answer",
        lambda w: consent_actions.register_answer(waiting(w), w.emil.person, "guardian", YES, by=w.kim.actor, at=LATER),
    ),
    "register_session": ("consent.registered", waiting),
    "release_item": (
        "item.released",
        lambda w: consent_actions.release_item(
            write(w, "pia", "police_tells", release=False), tested=True, by=w.pia.actor, at=LATER
        ),
    ),
    "renew_session": (
        "consent.drafted",
        lambda w: consent_actions.renew_session(w.session, by=w.kim.actor, at=LATER),
    ),
    "review_paper": ("consent.reviewed", reviewed),
    "save_answer": (
        "consent.answer",
        lambda w: consent_actions.save_answer(paper(w), w.eva.person, "guardian", YES, by=w.kim.actor, at=LATER),
    ),
    "save_draft": (
        "item.changed",
        lambda w: consent_actions.save_draft(
            d := draft(w), facts("Ny text."), row_version=d.row_version, by=w.kim.actor, at=LATER
        ),
    ),
    "save_matrix": ("consent.changed", matrix),
    "save_period": ("consent.changed", lambda w: period(paper(w), w)),
    "save_purpose": ("consent.changed", purpose),
    "start_session": (
        "consent.drafted",
        lambda w: consent_actions.start_session(w.case, by=w.kim.actor, at=LATER),
    ),
    "stop_sharing": (
        "consent.stopped",
        lambda w: consent_actions.stop_sharing(w.elias, by=w.pia.actor, at=LATER),
    ),
    "withdraw": ("consent.withdrawn", withdrawn),
    "write_item": ("item.drafted", lambda w: consent_actions.write_item(w.case, facts(), by=w.kim.actor, at=LATER)),
}


HUB |= deeds_administration.HUB
CONSENT |= deeds_administration.CONSENT
TRIAGE: dict[str, tuple[str, Deed]] = {**deeds_triage_intake.DEEDS}
MEETINGS: dict[str, tuple[str, Deed]] = {
    **deeds_meetings.DEEDS,
    **deeds_meetings_calendar.DEEDS,
    **deeds_meetings_minutes.DEEDS,
    **deeds_meetings_groups.DEEDS,
    **deeds_meetings_screen.DEEDS,
}
PLANS = deeds_plans.DEEDS | deeds_rbm.DEEDS | deeds_after.DEEDS
EXEMPT |= deeds_administration.EXEMPT


def test_every_verb_is_here_or_says_why_it_leaves_no_deed() -> None:
    verbs = {*hub_actions.__all__, *consent_actions.__all__}
    assert verbs == {*HUB, *CONSENT, *EXEMPT}
    parts = (deeds_meetings, deeds_meetings_groups, deeds_meetings_minutes, deeds_meetings_screen)
    types = {name for part in parts for name in part.EXEMPT}
    assert set(meeting_actions.__all__) == {*MEETINGS, *types}
    assert set(plan_actions.__all__) == {*PLANS, *deeds_plans.EXEMPT, *deeds_rbm.EXEMPT, *deeds_after.EXEMPT}
    assert set(statistics_actions.__all__) == {*deeds_statistics.DEEDS, *deeds_statistics.EXEMPT}


@pytest.mark.parametrize(
    "deeds",
    [HUB, CONSENT, TRIAGE, MEETINGS, PLANS, deeds_statistics.DEEDS],
    ids=["hub", "consent", "triage", "meetings", "plans", "statistics"],
)
def test_every_verb_leaves_its_deed(world: World, deeds: dict[str, tuple[str, Deed]]) -> None:
    unrecorded: dict[str, list[str]] = {}
    unclear: set[str] = set()
    for verb, (action, do) in deeds.items():
        last = AuditEntry.objects.latest("pk").pk
        with transaction.atomic():
            do(world)
            left = list(AuditEntry.objects.filter(pk__gt=last, kind="deed"))
            transaction.set_rollback(True)
        world.elias.refresh_from_db()
        world.case.refresh_from_db()
        if action not in {entry.action for entry in left}:
            unrecorded[verb] = sorted({entry.action for entry in left})
        if any(not (entry.municipality_id and entry.objects_seen) for entry in left):
            unclear.add(verb)
    assert unrecorded == {}
    assert unclear == set(), "a deed says in which kommun and on which rows"


def test_every_deed_of_the_list_has_swedish_words() -> None:
    assert {name: words for name, words in DEEDS.items() if not words.strip() or words == name} == {}


def test_a_second_press_and_a_stranger_leave_no_deed_of_their_own(world: World) -> None:
    """What was refused is recorded by the edge, not by the verb."""
    last = AuditEntry.objects.latest("pk").pk
    with pytest.raises(Denied), transaction.atomic():
        consent_actions.stop_sharing(world.elias, by=world.olle.actor, at=LATER + SECOND)
    assert not AuditEntry.objects.filter(pk__gt=last).exists()
