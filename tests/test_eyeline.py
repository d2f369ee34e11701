"""The eye line explains the rule: for every seat it says what `permitted()` does, and until when (mockups, idea 2)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from consent import actions as consent_actions
from consent.actions import Scope
from consent.eyeline import EyeLine, Facts, Given, Sharing, disclosed, holds_until, lines, preview
from consent.models import InformationItem
from consent.queries import readable_items
from hub import actions as hub_actions
from hub.access import permitted
from hub.clock import local_day, start_of_day
from tests.cast import (
    NOW,
    SECOND,
    START,
    World,
    draft_paper,
    info_type,
    register_elias,
    sign,
    signature_of,
    take_back,
    write,
)
from tests.disclosing import give

pytestmark = pytest.mark.django_db

TODAY = START.date()
SEATS = ("kim", "lovisa", "pia", "dag", "sam", "fia")


def told_for(world: World, item: InformationItem, at: datetime = NOW) -> set[str]:
    """Who can read it according to the facts that the eye line is made of."""
    sharing = Sharing.load(item.individual_id, at=at)
    loaded = InformationItem.objects.select_related("type", "agency").get(pk=item.pk)
    own_seats = sharing.parties[item.agency_id].seats if item.agency_id in sharing.parties else set()
    if item.recorded_at is None:
        own_seats = own_seats & {item.author_id}
    given = every_disclosure(world, item, at)
    seats = set(own_seats)
    for reader in sharing.readers(Facts.of(loaded), given):
        seats |= reader.assignments
    return {name for name in SEATS if world.members[name].assignment.pk in seats}


def every_disclosure(world: World, item: InformationItem, at: datetime) -> list[Given]:
    writer = next(m for m in world.members.values() if m.agency.pk == item.agency_id)
    return disclosed([item], writer.actor, at).get(item.pk, [])


def reads(world: World, item: InformationItem, at: datetime = NOW) -> set[str]:
    """Who can read it according to the rule."""
    return {
        name
        for name in SEATS
        if permitted(InformationItem.objects.filter(pk=item.pk), world.members[name].actor, at=at).exists()
    }


@dataclass(frozen=True)
class Situation:
    """A situation: what is written, what happens around it, and who reads then."""

    name: str
    who: str
    code: str
    readers: set[str]
    facts: dict[str, Any] = field(default_factory=dict)
    audience: tuple[str, ...] = ()
    about_eva: bool = False
    on: date = TODAY
    at: datetime = NOW
    first: Callable[[World], object] = lambda world: None
    after: Callable[[World, InformationItem], object] = lambda world, item: None


SOCIAL = {"kim", "lovisa"}
END = datetime.fromisoformat("2026-09-01T00:00:00+02:00")


def phase(event: str) -> Callable[..., object]:
    return lambda world, *item: hub_actions.change_phase(world.case, event, by=world.kim.actor, at=NOW)


def given_to(name: str) -> Callable[..., object]:
    """The writer gives it to one named person, for 30 days."""

    def after(world: World, item: InformationItem) -> None:
        give(world, item, to=name, last_day=local_day(NOW) + timedelta(days=29))

    return after


def author_of(world: World, item: InformationItem) -> str:
    return next(name for name, m in world.members.items() if m.assignment.pk == item.author_id)


def stopped(world: World, *_item: object) -> None:
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW)


def dag_stands_in(world: World, *_item: object) -> None:
    seat = world.parties["police"].seats.get(kind="deputy")
    hub_actions.register_substitute(seat, from_at=NOW, to_at=NOW + timedelta(days=7), by=world.pia.actor, at=NOW)


SITUATIONS = [
    Situation("covered by consent", "sam", "attendance", SOCIAL | {"sam", "pia"}),
    Situation("to one recipient only", "sam", "school_situation", SOCIAL | {"sam"}),
    Situation("a type that nobody gets", "sam", "school_results", {"sam"}),
    Situation("a draft", "sam", "attendance", {"sam"}, facts={"record": False}),
    Situation("narrowed to social services", "sam", "attendance", SOCIAL | {"sam"}, audience=("social",)),
    Situation("narrowed to nobody", "sam", "attendance", {"sam"}, audience=("school",)),
    Situation("barred from the family", "sam", "attendance", {"sam"}, facts={"family_barred": True}),
    Situation("also about somebody who has not signed", "kim", "measures_and_plan", SOCIAL, about_eva=True),
    Situation(
        "from the day before the consent began", "sam", "attendance", {"sam"}, on=START.date() - timedelta(days=1)
    ),
    Situation("police, not released", "pia", "police_tells", {"pia"}, facts={"release": False}),
    Situation("police, released", "pia", "police_tells", SOCIAL | {"pia"}),
    Situation("one second before the end", "sam", "attendance", SOCIAL | {"sam", "pia"}, at=END - SECOND),
    Situation("at the end", "sam", "attendance", {"sam"}, at=END),
    Situation("after the stop", "sam", "attendance", {"sam"}, after=stopped, at=NOW + SECOND),
    Situation("disclosed to one person", "sam", "school_results", {"sam", "pia"}, after=given_to("pia")),
    Situation(
        "disclosed, at the end of the disclosure",
        "sam",
        "school_results",
        {"sam"},
        after=given_to("pia"),
        at=start_of_day(local_day(NOW) + timedelta(days=30)),
    ),
    Situation(
        "disclosed although not released",
        "pia",
        "police_tells",
        {"pia", "sam"},
        facts={"release": False},
        after=given_to("sam"),
    ),
    Situation("a registered substitute", "sam", "attendance", SOCIAL | {"sam", "pia", "dag"}, after=dag_stands_in),
    Situation("in uppföljning", "sam", "attendance", SOCIAL | {"sam", "pia"}, after=phase("följ upp")),
]


def of_the_concern(world: World) -> None:
    """What is written in a new concern's förhandsbedömning; then it becomes insats, and still is not covered."""
    world.__dict__["case"] = hub_actions.open_case(
        world.elias, form="MASH", phase="forhandsbedomning", by=world.kim.actor, at=START
    )


SITUATIONS.append(
    Situation(
        "written in förhandsbedömning",
        "kim",
        "measures_and_plan",
        SOCIAL,
        first=of_the_concern,
        after=phase("besluta insats"),
    )
)


def test_the_eye_line_says_what_the_rule_does(world: World) -> None:
    wrong, case = [], world.case
    for situation in SITUATIONS:
        with transaction.atomic():
            said, ruled = answers(world, situation)
            transaction.set_rollback(True)
        world.__dict__["case"] = case
        if not said == ruled == situation.readers:
            wrong.append((situation.name, said, ruled))
    assert wrong == []


def answers(world: World, situation: Situation) -> tuple[set[str], set[str]]:
    """Who reads, by the facts of the eye line and by the rule."""
    situation.first(world)
    about = (world.eva.person_id,) if situation.about_eva else ()
    audience = tuple(getattr(world, name).pk for name in situation.audience)
    item = write(
        world,
        situation.who,
        situation.code,
        on=situation.on,
        audience=audience,
        about_others=about,
        **situation.facts,
    )
    situation.after(world, item)
    item.refresh_from_db()
    return told_for(world, item, situation.at), reads(world, item, situation.at)


def eye(world: World, who: str, item: InformationItem, at: datetime = NOW) -> EyeLine:
    actor = world.members[who].actor
    loaded = list(readable_items(actor, at).filter(pk=item.pk))
    return lines(loaded, actor, at)[item.pk]


def test_own_items_name_the_others_and_the_last_day(world: World) -> None:
    item = write(world, "sam", "attendance")
    assert eye(world, "sam", item) == EyeLine("Kan läsas av socialtjänst och polis till och med 31 augusti", own=False)


def test_others_items_say_until_when_we_can_read(world: World) -> None:
    item = write(world, "sam", "attendance")
    assert eye(world, "pia", item) == EyeLine("Kan läsas av er till och med 31 augusti", own=False)


def test_nobody_else_is_said_plainly(world: World) -> None:
    assert eye(world, "sam", write(world, "sam", "school_results")) == EyeLine("Kan bara läsas av er", own=True)


def test_a_draft_is_its_authors(world: World) -> None:
    draft = write(world, "sam", "attendance", record=False)
    assert eye(world, "sam", draft) == EyeLine("Utkast: bara du kan läsa det.", own=True)


def test_an_unreleased_item_says_what_it_waits_for(world: World) -> None:
    item = write(world, "pia", "police_tells", release=False)
    assert eye(world, "pia", item).text == "Kan bara läsas av er tills den är prövad mot 18 kap. OSL"


def test_a_disclosure_names_the_person_to_the_giver_and_tells_the_receiver(world: World) -> None:
    item = write(world, "sam", "school_results")
    given_to("pia")(world, item)
    assert eye(world, "sam", item).text == "Kan läsas av Pia Holm (polis) till och med 31 mars"
    assert eye(world, "pia", item).text == "Utlämnad till dig. Kan läsas till och med 31 mars"


def test_what_one_recipient_lost_is_no_longer_said(world: World) -> None:
    item = write(world, "sam", "attendance")
    take_back(world, scope=Scope(recipient=world.police), signature=signature_of(world))
    assert eye(world, "sam", item, NOW + SECOND).text == "Kan läsas av socialtjänst till och med 31 augusti"


def test_different_ends_are_each_said(world: World) -> None:
    item = write(world, "sam", "attendance")
    given_to("fia")(world, item)
    assert eye(world, "sam", item).text == (
        "Kan läsas av socialtjänst och polis till och med 31 augusti och av Fia Ström (fritid) till och med 31 mars"
    )


def test_a_party_without_a_contact_is_not_promised_more_than_holds(bare_world: World) -> None:
    register_elias(bare_world)
    bare_world.session = sign(bare_world, draft_paper(bare_world))
    item = write(bare_world, "kim", "measures_and_plan")
    line = eye(bare_world, "kim", item)
    assert line == EyeLine(
        "Kan bara läsas av er än så länge. Kan läsas av skola och polis när de har utsett en kontakt", own=True
    )


def test_a_renewal_without_gap_moves_the_last_day(world: World) -> None:
    item = write(world, "sam", "attendance")
    renewed = consent_actions.renew_session(world.session, by=world.kim.actor, at=NOW)
    renewed.refresh_from_db()
    sign(world, renewed, at=NOW)
    assert eye(world, "sam", item, NOW + SECOND).text.endswith("till och med 28 februari 2027")


def test_the_preview_is_what_the_eye_line_becomes(world: World) -> None:
    sharing = Sharing.load(world.elias.pk, at=NOW)
    facts = Facts(agency=world.school.pk, mask=info_type("attendance").mask, event_date=START.date())
    before = preview(facts, sharing, sharing.words(), releases=False)
    assert before == eye(world, "sam", write(world, "sam", "attendance"))


def test_the_preview_for_police_says_that_the_test_comes_first(world: World) -> None:
    sharing = Sharing.load(world.elias.pk, at=NOW)
    facts = Facts(agency=world.police.pk, mask=info_type("police_tells").mask, event_date=START.date())
    line = preview(facts, sharing, sharing.words(), releases=True)
    assert line.text == "När den är prövad och släppt: kan läsas av socialtjänst till och med 31 augusti"


@pytest.mark.parametrize(
    ("periods", "end"),
    [
        ([(0, 10)], 10),
        ([(0, 5)], None),
        ([(0, 10), (10, 20)], 20),
        ([(0, 10), (11, 20)], 10),
        ([(6, 10)], None),
        ([(5, 10)], 10),
        ([(0, 20), (3, 8)], 20),
    ],
)
def test_periods_that_meet_count_as_one(periods: list[tuple[int, int]], end: int | None) -> None:
    def at(hour: int) -> datetime:
        return START + timedelta(hours=hour)

    expected = None if end is None else at(end)
    assert holds_until([(at(a), at(b)) for a, b in periods], at(5)) == expected


def test_the_lines_of_many_items_take_as_many_queries_as_of_one(world: World, django_assert_num_queries: Any) -> None:
    few = [write(world, "sam", "attendance")]
    many = few + [write(world, "sam", "attendance") for _ in range(9)]
    for items in (few, many):
        loaded = list(readable_items(world.sam.actor, NOW).filter(pk__in=[i.pk for i in items]))
        with django_assert_num_queries(4):
            lines(loaded, world.sam.actor, NOW)
