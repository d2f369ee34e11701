"""Sample content for the style guide: every part in every state, with invented words only.

The page is what axe, the screenshots and a designer look at; a part that is missing here is not checked.
"""

from typing import Any

from django import forms

from hub.forms.base import DateField, HubForm

KINDS = ("socialtjanst", "skola", "polis", "fritid")


class SampleForm(HubForm):
    """One field of each kind."""

    name = forms.CharField(label="Namn", max_length=80, help_text="Så som den unga vill bli kallad")
    born = DateField(label="Födelsedatum")
    school = forms.CharField(label="Skola", max_length=80, required=False)
    phase = forms.ChoiceField(label="Fas", choices=[("", "Välj fas"), ("utredning", "Utredning"), ("insats", "Insats")])
    text = forms.CharField(
        label="Vad har hänt?",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Skriv det du har sett eller hört, inte vad du tror att det beror på.",
    )
    answer = forms.ChoiceField(
        label="Beslut",
        widget=forms.RadioSelect,
        choices=[("inled", "Inled utredning"), ("inte", "Inled inte")],
    )
    who = forms.MultipleChoiceField(
        label="Vilka var med?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("unga", "Den unga"), ("vh", "Vårdnadshavare"), ("skola", "Skolan")],
        required=False,
    )
    sure = forms.BooleanField(label="Jag har läst upp texten för den unga", help_text="Krävs före underskrift")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        hints = {"inled": "Uppgiften ”informera” öppnas", "inte": "Kräver motivering"}
        self.fields["answer"].choice_hints = hints  # type: ignore[attr-defined]  # a choice field, its type is lost in the mapping


def _cell(state: str, **more: Any) -> dict[str, Any]:
    return {"state": state, **more}


def _matrix() -> dict[str, Any]:
    yes = _cell("allowed", until="28 feb", href="#matris")
    soon = _cell("soon", until="25 nov", left="3 dagar kvar")
    own, none, barred = _cell("own"), _cell("none"), _cell("barred")
    rows = [
        ("Skolnärvaro", "frånvaro per vecka", [yes, own, yes, none]),
        ("Det polisen får berätta", "", [yes, none, own, none]),
        ("Insatser och plan", "", [own, soon, soon, soon]),
        ("Hälsa", "", [own, none, none, barred]),
    ]
    return {
        "columns": [{"kind": kind} for kind in KINDS],
        "rows": [{"label": label, "hint": hint, "cells": cells} for label, hint, cells in rows],
    }


def _choices() -> dict[str, Any]:
    names = (
        ("narvaro", "Skolnärvaro", "frånvaro per vecka"),
        ("umgange", "Umgänge", "aldrig andra ungas namn"),
    )
    kinds = (("socialtjanst", "till socialtjänst"), ("polis", "till polis"), ("fritid", "till fritid"))
    rows = [
        {
            "label": label,
            "hint": hint,
            "cells": [
                _cell(
                    "choice",
                    name="val",
                    value=f"{code}:{kind}",
                    checked=kind != "polis",
                    disabled=kind == "fritid",
                )
                for kind, _label in kinds
            ],
        }
        for code, label, hint in names
    ]
    return {"columns": [{"kind": kind, "label": label} for kind, label in kinds], "rows": rows}


def context() -> dict[str, Any]:
    """Everything that `hub/styleguide.html` shows."""
    return {
        "matrix_sample": _matrix(),
        "choices_sample": _choices(),
        "form": SampleForm(),
        "broken": SampleForm({"name": "", "born": "22 nov", "text": "a" * 401}, auto_id="fel_%s"),
        "steps": [
            {"label": "Syfte och parter", "state": "done", "url": "#steg"},
            {"label": "Uppgifter", "state": "current"},
            {"label": "Hur länge", "state": "todo"},
            {"label": "Underskrifter", "state": "todo"},
        ],
        "filters": [
            {"label": "Alla", "url": "#chips", "current": True},
            {"label": "Skola", "url": "#chips", "kind": "skola"},
            {"label": "Polis", "url": "#chips", "kind": "polis"},
            {"label": "Möten", "url": "#chips", "icon": "calendar-days"},
        ],
        "agencies": [*KINDS, "frivard", "bup", "sis", "ame", "civilsamhalle"],
        "fact_rows": [
            ("Ärende", "S-2026-0012"),
            ("Fas", "Insats"),
            ("Samordnare", "Karin Lindqvist"),
            ("Tomt", ""),
        ],
        "lost": ["Polisen kan inte längre läsa 14 uppgifter", "Skolan kan inte längre läsa 3 uppgifter"],
        "kept": [
            "Det som redan är läst går inte att ta tillbaka",
            "Varje myndighet behåller sina egna uppgifter",
        ],
        "next": ["Kontakterna får ett meddelande utan innehåll"],
    }
