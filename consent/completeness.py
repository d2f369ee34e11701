"""Who must sign a consent, whether all of them have, and how long their word holds (P-C3, P-C5, R10-R14).

One pure function, `completeness`, answers for every consent. It knows no database and no clock: everything
it judges is in its `Situation`. Ages and custody are judged at the *instant of completion*, the first
moment when everybody who was required at that moment had signed; later changes never undo it, so the same
facts give the same answer whenever they are asked again. The law sets no age limits for secrecy consent
(OSL 12:3); the bands are local settings and must not be read as those of SoL 21:1 or FB 6:13a (R13).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import and_
from typing import TypeVar

from consent.completeness_texts import DEFAULT_NAMES, SENTENCES
from consent.situation import (
    ALWAYS,
    ASK_ADULT_DAYS,
    FORMS,
    HINDERED_DAYS,
    LEGAL_REPRESENTATIVE,
    METHOD_ASKS_YOUTH,
    REVIEW_DAYS,
    Answer,
    Completeness,
    Concern,
    EndReason,
    Maturity,
    Period,
    Role,
    Settings,
    Signer,
    Situation,
    State,
    Task,
)
from hub.clock import at_age, birthday, end_of_day, local_day, start_of_day

__all__ = [
    "ALWAYS",
    "ASK_ADULT_DAYS",
    "FORMS",
    "HINDERED_DAYS",
    "LEGAL_REPRESENTATIVE",
    "METHOD_ASKS_YOUTH",
    "REVIEW_DAYS",
    "Answer",
    "Completeness",
    "Concern",
    "EndReason",
    "Maturity",
    "Period",
    "Role",
    "Settings",
    "Signer",
    "Situation",
    "State",
    "Task",
    "ask_adult_from",
    "completed_at",
    "completeness",
    "effective_period",
    "explain",
    "intersect",
]

_TICK = timedelta(microseconds=1)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Circle:
    """Who decides at one instant."""

    required: tuple[str, ...]
    replaced: tuple[str, ...] = ()
    alone_since: datetime | None = None  # from when the youth decides alone; None if guardians take part


def decides_alone_since(situation: Situation, at: datetime) -> datetime | None:
    """From when the youth decides alone: as an adult, or by a recorded assessment from the local age (R12).

    An assessment below that age counts as deciding together. Nobody is ever replaced as an adult.
    """
    rules = situation.settings
    if situation.maturity is Maturity.DECIDES_ALONE and situation.reached(rules.decides_alone_from, at):
        return at_age(situation.birth_date, rules.decides_alone_from)
    if situation.reached(rules.adult_from, at):
        return at_age(situation.birth_date, rules.adult_from)
    return None


def youth_must_sign(situation: Situation, at: datetime) -> bool:
    """Whether a youth who does not decide alone signs beside the guardians.

    The assessment goes first (OSL 12:3), then the method, then the local band.
    """
    if situation.maturity is not Maturity.NOT_ASSESSED:
        return situation.maturity is not Maturity.GUARDIANS_DECIDE
    return situation.form in METHOD_ASKS_YOUTH or situation.reached(situation.settings.youth_signs_from, at)


def elders(situation: Situation, at: datetime) -> tuple[Signer, ...]:
    """Who decides for a minor: the appointed representative, otherwise all with custody (FB 6:13)."""
    appointed = tuple(s for s in situation.by_role(Role.REPRESENTATIVE) if s.has_custody(at))
    return appointed or tuple(s for s in situation.by_role(Role.GUARDIAN) if s.has_custody(at))


def replaced_guardians(situation: Situation, at: datetime) -> tuple[str, ...]:
    """Guardians whom the other one replaces while a decision says they are hindered (FB 6:13 2 st.).

    Never all of them: somebody with custody must decide.
    """
    if not situation.settings.hindered_rule:
        return ()
    deciding = [s for s in elders(situation, at) if s.role is Role.GUARDIAN]
    silent = [s for s in deciding if not s.signed_with_custody(at) and not s.answered(Answer.REFUSED, at)]
    hindered = tuple(s.key for s in silent if s.is_hindered(at))
    return hindered if len(hindered) < len(deciding) else ()


def circle(situation: Situation, at: datetime) -> _Circle:
    """Who must sign, as things stand at `at`."""
    youth = situation.by_role(Role.YOUTH)
    own = tuple(s.key for s in youth) or (Role.YOUTH.value,)
    if (since := decides_alone_since(situation, at)) is not None:
        return _Circle(own, alone_since=since)
    replaced = replaced_guardians(situation, at)
    others = tuple(s.key for s in elders(situation, at) if s.key not in replaced) or (LEGAL_REPRESENTATIVE,)
    return _Circle((own if youth_must_sign(situation, at) else ()) + others, replaced)


def counts(signer: Signer, who: _Circle, at: datetime) -> bool:
    """Whether a signature carries the consent at `at`: given by then, by somebody who then could.

    A minor's signature is not an adult's: who decides alone must have signed when able to.
    """
    if signer.role is not Role.YOUTH:
        return signer.signed_with_custody(at)
    given = signer.written_at() if signer.answered(Answer.GIVEN, at) else None
    return given is not None and (who.alone_since is None or given >= who.alone_since)


def lacking(situation: Situation, who: _Circle, at: datetime) -> tuple[str, ...]:
    """The required whose signature does not (yet) count at `at`."""
    good = {s.key for s in situation.signers if counts(s, who, at)}
    return tuple(key for key in who.required if key not in good)


def completed_at(situation: Situation) -> datetime | None:
    """The instant of completion up to `situation.at`: the first at which nobody required is lacking.

    What the rule depends on changes only at the instants tried here, so nothing between them can be missed.
    """
    rules = situation.settings
    instants = {at_age(situation.birth_date, years) for years in (rules.decides_alone_from, rules.adult_from)}
    for signer in situation.signers:
        answers = (signer.signed_at, signer.hindered_from)
        custody = (edge for period in signer.custody for edge in (period.start, period.end))
        instants |= {edge for edge in (*answers, *custody) if edge is not None}
    for instant in sorted(instants):
        if instant <= situation.at and not lacking(situation, circle(situation, instant), instant):
            return instant
    return None


def limits(situation: Situation, who: _Circle, instant: datetime) -> list[tuple[datetime, EndReason]]:
    """When the signatures of a complete consent stop carrying it (P-C5, P-A11, FB 6:13 2 st.)."""
    found: list[tuple[datetime, EndReason]] = []
    if who.alone_since is None:
        found.append((at_age(situation.birth_date, situation.settings.adult_from), EndReason.BIRTHDAY_18))
    for signer in situation.signers:
        ends = signer.hindrance_ends()
        if signer.key not in who.replaced or ends is None:
            continue
        came_back = signer.signed_at is not None and instant < signer.signed_at <= min(ends, situation.at)
        if not came_back:
            found.append((ends, EndReason.DAY_30))
        elif signer.answer is Answer.REFUSED and signer.signed_at is not None:
            found.append((signer.signed_at, EndReason.HINDERED_REFUSED))
    return found


def completeness(situation: Situation) -> Completeness:
    """P-C3 carried out: who must sign, what is missing, what to do, and when it ends before its last day."""
    instant = completed_at(situation)
    judged_at = instant or situation.at
    who = circle(situation, judged_at)
    missing = lacking(situation, who, judged_at)
    refusers = {s.key for s in situation.signers if s.answered(Answer.REFUSED, judged_at)}
    refused = tuple(key for key in missing if key in refusers)
    ends_at, reason = min(limits(situation, who, instant), default=(None, None)) if instant else (None, None)
    concerns = (
        *_childs_no(situation, who),
        *_former_guardians(situation),
        *_custody_changes(situation, instant),
    )
    return Completeness(
        state=State.COMPLETE if instant else State.REFUSED if refused else State.INCOMPLETE,
        required=who.required,
        missing=missing,
        refused=refused,
        replaced=who.replaced,
        not_counted=_signed_without_custody(situation, who),
        without_persons=tuple(
            s.key for s in situation.by_role(Role.OTHER_PERSON) if not s.answered(Answer.GIVEN, situation.at)
        ),
        tasks=tuple(task for task, applies in _tasks(situation, who, missing, concerns) if applies),
        instant=instant,
        ends_at=ends_at,
        end_reason=reason,
        review_by=review_day(concerns),
        concerns=concerns,
    )


def review_day(concerns: Iterable[Concern]) -> date | None:
    """The last day for going through the changes of custody: 14 days after the first of them."""
    changed = [c.at for c in concerns if c.task is Task.REVIEW_CUSTODY]
    return local_day(min(changed)) + timedelta(days=REVIEW_DAYS) if changed else None


def _unheard(situation: Situation, who: _Circle) -> bool:
    """A child who neither decides nor has said yes: the adults decide, and shall still hear the child."""
    at, youth = situation.at, situation.by_role(Role.YOUTH)
    shared = not situation.reached(situation.settings.adult_from, at) and who.alone_since is None
    return shared and not any(s.key in who.required or s.answered(Answer.GIVEN, at) for s in youth)


def _childs_no(situation: Situation, who: _Circle) -> list[Concern]:
    """A child's no to what the adults said yes to: a manager reviews the consent."""
    if not _unheard(situation, who):
        return []
    refused = (s for s in situation.by_role(Role.YOUTH) if s.answered(Answer.REFUSED, situation.at))
    return [Concern(Task.MANAGER_REVIEWS, s.key, s.signed_at) for s in refused if s.signed_at is not None]


def _custody_changes(situation: Situation, instant: datetime | None) -> list[Concern]:
    """When custody changed hands between completion and now; each is reviewed within 14 days."""
    if instant is None or decides_alone_since(situation, instant) is not None:
        return []
    latest = min(situation.at, at_age(situation.birth_date, situation.settings.adult_from) - _TICK)
    return [
        Concern(Task.REVIEW_CUSTODY, signer.key, edge)
        for signer in situation.by_role(Role.GUARDIAN) + situation.by_role(Role.REPRESENTATIVE)
        for period in signer.custody
        for edge in (period.start, period.end)
        if edge and instant < edge <= latest and signer.has_custody(edge) != signer.has_custody(edge - _TICK)
    ]


def _former_guardians(situation: Situation) -> list[Concern]:
    """Guardians of a minor who no longer have custody, since when: nothing more is sent to them (R12)."""
    if situation.reached(situation.settings.adult_from, situation.at):
        return []
    return [
        Concern(
            Task.STOP_FORMER_GUARDIAN,
            signer.key,
            max(period.end for period in signer.custody if period.end and period.end <= situation.at),
        )
        for signer in situation.by_role(Role.GUARDIAN)
        if signer.lost_custody(situation.at)
    ]


def _signed_without_custody(situation: Situation, who: _Circle) -> tuple[str, ...]:
    if who.alone_since is not None:
        return ()
    guardians = situation.by_role(Role.GUARDIAN) + situation.by_role(Role.REPRESENTATIVE)
    signed = [s for s in guardians if s.answered(Answer.GIVEN, situation.at)]
    return tuple(s.key for s in signed if not s.signed_with_custody(situation.at))


def _tasks(
    situation: Situation, who: _Circle, missing: tuple[str, ...], concerns: tuple[Concern, ...]
) -> list[tuple[Task, bool]]:
    """Each task with whether it applies, in the order in which a page shows them."""
    at, rules, signers = situation.at, situation.settings, {s.key: s for s in situation.signers}
    minor = not situation.reached(rules.adult_from, at)
    shared = minor and who.alone_since is None
    unheard = _unheard(situation, who)
    asked = {concern.task for concern in concerns}
    deciding = elders(situation, at)
    aside = minor and not shared and not (deciding and all(s.signed_with_custody(at) for s in deciding))
    horizon = situation.last_day or local_day(at) + timedelta(days=ASK_ADULT_DAYS)
    turns_adult = birthday(situation.birth_date, rules.adult_from)
    return [
        (Task.CHILD_VIEW, unheard),
        (Task.MANAGER_REVIEWS, Task.MANAGER_REVIEWS in asked),
        (Task.APPOINT_REPRESENTATIVE, LEGAL_REPRESENTATIVE in missing),
        (Task.SIG_CRITERION_REASON, situation.form in METHOD_ASKS_YOUTH and (aside or unheard)),
        (Task.NO_LETTERS_TO_GUARDIANS, aside and bool(deciding)),
        (Task.STOP_FORMER_GUARDIAN, Task.STOP_FORMER_GUARDIAN in asked),
        (Task.REVIEW_CUSTODY, Task.REVIEW_CUSTODY in asked),
        (Task.ASK_ADULT, shared and not missing and turns_adult <= horizon),
        (
            Task.NOBODY_SIGNS_INSTEAD,
            not minor and bool(missing) and situation.maturity is Maturity.GUARDIANS_DECIDE,
        ),
        (Task.TOO_YOUNG_ALONE, shared and situation.maturity is Maturity.DECIDES_ALONE),
        (
            Task.HINDERED_NOT_ACCEPTED,
            any(key in signers and signers[key].answer is Answer.HINDERED for key in missing),
        ),
    ]


def ask_adult_from(birth_date: date, settings: Settings | None = None) -> date:
    """The first day on which the youth is asked for a consent of his or her own as an adult (P-A11)."""
    adult_from = (settings or Settings()).adult_from
    return birthday(birth_date, adult_from) - timedelta(days=ASK_ADULT_DAYS)


def effective_period(
    first_day: date, last_day: date, answer: Completeness, withdrawn_at: datetime | None = None
) -> tuple[datetime, datetime] | None:
    """When the consent is in force, half-open in UTC (P-C5); None while incomplete or if the period is empty.

    It never starts before the instant of completion, so nothing was ever in force in hindsight.
    """
    if answer.instant is None:
        return None
    start = max(start_of_day(first_day), answer.instant)
    ends = (end_of_day(last_day), withdrawn_at, answer.ends_at)
    end = min(instant for instant in ends if instant is not None)
    return (start.astimezone(UTC), end.astimezone(UTC)) if start < end else None


def intersect(ticks: Iterable[Mapping[K, int]]) -> dict[K, int]:
    """What every required signer ticked: recipient -> bitmask of types (P-C3).

    No signers give nothing (P-C1: never everything), and a recipient without a common type is left out.
    """
    papers = list(ticks)
    if not papers:
        return {}
    common = {key: reduce(and_, (paper.get(key, 0) for paper in papers)) for key in papers[0]}
    return {key: mask for key, mask in common.items() if mask}


def explain(answer: Completeness, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The answer in plain Swedish, one sentence each, most urgent first.

    `names` gives what to call a signer ("Vårdnadshavare 2", "Mamma"); the caller decides what the reader
    may see.
    """
    known = {**DEFAULT_NAMES, **(names or {})}
    unsigned = tuple(k for k in answer.missing if k not in answer.refused and k != LEGAL_REPRESENTATIVE)
    groups = {
        "refused": answer.refused,
        "missing": unsigned,
        "not_counted": answer.not_counted,
        "replaced": answer.replaced,
        "without_person": answer.without_persons,
    }
    said = [SENTENCES[kind].format(name=known.get(key, key)) for kind, keys in groups.items() for key in keys]
    if answer.end_reason is not None:
        said.append(SENTENCES[answer.end_reason])
    return (*said, *(SENTENCES[task] for task in answer.tasks))
