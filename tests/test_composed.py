"""A rule that is composed once says word for word what the rule itself says, for everybody it is asked for."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from consent.models import InformationItem
from consent.rules import GROUNDS_OF_AN_ITEM
from hub import composed
from hub.access import POLICY, Actor, permitted, rule_for
from hub.composed import INSTANTS, MARKS, SHAPE
from hub.models import Case, Deadline, Individual
from tests.cast import NOW, SECOND, World, write
from triage import queue
from triage.models import PreliminaryAssessment

pytestmark = pytest.mark.django_db

#: Rules that hold for every row: there is nothing to compose.
EVERY_ROW = {("InformationType", "list")}
#: Rules with an instant reckoned from the one asked about, for which there is no mark: asked as they stand.
RECKONED = {("CallChild", "write")}


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Neither from another test into these nor from these into another."""
    composed.forget()
    rule_for.cache_clear()
    yield
    composed.forget()
    rule_for.cache_clear()


def as_it_stands(model: type[Model], action: str, actor: Actor) -> Q | None:
    granted = [q for rule in POLICY[model, action] if (q := rule(actor, NOW)) is not None]
    return reduce(or_, granted) if granted else None


def bare(text: str) -> str:
    """Without the parentheses around the whole of it."""
    depth = list(itertools.accumulate((c == "(") - (c == ")") for c in text))
    return bare(text[1:-1]) if text.startswith("(") and depth.index(0) == len(text) - 1 else text


def words(queryset: QuerySet[Any], begin: str, end: str = "") -> list[Any]:
    """SQL before, within and after two words, and its parameters; inner tables by the names that Django gives them."""
    sql, parameters = queryset.query.sql_with_params()
    before, _, rest = re.sub(r"\br\d+_", "", str(sql)).partition(begin)
    rule, _, after = rest.partition(end) if end else (rest, "", "")
    return [before, bare(rule), after, *parameters]


def askers(world: World, model: type[Model]) -> Iterator[Actor]:
    """Everybody in the cast, some also at the limits of their assignments, about everyone and about Elias alone."""
    about = any(field.name == "individual" for field in model._meta.concrete_fields)
    for name, member in world.members.items():
        yield member.actor
        if name in ("kim", "pia", "mona", "ada"):
            yield replace(member.actor, valid_to=NOW + SECOND, asks_about=world.elias.pk if about else None)
            yield replace(member.actor, valid_to=NOW)
            yield replace(member.actor, valid_from=NOW + SECOND)


def test_every_rule_is_composed_and_said_word_for_word(world: World) -> None:
    compared, left = 0, set()
    for model, action in POLICY:
        for actor in askers(world, model):
            rule, plain = rule_for(model, actor, action, at=NOW), as_it_stands(model, action, actor)
            assert (rule is None) == (plain is None), (model, action, actor)
            if rule is not None and plain is not None:
                same_words(model._base_manager.order_by(), rule, plain, (model, action, actor))
                compared += 1
                if not any(isinstance(part, composed.Composed) for part in rule.children):
                    left.add((model.__name__, action))
    assert compared > 600
    assert left == EVERY_ROW | RECKONED


def same_words(rows: QuerySet[Any], rule: Q, plain: Q, what: object) -> None:
    try:
        assert words(rows.filter(rule), " WHERE ") == words(rows.filter(plain), " WHERE "), what
    except EmptyResultSet:
        assert not rows.filter(plain).exists()


@pytest.mark.parametrize("name", GROUNDS_OF_AN_ITEM)
def test_the_ground_of_an_item_is_said_word_for_word(world: World, name: str) -> None:
    build = GROUNDS_OF_AN_ITEM[name]
    for actor in askers(world, InformationItem):
        made = composed.composed(InformationItem, name, build, actor, NOW)
        assert isinstance(made, composed.Composed)
        mine, plain = (InformationItem.objects.values(found=one) for one in (made, build(actor, NOW)))
        assert words(mine, "SELECT ", ' AS "found"') == words(plain, "SELECT ", ' AS "found"')


@pytest.mark.parametrize(
    ("model", "build"),
    [
        *((PreliminaryAssessment, one) for one in (queue._due, queue._siblings, queue._protection_done)),
        (Deadline, queue._waits_of_itself),
    ],
)
def test_what_depends_on_nobody_is_said_word_for_word(model: type[Model], build: Callable[[], Any]) -> None:
    rows = model._base_manager.order_by()
    for _ in range(2):
        made = composed.composed_once(model, build)
        mine, plain = (rows.values(found=one) for one in (made, build()))
        assert words(mine, "SELECT ", ' AS "found"') == words(plain, "SELECT ", ' AS "found"')
        assert "Composed" in repr(mine.query.annotations["found"])


def test_everything_an_actor_holds_is_either_told_apart_or_put_in_anew() -> None:
    """A field that were neither would keep the value of whoever asked first."""
    assert {field.name for field in fields(Actor)} == {*SHAPE, *MARKS, *INSTANTS.values()}


def test_one_rule_within_another_means_each_its_own_tables(world: World) -> None:
    read_by_pia = write(world, "sam", "attendance").individual_id
    actor = world.pia.actor
    items = permitted(InformationItem.objects.all(), actor, at=NOW)
    inner = items.filter(Exists(permitted(Case.objects.all(), actor, at=NOW).filter(individual=OuterRef("individual"))))
    found = Individual.objects.filter(Exists(inner.filter(individual=OuterRef("pk"))))
    assert list(permitted(found, actor, at=NOW).values_list("pk", flat=True)) == [read_by_pia]
    assert list(found.exclude(pk__in=permitted(Individual.objects.all(), actor, at=NOW).values("pk"))) == []
    olof = permitted(InformationItem.objects.all(), world.members["olof"].actor, at=NOW)
    assert not Individual.objects.filter(Exists(olof.filter(individual=OuterRef("pk")))).exists()


def test_what_is_reckoned_from_the_instant_is_asked_as_it_stands(world: World) -> None:
    def written_today(actor: Actor, at: Any) -> Q:
        return Q(recorded_at__gt=at - timedelta(days=1))

    for at in (NOW, NOW + timedelta(days=3)):
        made = composed.composed(InformationItem, "today", written_today, world.kim.actor, at)
        assert made == written_today(world.kim.actor, at)


def test_what_is_reckoned_from_a_value_of_the_actor_is_asked_as_it_stands(world: World) -> None:
    """A number or a text made from a mark would else be asked for everybody, and be nobody's."""

    def next_unit(actor: Actor, at: Any) -> Q:
        return ~Q(owner_unit_id=actor.unit_id + 1)

    def named_so(actor: Actor, at: Any) -> Q:
        return ~Q(number__icontains=actor.unit_name)

    for build in (next_unit, named_so):
        for name in ("kim", "pia"):
            actor = world.members[name].actor
            assert composed.composed(Case, build.__name__, build, actor, NOW) == build(actor, NOW)


def test_a_rule_with_an_inner_table_under_the_outer_ones_name_is_asked_as_it_stands(world: World) -> None:
    def in_a_list(actor: Actor, at: Any) -> Q:
        mine = Case.objects.filter(owner_unit_id=actor.unit_id).values("pk")
        return Q(pk__in=mine.union(mine, all=True)) & Q(individual__isnull=False) & Q(opened_at__lte=F("opened_at"))

    made = composed.composed(Case, "twice", in_a_list, world.kim.actor, NOW)
    assert set(Case.objects.filter(made)) == set(Case.objects.filter(in_a_list(world.kim.actor, NOW))) == {world.case}
