"""Papers and items through the API: the whole story, and what a faulty one is told (P-C, P-Q4)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consent.models import InformationItem, SigningSession
from hub import actions as hub_actions
from tests.api_calls import KEY, post, problem
from tests.cast import NOW, World, register_elias
from tests.matrix_api import ITEM, whole_paper


@pytest.mark.django_db
def test_a_paper_from_draft_to_withdrawal(bare_world: World) -> None:
    """Drafted, answered, registered: the school's item is read at once; withdrawn: it is gone at once."""
    world = bare_world
    register_elias(world)
    kim, sam, case = world.client("kim"), world.client("sam"), world.case.ref
    keys = (f"berattelsens-nyckel-{n}" for n in range(20))

    def made(client: Client, route: str, ref: object, body: Any) -> Any:
        response = post(client, reverse(route, args=[ref]), body, Idempotency_Key=next(keys))
        assert response.status_code == 201, response.content.decode()
        return response

    draft = made(kim, "api:consents_of_case", case, whole_paper(world))
    ref, etag = draft.json()["ref"], draft["ETag"]
    signers = kim.get(reverse("api:signers", args=[ref])).json()["results"]
    yes = [
        {"person": s["person"], "role": s["role"], "answer": "given", "voluntary": True}
        for s in signers
        if s["required"]
    ]
    both = {"answers": [*yes, {**yes[0], "answer": "refused"}]}
    problem(post(kim, reverse("api:answers", args=[ref]), both, If_Match=etag), "invalid")
    answered = post(kim, reverse("api:answers", args=[ref]), {"answers": yes}, If_Match=etag)
    signed = post(kim, reverse("api:sign", args=[ref]), {}, If_Match=answered["ETag"])
    assert signed.json()["state"] == "in_force", signed.content.decode()  # type: ignore[attr-defined]  # the test client's
    world.look()
    world.parties["school"].refresh_from_db()
    sams = world.sam.assignment
    hub_actions.name_contact(world.parties["school"], contact=sams, deputy=None, by=world.sam.actor, at=NOW)
    item = made(sam, "api:items", case, {**ITEM, "type": "attendance", "body": "Frånvarande hela måndagen."})
    ref_of_item = item.json()["ref"]
    assert kim.get(reverse("api:item", args=[ref_of_item])).status_code == 404
    post(sam, reverse("api:item_record", args=[ref_of_item]), {}, If_Match=item["ETag"])
    assert kim.get(reverse("api:item", args=[ref_of_item])).json()["body"] == "Frånvarande hela måndagen."
    preview = post(kim, reverse("api:preview_withdrawal", args=[ref]), {"channel": "phone"})
    assert preview.json()["items"] == 1  # type: ignore[attr-defined]  # the test client's
    assert kim.get(reverse("api:item", args=[ref_of_item])).status_code == 200
    made(kim, "api:withdraw", ref, {"channel": "phone"})
    assert kim.get(reverse("api:item", args=[ref_of_item])).status_code == 404
    assert sam.get(reverse("api:item", args=[ref_of_item])).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last_day": "2026-03-01"}, "last_day"),
        ({"last_day": "2027-03-01"}, "last_day"),
        ({"court_requirement": "Vård"}, "court_requirement"),
        ({"form_language": "xx"}, "form_language"),
        ({"purpose": " "}, "purpose"),
    ],
)
def test_a_faulty_paper_says_where_and_nothing_is_kept(world: World, change: dict[str, Any], field: str) -> None:
    drafts = SigningSession.objects.count()
    address = reverse("api:consents_of_case", args=[world.case.ref])
    wrong = post(world.client("kim"), address, {**whole_paper(world), **change}, Idempotency_Key=KEY)
    assert [error["field"] for error in problem(wrong, "invalid")["errors"]] == [field]
    world.look()
    assert SigningSession.objects.count() == drafts


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("types", "to", "purpose", "field"),
    [
        (["health"], "social", "Stöd", "disclosing.0.recipients.0.types.0"),
        (["attendance"], "social", "", "disclosing.0.recipients.0.purpose"),
        (["attendance"], "school", "Stöd", "disclosing.0.recipients.0.agency"),
        (["attendance"], "other_police", "Stöd", "disclosing.0.recipients.0.agency"),
    ],
)
def test_a_faulty_matrix_says_in_which_cell(world: World, types: list[str], to: str, purpose: str, field: str) -> None:
    recipient = {"agency": str(getattr(world, to).ref), "types": types, "purpose": purpose}
    paper = {**whole_paper(world), "disclosing": [{"agency": str(world.school.ref), "recipients": [recipient]}]}
    address = reverse("api:consents_of_case", args=[world.case.ref])
    wrong = problem(post(world.client("kim"), address, paper, Idempotency_Key=KEY), "invalid")
    assert [error["field"] for error in wrong["errors"]] == [field]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "change", "field"),
    [
        ("pia", {"type": "police_tells", "body": "Inga nya misstankar."}, "body"),
        ("sam", {"event_date": "2026-03-03"}, "event_date"),
        ("sam", {"type": "health"}, "type"),
        ("sam", {"told_by": "Läraren"}, "read_back"),
        ("sam", {"told_by": "Läraren", "read_back": True, "told_at": "2026-03-02T10:01:00+01:00"}, "told_at"),
        ("sam", {"factors": [{"factor": "okänd", "evidence": "Sett"}]}, "factors.0.factor"),
        ("sam", {"about_others": ["00000000-0000-4000-8000-000000000000"]}, "about_others.0"),
    ],
)
def test_items_are_held_to_the_rules_of_the_page(world: World, who: str, change: dict[str, Any], field: str) -> None:
    body = {"type": "attendance", "event_date": "2026-03-02", "body": "Sen."} | change
    address = reverse("api:items", args=[world.case.ref])
    wrong = problem(post(world.client(who), address, body, Idempotency_Key=KEY), "invalid")
    assert [error["field"] for error in wrong["errors"]] == [field]
    world.look()
    assert not InformationItem.objects.exists()
