"""The form of the plan's block in the meeting screen: all goals, measures and voices, saved at once (P-P2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from actionplans import words
from actionplans.meeting import GAP, Followed, GoalPart, MeasurePart, VoicePart
from actionplans.models import LEVELS, REASONED, Agrees, MeasureState
from hub.forms.base import HubForm, sometimes
from hub.textguard import PlainTextField

NOTHING_CHOSEN = "Välj också ett av svaren, eller ta bort kommentaren."
MEANWHILE = "Någon annan har just sparat ett annat svar. Läs det som står, och spara igen om du vill ändra."


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of the form with what is noted beside it."""

    part: Any
    choice: Any
    note: Any
    key: str

    @property
    def was(self) -> str:
        return f"was_{self.key}"


@dataclass(frozen=True, slots=True)
class Answer:
    part: Any
    choice: str
    note: str


class FollowForm(HubForm):
    """Empty is not answered yet; a line that nobody touched is left as it stands, whoever wrote it."""

    def __init__(self, *args: Any, found: Followed, **options: Any) -> None:
        super().__init__(*args, **options)
        self.found = found
        for goal in found.goals:
            said = [(str(level), words.level_words(level)) for level in LEVELS]
            hints = {str(n): text for n, (_said, text) in zip(LEVELS, goal.levels, strict=True)}
            self._add(f"g_{goal.goal.ref}", goal.goal.text, said, "Kommentar", goal.stands, hints)
        for measure in found.measures:
            begun = measure.measure.state != MeasureState.NOT_STARTED
            states = [(v, n) for v, n in MeasureState.choices if not (begun and v == MeasureState.NOT_STARTED)]
            label = "Kommentar, eller varför inte"
            self._add(f"m_{measure.measure.ref}", measure.measure.text, states, label, measure.stands)
        for voice in found.voices:
            self._add(f"a_{voice.who.ref}", voice.name, Agrees.choices, "Med egna ord", voice.stands)

    def _add(self, key: str, label: str, choices: Any, note: str, stands: str, hints: Any = None) -> None:
        chosen, _gap, noted = stands.partition(GAP)
        asked = forms.ChoiceField(label=label, required=False, choices=choices, widget=forms.RadioSelect)
        asked.initial, asked.choice_hints = chosen, hints or {}  # type: ignore[attr-defined]  # read by the field tag
        self.fields[key] = sometimes(asked)
        self.fields[f"n_{key}"] = sometimes(PlainTextField(label=note, required=False, max_length=500, initial=noted))

    def _line(self, part: Any, key: str) -> Line:
        return Line(part, self[key], self[f"n_{key}"], key)

    @property
    def goals(self) -> list[Line]:
        return [self._line(part, f"g_{part.goal.ref}") for part in self.found.goals]

    @property
    def measures(self) -> list[Line]:
        return [self._line(part, f"m_{part.measure.ref}") for part in self.found.measures]

    @property
    def aloud(self) -> tuple[list[Line], list[Line]]:
        """Goals and measures that may be read aloud with the family in the room (P-A7)."""
        return (
            [line for line in self.goals if not line.part.goal.family_barred],
            [line for line in self.measures if not line.part.measure.family_barred],
        )

    @property
    def kept(self) -> tuple[list[Line], list[Line]]:
        """Those that the guardians may not hear of: folded on a screen that they may look at."""
        return (
            [line for line in self.goals if line.part.goal.family_barred],
            [line for line in self.measures if line.part.measure.family_barred],
        )

    @property
    def kept_is_wrong(self) -> bool:
        """Whether something among them must be mended."""
        return any(line.choice.errors or line.note.errors for lines in self.kept for line in lines)

    @property
    def voices(self) -> list[Line]:
        return [self._line(part, f"a_{part.who.ref}") for part in self.found.voices]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for line in (*self.goals, *self.measures, *self.voices):
            choice, note = data.get(line.key), data.get(f"n_{line.key}")
            if choice is None or note is None:
                continue  # its own error stands there already
            if note and not choice:
                self.add_error(line.key, NOTHING_CHOSEN)
            if isinstance(line.part, MeasurePart) and choice in REASONED and not note:
                self.add_error(f"n_{line.key}", "Skriv varför.")
        return data

    def changed(self, lines: Sequence[Line]) -> Iterator[Answer]:
        """What the user has changed; an answer that somebody else has changed meanwhile gets an error instead."""
        for line in lines:
            choice, note = self.cleaned_data[line.key], self.cleaned_data[f"n_{line.key}"]
            now, was = f"{choice}{GAP}{note}", self.data.get(line.was, GAP)
            if not choice or now in (was, line.part.stands):
                continue
            if was != line.part.stands:
                self.add_error(line.key, MEANWHILE)
                continue
            yield Answer(line.part, choice, note)


__all__ = ["Answer", "FollowForm", "GoalPart", "Line", "MeasurePart", "VoicePart"]
