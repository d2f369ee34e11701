"""The administration: Ada, who is the kommun's administrator, and nobody else (product.md, "Who uses it")."""

from collections.abc import Mapping
from typing import Any

from consent import actions as consent_actions
from consent.models import ConsentSettings
from hub import actions as hub_actions
from hub.models import Agreement, AgreementParty, StaffImport
from tests.cast import NOW, World
from tests.matrix import Row, nothing
from tests.story import administer

ADA = {"ada": 200}


def school(world: World) -> Mapping[str, Any]:
    return {"ref": world.school.ref}


def unit(world: World) -> Mapping[str, Any]:
    return {"ref": world.youth_unit.ref}


def kims_account(world: World) -> Mapping[str, Any]:
    return {"ref": world.kim.user.ref}


def kims_assignment(world: World) -> Mapping[str, Any]:
    return {"ref": world.kim.assignment.ref}


def agreement(world: World) -> Mapping[str, Any]:
    return {"ref": Agreement.objects.get().ref}


def police_part(world: World) -> Mapping[str, Any]:
    return {"ref": AgreementParty.objects.get(agency=world.police).ref}


def waiting_file(world: World) -> Mapping[str, Any]:
    if not StaffImport.objects.exists():
        administer(world)
    return {"ref": StaffImport.objects.latest("pk").ref}


def coming_decision(world: World) -> Mapping[str, Any]:
    if not ConsentSettings.objects.exists():
        administer(world)
    return {"ref": ConsentSettings.objects.get().ref}


def faulty_file(world: World) -> Mapping[str, Any]:
    file = hub_actions.upload_staff(
        b"verksamhet;enhet\nFinns inte;Alla\n;\nBussenhusskolan;\n",
        kind="enheter",
        file_name="fel.csv",
        by=world.ada.actor,
        at=NOW,
    )
    return {"ref": file.ref}


def attendance(world: World) -> Mapping[str, Any]:
    return {"code": "attendance"}


def closed_type(world: World) -> Mapping[str, Any]:
    from consent.models import InformationType

    kind = InformationType.objects.filter(code="peers").latest("version")
    if kind.valid_to is None:
        consent_actions.close_type(kind, from_day=NOW.date(), row_version=kind.row_version, by=world.ada.actor, at=NOW)
    return {"code": "peers"}


def users(world: World) -> Mapping[str, Any]:
    return {"kind": "anvandare"}


def only_ada(route: str, made: Any = nothing, *, posted: int | None = None, query: str = "") -> list[Row]:
    """Ada gets the page, the others are refused; `posted` is what she gets for sending too little."""
    rows = [Row(route=route, kwargs=made, query=query, expect=ADA, others=403)]
    if posted is not None:
        rows.append(Row(route=route, method="POST", kwargs=made, expect={"ada": posted}, others=403, anonymous=401))
    return rows


ROWS = [
    *only_ada("hub:admin"),
    *only_ada("hub:admin_agencies"),
    *only_ada("hub:admin_agency_new", posted=422),
    *only_ada("hub:admin_agency_serve", posted=422),
    *only_ada("hub:admin_agency", school),
    *only_ada("hub:admin_agency_edit", school, posted=422),
    *only_ada("hub:admin_unit_new", school, posted=422),
    *only_ada("hub:admin_unit", unit, posted=422),
    *only_ada("hub:admin_users"),
    *only_ada("hub:admin_users", query="?q=kim&efter=k~3"),
    *only_ada("hub:admin_user_new", posted=422),
    *only_ada("hub:admin_user", kims_account),
    *only_ada("hub:admin_user_edit", kims_account, posted=422),
    *only_ada("hub:admin_assignment_new", kims_account, posted=422),
    *only_ada("hub:admin_assignment_end", kims_assignment, posted=422),
    *only_ada("hub:admin_agreements"),
    *only_ada("hub:admin_agreement_new", posted=422),
    *only_ada("hub:admin_agreement", agreement),
    *only_ada("hub:admin_agreement_edit", agreement, posted=422),
    *only_ada("hub:admin_agreement_end", agreement, posted=409),
    *only_ada("hub:admin_party_new", agreement, posted=422),
    *only_ada("hub:admin_party_end", police_part, posted=422),
    *only_ada("hub:admin_upload", posted=422),
    *only_ada("hub:admin_import", waiting_file, posted=409),
    *only_ada("hub:admin_import", faulty_file),
    *only_ada("hub:admin_faults", faulty_file),
    *only_ada("hub:admin_template", users),
    *only_ada("hub:admin_export", users),
    *only_ada("consent:admin_types"),
    *only_ada("consent:admin_type_new", posted=422),
    *only_ada("consent:admin_type", attendance),
    *only_ada("consent:admin_type", closed_type),
    *only_ada("consent:admin_type_reword", attendance, posted=422),
    *only_ada("consent:admin_type_close", attendance, posted=422),
    *only_ada("consent:admin_rules"),
    *only_ada("consent:admin_rules_new", posted=422),
    *only_ada("consent:admin_rules_take_back", coming_decision, posted=302),
]
