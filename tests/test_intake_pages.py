"""Taking down a report: one page, drafts that nobody else sees, and each child by itself afterwards (P-T1, P-Q3)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hub.models import AuditEntry, Case, Notification
from tests.cast import NOW, SECOND, START, World, once_key
from tests.concerns import ARRIVED, NOVA, SCHOOL, arrange, nova, on_duty, register, told
from tests.html_forms import says
from triage import actions
from triage.actions import ChildFacts
from triage.models import ConcernReport, PreliminaryAssessment, ReportDraft, Reporter
from triage.repeats import earlier_reports, year_before

pytestmark = pytest.mark.django_db

NEW = "/orosanmalningar/ny/"
NUMBER = "20100112-2397"  # Skatteverket's test number
KEY = "22222222-2222-4222-8222-222222222222"


def whole(world: World, **changed: Any) -> dict[str, Any]:
    """The page as an officer sends it."""
    data = {
        "once": once_key(),
        "arrived_day": "2026-03-02",
        "arrived_time": "09.15",
        "channel": "phone",
        "category": "school",
        "name": "Berit Ros",
        "workplace": "Bussenhusskolan",
        "facts": "Har setts med äldre killar vid skolan.",
        "judgement": "Tror att hon utnyttjas.",
        "barn-TOTAL_FORMS": "1",
        "barn-INITIAL_FORMS": "0",
        "barn-0-personnummer": NUMBER,
        "owner": world.ines.assignment.ref,
        "utkast": KEY,
        "utkast_version": "0",
    }
    return {key: value for key, value in {**data, **changed}.items() if value is not None}


def send(world: World, client: Client, address: str = NEW, **changed: Any) -> Any:
    response = client.post(address, whole(world, **changed))
    world.look()
    return response


def get(world: World, who: str, address: str) -> Any:
    response = world.client(who).get(address)
    world.look()
    return response


def errors(response: Any, field: str) -> str:
    """The sentences at a field of the report or of one of its children ("barn-0-…")."""
    if field.startswith("barn-"):
        _prefix, place, name = field.split("-")
        return " ".join(response.context["children"].forms[int(place)].errors.get(name, []))
    return " ".join(response.context["form"].errors.get(field, []))


# --- registering -----------------------------------------------------------------------------------------------------


def test_a_report_is_registered_and_leads_to_its_page_with_each_child_by_itself(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    two = {"barn-TOTAL_FORMS": "3", "barn-1-about": "lillebror, omkring 9 år", "barn-1-protected": ""}
    response = send(world, world.client("ines"), **two)
    report = ConcernReport.objects.get()
    assert response["Location"] == reverse("triage:report", args=[report.ref])
    assert (report.arrived_at, report.registered_at) == (START + timedelta(minutes=15), NOW)
    elder, younger = report.assessments.order_by("position")
    assert elder.birth_date == date(2010, 1, 12), "filled in from the number"
    assert younger.about == "lillebror, omkring 9 år"
    assert [a.owner_id for a in (elder, younger)] == [world.ines.assignment.pk] * 2
    page = get(world, "ines", response["Location"])
    assert says(page, "Vad anmälaren tror")
    assert says(page, reverse("triage:concern", args=[younger.ref]))
    assert AuditEntry.objects.filter(action="concern.registered").count() == 1


def test_now_is_now_within_the_minute_that_the_page_showed(bare_world: World) -> None:
    arrange(bare_world)
    send(bare_world, bare_world.client("ines"), arrived_time="10.00")
    assert ConcernReport.objects.get().arrived_at == NOW


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("arrived_time", "10.01", "efter nu"),
        ("arrived_time", "kvart i", "timmar och minuter"),
        ("arrived_day", "i går", "år, månad och dag"),
        ("arrived_day", "0001-01-01", "Kontrollera dagen"),
        ("arrived_day", "2026-03-03", "Kontrollera dagen"),
        ("category", "", "Välj ett svar på ”Vem anmäler?”"),
        ("facts", "", "Svara på ”Vad har anmälaren sett eller hört?”"),
        ("facts", "x" * 50_000, "Högst 8000"),
        ("facts", "a\u0000b", "styrtecken"),
        ("name", "a\u202eb", "vänder"),
        ("judgement", "x" * 4001, "Högst 4000"),
        ("barn-0-personnummer", "20100112-2398", "fyra sista"),
        ("barn-0-given_name", "123", "minst en bokstav"),
        ("barn-0-birth_date", "2026-03-03", "Kontrollera året"),
        ("owner", "nobody", "finns inte"),
    ],
)
def test_what_is_wrong_comes_back_at_its_field_with_what_was_typed(
    bare_world: World, field: str, typed: str, sentence: str
) -> None:
    world = bare_world
    arrange(world)
    response = send(world, world.client("ines"), **{field: typed})
    assert response.status_code == 422
    assert sentence in errors(response, field), response.context["form"].errors
    assert says(response, "Tror att hon utnyttjas.") or field == "judgement"
    assert not ConcernReport.objects.exists()
    assert ReportDraft.objects.count() == 1, "what was typed is kept"


def test_a_child_of_whom_nothing_is_said_is_asked_for(bare_world: World) -> None:
    arrange(bare_world)
    response = send(bare_world, bare_world.client("ines"), **{"barn-0-personnummer": ""})
    assert response.status_code == 422
    assert "Skriv något om barnet" in errors(response, "barn-0-about")


@pytest.mark.parametrize("total", ["9", "-1", "många", ""])
def test_a_page_that_was_tampered_with_is_refused_in_words(bare_world: World, total: str) -> None:
    arrange(bare_world)
    response = send(bare_world, bare_world.client("ines"), **{"barn-TOTAL_FORMS": total})
    assert response.status_code == 422
    assert not ConcernReport.objects.exists()


STRANGE = ["Åsa 𓀀 👩🏽‍👧", "<script>alert(1)</script>", "'; DROP TABLE x; --", "مرحبا", "{{ 7*7 }}"]


@pytest.mark.parametrize("text", STRANGE)
def test_strange_texts_are_kept_as_they_are(bare_world: World, text: str) -> None:
    arrange(bare_world)
    response = send(bare_world, bare_world.client("ines"), facts=text)
    assert ConcernReport.objects.get().facts == text
    assert b"<script>alert" not in get(bare_world, "ines", response["Location"]).content


def test_a_double_click_registers_once(bare_world: World) -> None:
    arrange(bare_world)
    client, key = bare_world.client("ines"), once_key()
    first, second = (send(bare_world, client, once=key) for _press in range(2))
    assert first["Location"] == second["Location"]
    assert ConcernReport.objects.count() == 1


def test_one_more_child_without_a_script_keeps_what_is_typed(bare_world: World) -> None:
    arrange(bare_world)
    response = send(bare_world, bare_world.client("ines"), fler="1", facts="")
    assert response.status_code == 200
    assert len(response.context["children"].forms) == 2
    assert says(response, NUMBER)
    assert not response.context["form"].errors, "nothing is judged yet"


def test_whoever_hands_a_protected_child_on_sees_no_more_of_it(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    handed: dict[str, Any] = {"owner": world.ivar.assignment.ref, "barn-0-protected": "on"}
    response = send(world, world.client("ines"), **handed)
    assert response["Location"] == NEW
    assert get(world, "ines", reverse("triage:report", args=[ConcernReport.objects.get().ref])).status_code == 404
    given = Notification.objects.get(assignment=world.ivar.assignment)
    assert (given.kind, given.reference) == ("concern_given", ConcernReport.objects.get().number)


def test_an_expired_session_keeps_what_was_typed(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    client = world.client("ines")
    client.get(NEW)
    client.cookies.pop("sessionid", None)
    response = send(world, client)
    assert response.status_code == 401
    assert says(response, "Det du skrev finns kvar")
    assert not ConcernReport.objects.exists()


def test_the_jour_registers_for_the_agency_that_it_serves(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    facts = ChildFacts(about="omkring 14 år")
    on_duty(world)
    report = actions.register_report(told(), SCHOOL, [facts], agency_id=world.social.pk, by=world.jo.actor, at=NOW)
    assert report.agency == world.social


# --- drafts ----------------------------------------------------------------------------------------------------------


def autosave(world: World, client: Client, version: int = 0, **changed: Any) -> Any:
    return send(world, client, NEW + "utkast/", **{"utkast_version": str(version), **changed})


def test_a_draft_is_saved_as_typed_offered_on_return_and_gone_when_registered(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    client = world.client("ines")
    assert says(autosave(world, client, facts="Halvskri"), "Utkastet sparat i dag 10.00")
    autosave(world, client, 1, facts="Halvskrivet")
    draft = ReportDraft.objects.get()
    assert draft.row_version == 2
    assert says(client.get(NEW), "Du har ett påbörjat utkast från i dag 10.00")
    again = client.get(f"{NEW}?utkast={draft.ref}")
    world.look()
    assert says(again, "Halvskrivet</textarea>")
    assert says(again, NUMBER)
    send(world, client, utkast_version="2")
    assert not ReportDraft.objects.exists()


def test_nobody_else_sees_or_throws_away_a_draft(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    autosave(world, world.client("ines"))
    ref = ReportDraft.objects.get().ref
    for who in ("ivar", "maja", "kim"):
        assert get(world, who, f"{NEW}?utkast={ref}").status_code in (403, 404)
        assert not says(get(world, who, NEW), "påbörjat utkast")
        world.client(who).post(reverse("triage:draft_discard", args=[ref]), {"once": once_key()})
        world.look()
    autosave(world, world.client("ivar"), facts="Ivars")
    assert ReportDraft.objects.filter(assignment=world.ines.assignment, ref=ref).exists()
    assert ReportDraft.objects.exclude(ref=ref).get().assignment == world.ivar.assignment


def test_two_windows_on_one_draft_overwrite_nothing(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    client = world.client("ines")
    autosave(world, client, 0, facts="Första")
    autosave(world, client, 1, facts="Fönster ett")
    late = autosave(world, client, 1, facts="Fönster två")
    assert says(late, "Utkastet ändrades i ett annat fönster 10.00")
    texts = {actions.drafts.typed_in(draft)["facts"][0] for draft in ReportDraft.objects.all()}
    assert texts == {"Fönster ett", "Fönster två"}
    # The same text once more, because the answer was lost, is no other window.
    autosave(world, client, 0, facts="Fönster ett")
    assert ReportDraft.objects.count() == 2


# --- the report and the concern --------------------------------------------------------------------------------------


def test_a_protected_reporter_is_behind_a_press_that_is_recorded(bare_world: World) -> None:
    world = bare_world
    report = register(world)
    Reporter.objects.update(protected=True)
    address = reverse("triage:report", args=[report.ref])
    closed = get(world, "ines", address)
    assert not says(closed, "Rektor Berit")
    assert says(closed, "Visa vem det är")
    opened = world.client("ines").post(address, {"visa": "1"})
    world.look()
    assert says(opened, "Rektor Berit")
    shown = [entry.ground.get("reporter") for entry in AuditEntry.objects.filter(kind="read").order_by("pk")]
    assert shown == ["category", "shown"]
    assert says(get(world, "ivar", address), "Bara den som är ansvarig kan se den")
    assert not says(get(world, "ines", reverse("triage:concern", args=[report.assessments.get().ref])), "Rektor Berit")


def test_what_came_in_by_itself_is_received_once_and_keeps_its_arrival(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    report = actions.submit_report(
        told(arrived_at=ARRIVED, channel="form"), SCHOOL, [NOVA], agency_id=world.social.pk, by=None, at=ARRIVED
    )
    address = reverse("triage:report_receive", args=[report.ref])
    answers = [world.client(who).post(address, {"once": once_key()}).status_code for who in ("ivar", "ines")]
    world.look()
    report.refresh_from_db()
    assert answers == [302, 409]
    assert (report.arrived_at, report.registered_at, report.registered_by) == (ARRIVED, NOW, world.ivar.assignment)


def test_the_page_of_a_concern_names_no_child_in_its_head_and_has_one_next_step(bare_world: World) -> None:
    assessment = nova(bare_world)
    page = get(bare_world, "ines", reverse("triage:concern", args=[assessment.ref]))
    head = page.content.decode().split("<h1>")[1].split("</h1>")[0]
    assert "Barn, 14 år" in head
    assert "Nova" not in head
    assert "Inte bedömd" in head


@pytest.mark.parametrize(
    ("before", "counted"), [(timedelta(0), 1), (SECOND, 0), (-SECOND, 1)], ids=["a year before", "earlier", "later"]
)
def test_reports_within_twelve_months_are_counted(bare_world: World, before: timedelta, counted: int) -> None:
    known = ChildFacts(personnummer="201001122397")
    register(bare_world, known, arrived_at=year_before(ARRIVED) - before)
    latest = register(bare_world, known).assessments.get()
    assert earlier_reports(latest).count() == counted


def test_what_is_counted_and_linked_of_a_protected_child_is_what_one_may_read(bare_world: World) -> None:
    world = bare_world
    known = ChildFacts(personnummer="201001122397")
    first = register(world, known, arrived_at=NOW - timedelta(days=40)).assessments.get()
    second = register(world, known, arrived_at=NOW - timedelta(days=20)).assessments.get()
    PreliminaryAssessment.objects.filter(pk=first.pk).update(protected=True, owner=world.ivar.assignment)
    latest = register(world, known).assessments.get()
    page = get(world, "ines", reverse("triage:concern", args=[latest.ref]))
    assert says(page, "andra anmälan på tolv månader")
    assert says(page, second.report.number)
    assert not says(page, first.report.number)


def test_what_may_be_the_same_matter_is_pointed_out_and_not_merged(bare_world: World) -> None:
    one = register(bare_world)
    other = register(bare_world, ChildFacts(about="någon annan"))
    page = get(bare_world, "ines", reverse("triage:concern", args=[other.assessments.get().ref]))
    assert says(page, f"{one.number}, barn 1</a>: samma arbetsplats, samma dag")


# --- who the child is ------------------------------------------------------------------------------------------------


def identify(world: World, assessment: PreliminaryAssessment, who: str = "ines", **typed: Any) -> Any:
    address = reverse("triage:identify", args=[assessment.ref])
    data = {"once": once_key(), "row_version": assessment.row_version, **typed}
    response = world.client(who).post(address, data)
    world.look()
    assessment.refresh_from_db()
    return response


def test_a_described_child_is_completed_and_linked_in_a_case_of_its_own(bare_world: World) -> None:
    world = bare_world
    assessment = register(world, ChildFacts(about="omkring 14 år")).assessments.get()
    missing = identify(world, assessment, about="omkring 14 år")
    assert missing.status_code == 422
    assert not assessment.case_id
    identify(world, assessment, given_name="Nova", family_name="Rask", personnummer=NUMBER)
    assert assessment.case is not None
    assert (assessment.case.form, assessment.case.phase) == ("MASH", "forhandsbedomning")
    twin = register(world, ChildFacts(personnummer="201001122397")).assessments.get()
    identify(world, twin, given_name="Nova", family_name="Rask", personnummer=NUMBER)
    assert twin.individual == assessment.individual, "the child that the agency knows already"
    assert twin.case != assessment.case
    assert Case.objects.filter(form="MASH").count() == 2


def test_two_who_describe_the_same_child_do_not_overwrite_each_other(bare_world: World) -> None:
    world = bare_world
    assessment = register(world, ChildFacts(about="omkring 14 år")).assessments.get()
    version = assessment.row_version
    first = identify(world, assessment, about="omkring 15 år", spara="1")
    late = identify(world, assessment, "ivar", about="omkring 13 år", spara="1", row_version=version)
    assert (first.status_code, late.status_code) == (302, 409)
    assert assessment.about == "omkring 15 år"


def test_a_manager_describes_but_leaves_linking_to_an_officer(bare_world: World) -> None:
    world = bare_world
    assessment = register(world, ChildFacts(about="omkring 14 år")).assessments.get()
    typed = {"given_name": "Nova", "family_name": "Rask", "birth_date": "2012-02-01"}
    assert identify(world, assessment, "maja", **typed).status_code == 302
    assert (assessment.name, assessment.case) == ("Nova Rask", None)


# --- handing over ----------------------------------------------------------------------------------------------------


def test_a_concern_is_handed_over_and_received(bare_world: World) -> None:
    world = bare_world
    assessment = nova(world)
    address = reverse("triage:hand_over", args=[assessment.ref])
    client = world.client("ines")
    missing = client.post(address, {"once": once_key(), "to": world.ivar.assignment.ref})
    assert missing.status_code == 422
    client.post(address, {"once": once_key(), "to": world.ivar.assignment.ref, "reason": "Går av passet"})
    world.look()
    assessment.refresh_from_db()
    assert assessment.owner == world.ivar.assignment
    receipt = reverse("triage:receive", args=[assessment.ref])
    answers = [world.client(who).post(receipt, {"once": once_key()}).status_code for who in ("ines", "ivar", "ivar")]
    world.look()
    assert answers == [409, 302, 409]
    assert assessment.ownerships.get(valid_to=None).received_at == NOW
    message = world.client("ivar").get("/meddelanden/")
    assert says(message, f"Du är nu ansvarig för orosanmälan {assessment.report.number}")
