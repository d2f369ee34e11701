"""What plans add to lower layers: the block of a case, what one is to do, and the follow-up in the meeting (P-P2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from actionplans import words
from actionplans.actions import new_version, unfollowed
from actionplans.deadlines import DUE, LATE, OWN_LATE
from actionplans.forms.meeting import FollowForm
from actionplans.meeting import followed
from actionplans.models import OPEN_MEASURES, Goal, Measure, Plan
from consent.actions.items import WRITING_PHASES
from hub import clock, swedish
from hub.access import Actor, may, permitted
from hub.contributions import CASE_PANEL, MESSAGE_WAY, TODO, Todo
from hub.models import Case, Notification
from meetings.closing import AGENDA, CLOSING_CHECK, HELD
from meetings.models import Meeting, MeetingKind

MOST = 10

CLOSING_CHECK.append(unfollowed)
HELD.append(new_version)


def plan_of_case(case: Case, actor: Actor, at: datetime) -> dict[str, object] | None:
    """How much of the plan the reader sees, and the way to it."""
    individual = case.individual_id
    plans = Plan.objects.filter(case=case)
    leads = may(case, actor, "lead", at=at)
    plan = permitted(plans, actor, at=at, about=individual).first()
    goals, measures = (
        list(permitted(model._default_manager.filter(case=case, last_version=None), actor, at=at, about=individual))
        for model in (Goal, Measure)
    )
    contributes = plan is not None or permitted(plans, actor, "contribute", at=at, about=individual).exists()
    if not (goals or measures or contributes or (leads and case.phase in WRITING_PHASES)):
        return None
    return {
        "template": "actionplans/_case_plan.html",
        "said": _said(goals, measures),
        "plan": plan,
        "begins": leads and plan is None,
        "url": reverse("actionplans:plan", args=[case.ref]),
        "objects": [*([plan] if plan else []), *goals, *measures],
    }


def _said(goals: Sequence[Any], measures: Sequence[Any]) -> str:
    """2 mål och 3 åtgärder: 1 klar, 1 ej genomförd, 1 ej möjlig"""
    counted = ((len(goals), "mål", "mål"), (len(measures), "åtgärd", "åtgärder"))
    said = swedish.listing(swedish.plural(n, one, many) for n, one, many in counted if n) if goals or measures else ""
    return f"{said}: {words.counts(one.state for one in measures)}" if measures else said


CASE_PANEL.append(plan_of_case)


def own_measures(actor: Actor, at: datetime) -> Sequence[Todo]:
    """One's own open measures, late ones first."""
    rows = Measure.objects.filter(plan__closed_at=None, responsible=actor.assignment_id).select_related("case")
    found = permitted(rows, actor, "tick_off", at=at).order_by("due_on", "pk")[:MOST]
    today = clock.local_day(at)
    return [
        Todo(
            kind="Åtgärd",
            colour="danger" if measure.due_on < today else "neutral",
            title=measure.text,
            text=f"Åtgärd i planen för {measure.case.number}. Klar senast {swedish.day(measure.due_on)}.",
            url=reverse("actionplans:measure_done", args=[measure.ref]),
            verb="Klart",
            due_at=clock.end_of_day(measure.due_on),
            case_id=measure.case_id,
        )
        for measure in found
    ]


def late_measures(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To who leads a case: what others have not done in time, as far as it may be read."""
    led = permitted(Plan.objects.filter(closed_at=None), actor, "lead", at=at)
    rows = Measure.objects.filter(
        plan__in=led, last_version=None, state__in=OPEN_MEASURES, due_on__lt=clock.local_day(at)
    ).exclude(responsible=actor.assignment_id)
    found = permitted(rows, actor, at=at).select_related("case", "responsible__user").order_by("due_on", "pk")[:MOST]
    return [
        Todo(
            kind="Åtgärd",
            colour="warn",
            title=f"Försenad åtgärd i {measure.case.number}",
            text=f"{measure.text} {measure.responsible.user.name}, klar senast {swedish.day(measure.due_on)}.",
            url=f"{reverse('actionplans:plan', args=[measure.case.ref])}#a-{measure.ref}",
            verb="Se planen",
            due_at=clock.end_of_day(measure.due_on),
            case_id=measure.case_id,
        )
        for measure in found
    ]


TODO.extend((own_measures, late_measures))


def ways_to_the_measure(told: Sequence[Notification], actor: Actor, at: datetime) -> Mapping[int, tuple[str, str]]:
    """A reminder leads to "Klart" for who can still say so, and to the plan for who may read the measure."""
    wanted = {n.pk: int(part) for n in told if (part := n.occasion.split(":")[1]).isdecimal()}
    standing = Measure.objects.filter(pk__in=wanted.values(), last_version=None)
    ticks = set(permitted(standing, actor, "tick_off", at=at).values_list("pk", flat=True))
    found = {one.pk: one for one in permitted(standing, actor, at=at).select_related("case")}
    return {
        pk: (reverse("actionplans:measure_done", args=[found[measure].ref]), "Klart")
        if measure in ticks
        else (f"{reverse('actionplans:plan', args=[found[measure].case.ref])}#a-{found[measure].ref}", "Se planen")
        for pk, measure in wanted.items()
        if measure in found
    }


MESSAGE_WAY |= dict.fromkeys((DUE, LATE, OWN_LATE), ways_to_the_measure)


def plan_in_the_meeting(meeting: Meeting, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Goals to rate, measures to follow up, and who agrees; to who leads a case without a plan, the way to one."""
    if meeting.kind != MeetingKind.NETWORK:
        return None
    found = followed(meeting, actor, at)
    begins = found is None and not Plan.objects.filter(case=meeting.case_id).exists()
    if found is None and not (begins and may(meeting.case, actor, "lead", at=at)):
        return None
    return {
        "template": "actionplans/_in_meeting.html",
        "form": FollowForm(found=found, auto_id="plan_%s") if found else None,
        "missing": found.missing if found else (),
        "plan_url": reverse("actionplans:plan", args=[meeting.case.ref]),
        "follow_url": reverse("actionplans:follow", args=[meeting.ref]),
        "objects": found.objects if found else [],
    }


AGENDA.append(plan_in_the_meeting)
