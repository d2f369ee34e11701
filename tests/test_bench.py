"""The load and the bench at a tiny size: what is made holds together, and both rules agree. No time is judged."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from bench import extras, meetings, pages, plans, queue, raw, report
from bench.loading import Loaded, NotEmpty, generate
from bench.measure import BY_HAND, PRODUCT, Differs, Samples
from bench.measure import run as ask_all
from bench.sample import Size, asking, connect_as_owner, now_of, using
from bench.session import _open
from consent.derivation import drift_of
from consent.models import Consent, InformationItem
from hub import clock
from hub.models import AuditEntry, Individual, Role
from tests.database import WorkerDatabase, drop

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INDIVIDUALS, ITEMS = 120, 700


@dataclass(frozen=True)
class Filled:
    """A database of its own with a tiny load."""

    size: Size
    loaded: Loaded
    samples: Samples


def ask(size: Size) -> Samples:
    return ask_all([size], at=now_of(size), rounds=1, naive_rounds=1, tell=lambda line: None, warm_up=0)


@pytest.fixture(scope="module")
def filled(django_db_setup: WorkerDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[Filled]:
    database = django_db_setup
    name = f"{database.name}_load"
    with django_db_blocker.unblock():
        database.server.copy(database.migrated, name)
        owner = connect_as_owner(name)
        with using(owner):
            loaded = generate(individuals=INDIVIDUALS, items=ITEMS, at=AT, tell=lambda line: None)
        owner.close()
        size = _open(INDIVIDUALS, ITEMS, name, people=5)
        yield Filled(size, loaded, ask(size))
        size.wrapper.close()
        with database.server.connect() as administrator:
            drop(administrator, name)


def test_the_load_is_as_large_as_was_asked_and_the_log_has_one_line_about_it(filled: Filled) -> None:
    owner = connect_as_owner(str(filled.size.wrapper.settings_dict["NAME"]))
    with using(owner):
        assert Individual.objects.count() == INDIVIDUALS == filled.loaded.rows["hub.Individual"]
        assert InformationItem.objects.count() == ITEMS
        assert AuditEntry.objects.values_list("action", flat=True).get() == "load.generated"
        with pytest.raises(NotEmpty):
            generate(individuals=1, items=1, at=AT, tell=lambda line: None)
    owner.close()


def test_every_wall_stands_again_when_the_load_is_there(filled: Filled) -> None:
    """Triggers, indexes and constraints are those of the template that the database was copied from."""
    shape = """
        SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
        UNION SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid), '' FROM pg_index
        UNION SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    """

    def shapes() -> set[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(shape)
            return set(cursor.fetchall())

    with using(filled.size.wrapper):
        loaded = shapes()
    assert loaded == shapes()


def test_the_consents_of_the_load_give_exactly_its_grants(filled: Filled) -> None:
    seen = 0
    with using(filled.size.wrapper):
        for asker in filled.size.askers[:3]:
            with asking(asker.actor):
                series = list(Consent.objects.values_list("series", flat=True))
                assert drift_of(*series) == []
                seen += len(series)
    assert seen > 0


def test_product_and_hand_written_rule_answer_alike_for_every_role(filled: Filled) -> None:
    samples = filled.samples
    assert {asker.actor.role for asker in filled.size.askers} == {Role.COORDINATOR, Role.CONTACT, Role.MANAGER}
    for question in ("list of 50", "timeline", "check of an individual", "check of an item", "count", "name search"):
        assert len(samples.of(INDIVIDUALS, question, PRODUCT)) == len(samples.of(INDIVIDUALS, question, BY_HAND)) > 0
        assert {cost.statements for cost in samples.of(INDIVIDUALS, question, PRODUCT)} == {1}


def test_a_run_whose_answers_differ_prints_nothing(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.raw.SEATED", f"{raw.SEATED} AND false")
    with pytest.raises(Differs):
        ask(filled.size)


def test_the_tables_are_written_between_the_marks(filled: Filled, tmp_path: Path) -> None:
    size, at = filled.size, now_of(filled.size)
    run = report.Run(AT.date(), "18", "5.2", [(INDIVIDUALS, ITEMS)], 5, (0.0, 0.0), filled.samples, {INDIVIDUALS: 20.0})
    run.log_reads = extras.reads(size, at, rounds=1)
    run.log_writes = extras.writes(connect_as_owner(str(size.wrapper.settings_dict["NAME"])), rounds=1)
    run.json = extras.as_json(size, at, rounds=1)
    run.pages = pages.run(size, people=1, rounds=1, warm_up=0)
    run.queue = queue.run(size, at, many=30, rounds=1)
    run.meetings = meetings.run(size, at, many=5, each=4, rounds=1)
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write(document, report.text(run))
    told = document.read_text()
    assert told.startswith("before\n")
    assert told.endswith("\nafter\n")
    assert "old" not in told
    for row in (
        "| list of 50 |",
        "| timeline |",
        "| page “En ungdom” |",
        "| one item written |",
        "open concerns the page takes",
        "| the rhythm of all cases, 5 cases |",
    ):
        assert row in told


def test_the_pages_of_a_plan_are_measured_with_the_same_queries_however_many_the_meetings(filled: Filled) -> None:
    size = filled.size
    near = next(asker.actor for asker in size.askers if asker.actor.agency_kind == "socialtjanst")
    with closing(connect_as_owner(size.wrapper.settings_dict["NAME"])) as owner, owner.cursor() as cursor:
        cursor.execute(f"GRANT MAINTAIN ON {', '.join(plans.FILLED)} TO hub_app")
    with using(size.wrapper), asking(near):
        found = plans.measure(near, clock.now(), goals=2, few=1, many=3, rounds=1)
        transaction.set_rollback(True)
    for queries in found.queries.values():
        assert queries[1] == queries[3]
    assert "| page “Utveckling”, 3 meetings |" in plans.told(found, "i dag")


@pytest.mark.parametrize("demo", [False])
def test_the_command_refuses_where_no_demo_may_be(demo: bool) -> None:
    with override_settings(DEMO=demo, DEBUG=False), pytest.raises(CommandError, match="DEMO=1"):
        call_command("generate_load", individuals=1)
