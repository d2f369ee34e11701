"""What a request may hold: strict JSON types and cleaned text. Nothing is guessed, nothing is fixed silently (P-Q4)."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers

from hub.textguard import MAX_TEXT, BadText, clean_text

REQUIRED = "Fältet behövs."


class Text(serializers.CharField):
    """A text without control characters, as it is stored. Blanks around it are taken away."""

    def __init__(self, *, max_length: int = MAX_TEXT, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("Skicka en text.")
        try:
            text = clean_text(data, max_length=self.max_length or MAX_TEXT)
        except BadText as bad:
            raise serializers.ValidationError(bad.message) from None
        if not text and not self.allow_blank:
            raise serializers.ValidationError(REQUIRED)
        return text


class Optional(Text):
    """A text that may be left out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_blank=True, default="", **options)


class Flag(serializers.BooleanField):
    """true or false, and nothing that resembles them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("Skicka true eller false.")
        return data


class Whole(serializers.IntegerField):
    """A number without decimals, and nothing that resembles one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("Skicka ett heltal.")
        return data


class Ref(serializers.UUIDField):
    """The reference of a row, as the API gave it."""

    def to_internal_value(self, data: Any) -> UUID:
        if isinstance(data, str):
            with suppress(ValueError):
                return UUID(data)
        raise serializers.ValidationError("Skicka en referens (uuid).")


class Day(serializers.DateField):
    """A day as ÅÅÅÅ-MM-DD."""

    def to_internal_value(self, value: Any) -> date:
        if isinstance(value, str) and len(value) == 10:
            with suppress(ValueError):
                return date.fromisoformat(value)
        raise serializers.ValidationError("Skicka en dag som ÅÅÅÅ-MM-DD.")


class Instant(serializers.DateTimeField):
    """An instant with its time zone, as 2026-03-02T09:00:00+01:00."""

    def to_internal_value(self, value: Any) -> datetime:
        if isinstance(value, str):
            with suppress(ValueError, OverflowError):
                found = datetime.fromisoformat(value)
                if found.tzinfo:
                    return found.astimezone(UTC)
        raise serializers.ValidationError("Skicka en tidpunkt med tidszon, till exempel 2026-03-02T09:00:00+01:00.")


class Choice(serializers.ChoiceField):
    """One of a list of codes."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.choices:
            raise serializers.ValidationError("Skicka en av koderna i beskrivningen.")
        return data


class Many(serializers.ListField):
    """A list without doubles, of a length that a person could have made."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 60)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            raise serializers.ValidationError("Skicka en lista.")
        return super().to_internal_value(data)


class Body(serializers.Serializer[Any]):
    """An object with exactly the fields described: a misspelt one is told of, not passed over."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError({"": "Skicka ett JSON-objekt."})
        if unknown := sorted(set(data) - set(self.fields)):
            raise serializers.ValidationError(dict.fromkeys(unknown, "Fältet finns inte."))
        found: dict[str, Any] = super().to_internal_value(data)
        return found


def errors_of(found: Any, path: str = "") -> list[tuple[str, str]]:
    """A serializer's errors, one by one: (field as a path such as "matrix.0.types", sentence)."""
    if isinstance(found, dict):
        return [e for name, inner in found.items() for e in errors_of(inner, _join(path, str(name)))]
    if isinstance(found, list | tuple):
        pairs: list[tuple[str, str]] = []
        for place, inner in enumerate(found):
            nested = isinstance(inner, dict | list | tuple)
            pairs += errors_of(inner, _join(path, str(place)) if nested else path)
        return pairs
    return [(path, _worded(found))]


def _join(path: str, name: str) -> str:
    name = "" if name == "non_field_errors" else name
    return f"{path}.{name}" if path and name else path or name


def _worded(error: Any) -> str:
    codes = {"required": REQUIRED, "null": REQUIRED, "blank": REQUIRED, "empty": "Skicka minst en."}
    return codes.get(getattr(error, "code", ""), str(error))
