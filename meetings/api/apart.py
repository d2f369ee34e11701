"""Youths who are kept apart: the same verbs as the page (P-M3, P-A15)."""

from typing import Any
from uuid import UUID

from hub.access import find, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Ref, Text
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.models import Case, Individual
from hub.views.cases import case_for
from meetings import actions
from meetings.api import schemas_booking as schemas
from meetings.models import KeepApart
from meetings.views.apart import kept_of

TAG = "Möten"


class KeepApartBody(Body):
    other = Ref(help_text="En ung person i ett ärende som du leder eller är chef för.")
    reason = Text(max_length=500, help_text="Läses bara av er som leder eller är chef för bådas ärenden.")


def version_of(kept: KeepApart) -> tuple[object, ...]:
    return ("kept_apart", kept.pk, kept.valid_to)


def _body(kept: KeepApart) -> dict[str, Any]:
    return {
        "ref": kept.ref,
        "first": kept.first.ref,
        "second": kept.second.ref,
        "reason": kept.reason,
        "recorded_by": kept.recorded_by.user.name,
        "valid_from": kept.valid_from,
        "valid_to": kept.valid_to,
    }


@endpoint("Vilka den unge hålls isär från", tag=TAG, gives=schemas.AllKeptApartOut, errors=[404])
def list_kept_apart(request: HubRequest, ref: UUID) -> Answer:
    """De som din verksamhet har antecknat, och där du leder eller är chef för bådas ärenden."""
    case = case_for(request, ref, "keep_apart")
    return Answer({"results": [_body(kept) for kept in kept_of(request, case)]})


def _kept(request: HubRequest, ref: UUID) -> KeepApart:
    rows = KeepApart.objects.select_related("first", "second", "recorded_by__user")
    kept: KeepApart = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([kept, kept.second], individual=kept.first_id)
    return kept


@endpoint("Två som hålls isär", tag=TAG, gives=schemas.KeptApartOut, etag=True, errors=[404])
def get_kept_apart(request: HubRequest, ref: UUID) -> Answer:
    kept = _kept(request, ref)
    return Answer(_body(kept), version_of(kept))


@endpoint(
    "Anteckna att två hålls isär",
    tag=TAG,
    body=KeepApartBody,
    gives=schemas.KeptApartOut,
    makes="api:kept_apart",
    show=get_kept_apart,
    errors=[404],
)
def add_kept_apart(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Från och med nu är de aldrig på samma plats inom en timme. Den som bokar får bara veta att tiden inte går."""
    case = case_for(request, ref, "keep_apart")
    cases = permitted(Case.objects.all(), request.actor, "keep_apart", at=request.at)
    other = Individual.objects.filter(pk__in=cases.values("individual"), ref=body["other"]).first()
    if other is None:
        raise Problem("invalid", errors=[("other", "Välj en ung person i ett ärende som du leder eller är chef för.")])
    return actions.keep_apart(case, other, reason=body["reason"], by=request.actor, at=request.at).ref


@endpoint("Avsluta att två hålls isär", tag=TAG, status=204, if_match=True, errors=[404])
def end_kept_apart(request: HubRequest, ref: UUID) -> None:
    """Raden finns kvar med sitt slut."""
    kept = _kept(request, ref)
    unchanged(request, kept, lambda: version_of(kept))
    actions.end_keep_apart(kept, by=request.actor, at=request.at)


of_case = resource("KeptApartOfCase", get=list_kept_apart, post=add_kept_apart)
kept_apart = resource("KeptApart", get=get_kept_apart, delete=end_kept_apart)
