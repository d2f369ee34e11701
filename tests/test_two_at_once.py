"""Two officers do the same at the same instant, each over a connection of their own: one deed stands (P-Q3, P-T7).

Whoever is to lose has passed every look before the row is held, and waits for it while the other one does the deed.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from hub.crypto import lookup
from hub.models import AuditEntry, Case, CaseSeat, Deadline, Individual, Person
from tests.api_calls import KEY, post
from tests.cast import NOW, World, organise
from tests.concerns import nova, register
from tests.decisions import guardians, ready
from tests.html_forms import typed
from triage.actions import ChildFacts
from triage.actions.assessing import ENDED
from triage.models import ColourChange, Decision, FamilyTask, Investigation, Ownership, PreliminaryAssessment

pytestmark = pytest.mark.django_db(transaction=True)

HELD = ("FOR UPDATE", "triage_preliminaryassessment")
NUMBER = "201001122397"  # Skatteverket's test number
Send = Callable[[], Any]


@pytest.fixture
def committed(transactional_db: None) -> Iterator[World]:
    """The cast with Nova's concern ready to be decided on, stored for good."""
    with time_machine.travel(NOW, tick=False):
        with transaction.atomic():
            world = organise()
            world.look()
            guardians(world, ready(world), "Nina", "Nils")
        yield world


@dataclass
class Meeting:
    """Two requests that meet at the first statement that has all of `words`: `wins` does it first."""

    words: tuple[str, ...]
    wins: str
    together: threading.Barrier = field(default_factory=lambda: threading.Barrier(2))
    held: threading.Event = field(default_factory=threading.Event)
    answers: dict[str, HttpResponse] = field(default_factory=dict)

    def go(self, name: str, send: Send) -> None:
        first = [True]

        def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if not first or not all(word in sql for word in self.words):
                return execute(sql, *rest)
            first.clear()
            self.together.wait(timeout=30)
            if name != self.wins:
                assert self.held.wait(timeout=30)
                return execute(sql, *rest)
            result = execute(sql, *rest)
            self.held.set()
            return result

        try:
            with connection.execute_wrapper(wrapper):
                self.answers[name] = send()
        finally:
            self.together.abort()
            connection.close()


def at_once(wins: str, words: tuple[str, ...] = HELD, **sends: Send) -> dict[str, HttpResponse]:
    """Both at the same instant, in threads with connections of their own."""
    meeting = Meeting(words, wins)
    threads = [threading.Thread(target=meeting.go, args=pair) for pair in sends.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert meeting.held.is_set()
    return meeting.answers


def page(client: Client, route: str, assessment: PreliminaryAssessment, **changes: Any) -> Send:
    """The form as it stands now, sent later."""
    address = reverse(f"triage:{route}", args=[assessment.ref])
    form = typed(client.get(address), **changes)
    return lambda: client.post(address, form)


def api(client: Client, read: str, write: str, assessment: PreliminaryAssessment, **body: Any) -> Send:
    """The same through the API, with the version that is read now."""
    etag = client.get(reverse(f"api:{read}", args=[assessment.ref]))["ETag"]
    address = reverse(f"api:{write}", args=[assessment.ref])
    return lambda: post(client, address, body, If_Match=etag, Idempotency_Key=KEY)


def statuses(answers: dict[str, HttpResponse]) -> dict[str, int]:
    return {name: answer.status_code for name, answer in answers.items()}


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def count_of(assessment: PreliminaryAssessment) -> dict[str, int]:
    """What a decision leads to, counted."""
    about = {"assessment": assessment}
    entries = AuditEntry.objects.filter(case_ids__contains=[assessment.case_id])
    return {
        "decisions": Decision.objects.filter(**about).count(),
        "investigations": Investigation.objects.filter(**about).count(),
        "tasks": FamilyTask.objects.filter(**about).count(),
        "owners": Ownership.objects.filter(**about, valid_to=None).count(),
        "seats": CaseSeat.objects.filter(content_object=assessment.case_id).in_force(at=NOW).count(),
        "clocks": Deadline.objects.filter(subject_id=assessment.pk, kind="investigation").count(),
        "deeds": entries.filter(action="concern.decided").count(),
        "phases": entries.filter(action="case.phase_changed").count(),
    }


def both_decide(world: World, assessment: PreliminaryAssessment, wins: str) -> dict[str, HttpResponse]:
    """Ines by the page, Ivar through the API."""
    facts = {"kind": "open", "delegation": "3.1", "investigator": str(world.olof.assignment.ref)}
    by_page = page(world.client("ines"), "decision", assessment, **facts, reasons="page")
    by_api = api(world.client("ivar"), "concern_decide", "concern_decide", assessment, **facts, reasons="api")
    return at_once(wins, page=by_page, api=by_api)


@pytest.mark.parametrize(
    ("wins", "expected"), [("page", {"page": 302, "api": 409}), ("api", {"page": 409, "api": 201})]
)
def test_two_deciders_at_once_make_one_decision(committed: World, wins: str, expected: dict[str, int]) -> None:
    world = committed
    with transaction.atomic():
        world.look()
        assessment = nova(world)
    answers = both_decide(world, assessment, wins)
    assert statuses(answers) == expected
    assert ENDED in text(answers["api" if wins == "page" else "page"])
    with transaction.atomic():
        world.look()
        assert Decision.objects.get().reasons == wins
        assert count_of(assessment) == {
            "decisions": 1,
            "investigations": 1,
            "tasks": 3,  # Nova and both who have custody of her are told
            "owners": 1,
            "seats": 1,  # whoever investigates
            "clocks": 1,
            "deeds": 1,
            "phases": 1,
        }


def test_two_colours_at_once_are_one_colour(committed: World) -> None:
    world = committed
    with transaction.atomic():
        world.look()
        assessment = nova(world)
    version = str(assessment.row_version)
    answers = at_once(
        "api",
        page=page(world.client("ines"), "colour", assessment, colour="red", row_version=version),
        api=api(world.client("ivar"), "concern_colour", "concern_colour", assessment, colour="orange"),
    )
    assert statuses(answers) == {"page": 409, "api": 200}
    assert "hann ändra" in text(answers["page"])
    with transaction.atomic():
        world.look()
        assert [change.colour for change in ColourChange.objects.filter(assessment=assessment)] == ["orange"]
        assert AuditEntry.objects.filter(action="concern.colour_set").count() == 1
        running = Deadline.objects.filter(subject_id=assessment.pk, kind__in=("red", "orange"), met_at=None)
        assert [clock.kind for clock in running] == ["orange"]


def test_a_child_identified_twice_at_once_is_one_child_with_one_case(committed: World) -> None:
    world = committed
    with transaction.atomic():
        world.look()
        assessment = register(world, ChildFacts(about="Nova i åttan")).assessments.get()
    assert assessment.case_id is None
    known = {"given_name": "Nova", "family_name": "Rask", "personnummer": NUMBER}
    answers = at_once(
        "page",
        page=page(world.client("ines"), "identify", assessment, **known),
        api=api(world.client("ivar"), "concern", "concern_identify", assessment, **known),
    )
    assert statuses(answers) == {"page": 302, "api": 412}
    with transaction.atomic():
        world.look()
        person = Person.objects.get(personnummer_lookup=lookup(NUMBER, scope=world.social.pk))
        assert Individual.objects.filter(person=person).count() == 1
        assert Case.objects.filter(individual__person=person).count() == 1
        assert (
            AuditEntry.objects.filter(action="concern.identified", individual_ids=[person.individual.pk]).count() == 1
        )


def test_two_concerns_about_a_new_child_identified_at_once_are_about_one_child(committed: World) -> None:
    world = committed
    with transaction.atomic():
        world.look()
        first, second = (register(world, ChildFacts(about=f"Nova {n}")).assessments.get() for n in (1, 2))
    known = {"given_name": "Nova", "family_name": "Rask", "personnummer": NUMBER}
    answers = at_once(
        "page",
        ("INSERT INTO", '"hub_person"'),
        page=page(world.client("ines"), "identify", first, **known),
        api=api(world.client("ivar"), "concern", "concern_identify", second, **known),
    )
    assert statuses(answers) == {"page": 302, "api": 200}
    with transaction.atomic():
        world.look()
        person = Person.objects.get(personnummer_lookup=lookup(NUMBER, scope=world.social.pk))
        cases = Case.objects.filter(individual__person=person)
        assert sorted(cases.values_list("preliminary_assessment", flat=True)) == [first.pk, second.pk]
