"""The data dictionary is what the models say."""

from pathlib import Path

from hub.management.commands.data_dictionary import data_dictionary

DOCUMENT = Path(__file__).parent.parent / "docs" / "data-dictionary.md"


def test_the_data_dictionary_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == data_dictionary()


def test_every_table_says_what_it_is() -> None:
    undescribed = [part.splitlines()[0] for part in data_dictionary().split("## ")[1:] if part.count("\n\n") < 3]
    assert undescribed == []
