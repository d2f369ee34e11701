"""Forms of invitations and of recovery; the forms of the second step are django-allauth's."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.actions.sign_in import Invited
from hub.forms.base import DateField, HubForm
from hub.models import Role, Unit, User


class InvitationForm(HubForm):
    email = forms.EmailField(
        label=_("E-postadress"), help_text=_("Personens egen adress i tjänsten. Länken skickas dit."), max_length=254
    )
    name = forms.CharField(label=_("För- och efternamn"), max_length=120)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Enhet"), to_field_name="ref", empty_label=_("Välj"))
    role = forms.ChoiceField(
        label=_("Roll"),
        required=False,
        choices=[("", _("Inget uppdrag än")), *Role.choices],
        help_text=_("Uppdraget börjar gälla när personen har tagit emot inbjudan."),
    )
    assignment_from = DateField(label=_("Uppdraget gäller från"), required=False)
    assignment_to = DateField(
        label=_("Uppdraget gäller till och med"),
        required=False,
        help_text=_("Sista dagen. Lämna tomt om den inte är bestämd."),
    )

    def __init__(self, *args: Any, units: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = units
        field.label_from_instance = lambda obj: f"{obj.name}, {obj.agency.name}"  # type: ignore[method-assign]  # of this one field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("assignment_from"), data.get("assignment_to")
        if (first or last) and not data.get("role"):
            self.add_error("role", _("Välj roll, eller ta bort datumen."))
        if last and last < (first or self.on):
            self.add_error("assignment_to", _("Sista dagen kan inte komma före den första."))
        return data

    def facts(self) -> Invited:
        data = self.cleaned_data
        return Invited(
            email=data["email"],
            name=data["name"],
            unit=data["unit"],
            role=data["role"],
            assignment_from=_begin(data["assignment_from"]),
            assignment_to=_after(data["assignment_to"]),
        )


def _begin(day: date | None) -> datetime | None:
    return clock.start_of_day(day) if day else None


def _after(day: date | None) -> datetime | None:
    """The instant when the day is over."""
    return clock.start_of_day(date.fromordinal(day.toordinal() + 1)) if day else None


class AcceptForm(HubForm):
    name = forms.CharField(label=_("För- och efternamn"), max_length=120)
    password1 = forms.CharField(
        label=_("Välj ett lösenord"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Minst 12 tecken. Flera ord i rad är lätta att minnas och svåra att gissa."),
    )
    password2 = forms.CharField(
        label=_("Skriv lösenordet en gång till"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, renews: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email
        if renews:
            del self.fields["name"]

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        person = User(email=self.email, name=self.cleaned_data.get("name", ""))
        password_validation.validate_password(password, person)
        return password

    def clean_password2(self) -> str:
        second: str = self.cleaned_data["password2"]
        if second != self.cleaned_data.get("password1", second):
            raise ValidationError(_("Lösenorden är inte lika. Skriv samma lösenord två gånger."))
        return second


class RecoveryForm(HubForm):
    email = forms.EmailField(label=_("Medarbetarens e-postadress"), max_length=254)
    new_password = forms.BooleanField(
        label=_("Personen har även glömt sitt lösenord"),
        required=False,
        help_text=_("Lösenordet slutar gälla, och en länk för att välja ett nytt skickas till adressen."),
    )
    checked = forms.BooleanField(
        label=_("Jag har förvissat mig om att det är rätt person som ber om hjälp"),
        help_text=_("Till exempel genom att träffas, eller ringa upp på ett nummer som ni redan har."),
    )
