"""A row of every kind that the end of a case and what follows it keep."""

from actionplans import actions
from actionplans.models import AfterAnswer, AfterCorrection
from consent.actions import SignerAnswer
from tests.caring import YES, asked_paper, group_facts, group_of_five, question
from tests.cast import NOW, START_DAY, World


def every_kind_of_end(world: World, said: str) -> None:
    """The end is prepared, and what follows one is there, with what was `said` wherever text can stand."""
    kim = world.kim.actor
    facts = actions.ClosingFacts(family_text=said, no_meeting_reason=said)
    closing = actions.write_closing(world.case, facts, by=kim, at=NOW)
    line = actions.HandoverFacts(text=said, taker="other", to_whom=said[:120], from_day=START_DAY, reason=said)
    actions.hand_over(closing, line, by=kim, at=NOW)
    paper = asked_paper(world)
    ticks = list(paper.questions.values_list("pk", flat=True))
    oral = SignerAnswer(answer="given", how="oral", note=said, witness=said[:120], voluntary=True)
    for who, role, answer in (
        (world.elias.person, "youth", oral),
        (world.eva.person, "guardian", YES),
        (world.emil.person, "guardian", YES),
    ):
        actions.sign_after(paper, who, role, actions.AfterYes(answer=answer, ticks=ticks), by=kim, at=NOW)
    one, same = question(paper), {"municipality": world.kommun}
    told = AfterAnswer.objects.create(
        **same,
        question=one,
        case=world.case,
        individual=world.elias,
        what=one.what,
        source=one.source,
        months=6,
        asked_at=NOW,
        asked_by=world.kim.assignment,
        value="no",
        told_on=START_DAY,
        told_by=said[:120],
        recorded_at=NOW,
        recorded_by=world.kim.assignment,
    )
    AfterCorrection.objects.create(
        **same, answer=told, value="yes", why=said, noted_at=NOW, noted_by=world.kim.assignment
    )
    group_of_five(world)
    group = actions.make_group(group_facts(world), by=world.mona.actor, at=NOW)
    told_of = {"count": 2, "counted": group.size, "delivered_on": START_DAY, "delivered_by": said[:120]}
    actions.deliver_count(group, **told_of, by=world.mona.actor, at=NOW)  # type: ignore[arg-type]  # several types
