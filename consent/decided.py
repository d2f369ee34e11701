"""What the kommun has decided about consents, on a day: the dated decision in force, else the defaults (P-C3)."""

from dataclasses import dataclass, fields
from datetime import date

from consent.models import ConsentSettings
from hub.models import Municipality


@dataclass(frozen=True, slots=True)
class Decided:
    """The kommun's rules on one day. Ages in years, lengths in months and days."""

    youth_signs_from_age: int
    decides_alone_from_age: int
    adult_from_age: int
    hindered_guardian_rule: bool
    consent_max_months: int
    rhythm_days: int = 28
    rhythm_warning_days: int = 21


_DATED = [f.name for f in fields(Decided) if f.name != "adult_from_age"]


def decided(municipality_id: int, *, on: date) -> Decided:
    """The decision that began last, on or before the day `on`; without one, the defaults on Municipality.

    The age of majority is the law's and no decision's.
    """
    kommun = Municipality.objects.get(pk=municipality_id)
    begun = ConsentSettings.objects.filter(municipality=kommun, from_day__lte=on).order_by("-from_day").first()
    if begun is not None:
        return Decided(adult_from_age=kommun.adult_from_age, **{name: getattr(begun, name) for name in _DATED})
    return Decided(
        youth_signs_from_age=kommun.youth_signs_from_age,
        decides_alone_from_age=kommun.decides_alone_from_age,
        adult_from_age=kommun.adult_from_age,
        hindered_guardian_rule=kommun.hindered_guardian_rule,
        consent_max_months=kommun.consent_max_months,
    )
