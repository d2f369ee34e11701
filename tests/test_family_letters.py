"""Letters to the family: whom they go to, what they say, and who has been told (P-M6, P-A7, P-A8, R14)."""

import tomllib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from consent import actions as consent_actions
from consent.paper.language import frame
from hub import actions as hub_actions
from hub.access import Denied
from hub.errors import Conflict, Invalid
from hub.models import Case, Person, Relative
from hub.readability import lix
from meetings import actions, minutes_reading
from meetings.letter_panels import families_to_tell
from meetings.letters import whom
from meetings.letters.texts import LETTER, PaperError, language_of
from meetings.letters.wording import BOOKED, CANCELLED, CHANGED, CHILD, GUARDIAN, YOUTH, Facts, letter
from meetings.models import FamilyWord, Meeting, Participant
from tests.cast import NOW, START_DAY, World, once_key, person
from tests.gatherings import HOUR, THURSDAY, gather, guests, room, when
from tests.holding import DURING, running
from tests.minuting import approved

pytestmark = pytest.mark.django_db

#: Words that would tell whoever finds the letter what it is about, or who comes.
TELLING = ("brott", "polis", "skola", "fritid", "SIG", "SSPF", "insats", "utredning", "orosanmälan", "samtycke")


def facts(**changes: Any) -> Facts:
    usual: dict[str, Any] = {
        "to": GUARDIAN,
        "about": BOOKED,
        "name": "Eva",
        "youth": "Elias",
        "starts_at": THURSDAY,
        "ends_at": THURSDAY + HOUR,
        "form": "room",
        "place": "Granen, Spånga torg 1",
        "interpreter": "",
        "contact": "Kim Samuelsson",
        "phone": "08-123 45 67",
        "agency": "Socialtjänsten Spånga",
    }
    return Facts(**usual | changes)


def asked(world: World, meeting: Meeting, who: Any) -> Participant:
    found: Participant = meeting.participants.select_related("meeting__case").get(person=getattr(who, "person", who))
    return found


def states(meeting: Meeting, world: World, at: datetime = NOW) -> dict[str, str]:
    meeting.refresh_from_db()
    return {row.name.split()[0]: row.state for row in whom.told(meeting, world.kim.actor, at=at)}


def tell(world: World, meeting: Meeting, who: Any, how: str = "handed", at: datetime = NOW) -> FamilyWord:
    return actions.tell_family(asked(world, meeting, who), how=how, by=world.kim.actor, at=at)


def with_all(world: World) -> Meeting:
    """Elias and both guardians are asked."""
    family = [world.elias.person, world.eva.person, world.emil.person]
    asked_ = actions.Guests(guests(world).officials, family=family)
    return actions.book(world.case, when(), asked_, by=world.kim.actor, at=NOW)


# --- what a letter says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [GUARDIAN, YOUTH, CHILD])
@pytest.mark.parametrize("about", [BOOKED, CHANGED, CANCELLED])
def test_every_letter_is_easy_to_read_and_tells_nothing_to_whoever_finds_it(to: str, about: str) -> None:
    for form in ("room", "video", "phone"):
        for alone in (False, True):
            for interpreter in ("", "somaliska, arabiska"):
                made = letter(facts(to=to, about=about, form=form, alone=alone, interpreter=interpreter), language_of())
                assert lix(made.text) <= 30
                assert max(map(lix, made.paragraphs)) <= 35  # no hard sentence hides among easy ones
                assert lix(made.message) <= 30
                assert not [word for word in TELLING if word in made.text.replace("Socialtjänsten Spånga", "")]
                assert "Socialtjänsten" not in made.message
                assert "{" not in made.text + made.message


def test_time_place_whom_to_call_and_that_it_is_voluntary_stand_in_words() -> None:
    text = letter(facts(), language_of()).text
    for said in (
        "Hej Eva!",
        "ett möte om Elias",
        "torsdag 12 mars 2026, vecka 11, kl. 9.00–10.00",
        "Vi ses här: Granen, Spånga torg 1.",
        "Du väljer själv om du vill komma.",
        "Ring Kim Samuelsson, 08-123 45 67.",
        "Behöver du tolk?",
    ):
        assert said in text
    assert (
        "Det kommer en tolk som talar somaliska och arabiska."
        in letter(facts(interpreter="somaliska, arabiska"), language_of()).text
    )
    assert "____" in letter(facts(phone=""), language_of()).text


def test_a_child_a_youth_and_a_guardian_have_words_of_their_own() -> None:
    told = {to: letter(facts(to=to), language_of()) for to in (GUARDIAN, YOUTH, CHILD)}
    assert "Du kan inte svara fel." in told[CHILD].text
    assert "Mötet handlar om dig." in told[YOUTH].text
    assert "hur Elias har det" in told[GUARDIAN].text
    assert "Elias" not in told[GUARDIAN].message + told[YOUTH].text + told[CHILD].text


def test_where_a_court_has_decided_the_letter_does_not_say_that_one_may_choose() -> None:
    made = letter(facts(voluntary=False), language_of())
    assert "väljer själv" not in made.text + made.message


def test_a_family_in_danger_gets_no_name_place_or_sender_and_no_message() -> None:
    made = letter(facts(alone=True), language_of())
    for hidden in ("Eva", "Elias", "Spånga", "Granen", "Socialtjänsten"):
        assert hidden not in made.text
    assert "får du veta var vi ses" in made.text
    assert made.message == ""


@pytest.mark.parametrize("code", ["ar", "so", "xx", "../sv"])
def test_a_language_that_nobody_has_reviewed_is_not_printed(code: str) -> None:
    with pytest.raises(PaperError, match="Brevet"):
        language_of(code)


@pytest.mark.parametrize("code", ["ar", "so"])
def test_the_frames_to_translate_follow_the_swedish_text_in_use(code: str) -> None:
    path = LETTER.languages / f"{code}.toml"
    head = tomllib.loads(path.read_text(encoding="utf-8"))
    _, lang, direction, name = (head["language"][key] for key in ("code", "lang", "direction", "name"))
    assert frame(code, lang, direction, name, head["texts"], LETTER) == path.read_text(encoding="utf-8")


# --- whom ------------------------------------------------------------------------------------------------------------


def test_the_youth_and_those_with_custody_get_letters_and_nobody_else(world: World) -> None:
    kim = world.kim.actor
    step = hub_actions.add_relative(
        world.elias, person("Sten", "Berg", date(1979, 1, 1)), kind="step_parent", by=kim, at=NOW,
        custody_from=None, custody_to=None,
    )  # fmt: skip
    Relative.objects.filter(pk=world.emil.pk).update(custody_to=NOW + HOUR)
    family = [world.elias.person, world.eva.person, world.emil.person, step.person]
    meeting = actions.book(world.case, when(), actions.Guests(guests(world).officials, family=family), by=kim, at=NOW)
    untold = whom.UNTOLD
    assert states(meeting, world) == {"Elias": untold, "Eva": untold, "Emil": untold, "Sten": whom.NOBODY}
    assert states(meeting, world, NOW + HOUR)["Emil"] == whom.NOBODY
    with pytest.raises(Conflict, match="vårdnaden"):
        tell(world, meeting, step)


def test_somebody_in_danger_without_custody_who_is_asked_too_forks_the_letters(world: World) -> None:
    kim = world.kim.actor
    step = hub_actions.add_relative(
        world.elias, person("Sten", "Berg", date(1979, 1, 1)), kind="step_parent", by=kim, at=NOW,
        custody_from=None, custody_to=None,
    )  # fmt: skip
    Person.objects.filter(pk=step.person_id).update(family_security_flag=True)
    without = with_all(world)
    assert states(without, world)["Emil"] == whom.UNTOLD
    actions.change_guests(
        without,
        actions.Guests(guests(world).officials, family=[world.elias.person, world.emil.person, step.person]),
        row_version=without.row_version,
        by=kim,
        at=NOW,
    )
    assert states(without, world)["Emil"] == whom.DECIDE, "the letter would say where Sten will be"
    assert all(row.alone for row in whom.told(Meeting.objects.get(pk=without.pk), kim, at=NOW))


def test_who_is_not_asked_any_more_is_not_told_whatever_the_page_still_shows(world: World) -> None:
    meeting = with_all(world)
    shown = asked(world, meeting, world.emil)
    Participant.objects.filter(pk=shown.pk).update(removed_at=NOW)
    with pytest.raises(Conflict, match="Det finns inget att berätta"):
        actions.tell_family(shown, how="handed", by=world.kim.actor, at=NOW)


def test_who_decides_alone_tells_the_guardians(world: World) -> None:
    meeting = with_all(world)
    consent_actions.assess_maturity(world.elias, level="decides_alone", why="Förstår", by=world.kim.actor, at=NOW)
    assert states(meeting, world) == {"Elias": whom.UNTOLD, "Eva": whom.NOBODY, "Emil": whom.NOBODY}
    row = whom.told(meeting, world.kim.actor, at=NOW)[1]
    assert (row.why, row.needs) == (whom.ALONE, False)
    Person.objects.filter(pk=world.elias.person_id).update(birth_date=date(2008, 3, 2))
    assert whom.told(meeting, world.kim.actor, at=NOW)[1].why == whom.ADULT


@pytest.mark.parametrize("mark", [{"protection": "SEKRETESSMARKERING"}, {"family_security_flag": True}])
def test_where_somebody_is_protected_no_guardian_is_told_before_a_named_decision(
    world: World, mark: dict[str, Any]
) -> None:
    meeting, kim = with_all(world), world.kim.actor
    Person.objects.filter(pk=world.emil.person_id).update(**mark)
    decide = whom.DECIDE
    assert states(meeting, world) == {"Elias": whom.UNTOLD, "Eva": decide, "Emil": decide}
    with pytest.raises(Conflict, match="Besluta först"):
        tell(world, meeting, world.eva)
    with pytest.raises(Invalid, match="utan fara"):
        actions.clear_person(asked(world, meeting, world.eva), reason="", by=kim, at=NOW)
    actions.clear_person(asked(world, meeting, world.eva), reason="Pratat med skyddat boende", by=kim, at=NOW)
    assert states(meeting, world) == {"Elias": whom.UNTOLD, "Eva": whom.UNTOLD, "Emil": decide}
    with pytest.raises(Invalid, match="inte lämnar spår"):
        tell(world, meeting, world.eva, how="texted")
    tell(world, meeting, world.eva, how="called")
    with pytest.raises(Conflict, match="inget beslut"):
        actions.clear_person(asked(world, meeting, world.eva), reason="Igen", by=kim, at=NOW)
    row = whom.told(meeting, kim, at=NOW)[1]
    assert row.alone
    Person.objects.filter(pk=world.eva.person_id).update(language="persiska", needs_interpreter=True)
    for language, comes in (("somaliska", False), ("somaliska, persiska", True)):
        Meeting.objects.filter(pk=meeting.pk).update(interpreter=language)
        row = whom.told(meeting, kim, at=NOW)[1]
        text = whom.letter_to(row, Meeting.objects.get(pk=meeting.pk), ("Kim", "1"), at=NOW).text
        assert ("Det kommer en tolk som talar persiska." in text) == comes
        assert "somaliska" not in text  # another's language


# --- who knows -------------------------------------------------------------------------------------------------------


def waiting(world: World, name: str = "kim", at: datetime = NOW) -> list[str]:
    return [todo.text.partition(":")[0] for todo in families_to_tell(world.members[name].actor, at)]


def test_the_family_is_to_be_told_until_everybody_knows_and_again_when_it_changes(world: World) -> None:
    meeting, kim, later = gather(world), world.kim.actor, NOW + HOUR
    assert waiting(world) == waiting(world, "lovisa") == ["Mötet är bokat"]
    assert waiting(world, "mona") == waiting(world, "pia") == []
    tell(world, meeting, world.elias)
    tell(world, meeting, world.eva, how="called")
    assert states(meeting, world) == {"Elias": whom.KNOWS, "Eva": whom.KNOWS}
    assert waiting(world) == []

    moved = actions.change(meeting, when(THURSDAY + HOUR), row_version=1, by=kim, at=later)
    assert states(moved, world) == {"Elias": whom.OUTDATED, "Eva": whom.OUTDATED}
    assert waiting(world) == ["Mötet har ändrats"]
    tell(world, moved, world.elias, at=later)
    tell(world, moved, world.eva, at=later)
    assert waiting(world) == []

    placed = actions.change(
        moved, when(THURSDAY + HOUR, room=room(world)), row_version=moved.row_version, by=kim, at=later
    )
    assert states(placed, world)["Eva"] == whom.OUTDATED
    tell(world, placed, world.elias, at=later)
    assert waiting(world) == ["Mötet har ändrats"]
    off = actions.cancel(placed, reason="Sjukdom", row_version=placed.row_version, by=kim, at=later)
    assert states(off, world) == {"Elias": whom.OUTDATED, "Eva": whom.OUTDATED}
    assert waiting(world) == ["Mötet är inställt"]
    tell(world, off, world.elias, at=later)
    tell(world, off, world.eva, how="texted", at=later)
    assert waiting(world) == []
    assert states(off, world) == {"Elias": whom.KNOWS, "Eva": whom.KNOWS}


def test_a_meeting_that_nobody_was_told_of_can_be_called_off_in_silence(world: World) -> None:
    meeting = gather(world)
    actions.cancel(meeting, reason="Sjukdom", row_version=1, by=world.kim.actor, at=NOW)
    assert waiting(world) == []


def test_other_guests_change_nothing_for_the_family(world: World) -> None:
    meeting = gather(world)
    tell(world, meeting, world.eva)
    actions.change_guests(meeting, guests(world, "pia"), row_version=1, by=world.kim.actor, at=NOW + HOUR)
    assert states(meeting, world)["Eva"] == whom.KNOWS


def test_the_thing_to_do_ends_when_the_meeting_begins(world: World) -> None:
    gather(world)
    assert waiting(world, at=THURSDAY - timedelta(seconds=1)) == ["Mötet är bokat"]
    assert waiting(world, at=THURSDAY) == []


def test_whom_nobody_may_tell_is_nothing_to_do(world: World) -> None:
    meeting = with_all(world)
    consent_actions.assess_maturity(world.elias, level="decides_alone", why="Förstår", by=world.kim.actor, at=NOW)
    tell(world, meeting, world.elias)
    assert waiting(world) == []


def test_a_note_is_of_a_day_between_the_booking_and_today_and_can_be_taken_back(world: World) -> None:
    meeting, kim = gather(world), world.kim.actor
    later = NOW + timedelta(days=3)
    place = asked(world, meeting, world.eva)
    for day in (START_DAY - timedelta(days=1), START_DAY + timedelta(days=4)):
        with pytest.raises(Invalid, match="Dagen"):
            actions.tell_family(place, how="handed", told_on=day, by=kim, at=later)
    word = actions.tell_family(place, how="handed", told_on=START_DAY, by=kim, at=later)
    assert (word.starts_at, word.told_by, word.recorded_at) == (THURSDAY, world.kim.assignment, later)
    for name in ("pia", "mona", "olof"):
        with pytest.raises(Denied):
            actions.tell_family(place, how="handed", by=world.members[name].actor, at=later)
        with pytest.raises(Denied):
            actions.untell(word, by=world.members[name].actor, at=later)
    actions.untell(word, by=world.lovisa.actor, at=later)
    assert states(meeting, world)["Eva"] == whom.UNTOLD
    with pytest.raises(Conflict):
        actions.untell(word, by=kim, at=later)


def test_a_meeting_that_goes_on_or_is_for_officials_alone_is_nothing_to_tell(world: World) -> None:
    meeting = gather(world, starts_at=NOW + timedelta(minutes=30), officials_minutes=15)
    actions.open_meeting(meeting, by=world.kim.actor, at=NOW)
    with pytest.raises(Conflict, match="inget att berätta"):
        tell(world, meeting, world.eva)
    assert world.client("kim").get(reverse("meetings:letters", args=[meeting.officials.ref])).status_code == 404


# --- the pages -------------------------------------------------------------------------------------------------------


def test_kim_reads_prints_notes_and_mends(world: World) -> None:
    meeting, kim = gather(world), world.client("kim")
    place = asked(world, meeting, world.eva)
    here = reverse("meetings:letters", args=[meeting.ref])
    address = reverse("meetings:letter", args=[meeting.ref, place.ref])

    page = kim.get(here).content.decode()
    assert "Vet inte än" in page
    assert "Numret saknas" in page
    assert kim.post(reverse("meetings:letter_number", args=[meeting.ref]), {"phone": "ring mig"}).status_code == 422
    assert kim.post(reverse("meetings:letter_number", args=[meeting.ref]), {"phone": "08-508 00 00"}).status_code == 302

    page = kim.get(address).content.decode()
    assert "Ring Kim Samuelsson, 08-508 00 00." in page
    assert kim.get(address, {"sprak": "ar"}).status_code == 404
    paper = kim.get(reverse("meetings:letter_pdf", args=[meeting.ref, place.ref]))
    assert paper.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in paper.content
    assert paper["Content-Disposition"] == 'inline; filename="brev.pdf"'

    told = reverse("meetings:letter_told", args=[meeting.ref, place.ref])
    assert "Välj" in kim.post(told, {"told_on": "2026-03-02"}).content.decode()
    assert kim.post(told, {"how": "called", "told_on": "2026-03-02"}).status_code == 302
    assert "Läste upp det på telefon 2 mars" in kim.get(here).content.decode()
    for checklist in ("meetings:meeting", "meetings:hold"):
        assert "Vet om mötet" in kim.get(reverse(checklist, args=[meeting.ref])).content.decode()
    word = FamilyWord.objects.get()
    assert kim.post(reverse("meetings:letter_undo", args=[word.ref])).status_code == 302
    assert "Vet inte än" in kim.get(here).content.decode()


def test_what_the_page_says_of_a_protected_youth_and_of_a_court(world: World) -> None:
    meeting, kim = gather(world), world.client("kim")
    Person.objects.filter(pk=world.elias.person_id).update(protection="SKYDDAD_FOLKBOKFORING", address="Hemliga 1")
    Case.objects.filter(pk=world.case.pk).update(court_ordered=True)
    place = asked(world, meeting, world.eva)
    address = reverse("meetings:letter", args=[meeting.ref, place.ref])
    assert kim.get(address).status_code == 409
    clear = reverse("meetings:letter_clear", args=[meeting.ref, place.ref])
    assert kim.get(clear).status_code == 200
    assert kim.post(clear, {"reason": ""}).status_code == 422
    assert kim.post(clear, {"reason": "Bor med Elias"}).status_code == 302
    page = kim.get(address).content.decode()
    assert "Skydd i familjen" in page
    assert "Brevet säger inte att mötet är frivilligt" in page
    assert "väljer själv" not in page
    assert "Spånga torg" not in page
    assert "Hemliga" not in page
    assert 'id="sms"' not in page


# --- a decision ends with what it was made of ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whom_of", "mark"),
    [
        ("emil", {"family_security_flag": True}),
        ("elias", {"protection": "SEKRETESSMARKERING"}),
        ("eva", {"protection": "SKYDDAD_FOLKBOKFORING"}),
    ],
)
def test_a_decision_does_not_outlive_a_later_mark_and_can_be_made_anew(
    world: World, whom_of: str, mark: dict[str, Any]
) -> None:
    meeting, kim = with_all(world), world.kim.actor
    Person.objects.filter(pk=world.eva.person_id).update(family_security_flag=True)
    actions.clear_person(asked(world, meeting, world.eva), reason="Pratat med henne", by=kim, at=NOW)
    assert states(meeting, world)["Eva"] == whom.UNTOLD
    Person.objects.filter(pk=getattr(world, whom_of).person_id).update(**mark)
    assert states(meeting, world)["Eva"] == whom.DECIDE, "nobody has weighed that"
    with pytest.raises(Conflict, match="Besluta först"):
        tell(world, meeting, world.eva)
    actions.clear_person(asked(world, meeting, world.eva), reason="Vägt på nytt", by=kim, at=NOW)
    assert states(meeting, world)["Eva"] == whom.UNTOLD
    Person.objects.update(protection="INGEN", family_security_flag=False)
    assert states(meeting, world)["Eva"] == whom.UNTOLD


@pytest.mark.parametrize("mark", [{"protection": "SEKRETESSMARKERING"}, {"family_security_flag": True}])
def test_a_mark_that_is_set_again_is_weighed_again(world: World, mark: dict[str, Any]) -> None:
    meeting, kim = with_all(world), world.kim.actor

    def marked(**with_: Any) -> None:
        elias = Person.objects.get(pk=world.elias.person_id)
        facts = person(elias.given_name, elias.family_name, elias.birth_date, **with_)
        hub_actions.change_person(elias, facts, row_version=elias.row_version, by=kim, at=NOW)

    marked(**mark)
    actions.clear_person(asked(world, meeting, world.eva), reason="Vägt", by=kim, at=NOW)
    assert states(meeting, world)["Eva"] == whom.UNTOLD
    marked()
    marked(**mark)
    assert states(meeting, world)["Eva"] == whom.DECIDE
    actions.clear_person(asked(world, meeting, world.eva), reason="Vägt igen", by=kim, at=NOW)
    assert states(meeting, world)["Eva"] == whom.UNTOLD


@pytest.mark.parametrize("state", ["held", "broken_off"])
def test_a_decision_can_be_made_when_the_meeting_has_been_so_that_its_minutes_can_be_handed_over(
    world: World, state: str
) -> None:
    minutes = approved(world)
    Meeting.objects.filter(pk=minutes.meeting_id).update(state=state, reason="Sjuk")
    minutes.meeting.refresh_from_db()
    Person.objects.filter(pk=world.emil.person_id).update(family_security_flag=True)

    def may_have() -> list[str]:
        return [one.name for one in minutes_reading.recipients(minutes, world.kim.actor, at=DURING)]

    assert may_have() == ["Elias Holm"]
    client, page = world.client("kim"), reverse("meetings:letters", args=[minutes.meeting.ref])
    address = reverse("meetings:letter_clear", args=[minutes.meeting.ref, asked(world, minutes.meeting, world.eva).ref])
    assert address in client.get(page).content.decode()
    world.look()
    answer = client.post(address, {"once": once_key(), "reason": "Bor med Elias"})
    world.look()
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert may_have() == ["Elias Holm", "Eva Holm"]


def test_nothing_is_decided_while_the_meeting_goes_on(world: World) -> None:
    meeting = running(world)
    Person.objects.filter(pk=world.emil.person_id).update(family_security_flag=True)
    with pytest.raises(Conflict):
        actions.clear_person(asked(world, meeting, world.eva), reason="Bor där", by=world.kim.actor, at=DURING)
