"""Forms of the end of a case, and of following up when it has ended (P-P6)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from actionplans import actions
from actionplans.aftercare.words import ASKED_WORDS, question_words, source_name
from actionplans.forms.plan import FamilyTexts
from actionplans.models import MONTHS, VALUES, AfterQuestion, Closing, Measure, Need, Taker, Told
from consent.actions import SignerAnswer
from consent.actions.signing import PossibleSigner
from consent.models import Answer, SignedHow, WithdrawalChannel
from hub import clock, swedish
from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.models import Agency, CaseForm, Unit
from hub.textguard import PlainTextField
from meetings.models import Meeting

NO_MEETING = "inget"


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class ClosingForm(FamilyTexts):
    """Which meeting went through the end, and the words to the family."""

    read_by_family = ("family_text",)

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    meeting = forms.ChoiceField(label=_("Vilket möte gick igenom avslutet?"), widget=forms.RadioSelect)
    no_meeting_reason = sometimes(
        PlainTextField(label=_("Varför blev det inget möte?"), max_length=500, widget=_area(2))
    )
    family_text = PlainTextField(
        label=_("Till den unge och familjen"),
        max_length=3000,
        widget=_area(8),
        help_text=_(
            "Med vanliga ord: vad ni har gjort tillsammans, hur det gick, vad som händer nu och vem de kan ringa. "
            "Skriv inget som vårdnadshavarna inte får veta."
        ),
    )

    def __init__(self, *args: Any, meetings: Iterable[Meeting], closing: Closing | None, **options: Any) -> None:
        self.meetings = {str(one.ref): one for one in meetings}
        chosen = str(closing.meeting.ref) if closing and closing.meeting else NO_MEETING if closing else None
        initial = {
            "row_version": closing.row_version if closing else 0,
            "meeting": chosen,
            "no_meeting_reason": closing.no_meeting_reason if closing else "",
            "family_text": closing.family_text if closing else "",
        }
        super().__init__(*args, initial=initial | options.pop("initial", {}), **options)
        held = [(ref, f"Mötet {swedish.day(clock.local_day(one.starts_at))}") for ref, one in self.meetings.items()]
        set_choices(self, "meeting", [*held, (NO_MEETING, "Det blev inget möte")])

    def facts(self) -> actions.ClosingFacts:
        data = self.cleaned_data
        return actions.ClosingFacts(
            family_text=data["family_text"],
            meeting=self.meetings.get(data["meeting"]),
            no_meeting_reason=data["no_meeting_reason"],
        )


class HandoverForm(HubForm):
    """What is left, and who takes it."""

    text = PlainTextField(label=_("Vad är kvar?"), max_length=300, widget=_area(2))
    taker = forms.ChoiceField(label=_("Vem tar över?"), choices=Taker.choices, widget=forms.RadioSelect)
    to_unit = sometimes(forms.ChoiceField(label=_("Vilken enhet?")))
    to_agency = sometimes(forms.ChoiceField(label=_("Vilken verksamhet?")))
    to_whom = sometimes(
        PlainTextField(
            label=_("Vem annars?"), max_length=120, help_text=_("Till exempel: BUP i Solna, genom familjen själv.")
        )
    )
    from_day = sometimes(DateField(label=_("Från vilken dag?")))
    reason = sometimes(PlainTextField(label=_("Varför avslutas det?"), max_length=500, widget=_area(2)))
    family_barred = forms.BooleanField(
        label=_("Vårdnadshavarna får inte veta (betydande men)"),
        required=False,
        help_text=_("Raden kommer inte med på det familjen får."),
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[Unit],
        agencies: Iterable[Agency],
        measure: Measure | None = None,
        need: Need | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.measure, self.need = measure, need
        self.units = {str(one.ref): one for one in units}
        self.agencies = {str(one.ref): one for one in agencies}
        set_choices(self, "to_unit", [("", "Välj enhet"), *((r, one.name) for r, one in self.units.items())])
        set_choices(self, "to_agency", [("", "Välj verksamhet"), *((r, one.name) for r, one in self.agencies.items())])

    def facts(self) -> actions.HandoverFacts:
        data = self.cleaned_data
        return actions.HandoverFacts(
            text=data["text"],
            taker=data["taker"],
            measure=self.measure,
            need=self.need,
            to_unit=self.units.get(data["to_unit"]),
            to_agency=self.agencies.get(data["to_agency"]),
            to_whom=data["to_whom"],
            from_day=data["from_day"],
            reason=data["reason"],
            family_barred=data["family_barred"],
        )


class AfterPaperForm(HubForm):
    """Which questions the paper asks about. Nothing is ticked from the start."""

    questions = forms.MultipleChoiceField(
        label=_("Vad ska familjen få frågan om?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, askable: Sequence[tuple[str, Agency | None]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {f"{what}:{source.ref if source else ''}": (what, source) for what, source in askable}
        said = [
            (key, f"{ASKED_WORDS[what]} Frågan går till: {source_name(source)}.")
            for key, (what, source) in self.known.items()
        ]
        set_choices(self, "questions", said)

    def chosen(self) -> list[tuple[str, Agency | None]]:
        return [self.known[key] for key in self.cleaned_data["questions"]]


class AfterSignForm(HubForm):
    """What one signer said. Every question is a tick of its own, and none is ticked from the start."""

    signer = forms.ChoiceField(label=_("Vem svarar?"), widget=forms.RadioSelect)
    answer = forms.ChoiceField(
        label=_("Svar"),
        choices=[(Answer.GIVEN, "Ja, till det som är kryssat"), (Answer.REFUSED, "Nej, till allt")],
        widget=forms.RadioSelect,
    )
    ticks = sometimes(forms.MultipleChoiceField(label=_("Kryss på pappret"), widget=forms.CheckboxSelectMultiple))
    how = sometimes(forms.ChoiceField(label=_("Hur lämnades svaret?"), choices=[("", "Välj"), *SignedHow.choices]))
    written_on = sometimes(DateField(label=_("Dag på pappret")))
    voluntary = forms.BooleanField(
        label=_("Vet att det är frivilligt, att ett nej inte påverkar något, och har förstått"),
        required=False,
        help_text=_("Behövs för ett ja."),
    )
    witness = sometimes(PlainTextField(label=_("Vittne"), max_length=120, help_text=_("Vid muntligt svar.")))
    note = sometimes(
        PlainTextField(
            label=_("Anteckning"), max_length=1000, widget=_area(2), help_text=_("Vid muntligt svar: vad som sades.")
        )
    )

    def __init__(
        self, *args: Any, signers: Sequence[PossibleSigner], questions: Iterable[AfterQuestion], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.signers = {one.key: one for one in signers}
        self.questions = {str(one.ref): one for one in questions}
        set_choices(self, "signer", [(key, f"{one.person.name}, {one.relation}") for key, one in self.signers.items()])
        set_choices(self, "ticks", [(ref, question_words(one)) for ref, one in self.questions.items()])

    def said(self) -> tuple[PossibleSigner, actions.AfterYes]:
        data = self.cleaned_data
        answer = SignerAnswer(
            answer=data["answer"],
            how=data["how"],
            written_on=data["written_on"],
            note=data["note"],
            witness=data["witness"],
            voluntary=data["voluntary"],
        )
        ticks = [self.questions[ref].pk for ref in data["ticks"]]
        return self.signers[data["signer"]], actions.AfterYes(answer=answer, ticks=ticks)


class AfterWithdrawForm(HubForm):
    """Somebody has changed their mind."""

    channel = forms.ChoiceField(
        label=_("Hur fick du veta det?"),
        choices=[one for one in WithdrawalChannel.choices if one[0] != WithdrawalChannel.STOP],
        widget=forms.RadioSelect,
    )


def _values(what: str) -> list[tuple[str, Any]]:
    return [(value.value, value.label) for value in VALUES[what]]


class AfterAnswerForm(HubForm):
    """What the source answered."""

    value = forms.ChoiceField(label=_("Svar"), widget=forms.RadioSelect)
    told_on = DateField(label=_("Dag då ni fick svaret"))
    told_by = PlainTextField(
        label=_("Vem svarade?"), required=False, max_length=120, help_text=_("Till exempel: kontaktpolisen.")
    )

    def __init__(self, *args: Any, what: str, **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "value", _values(what))
        unknown = "Också när den du frågar inte vill eller inte får svara."
        self.fields["value"].choice_hints = {Told.UNKNOWN.value: unknown}  # type: ignore[attr-defined]  # the field tag


class AfterCorrectForm(HubForm):
    """What is right instead."""

    value = forms.ChoiceField(label=_("Rätt svar"), widget=forms.RadioSelect)
    why = PlainTextField(label=_("Vad blev fel?"), max_length=500, widget=_area(2))

    def __init__(self, *args: Any, what: str, **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "value", _values(what))


class AfterGroupForm(HubForm):
    """Which ended cases are counted together."""

    form = forms.ChoiceField(label=_("Arbetsform"), choices=[("", "Välj arbetsform"), *CaseForm.choices])
    first_day = DateField(label=_("Avslutade från och med"))
    last_day = DateField(label=_("Avslutade till och med"))
    months = forms.TypedChoiceField(
        label=_("Hur länge efter avslutet?"),
        coerce=int,
        choices=[(str(n), f"{n} månader") for n in MONTHS],
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(label=_("Vem lämnar antalet?"))

    def __init__(self, *args: Any, sources: Iterable[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sources = {str(one.ref): one for one in sources}
        set_choices(self, "source", [("", "Välj polis"), *((ref, one.name) for ref, one in self.sources.items())])

    def facts(self) -> actions.GroupFacts:
        data = self.cleaned_data
        return actions.GroupFacts(
            form=data["form"],
            first_day=data["first_day"],
            last_day=data["last_day"],
            months=data["months"],
            source=self.sources[data["source"]],
        )


class DeliverForm(HubForm):
    """How many of the group, or that it is not given out."""

    given = forms.ChoiceField(
        label=_("Vad har ni fått?"),
        choices=[("antal", "Ett antal"), ("inget", "Lämnas inte ut")],
        widget=forms.RadioSelect,
    )
    count = sometimes(forms.IntegerField(label=_("Hur många av gruppen har nya anmälningar?"), min_value=0))
    counted = sometimes(forms.IntegerField(label=_("Bland hur många ärenden har polisen räknat?"), min_value=0))
    delivered_on = DateField(label=_("Dag då ni fick svaret"))
    delivered_by = PlainTextField(label=_("Vem lämnade svaret?"), max_length=120)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("given") == "antal" and data.get("count") is None and "count" not in self.errors:
            self.add_error("count", "Skriv antalet, eller välj Lämnas inte ut.")
        return data
