"""The queue of concerns (P-T9); it asks for itself anew and gets nothing where nothing has changed."""

import hashlib
from datetime import datetime, time
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from hub import clock, swedish
from hub.actions.people import may_register
from hub.context import reverse_or_none
from hub.http import HubRequest, page, uuid_or_none
from hub.models import Role
from triage import queue
from triage.models import Channel, Colour
from triage.policy import INTAKE_ROLES
from triage.queue import Choice, ClockLine, Line, Listing

COLOURS = (Colour.RED.value, Colour.ORANGE.value, Colour.GREEN.value, queue.UNJUDGED)


@require_GET
def show(request: HubRequest) -> HttpResponse:
    """The page; asked by the page itself (htmx) only the list, or 204 where it would say the same again."""
    actor, at = request.actor, request.at
    choice = choice_of(request)
    found = queue.listing(actor, choice, at)
    rows = [row(line, at) for line in found.lines]
    said = says(found)
    seen = fingerprint(rows, said)
    if request.htmx and request.GET.get("sedd") == seen:
        return HttpResponse(status=204)
    for line in found.lines:
        request.trail.show([line.assessment], individual=line.assessment.individual_id, case=line.assessment.case_id)
    context = {
        "rows": rows,
        "counts": found.counts,
        "says": said,
        "seen": seen,
        "choice": choice,
        "filters": filters(found, choice),
        "here": f"?{query(choice, sida=str(found.page) if found.page > 1 else '')}",
        "newer": f"?{query(choice, sida=str(found.page - 1))}" if found.page > 1 else "",
        "older": f"?{query(choice, sida=str(found.page + 1))}" if found.more else "",
        "is_manager": actor.role == Role.MANAGER,
        "new_url": reverse_or_none("triage:report_new") if may_register(actor) and actor.role in INTAKE_ROLES else None,
        "statistics_url": reverse_or_none("triage:statistics") if actor.role == Role.MANAGER else None,
    }
    return page(request, "triage/_queue.html" if request.htmx else "triage/queue.html", context)


def choice_of(request: HubRequest) -> Choice:
    """What the address asks for; what it cannot mean is left out."""
    colour, number = request.GET.get("farg", ""), request.GET.get("sida", "")
    return Choice(
        colour=colour if colour in COLOURS else "",
        mine=request.GET.get("mina") == "1",
        late=request.GET.get("sena") == "1",
        unit=uuid_or_none(request.GET.get("enhet", "")),
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )


def query(choice: Choice, **other: str) -> str:
    parts = {
        "farg": choice.colour,
        "mina": "1" if choice.mine else "",
        "sena": "1" if choice.late else "",
        "enhet": str(choice.unit or ""),
        "sida": "",
    } | other
    return urlencode({name: value for name, value in parts.items() if value})


def row(line: Line, at: datetime) -> dict[str, object]:
    """One concern in words."""
    concern, clock_line = line.assessment, line.pressing
    return {
        "ref": str(concern.ref),
        "url": reverse_or_none("triage:concern", concern.ref) or "",
        "number": concern.report.number,
        "child": line.child,
        "colour": concern.colour,
        "protected": line.protected,
        "received": line.received,
        "mark": "Kom in från ett annat system, inte mottagen"
        if concern.report.channel == Channel.API
        else "Kom in via formulär, inte mottagen",
        "arrived": swedish.moment(concern.report.arrived_at, at),
        "owner": concern.owner.user.name,
        "unit": concern.unit.name,
        "protection": "Skyddsbedömning gjord" if line.assessed else "Skyddsbedömning saknas",
        "assessed": line.assessed,
        "decision": _days(line.decision, at),
        **_time(clock_line, at),
    }


def _time(line: ClockLine | None, at: datetime) -> dict[str, object]:
    """The time left in words, whose clock it is and when it is up."""
    if line is None:
        return {"left": "Ingen tid löper", "clock": "", "due": "", "late": False, "css": ""}
    return {
        "left": swedish.time_left_words(line.due_at, at),
        "clock": line.word,
        "due": f"senast {due_words(line.due_at, at)}",
        "late": line.late(at),
        "css": "clock-late" if line.late(at) else "clock-soon" if line.soon(at) else "",
    }


def due_words(due_at: datetime, at: datetime) -> str:
    """An exclusive end as it is said: i dag 11.05; the end of a day is that day."""
    if clock.local(due_at).time() == time.min:
        last, today = clock.last_day(due_at), clock.local_day(at)
        return "i dag" if last == today else swedish.day_short(last, today)
    return swedish.moment(due_at, at)


def _days(line: ClockLine | None, at: datetime) -> str:
    """The fourteen days: the due day, and the last working day before it (R70)."""
    if line is None:
        return ""
    today, last = clock.local_day(at), clock.last_day(line.due_at)
    before = queue.last_working_day(line.due_at)
    return (
        f"Beslut senast {swedish.day_short(last, today)}, "
        f"sista arbetsdag före är {swedish.weekday(before)} {swedish.day_short(before, today)}"
    )


def says(found: Listing) -> str:
    """The state of the whole queue in one sentence, read out when it changes: counts, and nothing about a child."""
    counts = found.counts
    if not counts.all:
        return "Inga orosanmälningar väntar."
    parts = [swedish.plural(counts.all, "orosanmälan väntar", "orosanmälningar väntar")]
    if counts.late:
        red = f", varav {swedish.plural(counts.late_red, 'röd', 'röda')}" if counts.late_red else ""
        parts.append(f"{swedish.plural(counts.late, 'är försenad', 'är försenade')}{red}")
    if counts.not_received:
        parts.append(swedish.plural(counts.not_received, "är inte mottagen", "är inte mottagna"))
    return f"{'. '.join(parts)}."


def filters(found: Listing, choice: Choice) -> list[dict[str, object]]:
    """The choices as links; each has how many it gives, and pressed again it is taken away."""
    counts = found.counts
    chips: list[dict[str, object]] = [{"label": f"Alla ({counts.all})", "url": "?", "current": not choice.narrowed}]
    for label, name, on, number in (
        ("Mina", "mina", choice.mine, counts.mine),
        ("Försenade", "sena", choice.late, counts.late),
    ):
        chips.append(_chip(f"{label} ({number})", query(choice, **{name: "" if on else "1"}), on))
    for code in COLOURS:
        colour = "" if code == queue.UNJUDGED else code
        on = choice.colour == code
        chips.append(
            _chip(f"{queue.WORDS[colour]} ({counts.colours[colour]})", query(choice, farg="" if on else code), on)
        )
    for unit in found.units:
        on = choice.unit == unit.ref
        chips.append(_chip(unit.name, query(choice, enhet="" if on else str(unit.ref)), on))
    return chips


def _chip(label: str, address: str, current: bool) -> dict[str, object]:
    return {"label": label, "url": f"?{address}", "current": current}


def fingerprint(rows: list[dict[str, object]], said: str) -> str:
    """What the list says, in short: the same again is not sent again."""
    return hashlib.blake2s(repr((rows, said)).encode(), digest_size=12).hexdigest()
