#!/bin/sh
# The browser tests need Chromium: installed here when we may, else a sentence about what to install.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installerar Chromium för webbläsartesterna …"
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
fi

echo "Webbläsartesterna behöver Chromium. På Debian: sudo apt-get install chromium" >&2
echo "På andra system: installera Chromium eller Chrome så att kommandot finns i PATH." >&2
exit 1
