"""Fields answer bad input with a sentence that says how to mend it; nothing is cut or fixed silently (P-Q4)."""

from datetime import date

import pytest
from django import forms

from hub.errors import Invalid
from hub.forms.base import DateField, HubForm, parse_date, sometimes
from hub.templatetags.ui import field
from hub.textguard import MAX_TEXT


class Sample(HubForm):
    name = forms.CharField(label="Namn", max_length=10)
    born = DateField(label="Födelsedatum", required=False)
    phase = forms.ChoiceField(label="Fas", choices=[("a", "A")], required=False)
    text = forms.CharField(label="Text", required=False, widget=forms.Textarea)


def errors_of(**data: str) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in Sample({"name": "Elias", **data}).errors.items()}


@pytest.mark.parametrize(
    "text",
    ["2026-11-22", "20261122", "22/11 2026", "22.11.2026", " 22 november 2026 ", "den 22 nov 2026", "22 NOV. 2026"],
)
def test_a_date_is_read_as_swedes_write_it(text: str) -> None:
    assert parse_date(text) == date(2026, 11, 22)


@pytest.mark.parametrize("text", ["22 nov", "22/11 26", "2026-02-29", "2026-13-01", "igår", "", "0000-01-01"])
def test_a_date_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the field words it
        parse_date(text)


def test_a_wrong_date_says_how_to_write_one_and_keeps_what_was_typed() -> None:
    form = Sample({"name": "Elias", "born": "22 nov"})
    assert form.errors["born"] == ["Skriv datumet som år, månad och dag, till exempel 2026-11-22."]
    assert 'value="22 nov"' in str(form["born"])


def test_an_empty_field_is_named_in_its_message() -> None:
    assert errors_of(name="") == {"name": ["Fyll i namn."]}


def test_a_choice_that_no_longer_exists_asks_for_a_new_one() -> None:
    assert errors_of(phase="b") == {"phase": ["Valet finns inte längre. Välj fas på nytt."]}


def test_a_question_is_quoted_since_it_fits_into_no_other_sentence() -> None:
    class Asking(HubForm):
        who = forms.ChoiceField(label="Vem utreder?", choices=[("a", "A")])
        why = forms.CharField(label="Varför?")

    assert Asking({}).errors == {"who": ["Välj ett svar på ”Vem utreder?”."], "why": ["Svara på ”Varför?”."]}
    again = Asking({"who": "b", "why": "x"})
    assert again.errors["who"] == ["Valet finns inte längre. Svara på ”Vem utreder?” på nytt."]


def test_a_field_that_another_answer_decides_on_may_be_empty_and_is_not_called_voluntary() -> None:
    class Decided(HubForm):
        measures = sometimes(forms.CharField(label="Åtgärder"))

    form = Decided({})
    assert form.is_valid()
    assert "(frivilligt)" not in field(form["measures"])
    assert "(frivilligt)" in field(Sample()["born"])


def test_a_field_keeps_its_own_wording() -> None:
    class Own(HubForm):
        name = forms.CharField(error_messages={"required": "Vem gäller det?"})

    assert Own({}).errors["name"] == ["Vem gäller det?"]


def test_text_is_refused_one_character_past_the_limit_and_not_at_it() -> None:
    assert errors_of(name="a" * 10) == {}
    (message,) = errors_of(name="a" * 11)["name"]
    assert "11 tecken" in message
    assert "10" in message


def test_text_without_a_limit_of_its_own_stops_at_the_common_one() -> None:
    assert errors_of(text="a" * MAX_TEXT) == {}
    assert "text" in errors_of(text="a" * (MAX_TEXT + 1))


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\u202eb"])
def test_control_characters_are_refused_once(text: str) -> None:
    assert len(errors_of(text=text)["text"]) == 1


@pytest.mark.parametrize("text", ["محمد", "😀 Elias", "Jean-Noël", "rad ett\r\nrad två"])
def test_names_of_every_script_emoji_and_line_breaks_pass(text: str) -> None:
    assert errors_of(text=text) == {}


def test_the_browser_is_not_told_to_cut_a_pasted_text() -> None:
    assert "maxlength" not in str(Sample()["name"])


def test_what_an_action_refuses_stands_at_its_field_or_over_the_form() -> None:
    form = Sample({"name": "Elias"})
    form.show(Invalid({"born": "Datumet ligger i framtiden.", "": "Ärendet är avslutat."}))
    assert form.errors["born"] == ["Datumet ligger i framtiden."]
    assert form.non_field_errors() == ["Ärendet är avslutat."]
