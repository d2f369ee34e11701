"""Asking another agency, and answering: the forms; the rules are in `consent.actions.inquiries` (P-A6)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consent.actions import AnswerFacts
from consent.actions.items import ItemFacts
from consent.forms.items import LONGEST_BODY, BodyField, ItemForm
from consent.models import InformationType
from hub.access import Actor
from hub.forms.base import HubForm, set_choices
from hub.forms.parties import USUAL_ROLE
from hub.models import Agency, AgencyKind, PartyRole
from hub.textguard import find_personnummer

NO_NUMBERS = _("Ta bort personnumret. Det framgår ändå vem det gäller.")


class AskForm(HubForm):
    """Whom, what, and why just them."""

    agency = forms.ChoiceField(
        label=_("Vilken verksamhet?"), error_messages={"required": _("Välj vilken verksamhet ni vill fråga.")}
    )
    question = BodyField(
        label=_("Vad behöver ni veta?"),
        most=2000,
        rows=5,
        help_text=_("Ställ frågan utan att berätta något ur utredningen. Verksamheten ser frågan precis som den står."),
        error_messages={"required": _("Skriv vad ni behöver veta.")},
    )
    why = forms.CharField(
        label=_("Varför behöver ni fråga just dem?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Skälet står i listan över utlämnanden. Verksamheten ser det inte."),
        error_messages={"required": _("Skriv varför ni behöver fråga just den här verksamheten.")},
    )
    heeded = forms.BooleanField(label=_("Jag har läst varningen och ställer frågan ändå"), required=False)

    def __init__(self, *args: Any, agencies: Iterable[Agency], warned: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.agencies = {str(agency.ref): agency for agency in agencies}
        set_choices(
            self, "agency", [("", _("Välj verksamhet")), *((ref, agency.name) for ref, agency in self.agencies.items())]
        )
        if not warned:
            del self.fields["heeded"]

    @property
    def chosen(self) -> Agency:
        return self.agencies[self.cleaned_data["agency"]]

    @property
    def role(self) -> str:
        """The place that such an agency usually has, if it has none in the case yet."""
        return str(USUAL_ROLE.get(AgencyKind(self.chosen.kind), PartyRole.OTHER).value)


class AnswerForm(ItemForm):
    """An item as an answer. The verb narrows it to who asked, so there is nothing to choose about readers."""

    body = BodyField(
        label=_("Ert svar"),
        most=LONGEST_BODY,
        help_text=_("Kort och konkret. Skilj på vad ni har sett själva och vad någon har berättat."),
        error_messages={"required": _("Skriv ert svar.")},
    )
    tested = forms.BooleanField(
        label=_("Uppgiften är prövad mot 18 kap. OSL och kan lämnas"),
        error_messages={"required": _("Bekräfta att uppgiften är prövad mot 18 kap. OSL.")},
        help_text=_("Varken förundersökning eller underrättelser skadas, och ingen annan röjs."),
    )
    tested_by = forms.CharField(
        label=_("Vem har prövat, och när?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Skriv vem som har prövat uppgiften, och när.")},
    )

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        at: datetime,
        types: Sequence[InformationType],
        relatives: Mapping[int, str],
        releases: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, actor=actor, at=at, types=types, recipients=(), relatives=relatives, **options)
        for name in ("row_version", "told_by", "told_on", "told_clock", "read_back"):
            del self.fields[name]
        if not releases:
            del self.fields["tested"], self.fields["tested_by"]

    def clean_body(self) -> str:
        body = super().clean_body()
        if find_personnummer(body):
            raise ValidationError(NO_NUMBERS, code="personnummer")
        return body

    def answer(self) -> AnswerFacts:
        """What the verb wants, from a valid form."""
        data = self.cleaned_data
        item = ItemFacts(
            type=data["type"],
            event_date=data["event_date"],
            body=data["body"],
            family_barred=data["family_barred"],
            about_others=tuple(int(value) for value in data.get("about_others", ())),
        )
        return AnswerFacts(item=item, tested=data.get("tested", False), tested_by=data.get("tested_by", ""))


class NothingForm(HubForm):
    """Silence, said once and with open eyes."""

    sure = forms.BooleanField(
        label=_("Vi har gått igenom vad vi vet, och lämnar inga uppgifter"),
        error_messages={"required": _("Gå igenom vad ni vet, och markera sedan rutan.")},
    )


class WithdrawForm(HubForm):
    """Why a question is taken back."""

    reason = forms.CharField(
        label=_("Varför dras frågan tillbaka?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Skriv varför frågan dras tillbaka.")},
    )
