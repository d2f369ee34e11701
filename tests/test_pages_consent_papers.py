"""The list, one paper's page, later answers, renewal and print, as each party meets them."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from consent import actions
from consent.judging import judge, judgements
from consent.models import Consent, SessionState, SigningSession
from consent.todo_consent import papers_to_attend_to, stops_without_details
from hub import clock
from hub.models import AuditEntry, Person
from tests.cast import LAST_DAY, NO, NOW, SECOND, START, World, draft_paper, sign
from tests.html_forms import says, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def at(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)


def page_of(session: SigningSession) -> str:
    return reverse("consent:consent", args=[session.ref])


def end_of(day: date) -> datetime:
    return clock.start_of_day(day + timedelta(days=1))


@pytest.fixture
def half(world: World) -> SigningSession:
    """A paper that waits for Emil."""
    return sign(world, draft_paper(world, at=NOW), emil=None, at=NOW)


def test_the_list_counts_by_how_papers_stand(world: World, half: SigningSession) -> None:
    draft_paper(world, at=NOW)
    kim = world.client("kim")
    response = kim.get(reverse("consent:consents"))
    for said in ("Alla 3", "Gäller 1", "Ofullständiga 1", "Utkast 1", "Saknar svar från Emil (pappa).", "S-2026-0001"):
        assert says(response, said)
    only = kim.get(reverse("consent:consents") + "?visa=ofullstandiga")
    assert [paper.session.pk for paper, _text, _givers in only.context["rows"]] == [half.pk]
    assert kim.get(reverse("consent:consents") + "?visa=allt").status_code == 404


def test_a_paper_is_counted_as_expiring_from_thirty_days_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    edge = end_of(LAST_DAY) - timedelta(days=30)
    said = {}
    for offset in (-SECOND, timedelta(0), end_of(LAST_DAY) - edge - SECOND, end_of(LAST_DAY) - edge):
        at(monkeypatch, edge + offset)
        said[offset] = world.client("kim").get(reverse("consent:consents")).context["rows"][0][0].standing.state
        world.look()
    assert list(said.values()) == ["in_force", "expiring", "expiring", "ended"]


def test_the_cost_of_the_list_does_not_grow_with_rows(world: World) -> None:
    kim = world.client("kim")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            kim.get(reverse("consent:consents"))
        world.look()
        return len(seen)

    sign(world, draft_paper(world, at=NOW), emil=None, at=NOW)
    queries()
    few = queries()
    for _ in range(3):
        sign(world, draft_paper(world, at=NOW), emil=None, at=NOW)
    assert queries() == few


def test_a_no_is_told_as_a_no_wherever_the_paper_is_met(world: World) -> None:
    """Not as an answer that is still awaited: Emil has answered, and Eva has not."""
    actions.stop_sharing(world.elias, by=world.kim.actor, at=START)
    paper = sign(world, draft_paper(world, at=NOW), eva=None, emil=NO, at=NOW)
    kim = world.client("kim")
    row = kim.get(reverse("consent:consents") + "?visa=ofullstandiga")
    assert says(row, "Emil (pappa) har sagt nej. Saknar svar från Eva (mamma).")
    page = kim.get(page_of(paper))
    assert says(page, "Emil (pappa) har sagt nej.")
    assert says(page, "Samtycket gäller inte")
    assert not says(page, "Ofullständigt")
    assert not says(page, "täcker inget än")
    assert says(kim.get(reverse("consent:individuals")), "Någon har sagt nej till samtycket")
    assert says(kim.get(reverse("consent:individual", args=[world.elias.ref])), "Se samtycket som fick nej")
    home = kim.get(reverse("hub:home"))
    assert says(home, f"Samtycket i {world.case.number} har fått ett nej")
    assert not says(home, "Emil")


def test_judging_many_papers_is_judging_each(world: World, half: SigningSession) -> None:
    draft_paper(world, at=NOW)
    papers = list(SigningSession.objects.all())
    with CaptureQueriesContext(connection) as many:
        judged = judgements(papers, at=NOW)
    with CaptureQueriesContext(connection) as one:
        assert judge(half, at=NOW) == judged[half.pk]
    assert judged == {p.pk: judge(p, at=NOW) for p in papers}
    assert len(many) == len(one) == 4, "as many queries for a list as for one paper"


def test_an_empty_list_tells_what_to_do(world: World) -> None:
    assert says(world.client("ines").get(reverse("consent:consents")), "Inga samtycken än")


def test_the_police_see_what_concerns_them_and_no_names(world: World) -> None:
    response = world.client("pia").get(page_of(world.session))
    assert says(response, "Bussenhusskolan får lämna närvaro till Polisen Vällingby.")
    assert says(response, "Polisen Vällingby får lämna det polisen får berätta till Socialtjänsten Spånga.")
    for hidden in ("skolsituation", "Elias", "Eva", "Emil", "Registrera svar", "Återkalla", "Tensta fritidsgård"):
        assert not says(response, hidden), hidden


def test_a_party_never_finds_an_incomplete_paper(world: World, half: SigningSession) -> None:
    assert world.client("pia").get(page_of(half)).status_code == 404


def test_the_last_answer_completes_the_paper(world: World, half: SigningSession) -> None:
    kim = world.client("kim")
    assert says(kim.get(page_of(half)), "Emil (pappa) har inte skrivit under ännu.")
    url = reverse("consent:consent_answer", args=[half.ref])
    who = f"guardian_{world.emil.person_id}"
    changed = {f"{who}__answer": "given", f"{who}__voluntary": "on"}
    response = kim.post(url, typed(kim.get(url), having="signer", **changed), follow=True)
    assert says(response, "Svaret är registrerat. Samtycket är fullständigt.")
    world.look()
    versions = Consent.objects.filter(session=half, effective__contains=NOW).values_list("version", flat=True)
    assert list(versions) == [2, 2, 2, 2]
    old = Consent.objects.filter(session=world.session).first()
    assert old is not None
    assert old.effective.upper == NOW, "cut where the new one starts: no gap"


def test_a_no_is_registered_and_named(world: World, half: SigningSession) -> None:
    kim = world.client("kim")
    url = reverse("consent:consent_answer", args=[half.ref])
    changed = {f"guardian_{world.emil.person_id}__answer": "refused"}
    response = kim.post(url, typed(kim.get(url), having="signer", **changed), follow=True)
    assert says(response, "Emil (pappa) har sagt nej.")
    listed = kim.get(reverse("consent:consents") + "?visa=ofullstandiga")
    assert says(listed, "Nej")


def test_an_answer_registered_meanwhile_is_a_conflict(world: World, half: SigningSession) -> None:
    kim = world.client("kim")
    url = reverse("consent:consent_answer", args=[half.ref])
    who = f"guardian_{world.emil.person_id}"
    data = typed(kim.get(url), having="signer", **{f"{who}__answer": "given", f"{who}__voluntary": "on"})
    twice = data | {"once": ["00000000-0000-4000-8000-000000000001"]}
    assert kim.post(url, data).status_code == 302
    second = kim.post(url, twice)
    assert second.status_code in (302, 409)
    world.look()
    assert Consent.objects.filter(session=half, version=2).count() == 4


def test_renewal_starts_the_day_after_and_is_begun_once(world: World) -> None:
    kim = world.client("kim")
    url = reverse("consent:consent_renew", args=[world.session.ref])
    first = kim.post(url, {"once": "00000000-0000-4000-8000-000000000001"})
    again = kim.post(url, {"once": "00000000-0000-4000-8000-000000000002"})
    assert first["Location"] == again["Location"]
    world.look()
    renewal = SigningSession.objects.get(renews=world.session)
    assert renewal.first_day == LAST_DAY + timedelta(days=1)
    assert says(kim.get(page_of(world.session)), "En förnyelse är påbörjad.")


def test_a_draft_is_thrown_away_once_and_not_when_stale(world: World) -> None:
    draft, kim = draft_paper(world, at=NOW), world.client("kim")
    url = reverse("consent:consent_discard", args=[draft.ref])
    assert kim.post(url, {"row_version": draft.row_version - 1}).status_code == 409
    assert kim.post(url, typed(kim.get(page_of(draft)), having="row_version")).status_code == 302
    world.look()
    draft.refresh_from_db()
    assert draft.state == SessionState.DISCARDED
    assert kim.get(reverse("consent:consents")).context["rows"][0][0].session.pk == world.session.pk


def text_of(client: Client, session: SigningSession, query: str = "") -> str:
    response = client.get(reverse("consent:consent_form", args=[session.ref]) + query)
    assert response["Content-Type"] == "application/pdf", response.content[:200]
    return " ".join("\n".join(p.extract_text() for p in PdfReader(BytesIO(response.content)).pages).split())


def test_the_form_prints_filled_blank_and_easy_and_is_logged_as_print(world: World) -> None:
    kim = world.client("kim")
    filled = text_of(kim, world.session)
    for said in ("Elias Holm", "S-2026-0001", "31 augusti 2026", "Bussenhusskolan", "Kim Samuelsson"):
        assert said in filled
    world.look()
    assert AuditEntry.objects.filter(action="print", route="consent:consent_form").exists()
    assert text_of(kim, world.session, "?blank=1") != filled
    assert "Du får säga nej." in text_of(kim, world.session, "?sprak=sv-lattlast&blank=1")


def test_an_unreviewed_language_says_so_instead_of_printing(world: World) -> None:
    response = world.client("kim").get(reverse("consent:consent_form", args=[world.session.ref]) + "?sprak=ar")
    assert says(response, "kan inte skrivas ut på")


def test_leisure_never_gets_paper(world: World) -> None:
    assert world.client("fia").get(reverse("consent:consent_form", args=[world.session.ref])).status_code == 403


def test_a_family_with_a_security_flag_gets_one_paper_per_person(world: World) -> None:
    Person.objects.filter(pk=world.eva.person_id).update(family_security_flag=True)
    kim = world.client("kim")
    url = reverse("consent:consent_form", args=[world.session.ref])
    assert says(kim.get(url), "Ett papper per person")
    evas = text_of(kim, world.session, f"?for={world.eva.person.ref}")
    assert "Eva Holm" in evas
    assert "Emil" not in evas
    assert kim.get(url + "?for=00000000-0000-4000-8000-000000000001").status_code == 404


def test_maturity_decides_who_answers_and_leads_back_to_the_paper(world: World) -> None:
    draft, kim = draft_paper(world, at=NOW), world.client("kim")
    url = reverse("consent:maturity", args=[world.elias.ref]) + f"?samtycke={draft.ref}"
    assert kim.post(url, typed(kim.get(url))).status_code == 422
    data = typed(kim.get(url), level="decides_alone", why="Förstår frågan och följderna väl")
    response = kim.post(url, data, follow=True)
    assert says(response, "Bedömningen är sparad")
    assert says(response, "<b>Ska svara:</b> Elias (den unge)")


def test_deciding_alone_below_the_kommuns_age_is_refused_at_the_field(world: World) -> None:
    Person.objects.filter(pk=world.elias.person_id).update(birth_date=date(2011, 3, 3))
    url = reverse("consent:maturity", args=[world.elias.ref])
    kim = world.client("kim")
    response = kim.post(url, typed(kim.get(url), level="decides_alone", why="Mogen"))
    assert response.status_code == 422
    assert says(response, "Den unge kan bestämma själv tidigast från 15 år.")


def test_a_hindered_guardian_exists_only_where_the_kommun_says_so(world: World) -> None:
    url, kim = reverse("consent:hindered", args=[world.elias.ref]), world.client("kim")
    assert kim.get(url).status_code == 404
    type(world.kommun).objects.filter(pk=world.kommun.pk).update(hindered_guardian_rule=True)
    reasons = {"cause": "Utomlands", "attempts": "Ringt tre gånger", "why_cannot_wait": "Möte i morgon"}
    data = typed(kim.get(url), guardian=world.emil.person_id, **reasons)
    response = kim.post(url, data)
    assert response.status_code == 302
    draft = draft_paper(world, at=NOW)
    assert says(kim.get(reverse("consent:consent_step", args=[draft.ref, "underskrifter"])), "Kan inte svara")


def test_home_asks_for_who_stopped_and_for_the_childs_view(world: World) -> None:
    actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)
    todo = stops_without_details(world.kim.actor, NOW)
    assert [t.verb for t in todo] == ["Komplettera"]
    assert stops_without_details(world.pia.actor, NOW) == []
    actions.assess_maturity(world.elias, level="guardians_decide", why="För svårt", by=world.kim.actor, at=START)
    sign(world, draft_paper(world, at=NOW), youth=None, at=NOW)
    assert any("Ta reda på vad barnet tycker" in t.title for t in papers_to_attend_to(world.kim.actor, NOW))
