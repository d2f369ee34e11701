"""What the database holds tells nothing without the keys (P-I1, R42)."""

import pickle
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from hub import crypto
from hub.fields import EncryptedTextField, SecretText

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
TEXT = "Åsa Öberg \U0001f9d2 سلام"


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    settings.LOOKUP_KEY = "a key of the tests, long enough to pass"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_goes_in_comes_out(text: str) -> None:
    assert crypto.decrypt(crypto.encrypt(text)) == text


def test_equal_texts_look_different_and_hold_no_plaintext() -> None:
    one, two = crypto.encrypt(TEXT), crypto.encrypt(TEXT)
    assert one != two
    assert TEXT.encode() not in one


def test_old_keys_still_open_and_rotation_moves_to_the_newest(settings: Any) -> None:
    token = crypto.encrypt(TEXT)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert crypto.decrypt(token) == TEXT
    rotated = crypto.rotate(token)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert crypto.decrypt(rotated) == TEXT
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(token)


def test_a_changed_or_foreign_token_is_refused_without_its_content(settings: Any) -> None:
    token = crypto.encrypt(TEXT)
    for bad in (token[:-2] + b"xx", b"", b"\x00", Fernet(OTHER).encrypt(b"Kalle")):
        for call in (crypto.decrypt, crypto.rotate):
            with pytest.raises(crypto.Undecryptable) as refused:
                call(bad)
            assert refused.value.__cause__ is None
            assert "Kalle" not in str(refused.value)


@pytest.mark.parametrize("keys", [[], ["short"], [Fernet.generate_key().decode(), "not a key"]])
def test_bad_keys_fail_loudly_without_showing_them(settings: Any, keys: list[str]) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured) as refused:
        crypto.encrypt(TEXT)
    assert not any(key in str(refused.value) for key in keys)


def test_a_fingerprint_finds_its_equal_within_one_agency_only() -> None:
    mine = crypto.lookup("201012032392", scope=1)
    assert mine == crypto.lookup("201012032392", scope=1)
    assert mine != crypto.lookup("201012032392", scope=2)
    assert mine != crypto.lookup("201012032393", scope=1)
    assert len(mine) == 64


def test_scope_and_text_cannot_be_shifted_into_each_other() -> None:
    assert crypto.lookup("12", scope=3) != crypto.lookup("2", scope=31)
    assert crypto.lookup("", scope="12") != crypto.lookup("2", scope="1")


def test_a_fingerprint_depends_on_the_key_and_a_weak_key_is_refused(settings: Any) -> None:
    first = crypto.lookup("x", scope=1)
    settings.LOOKUP_KEY = "b" * 100
    assert crypto.lookup("x", scope=1) != first
    settings.LOOKUP_KEY = "b" * 31
    with pytest.raises(ImproperlyConfigured):
        crypto.lookup("x", scope=1)


# --- the model field ----------------------------------------------------------------------------------------


def stored(value: Any, field: EncryptedTextField | None = None) -> Any:
    prepared = (field or EncryptedTextField()).get_db_prep_value(value, connection)
    return prepared if prepared is None else bytes(getattr(prepared, "obj", prepared))


def test_the_field_stores_a_token_and_gives_back_the_text() -> None:
    token = stored(TEXT)
    assert TEXT.encode() not in token
    field = EncryptedTextField()
    for raw in (token, memoryview(token)):
        assert field.from_db_value(raw, None, connection) == TEXT
        assert field.to_python(raw) == TEXT


def test_null_and_empty_stay_what_they_are() -> None:
    field = EncryptedTextField(null=True)
    assert (stored(None), stored("")) == (None, b"")
    assert field.from_db_value(None, None, connection) is None
    assert field.from_db_value(b"", None, connection) == ""
    assert (field.get_default(), EncryptedTextField().get_default()) == (None, "")


def test_what_comes_from_the_field_is_not_printed_by_accident() -> None:
    value = EncryptedTextField().from_db_value(stored(TEXT), None, connection)
    assert isinstance(value, SecretText)
    assert TEXT not in repr({"name": value})
    assert f"{value}" == TEXT
    assert pickle.loads(pickle.dumps(value)) == TEXT  # noqa: S301 - our own bytes, made on this line


def test_its_migration_is_stable() -> None:
    for kwargs in ({}, {"max_length": 20, "null": True, "blank": True}, {"editable": False}):
        one = EncryptedTextField(**kwargs)
        _, path, args, found = one.deconstruct()
        two = EncryptedTextField(*args, **found)
        assert two.deconstruct()[1:] == (path, args, found)
        assert (two.editable, two.null, two.max_length) == (one.editable, one.null, one.max_length)
    assert EncryptedTextField().get_internal_type() == "BinaryField"


def test_a_form_gets_a_text_field() -> None:
    form_field = EncryptedTextField(max_length=5).formfield()
    assert form_field.clean("Åsa") == "Åsa"
    with pytest.raises(Exception, match="5"):
        form_field.clean("Åsa Ö.")


@isolate_apps("hub")
def test_it_can_only_be_asked_whether_it_is_there() -> None:
    class Kept(models.Model):
        secret = EncryptedTextField(null=True)

        class Meta:
            app_label = "hub"

        def __str__(self) -> str:
            return "kept"

    assert "IS NULL" in str(Kept._base_manager.filter(secret__isnull=True).query)
    for question in (
        {"secret": TEXT},
        {"secret__contains": "Å"},
        {"secret__gt": "A"},
        {"secret__lower": "å"},
    ):
        with pytest.raises(Exception, match="Unsupported lookup") as refused:
            Kept._base_manager.filter(**question)
        assert TEXT not in str(refused.value)
    kept = Kept(secret=TEXT)
    assert TEXT not in Kept._meta.get_field("secret").value_to_string(kept)


@isolate_apps("hub")
def test_an_index_on_it_is_refused() -> None:
    class Indexed(models.Model):
        secret = EncryptedTextField(unique=True)

        class Meta:
            app_label = "hub"

        def __str__(self) -> str:
            return "indexed"

    field = Indexed._meta.get_field("secret")
    assert "hub.E001" in [found.id for found in field.check()]
