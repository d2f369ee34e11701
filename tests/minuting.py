"""Minutes in the cast's world: Kim's meeting on a Thursday in March, with everything that minutes can have."""

from typing import Any

from consent import actions as consent_actions
from consent.actions.items import ItemFacts
from consent.models import InformationItem
from hub.joint_text import Written
from meetings import actions
from meetings.models import AgendaPoint, Meeting, Minutes, MinutesParagraph
from tests.cast import START_DAY, World, info_type
from tests.gatherings import THURSDAY, gather
from tests.holding import DURING, close, decided, place, present, running, write

#: What the scene says, each in words that stand nowhere else.
NOTE, YOUTH_SAID, MOTHER_SAID = "Anteckning om morgnarna", "Jag vill byta klass", "Det är lugnare hemma"
SCHOOL, POLICE, BARRED, OWN = (
    "Var i skolan varje dag",
    "Sågs i centrum",
    "Skulle skada om det sas",
    "Boxning på torsdagar",
)


def item_at(
    world: World, meeting: Meeting, who: str, code: str, body: str, point: AgendaPoint | None = None, **facts: Any
) -> InformationItem:
    """An item that somebody of the cast writes and records at the meeting."""
    actor = world.members[who].actor
    what = ItemFacts(type=info_type(code), event_date=START_DAY, body=body, **facts)
    item = consent_actions.write_item(world.case, what, by=actor, at=DURING)
    actions.link_item(meeting, item, point=point, by=actor, at=DURING)
    consent_actions.record_item(item, by=actor, at=DURING)
    if actor.agency_kind == "polis":
        consent_actions.release_item(item, tested=True, by=actor, at=DURING)
    item.refresh_from_db()
    return item


def ended(world: World, *names: str, **others: Any) -> Minutes:
    """The draft as it stands when Kim has ended the meeting."""
    meeting = running(world, *names, **others)
    present(world, meeting)
    point = meeting.points.all()[3]
    write(world, point, NOTE)
    for who, said in ((world.elias.person, YOUTH_SAID), (world.eva.person, MOTHER_SAID)):
        one = place(meeting, who)
        actions.own_words(one, Written(said, one.row_version, base=""), by=world.kim.actor, at=DURING)
    item_at(world, meeting, "sam", "attendance", SCHOOL)
    item_at(world, meeting, "pia", "police_tells", POLICE)
    item_at(world, meeting, "sam", "school_situation", BARRED, family_barred=True)
    item_at(world, meeting, "kim", "measures_and_plan", OWN, point)
    decided(world, meeting, "pia")
    gather(world, starts_at=THURSDAY.replace(day=26))
    close(world, meeting)
    return Minutes.objects.get(meeting=meeting)


def approved(world: World, *names: str, wording: dict[str, str] | None = None, **others: Any) -> Minutes:
    """The same, approved by Kim as the meeting ended."""
    minutes = ended(world, *names, **others)
    if wording:
        minutes = actions.save_minutes(
            minutes, actions.Mended(wording=wording), row_version=1, by=world.kim.actor, at=DURING
        )
    return actions.approve_minutes(minutes, row_version=minutes.row_version, by=world.kim.actor, at=DURING)


def paragraph(minutes: Minutes, **which: Any) -> MinutesParagraph:
    found: MinutesParagraph = MinutesParagraph.objects.get(minutes=minutes, **which)
    return found
