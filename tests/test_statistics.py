"""Exact figures for whom the kommun has decided on, and releases for everybody else (P-S2, P-S3)."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans import actions as after
from hub import clock
from hub.access import POLICY, Denied, permitted
from hub.errors import Conflict, Invalid
from hub.models import Assignment, AuditEntry, Case, District, Municipality
from hub.tenancy import set_context
from reports import actions
from reports.closed import HalfYear
from reports.definitions import Exact, exact_tables
from reports.models import ProgrammeDecision, Release
from reports.programme import Period, read
from reports.releases import told
from reports.suppression import WITHHELD
from tests.caring import group_facts, group_of_five, nils_agreed, question
from tests.cast import NOW, SECOND, START_DAY, World
from tests.plans import measure_of, plan_of
from tests.releasing import Took, acting, counting, decided, employ, many, released, said, signed_in_as_pelle, take_part

pytestmark = pytest.mark.django_db

EXACT = reverse("reports:programme")
LIST = reverse("reports:releases")
LAST_DAY = date(2026, 5, 31)
OVER = clock.end_of_day(LAST_DAY)


def instant(year: int, month: int, day: int) -> datetime:
    return clock.start_of_day(date(year, month, day))


def table(tables: list[Exact], key: str) -> dict[str, tuple[int | None, ...]]:
    [found] = [each for each in tables if each.key == key]
    return {line.key: line.numbers for line in found.lines}


def exact(world: World, period: Period, at: datetime = NOW) -> list[Exact]:
    return exact_tables(read(world.kommun.pk, period, at=at))


def opens(world: World, at: datetime) -> int:
    """What Pelle gets who signs in at that instant."""
    with time_machine.travel(at, tick=False):
        return signed_in_as_pelle(world).get(EXACT).status_code


# --- who counts exactly --------------------------------------------------------------------------------------------


def test_exact_figures_are_open_while_both_assignment_and_decision_are_in_force_to_the_second(
    bare_world: World,
) -> None:
    assert opens(bare_world, NOW) == 403, "the role alone opens nothing"
    decided(bare_world, last=LAST_DAY)
    assert [opens(bare_world, at) for at in (NOW - SECOND, NOW, OVER - SECOND, OVER)] == [403, 200, 200, 403]
    Assignment.objects.filter(pk=employ(bare_world).pk).update(valid_to=NOW + 2 * SECOND)
    bare_world.look()
    assert opens(bare_world, NOW + SECOND) == 200
    assert opens(bare_world, NOW + 2 * SECOND) == 302, "without an assignment nothing is open"


def test_an_ended_decision_closes_the_figures_at_that_instant_and_is_ended_once(bare_world: World) -> None:
    decision, ada = decided(bare_world), bare_world.ada.actor
    ended = NOW + timedelta(hours=1)
    actions.end_decision(decision, row_version=1, by=ada, at=ended)
    assert [opens(bare_world, at) for at in (ended - SECOND, ended)] == [200, 403]
    bare_world.look()
    with pytest.raises(Conflict):
        actions.end_decision(decision, row_version=2, by=ada, at=ended + SECOND)
    with pytest.raises(Conflict):
        actions.end_decision(decision, row_version=1, by=ada, at=ended)


def test_a_decision_that_has_not_begun_is_withdrawn_and_never_opens_anything(bare_world: World) -> None:
    """Its days are then free for the right decision; one that is over is not ended again."""
    ada, begins = bare_world.ada.actor, START_DAY + timedelta(days=7)
    facts = said(employ(bare_world), first=begins, decided_on=START_DAY)
    decision = actions.record_decision(facts, by=ada, at=NOW)
    page = bare_world.client("ada").get(reverse("reports:admin_decisions")).content.decode()
    assert "Återkalla beslutet" in page
    bare_world.look()
    actions.end_decision(decision, row_version=1, by=ada, at=NOW + SECOND)
    with pytest.raises(Conflict):
        actions.end_decision(decision, row_version=2, by=ada, at=NOW + 2 * SECOND)
    start = clock.start_of_day(begins)
    assert [opens(bare_world, at) for at in (start, start + timedelta(days=9))] == [403, 403]
    bare_world.look()
    assert "Återkallad" in bare_world.client("ada").get(reverse("reports:admin_decisions")).content.decode()
    bare_world.look()
    actions.record_decision(facts, by=ada, at=NOW + SECOND)
    assert [opens(bare_world, at) for at in (start - SECOND, start)] == [403, 200]


def test_nobody_notes_a_decision_about_themselves(bare_world: World) -> None:
    ada = bare_world.ada
    own = Assignment.objects.create(
        user=ada.user, unit=bare_world.youth_unit, role="programme", valid_from=NOW - timedelta(days=1)
    )
    with pytest.raises(Invalid) as wrong:
        actions.record_decision(said(own), by=ada.actor, at=NOW)
    assert set(wrong.value.errors) == {"assignment"}


def test_a_decision_lets_nobody_in_from_another_kommun_or_from_outside(bare_world: World) -> None:
    decided(bare_world)
    held = employ(bare_world)
    for assignment, kommun in (
        (held, bare_world.other_kommun),
        (
            Assignment.objects.create(
                user=held.user, unit=bare_world.police.units.get(), role="programme", valid_from=NOW
            ),
            bare_world.kommun,
        ),
    ):
        assert not permitted(Municipality.objects.all(), acting(assignment, kommun), "count", at=NOW).exists()


def test_programansvarig_reads_no_person_no_case_and_no_item(world: World) -> None:
    """Of everything that any rule is about: only counting, releases, its own decision and what everybody has."""
    actor = counting(world)
    client = signed_in_as_pelle(world)
    found = {
        f"{model._meta.label}: {action}"
        for model, action in POLICY
        if permitted(model._base_manager.all(), actor, action, at=NOW).exists()
    }
    assert found <= {
        "hub.Municipality: count",
        "reports.ProgrammeDecision: read",
        "hub.Agency: read",
        "hub.Unit: read",
    }
    assert "hub.Municipality: count" in found
    search = client.post(reverse("hub:search"), {"q": "Elias"})
    assert "Elias Ek" not in search.content.decode()
    for address in (
        reverse("consent:individual", args=[world.elias.ref]),
        reverse("hub:case", args=[world.case.ref]),
        reverse("hub:register_youth"),
    ):
        assert client.get(address).status_code in (403, 404)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"decided_on": START_DAY + timedelta(days=1), "first": START_DAY + timedelta(days=1)}, "decided_on"),
        ({"first": START_DAY - timedelta(days=1)}, "first"),
        ({"last": START_DAY - timedelta(days=1)}, "last"),
    ],
)
def test_a_decision_is_not_made_backwards_or_ahead(bare_world: World, changed: dict[str, date], field: str) -> None:
    facts = said(employ(bare_world))
    for name, value in changed.items():
        facts = actions.DecisionFacts(**{**{f: getattr(facts, f) for f in facts.__slots__}, name: value})
    with pytest.raises(Invalid) as wrong:
        actions.record_decision(facts, by=bare_world.ada.actor, at=NOW)
    assert set(wrong.value.errors) == {field}


def test_a_decision_is_about_a_programansvarig_of_the_kommun_one_at_a_time_and_by_its_administrator(
    bare_world: World,
) -> None:
    decided(bare_world)
    with pytest.raises(Invalid):
        decided(bare_world)
    with pytest.raises(Invalid):
        actions.record_decision(said(bare_world.kim.assignment), by=bare_world.ada.actor, at=NOW)
    with pytest.raises(Denied):
        actions.record_decision(said(employ(bare_world)), by=bare_world.mona.actor, at=NOW)


def test_an_administrator_notes_the_decision_on_the_page(bare_world: World) -> None:
    held, client = employ(bare_world), bare_world.client("ada")
    address = reverse("reports:admin_decision_new")
    form = {
        "assignment": str(held.ref),
        "decided_by": "Socialnämnden",
        "decided_on": "2026-03-01",
        "first": "2026-03-02",
    }
    assert client.post(address, form).status_code == 422, "a decision without a diarienummer cannot be found again"
    response = client.post(address, {**form, "reference": "SN 2026/117"}, follow=True)
    assert "Socialnämnden, 1 mars 2026, SN 2026/117" in response.content.decode()
    bare_world.look()
    assert ProgrammeDecision.objects.get().valid_from == NOW, "it opens nothing before it was noted"


# --- what is counted -----------------------------------------------------------------------------------------------


def test_who_took_part_in_a_period_is_counted_to_the_day(bare_world: World) -> None:
    begin, end = instant(2025, 7, 1), instant(2026, 1, 1)
    take_part(
        bare_world,
        Took(begun=begin - timedelta(days=9), ended=begin - SECOND),  # over before
        Took(begun=begin - timedelta(days=9), ended=begin),  # ends in the period's first second
        Took(begun=begin, ended=end),  # goes on to the end
        Took(begun=end - SECOND),
        Took(begun=end),  # begins too late
        Took(begun=begin, form="SSPF_INDIVID"),  # another way of working
    )
    numbers = table(exact(bare_world, Period.of_days(date(2025, 7, 1), date(2025, 12, 31), at=NOW)), "sex")
    assert numbers["total"] == (3, 2, 1)
    assert table(exact(bare_world, Period.of_days(None, None, at=NOW)), "sex")["total"] == (5, 2, 3)


def test_every_figure_of_a_district(bare_world: World) -> None:
    spanga = District.objects.get(name="Spånga-Tensta")
    empty = District.objects.create(municipality=bare_world.kommun, name="Farsta")
    begun = instant(2025, 9, 1)
    take_part(
        bare_world,
        Took(begun=begun, district=spanga, born=date(2012, 3, 2)),  # 14 today
        Took(begun=begun, district=spanga, born=date(2012, 3, 3), court_ordered=True),  # 13 until tomorrow
        Took(begun=begun, district=spanga, born=date(2008, 1, 5), ended=instant(2026, 1, 5), outcome="moved"),
        Took(begun=begun, sex="F"),
    )
    tables = exact(bare_world, Period.of_days(None, None, at=NOW))
    numbers = table(tables, "district")
    assert numbers["Spånga-Tensta"] == (3, 2, 1, 13, 18, 1, 0)
    assert numbers[empty.name] == (0, 0, 0, None, None, 0, 0)
    assert numbers["total"] == (4, 3, 1, 13, 18, 1, 0)
    assert table(tables, "sex")["F"] == (1, 1, 0)
    assert table(tables, "age")["14"] == (1, 1, 0)
    assert (table(tables, "outcome")["moved"], table(tables, "outcome")["total"]) == ((1,), (1,))


def test_what_could_not_be_done_is_never_counted_as_not_done(world: World) -> None:

    plan = plan_of(world)
    type(world.case).objects.filter(pk=world.case.pk).update(insats_from=NOW - SECOND)
    for state in ("not_done", "not_possible", "not_possible"):
        measure = measure_of(world, plan)
        type(measure).objects.filter(pk=measure.pk).update(state=state, note="Stängt.")
    numbers = table(exact(world, Period.of_days(None, None, at=NOW)), "measure")
    assert (numbers["not_done"], numbers["not_possible"], numbers["total"]) == ((1,), (2,), (3,))


def test_new_reports_after_the_end_are_counted_as_they_were_answered(world: World) -> None:
    """Nils' police say yes at six months; nobody has been asked of the one who ended with him, nor at twelve months."""
    paper, kim = nils_agreed(world), world.kim.actor
    begun = {"insats_from": NOW - timedelta(days=250)}
    Case.objects.filter(pk=paper.case_id).update(**begun)
    take_part(world, Took(begun=begun["insats_from"], ended=paper.case.closed_at))
    take_part(world, Took(begun=begun["insats_from"], ended=NOW - SECOND))
    answer = after.ask_source(question(paper), by=kim, at=NOW)
    unanswered = table(exact(world, Period.of_days(None, None, at=NOW)), "reports")
    assert unanswered["not_asked"] == (2, 0)
    answer = after.record_after(answer, value="unknown", told_on=START_DAY, by=kim, at=NOW)
    after.correct_after(answer, value="yes", why="Fel rad.", by=kim, at=NOW + SECOND)
    period = Period.of_days(None, None, at=NOW)
    assert table(exact(world, period), "reports")["unknown"] == (1, 0)
    assert table(exact(world, period, NOW + SECOND), "reports") == {
        "yes": (1, 0),
        "no": (0, 0),
        "unknown": (0, 0),
        "not_asked": (1, 0),
        "not_yet": (1, 3),
        "total": (3, 3),
    }
    over = Period.of_days(None, date(2025, 6, 30), at=NOW)
    assert table(exact(world, over), "reports")["total"] == (0, 0), "who had not ended then is not asked about"


def test_what_the_police_counted_in_groups_stands_apart(world: World) -> None:
    group_of_five(world)
    group = after.make_group(group_facts(world), by=world.mona.actor, at=NOW)
    period = Period.of_days(None, None, at=NOW)
    made = table(exact(world, period), "report_groups")
    assert made == {"groups": (1, 0), "delivered": (0, 0), "size": (0, 0), "count": (0, 0)}
    after.deliver_count(
        group,
        count=2,
        counted=5,
        delivered_on=START_DAY,
        delivered_by="Polisen",
        by=world.mona.actor,
        at=NOW + SECOND,
    )
    told_of = table(exact(world, period, NOW + SECOND), "report_groups")
    assert told_of == {"groups": (1, 0), "delivered": (1, 0), "size": (5, 0), "count": (2, 0)}


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("2025-07-01", "2025-12-31", 200),
        ("2025-07-01", "", 200),
        ("2025-07-02", "2025-12-31", 422),
        ("2025-07-01", "2025-12-30", 422),
        ("2025-11-03", "2025-11-03", 422),
        ("2026-01-01", "2025-12-31", 422),
        ("2026-07-01", "", 422),
    ],
)
def test_exact_figures_are_of_whole_half_years(bare_world: World, first: str, last: str, status: int) -> None:
    """The tables of one day would be the row of whoever ended on it."""
    counting(bare_world)
    client = signed_in_as_pelle(bare_world)
    assert client.get(EXACT, {"fran": first, "till": last}).status_code == status
    asked = {name: day for name, day in (("first", first), ("last", last)) if day}
    answer = client.get(reverse("api:programme_statistics"), asked)
    assert answer.status_code == (200 if status == 200 else 400)


def test_a_case_without_a_district_has_a_row_wherever_districts_are_told(busy: World) -> None:
    """The row that is missing would be what is left of the total."""
    type(busy.social).objects.filter(kind="socialtjanst").update(district=District.objects.first())
    rows = {
        label.text for each in told(released(busy)) if each.table.key == "stadsdel" for label in each.table.rows.labels
    }
    assert "Utan stadsdel" in rows


def test_the_page_asks_as_many_questions_for_many_as_for_few(bare_world: World) -> None:
    client = signed_in_as_pelle(bare_world)
    counting(bare_world)
    asked = []
    for _ in range(2):
        take_part(bare_world, *many(30, Took(begun=instant(2025, 9, 1))))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(EXACT).status_code == 200
        asked.append(len(queries))
        bare_world.look()
    assert asked[0] == asked[1]


def test_who_saw_exact_figures_stands_in_the_log_with_the_decision(bare_world: World) -> None:
    decision = decided(bare_world)
    signed_in_as_pelle(bare_world).get(EXACT)
    bare_world.look()
    entry = AuditEntry.objects.filter(kind="read").latest("pk")
    assert entry.objects_seen == {"reports.programmedecision": [decision.pk]}
    assert entry.ground == {"rule": "programme", "decision": decision.pk}


# --- releases ------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(bare_world: World) -> World:
    """In the half-year that is over: forty-seven, of whom three are girls; nine have ended, two of them by moving."""
    begun, ended = instant(2025, 9, 1), instant(2025, 11, 1)
    take_part(
        bare_world,
        *many(22, Took(begun=begun)),
        *many(13, Took(begun=begun, court_ordered=True, born=date(2011, 12, 1))),
        *many(7, Took(begun=begun, ended=ended)),
        *many(2, Took(begun=begun, ended=ended, outcome="moved")),
        *many(3, Took(begun=begun, sex="F")),
    )
    return bare_world


def test_a_release_tells_large_figures_and_no_small_one_nor_what_gives_it_away(busy: World) -> None:
    safe = {each.table.key: each.safe for each in told(released(busy))}
    rows = {label.text: safe["kon"].grid[i][0] for i, label in enumerate(safe["kon"].table.rows.labels)}
    assert rows["Alla"] == 47
    assert rows["Flicka eller kvinna"] is WITHHELD
    assert rows["Pojke eller man"] is WITHHELD, "47 less the boys would be the girls"
    for each in safe.values():
        assert all(figure >= 5 for row in each.grid for figure in row if isinstance(figure, int))


def test_everybody_gets_what_was_told_programansvarig_too(busy: World) -> None:
    release = released(busy)
    address = reverse("reports:export", args=[release.ref, "csv"])
    files = {client.get(address).content for client in (signed_in_as_pelle(busy), busy.client("sam"))}
    assert len(files) == 1
    busy.look()
    text = files.pop().decode("utf-8-sig")
    assert "47" in text
    assert not {"44", "3"} & {cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row}
    assert AuditEntry.objects.filter(action="statistics.exported").count() == 2
    page = signed_in_as_pelle(busy).get(EXACT).content.decode()
    assert ".csv" not in page
    assert ".xlsx" not in page
    assert "on-paper" in page, "on paper there is a sentence and no figure"


def test_the_page_and_the_interface_tell_the_same(busy: World) -> None:
    release, client = released(busy), busy.client("sam")
    page = client.get(reverse("reports:release", args=[release.ref])).content.decode()
    answer = client.get(reverse("api:statistics_release", args=[release.ref])).json()
    numbers = [n for each in answer["tables"] for row in each["rows"] for n in row["numbers"]]
    assert page.count('<td class="num"><span class="muted">dold</span></td>') == numbers.count(None)
    assert '<td class="num">47</td>' in page
    assert answer["tables"][0]["key"] == "lage"
    listed = client.get(reverse("api:statistics")).json()["results"]
    assert [(row["year"], row["half"]) for row in listed] == [(2025, 2)]


def test_a_release_is_made_once_for_each_half_year_that_is_over(busy: World) -> None:
    pelle = counting(busy)
    first = actions.make_release(by=pelle, at=NOW)
    assert (first.year, first.half) == (2025, 2)
    ends = HalfYear(2026, 1).end
    for at in (NOW, ends - SECOND):
        with pytest.raises(Invalid):
            actions.make_release(by=pelle, at=at)
    second = actions.make_release(by=pelle, at=ends)
    assert (second.year, second.half) == (2026, 1)


def test_only_who_counts_makes_a_release(bare_world: World) -> None:
    for name in ("mona", "ada", "kim"):
        with pytest.raises(Denied):
            actions.make_release(by=bare_world.members[name].actor, at=NOW)


def test_a_release_is_never_changed_or_taken_away(busy: World) -> None:
    release = released(busy)
    for change in (
        lambda: Release.objects.filter(pk=release.pk).update(figures={}),
        lambda: Release.objects.filter(pk=release.pk).delete(),
        lambda: Release.objects.create(
            municipality=busy.kommun, year=2025, half=2, made_at=NOW, made_by=busy.kim.assignment, tables={}, figures={}
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_pressed_twice_one_release_is_made(busy: World) -> None:
    counting(busy)
    client, key = signed_in_as_pelle(busy), "6f1c2b9e-5c1d-4a57-9f0e-2f7f8d1f1a11"
    addresses = {client.post(reverse("reports:release_new"), {"once": key})["Location"] for _ in range(2)}
    busy.look()
    assert addresses == {reverse("reports:release", args=[Release.objects.get().ref])}


def test_a_release_is_read_in_its_own_kommun_only(busy: World) -> None:
    release = released(busy)
    assert busy.client("otto").get(reverse("reports:release", args=[release.ref])).status_code == 404
    set_context(municipality_id=busy.kommun.pk)


def test_a_release_says_what_it_said_whatever_happens_afterwards(busy: World) -> None:
    release, client = released(busy), busy.client("sam")
    address = reverse("reports:release", args=[release.ref])
    before = client.get(address).content.decode()
    busy.look()
    take_part(busy, *many(9, Took(begun=instant(2025, 10, 1), sex="F")))
    District.objects.filter(name="Spånga-Tensta").update(name="Spånga")
    after = client.get(address).content.decode()
    assert "Spånga-Tensta" in after
    assert before.count("dold") == after.count("dold")
