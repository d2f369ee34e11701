"""Protection, colour and the arrangement: Ines of the intake judges, Ada and Mona arrange, nobody else knows of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hub.models import Agency
from tests.cast import NOW, SECOND, World
from tests.concerns import arrange, nova
from tests.matrix import Made, Row, nothing
from tests.matrix_api import key, read_by
from triage import actions
from triage.models import (
    ColourChange,
    DutyShift,
    HubSlot,
    HubUnit,
    PreliminaryAssessment,
    ProtectionAssessment,
    QuestionSet,
)

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


def arranged_by(route: str, made: Any = social, *, posted: int | None = None, status: int = 200) -> list[Row]:
    """Ada and Mona get the page, the others are refused; `posted` is what they get for sending too little."""
    rows = [Row(route=route, kwargs=made, expect=dict.fromkeys(ARRANGES, status), others=403)]
    if posted is not None:
        expect = dict.fromkeys(ARRANGES, posted)
        rows.append(Row(route=route, method="POST", kwargs=made, expect=expect, others=403, anonymous=401))
    return rows


def arranged_questions(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {}


def made_protection(world: World) -> Mapping[str, Any]:
    return {"ref": ProtectionAssessment.objects.get(assessment=judged(world)).ref}


def sent_protection(world: World) -> Mapping[str, Any]:
    return {"outcome": "no_need", "reasons": "Trygg hemma."}


def sent_colour(world: World) -> Mapping[str, Any]:
    return {"colour": "green", "reason": "Missförstånd."}


def sent_answers(world: World) -> Mapping[str, Any]:
    return {"answers": {"fara_nu": "yes"}}


def agreed(world: World) -> Mapping[str, Any]:
    return {"agreed": True}


#: Leisure, which reads on screen only, has no API (P-A14).
SCREEN = {"fia": 403}


def call(route: str, made: Made, sent: Made | None = None, *, code: int = 200, headers: Made = nothing) -> Row:
    """A call of the API that Ines makes; nobody signed in gets 401."""
    method = "GET" if sent is None else "POST"
    json = nothing if sent is None else sent
    expect = {"ines": code} | SCREEN
    return Row(route=route, method=method, kwargs=made, json=json, headers=headers, expect=expect, anonymous=401)


#: Those of social services in the cast's kommun, who see how it is arranged.
OWN_AGENCY = ("kim", "lovisa", "olof", "mona", "rut", "ada", "ines")
CALLS = [
    call("api:protection_assessments", judged_concern),
    call("api:protection_assessments", concern, sent_protection, code=201, headers=key),
    call("api:protection_assessment", made_protection),
    call("api:concern_colour", judged_concern),
    call(
        "api:concern_colour",
        judged_concern,
        sent_colour,
        headers=read_by("ines", "api:concern_colour", judged_concern),
    ),
    call("api:concern_colour_history", judged_concern),
    call("api:concern_suggestion", judged_concern, sent_answers),
    call("api:colour_change_confirm", lowered, agreed),
    Row(
        route="api:questions_current",
        kwargs=arranged_questions,
        json=nothing,
        expect=dict.fromkeys(OWN_AGENCY, 200) | SCREEN,
        anonymous=401,
    ),
]

ROWS = [
    *CALLS,
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
