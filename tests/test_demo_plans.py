"""The texts of the demo's plans are as easy to read as the family's paper asks for. No database."""

from collections.abc import Iterator

import pytest

from actionplans import demo_texts
from actionplans.demo_texts import AGREE, OTHERS, YOUNGEST, Aim
from actionplans.models import LEVELS
from hub.readability import lix

AIMS = list(dict.fromkeys((*YOUNGEST, *(aim for each in OTHERS for aim in each))))


def texts(aim: Aim) -> Iterator[str]:
    yield from (aim.text, aim.own_words, aim.baseline, aim.why, *aim.levels)
    for doing in aim.doing:
        yield from (doing.text, doing.note)


@pytest.mark.parametrize("name", ["Zakaria", "Li"])
def test_every_text_of_the_demo_is_very_easy_to_read(name: str) -> None:
    every = [text.format(first=name) for aim in AIMS for text in texts(aim)]
    every += [words for said in AGREE.values() for _agrees, words in said]
    assert {text: round(lix(text)) for text in every if lix(text) > 30} == {}


def test_every_goal_of_the_texts_is_told_and_its_path_is_on_the_scale() -> None:
    named = {value for value in vars(demo_texts).values() if isinstance(value, Aim)}
    assert named == set(AIMS)
    assert all(set(aim.path) <= set(LEVELS) for aim in AIMS)
    assert {doing.states[-1] for aim in AIMS for doing in aim.doing} >= {"not_done", "not_possible", "done", "aborted"}
