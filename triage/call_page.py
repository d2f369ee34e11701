"""What the screen of a call shows to one actor: only rows that the rules give at this instant (P-T7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Model

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import Unit
from triage.actions.calling import LENGTH
from triage.hub_messages import due_of
from triage.mapview import Picture, picture
from triage.models import (
    CallChild,
    CallRevision,
    CallState,
    Decision,
    HubAttendance,
    HubCall,
    Knowledge,
    KnowledgeCheck,
    KnowledgeNote,
    MapEdge,
    MapNode,
    PreliminaryAssessment,
    ProtectionAssessment,
    Reporter,
)
from triage.repeats import count_of, countable_reports, said_of

#: Who has saved within this time is writing.
WRITING = timedelta(seconds=30)
#: Answer → the badge's kind.
LOOK = {Knowledge.KNOWN.value: "info", Knowledge.UNKNOWN.value: "neutral", Knowledge.NOTHING_SAID.value: "neutral"}
_NUMBERS = ("", "", "två", "tre", "fyra", "fem", "sex")


@dataclass(frozen=True, slots=True)
class Voice:
    """One unit's own picture, never merged with another's."""

    check: KnowledgeCheck
    unit: str
    said: str
    look: str
    notes: Sequence[KnowledgeNote]
    waits: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One child of a call, as whoever handles it or is in the call sees it."""

    child: CallChild
    title: str
    facts: str
    voices: Sequence[Voice]
    map: Picture
    nodes: Sequence[MapNode]
    units: Sequence[Unit]
    decision: Decision | None
    name: str
    objects: Sequence[Model] = field(default_factory=list)

    @property
    def summary(self) -> str:
        done = sum(not voice.waits for voice in self.voices)
        return f"{done} av {len(self.voices)} enheter har svarat"


def who_in_words(assessment: PreliminaryAssessment, *, at: datetime) -> str:
    """Flicka, 13 år: enough to speak of, without the name (R33)."""
    person = assessment.individual.person if assessment.individual else None
    born = person.birth_date if person else assessment.birth_date
    word = {"F": "Flicka", "M": "Pojke"}.get(person.sex if person else "", "Barn")
    return f"{word}, {swedish.age(born, clock.local_day(at))} år" if born else f"{word}, okänd ålder"


def _arrived(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> str:
    report = assessment.report
    reporter = permitted(Reporter.objects.filter(report=report), actor, at=at).first()
    source = f" från {str(reporter.get_category_display()).lower()}" if reporter else ""
    return f"Inkom {swedish.moment(report.arrived_at, at)}{source}"


def _protected_when(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> str:
    rows = ProtectionAssessment.objects.filter(assessment=assessment).select_related("assessed_by__user")
    if not permitted(PreliminaryAssessment.objects.filter(pk=assessment.pk), actor, at=at).exists():
        return ""
    made = permitted(rows, actor, at=at).order_by("assessed_at", "pk").first()
    if made is None:
        return "skyddsbedömning saknas"
    return f"skyddsbedömning klar {swedish.clock_time(made.assessed_at)} ({made.assessed_by.user.name})"


def _repeated(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> str:
    """The how manieth report about the same child within twelve months (P-T8); a count, and nothing else of them."""
    return said_of(count_of(countable_reports(assessment, actor, at=at)))


def voices_of(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> list[Voice]:
    """Each unit's own answer that the actor may read, who has not answered last and by name."""
    checks = permitted(KnowledgeCheck.objects.filter(assessment=assessment), actor, at=at).select_related("unit", "to")
    notes: dict[int, list[KnowledgeNote]] = {}
    for note in permitted(KnowledgeNote.objects.filter(check_of__assessment=assessment), actor, at=at).order_by("pk"):
        notes.setdefault(note.check_of_id, []).append(note)
    found = [_voice(check, notes.get(check.pk, []), at) for check in checks]
    return sorted(found, key=lambda v: (v.waits, v.check.answer != Knowledge.KNOWN, swedish.sort_key(v.unit)))


def _voice(check: KnowledgeCheck, notes: Sequence[KnowledgeNote], at: datetime) -> Voice:
    if check.answered_at is None:
        said = f"Har inte svarat · {swedish.time_left_words(due_of(check), at)}"
        return Voice(check, check.unit.name, said, "warn", notes, waits=True)
    said = str(Knowledge(check.answer).label)
    return Voice(check, check.unit.name, said, LOOK[check.answer], notes, waits=False)


def map_of(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> tuple[list[MapNode], Picture]:
    nodes = list(permitted(MapNode.objects.filter(assessment=assessment, removed_at=None), actor, at=at).order_by("pk"))
    edges = permitted(MapEdge.objects.filter(assessment=assessment, removed_at=None), actor, at=at)
    return nodes, picture(nodes, list(edges.select_related("start", "end", "source").order_by("pk")))


def seen(child: CallChild, actor: Actor, *, at: datetime) -> Seen:
    """The child as the actor may see it now. The child itself came through `permitted`."""
    assessment = child.assessment
    voices = voices_of(assessment, actor, at=at)
    nodes, drawn = map_of(assessment, actor, at=at)
    decision = permitted(Decision.objects.filter(assessment=assessment), actor, at=at).first()
    facts = [_arrived(assessment, actor, at), _protected_when(assessment, actor, at), _repeated(assessment, actor, at)]
    person = assessment.individual.person if assessment.individual else None
    shown: list[Model] = [child, assessment, *(v.check for v in voices), *(n for v in voices for n in v.notes)]
    return Seen(
        child=child,
        title=who_in_words(assessment, at=at),
        facts=" · ".join(fact for fact in facts if fact),
        voices=voices,
        map=drawn,
        nodes=nodes,
        units=[voice.check.unit for voice in voices],
        decision=decision,
        name=person.name if person else assessment.name,
        objects=[*shown, *nodes, *(row.edge for row in drawn.rows), *([decision] if decision else [])],
    )


def children_of(call: HubCall, actor: Actor, *, at: datetime) -> list[CallChild]:
    """The children on the list that the actor may know of now, in order."""
    rows = CallChild.objects.filter(call=call).select_related("assessment__report", "assessment__individual__person")
    return list(permitted(rows, actor, at=at).order_by("order"))


def spoken_of_now(children: Sequence[CallChild]) -> CallChild | None:
    return next((child for child in children if child.spoken_from and not child.spoken_to), None)


def told_of(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> CallChild | None:
    """The child as the latest call took it up: what was written, and in `call` whether it still goes on (P-T7)."""
    rows = CallChild.objects.filter(assessment=assessment).exclude(spoken_from=None).select_related("call")
    return permitted(rows, actor, at=at).order_by("-spoken_from").first()


def present(call: HubCall, actor: Actor, *, at: datetime) -> list[HubAttendance]:
    """Who is in the call now."""
    rows = HubAttendance.objects.filter(call=call, valid_to=None).select_related("assignment__user", "unit")
    return sorted(permitted(rows, actor, at=at), key=lambda a: (swedish.sort_key(a.unit.name), a.pk))


def writers(child: CallChild, *, at: datetime) -> str:
    """ "två skriver" where more than one has saved lately, else nothing."""
    rows = CallRevision.objects.filter(child=child, saved_at__gt=at - WRITING).values("saved_by").distinct()
    count = rows.count()
    if count < 2:
        return ""
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else count} skriver"


def saved_words(child: CallChild, *, at: datetime) -> str:
    """Sparat 10.41.07 · två skriver"""
    last = CallRevision.objects.filter(child=child).order_by("-version").values_list("saved_at", flat=True).first()
    if last is None:
        return "Inget skrivet än. Det sparas medan ni skriver."
    parts = [f"Sparat {clock.local(last):%H.%M.%S}", writers(child, at=at)]
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Timer:
    """The thirty minutes, counted from the server's clock."""

    seconds_left: int
    words: str
    ends: str
    over: bool


def timer_of(call: HubCall, *, at: datetime) -> Timer | None:
    """How long the call has left; None while it is not going on."""
    if call.state != CallState.OPEN or call.opened_at is None:
        return None
    left = int((call.opened_at + LENGTH - at).total_seconds())
    minutes, seconds = divmod(abs(left), 60)
    return Timer(
        seconds_left=left,
        words=f"{'' if left >= 0 else '+'}{minutes:02}:{seconds:02}",
        ends=swedish.clock_time(call.opened_at + LENGTH),
        over=left <= 0,
    )


def stamp(call: HubCall, child: CallChild | None, voices: int, here: Sequence[HubAttendance], *, at: datetime) -> str:
    """What the live part of the page rests on; the same stamp means that there is nothing new to send."""
    minute = int(at.timestamp()) // 60
    who = "-".join(str(attendance.pk) for attendance in here)
    version = child.text_version if child else 0
    ended = child.assessment.state if child else ""
    return f"{call.state}.{child.pk if child else 0}.{voices}.{version}.{ended}.{who}.{minute}"
