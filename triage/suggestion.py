"""What the answers to a question set speak for (P-T3): it suggests and explains, a human decides (R43)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.models import COLOUR_ORDER, Colour, TriageQuestion

YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A colour, why, and what nobody could say.

    Args:
        because: the explanations of the questions that were answered yes, those that speak for most first.
        unknown: the texts of questions that could not be answered; none of them lowers the colour.
    """

    colour: Colour
    because: tuple[str, ...]
    unknown: tuple[str, ...]


def suggest(questions: Iterable[TriageQuestion], answers: Mapping[str, str]) -> Suggestion:
    """The most urgent colour that a yes speaks for; Grön where nothing does. No points, no total (P-A10)."""
    asked = list(questions)
    yes = [question for question in asked if answers.get(question.code) == YES]
    yes.sort(key=lambda question: -COLOUR_ORDER.index(Colour(question.colour)))
    colour = Colour(yes[0].colour) if yes else Colour.GREEN
    return Suggestion(
        colour=colour,
        because=tuple(question.explanation for question in yes),
        unknown=tuple(question.text for question in asked if answers.get(question.code, UNKNOWN) == UNKNOWN),
    )
