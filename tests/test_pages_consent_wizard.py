"""The consent wizard as a coordinator meets it: five steps, nothing lost, nothing in force before the last."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from consent import actions
from consent.models import Consent, Grant, InformationItem, SessionState, Signature, SigningSession
from hub import actions as hub_actions
from hub import clock
from hub.access import permitted
from hub.models import Notification, Relative
from tests.cast import LAST_DAY, NOW, SECOND, START, YES, World, draft_paper, register_elias, write
from tests.html_forms import says, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def unsigned(bare_world: World) -> World:
    """Elias' case with proposed parties, no paper yet."""
    register_elias(bare_world)
    return bare_world


@pytest.fixture
def kim(unsigned: World) -> Client:
    return unsigned.client("kim")


def step(session: SigningSession, name: str, query: str = "") -> str:
    return reverse("consent:consent_step", args=[session.ref, name]) + query


def begin(world: World, kim: Client) -> SigningSession:
    new = reverse("consent:consent_new", args=[world.case.ref])
    kim.post(new, typed(kim.get(new)))
    return SigningSession.objects.get(case=world.case)


def cell(code: str, world: World, name: str) -> str:
    return f"{code}:{getattr(world, name).pk}"


def key(world: World, who: str) -> str:
    return f"youth_{world.elias.person_id}" if who == "elias" else f"guardian_{getattr(world, who).person_id}"


def answers(world: World, *, answer: str = "given", who: tuple[str, ...] = ("elias", "eva", "emil")) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in who:
        found |= {f"{key(world, name)}__answer": answer, f"{key(world, name)}__voluntary": "on"}
    return found


def test_from_paper_in_hand_to_readable_in_nine_saves(unsigned: World, kim: Client) -> None:
    session = begin(unsigned, kim)
    saves = 1
    response = kim.post(step(session, "syfte"), typed(kim.get(step(session, "syfte"))), follow=True)
    saves += 1
    ticks = {
        "Bussenhusskolan": [cell("attendance", unsigned, "social"), cell("attendance", unsigned, "police")],
        "Tensta fritidsgård": [cell("leisure", unsigned, "social")],
        "Socialtjänsten Spånga": [cell("measures_and_plan", unsigned, "police")],
        "Polisen Vällingby": [cell("police_tells", unsigned, "social")],
    }
    for name, cells in ticks.items():
        assert says(response, f"Vad får {name} lämna, och till vem?")
        purposes = {f"purpose_{value.partition(':')[2]}": "För att planera stödet" for value in cells}
        address = response.request["PATH_INFO"] + "?" + response.request["QUERY_STRING"]
        response = kim.post(address, typed(response, having="row_version", cells=cells, **purposes), follow=True)
        saves += 1
    assert says(response, "Hur länge ska det gälla?")
    response = kim.post(step(session, "tid"), typed(response, having="row_version"), follow=True)
    assert says(response, "Vem har svarat?")
    data = typed(response, having="row_version", **answers(unsigned))
    response = kim.post(step(session, "underskrifter"), data, follow=True)
    assert says(response, "Gäller från nu till och med 1 september.")
    assert says(response, "Polisen Vällingby blir aktiv part och får veta det.")
    response = kim.post(step(session, "kontrollera"), typed(response, having="row_version"), follow=True)
    saves += 3
    assert says(response, "Samtycket är registrerat.")
    assert saves == 9, "one to begin, one per step, one per disclosing agency"

    unsigned.look()
    assert Consent.objects.filter(session=session, effective__contains=NOW).count() == 4
    assert Notification.objects.filter(kind="party_active", told_at__lte=NOW).exists()


def test_the_contact_reads_what_was_ticked_and_nothing_else(world: World) -> None:
    attendance = write(world, "sam", "attendance")
    write(world, "sam", "school_situation")
    read = permitted(InformationItem.objects.exclude(agency=world.police), world.pia.actor, at=NOW)
    assert [item.pk for item in read] == [attendance.pk]


def test_nothing_is_in_force_before_the_last_step(unsigned: World) -> None:
    session = draft_paper(unsigned)
    for person, role in ((unsigned.elias.person, "youth"), (unsigned.eva.person, "guardian")):
        actions.save_answer(session, person, role, YES, by=unsigned.kim.actor, at=START)
    assert not Grant.objects.filter(individual=unsigned.elias).exists()


def test_a_purpose_and_a_giver_are_asked_for(unsigned: World, kim: Client) -> None:
    session = begin(unsigned, kim)
    data = typed(kim.get(step(session, "syfte")), having="row_version", purpose="", disclosing=None)
    response = kim.post(step(session, "syfte"), data)
    assert response.status_code == 422
    assert says(response, "Skriv vad samtycket är till för.")
    assert says(response, "Välj minst en verksamhet som ska få lämna uppgifter.")


def test_a_tick_needs_a_purpose_and_the_ticks_stay(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    url = step(session, "uppgifter", f"?verksamhet={unsigned.school.ref}")
    wanted = cell("peers", unsigned, "social")
    field = f"purpose_{unsigned.social.pk}"
    response = kim.post(url, typed(kim.get(url), having="row_version", cells=[wanted], **{field: ""}))
    assert response.status_code == 422
    assert says(response, "Skriv vad Socialtjänsten Spånga behöver uppgifterna till.")
    assert typed(response, having="row_version")["cells"] == [wanted]


def test_everything_to_everyone_is_refused(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    url = step(session, "uppgifter", f"?verksamhet={unsigned.school.ref}")
    page = kim.get(url)
    form = page.context["form"]
    every = [value for value, _label in form.fields["cells"].choices]
    purposes = {f"purpose_{agency.pk}": "För stödet" for agency in form.recipients}
    response = kim.post(url, typed(page, having="row_version", cells=every, **purposes))
    assert response.status_code == 422
    assert says(response, "Allt till alla går inte att samtycka till.")


def test_what_leisure_may_never_get_cannot_be_ticked(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    url = step(session, "uppgifter", f"?verksamhet={unsigned.school.ref}")
    page = kim.get(url)
    forced = cell("school_results", unsigned, "leisure")
    assert says(page, "får aldrig")
    assert says(page, "Tensta fritidsgård får aldrig skolresultat")
    assert forced not in page.content.decode()
    response = kim.post(url, typed(page, having="row_version", cells=[forced]))
    assert response.status_code == 422


def test_the_words_follow_the_ticks_without_saving(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    url = step(session, "uppgifter", f"?verksamhet={unsigned.school.ref}")
    data = typed(kim.get(url), having="row_version", cells=[cell("peers", unsigned, "leisure")], go="ord")
    response = kim.post(url, data)
    assert says(response, "kan läsa om umgänge, bara på skärm.")
    assert says(response, "kan inte läsa något från Bussenhusskolan.")
    unsigned.look()
    session.refresh_from_db()
    assert typed(kim.get(url), having="row_version")["row_version"] == [str(session.row_version)]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("last_day", "2026-03-01", "Sista dagen kan inte ligga före första dagen."),
        ("last_day", "2026-09-03", "Ett samtycke kan gälla högst 6 månader"),
        ("last_day", "31 juni 2026", "Skriv datumet som år, månad och dag"),
        ("items_from", "2026-03-03", "kan inte ligga efter första dagen."),
        ("paper_kind", "old_form", "Gå igenom checklistan för blanketter som inte är våra egna."),
        ("interpreter", "tolk\u202e", "osynligt tecken"),
    ],
)
def test_days_and_papers_that_cannot_be(unsigned: World, kim: Client, field: str, value: str, sentence: str) -> None:
    session = draft_paper(unsigned)
    data = typed(kim.get(step(session, "tid")), having="row_version", **{field: value})
    response = kim.post(step(session, "tid"), data)
    assert response.status_code == 422
    assert says(response, sentence)
    unsigned.look()
    session.refresh_from_db()
    assert session.last_day == LAST_DAY, "nothing of a refused form is saved"


def test_a_signer_without_custody_on_the_day_is_refused_at_the_field(unsigned: World, kim: Client) -> None:
    Relative.objects.filter(pk=unsigned.emil.pk).update(custody_from=START)
    session = draft_paper(unsigned)
    page = kim.get(step(session, "underskrifter"))
    changed = answers(unsigned, who=("emil",)) | {f"{key(unsigned, 'emil')}__written_on": "2026-02-27"}
    response = kim.post(step(session, "underskrifter"), typed(page, having="row_version", **changed))
    assert response.status_code == 422
    assert says(response, "Personen har inte vårdnaden den dagen och kan inte skriva under som vårdnadshavare.")
    assert not Signature.objects.filter(session=session, answer="given").exists()


def test_a_guardian_who_lost_custody_while_the_page_was_open_is_told(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    data = typed(
        kim.get(step(session, "underskrifter")), having="row_version", **answers(unsigned, who=("elias", "emil"))
    )
    Relative.objects.filter(pk=unsigned.emil.pk).update(custody_to=NOW)
    response = kim.post(step(session, "underskrifter"), data)
    assert response.status_code == 422
    assert says(response, "kan inte längre skriva under, för vårdnaden har ändrats")


def test_a_yes_needs_voluntary_and_an_oral_one_a_witness(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    page = kim.get(step(session, "underskrifter"))
    who = key(unsigned, "eva")
    wrong = {f"{who}__answer": "given", f"{who}__how": "oral"}
    response = kim.post(step(session, "underskrifter"), typed(page, having="row_version", **wrong))
    assert response.status_code == 422
    assert says(response, "Bekräfta att personen vet att det är frivilligt och har förstått.")
    assert says(response, "Ett muntligt samtycke behöver en anteckning om vad som sades och ett vittne.")


def test_a_day_in_the_future_is_refused(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    page = kim.get(step(session, "underskrifter"))
    changed = answers(unsigned, who=("eva",)) | {f"{key(unsigned, 'eva')}__written_on": "2026-03-03"}
    response = kim.post(step(session, "underskrifter"), typed(page, having="row_version", **changed))
    assert says(response, "Dagen för underskriften ligger i framtiden.")


def test_what_a_signer_struck_is_what_holds(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    page = kim.get(step(session, "underskrifter"))
    data = typed(page, having="row_version", **answers(unsigned))
    name = f"{key(unsigned, 'eva')}-ticks"
    data[name] = [value for value in data[name] if not value.endswith(":attendance")]
    response = kim.post(step(session, "underskrifter"), data, follow=True)
    kim.post(step(session, "kontrollera"), typed(response, having="row_version"))
    unsigned.look()
    attendance = 1
    assert not any(g.types & attendance for g in Grant.objects.filter(source=unsigned.school))
    assert Grant.objects.filter(source=unsigned.school).exists(), "the rest of it holds"


def test_the_state_beside_follows_the_answers_without_saving(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    page = kim.get(step(session, "underskrifter"))
    assert says(page, "Emil (pappa) har inte skrivit under ännu.")
    data = typed(page, having="row_version", go="lage", **answers(unsigned))
    response = kim.post(step(session, "underskrifter"), data)
    assert says(response, "Alla som ska svara har sagt ja")
    unsigned.look()
    assert not Signature.objects.filter(session=session).exists()


def test_an_incomplete_paper_can_be_registered_and_says_what_is_missing(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    data = typed(
        kim.get(step(session, "underskrifter")), having="row_version", **answers(unsigned, who=("elias", "eva"))
    )
    response = kim.post(step(session, "underskrifter"), data, follow=True)
    assert says(response, "Registrera som ofullständigt")
    response = kim.post(step(session, "kontrollera"), typed(response, having="row_version"), follow=True)
    assert says(response, "Samtycket är registrerat men ofullständigt.")
    assert says(response, "Emil (pappa) har inte skrivit under ännu.")
    unsigned.look()
    assert not Grant.objects.filter(individual=unsigned.elias).exists()


def test_a_sig_without_the_youth_asks_why(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    actions.assess_maturity(
        unsigned.elias, level="guardians_decide", why="Förstår inte följderna", by=unsigned.kim.actor, at=START
    )
    data = typed(
        kim.get(step(session, "underskrifter")), having="row_version", **answers(unsigned, who=("eva", "emil"))
    )
    response = kim.post(step(session, "underskrifter"), data, follow=True)
    refused = kim.post(step(session, "kontrollera"), typed(response, having="row_version"))
    assert refused.status_code == 422
    assert says(refused, "Varför ska insatsen ändå börja?")
    why = typed(refused, having="row_version", unmet_criterion_reason="Börjar med föräldrarna")
    kim.post(step(session, "kontrollera"), why)
    unsigned.look()
    session.refresh_from_db()
    assert (session.state, session.unmet_criterion_reason) == (SessionState.REGISTERED, "Börjar med föräldrarna")


def test_a_double_click_on_sign_registers_once(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    data = typed(kim.get(step(session, "underskrifter")), having="row_version", **answers(unsigned))
    response = kim.post(step(session, "underskrifter"), data, follow=True)
    data = typed(response, having="row_version")
    first = kim.post(step(session, "kontrollera"), data)
    second = kim.post(step(session, "kontrollera"), data)
    assert (first.status_code, second.status_code) == (302, 302) or second.status_code == 409
    assert kim.get(reverse("consent:consent", args=[session.ref])).status_code == 200
    unsigned.look()
    assert list(Consent.objects.filter(session=session).values_list("version", flat=True)) == [1, 1, 1, 1]


@pytest.mark.parametrize("name", ["syfte", "tid"])
def test_two_people_saving_the_same_step_lose_nothing(unsigned: World, kim: Client, name: str) -> None:
    session = draft_paper(unsigned)
    field = {"syfte": "purpose", "tid": "interpreter"}[name]
    stale = typed(kim.get(step(session, name)), having="row_version", **{field: "Det jag skrev"})
    lovisa = unsigned.client("lovisa")
    lovisa.post(step(session, name), typed(lovisa.get(step(session, name)), having="row_version"))
    response = kim.post(step(session, name), stale)
    assert response.status_code == 409
    assert says(response, "Någon annan hann ändra samtycket")
    assert says(response, "Det jag skrev")
    again = kim.post(step(session, name), typed(response, having="row_version"))
    assert again.status_code == 302, "saving again is a choice made knowingly"


def test_a_step_of_a_paper_registered_meanwhile_is_refused_as_a_conflict(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    stale = typed(kim.get(step(session, "syfte")), having="row_version", purpose="Något helt annat än förut")
    for person, role in ((unsigned.elias.person, "youth"),):
        actions.save_answer(session, person, role, YES, by=unsigned.kim.actor, at=START)
    actions.register_session(session, row_version=session.row_version, by=unsigned.kim.actor, at=START)
    response = kim.post(step(session, "syfte"), stale)
    assert response.status_code == 409
    assert says(response, "Något helt annat än förut")
    assert kim.get(step(session, "syfte")).status_code == 302


def test_a_new_version_tells_which_one_it_cuts(world: World) -> None:
    session = draft_paper(world, at=NOW)
    kim = world.client("kim")
    assert says(kim.get(step(session, "kontrollera")), "Ersätter version 1 från och med i dag:")
    later = draft_paper(world, first_day=LAST_DAY + timedelta(days=1), last_day=LAST_DAY + timedelta(days=30))
    assert says(kim.get(step(later, "kontrollera")), "Tar vid när version 1 slutar 31 augusti 2026:")


def test_going_back_saves_what_was_typed(unsigned: World, kim: Client) -> None:
    session = draft_paper(unsigned)
    data = typed(kim.get(step(session, "tid")), having="row_version", interpreter="Tolk: Amal", go="tillbaka")
    response = kim.post(step(session, "tid"), data)
    assert response["Location"] == step(session, "uppgifter")
    unsigned.look()
    session.refresh_from_db()
    assert session.interpreter == "Tolk: Amal"


def test_a_changed_question_keeps_the_answers_true(unsigned: World) -> None:
    session, kim = draft_paper(unsigned), unsigned.kim.actor
    actions.save_answer(session, unsigned.elias.person, "youth", YES, by=kim, at=START)
    consent = session.consents.get(disclosing=unsigned.school)
    choice = {unsigned.social.pk: actions.RecipientChoice(types=0b1001, purpose="För stödet")}
    actions.save_matrix(consent, choice, row_version=session.row_version, by=kim, at=START)
    signature = Signature.objects.get(session=session)
    assert signature.ticks.get(recipient__agency=unsigned.social, recipient__consent=consent).types == 0b1001


def test_a_case_without_parties_says_how_to_go_on(unsigned: World, kim: Client) -> None:
    for party in unsigned.parties.values():
        hub_actions.end_participation(party, reason="Inte aktuell", by=unsigned.kim.actor, at=NOW - SECOND)
    session = begin(unsigned, kim)
    page = kim.get(step(session, "syfte"))
    assert says(page, "Föreslå först de verksamheter som ska vara med.")
    response = kim.get(step(session, "uppgifter"), follow=True)
    assert says(response, "Välj först vilka som ska få lämna uppgifter.")


def test_a_draft_is_offered_before_a_new_one_is_begun(unsigned: World, kim: Client) -> None:
    draft_paper(unsigned)
    assert says(kim.get(reverse("consent:consent_new", args=[unsigned.case.ref])), "Det finns redan ett utkast")
