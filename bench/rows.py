"""The rows of a load, table by table, from the plan: what `bench.loading` copies into the database.

A column that is not named here gets its model's default, so that a new field does not break the load.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from bench.plan import LEISURE, PARTY_ROLES, POLICE, SCHOOL, SOCIAL, Desk, Organisation, Party, Youth
from hub.clock import local_day, start_of_day

GIVEN = (
    "Adam Ahmed Albin Alice Alma Alva Amanda Amir Anton Anna Arvid Astrid Axel Bilal Ebba Edvin Elias "
    "Ella Elin Elsa Emil Emma Erik Fatima Filip Freja Gustav Hanna Hugo Ida Isak Jasmin Johan Julia Kevin "
    "Klara Leo Liam Linnea Lova Love Lukas Maja Malte Maria Milo Mohamed Moa Nils Noah Nora Olle Omar "
    "Oscar Saga Sami Sara Selma Signe Sofia Stella Theo Tilde Vera Viggo Vincent Wilma Yasmin Ylva Zahra "
    "Åke Ärla Östen "
).split()
FIRST = (
    "Al Berg Björk Blom Dahl Ek En Fors Gran Hag Hed Holm Hög Kvarn Lind Ljung Lund Malm Mo Nor Ny Ros Sand Sjö Skog "
    "Sten Ström Sund Söder Tall Väster Å Äng Ö Öst"
).split()
LAST = "berg blad blom borg by dahl fors gren gård holm kvist lid lund man mark qvist sjö stedt ström vall vik".split()
SENTENCES = (
    "Har kommit i tid alla dagar utom en den senaste veckan.",
    "Berättar att det känns bättre efter mötet med mentorn.",
    "Frånvaron är fortfarande hög på måndagar och fredagar.",
    "Deltar i aktiviteten på fritidsgården två kvällar i veckan.",
    "Familjen har tackat ja till stödsamtal och första tiden är bokad.",
    "Har setts i ett sammanhang som oroar, utan misstanke om brott.",
    "Vi har kommit överens om vad var och en gör till nästa gång.",
    "Har börjat i en mindre grupp och får mer tid för svenska och matematik.",
)
#: What an agency of a kind writes, and by consent gives to whom.
WRITES: dict[str, tuple[str, ...]] = {
    SOCIAL: ("home_and_family", "measures_and_plan", "concern_observations", "peers"),
    SCHOOL: ("attendance", "school_situation", "school_results"),
    POLICE: ("police_tells", "measures_and_plan"),
    LEISURE: ("leisure", "peers", "measures_and_plan"),
}
GIVES: dict[str, dict[str, tuple[str, ...]]] = {
    SOCIAL: {SCHOOL: ("measures_and_plan",), POLICE: ("measures_and_plan", "peers"), LEISURE: ("measures_and_plan",)},
    SCHOOL: {SOCIAL: ("attendance", "school_situation"), POLICE: ("attendance",), LEISURE: ("attendance",)},
    POLICE: {SOCIAL: ("police_tells",), SCHOOL: ("measures_and_plan",), LEISURE: ("measures_and_plan",)},
    LEISURE: {SOCIAL: ("leisure", "peers"), SCHOOL: ("leisure",), POLICE: ("leisure",)},
}
#: A consent holds for at most six months.
CONSENT_DAYS = 180

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the load: its model, the columns (attribute names) given, and the rows."""

    model: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Row]]


class Rows:
    """Makes the rows of every table from one plan."""

    def __init__(
        self,
        organisation: Organisation,
        youths: list[Youth],
        *,
        at: datetime,
        masks: dict[str, int],
        types: dict[str, int],
        permission: int,
    ) -> None:
        """`masks` and `types`: code of an information type → its mask, its id. `permission`: id of hub.view_case."""
        self.organisation, self.youths, self.at = organisation, youths, at
        self.masks, self.types, self.permission = masks, types, permission
        self.begun = at - timedelta(days=800)

    def tables(self) -> list[Table]:
        """In an order in which a row never names one that comes later."""
        return [
            Table(
                "hub.Agency",
                ("id", "name", "kind", "municipality_id", "releases_items"),
                lambda: self.organisation.agencies,
            ),
            Table(
                "hub.Agency_serves", ("id", "agency_id", "municipality_id"), lambda: numbered(self.organisation.serves)
            ),
            Table("hub.Unit", ("id", "agency_id", "name"), lambda: self.organisation.units),
            Table("hub.Agreement", ("id", "municipality_id", "title", "level", "valid_from"), self.agreements),
            Table(
                "hub.AgreementParty",
                ("id", "municipality_id", "agreement_id", "agency_id", "valid_from"),
                self.agreement_parties,
            ),
            Table("hub.User", ("id", "email", "name", "password"), self.users),
            Table(
                "hub.Assignment", ("id", "user_id", "unit_id", "role", "names_contacts", "valid_from"), self.assignments
            ),
            Table(
                "hub.Person",
                ("id", "municipality_id", "agency_id", "given_name", "family_name", "birth_date", "sex", "protection"),
                self.persons,
            ),
            Table("hub.Individual", ("id", "municipality_id", "person_id"), self.individuals),
            Table(
                "hub.Relative",
                ("id", "municipality_id", "individual_id", "person_id", "kind", "custody_from"),
                self.relatives,
            ),
            Table(
                "hub.Case",
                (
                    "id",
                    "municipality_id",
                    "number",
                    "individual_id",
                    "form",
                    "phase",
                    "phase_from",
                    "owner_unit_id",
                    "opened_at",
                    "closed_at",
                    "outcome",
                ),
                self.cases,
            ),
            Table("hub.CaseNumbers", ("id", "municipality_id", "year", "last"), self.case_numbers),
            Table(
                "hub.Participation",
                ("id", "municipality_id", "case_id", "agency_id", "role", "proposed_at", "active_from", "ended_at"),
                self.participations,
            ),
            Table(
                "hub.CaseSeat",
                (
                    "id",
                    "municipality_id",
                    "permission_id",
                    "user_id",
                    "content_object_id",
                    "assignment_id",
                    "participation_id",
                    "kind",
                    "valid_from",
                    "valid_to",
                ),
                self.seats,
            ),
            Table("hub.Recusal", ("id", "municipality_id", "user_id", "individual_id", "at", "reason"), self.recusals),
            Table(
                "hub.Notification",
                ("id", "municipality_id", "assignment_id", "kind", "case_id", "occasion", "told_at", "read_at"),
                self.notifications,
            ),
            Table(
                "consent.SigningSession",
                (
                    "id",
                    "municipality_id",
                    "individual_id",
                    "case_id",
                    "state",
                    "purpose",
                    "first_day",
                    "last_day",
                    "items_from",
                    "created_by_id",
                    "created_at",
                    "registered_at",
                ),
                self.sessions,
            ),
            Table(
                "consent.Consent",
                (
                    "id",
                    "municipality_id",
                    "session_id",
                    "individual_id",
                    "case_id",
                    "disclosing_id",
                    "cooperation",
                    "series",
                    "version",
                    "completed_at",
                    "last_signature_at",
                    "effective",
                ),
                self.consents,
            ),
            Table(
                "consent.ConsentRecipient",
                ("id", "municipality_id", "consent_id", "agency_id", "types", "purpose"),
                self.recipients,
            ),
            Table(
                "consent.Signature",
                (
                    "id",
                    "municipality_id",
                    "session_id",
                    "person_id",
                    "role",
                    "answer",
                    "how",
                    "signed_at",
                    "written_on",
                    "taken_by_id",
                    "voluntary",
                    "required",
                ),
                self.signatures,
            ),
            Table(
                "consent.SignatureTick", ("id", "municipality_id", "signature_id", "recipient_id", "types"), self.ticks
            ),
            Table(
                "consent.Grant",
                (
                    "id",
                    "municipality_id",
                    "individual_id",
                    "source_id",
                    "recipient_id",
                    "types",
                    "items_from",
                    "period",
                    "consent_id",
                ),
                self.grants,
            ),
            Table(
                "consent.InformationItem",
                (
                    "id",
                    "municipality_id",
                    "individual_id",
                    "case_id",
                    "recorded_phase",
                    "agency_id",
                    "type_id",
                    "author_id",
                    "event_date",
                    "body",
                    "created_at",
                    "recorded_at",
                    "released_at",
                    "released_by_id",
                    "audience",
                    "family_barred",
                ),
                self.items,
            ),
            Table("consent.ItemAbout", ("id", "municipality_id", "item_id", "person_id"), self.abouts),
            Table(
                "consent.Disclosure",
                (
                    "id",
                    "municipality_id",
                    "individual_id",
                    "case_id",
                    "source_id",
                    "recipient_id",
                    "ground",
                    "ground_version",
                    "paragraph",
                    "necessity",
                    "told_note",
                    "decided_by_id",
                    "disclosed_at",
                    "readable_until",
                ),
                self.disclosures,
            ),
            Table(
                "consent.DisclosedItem",
                ("id", "municipality_id", "disclosure_id", "item_id", "version"),
                self.disclosed_items,
            ),
            Table(
                "consent.DisclosureRecipient",
                ("id", "municipality_id", "disclosure_id", "assignment_id"),
                self.disclosure_recipients,
            ),
        ]

    # --- organisation -------------------------------------------------------------------------------------------

    def _from_outside(self) -> Iterator[tuple[int, int]]:
        """(agency, kommun served) of every agency that is not the kommun's own: it needs an agreement (P-A2)."""
        homes = {pk: home for pk, _name, _kind, home, _releases in self.organisation.agencies}
        for agency, kommun in self.organisation.serves:
            if homes[agency] != kommun:
                yield agency, kommun

    def agreements(self) -> Iterator[Row]:
        for agency, kommun in self._from_outside():
            yield agency, kommun, f"Överenskommelse {agency}", "kommun", self.begun

    def agreement_parties(self) -> Iterator[Row]:
        for agency, kommun in self._from_outside():
            yield agency, kommun, agency, agency, self.begun

    def users(self) -> Iterator[Row]:
        rng = _random(1)
        for desk in self.organisation.desks:
            yield desk.user, f"person{desk.user}@load.example", f"{rng.choice(GIVEN)} {_family(rng)}", "!"

    def assignments(self) -> Iterator[Row]:
        for desk in self.organisation.desks:
            names = desk.role == "contact"
            yield desk.assignment, desk.user, desk.unit, desk.role, names, self.begun

    # --- people -------------------------------------------------------------------------------------------------

    def persons(self) -> Iterator[Row]:
        """Per youth: the youth, one guardian, and for six of ten a second guardian."""
        rng, today = _random(2), local_day(self.at)
        for youth in self.youths:
            family, agency = _family(rng), youth.coordinator.agency
            protection = "SEKRETESSMARKERING" if youth.protected else "INGEN"
            born = today - timedelta(days=rng.randint(12 * 365, 17 * 365))
            yield (
                youth_person(youth),
                youth.kommun,
                agency,
                rng.choice(GIVEN),
                family,
                born,
                rng.choice("MF"),
                protection,
            )
            for guardian in guardians(youth):
                born = today - timedelta(days=rng.randint(33 * 365, 55 * 365))
                yield guardian, youth.kommun, agency, rng.choice(GIVEN), family, born, rng.choice("MF"), "INGEN"

    def individuals(self) -> Iterator[Row]:
        for youth in self.youths:
            yield youth.pk, youth.kommun, youth_person(youth)

    def relatives(self) -> Iterator[Row]:
        numbers = count(1)
        for youth in self.youths:
            for guardian, kind in zip(guardians(youth), ("mother", "father"), strict=False):
                yield next(numbers), youth.kommun, youth.pk, guardian, kind, self.begun

    # --- cases --------------------------------------------------------------------------------------------------

    def cases(self) -> Iterator[Row]:
        """An open case each, and for every twelfth youth an earlier one that has ended."""
        rng = _random(3)
        in_kommun: dict[int, int] = {}
        for youth in self.youths:
            in_kommun[youth.kommun] = number = in_kommun.get(youth.kommun, 0) + 1
            form = rng.choices(("SIG", "SSPF_INDIVID", "SSPF_JUNIOR", "MASH"), (70, 15, 10, 5))[0]
            opened, unit = opened_at(youth), youth.coordinator.unit
            year = self.at.year
            yield (
                youth.pk,
                youth.kommun,
                f"S-{year}-{number:05}",
                youth.pk,
                form,
                youth.phase,
                opened,
                unit,
                opened,
                None,
                "",
            )
            if youth.pk % 12 == 0:
                ended = opened - timedelta(days=5)
                before = opened - timedelta(days=120)
                yield (
                    *(self.earlier(youth), youth.kommun, f"S-{year - 1}-{number:05}", youth.pk, "SIG", "avslutat"),
                    *(ended, unit, before, ended, "as_planned"),
                )

    def earlier(self, youth: Youth) -> int:
        """The number of the youth's earlier case, and of its one party."""
        return 10_000_000 + youth.pk

    def case_numbers(self) -> Iterator[Row]:
        in_kommun: dict[int, int] = {}
        for youth in self.youths:
            in_kommun[youth.kommun] = in_kommun.get(youth.kommun, 0) + 1
        numbers = count(1)
        for kommun, last in in_kommun.items():
            for year in (self.at.year - 1, self.at.year):
                yield next(numbers), kommun, year, last

    def participations(self) -> Iterator[Row]:
        for youth in self.youths:
            opened = opened_at(youth)
            for party in youth.parties:
                active = opened if party.kind == SOCIAL else signed_at(youth) if party.active else None
                role = PARTY_ROLES[party.kind]
                yield party.pk, youth.kommun, youth.pk, party.contact.agency, role, opened, active, None
            if youth.pk % 12 == 0:
                agency, before = youth.coordinator.agency, opened - timedelta(days=120)
                ended = opened - timedelta(days=5)
                pk = self.earlier(youth)
                yield pk, youth.kommun, pk, agency, "agare", before, before, ended

    def seats(self) -> Iterator[Row]:
        """The coordinator, each active party's contact, a deputy of the police whose seat sleeps, and ended seats."""
        numbers = count(1)

        def seat(
            youth: Youth, case: int, party: int, desk: Desk, kind: str, start: datetime, end: datetime | None
        ) -> Row:
            return (
                *(next(numbers), youth.kommun, self.permission, desk.user, case, desk.assignment, party, kind),
                *(start, end),
            )

        for youth in self.youths:
            opened = opened_at(youth)
            for party in youth.parties:
                if party.kind == SOCIAL:
                    yield seat(youth, youth.pk, party.pk, youth.coordinator, "coordinator", opened, None)
                elif party.active:
                    yield seat(youth, youth.pk, party.pk, party.contact, "contact", signed_at(youth), None)
            if youth.pk % 12 == 0:
                pk, start = self.earlier(youth), opened - timedelta(days=120)
                end = opened - timedelta(days=5)
                yield seat(youth, pk, pk, youth.coordinator, "coordinator", start, end)

    def recusals(self) -> Iterator[Row]:
        """A manager in five hundred cases knows the family."""
        for number, youth in enumerate(self.youths[::500], 1):
            yield number, youth.kommun, youth.manager.user, youth.pk, opened_at(youth), "Känner familjen."

    def notifications(self) -> Iterator[Row]:
        numbers = count(1)
        for youth in self.youths:
            told = signed_at(youth)
            if youth.consent != "none":
                read = None if youth.pk % 5 == 0 else told + timedelta(days=1)
                desk = youth.coordinator.assignment
                yield next(numbers), youth.kommun, desk, "consent_completed", youth.pk, f"load:{youth.pk}", told, read

    # --- consents -----------------------------------------------------------------------------------------------

    def sessions(self) -> Iterator[Row]:
        for youth in self.youths:
            if youth.sharing:
                first, signed = local_day(youth.first_day), signed_at(youth)
                yield (
                    *(youth.pk, youth.kommun, youth.pk, youth.pk, "registered", "Samordna stöd i skola och fritid"),
                    *(first, last_day(first), items_from(first), youth.coordinator.assignment, signed, signed),
                )

    def consents(self) -> Iterator[Row]:
        for youth in self.youths:
            first, signed = local_day(youth.first_day), signed_at(youth)
            for number, giver in enumerate(youth.sharing):
                series = f"{youth.pk}:{giver.contact.agency}:SIG"
                yield (
                    *(youth.first_consent + number, youth.kommun, youth.pk, youth.pk, youth.pk, giver.contact.agency),
                    *("SIG", series, 1, signed, signed, _range(signed, day_after(last_day(first)))),
                )

    def recipients(self) -> Iterator[Row]:
        for youth in self.youths:
            for pk, consent, giver, receiver in flows(youth):
                yield pk, youth.kommun, consent, receiver.contact.agency, self.mask(giver, receiver), "För stödet"

    def signatures(self) -> Iterator[Row]:
        for youth in self.youths:
            if youth.sharing:
                signed = signed_at(youth)
                for pk, person, role in signers(youth):
                    yield (
                        *(pk, youth.kommun, youth.pk, person, role, "given", "paper", signed, local_day(signed)),
                        *(youth.coordinator.assignment, True, True),
                    )

    def ticks(self) -> Iterator[Row]:
        numbers = count(1)
        for youth in self.youths:
            for signature, _person, _role in signers(youth):
                for recipient, _consent, giver, receiver in flows(youth):
                    yield next(numbers), youth.kommun, signature, recipient, self.mask(giver, receiver)

    def grants(self) -> Iterator[Row]:
        numbers = count(1)
        for youth in self.youths:
            first = local_day(youth.first_day)
            period, since = _range(signed_at(youth), day_after(last_day(first))), items_from(first)
            for _recipient, consent, giver, receiver in flows(youth):
                yield (
                    *(next(numbers), youth.kommun, youth.pk, giver.contact.agency, receiver.contact.agency),
                    *(self.mask(giver, receiver), since, period, consent),
                )

    def mask(self, giver: Party, receiver: Party) -> int:
        return sum(self.masks[code] for code in GIVES[giver.kind][receiver.kind])

    # --- what is known ------------------------------------------------------------------------------------------

    def items(self) -> Iterator[Row]:
        """Items from two months before the consent to today: most recorded, a few drafts, most police ones released."""
        rng = _random(4)
        for youth in self.youths:
            writers = [p for p in youth.parties if p.active]
            begun = youth.first_day - timedelta(days=60)
            length = (self.at - begun).days
            for pk in range(youth.first_item, youth.first_item + youth.item_count):
                party = writers[0] if rng.random() < 0.4 else rng.choice(writers)
                code = rng.choice(WRITES[party.kind])
                written = begun + timedelta(days=rng.random() * length)
                draft = rng.random() < 0.02
                released = party.kind == POLICE and not draft and rng.random() < 0.8
                desk = party.contact
                yield (
                    *(pk, youth.kommun, youth.pk, youth.pk, youth.phase, desk.agency, self.types[code]),
                    *(desk.assignment, written.date(), " ".join(rng.choices(SENTENCES, k=rng.randint(1, 5)))),
                    *(written, None if draft else written, written if released else None),
                    *(desk.assignment if released else None, "{}", rng.random() < 0.01),
                )

    def abouts(self) -> Iterator[Row]:
        """One item in a hundred is also about a guardian, who has signed nothing about themselves."""
        numbers = count(1)
        for youth in self.youths:
            for item in range(youth.first_item, youth.first_item + youth.item_count):
                if item % 100 == 0:
                    yield next(numbers), youth.kommun, item, guardians(youth)[0]

    def _disclosing(self) -> Iterator[tuple[int, Youth, Party, int]]:
        """Every hundredth youth with another party: social services have given it the latest item on another ground."""
        numbers = count(1)
        for youth in self.youths[::100]:
            if len(youth.sharing) > 1 and youth.item_count:
                yield next(numbers), youth, youth.sharing[1], youth.first_item

    def disclosures(self) -> Iterator[Row]:
        for pk, youth, receiver, _item in self._disclosing():
            given = self.at - timedelta(days=5)
            yield (
                *(pk, youth.kommun, youth.pk, youth.pk, youth.coordinator.agency, receiver.contact.agency),
                *(
                    "youth_crime",
                    1,
                    "10 kap. 18 a § OSL",
                    "Behövs för att förebygga brott.",
                    "Berättas vid nästa möte.",
                ),
                *(youth.coordinator.assignment, given, given + timedelta(days=60)),
            )

    def disclosed_items(self) -> Iterator[Row]:
        for pk, youth, _receiver, item in self._disclosing():
            yield pk, youth.kommun, pk, item, 1

    def disclosure_recipients(self) -> Iterator[Row]:
        for pk, youth, receiver, _item in self._disclosing():
            yield pk, youth.kommun, pk, receiver.contact.assignment


# --- small facts that several tables share -----------------------------------------------------------------------


def _random(table: int) -> random.Random:
    return random.Random(table)


def _family(rng: random.Random) -> str:
    return rng.choice(FIRST) + rng.choice(LAST)


def numbered(rows: Iterable[Row]) -> Iterator[Row]:
    return ((number, *row) for number, row in enumerate(rows, 1))


def youth_person(youth: Youth) -> int:
    return 3 * youth.pk - 2


def guardians(youth: Youth) -> list[int]:
    """The persons who hold custody: one, or for six of ten two."""
    return [3 * youth.pk - 1, 3 * youth.pk][: 2 if youth.pk % 10 < 6 else 1]


def signers(youth: Youth) -> list[tuple[int, int, str]]:
    """(signature, person, role) of who signed, where there is a paper."""
    if not youth.sharing:
        return []
    people = [(youth_person(youth), "youth"), *((guardian, "guardian") for guardian in guardians(youth))]
    return [(3 * youth.pk - 2 + place, person, role) for place, (person, role) in enumerate(people)]


def flows(youth: Youth) -> Iterator[tuple[int, int, Party, Party]]:
    """(recipient row, consent, giver, receiver) of everything that the paper gives."""
    recipients = count(youth.first_recipient)
    for number, giver in enumerate(youth.sharing):
        for receiver in youth.sharing:
            if receiver is not giver:
                yield next(recipients), youth.first_consent + number, giver, receiver


def opened_at(youth: Youth) -> datetime:
    return youth.first_day - timedelta(days=30)


@cache
def day_after(day: date) -> datetime:
    return start_of_day(day + timedelta(days=1))


def last_day(first: date) -> date:
    return first + timedelta(days=CONSENT_DAYS)


def items_from(first: date) -> date:
    return first - timedelta(days=30)


def signed_at(youth: Youth) -> datetime:
    """The paper was registered on its first day, at noon."""
    return day_after(local_day(youth.first_day)) - timedelta(hours=12)


def _range(start: datetime, end: datetime) -> str:
    return f'["{start.isoformat()}","{end.isoformat()}")'
