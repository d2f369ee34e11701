#!/bin/sh
# Write both locks anew from pyproject.toml: every platform, with hashes, without addresses or paths. The production
# lock holds the same versions as requirements.lock, without the groups for development and tests but with the planner's solver.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate "$@"
}
compile "$@" pyproject.toml --group dev --group planner --group test -o requirements.lock
compile pyproject.toml --group planner --constraint requirements.lock -o deploy/production.lock
