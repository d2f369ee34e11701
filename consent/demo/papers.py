"""Signing, renewing and taking back: how the papers of a youth came about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from consent import actions
from consent.actions import RecipientChoice, SignerAnswer
from consent.demo.plan import Calendar, Youth, workday
from consent.demo.staff import Crew, Desk
from consent.models import Answer, Consent, ConsentRecipient, InformationType, SignerRole, SigningSession
from hub.models import Agency, AgencyKind, Case, Individual, Person, Relative

SHARES: dict[tuple[str, str], tuple[str, ...]] = {
    ("socialtjanst", "polis"): ("measures_and_plan",),
    ("socialtjanst", "skola"): ("measures_and_plan", "contact_details"),
    ("socialtjanst", "fritid"): ("measures_and_plan", "leisure"),
    ("socialtjanst", "frivard"): ("measures_and_plan",),
    ("socialtjanst", "sis"): ("measures_and_plan", "home_and_family"),
    ("socialtjanst", "ame"): ("measures_and_plan",),
    ("socialtjanst", "bup"): ("measures_and_plan",),
    ("skola", "socialtjanst"): ("attendance", "school_situation", "school_results", "concern_observations"),
    ("polis", "socialtjanst"): ("police_tells", "measures_and_plan"),
    ("frivard", "socialtjanst"): ("measures_and_plan",),
    ("sis", "socialtjanst"): ("school_results", "home_and_family"),
    ("ame", "socialtjanst"): ("attendance",),
    ("bup", "socialtjanst"): ("health",),
}
#: What only some families also said yes to, by every second and third youth.
ALSO: tuple[tuple[int, tuple[str, str], tuple[str, ...]], ...] = (
    (2, ("skola", "polis"), ("attendance",)),
    (3, ("polis", "skola"), ("measures_and_plan",)),
    (2, ("fritid", "socialtjanst"), ("leisure", "peers", "measures_and_plan")),
    (4, ("fritid", "skola"), ("leisure",)),
)
NEEDED_FOR = {
    "socialtjanst": "För att planera och följa upp stödet tillsammans",
    "skola": "För att anpassa skoldagen och stödet i skolan",
    "polis": "För att kontaktpolisen ska kunna stödja den unge och komma på mötena",
    "fritid": "För att tider och åtaganden ska fungera ihop",
    "frivard": "För att påföljden och planen ska dra åt samma håll",
    "sis": "För att planera tiden på hemmet och tiden efteråt",
    "ame": "För att ordna praktik, feriejobb eller arbete",
    "bup": "För att vården ska passa ihop med det andra stödet",
}
PURPOSE = (
    "Att {first} får samlat stöd i social insatsgrupp: skola, fritid, kontaktpolis och socialtjänst "
    "planerar och följer upp samma plan."
)
COURT = (
    "Domen kräver att {first} följer ungdomskontraktet. Samtycket är ingen del av domen, och den som säger "
    "nej bryter inte mot den."
)
YES = SignerAnswer(answer=Answer.GIVEN, how="paper", voluntary=True)
ORAL = SignerAnswer(
    answer=Answer.GIVEN,
    how="oral",
    voluntary=True,
    note="Sa ja till allt på papperet vid möte på kontoret. Kunde inte skriva under, handen i gips.",
    witness="Receptionist på Ungdomsenheten",
)
NO = SignerAnswer(answer=Answer.REFUSED, how="paper", note="Vill inte att polisen får veta något.")
FORM_LANGUAGES = {"so": "so", "ar": "ar"}
#: A consent may last six months; each version of the demo stays within them, whatever the months are.
LONGEST = 180


@dataclass(slots=True)
class Dossier:
    """A youth of the demo while the story is told: what the threads of the story share."""

    row: Youth
    index: int
    case: Case
    individual: Individual
    guardians: list[Relative]
    lead: Desk
    own: Agency
    crews: list[Crew]
    #: Agency → since when its contact is seated.
    seated: dict[int, datetime] = field(default_factory=dict)

    @property
    def agencies(self) -> list[Agency]:
        return [self.own, *(crew.agency for crew in self.crews)]

    def signers(self, *, at: datetime) -> list[tuple[Person, str]]:
        """The youth and those with custody."""
        people: list[tuple[Person, str]] = [(self.individual.person, SignerRole.YOUTH)]
        holders = Relative.objects.with_custody(at=at).filter(individual=self.individual).select_related("person")
        return people + [(relative.person, SignerRole.GUARDIAN) for relative in holders.order_by("pk")]


Answers = Mapping[int, SignerAnswer | None]
"""Signer by place (0 the youth, 1 and 2 the guardians) → the answer; None is no answer; a missing key is yes."""

Wanted = Mapping[int, Mapping[int, RecipientChoice]]
"""Disclosing agency → recipient agency → what it is to get."""


def masks() -> dict[str, int]:
    """Code of an information type → its bit."""
    return dict(InformationType.objects.values_list("code", "mask"))


def wanted(dossier: Dossier, agencies: Iterable[Agency]) -> Wanted:
    """What a paper asks for between these agencies: the usual, and for some families a little more."""
    bits, chosen = masks(), list(agencies)
    shares = dict(SHARES)
    for every, pair, codes in ALSO:
        if dossier.index % every == 0:
            shares[pair] = codes
    matrix: dict[int, dict[int, RecipientChoice]] = {}
    for source in chosen:
        for recipient in chosen:
            codes = shares.get((source.kind, recipient.kind), ())
            if source.pk != recipient.pk and codes:
                types = sum(bits[code] for code in codes)
                choice = RecipientChoice(types, NEEDED_FOR[recipient.kind])
                matrix.setdefault(source.pk, {})[recipient.pk] = choice
    return matrix


def draft(dossier: Dossier, matrix: Wanted, first: date, last: date, *, at: datetime) -> SigningSession:
    """A paper filled in as far as the signatures."""
    by, row = dossier.lead.actor, dossier.row
    session = actions.start_session(dossier.case, by=by, at=at)
    session = actions.save_purpose(
        session,
        purpose=PURPOSE.format(first=row.first),
        disclosing=[agency for agency in dossier.agencies if agency.pk in matrix],
        court_requirement=COURT.format(first=row.first) if row.court_ordered else "",
        row_version=session.row_version,
        by=by,
        at=at,
    )
    for consent in session.consents.order_by("pk"):
        session = actions.save_matrix(
            consent, matrix[consent.disclosing_id], row_version=session.row_version, by=by, at=at
        )
    return set_period(dossier, session, first, last, at=at)


def set_period(dossier: Dossier, session: SigningSession, first: date, last: date, *, at: datetime) -> SigningSession:
    """The days of a paper, and where the paper is kept."""
    row = dossier.row
    foreign = dossier.index % 11 == 4  # a few came on an old form, gone through with the checklist
    return actions.save_period(
        session,
        first_day=first,
        last_day=last,
        items_from=session.items_from,
        form_language=FORM_LANGUAGES.get(row.language, "sv") if row.interpreter else "sv",
        interpreter="Auktoriserad tolk på plats" if row.interpreter else "",
        paper_kind="old_form" if foreign else "own",
        original_kept="Pärm 3 i närarkivet",
        checklist_done=foreign,
        row_version=session.row_version,
        by=dossier.lead.actor,
        at=at,
    )


def sign(
    dossier: Dossier, session: SigningSession, *, at: datetime, answers: Answers | None = None, reason: str = ""
) -> SigningSession:
    """Note who answered what, and register the paper. `reason`: why it may do without the method's signers."""
    given = answers or {}
    session.refresh_from_db()
    for place, (person, role) in enumerate(dossier.signers(at=at)):
        usual = ORAL if dossier.index % 13 == 6 and place == 1 else YES
        answer = given.get(place, usual)
        if answer is not None:
            actions.save_answer(session, person, role, answer, by=dossier.lead.actor, at=at)
    return actions.register_session(
        session,
        unmet_criterion_reason=reason,
        row_version=session.row_version,
        by=dossier.lead.actor,
        at=at,
    )


def renew(dossier: Dossier, old: SigningSession, first: date, last: date, *, at: datetime) -> SigningSession:
    """The next version, with the days given."""
    session = actions.renew_session(old, by=dossier.lead.actor, at=at)
    return set_period(dossier, session, first, last, at=at)


def consents_of(session: SigningSession) -> list[Consent]:
    return list(session.consents.select_related("disclosing", "case", "session").order_by("pk"))


def without_one(session: SigningSession, *, discloser: str, code: str) -> SignerAnswer:
    """A yes where one tick was struck: this type from agencies of this kind."""
    bit = masks()[code]
    recipients = ConsentRecipient.objects.filter(consent__session=session).select_related("consent__disclosing")
    ticks = {
        recipient.pk: recipient.types & ~bit
        if recipient.consent.disclosing.kind == AgencyKind(discloser)
        else recipient.types
        for recipient in recipients
    }
    return replace(YES, ticks=ticks, note="Har strukit ett kryss på papperet.")


def versions(first: date, last: date) -> list[tuple[date, date]]:
    """`first` to `last` as versions without gap, each within the longest time of a consent."""
    days = (last - first).days + 1
    parts = -(-days // LONGEST)
    edges = [first + timedelta(days=days * part // parts) for part in range(parts + 1)]
    return [(start, end - timedelta(days=1)) for start, end in pairwise(edges)]


def periods(row: Youth, calendar: Calendar) -> list[tuple[date, date]]:
    """First and last day of each version of the row's consent, so that the plan's state comes out."""
    day = calendar.day
    if row.started is None:
        return versions(workday(day(12)), day(-150))
    began = workday(day(row.started + 7))
    match row.consent:
        case "in_force":
            first = workday(day(min(row.started + 7, 110)))
            return versions(first, first + timedelta(days=LONGEST - 1))
        case "expiring":
            first = workday(day(min(row.started + 7, 145)))
            return versions(first, day(-EXPIRES_IN.get(row.key, 25)))
        case "renewed":
            first = workday(day(min(row.started + 7, 308)))
            return [*versions(first, day(136)), *versions(day(135), day(-44))]
        case "expired":
            over = 24 if row.ended is None else max(row.ended - 20, 3)
            return versions(max(began, workday(day(over + LONGEST - 3))), day(over))
        case "withdrawn":
            over = WITHDRAWN[row.key] - 60
            return versions(max(began, workday(day(over + LONGEST - 3))), day(over))
    return versions(workday(day(row.started - 5)), day(row.started - 5 - 170))


#: Days left of the consents that expire soon; reminders come at 30, 14 and 3 days (P-C5).
EXPIRES_IN = {"ST-3": 12, "SH-4": 3, "HV-4": 21, "EA-3": 27}
#: Days before the day of seeding on which a consent was taken back.
WITHDRAWN = {"HV-8": 146, "RK-5": 126, "EA-5": 20, "SH-5": 9}
