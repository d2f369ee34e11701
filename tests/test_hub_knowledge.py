"""A unit answers once, in one of three wordings, and sees its own question and answer alone (P-T6)."""

from datetime import timedelta

import pytest

from hub.access import Denied, permitted
from hub.errors import Conflict, Invalid
from tests.cast import NOW, SECOND, World
from tests.concerns import SUMMARY, nova
from tests.hub_scenes import NEED, answered, check_of, convened, outside_unit
from triage import actions
from triage.hub_messages import due_of, questions
from triage.models import ConcernReport, HubCall, Knowledge, KnowledgeCheck, KnowledgeNote, PreliminaryAssessment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]


def test_the_three_wordings_are_those_of_the_model() -> None:
    assert [str(label) for label in Knowledge.labels] == [
        "Vi känner till",
        "Vi känner inte till",
        "Vi lämnar inga uppgifter",
    ]


def test_the_first_answer_stands(world: World) -> None:
    check = answered(world)
    with pytest.raises(Conflict):
        actions.answer_check(check, actions.Known(answer="unknown"), by=world.vera.actor, at=NOW + 2 * SECOND)
    check.refresh_from_db()
    assert (check.answer, check.summary, check.answered_by) == ("known", SUMMARY, world.vera.assignment)
    assert list(check.notes.values_list("about", "whom")) == [("sibling", "äldre bror")]


@pytest.mark.parametrize(
    ("known", "field"),
    [
        (actions.Known(answer=""), "answer"),
        (actions.Known(answer="known"), "summary"),
        (actions.Known(answer="unknown", summary="Men ändå."), "answer"),
        (actions.Known(answer="nothing_said", notes=[actions.Told(about="parent", whom="mamma", text="x")]), "answer"),
        (actions.Known(answer="known", summary="x", notes=[actions.Told(about="parent", whom="", text="x")]), "notes"),
        (
            actions.Known(
                answer="known", summary="x", notes=[actions.Told(about="parent", whom="20121202-2388", text="x")]
            ),
            "notes",
        ),
    ],
)
def test_an_answer_that_says_too_little_or_too_much_is_refused(world: World, known: actions.Known, field: str) -> None:
    check = check_of(world, "vera")
    with pytest.raises(Invalid) as refused:
        actions.answer_check(check, known, by=world.vera.actor, at=NOW)
    assert field in refused.value.errors


def test_a_unit_of_another_kommun_sees_its_question_and_answer_and_nothing_else(world: World) -> None:
    unit = outside_unit(world)
    convened(world, need=NEED)
    answered(world)
    sara, later = world.sara.actor, NOW + timedelta(hours=1)
    own = permitted(KnowledgeCheck.objects.all(), sara, at=later).get()
    assert own.unit == unit
    actions.answer_check(own, actions.Known(answer="nothing_said"), by=sara, at=later)
    assert permitted(KnowledgeCheck.objects.all(), sara, at=later).get().answer == "nothing_said"
    for model in (ConcernReport, PreliminaryAssessment, KnowledgeNote, HubCall):
        assert not permitted(model.objects.all(), sara, at=later).exists(), model
    with pytest.raises(Conflict):
        actions.answer_check(own, actions.Known(answer="unknown"), by=sara, at=later)


def test_the_question_waits_on_the_home_page_until_it_is_answered(world: World) -> None:
    check = check_of(world, "vera")
    (todo,) = questions(world.vera.actor, NOW)
    assert todo.due_at == due_of(check) == NOW + timedelta(hours=2)
    assert "Nova" not in todo.title + todo.text
    assert questions(world.vera.actor, due_of(check) - SECOND)[0].colour == "warn"
    assert questions(world.vera.actor, due_of(check))[0].colour == "danger"
    answered(world)
    assert questions(world.vera.actor, NOW + SECOND) == []


def test_nobody_answers_when_the_child_is_decided_on(world: World) -> None:
    check = check_of(world, "vera")
    PreliminaryAssessment.objects.filter(pk=nova(world).pk).update(state="not_opened", state_at=NOW)
    assert not permitted(KnowledgeCheck.objects.filter(pk=check.pk), world.vera.actor, "answer", at=NOW).exists()


def test_only_those_roles_that_are_asked_answer(world: World) -> None:
    check = check_of(world, "lovisa")
    with pytest.raises(Denied):
        actions.answer_check(check, actions.Known(answer="unknown"), by=world.lovisa.actor, at=NOW)
    assert world.client("lovisa").get(f"/kannedom/{check.ref}/").status_code == 404
    assert world.client("lovisa").get("/api/v1/knowledge-checks/").json()["results"] == []
    check.refresh_from_db()
    assert check.answered_at is None
