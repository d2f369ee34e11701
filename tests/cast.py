"""The named cast of the tests: a reader knows them by heart, everything else is local to a test.

Kim coordinates Elias' SIG in Spånga; Lovisa is his lots, Mona manages the unit. Pia (police), Sam (school) and Fia
(leisure) are the parties' contacts, Dag is Pia's deputy. Outside: Olof (same unit, no seat), Ines (intake, another
unit), Peo (same police, no seat), Olle (police of another district), Otto (another kommun), Rut (reviewer), Ada
(administrator). Elias, 15, has two guardians, Eva and Emil, and an elder friend nobody names.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.test import Client

from consent import actions as consent_actions
from consent.actions import Matrix, RecipientChoice, Scope, SignerAnswer
from consent.actions.items import ItemFacts
from consent.models import Consent, InformationItem, InformationType, Signature, SigningSession, Withdrawal
from hub import actions as hub_actions
from hub.access import Actor
from hub.actions.people import PersonFacts
from hub.models import (
    Agency,
    Agreement,
    AgreementParty,
    Assignment,
    Case,
    District,
    Individual,
    Municipality,
    Participation,
    Relative,
    Unit,
    User,
)
from hub.tenancy import set_context

#: Monday 2 March 2026, 09.00 in Stockholm: when everything in the cast begins.
START = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
#: An hour later, when the consent has been signed and the contacts named.
NOW = START + timedelta(hours=1)
#: When everybody was employed and the agreement with the police began.
YEAR_BEFORE = START - timedelta(days=365)
START_DAY = date(2026, 3, 2)
LAST_DAY = date(2026, 8, 31)
SECOND = timedelta(seconds=1)


@dataclass
class Member:
    """One professional: the user, the assignment they act under, and their actor."""

    user: User
    assignment: Assignment
    actor: Actor

    @property
    def agency(self) -> Agency:
        return self.assignment.unit.agency


@dataclass
class World:
    """Everything the cast lives in."""

    kommun: Municipality
    other_kommun: Municipality
    social: Agency
    police: Agency
    school: Agency
    leisure: Agency
    other_police: Agency
    youth_unit: Unit
    members: dict[str, Member] = field(default_factory=dict)
    elias: Individual = field(init=False)
    case: Case = field(init=False)
    parties: dict[str, Participation] = field(default_factory=dict)
    eva: Relative = field(init=False)
    emil: Relative = field(init=False)
    session: SigningSession = field(init=False)
    #: Mark → id of the item that carries it (tests/leaks.py), and member → key of an open session; in a marked world.
    marks: dict[str, int] = field(init=False)
    cookies: dict[str, str] = field(init=False)

    def __getattr__(self, name: str) -> Member:
        """`world.kim`, `world.pia` … are the members of the cast."""
        try:
            return self.__dict__["members"][name]  # type: ignore[no-any-return]  # free keyword arguments
        except KeyError as unknown:
            raise AttributeError(name) from unknown

    def consent_of(self, agency: Agency) -> Consent:
        return Consent.objects.filter(individual=self.elias, disclosing=agency).latest("pk")

    def client(self, name: str) -> Client:
        """A browser signed in as a member of the cast."""
        client = Client()
        client.force_login(self.members[name].user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def look(self) -> None:
        """Work in the cast's kommun again (a request of another kommun changes it for the test's transaction)."""
        set_context(municipality_id=self.kommun.pk)


def info_type(code: str) -> InformationType:
    return InformationType.objects.get(code=code)


def mask(*codes: str) -> int:
    """The bitmask of these information types."""
    return sum(InformationType.objects.filter(code__in=codes).values_list("mask", flat=True))


def member(world: World, name: str, full_name: str, unit: Unit, role: str, *, names_contacts: bool = False) -> Member:
    """Employ someone from a year before START on."""
    user = User.objects.create_user(f"{name}@example.se", full_name)
    assignment = Assignment.objects.create(
        user=user,
        unit=unit,
        role=role,
        names_contacts=names_contacts,
        valid_from=YEAR_BEFORE,
    )
    kommun = unit.agency.municipality_id or world.kommun.pk
    actor = Actor.acting_under(assignment, municipality_id=kommun)
    world.members[name] = Member(user, assignment, actor)
    return world.members[name]


def agency(world: World, name: str, kind: str, **fields: object) -> Agency:
    """An agency that serves the cast's kommun (or the kommun given), with one unit of the same name."""
    kommun = fields.pop("serves", world.kommun)
    assert isinstance(kommun, Municipality)
    made = Agency.objects.create(name=name, kind=kind, releases_items=kind == "polis", **fields)
    made.serves.add(kommun)
    Unit.objects.create(agency=made, name=f"{name}, enheten")
    return made


def agree(
    world: World, *agencies: Agency, valid_from: datetime = YEAR_BEFORE, title: str = "Samverkan kring barn och unga"
) -> Agreement:
    """The kommun's agreement with agencies from outside: without one their people read nothing (P-A2 clause 1)."""
    set_context(municipality_id=world.kommun.pk)
    agreement = Agreement.objects.create(
        municipality=world.kommun,
        title=title,
        level="kommun",
        reference="KS 2025/117",
        valid_from=valid_from,
    )
    for party in agencies:
        AgreementParty.objects.create(
            municipality=world.kommun, agreement=agreement, agency=party, valid_from=valid_from
        )
    return agreement


def person(given_name: str, family_name: str, birth_date: date, **fields: object) -> PersonFacts:
    return PersonFacts(given_name=given_name, family_name=family_name, birth_date=birth_date, **fields)  # type: ignore[arg-type]  # free keyword arguments


def organise() -> World:
    """The kommun, its agencies and everybody employed there."""
    stockholm, solna = Municipality.objects.get(code="0180"), Municipality.objects.get(code="0184")
    spanga = District.objects.create(municipality=stockholm, name="Spånga-Tensta")
    world = World.__new__(World)
    world.__dict__.update(kommun=stockholm, other_kommun=solna, members={}, parties={})
    home = {"municipality": stockholm}
    world.social = agency(world, "Socialtjänsten Spånga", "socialtjanst", district=spanga, **home)
    world.police = agency(world, "Polisen Vällingby", "polis")
    world.school = agency(world, "Bussenhusskolan", "skola", **home)
    world.leisure = agency(world, "Tensta fritidsgård", "fritid", **home)
    world.other_police = agency(world, "Polisen Farsta", "polis")
    world.youth_unit = world.social.units.get()
    intake = Unit.objects.create(agency=world.social, name="Mottagningen")
    elsewhere = agency(world, "Socialtjänsten Solna", "socialtjanst", municipality=solna, serves=solna)

    agree(world, world.police, world.other_police)

    member(world, "kim", "Kim Samuelsson", world.youth_unit, "coordinator")
    member(world, "lovisa", "Lovisa Lind", world.youth_unit, "lots")
    member(world, "olof", "Olof Ek", world.youth_unit, "officer")
    member(world, "mona", "Mona Ahl", world.youth_unit, "manager")
    member(world, "rut", "Rut Granlund", world.youth_unit, "reviewer")
    member(world, "ada", "Ada Öst", world.youth_unit, "administrator")
    member(world, "ines", "Ines Falk", intake, "officer")
    member(world, "pia", "Pia Holm", world.police.units.get(), "contact", names_contacts=True)
    member(world, "dag", "Dag Berg", world.police.units.get(), "contact")
    member(world, "peo", "Peo Vik", world.police.units.get(), "contact")
    member(world, "sam", "Sam Lund", world.school.units.get(), "contact", names_contacts=True)
    member(world, "fia", "Fia Ström", world.leisure.units.get(), "contact", names_contacts=True)
    member(world, "olle", "Olle Norr", world.other_police.units.get(), "contact", names_contacts=True)
    member(world, "otto", "Otto Solna", elsewhere.units.get(), "coordinator")
    return world


def register_elias(world: World) -> None:
    """Elias Holm, 15, his guardians Eva and Emil, and his SIG with Kim and Lovisa."""
    kim = world.kim.actor
    world.elias = hub_actions.register_individual(person("Elias", "Holm", date(2010, 12, 3), sex="M"), by=kim, at=START)
    world.case = hub_actions.open_case(world.elias, form="SIG", phase="insats", by=kim, at=START, newly_registered=True)
    hub_actions.replace_lead(world.case, kind="lots", assignment=world.lovisa.assignment, by=kim, at=START)
    guardians = {"eva": ("Eva", "mother", date(1980, 5, 1)), "emil": ("Emil", "father", date(1978, 2, 28))}
    for attribute, (given, kind, born) in guardians.items():
        relative = hub_actions.add_relative(
            world.elias,
            person(given, "Holm", born),
            kind=kind,
            custody_from=date(2010, 12, 3),
            custody_to=None,
            by=kim,
            at=START,
        )
        setattr(world, attribute, relative)
    parties = {
        "police": (world.police, "kontaktpolis"),
        "school": (world.school, "skolkontakt"),
        "leisure": (world.leisure, "fritidskontakt"),
    }
    for name, (party, role) in parties.items():
        world.parties[name] = hub_actions.propose_party(world.case, party, role=role, by=kim, at=START)


#: What the paper says by default: discloser → recipient → types.
PAPER: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "school": {"social": ("attendance", "school_situation"), "police": ("attendance",)},
    "police": {"social": ("police_tells",)},
    "social": {"police": ("measures_and_plan",), "school": ("measures_and_plan",)},
    "leisure": {"social": ("leisure",)},
}


def draft_paper(
    world: World,
    *,
    paper: Mapping[str, Mapping[str, tuple[str, ...]]] = PAPER,
    first_day: date = START_DAY,
    last_day: date = LAST_DAY,
    at: datetime = START,
) -> SigningSession:
    """A paper filled in as far as the signatures."""
    kim = world.kim.actor
    session = consent_actions.start_session(world.case, by=kim, at=at)
    session = consent_actions.save_purpose(
        session,
        purpose="Samordna stöd i skola och fritid",
        disclosing=[getattr(world, name) for name in paper],
        court_requirement="",
        row_version=session.row_version,
        by=kim,
        at=at,
    )
    for name, recipients in paper.items():
        matrix: Matrix = {
            getattr(world, recipient).pk: RecipientChoice(types=mask(*codes), purpose="För stödet")
            for recipient, codes in recipients.items()
        }
        consent = session.consents.get(disclosing=getattr(world, name))
        session = consent_actions.save_matrix(consent, matrix, row_version=session.row_version, by=kim, at=at)
    return fill_period(session, first_day, last_day, by=kim, at=at)


def fill_period(session: SigningSession, first_day: date, last_day: date, *, by: Actor, at: datetime) -> SigningSession:
    """From when to when, on the hub's own form in Swedish."""
    return consent_actions.save_period(
        session,
        first_day=first_day,
        last_day=last_day,
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


YES = SignerAnswer(answer="given", how="paper", voluntary=True)
NO = SignerAnswer(answer="refused", how="paper")


def sign(
    world: World,
    session: SigningSession,
    *,
    youth: SignerAnswer | None = YES,
    eva: SignerAnswer | None = YES,
    emil: SignerAnswer | None = YES,
    at: datetime = START,
) -> SigningSession:
    """Note the answers and register the paper."""
    answers = (
        (world.elias.person, "youth", youth),
        (world.eva.person, "guardian", eva),
        (world.emil.person, "guardian", emil),
    )
    for signer, role, answer in answers:
        if answer is not None:
            consent_actions.save_answer(session, signer, role, answer, by=world.kim.actor, at=at)
    return consent_actions.register_session(session, row_version=session.row_version, by=world.kim.actor, at=at)


def name_contacts(world: World, *, at: datetime = START) -> None:
    """Each party names its contact; the police also a deputy, whose seat sleeps."""
    for party in world.parties.values():
        party.refresh_from_db()
    deputies = {"police": world.dag.assignment}
    for name, who in (("police", world.pia), ("school", world.sam), ("leisure", world.fia)):
        hub_actions.name_contact(
            world.parties[name],
            contact=who.assignment,
            deputy=deputies.get(name),
            by=who.actor,
            at=at,
        )


def share(world: World) -> None:
    """Elias' consent in force and every contact named."""
    register_elias(world)
    world.session = sign(world, draft_paper(world))
    name_contacts(world)


def take_back(
    world: World,
    *consents: Consent,
    scope: Scope | None = None,
    signature: Signature | None = None,
    stated_at: datetime | None = None,
    at: datetime = NOW,
) -> list[Withdrawal]:
    """Kim registers a call: the school's consent, or these, the whole of it, or less."""
    return consent_actions.withdraw(
        consents or [world.consent_of(world.school)],
        scope=scope or Scope(),
        signature=signature,
        channel="phone",
        stated_at=stated_at,
        details="",
        by=world.kim.actor,
        at=at,
    )


def write(
    world: World,
    who: str,
    code: str,
    *,
    on: date = START_DAY,
    body: str = "En uppgift.",
    at: datetime = NOW,
    record: bool = True,
    release: bool = True,
    **facts: object,
) -> InformationItem:
    """An item by a member of the cast, recorded (and released, for police) unless told otherwise."""
    actor = world.members[who].actor
    item = consent_actions.write_item(
        world.case,
        ItemFacts(type=info_type(code), event_date=on, body=body, **facts),  # type: ignore[arg-type]  # free keyword arguments
        by=actor,
        at=at,
    )
    if record:
        consent_actions.record_item(item, by=actor, at=at)
        if actor.agency_kind == "polis" and release:
            consent_actions.release_item(item, tested=True, by=actor, at=at)
    item.refresh_from_db()
    return item


def once_key() -> str:
    return str(uuid.uuid4())


def signature_of(world: World, relative: Relative | None = None) -> Signature:
    """Elias' own signature on the cast's paper, or a relative's."""
    who = relative.person if relative else world.elias.person
    return Signature.objects.get(session=world.session, person=who)
