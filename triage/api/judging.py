"""Protection assessments, colours and the questions that suggest one (P-T2, P-T3), for other systems."""

from typing import Any
from uuid import UUID

from rest_framework import serializers as s

from hub.access import find, permitted, require
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Flag, Instant, Optional, Ref, Text
from hub.api.pages import listed
from hub.api.schemas import Out, PageOut
from hub.errors import Invalid
from hub.http import HubRequest
from hub.models import Agency
from triage import actions, sla
from triage.forms.judging import ConfirmForm
from triage.judging import protections_of, questions_in_force
from triage.models import (
    Colour,
    ColourChange,
    PreliminaryAssessment,
    ProtectionAssessment,
    ProtectionOutcome,
    QuestionSet,
)
from triage.suggestion import NO, UNKNOWN, YES, suggest
from triage.views.judging import ROWS, handled

TAG = "Orosanmälningar"
ANSWERS = [(YES, "Ja"), (NO, "Nej"), (UNKNOWN, "Vet inte")]


class Answers(s.DictField):
    """Question code → answer."""

    default_error_messages = {"not_a_dict": "Skicka ett objekt med frågornas koder."}

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Choice(choices=ANSWERS), **options)


class ProtectionBody(Body):
    outcome = Choice(choices=ProtectionOutcome.choices)
    reasons = Text(max_length=4000)
    measures = Optional(max_length=4000, help_text="Behövs när barnet behöver skydd.")
    assessed_at = Instant(required=False, help_text="Utelämnad: nu.")


class ColourBody(Body):
    colour = Choice(choices=Colour.choices)
    reason = Optional(max_length=1000, help_text="Behövs när färgen ändras eller är lägre än förslaget.")
    question_set = Ref(required=False, help_text="Frågorna som svaren hör till. Utelämnad: inga svar.")
    answers = Answers(default=dict)


class SuggestionBody(Body):
    answers = Answers()


class ConfirmBody(Body):
    agreed = Flag()
    note = Optional(max_length=1000, help_text="Behövs när svaret är nej.")


class QuestionsQuery(Body):
    agency = Ref(required=False, help_text="Utelämnad: den egna verksamheten. Jouren skickar den som den har jour för.")


class ProtectionOut(Out):
    ref = s.UUIDField()
    outcome = s.ChoiceField(ProtectionOutcome.choices)
    reasons = s.CharField()
    measures = s.CharField()
    assessed_by = s.CharField()
    assessed_at = s.DateTimeField()
    recorded_at = s.DateTimeField()


class ProtectionsOut(PageOut):
    results = ProtectionOut(many=True)


class ColourOut(Out):
    ref = s.UUIDField(help_text="Barnets förhandsbedömning.")
    colour = s.CharField(help_text="Tom: ingen har bedömt.")
    arrived_at = s.DateTimeField(help_text="Flyttas aldrig, vilken färg som än sätts.")


class ColourChangeOut(Out):
    ref = s.UUIDField()
    was = s.CharField()
    colour = s.ChoiceField(Colour.choices)
    reason = s.CharField()
    question_set = s.UUIDField(allow_null=True)
    answers = s.DictField(child=s.ChoiceField(ANSWERS))
    suggested = s.CharField()
    set_by = s.CharField()
    set_at = s.DateTimeField()
    downgrade = s.BooleanField()
    confirm_by = s.DateTimeField(allow_null=True, help_text="När en annan senast ska ha granskat en sänkning.")
    confirmed_by = s.CharField(allow_null=True)
    confirmed_at = s.DateTimeField(allow_null=True)
    agreed = s.BooleanField(allow_null=True)
    confirm_note = s.CharField()


class ColourHistoryOut(PageOut):
    results = ColourChangeOut(many=True)


class TriageQuestionOut(Out):
    code = s.CharField()
    text = s.CharField()
    help = s.CharField()
    colour = s.ChoiceField(Colour.choices)
    explanation = s.CharField()


class TriageQuestionSetOut(Out):
    ref = s.UUIDField()
    version = s.IntegerField()
    valid_from = s.DateTimeField()
    decision = s.CharField()
    questions = TriageQuestionOut(many=True)


class SuggestionOut(Out):
    colour = s.ChoiceField(Colour.choices)
    because = s.ListField(child=s.CharField())
    unknown = s.ListField(child=s.CharField())
    question_set = s.UUIDField()


def protection_body(made: ProtectionAssessment) -> dict[str, Any]:
    return {
        "ref": made.ref,
        "outcome": made.outcome,
        "reasons": made.reasons,
        "measures": made.measures,
        "assessed_by": made.assessed_by.user.name,
        "assessed_at": made.assessed_at,
        "recorded_at": made.recorded_at,
    }


def version_of(assessment: PreliminaryAssessment) -> tuple[object, ...]:
    return ("concern", assessment.pk, assessment.row_version)


def colour_body(assessment: PreliminaryAssessment) -> dict[str, Any]:
    return {"ref": assessment.ref, "colour": assessment.colour, "arrived_at": assessment.report.arrived_at}


def change_body(change: ColourChange) -> dict[str, Any]:
    return {
        "ref": change.ref,
        "was": change.was,
        "colour": change.colour,
        "reason": change.reason,
        "question_set": change.question_set.ref if change.question_set else None,
        "answers": change.answers,
        "suggested": change.suggested,
        "set_by": change.set_by.user.name,
        "set_at": change.set_at,
        "downgrade": change.downgrade,
        "confirm_by": sla.confirmation_due(change.set_at) if change.downgrade else None,
        "confirmed_by": change.confirmed_by.user.name if change.confirmed_by else None,
        "confirmed_at": change.confirmed_at,
        "agreed": change.agreed,
        "confirm_note": change.confirm_note,
    }


def _read(request: HubRequest, ref: UUID) -> PreliminaryAssessment:
    """The concern, for whoever may read it; the reading is recorded."""
    assessment = find(ROWS, request.actor, at=request.at, ref=ref)
    request.trail.show(
        [assessment, assessment.report],
        individual=assessment.individual_id,
        case=assessment.case_id,
        ground={"rule": "concern"},
    )
    return assessment


# --- protection ------------------------------------------------------------------------------------------------------


@endpoint("Skyddsbedömningar av ett barn", tag=TAG, gives=ProtectionsOut, errors=[404])
def list_protections(request: HubRequest, ref: UUID) -> Answer:
    """Senast först. Den första stoppar klockan, senare står bredvid."""
    found = protections_of(_read(request, ref), request.actor, at=request.at)
    request.trail.show(found)
    return Answer(listed(request, [protection_body(made) for made in found]))


@endpoint("En skyddsbedömning", tag=TAG, gives=ProtectionOut, errors=[404])
def get_protection(request: HubRequest, ref: UUID) -> Answer:
    rows = ProtectionAssessment.objects.select_related("assessed_by__user", "assessment")
    made = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([made], individual=made.assessment.individual_id, case=made.assessment.case_id)
    return Answer(protection_body(made), ("protection", made.pk))


@endpoint(
    "Skriv ned en skyddsbedömning",
    tag=TAG,
    body=ProtectionBody,
    gives=ProtectionOut,
    makes="api:protection_assessment",
    show=get_protection,
    errors=[404],
)
def assess_protection(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Ska göras genast, vid varje färg (20 kap. 1 § SoL)."""
    assessment = handled(request, ref)
    sent = {"assessed_at": request.at, **body}
    return actions.assess_protection(assessment, **sent, by=request.actor, at=request.at).ref


# --- colour ----------------------------------------------------------------------------------------------------------


@endpoint("Färgen som gäller", tag=TAG, gives=ColourOut, etag=True, errors=[404])
def get_colour(request: HubRequest, ref: UUID) -> Answer:
    assessment = _read(request, ref)
    return Answer(colour_body(assessment), version_of(assessment))


@endpoint("Sätt färg", tag=TAG, body=ColourBody, gives=ColourOut, if_match=True, errors=[404])
def set_colour(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Som en människa har bedömt det. En sänkning gäller genast, och någon annan granskar den efteråt."""
    assessment = handled(request, ref)
    unchanged(request, assessment, lambda: version_of(assessment))
    asked = _questions(request, assessment.report.agency_id, body.get("question_set"))
    judged = actions.Judged(colour=body["colour"], reason=body["reason"], question_set=asked, answers=body["answers"])
    actions.set_colour(assessment, judged, row_version=assessment.row_version, by=request.actor, at=request.at)
    return get_colour(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _questions(request: HubRequest, agency_id: int, ref: UUID | None) -> QuestionSet | None:
    """The questions that hold now, which must be those that were answered.

    Raises:
        Invalid: another version.
    """
    if ref is None:
        return None
    asked = questions_in_force(agency_id, at=request.at)
    if asked is None or asked.ref != ref:
        raise Invalid({"question_set": "Frågorna gäller inte nu. Hämta dem på nytt."})
    return asked


@endpoint("Alla färger som har satts", tag=TAG, gives=ColourHistoryOut, errors=[404])
def colour_history(request: HubRequest, ref: UUID) -> Answer:
    """Senast först, med skäl, svar, förslag och granskning."""
    assessment = _read(request, ref)
    rows = permitted(ColourChange.objects.filter(assessment=assessment), request.actor, at=request.at)
    rows = rows.select_related("set_by__user", "confirmed_by__user", "question_set")
    found = list(rows.order_by("-set_at", "-pk"))
    request.trail.show(found)
    return Answer(listed(request, [change_body(change) for change in found]))


@endpoint("Granska en sänkt färg", tag=TAG, body=ConfirmBody, gives=ColourChangeOut, scope="write", errors=[404])
def confirm_colour(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Av en annan än den som sänkte. Den som inte håller med sätter sedan själv rätt färg."""
    rows = ColourChange.objects.filter(downgrade=True)
    rows = rows.select_related("set_by__user", "confirmed_by__user", "question_set", "assessment")
    change = find(rows, request.actor, at=request.at, ref=ref)
    require(change.assessment, request.actor, "handle", at=request.at)
    require_valid(ConfirmForm({"agreed": "ja" if body["agreed"] else "nej", "note": body["note"]}))
    actions.confirm_downgrade(change, **body, by=request.actor, at=request.at)
    request.trail.show([change], individual=change.assessment.individual_id, case=change.assessment.case_id)
    return Answer(change_body(rows.get(pk=change.pk)))


# --- questions -------------------------------------------------------------------------------------------------------


@endpoint("Frågorna som gäller", tag=TAG, query=QuestionsQuery, gives=TriageQuestionSetOut, errors=[404])
def current_questions(request: HubRequest, query: Data) -> Answer:
    """Ett ja talar för färgen. Inget räknas ihop."""
    agency_id = request.actor.agency_id
    if (ref := query.get("agency")) is not None:
        agency_id = Agency.objects.filter(ref=ref).values_list("pk", flat=True).first() or 0
    asked = questions_in_force(agency_id, at=request.at)
    found = find(QuestionSet.objects.all(), request.actor, at=request.at, pk=asked.pk if asked else None)
    request.trail.show([found])
    names = ("code", "text", "help", "colour", "explanation")
    questions = [{name: getattr(question, name) for name in names} for question in found.questions.all()]
    body = {"ref": found.ref, "version": found.version, "valid_from": found.valid_from, "decision": found.decision}
    return Answer({**body, "questions": questions})


@endpoint("Vad svaren talar för", tag=TAG, body=SuggestionBody, gives=SuggestionOut, scope="read", errors=[404, 422])
def suggestion(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Ett förslag med skäl. Inget sparas, och färgen sätts av en människa."""
    assessment = handled(request, ref)
    asked = questions_in_force(assessment.report.agency_id, at=request.at)
    if asked is None:
        raise Invalid("Verksamheten har inga frågor som gäller.")
    questions = list(asked.questions.all())
    if unknown := sorted(set(body["answers"]) - {question.code for question in questions}):
        raise Invalid({f"answers.{code}": "Frågan finns inte." for code in unknown})
    found = suggest(questions, body["answers"])
    return Answer(
        {
            "colour": found.colour.value,
            "because": found.because,
            "unknown": found.unknown,
            "question_set": asked.ref,
        }
    )


protections = resource("ProtectionAssessments", get=list_protections, post=assess_protection)
protection = resource("ProtectionAssessment", get=get_protection)
colour = resource("ConcernColour", get=get_colour, post=set_colour)
history = resource("ConcernColourHistory", get=colour_history)
confirm = resource("ColourChangeConfirm", post=confirm_colour)
questions = resource("CurrentQuestions", get=current_questions)
suggested = resource("ConcernSuggestion", post=suggestion)
