"""Who may do what: one policy table per model, the same rule for lists and for single objects (P-A1, P-A2).

A rule is a function `(actor, at) -> Q | None`; the rules of an action are OR-ed; no rule means no access. A rule may
only walk forward foreign keys and `Exists`, so that a filtered queryset never holds a row twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from hub.composed import composed
from hub.models import CASE_ROLES, Assignment, Role

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, the assignment they act under, and the kommun worked in. Made once per request."""

    user_id: int
    user_name: str
    assignment_id: int
    role: str
    role_label: str
    unit_id: int
    unit_name: str
    agency_id: int
    agency_name: str
    agency_kind: str
    municipality_id: int
    names_contacts: bool
    valid_from: datetime
    valid_to: datetime | None
    #: The agency is the kommun's own. Every other one needs an agreement in force (P-A2 clause 1).
    agency_in_kommun: bool = False
    #: The one individual that a question is about, if it is: seats are then looked up once, not per row.
    asks_about: int | None = None

    @classmethod
    def acting_under(cls, assignment: Assignment, *, municipality_id: int) -> "Actor":
        """The actor of an assignment loaded with `user` and `unit__agency`."""
        unit, agency = assignment.unit, assignment.unit.agency
        return cls(
            user_id=assignment.user_id,
            user_name=assignment.user.name,
            assignment_id=assignment.pk,
            role=assignment.role,
            role_label=str(assignment.get_role_display()),
            unit_id=unit.pk,
            unit_name=unit.name,
            agency_id=agency.pk,
            agency_name=agency.name,
            agency_kind=agency.kind,
            municipality_id=municipality_id,
            names_contacts=assignment.names_contacts or assignment.role == Role.MANAGER,
            valid_from=assignment.valid_from,
            valid_to=assignment.valid_to,
            agency_in_kommun=agency.municipality_id == municipality_id,
        )

    def in_force(self, *, at: datetime) -> bool:
        """Whether `at` lies in the assignment's `[from, to)`."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def in_case_work(self, *, at: datetime) -> bool:
        """P-A2 clause 1: the assignment is in force and its role is a case role."""
        return self.in_force(at=at) and self.role in CASE_ROLES

    @property
    def label(self) -> str:
        return f"{self.role_label}, {self.unit_name}, {self.agency_name}"


Rule = Callable[[Actor, datetime], Q | None]

POLICY: dict[tuple[type[Model], str], tuple[Rule, ...]] = {}


class Denied(PermissionDenied):
    """The actor may know that the object exists but not do this to it: 403 (P-A5)."""

    def __init__(self, action: str, obj: Model | type[Model]) -> None:
        self.action = action
        self.label = obj._meta.label
        self.pk = obj.pk if isinstance(obj, Model) else None
        super().__init__(f"{action} {self.label}")


def declare(model: type[Model], table: Mapping[str, Iterable[Rule]]) -> None:
    """Add rules for the actions on a model. A higher layer may add rules to a lower layer's model."""
    for action, rules in table.items():
        POLICY[model, action] = (*POLICY.get((model, action), ()), *rules)


@lru_cache(maxsize=256)
def rule_for(model: type[Model], actor: Actor, action: str, *, at: datetime) -> Q | None:
    """The whole rule as one `Q`, or None where nothing grants the action.

    Kept while one request asks again: a rule asks the database nothing, and building it costs more than running it.
    """
    rules = POLICY[model, action]

    def whole(actor: Actor, at: datetime) -> Q | None:
        granted = [q for rule in rules if (q := rule(actor, at)) is not None]
        return reduce(or_, granted) if granted else None

    rule: Q | None = composed(model, rules, whole, actor, at)
    return rule


def permitted(
    queryset: QuerySet[M], actor: Actor, action: str = "read", *, at: datetime, about: int | None = None
) -> QuerySet[M]:
    """The rows of `queryset` on which `actor` may do `action` at the instant `at`. One query, no duplicates.

    Args:
        about: only rows of this individual (id), for models that have one: the same rule, planned for one individual.
    """
    if about is not None:
        queryset, actor = queryset.filter(individual=about), replace(actor, asks_about=about)
    rule = rule_for(queryset.model, actor, action, at=at)
    return queryset.none() if rule is None else queryset.filter(rule)


def may(obj: Model, actor: Actor, action: str, *, at: datetime) -> bool:
    """Whether the object would be in the list of `action`: the same rule, asked for one row."""
    about: int | None = getattr(obj, "individual_id", None)
    return permitted(type(obj)._base_manager.filter(pk=obj.pk), actor, action, at=at, about=about).exists()


def require(obj: Model, actor: Actor, action: str, *, at: datetime) -> None:
    """Check the rule for one object with the same query as the list.

    Raises:
        Denied: the actor may not do this (403). Find the object through `permitted(…, "read")` first, so that what
            may not be known is 404 before it can be 403.
    """
    if not may(obj, actor, action, at=at):
        raise Denied(action, obj)


def find(queryset: QuerySet[M], actor: Actor, action: str = "read", *, at: datetime, **lookup: object) -> M:
    """The one permitted object, or 404: what the actor may not know of does not exist (P-A5).

    Raises:
        Http404: there is none, or the actor may not know that there is.
    """
    try:
        return permitted(queryset, actor, action, at=at).get(**lookup)
    except (ObjectDoesNotExist, ValueError) as missing:
        raise Http404(queryset.model._meta.label) from missing


def require_role(actor: Actor, *roles: str) -> None:
    """For deeds that have no object yet, such as registering a person.

    Raises:
        Denied: the actor's role is none of them.
    """
    if actor.role not in roles:
        raise Denied("role", Assignment)
