"""Forms of the plan: it begins, gets goals and measures, and ends (P-P1, P-P6)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from actionplans.actions import GoalFacts, MeasureFacts
from actionplans.desk import Desk, Readers
from actionplans.models import LEVELS, Area, Goal, Measure
from actionplans.words import level_words
from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.models.case import CLOSING_OUTCOMES
from hub.readability import TARGET, Advice, advise, rounded
from hub.textguard import PlainTextField

LEVEL_FIELDS = tuple(f"level_{n}" for n in range(1, len(LEVELS) + 1))
#: What each level can look like, for who writes the first goal.
EXAMPLES = (
    "Är borta fler dagar än nu.",
    "Är borta två dagar i veckan.",
    "Är i skolan fyra dagar i veckan.",
    "Är i skolan varje dag.",
    "Är i skolan varje dag och gör läxorna.",
)
BARRED = _("Vårdnadshavarna får inte veta (betydande men)")
READERS = _("Vilka ska kunna läsa?")
READERS_HELP = _(
    "Samtycket bestämmer vilka som kan läsa. Här kan du ta bort någon, aldrig lägga till. "
    "Låter du alla stå kvar följer det samtycket. Tar du bort alla läser bara verksamheten själv."
)
BARRED_HELP = _(
    "Bara om den unge skulle lida betydande men av att vårdnadshavarna får veta (12 kap. 3\N{NO-BREAK SPACE}§ OSL). "
    "Det hålls utanför allt som lämnas eller läses upp för familjen."
)


def _lines(**options: Any) -> PlainTextField:
    return PlainTextField(widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), **options)


class FamilyTexts(HubForm):
    """A form with texts that the family reads: together they are to be easy (P-P4)."""

    #: The fields that are counted, in the order they stand.
    read_by_family: tuple[str, ...] = ()

    def advice(self) -> Advice:
        """What the texts as they stand now come to."""
        return advise("\n".join(str(self[name].value() or "") for name in self.read_by_family))

    @property
    def counted_fields(self) -> str:
        """Their names, for the script that counts as one writes."""
        return " ".join(self.read_by_family)


def readable(form: FamilyTexts) -> str:
    """What is said when the text has been saved."""
    found = form.advice()
    end = "" if found.easy else f" Familjens texter ska ha högst {TARGET}. Öppna igen, så får du råd."
    return f"LIX {rounded(found.counted.lix)}, {found.counted.level}.{end}"


def _audience() -> forms.MultipleChoiceField:
    return sometimes(
        forms.MultipleChoiceField(label=READERS, widget=forms.CheckboxSelectMultiple, help_text=READERS_HELP)
    )


class Narrowing(HubForm):
    """The choice of who reads, of those that a consent lets read (P-A7); not there where nobody can be chosen."""

    readers: Readers
    standing: tuple[int, ...]

    def choose_readers(self, readers: Readers, standing: Sequence[int], *, fixed: bool = False) -> None:
        """Args: standing: what holds now. fixed: another agency wrote it, and answers for who reads it."""
        self.readers, self.standing = readers, tuple(standing)
        if fixed or not readers.offered:
            del self.fields["audience"]
            return
        set_choices(self, "audience", [(str(one.pk), one.name) for one in readers.offered])
        self.initial.setdefault("audience", [str(pk) for pk in readers.ticked(standing)])

    def audience_of(self, source: int) -> tuple[int, ...]:
        """The allow list of what is written, for a fact of the agency `source`."""
        chosen = [int(pk) for pk in self.cleaned_data["audience"]] if "audience" in self.fields else None
        return self.readers.narrowed(chosen, source=source, standing=self.standing)


class StartForm(HubForm):
    """The plan begins."""

    reference = PlainTextField(
        label=_("Id på socialtjänstens egen genomförandeplan"),
        required=False,
        max_length=60,
        help_text=_("Bara numret i ert eget system. Texten i den planen hör inte hit."),
    )


class GoalForm(FamilyTexts, Narrowing):
    """A goal with its five levels."""

    read_by_family = ("text", "own_words", "baseline", "why", *LEVEL_FIELDS)

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    area = forms.ChoiceField(label=_("Område"), choices=[("", "Välj område"), *Area.choices])
    text = _lines(
        label=_("Vad ska den unge nå?"),
        max_length=300,
        help_text=_("En sak, i en kort mening. Till exempel: Elias går till skolan."),
    )
    own_words = _lines(
        label=_("Med den unges egna ord"),
        required=False,
        max_length=300,
        help_text=_("Så som den unge säger det. Till exempel: Jag vill klara nian."),
    )
    baseline = _lines(
        label=_("Hur är det nu?"),
        max_length=300,
        help_text=_("Det ni räknar från. Till exempel: Är borta två dagar i veckan."),
    )
    why = _lines(
        label=_("Varför är det viktigt?"),
        required=False,
        max_length=300,
        help_text=_("Till exempel: Elias vill gå fordonsprogrammet."),
    )
    audience = _audience()
    family_barred = forms.BooleanField(label=BARRED, required=False, help_text=BARRED_HELP)

    def __init__(self, *args: Any, readers: Readers, standing: Sequence[int] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose_readers(readers, standing)
        for name, level, example in zip(LEVEL_FIELDS, LEVELS, EXAMPLES, strict=True):
            self.fields[name] = PlainTextField(
                label=level_words(level),
                max_length=200,
                help_text=f"Till exempel: {example}",
                error_messages={"required": "Beskriv den här nivån, så att alla bedömer målet på samma sätt."},
            )

    def levels(self) -> list[Any]:
        """The fields of the levels, from the lowest."""
        return [self[name] for name in LEVEL_FIELDS]

    def facts(self) -> GoalFacts:
        data = self.cleaned_data
        return GoalFacts(
            area=data["area"],
            text=data["text"],
            own_words=data["own_words"],
            baseline=data["baseline"],
            why=data["why"],
            levels=tuple(data[name] for name in LEVEL_FIELDS),
            family_barred=data["family_barred"],
            audience=self.audience_of(self.readers.actor.agency_id),
        )


def goal_initial(goal: Goal) -> dict[str, Any]:
    plain = ("row_version", "area", "text", "own_words", "baseline", "why", "family_barred")
    return {name: getattr(goal, name) for name in plain} | dict(zip(LEVEL_FIELDS, goal.levels, strict=True))


class EndGoalForm(HubForm):
    """The goal is reached, or given up."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    reached = forms.ChoiceField(
        label=_("Hur gick det?"),
        choices=[("ja", "Målet är nått"), ("nej", "Målet tas bort")],
        widget=forms.RadioSelect,
    )
    reason = _lines(
        label=_("Varför?"), required=False, max_length=500, help_text=_("Behövs när målet tas bort utan att vara nått.")
    )


class HoursField(forms.CharField):
    """Hours a week as Swedes write them: 2 or 1,5."""

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value).strip().replace(",", ".")
        if not text:
            return None
        try:
            hours = Decimal(text)
            if not hours.is_finite() or hours != hours.quantize(Decimal("0.1")):
                raise InvalidOperation
        except InvalidOperation:
            raise ValidationError(_("Skriv hur många timmar i veckan, till exempel 2 eller 1,5.")) from None
        return hours

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class MeasureForm(FamilyTexts, Narrowing):
    """What is to be done, by whom and until when."""

    read_by_family = ("text", "place")

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = _lines(
        label=_("Vad ska göras?"),
        max_length=300,
        help_text=_("Vad någon gör, så att det går att se om det blev gjort. Till exempel: Ringer Elias varje måndag."),
    )
    responsible = forms.ChoiceField(
        label=_("Vem ansvarar?"),
        help_text=_("En person med plats i ärendet. Åtgärden blir den personens verksamhets."),
    )
    goal = forms.ChoiceField(label=_("För vilket mål?"), required=False)
    starts_on = DateField(label=_("Börjar"))
    due_on = DateField(label=_("Klart senast"))
    hours = HoursField(
        label=_("Timmar i veckan"),
        required=False,
        help_text=_("Till exempel 2 eller 1,5."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input-short"}),
    )
    place = PlainTextField(label=_("Var?"), required=False, max_length=160)
    intervention = forms.ChoiceField(
        label=_("Är det en insats ur katalogen?"),
        required=False,
        help_text=_("Välj den om åtgärden är en namngiven insats. Rekommendationen är ett stöd: ni väljer."),
    )
    against_advice = sometimes(
        _lines(
            label=_("Varför ska den ändå stå kvar?"),
            max_length=500,
            help_text=_("Behövs bara för en insats som inte bör erbjudas. Skälet står i planen."),
        )
    )
    type = forms.ChoiceField(
        label=_("Sorts uppgift"),
        help_text=_("Avgör vilka som kan läsa åtgärden med ett samtycke. Oftast passar Insatser och plan."),
    )
    audience = _audience()
    family_barred = forms.BooleanField(label=BARRED, required=False, help_text=BARRED_HELP)

    def __init__(self, *args: Any, desk: Desk, standing: Measure | None = None, **options: Any) -> None:
        """Args: standing: the measure that is changed."""
        super().__init__(*args, **options)
        people, goals, types = desk.people, desk.goals, desk.types
        anothers = standing is not None and standing.agency_id != desk.readers.actor.agency_id
        self.choose_readers(desk.readers, standing.audience if standing else (), fixed=anothers)
        self.people = {str(one.ref): one for one in people}
        self.goals: Mapping[str, Goal] = {str(goal.ref): goal for goal in goals}
        self.types = {kind.code: kind for kind in types}
        self.listed = {str(one.ref): one for one in desk.listed}
        named = [(ref, f"{one.user.name}, {one.unit.agency.name}") for ref, one in self.people.items()]
        set_choices(self, "responsible", [("", "Välj en person"), *named])
        set_choices(self, "goal", [("", "Inget särskilt mål"), *((ref, g.text) for ref, g in self.goals.items())])
        set_choices(self, "intervention", [("", "Nej, eller vet inte"), *desk.catalogue])
        set_choices(self, "type", [(code, kind.name) for code, kind in self.types.items()])

    def facts(self) -> MeasureFacts:
        data = self.cleaned_data
        responsible = self.people[data["responsible"]]
        return MeasureFacts(
            text=data["text"],
            responsible=responsible,
            starts_on=data["starts_on"],
            due_on=data["due_on"],
            goal=self.goals.get(data["goal"]),
            hours=data["hours"],
            place=data["place"],
            intervention=self.listed.get(data["intervention"]),
            against_advice=data["against_advice"],
            type=self.types[data["type"]],
            family_barred=data["family_barred"],
            audience=self.audience_of(responsible.unit.agency_id),
        )


def measure_initial(measure: Measure) -> dict[str, Any]:
    """What stands, for the form; `responsible`, `goal`, `intervention` and `type` of the measure are loaded."""
    plain = ("row_version", "text", "starts_on", "due_on", "hours", "place", "family_barred", "against_advice")
    return {name: getattr(measure, name) for name in plain} | {
        "responsible": str(measure.responsible.ref),
        "goal": str(measure.goal.ref) if measure.goal else "",
        "intervention": str(measure.intervention.ref) if measure.intervention else "",
        "type": measure.type.code,
    }


class DoneForm(HubForm):
    """ "Klart", with a note."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    note = _lines(
        label=_("Vad ledde det till?"), required=False, max_length=500, help_text=_("Läses upp på nästa möte.")
    )


class RemoveForm(HubForm):
    """A measure is taken out of the plan."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(HubForm):
    """The end of the plan."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("Hur avslutas planen?"), choices=CLOSING_OUTCOMES, widget=forms.RadioSelect)
