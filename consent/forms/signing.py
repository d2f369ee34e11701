"""One signer's answer as a form: yes or no, how, when, and what was struck on the paper (P-C3)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.actions import SignerAnswer
from consent.actions.signing import PossibleSigner
from consent.forms.parts import AskedDateField
from consent.models import Answer, ConsentRecipient, InformationType, Signature, SignedHow
from hub.clock import local_day
from hub.forms.base import HubForm, set_choices


class SignerForm(HubForm):
    """One signer's answer as it stands on the paper."""

    answer = forms.ChoiceField(label=_("Svar"), widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label=_("Hur lämnades svaret?"),
        choices=SignedHow.choices,
    )
    written_on = AskedDateField(label=_("Dag på pappret"), help_text="")
    voluntary = forms.BooleanField(
        label=_("Vet att det är frivilligt och har förstått"),
        required=False,
        help_text=_("Behövs för ett ja."),
    )
    witness = forms.CharField(label=_("Vittne"), max_length=120, required=False)
    note = forms.CharField(
        label=_("Anteckning"),
        max_length=1000,
        required=False,
        help_text=_("Vid muntligt svar: vad som sades och vem som var med."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    ticks = forms.MultipleChoiceField(label=_("Kryss på pappret"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        signer: PossibleSigner,
        signature: Signature | None,
        asked: Sequence[ConsentRecipient],
        types: Sequence[InformationType],
        may_be_hindered: bool,
        at: datetime,
        **options: Any,
    ) -> None:
        self.signer, self.signature, self.asked, self.types = signer, signature, asked, types
        self.has_answered = signature is not None and signature.answer != Answer.MISSING
        super().__init__(*args, initial=self._initial(local_day(at)), prefix=signer.key, **options)
        answers = [(v, str(said)) for v, said in Answer.choices if v != Answer.HINDERED or may_be_hindered]
        set_choices(self, "answer", answers)
        set_choices(self, "ticks", [(f"{r.pk}:{t.code}", t.name) for r in asked for t in types if t.mask & r.types])

    def _initial(self, today: date) -> dict[str, Any]:
        signature = self.signature
        if signature is None:
            return {
                "answer": Answer.MISSING,
                "how": SignedHow.PAPER,
                "written_on": today,
                "ticks": self._values({r.pk: r.types for r in self.asked}),
            }
        given = signature.answer == Answer.GIVEN
        stored = {tick.recipient_id: tick.types for tick in signature.ticks.all()}
        return {
            "answer": signature.answer,
            "how": signature.how or SignedHow.PAPER,
            "written_on": signature.written_on or today,
            "voluntary": signature.voluntary,
            "witness": signature.witness,
            "note": signature.note,
            "ticks": self._values(stored if given else {r.pk: r.types for r in self.asked}),
        }

    def _values(self, masks: Mapping[int, int]) -> list[str]:
        return [f"{pk}:{t.code}" for pk, mask in masks.items() for t in self.types if t.mask & mask]

    def ticked(self) -> set[str]:
        return {str(value) for value in self["ticks"].value() or ()}

    @property
    def has_struck(self) -> bool:
        """Whether this signer left out something that the paper asks."""
        return self.ticked() != set(self._values({r.pk: r.types for r in self.asked}))

    def said(self) -> SignerAnswer:
        """What to save. An answer that is missing keeps nothing but itself."""
        data = self.cleaned_data
        if data["answer"] not in (Answer.GIVEN, Answer.REFUSED):
            return SignerAnswer(answer=data["answer"], note=data["note"])
        ticked = set(data["ticks"])
        masks = {r.pk: sum(t.mask for t in self.types if f"{r.pk}:{t.code}" in ticked) for r in self.asked}
        return SignerAnswer(
            answer=data["answer"],
            how=data["how"],
            written_on=data["written_on"],
            note=data["note"],
            witness=data["witness"],
            voluntary=data["voluntary"],
            ticks=masks if self.has_struck else None,
        )

    def tables(self) -> list[dict[str, Any]]:
        """The same matrix as was asked, one per disclosing agency, to strike in as on the paper."""
        ticked = self.ticked()
        grouped: dict[int, list[ConsentRecipient]] = {}
        for recipient in self.asked:
            grouped.setdefault(recipient.consent_id, []).append(recipient)
        return [_strike_table(self, recipients, ticked) for recipients in grouped.values()]


def _strike_table(form: SignerForm, recipients: list[ConsentRecipient], ticked: set[str]) -> dict[str, Any]:
    asked = 0
    for recipient in recipients:
        asked |= recipient.types
    source = recipients[0].consent.disclosing.name
    return {
        "caption": f"{form.signer.person.given_name}: det {source} får lämna",
        "corner": f"{source} får lämna",
        "columns": [{"kind": r.agency.kind, "label": f"till {r.agency.name}"} for r in recipients],
        "rows": [
            {
                "label": t.name,
                "hint": "",
                "cells": [_strike(form, t, r, ticked) for r in recipients],
            }
            for t in form.types
            if t.mask & asked
        ],
    }


def _strike(form: SignerForm, type_: InformationType, recipient: ConsentRecipient, ticked: set[str]) -> dict[str, Any]:
    if not type_.mask & recipient.types:
        return {"state": "none"}
    value = f"{recipient.pk}:{type_.code}"
    return {
        "state": "choice",
        "name": form.add_prefix("ticks"),
        "value": value,
        "checked": value in ticked,
    }
