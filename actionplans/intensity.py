"""How much is planned for a youth beside how high the risk is judged: a reminder, never a block, never a score (P-P3).

The risk principle: the higher the risk, the more intensive what is done. The numbers are the source's own; only the
limit for low risk is the product's, since the source gives none, and the reminder says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from actionplans.models import OPEN_MEASURES, Measure, RiskJudgement, RiskLevel
from hub import swedish

#: Hours of treatment that can be needed at high risk (methods.md, 3).
HIGH_FROM, HIGH_TO = 200, 300
#: Where the reminder begins at low risk: half of the lower number. The source says "intensive" and gives no number.
LOW_FROM = 100
SOURCE = (
    "FoU Nordväst (2023), Att förebygga rekrytering till kriminella nätverk och att utarbeta stöd till avhoppare, "
    "efter bland andra Andrews & Dowden (2006) och Lovins m.fl. (2007)."
)
_NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Dose:
    """What the open measures plan, as far as it can be counted.

    Args:
        hours: over all days of the counted measures, hours a week times weeks; a part of a week counts as its days.
        counted, unsaid: how many measures say their hours, and how many do not.
        first, last: the days that the counted ones reach over; None where nothing is counted.
    """

    hours: Decimal
    counted: int
    unsaid: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is said, and about which judgement."""

    judgement: RiskJudgement
    dose: Dose
    title: str
    lines: tuple[str, ...]
    source: str = SOURCE


def dose_of(measures: Iterable[Measure]) -> Dose:
    """What the open ones among the measures come to. What is done, aborted or taken out is not planned any more."""
    running = [one for one in measures if one.state in OPEN_MEASURES and one.last_version is None]
    said = [(one, one.hours) for one in running if one.hours is not None]
    return Dose(
        hours=sum((hours * ((one.due_on - one.starts_on).days + 1) / 7 for one, hours in said), Decimal(0)),
        counted=len(said),
        unsaid=len(running) - len(said),
        first=min((one.starts_on for one, _ in said), default=None),
        last=max((one.due_on for one, _ in said), default=None),
    )


def reminder(judgement: RiskJudgement, dose: Dose) -> Reminder | None:
    """What the risk principle gives reason to think about, if anything. At moderate risk the source gives no number."""
    if judgement.level == RiskLevel.HIGH and dose.hours < HIGH_FROM:
        return Reminder(
            judgement,
            dose,
            "Hög risk: räcker det som är planerat?",
            (
                f"{_judged(judgement)} {_planned(dose)}",
                f"Vid hög risk kan det krävas {HIGH_FROM}\N{EN DASH}{HIGH_TO}{_NBSP}timmars behandling för att risken "
                "för återfall ska minska.",
                counted_words(dose),
            ),
        )
    if judgement.level == RiskLevel.LOW and dose.hours >= LOW_FROM:
        return Reminder(
            judgement,
            dose,
            "Låg risk: är det mer än som behövs?",
            (
                f"{_judged(judgement)} {_planned(dose)}",
                "Intensiv behandling vid låg risk har närmast gett negativa resultat. Källan anger ingen gräns: "
                f"påminnelsen visas från {LOW_FROM}{_NBSP}timmar, hälften av det lägsta som nämns för hög risk.",
                counted_words(dose),
            ),
        )
    return None


def _judged(judgement: RiskJudgement) -> str:
    """Den senaste bedömningen (SAVRY, 2 mars 2026) säger hög risk."""
    when = f"{judgement.instrument}, {swedish.day(judgement.event_date)}"
    return f"Den senaste bedömningen ({when}) säger {judgement.get_level_display().lower()} risk."


def _planned(dose: Dose) -> str:
    if dose.first is None or dose.last is None:
        return "Inga timmar är angivna på de öppna åtgärderna, så det går inte att se hur mycket den unge får."
    hours = int(dose.hours.quantize(Decimal(1), ROUND_HALF_UP))
    several = "De öppna åtgärderna ger tillsammans" if dose.counted > 1 else "Den öppna åtgärden ger"
    span = f"{swedish.day(dose.first)} till {swedish.day(dose.last)}"
    return f"{several} omkring {hours}{_NBSP}{'timme' if hours == 1 else 'timmar'}, {span}."


def counted_words(dose: Dose) -> str:
    """What was counted, and what could not be: every time the same sentence about what the reader does not see."""
    counted = swedish.plural(dose.counted, "åtgärd", "åtgärder") if dose.counted else "ingen åtgärd"
    left_out = [f"{swedish.plural(dose.unsaid, 'åtgärd', 'åtgärder')} utan timmar"] if dose.unsaid else []
    left_out.append("det som du inte får läsa")
    return (
        f"Räknat: {counted} med timmar i veckan, gånger veckorna. Inte räknat: {swedish.listing(left_out)}. "
        "Hubben vet inte vilka timmar som är behandling."
    )
