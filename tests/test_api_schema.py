"""The description of the API: valid, in Swedish, and nothing left out."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.text import slugify

from hub.api.endpoint import Endpoint
from hub.api.problems import TYPES
from hub.contributions import TIMELINE
from hub.views.api_docs import groups, schema_of
from tests.cast import World


def test_the_schema_is_valid_and_made_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))


def test_every_call_is_described_in_swedish_and_asks_for_what_it_needs() -> None:
    from hub.api import cases

    assert isinstance(cases.get_case, Endpoint)
    for path, methods in schema_of()["paths"].items():
        for method, call in methods.items():
            where, answers = f"{method} {path}", call["responses"]
            assert call["summary"], where
            assert {"400", "401", "403", "429"} <= set(answers), where
            headers = {p["name"] for p in call.get("parameters", []) if p["in"] == "header"}
            assert ("201" in answers) == ("Idempotency-Key" in headers), where
            assert ("428" in answers) == ("If-Match" in headers), where
            if method in ("put", "delete"):
                assert "If-Match" in headers, where
            if "{ref}" in path:
                assert "404" in answers, where


def test_every_kind_that_a_timeline_may_hold_is_described() -> None:
    """Also those of higher layers: the sources' own names are what is answered."""
    kinds = schema_of()["components"]["schemas"]["HappeningKind"]["enum"]
    assert kinds == list(TIMELINE)
    assert {"item", "inquiry", "concern"} <= set(kinds)


@pytest.mark.django_db
def test_the_docs_name_every_call_and_every_problem(world: World) -> None:
    kim = world.client("kim")
    index = kim.get(reverse("api_docs")).content.decode()
    assert all(f'id="fel-{kind}"' in index for kind in TYPES)
    pages = {group["slug"]: kim.get(reverse("api_docs_group", args=[group["slug"]])) for group in groups()}
    assert len(pages) == len(groups())
    for path, methods in schema_of()["paths"].items():
        assert f"<code>{path}</code>" in index
        for call in methods.values():
            text = pages[slugify(call["tags"][0])].content.decode()
            assert f'id="{call["operationId"]}"' in text
            assert f"<code>{path}</code>" in text


@pytest.mark.django_db
def test_a_page_of_the_docs_describes_everything_that_its_calls_speak_of(world: World) -> None:
    kim = world.client("kim")
    for group in groups():
        text = kim.get(reverse("api_docs_group", args=[group["slug"]])).content.decode()
        for name in re.findall(r'href="#del-(\w+)"', text):
            assert f'id="del-{name}"' in text
    assert kim.get(reverse("api_docs_group", args=["finns-inte"])).status_code == 404


def test_every_creation_can_be_answered_twice() -> None:
    from hub.api import cases, parties, people

    made = [
        found.spec
        for module in (cases, parties, people)
        for found in vars(module).values()
        if isinstance(found, Endpoint) and found.spec.makes
    ]
    assert len(made) == 3
    assert all(spec.show is not None for spec in made)
