"""How a paper and each of its consents stand at an instant: one word, one sentence, one shape (P-C5).

Reads for the pages about consents. Everything is loaded for a whole list at once, so that the number of queries does
not grow with the rows (P-Q2).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from consent import completeness as rule
from consent.judging import judgements
from consent.models import (
    Answer,
    Consent,
    ConsentRecipient,
    InformationType,
    SessionState,
    Signature,
    SignerRole,
    SigningSession,
    Withdrawal,
    WithdrawalChannel,
    signer_key,
)
from consent.words import EARLY_END, giving
from hub import swedish
from hub.access import Actor, permitted
from hub.clock import local_day
from hub.models import Relative

SOON = timedelta(days=30)

DRAFT, INCOMPLETE, REFUSED, TO_CHECK, AHEAD = "draft", "incomplete", "refused", "to_check", "ahead"
IN_FORCE, EXPIRING, STOPPED, WITHDRAWN = "in_force", "expiring", "stopped", "withdrawn"
REPLACED, LAPSED, ENDED = "replaced", "lapsed", "ended"

#: state → (badge kind, word)
LOOK = {
    DRAFT: ("outline", "Utkast"),
    INCOMPLETE: ("warn", "Ofullständigt"),
    REFUSED: ("danger", "Nej"),
    TO_CHECK: ("warn", "Ska gås igenom"),
    AHEAD: ("info", "Börjar senare"),
    IN_FORCE: ("ok", "Gäller"),
    EXPIRING: ("warn", "Går snart ut"),
    STOPPED: ("danger", "Stoppat"),
    WITHDRAWN: ("danger", "Återkallat"),
    REPLACED: ("neutral", "Ersatt"),
    LAPSED: ("neutral", "Blev inte klart"),
    ENDED: ("neutral", "Slut"),
}
#: The same where a youth, not a paper, is spoken of: in "Mina ungdomar" and on the youth's page.
OF_YOUTH = {
    INCOMPLETE: "Samtycket väntar på svar",
    REFUSED: "Någon har sagt nej till samtycket",
    TO_CHECK: "Samtycket ska gås igenom",
    AHEAD: "Samtycket börjar gälla senare",
    STOPPED: "Delningen är stoppad",
    WITHDRAWN: "Samtycket är återkallat",
    REPLACED: "Samtycket är ersatt",
    LAPSED: "Samtycket blev aldrig fullständigt",
    ENDED: "Samtycket har slutat gälla",
}
NONE = "Inget samtycke"
#: Most important first: a paper stands as its best consent does.
RANK = (EXPIRING, IN_FORCE, AHEAD, INCOMPLETE, TO_CHECK, REFUSED, DRAFT, STOPPED, WITHDRAWN, REPLACED, LAPSED, ENDED)
#: What asks for something to be done stands first in the list.
WORK_FIRST = (
    EXPIRING,
    TO_CHECK,
    INCOMPLETE,
    REFUSED,
    DRAFT,
    IN_FORCE,
    AHEAD,
    STOPPED,
    WITHDRAWN,
    REPLACED,
    LAPSED,
    ENDED,
)
#: The filters of the list, each with the states it holds.
GROUPS = {
    "galler": ("Gäller", (IN_FORCE, EXPIRING, AHEAD)),
    "gar-ut": ("Går ut inom 30 dagar", (EXPIRING,)),
    "ofullstandiga": ("Ofullständiga", (INCOMPLETE, TO_CHECK, REFUSED)),
    "utkast": ("Utkast", (DRAFT,)),
    "slut": ("Slut eller återkallade", (STOPPED, WITHDRAWN, REPLACED, LAPSED, ENDED)),
}
#: States that may still come to share something; a youth's other papers are told of only without one of these.
_ALIVE = (EXPIRING, IN_FORCE, AHEAD, INCOMPLETE, TO_CHECK, REFUSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One consent's or paper's state: its code, badge and sentence."""

    state: str
    text: str

    @property
    def badge(self) -> str:
        return LOOK[self.state][0]

    @property
    def word(self) -> str:
        return LOOK[self.state][1]

    @property
    def of_youth(self) -> str:
        return OF_YOUTH.get(self.state, NONE)

    @property
    def runs(self) -> bool:
        return self.state in (IN_FORCE, EXPIRING, AHEAD)


#: Individual → how the papers stand.
Papers = dict[int, list[Standing]]

#: Never told as a missing answer: a no is an answer, and it stands (P-C3).
SAID_NO = Standing(REFUSED, "Någon som ska svara har sagt nej. Samtycket gäller inte.")
#: Nobody is missing any more, because who has to answer has changed; it begins only when it has been gone through.
NOW_COMPLETE = Standing(
    TO_CHECK, "Alla som nu behöver svara har sagt ja. Det gäller inte förrän ni har gått igenom det."
)


def as_judged(standing: Standing, answer: rule.Completeness | None) -> Standing:
    """A paper that waits, told apart by what the completeness rule says of it."""
    if standing.state != INCOMPLETE or answer is None:
        return standing
    return {rule.State.REFUSED: SAID_NO, rule.State.COMPLETE: NOW_COMPLETE}.get(answer.state, standing)


@dataclass(slots=True)
class Paper:
    """One signing session with what its reader may see of it."""

    session: SigningSession
    consents: list[Consent]
    owner: bool
    standing: Standing
    lacking: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def with_parts(consents: QuerySet[Consent]) -> QuerySet[Consent]:
    """Everything that a page says of a consent, in a fixed number of queries."""
    recipients = ConsentRecipient.objects.filter(types__gt=0).select_related("agency").order_by("agency__name")
    withdrawals = Withdrawal.objects.select_related("recipient", "signature__person").order_by("withdrawn_at")
    return consents.select_related("disclosing", "session", "case").prefetch_related(
        Prefetch("recipients", recipients), Prefetch("withdrawals", withdrawals)
    )


def standing_of(consent: Consent, *, at: datetime) -> Standing:
    """How one consent stands. Expects `with_parts`; incomplete ones are told apart by `as_judged`."""
    session = consent.session
    if session.state == SessionState.DRAFT:
        return Standing(DRAFT, "Utkast. Det gäller inte än.")
    cut = next((w for w in consent.withdrawals.all() if w.cuts and _is_whole(w)), None)
    if consent.completed_at is None and cut is None:
        return _waiting(session.last_day, at)
    if consent.effective is not None and consent.effective.upper > at:
        return _running(consent, at)
    if cut is not None:
        stopped = cut.channel == WithdrawalChannel.STOP and not cut.told_through
        said = "Stoppat" if stopped else "Återkallat"
        return Standing(STOPPED if stopped else WITHDRAWN, f"{said} {swedish.moment(cut.withdrawn_at, at)}.")
    if _replaced(consent):
        return Standing(REPLACED, "Ersatt av en senare version.")
    return Standing(ENDED, _ended(consent, at))


def _waiting(last_day: date | None, at: datetime) -> Standing:
    if last_day is not None and last_day < local_day(at):
        return Standing(LAPSED, f"Blev aldrig fullständigt. Sista dagen var {swedish.day(last_day)}.")
    return Standing(INCOMPLETE, "Ofullständigt. Det gäller inte förrän alla som ska svara har sagt ja.")


def _running(consent: Consent, at: datetime) -> Standing:
    start, end = consent.effective.lower, consent.effective.upper
    today = local_day(at)
    if start > at:
        return Standing(AHEAD, f"Gäller {swedish.period(local_day(start), end, today)}.")
    early = f", då {EARLY_END[consent.ends_early_reason]}" if _ends_by_rule(consent) else ""
    said = f"Gäller {swedish.until(end, today)}{early}."
    return Standing(EXPIRING if end - at <= SOON else IN_FORCE, said)


def _ends_by_rule(consent: Consent) -> bool:
    ends = consent.effective.upper if consent.effective else None
    return consent.ends_early_reason in EARLY_END and ends is not None and ends == consent.ends_early_at


def _is_whole(withdrawal: Withdrawal) -> bool:
    return withdrawal.recipient_id is None and withdrawal.types is None and withdrawal.about_id is None


def _replaced(consent: Consent) -> bool:
    """Ended before its own last day, by nothing but a later version of its series (P-C5)."""
    last_day = consent.session.last_day
    if last_day is None or (consent.ends_early_at is not None and consent.effective is None):
        return False
    return consent.effective is None or local_day(consent.effective.upper) <= last_day


def _ended(consent: Consent, at: datetime) -> str:
    if consent.effective is None or _ends_by_rule(consent):
        why = EARLY_END.get(consent.ends_early_reason)
        return f"Slut: {why}." if why else "Slut. Det hann aldrig börja gälla."
    return f"Slut. Gällde {swedish.until(consent.effective.upper, local_day(at))}."


def paper_standing(session: SigningSession, consents: Sequence[Consent], *, at: datetime) -> Standing:
    """How a whole paper stands: as the consent on it that matters most."""
    if session.state == SessionState.DRAFT or not consents:
        return Standing(DRAFT, "Utkast. Det gäller inte än.")
    found = [standing_of(consent, at=at) for consent in consents]
    return min(found, key=lambda s: RANK.index(s.state))


def papers(actor: Actor, *, at: datetime, case: int | None = None) -> list[Paper]:
    """Every paper that the actor may see something of, newest first; discarded drafts are left out."""
    consents = with_parts(permitted(Consent.objects.exclude(session__state=SessionState.DISCARDED), actor, at=at))
    sessions = permitted(SigningSession.objects.exclude(state=SessionState.DISCARDED), actor, at=at)
    if case is not None:
        consents, sessions = consents.filter(case=case), sessions.filter(case=case)
    own = {s.pk: s for s in sessions.select_related("case", "individual__person")}
    grouped: dict[int, list[Consent]] = defaultdict(list)
    for consent in consents.order_by("disclosing__name", "pk"):
        grouped[consent.session_id].append(consent)
    found = []
    for pk in sorted({*own, *grouped}, reverse=True):
        asked = [c for c in grouped[pk] if c.session.state == SessionState.DRAFT or c.recipients.all()]
        session = own.get(pk) or grouped[pk][0].session
        found.append(Paper(session, asked, pk in own, paper_standing(session, asked, at=at)))
    _say_who_is_missing([p for p in found if p.owner and p.standing.state == INCOMPLETE], at=at)
    return sorted(found, key=lambda p: WORK_FIRST.index(p.standing.state))


def papers_of(individuals: Collection[int], actor: Actor, *, at: datetime, ended: Collection[int]) -> Papers:
    """Individual → how each registered paper that the actor may see stands, the newest first. Drafts say nothing.

    Args:
        ended: the individuals of whom papers that are over are wanted too; of the others only what waits.
    """
    wanted = Consent.objects.filter(
        Q(completed_at=None) | Q(individual__in=ended),
        Exists(ConsentRecipient.objects.filter(consent=OuterRef("pk"), types__gt=0)),
        individual__in=individuals,
        session__state=SessionState.REGISTERED,
    ).select_related("session")
    rows = permitted(wanted, actor, at=at).prefetch_related(
        Prefetch("withdrawals", Withdrawal.objects.order_by("withdrawn_at"))
    )
    grouped: dict[int, list[Consent]] = defaultdict(list)
    for consent in rows.order_by("-session__registered_at", "-session", "pk"):
        grouped[consent.session_id].append(consent)
    found: Papers = defaultdict(list)
    stood = {pk: paper_standing(parts[0].session, parts, at=at) for pk, parts in grouped.items()}
    judged = judgements(
        [grouped[pk][0].session for pk, standing in stood.items() if standing.state == INCOMPLETE], at=at
    )
    for pk, parts in grouped.items():
        found[parts[0].individual_id].append(as_judged(stood[pk], judged.get(pk)))
    return found


def most_telling(found: Sequence[Standing]) -> Standing | None:
    """What one line says of a youth with these papers, the newest first: what may still share, else the last one."""
    alive = sorted((s for s in found if s.state in _ALIVE), key=lambda s: RANK.index(s.state))
    return next(iter([*alive, *(s for s in found if s.state != REPLACED), *found]), None)


def _say_who_is_missing(waiting: list[Paper], *, at: datetime) -> None:
    judged = judgements([p.session for p in waiting], at=at)
    names = signer_names([p.session for p in waiting])
    for paper in waiting:
        answer = judged[paper.session.pk]
        named = {key: names.get((paper.session.pk, key), "en laglig företrädare") for key in answer.missing}
        paper.refused = [named[key] for key in answer.refused]
        paper.lacking = [name for key, name in named.items() if key not in answer.refused]
        paper.standing = as_judged(paper.standing, answer)


def signer_names(sessions: Sequence[SigningSession]) -> dict[tuple[int, str], str]:
    """(session id, signer key) → what to call the signer, for pages of the owner agency."""
    names: dict[tuple[int, str], str] = {}
    by_individual: dict[int, list[Relative]] = defaultdict(list)
    rows = Relative.objects.filter(individual__in={s.individual_id for s in sessions})
    for relative in rows.select_related("person"):
        by_individual[relative.individual_id].append(relative)
    for session in sessions:
        person = session.individual.person
        names[session.pk, signer_key(SignerRole.YOUTH, person.pk)] = f"{person.given_name} (den unge)"
        for relative in by_individual[session.individual_id]:
            said = f"{relative.person.given_name} ({str(relative.get_kind_display()).lower()})"
            for role in (SignerRole.GUARDIAN, SignerRole.REPRESENTATIVE, SignerRole.OTHER_PERSON):
                names[session.pk, signer_key(role, relative.person_id)] = said
    return names


def sentences(consent: Consent, types: Sequence[InformationType], *, only_to: int | None = None) -> list[str]:
    """What a consent asks, one sentence per recipient; `only_to`: just this agency's."""
    return [
        said
        for recipient in consent.recipients.all()
        if only_to in (None, recipient.agency_id)
        and (said := giving(consent.disclosing, recipient.agency, recipient.types, types))
    ]


def answered(session: SigningSession) -> QuerySet[Signature]:
    """Who has said yes or no on a paper."""
    return Signature.objects.filter(session=session, answer__in=[Answer.GIVEN, Answer.REFUSED]).select_related(
        "person", "taken_by__user"
    )


def stops_to_complete(actor: Actor, *, at: datetime) -> QuerySet[Withdrawal]:
    """Withdrawals by "Stoppa delningen nu" whose who and how are still to be told, that the actor may complete."""
    mine = permitted(Consent.objects.all(), actor, "withdraw", at=at)
    return Withdrawal.objects.filter(consent__in=mine, channel=WithdrawalChannel.STOP, told_through="").select_related(
        "consent__case", "consent__individual__person", "recorded_by__unit__agency"
    )
