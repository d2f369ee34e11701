"""Two people write at once: both find their words again (P-T7, P-Q3)."""

import pytest

from triage.merging import merge

BASE = "Skolan är orolig. Mamman vill ha stöd."


@pytest.mark.parametrize(
    ("theirs", "mine", "together"),
    [
        (BASE, f"{BASE} Pappan nås inte.", f"{BASE} Pappan nås inte."),
        (f"{BASE} Pappan nås inte.", BASE, f"{BASE} Pappan nås inte."),
        (
            "Skolan är mycket orolig. Mamman vill ha stöd.",
            "Skolan är orolig. Mamman vill inte ha stöd.",
            "Skolan är mycket orolig. Mamman vill inte ha stöd.",
        ),
        ("Skolan är lugn. Mamman vill ha stöd.", "Skolan är lugn. Mamman vill ha stöd.", None),
        ("", BASE, ""),
    ],
    ids=["mine alone", "theirs alone", "two places", "the same change", "they took it all away"],
)
def test_changes_in_different_places_are_joined(theirs: str, mine: str, together: str | None) -> None:
    assert merge(BASE, theirs, mine).text == (theirs if together is None else together)
    assert not merge(BASE, theirs, mine).clash


def test_two_who_changed_the_same_words_both_find_theirs() -> None:
    found = merge(BASE, "Skolan är lugn. Mamman vill ha stöd.", "Skolan är rädd. Mamman vill ha stöd.")
    assert found.clash
    assert "lugn." in found.text
    assert "rädd." in found.text
    assert found.text.endswith("Mamman vill ha stöd.")


def test_two_who_add_at_the_same_end_both_find_theirs() -> None:
    found = merge(BASE, f"{BASE} Första.", f"{BASE} Andra.")
    assert found.clash
    assert found.text.startswith(BASE)
    assert "Första." in found.text
    assert "Andra." in found.text


def test_two_who_begin_on_an_empty_page_both_find_theirs() -> None:
    found = merge("", "En början.", "En annan.")
    assert (found.clash, found.text) == (True, "En början.\nEn annan.")


def test_no_word_is_lost_whatever_the_two_write() -> None:
    words = BASE.split()
    for cut in range(len(words)):
        for other in range(len(words)):
            theirs = " ".join([*words[:cut], "DERAS", *words[cut:]])
            mine = " ".join([*words[:other], "MITT", *words[other:]])
            joined = merge(BASE, theirs, mine).text.split()
            assert {"DERAS", "MITT", *words} <= set(joined), (cut, other)
