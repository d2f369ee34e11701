"""Protection, colour and the arrangement: Ines of the intake judges, Ada and Mona arrange, nobody else knows of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hub.models import Agency
from tests.cast import NOW, SECOND, World
from tests.concerns import arrange, nova
from tests.matrix import Row, nothing
from triage import actions
from triage.models import ColourChange, DutyShift, HubSlot, HubUnit, PreliminaryAssessment, QuestionSet

INES = {"ines": 200}
#: Ada administers the kommun's agencies; Mona manages a unit of the same social services.
ARRANGES = ("ada", "mona")


def concern(world: World) -> Mapping[str, Any]:
    return {"ref": nova(world).ref}


def judged(world: World) -> PreliminaryAssessment:
    """Nova's concern with a protection assessment, raised to Röd and lowered by Ivar; made once."""
    assessment = nova(world)
    if ColourChange.objects.filter(assessment=assessment).exists():
        return PreliminaryAssessment.objects.get(pk=assessment.pk)
    questions = QuestionSet.objects.get(agency=world.social)
    actions.assess_protection(
        assessment, outcome="no_need", reasons="Trygg hemma.", assessed_at=NOW, by=world.ines.actor, at=NOW
    )
    for colour, by, reason in (("red", "ines", ""), ("orange", "ivar", "Mormor hämtar.")):
        actions.set_colour(
            assessment,
            actions.Judged(colour=colour, reason=reason, question_set=questions, answers={"fara_nu": "no"}),
            row_version=assessment.row_version,
            by=world.members[by].actor,
            at=NOW,
        )
    return assessment


def judged_concern(world: World) -> Mapping[str, Any]:
    return {"ref": judged(world).ref}


def lowered(world: World) -> Mapping[str, Any]:
    return {"ref": ColourChange.objects.get(assessment=judged(world), downgrade=True).ref}


def social(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {"ref": world.social.ref}


def jour(world: World) -> Mapping[str, Any]:
    return {"ref": arrange(world).jour.ref}


def hub_unit(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {"ref": HubUnit.objects.get(unit=world.youth_unit).ref}


def slot(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {"ref": HubSlot.objects.get().ref}


def own_shift(world: World) -> Mapping[str, Any]:
    """Ines has the jour of her own agency tonight."""
    nova(world)
    found = DutyShift.objects.filter(assignment=world.ines.assignment).first()
    return {"ref": (found or shift_of(world, "ines")).ref}


def shift_of(world: World, name: str) -> DutyShift:
    member = world.members[name]
    return DutyShift.objects.create(
        municipality=world.kommun,
        agency=Agency.objects.get(pk=member.agency.pk),
        assignment=member.assignment,
        valid_from=NOW - SECOND,
        valid_to=NOW + timedelta(hours=12),
    )


def told(world: World) -> Mapping[str, Any]:
    return {"outcome": "no_need", "reasons": "Trygg hemma.", "when": "now"}


def key(world: World) -> Mapping[str, Any]:
    return {"Idempotency-Key": "nyckel-0001"}


def arranged_by(route: str, made: Any = social, *, posted: int | None = None, status: int = 200) -> list[Row]:
    """Ada and Mona get the page, the others are refused; `posted` is what they get for sending too little."""
    rows = [Row(route=route, kwargs=made, expect=dict.fromkeys(ARRANGES, status), others=403)]
    if posted is not None:
        expect = dict.fromkeys(ARRANGES, posted)
        rows.append(Row(route=route, method="POST", kwargs=made, expect=expect, others=403, anonymous=401))
    return rows


ROWS = [
    Row(route="triage:protection", kwargs=concern, expect=INES),
    Row(route="triage:protection", kwargs=judged_concern, expect=INES),
    Row(route="triage:protection", method="POST", kwargs=concern, expect={"ines": 422}, anonymous=401),
    Row(route="triage:protection", method="POST", kwargs=concern, data=told, expect={"ines": 302}, anonymous=401),
    Row(route="triage:colour", kwargs=concern, expect=INES),
    Row(route="triage:colour", kwargs=judged_concern, expect=INES),
    Row(route="triage:colour", method="POST", kwargs=concern, expect={"ines": 422}, anonymous=401),
    Row(route="triage:confirm", kwargs=lowered, expect=INES),
    Row(route="triage:confirm", method="POST", kwargs=lowered, expect={"ines": 422}, anonymous=401),
    Row(route="triage:shift", kwargs=own_shift, expect=INES),
    Row(route="triage:shift", method="POST", kwargs=own_shift, expect={"ines": 302}, anonymous=401),
    *arranged_by("triage:admin", nothing, status=302),
    *arranged_by("triage:admin_arrangement"),
    Row(route="triage:admin_arrangement", kwargs=jour, expect=dict.fromkeys(ARRANGES, 404), others=403),
    *arranged_by("triage:admin_arrange", posted=422),
    *arranged_by("triage:admin_hub_unit_add", posted=422),
    *arranged_by("triage:admin_hub_unit_end", hub_unit, posted=302),
    *arranged_by("triage:admin_slot_add", posted=422),
    *arranged_by("triage:admin_slot_end", slot, posted=302),
    *arranged_by("triage:admin_questions"),
    *arranged_by("triage:admin_questions_new", posted=422),
    *arranged_by("triage:admin_rota", posted=422),
    *arranged_by("triage:admin_shift_end", own_shift, posted=302),
]
