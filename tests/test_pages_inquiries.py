"""Pages and calls of questions in an investigation: asking, taking it on, answering, silence, taking back (P-A6)."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from consent import actions as consent_actions
from consent.actions import inquiries as verbs
from consent.models import Disclosure, InformationItem, Inquiry
from hub.models import AuditEntry, CaseSeat
from tests.asking import ANSWER, QUESTION, WHY, ask, investigate, name
from tests.cast import NOW, World, info_type, once_key

pytestmark = pytest.mark.django_db


def page(route: str, inquiry: Inquiry) -> str:
    return reverse(f"consent:{route}", args=[inquiry.ref])


def said(client: Client, url: str, data: dict[str, Any] | None = None, *, status: int = 200) -> str:
    response = client.get(url) if data is None else client.post(url, data)
    assert response.status_code == status
    return response.content.decode()


def filled(**changes: Any) -> dict[str, Any]:
    kind = info_type("school_results").pk
    return {"type": str(kind), "event_date": "2026-03-02", "body": ANSWER} | changes


def test_asked_from_the_case_it_stands_there_with_the_time_left(world: World) -> None:
    case, kim = investigate(world), world.client("kim")
    new = reverse("consent:inquiry_new", args=[case.ref])
    assert new in said(kim, reverse("hub:case", args=[case.ref]))
    form = {"agency": str(world.school.ref), "question": QUESTION, "why": WHY, "once": once_key()}
    first, second = kim.post(new, form), kim.post(new, form)
    inquiry = Inquiry.objects.get()
    assert first["Location"] == second["Location"] == page("inquiry", inquiry)
    shown = said(kim, reverse("hub:case", args=[case.ref]))
    assert "Tillfrågad" in shown
    assert "Bussenhusskolan" in shown
    assert "24 tim kvar" in shown or "1 dag kvar" in shown
    assert WHY in said(kim, page("inquiry", inquiry))
    ledger = said(kim, reverse("consent:ledger", args=[world.elias.ref]))
    assert "Frågan säger att en utredning pågår" in ledger
    assert "Inga uppgifter lämnades" in said(kim, reverse("consent:disclosure", args=[inquiry.asking.ref]))


def test_too_early_is_told_with_its_paragraph_on_the_page_and_in_the_api(world: World) -> None:
    case, kim = investigate(world, phase="forhandsbedomning"), world.client("kim")
    form = {"agency": str(world.school.ref), "question": QUESTION, "why": WHY}
    new = reverse("consent:inquiry_new", args=[case.ref])
    for text in (said(kim, new), said(kim, new, form, status=422), said(kim, reverse("hub:case", args=[case.ref]))):
        assert "20 kap. 6 § SoL" in text
    response = kim.post(
        reverse("api:inquiries_of_case", args=[case.ref]),
        json.dumps(form),
        content_type="application/json",
        headers={"Idempotency-Key": "en-ny-nyckel"},
    )
    assert response.status_code == 422
    assert "20 kap. 6 § SoL" in response.json()["detail"]
    assert not Inquiry.objects.exists()


def test_a_faulty_question_says_what_to_mend_and_keeps_what_was_typed(world: World) -> None:
    new = reverse("consent:inquiry_new", args=[investigate(world).ref])
    text = said(world.client("kim"), new, {"question": "Om 201002042396?", "why": ""}, status=422)
    assert "Välj vilken verksamhet" in text
    assert "Skriv varför ni behöver fråga" in text
    assert "Om 201002042396?" in text


def test_what_warns_against_asking_stands_first_and_is_heeded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "INQUIRY_WARNING", [lambda case, by, at: ["Vårdnadshavarna är inte informerade."]])
    kim, new = world.client("kim"), reverse("consent:inquiry_new", args=[investigate(world).ref])
    assert "Vårdnadshavarna är inte informerade." in said(kim, new)
    form = {"agency": str(world.school.ref), "question": QUESTION, "why": WHY}
    assert "Läs varningen" in said(kim, new, form, status=422)
    assert kim.post(new, form | {"heeded": "on"}).status_code == 302


def test_before_there_is_a_contact_nothing_is_told_but_that_a_question_waits(world: World) -> None:
    inquiry = ask(world, investigate(world), of="other_police")
    olle = world.client("olle")
    home = said(olle, reverse("hub:home"))
    assert f"Svara på en fråga i {inquiry.case.number}" in home
    text = said(olle, page("inquiry", inquiry))
    for secret in ("Elias", QUESTION, WHY):
        assert secret not in text + home
    assert inquiry.case.number in text
    assert said(olle, page("inquiry_answer", inquiry), status=404)
    taken = olle.post(page("inquiry_take", inquiry))
    assert taken["Location"] == page("inquiry_answer", inquiry)
    assert CaseSeat.objects.get(content_object=inquiry.case, kind="contact").assignment == world.olle.assignment
    text = said(olle, page("inquiry_answer", inquiry))
    assert "Elias Holm" in text
    assert QUESTION in text
    assert "skyldiga att lämna uppgifter som kan ha betydelse för utredningen (20 kap. 6 § SoL)" in text
    assert WHY not in text, "the reason is the asker's own"


def test_answered_it_is_read_by_who_asked_and_the_read_is_recorded(world: World) -> None:
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    sam, kim = world.client("sam"), world.client("kim")
    assert "Skriv ert svar." in said(sam, page("inquiry_answer", inquiry), filled(body=""), status=422)
    assert "Ta bort personnumret" in said(sam, page("inquiry_answer", inquiry), filled(body="201002042396"), status=422)
    assert sam.post(page("inquiry_answer", inquiry), filled()).status_code == 302
    item = InformationItem.objects.get(body=ANSWER)
    link = reverse("consent:item", args=[item.ref])
    assert link in said(kim, page("inquiry", inquiry))
    assert ANSWER in said(kim, link)
    world.look()
    read = AuditEntry.objects.filter(kind="read", route="consent:item").latest("pk")
    given = Disclosure.objects.get(answers_inquiry=inquiry)
    assert read.ground["disclosure"] == {str(given.pk): [item.pk]} or str(given.pk) in str(read.ground)
    assert link in said(sam, page("inquiry", inquiry))
    assert "En uppgift är lämnad" in said(sam, reverse("hub:case", args=[inquiry.case.ref]))


def test_silence_is_one_wording_for_who_asked(world: World) -> None:
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    sam, nothing = world.client("sam"), page("inquiry_nothing", inquiry)
    assert "Gå igenom vad ni vet" in said(sam, nothing, {}, status=422)
    assert sam.post(nothing, {"sure": "on"}).status_code == 302
    assert "Vi lämnar inga uppgifter" in said(world.client("kim"), page("inquiry", inquiry))


@pytest.mark.parametrize("route", ["inquiry_answer", "inquiry_nothing", "inquiry_withdraw"])
def test_too_late_says_so_and_gives_nothing(world: World, route: str) -> None:
    """Somebody else was faster: 409, and what was typed is still there (P-Q3)."""
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    consent_actions.withdraw_inquiry(inquiry, reason="Behövs inte", by=world.kim.actor, at=NOW)
    who = "kim" if route == "inquiry_withdraw" else "sam"
    data = filled() | {"sure": "on", "reason": "Igen"}
    text = said(world.client(who), page(route, inquiry), data, status=409)
    assert "väntar inte längre på svar" in text
    assert (ANSWER in text) == (route == "inquiry_answer")
    assert not InformationItem.objects.filter(body=ANSWER).exists()


def test_the_late_question_stands_at_home_for_who_asked(world: World) -> None:
    inquiry = ask(world, investigate(world))
    kim = world.client("kim")
    assert "Obesvarad fråga" not in said(kim, reverse("hub:home"))
    Inquiry.objects.filter(pk=inquiry.pk).update(asked_at=NOW.replace(day=1), due_at=NOW)
    assert f"Obesvarad fråga i {inquiry.case.number}" in said(kim, reverse("hub:home"))


def test_of_a_protected_person_the_page_says_so(world: World) -> None:
    type(world.elias.person).objects.filter(pk=world.elias.person_id).update(protection="SEKRETESSMARKERING")
    inquiry = ask(world, investigate(world))
    name(world, inquiry, "sam")
    assert "Skyddade personuppgifter" in said(world.client("sam"), page("inquiry", inquiry))
    said(world.client("mona"), page("inquiry", inquiry), status=404)


def test_the_register_extract_tells_of_the_question_when_the_person_knows(world: World) -> None:
    inquiry = ask(world, investigate(world))
    url = reverse("consent:ledger_extract", args=[world.elias.ref])

    def extract() -> str:
        pdf = PdfReader(BytesIO(world.client("kim").get(url).content))
        return " ".join(" ".join(part.extract_text().split()) for part in pdf.pages)

    assert "utredning pågår" not in extract()
    consent_actions.note_told(inquiry.asking, note="Vid besöket", by=world.kim.actor, at=NOW)
    assert "Frågan säger att en utredning pågår." in extract()


# --- the API -----------------------------------------------------------------------------------------------------


def call(client: Client, url: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(url, json.dumps(body, default=str), content_type="application/json", headers=headers)


def test_asked_and_answered_by_machines_once_and_from_what_was_read(world: World) -> None:
    case, kim, sam = investigate(world), world.client("kim"), world.client("sam")
    url = reverse("api:inquiries_of_case", args=[case.ref])
    body = {"agency": str(world.school.ref), "question": QUESTION, "why": WHY}
    first, again = (call(kim, url, body, **{"Idempotency-Key": "frågan-nr-1".replace("å", "a")}) for _ in range(2))
    assert (first.status_code, again["Idempotent-Replayed"]) == (201, "true")
    inquiry = Inquiry.objects.get()
    name(world, inquiry, "sam")
    detail = sam.get(reverse("api:inquiry", args=[inquiry.ref]))
    assert (detail.json()["why"], detail.json()["disclosure"], detail.json()["may"]) == (None, None, ["answer"])
    answer, tag = reverse("api:inquiry_answer", args=[inquiry.ref]), {"If-Match": detail["ETag"]}
    silence = {"answer": "nothing", "body": "Men ändå"}
    wrong = call(sam, answer, silence, **tag)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "body")
    missing = call(sam, answer, {"answer": "items"}, **tag)
    assert {error["field"] for error in missing.json()["errors"]} == {"type", "event_date", "body"}
    whole = {"answer": "items", "type": "school_results", "event_date": "2026-03-02", "body": ANSWER}
    done = call(sam, answer, whole, **tag)
    assert (done.status_code, done.json()["state"], len(done.json()["items"])) == (200, "answered", 1)
    assert call(sam, answer, whole, **tag).status_code == 412
    withdraw = reverse("api:inquiry_withdraw", args=[inquiry.ref])
    fresh = kim.get(reverse("api:inquiry", args=[inquiry.ref]))["ETag"]
    late = call(kim, withdraw, {"reason": "Sent"}, **{"If-Match": fresh})
    assert late.status_code == 409
    assert "redan besvarad" in late.json()["detail"]
    world.look()
    assert InformationItem.objects.filter(body=ANSWER).count() == 1


def test_the_list_holds_ones_own_side_only(world: World) -> None:
    case = investigate(world)
    for of, who in (("school", "sam"), ("police", "pia")):
        name(world, ask(world, case, of=of), who)
    lists = {
        who: [row["asked"]["name"] for row in world.client(who).get(reverse("api:inquiries")).json()["results"]]
        for who in ("kim", "sam", "pia", "lovisa")
    }
    assert lists == {
        "kim": ["Polisen Vällingby", "Bussenhusskolan"],
        "sam": ["Bussenhusskolan"],
        "pia": ["Polisen Vällingby"],
        "lovisa": [],
    }
