"""The plan on paper for one of the family: easy, big, tagged, and nothing that they may not have (P-P4, P-A7, P-A8)."""

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from actionplans import actions, demo_texts, family
from actionplans.models import Goal, Measure
from actionplans.paper import LANGUAGES, PLAN, Doing, GoalPart, PlanPaper, Said, language_of, render_plan
from consent import actions as consent_actions
from consent.paper.language import PaperError, frame, load_language
from hub.models import AuditEntry, Person
from hub.readability import lix
from meetings import actions as meeting_actions
from tests.cast import NOW, SECOND, World, info_type
from tests.family_plans import agreed, asked, goal, measure, paper, planned
from tests.papers import catalogue, pages, read, tags
from tests.plans import goal_of, measure_of

pytestmark = pytest.mark.django_db
NAMES = {"skola": "Petra", "fritid": "Mia", "polis": "Jonas", "coordinator": "Karin", "lots": "Amir"}


def of_the_demo() -> PlanPaper:
    """The full plan of the demo's fourteen-year-old."""
    left = demo_texts.MOST
    goals = []
    for aim in demo_texts.YOUNGEST:
        doing = [one for one in aim.doing if not one.barred][:left]
        left -= len(doing)
        tasks = tuple(
            Doing(
                kind="socialtjanst" if one.who in ("coordinator", "lots") else one.who,
                name=NAMES[one.who],
                text=Said(one.text.format(first="Zakaria")),
                until=date(2026, 12, 22),
            )
            for one in doing
        )
        goals.append(
            GoalPart(text=Said(aim.text.format(first="Zakaria")), own_words=Said(aim.own_words), level=-1, doing=tasks)
        )
    return PlanPaper(
        code="sv",
        fixed=language_of(),
        to="y",
        youth="Zakaria",
        goals=tuple(goals),
        others=(),
        next_at=datetime(2026, 11, 26, 9, tzinfo=ZoneInfo("Europe/Stockholm")),
        contact="Karin Lindqvist",
        phone="08-465 004 12",
        printed_on=date(2026, 11, 22),
    )


def test_the_fourteen_year_olds_plan_goes_on_one_page_is_very_easy_and_tagged() -> None:
    found = of_the_demo()
    pdf = render_plan(found)
    assert lix(found.text) <= 30
    assert max(lix(line) for line in found.text.splitlines() if line) <= 45  # no hard line hides among easy ones
    assert len(pages(pdf)) == 1
    root = catalogue(pdf)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv"
    assert b"pdfuaid" in pdf
    kinds = tags(pdf)
    assert (kinds.count("Title"), kinds.count("H1"), kinds.count("Figure")) == (1, 4, 6 + 2)
    assert render_plan(found) == pdf
    text = pages(pdf)[0]
    for line in found.text.splitlines():
        assert all(word.rstrip(":") in text for word in line.split())


def test_every_picture_says_what_it_shows_and_the_type_is_big() -> None:
    pdf = render_plan(of_the_demo())
    alts: list[str] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                alts.append(str(node.get("/Alt", "")))
            walk(node.get("/K", []))

    walk(catalogue(pdf)["/StructTreeRoot"])
    assert set(alts) == {"Skolan", "Socialtjänsten", "Fritidsgården", "Polisen", "Nästa möte", "Ring"}
    sizes: set[float] = set()

    def seen(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.add(round(size * abs(matrix[3] or 1), 1))

    read(pdf).pages[0].extract_text(visitor_text=seen)
    assert min(sizes) >= 14


def test_the_scale_is_said_in_words_never_in_numbers() -> None:
    one = of_the_demo()
    for level in (-2, -1, 0, 1, 2):
        text = replace(one, goals=(replace(one.goals[0], level=level),)).text
        assert not re.search(r"[+\N{MINUS SIGN}-]\d\b", text.split("Vi ses igen")[0])
    assert "Vi börjar nu." in replace(one, goals=(replace(one.goals[0], level=None),)).text


def test_from_right_to_left_each_text_keeps_its_own_direction_and_what_is_swedish_is_said() -> None:
    one = of_the_demo()
    arabic = replace(one.goals[0], text=Said("إلياس يذهب إلى المدرسة.", "ar"), own_words=None)
    found = replace(one, code="ar", goals=(arabic, *one.goals[1:]))
    assert found.tongue.direction == "rtl"
    assert "Be oss läsa det med dig." in found.text
    assert not one.some_swedish
    pdf = render_plan(found)
    assert catalogue(pdf)["/Lang"] == "ar"
    assert len(pages(pdf)) <= 2


def test_fixed_words_that_nobody_has_reviewed_are_printed_in_swedish() -> None:
    for path in PLAN.languages.glob("*.toml"):
        if path.stem == "sv":
            continue
        tongue = LANGUAGES[path.stem]
        with pytest.raises(PaperError, match="inte granskade"):
            load_language(path.stem, paper=PLAN)
        assert language_of(path.stem).code == "sv"
        assert path.read_text(encoding="utf-8") == frame(
            tongue.code, tongue.code, tongue.direction, tongue.name, paper=PLAN
        )


# --- what the family may have ---


def test_the_paper_has_what_is_agreed_and_read_and_the_youths_words_are_the_youths(bare_world: World) -> None:
    plan = planned(bare_world)
    youth, mother = paper(bare_world, plan), paper(bare_world, plan, 1)
    assert youth.title == "Min plan"
    assert mother.title == "Plan för Elias"
    assert "Jag vill klara nian." in youth.text
    assert "Jag vill klara nian." not in mother.text
    assert "Kim, socialtjänsten: Ringer Elias varje måndag." in mother.text
    assert "Möter Elias vid dörren." not in youth.text, "no meeting has agreed on it before the family"
    agreed(plan)
    assert "Sam, skolan: Möter Elias vid dörren." in paper(bare_world, plan).text
    consent_actions.stop_sharing(bare_world.elias, by=bare_world.kim.actor, at=NOW)
    assert "Möter Elias vid dörren." not in paper(bare_world, plan).text, "nobody prints what he may not read"


def test_what_is_barred_narrowed_or_of_another_sort_is_in_no_paper(bare_world: World) -> None:
    plan = planned(bare_world)
    hidden = goal_of(bare_world, plan, text="Dolt mål.", family_barred=True)
    measure_of(bare_world, plan, goal=hidden, text="Till det dolda.")
    measure_of(bare_world, plan, text="Dold åtgärd.", family_barred=True)
    measure_of(bare_world, plan, text="Snäv åtgärd.", audience=(bare_world.school.pk,))
    measure_of(bare_world, plan, text="För alla.")
    Measure.objects.filter(text="Möter Elias vid dörren.").update(type=info_type("attendance"))
    for who in (0, 1):
        text = paper(bare_world, agreed(plan), who).text
        assert "För alla." in text
        for word in ("Dolt", "dolda", "Dold", "Snäv", "dörren"):
            assert word not in text


def test_what_went_wrong_is_left_to_the_meeting_and_what_is_done_says_so(bare_world: World) -> None:
    plan = planned(bare_world)
    one = measure(plan)
    for state, there in (("not_started", True), ("ongoing", True), ("done", True), ("not_done", False)):
        Measure.objects.filter(pk=one.pk).update(state=state, note="Därför.")
        text = paper(bare_world, plan).text
        assert ("Ringer Elias" in text) == there
        assert ("Klart!" in text) == (state == "done")
        assert "Därför." not in text
    Measure.objects.filter(pk=one.pk).update(state="not_possible", note="Därför.")
    assert "Ringer Elias" not in paper(bare_world, plan).text


def test_in_a_guarded_family_nothing_is_there_by_itself_and_no_name_beside_the_contacts(bare_world: World) -> None:
    plan = agreed(planned(bare_world))
    Person.objects.filter(pk=bare_world.eva.person_id).update(family_security_flag=True)
    kim = bare_world.kim.actor
    rows = asked(plan, kim)[1]
    assert [row.may_tell for row in rows] == [True, False], "no paper to a guardian before a named decision"
    empty = paper(bare_world, plan, only=())
    assert (empty.goals, empty.others) == ((), ())
    assert "Vi ses igen" not in empty.text
    chosen = {one.ref for one in (goal(plan), *Measure.objects.filter(plan=plan))}
    text = paper(bare_world, plan, only=chosen).text
    assert "Vi: Möter Elias vid dörren." in text
    for word in ("Sam,", "skolan:", "socialtjänsten", "polisen"):
        assert word not in text.split("Vill du fråga")[0]
    meeting_actions.clear_person(rows[1].place, reason="Pratat med skyddat boende", by=kim, at=NOW)
    mothers = paper(bare_world, plan, 1, only={measure(plan).ref})
    assert mothers.title == "Planen"
    assert "Elias" not in mothers.title + mothers.lead


def test_only_who_leads_prints_and_it_is_logged_as_printed(bare_world: World) -> None:
    plan = planned(bare_world)
    address = f"/arenden/{bare_world.case.ref}/plan/papper/"
    for name, status in (("kim", 200), ("lovisa", 200), ("mona", 403), ("pia", 404), ("sam", 404), ("fia", 404)):
        client = bare_world.client(name)
        assert {client.get(address + end).status_code for end in ("", "plan.pdf", "plan.txt")} == {status}, name
    entries = AuditEntry.objects.filter(action="print", objects_seen__has_key="actionplans.goal")
    assert entries.count() == 4
    page = bare_world.client("kim").get(address).content.decode()
    assert "LIX" in page
    assert "Lätt nog för familjen" in page
    assert bare_world.client("kim").get(f"{address}plan.txt").content.decode() == paper(bare_world, plan).text
    mother = asked(plan, bare_world.kim.actor)[1][1].place.ref
    assert "Plan för Elias" in bare_world.client("kim").get(f"{address}?for={mother}").content.decode()
    for wrong in (f"?for={bare_world.case.ref}", "?for=x", "?sprak=tlh"):
        assert bare_world.client("kim").get(address + wrong).status_code == 404


def test_a_text_that_is_only_counted_is_not_saved_and_one_that_is_saved_says_how_easy_it_is(bare_world: World) -> None:
    """Without scripts the button counts; the answer comes on the page."""
    plan = planned(bare_world)
    client, address = bare_world.client("kim"), f"/arenden/{bare_world.case.ref}/plan/atgard/ny/"
    long = "Samordnaren kontaktar utbildningsförvaltningen angående fortsatt skolgång."
    counted = client.post(address, {"text": long, "do": "rakna"})
    page = counted.content.decode()
    assert counted.status_code == 200
    assert "utbildningsförvaltningen</li>" in page
    assert "Fyll i" not in page
    assert not Measure.objects.filter(text=long).exists()
    filled = {
        "text": long,
        "responsible": str(bare_world.kim.assignment.ref),
        "starts_on": "2026-03-02",
        "due_on": "2026-04-02",
        "type": "measures_and_plan",
    }
    saved = client.post(address, filled, follow=True).content.decode()
    assert "mycket svår" in saved
    assert "ska ha högst 30" in saved
    assert plan.measures.filter(text=long).exists()


def test_reworded_goals_and_ended_measures_are_gone_from_the_paper(bare_world: World) -> None:
    plan = agreed(planned(bare_world))
    one = goal(plan)
    facts = actions.GoalFacts(
        area=one.area, text="Elias trivs i skolan.", baseline=one.baseline, levels=tuple(one.levels)
    )
    actions.reword_goal(one, facts, row_version=one.row_version, by=bare_world.kim.actor, at=NOW + SECOND)
    lines = family.lines_for_family(plan, bare_world.kim.actor, at=NOW + SECOND)
    assert [each.text for each in lines.goals] == ["Elias trivs i skolan."]
    assert Goal.objects.filter(plan=plan).count() == 2
