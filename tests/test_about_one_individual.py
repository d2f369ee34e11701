"""`permitted(…, about=…)` is the same rule planned for one individual: it gives what the list gives of that one."""

from datetime import date

from consent.models import InformationItem
from consent.queries import readable_items
from hub import actions
from hub.access import permitted
from tests.cast import NOW, START, World, person, write

ITEMS = InformationItem.objects.order_by("pk")


def test_what_is_asked_about_one_individual_is_what_the_list_holds_of_that_one(world: World) -> None:
    written = [write(world, who, code) for who, code in (("sam", "attendance"), ("kim", "measures_and_plan"))]
    written += [write(world, "pia", "police_tells", release=False), write(world, "sam", "attendance", record=False)]
    assert len(written) == 4
    other = actions.register_individual(person("Nora", "Ek", date(2011, 1, 1)), by=world.kim.actor, at=START)
    seen = 0
    for who in world.members.values():
        whole = set(permitted(ITEMS, who.actor, at=NOW))
        for individual in (world.elias, other):
            asked = set(permitted(ITEMS, who.actor, at=NOW, about=individual.pk))
            assert asked == {item for item in whole if item.individual_id == individual.pk}, who.user.name
        seen += len(whole)
    assert seen > len(written)


def test_the_grounds_are_the_same_too(world: World) -> None:
    write(world, "sam", "attendance")
    for who in world.members.values():
        whole, asked = (
            [(item.pk, item.ground_consent, item.ground_disclosure) for item in items.order_by("pk")]  # type: ignore[attr-defined]  # annotated
            for items in (
                readable_items(who.actor, NOW).filter(individual=world.elias),
                readable_items(who.actor, NOW, about=world.elias.pk),
            )
        )
        assert whole == asked, who.user.name
