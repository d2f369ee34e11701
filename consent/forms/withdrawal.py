"""Taking back, as forms: what, who, how and when it was said (P-C4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consent.actions import Scope
from consent.models import Consent, InformationType, Signature, WithdrawalChannel
from hub.clock import STOCKHOLM, local
from hub.forms.base import DateField, HubForm, set_choices
from hub.models import Agency

UNKNOWN = "vet-inte"
#: "Stoppa delningen nu" is its own press, not a channel to choose.
CHANNELS = [(v, label) for v, label in WithdrawalChannel.choices if v != WithdrawalChannel.STOP]


class TimeField(forms.CharField):
    """A time of day as Swedes write it: 9.30, 09:30 or 0930."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=5, **options)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().replace(".", "").replace(":", "")
        if not text:
            return None
        if not text.isdigit() or len(text) not in (3, 4) or int(text[:-2]) > 23 or int(text[-2:]) > 59:
            raise ValidationError(_("Skriv klockslaget så här: 09.30."), code="invalid")
        return time(int(text[:-2]), int(text[-2:]))

    def run_validators(self, value: Any) -> None:
        """A time has no control characters; the text checks do not fit it."""


def stated_at(form: forms.BaseForm, day: str = "stated_day", clock: str = "stated_time") -> datetime | None:
    """When it was said. Without a time of day: the start of that day, so that no read is left out."""
    on, at = form.cleaned_data.get(day), form.cleaned_data.get(clock)
    return None if on is None else datetime.combine(on, at or time.min, STOCKHOLM)


def who_choices(signatures: Sequence[Signature]) -> list[tuple[str, str]]:
    """Those who said yes, once per person and role."""
    found: dict[str, str] = {}
    for s in signatures:
        found[s.signer_key] = f"{s.person.name}, {str(s.get_role_display()).lower()}"
    return [*found.items(), (UNKNOWN, str(_("Det vet vi inte än")))]


def _signature_of(who: str, signatures: Sequence[Signature], session_id: int) -> Signature | None:
    """What the chosen one signed on one paper; None for UNKNOWN."""
    return next((s for s in signatures if s.session_id == session_id and s.signer_key == who), None)


class StatedForm(HubForm):
    """When it was said, if that was before now."""

    stated_day = DateField(
        label=_("Dag det sades"), required=False, help_text=_("Om det sades tidigare. Lämna tomt om det sägs nu.")
    )
    stated_time = TimeField(label=_("Klockslag"), required=False, help_text=_("Till exempel 09.30"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("stated_time") and not data.get("stated_day") and "stated_day" not in self.errors:
            self.add_error("stated_day", _("Skriv vilken dag klockslaget gäller."))
        return data


def _named(consent: Consent) -> str:
    """Who gives, and which of several papers it is."""
    if consent.version is None:
        return f"{consent.disclosing.name}, väntar på svar"
    return f"{consent.disclosing.name}, version {consent.version}"


class WithdrawForm(StatedForm):
    """What is taken back, by whom and how."""

    consents = forms.MultipleChoiceField(
        label=_("Vad tas tillbaka?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Välj minst ett samtycke."),
            "invalid_choice": _("Ett av samtyckena gäller inte längre. Se över valet."),
        },
    )
    recipient = forms.ChoiceField(label=_("Bara till en mottagare?"), required=False)
    types = forms.MultipleChoiceField(
        label=_("Bara vissa uppgifter?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Markera ingen om det gäller alla."),
    )
    who = forms.ChoiceField(label=_("Vem tar tillbaka?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("Hur fick ni veta det?"),
        choices=CHANNELS,
        initial=WithdrawalChannel.PHONE,
        help_text=_("Alla sätt gäller. Det behöver inte vara skriftligt."),
    )
    details = forms.CharField(
        label=_("Anteckning"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        running: Sequence[Consent],
        signatures: Sequence[Signature],
        types: Sequence[InformationType],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.running, self.signatures, self.all_types = running, signatures, types
        recipients = {r.agency_id: r.agency for c in running for r in c.recipients.all()}
        shared = 0
        for c in running:
            for r in c.recipients.all():
                shared |= r.types
        self.agencies: Mapping[str, Agency] = {str(pk): agency for pk, agency in recipients.items()}
        set_choices(self, "consents", [(str(c.ref), _named(c)) for c in running])
        set_choices(self, "recipient", [("", "Nej, till alla"), *((pk, a.name) for pk, a in self.agencies.items())])
        set_choices(self, "types", [(t.code, t.name) for t in types if t.mask & shared])
        set_choices(self, "who", who_choices(signatures))
        self.initial.setdefault("consents", [str(c.ref) for c in running])

    def chosen(self) -> list[Consent]:
        return [c for c in self.running if str(c.ref) in self.cleaned_data["consents"]]

    def scope(self) -> Scope:
        codes = self.cleaned_data["types"]
        mask = sum(t.mask for t in self.all_types if t.code in codes)
        return Scope(recipient=self.agencies.get(self.cleaned_data["recipient"]), types=mask or None)

    def clean(self) -> dict[str, Any]:
        """Whoever takes back must have signed each of the papers chosen."""
        data = super().clean()
        who, refs = data.get("who"), data.get("consents")
        if who and refs and who != UNKNOWN:
            signed = {s.session_id for s in self.signatures if s.signer_key == who}
            strange = [c for c in self.running if str(c.ref) in refs and c.session_id not in signed]
            if strange:
                names = ", ".join(c.disclosing.name for c in strange)
                text = _("Personen har inte skrivit under samtycket för %(names)s. Ta bort det eller välj en annan.")
                self.add_error("who", text % {"names": names})
        return data

    def signature_for(self, session_id: int) -> Signature | None:
        return _signature_of(self.cleaned_data["who"], self.signatures, session_id)


class DetailsForm(StatedForm):
    """Who took it back, how and when it was said, after "Stoppa delningen nu"."""

    who = forms.ChoiceField(label=_("Vem ville stoppa?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Hur fick ni veta det?"), choices=CHANNELS, widget=forms.RadioSelect)
    details = forms.CharField(
        label=_("Anteckning"),
        max_length=1000,
        required=False,
        help_text=_("Till exempel vem hos er som tog emot det. Skriv inte varför om ni inte behöver det."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, signatures: Sequence[Signature], **options: Any) -> None:
        super().__init__(*args, **options)
        self.signatures = signatures
        set_choices(self, "who", who_choices(signatures))

    def signature_for(self, session_id: int) -> Signature | None:
        return _signature_of(self.cleaned_data["who"], self.signatures, session_id)


def day_and_time(at: datetime | None) -> dict[str, Any]:
    """An instant as the two fields show it."""
    if at is None:
        return {}
    wall = local(at)
    return {"stated_day": wall.date(), "stated_time": f"{wall:%H.%M}"}
