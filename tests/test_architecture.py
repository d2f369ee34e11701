"""The house stands as drawn: layers, one clock, seats read by our own rule (architecture, "Layers" and "Access")."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
APPS = ("config", "hub", "consent", "triage", "meetings", "actionplans", "reports")
CLOCK = "hub/clock.py"

#: guardian gives the seat table its columns and nothing else: its functions know neither time nor assignment.
GUARDIAN: dict[str, str] = {"hub/models/case.py": "guardian.models"}

#: The edges that may call `hub.clock.now`; everything else gets `at` as an argument.
EDGES: tuple[str, ...] = ("middleware.py", "sign_in.py", "tasks.py", "management/commands/", "views/health.py")

#: What reads the machine's clock, by the names that Python and Django give it.
ASKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
}


@cache
def trees() -> dict[str, ast.Module]:
    """Path below the checkout → syntax tree, for every module of ours but migrations."""
    files = [path for app in APPS for path in sorted((CHECKOUT / app).rglob("*.py")) if "migrations" not in path.parts]
    return {str(path.relative_to(CHECKOUT)): ast.parse(path.read_text(), str(path)) for path in files}


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """`(owner, function)` of every dotted call, such as ("clock", "now")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            yield name, node.func.attr


def test_layers_import_lower_ones_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    if not lint.exists():
        pytest.skip("import-linter is in the development group")
    done = subprocess.run([str(lint), "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_guardian_gives_the_seat_table_and_decides_nothing() -> None:
    found = {path: name for path, tree in trees().items() for name in imports(tree) if name.split(".")[0] == "guardian"}
    assert found == GUARDIAN


def test_only_the_clock_asks_the_machine_what_time_it_is() -> None:
    asking = {path for path, tree in trees().items() if ASKS.intersection(calls(tree))}
    assert asking == {CLOCK}


def test_only_edges_ask_the_clock() -> None:
    inner = {
        path
        for path, tree in trees().items()
        if ("clock", "now") in set(calls(tree)) and not any(edge in path for edge in EDGES)
    }
    assert inner == set()


def test_the_clock_is_asked_by_its_module_so_that_every_question_is_found() -> None:
    by_name = {
        path
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "hub.clock" and any(a.name == "now" for a in node.names)
    }
    assert by_name == set()
