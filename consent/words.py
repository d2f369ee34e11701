"""A consent in plain Swedish: what may be given to whom, who must answer and why, and how it stands (P-C1, P-C3).

Pure words over what the caller has loaded: no queries here, so that a page, a preview and a message say the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.completeness import METHOD_ASKS_YOUTH, EndReason, Maturity, Situation, decides_alone_since
from consent.models import InformationType
from hub import swedish
from hub.clock import local_day
from hub.models import SCREEN_ONLY_KINDS, Agency

POLICE = "polis"


def lowered(name: str) -> str:
    """A type's name inside a sentence; an abbreviation keeps its capitals."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def type_names(mask: int, types: Iterable[InformationType]) -> list[str]:
    """The names of the types in a bitmask, in the order of the list."""
    return [lowered(t.name) for t in types if t.mask & mask]


@dataclass(frozen=True, slots=True)
class Said:
    """One recipient's part: who, and what follows the name."""

    who: str
    kind: str
    text: str


def reading(recipient: Agency, mask: int, types: Sequence[InformationType], source: str) -> Said:
    """ "kan läsa om närvaro och skolresultat, på skärm" — what a tick will mean for one recipient (mockup)."""
    names = type_names(mask, types)
    if not names:
        return Said(recipient.name, recipient.kind, f"kan inte läsa något från {source}.")
    screen = ", bara på skärm" if recipient.kind in SCREEN_ONLY_KINDS else ""
    return Said(recipient.name, recipient.kind, f"kan läsa om {swedish.listing(names)}{screen}.")


def giving(source: Agency, recipient: Agency, mask: int, types: Sequence[InformationType]) -> str:
    """ "Skolan får lämna närvaro och skolresultat till socialtjänsten." Empty when nothing is given."""
    names = type_names(mask, types)
    if not names:
        return ""
    return f"{source.name} får lämna {swedish.listing(names)} till {recipient.name}."


def heading_of(source: Agency) -> str:
    """ "Vad får Bussenhusskolan lämna, och till vem?" """
    return f"Vad får {source.name} lämna, och till vem?"


def why_these(situation: Situation, *, at: datetime) -> list[str]:
    """Who must answer, and on what ground, as sentences for the coordinator (P-C3, R12)."""
    age = swedish.age(situation.birth_date, local_day(at))
    rules = situation.settings
    if situation.reached(rules.adult_from, at):
        return [f"Den unge är {age} år, är vuxen och bestämmer själv."]
    if decides_alone_since(situation, at) is not None:
        return [f"Den unge är {age} år och är bedömd som mogen att bestämma själv (12 kap. 3\u00a0§ OSL)."]
    said = ["Den som har vårdnaden bestämmer. Har två vårdnaden bestämmer de tillsammans (6 kap. 13\u00a0§ FB)."]
    return [*said, _youth_too(situation, age, at)]


def _youth_too(situation: Situation, age: int, at: datetime) -> str:
    limit = situation.settings.youth_signs_from
    if situation.maturity is Maturity.GUARDIANS_DECIDE:
        return "Enligt mognadsbedömningen bestämmer vårdnadshavarna. Den unge ska ändå få säga sitt."
    if situation.maturity is not Maturity.NOT_ASSESSED:
        return "Enligt mognadsbedömningen bestämmer den unge tillsammans med vårdnadshavarna."
    if situation.form in METHOD_ASKS_YOUTH:
        return "Den unge svarar också, för arbetssättet bygger på att både den unge och föräldrarna är med."
    if situation.reached(limit, at):
        return f"Den unge är {age} år och svarar också. I er kommun gäller det från {limit} år."
    return f"Den unge är {age} år och behöver inte skriva under, men ska få säga sitt."


#: An early end, as words for the page (`Consent.ends_early_reason`).
EARLY_END: Mapping[str, str] = {
    EndReason.BIRTHDAY_18: "den unge fyller 18 år",
    EndReason.DAY_30: "beslutet om hindrad vårdnadshavare går ut",
    EndReason.HINDERED_REFUSED: "den vårdnadshavare som var hindrad har sagt nej",
}
