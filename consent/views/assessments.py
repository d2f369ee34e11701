"""What decides who must sign: the youth's maturity, and a guardian who is hindered (P-C3, R12, FB 6:13)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consent import actions
from consent.actions.signing import signers_of
from consent.decided import settings_of
from consent.forms.consent import HinderedForm, MaturityForm
from consent.models import HinderedDecision, MaturityAssessment, SessionState, SignerRole, SigningSession
from hub import swedish
from hub.access import find, permitted, require
from hub.clock import local_day
from hub.errors import Invalid
from hub.http import HubRequest, once, page
from hub.models import Individual
from hub.views.deeds import posted


def at_work(request: HubRequest, ref: UUID) -> Individual:
    """The individual, for those of the owner agency who work with him or her.

    Raises:
        Http404; Denied: another agency's contact, who never assesses for social services.
    """
    individual = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    require(individual, request.actor, "work", at=request.at)
    require(individual.person, request.actor, "change", at=request.at)
    return individual


def _back(request: HubRequest, individual: Individual) -> str:
    """To the draft that one came from, otherwise to the youth."""
    wanted = request.GET.get("samtycke", "")
    drafts = permitted(
        SigningSession.objects.filter(individual=individual, state=SessionState.DRAFT),
        request.actor,
        at=request.at,
    )
    for draft in drafts:
        if str(draft.ref) == wanted:
            return reverse("consent:consent_step", args=[draft.ref, "underskrifter"])
    return reverse("consent:individual", args=[individual.ref])


@once
def maturity(request: HubRequest, ref: UUID) -> HttpResponse:
    """Assess whether the youth can decide; the latest assessment holds (OSL 12:3)."""
    individual = at_work(request, ref)
    form = MaturityForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.assess_maturity(individual, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Bedömningen är sparad och gäller från nu.")
            return redirect(_back(request, individual))
        except Invalid as wrong:
            form.show(wrong)
    made = list(
        MaturityAssessment.objects.filter(individual=individual)
        .select_related("assessed_by__user")
        .order_by("-assessed_at")
    )
    request.trail.show([individual, individual.person, *made], individual=individual.pk)
    context: dict[str, object] = {
        "individual": individual,
        "age": swedish.age(individual.person.birth_date, local_day(request.at)),
        "form": form,
        "made": made,
        "settings": settings_of(individual.municipality_id, at=request.at),
        "back_url": _back(request, individual),
    }
    return page(request, "consent/maturity.html", context, status=422 if form.errors else 200)


@once
def hindered(request: HubRequest, ref: UUID) -> HttpResponse:
    """Decide to go on without a hindered guardian, at most 30 days; only where the kommun has said so."""
    individual = at_work(request, ref)
    if not settings_of(individual.municipality_id, at=request.at).hindered_rule:
        raise Http404("hindered")
    guardians = [s for s in signers_of(individual, at=request.at) if s.role == SignerRole.GUARDIAN]
    form = HinderedForm(posted(request), guardians=guardians)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        key = facts.pop("guardian")
        chosen = next(g.person for g in guardians if str(g.person.pk) == key)
        try:
            actions.decide_hindered(individual, chosen, **facts, by=request.actor, at=request.at)
            messages.success(request, "Beslutet är sparat. Det gäller i högst 30 dagar.")
            return redirect(_back(request, individual))
        except Invalid as wrong:
            form.show(wrong)
    made = list(
        HinderedDecision.objects.filter(individual=individual)
        .select_related("guardian", "decided_by__user")
        .order_by("-decided_at")
    )
    people = [individual.person, *(g.person for g in guardians)]
    request.trail.show([individual, *people, *made], individual=individual.pk)
    context: dict[str, object] = {
        "individual": individual,
        "form": form,
        "made": made,
        "guardians": guardians,
        "back_url": _back(request, individual),
    }
    return page(request, "consent/hindered.html", context, status=422 if form.errors else 200)
