"""What the forms of this layer share."""

from django import forms

from hub.forms.base import DateField, HubForm


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
