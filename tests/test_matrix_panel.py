""" "Vem får veta vad, just nu": what each agency sees of what holds, and until when (mockups, idea 1)."""

from datetime import date, datetime, timedelta

import pytest

from consent import actions as consent_actions
from consent import matrix
from consent.actions import Scope
from tests.cast import NOW, SECOND, START, World, draft_paper, mask, register_elias, sign, signature_of, take_back

pytestmark = pytest.mark.django_db

END = datetime.fromisoformat("2026-09-01T00:00:00+02:00")


def seen(world: World, who: str, at: datetime = NOW) -> matrix.Matrix:
    return matrix.current(world.elias, world.members[who].actor, at)


def cells(part: matrix.Part) -> dict[str, dict[str, str]]:
    """Type → column → state."""
    labels = [str(column["label"]) for column in part.columns]
    return {
        str(row["label"]): dict(zip(labels, [cell["state"] for cell in row["cells"]], strict=True))  # type: ignore[attr-defined]  # rows of a template are plain mappings
        for row in part.rows
    }


def one_cell(world: World, who: str, at: datetime) -> dict[str, object]:
    """Social services' attendance cell."""
    part = seen(world, who, at).parts[0]
    row = next(row for row in part.rows if row["label"] == "Närvaro")
    return row["cells"][0]  # type: ignore[index,no-any-return]  # rows of a template are plain mappings


def test_those_who_lead_the_case_see_every_cell(world: World) -> None:
    (part,) = seen(world, "kim").parts
    assert cells(part) == {
        "Närvaro": {"Socialtjänst": "allowed", "Skola": "own", "Polis": "allowed", "Fritid": "none"},
        "Skolsituation": {"Socialtjänst": "allowed", "Skola": "own", "Polis": "none", "Fritid": "none"},
        "Fritid": {"Socialtjänst": "allowed", "Skola": "none", "Polis": "none", "Fritid": "own"},
        "Det polisen får berätta": {"Socialtjänst": "allowed", "Skola": "none", "Polis": "own", "Fritid": "none"},
        "Insatser och plan": {"Socialtjänst": "own", "Skola": "allowed", "Polis": "allowed", "Fritid": "none"},
    }


def test_a_party_sees_what_it_gets_and_what_it_gives_and_nothing_else(world: World) -> None:
    got, given = seen(world, "pia").parts
    assert (got.title, cells(got)) == (
        "Det ni får veta",
        {
            "Närvaro": {"Från socialtjänst": "none", "Från skola": "allowed"},
            "Insatser och plan": {"Från socialtjänst": "allowed", "Från skola": "none"},
        },
    )
    assert (given.title, cells(given)) == (
        "Det ni lämnar",
        {"Det polisen får berätta": {"Till socialtjänst": "allowed"}},
    )


def test_a_party_that_only_gives_sees_one_side(world: World) -> None:
    (part,) = seen(world, "fia").parts
    assert cells(part) == {"Fritid": {"Till socialtjänst": "allowed"}}


@pytest.mark.parametrize("who", ["olof", "peo", "olle", "otto", "dag"])
def test_outsiders_see_nothing(world: World, who: str) -> None:
    assert seen(world, who).parts == []


def test_a_cell_says_its_last_day(world: World) -> None:
    assert one_cell(world, "kim", NOW) == {"state": "allowed", "until": "31 aug"}


@pytest.mark.parametrize(
    ("before", "state"), [(timedelta(days=14) + SECOND, "allowed"), (timedelta(days=14), "soon"), (SECOND, "soon")]
)
def test_the_last_fourteen_days_are_told_in_words(world: World, before: timedelta, state: str) -> None:
    cell = one_cell(world, "kim", END - before)
    assert (cell["state"], "left" in cell) == (state, state == "soon")


def test_nothing_is_left_at_the_end(world: World) -> None:
    assert seen(world, "kim", END - SECOND).parts
    assert seen(world, "kim", END).parts == []


def test_nothing_is_left_after_the_stop(world: World) -> None:
    consent_actions.stop_sharing(world.elias, by=world.sam.actor, at=NOW)
    assert seen(world, "kim", NOW).parts == []


def test_what_one_recipient_lost_is_a_dash(world: World) -> None:
    take_back(world, scope=Scope(recipient=world.police, types=mask("attendance")), signature=signature_of(world))
    (part,) = seen(world, "kim", NOW).parts
    assert cells(part)["Närvaro"] == {"Socialtjänst": "allowed", "Skola": "own", "Polis": "none", "Fritid": "none"}


def test_a_cell_shows_its_earliest_end_and_opened_each_source(world: World) -> None:
    paper = {"school": {"social": ("leisure",)}}
    take_back(world, signature=signature_of(world))
    sign(world, draft_paper(world, paper=paper, last_day=date(2026, 4, 30), at=NOW), at=NOW)
    whole = seen(world, "kim", NOW + SECOND)
    leisure = next(row for row in whole.parts[0].rows if row["label"] == "Fritid")
    assert leisure["cells"][0] == {"state": "allowed", "until": "30 april"}  # type: ignore[index]  # rows of a template are plain mappings
    assert dict(whole.by_type(START.date()))["Fritid"] == [
        "Tensta fritidsgård till Socialtjänsten Spånga till och med 31 augusti",
        "Bussenhusskolan till Socialtjänsten Spånga till och med 30 april",
    ]


def test_a_renewal_without_gap_shows_its_own_last_day(world: World) -> None:
    renewed = consent_actions.renew_session(world.session, by=world.kim.actor, at=NOW)
    renewed.refresh_from_db()
    sign(world, renewed, at=NOW)
    assert one_cell(world, "kim", NOW + SECOND)["until"] == "28 feb 2027"


def test_an_incomplete_consent_shows_nothing(bare_world: World) -> None:
    register_elias(bare_world)
    sign(bare_world, draft_paper(bare_world), emil=None)
    assert seen(bare_world, "kim").parts == []
