"""The first page: what waits for one, with a verb at the end of each row (mockups, idea 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub import actions, clock, swedish
from hub.actions.people import may_register
from hub.context import reverse_or_none
from hub.contributions import Todo
from hub.http import HubRequest, page
from hub.models import BREAK_GLASS_ROLES, CASE_ROLES, AgencyKind, Role
from hub.policy import has_agreement
from hub.queries import PAGE, messages_of, own_cases
from hub.todo import todos
from hub.views.cases import cursor

MOST_CASES = 6
MOST_MESSAGES = 5
SOON = timedelta(days=3)

#: What a role without cases can do here, and what it will never see.
OUTSIDE_CASES = {
    Role.REVIEWER: (
        "Du granskar, utan att se innehåll",
        "Allt som läses, nekas och ändras i hubben skrivs i en logg som ingen kan ändra. "
        "Som granskare har du inte tillgång till ärenden, och en sökning på ett barn ger dig aldrig någon träff. "
        "Verktygen för granskningen är inte öppna i den här versionen.",
    ),
    Role.ADMINISTRATOR: (
        "Du sköter konton, utan att se innehåll",
        "Verksamheter, enheter och uppdrag avgör vem som kan få en plats i ett ärende. "
        "Som administratör har du inte tillgång till ärenden, och en sökning på ett barn ger dig aldrig någon träff. "
        "Börja i Administration i menyn.",
    ),
    Role.PROGRAMME: (
        "Du följer programmet i siffror",
        "Efter ett beslut av kommunen ser du hur många som deltar, hur det går och hur det slutar. "
        "Som programansvarig har du inte tillgång till ärenden, och en sökning på ett barn ger dig aldrig någon träff. "
        "Börja i Statistik i menyn.",
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A todo as the page shows it: the time in words, urgent within three days."""

    todo: Todo
    left: str = ""
    due: str = ""
    clock: str = ""


def _row(todo: Todo, at: datetime) -> Row:
    if todo.due_at is None:
        return Row(todo)
    late, soon = todo.due_at <= at, todo.due_at - at <= SOON
    return Row(
        todo,
        left=swedish.time_left(todo.due_at - at),
        due=_last(todo.due_at, at),
        clock="clock-late" if late else "clock-soon" if soon else "",
    )


def _last(due_at: datetime, at: datetime) -> str:
    """senast i dag 18.54, or till och med 28 februari where a whole day is the last one"""
    if due_at == clock.start_of_day(clock.local_day(due_at)):
        return swedish.until(due_at, clock.local_day(at))
    return f"senast {swedish.moment(due_at, at)}"


def home(request: HubRequest) -> HttpResponse:
    actor, at = request.actor, request.at
    today = clock.local_day(at)
    context: dict[str, object] = {
        "today": f"{swedish.weekday(today).capitalize()} {swedish.day(today)}, {swedish.week(today)}"
    }
    if actor.role not in CASE_ROLES:
        title, text = OUTSIDE_CASES[Role(actor.role)]
        return page(request, "hub/home_outside.html", context | {"title": title, "text": text})
    waiting = todos(actor, at=at)
    unread = messages_of(actor, at=at, unread=True, most=MOST_MESSAGES)
    cases = own_cases(actor, at=at, most=MOST_CASES)
    for todo in waiting:
        request.trail.show(case=todo.case_id, ground={"rule": "todo"})
    request.trail.show([*cases, *(message.notification for message in unread)])
    context |= {
        "rows": [_row(todo, at) for todo in waiting],
        "messages_unread": unread,
        "cases": cases,
        "may_register": may_register(actor),
        "report_url": reverse_or_none("triage:report_new") if may_register(actor) and actor.role != Role.LOTS else None,
        "may_break_glass": actor.role in BREAK_GLASS_ROLES,
        "youths_url": reverse_or_none("consent:individuals"),
        "is_contact": not may_register(actor) and actor.role != Role.MANAGER,
        "is_manager": actor.role == Role.MANAGER,
        "agreed": has_agreement(actor, at),
        "screen_only": actor.agency_kind == AgencyKind.FRITID,
    }
    return page(request, "hub/home.html", context)


def notifications(request: HubRequest) -> HttpResponse:
    before = cursor(request)
    found = messages_of(request.actor, at=request.at, before=before, most=PAGE + 1)
    shown = found[:PAGE]
    request.trail.show([message.notification for message in shown])
    for message in shown:
        request.trail.show(case=message.notification.case_id)
    older = f"?fore={shown[-1].notification.told_at.timestamp()}" if len(found) > PAGE else ""
    context: dict[str, object] = {
        "shown": [(message, swedish.moment(message.notification.told_at, request.at)) for message in shown],
        "any_unread": any(message.unread for message in shown),
        "older": older,
        "newer": "?" if before else "",
    }
    return page(request, "hub/notifications.html", context)


@require_POST
def mark_read(request: HubRequest) -> HttpResponse:
    count = actions.mark_read(by=request.actor, at=request.at)
    messages.success(
        request, f"{swedish.plural(count, 'meddelande är markerat', 'meddelanden är markerade')} som läst."
    )
    return redirect("hub:notifications")
