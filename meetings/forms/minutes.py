"""Forms of minutes: the draft read through, and a correction of what was approved (P-M8)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hub.forms.base import HubForm, set_choices, sometimes
from hub.joint_text import Written
from hub.textguard import PlainTextField
from meetings.actions.holding import LONGEST_TEXT
from meetings.actions.minutes import LONGEST_ADDENDUM, LONGEST_PLAIN, Mended
from meetings.minutes import Line, Section
from meetings.models import AgendaPoint, MinutesParagraph

PLAIN = _("I familjens exemplar")


def _name(key: str) -> str:
    """A key of a line as the name of a field."""
    return "plain_" + key.replace(":", "_").replace("-", "")


def _box(label: str, most: int, rows: int) -> PlainTextField:
    return sometimes(
        PlainTextField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}))
    )


class MinutesForm(HubForm):
    """The texts of the points, and what the family's copy says of every line that can stand there."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        points: Sequence[AgendaPoint],
        lines: Sequence[tuple[Section, Line]],
        wording: dict[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.texts = {f"text_{one.ref.hex}": one for one in points}
        self.keys = {_name(line.key): line.key for _part, line in lines if line.key}
        for name, point in self.texts.items():
            self.fields[name] = _box(point.title, LONGEST_TEXT, 4)
            self.initial.setdefault(name, point.text)
            self.fields[name.replace("text_", "version_")] = forms.IntegerField(widget=forms.HiddenInput)
            self.initial.setdefault(name.replace("text_", "version_"), point.text_version)
        for _part, line in lines:
            if line.key:
                about = line.title if line.key.startswith("point:") else line.text
                label = format_html('{}<span class="sr-only">: {}</span>', PLAIN, f"{about[:80]}")
                self.fields[_name(line.key)] = _box(label, LONGEST_PLAIN, 2)
                self.initial.setdefault(_name(line.key), wording.get(line.key, line.plain))

    def plain_field(self, key: str) -> Any:
        return self[_name(key)] if _name(key) in self.fields else None

    def text_fields(self, point: AgendaPoint) -> tuple[Any, Any]:
        """The text and its hidden version."""
        name = f"text_{point.ref.hex}"
        return self[name], self[name.replace("text_", "version_")]

    def with_theirs(self, wording: dict[str, str]) -> dict[str, str]:
        """After a conflict: what somebody else has worded meanwhile above what was typed here, so that none is lost."""
        found = {}
        for name, key in self.keys.items():
            theirs, mine = wording.get(key, ""), str(self.data.get(name, ""))
            if theirs and theirs not in mine:
                found[name] = f"{theirs}\n{mine}".strip()
        return found

    def mended(self) -> Mended:
        data = self.cleaned_data
        texts: dict[UUID, Written] = {}
        for name, point in self.texts.items():
            texts[point.ref] = Written(data[name], data[name.replace("text_", "version_")])
        # What nobody has touched goes on following what it is made from.
        wording = {key: data[name] for name, key in self.keys.items() if data[name] != self.initial.get(name)}
        return Mended(texts, wording)


class AddendumForm(HubForm):
    """What is wrong in approved minutes, and how it should be."""

    about = forms.ChoiceField(label=_("Vad gäller rättelsen?"))
    text = PlainTextField(
        label=_("Rättelse"),
        max_length=LONGEST_ADDENDUM,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Skriv vad som är fel och hur det ska vara. Det som justerades står kvar."),
    )

    def __init__(self, *args: Any, paragraphs: Sequence[MinutesParagraph], **options: Any) -> None:
        super().__init__(*args, **options)
        self.paragraphs = {str(one.ref): one for one in paragraphs}
        groups: dict[str, list[tuple[str, str]]] = {}
        for ref, one in self.paragraphs.items():
            groups.setdefault(one.heading, []).append((ref, _short(one)))
        set_choices(self, "about", [*WHOLE, *groups.items()])
        self.fields["about"].required = False

    def paragraph(self) -> MinutesParagraph | None:
        return self.paragraphs.get(self.cleaned_data["about"])

    @property
    def shared(self) -> bool:
        return bool(self.cleaned_data["about"] == SHARED)


#: The whole, for every participating agency too.
SHARED = "alla"
WHOLE = (
    ("", "Hela protokollet, för er som leder ärendet"),
    (SHARED, "Hela protokollet, för alla parter som läser det"),
)


def _short(one: MinutesParagraph) -> str:
    words = one.title or one.text
    return f"{words[:90]}…" if len(words) > 90 else words
