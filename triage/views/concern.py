"""A report as it was told, and the page of one concern: a child of it, with what is to be done next (P-T1, P-T10)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub import clock, swedish
from hub.access import Actor, find, may, permitted, require
from hub.actions.people import may_register
from hub.context import reverse_or_none
from hub.http import HubRequest, once, page
from hub.models import Individual, Person, Sex
from hub.views.deeds import done, posted
from triage import actions
from triage.actions.owners import TAKEN_OVER, candidates
from triage.forms.intake import HandOverForm, IdentifyForm
from triage.models import (
    AssessmentState,
    CallChild,
    CallState,
    Colour,
    ConcernReport,
    Ownership,
    PreliminaryAssessment,
    Reporter,
)
from triage.panels import blocks
from triage.repeats import repeats_of

_SEX = {Sex.GIRL: "Flicka", Sex.BOY: "Pojke"}
LOADED = ("report", "individual", "case", "owner__user", "owner__unit", "deputy__user")


def concern_for(request: HubRequest, ref: UUID, action: str = "read") -> PreliminaryAssessment:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    rows = PreliminaryAssessment.objects.select_related(*LOADED).prefetch_related("protections")
    found = find(rows, request.actor, at=request.at, ref=ref)
    if action != "read":
        require(found, request.actor, action, at=request.at)
    request.trail.show([found, found.report], individual=found.individual_id, case=found.case_id)
    return found


def persons_of(assessments: Sequence[PreliminaryAssessment], actor: Actor, *, at: datetime) -> dict[int, Person]:
    """Individual → what the agency has registered of the child, for those whom the actor may read there."""
    wanted = Individual.objects.filter(pk__in=[a.individual_id for a in assessments if a.individual_id])
    return {row.pk: row.person for row in permitted(wanted.select_related("person"), actor, at=at)}


def child_in_words(assessment: PreliminaryAssessment, person: Person | None, *, at: datetime) -> str:
    """ "Flicka, 13 år"; never a name, so that it can stand where others look on (R33)."""
    born = person.birth_date if person else assessment.birth_date
    word = _SEX.get(Sex(person.sex), "Barn") if person else "Barn"
    today = clock.local_day(at)
    return f"{word}, {swedish.age(born, today)} år" if born and born <= today else f"{word}, okänd ålder"


# --- the report ------------------------------------------------------------------------------------------------------


def report_for(request: HubRequest, ref: UUID) -> ConcernReport:
    rows = ConcernReport.objects.select_related("agency", "unit", "registered_by__user")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found])
    return found


def children_of(request: HubRequest, report: ConcernReport) -> list[PreliminaryAssessment]:
    rows = PreliminaryAssessment.objects.filter(report=report).select_related(*LOADED).prefetch_related("protections")
    found = list(permitted(rows, request.actor, at=request.at).order_by("position"))
    request.trail.show(found)
    for child in found:
        request.trail.show(individual=child.individual_id, case=child.case_id)
    return found


def report(request: HubRequest, ref: UUID) -> HttpResponse:
    """What was told, and each child by itself with what comes next. A protected reporter is behind one press."""
    found = report_for(request, ref)
    children = children_of(request, found)
    reporter = permitted(Reporter.objects.filter(report=found), request.actor, at=request.at).first()
    opened = reporter is not None and (not reporter.protected or (request.method == "POST" and "visa" in request.POST))
    if reporter is not None:
        request.trail.show([reporter], ground={"reporter": "shown" if opened else "category"})
    context: dict[str, object] = {
        "report": found,
        "rows": _rows(children, request),
        "reporter": reporter,
        "opened": opened,
        "may_receive": found.registered_at is None and may_receive(request, found),
        "now": request.at,
    }
    return page(request, "triage/report.html", context)


def may_receive(request: HubRequest, report: ConcernReport) -> bool:
    """Whoever handles every child of it."""
    rows = PreliminaryAssessment.objects.filter(report=report)
    handled = permitted(rows, request.actor, "handle", at=request.at)
    return handled.exists() and not rows.exclude(pk__in=handled.values("pk")).exists()


def _rows(children: list[PreliminaryAssessment], request: HubRequest) -> list[dict[str, object]]:
    actor, at = request.actor, request.at
    persons = persons_of(children, actor, at=at)
    handled = handled_of(children, actor, at=at)
    called = called_of(children)
    return [
        {
            "child": child,
            "name": child.name or "Okänt barn",
            "words": child_in_words(child, persons.get(child.individual_id or 0), at=at),
            "protected": child.protected or (child.individual_id or 0) in protected_of(persons),
            "assessed": bool(child.protections.all()),
            "step": next_step(child, actor, handles=child.pk in handled, called=child.pk in called),
        }
        for child in children
    ]


def protected_of(persons: Mapping[int, Person]) -> set[int]:
    return {pk for pk, person in persons.items() if person.is_protected}


def handled_of(children: Sequence[PreliminaryAssessment], actor: Actor, *, at: datetime) -> set[int]:
    """Those that are open and the actor's to handle."""
    rows = PreliminaryAssessment.objects.filter(pk__in=[c.pk for c in children], state=AssessmentState.OPEN)
    return set(permitted(rows, actor, "handle", at=at).values_list("pk", flat=True))


def called_of(children: Sequence[PreliminaryAssessment]) -> set[int]:
    """Those that a hub has been convened about."""
    calls = CallChild.objects.filter(assessment__in=[c.pk for c in children])
    return set(calls.exclude(call__state=CallState.CANCELLED).values_list("assessment", flat=True))


@once
@require_POST
def report_receive(request: HubRequest, ref: UUID) -> HttpResponse:
    """What came in by itself is registered; arrival and clocks stay as they are (R69)."""
    found = report_for(request, ref)
    actions.receive_report(found, by=request.actor, at=request.at)
    messages.success(request, f"Orosanmälan {found.number} är mottagen.")
    return redirect("triage:report", found.ref)


# --- one concern -----------------------------------------------------------------------------------------------------


def next_step(assessment: PreliminaryAssessment, actor: Actor, *, handles: bool, called: bool) -> dict[str, str] | None:
    """The one thing to do now: a verb and its address; None where it is somebody else's, or done.

    Args:
        handles, called: as of `handled_of` and `called_of`.
    """
    if not handles:
        return None
    if not assessment.protections.all():
        return _step("Gör skyddsbedömning", "triage:protection", assessment)
    if not assessment.colour:
        return _step("Sätt färg", "triage:colour", assessment)
    if assessment.case_id is None and may_identify(assessment, actor):
        return _step("Koppla till barnet", "triage:identify", assessment)
    if assessment.colour != Colour.GREEN and not called:
        return _step("Kalla till hubb", "triage:convene", assessment)
    return _step("Skriv beslut", "triage:decision", assessment)


def _step(verb: str, route: str, assessment: PreliminaryAssessment) -> dict[str, str] | None:
    url = reverse_or_none(route, assessment.ref)
    return {"verb": verb, "url": url} if url else None


def may_identify(assessment: PreliminaryAssessment, actor: Actor) -> bool:
    """The agency's own officers; a jour need not (P-T5), a manager has an officer do it."""
    return actor.agency_id == assessment.report.agency_id and may_register(actor)


def concern(request: HubRequest, ref: UUID) -> HttpResponse:
    """The page of one child's concern; the parts of triage fill it with their blocks."""
    found = concern_for(request, ref)
    panels = blocks(found, request.actor, at=request.at)
    for block in panels:
        shown: Any = block.get("objects", ())
        request.trail.show(shown)
    return page(request, "triage/concern.html", _concern_context(request, found) | {"panels": panels})


def _concern_context(request: HubRequest, found: PreliminaryAssessment) -> dict[str, object]:
    actor, at = request.actor, request.at
    repeats = repeats_of(found, actor, at=at)
    reporter = permitted(Reporter.objects.filter(report=found.report), actor, at=at).first()
    request.trail.show([*repeats.links, *repeats.siblings, *(other for other, _why in repeats.doubles)])
    request.trail.show([reporter] if reporter else [])
    report_open = permitted(ConcernReport.objects.filter(pk=found.report_id), actor, at=at).exists()
    handles = bool(handled_of([found], actor, at=at))
    persons = persons_of([found], actor, at=at)
    return {
        "concern": found,
        "words": child_in_words(found, persons.get(found.individual_id or 0), at=at),
        "from_whom": _from_whom(reporter),
        "repeats": repeats,
        "report_open": report_open,
        "protected": found.protected or bool(protected_of(persons)),
        "handles": handles,
        "may_recuse": found.individual_id in persons,
        "may_identify": handles and found.case_id is None and may_identify(found, actor),
        "step": next_step(found, actor, handles=handles, called=bool(called_of([found]))),
        "now": at,
    }


def _from_whom(reporter: Reporter | None) -> str:
    return str(reporter.get_category_display()).lower() if reporter else ""


@once
def identify(request: HubRequest, ref: UUID) -> HttpResponse:
    """Correct or complete what is known of the child, and link the concern to it."""
    found = concern_for(request, ref, "handle")
    if found.case_id is not None:
        return redirect("triage:concern", found.ref)
    may_link = may_identify(found, request.actor)
    form = IdentifyForm(posted(request), assessment=found, on=clock.local_day(request.at))
    links, status = may_link and "spara" not in request.POST, 200

    def save() -> None:
        version = form.cleaned_data["row_version"]
        actions.describe_child(found, form.child(), row_version=version, by=request.actor, at=request.at)
        if links and may(found, request.actor, "handle", at=request.at):
            actions.identify(found, by=request.actor, at=request.at)

    if request.method == "POST" and (status := done(form, save)) == 200:
        messages.success(request, _identified(request, found, links=links))
        return _back(request, found)
    context: dict[str, object] = {"form": form, "concern": found, "may_link": may_link}
    return page(request, "triage/identify.html", context, status=status)


def _identified(request: HubRequest, assessment: PreliminaryAssessment, *, links: bool) -> str:
    """The same words whether the intake has to link the child or the child is another's to know of (P-A15)."""
    mine = permitted(PreliminaryAssessment.objects.filter(pk=assessment.pk), request.actor, at=request.at).exists()
    if not mine or (links and assessment.case_id is None):
        return TAKEN_OVER
    return "Anmälan är kopplad till barnet." if links else "Uppgifterna om barnet är sparade."


def _back(request: HubRequest, assessment: PreliminaryAssessment) -> HttpResponse:
    """To the concern, or home when it is no longer the actor's to see."""
    if permitted(PreliminaryAssessment.objects.filter(pk=assessment.pk), request.actor, at=request.at).exists():
        return redirect("triage:concern", assessment.ref)
    return redirect("hub:home")


@once
def hand_over(request: HubRequest, ref: UUID) -> HttpResponse:
    """Give the concern to somebody else, who has it at once and is asked for a receipt (P-T5)."""
    found = concern_for(request, ref, "handle")
    people = candidates(found, at=request.at).exclude(pk=found.owner_id).select_related("user", "unit")
    ordered = sorted(people, key=lambda a: (a.unit_id != found.unit_id, a.unit.name, swedish.sort_key(a.user.name)))
    form, status = HandOverForm(posted(request), candidates=ordered), 200

    def give() -> None:
        reason = form.cleaned_data["reason"]
        actions.hand_over(found, to=form.chosen, reason=reason, by=request.actor, at=request.at)

    if request.method == "POST" and (status := done(form, give, field="to")) == 200:
        messages.success(request, f"{form.chosen.user.name} är nu ansvarig och har fått veta det.")
        return _back(request, found)
    return page(request, "triage/hand_over.html", {"form": form, "concern": found}, status=status)


@once
@require_POST
def receive(request: HubRequest, ref: UUID) -> HttpResponse:
    """The receipt: "jag har tagit över"."""
    found = concern_for(request, ref, "handle")
    actions.receive_ownership(found, by=request.actor, at=request.at)
    messages.success(request, "Du har kvitterat att du har tagit över.")
    return redirect("triage:concern", found.ref)


# --- blocks of the page ----------------------------------------------------------------------------------------------


def ownership_block(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> dict[str, object]:
    """Who owns it now, and who has before (P-T10)."""
    rows = permitted(Ownership.objects.filter(assessment=assessment), actor, at=at)
    history = list(rows.select_related("assignment__user", "assignment__unit").order_by("-valid_from", "-pk"))
    now = next((row for row in history if row.valid_to is None), None)
    mine = assessment.state == AssessmentState.OPEN and may(assessment, actor, "handle", at=at)
    return {
        "template": "triage/_ownership.html",
        "aside": True,
        "objects": history,
        "concern": assessment,
        "row": now,
        "history": [row for row in history if row is not now],
        "may_hand_over": mine,
        "may_receive": mine and now is not None and now.assignment_id == actor.assignment_id and not now.received_at,
        "now": at,
    }


def child_block(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> dict[str, object]:
    """Who the child is, as told and as known."""
    person = persons_of([assessment], actor, at=at).get(assessment.individual_id or 0)
    born = person.birth_date if person else assessment.birth_date
    rows = [
        ("Namn", person.name if person else assessment.name or "inte känt"),
        ("Född", swedish.day(born) if born else "inte känt"),
        ("Beskrivet som", assessment.about),
        ("Ärende", assessment.case.number if assessment.case else ""),
    ]
    shown = [person] if person else []
    return {"template": "triage/_who.html", "objects": shown, "rows": rows, "concern": assessment, "person": person}
