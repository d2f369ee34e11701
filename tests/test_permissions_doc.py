"""The table of permissions that people read is the one that the code asks."""

from pathlib import Path

from hub.access import POLICY
from hub.management.commands.permissions_doc import PATH, sentence, text

DOCUMENT = Path(__file__).parent.parent / PATH


def test_the_document_is_what_the_policy_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == text(), "kör: python manage.py permissions_doc"


def test_every_rule_can_be_told_in_one_sentence() -> None:
    untold = [
        f"{model._meta.label}.{action}"
        for (model, action), rules in POLICY.items()
        for rule in rules
        if len(sentence(rule)) < 15
    ]
    assert untold == []


def test_no_action_is_declared_without_a_rule() -> None:
    assert [(model._meta.label, action) for (model, action), rules in POLICY.items() if not rules] == []
