import time

import pytest
from django.test import Client

from tests.test_route_matrix import ROWS, answer


@pytest.mark.django_db
def test_quick(world):
    rows = ROWS["matrix_api"]
    names = ("kim", "pia", "fia", "mona", "olle")
    clients = {n: world.client(n) for n in names}
    slow = []
    wrong = []
    for row in rows:
        t = time.perf_counter()
        for n, c in clients.items():
            try:
                got = answer(c, row, world)
            except Exception as e:
                got = repr(e)[:300]
            if got != row.expected(n):
                wrong.append(f"{row.method} {row.route}{row.query}: {n} got {got} not {row.expected(n)}")
        got = answer(Client(), row, world)
        if got != row.anonymous:
            wrong.append(f"{row.method} {row.route} anonymous {got}")
        slow.append((time.perf_counter() - t, row.method + " " + row.route))
    slow.sort(reverse=True)
    print("\n".join(wrong))
    print(slow[:12], sum(s for s, _ in slow))
    assert not wrong
