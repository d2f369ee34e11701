"""The whole path of a page: session, middleware, view, template and the entry in the log, in one process."""

import random
import time
from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from bench.sample import Asker, Cost, Size, asking, using, watched
from hub.models import Individual, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: seconds until its last byte, and what of it was the database."""

    seconds: float
    database: Cost


def signed_in(asker: Asker) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=asker.actor.user_id), backend=BACKEND)
    return client


def paths(asker: Asker) -> dict[str, str]:
    """The pages that are read most, for one person."""
    with asking(asker.actor):
        refs = Individual.objects.filter(pk__in=[s.individual for s in asker.subjects if s.seen])
        ref = refs.values_list("ref", flat=True).first()
    found = {"Mina ungdomar": reverse("consent:individuals"), "Att göra": reverse("hub:home")}
    return found | ({"En ungdom": reverse("consent:individual", args=[ref])} if ref else {})


def read(client: Client, path: str) -> Page:
    """Fetch one page.

    Raises:
        AssertionError: it was not shown; no speed is worth printing then.
    """
    with watched() as watch:
        started = time.perf_counter()
        answer = client.get(path)
        seconds = time.perf_counter() - started
    assert answer.status_code == 200, (path, answer.status_code)
    return Page(seconds, watch.total)


def run(size: Size, *, people: int, rounds: int, warm_up: int = 4, seed: int = 1) -> dict[str, list[Page]]:
    """Name of page → samples, by several people in random order."""
    rng = random.Random(seed)
    found: dict[str, list[Page]] = {}
    with using(size.wrapper):
        clients = [(signed_in(asker), paths(asker)) for asker in rng.sample(size.askers, min(people, len(size.askers)))]
        turns = [(client, name, path) for client, named in clients for name, path in named.items()]
        for _ in range(warm_up):  # until the statements are prepared
            for client, _name, path in turns:
                read(client, path)
        for client, name, path in rng.sample(turns * rounds, len(turns) * rounds):
            found.setdefault(name, []).append(read(client, path))
    return found
