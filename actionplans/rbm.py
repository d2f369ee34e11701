"""What a reader sees of risk, needs and responsivity: only judgements that the rule of items gives (P-P3, P-A2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet

from actionplans.actions import can_judge
from actionplans.intensity import Dose, Reminder, counted_words, dose_of, reminder
from actionplans.models import Adaptation, Measure, Need, Plan, RiskJudgement, RiskLevel
from consent.eyeline import EyeLine, Facts, Sharing, preview
from hub import clock
from hub.access import Actor, may, permitted
from hub.models import Case, Phase

#: Level → kind of its badge. Red, orange and green belong to triage and to what is late; a level is a word.
LEVEL_BADGE = "outline"


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """One judgement, with what this reader may do with it."""

    judgement: RiskJudgement
    needs: Sequence[tuple[str, str]]
    adaptations: Sequence[str]
    #: It was wrong, and another one stands in its place (which the reader may not always read).
    corrected: bool
    eye: EyeLine | None
    may_correct: bool

    @property
    def level_words(self) -> str:
        """Hög risk"""
        return f"{RiskLevel(self.judgement.level).label} risk"


@dataclass(slots=True)
class Picture:
    """The page: the newest judgement, those before it by date, and what is planned beside it."""

    newest: JudgementRow | None
    earlier: list[JudgementRow]
    writes: bool
    #: None to whom does not read the plan: only who reads both is told of both.
    dose: Dose | None
    counted: str
    reminder: Reminder | None
    objects: list[Model]


def judgements(case: Case, actor: Actor, *, at: datetime) -> "QuerySet[RiskJudgement]":
    """Those of the case that may be read, the newest first: by the day they were made, then as they were written."""
    found = permitted(RiskJudgement.objects.filter(case=case), actor, at=at, about=case.individual_id)
    return found.order_by("-event_date", "-pk")


def newest(case: Case, actor: Actor, *, at: datetime) -> RiskJudgement | None:
    """The judgement that holds. One that was wrong holds no longer, also for whom does not read its correction."""
    return judgements(case, actor, at=at).filter(replaced_by=None).first()


def rows_of(found: Sequence[RiskJudgement], case: Case, actor: Actor, *, at: datetime) -> list[JudgementRow]:
    """Judgements with their needs, in a fixed number of queries.

    Args:
        found: permitted judgements of the case, loaded with `agency` and `type`.
    """
    ids = [one.pk for one in found]
    needs: dict[int, list[tuple[str, str]]] = {pk: [] for pk in ids}
    for need in permitted(Need.objects.filter(judgement__in=ids), actor, at=at).select_related("factor"):
        needs[need.judgement_id].append((need.factor.text, need.evidence))
    corrected = set(RiskJudgement.objects.filter(replaces__in=ids).values_list("replaces", flat=True))
    mine = permitted(RiskJudgement.objects.filter(pk__in=ids), actor, "correct", at=at).values_list("pk", flat=True)
    correctable = set(mine) - corrected
    eyes = _eyes(found, case, actor, at)
    return [
        JudgementRow(
            judgement=one,
            needs=needs[one.pk],
            adaptations=[str(Adaptation(each).label) for each in one.adaptations],
            corrected=one.pk in corrected,
            eye=eyes.get(one.pk),
            may_correct=one.pk in correctable,
        )
        for one in found
    ]


def _eyes(found: Sequence[RiskJudgement], case: Case, actor: Actor, at: datetime) -> Mapping[int, EyeLine]:
    """Who else reads the own agency's, as of items (mockups, idea 2)."""
    own = [one for one in found if one.agency_id == actor.agency_id]
    if not own:
        return {}
    sharing = Sharing.load(case.individual_id, at=at)
    words = sharing.words()
    return {one.pk: preview(_facts(one), sharing, words, releases=False) for one in own}


def _facts(judgement: RiskJudgement) -> Facts:
    return Facts(
        agency=judgement.agency_id,
        mask=judgement.type.mask,
        event_date=judgement.event_date,
        in_forhandsbedomning=judgement.recorded_phase == Phase.FORHANDSBEDOMNING,
        audience=frozenset(judgement.audience),
        barred=judgement.family_barred,
    )


def picture(case: Case, actor: Actor, *, at: datetime) -> Picture:
    """All of the page."""
    found = list(judgements(case, actor, at=at).select_related("agency", "type", "author__user"))
    rows = rows_of(found, case, actor, at=at)
    holds = next((row for row in rows if not row.corrected), None)
    plan = permitted(Plan.objects.filter(case=case), actor, at=at, about=case.individual_id).first()
    measures: list[Measure] = []
    if holds is not None and plan is not None and plan.closed_at is None:
        measures = open_measures(case, actor, at=at)
    dose = dose_of(measures) if holds is not None and plan is not None and plan.closed_at is None else None
    return Picture(
        newest=holds,
        earlier=[row for row in rows if row is not holds],
        writes=writes(case, actor, at=at),
        dose=dose,
        counted=counted_words(dose) if dose else "",
        reminder=reminder(holds.judgement, dose) if holds and dose else None,
        objects=[*found, *measures],
    )


def writes(case: Case, actor: Actor, *, at: datetime) -> bool:
    """Whether the actor can write a judgement down now."""
    kind, today = actor.agency_kind, clock.local_day(at)
    return can_judge(case, kind, today) and may(case.individual, actor, "work", at=at)


def open_measures(case: Case, actor: Actor, *, at: datetime) -> list[Measure]:
    """The measures that stand in the plan and that the actor may read."""
    standing = Measure.objects.filter(case=case, last_version=None)
    return list(permitted(standing, actor, at=at, about=case.individual_id))


def reminded(
    plan: Plan | None, case: Case, actor: Actor, *, at: datetime, measures: Sequence[Measure] | None = None
) -> Reminder | None:
    """The reminder on the pages of the plan, to who reads the plan and the judgement that holds.

    Args:
        plan: the case's, as read by the actor; None where the actor does not read it as a whole.
        measures: what stands in it and may be read, where the caller has it already.
    """
    if plan is None or plan.closed_at is not None:
        return None
    judgement = newest(case, actor, at=at)
    if judgement is None or judgement.level == RiskLevel.MODERATE:
        return None
    seen = open_measures(case, actor, at=at) if measures is None else measures
    return reminder(judgement, dose_of(seen))
