"""What is stored about papers, handed to the completeness rule: the one place where it is looked up (P-C3).

A page asks for a whole list and an action for one paper; both get the same answer, in a fixed number of queries
(P-Q2). Everything is read anew, so that an action that has locked the individual never judges what it loaded before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from consent import completeness as rule
from consent.decided import settings_of, settings_of_papers, with_completion
from consent.models import Answer, HinderedDecision, Maturity, MaturityAssessment, Signature, SignerRole, SigningSession
from hub.models import CUSTODY_KINDS, REPRESENTATIVE_KINDS, Case, Individual, Relative


def judge(session: SigningSession, *, at: datetime) -> rule.Completeness:
    """What the completeness rule says of the paper at `at`."""
    return rule.completeness(situation(session, at=at))


def judgements(sessions: Collection[SigningSession], *, at: datetime) -> dict[int, rule.Completeness]:
    """What the completeness rule says of each paper: session id → answer."""
    return {pk: rule.completeness(facts) for pk, facts in situations(sessions, at=at).items()}


def situation(session: SigningSession, *, at: datetime) -> rule.Situation:
    """The facts of one paper as the completeness rule wants them, judged at `at`."""
    return situations([session], at=at)[session.pk]


def situations(sessions: Collection[SigningSession], *, at: datetime) -> dict[int, rule.Situation]:
    """The facts of each paper: session id → situation, in four queries however many there are."""
    if not sessions:
        return {}
    return situations_of(with_facts(SigningSession.objects.filter(pk__in=[s.pk for s in sessions]), at=at), at=at)


def situations_of(papers: Iterable[SigningSession], *, at: datetime) -> dict[int, rule.Situation]:
    """The same of papers that were just loaded `with_facts`, in three queries more."""
    papers = list(papers)
    known, settings = _known(papers), settings_of_papers(papers, at=at)
    return {
        paper.pk: rule.Situation(
            form=paper.case.form,
            birth_date=paper.individual.person.birth_date,
            at=at,
            signers=tuple(_signers(paper, known)),
            maturity=rule.Maturity(paper.maturity or Maturity.NOT_ASSESSED),  # type: ignore[attr-defined]  # annotated
            settings=settings[paper.pk],
            last_day=paper.last_day,
        )
        for paper in papers
    }


def with_facts(papers: QuerySet[SigningSession], *, at: datetime) -> QuerySet[SigningSession]:
    """Papers with when each became complete and the youth's latest assessed maturity."""
    assessed = MaturityAssessment.objects.filter(individual=OuterRef("individual"), assessed_at__lte=at)
    level = assessed.order_by("-assessed_at", "-pk").values("level")[:1]
    known = with_completion(papers).select_related("case", "individual__person")
    return known.annotate(maturity=Subquery(level))


@dataclass(slots=True)
class _Known:
    """What was found for several papers: by individual, and the answers by paper."""

    relatives: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[int, dict[tuple[int, str], Signature]] = field(default_factory=lambda: defaultdict(dict))


def situation_of_answers(case: Case, answers: Iterable[Any], *, at: datetime) -> rule.Situation:
    """The facts of another paper than a consent, so that the same people are asked to sign it (P-C3).

    Args:
        answers: with the columns of `Signature` that say who answered what, and when.
    """
    individual = Individual.objects.select_related("person").get(pk=case.individual_id)
    assessed = MaturityAssessment.objects.filter(individual=individual, assessed_at__lte=at)
    level = assessed.order_by("-assessed_at", "-pk").values_list("level", flat=True).first()
    given = {(one.person_id, one.role): one for one in answers}
    relatives = _relatives({individual.pk})[individual.pk]
    youth = _signer(SignerRole.YOUTH, individual.person_id, given)
    return rule.Situation(
        form=case.form,
        birth_date=individual.person.birth_date,
        at=at,
        signers=(youth, *(_of_relative(relative, given) for relative in relatives)),
        maturity=rule.Maturity(level or Maturity.NOT_ASSESSED),
        settings=settings_of(case.municipality_id, at=at),
    )


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides for a youth at an instant, whatever paper there is: ids of persons.

    Args:
        alone: the youth does, as an adult or by a recorded assessment; then nobody else (R12, OSL 12:3).
        elders: those with custody, or who is appointed in their place.
        hindered: of these, whom a decision says are hindered (FB 6:13 2 st.).
    """

    alone: bool
    elders: frozenset[int]
    hindered: frozenset[int]


def deciders(individuals: Collection[Individual], *, at: datetime) -> dict[int, Deciders]:
    """The same rule as of papers (P-C3): individual id → who decides, in four queries however many there are.

    Args:
        individuals: of one kommun, loaded with their person.
    """
    if not individuals:
        return {}
    assessed = MaturityAssessment.objects.filter(assessed_at__lte=at).order_by("assessed_at", "pk")
    levels = dict(assessed.filter(individual__in=individuals).values_list("individual", "level"))
    settings = settings_of(next(iter(individuals)).municipality_id, at=at)
    relatives = _relatives({individual.pk for individual in individuals})
    found = {}
    for individual in individuals:
        facts = rule.Situation(
            form="SIG",  # it decides only whether the youth signs beside others
            birth_date=individual.person.birth_date,
            at=at,
            signers=tuple(_of_relative(relative, {}) for relative in relatives[individual.pk]),
            maturity=rule.Maturity(levels.get(individual.pk, Maturity.NOT_ASSESSED)),
            settings=settings,
        )
        elders, alone = rule.elders(facts, at), rule.decides_alone_since(facts, at) is not None
        found[individual.pk] = Deciders(
            alone=alone,
            elders=frozenset() if alone else frozenset(_person_of(signer) for signer in elders),
            hindered=frozenset(_person_of(s) for s in elders if settings.hindered_rule and s.is_hindered(at)),
        )
    return found


def _person_of(signer: rule.Signer) -> int:
    return int(signer.key.rpartition("_")[2])


def _relatives(individuals: Collection[int]) -> dict[int, list[Any]]:
    """Individual id → those who can hold custody, with the latest decision that each is hindered."""
    kinds = [*CUSTODY_KINDS, *REPRESENTATIVE_KINDS]
    held = Relative.objects.filter(individual__in=individuals, kind__in=kinds)
    decision = HinderedDecision.objects.filter(individual=OuterRef("individual"), guardian=OuterRef("person"))
    latest = decision.order_by("-decided_at", "-pk")
    decided = held.exclude(custody_from=None).annotate(
        hindered_from=Subquery(latest.values("decided_at")[:1]), hindered_until=Subquery(latest.values("ends_at")[:1])
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for relative in decided.order_by("pk"):
        found[relative.individual_id].append(relative)
    return found


def _known(sessions: Collection[SigningSession]) -> _Known:
    known = _Known(relatives=_relatives({s.individual_id for s in sessions}))
    for signature in Signature.objects.filter(session__in=[s.pk for s in sessions]).order_by("pk"):
        known.answers[signature.session_id][signature.person_id, signature.role] = signature
    return known


def _signers(paper: SigningSession, known: _Known) -> Iterable[rule.Signer]:
    answers = known.answers[paper.pk]
    yield _signer(SignerRole.YOUTH, paper.individual.person_id, answers)
    for relative in known.relatives[paper.individual_id]:
        yield _of_relative(relative, answers)
    for person_id, role_ in answers:
        if role_ == SignerRole.OTHER_PERSON:
            yield _signer(role_, person_id, answers)


def _of_relative(relative: Any, answers: Mapping[tuple[int, str], Signature]) -> rule.Signer:
    role = SignerRole.REPRESENTATIVE if relative.kind in REPRESENTATIVE_KINDS else SignerRole.GUARDIAN
    period = rule.Period(relative.custody_from, relative.custody_to)
    hindered = (relative.hindered_from, relative.hindered_until)
    return _signer(role, relative.person_id, answers, (period,), hindered)


def _signer(
    role: str,
    person_id: int,
    answers: Mapping[tuple[int, str], Signature],
    custody: tuple[rule.Period, ...] = (),
    hindered: tuple[datetime | None, datetime | None] = (None, None),
) -> rule.Signer:
    given = answers.get((person_id, role))
    answer = given.answer if given else Answer.MISSING
    if answer == Answer.HINDERED and hindered[0] is None:
        answer = Answer.MISSING
    return rule.Signer(
        key=f"{role}_{person_id}",
        role=rule.Role(role),
        answer=rule.Answer(answer),
        signed_at=given.signed_at if given else None,
        written_on=given.written_on if given else None,
        custody=custody,
        hindered_from=hindered[0],
        hindered_until=hindered[1],
    )
