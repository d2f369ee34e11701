"""The closed list of grounds: every ground, every direction, one day before and at its limits (P-C7, R2, R3, R7)."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from consent.grounds import Direction, Usable, Verdict, Wants, all_grounds, available_grounds, current, verdict
from consent.grounds import Test as Question
from hub.clock import start_of_day
from hub.models import AgencyKind, Phase

#: A day on which every ground of the list is in force.
DAY = date(2026, 11, 22)
NOON = start_of_day(DAY) + timedelta(hours=12)
YOUNG = date(2011, 5, 5)
KINDS = [str(kind) for kind in AgencyKind]
SOCIAL, SCHOOL, POLICE, LEISURE = "socialtjanst", "skola", "polis", "fritid"
EVERYBODY = {*KINDS} - {"civilsamhalle"}
PUBLIC = EVERYBODY - {"friskola"}
REPORTS = EVERYBODY

#: Ground → who may give, to whom, as legal.md R2 has it; read by hand from the acts, not from the data file.
DIRECTIONS: dict[str, tuple[set[str], set[str]]] = {
    "consent": (EVERYBODY, {"friskola", "civilsamhalle"}),
    "own_task": (PUBLIC, {*KINDS}),
    "crime_prevention": (PUBLIC - {"bup", "elevhalsa"}, PUBLIC),
    "youth_crime_risk": ({SOCIAL}, {POLICE}),
    "terror_risk": ({SOCIAL}, {POLICE}),
    "close_relation_violence": ({SOCIAL}, {POLICE}),
    "immediate_intervention": ({SOCIAL}, {POLICE}),
    "crime_against_child": ({SOCIAL}, {POLICE}),
    "supply_to_child": ({SOCIAL}, {POLICE}),
    "serious_crime": ({SOCIAL}, {POLICE}),
    "general_clause": ({POLICE, SCHOOL, LEISURE}, PUBLIC),
    "concern_report": (REPORTS, {SOCIAL}),
    "investigation_answer": (REPORTS, {SOCIAL}),
    "police_duty": (set(), set()),
    "social_and_health": ({SOCIAL, "sis"}, {SOCIAL, "sis", "bup", "elevhalsa"}),
    "kommun_duty": ({LEISURE, "ame"}, {POLICE}),
    "rektor_on_request": ({SCHOOL, "friskola"}, {POLICE}),
    "rektor_unprompted": ({SCHOOL, "friskola"}, {POLICE}),
    "leisure_to_police": ({LEISURE}, {POLICE}),
    "contact_details": (EVERYBODY - {POLICE}, {POLICE}),
    "statement": ({SOCIAL}, {POLICE}),
    "organised_crime": (set(), set()),
    "sanction_breach": (set(), set()),
    "placement_request": (set(), set()),
    "between_boards": (set(), set()),
    "move_of_case": (set(), set()),
    "other_committed_crime": (set(), set()),
    "youth_supervision": (set(), set()),
    "sis_to_police": (set(), set()),
    "independent_school": (set(), set()),
}
#: The first day of each version, as legal.md and the acts have it; its basis is in docs/juridik.md.
FIRST_DAYS = {
    ("crime_prevention", 1): date(2025, 12, 1),
    ("youth_crime_risk", 1): date(2025, 4, 1),
    ("rektor_unprompted", 1): date(2025, 4, 1),
    ("contact_details", 1): date(2025, 4, 1),
    ("investigation_answer", 1): date(2025, 7, 1),
    ("concern_report", 1): date(2025, 7, 1),
    ("concern_report", 2): date(2026, 1, 15),
}


def of(code: str, direction: Direction, at: datetime = NOON) -> Verdict:
    return next(v for v in available_grounds(direction, at=at) if v.ground.code == code)


def test_the_list_is_closed_and_every_ground_of_it_is_tried_here() -> None:
    assert {g.code for g in all_grounds()} == set(DIRECTIONS)


@pytest.mark.parametrize("code", DIRECTIONS)
def test_a_ground_exists_in_its_directions_and_no_others(code: str) -> None:
    sources, recipients = DIRECTIONS[code]
    wanted = {(s, r) for s in sources for r in recipients}
    found = {(s, r) for s in KINDS for r in KINDS if of(code, Direction(source=s, recipient=r)).exists}
    assert found == wanted


@pytest.mark.parametrize("code", DIRECTIONS)
def test_what_does_not_exist_says_why_in_a_sentence(code: str) -> None:
    for source in KINDS:
        for recipient in KINDS:
            found = of(code, Direction(source=source, recipient=recipient))
            assert found.exists is (found.why == "")
            if not found.exists:
                assert len(found.why) > 20, (code, source, recipient)
                assert "{" not in found.why


@pytest.mark.parametrize("ground", all_grounds(), ids=lambda g: f"{g.code}-{g.version}")
def test_a_version_holds_from_its_first_day_and_not_the_day_before(ground: object) -> None:
    listed = next(g for g in all_grounds() if g is ground)
    assert current(listed.code, on=listed.valid_from) is listed
    assert current(listed.code, on=listed.valid_from - timedelta(days=1)) is not listed
    if listed.valid_to:
        assert current(listed.code, on=listed.valid_to - timedelta(days=1)) is listed
        assert current(listed.code, on=listed.valid_to) is not listed


@pytest.mark.parametrize("code", [code for code, (sources, _to) in DIRECTIONS.items() if sources])
def test_a_ground_does_not_exist_the_second_before_its_first_day(code: str) -> None:
    first = min((g for g in all_grounds() if g.code == code), key=lambda g: g.valid_from)
    sources, recipients = DIRECTIONS[code]
    direction = Direction(source=min(sources), recipient=min(recipients))
    start = start_of_day(first.valid_from)
    before = of(code, direction, at=start - timedelta(seconds=1))
    assert (before.exists, of(code, direction, at=start).exists) == (False, True)
    assert before.why.startswith("Gäller först från")


@pytest.mark.parametrize(("version", "day"), FIRST_DAYS.items())
def test_the_acts_of_2025_begin_on_their_days(version: tuple[str, int], day: date) -> None:
    assert next(g.valid_from for g in all_grounds() if (g.code, g.version) == version) == day


def test_versions_of_a_ground_never_overlap() -> None:
    for one in all_grounds():
        for other in all_grounds():
            if one is not other and one.code == other.code:
                assert (one.valid_to and one.valid_to <= other.valid_from) or (
                    other.valid_to and other.valid_to <= one.valid_from
                )


@pytest.mark.parametrize(
    ("code", "years"),
    [
        ("youth_crime_risk", 21),
        ("immediate_intervention", 18),
        ("concern_report", 18),
        ("investigation_answer", 18),
        ("social_and_health", 18),
    ],
)
def test_an_age_limit_falls_on_the_birthday(code: str, years: int) -> None:
    sources, recipients = DIRECTIONS[code]
    born = DAY.replace(year=DAY.year - years)
    direction = Direction(source=min(sources), recipient=min(recipients), birth_date=born)
    birthday = start_of_day(DAY)
    assert of(code, direction, at=birthday - timedelta(seconds=1)).exists
    grown = of(code, direction, at=birthday)
    assert not grown.exists
    assert "har fyllt" in grown.why


def test_nothing_is_answered_before_an_investigation_is_decided() -> None:
    for phase in Phase:
        found = of("investigation_answer", Direction(source=SCHOOL, recipient=SOCIAL, phase=phase))
        assert found.exists is (phase != Phase.FORHANDSBEDOMNING)


def test_contact_details_are_all_that_a_request_for_them_gives() -> None:
    of_health = Direction(source=SOCIAL, recipient=POLICE, type_code="health")
    assert not of("contact_details", of_health).exists
    assert of("contact_details", Direction(source=SOCIAL, recipient=POLICE, type_code="contact_details")).exists


@pytest.mark.parametrize("recipient", ["friskola", "civilsamhalle"])
@pytest.mark.parametrize("source", KINDS)
def test_what_is_no_authority_gets_nothing_by_the_general_rules(source: str, recipient: str) -> None:
    """R7: consent instead, and the sentence says so."""
    direction = Direction(source=source, recipient=recipient)
    exist = {v.ground.code for v in available_grounds(direction, at=NOON) if v.exists}
    assert exist <= {"consent", "own_task"}
    if source in {POLICE, SCHOOL, LEISURE}:
        assert "samtycke" in of("general_clause", direction).why


def test_an_agency_that_is_no_authority_is_so_whatever_its_kind() -> None:
    private = Direction(source=POLICE, recipient=SCHOOL, private=True)
    assert not of("general_clause", private).exists
    assert of("general_clause", Direction(source=POLICE, recipient=SCHOOL)).exists


@pytest.mark.parametrize("source", [SOCIAL, "sis", "bup", "elevhalsa"])
def test_the_general_clause_names_the_secrecy_that_it_never_breaks(source: str) -> None:
    assert "aldrig" in of("general_clause", Direction(source=source, recipient=POLICE)).why


def test_what_is_listed_but_cannot_be_used_is_shown_with_the_reason() -> None:
    not_usable = {g.code for g in all_grounds() if g.usable is not Usable.YES}
    assert not_usable == {code for code, (sources, _to) in DIRECTIONS.items() if not sources}
    assert "Kommuner finns inte med" in of("organised_crime", Direction(source=SOCIAL, recipient=POLICE)).why


def test_every_usable_ground_asks_something_and_each_question_has_one_code() -> None:
    for ground in all_grounds():
        for source in ground.sources:
            codes = [t.code for t in ground.tests(source, private=True)]
            assert len(codes) == len(set(codes)), ground.code
            assert all(t.text.endswith("?") for t in ground.tests(source, private=True))
        assert bool(ground.own_tests) is (ground.usable is Usable.YES), ground.code


def test_police_always_test_against_chapter_18_and_private_recipients_are_asked_about_a_reservation() -> None:
    ground = current("own_task", on=DAY)
    assert ground
    assert "prel_investigation" in {t.code for t in ground.tests(POLICE, private=False)}
    assert "reservation" in {t.code for t in ground.tests(SOCIAL, private=True)}
    assert {t.code for t in ground.tests(SOCIAL, private=False)} == {t.code for t in ground.own_tests}


def test_social_services_are_asked_about_committed_crime_under_the_new_general_rule() -> None:
    """R4 is open: until a lawyer answers, 10:23 is not gone round."""
    ground = current("crime_prevention", on=DAY)
    assert ground
    (asked,) = [t for t in ground.tests(SOCIAL, private=False) if t.code == "committed_crime"]
    assert asked.wants is Wants.NO
    assert "committed_crime" not in {t.code for t in ground.tests(SCHOOL, private=False)}


def test_every_day_that_is_not_an_acts_own_is_before_the_lawyer() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs" / "juridik.md").read_text(encoding="utf-8")
    untold = [g.code for g in all_grounds() if g.date_basis != "act" and f"`{g.code}`" not in text]
    assert untold == []


def test_a_verdict_is_one_reason_and_those_that_exist_come_first() -> None:
    found = available_grounds(Direction(source=SOCIAL, recipient=POLICE, birth_date=YOUNG), at=NOON)
    flags = [v.exists for v in found]
    assert flags == sorted(flags, reverse=True)
    assert len({v.ground.code for v in found}) == len(found)
    assert verdict(found[0].ground, Direction(source="friskola", recipient=POLICE), at=NOON).why


@pytest.mark.parametrize(
    ("wants", "yes", "no"), [(Wants.YES, True, False), (Wants.NO, False, True), (Wants.EITHER, True, True)]
)
def test_an_answer_holds_only_where_the_ground_wants_it(wants: Wants, yes: bool, no: bool) -> None:
    asked = Question(code="x", text="Är det så?", wants=wants, weigh=False)
    assert (asked.holds(True), asked.holds(False)) == (yes, no)
