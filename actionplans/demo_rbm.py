"""The demo's judgements of risk, and what the kommun offers. Nobody here exists, and nobody has judged anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from actionplans import actions
from actionplans.models import Adaptation, Intervention, Offer, Receptivity, RiskJudgement, RiskLevel
from consent.models import Factor
from hub import clock
from hub.access import Actor
from hub.calendar_se import previous_working_day
from hub.contributions import DEMO
from hub.demo_cast import YOUTH_UNIT
from hub.models import Assignment, Municipality
from meetings.demo.stories import Story, stories

MORNING = time(10, 20)
#: Days ago that the list of offers was begun.
OFFERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement. `needs`: code and what it rests on; `was`: the level first written down by mistake."""

    days_ago: int
    level: RiskLevel
    instrument: str = "SAVRY"
    assessor: str = "Ingrid Sjöö, psykolog"
    needs: Sequence[tuple[str, str]] = ()
    receptivity: Receptivity = Receptivity.SOME
    adaptations: Sequence[Adaptation] = ()
    fitting: str = ""
    was: RiskLevel | None = None


FRIENDS = ("P5-03", "Äldre kamrater hämtar efter skolan flera gånger i veckan.")
SCHOOL = ("P5-07", "Har missat halva höstterminen och vet inte vad han vill läsa.")
LEISURE = ("P5-08", "Slutade i fotbollen i våras. Inget har kommit i stället.")
HOME = ("P5-06", "Bor växelvis på tre ställen sedan i somras.")
ATTITUDES = ("P5-02", "Säger att det är rätt att slå tillbaka, och att ingen annan hjälper.")
#: The key of the youth → what has been judged, the oldest first. High risk with few hours gives the reminder.
JUDGEMENTS: Mapping[str, Sequence[Judged]] = {
    "ST-1": (
        Judged(
            days_ago=170,
            level=RiskLevel.HIGH,
            needs=(FRIENDS, SCHOOL, ATTITUDES),
            receptivity=Receptivity.LOW,
            adaptations=(Adaptation.LANGUAGE, Adaptation.RELATION),
            fitting="Föräldrarna behöver tolk på somaliska. Han pratar helst med Amir.",
        ),
        Judged(
            days_ago=25,
            level=RiskLevel.HIGH,
            needs=(FRIENDS, LEISURE),
            receptivity=Receptivity.SOME,
            adaptations=(Adaptation.LANGUAGE, Adaptation.MOTIVATION),
            fitting="Börja i det han själv vill: bilar och praktik. Tolk på somaliska till föräldrarna.",
        ),
    ),
    "ST-2": (
        Judged(
            days_ago=30,
            level=RiskLevel.LOW,
            was=RiskLevel.MODERATE,
            needs=(LEISURE,),
            receptivity=Receptivity.GOOD,
            adaptations=(Adaptation.PRACTICAL,),
            fitting="Tider efter klockan 15, nära hemmet.",
        ),
    ),
    "ST-3": (Judged(days_ago=40, level=RiskLevel.MODERATE, instrument="ESTER", needs=(SCHOOL, HOME)),),
    "RK-2": (
        Judged(days_ago=55, level=RiskLevel.HIGH, needs=(FRIENDS, ATTITUDES, HOME), adaptations=(Adaptation.LANGUAGE,)),
    ),
    "HV-3": (Judged(days_ago=70, level=RiskLevel.MODERATE, needs=(LEISURE,), adaptations=(Adaptation.ATTENTION,)),),
}
#: Code of the intervention → whom to reach, and what is good to know.
OFFERS: Mapping[str, tuple[str, str]] = {
    "komet": ("Familjeteamets mottagning, 08-465 004 21", "Ny grupp börjar i januari och augusti."),
    "fft": ("Öppenvårdens mottagning, 08-465 004 22", "Kötid omkring tre veckor."),
    "mst": ("MST-teamet för hela staden, 08-465 004 23", "Ansökan genom handläggaren."),
    "kbt": ("Ungdomsteamets psykolog, 08-465 004 24", ""),
}


def tell_rbm(kommun: Municipality, at: datetime) -> str:
    """Write the judgements and the offers down, in the caller's transaction and kommun; returns what was made."""
    for story in stories(kommun):
        for judged in JUDGEMENTS.get(story.key, ()):
            _tell(story, judged, kommun, at)
    _offer(kommun, at)
    return f"{RiskJudgement.objects.count()} riskbedömningar och {Offer.objects.count()} insatser som erbjuds"


def _morning(days_ago: int, at: datetime) -> datetime:
    return clock.wall_time(previous_working_day(clock.local_day(at) - timedelta(days=days_ago)), MORNING)


def _tell(story: Story, judged: Judged, kommun: Municipality, at: datetime) -> None:
    """As whoever led the case then would have written it, the day after it was made."""
    when = _morning(judged.days_ago, at)
    by = Actor.acting_under(story.coordinator(when), municipality_id=kommun.pk)
    listed = dict(Factor.objects.filter(list_code="P5").values_list("code", "pk"))
    facts = actions.RiskFacts(
        instrument=judged.instrument,
        instrument_version="2",
        assessed_on=clock.local_day(when) - timedelta(days=1),
        assessor=judged.assessor,
        level=judged.was or judged.level,
        reference=f"Akt {story.case.number}",
        receptivity=judged.receptivity,
        adaptations=tuple(judged.adaptations),
        fitting=judged.fitting,
        needs=tuple(actions.SeenNeed(listed[code], evidence) for code, evidence in judged.needs),
    )
    made = actions.judge_risk(story.case, facts, by=by, at=when)
    if judged.was is not None:
        later = when + timedelta(minutes=45)
        right = replace(facts, level=judged.level)
        actions.correct_judgement(made, right, why="Fel nivå förd in från blanketten.", by=by, at=later)


def _offer(kommun: Municipality, at: datetime) -> None:
    """As the kommun's administrator, for the youth units of the cast."""
    rows = Assignment.objects.filter(user__email="adam@example.se").select_related("user", "unit__agency")
    administrator = rows.order_by("pk").first()
    if administrator is None:
        return
    by, when = Actor.acting_under(administrator, municipality_id=kommun.pk), _morning(OFFERED, at)
    units = [unit for unit in actions.offering_units(by, at=when) if unit.name == YOUTH_UNIT]
    for unit in units[:2]:
        for code, (contact, note) in OFFERS.items():
            intervention = Intervention.objects.get(code=code, valid_to=None)
            facts = actions.OfferFacts(contact=contact, note=note, first=clock.local_day(when))
            actions.add_offer(unit, intervention, facts, by=by, at=when)


DEMO.append(tell_rbm)
