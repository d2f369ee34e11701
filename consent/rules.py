"""The rule of who may read an item (P-A2), as one `Q`; `permitted()` turns it into lists and checks.

    readable(item i, actor A, at t) = assignment AND seat AND ground

The assignment and the kommun are clause 1, seats clause 2 (hub.policy), grounds clause 3: own, consent, disclosed.
Which seats count differs by ground: consent asks for a case in a phase where sharing is possible, own items are also
kept after the party or case ended, and break-glass opens own items only.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Case as If
from django.db.models.expressions import Combinable

from consent.models import DisclosedItem, DisclosureRecipient, Grant, InformationItem, ItemAbout
from hub.access import Actor
from hub.composed import composed
from hub.models import SHARING_PHASES, Agency, AgencyKind, BreakGlassKind, CaseSeat, Phase, Protection
from hub.policy import has, in_kommun, managed_cases, openings, past_seats, seats


def whose(actor: Actor, path: str = "individual") -> Any:
    """The individual of the item: of each row of the outer query, or the one that the whole question is about."""
    return OuterRef(path) if actor.asks_about is None else actor.asks_about


def grants_in_force(at: datetime) -> QuerySet[Grant]:
    """Grants whose period `[from, to)` holds `at`."""
    return Grant.objects.filter(period__contains=at)


def _common(mask: str) -> "ExpressionWrapper[Combinable]":
    """The types that a grant and the outer query's `mask` have in common."""
    return ExpressionWrapper(
        F("types").bitand(OuterRef(mask)),  # type: ignore[arg-type]  # the stubs know only int
        output_field=BigIntegerField(),
    )


def grants_covering(actor: Actor, at: datetime) -> QuerySet[Grant]:
    """Inside a query over items: the youth's own grants to the actor's agency that cover the item at `at`.

    Source, type, individual and item dates are the item's; an item barred from the family is covered only where
    the youth's own signature was all that was required (P-C3).
    """
    return (
        grants_in_force(at)
        .alias(shared=_common("type__mask"))
        .filter(
            Q(covers_barred=True) | Q(covers_barred=OuterRef("family_barred")),
            shared__gt=0,
            individual=whose(actor),
            source=OuterRef("agency"),
            recipient_id=actor.agency_id,
            items_from__lte=OuterRef("event_date"),
            about=None,
        )
    )


def others_not_covered(actor: Actor, at: datetime) -> QuerySet[ItemAbout]:
    """Inside a query over items: the other persons it is about who have no consent in force for this sharing (R11)."""
    own_consent = (
        grants_in_force(at)
        .alias(shared=_common("item__type__mask"))
        .filter(
            shared__gt=0,
            about=OuterRef("person"),
            individual=whose(actor, "item__individual"),
            source=OuterRef("item__agency"),
            recipient_id=actor.agency_id,
            items_from__lte=OuterRef("item__event_date"),
        )
    )
    return ItemAbout.objects.filter(~has(own_consent), item=OuterRef("pk"))


def disclosed_to(actor: Actor, at: datetime) -> QuerySet[DisclosedItem]:
    """Inside a query over items: disclosures that name the item, the actor's agency and the actor, in their period."""
    named = DisclosureRecipient.objects.filter(disclosure=OuterRef("disclosure"), assignment_id=actor.assignment_id)
    return DisclosedItem.objects.filter(
        has(named),
        item=OuterRef("pk"),
        disclosure__recipient_id=actor.agency_id,
        disclosure__disclosed_at__lte=at,
        disclosure__readable_until__gt=at,
    )


def _seated(actor: Actor, at: datetime) -> Q:
    """P-A2 2a or 2b in some case of the item's individual."""
    return has(seats(actor, at).filter(content_object__individual=whose(actor))) | has(
        managed_cases(actor, at).filter(individual=whose(actor))
    )


def sharing_seats(actor: Actor, at: datetime) -> QuerySet[CaseSeat]:
    """The assignment's seats where sharing is possible. A place that rests on a question alone does not count: it gives
    the question and the own answer, whatever the agency may read elsewhere (P-A6)."""
    return seats(actor, at).filter(content_object__phase__in=SHARING_PHASES, participation__known_from__lte=at)


def _shares(actor: Actor, at: datetime) -> Q:
    """P-A2 2a or 2b in a case of the item's individual where sharing is possible."""
    seated = sharing_seats(actor, at).filter(content_object__individual=whose(actor))
    return has(seated) | has(managed_cases(actor, at).filter(individual=whose(actor), phase__in=SHARING_PHASES))


def own(actor: Actor, at: datetime) -> Q:
    """Ground *own*: the agency's own recorded items, and the actor's own drafts."""
    return Q(agency_id=actor.agency_id) & (Q(recorded_at__lte=at) | Q(recorded_at=None, author_id=actor.assignment_id))


def covered(actor: Actor, at: datetime) -> Q:
    """What a consent gives of any fact of an agency: recorded, phase, audience, grant."""
    return (
        Q(recorded_at__lte=at)
        & ~Q(recorded_phase=Phase.FORHANDSBEDOMNING)
        & (Q(audience=[]) | Q(audience__contains=[actor.agency_id]))
        & has(grants_covering(actor, at))
    )


def consented(actor: Actor, at: datetime) -> Q:
    """Ground *consent* of an item: covered, released where its agency releases, and the other persons it is about."""
    return (
        covered(actor, at)
        & (Q(released_at__lte=at) | ~has(Agency.objects.filter(pk=OuterRef("agency"), releases_items=True)))
        & ~has(others_not_covered(actor, at))
    )


def disclosed(actor: Actor, at: datetime) -> Q:
    """Ground *disclosed*: a disclosure names this item, A's agency and A, and is readable at `at`."""
    return Q(recorded_at__lte=at) & has(disclosed_to(actor, at))


def after_the_end(actor: Actor, at: datetime) -> Q:
    """P-A2 2c, for own items only; never for a protected person (P-A8)."""
    return has(
        past_seats(actor, at).filter(
            content_object__individual=whose(actor), content_object__individual__person__protection=Protection.NONE
        )
    )


def opened(actor: Actor, at: datetime) -> Q:
    """Break-glass in force replaces clause 2 for own-agency items (P-A9)."""
    return has(
        openings(actor, at, BreakGlassKind.OWN_ITEMS).filter(
            individual=whose(actor), individual__person__protection=Protection.NONE
        )
    )


def readable_own(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens uppgifter: med plats, som chef, efter avslutad medverkan, eller vid nödöppning."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & own(actor, at) & (_seated(actor, at) | after_the_end(actor, at) | opened(actor, at))


def readable_by_consent(actor: Actor, at: datetime) -> Q | None:
    """Andras uppgifter som ett samtycke i kraft täcker, i ett ärende där utredning, insats eller uppföljning pågår."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & consented(actor, at) & _shares(actor, at)


def fact_read_as_own(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens: med plats, som chef, efter avslutad medverkan, eller vid nödöppning."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    reads = _seated(actor, at) | after_the_end(actor, at) | opened(actor, at)
    return clause_1 & Q(agency_id=actor.agency_id, recorded_at__lte=at) & reads


def fact_read_by_consent(actor: Actor, at: datetime) -> Q | None:
    """Andras, när ett samtycke i kraft täcker det, i ett ärende där utredning, insats eller uppföljning pågår."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & covered(actor, at) & _shares(actor, at)


def readable_by_disclosure(actor: Actor, at: datetime) -> Q | None:
    """Uppgifter som har lämnats ut till just denna mottagare, så länge utlämnandet gäller."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & disclosed(actor, at) & _seated(actor, at)


def own_draft(actor: Actor, at: datetime) -> Q | None:
    """Eget utkast, med plats hos den unge."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & Q(recorded_at=None, author_id=actor.assignment_id) & _seated(actor, at)


def own_recorded(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens registrerade uppgift, med egen plats hos den unge."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    seated = has(seats(actor, at).filter(content_object__individual=whose(actor)))
    return clause_1 & Q(agency_id=actor.agency_id, recorded_at__lte=at) & seated


def own_unreleased(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens registrerade men ännu inte släppta uppgift (P-C9)."""
    mine = own_recorded(actor, at)
    return None if mine is None else mine & Q(agency__releases_items=True, released_at=None)


def fileable(actor: Actor, at: datetime) -> Q | None:
    """Annans uppgift som en läsare i socialtjänsten får föra till akten, medan den är läsbar (P-A4)."""
    if actor.agency_kind != AgencyKind.SOCIALTJANST:
        return None
    by_consent = readable_by_consent(actor, at)
    by_disclosure = readable_by_disclosure(actor, at)
    if by_consent is None or by_disclosure is None:
        return None
    return ~Q(agency_id=actor.agency_id) & (by_consent | by_disclosure)


def items_with_ground(
    items: QuerySet[InformationItem], actor: Actor, at: datetime, *, about: int | None = None
) -> QuerySet[InformationItem]:
    """Annotate permitted items with why they can be read, for the log and the page, in the same query.

    A grant is a ground only where the whole of `consented` holds: an unreleased item that was disclosed is read on
    the disclosure, in the disclosed version. Adds `ground_consent` and `ground_disclosure` (ids or None) and
    `disclosed_version` (the version that a disclosure names); an item of the actor's own agency is read as its own.
    """
    actor = replace(actor, asks_about=about)
    return items.annotate(
        **{name: composed(InformationItem, name, build, actor, at) for name, build in GROUNDS_OF_AN_ITEM.items()}
    )


def _consent_of(actor: Actor, at: datetime) -> Combinable:
    covered = consented(actor, at) & _shares(actor, at)
    return If(When(covered, then=Subquery(grants_covering(actor, at).values("consent_id")[:1])))


def _disclosure_of(actor: Actor, at: datetime) -> Combinable:
    return Subquery(disclosed_to(actor, at).values("disclosure_id")[:1])


def _version_of(actor: Actor, at: datetime) -> Combinable:
    return Subquery(disclosed_to(actor, at).order_by("-version").values("version")[:1])


#: What `items_with_ground` adds to each item.
GROUNDS_OF_AN_ITEM: Mapping[str, Callable[[Actor, datetime], Combinable]] = {
    "ground_consent": _consent_of,
    "ground_disclosure": _disclosure_of,
    "disclosed_version": _version_of,
}
