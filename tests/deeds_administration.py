"""The deeds of the administration, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable
from datetime import date

from consent import actions as consent_actions
from consent.models import ConsentSettings, InformationType
from hub import actions as hub_actions
from hub.actions import AgencyFacts, AgreementFacts, AssignmentFacts
from hub.models import AgreementParty, Municipality, StaffImport, Unit, User
from tests.cast import NOW, World, agency, member
from tests.story import administer

Deed = Callable[[World], object]
DAY = NOW.date()

EXEMPT: dict[str, str] = {
    "AgencyFacts": "a type",
    "AgreementFacts": "a type",
    "AssignmentFacts": "a type",
    "Meaning": "a type",
    "Rules": "a type",
    "Wording": "a type",
}
WORDS = consent_actions.Wording(
    name="Boende", description="Var den unga bor", easy_name="Boende", easy_description="Var du bor", example="",
    advice="",
)  # fmt: skip


def facts(title: str = "Jour", last: date | None = None) -> AgreementFacts:
    return AgreementFacts(title=title, level="operative", reference="", note="", first=DAY, last=last)


def post(unit: Unit, role: str = "officer") -> AssignmentFacts:
    return AssignmentFacts(unit=unit, role=role, first=DAY)


def new_user(w: World) -> object:
    return hub_actions.add_user(
        email="ny@example.se", name="Nya Ny", qualified=True, assignment=post(w.youth_unit), by=w.ada.actor, at=NOW
    )


def change_user(w: World) -> User:
    user = w.olof.user
    return hub_actions.change_user(
        user, name="Olof Ekman", email=user.email, qualified=True, active=True, row_version=1, by=w.ada.actor, at=NOW
    )


def serve(w: World) -> None:
    far = agency(w, "Polisen Solna", "polis", serves=Municipality.objects.get(code="0184"))
    member(w, "sol", "Sol Solna", far.units.get(), "administrator")
    hub_actions.let_agency_serve(far, by=w.ada.actor, at=NOW)


def another_agreement(w: World) -> object:
    return hub_actions.add_agreement(facts(), by=w.ada.actor, at=NOW)


def ended_agreement(w: World) -> None:
    party = AgreementParty.objects.get(agency=w.police)
    hub_actions.end_agreement(party.agreement, row_version=1, by=w.ada.actor, at=NOW)


def changed_agreement(w: World) -> None:
    agreement = hub_actions.add_agreement(facts(), by=w.ada.actor, at=NOW)
    hub_actions.change_agreement(agreement, facts("Jouren"), row_version=1, by=w.ada.actor, at=NOW)


def joined(w: World) -> None:
    agreement = hub_actions.add_agreement(facts(), by=w.ada.actor, at=NOW)
    hub_actions.add_agreement_party(agreement, w.school, first=DAY, last=None, by=w.ada.actor, at=NOW)


def imported(w: World) -> None:
    administer(w)
    file = StaffImport.objects.get()
    hub_actions.import_staff(file, sha256=file.sha256, by=w.ada.actor, at=NOW)


def taken_back(w: World) -> None:
    administer(w)
    consent_actions.take_back_rules(ConsentSettings.objects.get(), by=w.ada.actor, at=NOW)


def attendance() -> InformationType:
    return InformationType.objects.get(code="attendance")


HUB: dict[str, tuple[str, Deed]] = {
    "add_agency": (
        "agency.added",
        lambda w: hub_actions.add_agency(
            AgencyFacts(name="Frivården", kind="frivard", home=False), unit="Unga", by=w.ada.actor, at=NOW
        ),
    ),
    "add_agreement": ("agreement.added", another_agreement),
    "add_agreement_party": ("agreement.party_added", joined),
    "add_unit": ("unit.added", lambda w: hub_actions.add_unit(w.school, "Elevhälsan", by=w.ada.actor, at=NOW)),
    "add_user": ("user.added", new_user),
    "change_agency": (
        "agency.changed",
        lambda w: hub_actions.change_agency(
            w.school, name="Bussenhus skola", district=None, row_version=1, by=w.ada.actor, at=NOW
        ),
    ),
    "change_agreement": ("agreement.changed", changed_agreement),
    "change_unit": (
        "unit.changed",
        lambda w: hub_actions.change_unit(w.youth_unit, "Unga vuxna", row_version=1, by=w.ada.actor, at=NOW),
    ),
    "change_user": ("user.changed", change_user),
    "end_agreement": ("agreement.ended", ended_agreement),
    "end_agreement_party": (
        "agreement.party_ended",
        lambda w: hub_actions.end_agreement_party(
            AgreementParty.objects.get(agency=w.police), last=None, by=w.ada.actor, at=NOW
        ),
    ),
    "end_assignment": (
        "assignment.ended",
        lambda w: hub_actions.end_assignment(
            w.olof.assignment, last=None, replacement=None, row_version=1, by=w.ada.actor, at=NOW
        ),
    ),
    "give_assignment": (
        "assignment.given",
        lambda w: hub_actions.give_assignment(w.olof.user, post(w.youth_unit, "lots"), by=w.ada.actor, at=NOW),
    ),
    "import_staff": ("staff.imported", imported),
    "let_agency_serve": ("agency.serves", serve),
    "upload_staff": ("staff.checked", administer),
}
CONSENT: dict[str, tuple[str, Deed]] = {
    "add_type": (
        "type.added",
        lambda w: consent_actions.add_type(
            consent_actions.Meaning(code="housing", writers=["socialtjanst"], writers_reason="De vet"),
            WORDS,
            from_day=DAY,
            by=w.ada.actor,
            at=NOW,
        ),
    ),
    "close_type": (
        "type.closed",
        lambda w: consent_actions.close_type(attendance(), from_day=DAY, row_version=1, by=w.ada.actor, at=NOW),
    ),
    "decide_rules": ("rules.decided", administer),
    "reword_type": (
        "type.reworded",
        lambda w: consent_actions.reword_type(attendance(), WORDS, from_day=DAY, row_version=1, by=w.ada.actor, at=NOW),
    ),
    "take_back_rules": ("rules.taken_back", taken_back),
}
