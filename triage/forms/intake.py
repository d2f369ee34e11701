"""Registering a report of concern, and saying who its child is (P-T1). Few fields, all reached by Tab."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet

from hub import clock, personnummer
from hub.forms.base import DateField, HubForm, set_choices
from hub.forms.parties import people
from hub.forms.people import EARLIEST, NEARBY, AnsweredDate
from hub.models import Assignment
from hub.textguard import PersonNameField, PlainTextField
from triage.actions import ChildFacts, ReporterFacts, ReportFacts
from triage.actions.reports import OLDEST
from triage.models import MANDATED, Channel, PreliminaryAssessment, ReporterCategory

MOST_CHILDREN = 8
#: What staff register; the other channels are marked by where a report comes in.
BY_STAFF = [choice for choice in Channel.choices if choice[0] not in (Channel.FORM, Channel.API)]
FAMILY_KNOWS = [("yes", "Ja"), ("no", "Nej"), ("", "Framgår inte")]
_KNOWS = {"yes": True, "no": False}


def text(label: str, most: int, *, rows: int = 0, help: str = "", required: bool = False, css: str = "") -> Any:
    """A text field of one line, or of `rows` lines; never filled in by the browser."""
    attrs: dict[str, Any] = {"autocomplete": "off"} | ({"class": css} if css else {})
    widget = forms.Textarea(attrs=attrs | {"rows": rows}) if rows else forms.TextInput(attrs=attrs)
    return PlainTextField(label=label, max_length=most, required=required, help_text=help, widget=widget)


class TimeField(forms.Field):
    """A time of the day as Swedes write it: 9.30, 09:30 or 0930."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-short"})

    def to_python(self, value: Any) -> time | None:
        digits = str(value or "").strip().replace(":", "").replace(".", "")
        if not digits:
            return None
        try:
            if not (digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 4):
                raise ValueError
            return time(int(digits[:-2]), int(digits[-2:]))
        except ValueError as error:
            raise ValidationError("Skriv klockslaget som timmar och minuter, till exempel 09.30.") from error


class FactsForm(HubForm):
    """What was told: facts apart from what the reporter makes of them."""

    facts = text(
        "Vad har anmälaren sett eller hört?",
        8000,
        rows=6,
        required=True,
        help="Händelser och iakttagelser, med anmälarens egna ord. Vad, när, var och vilka.",
    )
    judgement = text("Vad tror anmälaren?", 4000, rows=2, help="Anmälarens egen bedömning, skild från det ovan.")
    urgent = forms.BooleanField(label="Barnet kan vara i akut fara", required=False)
    urgent_why = text("Vad är faran?", 500)
    family_knows = forms.ChoiceField(
        label="Vet familjen om anmälan?", choices=FAMILY_KNOWS, required=False, widget=forms.RadioSelect, initial=""
    )

    def report_facts(self, *, arrived_at: datetime, channel: str) -> ReportFacts:
        data = self.cleaned_data
        told = {name: data[name] for name in ("facts", "judgement", "urgent", "urgent_why")}
        knows = _KNOWS.get(data["family_knows"])
        return ReportFacts(arrived_at=arrived_at, channel=channel, family_knows=knows, **told)


class ReporterFields(HubForm):
    """Who reports."""

    category = forms.ChoiceField(label="Vem anmäler?", choices=[("", "Välj"), *ReporterCategory.choices])
    name = text("Namn", 120)
    workplace = text("Arbetsplats", 120)
    contact = text("Telefon eller e-post", 200)
    reporter_protected = forms.BooleanField(
        label="Anmälarens identitet ska skyddas",
        required=False,
        help_text="Bara vid fara för våld eller annat allvarligt men (26 kap. 5&nbsp;§ OSL).",
    )
    wants_feedback = forms.BooleanField(label="Vill ha återkoppling", required=False)

    def reporter_facts(self) -> ReporterFacts:
        data = self.cleaned_data
        told = {name: data[name] for name in ("category", "name", "workplace", "contact", "wants_feedback")}
        return ReporterFacts(protected=data["reporter_protected"], **told)


class ReportForm(ReporterFields, FactsForm):
    """A report as staff take it down. Arrived now, by phone, owned by whoever writes, unless something else is said."""

    arrived_day = DateField(
        label="Inkom den", help_text="", error_messages={"required": "Skriv vilken dag anmälan kom in."}
    )
    arrived_time = TimeField(label="Klockan", error_messages={"required": "Skriv när på dagen den kom in."})
    channel = forms.ChoiceField(
        label="Hur kom den in?", choices=BY_STAFF, widget=forms.RadioSelect, initial=Channel.PHONE
    )
    owner = forms.ChoiceField(label="Ansvarig")
    field_order = ("arrived_day", "arrived_time", "channel", "category", "name", "workplace", "contact")

    def __init__(self, *args: Any, at: datetime, owners: Iterable[Assignment], mine: int, **options: Any) -> None:
        now = clock.local(at)
        usual = {"arrived_day": now.date(), "arrived_time": f"{now:%H.%M}", "channel": Channel.PHONE}
        super().__init__(*args, **options | {"initial": usual | (options.get("initial") or {})})
        if not self.is_bound:
            self.fields["arrived_day"].widget.attrs["autofocus"] = True
        self.at = at
        self.owners = {str(owner.ref): owner for owner in owners}
        rest = people(owner for owner in self.owners.values() if owner.pk != mine)
        me = [(ref, f"Jag ({owner.user.name})") for ref, owner in self.owners.items() if owner.pk == mine]
        set_choices(self, "owner", [*me, *rest])

    def ask_for_agency(self, choices: Iterable[tuple[str, str]]) -> None:
        """For whoever takes reports for several, such as a jour."""
        self.fields["agency"] = forms.ChoiceField(label="Verksamhet", choices=list(choices))
        self.order_fields(["agency", *self.fields])

    def clean_arrived_day(self) -> date:
        day: date = self.cleaned_data["arrived_day"]
        if not clock.local_day(self.at - OLDEST) <= day <= clock.local_day(self.at):
            raise ValidationError("Kontrollera dagen: den ligger efter i dag eller för länge sedan.", code="day")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day, hour = data.get("arrived_day"), data.get("arrived_time")
        if day and hour:
            # Within the minute that was shown, "now" is now and not its beginning.
            arrived = clock.wall_time(day, hour)
            same_minute = 0 <= (self.at - arrived).total_seconds() < 60
            data["arrived_at"] = self.at if same_minute else arrived
            if arrived > self.at:
                self.add_error("arrived_time", "Anmälan kan inte ha kommit in efter nu. Ändra tiden.")
        return data

    @property
    def chosen_owner(self) -> Assignment:
        return self.owners[self.cleaned_data["owner"]]

    def facts(self) -> ReportFacts:
        return self.report_facts(arrived_at=self.cleaned_data["arrived_at"], channel=self.cleaned_data["channel"])


class SentForm(ReporterFields, FactsForm):
    """A report as a mandated reporter sends it through the open form. `webbplats` is a trap that people never see."""

    webbplats = forms.CharField(label="Lämna det här fältet tomt", required=False)
    stamp = forms.CharField(widget=forms.HiddenInput)
    field_order = ("category", "workplace", "name", "contact")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        mandated = [choice for choice in ReporterCategory.choices if choice[0] in MANDATED]
        set_choices(self, "category", [("", "Välj"), *mandated])
        words = {
            "category": "Var arbetar du?",
            "name": "Ditt namn",
            "workplace": "Din arbetsplats",
            "contact": "Telefon eller e-post till dig",
            "reporter_protected": "Det är farligt för mig om familjen får veta vem jag är",
            "wants_feedback": "Jag vill veta om en utredning inleds",
            "facts": "Vad har du sett eller hört?",
            "judgement": "Vad tror du själv?",
            "family_knows": "Vet familjen att du gör anmälan?",
        }
        for name, label in words.items():
            self.fields[name].label = label
        for name in ("name", "workplace", "contact"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = f"Fyll i {words[name].lower()}."
        self.fields["category"].error_messages["required"] = "Välj var du arbetar."
        self.fields["facts"].error_messages["required"] = "Skriv vad du har sett eller hört."
        self.fields["facts"].help_text = "Händelser och iakttagelser: vad, när, var och vilka."
        self.fields["judgement"].help_text = "Din egen bedömning, skild från det ovan."
        self.fields["reporter_protected"].help_text = "Fara för våld eller annat allvarligt men. Skriv varför nedan."
        self.fields["urgent"].help_text = "Ring 112 först. Formuläret läses inte genast."


class ChildForm(HubForm):
    """One child, as far as it is known. The number, if there is one, tells the birth date."""

    given_name = PersonNameField(label="Förnamn", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    family_name = PersonNameField(
        label="Efternamn", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    personnummer = PlainTextField(
        label="Personnummer",
        max_length=40,
        required=False,
        help_text="ÅÅÅÅMMDD-NNNN",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-medium"}),
    )
    birth_date = AnsweredDate(label="Födelsedatum", required=False, help_text="Behövs inte om numret är ifyllt")
    about = text("Annat som visar vem det är", 500, help="Till exempel: omkring 14 år, går i åttan på Bussenhusskolan")
    protected = forms.BooleanField(label="Skyddade personuppgifter", required=False)

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self.read: personnummer.Personnummer | None = None

    def clean_personnummer(self) -> str:
        typed = self.cleaned_data["personnummer"]
        if not typed:
            return ""
        try:
            self.read = personnummer.parse(typed, on=self.on)
        except personnummer.InvalidPersonnummer as wrong:
            raise ValidationError(wrong.message, code=wrong.code) from None
        return self.read.digits

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born is not None and not EARLIEST <= born <= self.on:
            raise ValidationError("Kontrollera året i födelsedatumet.", code="year")
        return born

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        suggested, born = self.read.birth_date if self.read else None, data.get("birth_date")
        if born is None:
            data["birth_date"] = suggested
        elif suggested is not None and abs(born - suggested) > NEARBY:
            self.add_error("birth_date", "Födelsedatumet ligger långt från det i personnumret. Kontrollera båda.")
        return data

    def child(self) -> ChildFacts:
        return ChildFacts(**{name: self.cleaned_data[name] for name in ChildFacts.__dataclass_fields__})


class BaseChildren(BaseFormSet):  # type: ignore[type-arg]  # made by formset_factory
    """The children of a report. A form that is left empty is no child; the first one must say something."""

    def children(self) -> list[ChildFacts]:
        """What was typed of each. The formset has been found valid."""
        return [form.child() for form in self.forms if not form.empty_permitted or form.has_changed()]

    def clean(self) -> None:
        for form in self.forms:
            left_out = form.empty_permitted and not form.has_changed()
            if not (left_out or form.errors or form.child().says_who):
                form.add_error("about", "Skriv något om barnet: namn, personnummer eller hur man kan hitta det.")


Children = cast(
    "type[BaseChildren]",
    forms.formset_factory(
        ChildForm,
        formset=BaseChildren,
        extra=0,
        min_num=1,
        max_num=MOST_CHILDREN,
        absolute_max=MOST_CHILDREN,
        validate_max=True,
    ),
)
PREFIX = "barn"


class IdentifyForm(ChildForm):
    """What is known of the child, to correct or complete before it is linked."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, assessment: PreliminaryAssessment, **options: Any) -> None:
        names = [*ChildFacts.__dataclass_fields__, "row_version"]
        initial = {name: getattr(assessment, name) for name in names}
        if assessment.personnummer:
            initial["personnummer"] = personnummer.formatted(assessment.personnummer)
        super().__init__(*args, initial=initial, **options)


class HandOverForm(HubForm):
    """To whom, and why."""

    to = forms.ChoiceField(label="Ny ansvarig")
    reason = text("Varför?", 300, required=True, help="Till exempel ”går av passet”. Inget om barnets situation.")

    def __init__(self, *args: Any, candidates: Sequence[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.candidates = {str(a.ref): a for a in candidates}
        set_choices(self, "to", [("", "Välj"), *people(self.candidates.values())])

    @property
    def chosen(self) -> Assignment:
        return self.candidates[self.cleaned_data["to"]]
