"""Whatever is sent, the API answers as its schema says: never a 5xx, nothing undocumented, nothing to nobody.

Calls are made up from the schema, half of them deliberately against it, half of them on rows that exist: Elias' own,
and those of a concern about Nova; each is made in process and rolled back, so that all of them meet the same world.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import schemathesis
from django.db import transaction
from django.test.client import Client, ClientHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from consent.models import Withdrawal
from hub.models import CaseSeat, IdempotencyKey
from hub.views.api_docs import schema_of
from tests.asking import ask, investigate
from tests.cast import NOW, World, draft_paper, write
from tests.concern_rows import every_kind_of_concern
from tests.decisions import ready
from tests.disclosing import give
from tests.plans import goal_of, measure_of, plan_of
from triage import actions
from triage.models import (
    CallChild,
    FamilyTask,
    HubCall,
    Investigation,
    KnowledgeCheck,
    ProtectionAssessment,
    QuestionSet,
)

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
Environ = dict[str, Any]
Judge = Callable[[Any, GenerationMode, bool], None]


class RolledBack:
    """The product as a WSGI application that sends one key, and whose every request is undone."""

    def __init__(self, world: World) -> None:
        self.world, self.inner, self.secret = world, ClientHandler(enforce_csrf_checks=True), ""

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterator[bytes]:
        environ.pop("HTTP_COOKIE", None)
        environ.pop("HTTP_AUTHORIZATION", None)
        if self.secret:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.secret}"
        environ["SERVER_NAME"] = environ["HTTP_HOST"] = "testserver"
        with transaction.atomic():
            response: Any = self.inner(environ)
            transaction.set_rollback(True)
        self.world.look()
        start(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        return iter([response.content])

    def read(self, secret: str, address: str) -> Mapping[str, str]:
        """The headers of what this key reads at an address."""
        with transaction.atomic():
            sent = {"Authorization": f"Bearer {secret}"} if secret else {}
            headers = Client(headers=sent).get(address).headers
            transaction.set_rollback(True)
        self.world.look()
        return headers


def lived_in(world: World) -> Mapping[str, Any]:
    """First part of an address → a row of Elias', or of a concern, that stands there."""
    write(world, "sam", "attendance")
    stopped = Withdrawal.objects.create(
        municipality=world.kommun,
        consent=world.consent_of(world.leisure),
        withdrawn_at=NOW,
        channel="phone",
        cuts=False,
        recorded_by=world.kim.assignment,
    )
    return {
        "individuals": world.elias.ref,
        "cases": world.case.ref,
        "past-cases": world.case.ref,
        "relatives": world.eva.ref,
        "seats": CaseSeat.objects.get(kind="deputy").ref,
        "participations": world.parties["police"].ref,
        "items": write(world, "kim", "measures_and_plan", record=False).ref,
        "consents": draft_paper(world).ref,
        "withdrawals": stopped.ref,
        "inquiries": ask(world, investigate(world), of="other_police").ref,
        "disclosures": give(world, write(world, "kim", "home_and_family"), to="pia", ground="youth_crime_risk").ref,
        **of_a_concern(world),
        **of_a_plan(world),
    }


def of_a_plan(world: World) -> Mapping[str, Any]:
    """Elias' plan with a goal and Kim's measure."""
    plan = plan_of(world)
    return {"plans": plan.ref, "goals": goal_of(world, plan).ref, "measures": measure_of(world, plan).ref}


def of_a_concern(world: World) -> Mapping[str, Any]:
    """Nova's concern, ready to be decided on, its colour lowered; of another one a row of what comes after."""
    after = {"assessment__report": every_kind_of_concern(world)}
    concern = ready(world)
    for colour, reason in (("red", ""), ("orange", "Hon är hos mormor.")):
        judged = actions.Judged(colour=colour, reason=reason)
        actions.set_colour(concern, judged, row_version=concern.row_version, by=world.ines.actor, at=NOW)
    asked = KnowledgeCheck.objects.create(
        municipality=world.kommun,
        assessment=concern,
        unit=world.youth_unit,
        asked_as="own",
        asked_by=world.ines.assignment,
        asked_at=NOW,
    )
    sent = "api:concern_submissions"
    IdempotencyKey.objects.create(
        user=world.kim.user, key="sent", route=sent, fingerprint="", made=concern.report.ref, sent_at=NOW
    )
    return {
        "concern-reports": concern.report.ref,
        "concerns": concern.ref,
        "concern-submissions": concern.report.ref,
        "colour-changes": concern.colours.get(downgrade=True).ref,
        "knowledge-checks": asked.ref,
        "hub-calls": HubCall.objects.get(state="open").ref,
        "family-tasks": FamilyTask.objects.get(**after).ref,
        "investigations": Investigation.objects.get(**after).ref,
        "protection-assessments": ProtectionAssessment.objects.get(**after).ref,
    }


def named(world: World) -> Mapping[str, Any]:
    """Field or part of an address → what stands there where a made-up call is about Elias."""
    return {
        "agency": world.school.ref,
        "receiver": world.social.ref,
        "recipient": world.police.ref,
        "disclosing": world.school.ref,
        "individual": world.elias.ref,
        "case": world.case.ref,
        "person": world.emil.person.ref,
        "guardian": world.emil.person.ref,
        "contact": world.peo.assignment.ref,
        "assignment": world.olof.assignment.ref,
        "item": write(world, "kim", "home_and_family").ref,
        "readers": world.pia.assignment.ref,
        "responsible": world.kim.assignment.ref,
        "ground": "youth_crime_risk",
        "type": "measures_and_plan",
        "types": "measures_and_plan",
        "form": "SIG",
        "phase": "insats",
        "investigator": world.olof.assignment.ref,
        "owner": world.ines.assignment.ref,
        "to": world.ivar.assignment.ref,
        "question_set": QuestionSet.objects.get().ref,
        "agencies": world.police.ref,
        "more": world.youth_unit.ref,
        "child": CallChild.objects.get().ref,
    }


def about_elias(sent: Any, known: Mapping[str, Any], field: str = "") -> Any:
    """What was made up, with real references where their kind is known; everything else stays as it was."""
    if isinstance(sent, dict):
        return {name: about_elias(value, known, str(name)) for name, value in sent.items()}
    if isinstance(sent, list):
        return [about_elias(value, known, field) for value in sent]
    return str(known[field]) if isinstance(sent, str) and field in known else sent


def fuzz(
    world: World, secrets: Mapping[str, str], *, examples: int, sent: Counter[tuple[str, int]] | None = None
) -> list[str]:
    """Call every operation as each of these (name → key, or "" for nobody); returns what was against the schema.

    Args:
        sent: counts the calls of each of them by status.
    """
    sent = Counter() if sent is None else sent
    known, fields, read = lived_in(world), named(world), dict[tuple[str, str], str]()
    schema = schemathesis.openapi.from_dict(deepcopy(schema_of()))
    schema.app = app = RolledBack(world)
    wrong: list[str] = []

    def etag(secret: str, address: str) -> str:
        """As this key reads what stands at the address or above it; nothing is ever changed, so once is enough."""
        if (secret, address) not in read:
            above = "/".join(address.split("/")[:5]) + "/"
            found = [app.read(secret, one).get("ETag", "") for one in (address, above)]
            read[secret, address] = next(filter(None, found), '"x"')
        return read[secret, address]

    def judge(case: Any, mode: GenerationMode, real: bool) -> None:
        as_asked = mode is GenerationMode.POSITIVE
        checks = CHECKS if as_asked or real else [*CHECKS, negative_data_rejection]
        for name, secret in secrets.items():
            app.secret = secret
            if real and "If-Match" in (case.headers or {}):
                case.headers["If-Match"] = etag(secret, case.formatted_path)
            response = case.call()
            sent[name or "nobody", response.status_code] += 1
            where = f"{case.operation.label} as {name or 'nobody'}"
            if not secret and response.status_code < 400:
                wrong.append(f"{where}: {response.status_code}")
            try:
                case.validate_response(response, checks=checks)
            except Exception as failure:
                wrong.append(f"{where}: {failure}"[:1500])

    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result.err()
        operation = result.ok()
        for mode in MODES:
            make_up(operation, mode, known, fields, judge, examples)
    return wrong


def make_up(
    operation: Any,
    mode: GenerationMode,
    known: Mapping[str, Any],
    fields: Mapping[str, Any],
    judge: Judge,
    examples: int,
) -> None:
    """Some calls of one operation, as the schema asks or deliberately not.

    The first call of each is what is simplest: what is asked as it should be is then asked of rows that exist, and
    what is not is held against the schema.
    """
    as_asked = mode is GenerationMode.POSITIVE
    try:
        cases = operation.as_strategy(generation_mode=mode)
    except Exception:  # an operation that cannot be sent wrongly
        if as_asked:
            raise
        return

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=cases, real=st.sampled_from([as_asked, not as_asked]))
    def calls(case: Any, real: bool) -> None:
        place = operation.path.removeprefix("/api/v1/").partition("/")[0]
        if real and place in known and case.path_parameters and "ref" in case.path_parameters:
            case.path_parameters["ref"] = str(known[place])
            if "agency" in case.path_parameters:
                case.path_parameters["agency"] = str(fields["agency"])
        if real and isinstance(case.body, dict):
            receives = {"agency": fields["receiver"]} if place.startswith("concern") else {}
            case.body = about_elias(case.body, {**fields, **receives})
        judge(case, mode, real)

    calls()
