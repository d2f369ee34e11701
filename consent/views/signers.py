"""Step 4 of the wizard, and answers that come later: each signer as it stands on the paper (P-C3)."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from consent import completeness as rule
from consent.actions import signers_of
from consent.actions.answers import Given, register_answers, save_answers
from consent.completeness import explain
from consent.decided import decided
from consent.forms.parts import VersionedForm
from consent.forms.signing import SignerForm
from consent.judging import judge, situation
from consent.models import Answer, ConsentRecipient, HinderedDecision, Signature, SignerRole, SigningSession
from consent.reviews import unreviewed
from consent.standing import signer_names
from consent.views import drafts
from consent.words import why_these
from hub import clock
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, once, page
from hub.views.deeds import posted


class AnswersForm(VersionedForm):
    """Carries the version of the draft; the answers are one `SignerForm` each."""


@dataclass(slots=True)
class Signing:
    """Everybody who may answer on one paper, each with a form."""

    forms: list[SignerForm]
    unknown: bool

    @property
    def valid(self) -> bool:
        checked = [form.is_valid() for form in self.forms]  # all of them: every error is shown at once
        return all(checked) and not self.unknown

    def given(self) -> list[Given]:
        """Answers that differ from what stands."""
        return [
            (form.signer.person, form.signer.role, form.said())
            for form in self.forms
            if form.has_answered or form.cleaned_data["answer"] != Answer.MISSING
        ]

    def add_errors(self, wrong: Invalid) -> None:
        for key, text in wrong.errors.items():
            who, _, name = key.partition("-")
            for form in self.forms:
                if form.signer.key == who:
                    form.add_error(name if name in form.fields else None, text)


def signing_of(
    session: SigningSession,
    request: HubRequest,
    *,
    only_unanswered: bool = False,
    typed: Mapping[str, Any] | None = None,
) -> Signing:
    """The forms of all possible signers, the youth first, others about themselves last.

    `typed`: the answers, where they do not come from a form of the page.
    """
    sent = request.POST if request.method == "POST" and typed is None else typed
    signatures = {(s.person_id, s.role): s for s in Signature.objects.filter(session=session).prefetch_related("ticks")}
    asked = list(
        ConsentRecipient.objects.filter(consent__session=session, types__gt=0)
        .select_related("agency", "consent__disclosing")
        .order_by("consent__disclosing__name", "agency__name")
    )
    hindered = _hindered(session, request)
    types = drafts.types_now(request)
    forms = []
    people = signers_of(session.individual, at=request.at)
    for signer in people:
        signature = signatures.get((signer.person.pk, signer.role))
        if only_unanswered and signature is not None and signature.answer in (Answer.GIVEN, Answer.REFUSED):
            continue
        forms.append(
            SignerForm(
                sent,
                signer=signer,
                signature=signature,
                asked=asked,
                types=types,
                may_be_hindered=signer.person.pk in hindered and signer.role == SignerRole.GUARDIAN,
                at=request.at,
            )
        )
    shown = set(request.POST.getlist("signer"))
    return Signing(forms, unknown=bool(shown - {s.key for s in people}))


def _hindered(session: SigningSession, request: HubRequest) -> set[int]:
    if not decided(session.municipality_id, on=clock.local_day(request.at)).hindered_guardian_rule:
        return set()
    running = HinderedDecision.objects.filter(individual=session.individual_id, ends_at__gt=request.at)
    return set(running.values_list("guardian_id", flat=True))


def signers_step(request: HubRequest, session: SigningSession) -> HttpResponse:
    """Step 4: who has answered what."""
    consents = drafts.consents_of(session, request)
    signing = signing_of(session, request)
    form = AnswersForm(posted(request), initial={"row_version": session.row_version})
    if request.method == "POST" and request.POST.get("go") == "lage":
        return page(request, "consent/wizard/state.html", _state_if_saved(session, request, signing))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and signing.valid:
            try:
                version = form.cleaned_data["row_version"]
                save_answers(session, signing.given(), row_version=version, by=request.actor, at=request.at)
                return drafts.go_on(request, session, "underskrifter")
            except Invalid as wrong:
                signing.add_errors(wrong)
            except Conflict as stale:
                status = drafts.keep_typed(form, session, stale)
        if signing.unknown:
            form.add_error(None, LOST_SIGNER)
    drafts.show_draft(request, session, consents)
    request.trail.show([f.signer.person for f in signing.forms])
    context = drafts.chrome(session, "underskrifter", consents) | form_context(signing, session, request)
    return page(request, "consent/wizard/signers.html", context | {"form": form, "consents": consents}, status=status)


LOST_SIGNER = "En person som stod på sidan kan inte längre skriva under, för vårdnaden har ändrats. Se över svaren."


def form_context(signing: Signing, session: SigningSession, request: HubRequest) -> dict[str, object]:
    answer, state = state_context(session, request)
    main = [f for f in signing.forms if f.signer.role != SignerRole.OTHER_PERSON]
    others = [f for f in signing.forms if f.signer.role == SignerRole.OTHER_PERSON]
    return state | {
        "signers": [(form, form.signer.key in answer.required) for form in main],
        "others": others,
        "others_open": any(form.has_answered or form.errors for form in others),
        "all_forms": signing.forms,
    }


def state_context(session: SigningSession, request: HubRequest) -> tuple[rule.Completeness, dict[str, object]]:
    """What the completeness rule says now: who must answer, why, what is missing (P-C3)."""
    facts = situation(session, at=request.at)
    answer = unreviewed([session], {session.pk: rule.completeness(facts)}, at=request.at)[session.pk]
    if session.last_day is None or answer.ends_early(session.last_day) is None:
        answer = replace(answer, end_reason=None)  # ends with its last day: nothing to tell
    names = {key: name for (_pk, key), name in signer_names([session]).items()}
    return answer, {
        "complete": answer.state is rule.State.COMPLETE,
        "refused": answer.state is rule.State.REFUSED,
        "required_names": [names.get(key, "en laglig företrädare") for key in answer.required],
        "why": why_these(facts, at=request.at),
        "explained": explain(answer, names),
        "individual": session.individual,
        "hindered_rule": facts.settings.hindered_rule,
    }


def _state_if_saved(session: SigningSession, request: HubRequest, signing: Signing) -> dict[str, object]:
    """The rule's answer to what is on the page, asked by saving it and taking it back."""
    with transaction.atomic():
        with suppress(Invalid, Conflict):  # what is refused is said when it is saved; here it changes nothing
            if signing.valid:
                save_answers(
                    session,
                    signing.given(),
                    row_version=session.row_version,
                    by=request.actor,
                    at=request.at,
                )
        _answer, state = state_context(session, request)
        transaction.set_rollback(True)
    return state


@once
def consent_answer(request: HubRequest, ref: UUID) -> HttpResponse:
    """Answers that came after the paper was registered; one of them may complete it (P-C3)."""
    session = drafts.own_paper(request, ref)
    signing = signing_of(session, request, only_unanswered=True)
    status = 200
    if request.method == "POST":
        status = 422
        if signing.valid:
            try:
                return _register(request, session, signing)
            except Invalid as wrong:
                signing.add_errors(wrong)
    people = [f.signer.person for f in signing.forms]
    request.trail.show([session, session.individual, *people], individual=session.individual_id, case=session.case_id)
    context = form_context(signing, session, request) | {"session": session, "case": session.case}
    if signing.unknown:
        context["lost"] = LOST_SIGNER
    return page(request, "consent/consent_answer.html", context, status=status)


_NOW_IT_IS = {
    rule.State.COMPLETE: "Samtycket är fullständigt.",
    rule.State.INCOMPLETE: "Samtycket är fortfarande ofullständigt.",
    rule.State.REFUSED: "Någon har sagt nej, så samtycket gäller inte.",
}


def _register(request: HubRequest, session: SigningSession, signing: Signing) -> HttpResponse:
    given = [g for g in signing.given() if g[2].answer != Answer.MISSING]
    if not given:
        messages.warning(request, "Inget svar var ifyllt, så inget är ändrat.")
        return redirect("consent:consent", ref=session.ref)
    register_answers(session, given, by=request.actor, at=request.at)
    messages.success(request, f"Svaret är registrerat. {_NOW_IT_IS[judge(session, at=request.at).state]}")
    return redirect("consent:consent", ref=session.ref)
