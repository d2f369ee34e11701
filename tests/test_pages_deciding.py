"""The pages of the decision, the packet, the family, the investigation and the reporter, as people use them."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from hub.access import permitted
from hub.contributions import Window
from hub.models import AuditEntry, Deadline
from hub.todo import todos
from tests.cast import NOW, World, once_key
from tests.concerns import ARRIVED, NOEL, NOVA, register
from tests.decisions import case_of, decide, guardians, protect, qualify, tasks_of
from triage import actions
from triage.contributions_deciding import concerns, decision_block, investigation_of_case, tasks_block
from triage.models import AskedAs, Decision, KnowledgeCheck, KnowledgeNote, PreliminaryAssessment, Reporter
from triage.packet import packet_of

pytestmark = pytest.mark.django_db

HALF_PAST = NOW - timedelta(minutes=30)
WHOLE = {"kind": "not_open", "investigator": "ingen", "reasons": "Familjen har stöd.", "delegation": "3.1"}


@pytest.fixture
def concern(world: World) -> PreliminaryAssessment:
    """About Nova, with her brother in the same report; protection assessed, ready to be decided on."""
    assessment = register(world, NOVA, NOEL, at=ARRIVED, judgement="Tror att hon säljer.").assessments.get(position=1)
    qualify(world, "ines", "ivar", "olof")
    protect(world, assessment, at=ARRIVED)
    return assessment


@pytest.fixture
def followed(world: World, concern: PreliminaryAssessment) -> PreliminaryAssessment:
    """Decided on: Olof investigates."""
    guardians(world, concern, "Nina", "Nils", at=ARRIVED)
    decide(world, concern, at=HALF_PAST)
    concern.refresh_from_db()
    return concern


def get(world: World, who: str, route: str, ref: object, *, ok: int = 200) -> str:
    response = world.client(who).get(reverse(f"triage:{route}", args=[ref]))
    world.look()
    assert response.status_code == ok
    return str(response.content.decode())


def send(world: World, who: str, route: str, ref: object, **data: Any) -> Any:
    response = world.client(who).post(reverse(f"triage:{route}", args=[ref]), {"once": once_key(), **data})
    world.look()
    return response


def paper(world: World, who: str, route: str, ref: object) -> str:
    response = world.client(who).get(reverse(f"triage:{route}", args=[ref]))
    world.look()
    assert response.headers["Content-Type"] == "application/pdf"
    reader: Any = PdfReader(BytesIO(response.content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    return "\n".join(page.extract_text() for page in reader.pages)


# --- the decision ----------------------------------------------------------------------------------------------------


def test_nothing_is_chosen_beforehand_and_the_page_says_what_follows(
    world: World, concern: PreliminaryAssessment
) -> None:
    guardians(world, concern, "Nina", at=ARRIVED)
    page = get(world, "ines", "decision", concern.ref)
    assert "checked" not in page
    assert "Uppgiften ”informera” öppnas för barnet och 1 vårdnadshavare" in page
    assert "Kartläggningen följer med" in page
    assert not Decision.objects.exists()


def test_the_decision_counts_once_and_leads_to_the_packet(world: World, concern: PreliminaryAssessment) -> None:
    key = once_key()
    first = send(world, "ines", "decision", concern.ref, **WHOLE, once=key)
    again = send(world, "ines", "decision", concern.ref, **WHOLE, once=key)
    assert first["Location"] == again["Location"] == reverse("triage:handover", args=[concern.ref])
    assert Decision.objects.count() == 1
    late = send(world, "ivar", "decision", concern.ref, **WHOLE)
    assert late.status_code == 409
    assert "Familjen har stöd." in late.content.decode()


def test_what_is_missing_stands_at_its_field_with_the_paragraph(world: World, concern: PreliminaryAssessment) -> None:
    KnowledgeCheck.objects.create(
        municipality=world.kommun,
        assessment=concern,
        unit=world.vera.assignment.unit,
        asked_as=AskedAs.OWN,
        asked_by=world.ines.assignment,
        asked_at=ARRIVED,
    )
    unanswered = send(world, "ines", "decision", concern.ref, **WHOLE)
    assert unanswered.status_code == 422
    assert "Alla har inte svarat: Vuxenenheten" in unanswered.content.decode()
    world.ines.user.qualified_social_worker = False
    world.ines.user.save()
    refused = send(world, "ines", "decision", concern.ref, **WHOLE, unanswered_why="Nås inte.")
    assert refused.status_code == 422
    assert "25 kap. 1 §" in refused.content.decode()
    assert "25 kap. 1 §" in get(world, "ines", "decision", concern.ref)


def test_more_time_moves_the_clock(world: World, concern: PreliminaryAssessment) -> None:
    refused = send(world, "ines", "extend", concern.ref, until="2026-03-16", reasons="BUP.")
    assert refused.status_code == 422
    send(world, "ines", "extend", concern.ref, until="2026-03-20", reasons="BUP.")
    due = Deadline.objects.open().filter(kind="decision", subject_id=concern.pk).latest("due_at").due_at
    assert due.astimezone(NOW.tzinfo).isoformat() == "2026-03-21T00:00:00+01:00"
    assert "BUP." in str(decision_block(concern, world.ines.actor, NOW)["extensions"][0].reasons)  # type: ignore[index]  # a list


# --- the packet ------------------------------------------------------------------------------------------------------


def test_the_packet_holds_everything_of_one_child_and_nothing_of_the_reporter_or_the_brother(
    world: World, concern: PreliminaryAssessment
) -> None:
    Reporter.objects.update(protected=True)
    brother = concern.report.assessments.get(position=2)
    actions.assess_protection(
        brother, outcome="no_need", reasons="Noel är hos pappa.", assessed_at=ARRIVED, by=world.ines.actor, at=ARRIVED
    )
    check = KnowledgeCheck.objects.create(
        municipality=world.kommun,
        assessment=concern,
        unit=world.vera.assignment.unit,
        asked_as=AskedAs.OWN,
        asked_by=world.ines.assignment,
        asked_at=ARRIVED,
        answer="known",
        summary="Känd sedan 2024.",
        answered_by=world.vera.assignment,
        answered_at=ARRIVED,
    )
    KnowledgeNote.objects.create(
        municipality=world.kommun, check_of=check, about="parent", whom="mamma", text="Sjukskriven."
    )
    decide(world, concern, at=HALF_PAST)
    for text in (get(world, "olof", "handover", concern.ref), paper(world, "olof", "handover_pdf", concern.ref)):
        said = " ".join(text.split())
        for wanted in (
            "hämta henne vid skolan",
            "Tror att hon säljer.",
            "trygg hos mormor",
            "Känd sedan 2024.",
            "Om mamma (förälder eller vårdnadshavare): Sjukskriven.",
            "Vuxenenheten",
            "Föräldrarna vet inte var hon är.",
            "Delegation: 3.1",
            "identitet är skyddad",
        ):
            assert wanted in said, wanted
        for hidden in ("Berit", "Bussenhus", "08-123", "Noel"):
            assert hidden not in said, hidden
    assert AuditEntry.objects.filter(kind="read", action="print", case_ids=[concern.case_id]).count() == 1
    assert "Noel" not in str(packet_of(concern, world.ines.actor, at=NOW).sections)


def test_what_the_packet_says_of_the_reporter_follows_the_reporters_own_rule(
    world: World, concern: PreliminaryAssessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = packet_of(concern, world.ines.actor, at=NOW)
    assert "Namnet står inte här." in str(packet.sections)
    assert Reporter.objects.get() in packet.shows
    monkeypatch.setattr(
        "triage.packet.permitted",
        lambda rows, actor, *, at: rows.none() if rows.model is Reporter else permitted(rows, actor, at=at),
    )
    packet = packet_of(concern, world.ines.actor, at=NOW)
    assert "Anmälare: " not in str(packet.sections)
    assert "identitet" not in str(packet.sections)
    assert Reporter.objects.get() not in packet.shows


def test_the_investigator_gives_the_receipt(world: World, followed: PreliminaryAssessment) -> None:
    assert "Jag har tagit över" in get(world, "olof", "handover", followed.ref)
    assert "Jag har tagit över" not in get(world, "ines", "handover", followed.ref)
    assert send(world, "ines", "handover_receive", followed.ref).status_code == 409
    assert send(world, "olof", "handover_receive", followed.ref).status_code == 302
    assert "Jag har tagit över" not in get(world, "olof", "handover", followed.ref)


# --- the family ------------------------------------------------------------------------------------------------------


def test_a_letter_is_to_one_person_and_says_nothing_of_the_others(
    world: World, followed: PreliminaryAssessment
) -> None:
    tasks = tasks_of(followed)
    letter = paper(world, "olof", "task_letter", tasks["Nina"].ref)
    assert "Till Nina Rask" in letter
    for hidden in ("Nils", "Nova", "Noel", "Berit", followed.report.number):
        assert hidden not in letter
    get(world, "ines", "task_letter", tasks["Nina"].ref, ok=404)  # who may not read the guardian writes no letter


def test_informera_inte_stops_the_letter_until_it_is_taken_up(world: World, followed: PreliminaryAssessment) -> None:
    task = tasks_of(followed)["Nina"]
    send(world, "olof", "task_hold", task.ref, why="Hot.", review_on="2026-03-09")
    assert "20 kap. 4 §" in get(world, "olof", "task_letter", task.ref, ok=409)
    assert "Hot." in get(world, "olof", "family_task", task.ref)
    assert send(world, "olof", "family_task", task.ref, note="Brev.", told_on="2026-03-02").status_code == 409
    send(world, "olof", "task_resume", task.ref, why="Lugnt.")
    assert send(world, "olof", "family_task", task.ref, note="Brev.", told_on="2026-03-02").status_code == 302
    task.refresh_from_db()
    assert task.state == "done"


def test_a_guardian_registered_after_the_decision_gets_a_task_too(world: World, concern: PreliminaryAssessment) -> None:
    decide(world, concern, at=HALF_PAST)
    concern.refresh_from_db()
    assert tasks_block(concern, world.olof.actor, NOW)["untold"] == 0  # type: ignore[index]  # a block
    guardians(world, concern, "Nina", by="olof", at=NOW)
    assert tasks_block(concern, world.olof.actor, NOW)["untold"] == 1  # type: ignore[index]  # a block
    assert send(world, "olof", "inform_more", concern.ref).status_code == 302
    assert set(tasks_of(concern)) == {"barnet", "Nina"}


def test_a_yes_from_the_family_is_answered_on_the_page(world: World, concern: PreliminaryAssessment) -> None:
    decide(world, concern, proposes="SIG", agencies=(world.police,), at=HALF_PAST)
    task = tasks_of(concern, "ask_family")["barnet"]
    assert "Ingen utanför får veta något" in get(world, "olof", "family_task", task.ref)
    assert send(world, "olof", "family_task", task.ref, answer="yes", note="Mamma vill.").status_code == 302
    made = Decision.objects.get().proposed_case
    assert made is not None
    assert made.participations.filter(agency=world.police, active_from=None).exists()


# --- things to do, the case, the timeline ----------------------------------------------------------------------------


def titles(world: World, who: str, at: Any = NOW) -> list[str]:
    return [todo.title for todo in todos(world.members[who].actor, at=at)]


def test_what_is_to_be_done_waits_at_home_without_names(world: World, concern: PreliminaryAssessment) -> None:
    guardians(world, concern, "Nina", at=ARRIVED)
    decide(world, concern, seek_consent=True, proposes="SIG", at=HALF_PAST)
    number, case = concern.report.number, case_of(concern).number
    assert {
        f"Ta över {number}",
        f"Informera barnet i {number}",
        f"Informera en vårdnadshavare i {number}",
        f"Fråga familjen i {number}",
        f"Återkoppla om {number}",
        f"Sök samtycke i {case}",
    } <= set(titles(world, "olof"))
    assert not any("Nova" in title or "Nina" in title for title in titles(world, "olof"))
    assert not any(number in title for title in titles(world, "kim"))
    task = tasks_of(concern)["Nina"]
    actions.hold_task(task, why="Hot.", review_on=(NOW + timedelta(days=2)).date(), by=world.olof.actor, at=NOW)
    assert f"Pröva igen: en vårdnadshavare i {number}" not in titles(world, "olof", NOW + timedelta(days=1))
    assert f"Pröva igen: en vårdnadshavare i {number}" in titles(world, "olof", NOW + timedelta(days=2))


def test_case_and_timeline_tell_of_it_to_those_who_read_the_concern_alone(
    world: World, followed: PreliminaryAssessment
) -> None:
    case, individual = case_of(followed), followed.individual
    assert individual is not None
    block = investigation_of_case(case, world.olof.actor, NOW)
    assert block is not None
    assert str(block["last_day"]) == "2026-07-02"
    assert investigation_of_case(case, world.kim.actor, NOW) is None
    window = Window(limit=10)
    assert [row.obj.title for row in concerns(individual, world.olof.actor, NOW, window)] == [  # type: ignore[attr-defined]  # an Event
        "Orosanmälan",
        "Beslut efter orosanmälan",
    ]
    assert concerns(individual, world.kim.actor, NOW, window) == []
    assert concerns(individual, world.pia.actor, NOW, window) == []


# --- the reporter ----------------------------------------------------------------------------------------------------


def test_word_to_the_reporter_says_the_outcome_and_nothing_else(world: World, followed: PreliminaryAssessment) -> None:
    letter = " ".join(paper(world, "ines", "feedback_letter", followed.ref).split())
    assert "En utredning har inletts." in letter
    for hidden in ("Nova", "Nina", "Noel", "Olof", "Berit", "skola"):
        assert hidden not in letter
    assert send(world, "ines", "feedback", followed.ref, choice="unsuitable").status_code == 422
    assert send(world, "ines", "feedback", followed.ref, choice="given", how="telefon").status_code == 302
    assert "telefon" in get(world, "ines", "feedback", followed.ref)


def test_a_protected_reporter_is_named_to_the_owner_alone(world: World, followed: PreliminaryAssessment) -> None:
    Reporter.objects.update(protected=True)
    assert "Berit" in get(world, "olof", "feedback", followed.ref)
    refused = world.client("ivar").get(reverse("triage:feedback", args=[followed.ref]))
    assert refused.status_code == 403
    assert "Berit" not in refused.content.decode()


def test_the_investigation_is_extended_and_ended_on_its_pages(world: World, followed: PreliminaryAssessment) -> None:
    found = followed.investigation
    assert "122 dagar kvar" in get(world, "olof", "investigation", found.ref)
    assert send(world, "olof", "investigation_extend", found.ref, until="2026-08-01", why="").status_code == 422
    send(world, "olof", "investigation_extend", found.ref, until="2026-08-01", why="Väntar.")
    assert "1 augusti 2026" in get(world, "olof", "investigation", found.ref)
    stopped = send(world, "olof", "investigation_close", found.ref, into="avsluta", why="Klart.")
    assert stopped.status_code == 422
    send(world, "olof", "investigation_close", found.ref, into="insats", why="Klart.")
    assert case_of(followed).phase == "insats"
