"""How the API answers: creations count once, changes ask what was read, errors are documents (architecture, "API")."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from consent import actions as consent_actions
from hub.models import Agency, AuditEntry, Case, IdempotencyKey, Person
from hub.tasks import forget_expired
from tests.api_calls import KEY, post, problem
from tests.cast import NOW, World, draft_paper, organise, register_elias, write
from tests.disclosing import give
from tests.matrix_api import ELIAS_AGAIN, ITEM, SOMEBODY, whole_paper
from tests.test_api_tokens import issue, machine

YOUTH = {**SOMEBODY, "form": "SIG", "phase": "insats"}


# --- creations count once ----------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestTheSameKey:
    def test_twice_is_one_creation_and_the_same_answer(self, world: World) -> None:
        client, address = world.client("kim"), reverse("api:individuals")
        first, second = (post(client, address, YOUTH, Idempotency_Key=KEY) for _ in range(2))
        world.look()
        assert (first.status_code, second.status_code) == (201, 201)
        assert first["Location"] == second["Location"]
        assert first.content == second.content
        assert "Idempotent-Replayed" not in first
        assert second["Idempotent-Replayed"] == "true"
        assert Person.objects.filter(given_name="Moa").count() == 1

    def test_with_another_body_or_at_another_address_is_refused(self, world: World) -> None:
        client = world.client("kim")
        post(client, reverse("api:individuals"), YOUTH, Idempotency_Key=KEY)
        other = {**YOUTH, "given_name": "Mia"}
        problem(post(client, reverse("api:individuals"), other, Idempotency_Key=KEY), "key-reused")
        case = {"individual": str(world.elias.ref), "form": "MASH", "phase": "utredning"}
        problem(post(client, reverse("api:cases"), case, Idempotency_Key=KEY), "key-reused")
        world.look()
        assert not Person.objects.filter(given_name="Mia").exists()

    def test_is_free_again_when_nothing_came_of_it(self, world: World) -> None:
        client, address = world.client("kim"), reverse("api:individuals")
        faulty = problem(post(client, address, {**YOUTH, "birth_date": "2031-01-01"}, Idempotency_Key=KEY), "invalid")
        assert faulty["errors"][0]["field"] == "birth_date"
        assert post(client, address, YOUTH, Idempotency_Key=KEY).status_code == 201

    def test_is_one_users_own_and_is_forgotten_after_a_day(self, world: World) -> None:
        address = reverse("api:individuals")
        post(world.client("kim"), address, YOUTH, Idempotency_Key=KEY)
        assert "Idempotent-Replayed" not in post(world.client("lovisa"), address, YOUTH, Idempotency_Key=KEY)
        for wait, replayed in ((timedelta(hours=24) - timedelta(seconds=1), True), (timedelta(hours=24), False)):
            with time_machine.travel(NOW + wait, tick=False):
                again = post(world.client("kim"), address, YOUTH, Idempotency_Key=KEY)
            assert ("Idempotent-Replayed" in again) is replayed
        with time_machine.travel(NOW + timedelta(hours=48), tick=False):
            assert forget_expired()["idempotency_keys"] == 2

    @pytest.mark.parametrize("key", ["", "kort", "x" * 65, "åäö-är-inte-tecken"])
    def test_must_be_there_and_be_one(self, world: World, key: str) -> None:
        problem(post(world.client("kim"), reverse("api:individuals"), YOUTH, Idempotency_Key=key), "key-missing")

    def test_keeps_no_person_data(self, world: World) -> None:
        post(world.client("kim"), reverse("api:individuals"), YOUTH, Idempotency_Key=KEY)
        row = str(IdempotencyKey.objects.values_list().get())
        assert "Moa" not in row
        assert "2009-05-05" not in row

    def test_gives_no_answer_that_the_rule_no_longer_gives(self, world: World) -> None:
        client, address = world.client("sam"), reverse("api:items", args=[world.case.ref])
        item = {**ITEM, "type": "attendance"}
        assert post(client, address, item, Idempotency_Key=KEY).status_code == 201
        world.look()
        world.elias.recusals.create(municipality=world.kommun, user=world.sam.user, at=NOW, reason="x")
        world.case.seats.filter(assignment=world.sam.assignment).update(valid_to=NOW)
        problem(post(client, address, item, Idempotency_Key=KEY), "not-found")


# --- changes ask what was read -----------------------------------------------------------------------------------


@pytest.mark.django_db
class TestAChange:
    def test_by_two_clients_is_done_by_the_first_and_told_to_the_second(self, world: World) -> None:
        address = reverse("api:person", args=[world.elias.ref])
        kim, lovisa = world.client("kim"), world.client("lovisa")
        read = kim.get(address)["ETag"]
        assert lovisa.get(address)["ETag"] == read
        first = post(kim, address, {**ELIAS_AGAIN, "school": "Nya skolan"}, "PUT", If_Match=read)
        assert first.json()["school"] == "Nya skolan"  # type: ignore[attr-defined]  # the test client's
        problem(post(lovisa, address, {**ELIAS_AGAIN, "language": "somaliska"}, "PUT", If_Match=read), "changed")
        world.look()
        person = Person.objects.get(pk=world.elias.person_id)
        assert (person.school, person.language) == ("Nya skolan", "svenska")
        again = {**ELIAS_AGAIN, "school": "Nya skolan", "language": "somaliska"}
        assert post(lovisa, address, again, "PUT", If_Match=first["ETag"]).status_code == 200

    @pytest.mark.parametrize("header", ["", "*", " * "])
    def test_without_what_was_read_is_refused(self, world: World, header: str) -> None:
        address = reverse("api:phase", args=[world.case.ref])
        problem(post(world.client("kim"), address, {"event": "följ upp"}, If_Match=header), "precondition-missing")
        world.look()
        assert Case.objects.get(pk=world.case.pk).phase == "insats"

    @pytest.mark.parametrize("header", ['"annan"', "W/{read}", '"a", "b"'])
    def test_with_something_else_than_what_holds_is_refused(self, world: World, header: str) -> None:
        read = world.client("kim").get(reverse("api:case", args=[world.case.ref]))["ETag"]
        address = reverse("api:phase", args=[world.case.ref])
        sent = header.replace("{read}", read)
        problem(post(world.client("kim"), address, {"event": "följ upp"}, If_Match=sent), "changed")

    def test_of_what_one_may_see_but_not_change_is_403_before_412(self, world: World) -> None:
        address = reverse("api:phase", args=[world.case.ref])
        problem(post(world.client("pia"), address, {"event": "följ upp"}, If_Match='"x"'), "forbidden")
        problem(post(world.client("olle"), address, {"event": "följ upp"}, If_Match='"x"'), "not-found")

    def test_that_the_phase_does_not_allow_says_so_at_the_field(self, world: World) -> None:
        read = world.client("kim").get(reverse("api:case", args=[world.case.ref]))["ETag"]
        address = reverse("api:phase", args=[world.case.ref])
        wrong = problem(post(world.client("kim"), address, {"event": "inled"}, If_Match=read), "invalid")
        assert [error["field"] for error in wrong["errors"]] == ["event"]

    def test_of_a_paper_is_seen_in_its_etag_whoever_answered(self, world: World) -> None:
        draft = draft_paper(world, at=NOW)
        address = reverse("api:consent", args=[draft.ref])
        kim = world.client("kim")
        read = kim.get(address)["ETag"]
        answers = {"answers": [{"person": str(world.eva.person.ref), "role": "guardian", "answer": "refused"}]}
        assert post(kim, reverse("api:answers", args=[draft.ref]), answers, If_Match=read).status_code == 200
        problem(post(kim, address, whole_paper(world), "PUT", If_Match=read), "changed")


# --- both at the very same time ----------------------------------------------------------------------------------


@pytest.fixture
def stored(transactional_db: None) -> Iterator[World]:
    """The cast, committed, with Elias' SIG: for requests in threads of their own."""
    with time_machine.travel(NOW, tick=False):
        with transaction.atomic():
            world = organise()
            world.look()
            register_elias(world)
        yield world


def together(*calls: Callable[[], HttpResponse]) -> list[HttpResponse]:
    """Do them all at once, each in a thread and connection of its own."""
    gate, answers = threading.Barrier(len(calls)), list[HttpResponse]()

    def run(call: Callable[[], HttpResponse]) -> None:
        gate.wait()
        answers.append(call())
        connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_the_same_key_from_three_at_once_is_one_creation(stored: World) -> None:
    clients = [stored.client("kim") for _ in range(3)]
    address = reverse("api:individuals")
    answers = together(*(lambda c=c: post(c, address, YOUTH, Idempotency_Key=KEY) for c in clients))
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer["Location"] for answer in answers}) == 1
    with transaction.atomic():
        stored.look()
        assert Person.objects.filter(given_name="Moa").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_change_the_same_at_once_are_one_done_and_one_told(stored: World) -> None:
    address = reverse("api:person", args=[stored.elias.ref])
    clients = {"Nya skolan": stored.client("kim"), "Gamla skolan": stored.client("lovisa")}
    read = clients["Nya skolan"].get(address)["ETag"]
    answers = together(
        *(
            lambda c=c, s=s: post(c, address, {**ELIAS_AGAIN, "school": s}, "PUT", If_Match=read)
            for s, c in clients.items()
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    done = next(answer for answer in answers if answer.status_code == 200)
    with transaction.atomic():
        stored.look()
        assert Person.objects.get(pk=stored.elias.person_id).school == done.json()["school"]  # type: ignore[attr-defined]  # the test client's


# --- what cannot be read -----------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestWhatCannotBeRead:
    def test_addresses_and_methods_that_are_not_there(self, world: World) -> None:
        client = world.client("kim")
        problem(client.get("/api/v1/okant/"), "not-found")
        wrong = client.delete(reverse("api:cases"))
        problem(wrong, "method")
        assert wrong["Allow"] == "GET, POST, HEAD"
        assert client.get("/api/v1/individuals/197010632391/").status_code == 404

    @pytest.mark.parametrize("body", ["{", '{"q": NaN}', "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass")])
    def test_a_body_that_is_no_json(self, world: World, body: Any) -> None:
        problem(world.client("kim").post(reverse("api:search"), body, content_type="application/json"), "malformed")

    def test_another_content_type_and_a_body_that_is_too_large(self, world: World) -> None:
        client, address = world.client("kim"), reverse("api:search")
        problem(client.post(address, {"q": "Elias"}), "content-type")
        problem(client.post(address, "x" * 2_700_000, content_type="application/json"), "too-large")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "q"),
            ({"q": None}, "q"),
            ({"q": 7}, "q"),
            ({"q": "a\u202eb"}, "q"),
            ({"q": "\ud800"}, "q"),
            ({"q": "Elias", "\ud800": 1}, "?"),
            ({"q": "Elias", "Q": "x"}, "Q"),
            ({"q": "19701063-2390"}, "q"),
        ],
    )
    def test_a_field_that_is_missing_misspelt_or_of_another_kind(
        self, world: World, body: dict[str, Any], field: str
    ) -> None:
        wrong = problem(post(world.client("kim"), reverse("api:search"), body), "invalid")
        assert [error["field"] for error in wrong["errors"]] == [field]
        assert all(error["message"].endswith(".") for error in wrong["errors"])

    @pytest.mark.parametrize("query", ["?cursor=x", "?okant=1", "?form=SIGG", f"?cursor={'0' * 32}"])
    def test_what_stands_after_the_question_mark(self, world: World, query: str) -> None:
        problem(world.client("kim").get(reverse("api:individuals") + query), "bad-query")

    def test_nul_in_a_query_is_refused_and_not_asked_of_the_database(self, world: World) -> None:
        address = reverse("api:timeline", args=[world.elias.ref])
        problem(world.client("kim").get(f"{address}?type=%00"), "bad-query")

    def test_shows_nothing_and_records_no_read(self, world: World) -> None:
        last = AuditEntry.objects.latest("pk").pk
        address = reverse("api:phase", args=[world.case.ref])
        problem(post(world.client("kim"), address, {"event": "följ upp"}, If_Match='"x"'), "changed")
        world.look()
        assert not AuditEntry.objects.filter(pk__gt=last, kind="read").exists()


@pytest.mark.django_db
def test_what_was_half_done_is_undone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A youth without a case could be read by nobody: the one is never stored without the other."""
    from hub import actions
    from hub.errors import Conflict

    def refuse(*_args: object, **_named: object) -> None:
        raise Conflict("Nej.")

    monkeypatch.setattr(actions, "open_case", refuse)
    problem(post(world.client("kim"), reverse("api:individuals"), YOUTH, Idempotency_Key=KEY), "conflict")
    world.look()
    assert not Person.objects.filter(given_name="Moa").exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_what_nobody_foresaw_is_a_document_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.api import cases

    monkeypatch.setattr(cases, "case_ref", lambda case: 1 / 0)
    client = world.client("kim")
    client.raise_request_exception = False
    problem(client.get(reverse("api:cases")), "error")


# --- rates and pages ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_too_many_calls_are_told_how_long_to_wait(world: World, settings: Any) -> None:
    settings.API_RATES = {"all": 4, "search": 2}
    client, search = world.client("kim"), reverse("api:search")
    assert [post(client, search, {"q": "Elias"}).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(reverse("api:cases")).status_code == 200
    late = client.get(reverse("api:cases"))
    problem(late, "too-many")
    assert late["Retry-After"] == "60"
    assert world.client("pia").get(reverse("api:cases")).status_code == 200
    with time_machine.travel(NOW + timedelta(seconds=59), tick=False):
        assert client.get(reverse("api:cases")).status_code == 429
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert client.get(reverse("api:cases")).status_code == 200


@pytest.mark.django_db
def test_a_list_is_walked_by_cursor_without_a_gap_or_a_double(world: World) -> None:
    made = Agency.objects.bulk_create(Agency(name=f"Skola {n % 7}", kind="skola") for n in range(110))
    world.kommun.served_by.add(*made)
    client, address, seen = world.client("pia"), reverse("api:agencies"), list[str]()
    while address:
        page = client.get(address).json()
        seen += [row["ref"] for row in page["results"]]
        address = page["next"]
    expected = {str(ref) for ref in world.kommun.served_by.values_list("ref", flat=True)}
    assert len(seen) == len(set(seen)) == len(expected)
    assert set(seen) == expected


@pytest.mark.django_db
def test_the_timeline_is_walked_by_cursor(world: World) -> None:
    written = {str(write(world, "sam", "attendance", body=f"Rad {n}").ref) for n in range(35)}
    client, address, seen = world.client("sam"), reverse("api:timeline", args=[world.elias.ref]), list[str]()
    while address:
        page = client.get(address).json()
        seen += [row["item"]["ref"] for row in page["results"] if row["item"]]
        address = page["next"]
    assert sorted(seen) == sorted(written)


@pytest.mark.django_db
def test_a_limit_of_its_own_is_the_users_however_many_keys(world: World, settings: Any) -> None:
    """Else whoever makes keys in a row searches without end."""
    settings.API_RATES = {"all": 100, "search": 2}
    search, codes = reverse("api:search"), []
    for _ in range(3):
        _token, secret = issue(world, "kim")
        codes.append(post(machine(secret), search, {"q": "Elias"}).status_code)
    assert codes == [200, 200, 429]
    assert post(world.client("kim"), search, {"q": "Elias"}).status_code == 429, "nor by the session"
    assert world.client("kim").get(reverse("api:cases")).status_code == 200


@pytest.mark.django_db
def test_the_etag_of_what_was_disclosed_says_nothing_of_what_came_after(world: World) -> None:
    """A later addition is not part of what was given, and neither is that there is one (P-A7)."""
    item = write(world, "sam", "school_results")
    give(world, item, to="pia")
    address = reverse("api:item", args=[item.ref])
    before = {name: world.client(name).get(address)["ETag"] for name in ("pia", "sam")}
    consent_actions.annotate(item, kind="addition", text="efteråt", by=world.sam.actor, at=NOW)
    after = {name: world.client(name).get(address)["ETag"] for name in ("pia", "sam")}
    assert after["pia"] == before["pia"]
    assert after["sam"] != before["sam"], "who may change it is told"
