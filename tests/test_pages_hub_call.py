"""The pages of the hub: what is asked, answered, held and written, by form and by script (P-T6, P-T7)."""

import json
import re
from datetime import UTC, timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from hub import clock
from hub.models import AuditEntry
from tests.api_calls import post, problem
from tests.cast import NOW, SECOND, World, once_key
from tests.concerns import FACTS, SUMMARY, nova
from tests.decisions import ready
from tests.hub_scenes import HALF_PAST, answered, check_of, convened, running, spoken
from triage import actions
from triage.hub_panel import hub_block
from triage.models import (
    CallChild,
    CallRevision,
    HubAttendance,
    HubCall,
    HubSlot,
    KnowledgeCheck,
    MapEdge,
    PreliminaryAssessment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]


def at(monkeypatch: pytest.MonkeyPatch, when: object) -> None:
    monkeypatch.setattr(clock, "now", lambda: when)


def text_of(answer: HttpResponseBase) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def test_convening_by_form_makes_the_call_and_asks_every_unit(world: World) -> None:
    ref, ines = nova(world).ref, world.client("ines")
    page = text_of(ines.get(f"/anmalan/{ref}/kalla/"))
    assert "I dag 10.30" in page
    assert "20&nbsp;kap. 6&nbsp;§ SoL" in page
    answer = ines.post(f"/anmalan/{ref}/kalla/", {"when": HALF_PAST.astimezone(UTC).isoformat(), "once": once_key()})
    call = HubCall.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/hubbar/{call.ref}/")
    assert call.starts_at == HALF_PAST
    assert KnowledgeCheck.objects.count() == 3


def test_another_time_needs_its_day_and_clock(world: World) -> None:
    ref, ines = nova(world).ref, world.client("ines")
    wrong = ines.post(f"/anmalan/{ref}/kalla/", {"when": "annan", "day": "2026-03-02", "clock": "25.00"})
    assert wrong.status_code == 422
    assert "till exempel 10.30" in text_of(wrong)
    assert ines.post(f"/anmalan/{ref}/kalla/", {"when": "annan"}).status_code == 422
    assert (
        ines.post(f"/anmalan/{ref}/kalla/", {"when": "annan", "day": "2026-03-02", "clock": "11.15"}).status_code == 302
    )
    assert HubCall.objects.get().starts_at == HALF_PAST + timedelta(minutes=45)


def test_the_asked_unit_reads_the_question_and_never_the_report(world: World) -> None:
    check = check_of(world, "vera")
    page = text_of(world.client("vera").get(f"/kannedom/{check.ref}/"))
    assert "Nova Rask" in page
    assert "Född 2012 (14 år)" in page
    assert FACTS not in page
    vera = world.client("vera")
    wrong = vera.post(f"/kannedom/{check.ref}/", {"answer": "known", "about_1": "parent", "text_1": "Aktuell."})
    assert wrong.status_code == 422
    assert "Aktuell." in text_of(wrong)
    data = {"answer": "known", "summary": SUMMARY, "about_1": "parent", "whom_1": "mamma", "text_1": "Aktuell."}
    assert vera.post(f"/kannedom/{check.ref}/", data).status_code == 302
    assert "Om mamma" in text_of(vera.get(f"/kannedom/{check.ref}/"))


def test_the_screen_shows_every_unit_side_by_side_and_names_who_is_silent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(world)
    call = running(world)
    at(monkeypatch, HALF_PAST + timedelta(minutes=5))
    page = text_of(world.client("vera").get(f"/hubbar/{call.ref}/"))
    assert SUMMARY in page
    assert "Mottagningen" in page
    assert "Har inte svarat · 1 tim 25 min kvar" in page
    assert "25:00" in page
    outside = text_of(world.client("olof").get(f"/hubbar/{call.ref}/"))
    assert SUMMARY not in outside
    assert "14 år" not in outside


def test_the_thirty_minutes_are_the_servers_and_close_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    call = running(world)
    ends = HALF_PAST + timedelta(minutes=30)
    for when, hidden in ((ends - SECOND, True), (ends, False), (ends + SECOND, False)):
        at(monkeypatch, when)
        page = text_of(world.client("ines").get(f"/hubbar/{call.ref}/"))
        assert ('id="tiden-ute" hidden' in page) is hidden, when
    call.refresh_from_db()
    assert call.state == "open"


def test_nothing_new_is_nothing_sent_and_an_answer_comes_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, HALF_PAST + SECOND)  # before signing in: a session idle for half an hour is over
    call, vera = running(world), world.client("vera")
    page = text_of(vera.get(f"/hubbar/{call.ref}/"))
    stand = page.split("?stand=")[1].split('"')[0]
    assert vera.get(f"/hubbar/{call.ref}/laget/?stand={stand}").status_code == 204
    actions.answer_check(
        check_of(world, "ines"), actions.Known(answer="nothing_said"), by=world.ines.actor, at=HALF_PAST
    )
    part = vera.get(f"/hubbar/{call.ref}/laget/?stand={stand}")
    assert part.status_code == 200
    assert "Vi lämnar inga uppgifter" in text_of(part)
    assert "<html" not in text_of(part)


def test_two_who_write_at_once_both_find_their_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    child = spoken(world)
    at(monkeypatch, HALF_PAST + SECOND)
    where = f"/hubbar/{child.call.ref}/text/"

    def save(who: str, text: str, version: int, **more: str) -> dict[str, object]:
        data = {"child": str(child.ref), "text": text, "version": version, **more}
        answer = world.client(who).post(where, data, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        found: dict[str, object] = json.loads(answer.content)
        return found

    save("ines", "Skolan är orolig.", 0)
    save("vera", "Skolan är mycket orolig.", 1)
    joined = save("ines", "Skolan är orolig. Mamman vill ha stöd.", 1, base="Skolan är orolig.")
    assert joined["text"] == "Skolan är mycket orolig. Mamman vill ha stöd."
    assert str(joined["saved"]).startswith("Sparat 10.30.01")
    assert str(joined["saved"]).endswith("två skriver")
    # A new process reads what was saved: nothing lives but in the database.
    assert CallChild.objects.get(pk=child.pk).text == joined["text"]
    assert CallRevision.objects.count() == 3
    by_form = world.client("vera").post(where, {"child": str(child.ref), "text": "Allt nytt.", "version": 3})
    assert by_form.status_code == 302


def test_a_save_whose_answer_was_lost_counts_once_although_somebody_wrote_between(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = spoken(world)
    at(monkeypatch, HALF_PAST + SECOND)
    where, clients = f"/hubbar/{child.call.ref}/text/", {name: world.client(name) for name in ("ines", "vera")}

    def save(who: str, text: str, key: str) -> tuple[str, int]:
        data = {"child": str(child.ref), "text": text, "version": 0, "base": "", "once": key}
        answer = clients[who].post(where, data, headers={"Accept": "application/json"})
        found = json.loads(answer.content)
        return found["text"], found["version"]

    lost = once_key()
    save("ines", "Skolan är orolig.", lost)
    both = save("vera", "Mamman vill ha stöd.", once_key())
    assert save("ines", "Skolan är orolig.", lost) == both
    assert both[0].count("Skolan") == both[0].count("Mamman") == 1
    assert CallRevision.objects.count() == 2


def test_a_refused_save_does_not_use_up_its_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    child, key = spoken(world), once_key()
    at(monkeypatch, HALF_PAST + SECOND)
    for text, status in (("x" * 20_001, 422), ("Kortare.", 200)):
        data = {"child": str(child.ref), "text": text, "version": 0, "once": key}
        headers = {"Accept": "application/json"}
        answer = world.client("ines").post(f"/hubbar/{child.call.ref}/text/", data, headers=headers)
        assert answer.status_code == status
    assert CallChild.objects.get(pk=child.pk).text == "Kortare."


def test_a_line_begun_about_the_child_before_is_never_drawn_on_the_next_ones_map(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    convened(world)
    noel = nova(world).report.assessments.get(position=2)
    wanted = actions.Convening(starts_at=HALF_PAST, slot=HubSlot.objects.get(agency=world.social))
    actions.convene(noel, wanted, by=world.ines.actor, at=NOW)
    first, second = running(world).children.all()
    at(monkeypatch, HALF_PAST + SECOND)
    vera = world.client("vera")
    line = {"label": "äldre vän", "kind": "contact", "degree": 3, "start": "", "child": str(first.ref)}
    line["source"] = str(world.vera.assignment.unit.ref)
    actions.turn_to(second, by=world.ines.actor, at=HALF_PAST + SECOND)
    late = vera.post(f"/hubbar/{first.call.ref}/karta/", line)
    assert late.status_code == 409
    assert "ett annat barn" in text_of(late)
    assert "äldre vän" in text_of(late)
    assert f'name="child" value="{second.ref}"' in text_of(late)
    assert not MapEdge.objects.exists()


def test_a_page_that_moves_on_by_itself_is_no_sign_that_somebody_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a list that asks by itself: the session runs out, and who is in the call is counted once (P-Q5, P-T7)."""
    seen = HALF_PAST + SECOND
    at(monkeypatch, seen)
    call, vera = running(world), world.client("vera")
    vera.get(f"/hubbar/{call.ref}/")
    for minutes in (10, 20):
        at(monkeypatch, seen + timedelta(minutes=minutes))
        page = text_of(vera.get(f"/hubbar/{call.ref}/?sjalv=1"))
        assert "Du loggas ut 11.00 om inget händer." in page
        assert f'name="session-minutes" content="{30 - minutes}"' in page
    assert HubAttendance.objects.filter(assignment=world.vera.assignment).count() == 1
    at(monkeypatch, seen + timedelta(minutes=30))
    assert vera.get(f"/hubbar/{call.ref}/?sjalv=1").status_code == 302
    assert "location.replace(`${here}?sjalv=1`)" in (settings.BASE_DIR / "static/js/hub-call.js").read_text()


def test_the_map_is_drawn_by_form_and_questions_a_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, HALF_PAST + SECOND)  # before signing in: a session idle for half an hour is over
    call, vera = running(world), world.client("vera")
    line = {
        "label": "Kalle Svensson",
        "kind": "contact",
        "degree": 3,
        "start": "",
        "source": str(world.vera.assignment.unit.ref),
    }
    wrong = vera.post(f"/hubbar/{call.ref}/karta/", line)
    assert wrong.status_code == 422
    assert "Är ”Kalle Svensson” ett namn?" in text_of(wrong)
    assert vera.post(f"/hubbar/{call.ref}/karta/", {**line, "label": "äldre vän"}).status_code == 302
    page = text_of(vera.get(f"/hubbar/{call.ref}/"))
    assert '<svg class="net"' in page
    assert 'data-label="Enligt">Vuxenenheten' in page
    edge = MapEdge.objects.get()
    assert vera.post(f"/hubbar/{call.ref}/karta/ta-bort/", {"line": str(edge.ref)}).status_code == 302
    assert vera.post(f"/hubbar/{call.ref}/karta/ta-bort/", {"line": "skräp"}).status_code == 404


def test_hanging_up_asks_for_what_is_left_and_keeps_what_was_typed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, HALF_PAST + SECOND)  # before signing in: a session idle for half an hour is over
    child, ines = spoken(world), world.client("ines")
    where = f"/hubbar/{child.call.ref}"
    left = ines.post(f"{where}/avsluta/", {"why": "Sjukdom."})
    assert left.status_code == 409
    assert "varje barn är beslutat eller överfört" in text_of(left)
    assert "Sjukdom." in text_of(left)
    PreliminaryAssessment.objects.filter(pk=child.assessment_id).update(state="not_opened", state_at=HALF_PAST)
    assert ines.post(f"{where}/avsluta/", {"why": ""}).status_code == 422
    assert ines.post(f"{where}/avsluta/", {"why": "Sjukdom."}).status_code == 302
    assert "Sjukdom." in text_of(ines.get(f"{where}/"))


def test_the_concerns_own_page_has_the_hub(world: World) -> None:
    answered(world)
    call = convened(world)
    block = hub_block(nova(world), world.ines.actor, NOW + SECOND)
    assert block is not None
    assert block["answered"] == "1 av 3 enheter har svarat"
    assert block["calls"][0]["url"] == f"/hubbar/{call.ref}/"  # type: ignore[index]  # a list of mappings
    assert hub_block(nova(world), world.sam.actor, NOW + SECOND) is None


def test_another_system_gets_both_texts_and_the_paragraph(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, HALF_PAST + SECOND)  # before signing in: a session idle for half an hour is over
    child, ines = spoken(world), world.client("ines")

    def send(path: str, **body: object) -> tuple[int, dict[str, object]]:
        answer = ines.post(f"/api/v1/{path}", json.dumps(body, default=str), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    where = f"hub-calls/{child.call.ref}/text/"
    assert send(where, child=child.ref, text="En.", version=0)[0] == 200
    status, problem = send(where, child=child.ref, text="Två.", version=0)
    assert (status, problem["theirs"], problem["yours"], problem["version"]) == (409, "En.", "Två.", 1)
    status, problem = send(f"concerns/{child.assessment.ref}/convene/", more=[world.school.units.get().ref])
    assert status == 422
    assert "20 kap. 6 § SoL" in str(problem["errors"])
    assert FACTS not in text_of(ines.get(f"/api/v1/knowledge-checks/{check_of(world, 'vera').ref}/"))


def test_a_refusal_that_shows_the_others_text_is_a_read_of_the_child(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = spoken(world)
    at(monkeypatch, HALF_PAST + SECOND)
    actions.save_text(child, "Skolan är orolig.", version=0, by=world.ines.actor, at=HALF_PAST)
    vera = world.client("vera")
    before = AuditEntry.objects.filter(kind="read").count()
    body = {"child": str(child.ref), "text": "Mitt.", "version": 0}
    answer = post(vera, reverse("api:hub_call_text", args=[child.call.ref]), body)
    world.look()
    assert problem(answer, "conflict")["theirs"] == "Skolan är orolig."
    reads = AuditEntry.objects.filter(kind="read").order_by("pk")[before:]
    assert [child.pk in entry.objects_seen.get("triage.callchild", []) for entry in reads] == [True]
    assert child.call_id in reads[0].objects_seen["triage.hubcall"]


def test_a_base_that_is_too_long_is_refused_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    child = spoken(world)
    at(monkeypatch, HALF_PAST + SECOND)
    data = {"child": str(child.ref), "text": "Mitt.", "version": 0, "base": "a " * 10_001}
    answer = world.client("ines").post(f"/hubbar/{child.call.ref}/text/", data, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "20" in json.loads(answer.content)["errors"][0]


def test_the_end_of_a_hub_says_the_same_whether_a_child_is_hidden_or_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = running(world)
    at(monkeypatch, HALF_PAST + SECOND)
    page = text_of(world.client("ines").get(f"/hubbar/{call.ref}/"))
    assert "Kan avslutas när varje barn är beslutat" in page
    assert "som du inte får se" not in page


def test_what_the_page_asks_for_by_itself_is_no_sign_of_anybody() -> None:
    script = (settings.BASE_DIR / "static/js/joint-text.js").read_text()
    asked = re.findall(r"fetch\(([^)]*)", script)
    assert len(asked) == 5
    for words in asked:
        assert words.endswith((", asks", "other.action, options")) or 'method: "POST"' in words, words
    assert '"X-Unattended": "1"' in script
    assert "fetch(" not in (settings.BASE_DIR / "static/js/hub-call.js").read_text()


def test_the_decision_is_made_from_the_call_with_what_is_known_beside_it_and_leads_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(world)
    assessment, call = ready(world), running(world)
    at(monkeypatch, HALF_PAST + SECOND)
    child, ines = spoken(world), world.client("ines")
    actions.save_text(child, "Stigande allvar.", version=0, base=None, by=world.ines.actor, at=HALF_PAST + SECOND)
    page = text_of(ines.get(f"/anmalan/{assessment.ref}/beslut/"))
    assert SUMMARY in page
    assert "Stigande allvar." in page
    assert "Tillbaka till hubben" in page
    whole = {"kind": "not_open", "investigator": "ingen", "reasons": "Stöd finns.", "delegation": "3.1"}
    whole |= {"unanswered_why": "Nås inte.", "once": once_key()}
    made = ines.post(f"/anmalan/{assessment.ref}/beslut/", whole)
    assert (made.status_code, made.headers["Location"]) == (302, f"/hubbar/{call.ref}/")


def test_once_the_child_is_not_spoken_of_the_decision_leads_to_the_packet(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessment, call = ready(world), running(world)
    at(monkeypatch, HALF_PAST + SECOND)
    actions.carry_over(spoken(world), why="Vi hann inte.", by=world.ines.actor, at=HALF_PAST + SECOND)
    actions.close_call(call, why="Sjukdom.", by=world.ines.actor, at=HALF_PAST + SECOND)
    page = text_of(world.client("ines").get(f"/anmalan/{assessment.ref}/beslut/"))
    assert "Tillbaka till hubben" not in page
