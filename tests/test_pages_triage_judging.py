"""The pages where a concern is judged: what was typed stays, the suggestion stands beside, no colour is preselected."""

import json
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from hub.models import AgreementParty, Assignment
from tests.api_calls import KEY, post, problem
from tests.cast import NOW, SECOND, World, once_key
from tests.concerns import ARRIVED, nova
from tests.matrix_triage_judging import judged, lowered, own_shift
from triage import actions
from triage.models import (
    ColourChange,
    DutyShift,
    PreliminaryAssessment,
    ProtectionAssessment,
    QuestionSet,
    TriageQuestion,
    TriageSettings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]


def text(response: HttpResponseBase) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]  # the test client's


def said(response: HttpResponseBase) -> dict[str, Any]:
    return dict(json.loads(text(response)))


def sent(assessment: PreliminaryAssessment, **more: str) -> dict[str, str]:
    """What the form of the colour sends."""
    asked = QuestionSet.objects.filter(agency=assessment.report.agency_id).latest("version")
    assessment.refresh_from_db()
    return {"row_version": str(assessment.row_version), "questions": str(asked.ref), "once": once_key(), **more}


def colour_page(world: World, **more: str) -> tuple[Client, str, dict[str, str]]:
    assessment = nova(world)
    return world.client("ines"), reverse("triage:colour", args=[assessment.ref]), sent(assessment, **more)


# --- protection ------------------------------------------------------------------------------------------------------


def test_a_protection_assessment_is_saved_once_however_often_it_is_sent(world: World) -> None:
    assessment = nova(world)
    client, address = world.client("ines"), reverse("triage:protection", args=[assessment.ref])
    data = {"outcome": "no_need", "reasons": "Trygg hos mormor.", "when": "now", "once": once_key()}
    assert [client.post(address, data).status_code for _ in range(2)] == [302, 302]
    made = ProtectionAssessment.objects.get(assessment=assessment)
    assert (made.reasons, made.assessed_at) == ("Trygg hos mormor.", NOW)
    assert "Trygg hos mormor." in text(client.get(address))


@pytest.mark.parametrize(
    ("typed", "status"), [("08.59", 422), ("09.00", 302), ("0930", 302), ("10.00", 302), ("10.01", 422), ("25.00", 422)]
)
def test_the_time_that_is_typed_lies_between_the_arrival_and_now(world: World, typed: str, status: int) -> None:
    assessment = nova(world)
    data = {
        "outcome": "handled", "reasons": "Rädd.", "measures": "Polis på plats.", "when": "earlier",
        "day": "2026-03-02", "assessed_at": typed, "once": once_key(),
    }  # fmt: skip
    response = world.client("ines").post(reverse("triage:protection", args=[assessment.ref]), data)
    assert response.status_code == status
    if typed == "09.00":
        assert ProtectionAssessment.objects.get().assessed_at == ARRIVED
    if status == 422:
        assert 'id="id_assessed_at_error"' in text(response)
        assert "Polis på plats." in text(response)


def test_a_time_beside_now_is_asked_about_and_not_passed_over(world: World) -> None:
    address = reverse("triage:protection", args=[nova(world).ref])
    data = {"outcome": "no_need", "reasons": "x", "when": "now", "assessed_at": "09.10", "once": once_key()}
    response = world.client("ines").post(address, data)
    assert response.status_code == 422
    assert "töm klockslaget" in text(response)


# --- colour ----------------------------------------------------------------------------------------------------------


def test_no_colour_is_chosen_beforehand_whatever_is_suggested(world: World) -> None:
    client, address, data = colour_page(world, **{"fraga-fara_nu": "yes", "go": "forslag"})
    for response in (client.get(address), client.post(address, data)):
        page = text(response)
        assert response.status_code == 200
        assert page.count('name="colour"') == 3
        assert not any("checked" in part.split(">")[0] for part in page.split('name="colour"')[1:])
    assert "Frågorna talar för: Röd" in page
    assert "Svaret på fara_nu är ja." in page
    assert 'class="errors"' not in page
    assert not ColourChange.objects.exists()


def test_while_one_answers_the_suggestion_follows(world: World) -> None:
    client, address, data = colour_page(world, **{"fraga-vald": "yes", "go": "forslag"})
    response = client.post(address, data, headers={"HX-Request": "true"})
    assert "<html" not in text(response)
    assert "Frågorna talar för: Orange" in text(response)
    assert "2 frågor utan svar" in text(response)


def test_a_lower_colour_than_suggested_asks_for_the_reason_at_its_field(world: World) -> None:
    client, address, data = colour_page(world, **{"fraga-fara_nu": "yes", "colour": "orange"})
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert 'id="id_reason_error"' in text(refused)
    assert client.post(address, data | {"reason": "Mamman är där.", "once": once_key()}).status_code == 302
    change = ColourChange.objects.get()
    assert (change.colour, change.suggested, change.answers) == ("orange", "red", {"fara_nu": "yes"})


def test_when_two_set_it_at_once_what_was_typed_stays_beside_what_holds_now(world: World) -> None:
    client, address, data = colour_page(world, colour="green", reason="Missförstånd.")
    assessment = nova(world)
    theirs = actions.Judged(colour="red", reason="Nytt hot mot barnet.")
    actions.set_colour(assessment, theirs, row_version=assessment.row_version, by=world.ivar.actor, at=NOW)
    response = client.post(address, data)
    page = text(response)
    assert response.status_code == 409
    for words in ("Missförstånd.", "Nytt hot mot barnet.", "Ivar Sund", "Det här gäller nu"):
        assert words in page
    again = sent(assessment, colour="green", reason="Missförstånd.")
    assert f'name="row_version" value="{again["row_version"]}"' in page
    assert client.post(address, again).status_code == 302
    assert ColourChange.objects.get(colour="green").downgrade


def test_new_questions_while_one_answers_are_told_of(world: World) -> None:
    client, address, data = colour_page(world, **{"fraga-fara_nu": "no", "colour": "green"})
    assessment, old = nova(world), QuestionSet.objects.get(agency=world.social)
    new = QuestionSet.objects.create(
        municipality=world.kommun, agency=world.social, version=2, valid_from=NOW, decision="Nämnden",
        recorded_by=world.ada.assignment, recorded_at=NOW,
    )  # fmt: skip
    for question in old.questions.all():
        TriageQuestion.objects.create(
            municipality=world.kommun, question_set=new, code=question.code, text=question.text,
            colour=question.colour, explanation=question.explanation, order=question.order,
        )  # fmt: skip
    response = client.post(address, data)
    assert response.status_code == 409
    assert "nya frågor" in text(response)
    assert not ColourChange.objects.exists()
    assert client.post(address, sent(assessment, colour="green")).status_code == 302


def test_a_lowered_colour_is_looked_at_by_another_who_may_set_it_anew(world: World) -> None:
    assessment = judged(world)
    address = reverse("triage:confirm", kwargs=dict(lowered(world)))
    own = world.client("ivar")
    assert "Du sänkte själv färgen" in text(own.get(address))
    assert own.post(address, {"agreed": "ja", "once": once_key()}).status_code == 422
    client = world.client("ines")
    assert client.post(address, {"agreed": "nej", "once": once_key()}).status_code == 422
    response = client.post(address, {"agreed": "nej", "note": "För tidigt.", "once": once_key()})
    assert response["Location"] == reverse("triage:colour", args=[assessment.ref])
    assert client.post(address, {"agreed": "ja", "once": once_key()}).status_code == 409
    assert "Granskad, inte rätt" in text(client.get(address))


def test_an_ended_assessment_is_shown_and_no_longer_judged(world: World) -> None:
    assessment = judged(world)
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(state="not_opened", state_at=NOW)
    for route in ("triage:protection", "triage:colour"):
        page = text(world.client("ines").get(reverse(route, args=[assessment.ref])))
        assert "Förhandsbedömningen är avslutad" in page
        assert "<textarea" not in page


# --- the arrangement -------------------------------------------------------------------------------------------------


def test_a_manager_arranges_the_intake_from_a_later_day(world: World) -> None:
    assessment = nova(world)
    client, kwargs = world.client("maja"), {"ref": world.social.ref}
    assert text(client.get(reverse("hub:home"))).count(reverse("triage:admin")) == 1
    data = {
        "intake_unit": assessment.unit.ref, "standing_owner": world.ivar.assignment.ref, "external_form": "on",
        "orange_office_hours": "on", "when": "later", "day": "2026-03-10", "once": once_key(),
    }  # fmt: skip
    address = reverse("triage:admin_arrange", kwargs=kwargs)
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert 'id="id_decision_error"' in text(refused)
    assert client.post(address, data | {"decision": "Nämnden § 9", "once": once_key()}).status_code == 302
    made = TriageSettings.objects.latest("valid_from")
    assert (made.valid_from.isoformat(), made.jour) == ("2026-03-09T23:00:00+00:00", None)
    page = text(client.get(reverse("triage:admin_arrangement", kwargs=kwargs)))
    assert "Kommande" in page
    assert "Nämnden § 9" in page


def test_the_first_questions_begin_as_the_standard_ones_and_the_next_as_a_copy(world: World) -> None:
    nova(world)
    jour = world.jo.agency
    jour.municipality = world.kommun
    jour.save()
    client, address = world.client("ada"), reverse("triage:admin_questions_new", args=[jour.ref])
    assert "Är barnet i fara just nu?" in text(client.get(address))
    data = {
        "decision": "Nämnden § 3", "when": "now", "seen": "0", "rows": "3", "once": once_key(),
        "q0-text": "Har barnet vapen?", "q0-colour": "red", "q0-explanation": "Barnet har vapen.",
        "q1-text": "Är det natt?", "q1-colour": "orange", "q1-explanation": "", "q2-colour": "orange",
    }  # fmt: skip
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert 'id="id_q1-explanation_error"' in text(refused)
    assert client.post(address, data | {"q1-explanation": "Sent.", "once": once_key()}).status_code == 302
    made = QuestionSet.objects.get(agency=jour)
    assert list(made.questions.values_list("code", "colour")) == [
        ("har-barnet-vapen", "red"), ("ar-det-natt", "orange"),
    ]  # fmt: skip
    again = text(client.get(address))
    assert "har-barnet-vapen" in again
    assert "Är barnet i fara just nu?" not in again


def test_family_counselling_is_told_off_with_its_paragraph(world: World) -> None:
    nova(world)
    client = world.client("ada")
    new = reverse("hub:admin_unit_new", args=[world.social.ref])
    data = {"name": "Familjerådgivningen", "family_counselling": "on", "once": once_key()}
    assert client.post(new, data).status_code == 302
    unit = world.social.units.get(name="Familjerådgivningen")
    assert unit.family_counselling
    refused = client.post(
        reverse("triage:admin_hub_unit_add", args=[world.social.ref]), {"unit": unit.ref, "once": once_key()}
    )
    assert refused.status_code == 422
    assert "26 kap. 3 § OSL" in text(refused)


def test_whoever_begins_a_shift_gets_the_open_concerns_and_takes_over(world: World) -> None:
    judged(world)
    shift = DutyShift.objects.get(ref=own_shift(world)["ref"])
    client, address = world.client("ines"), reverse("triage:shift", args=[shift.ref])
    page = text(client.get(address))
    assert page.index("barn 1") < page.index("barn 2")  # Orange before what nobody has judged
    assert "Nova" not in page
    assert "Kvittera jourpasset" in text(client.get(reverse("hub:home")))
    assert client.post(address, {"once": once_key()}).status_code == 302
    shift.refresh_from_db()
    assert shift.received_at == NOW
    assert "Kvittera jourpasset" not in text(client.get(reverse("hub:home")))


# --- the API ---------------------------------------------------------------------------------------------------------


def test_the_api_sets_a_colour_on_what_was_read_and_explains(world: World) -> None:
    assessment = nova(world)
    client, address = world.client("ines"), reverse("api:concern_colour", args=[assessment.ref])
    asked = client.get(reverse("api:questions_current")).json()
    assert [question["code"] for question in asked["questions"]] == ["fara_nu", "vald", "natverk"]
    told = post(client, reverse("api:concern_suggestion", args=[assessment.ref]), {"answers": {"vald": "yes"}})
    assert (said(told)["colour"], said(told)["because"]) == ("orange", ["Svaret på vald är ja."])
    etag = client.get(address)["ETag"]
    body = {"colour": "green", "question_set": asked["ref"], "answers": {"vald": "yes"}}
    errors = problem(post(client, address, body, If_Match=etag), "invalid")["errors"]
    assert [error["field"] for error in errors] == ["reason"]
    assert post(client, address, body | {"reason": "Utrett."}, If_Match=etag).status_code == 200
    problem(post(client, address, {"colour": "red", "reason": "Hot."}, If_Match=etag), "changed")
    assert (
        post(client, address, {"colour": "red", "reason": "Hot."}, If_Match=client.get(address)["ETag"]).status_code
        == 200
    )
    history = client.get(reverse("api:concern_colour_history", args=[assessment.ref])).json()["results"]
    assert [(row["was"], row["colour"], row["suggested"]) for row in history] == [
        ("green", "red", ""), ("", "green", "orange"),
    ]  # fmt: skip


def test_the_api_refuses_answers_to_other_questions_and_confirming_ones_own(world: World) -> None:
    assessment = judged(world)
    client = world.client("ivar")
    address = reverse("api:concern_suggestion", args=[assessment.ref])
    assert problem(post(client, address, {"answers": {"x": "yes"}}), "invalid")["errors"][0]["field"] == "answers.x"
    wrongs: tuple[dict[str, Any], ...] = ({"answers": {"vald": "kanske"}}, {"answers": []})
    for wrong in wrongs:
        problem(post(client, address, wrong), "invalid")
    confirm = reverse("api:colour_change_confirm", kwargs=dict(lowered(world)))
    problem(post(client, confirm, {"agreed": True}), "invalid")
    assert said(post(world.client("ines"), confirm, {"agreed": True}))["agreed"] is True
    problem(post(world.client("ines"), confirm, {"agreed": True}), "conflict")


def test_the_api_writes_down_a_protection_assessment_once(world: World) -> None:
    assessment = nova(world)
    client, address = world.client("ines"), reverse("api:protection_assessments", args=[assessment.ref])
    body = {"outcome": "placed", "reasons": "Ingen vuxen.", "measures": "Jourhem.", "assessed_at": ARRIVED.isoformat()}
    assert [post(client, address, body, Idempotency_Key=KEY).status_code for _ in range(2)] == [201, 201]
    assert [row["outcome"] for row in client.get(address).json()["results"]] == ["placed"]
    late = body | {"assessed_at": (NOW + SECOND).isoformat()}
    errors = problem(post(client, address, late, Idempotency_Key=KEY + "2"), "invalid")["errors"]
    assert errors[0]["field"] == "assessed_at"


def test_an_arrangement_that_has_lost_its_owner_or_its_jour_says_so(world: World) -> None:
    nova(world)
    client, address = world.client("ada"), reverse("triage:admin_arrangement", args=[world.social.ref])
    assert "behöver ses över" not in text(client.get(address))
    Assignment.objects.filter(pk=world.ines.assignment.pk).update(valid_to=NOW)
    AgreementParty.objects.filter(agency=world.jo.agency).update(valid_to=NOW)
    page = text(client.get(address))
    for words in ("Ines Falk har inget uppdrag här längre", "Socialjouren är inte part i någon överenskommelse"):
        assert words in page
