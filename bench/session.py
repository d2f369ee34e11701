"""One run from connected databases to the figures of the report."""

import argparse
import os
import statistics
from datetime import datetime

import django
from django.db.backends.postgresql.base import DatabaseWrapper

from bench import extras, meetings, naive, pages, queue, worker
from bench.host import Host
from bench.measure import run as ask_all
from bench.report import Run
from bench.sample import Size, connect, connect_as_owner, find_askers, now_of
from deploy.launcher import say
from hub import clock


def measure(host: Host, databases: dict[int, str], asked: argparse.Namespace) -> Run:
    """Ask every question in every database (individuals → name), then what is asked of the largest only."""
    began = os.getloadavg()[0]
    sizes = [_open(n, n * asked.items, name, asked.people) for n, name in databases.items()]
    owner = connect_as_owner(databases[max(databases)])
    largest = sizes[-1]
    at = now_of(largest)
    run = Run(
        day=clock.local_day(clock.now()),
        postgres=_version(largest),
        django=django.get_version(),
        sizes=[(size.individuals, size.items) for size in sizes],
        people=asked.people,
        load=(began, began),
        samples=ask_all(sizes, at=at, rounds=asked.rounds, naive_rounds=asked.rounds, tell=say),
        lists={size.individuals: statistics.median(asker.youths for asker in size.askers) for size in sizes},
    )
    _of_the_largest(run, host, largest, at, asked, owner)
    run.load = (began, os.getloadavg()[0])
    return run


def _of_the_largest(
    run: Run, host: Host, size: Size, at: datetime, asked: argparse.Namespace, owner: DatabaseWrapper
) -> None:
    say("loggen")
    run.log_reads = extras.reads(size, at, rounds=asked.rounds)
    run.log_writes = extras.writes(owner, rounds=asked.rounds * 4)
    run.json = extras.as_json(size, at, rounds=asked.rounds * 20)
    say("hela sidor")
    run.pages = pages.run(size, people=asked.people // 3 or 1, rounds=asked.rounds)
    say("kön")
    run.queue = queue.run(size, at)
    say("mötena")
    run.meetings = meetings.run(size, at)
    if asked.requests:
        say("webbprocessens minne")
        run.memory = worker.run(host, size, requests=asked.requests)


def _open(individuals: int, items: int, name: str, people: int) -> Size:
    owner = connect_as_owner(name)
    naive.fill(owner)
    size = Size(individuals, items, connect(NAME=name))
    size.askers = find_askers(owner, number=people, seed=individuals)
    owner.close()
    return size


def _version(size: Size) -> str:
    with size.wrapper.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return str(version).split()[0]
