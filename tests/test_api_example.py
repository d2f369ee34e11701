"""The worked example of docs/api.md does what it says: its very lines are run against the product."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from django.db import transaction
from pytest_django.live_server_helper import LiveServer

from consent.models import InformationItem
from hub import clock
from hub.models import Person
from tests.cast import NOW, World, organise
from tests.test_api_tokens import issue

DOCUMENT = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> Iterator[tuple[World, str]]:
    """The organisation, committed, with a key of Kim's. The server's threads ask the product's clock."""
    with mock.patch.object(clock, "now", return_value=NOW):
        with transaction.atomic():
            world = organise()
            world.look()
            _token, secret = issue(world, "kim")
        yield world, secret


def example(kind: str, server: LiveServer, secret: str) -> str:
    """The lines of one language, with this server and key in place of the document's."""
    (lines,) = re.findall(rf"```{kind}\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(lines).replace("http://localhost:8000", server.url).replace("shub_...", secret)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_lines_of_the_document_work_twice(house: tuple[World, str], live_server: LiveServer) -> None:
    """Twice, since that is what a key for a creation is for."""
    world, secret = house
    curl = example("bash", live_server, secret)
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    answers = [run("bash", "-euc", curl) for _ in range(2)]
    assert all('"name": "Moa Ek"' in answer for answer in answers)
    said = [run(sys.executable, "-c", example("python", live_server, secret)) for _ in range(2)]
    assert said[0].startswith("recorded - ")
    assert said[1].count("Första mötet är bokat.") == 2
    with transaction.atomic():
        world.look()
        assert Person.objects.filter(given_name="Moa").count() == 1
        assert InformationItem.objects.count() == 2
