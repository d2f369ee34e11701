"""Risk, needs and responsivity of a case: the judgement that holds, those before it, writing and correcting (P-P3)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from actionplans import actions
from actionplans.actions.judging import CORRECTED, NEEDS, NOT_NOW, RISK_TYPE
from actionplans.forms.rbm import JudgementForm, fresh, judgement_initial
from actionplans.models import Need, RiskJudgement
from actionplans.rbm import picture
from consent.actions.items import WRITING_PHASES
from consent.eyeline import EyeLine, Facts, Sharing, preview
from consent.models import Factor, InformationType
from hub import clock
from hub.access import Denied, find, permitted, require
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.models import Agency, Case
from hub.views.cases import case_for
from hub.views.deeds import done, posted


@require_GET
def rbm(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref)
    found = picture(case, request.actor, at=request.at)
    request.trail.show(found.objects)
    context: dict[str, object] = {"case": case, "picture": found}
    return page(request, "actionplans/rbm.html", context)


def _risk_type(request: HubRequest) -> InformationType:
    return InformationType.objects.current(on=clock.local_day(request.at)).get(code=RISK_TYPE)


def _readers(request: HubRequest, case: Case, kind: InformationType) -> tuple[list[Agency], EyeLine]:
    """Agencies that a consent lets read our judgements now, and the eye line of one written today."""
    sharing = Sharing.load(case.individual_id, at=request.at)
    given = {
        grant.recipient_id
        for grant in sharing.grants
        if grant.source_id == request.actor.agency_id and grant.types & kind.mask
    }
    facts = Facts(agency=request.actor.agency_id, mask=kind.mask, event_date=clock.local_day(request.at))
    agencies = [party.agency for pk, party in sharing.parties.items() if pk in given]
    return agencies, preview(facts, sharing, sharing.words(), releases=False)


def _form(request: HubRequest, recipients: list[Agency], initial: Any, *, corrects: bool) -> JudgementForm:
    factors = Factor.objects.filter(list_code=NEEDS).current(on=clock.local_day(request.at))
    return JudgementForm(
        posted(request),
        factors=list(factors),
        recipients=recipients,
        own=request.actor.agency_id,
        corrects=corrects,
        initial=initial,
    )


def _written(case: Case, said: str, request: HubRequest) -> HttpResponse:
    messages.success(request, said)
    return redirect(reverse("actionplans:rbm", args=[case.ref]))


@once
def new(request: HubRequest, ref: UUID) -> HttpResponse:
    case, kind = case_for(request, ref), _risk_type(request)
    require(case.individual, request.actor, "work", at=request.at)
    if request.actor.agency_kind not in kind.writers:
        raise Denied("judge", case)
    if case.phase not in WRITING_PHASES:
        raise Conflict(NOT_NOW)
    recipients, eye = _readers(request, case, kind)
    form, status = _form(request, recipients, fresh(recipients), corrects=False), 200
    if request.method == "POST":
        status = done(form, lambda: actions.judge_risk(case, form.facts(), by=request.actor, at=request.at))
        if status == 200:
            return _written(case, "Bedömningen är inskriven.", request)
    context: dict[str, object] = {"case": case, "form": form, "eye": eye, "title": "Ny bedömning"}
    return page(request, "actionplans/judgement.html", context, status=status)


def judgement_for(request: HubRequest, ref: UUID, action: str = "read") -> RiskJudgement:
    """404 for what one may not read, 403 for what one may not correct (P-A5)."""
    rows = RiskJudgement.objects.select_related("case__individual__person", "type", "agency", "author__user")
    judgement = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([judgement], individual=judgement.individual_id, case=judgement.case_id)
    if action != "read":
        require(judgement, request.actor, action, at=request.at)
    return judgement


@once
def correct(request: HubRequest, ref: UUID) -> HttpResponse:
    old = judgement_for(request, ref, "correct")
    if RiskJudgement.objects.filter(replaces=old).exists():
        raise Conflict(CORRECTED)
    case = old.case
    needs = list(permitted(Need.objects.filter(judgement=old), request.actor, at=request.at).select_related("factor"))
    recipients, eye = _readers(request, case, old.type)
    form, status = _form(request, recipients, judgement_initial(old, needs, recipients), corrects=True), 200

    def deed() -> RiskJudgement:
        why = form.cleaned_data["why"]
        return actions.correct_judgement(old, form.facts(), why=why, by=request.actor, at=request.at)

    if request.method == "POST":
        status = done(form, deed)
        if status == 200:
            return _written(case, "Bedömningen är rättad. Den gamla står kvar i historiken.", request)
    context: dict[str, object] = {"case": case, "form": form, "eye": eye, "title": "Rätta bedömning", "old": old}
    return page(request, "actionplans/judgement.html", context, status=status)
