"""Rules that stand in a form are asked of that form: a body is filled in as a user would, so there is one rule."""

from collections.abc import Mapping
from typing import Any

from django import forms

from hub.api.problems import Problem


def require_valid(form: forms.BaseForm, named: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The form's cleaned data.

    Args:
        named: the form's field → the API's, where they differ.

    Raises:
        Problem: 422, with the form's own sentences at the fields.
    """
    if form.is_valid():
        return form.cleaned_data
    names = named or {}
    errors = [
        ("" if field == "__all__" else names.get(field, field), str(text))
        for field, texts in form.errors.items()
        for text in texts
    ]
    whole = " ".join(text for field, text in errors if not field)
    raise Problem("invalid", whole, [error for error in errors if error[0]])
