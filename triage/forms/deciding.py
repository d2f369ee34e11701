"""Deciding on a child, telling the family, following the investigation, word to the reporter."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.forms.parties import people
from hub.models import CLOSING_OUTCOMES, Agency, Assignment, CaseForm
from hub.textguard import PlainTextField
from triage.actions.deciding import PROPOSABLE, DecisionFacts
from triage.actions.following import CLOSED, INTO_SUPPORT
from triage.models import DecisionKind, FeedbackChoice

#: Chosen as investigator where none is opened, so that leaving it out is no answer.
NOBODY = "ingen"


def _text(label: str, *, rows: int = 3, most: int = 1000, **options: Any) -> PlainTextField:
    return PlainTextField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class DecideForm(HubForm):
    """Nothing is chosen beforehand: the choice is the decider's (R43)."""

    kind = forms.ChoiceField(label="Vad beslutar du?", choices=DecisionKind.choices, widget=forms.RadioSelect)
    investigator = forms.ChoiceField(
        label="Vem utreder?",
        help_text="Den som ska utreda, eller den som har utredningen som redan pågår.",
    )
    reasons = _text("Skälen för beslutet", rows=6, most=8000)
    unanswered_why = sometimes(_text("Varför beslutar du utan alla svar?"))
    delegation = PlainTextField(
        label="Punkt i delegationsordningen",
        max_length=60,
        widget=forms.TextInput(attrs={"class": "input-short"}),
        help_text="Till exempel 3.1. Den visar att du får fatta beslutet.",
    )
    proposes = forms.ChoiceField(
        label="Föreslå en arbetsform för familjen",
        required=False,
        choices=[("", "Ingen"), *[(form.value, form.label) for form in PROPOSABLE]],
        help_text="Familjen tillfrågas först. Ingen utanför får veta något.",
    )
    agencies = forms.MultipleChoiceField(
        label="Verksamheter att föreslå som parter",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="De får inget veta. Blir det ett ja från familjen står de som föreslagna i det nya ärendet.",
    )
    seek_consent = forms.BooleanField(
        label="Samtycke till att dela ska sökas i utredningen",
        required=False,
        help_text="Den som utreder får det som en sak att göra.",
    )

    def __init__(
        self, *args: Any, assignments: Iterable[Assignment], agencies: Iterable[Agency], waits: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.assignments = {str(assignment.ref): assignment for assignment in assignments}
        self.named = {str(agency.ref): agency for agency in agencies}
        set_choices(
            self,
            "investigator",
            [("", "Välj person"), (NOBODY, "Ingen, för utredning inleds inte"), *people(self.assignments.values())],
        )
        set_choices(self, "agencies", [(ref, agency.name) for ref, agency in self.named.items()])
        if not waits:
            del self.fields["unanswered_why"]

    def explain(self, hints: dict[str, str]) -> None:
        """What each choice leads to, shown before it is made."""
        self.fields["kind"].choice_hints = hints  # type: ignore[attr-defined]  # read by the tag `field`

    @property
    def facts(self) -> DecisionFacts:
        data = self.cleaned_data
        return DecisionFacts(
            kind=data["kind"],
            reasons=data["reasons"],
            delegation=data["delegation"],
            unanswered_why=data.get("unanswered_why", ""),
            investigator=self.assignments.get(data["investigator"]),
            proposes=data["proposes"],
            agencies=[self.named[ref] for ref in data["agencies"]],
            seek_consent=data["seek_consent"],
        )


class ExtendDecisionForm(HubForm):
    until = DateField(label="Nytt sista datum", help_text="Sista dagen räknas med.")
    reasons = _text("Vilka synnerliga skäl finns?", rows=4, most=4000)


class ExtendInvestigationForm(HubForm):
    until = DateField(label="Nytt sista datum", help_text="Sista dagen räknas med.")
    why = _text("Vilka särskilda skäl finns?", rows=4)


class CloseInvestigationForm(HubForm):
    into = forms.ChoiceField(
        label="Hur slutar utredningen?",
        widget=forms.RadioSelect,
        choices=[(INTO_SUPPORT, "Med en insats: ärendet går vidare"), (CLOSED, "Utan insats: ärendet avslutas")],
    )
    outcome = sometimes(
        forms.ChoiceField(
            label="Hur slutade ärendet?",
            choices=[("", "Välj om ärendet avslutas"), *CLOSING_OUTCOMES],
        )
    )
    why = _text("Vad kom utredningen fram till?", rows=4)


class DoneForm(HubForm):
    note = _text("Hur gjordes det?", help_text="Till exempel i ett möte, per telefon eller i ett brev.")
    told_on = DateField(label="Vilken dag?")


class AnswerForm(HubForm):
    answer = forms.ChoiceField(
        label="Vad svarade familjen?", widget=forms.RadioSelect, choices=[("yes", "Ja"), ("no", "Nej")]
    )
    note = _text("Vad sa de?", help_text="Kort: vem som svarade och vad hen sa.")


class HoldForm(HubForm):
    why = _text("Vilka särskilda skäl finns?", rows=4)
    review_on = DateField(label="När prövas det igen?", help_text="Uppgiften kommer tillbaka den dagen.")


class ResumeForm(HubForm):
    why = _text("Varför kan personen kontaktas nu?")


class FeedbackForm(HubForm):
    """`asked`: the reporter has asked, so that "nobody has" cannot be chosen."""

    choice = forms.ChoiceField(label="Vad gäller?", widget=forms.RadioSelect)
    how = sometimes(
        PlainTextField(
            label="Hur lämnades den?", max_length=200, help_text="När den är lämnad: per telefon eller i brev."
        )
    )
    reason = sometimes(_text("Varför är det olämpligt?", help_text="Om den inte lämnas."))

    def __init__(self, *args: Any, asked: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        offered: Sequence[tuple[str, Any]] = [
            (value, label) for value, label in FeedbackChoice.choices if not asked or value != FeedbackChoice.NOT_ASKED
        ]
        set_choices(self, "choice", offered)


#: The ways of working that can be proposed, for the schema of the API.
PROPOSABLE_CHOICES = [(form.value, form.label) for form in CaseForm if form in PROPOSABLE]
