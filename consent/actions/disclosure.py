"""Giving information on a listed ground: tests answered, versions named, recipients told without content (P-C7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from consent.derivation import never_masks
from consent.eyeline import Facts, Sharing
from consent.grounds import (
    CONSENT,
    PRIVATE_KINDS,
    Direction,
    Ground,
    Test,
    Verdict,
    available_grounds,
    current,
    verdict,
)
from consent.models import (
    Delivery,
    DisclosedItem,
    Disclosure,
    DisclosureRecipient,
    DisclosureTest,
    InformationItem,
)
from hub import swedish
from hub.access import Actor, Denied, require
from hub.actions import set_active_from, set_known_from
from hub.actions.messages import notify
from hub.audit import record
from hub.clock import end_of_day, local_day
from hub.errors import Conflict, Invalid
from hub.models import Agency, AgencyKind, Assignment, Case, Participation, User

#: How long something can be read in the hub on one disclosure at most; longer needs a new decision (docs/juridik.md).
LONGEST_DAYS = 90
RESERVATION = "reservation"
OWN_TASK = "own_task"


@dataclass(frozen=True, slots=True)
class Answered:
    """The decider's answer to one test, with the reason where one is asked for."""

    answer: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureFacts:
    """What is given to whom, on what ground.

    Args:
        ground: a code in the list of grounds.
        answers: test code → answer, one for each test that the ground asks.
        items: own recorded items and the version that the decider has looked at.
        recipients: named readers, when it is read in the hub.
        received_by: name and role of who received it, outside the hub.
        last_day: the last day of reading in the hub.
        told_note: how and when the person was told, or why not.
    """

    case: Case
    recipient: Agency
    ground: str
    answers: Mapping[str, Answered]
    items: Sequence[tuple[InformationItem, int]]
    necessity: str
    delivery: str = Delivery.HUB
    recipients: Sequence[Assignment] = field(default=())
    received_by: str = ""
    last_day: date | None = None
    reservation: str = ""
    person_told: bool = False
    told_note: str = ""


def direction_of(case: Case, recipient: Agency, *, by: Actor, type_code: str = "") -> Direction:
    """From the actor's agency to `recipient`, about the individual of `case` (loaded with `individual__person`)."""
    return Direction(
        source=by.agency_kind,
        recipient=recipient.kind,
        private=not recipient.authority,
        type_code=type_code,
        birth_date=case.individual.person.birth_date,
        phase=case.phase,
    )


def grounds_for(case: Case, recipient: Agency, *, by: Actor, at: datetime, type_code: str = "") -> list[Verdict]:
    """Every ground of the list for this direction now: what exists, what does not and why."""
    return available_grounds(direction_of(case, recipient, by=by, type_code=type_code), at=at)


def is_private(agency: Agency) -> bool:
    """Whether the recipient is no authority (R7)."""
    return agency.kind in PRIVATE_KINDS or not agency.authority


def tests_for(ground: Ground, recipient: Agency, *, by: Actor) -> tuple[Test, ...]:
    """The questions that the actor must answer."""
    return ground.tests(by.agency_kind, private=is_private(recipient))


@transaction.atomic
def disclose(facts: DisclosureFacts, *, by: Actor, at: datetime) -> Disclosure:
    """Give the named versions of own items to the recipient, on a ground that exists and whose tests all hold.

    Raises:
        Denied: no awake seat in the case, an item that is not the actor's agency's to share, or a decision that asks
            for a social worker (SoL 25:1).
        Conflict: an item has got a newer version than the decider looked at, or the case has been closed.
        Invalid: the ground does not exist for this direction today, a test is unanswered or fails, or something is
            missing.
    """
    require(facts.case, by, "disclose", at=at)
    for item, _version in facts.items:
        require(item, by, "annotate", at=at)
    ground = _ground(facts, by=by, at=at)
    _check(facts, ground, by=by, at=at)
    _still_as_seen(facts.items)
    disclosure = _store(facts, ground, by=by, at=at)
    party = Participation.objects.filter(case=facts.case, agency=facts.recipient, ended_at=None).first()
    if party is not None and facts.delivery == Delivery.HUB:
        set_active_from(party, at, at=at)
        set_known_from(party, at, at=at)
    _tell_recipients("disclosure_made", disclosure, at=at)
    _record(
        "disclosure.made",
        disclosure,
        by=by,
        at=at,
        items=[i for i, _v in facts.items],
        versions={str(i.pk): version for i, version in facts.items},
        delivery=str(facts.delivery),
    )
    return disclosure


def _ground(facts: DisclosureFacts, *, by: Actor, at: datetime) -> Ground:
    ground = current(facts.ground, on=local_day(at))
    if ground is None:
        raise Invalid({"ground": "Grunden finns inte i listan i dag. Välj en annan."})
    asked: list[InformationItem | None] = [item for item, _version in facts.items]
    for item in asked or [None]:
        type_code = item.type.code if item else ""
        found = verdict(ground, direction_of(facts.case, facts.recipient, by=by, type_code=type_code), at=at)
        if not found.exists:
            raise Invalid({"ground": f"{ground.paragraph} går inte att använda här. {found.why}"})
    if ground.qualified and not User.objects.filter(pk=by.user_id, qualified_social_worker=True).exists():
        raise Denied("disclose", Disclosure)
    return ground


def _check(facts: DisclosureFacts, ground: Ground, *, by: Actor, at: datetime) -> None:
    errors = (
        _answers(facts, ground, by=by) | (_what(facts) or _consented(facts, ground, at=at)) | _to_whom(facts, at=at)
    )
    if not facts.necessity.strip():
        errors["necessity"] = "Skriv varför uppgifterna lämnas ut, så att någon annan kan förstå beslutet."
    if not facts.told_note.strip():
        errors["told_note"] = (
            "Skriv när och hur personen fick veta."
            if facts.person_told
            else "Skriv varför personen inte har fått veta."
        )
    if errors:
        raise Invalid(errors)


def _answers(facts: DisclosureFacts, ground: Ground, *, by: Actor) -> dict[str, str]:
    errors: dict[str, str] = {}
    for test in tests_for(ground, facts.recipient, by=by):
        given = facts.answers.get(test.code)
        if given is None:
            errors[f"test_{test.code}"] = "Svara ja eller nej."
        elif not test.holds(given.answer):
            errors[f"test_{test.code}"] = (
                f"Med det svaret finns inte grunden {ground.paragraph}. Lämna inte ut på den grunden."
            )
        elif test.weigh and not given.reason.strip():
            errors[f"why_{test.code}"] = "Skriv skälet till svaret."
    needs = facts.answers.get(RESERVATION)
    if needs and needs.answer and not facts.reservation.strip():
        errors["reservation"] = "Skriv förbehållet: vad mottagaren inte får göra med uppgiften."
    return errors


def _what(facts: DisclosureFacts) -> dict[str, str]:
    items = [item for item, _version in facts.items]
    if not items:
        return {"items": "Välj minst en uppgift."}
    if any(item.individual_id != facts.case.individual_id for item in items):
        return {"items": "Alla uppgifter måste gälla den unge i ärendet."}
    if facts.recipient.kind != AgencyKind.CIVILSAMHALLE:  # barred from every type for want of an account: by consent
        barred = never_masks().get(facts.recipient.kind, 0)
        if any(item.type.mask & barred for item in items):
            return {"items": f"{facts.recipient.name} kan aldrig få den sortens uppgifter."}
    return {}


def _consented(facts: DisclosureFacts, ground: Ground, *, at: datetime) -> dict[str, str]:
    """A registered consent must cover what goes to an independent school: no way round its completeness (P-C3).

    An association cannot stand on the consent form, so there the tests say who agreed; what is barred from the family
    no guardian's consent covers (R14).
    """
    if ground.code != CONSENT:
        return {}
    items = [item for item, _version in facts.items]
    if facts.recipient.kind == AgencyKind.CIVILSAMHALLE:
        barred = any(item.family_barred for item in items)
        return {"items": "En uppgift som vårdnadshavarna inte får veta täcks inte av deras samtycke."} if barred else {}
    sharing = Sharing.load(facts.case.individual_id, at=at)
    if all(sharing.granted_until(Facts.of(item), facts.recipient.pk) for item in items):
        return {}
    return {"items": "Inget registrerat samtycke täcker uppgifterna. Gör ett samtycke först."}


def _to_whom(facts: DisclosureFacts, *, at: datetime) -> dict[str, str]:
    errors: dict[str, str] = {}
    if facts.delivery != Delivery.HUB:
        if not facts.received_by.strip():
            errors["received_by"] = "Skriv namn och roll på den som tog emot."
        return errors
    if facts.recipient.kind == AgencyKind.CIVILSAMHALLE:
        errors["delivery"] = "Föreningar har inget konto. Välj muntligt eller på papper."
    usable = Assignment.objects.usable(at=at).filter(
        unit__agency=facts.recipient, pk__in=[a.pk for a in facts.recipients]
    )
    if not facts.recipients or usable.count() != len({a.pk for a in facts.recipients}):
        errors["recipients"] = "Välj namngivna läsare i verksamheten."
    today = local_day(at)
    if facts.last_day is None or facts.last_day < today:
        errors["last_day"] = "Skriv en sista dag som inte har gått."
    elif facts.last_day > today + timedelta(days=LONGEST_DAYS):
        errors["last_day"] = f"Högst {LONGEST_DAYS} dagar. Behövs det längre fattar ni ett nytt beslut då."
    return errors


def _still_as_seen(items: Iterable[tuple[InformationItem, int]]) -> None:
    """Lock the items and compare: the decider must have looked at what is given (P-Q3)."""
    seen = {item.pk: version for item, version in items}
    rows = InformationItem.objects.select_for_update().filter(pk__in=seen).values_list("pk", "version")
    if any(seen[pk] != version for pk, version in rows):
        raise Conflict("En uppgift har fått en rättelse eller ett tillägg sedan du läste den. Läs den och välj igen.")


def _store(facts: DisclosureFacts, ground: Ground, *, by: Actor, at: datetime) -> Disclosure:
    kommun, in_hub = facts.case.municipality_id, facts.delivery == Delivery.HUB
    until = (end_of_day(facts.last_day) if facts.last_day else at) if in_hub else None
    disclosure = Disclosure.objects.create(
        municipality_id=kommun,
        individual_id=facts.case.individual_id,
        case=facts.case,
        source_id=by.agency_id,
        recipient=facts.recipient,
        ground=ground.code,
        ground_version=ground.version,
        paragraph=ground.paragraph,
        necessity=facts.necessity,
        delivery=facts.delivery,
        received_by="" if in_hub else facts.received_by,
        reservation=facts.reservation if is_private(facts.recipient) else "",
        decided_by_id=by.assignment_id,
        disclosed_at=at,
        readable_until=until,
        person_told=facts.person_told,
        told_note=facts.told_note,
        told_at=at if facts.person_told else None,
    )
    DisclosureTest.objects.bulk_create(
        DisclosureTest(
            municipality_id=kommun,
            disclosure=disclosure,
            code=test.code,
            question=test.text,
            answer=facts.answers[test.code].answer,
            reason=facts.answers[test.code].reason,
            order=order,
        )
        for order, test in enumerate(tests_for(ground, facts.recipient, by=by))
    )
    DisclosedItem.objects.bulk_create(
        DisclosedItem(municipality_id=kommun, disclosure=disclosure, item=item, version=version)
        for item, version in facts.items
    )
    DisclosureRecipient.objects.bulk_create(
        DisclosureRecipient(municipality_id=kommun, disclosure=disclosure, assignment=assignment)
        for assignment in (facts.recipients if in_hub else ())
    )
    return disclosure


def tell_of_investigation(
    case: Case, recipient: Agency, *, why: str, readers: Sequence[Assignment], by: Actor, at: datetime
) -> Disclosure:
    """Asking tells that an investigation goes on: a disclosure without items, in the ledger like others (P-A6, P-C8).

    It rests on what the investigating board needs for its own task (OSL 10:2, docs/juridik.md), with the tests of that
    ground answered by the deed itself: an investigation has been decided, and `why` says why just this agency is asked.

    Raises:
        Invalid: the ground does not exist for this direction today.
    """
    answers = {
        "own_duty": Answered(True, "Utredning av den unges behov (20 kap. SoL)."),
        "necessary": Answered(True, why),
        "for_the_recipient": Answered(False),
        RESERVATION: Answered(False, "Frågan lämnar bara att en utredning pågår."),
    }
    facts = DisclosureFacts(
        case=case,
        recipient=recipient,
        ground=OWN_TASK,
        answers=answers,
        items=(),
        necessity=why,
        recipients=readers,
        told_note="Den som utreds och vårdnadshavarna informeras om utredningen (20 kap. 4 § SoL).",
    )
    disclosure = _store(facts, _ground(facts, by=by, at=at), by=by, at=at)
    _record("disclosure.made", disclosure, by=by, at=at, content="investigation")
    return disclosure


def tell_of_follow_up(
    case: Case, recipient: Agency, *, asked: str, agreed_on: date, by: Actor, at: datetime
) -> Disclosure:
    """Asking how it has gone after the end tells who it is about: a disclosure without items, in the ledger (P-C8).

    It rests on the consent of everybody who had to sign the paper about following up (OSL 10:1); whoever calls this
    has tested that it holds at `at`. Nobody is named as reader: nothing of it is read in the hub.

    Args:
        asked: the question, as it stands on the paper.
        agreed_on: the day from which the paper holds.
    """
    ground = current(CONSENT, on=local_day(at))
    if ground is None:
        raise Invalid("Samtycke finns inte i listan över grunder i dag.")
    disclosure = Disclosure.objects.create(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        source_id=by.agency_id,
        recipient=recipient,
        ground=ground.code,
        ground_version=ground.version,
        paragraph=ground.paragraph,
        necessity=asked,
        delivery=Delivery.ORAL,
        received_by="Den som svarar på frågan",
        decided_by_id=by.assignment_id,
        disclosed_at=at,
        person_told=True,
        told_note="Frågan står på pappret som de har sagt ja på.",
        told_at=at,
    )
    DisclosureTest.objects.create(
        municipality_id=case.municipality_id,
        disclosure=disclosure,
        code="everyone_ticked",
        question="Har alla som ska svara kryssat just den frågan?",
        answer=True,
        reason=f"Pappret gäller sedan {swedish.day(agreed_on)}.",
        order=0,
    )
    _record("disclosure.made", disclosure, by=by, at=at, content="follow_up")
    return disclosure


@transaction.atomic
def end_disclosure(disclosure: Disclosure, *, reason: str, by: Actor, at: datetime) -> Disclosure:
    """Stop further reading from `at` on. What has been read cannot be unread, and the disclosure stays in the ledger.

    Raises:
        Denied: another agency's, or no seat. Conflict: it has ended already. Invalid: no reason.
    """
    require(disclosure, by, "change", at=at)
    if not reason.strip():
        raise Invalid({"reason": "Skriv varför läsningen avslutas."})
    hit = Disclosure.objects.filter(pk=disclosure.pk, readable_until__gt=at, ended_at=None).update(
        readable_until=at, ended_at=at, ended_by_id=by.assignment_id, end_reason=reason
    )
    if not hit:
        raise Conflict("Utlämnandet går inte längre att läsa i hubben. Det finns inget att avsluta.")
    disclosure.refresh_from_db()
    _tell_recipients("disclosure_ended", disclosure, at=at)
    _record("disclosure.ended", disclosure, by=by, at=at)
    return disclosure


@transaction.atomic
def note_told(disclosure: Disclosure, *, note: str, by: Actor, at: datetime) -> Disclosure:
    """Note that the person has been told, and how. From then on it may stand in the register extract (R36).

    Raises:
        Denied: another agency's, or no seat. Conflict: it is noted already. Invalid: no words.
    """
    require(disclosure, by, "change", at=at)
    if not note.strip():
        raise Invalid({"note": "Skriv när och hur personen fick veta."})
    hit = Disclosure.objects.filter(pk=disclosure.pk, person_told=False).update(
        person_told=True, told_note=note, told_at=at
    )
    if not hit:
        raise Conflict("Det står redan att personen har fått veta.")
    disclosure.refresh_from_db()
    _record("disclosure.told", disclosure, by=by, at=at)
    return disclosure


def _tell_recipients(kind: str, disclosure: Disclosure, *, at: datetime) -> None:
    notify(
        kind,
        assignments=list(disclosure.recipients.values_list("assignment_id", flat=True)),
        case=disclosure.case,
        municipality_id=disclosure.municipality_id,
        told_at=at,
    )


def _record(
    action: str,
    disclosure: Disclosure,
    *,
    by: Actor,
    at: datetime,
    items: Iterable[InformationItem] = (),
    **detail: object,
) -> None:
    record(
        action,
        actor=by,
        at=at,
        individual=disclosure.individual_id,
        case=disclosure.case_id,
        objects=[disclosure, *items],
        ground={
            "disclosure": disclosure.pk,
            "paragraph": disclosure.paragraph,
            "code": disclosure.ground,
            "version": disclosure.ground_version,
        },
        detail=detail,
    )
