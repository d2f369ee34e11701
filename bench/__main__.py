"""`make bench`: load databases of growing size, measure them in one run, and write docs/performance.md.

Sizes by environment: BENCH_SIZES (individuals, "12500 50000"; add 200000 when there is time), BENCH_ITEMS (items per
individual, 10), BENCH_PEOPLE (40), BENCH_ROUNDS (3), BENCH_REQUESTS (1000; 0 leaves the worker out).
"""

import argparse
import os
import sys
from pathlib import Path

from deploy.embedded import CHECKOUT
from deploy.launcher import Refused, say

DOCUMENT = CHECKOUT / "docs" / "performance.md"


def arguments() -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[int(n) for n in env("BENCH_SIZES", "12500 50000").split()]
    )
    parser.add_argument("--items", type=int, default=int(env("BENCH_ITEMS", "10")), help="items per individual")
    parser.add_argument("--people", type=int, default=int(env("BENCH_PEOPLE", "40")))
    parser.add_argument("--rounds", type=int, default=int(env("BENCH_ROUNDS", "3")))
    parser.add_argument("--requests", type=int, default=int(env("BENCH_REQUESTS", "1000")))
    parser.add_argument("--write", type=Path, default=DOCUMENT, help="the document with the marks")
    return parser.parse_args()


def main() -> int:
    from bench.host import Host

    asked, host = arguments(), Host()
    host.port = int(os.environ.get("PORT") or 8090)
    try:
        with host.running():
            names = {size: host.ensure(size, size * asked.items) for size in sorted(asked.sizes)}
            os.environ.update(host.env)
            import django

            django.setup()
            from bench.report import text, write
            from bench.session import measure

            run = measure(host, names, asked)
            write(asked.write, text(run))
            say(text(run))
    except Refused as refusal:
        say(str(refusal))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
