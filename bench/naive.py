"""(b): guardian as its documentation has it: generic rows, `get_objects_for_user`, a check per object.

It knows neither time nor assignment nor consent, so what a page shows is then asked for item by item, as a first
version of such a product would. The ban on these functions is lifted here and nowhere else.
"""

from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from guardian.shortcuts import get_objects_for_user  # noqa: TID251 - compared with, never used

from consent.models import Grant, InformationItem
from hub import swedish
from hub.access import Actor
from hub.models import Individual, User

VIEW = "hub.view_individual"
PAGE = 50

FILL = """
    INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)
    SELECT DISTINCT c.individual_id::text, p.content_type_id, p.id, s.user_id
    FROM hub_caseseat s JOIN hub_case c ON c.id = s.content_object_id
    JOIN auth_permission p ON p.codename = 'view_individual'
    WHERE s.valid_to IS NULL AND NOT EXISTS (SELECT FROM guardian_userobjectpermission)
    UNION
    SELECT DISTINCT c.individual_id::text, p.content_type_id, p.id, a.user_id
    FROM hub_assignment a JOIN hub_case c ON c.owner_unit_id = a.unit_id
    JOIN auth_permission p ON p.codename = 'view_individual'
    WHERE a.role = 'manager' AND NOT EXISTS (SELECT FROM guardian_userobjectpermission)
"""


def fill(owner: BaseDatabaseWrapper) -> None:
    """Give guardian's generic table a row per user and individual, once."""
    with owner.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute("ANALYZE guardian_userobjectpermission")


def _mine(user: User) -> Any:
    return get_objects_for_user(user, VIEW, Individual)


def listing(user: User) -> list[Individual]:
    page = _mine(user).select_related("person").order_by(swedish.swedish_order("person__family_name"), "pk")
    return [individual for individual in page[: PAGE + 1] if user.has_perm(VIEW, individual)]


def count(user: User) -> int:
    return int(_mine(user).count())


def check(user: User, individual: Individual) -> bool:
    return bool(user.has_perm(VIEW, individual))


def timeline(user: User, individual: Individual, actor: Actor, at: datetime) -> list[InformationItem]:
    """Items of one individual, each asked for by itself."""
    if not user.has_perm(VIEW, individual):
        return []
    items = InformationItem.objects.filter(individual=individual, recorded_at__lte=at).order_by("-event_date", "-pk")
    return [item for item in items if _readable(item, actor, at)]


def _readable(item: InformationItem, actor: Actor, at: datetime) -> bool:
    if item.agency_id == actor.agency_id:
        return True
    grants = Grant.objects.filter(
        individual=item.individual_id, source=item.agency_id, recipient=actor.agency_id, period__contains=at
    )
    return any(grant.types & item.type.mask and grant.items_from <= item.event_date for grant in grants)


def search(user: User, prefix: str) -> list[Individual]:
    found = _mine(user).filter(person__given_name__istartswith=prefix)[: PAGE + 1]
    return [individual for individual in found if user.has_perm(VIEW, individual)]
