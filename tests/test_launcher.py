"""The start of development: what it does when a part dies, and when somebody's own server refuses."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import cast

import psycopg
import pytest

from deploy import roles
from deploy.launcher import MAX_DEATHS_PER_MINUTE, Child, Launcher, Refused

Process = subprocess.Popen[bytes]
RUNNING = cast("Process", object())


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Launcher:
    """One that starts nothing and never waits."""
    monkeypatch.setattr("deploy.launcher.time.sleep", lambda seconds: None)
    made = Launcher.__new__(Launcher)
    made.folder, made.env = tmp_path, {}
    return made


def coming_up_after(failures: int) -> Callable[[], Process]:
    """What a killed database leaves behind still holds its memory for a moment: a start then ends at once."""
    left = [failures]

    def start() -> Process:
        left[0] -= 1
        if left[0] >= 0:
            raise RuntimeError("PostgreSQL avslutades direkt (kod 1).")
        return RUNNING

    return start


def test_what_does_not_come_up_at_once_is_started_again(launcher: Launcher) -> None:
    child = Child("PostgreSQL", coming_up_after(2))
    for expected in (None, None, RUNNING):
        launcher._start_again(child, -9)
        assert child.process is expected


def test_what_dies_over_and_over_ends_the_run_with_a_sentence(launcher: Launcher) -> None:
    child = Child("PostgreSQL", coming_up_after(100))
    for _ in range(MAX_DEATHS_PER_MINUTE):
        launcher._start_again(child, -9)
    with pytest.raises(Refused, match="PostgreSQL avslutas gång på gång"):
        launcher._start_again(child, -9)


def test_a_role_that_may_not_lend_the_applications_role_is_told_what_to_ask_for(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Connection:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    def refused(connection: object) -> None:
        raise psycopg.errors.InsufficientPrivilege

    launcher.env = {"DATABASE_URL": "postgres://dev@db/hubb"}
    monkeypatch.setattr(psycopg, "connect", lambda *_, **__: Connection())
    monkeypatch.setattr(roles, "may_make_roles", lambda connection: True)
    monkeypatch.setattr(roles, "lend_application_role", refused)
    with pytest.raises(Refused, match="GRANT hub_app"):
        launcher._use_given_database()
