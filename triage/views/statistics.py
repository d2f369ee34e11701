"""The manager's page (P-S1): what is on time and what is not, with its definition, its time and the rows behind it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from hub import clock, swedish
from hub.access import permitted
from hub.context import reverse_or_none
from hub.http import HubRequest, page
from triage import queue
from triage import statistics as numbers
from triage.forms.queue import PeriodForm, instants
from triage.models import Knowledge, PreliminaryAssessment
from triage.statistics import Fate, Summary, Timing
from triage.views.queue import due_words

#: Rows of a drill-down; the newest.
MOST = 50
FATES = {Fate.ON_TIME: "i tid", Fate.LATE: "försenade", Fate.RUNNING: "löper"}
#: Width of a bar of the picture, in its own units.
WIDE = 100


@require_GET
def show(request: HubRequest) -> HttpResponse:
    actor, at = request.actor, request.at
    scope = numbers.scope_of(actor, at)
    form = PeriodForm(request.GET if "period" in request.GET else {"period": "4v"})
    if not form.is_valid():
        return page(request, "triage/statistics.html", {"form": form, "scope": scope}, status=422)
    days = form.days(clock.local_day(at))
    begin, end = instants(days)
    clocks = numbers.timings(actor, begin=begin, end=end, at=at) if scope.intake else []
    checks = numbers.answers(actor, begin=begin, end=end, at=at)
    kept = {name: request.GET[name] for name in ("period", "fran", "till") if request.GET.get(name)}
    context = {
        "form": form,
        "scope": scope,
        "period": f"{swedish.day(days[0])} till och med {swedish.day(days[1])}",
        "asked": swedish.moment(at),
        "clocks": [_clock_row(*row, kept) for row in numbers.by_kind(clocks)],
        "units": [_unit_row(*row, kept) for row in numbers.by_unit(checks)],
        "rows": _drill(request, [*clocks, *checks]),
        "queue_url": reverse_or_none("triage:queue"),
    }
    if scope.intake:
        context |= {
            "counts": queue.count(actor, at),
            "loads": numbers.workload(actor, at),
            "repeats": numbers.repeats(actor, at),
        }
    return page(request, "triage/statistics.html", context)


def _clock_row(kind: str, colour: str | None, found: Summary, kept: dict[str, str]) -> dict[str, object]:
    group = {} if colour is None else {"grupp": colour or queue.UNJUDGED}
    label = numbers.CLOCKS[kind] if colour is None else queue.WORDS[colour]
    return {"label": label, "sub": colour is not None} | _numbers(found, {**kept, "klocka": kind, **group})


def _unit_row(unit: str, found: Summary, kinds: Mapping[str, int], kept: dict[str, str]) -> dict[str, object]:
    told = [(Knowledge(kind).label, kinds[kind]) for kind in Knowledge.values]
    address = {**kept, "klocka": numbers.KNOWLEDGE, "grupp": unit}
    return {"label": unit, "answers": told, "unanswered": kinds[""]} | _numbers(found, address)


def _numbers(found: Summary, address: dict[str, str]) -> dict[str, object]:
    def link(state: Fate) -> str:
        return f"?{urlencode({**address, 'lage': state.value})}#rader"

    return {
        "on_time": found.on_time,
        "judged": found.judged,
        "percent": found.percent,
        "late": found.late,
        "not_done": found.not_done,
        "running": found.running,
        "median": swedish.duration(found.median) if found.median is not None else "",
        "p90": swedish.duration(found.p90) if found.p90 is not None else "",
        "on_time_url": link(Fate.ON_TIME),
        "late_url": link(Fate.LATE),
        "running_url": link(Fate.RUNNING),
        **_bar(found),
    }


def _bar(found: Summary) -> dict[str, object]:
    """The parts of the bar in the picture; they end where the bar does."""
    whole = found.judged + found.running
    good = WIDE * found.on_time // whole if whole else 0
    bad = -(-WIDE * found.late // whole) if whole else 0
    return {"good": good, "bad": bad, "rest_from": good + bad, "rest": max(WIDE - good - bad, 0) if whole else 0}


def _drill(request: HubRequest, found: Iterable[Timing]) -> dict[str, object] | None:
    """The rows behind a number: exactly those that were counted, as far as they may be read."""
    kind, state = request.GET.get("klocka", ""), request.GET.get("lage", "")
    group = request.GET.get("grupp")
    if kind not in (*numbers.CLOCKS, numbers.KNOWLEDGE) or state not in {fate.value for fate in FATES}:
        return None
    wanted = "" if group == queue.UNJUDGED else group
    rows = [r for r in found if r.kind == kind and r.fate == state and (wanted is None or r.group == wanted)]
    rows.sort(key=lambda row: (row.started_at, row.assessment), reverse=True)
    shown = _concerns([row.assessment for row in rows[:MOST]], request)
    word = numbers.CLOCKS.get(kind, "Svar på kännedomskontroll")
    where = "" if wanted is None else f", {queue.WORDS.get(wanted, wanted)}"
    return {
        "title": f"{word}{where}: {FATES[Fate(state)]}",
        "rows": [_drill_row(row, shown[row.assessment], request.at) for row in rows[:MOST] if row.assessment in shown],
        "number": len(rows),
        "more": max(len(rows) - MOST, 0),
    }


def _concerns(ids: list[int], request: HubRequest) -> dict[int, PreliminaryAssessment]:
    """The concerns behind the rows, noted as shown. Of one that a unit was only asked about, the number and no more."""
    actor, at = request.actor, request.at
    rows = PreliminaryAssessment.objects.filter(pk__in=ids).select_related("report")
    found = {row.pk: row for row in rows}
    readable = set(permitted(rows, actor, at=at).values_list("pk", flat=True))
    for row in found.values():
        row.may_open = row.pk in readable  # type: ignore[attr-defined]  # for the link alone
        request.trail.show([row], individual=row.individual_id, case=row.case_id)
    return found


def _drill_row(row: Timing, concern: PreliminaryAssessment, at: datetime) -> dict[str, object]:
    over = row.done_at - row.due_at if row.done_at else at - row.due_at
    return {
        "number": f"{concern.report.number} · barn {concern.position}",
        "url": reverse_or_none("triage:concern", concern.ref) if concern.may_open else None,  # type: ignore[attr-defined]  # set above
        # A unit that was only asked knows nothing of how urgent it is.
        "colour": concern.colour if concern.may_open else None,  # type: ignore[attr-defined]  # set above
        "started": swedish.moment(row.started_at, at),
        "due": due_words(row.due_at, at),
        "done": swedish.moment(row.done_at, at) if row.done_at else "",
        "over": swedish.duration(over) if row.fate is Fate.LATE and over >= timedelta(0) else "",
    }
