"""Forms for what is known: they read and word what was typed; the rules are in `consent.actions.items`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from consent.actions.items import NOTHING_SAID, ItemFacts, SeenFactor
from consent.models import AnnotationKind, Factor, InformationItem, InformationType, Presence
from consent.reference_data import read
from hub import clock
from hub.access import Actor
from hub.forms.base import DateField, HubForm
from hub.forms.clock import ClockField
from hub.models import Agency, AgencyKind, Case
from hub.textguard import PlainTextField

LONGEST_BODY = 8000
MOST_FACTORS = 5


class BodyField(PlainTextField):
    """Running text that arrives as it may be stored, with a limit that the counter beside it shows."""

    def __init__(self, *, most: int, rows: int = 8, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows, "dir": "auto"}))
        super().__init__(max_length=most, **options)
        self.max_length = most


@lru_cache
def negative_statements() -> tuple[str, ...]:
    """What police never say: a missing "inga nya misstankar" would say something the next time (P-C9)."""
    return tuple(read("information_types.toml")["never_offered"])


def negative_statement_in(text: str) -> str:
    """The first never-offered statement in a text, or ""."""
    lowered = " ".join(text.lower().split())
    return next((said for said in negative_statements() if said in lowered), "")


class ItemForm(HubForm):
    """One fact: what kind, when, what, and for whom it is not."""

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    type = forms.ModelChoiceField(
        label=_("Vad gäller uppgiften?"),
        queryset=InformationType.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Välj vad uppgiften gäller."),
            "invalid_choice": _("Er verksamhet skriver inte den sortens uppgifter. Välj en av dem som står här."),
        },
    )
    event_date = DateField(
        label=_("När hände det?"),
        help_text=_("Den dag det hände, till exempel 2026-11-22"),
        error_messages={"required": _("Fyll i vilken dag det hände.")},
    )
    body = BodyField(
        label=_("Vad har hänt, eller vad vet ni?"),
        most=LONGEST_BODY,
        help_text=_("Kort och konkret. Skilj på vad ni har sett själva och vad någon har berättat."),
        error_messages={"required": _("Skriv vad som har hänt eller vad ni vet.")},
    )
    audience = forms.MultipleChoiceField(
        label=_("Vilka ska kunna läsa?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Samtycket bestämmer vilka som kan läsa. Här kan ni ta bort någon, aldrig lägga till. "
            "Låter ni alla stå kvar följer uppgiften samtycket."
        ),
    )
    family_barred = forms.BooleanField(
        label=_("Vårdnadshavarna får inte veta (betydande men)"),
        required=False,
        help_text=_(
            "Bara om den unge skulle lida betydande men av att vårdnadshavarna får veta (12 kap. 3 § OSL). "
            "Uppgiften hålls utanför allt som lämnas eller läses upp för familjen, och ett samtycke som "
            "vårdnadshavare har skrivit under täcker den inte."
        ),
    )
    about_others = forms.MultipleChoiceField(
        label=_("Rör uppgiften också någon annan i familjen?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Då delas den bara om var och en av dem har samtyckt till det."),
    )
    told_by = forms.CharField(
        label=_("Muntligt från"),
        max_length=160,
        required=False,
        help_text=_("Om någon har berättat det för er, till exempel i telefon: namn, roll och verksamhet."),
    )
    told_on = DateField(label=_("Dag för samtalet"), required=False)
    told_clock = ClockField(label=_("Klockslag"), required=False, help_text=_("Till exempel 14.30"))
    read_back = forms.BooleanField(
        label=_("Anteckningen är uppläst för den som berättade"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        at: datetime,
        types: Sequence[InformationType],
        recipients: Iterable[Agency],
        relatives: Mapping[int, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.actor, self.at = actor, at
        self.recipients = {agency.pk: agency for agency in recipients}
        kinds: Any = self.fields["type"]
        kinds.queryset = InformationType.objects.filter(pk__in=[t.pk for t in types])
        kinds.choices = [(t.pk, t.name) for t in types]
        self._choices("audience", {agency.pk: agency.name for agency in self.recipients.values()})
        self._choices("about_others", relatives)

    def _choices(self, name: str, choices: Mapping[int, str]) -> None:
        if not choices:
            del self.fields[name]
            return
        field: Any = self.fields[name]
        field.choices = [(str(key), text) for key, text in choices.items()]

    def clean_body(self) -> str:
        """Police never give a negative statement: silence has one wording (P-C9)."""
        body: str = self.cleaned_data["body"]
        if self.actor.agency_kind == AgencyKind.POLIS and (said := negative_statement_in(body)):
            raise ValidationError(
                _(
                    "Skriv inte negativa besked som ”%(said)s”: när ett sådant uteblir säger det något. "
                    "Finns det inget att lämna är ordalydelsen alltid ”%(silence)s”."
                ),
                params={"said": said, "silence": NOTHING_SAID},
                code="negative_statement",
            )
        return body

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("told_clock") and not cleaned.get("told_on") and "told_on" not in self.errors:
            self.add_error("told_on", _("Fyll i vilken dag samtalet var."))
        if (cleaned.get("told_on") or cleaned.get("read_back")) and not cleaned.get("told_by"):
            self.add_error("told_by", _("Skriv vem som berättade, eller ta bort dagen och krysset."))
        told = _instant(cleaned.get("told_on"), cleaned.get("told_clock"))
        if told is not None and told > self.at:
            self.add_error("told_on", _("Samtalet kan inte ligga i framtiden. Kontrollera dag och klockslag."))
        return cleaned

    def audience_ids(self) -> tuple[int, ...]:
        """The allow list: empty for all that the consent gives; only the own agency where everybody is unticked.

        Where nobody can be chosen now, a draft's narrowing stays as it is: a later consent must not undo it (P-A7).
        """
        if "audience" not in self.fields:
            return tuple(int(value) for value in self.initial.get("audience", ()))
        chosen = {int(value) for value in self.cleaned_data.get("audience", ())}
        if chosen == set(self.recipients):
            return ()
        return tuple(sorted(chosen)) or (self.actor.agency_id,)

    def facts(self, factors: "BaseFormSet[FactorForm]") -> ItemFacts:
        """What the verbs want, from a valid form."""
        cleaned = self.cleaned_data
        return ItemFacts(
            type=cleaned["type"],
            event_date=cleaned["event_date"],
            body=cleaned["body"],
            audience=self.audience_ids(),
            family_barred=cleaned["family_barred"],
            about_others=tuple(int(value) for value in cleaned.get("about_others", ())),
            told_by=cleaned["told_by"],
            told_at=_instant(cleaned.get("told_on"), cleaned.get("told_clock")),
            read_back=cleaned["read_back"],
            factors=tuple(
                SeenFactor(row["factor"].pk, row["presence"], row["evidence"])
                for row in (form.cleaned_data for form in factors)
                if row.get("factor")
            ),
        )


def _instant(day: date | None, at: time | None) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, at or time(12, 0), clock.STOCKHOLM)


def initial_of(item: InformationItem, recipients: Iterable[Agency], factors: Iterable[Any]) -> dict[str, Any]:
    """A draft as the form shows it."""
    told = clock.local(item.told_at) if item.told_at else None
    everyone = [agency.pk for agency in recipients]
    return {
        "row_version": item.row_version,
        "type": item.type_id,
        "event_date": item.event_date,
        "body": item.body,
        "audience": [str(pk) for pk in (item.audience or everyone)],
        "family_barred": item.family_barred,
        "about_others": [str(about.person_id) for about in item.abouts.all()],
        "told_by": item.told_by,
        "told_on": told.date() if told else None,
        "told_clock": told.time().replace(tzinfo=None) if told else None,
        "read_back": item.read_back,
        "factors": [{"factor": f.factor_id, "presence": f.presence, "evidence": f.evidence} for f in factors],
    }


class FactorForm(HubForm):
    """A risk or protective factor with what it rests on; never a total (P-I5, P-A10)."""

    factor = forms.ModelChoiceField(
        label=_("Faktor"), queryset=Factor.objects.none(), required=False, empty_label=_("Ingen vald")
    )
    presence = forms.ChoiceField(label=_("Finns den?"), choices=Presence.choices, required=False)
    evidence = forms.CharField(
        label=_("Vad bygger det på?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, factors: Sequence[Factor], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["factor"]
        field.queryset = Factor.objects.filter(pk__in=[f.pk for f in factors])
        groups: dict[str, list[tuple[int, str]]] = {}
        for factor in factors:
            groups.setdefault(factor.list_title, []).append((factor.pk, factor.text))
        field.choices = [("", _("Ingen vald")), *groups.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("factor") and not cleaned.get("evidence"):
            self.add_error("evidence", _("Skriv vad ni har sett eller hört som faktorn bygger på."))
        if cleaned.get("evidence") and not cleaned.get("factor") and "factor" not in self.errors:
            self.add_error("factor", _("Välj vilken faktor det gäller, eller ta bort texten."))
        if not cleaned.get("presence"):
            cleaned["presence"] = Presence.PRESENT
        return cleaned


class FactorsBase(BaseFormSet[FactorForm]):
    """A factor stands once per item."""

    def clean(self) -> None:
        chosen = [form.cleaned_data.get("factor") for form in self.forms if hasattr(form, "cleaned_data")]
        seen = [factor for factor in chosen if factor]
        for form in self.forms:
            factor = form.cleaned_data.get("factor") if hasattr(form, "cleaned_data") else None
            if factor and seen.count(factor) > 1:
                form.add_error("factor", _("Samma faktor är vald flera gånger. Behåll en rad."))
                seen.remove(factor)


FactorRows = formset_factory(
    FactorForm, formset=FactorsBase, extra=0, max_num=MOST_FACTORS, absolute_max=MOST_FACTORS, validate_max=True
)


class RecordForm(HubForm):
    """The last look before a draft becomes the agency's. The box is there only when a number stands in the text."""

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number_stays = forms.BooleanField(
        label=_("Numret måste stå i texten"),
        help_text=_("Personnummer behövs nästan aldrig: uppgiften ligger redan hos rätt person."),
        error_messages={"required": _("Ta bort personnumret ur texten, eller bekräfta att det måste stå kvar.")},
    )

    def __init__(self, *args: Any, has_number: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_number:
            del self.fields["number_stays"]


class ReleaseForm(HubForm):
    """ "Prövat mot 18 kap. OSL", point by point (P-C9)."""

    investigation = forms.BooleanField(
        label=_("Den kommer inte ur en förundersökning eller underrättelseverksamhet (18 kap. 1–2 §§ OSL)")
    )
    records = forms.BooleanField(label=_("Den kommer inte ur belastningsregistret eller misstankeregistret"))
    others = forms.BooleanField(
        label=_("Den röjer inte någon annan person, och inte vem som har anmält (35 kap. 1 § OSL)")
    )
    silence = forms.BooleanField(label=_("Den är inget negativt besked, som ”inga nya misstankar”"))
    tested = forms.BooleanField(
        label=_("Uppgiften är prövad mot 18 kap. OSL och kan lämnas"),
        error_messages={"required": _("Bekräfta att uppgiften är prövad mot 18 kap. OSL.")},
    )


class AnnotateForm(HubForm):
    """A correction, an addition or the person's own view; the item's words stay."""

    kind = forms.ChoiceField(label=_("Vad vill du lägga till?"), choices=AnnotationKind, widget=forms.RadioSelect)
    text = BodyField(label=_("Text"), most=4000, rows=5)


class FileForm(HubForm):
    """ "Till akten": what is quoted, in which case, and why it is needed there (P-A4)."""

    case = forms.ModelChoiceField(label=_("Ärende"), queryset=Case.objects.none(), empty_label=None)
    quote = BodyField(
        label=_("Det som ska stå i akten"),
        most=LONGEST_BODY,
        help_text=_("Citera bara det som behövs."),
        error_messages={"required": _("Skriv vad som ska stå i akten.")},
    )
    reason = forms.CharField(
        label=_("Varför behövs det i akten?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Skriv varför uppgiften behövs i akten.")},
    )

    def __init__(self, *args: Any, cases: Sequence[Case], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["case"]
        field.queryset = Case.objects.filter(pk__in=[case.pk for case in cases])
        field.choices = [(case.pk, f"{case.number}, {case.get_form_display()}") for case in cases]
        if len(cases) == 1:
            field.initial = cases[0].pk
            field.widget = forms.HiddenInput()
