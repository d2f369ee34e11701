"""What the forms of this layer share."""

from collections.abc import Iterable
from typing import cast

from django import forms
from django.http import HttpRequest, QueryDict
from django_stubs_ext import StrOrPromise

from hub.errors import Invalid
from hub.forms.base import DateField, HubForm


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also a POST that sends nothing is answered with what is missing."""
    return request.POST if request.method == "POST" else None


def add_errors(form: forms.BaseForm, wrong: Invalid) -> None:
    """Put the sentences of a broken rule at their fields; what has no field here goes on top."""
    for name, text in wrong.errors.items():
        form.add_error(name if name in form.fields else None, text)


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, StrOrPromise]]) -> None:
    """What may be chosen on this very page."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


class AskedField(forms.CharField):
    """A text that a rule asks for in some cases: not marked as optional, and not demanded by the form itself."""

    def validate(self, value: object) -> None:
        """The action says, in the words of the rule, when it is missing."""


class AskedDateField(DateField):
    """A day that a rule asks for in some cases."""

    def validate(self, value: object) -> None:
        """As `AskedField`."""


class VersionedForm(HubForm):
    """A form over a row that others may save too: it carries the version that was shown (P-Q3)."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
