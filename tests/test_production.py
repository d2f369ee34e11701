"""What production is made of: image, services, settings. No engine runs here, so the files are held to the code."""

import json
import re
import shlex
import tomllib
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

from deploy.embedded import CHECKOUT

#: Settings that production must not have: each opens something for development.
NEVER_IN_PRODUCTION = {"DEBUG", "DEMO", "STATIC_FROM_SOURCE"}
#: Set by a program for another, not by who operates the platform.
INTERNAL = {"HUB_AS_OWNER"}
#: In the table although config/settings.py does not read it: the launcher of development does.
OF_THE_LAUNCHER = {"PORT", "WEB_WORKERS"}


def text(name: str) -> str:
    return (CHECKOUT / name).read_text()


def read_by_the_settings() -> set[str]:
    """The environment variables that config/settings.py asks for."""
    source = text("config/settings.py")
    asked = re.findall(r"""\benv\.\w+\(\s*"([A-Z_]+)\"|required\(\s*"([A-Z_]+)\"""", source)
    return {first or second for first, second in asked} | set(re.findall(r'"(DATABASE_(?:OWNER_)?URL)"', source))


def named_in_the_table() -> set[str]:
    """The variables in the first column of the table in docs/operations.md."""
    rows = re.findall(r"^\| (`.*?) \|", text("docs/operations.md").partition("## Settings")[2], re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)(?:=\d)?`", row)}


def names(example: str) -> set[str]:
    return set(re.findall(r"^#? ?([A-Z_]+)=", text(example), re.MULTILINE))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))
    return loaded


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", text(lock), re.MULTILINE))


# Settings -------------------------------------------------------------------------------------------------------------


def test_the_table_of_settings_names_those_that_are_read_and_no_others() -> None:
    assert named_in_the_table() == (read_by_the_settings() - INTERNAL) | OF_THE_LAUNCHER


def test_the_services_get_settings_that_exist_and_none_for_development(compose: dict[str, Any]) -> None:
    known = read_by_the_settings()
    given = {
        name for service in ("web", "worker", "beat", "migrate") for name in compose["services"][service]["environment"]
    }
    given |= names("deploy/compose/hubb.env.example")
    assert given <= known - NEVER_IN_PRODUCTION - INTERNAL
    required = set(re.findall(r'required\(\s*"([A-Z_]+)"', text("config/settings.py")))
    assert required | {"DATABASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXY_COUNT"} <= given


def test_only_the_migration_has_the_owners_password(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in compose["services"].items()
        if "HUB_OWNER_PASSWORD" in str(service) and name != "postgres"
    }
    assert holders == {"migrate"}


def test_what_compose_fills_in_is_in_the_example_and_the_examples_hold_no_secret() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text("docker-compose.yml")))
    assert asked == names("deploy/compose/env.example")
    for example in ("deploy/compose/env.example", "deploy/compose/hubb.env.example"):
        given = dict(re.findall(r"^([A-Z_]+)=(.*)$", text(example), re.MULTILINE))
        assert {name for name, value in given.items() if value} <= {"IMAGE_TAG"}
    assert {"/.env", "/hubb.env"} <= set(text(".gitignore").split())


# Services -------------------------------------------------------------------------------------------------------------


def commands(compose: dict[str, Any]) -> list[list[str]]:
    """What web, worker, beat and migrate run."""
    default = re.findall(r"^CMD \[(.*?)\]", text("Dockerfile"), re.MULTILINE | re.DOTALL)[-1]
    own = [shlex.split(s["command"]) for s in compose["services"].values() if s.get("build") and "command" in s]
    return [re.findall(r'"([^"]+)"', default), *own]


def test_every_service_is_there_and_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"proxy", "web", "worker", "beat", "migrate", "postgres", "valkey"}
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert services[name]["networks"] == ["inside"]


def test_every_command_of_a_service_exists(compose: dict[str, Any]) -> None:
    scripts = {entry.name for entry in entry_points(group="console_scripts")}
    found = commands(compose)
    assert len(found) == 4
    for words in found:
        if words[:2] == ["python", "-m"]:
            assert find_spec(words[2]), words
        elif words[0] == "python":
            assert (CHECKOUT / words[1]).is_file(), words
            assert words[2] in get_commands(), words
        else:
            assert words[0] in scripts, words
        for module in (word for word in words if word.startswith("config")):
            assert find_spec(module.partition(":")[0]), words


def test_what_is_mounted_and_copied_exists(compose: dict[str, Any]) -> None:
    mounts = [v.split(":")[0] for s in compose["services"].values() for v in s.get("volumes", []) if v.startswith("./")]
    copied = [
        words
        for line in re.findall(r"^COPY (?!--)(.*)$", text("Dockerfile"), re.MULTILINE)
        for words in line.split()[:-1]
    ]
    assert mounts
    for name in (*mounts, *copied):
        assert (CHECKOUT / name).exists(), name


def test_the_image_holds_every_application_and_lets_each_into_the_build() -> None:
    own = {
        config.name.partition(".")[0] for config in apps.get_app_configs() if CHECKOUT.joinpath(config.name).is_dir()
    }
    copied = set(re.findall(r"^COPY (\w+) \1$", text("Dockerfile"), re.MULTILINE))
    # Measurements are for development only.
    assert own - {"bench"} | {"config", "templates", "static"} == copied
    allowed = set(re.findall(r"^!(.*)$", text(".dockerignore"), re.MULTILINE))
    assert copied | {"deploy/production.lock", "deploy/installer.lock", "deploy/log.json", "manage.py"} <= allowed
    assert text(".dockerignore").split("\n")[1] == "*"


def test_the_image_runs_as_nobody_special_and_tells_whether_it_lives() -> None:
    dockerfile = text("Dockerfile")
    stage = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (\d+):\d+$", stage, re.MULTILINE)
    assert stage.index("collectstatic") < stage.index("\nUSER")
    assert "/healthz" in stage.partition("HEALTHCHECK")[2]
    assert not re.search(r"(KEY|PASSWORD|SECRET)=[\"']?\w", dockerfile.replace("=$(", "=("))


# Packages -------------------------------------------------------------------------------------------------------------


def test_production_has_the_tested_versions_and_nothing_for_development_or_tests() -> None:
    production, everything = pins("deploy/production.lock"), pins("requirements.lock")
    assert production.items() <= everything.items()
    project = tomllib.loads(text("pyproject.toml"))

    def named(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=~! ]", line)[0].lower() for line in requirements}

    assert named(project["project"]["dependencies"]) <= set(production)
    groups = project["dependency-groups"]
    assert not (named(groups["dev"]) | named(groups["test"])) & set(production)


# Logs -----------------------------------------------------------------------------------------------------------------


def test_the_web_server_logs_as_the_application_does() -> None:
    config = json.loads(text("deploy/log.json"))
    ours: dict[str, Any] = settings.LOGGING
    assert config["formatters"]["json"] == ours["formatters"]["json"]
    assert config["loggers"]["_granian"] == {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    for words in (text("Dockerfile"), text("deploy/launcher.py")):
        assert "deploy/log.json" in words
        assert "--access-log" not in words, "a log of every address would say who was read"
