"""What the cast has given on other grounds: readable now, ended early, run out, and by word of mouth (P-C7, P-C8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from consent import actions as sharing
from consent.actions import Answered, DisclosureFacts
from consent.actions.disclosure import tests_for
from consent.demo.cases import Stage, YouthStory
from consent.demo.papers import Dossier
from consent.demo.plan import Diary, Story
from consent.demo.staff import Desk
from consent.grounds import Wants, current
from consent.models import Delivery, Disclosure, InformationItem
from hub.clock import local_day
from hub.models import Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """One disclosure of the story."""

    ground: str
    giver: Desk
    recipient: Agency
    reader: Desk | None
    reasons: dict[str, str]
    necessity: str
    told: str
    person_told: bool
    types: tuple[str, ...]
    days: int = 0
    received_by: str = ""


def threads(stage: Stage, stories: dict[str, YouthStory]) -> list[Story]:
    """Four disclosures, one in each state that the ledger shows."""
    return [
        risk_of_crime(stage, stories["ST-3"]),
        asked_by_the_police(stage, stories["ST-3"]),
        answer_to_social_services(stage, stories["ST-1"]),
        told_to_health_care(stage, stories["ST-1"]),
    ]


def _give(dossier: Dossier, giving: Giving, *, at: datetime) -> Disclosure:
    items = InformationItem.objects.filter(
        individual=dossier.individual, agency=giving.giver.actor.agency_id, recorded_at__lt=at
    ).select_related("type", "agency")
    chosen = items.filter(type__code__in=giving.types).order_by("-event_date", "-pk")[:2]
    ground = current(giving.ground, on=local_day(at))
    if ground is None:
        raise LookupError(f"{giving.ground} is not in force at {at}")
    asked = tests_for(ground, giving.recipient, by=giving.giver.actor)
    facts = DisclosureFacts(
        case=dossier.case,
        recipient=giving.recipient,
        ground=giving.ground,
        answers={
            t.code: Answered(t.wants is Wants.YES, giving.reasons.get(t.code, "Prövat i ärendet." if t.weigh else ""))
            for t in asked
        },
        items=[(item, item.version) for item in chosen],
        necessity=giving.necessity,
        delivery=Delivery.HUB if giving.reader else Delivery.ORAL,
        recipients=[giving.reader.assignment] if giving.reader else [],
        received_by=giving.received_by,
        last_day=local_day(at) + timedelta(days=giving.days),
        person_told=giving.person_told,
        told_note=giving.told,
    )
    return sharing.disclose(facts, by=giving.giver.actor, at=at)


def risk_of_crime(stage: Stage, story: YouthStory) -> Story:
    """Karin gives the police what they need to step in early; the youth does not know yet."""
    at = Diary(stage.calendar).turn(4, 10, 40)
    yield at
    giving = Giving(
        ground="youth_crime_risk",
        giver=story.team.coordinator,
        recipient=story.team.police.agency,
        reader=story.team.police.contact,
        reasons={
            "concrete": "Fritidsledare och mamma har var för sig sett honom lämna över paket vid torget tre kvällar.",
            "not_unsuitable": "Insatsen fortsätter. Kontaktpolisen är redan känd för den unge.",
        },
        necessity="Polisen behöver kunna söka upp den unge innan han dras in djupare.",
        told="Berättas vid nästa nätverksmöte. Nu skulle det kunna utsätta den som berättade.",
        person_told=False,
        days=30,
        types=("home_and_family", "peers", "leisure", "measures_and_plan"),
    )
    _give(story.dossier, giving, at=at)


def asked_by_the_police(stage: Stage, story: YouthStory) -> Story:
    """The school answered the police and ended the reading when it was no longer needed."""
    diary = Diary(stage.calendar)
    at = diary.turn(11, 13, 15)
    yield at
    school = story.crews[1]
    giving = Giving(
        ground="rektor_on_request",
        giver=school.contact,
        recipient=story.team.police.agency,
        reader=story.team.police.contact,
        reasons={
            "rektor_decides": "Rektor beslutade samma förmiddag.",
            "requested": "Kontaktpolisen begärde uppgiften i telefon, för att planera ett samtal.",
            "overriding_reasons": "Skolans sekretess för närvaro är svag och uppgiften är begränsad.",
        },
        necessity="Polisen behöver veta när den unge är i skolan.",
        told="Mentor berättade för den unge samma dag.",
        person_told=True,
        days=30,
        types=("attendance", "school_situation"),
    )
    made = _give(story.dossier, giving, at=at)
    at = diary.turn(8, 9, 5)
    yield at
    sharing.end_disclosure(
        made, reason="Samtalet är genomfört. Uppgiften behövs inte mer.", by=school.contact.actor, at=at
    )


def answer_to_social_services(stage: Stage, story: YouthStory) -> Story:
    """The police reported a worry; the time to read it has run out."""
    at = Diary(stage.calendar).turn(11, 15, 45)
    yield at
    giving = Giving(
        ground="concern_report",
        giver=story.team.police.contact,
        recipient=story.team.agency,
        reader=story.team.coordinator,
        reasons={
            "fares_ill": "Hittades utomhus sent på natten två gånger samma vecka.",
            "prel_investigation": "Prövat av gruppchefen samma dag. Ingen förundersökning berörs.",
        },
        necessity="Socialtjänsten behöver veta att den unge vistas ute nattetid.",
        told="Vårdnadshavarna fick veta när han kördes hem.",
        person_told=True,
        days=5,
        types=("police_tells", "measures_and_plan"),
    )
    _give(story.dossier, giving, at=at)


def told_to_health_care(stage: Stage, story: YouthStory) -> Story:
    """By telephone to a party that is only proposed: nothing is read in the hub, and it wakes nobody."""
    at = Diary(stage.calendar).turn(3, 11, 5)
    yield at
    giving = Giving(
        ground="social_and_health",
        giver=story.team.coordinator,
        recipient=stage.staff.others["bup"].agency,
        reader=None,
        reasons={
            "needed_for_support": "Mottagningen behöver veta om sömnen för att kunna erbjuda en tid nu.",
            "consent_tried": "En vårdnadshavare har inte svarat än. Den andra och den unge har sagt ja.",
        },
        necessity="Den unge har bett om hjälp och tiden finns bara den här veckan.",
        told="Den unge satt med vid samtalet.",
        person_told=True,
        received_by="Sköterskan på mottagningen",
        types=("home_and_family", "health", "measures_and_plan"),
    )
    _give(story.dossier, giving, at=at)
