"""The form over a judgement of risk, needs and responsivity; the rules are in `actionplans.actions.judging` (P-P3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from actionplans.actions import RiskFacts, SeenNeed
from actionplans.forms.plan import BARRED, BARRED_HELP
from actionplans.models import Adaptation, Need, Receptivity, RiskJudgement, RiskLevel
from actionplans.reference_data import instruments
from consent.models import Factor
from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.models import Agency
from hub.textguard import PlainTextField

OTHER = "annat"


def _lines(**options: Any) -> PlainTextField:
    return PlainTextField(widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), **options)


class JudgementForm(HubForm):
    """What somebody qualified has judged by an instrument: its result, never its questions or scores (R66)."""

    why = _lines(
        label=_("Vad var fel?"),
        max_length=500,
        help_text=_("Den gamla bedömningen står kvar i historiken, märkt som rättad."),
    )
    instrument = forms.ChoiceField(label=_("Instrument"))
    other = sometimes(
        PlainTextField(
            label=_("Vilket annat instrument?"), max_length=60, help_text=_("Behövs när du har valt annat instrument.")
        )
    )
    instrument_version = PlainTextField(
        label=_("Version"),
        max_length=30,
        help_text=_("Den står på formuläret. Till exempel 3."),
        widget=forms.TextInput,
    )
    assessed_on = DateField(label=_("När gjordes bedömningen?"))
    assessor = PlainTextField(
        label=_("Vem har bedömt?"), max_length=120, help_text=_("Namn och yrke. Till exempel Karin Ek, psykolog.")
    )
    level = forms.ChoiceField(
        label=_("Samlad nivå"),
        choices=RiskLevel.choices,
        widget=forms.RadioSelect,
        help_text=_("Så som bedömaren har angett den. Hubben räknar inte ut något."),
    )
    reference = PlainTextField(
        label=_("Var finns hela bedömningen?"),
        required=False,
        max_length=120,
        help_text=_("Till exempel ett aktnummer. Skriv inga frågor, svar eller poäng ur instrumentet här."),
    )
    receptivity = forms.ChoiceField(
        label=_("Mottaglighet just nu"),
        choices=[*Receptivity.choices, ("", _("Inte bedömd"))],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Vad den unge kan ta till sig nu."),
    )
    adaptations = forms.MultipleChoiceField(
        label=_("Vad behöver anpassas?"),
        choices=Adaptation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fitting = _lines(
        label=_("Hur?"),
        required=False,
        max_length=500,
        help_text=_("Till exempel: Korta möten efter skolan, med tolk på somaliska."),
    )
    audience = forms.MultipleChoiceField(
        label=_("Vilka ska kunna läsa?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Samtycket bestämmer vilka som kan läsa. Här kan ni ta bort någon, aldrig lägga till."),
    )
    family_barred = forms.BooleanField(label=BARRED, required=False, help_text=BARRED_HELP)

    def __init__(
        self, *args: Any, factors: Sequence[Factor], recipients: Sequence[Agency], own: int, corrects: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.own, self.factors = own, {f"need_{factor.code}": factor for factor in factors}
        self.recipients = [agency.pk for agency in recipients]
        for name, factor in self.factors.items():
            self.fields[name] = _lines(label=factor.text, required=False, max_length=500)
        named = [(one.name, one.label) for one in instruments()]
        set_choices(self, "instrument", [("", "Välj instrument"), *named, (OTHER, "Annat instrument")])
        set_choices(self, "audience", [(str(agency.pk), agency.name) for agency in recipients])
        if not recipients:
            del self.fields["audience"]
        if not corrects:
            del self.fields["why"]

    def needs(self) -> list[Any]:
        """The fields of the needs, in the order of the list."""
        return [self[name] for name in self.factors]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("instrument") == OTHER and not cleaned.get("other") and "other" not in self.errors:
            self.add_error("other", _("Skriv vilket instrument som har använts."))
        return cleaned

    def audience_ids(self) -> tuple[int, ...]:
        """As of an item: empty for all that the consent gives; only the own agency where everybody is unticked."""
        if "audience" not in self.fields:
            return tuple(int(each) for each in self.initial.get("audience_of", ()))
        chosen = {int(each) for each in self.cleaned_data["audience"]}
        kept = {int(each) for each in self.initial.get("audience_of", ())} - set(self.recipients)
        if chosen == set(self.recipients) and not self.initial.get("audience_of"):
            return ()
        return tuple(sorted(chosen | kept)) or (self.own,)

    def facts(self) -> RiskFacts:
        """What the deed wants, from a valid form."""
        data = self.cleaned_data
        plain = ("instrument_version", "assessed_on", "assessor", "level", "reference", "receptivity", "fitting")
        return RiskFacts(
            instrument=data["other"] if data["instrument"] == OTHER else data["instrument"],
            **{name: data[name] for name in plain},
            adaptations=tuple(data["adaptations"]),
            needs=tuple(SeenNeed(factor.pk, data[name]) for name, factor in self.factors.items() if data[name]),
            family_barred=data["family_barred"],
            audience=self.audience_ids(),
        )


def fresh(recipients: Sequence[Agency]) -> dict[str, Any]:
    return {"receptivity": "", "audience": [str(agency.pk) for agency in recipients]}


def judgement_initial(
    judgement: RiskJudgement, needs: Sequence[Need], recipients: Sequence[Agency]
) -> Mapping[str, Any]:
    """A judgement as the form shows it, to be corrected; `needs` loaded with their factors."""
    plain = ("instrument_version", "assessor", "level", "reference", "receptivity", "adaptations", "fitting")
    listed = {one.name for one in instruments()}
    named = {"instrument": judgement.instrument} if judgement.instrument in listed else {"instrument": OTHER}
    return {
        **{name: getattr(judgement, name) for name in (*plain, "family_barred")},
        **named,
        "other": "" if judgement.instrument in listed else judgement.instrument,
        "assessed_on": judgement.event_date,
        "audience_of": judgement.audience,
        "audience": [str(pk) for pk in (judgement.audience or [agency.pk for agency in recipients])],
        **{f"need_{need.factor.code}": need.evidence for need in needs},
    }
