"""Consents: a paper drafted, answered, registered, renewed (P-C1 to P-C5)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from consent import actions, standing
from consent import completeness as rule
from consent.actions.answers import register_answers, save_answers
from consent.api import schemas
from consent.api.papers import PaperBody, fill
from consent.forms.consent import RegisterForm
from consent.forms.signing import SignerForm
from consent.judging import judge
from consent.models import (
    Answer as Said,
)
from consent.models import (
    Consent,
    ConsentRecipient,
    InformationType,
    SessionState,
    Signature,
    SignedHow,
    SignerRole,
    SigningSession,
    Withdrawal,
)
from consent.standing import as_judged, paper_standing, papers, signer_names, standing_of
from consent.views.consents import find_paper, withdrawals_shown
from consent.views.drafts import own_paper
from consent.views.signers import signing_of
from hub.access import find, may, require
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text
from hub.api.pages import PAGE, PageQuery, listed, lost
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.errors import Invalid
from hub.http import HubRequest
from hub.models import Case, Individual

TAG = "Samtycken"


class TickBody(Body):
    disclosing = Ref()
    recipient = Ref()
    types = Many(child=Text(max_length=40))


class AnswerBody(Body):
    person = Ref(help_text="Ur /consents/{ref}/signers/.")
    role = Choice(choices=SignerRole.choices)
    answer = Choice(choices=Said.choices)
    how = Choice(choices=SignedHow.choices, default=SignedHow.PAPER)
    written_on = Day(required=False, help_text="Dagen på pappret. Utelämnad: i dag.")
    voluntary = Flag(default=False, help_text="Vet att det är frivilligt och har förstått. Behövs för ett ja.")
    witness = Optional(max_length=120)
    note = Optional(max_length=1000)
    ticks = Many(child=TickBody(), required=False, help_text="Utelämnad: allt som pappret frågar om.")


class AnswersBody(Body):
    answers = Many(child=AnswerBody(), allow_empty=False)


class SignBody(Body):
    unmet_criterion_reason = Optional(max_length=500, help_text="Bara när SIG:s villkor inte är uppfyllt.")


# --- reading -----------------------------------------------------------------------------------------------------


def version_of(session: SigningSession) -> tuple[object, ...]:
    """Everything that a change of the paper changes, answers and withdrawals included."""
    signatures = Signature.objects.filter(session=session).order_by("pk").values_list("pk", "answer", "signed_at")
    parts = Consent.objects.filter(session=session).order_by("pk").values_list("pk", "completed_at", "effective")
    taken_back = Withdrawal.objects.filter(consent__session=session).order_by("pk").values_list("pk", flat=True)
    return ("paper", session.pk, session.row_version, session.state, *signatures, *parts, *taken_back)


def _refs(model: type[Case] | type[Individual], ids: set[int]) -> dict[int, UUID]:
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "ref"))


def _row(paper: standing.Paper, cases: Mapping[int, UUID], individuals: Mapping[int, UUID]) -> dict[str, Any]:
    session = paper.session
    return {
        "ref": session.ref,
        "case": cases[session.case_id],
        "individual": individuals[session.individual_id],
        "session": session.state,
        "state": paper.standing.state,
        "text": paper.standing.text,
        "disclosing": [agency_ref(consent.disclosing) for consent in paper.consents],
    }


@endpoint("Samtycken i de ärenden du ser", tag=TAG, query=PageQuery, gives=schemas.ConsentsOut)
def list_consents(request: HubRequest, query: Data) -> Answer:
    """Ett per papper. Det som kräver något står först."""
    found = papers(request.actor, at=request.at)
    refs = [paper.session.ref for paper in found]
    if "cursor" in query and query["cursor"] not in refs:
        raise lost()
    start = refs.index(query["cursor"]) + 1 if "cursor" in query else 0
    shown = found[start : start + PAGE]
    for paper in shown:
        session = paper.session
        request.trail.show([session, *paper.consents], individual=session.individual_id, case=session.case_id)
    more = shown[-1].session.ref if len(found) > start + PAGE else None
    cases = _refs(Case, {paper.session.case_id for paper in shown})
    individuals = _refs(Individual, {paper.session.individual_id for paper in shown})
    return Answer(listed(request, [_row(paper, cases, individuals) for paper in shown], more, query))


@endpoint("Ett samtycke", tag=TAG, gives=schemas.ConsentOut, etag=True, errors=[404])
def get_consent(request: HubRequest, ref: UUID) -> Answer:
    """Ett papper: hur varje del står, vad den säger och, för ansvarig verksamhet, vem som har svarat.

    En part ser bara det som den själv lämnar eller får. ETag får bara ansvarig verksamhet.
    """
    session, found, owner = find_paper(request, ref)
    only_to = None if owner else request.actor.agency_id
    types = list(InformationType.objects.all())
    asked = [c for c in found if c.recipients.all() or session.state == SessionState.DRAFT]
    whole = paper_standing(session, asked, at=request.at)
    answer = judge(session, at=request.at) if owner else None
    whole = as_judged(whole, answer)
    request.trail.show([session, *found], individual=session.individual_id, case=session.case_id)
    body = {
        "ref": session.ref,
        "case": session.case.ref,
        "individual": session.individual.ref,
        "session": session.state,
        "state": whole.state,
        "text": whole.text,
        "first_day": session.first_day,
        "last_day": session.last_day,
        "parts": [_part(consent, types, only_to, request, answer) for consent in asked],
        "paper": _paper(session, answer, request) if answer is not None else None,
        "may": ["lead"] if owner and may(session, request.actor, "lead", at=request.at) else [],
    }
    return Answer(body, version_of(session) if owner else ())


def _part(
    consent: Consent,
    types: Sequence[InformationType],
    only_to: int | None,
    request: HubRequest,
    answer: rule.Completeness | None,
) -> dict[str, Any]:
    """A party that gives sees all that it gives; one that gets sees what it gets (P-A7)."""
    stands, span = standing_of(consent, at=request.at), consent.effective
    stands = as_judged(stands, answer)
    all_of_it = only_to in (None, consent.disclosing_id)
    taken_back = withdrawals_shown(consent, only_to)
    request.trail.show(taken_back)
    return {
        "ref": consent.ref,
        "disclosing": agency_ref(consent.disclosing),
        "version": consent.version,
        "state": stands.state,
        "text": stands.text,
        "effective_from": span.lower if span else None,
        "effective_to": span.upper if span else None,
        "recipients": [
            {
                "agency": agency_ref(recipient.agency),
                "types": [kind.code for kind in types if kind.mask & recipient.types],
                "purpose": recipient.purpose,
            }
            for recipient in consent.recipients.all()
            if all_of_it or recipient.agency_id == only_to
        ],
        "withdrawals": [
            {
                "ref": w.ref if only_to is None else None,
                "withdrawn_at": w.withdrawn_at,
                "whole": w.recipient_id is None and w.types is None and w.about_id is None,
                "cuts": w.cuts,
                "channel": w.channel if only_to is None else None,
            }
            for w in taken_back
        ],
    }


def _paper(session: SigningSession, answer: rule.Completeness, request: HubRequest) -> dict[str, Any]:
    signatures = list(Signature.objects.filter(session=session).select_related("person").order_by("pk"))
    request.trail.show([*signatures, *(s.person for s in signatures)])
    names = {key: name for (_pk, key), name in signer_names([session]).items()}
    return {
        "purpose": session.purpose,
        "items_from": session.items_from,
        "form_language": session.form_language,
        "interpreter": session.interpreter,
        "paper_kind": session.paper_kind,
        "original_kept": session.original_kept,
        "court_requirement": session.court_requirement,
        "missing": [names.get(key, "en laglig företrädare") for key in answer.missing if key not in answer.refused],
        "signatures": [
            {
                "person": s.person.ref,
                "name": s.person.name,
                "role": s.role,
                "answer": s.answer,
                "how": s.how,
                "written_on": s.written_on,
                "required": s.required,
            }
            for s in signatures
        ],
    }


@endpoint("Vilka som kan svara", tag=TAG, gives=schemas.SignersOut, errors=[404])
def list_signers(request: HubRequest, ref: UUID) -> Answer:
    """Den unge, de som har vårdnaden, god man, och andra för uppgifter om sig själva."""
    session = own_paper(request, ref)
    required = judge(session, at=request.at).required
    people = actions.signers_of(session.individual, at=request.at)
    request.trail.show([session, *(p.person for p in people)], individual=session.individual_id, case=session.case_id)
    results = [
        {
            "person": p.person.ref,
            "name": p.person.name,
            "role": p.role,
            "relation": p.relation,
            "required": p.key in required,
        }
        for p in people
    ]
    return Answer(listed(request, results))


# --- drafting ----------------------------------------------------------------------------------------------------


def _held(request: HubRequest, ref: UUID) -> SigningSession:
    """The paper, held and unchanged since it was read: 404, then 403, then 412."""
    session = own_paper(request, ref)
    unchanged(request, session, lambda: version_of(session))
    return session


@endpoint(
    "Börja på ett samtycke",
    tag=TAG,
    body=PaperBody,
    gives=schemas.ConsentOut,
    makes="api:consent",
    show=get_consent,
    errors=[404],
)
def draft_consent(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Ett utkast som ingenting gäller av förrän det är underskrivet och registrerat. Aldrig allt till alla (P-C1)."""
    rows = Case.objects.select_related("individual__person", "owner_unit")
    case = find(rows, request.actor, at=request.at, ref=ref)
    require(case, request.actor, "lead", at=request.at)
    session = actions.start_session(case, by=request.actor, at=request.at)
    fill(session, body, request)
    return session.ref


@endpoint(
    "Ändra ett utkast till samtycke", tag=TAG, body=PaperBody, gives=schemas.ConsentOut, if_match=True, errors=[404]
)
def change_consent(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Hela utkastet. Svar som redan är noterade följer med: den som strök något har kvar sina strykningar."""
    fill(_held(request, ref), body, request)
    return get_consent(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Kasta ett utkast till samtycke", tag=TAG, if_match=True, status=204, errors=[404])
def discard_consent(request: HubRequest, ref: UUID) -> None:
    session = _held(request, ref)
    actions.discard_session(session, row_version=session.row_version, by=request.actor, at=request.at)


# --- answers and signing -----------------------------------------------------------------------------------------


@endpoint("Notera svar", tag=TAG, body=AnswersBody, gives=schemas.ConsentOut, if_match=True, errors=[404])
def answer_consent(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """På ett utkast gäller svaren från registreringen. På ett registrerat papper gäller de från nu, och ett av dem
    kan göra samtycket fullständigt (P-C3)."""
    session = _held(request, ref)
    registered = session.state == SessionState.REGISTERED
    people = {(p.person.ref, p.role): p.key for p in actions.signers_of(session.individual, at=request.at)}
    keys: list[str] = []
    for place, row in enumerate(body["answers"]):
        keys.append(_key(people, row, place))
        if keys[-1] in keys[:-1]:
            twice = "Personen står två gånger. Skicka ett svar från var och en."
            raise Problem("invalid", errors=[(f"answers.{place}.person", twice)])
    asked, types = _asked(session), list(InformationType.objects.all())
    typed: dict[str, Any] = {}
    for key, row in zip(keys, body["answers"], strict=True):
        typed |= _typed(key, row, asked, types)
    signing = signing_of(session, request, typed=typed)
    forms = {form.signer.key: form for form in signing.forms if form.signer.key in keys}
    for key, form in forms.items():
        _must_be_valid(form, keys.index(key))
    given = [(form.signer.person, form.signer.role, form.said()) for form in forms.values()]
    with _at_answers(keys):
        if registered:
            register_answers(session, given, by=request.actor, at=request.at)
        else:
            version = session.row_version
            save_answers(session, given, row_version=version, by=request.actor, at=request.at)
    return get_consent(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _key(people: Mapping[tuple[UUID, str], str], row: Data, place: int) -> str:
    key = people.get((row["person"], row["role"]))
    if key is None:
        raise Problem("invalid", errors=[(f"answers.{place}.person", "Personen kan inte svara i den rollen.")])
    return key


def _asked(session: SigningSession) -> dict[tuple[UUID, UUID], ConsentRecipient]:
    """(who gives, who gets) → what the paper asks for between them."""
    rows = ConsentRecipient.objects.filter(consent__session=session).select_related("agency", "consent__disclosing")
    return {(recipient.consent.disclosing.ref, recipient.agency.ref): recipient for recipient in rows}


def _typed(
    key: str, row: Data, asked: Mapping[tuple[UUID, UUID], ConsentRecipient], types: Sequence[InformationType]
) -> dict[str, Any]:
    """One answer as its form would have sent it."""
    ticks = [f"{r.pk}:{t.code}" for r in asked.values() for t in types if t.mask & r.types]
    if "ticks" in row:
        found = [(asked.get((tick["disclosing"], tick["recipient"])), tick["types"]) for tick in row["ticks"]]
        ticks = [f"{r.pk if r else 0}:{code}" for r, codes in found for code in codes]
    said = {name: row[name] for name in ("answer", "how", "voluntary", "witness", "note")}
    said |= {"written_on": row.get("written_on"), "ticks": ticks}
    return {f"{key}-{name}": value for name, value in said.items()}


def _must_be_valid(form: SignerForm, place: int) -> None:
    named = {name: f"answers.{place}.{name}" for name in form.fields}
    require_valid(form, named)


@contextmanager
def _at_answers(keys: Sequence[str]) -> Iterator[None]:
    """The rule names a signer and a field; the caller knows them by their place in what it sent."""
    try:
        yield
    except Invalid as wrong:
        named = {}
        for name, text in wrong.errors.items():
            key, _dash, field = name.partition("-")
            named[f"answers.{keys.index(key)}.{field}" if key in keys else name] = text
        raise Invalid(named) from wrong


@endpoint(
    "Registrera det underskrivna pappret", tag=TAG, body=SignBody, gives=schemas.ConsentOut, if_match=True, errors=[404]
)
def sign_consent(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Gäller från nu om alla som ska svara har sagt ja; annars när den sista har gjort det."""
    session = _held(request, ref)
    asks = rule.Task.SIG_CRITERION_REASON in judge(session, at=request.at).tasks
    form = RegisterForm({**body, "row_version": session.row_version}, asks_reason=asks)
    reason = require_valid(form).get("unmet_criterion_reason", "")
    actions.register_session(
        session,
        unmet_criterion_reason=reason,
        row_version=session.row_version,
        by=request.actor,
        at=request.at,
    )
    return get_consent(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Förnya ett samtycke",
    tag=TAG,
    gives=schemas.ConsentOut,
    makes="api:consent",
    show=get_consent,
    errors=[404],
)
def renew_consent(request: HubRequest, ref: UUID) -> UUID:
    """En ny version med samma frågor, som tar vid där den gamla slutar. Ett utkast som redan finns ges tillbaka."""
    session = own_paper(request, ref)
    begun = SigningSession.objects.filter(renews=session, state=SessionState.DRAFT).first()
    return (begun or actions.renew_session(session, by=request.actor, at=request.at)).ref


consents = resource("Consents", get=list_consents)
consents_of_case = resource("CaseConsents", post=draft_consent)
consent = resource("Consent", get=get_consent, put=change_consent, delete=discard_consent)
signers = resource("Signers", get=list_signers)
answers = resource("ConsentAnswers", post=answer_consent)
sign = resource("ConsentSign", post=sign_consent)
renew = resource("ConsentRenew", post=renew_consent)
