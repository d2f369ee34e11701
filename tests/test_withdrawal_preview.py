"""Stop and withdrawal: one press, a preview by the readers' own rule, and what is told afterwards (P-C4, R15)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from consent import actions
from consent.models import Consent, Grant, InformationItem, Withdrawal
from consent.preview import preview, readers_of
from consent.todo_consent import stops_without_details
from hub import clock
from hub.access import Actor, permitted
from hub.audit import Trail, record_reads
from hub.errors import Invalid
from hub.models import AuditEntry, CaseSeat, Notification
from hub.queries import messages_of
from tests.cast import NOW, SECOND, START, YES, World, once_key, signature_of, take_back, write
from tests.html_forms import says, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def written(world: World) -> World:
    """Two items by the school, one by the police, one by social services."""
    write(world, "sam", "attendance")
    write(world, "sam", "school_situation")
    write(world, "pia", "police_tells")
    write(world, "kim", "measures_and_plan")
    return world


@pytest.fixture
def kim(written: World) -> Client:
    return written.client("kim")


def reads(world: World, who: str, *items: InformationItem, at: datetime = NOW) -> None:
    trail = Trail(request_id=uuid4())
    trail.show(items, individual=world.elias.pk, case=world.case.pk)
    record_reads(trail, actor=world.members[who].actor, at=at)


def url(world: World) -> str:
    return reverse("consent:withdraw", args=[world.elias.ref])


def who(world: World, relative: str = "") -> str:
    return f"guardian_{getattr(world, relative).person_id}" if relative else f"youth_{world.elias.person_id}"


def others_items(world: World, actor: Actor) -> int:
    return permitted(InformationItem.objects.exclude(agency=actor.agency_id), actor, at=NOW).count()


def test_the_preview_is_what_happens(written: World) -> None:
    world = written

    def deed() -> object:
        return take_back(world, *Consent.objects.filter(individual=world.elias), signature=signature_of(world))

    before = {r.actor.user_id: others_items(world, r.actor) for r in readers_of(world.elias, at=NOW)}
    found = preview(world.elias, deed, stated_at=None, at=NOW)
    assert not Withdrawal.objects.exists(), "looking changes nothing"
    assert not Notification.objects.filter(kind="sharing_ended").exists()
    assert {loss.reader.actor.user_id: loss.items for loss in found.losses} == {k: v for k, v in before.items() if v}
    deed()
    assert all(others_items(world, r.actor) == 0 for r in readers_of(world.elias, at=NOW))


def test_it_says_how_many_people_lose_how_many_items_and_who_has_read(written: World, kim: Client) -> None:
    attendance = InformationItem.objects.get(type__code="attendance")
    reads(written, "pia", attendance)
    response = kim.post(url(written), typed(kim.get(url(written)), who=who(written), go="granska"))
    assert says(response, "5 personer i 3 verksamheter förlorar 4 uppgifter. 1 av dem har redan läst något av det.")
    assert says(response, "Pia Holm, Polisen Vällingby: 2 uppgifter, 1 redan läst")
    assert not says(response, "Fia Ström"), "leisure read nothing of others, and loses nothing"
    written.look()
    assert not Withdrawal.objects.exists()


def test_confirming_cuts_at_once_and_tells_without_content(written: World, kim: Client) -> None:
    shown = kim.post(url(written), typed(kim.get(url(written)), who=who(written), go="granska"))
    response = kim.post(url(written), typed(shown, having="who", go="bekrafta"), follow=True)
    assert says(response, "Återkallelsen gäller från nu.")
    assert says(response, "Återkallat")
    written.look()
    assert Withdrawal.objects.count() == 4
    assert not Grant.objects.filter(period__contains=NOW).exists()
    told = Notification.objects.filter(kind="sharing_ended").values_list("assignment__user__name", flat=True)
    assert set(told) == {"Lovisa Lind", "Pia Holm", "Sam Lund", "Fia Ström"}


def test_confirming_twice_withdraws_once(written: World, kim: Client) -> None:
    shown = kim.post(url(written), typed(kim.get(url(written)), who=who(written), go="granska"))
    data = typed(shown, having="who", go="bekrafta")
    assert kim.post(url(written), data).status_code == 302
    assert kim.post(url(written), data).status_code == 302
    written.look()
    assert Withdrawal.objects.count() == 4


def test_one_recipient_or_one_type_leaves_the_rest(written: World, kim: Client) -> None:
    school = str(written.consent_of(written.school).ref)
    part: dict[str, Any] = {
        "consents": [school],
        "recipient": written.police.pk,
        "types": ["attendance"],
        "who": who(written),
    }
    shown = kim.post(url(written), typed(kim.get(url(written)), go="granska", **part))
    assert says(shown, "Från Bussenhusskolan: närvaro till Polisen Vällingby")
    assert says(shown, "1 person i 1 verksamhet förlorar 1 uppgift.")
    kim.post(url(written), typed(shown, having="who", go="bekrafta"))
    written.look()
    grants = Grant.objects.filter(source=written.school, period__contains=NOW)
    assert list(grants.values_list("recipient", flat=True)) == [written.social.pk]


def test_a_signer_who_was_not_required_changes_nothing_and_alerts(written: World, kim: Client) -> None:
    signature = signature_of(written, written.emil)
    type(signature).objects.filter(pk=signature.pk).update(required=False)
    shown = kim.post(url(written), typed(kim.get(url(written)), who=who(written, "emil"), go="granska"))
    assert says(shown, "Återkallelsen ändrar inte delningen")
    response = kim.post(url(written), typed(shown, having="who", go="bekrafta"), follow=True)
    assert says(response, "Den ändrar inte delningen.")
    written.look()
    assert Grant.objects.filter(period__contains=NOW).exists()
    assert Notification.objects.filter(kind="consent_alert").exists()


def test_it_is_never_in_the_past_but_reads_since_it_was_said_are_listed(written: World, kim: Client) -> None:
    plan = InformationItem.objects.get(type__code="measures_and_plan")
    reads(written, "sam", plan, at=NOW - timedelta(minutes=20))
    reads(written, "pia", plan, at=NOW - timedelta(minutes=40))
    said = {"stated_day": "2026-03-02", "stated_time": "09.30", "who": who(written)}
    shown = kim.post(url(written), typed(kim.get(url(written)), go="granska", **said))
    assert says(shown, "Läst efter att det sades")
    between = shown.context["preview"].between
    assert [(read.name, read.items) for read in between] == [("Sam Lund", 1)], "Pia read before it was said"
    kim.post(url(written), typed(shown, having="who", go="bekrafta"))
    written.look()
    assert {w.withdrawn_at for w in Withdrawal.objects.all()} == {NOW}
    assert {w.stated_at for w in Withdrawal.objects.all()} == {START + timedelta(minutes=30)}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("stated_time", "10.01", "kan inte ligga i framtiden"),
        ("stated_time", "25.00", "Skriv klockslaget så här: 09.30."),
        ("stated_day", "i går", "Skriv datumet som år, månad och dag"),
        ("stated_day", "", "Skriv vilken dag klockslaget gäller."),
        ("who", "youth_0", "Valet finns inte längre."),
        ("consents", None, "Välj minst ett samtycke."),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    written: World, kim: Client, field: str, value: str | None, sentence: str
) -> None:
    data: dict[str, Any] = {"stated_day": "2026-03-02", "stated_time": "09.30", "who": who(written), field: value}
    response = kim.post(url(written), typed(kim.get(url(written)), go="granska", details="Ringde i morse", **data))
    assert response.status_code == 422
    assert says(response, sentence)
    assert says(response, "Ringde i morse")
    written.look()
    assert not Withdrawal.objects.exists()


def test_changing_ones_mind_keeps_what_was_typed(written: World, kim: Client) -> None:
    shown = kim.post(url(written), typed(kim.get(url(written)), who=who(written), details="Ringde", go="granska"))
    back = kim.post(url(written), typed(shown, having="who", go="andra"))
    assert back.status_code == 200
    assert typed(back, having="details")["details"] == ["Ringde"]


def test_data_about_a_parent_alone_is_taken_back_by_the_parent(written: World, kim: Client) -> None:
    world = written
    item = write(world, "kim", "measures_and_plan", about_others=(world.eva.person_id,))
    pia = world.pia.actor
    assert not permitted(InformationItem.objects.filter(pk=item.pk), pia, at=NOW).exists()
    actions.register_answer(world.session, world.eva.person, "other_person", YES, by=world.kim.actor, at=NOW - SECOND)
    assert permitted(InformationItem.objects.filter(pk=item.pk), pia, at=NOW).exists()
    data = typed(kim.get(url(world)), who=f"other_person_{world.eva.person_id}", go="granska")
    shown = kim.post(url(world), data)
    assert says(shown, "Det gäller bara uppgifter om en person")
    kim.post(url(world), typed(shown, having="who", go="bekrafta"))
    world.look()
    assert not permitted(InformationItem.objects.filter(pk=item.pk), pia, at=NOW).exists()
    assert Grant.objects.filter(about=None, period__contains=NOW).exists(), "the youth's own consent goes on"


# --- one press -------------------------------------------------------------------------------------------


def stop_url(world: World) -> str:
    return reverse("consent:stop", args=[world.elias.ref])


@pytest.mark.parametrize("member", ["kim", "lovisa", "pia", "sam", "fia"])
def test_anyone_with_a_seat_stops_with_one_press(written: World, member: str) -> None:
    client = written.client(member)
    page = client.get(stop_url(written))
    assert says(page, "Stoppa delningen nu")
    response = client.post(stop_url(written), typed(page), follow=True)
    assert says(response, "Delningen stoppades i dag 10.00")
    written.look()
    assert not Grant.objects.filter(period__contains=NOW).exists()
    leads = member in ("kim", "lovisa")
    assert says(response, "Komplettera vem och hur") is leads
    assert says(response, "Samordnaren har fått veta") is not leads


def test_a_second_press_stops_nothing_more(written: World) -> None:
    client = written.client("pia")
    client.post(stop_url(written), {"once": once_key()})
    response = client.post(stop_url(written), {"once": once_key()}, follow=True)
    assert says(response, "Det fanns inget att stoppa.")
    written.look()
    assert Withdrawal.objects.count() == 4


def test_who_and_how_are_told_afterwards_for_all_that_the_press_ended(written: World, kim: Client) -> None:
    actions.stop_sharing(written.elias, by=written.pia.actor, at=NOW - timedelta(minutes=5))
    attendance = InformationItem.objects.get(type__code="attendance")
    reads(written, "pia", attendance, at=NOW - timedelta(minutes=10))
    first = Withdrawal.objects.order_by("pk").first()
    assert first is not None
    address = reverse("consent:withdrawal", args=[first.ref])
    data = typed(kim.get(address), having="details", who=who(written, "eva"), channel="phone", details="Ringde Pia")
    response = kim.post(address, data | {"stated_day": ["2026-03-02"], "stated_time": ["09.45"]}, follow=True)
    assert says(response, "Uppgifterna om återkallelsen är sparade.")
    assert says(response, "Läst efter att det sades")
    written.look()
    assert {w.signature_id for w in Withdrawal.objects.all()} == {signature_of(written, written.eva).pk}
    assert {w.withdrawn_at for w in Withdrawal.objects.all()} == {NOW - timedelta(minutes=5)}
    assert {(w.channel, w.told_through) for w in Withdrawal.objects.all()} == {("stop", "phone")}
    late = kim.post(address, typed(response, having="details", stated_day="2026-03-02", stated_time="09.56"))
    assert late.status_code == 422
    assert says(late, "Tiden kan inte ligga efter att delningen stoppades.")


def test_how_the_wish_came_is_asked_for_after_a_stop(written: World, kim: Client) -> None:
    first, *_ = actions.stop_sharing(written.elias, by=written.pia.actor, at=NOW)
    address = reverse("consent:withdrawal", args=[first.ref])
    answer = kim.post(address, typed(kim.get(address), having="details", who="vet-inte", channel=None))
    assert answer.status_code == 422
    written.look()
    assert stops_without_details(written.kim.actor, NOW), "still to be told"
    done = kim.post(address, typed(answer, having="details", channel="meeting"), follow=True)
    assert done.context["form"].initial["channel"] == "meeting"
    written.look()
    assert stops_without_details(written.kim.actor, NOW) == []
    with pytest.raises(Invalid, match="Välj hur"):
        complete(written, first, channel="stop")


def complete(world: World, withdrawal: Withdrawal, *, channel: str) -> Withdrawal:
    return actions.complete_details(
        withdrawal, signature=None, channel=channel, stated_at=None, details="", by=world.kim.actor, at=NOW
    )


def test_the_message_of_a_stop_leads_to_where_it_is_completed(written: World) -> None:
    actions.stop_sharing(written.elias, by=written.pia.actor, at=NOW)

    def way(name: str) -> tuple[str, str]:
        (message,) = [m for m in messages_of(written.members[name].actor, at=NOW) if "är stoppad" in m.text]
        return message.url, message.verb

    place = Withdrawal.objects.order_by("pk").first()
    assert place is not None
    page = reverse("consent:withdrawal", args=[place.ref])
    assert way("kim") == way("lovisa") == (page, "Komplettera")
    assert written.client("kim").get(page).status_code == 200
    written.look()
    for stop in Withdrawal.objects.all():
        complete(written, stop, channel="visit")
    assert way("kim") == (page, "Se återkallelsen")
    CaseSeat.objects.filter(assignment=written.kim.assignment).update(kind="contact")
    assert way("kim") == (reverse("hub:case", args=[written.case.ref]), "Öppna ärendet"), "may read, may not complete"


def test_nothing_left_to_take_back_says_so(written: World, kim: Client) -> None:
    actions.stop_sharing(written.elias, by=written.kim.actor, at=NOW - SECOND)
    assert says(kim.get(url(written)), "Det finns inget att återkalla")
    assert says(kim.get(stop_url(written)), "Delningen är stoppad")


def test_every_look_is_logged(written: World, kim: Client) -> None:
    kim.get(url(written))
    written.look()
    entry = AuditEntry.objects.filter(route="consent:withdraw").latest("pk")
    assert "consent.consent" in entry.objects_seen
    assert written.elias.pk in entry.individual_ids
