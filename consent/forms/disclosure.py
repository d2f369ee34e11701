"""The guide of giving on another ground, as forms; the rules are in `consent.actions.disclosure` (P-C7)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.actions import Answered, DisclosureFacts
from consent.actions.disclosure import RESERVATION
from consent.forms.parts import AskedDateField, AskedField
from consent.grounds import Ground, Test
from consent.models import Delivery, InformationItem, InformationType
from hub import swedish
from hub.forms.base import HubForm, set_choices
from hub.models import Agency, Assignment, Case

YES, NO = "ja", "nej"
YES_NO = [(YES, _("Ja")), (NO, _("Nej"))]
SHOWN = 90  # characters of an item, enough to know it by


class WhereForm(HubForm):
    """To whom, and what: the direction that decides which grounds there are."""

    till = forms.ChoiceField(label=_("Vem behöver uppgifterna?"))
    typ = forms.ChoiceField(
        label=_("Vad gäller uppgifterna?"),
        required=False,
        help_text=_("Några grunder gäller bara vissa slags uppgifter."),
    )

    def __init__(
        self, *args: Any, agencies: Iterable[Agency], types: Iterable[InformationType], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.agencies = {str(agency.ref): agency for agency in agencies}
        set_choices(self, "till", [("", _("Välj verksamhet")), *((ref, a.name) for ref, a in self.agencies.items())])
        set_choices(self, "typ", [("", _("Flera slags uppgifter")), *((t.code, t.name) for t in types)])

    def recipient(self) -> Agency:
        return self.agencies[self.cleaned_data["till"]]


class AskedChoices(forms.MultipleChoiceField):
    """Choices that a rule asks for in some cases: the action says when they are missing."""

    def validate(self, value: Any) -> None:
        """As `AskedField`; but what is chosen must be among the choices."""
        for one in value:
            if not self.valid_value(one):
                raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class SeenItems(AskedChoices):
    """Items with the version that was on the page: an older version is the action's to refuse (409), not a typo."""

    def valid_value(self, value: Any) -> bool:
        choices = cast("Iterable[tuple[Any, Any]]", self.choices)  # as ChoiceField's setter leaves them
        known = {str(choice).partition(".")[0] for choice, _label in choices}
        return str(value).partition(".")[0] in known


def _questions(tests: Sequence[Test]) -> dict[str, forms.Field]:
    """Each test's answer and, where the law asks for a weighing, its reason."""
    fields: dict[str, forms.Field] = {}
    for test in tests:
        fields[f"test_{test.code}"] = forms.ChoiceField(
            label=test.text,
            widget=forms.RadioSelect,
            choices=YES_NO,
            error_messages={"required": _("Svara ja eller nej.")},
            help_text="" if test.weigh else test.hint,
        )
        if test.weigh:
            fields[f"why_{test.code}"] = AskedField(
                label=_("Skäl till svaret"),
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
                help_text=test.hint,
            )
    return fields


class GivingForm(HubForm):
    """The tests of one ground one by one, what is given, to whom, until when, and whether the person knows."""

    items = SeenItems(
        label=_("Vilka uppgifter lämnas ut?"),
        required=True,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Bara det som står i uppgiften nu. Senare tillägg följer inte med."),
    )
    necessity = forms.CharField(
        label=_("Varför lämnas uppgifterna ut?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Skriv så att en granskare förstår beslutet."),
    )
    delivery = forms.ChoiceField(label=_("Hur lämnas de?"), widget=forms.RadioSelect)
    recipients = AskedChoices(label=_("Vilka får läsa i hubben?"), required=True, widget=forms.CheckboxSelectMultiple)
    last_day = AskedDateField(
        label=_("Till och med vilken dag går de att läsa?"),
        required=True,
        help_text=_("Högst 90 dagar. Till exempel 2026-11-22"),
    )
    received_by = AskedField(
        label=_("Vem tog emot?"),
        max_length=200,
        help_text=_("Namn och roll. Behövs när det lämnas muntligt eller på papper."),
    )
    reservation = AskedField(
        label=_("Förbehåll"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Vad mottagaren inte får göra med uppgiften. Behövs om svaret om förbehåll är ja."),
    )
    told = forms.ChoiceField(
        label=_("Har personen fått veta?"),
        widget=forms.RadioSelect,
        choices=[(YES, _("Ja")), (NO, _("Nej, inte än"))],
    )
    told_note = forms.CharField(
        label=_("När och hur, eller varför inte än"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        ground: Ground,
        tests: Sequence[Test],
        items: Sequence[InformationItem],
        readers: Sequence[Assignment],
        private: bool,
        **options: Any,
    ) -> None:
        # Before the base class goes through the fields: these too get its messages and limits, and stand first.
        self.base_fields = _questions(tests) | type(self).base_fields  # type: ignore[misc]  # of this very form
        super().__init__(*args, **options)
        self.ground, self.tests = ground, tests
        self.by_ref = {str(item.ref): item for item in items}
        self.readers: Mapping[str, Assignment] = {str(reader.ref): reader for reader in readers}
        set_choices(self, "items", [(f"{item.ref}.{item.version}", _item_words(item)) for item in items])
        self._deliveries()
        if not private:
            del self.fields["reservation"]
        self.fields["told_note"].help_text = ground.tell

    def _deliveries(self) -> None:
        choices = list(Delivery.choices)
        if not self.readers:
            choices = choices[1:]
            del self.fields["recipients"], self.fields["last_day"]
        else:
            set_choices(self, "recipients", [(ref, _reader_words(r)) for ref, r in self.readers.items()])
        set_choices(self, "delivery", [(value, str(label)) for value, label in choices])
        self.initial.setdefault("delivery", choices[0][0])

    def questions(self) -> list[tuple[Any, Any]]:
        """Each test's answer and, where a reason is asked for, its reason, as bound fields."""
        return [
            (self[f"test_{t.code}"], self[f"why_{t.code}"] if f"why_{t.code}" in self.fields else None)
            for t in self.tests
        ]

    def facts(self, case: Case, recipient: Agency) -> DisclosureFacts:
        data = self.cleaned_data
        chosen = [value.partition(".") for value in data["items"]]
        return DisclosureFacts(
            case=case,
            recipient=recipient,
            ground=self.ground.code,
            answers={
                t.code: Answered(data[f"test_{t.code}"] == YES, data.get(f"why_{t.code}") or "") for t in self.tests
            },
            items=[(self.by_ref[ref], int(version)) for ref, _dot, version in chosen],
            necessity=data["necessity"],
            delivery=data["delivery"],
            recipients=[self.readers[ref] for ref in data.get("recipients", ())],
            received_by=data.get("received_by") or "",
            last_day=data.get("last_day"),
            reservation=(data.get("reservation") or "") if self._reserved() else "",
            person_told=data["told"] == YES,
            told_note=data["told_note"],
        )

    def _reserved(self) -> bool:
        return bool(self.cleaned_data.get(f"test_{RESERVATION}") == YES)

    def clean_items(self) -> list[str]:
        """Known items only; which version is current the action asks, with the row locked."""
        values: list[str] = self.cleaned_data["items"]
        known = [v for v in values if v.partition(".")[0] in self.by_ref and v.partition(".")[2].isdigit()]
        if not values or len(known) != len(values):
            raise forms.ValidationError(_("Välj minst en uppgift."))
        return values


def _item_words(item: InformationItem) -> str:
    """ "Närvaro, 2 mars 2026: Vecka 9 …" and what to think of before it is given."""
    text = " ".join(item.body.split())
    said = text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()} …"
    marks = [
        *(["rör också någon annan"] if item.abouts.all() else []),
        *(["får inte nå vårdnadshavarna"] if item.family_barred else []),
        *(["inte släppt till andra"] if item.agency.releases_items and item.released_at is None else []),
        *([f"med tillägg, version {item.version}"] if item.version > 1 else []),
    ]
    note = f" ({'; '.join(marks)})" if marks else ""
    return f"{item.type.name}, {swedish.day(item.event_date)}: {said}{note}"


def _reader_words(reader: Assignment) -> str:
    return f"{reader.user.name}, {reader.unit.name}"


class EndForm(HubForm):
    """Why reading ends."""

    reason = forms.CharField(
        label=_("Varför avslutas läsningen?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ToldForm(HubForm):
    """How the person came to know."""

    note = forms.CharField(
        label=_("När och hur fick personen veta?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
