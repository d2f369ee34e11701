"""A hub about Nova in the cast's world: convened by Ines, answered by Vera, and held with Olof and Vera in it."""

from datetime import datetime, timedelta

from hub.access import Actor
from hub.models import Unit
from tests.cast import NOW, SECOND, World, agency, agree, member
from tests.concerns import SUMMARY, arrange, nova
from triage import actions
from triage.models import CallChild, HubCall, HubSlot, HubUnit, KnowledgeCheck

#: The standing hub of the day: half an hour after NOW.
HALF_PAST = NOW + timedelta(minutes=30)
NEED = "Bedöma om Nova behöver skydd."


def outside_unit(world: World, name: str = "Socialjouren Solna", *, in_hub: bool = True) -> Unit:
    """A unit of another kommun's social services, with Sara in it, that is asked as such."""
    arrange(world)
    other = agency(world, name, "socialtjanst", municipality=world.other_kommun)
    agree(world, other, title=name)
    unit = other.units.get()
    sara = member(world, "sara", "Sara Sol", unit, "officer")
    sara.actor = Actor.acting_under(sara.assignment, municipality_id=world.kommun.pk)
    if in_hub:
        HubUnit.objects.create(municipality=world.kommun, agency=world.social, unit=unit, valid_from=NOW)
    return unit


def convened(world: World, *, by: str = "ines", at: datetime = NOW, **changes: object) -> HubCall:
    """The hub about Nova, once in a world."""
    assessment = nova(world)
    standing = HubCall.objects.filter(children__assessment=assessment).first()
    if standing is not None:
        return standing
    slot = HubSlot.objects.get(agency=world.social)
    wanted = actions.Convening(**{"starts_at": HALF_PAST, "slot": slot, **changes})  # type: ignore[arg-type]  # free keyword arguments
    return actions.convene(assessment, wanted, by=world.members[by].actor, at=at)


def check_of(world: World, name: str) -> KnowledgeCheck:
    """The question to the unit of a member of the cast."""
    convened(world)
    return KnowledgeCheck.objects.get(assessment=nova(world), unit=world.members[name].assignment.unit)


def answered(world: World, *, at: datetime = NOW + SECOND) -> KnowledgeCheck:
    """Vera's unit knows something."""
    check = check_of(world, "vera")
    if check.answered_at is not None:
        return check
    known = actions.Known(
        answer="known", summary=SUMMARY, notes=[actions.Told(about="sibling", whom="äldre bror", text="Aktuell här.")]
    )
    return actions.answer_check(check, known, by=world.vera.actor, at=at)


def running(world: World, *, at: datetime = HALF_PAST) -> HubCall:
    """The call goes on, Ines leads it and Vera is in it; Nova is spoken of."""
    call = convened(world)
    call.refresh_from_db()
    if call.state == "planned":
        actions.open_call(call, by=world.ines.actor, at=at)
        actions.join(call, by=world.vera.actor, at=at)
    return call


def spoken(world: World) -> CallChild:
    return running(world).children.get(assessment=nova(world))
