"""What decides who must sign: the youth's maturity, and a guardian who is hindered (P-C3, R12)."""

from uuid import UUID

from django.http import Http404

from consent import actions
from consent.actions.signing import signers_of
from consent.api import schemas
from consent.api.individuals import get_individual
from consent.decided import settings_of
from consent.forms.consent import HinderedForm, MaturityForm
from consent.models import Maturity, SignerRole
from consent.views.assessments import at_work
from hub.api.checked import require_valid
from hub.api.endpoint import Data, endpoint, resource
from hub.api.fields import Body, Choice, Ref, Text
from hub.http import HubRequest

TAG = "Samtycken"
LEVELS = [(value, label) for value, label in Maturity.choices if value != Maturity.NOT_ASSESSED]


class MaturityBody(Body):
    level = Choice(choices=LEVELS)
    why = Text(max_length=1000)


class HinderedBody(Body):
    guardian = Ref(help_text="Ur /consents/{ref}/signers/.")
    cause = Text(max_length=1000)
    attempts = Text(max_length=1000)
    why_cannot_wait = Text(max_length=1000)


@endpoint(
    "Bedöm den ungas mognad",
    tag=TAG,
    body=MaturityBody,
    gives=schemas.IndividualOut,
    makes="api:individual",
    show=get_individual,
    errors=[404],
)
def assess_maturity(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Den senaste bedömningen gäller (12 kap. 3 § OSL)."""
    individual = at_work(request, ref)
    actions.assess_maturity(individual, **require_valid(MaturityForm(body)), by=request.actor, at=request.at)
    return ref


@endpoint(
    "Besluta att gå vidare utan en hindrad vårdnadshavare",
    tag=TAG,
    body=HinderedBody,
    gives=schemas.IndividualOut,
    makes="api:individual",
    show=get_individual,
    errors=[404],
)
def decide_hindered(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Högst 30 dagar, och bara där kommunen har beslutat att använda regeln (6 kap. 13 § FB)."""
    individual = at_work(request, ref)
    if not settings_of(individual.municipality_id, at=request.at).hindered_rule:
        raise Http404("hindered")
    guardians = [s for s in signers_of(individual, at=request.at) if s.role == SignerRole.GUARDIAN]
    people = {guardian.person.ref: guardian.person for guardian in guardians}
    chosen = people.get(body["guardian"])
    typed = {**body, "guardian": str(chosen.pk) if chosen else "0"}
    facts = dict(require_valid(HinderedForm(typed, guardians=guardians)))
    del facts["guardian"]
    assert chosen is not None  # noqa: S101 - the form refuses any other
    actions.decide_hindered(individual, chosen, **facts, by=request.actor, at=request.at)
    return ref


maturity = resource("Maturity", post=assess_maturity)
hindered = resource("Hindered", post=decide_hindered)
