"""A time of day as people type it."""

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_CLOCK = re.compile(r"(?:kl\.? ?)?(\d{1,2})(?:[.:]?(\d{2}))?", re.IGNORECASE | re.ASCII)


class ClockField(forms.Field):
    """A time of day as Swedes write it: 09.30, 9:30, 0930, kl. 9.30 or 9."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-short"})

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        found = _CLOCK.fullmatch(str(value).strip())
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValidationError("Skriv klockslaget som timmar och minuter, till exempel 09.30.", code="invalid")
        return time(int(found[1]), int(found[2] or 0))

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value
