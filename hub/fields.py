"""Model fields that keep their content unreadable in the database (P-I1, R42)."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, Transform

from hub import crypto


class SecretText(str):
    """A text whose repr() is masked, so that tracebacks and debug pages do not print it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "‹skyddat›"


if TYPE_CHECKING:
    _BinaryField = models.BinaryField[Any, Any]
else:
    _BinaryField = models.BinaryField


class EncryptedTextField(_BinaryField):
    """Text in Python, an authenticated token in the database.

    NULL and the empty string are stored as they are (they hold no secret, and a constraint may need to see
    them). It can only be asked `__isnull`: equality needs a separate column with `hub.crypto.lookup`.
    `max_length` counts characters of the text and is checked in forms and `full_clean`, not by the
    database.
    """

    description = "Encrypted text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "editable": self.editable}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found: list[checks.CheckMessage] = list(super().check(**kwargs))
        if self.unique or getattr(self, "db_index", False) or self.primary_key:
            hint = "Put the constraint on a column with hub.crypto.lookup."
            found.append(checks.Error("An encrypted field cannot be indexed.", hint, self, "hub.E001"))
        return found

    def get_lookup(self, lookup: str) -> "type[Lookup[Any]] | None":
        return super().get_lookup(lookup) if lookup == "isnull" else None

    def get_transform(self, lookup_name: str) -> type[Transform] | None:
        return None

    def get_default(self) -> Any:
        return super().get_default() if self.has_default() else (None if self.null else "")

    def to_python(self, value: Any) -> SecretText | None:
        if value is None:
            return None
        if isinstance(value, bytes | bytearray | memoryview):
            return self._open(bytes(value))
        return SecretText(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> SecretText | None:
        return None if value is None else self._open(bytes(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or isinstance(value, bytes | bytearray | memoryview):
            token = value
        else:
            token = crypto.encrypt(str(value)) if value != "" else b""
        return super().get_db_prep_value(token, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        """A dump holds the token, never the text; it is not meant to be loaded again."""
        value = self.value_from_object(obj)
        return crypto.encrypt(str(value)).decode() if value else ""

    def formfield(self, **kwargs: Any) -> Any:
        defaults: dict[str, Any] = {"form_class": forms.CharField, "max_length": self.max_length, **kwargs}
        if self.null:
            defaults.setdefault("empty_value", None)
        return models.Field.formfield(self, **defaults)

    @staticmethod
    def _open(token: bytes) -> SecretText:
        return SecretText(crypto.decrypt(token)) if token else SecretText("")
