"""Reports of concern: registering, receiving, and who owns each child's concern (P-T1, P-T10)."""

from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404

from hub import clock, personnummer
from hub.access import may, permitted
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Instant, Many, Optional, Ref, Text
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.errors import Invalid
from hub.http import HubRequest
from hub.models import Agency, Assignment, IdempotencyKey
from triage import actions
from triage.actions import ChildFacts, ReporterFacts, ReportFacts
from triage.actions.owners import TAKEN_OVER, able_to_own, candidates
from triage.api import schemas_intake as schemas
from triage.forms.intake import BY_STAFF, MOST_CHILDREN, ChildForm
from triage.models import (
    AssessmentState,
    Channel,
    ConcernReport,
    Ownership,
    PreliminaryAssessment,
    Reporter,
    ReporterCategory,
)
from triage.repeats import countable_reports
from triage.views.concern import concern_for, may_identify, may_receive, report_for
from triage.views.intake import arrangements, may_take_reports

TAG = "Orosanmälningar"


class ChildBody(Body):
    """Ett barn, så långt det är känt. Personnumret står här, aldrig i en adress (R32)."""

    given_name = Optional(max_length=120)
    family_name = Optional(max_length=120)
    personnummer = Optional(max_length=40)
    birth_date = Day(required=False, help_text="Behövs inte när numret finns.")
    about = Optional(max_length=500, help_text="Annat som visar vem det är.")
    protected = Flag(default=False)


class WhoBody(Body):
    category = Choice(choices=ReporterCategory.choices)
    workplace = Optional(max_length=120)
    protected = Flag(default=False, help_text="Bara vid fara för våld eller annat allvarligt men (26 kap. 5 § OSL).")
    wants_feedback = Flag(default=False)


class ReporterBody(WhoBody):
    name = Optional(max_length=120)
    contact = Optional(max_length=200)


class SenderBody(WhoBody):
    """Den som är skyldig att anmäla: alla kategorier utom privatperson, familj och anonym."""

    name = Text(max_length=120)
    contact = Text(max_length=200)


class ToldBody(Body):
    """Det som anmälaren har sett eller hört, skilt från vad anmälaren tror."""

    facts = Text(max_length=8000)
    judgement = Optional(max_length=4000)
    urgent = Flag(default=False)
    urgent_why = Optional(max_length=500)
    family_knows = Flag(required=False, help_text="Utelämnad: framgår inte.")
    children = Many(child=ChildBody(), allow_empty=False, max_length=MOST_CHILDREN)


class ReportBody(ToldBody):
    agency = Ref(required=False, help_text="Ur /agencies/. Utelämnad: den egna.")
    arrived_at = Instant(help_text="När anmälan nådde myndigheten, inte när den registreras.")
    channel = Choice(choices=BY_STAFF)
    reporter = ReporterBody()
    owner = Ref(required=False, help_text="Ansvarigs uppdrag. Utelämnad: den som registrerar.")


class SubmissionBody(ToldBody):
    agency = Ref(help_text="Socialtjänsten som anmälan gäller, ur /agencies/.")
    reporter = SenderBody()


class HandOverBody(Body):
    to = Ref(help_text="Den nya ansvarigas uppdrag.")
    reason = Text(max_length=300, help_text="Inget om barnets situation.")


class ReportsQuery(PageQuery):
    waiting = Flag(required=False, help_text="true: bara de som väntar på att tas emot.")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        words = {"true": True, "false": False}
        sent = {**data, "waiting": words.get(data["waiting"], data["waiting"])} if "waiting" in data else data
        return super().to_internal_value(sent)


# --- what is sent ----------------------------------------------------------------------------------------------------


def children_from(body: Data, request: HubRequest) -> list[ChildFacts]:
    """Each child by the page's own rules.

    Raises:
        Problem: 422, with the place of the child in the field's path.
    """
    found, errors = [], []
    for place, sent in enumerate(body["children"]):
        form = ChildForm(sent, on=clock.local_day(request.at))
        if form.is_valid():
            found.append(form.child())
        errors += _errors(form, f"children.{place}")
    if errors:
        raise Problem("invalid", errors=errors)
    return found


def _errors(form: BaseForm, path: str) -> list[tuple[str, str]]:
    return [
        (path if field == "__all__" else f"{path}.{field}", str(text))
        for field, texts in form.errors.items()
        for text in texts
    ]


def _told(body: Data) -> dict[str, Any]:
    names = ("facts", "judgement", "urgent", "urgent_why")
    return {name: body[name] for name in names} | {"family_knows": body.get("family_knows")}


# --- what is answered ------------------------------------------------------------------------------------------------


def concern_ref(assessment: PreliminaryAssessment) -> dict[str, Any]:
    return {
        "ref": assessment.ref,
        "position": assessment.position,
        "colour": assessment.colour,
        "state": assessment.state,
        "unit": assessment.unit.name,
    }


def report_ref(report: ConcernReport) -> dict[str, Any]:
    return {
        "ref": report.ref,
        "number": report.number,
        "agency": agency_ref(report.agency),
        "arrived_at": report.arrived_at,
        "registered_at": report.registered_at,
        "urgent": report.urgent,
    }


def version_of_report(report: ConcernReport) -> tuple[object, ...]:
    return ("report", report.pk, report.row_version)


def version_of(assessment: PreliminaryAssessment) -> tuple[object, ...]:
    received = Ownership.objects.filter(assessment=assessment, valid_to=None).values_list("received_at", flat=True)
    return ("concern", assessment.pk, assessment.row_version, *received)


def _concerns(reports: list[ConcernReport], request: HubRequest) -> dict[int, list[dict[str, Any]]]:
    rows = PreliminaryAssessment.objects.filter(report__in=reports).select_related("unit")
    found: dict[int, list[dict[str, Any]]] = {report.pk: [] for report in reports}
    for assessment in permitted(rows, request.actor, at=request.at).order_by("report", "position"):
        request.trail.show([assessment], individual=assessment.individual_id, case=assessment.case_id)
        found[assessment.report_id].append(concern_ref(assessment))
    return found


def _reporter(report: ConcernReport, request: HubRequest) -> dict[str, Any] | None:
    """A protected identity is read on the page, where opening it is a press of its own (R8)."""
    reporter = permitted(Reporter.objects.filter(report=report), request.actor, at=request.at).first()
    if reporter is None:
        return None
    request.trail.show([reporter], ground={"reporter": "category" if reporter.protected else "shown"})
    names = ("name", "workplace", "contact")
    shown = {name: None if reporter.protected else getattr(reporter, name) for name in names}
    told = {name: getattr(reporter, name) for name in ("category", "protected", "wants_feedback")}
    return told | shown


@endpoint("Orosanmälningar som du handlägger", tag=TAG, query=ReportsQuery, gives=schemas.ReportsOut)
def list_concern_reports(request: HubRequest, query: Data) -> Answer:
    """Senast inkomna först. Nummer, färg, läge och enhet: inga namn."""
    rows = permitted(ConcernReport.objects.select_related("agency"), request.actor, at=request.at)
    if "waiting" in query:
        rows = rows.filter(registered_at__isnull=query["waiting"])
    found, more = slice_of(rows, query, "-arrived_at", "-pk")
    request.trail.show(found)
    concerns = _concerns(found, request)
    results = [{**report_ref(report), "concerns": concerns[report.pk]} for report in found]
    return Answer(listed(request, results, more, query))


@endpoint("En orosanmälan", tag=TAG, gives=schemas.ReportOut, etag=True, errors=[404])
def get_concern_report(request: HubRequest, ref: UUID) -> Answer:
    """Det som berättades. Varje barn i anmälan läses för sig, på /concerns/."""
    report = report_for(request, ref)
    body = {
        **report_ref(report),
        "concerns": _concerns([report], request)[report.pk],
        "channel": report.channel,
        **{name: getattr(report, name) for name in ("facts", "judgement", "urgent_why", "family_knows")},
        "reporter": _reporter(report, request),
        "may": ["receive"] if report.registered_at is None and may_receive(request, report) else [],
    }
    return Answer(body, version_of_report(report))


def _registered(request: HubRequest, ref: UUID) -> Answer:
    """The report; for whoever registered one that is another's to read now, only its number and times."""
    report = ConcernReport.objects.select_related("agency").get(ref=ref)
    if may(report, request.actor, "read", at=request.at):
        return get_concern_report(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function
    body = {
        **report_ref(report),
        "channel": report.channel,
        **dict.fromkeys(("facts", "judgement", "urgent_why"), ""),
        **dict.fromkeys(("family_knows", "reporter")),
        "concerns": [],
        "may": [],
    }
    return Answer(body, version_of_report(report))


@endpoint(
    "Registrera en orosanmälan",
    tag=TAG,
    body=ReportBody,
    gives=schemas.ReportOut,
    makes="api:concern_report",
    show=_registered,
    errors=[404],
)
def register_concern_report(request: HubRequest, body: Data) -> UUID:
    """Av socialtjänstens mottagning, eller dess jour. Varje barn får egna tider och en egen ansvarig (P-T1)."""
    if not may_take_reports(request.actor):
        raise Problem("forbidden")
    sent = body["reporter"]
    report = actions.register_report(
        ReportFacts(arrived_at=body["arrived_at"], channel=body["channel"], **_told(body)),
        ReporterFacts(**sent),
        children_from(body, request),
        agency_id=_agency(body, request),
        owner=_owner(body, request),
        by=request.actor,
        at=request.at,
    )
    return report.ref


def _agency(body: Data, request: HubRequest) -> int:
    if "agency" not in body:
        return request.actor.agency_id
    found = arrangements(request.actor, at=request.at)
    chosen = next((row.agency_id for row in found if row.agency.ref == body["agency"]), None)
    if chosen is None:
        raise Problem("invalid", errors=[("agency", "Ni tar inte emot anmälningar för den verksamheten.")])
    return chosen


def _owner(body: Data, request: HubRequest) -> Assignment | None:
    if "owner" not in body:
        return None
    found = able_to_own(at=request.at).filter(unit__agency_id=request.actor.agency_id, ref=body["owner"]).first()
    if found is None:
        raise Problem("invalid", errors=[("owner", "Personen kan inte vara ansvarig. Välj någon annan.")])
    return found


@endpoint(
    "Ta emot en orosanmälan som kom in av sig själv",
    tag=TAG,
    gives=schemas.ReportOut,
    if_match=True,
    etag=True,
    errors=[404],
)
def receive_concern_report(request: HubRequest, ref: UUID) -> Answer:
    """Den registreras. När den kom in, och dess tider, ändras inte (R69)."""
    report = report_for(request, ref)
    unchanged(request, report, lambda: version_of_report(report))
    actions.receive_report(report, by=request.actor, at=request.at)
    return get_concern_report(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


# --- from other systems of those with a duty to report ---------------------------------------------------------------


@endpoint("Kvitto på en anmälan som du har skickat", tag=TAG, gives=schemas.ReceiptOut, etag=True, errors=[404])
def get_concern_submission(request: HubRequest, ref: UUID) -> Answer:
    """Numret och när den kom in, i 24 timmar. Inget om vad som händer med den."""
    sent = IdempotencyKey.objects.filter(user=request.user, made=ref, route="api:concern_submissions")
    report = ConcernReport.objects.filter(ref=ref).first() if sent.exists() else None
    if report is None:
        raise Http404("submission")
    body = {"ref": ref, "number": report.number, "arrived_at": report.arrived_at}
    return Answer(body, ("submission", report.pk))


@endpoint(
    "Skicka en orosanmälan från ett annat system",
    tag=TAG,
    body=SubmissionBody,
    gives=schemas.ReceiptOut,
    makes="api:concern_submission",
    show=get_concern_submission,
    errors=[404],
)
def submit_concern(request: HubRequest, body: Data) -> UUID:
    """För verksamheter med anmälningsplikt. Den har kommit in nu. Vid fara: ring 112, ingen läser genast."""
    agency = Agency.objects.filter(ref=body["agency"], serves=request.actor.municipality_id).first()
    if agency is None:
        raise Problem("invalid", errors=[("agency", "Verksamheten finns inte i kommunen.")])
    facts = ReportFacts(arrived_at=request.at, channel=Channel.API, **_told(body))
    children = children_from(body, request)
    reporter = ReporterFacts(**body["reporter"])
    report = actions.submit_report(facts, reporter, children, agency_id=agency.pk, by=request.actor, at=request.at)
    return report.ref


# --- one child of a report -------------------------------------------------------------------------------------------


@endpoint("Ett barn i en orosanmälan", tag=TAG, gives=schemas.ConcernOut, etag=True, errors=[404])
def get_concern(request: HubRequest, ref: UUID) -> Answer:
    found = concern_for(request, ref)
    owned = Ownership.objects.filter(assessment=found, valid_to=None).first()
    held = found.owner
    body = {
        **concern_ref(found),
        "report": report_ref(found.report),
        **{name: getattr(found, name) for name in ("given_name", "family_name", "birth_date", "about", "protected")},
        "personnummer_masked": personnummer.masked(found.personnummer) if found.personnummer else "",
        "case": found.case.ref if found.case else None,
        "owner": {
            "name": held.user.name,
            "unit": held.unit.name,
            "since": owned.valid_from if owned else None,
            "received_at": owned.received_at if owned else None,
        },
        "earlier_reports": countable_reports(found, request.actor, at=request.at).values("report").distinct().count(),
        "may": _may(found, owned, request),
    }
    return Answer(body, version_of(found))


def _may(found: PreliminaryAssessment, owned: Ownership | None, request: HubRequest) -> list[str]:
    if found.state != AssessmentState.OPEN or not may(found, request.actor, "handle", at=request.at):
        return []
    identifies = found.case_id is None and may_identify(found, request.actor)
    mine = owned is not None and owned.assignment_id == request.actor.assignment_id and owned.received_at is None
    return [word for word, yes in (("identify", identifies), ("hand_over", True), ("receive", mine)) if yes]


def _handled(request: HubRequest, ref: UUID) -> PreliminaryAssessment:
    found = concern_for(request, ref, "handle")
    unchanged(request, found, lambda: version_of(found))
    return found


@endpoint(
    "Koppla en orosanmälan till barnet",
    tag=TAG,
    body=ChildBody,
    gives=schemas.ConcernOut,
    if_match=True,
    etag=True,
    errors=[404],
)
def identify_concern(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Skicka det som är känt om barnet. Finns personnumret hos er används barnet som redan är registrerat (P-A6)."""
    found = _handled(request, ref)
    form = ChildForm(body, on=clock.local_day(request.at))
    require_valid(form)
    actions.describe_child(found, form.child(), row_version=found.row_version, by=request.actor, at=request.at)
    if may(found, request.actor, "handle", at=request.at):
        actions.identify(found, by=request.actor, at=request.at)
    if may(found, request.actor, "read", at=request.at):
        return get_concern(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function
    return _taken_over(found, request)


def _taken_over(found: PreliminaryAssessment, request: HubRequest) -> Answer:
    """Of a concern that is another's now: nothing that the caller did not know before (P-A15)."""
    body = {
        **concern_ref(found),
        "report": report_ref(found.report),
        **dict.fromkeys(("given_name", "family_name", "about", "personnummer_masked"), ""),
        **dict.fromkeys(("birth_date", "case")),
        "protected": False,
        "owner": {"name": TAKEN_OVER, "unit": found.unit.name, "since": request.at, "received_at": None},
        "earlier_reports": 0,
        "may": [],
    }
    return Answer(body, version_of(found))


@endpoint("Lämna över en orosanmälan", tag=TAG, body=HandOverBody, if_match=True, status=204, errors=[404])
def hand_over_concern(request: HubRequest, body: Data, ref: UUID) -> None:
    """Den nya är ansvarig genast och ska kvittera. Ingen anmälan är utan ansvarig (P-T10)."""
    found = _handled(request, ref)
    to = candidates(found, at=request.at).select_related("unit").filter(ref=body["to"]).first()
    if to is None:
        raise Invalid({"to": "Personen kan inte ta över anmälan. Välj någon annan."})
    actions.hand_over(found, to=to, reason=body["reason"], by=request.actor, at=request.at)


@endpoint("Kvittera att du har tagit över", tag=TAG, gives=schemas.ConcernOut, if_match=True, etag=True, errors=[404])
def receive_concern(request: HubRequest, ref: UUID) -> Answer:
    found = _handled(request, ref)
    actions.receive_ownership(found, by=request.actor, at=request.at)
    return get_concern(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


concern_reports = resource("ConcernReports", get=list_concern_reports, post=register_concern_report)
concern_report = resource("ConcernReport", get=get_concern_report)
report_receipt = resource("ConcernReportReceive", post=receive_concern_report)
submissions = resource("ConcernSubmissions", post=submit_concern)
submission = resource("ConcernSubmission", get=get_concern_submission)
concern = resource("Concern", get=get_concern)
identification = resource("ConcernIdentify", post=identify_concern)
handing_over = resource("ConcernHandOver", post=hand_over_concern)
receipt = resource("ConcernReceive", post=receive_concern)
