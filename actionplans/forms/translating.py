"""The form of a plan's translations: all texts of one language, saved at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from actionplans.paper import Tongue
from actionplans.translations import Line
from hub.forms.base import HubForm, sometimes
from hub.textguard import PlainTextField

MEANWHILE = "Någon annan har just ändrat översättningen. Läs det som står, och spara igen om du vill ändra."


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its field, and whether this user may review what stands."""

    line: Line
    field: Any
    may_review: bool
    seen: str


class TranslationsForm(HubForm):
    """A text that nobody touched is left as it stands, whoever wrote it."""

    def __init__(self, *args: Any, lines: Sequence[Line], tongue: Tongue, user: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines, self.tongue, self.user = lines, tongue, user
        for line in lines:
            attrs = {"rows": 2, "dir": tongue.direction, "lang": tongue.code}
            label = f"På {tongue.name}: {line.source}"
            asked = PlainTextField(
                label=label,
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs=attrs),
                initial=line.row.text if line.row else "",
            )
            self.fields[line.name] = sometimes(asked)

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                line,
                self[line.name],
                line.state == "draft" and line.row is not None and line.row.written_by_id != self.user,
                f"was_{line.name}",
            )
            for line in self.lines
        ]

    def changed(self) -> Iterator[tuple[Line, str]]:
        """What the user has written anew; where somebody else has meanwhile, an error instead."""
        for line in self.lines:
            text, stood = self.cleaned_data[line.name], line.row.text if line.row else ""
            if text == stood or not text:
                continue
            if self.data.get(f"was_{line.name}", "") != str(line.version):
                self.add_error(line.name, MEANWHILE)
                continue
            yield line, text
