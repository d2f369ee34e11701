"""Two people write at once: both find their words again (P-T7, P-Q3)."""

from time import process_time
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import joint_text as merging
from hub.joint_text import merge

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


# --- however long, and whatever it is made of -------------------------------------------------------------------------

LIMIT_SECONDS = 0.4  # a slow machine's; it takes some tenths of it
WORST = {
    "one word over and over": ("a " * 10_000, "b " + "a " * 9_000 + "c", "c " + "a a b " * 3_000),
    "two words in turn": ("a b " * 5_000, "b a b " * 3_300, "b b a a " * 2_500),
    "nothing in common": (
        " ".join(f"x{n}" for n in range(3_000)),
        " ".join(f"y{n}" for n in range(3_000)),
        " ".join(f"z{n}" for n in range(3_000)),
    ),
    "every word moved": (
        " ".join(f"x{n}" for n in range(3_300)),
        " ".join(f"x{n}" for n in range(3_299, -1, -1)),
        " ".join(f"x{n}" for n in range(1, 3_300, 2)),
    ),
    "every other word changed": (
        " ".join(f"x{n}" for n in range(3_300)),
        " ".join(f"x{n}" if n % 2 else "y" for n in range(3_300)),
        " ".join(f"x{n}" if n % 3 else "z" for n in range(3_300)),
    ),
    "many small places": (
        "a b a b a b a b x " * 1_100,
        "".join(f"b a b a a b a {n} " for n in range(1_100)),
        "".join(f"a a b b a b b {n} " for n in range(1_100)),
    ),
    "blanks alone": (" \n" * 10_000, "\n " * 10_000, " " * 20_000),
}


@pytest.mark.parametrize("name", WORST)
def test_the_longest_texts_are_joined_at_once_and_no_word_is_lost(name: str) -> None:
    base, theirs, mine = (text[:20_000] for text in WORST[name])
    began = process_time()
    joined = merge(base, theirs, mine).text
    assert process_time() - began < LIMIT_SECONDS
    assert kept(base, theirs, mine) <= set(joined.split())


def kept(base: str, theirs: str, mine: str) -> set[str]:
    """The words that must be found again: those that either added, and those that nobody took away."""
    was, hers, his = set(base.split()), set(theirs.split()), set(mine.split())
    return (hers - was) | (his - was) | (was & hers & his if len(was) == len(base.split()) else set())


@given(
    st.lists(st.sampled_from([f"ord{n}" for n in range(30)]), unique=True),
    st.lists(st.sampled_from([*(f"ord{n}" for n in range(30)), "hennes", "två\n", "ny"])),
    st.lists(st.sampled_from([*(f"ord{n}" for n in range(30)), "hans", "två\n", "annan"])),
    st.sampled_from([0, 10, 1_000_000]),
)
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_every_word_that_either_wrote_is_found_again(
    base: list[str], theirs: list[str], mine: list[str], most: int
) -> None:
    texts = " ".join(base), " ".join(theirs), " ".join(mine)
    with mock.patch.object(merging, "LARGEST_WORK", most):
        assert kept(*texts) <= set(merge(*texts).text.split())
