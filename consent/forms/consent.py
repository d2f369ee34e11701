"""The wizard's steps as forms. They read and word what was typed; the rules are in `consent.actions` (P-C)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from consent.actions import RecipientChoice
from consent.actions.signing import PossibleSigner
from consent.forms.parts import AskedField, VersionedForm
from consent.models import (
    Consent,
    InformationType,
    Maturity,
    SigningSession,
)
from consent.reference_data import read
from consent.words import POLICE, lowered
from hub import swedish
from hub.clock import local_day
from hub.forms.base import DateField, HubForm, set_choices
from hub.models import Agency, Participation

#: What a form that is not ours must say before it is registered (P-C6, R9).
OLD_FORM_CHECKLIST = (
    "Det står vilka verksamheter som lämnar och tar emot uppgifter.",
    "Det står vilka slags uppgifter det gäller, inte ”allt”.",
    "Det står vad uppgifterna ska användas till.",
    "Det står hur länge det gäller, eller ni har kommit överens om en sista dag.",
    "Det står att samtycket är frivilligt och kan tas tillbaka när som helst.",
)


class PurposeForm(VersionedForm):
    """Step 1: for what, and who may give something."""

    purpose = forms.CharField(
        label=_("Vad är samtycket till för?"),
        max_length=1000,
        help_text=_("Så att den unge och familjen förstår. Det står på pappret."),
        error_messages={"required": _("Skriv vad samtycket är till för.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    disclosing = forms.MultipleChoiceField(
        label=_("Vilka ska få lämna uppgifter?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Varje verksamhet behöver ett eget samtycke. I nästa steg väljer ni vad var och en får lämna."),
        error_messages={"required": _("Välj minst en verksamhet som ska få lämna uppgifter.")},
    )
    court_requirement = forms.CharField(
        label=_("Vad kräver domstolen?"),
        max_length=500,
        required=False,
        help_text=_("Skriv vad domen kräver. Samtycket är inte en del av det om domen inte säger så."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, session: SigningSession, parties: Sequence[Participation], **options: Any) -> None:
        chosen = [str(c.disclosing_id) for c in session.consents.all()]
        initial = {
            "purpose": session.purpose or _first_purpose(session),
            "disclosing": chosen or [str(p.agency_id) for p in parties],
            "court_requirement": session.court_requirement,
            "row_version": session.row_version,
        }
        super().__init__(*args, initial=initial, **options)
        set_choices(self, "disclosing", [(str(p.agency_id), p.agency.name) for p in parties])
        self.fields["disclosing"].choice_hints = {str(p.agency_id): p.get_role_display() for p in parties}  # type: ignore[attr-defined]  # a choice field, its type is lost in the mapping
        if not session.case.court_ordered and not session.court_requirement:
            del self.fields["court_requirement"]
        self.agencies = {str(p.agency_id): p.agency for p in parties}

    def chosen(self) -> list[Agency]:
        return [self.agencies[pk] for pk in self.cleaned_data["disclosing"]]


def _first_purpose(session: SigningSession) -> str:
    return f"Att vi ska kunna samordna stödet till den unge i {session.case.get_form_display()}."


@lru_cache(maxsize=1)
def _purposes() -> Mapping[str, tuple[str, ...]]:
    """Suggestions per receiving agency kind; a start that is edited, never filled in by itself (P-C1)."""
    found: dict[str, tuple[str, ...]] = {}
    for row in read("information_types.toml")["purpose"]:
        found[row["recipient"]] = (*found.get(row["recipient"], ()), row["text"])
    return found


@dataclass(frozen=True, slots=True)
class Column:
    """One recipient of the matrix: who, the name of the purpose field, and what may be suggested."""

    agency: Agency
    purpose: str
    suggestions: tuple[str, ...]


class MatrixForm(VersionedForm):
    """Step 2, for one disclosing agency: types by recipients, each recipient with a purpose (P-C1)."""

    cells = forms.MultipleChoiceField(
        label=_("Kryss"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Ett av kryssen finns inte längre. Läs om sidan och kryssa på nytt.")},
    )

    def __init__(
        self,
        *args: Any,
        consent: Consent,
        recipients: Sequence[Agency],
        types: Sequence[InformationType],
        **options: Any,
    ) -> None:
        self.consent, self.recipients, self.types = consent, recipients, types
        standing = {r.agency_id: r for r in consent.recipients.all()}
        initial: dict[str, Any] = {
            "row_version": consent.session.row_version,
            "cells": [f"{t.code}:{pk}" for pk, r in standing.items() for t in types if t.mask & r.types],
        }
        initial |= {f"purpose_{pk}": r.purpose for pk, r in standing.items()}
        super().__init__(*args, initial=initial, **options)
        set_choices(
            self, "cells", [(f"{t.code}:{a.pk}", t.name) for a in recipients for t in types if a.kind not in t.never_to]
        )
        for agency in recipients:
            self.fields[f"purpose_{agency.pk}"] = _purpose_field(agency)

    def ticked(self) -> set[str]:
        """The cells as they stand on the page: what was sent, or what is saved."""
        return {str(value) for value in self["cells"].value() or ()}

    def masks(self) -> dict[int, int]:
        """Recipient agency → the types ticked."""
        ticked = self.ticked()
        return {
            agency.pk: sum(t.mask for t in self.types if f"{t.code}:{agency.pk}" in ticked)
            for agency in self.recipients
        }

    def matrix(self) -> dict[int, RecipientChoice]:
        return {
            pk: RecipientChoice(types=mask, purpose=self.cleaned_data.get(f"purpose_{pk}", ""))
            for pk, mask in self.masks().items()
        }

    def columns(self, *, police: bool) -> list[Column]:
        """Police stands in a table of its own: it is always its own choice (P-C6)."""
        return [
            Column(agency, f"purpose_{agency.pk}", _purposes().get(agency.kind, ()))
            for agency in self.recipients
            if (agency.kind == POLICE) is police
        ]

    def rows(self, columns: Iterable[Column]) -> list[dict[str, Any]]:
        """The rows of the matrix component."""
        ticked, listed = self.ticked(), list(columns)
        return [
            {
                "label": t.name,
                "hint": t.description,
                "cells": [_choice(t, column.agency, ticked) for column in listed],
            }
            for t in self.types
        ]

    def options(self, column: Column) -> list[dict[str, Any]]:
        """One recipient's cells as a list to tick."""
        ticked = self.ticked()
        cells = [(t, _choice(t, column.agency, ticked)) for t in self.types]
        return [cell | {"label": t.name, "hint": t.description} for t, cell in cells if cell["state"] == "choice"]

    def never(self) -> list[tuple[str, str]]:
        """Why some cells cannot be ticked: (types and recipient, reason)."""
        kinds = {agency.kind: agency.name for agency in self.recipients}
        found: dict[tuple[str, str], list[str]] = {}
        for t in self.types:
            for kind, name in kinds.items():
                if kind in t.never_to:
                    found.setdefault((name, t.never_to_reason), []).append(lowered(t.name))
        return [(f"{name} får aldrig {swedish.listing(names)}", why) for (name, why), names in found.items()]


def _purpose_field(agency: Agency) -> AskedField:
    attrs = {"list": f"syften_{agency.pk}", "autocomplete": "off"}
    return AskedField(
        label=_("Vad behöver %(name)s uppgifterna till?") % {"name": agency.name},
        max_length=300,
        widget=forms.TextInput(attrs=attrs),
    )


def _choice(type_: InformationType, agency: Agency, ticked: set[str]) -> dict[str, Any]:
    if agency.kind in type_.never_to:
        return {"state": "barred", "label": "får aldrig"}
    value = f"{type_.code}:{agency.pk}"
    return {
        "state": "choice",
        "name": "cells",
        "value": value,
        "checked": value in ticked,
        "id": f"ruta-{type_.code}-{agency.pk}",
    }


class PaperKind(TextChoices):
    OWN = "own", _("Vår blankett")
    OTHER_KOMMUN = "other_kommun", _("En annan kommuns blankett")
    OLD_FORM = "old_form", _("En äldre blankett")


class PeriodForm(VersionedForm):
    """Step 3: from when to when, which paper, in which language."""

    first_day = DateField(label=_("Första dagen"))
    last_day = DateField(label=_("Sista dagen"))
    items_from = DateField(
        label=_("Gäller uppgifter från och med"),
        required=False,
        help_text=_("Lämna tomt om bara det som händer från första dagen ska kunna läsas."),
    )
    form_language = forms.ChoiceField(label=_("Blankettens språk"))
    interpreter = forms.CharField(
        label=_("Tolk"), max_length=120, required=False, help_text=_("Tolkens namn eller förmedling, och språk")
    )
    paper_kind = forms.ChoiceField(label=_("Vilken blankett?"), choices=PaperKind.choices, widget=forms.RadioSelect)
    checklist_done = forms.BooleanField(
        label=_("Jag har gått igenom listan och allt finns på blanketten"), required=False
    )
    original_kept = forms.CharField(
        label=_("Var finns originalet?"),
        max_length=200,
        required=False,
        help_text=_("Till exempel pärm, akt eller diarienummer"),
    )

    def __init__(
        self,
        *args: Any,
        session: SigningSession,
        languages: Sequence[tuple[str, str]],
        max_months: int,
        at: datetime,
        **options: Any,
    ) -> None:
        today = local_day(at)
        latest = longest(session.first_day or today, max_months)
        initial = {
            "first_day": session.first_day or today,
            "last_day": session.last_day or latest,
            "items_from": session.items_from,
            "form_language": session.form_language,
            "interpreter": session.interpreter,
            "paper_kind": session.paper_kind,
            "checklist_done": session.checklist_done,
            "original_kept": session.original_kept,
            "row_version": session.row_version,
        }
        super().__init__(*args, initial=initial, **options)
        self.fields["last_day"].help_text = _("Till och med den dagen. Högst %(months)s månader.") % {
            "months": max_months
        }
        set_choices(self, "form_language", languages)

    @property
    def other_paper(self) -> bool:
        return str(self["paper_kind"].value()) != PaperKind.OWN


def longest(first_day: date, max_months: int) -> date:
    """The last day that is suggested: the longest time that the kommun allows."""
    day: date = first_day + relativedelta(months=max_months, days=-1)
    return day


class RegisterForm(VersionedForm):
    """Step 5: the paper stands as it was written."""

    unmet_criterion_reason = forms.CharField(
        label=_("Varför ska insatsen ändå börja?"),
        max_length=500,
        help_text=_("SIG bygger på att både föräldrar och den unge är med. Skriv varför ni går vidare ändå."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, asks_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not asks_reason:
            del self.fields["unmet_criterion_reason"]


class MaturityForm(HubForm):
    """An assessment of whether the youth can decide (OSL 12:3, R12)."""

    level = forms.ChoiceField(
        label=_("Vem bestämmer?"),
        choices=[(v, label) for v, label in Maturity.choices if v != Maturity.NOT_ASSESSED],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=_("Vad bygger bedömningen på?"),
        max_length=1000,
        help_text=_("Samtal, iakttagelser, hur den unge förstår frågan och följderna."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _text(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3}))


class HinderedForm(HubForm):
    """A decision to go on without a hindered guardian (FB 6:13 2 st.)."""

    guardian = forms.ChoiceField(label=_("Vem kan inte svara?"), widget=forms.RadioSelect)
    cause = _text(_("Varför kan personen inte svara?"), _("Frånvaro, sjukdom eller annan orsak"))
    attempts = _text(_("Vilka försök har ni gjort?"), _("Datum och sätt: telefon, brev, besök"))
    why_cannot_wait = _text(_("Varför kan det inte vänta?"), "")

    def __init__(self, *args: Any, guardians: Sequence[PossibleSigner], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "guardian", [(str(g.person.pk), f"{g.person.name}, {g.relation}") for g in guardians])
