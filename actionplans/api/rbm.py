"""Risk, needs and responsivity, the reminder of intensity, and the catalogue: as on the pages (P-P3)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from actionplans import actions
from actionplans.actions.judging import NEEDS
from actionplans.api import schemas_rbm as schemas
from actionplans.catalogue import interventions, offers_now, require_case_work
from actionplans.intensity import counted_words
from actionplans.models import Adaptation, Need, Offer, Receptivity, RiskJudgement, RiskLevel
from actionplans.rbm import judgements, picture
from actionplans.views.rbm import judgement_for
from consent.models import Factor
from hub import clock
from hub.access import permitted
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.http import HubRequest
from hub.models import Agency
from hub.views.cases import case_for

TAG = "Planer"


class NeedBody(Body):
    code = Text(max_length=12, help_text="Ur /factors/, listan P5.")
    evidence = Text(max_length=500, help_text="Vad behovet bygger på.")


class JudgementBody(Body):
    instrument = Text(max_length=60, help_text="Till exempel SAVRY. Ett annat namn går också.")
    instrument_version = Text(max_length=30)
    assessed_on = Day()
    assessor = Text(max_length=120)
    level = Choice(choices=RiskLevel.choices)
    reference = Optional(max_length=120, help_text="Var hela bedömningen finns. Inga frågor, svar eller poäng.")
    needs = Many(child=NeedBody(), required=False, max_length=8)
    receptivity = Choice(choices=Receptivity.choices, required=False)
    adaptations = Many(child=Choice(choices=Adaptation.choices), required=False)
    fitting = Optional(max_length=500)
    family_barred = Flag(required=False, help_text="Vårdnadshavarna får inte veta (12 kap. 3 § OSL).")
    audience = Many(
        child=Ref(),
        required=False,
        help_text="Bara de här verksamheterna; tom lista: bara ni. Utelämnat: som samtycket, eller som förut.",
    )


class CorrectionBody(JudgementBody):
    why = Text(max_length=500, help_text="Vad som var fel.")


def _facts(request: HubRequest, body: Data, old: RiskJudgement | None = None) -> actions.RiskFacts:
    """What the deeds want. Who reads a correction is as before where nothing is said: leaving it out widens nothing.

    Raises:
        Problem: a need that is not in the list, or an agency that is not in the kommun.
    """
    wanted = {need["code"]: need["evidence"] for need in body.get("needs", ())}
    listed = Factor.objects.filter(list_code=NEEDS, code__in=wanted).current(on=clock.local_day(request.at))
    needs = tuple(actions.SeenNeed(factor.pk, wanted[factor.code]) for factor in listed)
    if len(needs) != len(body.get("needs", ())):
        raise Problem("invalid", errors=[("needs", "Skicka behov ur listan P5, varje behov en gång.")])
    refs = set(body.get("audience", ()))
    agencies = permitted(Agency.objects.filter(ref__in=refs), request.actor, at=request.at).values_list("pk", flat=True)
    if len(agencies) != len(refs):
        raise Problem("invalid", errors=[("audience", "Verksamheten finns inte i kommunen.")])
    plain = ("instrument", "instrument_version", "assessed_on", "assessor", "level", "reference", "fitting")
    before = tuple(old.audience) if old is not None else ()
    return actions.RiskFacts(
        **{name: body[name] for name in plain},
        receptivity=body.get("receptivity", ""),
        adaptations=tuple(body.get("adaptations", ())),
        needs=needs,
        family_barred=body.get("family_barred", old is not None and old.family_barred),
        audience=(*agencies, request.actor.agency_id) if "audience" in body else before,
    )


def _bodies(request: HubRequest, found: Iterable[RiskJudgement]) -> list[dict[str, Any]]:
    """Judgements that may be read, loaded with `agency`, `author__user` and `case`."""
    rows = list(found)
    ids = [one.pk for one in rows]
    needs: dict[int, list[dict[str, str]]] = {pk: [] for pk in ids}
    seen = permitted(Need.objects.filter(judgement__in=ids), request.actor, at=request.at).select_related("factor")
    for need in seen:
        said = {"code": need.factor.code, "text": need.factor.text, "evidence": need.evidence}
        needs[need.judgement_id].append(said)
    corrected = set(RiskJudgement.objects.filter(replaces__in=ids).values_list("replaces", flat=True))
    before = {one.replaces_id for one in rows if one.replaces_id}
    known = dict(
        permitted(RiskJudgement.objects.filter(pk__in=before), request.actor, at=request.at).values_list("pk", "ref")
    )
    request.trail.show(rows)
    return [
        {
            "ref": one.ref,
            "case": one.case.ref,
            "agency": agency_ref(one.agency),
            "instrument": one.instrument,
            "instrument_version": one.instrument_version,
            "assessed_on": one.event_date,
            "assessor": one.assessor,
            "level": one.level,
            "reference": one.reference,
            "needs": needs[one.pk],
            "receptivity": one.receptivity,
            "adaptations": one.adaptations,
            "fitting": one.fitting,
            "family_barred": one.family_barred,
            "author": one.author.user.name,
            "recorded_at": one.recorded_at,
            "corrected": one.pk in corrected,
            "replaces": known.get(one.replaces_id) if one.replaces_id else None,
            "correction": one.correction,
        }
        for one in rows
    ]


@endpoint("Ett ärendes riskbedömningar", tag=TAG, gives=schemas.JudgementsOut, errors=[404])
def list_judgements(request: HubRequest, ref: UUID) -> Answer:
    """De som du får läsa, den senaste först. En rättad står kvar så som den skrevs, och gäller inte."""
    case = case_for(request, ref)
    rows = judgements(case, request.actor, at=request.at).select_related("agency", "author__user", "case")
    return Answer({"results": _bodies(request, rows)})


@endpoint("En riskbedömning", tag=TAG, gives=schemas.JudgementOut, errors=[404])
def get_judgement(request: HubRequest, ref: UUID) -> Answer:
    """Instrument, nivå, behov och mottaglighet; aldrig frågor, svar eller poäng."""
    return Answer(_bodies(request, [judgement_for(request, ref)])[0])


@endpoint(
    "Skriv in en riskbedömning",
    tag=TAG,
    body=JudgementBody,
    gives=schemas.JudgementOut,
    makes="api:judgement",
    show=get_judgement,
    errors=[404],
)
def judge_risk(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Den blir er verksamhets uppgift, av sorten riskbedömning. Nivån är bedömarens: inget räknas ut."""
    case = case_for(request, ref)
    return actions.judge_risk(case, _facts(request, body), by=request.actor, at=request.at).ref


@endpoint(
    "Rätta en riskbedömning",
    tag=TAG,
    body=CorrectionBody,
    gives=schemas.JudgementOut,
    makes="api:judgement",
    show=get_judgement,
    errors=[404],
)
def correct_judgement(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Hela bedömningen så som den skulle ha stått. Den gamla står kvar, märkt som rättad; en gång (409)."""
    old = judgement_for(request, ref, "correct")
    facts = _facts(request, body, old)
    return actions.correct_judgement(old, facts, why=body["why"], by=request.actor, at=request.at).ref


@endpoint("Planerade timmar mot risk", tag=TAG, gives=schemas.IntensityOut, errors=[404])
def get_intensity(request: HubRequest, ref: UUID) -> Answer:
    """En påminnelse med sin källa, för den som läser både planen och bedömningen. Inget poängtal."""
    case = case_for(request, ref)
    found = picture(case, request.actor, at=request.at)
    request.trail.show(found.objects)
    dose, said = found.dose, found.reminder
    return Answer(
        {
            "judgement": found.newest.judgement.ref if found.newest and dose else None,
            "hours": f"{dose.hours:.1f}" if dose else None,
            "counted": dose.counted if dose else 0,
            "not_counted": dose.unsaid if dose else 0,
            "how": counted_words(dose) if dose else "",
            "reminder": {"title": said.title, "text": " ".join(said.lines), "citation": said.source} if said else None,
        }
    )


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "ref": offer.ref,
        "agency": agency_ref(offer.agency),
        "unit": {"ref": offer.unit.ref, "name": offer.unit.name},
        "contact": offer.contact,
        "note": offer.note,
        "valid_from": offer.valid_from,
        "valid_to": offer.valid_to,
    }


@endpoint("Katalogen över insatser", tag=TAG, gives=schemas.InterventionsOut)
def list_interventions(request: HubRequest) -> Answer:
    """Vad källan säger att socialtjänsten bör och inte bör erbjuda, och vem som ger det i kommunen nu."""
    require_case_work(request.actor, at=request.at)
    offers = offers_now(request.actor, at=request.at)
    request.trail.show([offer for found in offers.values() for offer in found])
    listed = interventions(on=clock.local_day(request.at))
    plain = ("ref", "code", "version", "name", "sort", "age_from", "age_to", "advice")
    also = ("target", "source_year", "note")
    return Answer(
        {
            "results": [
                {
                    **{name: getattr(one, name) for name in (*plain, *also)},
                    "citation": one.source,
                    "offers": [_offer(offer) for offer in offers.get(one.pk, ())],
                }
                for one in listed
            ]
        }
    )


of_case = resource("RiskJudgements", get=list_judgements, post=judge_risk)
judgement = resource("RiskJudgement", get=get_judgement)
correction = resource("CorrectRiskJudgement", post=correct_judgement)
intensity = resource("Intensity", get=get_intensity)
catalogue = resource("Interventions", get=list_interventions)
