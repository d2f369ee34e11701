"""Minutes: made of what stands when the meeting ends, approved once, read by the rules of what is in them (P-M8)."""

import pytest
import time_machine
from django.db import IntegrityError, transaction

from actionplans import actions as plan_actions
from actionplans.models import Goal
from consent import actions as consent_actions
from consent.models import InformationItem
from hub import actions as hub_actions
from hub.access import Actor, Denied, may
from hub.actions.messages import MESSAGES
from hub.errors import Conflict, Invalid
from hub.joint_text import Written
from hub.models import Notification
from meetings import actions, minutes_reading
from meetings.minutes import MINUTES_SECTION, Line, compose, section
from meetings.minutes_sections import decided as decided_lines
from meetings.models import (
    Addendum,
    AgendaPoint,
    FamilyClearance,
    MeetingDecision,
    MeetingItem,
    Minutes,
    MinutesParagraph,
)
from tests.cast import SECOND, World, write
from tests.holding import DURING, close, present, running
from tests.minuting import (
    BARRED,
    MOTHER_SAID,
    NOTE,
    OWN,
    POLICE,
    SCHOOL,
    YOUTH_SAID,
    approved,
    ended,
    item_at,
    paragraph,
)
from tests.plans import goal_of, measure_of, plan_of

pytestmark = pytest.mark.django_db

DECIDED = "Ringa skolan om schemat."


def text_of(reading: minutes_reading.Reading) -> str:
    lines = [f"{part.heading}|{row.title}|{row.text}" for part in reading.parts for row in part.rows]
    return "\n".join([*lines, *(one.text for part in reading.parts for row in part.rows for one in row.addenda)])


def read(world: World, minutes: Minutes, name: str, at: object = DURING) -> str:
    return text_of(minutes_reading.read(minutes, world.members[name].actor, at=at))  # type: ignore[arg-type]  # an instant


def copy_for(world: World, minutes: Minutes, given: str) -> str:
    found = minutes_reading.recipients(minutes, world.kim.actor, at=DURING)
    who = next(one for one in found if one.name.startswith(given))
    return text_of(minutes_reading.family_copy(minutes, who, world.kim.actor, at=DURING))


# --- the draft -------------------------------------------------------------------------------------------------------


def test_minutes_stand_when_the_meeting_ends_with_everything_that_was_said_and_decided(world: World) -> None:
    minutes = ended(world)
    said = read(world, minutes, "kim")
    for words in (
        NOTE,
        YOUTH_SAID,
        MOTHER_SAID,
        SCHOOL,
        POLICE,
        OWN,
        DECIDED,
        "Torsdag 26 mars 2026",
        "Eva Holm, mamma",
    ):
        assert words in said
    # The school's own item that the consent does not cover is not the social services' to copy.
    assert BARRED not in said


def test_a_draft_is_read_by_who_leads_and_their_manager_alone(world: World) -> None:
    minutes = ended(world)
    readers = {name for name, member in world.members.items() if may(minutes, member.actor, "read", at=DURING)}
    assert readers == {"kim", "lovisa", "mona"}


def test_a_draft_can_be_mended_until_it_is_approved_and_no_version_is_lost(world: World) -> None:
    minutes = ended(world)
    point = AgendaPoint.objects.get(meeting=minutes.meeting, text=NOTE)
    mended = actions.Mended({point.ref: Written("Bättre skrivet.", 1)}, {f"point:{point.ref}": "Vi pratade."})
    saved = actions.save_minutes(minutes, mended, row_version=1, by=world.lovisa.actor, at=DURING)
    assert "Bättre skrivet." in read(world, saved, "kim")
    assert list(point.revisions.values_list("text", flat=True)) == [NOTE, "Bättre skrivet."]
    with pytest.raises(Conflict):
        actions.save_minutes(minutes, mended, row_version=1, by=world.kim.actor, at=DURING)
    with pytest.raises(Denied):
        actions.save_minutes(saved, mended, row_version=2, by=world.pia.actor, at=DURING)


# --- approved --------------------------------------------------------------------------------------------------------


def test_who_answers_for_the_case_approves_once_and_nobody_else(world: World) -> None:
    minutes = ended(world)
    for name in ("lovisa", "mona", "pia"):
        with pytest.raises(Denied):
            actions.approve_minutes(minutes, row_version=1, by=world.members[name].actor, at=DURING)
    actions.approve_minutes(minutes, row_version=1, by=world.kim.actor, at=DURING)
    with pytest.raises(Denied):
        actions.approve_minutes(minutes, row_version=2, by=world.kim.actor, at=DURING)
    with pytest.raises(Denied):
        actions.save_minutes(minutes, actions.Mended(), row_version=2, by=world.kim.actor, at=DURING)


def test_those_who_may_read_approved_minutes_then_are_told_that_they_are_and_nothing_more(world: World) -> None:
    """The police has left the case since the meeting; a manager has no seat in it."""
    minutes = ended(world)
    hub_actions.end_participation(world.parties["police"], reason="Klart", by=world.kim.actor, at=DURING)
    actions.approve_minutes(minutes, row_version=1, by=world.kim.actor, at=DURING)
    told = Notification.objects.filter(kind="minutes_approved").select_related("assignment", "case")
    names = {name for name, member in world.members.items() for one in told if one.assignment == member.assignment}
    assert names == {"lovisa", "sam"}
    message = told.get(assignment=world.sam.assignment)
    assert MESSAGES[message.kind] == "Protokollet från ett möte i ärende {number} är justerat."
    assert (message.case, message.reference) == (world.case, "")
    address = f"/protokoll/{minutes.ref}/"
    with time_machine.travel(DURING, tick=False):
        sam = world.client("sam")
        assert address in sam.get("/meddelanden/").content.decode()
        hub_actions.end_participation(world.parties["school"], reason="Flyttat", by=world.kim.actor, at=DURING)
        assert address not in sam.get("/meddelanden/").content.decode()


def test_the_database_refuses_every_change_of_what_was_approved(world: World) -> None:
    minutes = approved(world)
    correction = actions.add_addendum(minutes, "Fel dag.", by=world.kim.actor, at=DURING)
    one = paragraph(minutes, text=NOTE)
    tries = (
        lambda: Minutes.objects.filter(pk=minutes.pk).update(made_at=DURING + SECOND),
        lambda: MinutesParagraph.objects.filter(pk=one.pk).update(text="Något annat."),
        lambda: MinutesParagraph.objects.filter(pk=one.pk).delete(),
        lambda: MinutesParagraph.objects.create(
            municipality=world.kommun, minutes=minutes, order=99, section="points", heading="Nytt", text="Nytt."
        ),
        lambda: Addendum.objects.filter(pk=correction.pk).update(text="Rätt dag."),
        lambda: Addendum.objects.filter(pk=correction.pk).delete(),
    )
    for change in tries:
        with pytest.raises(IntegrityError, match=r"never change|takes no row"), transaction.atomic():
            change()
    assert minutes_reading.is_unchanged(minutes)


def test_what_is_stored_is_told_from_what_was_approved(world: World) -> None:
    minutes = approved(world)
    assert minutes_reading.read(minutes, world.kim.actor, at=DURING).unchanged is True
    minutes.digest = minutes.digest[::-1]
    assert minutes_reading.read(minutes, world.kim.actor, at=DURING).unchanged is False


# --- who reads what --------------------------------------------------------------------------------------------------


def test_a_party_reads_its_own_part_and_nothing_of_the_others(world: World) -> None:
    minutes = approved(world)
    police, school = read(world, minutes, "pia"), read(world, minutes, "sam")
    for said in (police, school):
        assert "Torsdag 12 mars 2026, kl. 9.00–9.20".lower() in said.lower()
        assert "Sam Lund, skolkontakt" in said
        assert "Torsdag 26 mars 2026" in said
        for hidden in (NOTE, YOUTH_SAID, MOTHER_SAID, "Eva", "Elias", "mamma"):
            assert hidden not in said
    assert DECIDED in police
    assert POLICE in police
    assert SCHOOL in police
    assert DECIDED not in school
    assert POLICE not in school
    assert SCHOOL in school
    assert not may(minutes, world.fia.actor, "read", at=DURING), "leisure was not asked"


def test_a_consent_that_ends_ends_the_reading_at_its_instant_and_leaves_the_words_as_they_were(world: World) -> None:
    minutes = approved(world)
    later = DURING + SECOND
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=later)
    for name in ("kim", "pia"):
        assert SCHOOL in read(world, minutes, name)
        assert SCHOOL not in read(world, minutes, name, at=later)
    assert SCHOOL in read(world, minutes, "sam", at=later), "the school's own"
    assert POLICE in read(world, minutes, "pia", at=later)
    assert DECIDED in read(world, minutes, "pia")
    assert DECIDED not in read(world, minutes, "pia", at=later), "what it was to do was heard on the same consent"
    one = paragraph(minutes, text=SCHOOL)
    assert [may(one, world.kim.actor, "read", at=at) for at in (DURING, later)] == [True, False]
    assert minutes_reading.is_unchanged(minutes)


def test_a_seat_that_ends_ends_the_reading(world: World) -> None:
    minutes = approved(world)
    world.sam.assignment.valid_to = DURING + SECOND
    world.sam.assignment.save()
    actor = Actor.acting_under(world.sam.assignment, municipality_id=world.kommun.pk)
    assert may(minutes, actor, "read", at=DURING)
    assert not may(minutes, actor, "read", at=DURING + SECOND)


def test_what_is_added_to_an_item_later_is_read_beside_the_approved_words(world: World) -> None:
    minutes = approved(world)
    item = InformationItem.objects.get(body=SCHOOL)
    consent_actions.annotate(item, kind="correction", text="Utom i tisdags.", by=world.sam.actor, at=DURING)
    rows = [
        row for part in minutes_reading.read(minutes, world.kim.actor, at=DURING).parts for row in part.rows if row.item
    ]
    found = next(row for row in rows if row.text == SCHOOL)
    assert found.item is not None
    assert [one.text for one in found.item.annotations] == ["Utom i tisdags."]


# --- the family ------------------------------------------------------------------------------------------------------


def test_the_family_s_copy_is_one_person_s_in_plain_words(world: World) -> None:
    minutes = ended(world)
    point = AgendaPoint.objects.get(meeting=minutes.meeting, text=NOTE)
    own = InformationItem.objects.get(body=OWN)
    wording = {f"point:{point.ref}": "Vi pratade om morgnarna.", f"item:{own.ref}": OWN}
    minutes = actions.save_minutes(
        minutes, actions.Mended(wording=wording), row_version=1, by=world.kim.actor, at=DURING
    )
    minutes = actions.approve_minutes(minutes, row_version=2, by=world.kim.actor, at=DURING)
    youth, mother = copy_for(world, minutes, "Elias"), copy_for(world, minutes, "Eva")
    for said in (youth, mother):
        assert "Vi pratade om morgnarna." in said
        assert DECIDED in said
        assert "Kontaktpolis, Polisen Vällingby, gör det senast 26 mars 2026." in said
        assert OWN in said
        assert "26 mars 2026" in said
        for hidden in (NOTE, SCHOOL, POLICE, BARRED, "Pia Holm", "Kim Samuelsson", "Spånga torg"):
            assert hidden not in said
    assert YOUTH_SAID in youth
    assert YOUTH_SAID not in mother
    assert MOTHER_SAID in mother
    assert MOTHER_SAID not in youth
    assert "|Du" in youth
    assert "|Mamma" in youth
    # Emil was not asked; parties get no copy, nor does the manager hand one over.
    assert [one.name for one in minutes_reading.recipients(minutes, world.kim.actor, at=DURING)] == [
        "Elias Holm",
        "Eva Holm",
    ]
    for name in ("pia", "mona"):
        assert minutes_reading.recipients(minutes, world.members[name].actor, at=DURING) == []
    type(world.eva).objects.filter(pk=world.eva.pk).update(custody_to=DURING + SECOND)
    for at, names in ((DURING, ["Elias Holm", "Eva Holm"]), (DURING + SECOND, ["Elias Holm"])):
        assert [one.name for one in minutes_reading.recipients(minutes, world.kim.actor, at=at)] == names


def test_nothing_barred_about_others_or_narrowed_can_come_into_the_family_s_copy(world: World) -> None:
    meeting = running(world)
    kept = {
        "barred": item_at(world, meeting, "kim", "measures_and_plan", "Spärrad.", family_barred=True),
        "others": item_at(
            world, meeting, "kim", "measures_and_plan", "Om mamman.", about_others=(world.eva.person_id,)
        ),
        "narrow": item_at(world, meeting, "kim", "measures_and_plan", "Snäv.", audience=(world.police.pk,)),
        "school": item_at(world, meeting, "sam", "attendance", "Skolans."),
    }
    lines = [line for _part, line in compose(meeting, world.kim.actor, DURING) if line.item]
    assert {line.item.pk for line in lines if line.item} == {item.pk for item in kept.values()}
    assert [line.key for line in lines] == [""] * 4, "nobody is asked to word them"


def test_where_somebody_s_whereabouts_are_guarded_a_copy_says_nothing_of_the_others(world: World) -> None:
    minutes = approved(world)
    assert "Mamma" in copy_for(world, minutes, "Elias")
    assert DECIDED in copy_for(world, minutes, "Elias")
    person = world.eva.person
    person.family_security_flag = True
    person.save()
    said = copy_for(world, minutes, "Elias")
    assert "Mamma" not in said
    assert YOUTH_SAID in said
    assert DECIDED not in said, "worded before it was known"
    assert [line.plain for line in decided_lines(minutes.meeting, world.kim.actor, DURING)] == [""]


def test_in_a_guarded_copy_neither_a_correction_nor_an_agency_stands_by_itself(world: World) -> None:
    person = world.eva.person
    minutes = ended(world)
    person.family_security_flag = True
    person.save()
    decision = MeetingDecision.objects.get(meeting=minutes.meeting)
    mended = actions.Mended(wording={f"decided:{decision.ref}": "Någon ringer skolan."})
    minutes = actions.save_minutes(minutes, mended, row_version=1, by=world.kim.actor, at=DURING)
    minutes = actions.approve_minutes(minutes, row_version=2, by=world.kim.actor, at=DURING)
    about = paragraph(minutes, text=DECIDED)
    actions.add_addendum(minutes, "Skolan heter Granskolan.", paragraph=about, by=world.kim.actor, at=DURING)
    said = copy_for(world, minutes, "Elias")
    assert "Någon ringer skolan.\nKontaktpolis, gör det senast" in said
    assert "Granskolan" not in said
    assert "Vällingby" not in said
    assert "Vällingby" in read(world, minutes, "kim")


def test_an_agency_that_was_frozen_before_it_had_to_be_weighed_stays_out_of_a_copy(world: World) -> None:
    minutes = approved(world)
    assert "Vällingby" in copy_for(world, minutes, "Elias")
    type(world.eva.person).objects.filter(pk=world.eva.person_id).update(family_security_flag=True)
    assert "Vällingby" not in copy_for(world, minutes, "Elias")


def test_a_guardian_has_a_copy_only_where_a_letter_may_go(world: World) -> None:
    minutes = approved(world)

    def names() -> list[str]:
        return [one.name for one in minutes_reading.recipients(minutes, world.kim.actor, at=DURING)]

    type(world.eva.person).objects.filter(pk=world.eva.person_id).update(family_security_flag=True)
    assert names() == ["Elias Holm"], "nobody has decided that she may be approached"
    FamilyClearance.objects.create(
        municipality_id=minutes.municipality_id,
        meeting=minutes.meeting,
        person=world.eva.person,
        reason="Bor med Elias",
        decided_by_id=world.kim.actor.assignment_id,
        decided_at=DURING,
        marks=[f"{world.eva.person_id}:flag"],
    )
    assert names() == ["Elias Holm", "Eva Holm"]
    consent_actions.assess_maturity(world.elias, level="decides_alone", why="Förstår", by=world.kim.actor, at=DURING)
    assert names() == ["Elias Holm"], "he decides alone"


# --- corrected -------------------------------------------------------------------------------------------------------


def test_a_correction_stands_beside_and_is_read_by_those_who_read_what_it_is_about(world: World) -> None:
    minutes = ended(world)
    with pytest.raises(Denied):
        actions.add_addendum(minutes, "För tidigt.", by=world.kim.actor, at=DURING)
    minutes = actions.approve_minutes(minutes, row_version=1, by=world.kim.actor, at=DURING)
    decision = paragraph(minutes, text=DECIDED)
    actions.add_addendum(minutes, "Ring rektorn.", paragraph=decision, by=world.lovisa.actor, at=DURING)
    actions.add_addendum(minutes, "Mötet var i Granen.", shared=True, by=world.kim.actor, at=DURING)
    actions.add_addendum(minutes, "Bara för oss.", by=world.kim.actor, at=DURING)

    def corrections(name: str) -> set[str]:
        reading = minutes_reading.read(minutes, world.members[name].actor, at=DURING)
        bound = {one.text for part in reading.parts for row in part.rows for one in row.addenda}
        return bound | {one.text for one in reading.addenda}

    assert corrections("kim") == {"Ring rektorn.", "Mötet var i Granen.", "Bara för oss."}
    assert corrections("pia") == {"Ring rektorn.", "Mötet var i Granen."}
    assert corrections("sam") == {"Mötet var i Granen."}
    assert "Ring rektorn." in copy_for(world, minutes, "Elias")
    with pytest.raises(Invalid):
        actions.add_addendum(minutes, "Fel.", paragraph=paragraph(minutes, text=SCHOOL), by=world.kim.actor, at=DURING)
    with pytest.raises(Denied):
        actions.add_addendum(minutes, "Nej.", by=world.pia.actor, at=DURING)


# --- items of the meeting --------------------------------------------------------------------------------------------


def test_an_item_hangs_on_its_meeting_from_when_it_begins_until_the_minutes_are_approved(world: World) -> None:
    minutes = ended(world)
    late = item_at(world, minutes.meeting, "sam", "attendance", "Skrevs efteråt.")
    assert "Skrevs efteråt." in read(world, minutes, "kim")
    thrown = write(world, "sam", "attendance", at=DURING, record=False)
    actions.link_item(minutes.meeting, thrown, by=world.sam.actor, at=DURING)
    consent_actions.discard_draft(thrown, by=world.sam.actor, at=DURING)
    assert not MeetingItem.objects.filter(item_id=thrown.pk).exists()
    with pytest.raises(Conflict):  # it is of a meeting already
        actions.link_item(minutes.meeting, late, by=world.sam.actor, at=DURING)
    with pytest.raises(Denied):  # nobody hangs on what they may not read, nor another agency's
        actions.link_item(minutes.meeting, late, by=world.olof.actor, at=DURING)
    with pytest.raises(Invalid):
        actions.link_item(minutes.meeting, late, by=world.kim.actor, at=DURING)
    actions.approve_minutes(minutes, row_version=1, by=world.kim.actor, at=DURING)
    with pytest.raises(Conflict):
        item_at(world, minutes.meeting, "sam", "attendance", "För sent.")


def test_the_link_of_an_item_tells_nobody_who_may_not_read_it(world: World) -> None:
    ended(world)
    link = MeetingItem.objects.get(item__body=BARRED)
    readers = {name for name, member in world.members.items() if may(link, member.actor, "read", at=DURING)}
    assert readers == {"sam"}


def test_the_link_of_an_item_tells_of_no_meeting_to_who_was_not_asked_to_it(world: World) -> None:
    meeting = running(world, "kim", "sam")
    item = item_at(world, meeting, "sam", "attendance", SCHOOL)
    link = MeetingItem.objects.get()
    assert may(item, world.pia.actor, "read", at=DURING), "by consent"
    readers = {name for name, member in world.members.items() if may(link, member.actor, "read", at=DURING)}
    assert readers == {"kim", "lovisa", "mona", "sam"}


def test_a_plan_stands_in_the_minutes_and_obeys_its_own_rule_there_too(world: World) -> None:
    plan = plan_of(world)
    goal = goal_of(world, plan)
    measure = measure_of(world, plan, "pia", by="pia", text="Hälsar på gården.")
    meeting = running(world)
    by = world.kim.actor
    plan_actions.rate(goal, meeting, level=1, note="Går bra.", by=by, at=DURING)
    # Kim does not read what the police answer for without a consent for it: it is neither followed up nor copied.
    assert may(measure, world.pia.actor, "read", at=DURING)
    present(world, meeting)
    if may(measure, by, "read", at=DURING):
        plan_actions.follow_up(measure, meeting, state="ongoing", by=by, at=DURING)
    close(world, meeting, no_next="Semester.")
    minutes = actions.approve_minutes(meeting.minutes, row_version=1, by=by, at=DURING)
    said = read(world, minutes, "kim")
    assert "Mål: Elias går till skolan.|+1: Är i skolan varje dag.\nGår bra." in said
    told = copy_for(world, minutes, "Elias")
    assert "Elias går till skolan. Bättre än målet: Är i skolan varje dag." in told
    assert "+1" not in told
    readers = {name for name in ("kim", "pia", "sam") if "Går bra." in read(world, minutes, name)}
    assert readers == {
        name for name in ("kim", "pia", "sam") if may(goal, world.members[name].actor, "read", at=DURING)
    }
    later = DURING + SECOND
    consent_actions.stop_sharing(world.elias, by=by, at=later)
    assert "Går bra." in read(world, minutes, "kim", at=later)
    assert "Går bra." not in read(world, minutes, "pia", at=later)
    Goal.objects.filter(pk=goal.pk).update(family_barred=True)
    assert "Elias går till skolan." not in copy_for(world, minutes, "Elias")


def test_higher_layers_add_their_sections_which_obey_the_same_rules(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.minutes.MINUTES_SECTION", [*MINUTES_SECTION])
    plan = section(60, "goals", "Mål och insatser", "Dina mål")
    plan(lambda meeting, actor, at: [Line(title="Boxning", text="Pågår.", agency=world.school.pk, plain="Du boxas.")])
    minutes = approved(world)
    assert "Mål och insatser|Boxning|Pågår." in read(world, minutes, "kim")
    assert "Pågår." in read(world, minutes, "sam")
    assert "Pågår." not in read(world, minutes, "pia")
    assert "Du boxas." in copy_for(world, minutes, "Elias")
