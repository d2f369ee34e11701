"""Who gets what of the addresses that belong to the whole platform."""

from tests.matrix import Row

ROWS = [
    Row(route="healthz", others=200, anonymous=200),
    # No worker has told that it lives while the tests run.
    Row(route="readyz", others=503, anonymous=503),
    Row(route="account_login", others=302, anonymous=200),
    Row(route="account_login", method="POST", others=302, anonymous=200),
    Row(route="account_logout", others=200, anonymous=302),
    Row(route="account_logout", method="POST", others=302, anonymous=401),
]
