"""The consent wizard: five steps, each saved when it is left, nothing in force before the last (P-C1 to P-C3)."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from consent import actions
from consent.decided import decided
from consent.forms.consent import OLD_FORM_CHECKLIST, MatrixForm, PeriodForm, PurposeForm
from consent.models import Consent, InformationType, SessionState, SigningSession
from consent.paper.language import printable_languages
from consent.views import drafts
from consent.views.check import check_step
from consent.views.signers import signers_step
from consent.words import heading_of, reading
from hub.access import find, permitted, require
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, once, page
from hub.models import Case
from hub.views.deeds import posted

Step = Callable[[HubRequest, SigningSession], HttpResponse]


@once
def consent_new(request: HubRequest, ref: UUID) -> HttpResponse:
    """Begin a paper; a draft that stands already is offered first, so that nobody types the same thing twice."""
    case = find(Case.objects.select_related("individual__person"), request.actor, at=request.at, ref=ref)
    require(case, request.actor, "lead", at=request.at)
    if request.method == "POST":
        session = actions.start_session(case, by=request.actor, at=request.at)
        return redirect(drafts.step_url(session, "syfte"))
    standing = permitted(
        SigningSession.objects.filter(case=case, state=SessionState.DRAFT).order_by("-created_at"),
        request.actor,
        at=request.at,
    )
    request.trail.show([case, *standing], individual=case.individual_id, case=case.pk)
    return page(request, "consent/consent_new.html", {"case": case, "drafts": list(standing)})


def consent_step(request: HubRequest, ref: UUID, step: str) -> HttpResponse:
    """One step. Asking for words or the state saves nothing, so it may be asked with the same form again."""
    asks_only = request.method == "POST" and request.POST.get("go") in ("ord", "lage")
    return _step(request, ref, step) if asks_only else once(_step)(request, ref, step)


def _step(request: HubRequest, ref: UUID, step: str) -> HttpResponse:
    """A draft that is registered by now leads to its page."""
    handler = HANDLERS.get(step)
    if handler is None:
        raise Http404(step)
    session = drafts.find_draft(request, ref)
    if session.state != SessionState.DRAFT:
        return redirect("consent:consent", ref=session.ref)
    return handler(request, session)


def purpose_step(request: HubRequest, session: SigningSession) -> HttpResponse:
    """Step 1: for what, and who may give something."""
    parties, consents = drafts.parties_of(session, request), drafts.consents_of(session, request)
    form = PurposeForm(posted(request), session=session, parties=parties)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.save_purpose(
                    session,
                    purpose=form.cleaned_data["purpose"],
                    disclosing=form.chosen(),
                    court_requirement=form.cleaned_data.get("court_requirement", ""),
                    row_version=form.cleaned_data["row_version"],
                    by=request.actor,
                    at=request.at,
                )
                return drafts.go_on(request, session, "syfte")
            except Invalid as wrong:
                form.show(wrong)
            except Conflict as stale:
                status = drafts.keep_typed(form, session, stale)
    drafts.show_draft(request, session, consents)
    context = drafts.chrome(session, "syfte", consents) | {"form": form, "parties": parties}
    return page(request, "consent/wizard/purpose.html", context, status=status)


def matrix_step(request: HubRequest, session: SigningSession) -> HttpResponse:
    """Step 2: one matrix per disclosing agency."""
    consents = drafts.consents_of(session, request)
    if not consents:
        messages.warning(request, "Välj först vilka som ska få lämna uppgifter.")
        return redirect(drafts.step_url(session, "syfte"))
    consent = _chosen(request, consents)
    parties = [p.agency for p in drafts.parties_of(session, request) if p.agency_id != consent.disclosing_id]
    types = list(InformationType.objects.writable_by(consent.disclosing.kind, on=local_day(request.at)))
    form = MatrixForm(posted(request), consent=consent, recipients=parties, types=types)
    if request.method == "POST" and request.POST.get("go") == "ord":
        return page(request, "consent/wizard/words.html", {"said": _said(form)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.save_matrix(
                    consent,
                    form.matrix(),
                    row_version=form.cleaned_data["row_version"],
                    by=request.actor,
                    at=request.at,
                )
                return _after_matrix(request, session, consents, consent)
            except Invalid as wrong:
                form.show(wrong)
            except Conflict as stale:
                status = drafts.keep_typed(form, session, stale)
    drafts.show_draft(request, session, consents)
    context = drafts.chrome(session, "uppgifter", consents) | _matrix_context(form, consents, types)
    return page(request, "consent/wizard/matrix.html", context, status=status)


def _chosen(request: HubRequest, consents: Sequence[Consent]) -> Consent:
    """The disclosing agency of the page: the one asked for, else the first without ticks, else the first."""
    wanted = request.GET.get("verksamhet", "")
    if wanted:
        found = next((c for c in consents if str(c.disclosing.ref) == wanted), None)
        if found is None:
            raise Http404(wanted)
        return found
    return next((c for c in consents if not c.recipients.all()), consents[0])


def _said(form: MatrixForm) -> list[object]:
    masks = form.masks()
    source = form.consent.disclosing.name
    return [reading(agency, masks[agency.pk], form.types, source) for agency in form.recipients]


def _after_matrix(
    request: HubRequest, session: SigningSession, consents: Sequence[Consent], consent: Consent
) -> HttpResponse:
    """Each agency in turn, so that every matrix is seen; a chip leads straight to its own."""
    wish = request.POST.get("go", drafts.ON)
    refs = [c.disclosing.ref for c in consents]
    at = refs.index(consent.disclosing.ref)
    if wish == drafts.STAY:
        messages.success(request, "Utkastet är sparat.")
        return redirect(drafts.step_url(session, "uppgifter", refs[at]))
    if wish.startswith("till:") and wish[5:] in {str(ref) for ref in refs}:
        return redirect(drafts.step_url(session, "uppgifter", UUID(wish[5:])))
    next_at = at - 1 if wish == drafts.BACK else at + 1
    if 0 <= next_at < len(refs):
        return redirect(drafts.step_url(session, "uppgifter", refs[next_at]))
    return redirect(drafts.step_url(session, "syfte" if next_at < 0 else "tid"))


def _matrix_context(
    form: MatrixForm, consents: Sequence[Consent], types: Sequence[InformationType]
) -> dict[str, object]:
    consent = form.consent
    main, police = form.columns(police=False), form.columns(police=True)
    at = [c.pk for c in consents].index(consent.pk)
    following = consents[at + 1].disclosing.name if at + 1 < len(consents) else ""
    tables = [
        {
            "columns": [{"kind": c.agency.kind, "label": f"till {c.agency.name}"} for c in columns],
            "rows": form.rows(columns),
            "purposes": [(form[c.purpose], c.suggestions, c.agency.pk) for c in columns],
        }
        for columns in ([main] if main else [])
    ]
    lists = [
        {
            "agency": c.agency,
            "options": form.options(c),
            "purpose": form[c.purpose],
            "suggestions": c.suggestions,
        }
        for c in police
    ]
    return {
        "form": form,
        "consent": consent,
        "title": heading_of(consent.disclosing),
        "tables": tables,
        "lists": lists,
        "said": _said(form),
        "never": form.never(),
        "types": types,
        "following": following,
        "chips": [
            {"ref": c.disclosing.ref, "name": c.disclosing.name, "kind": c.disclosing.kind,
             "current": c.pk == consent.pk, "done": bool(c.recipients.all())}
            for c in consents
        ],
    }  # fmt: skip


def period_step(request: HubRequest, session: SigningSession) -> HttpResponse:
    """Step 3: from when to when, which paper, in which language."""
    consents = drafts.consents_of(session, request)
    months = decided(session.municipality_id, on=local_day(request.at)).consent_max_months
    languages = [(language.code, language.name) for language in printable_languages()]
    form = PeriodForm(posted(request), session=session, languages=languages, max_months=months, at=request.at)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.save_period(session, **form.cleaned_data, by=request.actor, at=request.at)
                return drafts.go_on(request, session, "tid")
            except Invalid as wrong:
                form.show(wrong)
            except Conflict as stale:
                status = drafts.keep_typed(form, session, stale)
    drafts.show_draft(request, session, consents)
    context = drafts.chrome(session, "tid", consents) | {
        "form": form,
        "checklist": OLD_FORM_CHECKLIST,
        "max_months": months,
    }
    return page(request, "consent/wizard/period.html", context, status=status)


HANDLERS: dict[str, Step] = {
    "syfte": purpose_step,
    "uppgifter": matrix_step,
    "tid": period_step,
    "underskrifter": signers_step,
    "kontrollera": check_step,
}
