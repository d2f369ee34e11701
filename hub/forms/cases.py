"""Opening, moving and closing a case."""

from typing import Any

from django import forms

from hub.forms.base import HubForm
from hub.forms.people import PersonForm
from hub.models import CLOSING_OUTCOMES, Case, CaseForm, Phase
from hub.textguard import PlainTextField

FORM_HINTS = {
    CaseForm.SIG.value: "En namngiven ung person, ett team och nätverksmöten med familjen.",
    CaseForm.SIG_RBM.value: "SIG som följer risk, behov och mottaglighet.",
    CaseForm.SSPF_INDIVID.value: "Socialtjänst, skola, polis och fritid kring en ung person.",
    CaseForm.SSPF_JUNIOR.value: "För yngre barn.",
    CaseForm.MASH.value: "Snabb gemensam bedömning av en orosanmälan.",
    CaseForm.EXIT.value: "Stöd till den som vill lämna en kriminell miljö.",
}
#: What each phase lets other agencies read (P-A6).
PHASE_HINTS = {
    Phase.FORHANDSBEDOMNING.value: "Ingen annan verksamhet frågas och inget samtycke gäller än.",
    Phase.UTREDNING.value: "Det som ett samtycke täcker kan läsas.",
    Phase.INSATS.value: "Insatsen pågår. Det som ett samtycke täcker kan läsas.",
}
#: Event of `hub.actions.cases.PHASES` → what the choice says, and what follows.
MOVES = {
    "inled": ("Inled utredning", "Samtycken som finns börjar gälla."),
    "besluta insats": ("Besluta om insats", "Parterna samarbetar så långt samtycket räcker."),
    "följ upp": ("Gå över till uppföljning", "Samtycket gäller som förut till sin sista dag."),
    "ta upp insatsen igen": ("Ta upp insatsen igen", "Samtycket gäller som förut."),
    "utred igen": ("Utred igen", "Samtycket gäller som förut."),
}


class CaseFields(forms.Form):
    """Form of work, phase, and whether a court has decided."""

    form = forms.ChoiceField(label="Arbetsform", choices=CaseForm.choices, widget=forms.RadioSelect)
    phase = forms.ChoiceField(
        label="Fas",
        choices=[(p.value, p.label) for p in (Phase.FORHANDSBEDOMNING, Phase.UTREDNING, Phase.INSATS)],
        widget=forms.RadioSelect,
    )
    court_ordered = forms.BooleanField(
        label="Ingår i en påföljd som domstol har beslutat",
        required=False,
        help_text="Samtycket är ändå frivilligt, om domen inte säger något annat.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["form"].choice_hints = FORM_HINTS  # type: ignore[attr-defined]  # read by the tag `field`
        self.fields["phase"].choice_hints = PHASE_HINTS  # type: ignore[attr-defined]  # a choice field, its type is lost in the mapping


class CaseOpenForm(CaseFields, HubForm):
    """A further case of a youth who is known already."""


class RegisterYouthForm(CaseFields, PersonForm):
    """A youth and the first case, on one page."""


class PhaseForm(HubForm):
    """The next phase; `seen` is the phase that the page showed."""

    event = forms.ChoiceField(label="Vad har hänt?", widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, events: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, initial={"seen": case.phase}, **options)
        event = self.fields["event"]
        event.choices = [(name, MOVES[name][0]) for name in events]  # type: ignore[attr-defined]  # a choice field, its type is lost in the mapping
        event.choice_hints = {name: MOVES[name][1] for name in events}  # type: ignore[attr-defined]  # a choice field, its type is lost in the mapping


class CloseForm(HubForm):
    """How it ended (P-P6)."""

    outcome = forms.ChoiceField(label="Hur slutade det?", choices=CLOSING_OUTCOMES, widget=forms.RadioSelect)
    note = PlainTextField(
        label="Vad lämnas över, och till vem?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kan bara läsas av er verksamhet.",
    )
