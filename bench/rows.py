"""The rows of a load, table by table, from the plan; `bench.tables` says into which columns they go."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from bench.facts import (
    GIVEN,
    GIVES,
    SENTENCES,
    WRITES,
    Row,
    as_range,
    day_after,
    family_name,
    flows,
    guardians,
    items_from,
    last_day,
    opened_at,
    random_of,
    signed_at,
    signers,
    youth_person,
)
from bench.plan import PARTY_ROLES, POLICE, SOCIAL, Desk, Organisation, Party, Youth
from hub.clock import local_day


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
        rng = random_of(1)
        for desk in self.organisation.desks:
            yield desk.user, f"person{desk.user}@load.example", f"{rng.choice(GIVEN)} {family_name(rng)}", "!"

    def assignments(self) -> Iterator[Row]:
        for desk in self.organisation.desks:
            names = desk.role == "contact"
            yield desk.assignment, desk.user, desk.unit, desk.role, names, self.begun

    # --- people -------------------------------------------------------------------------------------------------

    def persons(self) -> Iterator[Row]:
        """Per youth: the youth, one guardian, and for six of ten a second guardian."""
        rng, today = random_of(2), local_day(self.at)
        for youth in self.youths:
            family, agency = family_name(rng), youth.coordinator.agency
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
        rng = random_of(3)
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
                yield party.pk, youth.kommun, youth.pk, party.contact.agency, role, opened, active, active, None
            if youth.pk % 12 == 0:
                agency, before = youth.coordinator.agency, opened - timedelta(days=120)
                ended = opened - timedelta(days=5)
                pk = self.earlier(youth)
                yield pk, youth.kommun, pk, agency, "agare", before, before, before, ended

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
                    *("SIG", series, 1, signed, signed, as_range(signed, day_after(last_day(first)))),
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
            period, since = as_range(signed_at(youth), day_after(last_day(first))), items_from(first)
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
        rng = random_of(4)
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
