"""Registering concerns and their pages: the receiving unit's own, and the open form that asks nobody to sign in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.cast import NOW, World
from tests.concerns import arrange, nova
from tests.matrix import EVERYBODY, Row, nothing, status
from tests.matrix_api import call, look, read_by
from tests.matrix_api import sent as body
from triage.actions import save_draft
from triage.models import ConcernReport, ReportDraft
from triage.views.external import new_stamp

#: Officers and coordinators of social services, of whatever unit: a report can reach any of them.
TAKERS = ("kim", "olof", "ines", "otto")


def concern(world: World) -> Mapping[str, Any]:
    return {"ref": nova(world).ref}


def report(world: World) -> Mapping[str, Any]:
    return {"ref": nova(world).report.ref}


def arranged(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {}


def draft(world: World) -> Mapping[str, Any]:
    """Ines' own."""
    arrange(world)
    found = ReportDraft.objects.filter(assignment=world.ines.assignment).first()
    if found is None:
        ref = world.ines.assignment.ref
        found = save_draft(ref, {"facts": ["Halvskri"]}, row_version=0, by=world.ines.actor, at=NOW).draft
    return {"ref": found.ref}


def typed(world: World) -> Mapping[str, Any]:
    """A whole report, owned by whoever sends it."""
    return {
        "arrived_day": "2026-03-02",
        "arrived_time": "09.00",
        "channel": "phone",
        "category": "school",
        "facts": "Har setts med äldre killar.",
        "barn-TOTAL_FORMS": "1",
        "barn-INITIAL_FORMS": "0",
        "barn-0-about": "omkring 14 år, går i åttan",
    }


def by_ines(world: World) -> Mapping[str, Any]:
    return {**typed(world), "owner": world.ines.assignment.ref}


def autosaved(world: World) -> Mapping[str, Any]:
    return {"facts": "Har setts", "utkast": "11111111-1111-4111-8111-111111111111", "utkast_version": "0"}


def to_ivar(world: World) -> Mapping[str, Any]:
    return {"to": world.ivar.assignment.ref, "reason": "Går av passet"}


def known(world: World) -> Mapping[str, Any]:
    return {"given_name": "Nova", "family_name": "Rask", "birth_date": "2012-02-01", "row_version": "2", "spara": "1"}


def unknown_child(world: World) -> Mapping[str, Any]:
    """A child that nobody has identified."""
    from tests.concerns import register
    from triage.actions import ChildFacts

    arrange(world)
    found = ConcernReport.objects.filter(facts="Okänt barn").first()
    if found is None:
        found = register(world, ChildFacts(about="omkring 14 år"), facts="Okänt barn")
    return {"ref": found.assessments.get().ref}


def waiting(world: World) -> Mapping[str, Any]:
    """A report that came in by itself."""
    from tests.concerns import NOVA, SCHOOL, told
    from triage.actions import submit_report

    arrange(world)
    found = ConcernReport.objects.filter(registered_at=None).first()
    if found is None:
        facts = told(arrived_at=NOW, channel="form")
        found = submit_report(facts, SCHOOL, [NOVA], agency_id=world.social.pk, by=None, at=NOW)
    return {"ref": found.ref}


def open_form(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {"kommun": world.kommun.code, "ref": world.social.ref}


def sent(world: World) -> Mapping[str, Any]:
    return {
        **typed(world),
        "name": "Berit Ros",
        "workplace": "Bussenhusskolan",
        "contact": "08-123",
        "stamp": new_stamp(at=NOW - timedelta(minutes=3)),
    }


INES = status(("ines",))
ANYBODY = status(EVERYBODY)


def registered(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {
        "arrived_at": "2026-03-02T09:00:00+01:00",
        "channel": "phone",
        "facts": "Har setts med äldre killar.",
        "reporter": {"category": "school"},
        "children": [{"about": "omkring 14 år"}],
    }


def submitted(world: World) -> Mapping[str, Any]:
    arrange(world)
    return {
        "agency": world.social.ref,
        "facts": "Har setts med äldre killar.",
        "reporter": {"category": "school", "name": "Berit", "contact": "08-123"},
        "children": [{"about": "omkring 14 år"}],
    }


NOVAS = body(given_name="Nova", family_name="Rask", birth_date="2012-02-01")
SCREEN = {"fia": 403}

ROWS = [
    Row(route="triage:report_new", kwargs=arranged, expect=status(TAKERS), others=403),
    Row(
        route="triage:report_new",
        kwargs=arranged,
        query="?utkast=nej",
        expect=status(("kim", "ines", "olof"), 404) | {"otto": 200},
        others=403,
    ),
    Row(
        route="triage:report_new",
        method="POST",
        kwargs=arranged,
        data=by_ines,
        expect={"ines": 302, "kim": 302, "olof": 302, "otto": 200},
        others=403,
        anonymous=401,
    ),
    Row(
        route="triage:report_draft",
        method="POST",
        data=autosaved,
        expect=status(TAKERS),
        others=403,
        anonymous=401,
    ),
    Row(route="triage:draft_discard", method="POST", kwargs=draft, expect={"ines": 302}, anonymous=401),
    Row(route="triage:report", kwargs=report, expect=INES),
    Row(route="triage:report", method="POST", kwargs=report, expect=INES, anonymous=401),
    Row(route="triage:report_receive", method="POST", kwargs=waiting, expect={"ines": 302}, anonymous=401),
    Row(route="triage:concern", kwargs=concern, expect=INES),
    Row(route="triage:concern", kwargs=unknown_child, expect=INES),
    Row(route="triage:identify", kwargs=unknown_child, expect=INES),
    Row(route="triage:identify", method="POST", kwargs=unknown_child, data=known, expect={"ines": 409}, anonymous=401),
    Row(route="triage:hand_over", kwargs=concern, expect=INES),
    Row(route="triage:hand_over", method="POST", kwargs=concern, data=to_ivar, expect={"ines": 302}, anonymous=401),
    # Ines registered it herself and owns it since then.
    Row(route="triage:receive", method="POST", kwargs=concern, expect={"ines": 409}, anonymous=401),
    Row(route="triage:external", expect=ANYBODY, anonymous=200),
    Row(route="triage:external_form", kwargs=open_form, expect=ANYBODY, anonymous=200),
    Row(
        route="triage:external_form",
        method="POST",
        kwargs=open_form,
        data=sent,
        expect=status(EVERYBODY, 302),
        anonymous=302,
    ),
    Row(
        route="triage:external_thanks",
        kwargs=lambda world: {"number": "O-2026-0001"},
        expect=ANYBODY,
        anonymous=200,
    ),
    # The API
    look("concern_reports", nothing, status(tuple(n for n in EVERYBODY if n != "fia")) | SCREEN),
    look("concern_reports", nothing, {**status(EVERYBODY), **SCREEN}, "?waiting=true"),
    call(
        "concern_reports",
        arranged,
        status(("ines", "kim", "olof"), 201) | {"otto": 422},
        others=403,
        json=registered,
    ),
    look("concern_report", report, INES | SCREEN),
    call(
        "concern_report_receive",
        waiting,
        INES | SCREEN,
        headers=read_by("ines", "api:concern_report", waiting),
    ),
    call(
        "concern_submissions",
        arranged,
        {**status(EVERYBODY, 201), "otto": 422, **status(("ada", "rut"), 403), **SCREEN},
        json=submitted,
    ),
    look("concern_submission", report, SCREEN),
    look("concern", concern, INES | SCREEN),
    call(
        "concern_identify",
        unknown_child,
        INES | SCREEN,
        json=NOVAS,
        headers=read_by("ines", "api:concern", unknown_child),
    ),
    call(
        "concern_hand_over",
        concern,
        {"ines": 204} | SCREEN,
        json=to_ivar,
        headers=read_by("ines", "api:concern", concern),
    ),
    call("concern_receive", concern, {"ines": 409} | SCREEN, headers=read_by("ines", "api:concern", concern)),
]
