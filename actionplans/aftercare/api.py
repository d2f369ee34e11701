"""The end of a case and what follows it: the same verbs and the same rules as the pages (P-P6)."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import URLPattern, path

from actionplans import actions
from actionplans.actions.aftergroups import require_manager
from actionplans.actions.closing import held_meetings, needs_left, open_measures
from actionplans.aftercare import queries, schemas
from actionplans.aftercare.standing import parties, signers
from actionplans.models import AfterAnswer, AfterGroup, AfterPaper, AfterQuestion, Asked, Closing, Handover, Taker, Told
from actionplans.views.aftercare import cared_for
from actionplans.views.aftergroups import police_of
from actionplans.views.closing import case_at_its_end, closing_of
from consent.actions import SignerAnswer
from consent.models import Answer as Signed
from consent.models import SignedHow, WithdrawalChannel
from hub.access import find, permitted, require
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text, Whole
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.models import Agency, CaseForm, Unit
from hub.views.cases import case_for

TAG = "Avslut och uppföljning"
CHANNELS = [one for one in WithdrawalChannel.choices if one[0] != WithdrawalChannel.STOP]
SIGNED = [one for one in Signed.choices if one[0] in (Signed.GIVEN, Signed.REFUSED)]


class ClosingBody(Body):
    row_version = Whole(min_value=0, help_text="0 första gången.")
    meeting = Ref(required=False, allow_null=True, default=None)
    no_meeting_reason = Optional(max_length=500)
    family_text = Text(max_length=3000)


class HandoverBody(Body):
    text = Text(max_length=300)
    taker = Choice(choices=Taker.choices)
    measure = Ref(required=False, allow_null=True, default=None)
    need = Ref(required=False, allow_null=True, default=None)
    to_unit = Ref(required=False, allow_null=True, default=None)
    to_agency = Ref(required=False, allow_null=True, default=None)
    to_whom = Optional(max_length=120)
    from_day = Day(required=False, allow_null=True, default=None)
    reason = Optional(max_length=500)
    family_barred = Flag(required=False, default=False)


class AskedBody(Body):
    what = Choice(choices=Asked.choices)
    agency = Ref(required=False, allow_null=True, default=None, help_text="Tomt är den unge själv.")


class AfterPaperBody(Body):
    questions = Many(child=AskedBody(), min_length=1, max_length=20)


class AfterSignBody(Body):
    signer = Text(max_length=60, help_text="Ur to_sign.")
    answer = Choice(choices=SIGNED)
    ticks = Many(child=Ref(), required=False, default=list, max_length=20, help_text="Frågorna som är kryssade.")
    how = Choice(choices=SignedHow.choices, default=SignedHow.PAPER)
    written_on = Day(required=False, allow_null=True, default=None)
    voluntary = Flag(required=False, default=False)
    witness = Optional(max_length=120)
    note = Optional(max_length=1000)


class AfterWithdrawBody(Body):
    channel = Choice(choices=CHANNELS)


class AfterAnswerBody(Body):
    value = Choice(choices=Told.choices)
    told_on = Day()
    told_by = Optional(max_length=120)


class AfterCorrectionBody(Body):
    value = Choice(choices=Told.choices)
    why = Text(max_length=500)


class AfterGroupBody(Body):
    form = Choice(choices=CaseForm.choices)
    first_day = Day()
    last_day = Day()
    months = Whole(help_text="6 eller 12.")
    agency = Ref()


class AfterGroupCountBody(Body):
    count = Whole(required=False, allow_null=True, default=None, help_text="Tomt: lämnas inte ut.")
    counted = Whole(required=False, allow_null=True, default=None, help_text="Bland hur många ärenden det är räknat.")
    delivered_on = Day()
    delivered_by = Text(max_length=120)


# --- the end ---------------------------------------------------------------------------------------------------------


@endpoint("Avslutet av ett ärende", tag=TAG, gives=schemas.ClosingOut, etag=True, errors=[404])
def get_closing(request: HubRequest, ref: UUID) -> Answer:
    """Allt för den ansvariga verksamheten; för andra det som de själva tar över, så länge de får läsa det."""
    case = case_at_its_end(request, ref)
    end = queries.end_of(case, request.actor, at=request.at)
    if not (end.leads or end.closing or end.lines):
        raise Http404("closing")
    request.trail.show(end.objects)
    closing = end.closing
    return Answer(
        {
            "case": case.ref,
            "row_version": closing.row_version if closing else 0,
            "meeting": closing.meeting.ref if closing and closing.meeting else None,
            "no_meeting_reason": closing.no_meeting_reason if closing else "",
            "family_text": closing.family_text if closing else "",
            "sealed_at": closing.sealed_at if closing else None,
            "handovers": [_line(one) for one in end.lines],
            "unsaid": len(end.measures) + len(end.needs),
        },
        _version(closing) if closing and end.leads else (),
    )


def _version(closing: Closing) -> tuple[object, ...]:
    """What whoever leads the case changes: the closing itself and its lines."""
    return (closing.ref, closing.row_version, *closing.handovers.order_by("pk").values_list("ref", flat=True))


def _line(line: queries.Line) -> dict[str, Any]:
    row = line.row
    return {
        "ref": row.ref,
        "text": row.text,
        "taker": row.taker,
        "who": line.who,
        "from_day": row.from_day,
        "family_barred": row.family_barred,
    }


def _chosen(rows: Any, ref: UUID | None, field: str) -> Any:
    """The row that was named among those one may name, or None where none was."""
    if ref is None:
        return None
    found = rows.filter(ref=ref).first()
    if found is None:
        raise Problem("invalid", errors=[(field, "Det du har valt finns inte att välja här.")])
    return found


@endpoint(
    "Skriv avslutet",
    tag=TAG,
    body=ClosingBody,
    gives=schemas.ClosingOut,
    makes="api:case_closing",
    show=get_closing,
    errors=[404],
)
def write_closing(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Första gången, och igen för att ändra det innan ärendet avslutas."""
    case = case_for(request, ref, "lead")
    meetings = permitted(held_meetings(case), request.actor, at=request.at)
    facts = actions.ClosingFacts(
        family_text=body["family_text"],
        meeting=_chosen(meetings, body["meeting"], "meeting"),
        no_meeting_reason=body["no_meeting_reason"],
    )
    actions.write_closing(case, facts, row_version=body["row_version"], by=request.actor, at=request.at)
    return case.ref


@endpoint(
    "Säg vem som tar över",
    tag=TAG,
    body=HandoverBody,
    gives=schemas.ClosingOut,
    makes="api:case_closing",
    show=get_closing,
    errors=[404],
)
def add_handover(request: HubRequest, body: Data, ref: UUID) -> UUID:
    closing = closing_of(request, ref)
    case, actor, at = closing.case, request.actor, request.at
    active = permitted(case.participations.active(at=at), actor, at=at)
    facts = actions.HandoverFacts(
        text=body["text"],
        taker=body["taker"],
        measure=_chosen(permitted(open_measures(case), actor, at=at), body["measure"], "measure"),
        need=_chosen(permitted(needs_left(case), actor, at=at), body["need"], "need"),
        to_unit=_chosen(Unit.objects.filter(agency=case.owner_unit.agency), body["to_unit"], "to_unit"),
        to_agency=_chosen(Agency.objects.filter(pk__in=active.values("agency")), body["to_agency"], "to_agency"),
        to_whom=body["to_whom"],
        from_day=body["from_day"],
        reason=body["reason"],
        family_barred=body["family_barred"],
    )
    actions.hand_over(closing, facts, by=actor, at=at)
    return case.ref


@endpoint("Ta bort en rad ur överlämningen", tag=TAG, scope="write", if_match=True, status=204, errors=[404])
def drop_handover(request: HubRequest, ref: UUID) -> None:
    """Med avslutets ETag: raden tas bort ur det som du har läst."""
    row = find(Handover.objects.select_related("case", "closing"), request.actor, at=request.at, ref=ref)
    require(row, request.actor, "change", at=request.at)
    request.trail.show([row], individual=row.individual_id, case=row.case_id)
    unchanged(request, row.closing, lambda: _version(row.closing))
    actions.drop_handover(row, by=request.actor, at=request.at)


# --- afterwards ------------------------------------------------------------------------------------------------------


@endpoint("Efter avslutet", tag=TAG, gives=schemas.AfterOut, errors=[404])
def get_after(request: HubRequest, ref: UUID) -> Answer:
    """Pappret, vem som har kvar att svara, och vad som är frågat: bara för dem som hade ärendet, och deras chef."""
    case = cared_for(request, ref)
    after = queries.after_of(case, request.actor, at=request.at)
    request.trail.show(after.objects)
    asking = {question.pk for question, _said in after.to_ask}
    held = {question.pk for question in after.held}
    paper = after.paper
    return Answer(
        {
            "case": case.ref,
            "paper": paper.ref if paper else None,
            "holds": after.holds,
            "completed_at": paper.completed_at if paper else None,
            "ends_at": paper.ends_at if paper else None,
            "questions": [
                {
                    "ref": one.ref,
                    "what": one.what,
                    "agency": one.source.ref if one.source else None,
                    "held": one.pk in held,
                    "ask_now": one.pk in asking,
                }
                for one in after.questions
            ],
            "to_sign": [{"signer": one.key, "name": one.person.name} for one in after.unsigned],
            "answers": [_answer(one) for point in after.points for one in point.answers],
        }
    )


def _answer(row: queries.AnswerRow) -> dict[str, Any]:
    one = row.row
    return {
        "ref": one.ref,
        "what": one.what,
        "agency": one.source.ref if one.source else None,
        "months": one.months,
        "asked_at": one.asked_at,
        "value": one.value,
        "holds": queries.latest(one, row.corrections),
        "told_on": one.told_on,
    }


@endpoint(
    "Gör pappret om uppföljning",
    tag=TAG,
    body=AfterPaperBody,
    gives=schemas.AfterOut,
    makes="api:case_after",
    show=get_after,
    errors=[404],
)
def ask_family(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Inget är kryssat på det. Ett papper som finns slutar att gälla."""
    case = cared_for(request, ref)
    known = parties(case)
    chosen = [(one["what"], _chosen(known, one["agency"], "questions")) for one in body["questions"]]
    actions.ask_the_family(case, chosen, by=request.actor, at=request.at)
    return case.ref


def _paper(request: HubRequest, ref: UUID) -> AfterPaper:
    rows = AfterPaper.objects.select_related("case__individual__person")
    paper = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([paper], individual=paper.individual_id, case=paper.case_id)
    return paper


@endpoint(
    "Registrera ett svar på pappret",
    tag=TAG,
    body=AfterSignBody,
    gives=schemas.AfterOut,
    makes="api:case_after",
    show=get_after,
    errors=[404],
)
def sign_after(request: HubRequest, body: Data, ref: UUID) -> UUID:
    paper = _paper(request, ref)
    known = {one.key: one for one in signers(paper, at=request.at)}
    if body["signer"] not in known:
        raise Problem("invalid", errors=[("signer", "Personen kan inte svara på det här pappret.")])
    questions = {one.ref: one.pk for one in paper.questions.all()}
    if unknown := [ref for ref in body["ticks"] if ref not in questions]:
        raise Problem("invalid", errors=[("ticks", f"Frågan {unknown[0]} står inte på pappret.")])
    answer = SignerAnswer(
        answer=body["answer"],
        how=body["how"],
        written_on=body["written_on"],
        note=body["note"],
        witness=body["witness"],
        voluntary=body["voluntary"],
    )
    word = actions.AfterYes(answer=answer, ticks=[questions[ref] for ref in body["ticks"]])
    signer = known[body["signer"]]
    actions.sign_after(paper, signer.person, signer.role, word, by=request.actor, at=request.at)
    return paper.case.ref


@endpoint("De vill inte längre", tag=TAG, body=AfterWithdrawBody, status=204, errors=[404])
def withdraw_after(request: HubRequest, body: Data, ref: UUID) -> None:
    """Från den stunden får ingen fråga, och inga svar skrivas in."""
    actions.withdraw_after(_paper(request, ref), channel=body["channel"], by=request.actor, at=request.at)


@endpoint(
    "Källan är frågad",
    tag=TAG,
    scope="write",
    gives=schemas.AfterOut,
    makes="api:case_after",
    show=get_after,
    errors=[404],
)
def ask_source(request: HubRequest, ref: UUID) -> UUID:
    """Vid den tidpunkt som är öppen nu."""
    rows = AfterQuestion.objects.select_related("paper__case")
    question = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([question], individual=question.paper.individual_id, case=question.paper.case_id)
    actions.ask_source(question, by=request.actor, at=request.at)
    return question.paper.case.ref


def _asked(request: HubRequest, ref: UUID) -> AfterAnswer:
    rows = AfterAnswer.objects.select_related("case__individual__person", "question__paper")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found], individual=found.individual_id, case=found.case_id)
    return found


@endpoint("Skriv in svaret", tag=TAG, body=AfterAnswerBody, status=204, errors=[404])
def record_after(request: HubRequest, body: Data, ref: UUID) -> None:
    actions.record_after(_asked(request, ref), **body, by=request.actor, at=request.at)


@endpoint("Rätta ett svar", tag=TAG, body=AfterCorrectionBody, status=204, errors=[404])
def correct_after(request: HubRequest, body: Data, ref: UUID) -> None:
    """Det som först skrevs in står kvar."""
    actions.correct_after(_asked(request, ref), **body, by=request.actor, at=request.at)


# --- groups ----------------------------------------------------------------------------------------------------------


def _group(group: AfterGroup) -> dict[str, Any]:
    return {
        "ref": group.ref,
        "form": group.form,
        "first_day": group.first_day,
        "last_day": group.last_day,
        "months": group.months,
        "agency": group.source.ref,
        "size": group.size,
        "count": group.count,
        "withheld": group.withheld,
        "delivered_on": group.delivered_on,
    }


@endpoint("Grupper av avslutade ärenden", tag=TAG, gives=schemas.AfterGroupsOut)
def list_after_groups(request: HubRequest) -> Answer:
    """Den egna enhetens, för dess chef. Vilka ärenden som är med visas inte."""
    found = list(actions.groups_of(request.actor, at=request.at)[:200])
    request.trail.show(found)
    return Answer({"results": [_group(one) for one in found]})


@endpoint("En grupp av avslutade ärenden", tag=TAG, gives=schemas.AfterGroupOut, errors=[404])
def get_after_group(request: HubRequest, ref: UUID) -> Answer:
    group = find(AfterGroup.objects.select_related("source"), request.actor, at=request.at, ref=ref)
    request.trail.show([group])
    return Answer(_group(group))


@endpoint(
    "Gör en grupp",
    tag=TAG,
    body=AfterGroupBody,
    gives=schemas.AfterGroupOut,
    makes="api:after_group",
    show=get_after_group,
)
def make_after_group(request: HubRequest, body: Data) -> UUID:
    """Minst fem ärenden. Alla som stämmer är med, ingen väljs för hand, och ett ärende räknas bara i en grupp."""
    require_manager(request.actor)
    source = _chosen(police_of(request), body["agency"], "agency")
    named = {name: value for name, value in body.items() if name != "agency"}
    facts = actions.GroupFacts(**named, source=source)
    return actions.make_group(facts, by=request.actor, at=request.at).ref


@endpoint("Skriv in antalet för en grupp", tag=TAG, body=AfterGroupCountBody, status=204, errors=[404])
def deliver_after_group(request: HubRequest, body: Data, ref: UUID) -> None:
    """Gäller det ingen eller alla lämnas det inte ut."""
    group = find(AfterGroup.objects.all(), request.actor, at=request.at, ref=ref)
    request.trail.show([group])
    actions.deliver_count(group, **body, by=request.actor, at=request.at)


urlpatterns: list[URLPattern] = [
    path("cases/<uuid:ref>/closing/", resource("Closing", get=get_closing, post=write_closing), name="case_closing"),
    path("cases/<uuid:ref>/handovers/", resource("Handovers", post=add_handover), name="case_handovers"),
    path("handovers/<uuid:ref>/", resource("Handover", delete=drop_handover), name="handover"),
    path("cases/<uuid:ref>/after/", resource("After", get=get_after), name="case_after"),
    path("cases/<uuid:ref>/after-papers/", resource("AfterPapers", post=ask_family), name="after_papers"),
    path("after-papers/<uuid:ref>/answers/", resource("AfterSign", post=sign_after), name="after_sign"),
    path("after-papers/<uuid:ref>/withdraw/", resource("AfterWithdraw", post=withdraw_after), name="after_withdraw"),
    path("after-questions/<uuid:ref>/ask/", resource("AfterAsk", post=ask_source), name="after_ask"),
    path("after-answers/<uuid:ref>/record/", resource("AfterRecord", post=record_after), name="after_record"),
    path("after-answers/<uuid:ref>/correct/", resource("AfterCorrect", post=correct_after), name="after_correct"),
    path("after-groups/", resource("AfterGroups", get=list_after_groups, post=make_after_group), name="after_groups"),
    path("after-groups/<uuid:ref>/", resource("AfterGroup", get=get_after_group), name="after_group"),
    path("after-groups/<uuid:ref>/count/", resource("AfterGroupCount", post=deliver_after_group), name="after_count"),
]
