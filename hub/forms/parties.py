"""Parties and seats: who takes part, who is the contact, who stands in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from hub.forms.base import DateField, HubForm, set_choices
from hub.models import LEADING_KINDS, Agency, AgencyKind, Assignment, PartyRole, SeatKind
from hub.textguard import PlainTextField

#: The role that an agency of a kind usually has (R59).
USUAL_ROLE = {
    AgencyKind.SOCIALTJANST: PartyRole.SOCIAL,
    AgencyKind.SKOLA: PartyRole.SCHOOL,
    AgencyKind.FRISKOLA: PartyRole.SCHOOL,
    AgencyKind.POLIS: PartyRole.POLICE,
    AgencyKind.FRITID: PartyRole.LEISURE,
    AgencyKind.FRIVARD: PartyRole.PROBATION,
    AgencyKind.BUP: PartyRole.HEALTH,
    AgencyKind.ELEVHALSA: PartyRole.HEALTH,
    AgencyKind.AME: PartyRole.WORK,
    AgencyKind.CIVILSAMHALLE: PartyRole.ASSOCIATION,
}


def people(assignments: Iterable[Assignment]) -> list[tuple[str, str]]:
    """Choices of assignments: who, as what, where. `assignments` come with `user` and `unit`."""
    return [(str(a.ref), f"{a.user.name}, {str(a.get_role_display()).lower()}, {a.unit.name}") for a in assignments]


class ChooseAgencyForm(HubForm):
    """One of these agencies, each under the heading of its kind, in the order they come."""

    agency = forms.ChoiceField(label="Verksamhet")

    def __init__(self, *args: Any, agencies: Iterable[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.agencies = {str(agency.ref): agency for agency in agencies}
        groups: dict[str, list[tuple[str, str]]] = {}
        for ref, agency in self.agencies.items():
            groups.setdefault(str(agency.get_kind_display()), []).append((ref, agency.name))
        set_choices(self, "agency", [("", "Välj verksamhet"), *groups.items()])

    @property
    def chosen(self) -> Agency:
        return self.agencies[self.cleaned_data["agency"]]


class ProposeForm(ChooseAgencyForm):
    """Which agency to propose, and as what."""

    role = forms.ChoiceField(
        label="Roll",
        required=False,
        choices=[("", "Den vanliga för verksamheten"), *[c for c in PartyRole.choices if c[0] != PartyRole.OWNER]],
    )

    @property
    def role_value(self) -> str:
        usual = USUAL_ROLE.get(AgencyKind(self.chosen.kind), PartyRole.OTHER)
        return str(self.cleaned_data["role"] or usual.value)


class _People(HubForm):
    def __init__(self, *args: Any, assignments: Iterable[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.assignments = {str(assignment.ref): assignment for assignment in assignments}


class LeadForm(_People):
    """A new coordinator, officer or lots of the owner agency."""

    kind = forms.ChoiceField(
        label="Uppgift i ärendet",
        widget=forms.RadioSelect,
        choices=[(k.value, k.label) for k in LEADING_KINDS],
        initial=SeatKind.COORDINATOR,
    )
    assignment = forms.ChoiceField(label="Vem?")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "assignment", [("", "Välj person"), *people(self.assignments.values())])

    @property
    def chosen(self) -> Assignment:
        return self.assignments[self.cleaned_data["assignment"]]


class ContactForm(_People):
    """The agency's own contact and deputy; `seen` is who the page showed."""

    contact = forms.ChoiceField(label="Kontakt", help_text="Den som deltar och läser det som ni får läsa.")
    deputy = forms.ChoiceField(
        label="Ersättare",
        required=False,
        help_text="Kommer åt ärendet bara under den tid som ni registrerar att hen ersätter.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = people(self.assignments.values())
        set_choices(self, "contact", [("", "Välj kontakt"), *offered])
        set_choices(self, "deputy", [("", "Ingen ersättare"), *offered])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        contact, deputy = self.picked("contact"), self.picked("deputy")
        if contact and deputy and contact.user_id == deputy.user_id:
            self.add_error("deputy", "Kontakt och ersättare måste vara två olika personer.")
        return data

    def picked(self, name: str) -> Assignment | None:
        return self.assignments.get(self.cleaned_data.get(name, ""))


class EndPartyForm(HubForm):
    reason = PlainTextField(
        label="Varför slutar parten?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Till exempel att eleven har bytt skola. Skriv inget om den ungas situation.",
    )


class SubstituteForm(HubForm):
    """Days, the last one included."""

    first = DateField(label="Ersätter från och med")
    last = DateField(label="Ersätter till och med", help_text="Sista dagen räknas med.")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self.fields["first"].initial = on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and first < self.on:
            self.add_error("first", "Perioden kan tidigast börja i dag.")
        if first and last and last < first:
            self.add_error("last", "Sista dagen ligger före den första. Kontrollera datumen.")
        return data
