"""What a plan may not tell: kept back in every wording, on every screen and paper, whatever is written in it (P-A7)."""

from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
import time_machine
from django.urls import reverse

from actionplans import actions, family, queries
from actionplans.models import Goal, Measure, Rating
from actionplans.paper import Said, render_plan
from consent import actions as consent_actions
from hub.access import permitted
from hub.errors import Conflict
from hub.readability import advise
from meetings.actions import step_out
from meetings.models import Participant
from tests.cast import NOW, SECOND, World, info_type
from tests.family_plans import agreed, asked, planned
from tests.gatherings import THURSDAY, gather
from tests.holding import DURING, close, place, present, running
from tests.papers import pages
from tests.plans import SCHOOL, doing, goal_of, measure_of, plan_of
from tests.test_plan_pages import answered, read, send
from tests.test_plan_paper import of_the_demo

pytestmark = pytest.mark.django_db
HOSTILE = (
    '#read("/etc/passwd")',
    "@ref *fet* _kursiv_ = $x^2$ <etikett>",
    "<script>alert(1)</script>",
    "\\u{41} `kod` // bort /* bort */",
    "\u200fאבגד\u200e (1)",
    "Å" * 299,
)


def test_the_page_of_a_meeting_saves_nothing_of_the_plan_while_somebody_there_may_not_hear_it(world: World) -> None:
    plan = plan_of(world)
    goal, measure = goal_of(world, plan), measure_of(world, plan)
    meeting = running(world)
    present(world, meeting)
    with time_machine.travel(DURING, tick=False):
        consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=DURING)
        kim, form = world.client("kim"), answered(goal, measure, meeting, world)
        level = next(name for name in form if name.startswith("g_"))
        refused = send(kim, "follow", meeting.ref, **{**form, level: "1"})
        assert refused.status_code == 409
        assert "Någon som är med får inte höra om planen. Inget är sparat." in refused.content.decode()
        assert goal.text not in refused.content.decode()
        assert kim.get(reverse("api:plan_follow_ups", args=[meeting.ref])).status_code == 409
        assert not Rating.objects.exists()
        for who in (world.pia, world.sam):
            step_out(place(meeting, who), by=world.kim.actor, at=DURING)
        assert send(kim, "follow", meeting.ref, **{**form, level: "1"}).status_code == 302
    assert Rating.objects.get().level == 1


def test_what_is_kept_back_afterwards_is_kept_back_in_its_earlier_wordings(world: World) -> None:
    plan, kim, pia = plan_of(world), world.kim.actor, world.pia.actor
    goal, measure, mistake = goal_of(world, plan), measure_of(world, plan), measure_of(world, plan, text="Fel läsare.")
    only_school = (world.school.pk,)

    def seen(model: type[Goal] | type[Measure] | type[Rating]) -> int:
        return permitted(model._default_manager.all(), pia, at=DURING).count()

    changed = doing(world, text="Rätt läsare.", audience=only_school)
    actions.change_measure(mistake, changed, row_version=1, by=kim, at=NOW)
    assert seen(Measure) == 1, "what was narrowed before any meeting is read by nobody else, as it stood either"
    meeting = running(world)
    present(world, meeting)
    actions.rate(goal, meeting, level=-1, by=kim, at=DURING)
    for one in Measure.objects.filter(last_version=None):
        actions.follow_up(one, meeting, state="ongoing", by=kim, at=DURING)
    close(world, meeting, no_next="Sommarlov.")
    goal.refresh_from_db()
    new = actions.reword_goal(goal, SCHOOL, row_version=goal.row_version, by=kim, at=DURING)
    assert (seen(Goal), seen(Rating)) == (2, 1)
    actions.reword_goal(new, replace(SCHOOL, audience=only_school), row_version=1, by=kim, at=DURING)
    assert (seen(Goal), seen(Rating)) == (0, 0)
    measure.refresh_from_db()
    barred = doing(world, family_barred=True)
    again = actions.change_measure(measure, barred, row_version=measure.row_version, by=kim, at=DURING)
    assert not Measure.objects.exclude(text__endswith="läsare.").filter(family_barred=False).exists()
    assert seen(Measure) == 0
    # Nothing is widened again, and what was changed twice between two meetings is still the same measure.
    last = actions.change_measure(again, doing(world), row_version=1, by=kim, at=DURING)
    assert last.replaces == again
    assert seen(Measure) == 1
    history = queries.history(world.case, kim, at=DURING)
    assert [(len(rows), one) for one, rows in history.measures if one.text.startswith("Ringer")] == [(1, last)]


def test_an_agencys_narrowing_leaves_another_agencys_earlier_wording_to_that_agency(world: World) -> None:
    plan, kim, kind = plan_of(world), world.kim.actor, info_type("attendance")
    own = measure_of(world, plan)
    schools = actions.change_measure(own, doing(world, "sam", type=kind), row_version=1, by=kim, at=NOW)
    narrow = doing(world, "sam", type=kind, audience=(world.social.pk,), family_barred=True)
    actions.change_measure(schools, narrow, row_version=1, by=world.sam.actor, at=NOW)
    own.refresh_from_db()
    schools.refresh_from_db()
    assert (own.audience, own.family_barred) == ([], True)
    assert (schools.audience, schools.family_barred) == ([world.social.pk], True)


def test_what_the_guardians_may_not_hear_is_folded_on_a_screen_that_they_may_look_at(world: World) -> None:
    plan = plan_of(world)
    goal_of(world, plan)
    goal_of(world, plan, text="Dolt mål.", own_words="Dolda ord.", family_barred=True)
    measure_of(world, plan, text="Dold åtgärd.", family_barred=True)
    meeting = running(world)
    present(world, meeting)
    with time_machine.travel(DURING, tick=False):
        kim = world.client("kim")
        page = kim.get(reverse("meetings:hold", args=[meeting.ref])).content.decode()
        before, folded = page.split('<details class="more"><summary>Fler rader</summary>')
        folded, after = folded.split("</details>", 1)
        for hidden in ("Dolt mål.", "Dolda ord.", "Dold åtgärd."):
            assert (hidden in before, hidden in folded, hidden in after) == (False, True, False)
        assert SCHOOL.text in before
        wrong = f"m_{Measure.objects.get().ref}"
        shown = send(kim, "follow", meeting.ref, **{wrong: "not_done", f"n_{wrong}": "", f"was_{wrong}": "|"})
    assert shown.status_code == 422
    assert '<details class="more" open><summary>Fler rader</summary>' in shown.content.decode()


def test_the_paper_tells_only_of_a_next_meeting_that_its_reader_is_asked_to(bare_world: World) -> None:
    plan, kim, later = planned(bare_world), bare_world.kim.actor, THURSDAY + timedelta(days=21)
    first = plan.case.meetings.get()
    gather(bare_world, starts_at=later)

    def told() -> list[object]:
        return [family.next_meeting(plan, row, kim, at=NOW) for row in asked(plan, kim)[1]]

    assert told() == [THURSDAY, THURSDAY]
    Participant.objects.filter(meeting=first, person=bare_world.eva.person_id).update(removed_at=NOW)
    assert told() == [THURSDAY, later]


def test_a_review_tells_nothing_of_a_wording_that_cannot_be_read(bare_world: World) -> None:
    plan, kim, lovisa = agreed(planned(bare_world)), bare_world.kim.actor, bare_world.lovisa.actor
    for text in ("Möter Elias vid dörren.", "Ringer hem."):
        schools = Measure.objects.filter(plan=plan, agency=bare_world.school, type__code="measures_and_plan").latest(
            "pk"
        )
        facts = {"part": "text", "language": "so", "text": "Ku kulan.", "row_version": 0}
        row = actions.translate(schools, **facts, by=kim, at=NOW)  # type: ignore[arg-type]  # as named above
        unread = doing(bare_world, "sam", text=text, type=info_type("attendance"))
        sam, version = bare_world.sam.actor, schools.row_version
        actions.change_measure(schools, unread, row_version=version, by=sam, at=NOW + SECOND)
        with pytest.raises(Conflict):
            actions.review_translation(row, row_version=1, by=lovisa, at=NOW + SECOND)
        measure_of(bare_world, plan, "sam", by="sam", text="Möter Elias vid dörren.")


def test_nothing_that_is_written_in_a_plan_runs_in_the_browser_or_on_the_paper(world: World) -> None:
    plan, kim = plan_of(world), world.client("kim")
    for text in HOSTILE:
        goal = goal_of(world, plan, text=text, own_words=text, baseline=text, levels=(text[:200],) * 5)
        measure_of(world, plan, goal=goal, text=text, place=text[:160])
    for route in ("plan", "paper", "history", "rbm"):
        assert "<script>alert" not in read(kim, route, world.case.ref)
    assert "<script>alert" not in read(kim, "goal_change", Goal.objects.get(text__startswith="<script").ref)
    one = of_the_demo()
    for text in HOSTILE:
        said = replace(one.goals[0], text=Said(text), own_words=Said(text))
        pdf = render_plan(replace(one, goals=(said,), youth=text[:40], contact=text[:40]))
        printed = "".join("".join(pages(pdf)).split()).replace("\u200b", "")
        assert "root:" not in printed
        if text.isascii():
            assert printed.count("".join(text.split())) >= 2, text


@pytest.mark.parametrize("run", [". " + " " * 20_000 + "a", "." * 20_000 + "a", '. "' * 20_000, "(" * 20_000])
def test_counting_how_easy_a_long_pasted_text_is_takes_no_long_time(run: str) -> None:
    """It is counted before it is refused for its length."""
    began = process_time()
    advise(f"{run}\n" * 2)
    assert process_time() - began < 2
