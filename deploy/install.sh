#!/bin/sh
# Make .venv and install exactly what the lock files say, with hashes; nothing to do when they are unchanged.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
mark=.venv/installed
wanted=$(cat requirements.lock deploy/installer.lock | cksum)

if [ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ]; then
    exit 0
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 eller senare behövs. Ange den med PYTHON=, till exempel: make run PYTHON=python3.12" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv; then
    rm -rf .venv
    echo "Python saknar venv. På Debian och Ubuntu: sudo apt-get install python3-venv" >&2
    exit 1
fi

echo "Installerar paket …"
if ! .venv/bin/python -c 'import uv' 2>/dev/null; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/installer.lock
fi
.venv/bin/uv pip install --quiet --python .venv --require-hashes -r requirements.lock
echo "$wanted" > "$mark"
