"""What a paper lets one ask, who signs it, and what has been answered: read by actions, clocks and pages alike."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from actionplans.aftercare.points import in_force, open_point
from actionplans.models import (
    AfterAnswer,
    AfterGroupCase,
    AfterPaper,
    AfterQuestion,
    AfterSignature,
    AfterTick,
    Asked,
)
from consent import completeness as rule
from consent.actions.signing import PossibleSigner, signers_of
from consent.judging import situation_of_answers
from consent.models import SignerRole
from hub.models import Agency, AgencyKind, Case, Individual, PartyRole

#: Which sources may be asked what. None is the youth.
SOURCES: dict[str, tuple[str | None, ...]] = {
    Asked.REPORTS: (AgencyKind.POLIS,),
    Asked.SCHOOL: (None, AgencyKind.SKOLA, AgencyKind.FRISKOLA),
    Asked.OCCUPATION: (None, AgencyKind.AME),
}


def parties(case: Case) -> "QuerySet[Agency]":
    """The agencies that took part in the case, and so know of it already."""
    took_part = case.participations.exclude(role=PartyRole.OWNER).filter(active_from__isnull=False)
    return Agency.objects.filter(pk__in=took_part.values("agency")).order_by("name", "pk")


def askable(case: Case) -> list[tuple[str, Agency | None]]:
    """Every question that a paper of this case can hold, with whom it would be put to."""
    known = list(parties(case))
    found: list[tuple[str, Agency | None]] = []
    for what, kinds in SOURCES.items():
        found += [(what, None)] if None in kinds else []
        found += [(what, agency) for agency in known if agency.kind in kinds]
    return found


def judge(paper: AfterPaper, *, at: datetime) -> rule.Completeness:
    """Who must sign the paper and who is missing: the same rule as of every consent (P-C3)."""
    return rule.completeness(situation_of_answers(paper.case, paper.signatures.all(), at=at))


def signers(paper: AfterPaper, *, at: datetime) -> list[PossibleSigner]:
    """Who can answer now: the youth always, and of those with custody whoever the rule asks; nobody for an adult."""
    individual = Individual.objects.select_related("person").get(pk=paper.individual_id)
    required = judge(paper, at=at).required
    found = [one for one in signers_of(individual, at=at) if one.role != SignerRole.OTHER_PERSON]
    return [one for one in found if one.role == SignerRole.YOUTH or one.key in required]


def held(papers: "Iterable[AfterPaper] | QuerySet[AfterPaper]") -> "QuerySet[AfterQuestion]":
    """The questions that every required signer of these papers has ticked."""
    without = AfterSignature.objects.filter(
        ~Exists(AfterTick.objects.filter(signature=OuterRef("pk"), question=OuterRef(OuterRef("pk")))),
        paper=OuterRef("paper"),
        required=True,
    )
    signed = AfterSignature.objects.filter(paper=OuterRef("paper"), required=True)
    return AfterQuestion.objects.filter(Exists(signed), ~Exists(without), paper__in=papers).order_by("pk")


def standing_paper(case: Case) -> AfterPaper | None:
    """The paper that has been neither taken back nor replaced; its signatures may be missing, or be outgrown."""
    return AfterPaper.objects.filter(case=case, ended_at=None).first()


def to_ask(case: Case, *, at: datetime) -> list[AfterQuestion]:
    """What may be asked now: it is time, the paper holds it, nobody has asked, and no group counts the case."""
    point, paper = open_point(case, at=at), standing_paper(case)
    if point is None or paper is None or not in_force(paper, at=at):
        return []
    asked = AfterAnswer.objects.filter(case=case, months=point.months)
    done = {(one.what, one.source_id) for one in asked}
    counted = AfterGroupCase.objects.filter(case=case, months=point.months).exists()
    return [
        question
        for question in held([paper]).select_related("source")
        if (question.what, question.source_id) not in done and not (counted and question.what == Asked.REPORTS)
    ]
