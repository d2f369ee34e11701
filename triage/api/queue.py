"""The queue, its clocks and what they came to, for other systems (P-T9, P-S1): never a name (R33)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rest_framework import serializers as s

from hub import clock
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Choice, Day
from hub.api.pages import PAGE, PageQuery, listed, lost
from hub.api.problems import Problem
from hub.api.schemas import Out, PageOut
from hub.http import HubRequest
from triage import queue, statistics
from triage.forms.queue import LENGTHS, instants
from triage.models import Colour
from triage.queue import Brief, ClockLine, Line
from triage.statistics import Summary

TAG = "Orosanmälningar"
RECEIVED = [("received", "Mottagen"), ("not_received", "Inte mottagen")]
CLOCK_STATES = ["running", "late"]
CONCERN_CLOCKS = list(queue.CLOCKS)
UNIT_CLOCKS = list(statistics.CLOCKS)


class ConcernsQuery(PageQuery):
    colour = Choice(choices=Colour.choices, required=False)
    state = Choice(choices=RECEIVED, required=False)
    owner = Choice(choices=[("me", "Dina egna, och de du är ersättare för")], required=False)
    breached = Choice(choices=[("true", "Bara försenade")], required=False)


class PeriodQuery(Body):
    first = Day(required=False, help_text="Första dagen; annars 4 veckor bakåt.")
    last = Day(required=False, help_text="Sista dagen; annars i dag.")


class ClockOut(Out):
    kind = s.ChoiceField(CONCERN_CLOCKS)
    started_at = s.DateTimeField()
    due_at = s.DateTimeField(help_text="Vid den tidpunkten är det redan för sent.")
    state = s.ChoiceField(CLOCK_STATES)


class QueuedOut(Out):
    ref = s.UUIDField()
    number = s.CharField()
    child = s.IntegerField(help_text="Vilket av anmälans barn.")
    colour = s.ChoiceField(Colour.choices, allow_null=True)
    received = s.BooleanField(help_text="Någon på enheten har tagit emot anmälan.")
    arrived_at = s.DateTimeField()
    unit = s.CharField()
    owner = s.CharField()
    protection_assessed = s.BooleanField()
    protected = s.BooleanField(help_text="Har skyddade personuppgifter.")
    pressing = ClockOut(allow_null=True)


class QueueOut(PageOut):
    results = QueuedOut(many=True)


class DeadlineOut(ClockOut):
    concern = s.UUIDField()


class DeadlinesOut(PageOut):
    results = DeadlineOut(many=True)


class SummaryOut(Out):
    on_time = s.IntegerField()
    late = s.IntegerField(help_text="Gått ut innan det var gjort, också om det blev gjort sedan.")
    not_done = s.IntegerField(help_text="De av `late` som ännu inte är gjorda.")
    running = s.IntegerField()
    median_seconds = s.IntegerField(allow_null=True)
    p90_seconds = s.IntegerField(allow_null=True)


class KindOut(SummaryOut):
    kind = s.ChoiceField(UNIT_CLOCKS)
    colour = s.ChoiceField(Colour.choices, allow_null=True, help_text="Null: alla färger.")


class UnitAnswersOut(SummaryOut):
    unit = s.CharField()
    known = s.IntegerField()
    unknown = s.IntegerField()
    nothing_said = s.IntegerField()
    unanswered = s.IntegerField()


class TriageStatisticsOut(Out):
    first = s.DateField()
    last = s.DateField()
    counted_at = s.DateTimeField()
    clocks = KindOut(many=True)
    units = UnitAnswersOut(many=True)
    repeated_children = s.IntegerField(help_text="Barn med minst två anmälningar på tolv månader.")


def _page(request: HubRequest, query: Data, found: Sequence[Brief]) -> tuple[list[Line], object]:
    """One page of the queue in its order, noted as shown, and the cursor to the next."""
    start = 0
    if (after := query.get("cursor")) is not None:
        last = queue.in_sight(request.actor, request.at).filter(ref=after).values_list("pk", flat=True).first()
        start = next((place for place, row in enumerate(found, 1) if row.pk == last), 0)
        if not start:
            raise lost()
    lines = queue.lines([row.pk for row in found[start : start + PAGE]], request.actor, request.at)
    for line in lines:
        concern = line.assessment
        request.trail.show([concern], individual=concern.individual_id, case=concern.case_id)
    return lines, lines[-1].assessment.ref if lines and len(found) > start + PAGE else None


@endpoint("Orosanmälningar som väntar på beslut, minst tid kvar först", tag=TAG, query=ConcernsQuery, gives=QueueOut)
def list_concerns(request: HubRequest, query: Data) -> Answer:
    """De som ingen har tagit emot står överst. Bara nummer, färg, tid, enhet och ansvarig: inga namn på barn."""
    at = request.at
    found = [
        row
        for row in queue.briefs(request.actor, at, mine="owner" in query)
        if ("colour" not in query or row.colour == query["colour"])
        and ("state" not in query or row.received == (query["state"] == "received"))
        and ("breached" not in query or row.late(at))
    ]
    lines, more = _page(request, query, found)
    return Answer(listed(request, [_queued(line, request) for line in lines], more, query))


@endpoint("Klockor som löper i de orosanmälningar som väntar", tag=TAG, query=PageQuery, gives=DeadlinesOut)
def list_deadlines(request: HubRequest, query: Data) -> Answer:
    """I samma ordning som `concerns/`: en sida har alla klockor i högst 50 orosanmälningar."""
    lines, more = _page(request, query, queue.briefs(request.actor, request.at))
    found = [{"concern": line.assessment.ref, **_clock(c, request)} for line in lines for c in line.clocks]
    return Answer(listed(request, found, more, query))


@endpoint("Hur den egna enhetens tider hålls", tag=TAG, query=PeriodQuery, gives=TriageStatisticsOut)
def triage_statistics(request: HubRequest, query: Data) -> Answer:
    """För chefer i mottagningen och i hubbens enheter. Barn med skyddade personuppgifter ingår inte i någon siffra."""
    actor, at = request.actor, request.at
    scope = statistics.scope_of(actor, at)
    last = query.get("last") or clock.local_day(at)
    first = query.get("first") or last - min(LENGTHS.values()) + timedelta(days=1)
    if first > last:
        raise Problem("bad-query", errors=[("last", "Sista dagen kan inte vara före den första.")])
    begin, end = instants((first, last))
    clocks = statistics.timings(actor, begin=begin, end=end, at=at) if scope.intake else []
    checks = statistics.answers(actor, begin=begin, end=end, at=at)
    return Answer(
        {
            "first": first,
            "last": last,
            "counted_at": at,
            "clocks": [
                {"kind": kind, "colour": colour or None, **_summary(found)}
                for kind, colour, found in statistics.by_kind(clocks)
                if colour != ""
            ],
            "units": [
                {"unit": unit, **_summary(found), **{k or "unanswered": n for k, n in kinds.items()}}
                for unit, found, kinds in statistics.by_unit(checks)
            ],
            "repeated_children": statistics.repeats(actor, at) if scope.intake else 0,
        }
    )


def _queued(line: Line, request: HubRequest) -> dict[str, Any]:
    concern = line.assessment
    return {
        "ref": concern.ref,
        "number": concern.report.number,
        "child": concern.position,
        "colour": concern.colour or None,
        "received": line.received,
        "arrived_at": concern.report.arrived_at,
        "unit": concern.unit.name,
        "owner": concern.owner.user.name,
        "protection_assessed": line.assessed,
        "protected": line.protected,
        "pressing": _clock(line.pressing, request) if line.pressing else None,
    }


def _clock(found: ClockLine, request: HubRequest) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "started_at": found.started_at,
        "due_at": found.due_at,
        "state": "late" if found.late(request.at) else "running",
    }


def _summary(found: Summary) -> dict[str, Any]:
    return {
        "on_time": found.on_time,
        "late": found.late,
        "not_done": found.not_done,
        "running": found.running,
        "median_seconds": _seconds(found.median),
        "p90_seconds": _seconds(found.p90),
    }


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


concerns = resource("Concerns", get=list_concerns)
deadlines = resource("Deadlines", get=list_deadlines)
statistics_of_unit = resource("TriageStatistics", get=triage_statistics)
