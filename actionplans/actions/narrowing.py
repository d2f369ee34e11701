"""What is kept from somebody now is kept from them in its earlier wordings too: they say much the same (P-A7, R14)."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from actionplans.models import Goal, Measure


def hold_back(fact: Goal | Measure, *, barred: bool, audience: Collection[int]) -> None:
    """Narrow the ended wordings of a fact as it is narrowed now, in the transaction of the change.

    It never widens: what was held back earlier stays so. Who reads another agency's earlier wording is that agency's
    to say.

    Args:
        fact: the wording that was changed; those that it replaces follow.
        barred: whether it is kept from the guardians now.
        audience: the agencies (ids) it is narrowed to now; empty for all that a consent gives.
    """
    rows: QuerySet[Any] = type(fact)._default_manager.filter(plan=fact.plan_id)
    wordings, wanted = rows.in_bulk() if barred or audience else {}, set(audience)
    pk: int | None = fact.pk
    while pk in wordings:
        one = wordings[pk]
        readers = list(one.audience)
        if wanted and one.agency_id == fact.agency_id:
            readers = sorted(wanted.intersection(readers) if readers else wanted) or [one.agency_id]
        held = {"family_barred": one.family_barred or barred, "audience": readers}
        if one.last_version is not None and held != {"family_barred": one.family_barred, "audience": one.audience}:
            rows.filter(pk=pk).update(**held, row_version=F("row_version") + 1)
        pk = one.replaces_id
