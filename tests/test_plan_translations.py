"""The words of a plan in other languages: one writes, another reviews, and only that is printed (P-P4, R57)."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from actionplans import actions, family
from actionplans.models import Measure, Plan, Translation
from actionplans.translations import DRAFT, MISSING, OUTDATED, REVIEWED, lines_of
from consent import actions as consent_actions
from hub.access import Denied, permitted
from hub.errors import Conflict, Invalid
from tests.cast import NOW, World
from tests.family_plans import agreed, goal, measure, paper, planned, translated
from tests.plans import SCHOOL

pytestmark = pytest.mark.django_db
ARABIC = "إلياس يذهب إلى المدرسة."


def state(bare_world: World, plan: Plan, part: str = "text") -> str:
    kim = bare_world.kim.actor
    found = family.lines_for_family(plan, kim, at=NOW)
    lines = lines_of(plan, found.goals, found.measures, "ar", kim, at=NOW)
    return next(one.state for one in lines if one.fact == goal(plan) and one.part == part)


def test_a_translation_is_printed_when_another_has_reviewed_it_until_the_swedish_changes(bare_world: World) -> None:
    plan, kim, lovisa = agreed(planned(bare_world)), bare_world.kim.actor, bare_world.lovisa.actor
    assert state(bare_world, plan) == MISSING
    row = translated(plan, kim)
    assert state(bare_world, plan) == DRAFT
    assert ARABIC not in paper(bare_world, plan, code="ar").text
    with pytest.raises(Conflict, match="Någon annan"):
        actions.review_translation(row, row_version=1, by=kim, at=NOW)
    with pytest.raises(Conflict):
        actions.review_translation(row, row_version=2, by=lovisa, at=NOW)
    actions.review_translation(row, row_version=1, by=lovisa, at=NOW)
    assert state(bare_world, plan) == REVIEWED
    found = paper(bare_world, plan, code="ar")
    assert ARABIC in found.text
    assert "Be oss läsa det med dig." in found.text
    assert "Ringer Elias varje måndag." in found.text

    same = replace(SCHOOL, why="Elias vill det.")
    actions.reword_goal(goal(plan), same, row_version=1, by=kim, at=NOW)
    assert state(bare_world, plan) == REVIEWED, "the Swedish text is the same in the new wording"
    actions.reword_goal(goal(plan), replace(SCHOOL, text="Elias trivs."), row_version=1, by=kim, at=NOW)
    assert state(bare_world, plan) == OUTDATED
    assert ARABIC not in paper(bare_world, plan, code="ar").text
    with pytest.raises(Conflict):
        actions.review_translation(row, row_version=2, by=lovisa, at=NOW)


def test_what_is_written_anew_is_reviewed_anew_and_two_do_not_write_over_each_other(bare_world: World) -> None:
    plan, kim, lovisa = planned(bare_world), bare_world.kim.actor, bare_world.lovisa.actor
    row = translated(plan, kim)
    actions.review_translation(row, row_version=1, by=lovisa, at=NOW)
    with pytest.raises(Conflict):
        translated(plan, kim, "أخرى", version=1)
    again = translated(plan, lovisa, "أخرى", version=2)
    assert (again.pk, again.reviewed_by, again.written_by) == (row.pk, None, bare_world.lovisa.user)
    assert state(bare_world, plan) == DRAFT


def test_the_database_keeps_writer_and_reviewer_apart(bare_world: World) -> None:
    row = translated(planned(bare_world), bare_world.kim.actor)
    for wrong in (
        {"reviewed_by": row.written_by, "reviewed_at": NOW},
        {"reviewed_at": NOW},
        {"text": ""},
        {"goal": None},
        {"language": "sv"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Translation.objects.filter(pk=row.pk).update(**wrong)


def test_only_who_leads_translates_and_only_what_is_there(bare_world: World) -> None:
    plan = planned(bare_world)
    one, kim = goal(plan), bare_world.kim.actor
    for who in ("pia", "sam", "mona", "fia"):
        with pytest.raises(Denied):
            translated(plan, bare_world.members[who].actor)
    for wrong, error in (
        ({"language": "sv"}, Invalid),
        ({"language": "tlh"}, Invalid),
        ({"text": ""}, Invalid),
        ({"part": "why"}, Conflict),
    ):
        facts = {"part": "text", "language": "ar", "text": ARABIC, "row_version": 0} | wrong
        with pytest.raises(error):
            actions.translate(one, **facts, by=kim, at=NOW)  # type: ignore[arg-type]  # the wrong ones too
    with pytest.raises(Conflict):
        actions.translate(measure(plan), part="own_words", language="ar", text=ARABIC, row_version=0, by=kim, at=NOW)


def test_a_translation_is_read_by_who_leads_while_the_swedish_is(bare_world: World) -> None:
    """It says the same as what it was made from: a consent that ends takes it away too (P-A2)."""
    plan, kim = agreed(planned(bare_world)), bare_world.kim.actor
    row = translated(plan, kim)
    schools = Measure.objects.get(plan=plan, agency=bare_world.school)
    facts = {"part": "text", "language": "so", "text": "Ku kulan.", "row_version": 0}
    other = actions.translate(schools, **facts, by=kim, at=NOW)  # type: ignore[arg-type]  # as named above

    def read_by(who: str) -> set[Translation]:
        return set(permitted(Translation.objects.all(), bare_world.members[who].actor, at=NOW))

    assert read_by("kim") == read_by("lovisa") == {row, other}
    assert read_by("mona") == read_by("sam") == read_by("pia") == read_by("olle") == set()
    consent_actions.stop_sharing(bare_world.elias, by=kim, at=NOW)
    assert read_by("kim") == {row}


def test_the_page_saves_what_was_written_and_offers_the_review_to_another(bare_world: World) -> None:
    plan = planned(bare_world)
    address = f"/arenden/{bare_world.case.ref}/plan/oversattning/"
    kim, lovisa = bare_world.client("kim"), bare_world.client("lovisa")
    assert kim.get(address).status_code == 200
    assert kim.get(f"{address}?sprak=sv").status_code == 404
    name = f"g_{goal(plan).ref}_text"
    sent = {name: ARABIC, f"was_{name}": "0"}
    assert kim.post(f"{address}?sprak=ar", sent).status_code == 302
    row = Translation.objects.get()
    stale = kim.post(f"{address}?sprak=ar", sent | {name: "أخرى"})
    assert stale.status_code == 409
    assert "Någon annan har just ändrat" in stale.content.decode()
    assert "Granskad och rätt" not in kim.get(f"{address}?sprak=ar").content.decode()
    assert "Granskad och rätt" in lovisa.get(f"{address}?sprak=ar").content.decode()
    review = f"/oversattningar/{row.ref}/granska/"
    assert kim.post(review, {"row_version": "1"}).status_code == 409
    assert lovisa.post(review, {"row_version": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.reviewed_by == bare_world.lovisa.user
    page = kim.get(f"/arenden/{bare_world.case.ref}/plan/papper/?sprak=ar").content.decode()
    assert f'<h4 lang="ar" dir="rtl">{ARABIC}</h4>' in page
