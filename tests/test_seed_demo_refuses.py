"""The demo is never mixed with anything else, and is built whole or not at all."""

from datetime import date
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from consent.demo.cases import YouthStory
from consent.demo.papers import versions
from consent.demo.people import Numbers, age_on, birthday_back
from consent.demo.seeding import seed, standing
from hub.models import Agency, User
from tests.cast import World


@override_settings(DEMO=False, DEBUG=False)
def test_it_refuses_outside_demo_mode(db: None) -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo", as_of=date(2026, 11, 22))
    assert not User.objects.exists()


@override_settings(DEMO=True)
def test_it_refuses_where_somebody_else_works(bare_world: World) -> None:
    before = Agency.objects.count()
    with pytest.raises(CommandError, match="annat än demon"):
        call_command("seed_demo", as_of=date(2026, 11, 22))
    assert Agency.objects.count() == before


@override_settings(DEMO=True)
def test_a_day_before_the_information_types_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="Tidigaste dagen"):
        call_command("seed_demo", as_of=date(2020, 1, 1))
    assert standing() is None


@override_settings(DEMO=True)
def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(CommandError, match="är ingen dag"):
        call_command("seed_demo", "--as-of", "2026-02-30")


def test_a_fault_half_way_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: YouthStory) -> list[object]:
        raise RuntimeError("half way")

    monkeypatch.setattr(YouthStory, "threads", breaks)
    with pytest.raises(RuntimeError, match="half way"):
        seed(date(2026, 11, 22))
    assert not Agency.objects.exists()
    assert standing() is None


@pytest.mark.parametrize("days", [1, 179, 180, 181, 360, 361])
def test_versions_follow_each_other_and_none_is_longer_than_a_consent_may_be(days: int) -> None:
    first = date(2026, 1, 1)
    last = date.fromordinal(first.toordinal() + days - 1)
    made = versions(first, last)
    assert (made[0][0], made[-1][1]) == (first, last)
    assert all((end - start).days < 180 for start, end in made)
    assert all((start - end).days == 1 for (_, end), (start, _) in pairwise(made))


@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2027, 2, 28)])
@pytest.mark.parametrize("years", [13, 16])
def test_whoever_is_born_on_the_last_possible_day_has_the_age_and_a_day_later_not(day: date, years: int) -> None:
    born = birthday_back(day, years)
    assert age_on(born, day) == years
    assert age_on(date.fromordinal(born.toordinal() + 1), day) == years - 1


def test_a_test_number_is_given_once() -> None:
    numbers = Numbers()
    taken = []
    while found := numbers.take("M", born_after=date(2010, 1, 1), born_by=date(2010, 12, 31)):
        taken.append(found[0])
    assert len(taken) == len(set(taken)) > 0
