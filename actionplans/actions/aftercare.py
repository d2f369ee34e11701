"""Following up 6 and 12 months after the end, under a paper of its own (P-P6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from actionplans.actions.plans import _record
from actionplans.aftercare.deadlines import follow
from actionplans.aftercare.points import in_force, open_point, points
from actionplans.aftercare.standing import askable, judge, signers, to_ask
from actionplans.aftercare.words import ASKED_WORDS
from actionplans.models import (
    VALUES,
    AfterAnswer,
    AfterCorrection,
    AfterPaper,
    AfterQuestion,
    AfterSignature,
    AfterTick,
    EndedBy,
    Told,
)
from consent.actions import SignerAnswer
from consent.actions.disclosure import tell_of_follow_up
from consent.actions.signing import check_answer
from consent.models import Answer, WithdrawalChannel
from hub.access import Actor, require
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import Agency, Case, Individual, Person, Protection

PROTECTED = "Den som har skyddade personuppgifter följs inte upp efter avslutet."
TOO_LATE = "Tiden för uppföljning är ute."
NOT_COVERED = "Ingen har sagt ja till den frågan, eller så är det inte tid att ställa den."
NO_LONGER = "Samtycket gäller inte längre. Svaret får inte skrivas in."
ONLY_BACK = "Inget nytt svar får skrivas in nu. Är svaret fel kan du ändra det till Vet inte."


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterYes:
    """One signer's word on the paper, with the ids of the questions that he or she ticked; no tick is no."""

    answer: SignerAnswer
    ticks: Collection[int] = ()


def _locked(paper: AfterPaper) -> AfterPaper:
    """As it is now, held until the transaction ends.

    Raises:
        Conflict: it has been taken back or replaced.
    """
    rows = AfterPaper.objects.select_for_update(of=("self",)).select_related("case__owner_unit")
    found = rows.get(pk=paper.pk)
    if found.ended_at is not None:
        raise Conflict("Pappret gäller inte längre. Hämta sidan på nytt.")
    return found


@transaction.atomic
def ask_the_family(
    case: Case, questions: Sequence[tuple[str, Agency | None]], *, by: Actor, at: datetime
) -> AfterPaper:
    """Make the paper that asks whether one may follow up. Nothing on it is ticked. It replaces the one that stood.

    Args:
        questions: what would be asked, and of whom; None is the youth.

    Raises:
        Denied; Invalid: a protected person, too late, or a question that this case cannot have.
    """
    require(case, by, "look_after", at=at)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if Individual.objects.filter(pk=case.individual_id).exclude(person__protection=Protection.NONE).exists():
        raise Invalid(PROTECTED)
    if any(point.months == 12 and point.closes_at <= at for point in points(locked)):
        raise Invalid(TOO_LATE)
    possible = {(what, source.pk if source else None) for what, source in askable(locked)}
    chosen = {(what, source.pk if source else None) for what, source in questions}
    if not chosen or not chosen <= possible:
        raise Invalid({"questions": "Välj minst en fråga ur listan."})
    replaced = AfterPaper.objects.filter(case=locked, ended_at=None)
    replaced.update(ended_at=at, ended_by=EndedBy.REPLACED, ended_noted_by_id=by.assignment_id)
    paper = AfterPaper.objects.create(
        municipality_id=locked.municipality_id,
        case=locked,
        individual_id=locked.individual_id,
        asked_at=at,
        asked_by_id=by.assignment_id,
    )
    AfterQuestion.objects.bulk_create(
        AfterQuestion(municipality_id=paper.municipality_id, paper=paper, what=what, source_id=source)
        for what, source in sorted(chosen, key=lambda one: (one[0], one[1] or 0))
    )
    _record("after.family_asked", locked, paper, by=by, at=at)
    follow([locked.pk], at=at)
    return paper


@transaction.atomic
def sign_after(
    paper: AfterPaper, person: Person, role: str, word: AfterYes, *, by: Actor, at: datetime
) -> AfterSignature:
    """Register what one signer said. When everybody who must has said yes, it holds from now on (P-C3, P-C5).

    Raises:
        Denied; Conflict: taken back, or answered already. Invalid: as of a consent's signature; a yes to nothing.
    """
    require(paper, by, "look_after", at=at)
    locked, answer = _locked(paper), word.answer
    if answer.answer not in (Answer.GIVEN, Answer.REFUSED):
        raise Invalid({"answer": "Välj ja eller nej."})
    if not any(one.person.pk == person.pk and one.role == role for one in signers(locked, at=at)):
        raise Invalid({"signer": "Personen kan inte svara på det här pappret."})
    check_answer(locked, person, role, answer, at)
    ticks = set(word.ticks) if answer.answer == Answer.GIVEN else set()
    if ticks - set(locked.questions.values_list("pk", flat=True)):
        raise Invalid({"ticks": "Frågan står inte på pappret."})
    if answer.answer == Answer.GIVEN and not ticks:
        raise Invalid({"ticks": "Kryssa minst en fråga, eller välj nej."})
    if locked.signatures.filter(person=person, role=role).exists():
        raise Conflict("Svaret är redan registrerat. Ett ja tas tillbaka genom att återkallas.")
    signature = AfterSignature.objects.create(
        municipality_id=locked.municipality_id,
        paper=locked,
        person=person,
        role=role,
        answer=answer.answer,
        how=answer.how,
        signed_at=at,
        written_on=answer.written_on or local_day(at),
        taken_by_id=by.assignment_id,
        note=answer.note,
        witness=answer.witness,
        voluntary=answer.voluntary and answer.answer == Answer.GIVEN,
    )
    AfterTick.objects.bulk_create(
        AfterTick(municipality_id=locked.municipality_id, signature=signature, question_id=tick)
        for tick in sorted(ticks)
    )
    _record("after.answered", locked.case, locked, signature, by=by, at=at)
    _complete(locked, by=by, at=at)
    return signature


def _complete(paper: AfterPaper, *, by: Actor, at: datetime) -> None:
    """Store what the completeness rule says, once: later changes never undo it, and nothing holds in hindsight."""
    found = judge(paper, at=at)
    if found.instant is None or paper.completed_at is not None:
        return
    signed = [one for one in paper.signatures.all() if one.signer_key in found.required and one.answer == Answer.GIVEN]
    AfterSignature.objects.filter(pk__in=[one.pk for one in signed]).update(required=True)
    if found.ends_at is not None and found.ends_at <= at:
        return  # outgrown before the last of them signed
    AfterPaper.objects.filter(pk=paper.pk).update(completed_at=at, ends_at=found.ends_at)
    paper.refresh_from_db()
    _record("after.consented", paper.case, paper, by=by, at=at)
    follow([paper.case_id], at=at)


@transaction.atomic
def withdraw_after(paper: AfterPaper, *, channel: str, by: Actor, at: datetime) -> AfterPaper:
    """Somebody in the family has changed their mind: from now on nobody is asked, and no answer is written down.

    Whoever of them it is: nothing is lost by it, so it is not asked whether that person's yes was needed.

    Raises:
        Denied; Conflict: taken back already. Invalid: no channel.
    """
    require(paper, by, "look_after", at=at)
    locked = _locked(paper)
    if channel not in WithdrawalChannel.values or channel == WithdrawalChannel.STOP:
        raise Invalid({"channel": "Välj hur du fick veta det."})
    AfterPaper.objects.filter(pk=locked.pk).update(
        ended_at=at, ended_by=EndedBy.WITHDRAWN, ended_through=channel, ended_noted_by_id=by.assignment_id
    )
    locked.refresh_from_db()
    _record("after.withdrawn", locked.case, locked, by=by, at=at)
    follow([locked.case_id], at=at)
    return locked


@transaction.atomic
def ask_source(question: AfterQuestion, *, by: Actor, at: datetime) -> AfterAnswer:
    """Note that a source is asked now, at the point that is open. Asking is a disclosure: who, and the question (P-A6).

    To an agency it stands in the ledger as one (P-C8); the youth is told nothing that the youth does not know.

    Raises:
        Denied; Conflict: taken back. Invalid: no consent covers it now, or it is not the time.
    """
    require(question.paper, by, "look_after", at=at)
    paper = _locked(question.paper)
    case = paper.case
    require(case, by, "look_after", at=at)
    point = open_point(case, at=at)
    if point is None or all(one.pk != question.pk for one in to_ask(case, at=at)):
        raise Invalid(NOT_COVERED)
    asked = AfterAnswer.objects.create(
        municipality_id=case.municipality_id,
        question=question,
        case=case,
        individual_id=case.individual_id,
        what=question.what,
        source_id=question.source_id,
        months=point.months,
        asked_at=at,
        asked_by_id=by.assignment_id,
    )
    if question.source is not None and paper.completed_at is not None:
        said = f"Uppföljning {point.months} månader efter avslutet. {ASKED_WORDS[question.what]}"
        tell_of_follow_up(case, question.source, asked=said, agreed_on=local_day(paper.completed_at), by=by, at=at)
    _record("after.source_asked", case, asked, paper, by=by, at=at)
    return asked


@transaction.atomic
def record_after(
    asked: AfterAnswer, *, value: str, told_on: date, told_by: str = "", by: Actor, at: datetime
) -> AfterAnswer:
    """Write down what the source answered, once, and only while the consent holds.

    Raises:
        Denied; Conflict: taken back, or written down already. Invalid: what the form must mend.
    """
    require(asked, by, "look_after", at=at)
    paper = _locked(asked.question.paper)
    locked = AfterAnswer.objects.select_for_update(of=("self",)).select_related("case").get(pk=asked.pk)
    if locked.value:
        raise Conflict("Svaret är redan inskrivet. Skriv en rättelse om det blev fel.")
    point = open_point(locked.case, at=at)
    if not in_force(paper, at=at) or point is None or point.months != locked.months:
        raise Invalid(NO_LONGER)
    errors = {}
    if value not in VALUES[locked.what]:
        errors["value"] = "Välj ett av svaren."
    if not local_day(locked.asked_at) <= told_on <= local_day(at):
        errors["told_on"] = "Skriv dagen då ni fick svaret: tidigast när ni frågade, och inte i framtiden."
    if errors:
        raise Invalid(errors)
    values = {
        "value": value,
        "told_on": told_on,
        "told_by": told_by,
        "recorded_at": at,
        "recorded_by_id": by.assignment_id,
    }
    AfterAnswer.objects.filter(pk=locked.pk).update(**values)
    locked.refresh_from_db()
    _record("after.recorded", locked.case, locked, by=by, at=at)
    follow([locked.case_id], at=at)
    return locked


@transaction.atomic
def correct_after(answer: AfterAnswer, *, value: str, why: str, by: Actor, at: datetime) -> AfterCorrection:
    """Say what is right instead, and why; what was written stays beside it (P-I3, R36).

    A correction is no way around the consent: once that has ended an answer can only be taken back, to "vet inte", and
    what nobody knew in time is not found out later.

    Raises:
        Denied; Invalid: nothing to correct, no such answer, no reason, or a new answer that may not be written now.
    """
    require(answer, by, "look_after", at=at)
    paper = AfterPaper.objects.select_for_update(of=("self",)).get(pk=answer.question.paper_id)
    answer.refresh_from_db()
    corrected = answer.corrections.order_by("noted_at", "pk").last()
    standing, point = (corrected or answer).value, open_point(answer.case, at=at)
    late = standing == Told.UNKNOWN and (point is None or point.months != answer.months)
    errors = {}
    if not answer.value:
        errors["value"] = "Det finns inget svar att rätta."
    elif value not in VALUES[answer.what]:
        errors["value"] = "Välj ett av svaren."
    elif value != Told.UNKNOWN and (late or not in_force(paper, at=at)):
        errors["value"] = ONLY_BACK
    if not why:
        errors["why"] = "Skriv vad som blev fel."
    if errors:
        raise Invalid(errors)
    correction = AfterCorrection.objects.create(
        municipality_id=answer.municipality_id,
        answer=answer,
        value=value,
        why=why,
        noted_at=at,
        noted_by_id=by.assignment_id,
    )
    _record("after.corrected", answer.case, answer, correction, by=by, at=at)
    return correction
