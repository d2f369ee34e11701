"""What meetings tell nobody who has lost the ground, and what a break of a single rule would let through (P-A2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consent import actions as consent_actions
from hub import actions as hub_actions
from hub.access import Denied, may, permitted
from hub.deadlines import leads_of
from hub.errors import Conflict, Invalid
from hub.joint_text import Written
from hub.models import CaseSeat, Notification, Outbox, Participation
from meetings import actions, screen
from meetings.actions import holding
from meetings.actions import minutes as minutes_actions
from meetings.invitations import invitation_of, mail
from meetings.minutes import paragraphs_of
from meetings.models import MeetingDecision, MinutesParagraph, Participant
from tests.cast import NOW, SECOND, World
from tests.gatherings import THURSDAY, another, gather, guests, when
from tests.holding import DURING, decided, place, running
from tests.minuting import approved

pytestmark = pytest.mark.django_db

LATER = DURING + timedelta(minutes=5)


# --- decisions -------------------------------------------------------------------------------------------------------


def ends_consent(world: World) -> None:
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=LATER)


def ends_seat(world: World) -> None:
    world.parties["police"].refresh_from_db()
    hub_actions.name_contact(
        world.parties["police"], contact=world.peo.assignment, deputy=None, by=world.pia.actor, at=LATER
    )


def ends_party(world: World) -> None:
    Participation.objects.filter(pk=world.parties["police"].pk).update(ended_at=LATER)


@pytest.mark.parametrize("ends", [ends_consent, ends_seat, ends_party])
def test_a_decision_is_its_owner_s_to_read_only_while_the_owner_has_a_ground(
    world: World, ends: Callable[[World], None]
) -> None:
    decision = decided(world, running(world))
    pia = world.pia.actor
    assert may(decision, pia, "read", at=LATER)
    assert not may(decision, world.sam.actor, "read", at=LATER), "has a ground, but it is not theirs"
    ends(world)
    for at, reads in ((LATER - SECOND, True), (LATER, False)):
        assert [may(decision, pia, action, at=at) for action in ("read", "follow_up")] == [reads, reads]
    assert may(decision, world.kim.actor, "follow_up", at=LATER)


def test_nothing_is_given_to_an_official_whose_agency_gets_nothing_by_consent(world: World) -> None:
    meeting = running(world, "kim", "pia", "sam", "fia")
    with pytest.raises(Invalid) as wrong:
        decided(world, meeting, "fia")  # leisure tells, and is told nothing
    assert list(wrong.value.errors) == ["owner"]
    named = {one.user.name for one in screen.owners(meeting, world.kim.actor, at=DURING)}
    assert named == {"Kim Samuelsson", "Lovisa Lind", "Pia Holm", "Sam Lund"}
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=LATER)
    for owner in ("pia", "sam"):
        with pytest.raises(Invalid):
            decided(world, meeting, owner, at=LATER)
    decided(world, meeting, "lovisa", at=LATER)
    assert MeetingDecision.objects.count() == 1


# --- one rule each ---------------------------------------------------------------------------------------------------


def seat_is_over(world: World) -> actions.Guests:
    ends_seat(world)
    return guests(world)


def party_is_over(world: World) -> actions.Guests:
    ends_party(world)
    return guests(world)


def works_there_no_more(world: World) -> actions.Guests:
    world.pia.assignment.valid_to = LATER
    world.pia.assignment.save()
    return guests(world)


def only_optional(world: World) -> actions.Guests:
    works_there_no_more(world)
    return actions.Guests([world.kim.assignment], optional=[world.pia.assignment])


def of_another_case(world: World) -> actions.Guests:
    another(world, "Tove", "olof")
    return guests(world, "kim", "olof")


def another_family(world: World) -> actions.Guests:
    youth = another(world, "Tove", "kim").individual.person
    return actions.Guests([world.kim.assignment], family=[youth])


def nobody(world: World) -> actions.Guests:
    return actions.Guests([], optional=[world.kim.assignment])


@pytest.mark.parametrize(
    ("who", "field"),
    [
        (seat_is_over, "officials"),
        (party_is_over, "officials"),
        (works_there_no_more, "officials"),
        (only_optional, "officials"),
        (of_another_case, "officials"),
        (another_family, "family"),
        (nobody, "officials"),
    ],
)
def test_nobody_is_asked_who_has_no_place_in_the_case(
    world: World, who: Callable[[World], actions.Guests], field: str
) -> None:
    standing = gather(world, "kim", "lovisa")
    asked = who(world)
    with pytest.raises(Invalid) as wrong:
        actions.book(world.case, when(THURSDAY + timedelta(days=1)), asked, by=world.kim.actor, at=LATER)
    assert list(wrong.value.errors) == [field]
    standing.refresh_from_db()
    with pytest.raises(Invalid) as wrong:
        actions.change_guests(standing, asked, row_version=standing.row_version, by=world.kim.actor, at=LATER)
    assert list(wrong.value.errors) == [field]


def test_a_version_that_somebody_else_has_made_meanwhile_is_not_written_over(world: World) -> None:
    point = running(world).points.all()[1]
    assert holding._replaced(point, "Först.", 0, by=world.kim.actor, at=DURING)
    assert not holding._replaced(point, "Sist.", 0, by=world.lovisa.actor, at=DURING)
    point.refresh_from_db()
    assert (point.text, point.text_version, point.revisions.count()) == ("Först.", 1, 1)


def test_an_answer_by_word_is_noted_by_who_leads_for_who_is_asked_to_what_is_booked(world: World) -> None:
    meeting = gather(world)
    eva = place(meeting, world.eva.person)
    for name in ("pia", "mona"):
        with pytest.raises(Denied):
            actions.told_answer(eva, "accepted", by=world.members[name].actor, at=NOW)
    with pytest.raises(Invalid):
        actions.told_answer(eva, "needs_action", by=world.kim.actor, at=NOW)
    assert actions.told_answer(eva, "accepted", by=world.kim.actor, at=NOW).answered_by == "told"
    officials = guests(world, family=False)
    actions.change_guests(meeting, officials, row_version=meeting.row_version, by=world.kim.actor, at=NOW)
    eva.refresh_from_db()
    with pytest.raises(Conflict):
        actions.told_answer(eva, "declined", by=world.kim.actor, at=NOW)
    meeting.refresh_from_db()
    actions.cancel(meeting, reason="Sjuk", row_version=meeting.row_version, by=world.kim.actor, at=NOW)
    with pytest.raises(Conflict):
        actions.told_answer(place(meeting, world.pia), "declined", by=world.kim.actor, at=NOW)
    eva.refresh_from_db()
    assert eva.answer == "accepted"


def test_somebody_who_was_taken_off_the_meeting_gets_no_words_or_attendance(world: World) -> None:
    meeting = running(world)
    eva, pia = place(meeting, world.eva.person), place(meeting, world.pia)
    Participant.objects.filter(pk__in=(eva.pk, pia.pk)).update(removed_at=DURING)
    with pytest.raises(Conflict):
        actions.own_words(eva, Written("Det är lugnt.", eva.row_version, base=""), by=world.kim.actor, at=DURING)
    other = place(gather(world, "lovisa", starts_at=THURSDAY + timedelta(days=1)), world.lovisa)
    for one in (eva, pia, other):
        with pytest.raises(Invalid):
            actions.note_attendance(meeting, {one.pk: "present"}, by=world.kim.actor, at=DURING)
    actions.step_out(pia, by=world.kim.actor, at=DURING)
    rows = Participant.objects.filter(pk__in=(eva.pk, pia.pk, other.pk))
    assert set(rows.values_list("own_words", "attendance", "stepped_out_at")) == {("", "", None)}


def test_who_is_asked_learns_nothing_of_those_whom_the_parties_may_not_know_of(world: World) -> None:
    meeting = gather(world)
    everybody = {one.pk for one in meeting.participants.all()}

    def seen(name: str) -> set[str]:
        rows = permitted(Participant.objects.filter(pk__in=everybody), world.members[name].actor, at=NOW)
        return {one.assignment.user.name if one.assignment else "familjen" for one in rows}

    assert seen("sam") == {"Kim Samuelsson", "Pia Holm", "Sam Lund"}
    Participation.objects.filter(pk=world.parties["police"].pk).update(known_from=None)
    assert seen("sam") == {"Kim Samuelsson", "Sam Lund"}, "the police rests on a question alone"
    assert seen("pia") == {"Pia Holm"}
    for name in ("lovisa", "dag", "fia", "olof"):
        assert seen(name) == (set() if name != "lovisa" else seen("kim")), name


# --- the interpreter, and guests that one may not know of ------------------------------------------------------------


@pytest.mark.parametrize("frozen_before", [False, True])
def test_only_who_leads_or_manages_reads_of_an_interpreter(
    world: World, monkeypatch: pytest.MonkeyPatch, frozen_before: bool
) -> None:
    if frozen_before:  # the line was every party's, and what is approved never changes

        def shared(*of: Any) -> list[MinutesParagraph]:
            made = paragraphs_of(*of)
            for one in made:
                one.shared |= one.title == "Tolk"
            return made

        monkeypatch.setattr(minutes_actions, "paragraphs_of", shared)
    minutes = approved(world, interpreter="arabiska")
    line = minutes.paragraphs.get(title="Tolk")
    assert line.shared == frozen_before
    page, api = (reverse(route, args=[minutes.meeting.ref]) for route in ("meetings:meeting", "api:meeting"))
    for name, reads in (("kim", True), ("mona", True), ("sam", False)):
        client, actor = world.client(name), world.members[name].actor
        said = client.get(page).content.decode()
        world.look()
        assert ("Tolk" in said, "Arabiska" in said) == (reads, reads), name
        assert client.get(api).json()["interpreter"] == ("arabiska" if reads else ""), name
        world.look()
        assert may(line, actor, "read", at=DURING) == reads, name
    assert "arabiska" not in client.get(api).content.decode()


def feed_of(world: World, key: str) -> tuple[str, bytes]:
    response = Client().get(reverse("meetings:feed", args=[key]))
    world.look()
    return response["ETag"], response.content


def test_other_guests_change_nothing_that_a_party_can_see(world: World) -> None:
    """Sam may not know of the police, which rests on a question alone."""
    meeting = gather(world, "kim", "sam", officials_minutes=15)
    Participation.objects.filter(pk=world.parties["police"].pk).update(known_from=None)
    key, sam = actions.make_feed(by=world.sam.actor, at=NOW), world.client("sam")
    address = reverse("api:meeting", args=[meeting.ref])

    def looks() -> tuple[object, ...]:
        answer = sam.get(address)
        world.look()
        places = Participant.objects.filter(assignment=world.sam.assignment).order_by("pk")
        mails = [(row.occasion, row.state) for row in Outbox.objects.filter(user=world.sam.user).order_by("pk")]
        numbers = [invitation_of(place, cancelled=False) for place in places]
        return answer["ETag"], answer.content, feed_of(world, key), mails, numbers

    before = looks()
    for names in (("kim", "pia", "sam"), ("kim", "sam"), ("kim", "pia", "sam")):
        meeting.refresh_from_db()
        seen = meeting.row_version
        actions.change_guests(meeting, guests(world, *names), row_version=seen, by=world.kim.actor, at=NOW + SECOND)
        assert looks() == before, names
    meeting.refresh_from_db()
    leads = reverse("api:meeting", args=[meeting.ref])
    tag = world.client("kim").get(leads)["ETag"]
    world.look()
    language = when(meeting.starts_at, interpreter="arabiska")
    actions.change(meeting, language, row_version=meeting.row_version, by=world.kim.actor, at=NOW + SECOND)
    assert looks() == before, "nor the language of an interpreter"
    assert world.client("kim").get(leads)["ETag"] != tag
    world.look()
    meeting.refresh_from_db()
    place = when(meeting.starts_at, place="Biblioteket")
    actions.change(meeting, place, row_version=meeting.row_version, by=world.kim.actor, at=NOW + SECOND)
    assert all(one != other for one, other in zip(looks(), before, strict=True))


def test_who_is_asked_again_is_told_a_higher_number_each_time(world: World) -> None:
    meeting, numbers = gather(world, "kim", "pia"), []
    for names in (("kim",), ("kim", "pia"), ("kim",), ("kim", "pia")):
        meeting.refresh_from_db()
        seen = meeting.row_version
        actions.change_guests(meeting, guests(world, *names), row_version=seen, by=world.kim.actor, at=NOW + SECOND)
        last = Outbox.objects.filter(user=world.pia.user).latest("pk")
        made = mail(last, NOW + SECOND)
        assert made is not None
        numbers.append((last.kind, str(made["Message-ID"]).split(".")[1], last.occasion[-2:]))
    off, on = "meeting_cancelled", "meeting_booked"
    assert [(kind, number) for kind, _id, number in numbers] == [(off, ":1"), (on, ":2"), (off, ":3"), (on, ":4")]
    assert [one for _kind, one, _number in numbers] == ["1", "2", "3", "4"]


# --- jäv -------------------------------------------------------------------------------------------------------------


def test_a_manager_who_knows_the_family_is_told_nothing_of_the_case(world: World) -> None:
    mona, case = world.mona, world.case
    told = Notification.objects.filter(assignment=mona.assignment, told_at__gte=NOW)
    CaseSeat.objects.filter(content_object=case, assignment__in=(world.kim.assignment, world.lovisa.assignment)).update(
        valid_to=LATER
    )
    assert leads_of(case, at=LATER) == [mona.assignment.pk]
    hub_actions.recuse(world.elias, reason="Granne", by=mona.actor, at=LATER)
    assert leads_of(case, at=LATER - SECOND) == [world.kim.assignment.pk, world.lovisa.assignment.pk]
    assert leads_of(case, at=LATER) == []
    CaseSeat.objects.filter(content_object=case).update(valid_to=None)
    hub_actions.recuse(world.elias, reason="Kusin", by=world.lovisa.actor, at=LATER)
    kim = world.kim.assignment
    hub_actions.end_assignment(
        kim, last=None, replacement=None, row_version=kim.row_version, by=world.ada.actor, at=LATER
    )
    assert not told.exists()
    assert mona.assignment.pk not in hub_actions.namers_of(world.social.pk, individual=world.elias.pk, at=LATER)
    other = another(world, "Tove", "olof").individual
    assert mona.assignment.pk in hub_actions.namers_of(world.social.pk, individual=other.pk, at=LATER)
