"""Asking another agency in an investigation, and answering: only the answer comes back (P-A6, SoL 20:6).

The answer is written and given by the verbs for items and disclosures, under their rules; nothing is readable because
of a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from consent.actions.disclosure import (
    LONGEST_DAYS,
    Answered,
    DisclosureFacts,
    disclose,
    tell_of_investigation,
    tests_for,
)
from consent.actions.items import ItemFacts, record_item, release_item, write_item
from consent.derivation import lock_individual, sync_parties
from consent.grounds import Direction, Ground, Wants, current, verdict
from consent.inquiries import answerers
from consent.models import Disclosure, Inquiry, InquiryAnswer, InquiryState
from hub import actions as hub_actions
from hub.access import Actor, require
from hub.actions.messages import notify
from hub.audit import record
from hub.calendar_se import external_due
from hub.clock import local_day
from hub.contributions import INQUIRY_WARNING
from hub.deadlines import keep, leads_of
from hub.errors import Conflict, Invalid
from hub.models import (
    KINDS_WITHOUT_ACCOUNT,
    Agency,
    AgreementParty,
    Assignment,
    Case,
    Participation,
    Phase,
)
from hub.states import Moves, move
from hub.textguard import find_personnummer

#: What can happen to a question. Nothing leads out of an answer: more is given by a disclosure of its own.
MOVES: Moves = {
    ("svara", InquiryState.ASKED): InquiryState.ANSWERED,
    ("dra tillbaka", InquiryState.ASKED): InquiryState.WITHDRAWN,
    ("upphör", InquiryState.ASKED): InquiryState.LAPSED,
}
ANSWER_GROUND = "investigation_answer"
#: Name of the clock, in `hub.contributions.DEADLINE_KIND`.
EXTERNAL = "external"
OVER = "Frågan är redan besvarad, tillbakadragen eller inte längre aktuell."
TOO_EARLY = (
    "Ärendet är i förhandsbedömning. Andra verksamheter får frågas först när utredning är inledd (20 kap. 6 § SoL)."
)
TOO_LATE = (
    "Frågor enligt 20 kap. 6 § SoL ställs under utredningen, och ärendet är i fasen {phase}. "
    "Nu delas det som ett samtycke eller en annan grund ger."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFacts:
    """What is answered: one item, and for agencies that release one by one who has tested it and when (P-C9)."""

    item: ItemFacts
    tested: bool = False
    tested_by: str = ""


# --- asking ------------------------------------------------------------------------------------------------------


def why_not_now(case: Case) -> str:
    """Why nobody can be asked in the phase that the case is in; "" in an investigation (P-A6)."""
    if case.phase == Phase.UTREDNING:
        return ""
    if case.phase == Phase.FORHANDSBEDOMNING:
        return TOO_EARLY
    return TOO_LATE.format(phase=str(case.get_phase_display()).lower())


def why_not_asked(case: Case, agency: Agency, *, by: Actor, at: datetime) -> str:
    """Why this agency cannot be asked in the hub, about this youth; "" when it can."""
    if agency.kind in KINDS_WITHOUT_ACCOUNT:
        return "Föreningar har inget konto. Fråga utanför hubben, och skriv svaret som en muntlig uppgift."
    if agency.municipality_id != case.municipality_id:
        parties = AgreementParty.objects.binding(at=at)
        if not parties.filter(agency=agency, municipality_id=case.municipality_id).exists():
            return f"{agency.name} har ingen överenskommelse med kommunen som gäller, och kan inte svara i hubben."
    found = verdict(_answer_ground(at), _answered_from(case, agency, by.agency_kind), at=at)
    return "" if found.exists else f"{found.why} Fråga i stället om samtycke."


def _answer_ground(at: datetime) -> Ground:
    ground = current(ANSWER_GROUND, on=local_day(at))
    if ground is None:
        raise Invalid("20 kap. 6 § SoL finns inte i listan över grunder i dag.")
    return ground


def _answered_from(case: Case, agency: Agency, recipient: str) -> Direction:
    return Direction(
        source=agency.kind, recipient=recipient, birth_date=case.individual.person.birth_date, phase=case.phase
    )


def warnings(case: Case, *, by: Actor, at: datetime) -> list[str]:
    """Why a question should wait, from every layer (P-T11)."""
    return [text for warn in INQUIRY_WARNING for text in warn(case, by, at)]


@transaction.atomic
def ask(
    case: Case,
    agency: Agency,
    *,
    question: str,
    why: str,
    role: str,
    heeded: bool = False,
    by: Actor,
    at: datetime,
) -> Inquiry:
    """Ask another agency a question in an investigation. Asking wakes it as a party and tells it nothing else.

    Args:
        question: what is asked, without facts from the investigation.
        why: why just this agency must be asked; it stands in the ledger.
        role: its place in the case, if it has none yet.
        heeded: the asker has read what warns against asking now.

    Raises:
        Denied: the actor does not answer for the case.
        Invalid: another phase than utredning (SoL 20:6), an agency that cannot be asked, or something is missing.
        Conflict: a question to the agency waits for its answer already.
    """
    require(case, by, "inquire", at=at)
    if late := why_not_now(case):
        raise Invalid(late)
    _check(case, agency, question, why, heeded=heeded, by=by, at=at)
    lock_individual(case.individual_id)
    if Inquiry.objects.filter(case=case, asked=agency, state=InquiryState.ASKED).exists():
        raise Conflict(f"{agency.name} har redan en fråga som väntar på svar. Dra tillbaka den, eller vänta på svaret.")
    if not Participation.objects.not_ended(at=at).filter(case=case, agency=agency).exists():
        hub_actions.propose_party(case, agency, role=role, by=by, at=at)
    told = answerers(case, agency, at=at)
    inquiry = Inquiry.objects.create(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        asked=agency,
        question=question,
        asking=tell_of_investigation(
            case, agency, why=why, readers=list(Assignment.objects.filter(pk__in=told)), by=by, at=at
        ),
        asked_by_id=by.assignment_id,
        asked_at=at,
        due_at=external_due(at),
    )
    sync_parties(case.individual_id, at=at)
    _tell("inquiry_asked", inquiry, told, at=at)
    _after("inquiry.asked", inquiry, by=by, at=at)
    return inquiry


def _check(case: Case, agency: Agency, question: str, why: str, *, heeded: bool, by: Actor, at: datetime) -> None:
    errors: dict[str, str] = {}
    if agency.pk == by.agency_id:
        errors["agency"] = "Välj en annan verksamhet än er egen."
    elif text := why_not_asked(case, agency, by=by, at=at):
        errors["agency"] = text
    if not question.strip():
        errors["question"] = "Skriv vad ni behöver veta."
    elif find_personnummer(question):
        errors["question"] = "Ta bort personnumret. Den som svarar ser vem frågan gäller."
    if not why.strip():
        errors["why"] = "Skriv varför ni behöver fråga just den här verksamheten."
    if not heeded and warnings(case, by=by, at=at):
        errors["heeded"] = "Läs varningen. Markera rutan om frågan ändå ska ställas nu."
    if errors:
        raise Invalid(errors)


# --- answering ---------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_inquiry(inquiry: Inquiry, facts: AnswerFacts | None, *, by: Actor, at: datetime) -> Inquiry:
    """Answer with an item of one's own, or with None for "Vi lämnar inga uppgifter" (P-C9).

    The item is narrowed to who asked; it is disclosed to whoever leads the case (SoL 20:6, OSL 10:28).

    Raises:
        Denied: no awake seat in the case for the asked agency.
        Conflict: the question no longer waits. Invalid: the item, its test, or a ground that does not exist.
    """
    require(inquiry, by, "answer", at=at)
    _hold(inquiry)
    disclosure = None if facts is None else _give(inquiry, facts, by=by, at=at)
    move(
        inquiry,
        "svara",
        MOVES,
        answer=InquiryAnswer.ITEMS if disclosure else InquiryAnswer.NOTHING,
        answer_disclosure=disclosure,
        ended_at=at,
        ended_by_id=by.assignment_id,
    )
    told = set(disclosure.recipients.values_list("assignment_id", flat=True)) if disclosure else set[int]()
    _tell("inquiry_answered", inquiry, sorted({*leads_of(inquiry.case, at=at)} - told), at=at)
    _after("inquiry.answered", inquiry, by=by, at=at)
    return inquiry


def _give(inquiry: Inquiry, facts: AnswerFacts, *, by: Actor, at: datetime) -> Disclosure:
    case = Case.objects.select_related("individual__person", "owner_unit__agency").get(pk=inquiry.case_id)
    asker = case.owner_unit.agency
    releases = Agency.objects.get(pk=by.agency_id).releases_items
    if releases and not (facts.tested and facts.tested_by.strip()):
        raise Invalid({"tested_by": "Skriv vem som har prövat uppgiften mot 18 kap. OSL, och bekräfta prövningen."})
    narrowed = replace(facts.item, audience=(asker.pk,))
    item = record_item(write_item(case, narrowed, by=by, at=at), by=by, at=at)
    if releases:
        release_item(item, tested=facts.tested, by=by, at=at)
    ground = _answer_ground(at)
    reason = facts.tested_by or f"Fråga från {asker.name} {local_day(inquiry.asked_at)}."
    return disclose(
        DisclosureFacts(
            case=case,
            recipient=asker,
            ground=ANSWER_GROUND,
            answers={test.code: Answered(test.wants is Wants.YES, reason) for test in tests_for(ground, asker, by=by)},
            items=[(item, item.version)],
            necessity=f"Svar på en fråga i utredningen ({ground.paragraph}).",
            recipients=list(Assignment.objects.filter(pk__in=leads_of(case, at=at))),
            last_day=last_day_of_answer(at),
            told_note=ground.tell,
        ),
        by=by,
        at=at,
    )


def last_day_of_answer(at: datetime) -> date:
    """The last day on which an answer is read in the hub; what the investigation rests on goes to the file."""
    return local_day(at) + timedelta(days=LONGEST_DAYS)


@transaction.atomic
def withdraw_inquiry(inquiry: Inquiry, *, reason: str, by: Actor, at: datetime) -> Inquiry:
    """Take a question back. That it was asked stays in the ledger; the agency need not answer any more.

    Raises:
        Denied; Invalid: no reason. Conflict: it no longer waits.
    """
    require(inquiry, by, "withdraw", at=at)
    if not reason.strip():
        raise Invalid({"reason": "Skriv varför frågan dras tillbaka."})
    _hold(inquiry)
    move(inquiry, "dra tillbaka", MOVES, ended_at=at, ended_by_id=by.assignment_id, end_reason=reason)
    _tell("inquiry_withdrawn", inquiry, answerers(inquiry.case, inquiry.asked, at=at), at=at)
    _after("inquiry.withdrawn", inquiry, by=by, at=at)
    return inquiry


def lapse(case: Case, *, by: Actor, at: datetime) -> None:
    """End questions that nobody may answer any more: the investigation is over, or the agency's part is.

    In the transaction of what changed; the agencies that are still there are told.
    """
    standing = set(Participation.objects.not_ended(at=at).filter(case=case).values_list("agency_id", flat=True))
    over = case.phase != Phase.UTREDNING
    for inquiry in Inquiry.objects.filter(case=case, state=InquiryState.ASKED).select_related("case", "asked"):
        if not over and inquiry.asked_id in standing:
            continue
        reason = "Utredningen pågår inte längre." if over else "Verksamhetens medverkan är avslutad."
        move(inquiry, "upphör", MOVES, ended_at=at, end_reason=reason)
        _tell("inquiry_lapsed", inquiry, answerers(case, inquiry.asked, at=at), at=at)
        _after("inquiry.lapsed", inquiry, by=by, at=at)


# --- shared ------------------------------------------------------------------------------------------------------


def _hold(inquiry: Inquiry) -> None:
    """Lock the question and see that it still waits, so that nothing is given twice (P-Q3).

    Raises:
        Conflict: it does not.
    """
    Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    inquiry.refresh_from_db()
    if inquiry.state != InquiryState.ASKED:
        raise Conflict(OVER)


def _tell(kind: str, inquiry: Inquiry, assignments: Sequence[int], *, at: datetime) -> None:
    notify(kind, assignments=assignments, case=inquiry.case, municipality_id=inquiry.municipality_id, told_at=at)


def _after(action: str, inquiry: Inquiry, *, by: Actor, at: datetime) -> None:
    """The clock follows, and the deed is in the log."""
    keep(EXTERNAL, [inquiry.pk], at=at)
    record(
        action,
        actor=by,
        at=at,
        individual=inquiry.individual_id,
        case=inquiry.case_id,
        objects=[inquiry, inquiry.asked],
        ground={"disclosure": inquiry.answer_disclosure_id or inquiry.asking_id},
    )
