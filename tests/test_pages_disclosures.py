"""The guide of giving on other grounds, one disclosure, the ledger and the register extract (P-C7, P-C8, R36)."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from consent import actions as consent_actions
from consent.models import Disclosure, DisclosureTest, InformationItem
from hub.access import Denied, may, permitted
from hub.errors import Conflict, Invalid
from hub.models import Agency, AuditEntry, Notification, User
from tests.cast import NOW, SECOND, World, agency, member, write
from tests.disclosing import REASON, facts, give

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def guide(world: World, recipient: Agency, ground: str, **query: str) -> str:
    url = reverse("consent:disclose", args=[world.case.ref, recipient.ref, ground])
    return url + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def filled(item: InformationItem, world: World, **changes: Any) -> dict[str, Any]:
    """What Kim sends to give an item to Pia for the risk of crime."""
    return {
        "test_concrete": "ja",
        "why_concrete": "Setts vid torget tre kvällar i rad.",
        "test_not_unsuitable": "nej",
        "why_not_unsuitable": "Insatsen påverkas inte.",
        "test_committed_crime": "nej",
        "items": f"{item.ref}.{item.version}",
        "necessity": "Polisen behöver kunna möta honom.",
        "delivery": "hub",
        "recipients": str(world.pia.assignment.ref),
        "last_day": "2026-03-20",
        "received_by": "",
        "told": "nej",
        "told_note": "Det skulle skada syftet.",
    } | changes


def said(client: Client, url: str, data: dict[str, Any] | None = None, *, status: int = 200) -> str:
    response = client.get(url) if data is None else client.post(url, data)
    assert response.status_code == status
    return response.content.decode()


# The guide --------------------------------------------------------------------------------------------------------


def test_the_guide_shows_what_exists_for_the_direction_and_why_the_rest_does_not(world: World) -> None:
    url = reverse("consent:disclose_ground", args=[world.case.ref, world.police.ref])
    text = said(world.client("kim"), url)
    exists, missing = text.split("Grunder som inte finns här")
    assert "10 kap. 18 a §" in exists
    assert "10 kap. 27 § OSL" in missing
    assert "aldrig socialtjänstens sekretess" in missing
    assert "Gäller först från 27 april 2026" in missing, "a day ahead is told as such"


def test_a_ground_that_does_not_exist_leads_back_to_the_list(world: World) -> None:
    response = world.client("sam").get(guide(world, world.police, "youth_crime_risk"))
    assert response.status_code == 302
    assert response["Location"] == reverse("consent:disclose_ground", args=[world.case.ref, world.police.ref])
    assert world.client("sam").get(guide(world, world.police, "invented")).status_code == 404


def test_only_own_recorded_items_are_offered(world: World) -> None:
    write(world, "kim", "home_and_family", body="hemma-uppgift")
    write(world, "kim", "home_and_family", body="utkast-uppgift", record=False)
    write(world, "sam", "attendance", body="skolans-uppgift")
    text = said(world.client("kim"), guide(world, world.police, "youth_crime_risk"))
    assert "hemma-uppgift" in text
    assert "utkast-uppgift" not in text
    assert "skolans-uppgift" not in text


def test_kim_gives_after_a_preview_that_the_rule_itself_makes(world: World) -> None:
    item, client = write(world, "kim", "home_and_family"), world.client("kim")
    url = guide(world, world.police, "youth_crime_risk")
    text = said(client, url, filled(item, world))
    assert "Pia Holm, Polisen Vällingby, kan läsa 1 st som de inte ser i dag." in text
    assert not Disclosure.objects.exists(), "a preview gives nothing"
    assert not Notification.objects.filter(kind="disclosure_made").exists()
    response = client.post(url, filled(item, world, go="bekrafta", once="7e3c9f0e-58c9-4d0c-8f0a-0e6f0f3f7a11"))
    row = Disclosure.objects.get()
    assert response["Location"] == reverse("consent:disclosure", args=[row.ref])
    assert (row.ground, row.ground_version, row.paragraph) == ("youth_crime_risk", 1, "10 kap. 18 a § OSL")
    assert [(t.answer, t.reason) for t in row.tests.all()] == [
        (True, "Setts vid torget tre kvällar i rad."),
        (False, "Insatsen påverkas inte."),
        (False, ""),
    ]
    assert may(item, world.pia.actor, "read", at=NOW)
    (told,) = Notification.objects.filter(kind="disclosure_made")
    assert told.assignment_id == world.pia.assignment.pk
    again = client.post(url, filled(item, world, go="bekrafta", once="7e3c9f0e-58c9-4d0c-8f0a-0e6f0f3f7a11"))
    assert again["Location"] == response["Location"]
    assert Disclosure.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"test_concrete": "nej"}, "Med det svaret finns inte grunden"),
        ({"why_concrete": ""}, "Skriv skälet till svaret."),
        ({"test_committed_crime": ""}, "Svara ja eller nej."),
        ({"items": None}, "Välj minst en uppgift."),
        ({"recipients": None}, "Välj namngivna läsare"),
        ({"recipients": "någon-annan"}, "Valet finns inte längre"),
        ({"last_day": "2026-03-01"}, "sista dag som inte har gått"),
        ({"last_day": "2026-06-01"}, "Högst 90 dagar"),
        ({"delivery": "oral"}, "Skriv namn och roll på den som tog emot."),
        ({"told_note": ""}, "varför inte än"),
    ],
)
def test_what_is_missing_is_said_at_its_field(world: World, changes: dict[str, str | None], sentence: str) -> None:
    item = write(world, "kim", "home_and_family")
    data = {k: v for k, v in (filled(item, world, go="bekrafta") | changes).items() if v is not None}
    assert sentence in said(world.client("kim"), guide(world, world.police, "youth_crime_risk"), data, status=422)
    assert not Disclosure.objects.exists()


def test_an_item_that_got_an_addition_meanwhile_is_read_again(world: World) -> None:
    item = write(world, "kim", "home_and_family")
    data = filled(item, world, go="bekrafta")
    consent_actions.annotate(item, kind="addition", text="Nytt", by=world.kim.actor, at=NOW)
    text = said(world.client("kim"), guide(world, world.police, "youth_crime_risk"), data, status=409)
    assert "Läs den och välj igen" in text
    assert "Setts vid torget tre kvällar i rad." in text, "what was typed is kept"


# The verb ---------------------------------------------------------------------------------------------------------


def test_a_ground_is_refused_outside_its_direction_and_before_its_day(world: World) -> None:
    own, theirs = write(world, "kim", "home_and_family"), write(world, "sam", "attendance")
    for who, item, ground in (("kim", own, "general_clause"), ("sam", theirs, "youth_crime_risk")):
        given = facts(world, who, [item], to="pia", ground=ground)
        with pytest.raises(Invalid, match="går inte att använda"):
            consent_actions.disclose(given, by=world.members[who].actor, at=NOW)
    early = facts(world, "kim", [own], to="pia", ground="own_task")
    with pytest.raises(Invalid, match="finns inte i listan i dag"):
        consent_actions.disclose(replace(early, ground="crime_against_child"), by=world.kim.actor, at=NOW)


def test_nobody_gives_others_items_or_from_a_case_without_a_seat(world: World) -> None:
    theirs, own = write(world, "sam", "attendance"), write(world, "kim", "home_and_family")
    with pytest.raises(Denied):
        consent_actions.disclose(facts(world, "kim", [theirs], to="pia"), by=world.kim.actor, at=NOW)
    for name in ("mona", "olof", "peo", "rut"):
        with pytest.raises(Denied):
            consent_actions.disclose(facts(world, "kim", [own], to="pia"), by=world.members[name].actor, at=NOW)


def test_a_statement_asks_for_a_social_worker(world: World) -> None:
    given = facts(world, "kim", [write(world, "kim", "home_and_family")], to="pia", ground="statement")
    with pytest.raises(Denied):
        consent_actions.disclose(given, by=world.kim.actor, at=NOW)
    User.objects.filter(pk=world.kim.user.pk).update(qualified_social_worker=True)
    assert consent_actions.disclose(given, by=world.kim.actor, at=NOW).ground == "statement"


def test_leisure_never_gets_what_its_kind_may_never_have(world: World) -> None:
    given = facts(world, "kim", [write(world, "kim", "home_and_family")], to="fia")
    with pytest.raises(Invalid, match="kan aldrig få"):
        consent_actions.disclose(given, by=world.kim.actor, at=NOW)


def test_an_association_gets_by_consent_on_paper_with_a_reservation(world: World) -> None:
    club = agency(world, "Boxklubben", "civilsamhalle", authority=False)
    item = write(world, "kim", "leisure")
    url, client = guide(world, club, "consent"), world.client("kim")
    data = {
        "test_everyone_agreed": "ja",
        "why_everyone_agreed": "Elias, Eva och Emil i dag på mötet, muntligt.",
        "test_free_to_refuse": "ja",
        "test_reservation": "ja",
        "why_reservation": "Familjen kräver det.",
        "items": f"{item.ref}.1",
        "necessity": "Tränaren behöver veta tiderna.",
        "delivery": "oral",
        "received_by": "Bo Ek, tränare",
        "reservation": "",
        "told": "ja",
        "told_note": "De var med.",
    }
    assert "Skriv förbehållet" in said(client, url, data | {"go": "bekrafta"}, status=422)
    client.post(url, data | {"go": "bekrafta", "reservation": "Får inte berättas för andra i klubben."})
    row = Disclosure.objects.get()
    assert (row.delivery, row.readable_until, row.reservation[:9]) == ("oral", None, "Får inte ")
    text = said(client, reverse("consent:disclosure", args=[row.ref]))
    assert "Förbehåll" in text
    assert "Bo Ek, tränare" in text


def test_an_independent_school_needs_a_registered_consent_that_covers_the_items(world: World) -> None:
    friskola = agency(world, "Friskolan Eken", "friskola", authority=False)
    member(world, "eli", "Eli Ask", friskola.units.get(), "contact", names_contacts=True)
    item = write(world, "kim", "measures_and_plan")
    given = facts(world, "kim", [item], to="eli", ground="consent")
    with pytest.raises(Invalid, match="Gör ett samtycke först"):
        consent_actions.disclose(given, by=world.kim.actor, at=NOW)


# Afterwards -------------------------------------------------------------------------------------------------------


def test_ending_stops_reading_at_once_and_leaves_the_disclosure(world: World) -> None:
    item = write(world, "sam", "school_results", body="betygen")
    row = give(world, item, to="pia")
    assert may(item, world.pia.actor, "read", at=LATER - SECOND)
    with pytest.raises(Denied):
        consent_actions.end_disclosure(row, reason="x", by=world.pia.actor, at=LATER)
    consent_actions.end_disclosure(row, reason="Behövs inte.", by=world.sam.actor, at=LATER)
    assert not may(item, world.pia.actor, "read", at=LATER)
    assert Disclosure.objects.get().items.count() == 1
    with pytest.raises(Conflict):
        consent_actions.end_disclosure(row, reason="Igen", by=world.sam.actor, at=LATER)


def test_a_disclosure_cannot_be_ended_at_the_instant_when_it_ends_by_itself(world: World) -> None:
    row = give(world, write(world, "sam", "school_results"), to="pia")
    assert row.readable_until
    with pytest.raises(Conflict):
        consent_actions.end_disclosure(row, reason="x", by=world.sam.actor, at=row.readable_until)


def test_the_ledger_tells_each_only_its_own_part_and_the_giver_who_has_read(world: World) -> None:
    given = write(world, "sam", "school_results", body="betygen")
    row = give(world, given, to="pia")
    give(world, write(world, "kim", "home_and_family"), to="pia", ground="youth_crime_risk")
    url = reverse("consent:ledger", args=[world.elias.ref])
    assert "Inte läst." in said(world.client("sam"), url)
    said(world.client("pia"), reverse("consent:item", args=[given.ref]))
    entry = AuditEntry.objects.filter(kind="read", user_id=world.pia.user.pk).latest("pk")
    assert entry.ground["disclosure"] == {str(row.pk): [given.pk]}
    text = said(world.client("sam"), url)
    assert "Läst 1 gång" in text
    assert "18 a §" not in text
    assert "18 a §" in said(world.client("kim"), url)
    assert "Till dig från Bussenhusskolan" in said(world.client("pia"), url)
    assert "Bussenhusskolan till" not in said(world.client("fia"), url)
    page = said(world.client("pia"), reverse("consent:disclosure", args=[row.ref]))
    assert REASON not in page, "the decision is the giver's"
    assert DisclosureTest.objects.filter(disclosure=row).exists()


def test_what_a_reader_no_longer_reads_is_only_counted(world: World) -> None:
    row = give(world, write(world, "sam", "school_results"), to="pia")
    url = reverse("consent:disclosure", args=[row.ref])
    assert "Skolresultat" in said(world.client("pia"), url)
    consent_actions.end_disclosure(row, reason="Behövs inte.", by=world.sam.actor, at=NOW)
    text = said(world.client("pia"), url)
    assert "Skolresultat" not in text
    assert "Behövs inte." not in text


def test_the_ledger_costs_the_same_for_many_as_for_few(world: World, django_assert_max_num_queries: Any) -> None:
    for _turn in range(6):
        give(world, write(world, "sam", "school_results"), to="pia")
    client, url = world.client("sam"), reverse("consent:ledger", args=[world.elias.ref])
    with django_assert_max_num_queries(34):
        said(client, url)


def extract(world: World, who: str) -> str:
    response = world.client(who).get(reverse("consent:ledger_extract", args=[world.elias.ref]))
    assert response.status_code == 200
    assert b"pdfuaid" in response.content
    return " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages).split())


def test_the_register_extract_holds_back_others_and_what_the_person_has_not_been_told(world: World) -> None:
    plain = write(world, "kim", "measures_and_plan", body="egen-sak")
    for facts_of, body in (
        ({"about_others": (world.eva.person_id,)}, "rör-mamman"),
        ({"told_by": "Grannen", "read_back": True}, "grannens-ord"),
        ({}, "Eva sa nej"),
        ({"family_barred": True}, "spärrad-sak"),
    ):
        give(world, write(world, "kim", "home_and_family", body=body, **facts_of), to="pia")
    give(world, plain, to="pia")
    secret = write(world, "kim", "home_and_family", body="hemlig-sak")
    row = give(world, secret, to="pia", ground="youth_crime_risk", person_told=False)
    text = extract(world, "kim")
    assert "egen-sak" in text
    for held in ("rör-mamman", "grannens-ord", "Grannen", "Eva", "spärrad-sak", "hemlig-sak", "Kim", "18 a §"):
        assert held not in text
    assert text.count("Texten är utelämnad") == 3, "marked, but what is barred from the family is not even hinted at"
    consent_actions.note_told(row, note="Vid mötet.", by=world.kim.actor, at=NOW)
    assert "hemlig-sak" in extract(world, "kim")
    entry = AuditEntry.objects.filter(user_id=world.kim.user.pk, action="print").latest("pk")
    assert row.pk in entry.objects_seen["consent.disclosure"]


def test_each_agency_prints_its_own_part_and_leisure_none(world: World) -> None:
    give(world, write(world, "sam", "school_results", body="skolans-sak"), to="pia")
    assert "skolans-sak" in extract(world, "sam")
    assert "skolans-sak" not in extract(world, "kim")
    assert "skolans-sak" not in extract(world, "pia")
    url = reverse("consent:ledger_extract", args=[world.elias.ref])
    assert world.client("fia").get(url).status_code == 403


def test_a_disclosure_is_found_only_by_its_two_sides(world: World) -> None:
    row = give(world, write(world, "sam", "school_results"), to="pia")
    seen = {n for n, m in world.members.items() if permitted(Disclosure.objects.all(), m.actor, at=LATER).exists()}
    assert seen == {"sam", "pia"}
    assert world.client("kim").get(reverse("consent:disclosure", args=[row.ref])).status_code == 404


def test_the_ledger_does_not_tell_that_others_gave_each_other_something(world: World) -> None:
    """A page after a disclosure that one may not know of is the page after nothing (P-A15)."""
    hidden = give(world, write(world, "sam", "school_results"), to="pia")
    give(world, write(world, "kim", "home_and_family"), to="pia", ground="youth_crime_risk")
    url, client = reverse("consent:ledger", args=[world.elias.ref]), world.client("kim")
    pages = [said(client, f"{url}?efter={ref}") for ref in (hidden.ref, uuid4())]
    assert ["Till Polisen" in page for page in pages] == [True, True]
