"""Who a goal or a measure is kept from: chosen by its writer, kept in every reading, and hinted at in none (P-A7)."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from actionplans import actions
from actionplans.contributions import plan_of_case
from actionplans.desk import Readers
from actionplans.models import Goal, Measure
from consent import actions as consent_actions
from hub.errors import Invalid
from tests.cast import NOW, World, info_type
from tests.holding import DURING, close, present, running
from tests.matrix_plans import said_otherwise
from tests.plans import doing, goal_of, measure_of, plan_of
from tests.test_plan_pages import doing as typed
from tests.test_plan_pages import read, send

pytestmark = pytest.mark.django_db


def goal_as(world: World, kim: Client, *ticked: str) -> Goal:
    """Written on the page with these agencies ticked."""
    audience = [str(getattr(world, name).pk) for name in ticked]
    assert send(kim, "goal_new", world.case.ref, **said_otherwise(world), audience=audience).status_code == 302
    found: Goal = Goal.objects.latest("pk")
    return found


def test_the_writer_chooses_who_reads_of_those_that_the_consent_lets_read(world: World) -> None:
    plan_of(world)
    kim = world.client("kim")
    form = kim.get(reverse("actionplans:goal_new", args=[world.case.ref])).context["form"]
    offered = {name for _pk, name in form.fields["audience"].choices}
    assert {world.police.name, world.school.name} <= offered
    assert world.social.name not in offered
    everybody = [str(pk) for pk, _name in form.fields["audience"].choices]
    assert send(kim, "goal_new", world.case.ref, **said_otherwise(world), audience=everybody).status_code == 302
    assert Goal.objects.latest("pk").audience == []
    assert goal_as(world, kim, "school").audience == [world.school.pk]
    assert goal_as(world, kim).audience == [world.social.pk]
    assert "Inskränkt till skola" in read(kim, "plan", world.case.ref)
    assert "Inskränkt till er själva" in read(kim, "plan", world.case.ref)
    assert "Inskränkt" not in read(world.client("sam"), "plan", world.case.ref)
    unknown = send(kim, "goal_new", world.case.ref, **said_otherwise(world), audience=[str(world.other_police.pk)])
    assert unknown.status_code == 422


def test_what_nobody_touched_stays_narrowed_when_a_consent_has_ended(world: World) -> None:
    plan = plan_of(world)
    goal = goal_of(world, plan, audience=(world.school.pk,))
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    sent = said_otherwise(world)
    assert send(world.client("kim"), "goal_change", goal.ref, **sent).status_code == 302
    goal.refresh_from_db()
    assert (goal.audience, goal.row_version) == ([world.school.pk], 2)
    # Of two that it was narrowed to, one can still be chosen, and stands ticked: that is no choice of everybody.
    social, police, school = world.social.pk, world.police.pk, world.school.pk
    left = Readers(world.kim.actor, {school: world.school}, {social: frozenset({school})})
    assert left.narrowed({school}, source=social, standing=(school, police)) == (school, police)
    assert left.narrowed({school}, source=social, standing=()) == ()


def test_only_the_agency_that_wrote_a_measure_changes_who_reads_it(world: World) -> None:
    plan, kind = plan_of(world), info_type("attendance")
    both = (world.social.pk, world.police.pk)
    schools = measure_of(world, plan, "sam", by="sam", type=kind, audience=both)
    wider = doing(world, "sam", type=kind, text="Möter Elias.")
    with pytest.raises(Invalid) as bad:
        actions.change_measure(schools, wider, row_version=1, by=world.kim.actor, at=NOW)
    assert "audience" in bad.value.errors
    kim = world.client("kim")
    page = kim.get(reverse("actionplans:measure_change", args=[schools.ref]))
    assert "audience" not in page.context["form"].fields
    sent: dict[str, Any] = typed(world, "sam", row_version=1, text="Möter Elias.", hours="", type="attendance")
    assert send(kim, "measure_change", schools.ref, **sent).status_code == 302
    assert set(Measure.objects.latest("pk").audience) == set(both)
    with pytest.raises(Invalid) as bad:  # nor does anybody write for others what he may not read himself
        measure_of(world, plan, "sam", by="kim", type=kind, audience=(world.police.pk,))
    assert "audience" in bad.value.errors


def test_what_is_narrowed_stands_in_no_reading_of_others(world: World) -> None:
    plan, kim = plan_of(world), world.kim.actor
    goal = goal_of(world, plan, audience=(world.school.pk,), text="Hemligt mål.")
    measure = measure_of(world, plan, audience=(world.school.pk,), text="Hemlig åtgärd.")
    open_one = measure_of(world, plan, text="Öppen åtgärd.", family_barred=True)
    meeting = running(world)
    present(world, meeting)
    actions.rate(goal, meeting, level=-1, by=kim, at=DURING)
    for one in (measure, open_one):
        actions.follow_up(one, meeting, state="ongoing", by=kim, at=DURING)
    close(world, meeting, no_next="Sommarlov.")
    seen = {}
    with time_machine.travel(DURING, tick=False):
        for name in ("kim", "sam", "pia"):
            member = world.client(name)
            pages = [read(member, route, world.case.ref) for route in ("plan", "history")]
            world.look()
            panel = plan_of_case(world.case, world.members[name].actor, DURING) or {}
            # What is barred from the family is covered only by the youth's own signature, which is not enough here.
            seen[name] = (["Hemlig" in page for page in pages], "Öppen" in pages[0], panel.get("said"))
    assert seen == {
        "kim": ([True, True], True, "1 mål och 2 åtgärder: 2 pågår"),
        "sam": ([True, True], False, "1 mål och 1 åtgärd: 1 pågår"),
        "pia": ([False, False], False, ""),
    }
