#!/bin/sh
# Write requirements.lock anew from pyproject.toml: every platform, with hashes, without addresses or paths.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    "$@" pyproject.toml --group dev --group test -o requirements.lock
