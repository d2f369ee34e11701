"""Step 5 of the wizard: everything in words, what follows, and the one press that registers it (P-C2, P-C5)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from consent import actions
from consent import completeness as rule
from consent.forms.consent import RegisterForm
from consent.models import Consent, InformationType, SigningSession
from consent.standing import answered, sentences, standing_of, with_parts
from consent.views import drafts
from consent.views.signers import state_context
from hub import swedish
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, page
from hub.models import SHARING_PHASES, Participation
from hub.views.deeds import posted


def check_step(request: HubRequest, session: SigningSession) -> HttpResponse:
    """Show what the paper says and what registering it starts; then register it, once."""
    consents = drafts.consents_of(session, request)
    answer, state = state_context(session, request)
    form = RegisterForm(
        posted(request),
        asks_reason=rule.Task.SIG_CRITERION_REASON in answer.tasks,
        initial={
            "row_version": session.row_version,
            "unmet_criterion_reason": session.unmet_criterion_reason,
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _register(request, session, form)
            except Invalid as wrong:
                form.show(wrong)
            except Conflict as stale:
                status = drafts.keep_typed(form, session, stale)
    drafts.show_draft(request, session, consents)
    asked = [c for c in consents if c.recipients.all()]
    context = drafts.chrome(session, "kontrollera", consents) | state | _words(session, asked, answer, request)
    return page(request, "consent/wizard/check.html", context | {"form": form}, status=status)


def _register(request: HubRequest, session: SigningSession, form: RegisterForm) -> HttpResponse:
    actions.register_session(
        session,
        unmet_criterion_reason=form.cleaned_data.get("unmet_criterion_reason", ""),
        row_version=form.cleaned_data["row_version"],
        by=request.actor,
        at=request.at,
    )
    complete = session.consents.filter(completed_at__isnull=False).exists()
    if complete:
        messages.success(request, "Samtycket är registrerat. De som är med har fått veta.")
    else:
        messages.warning(request, "Samtycket är registrerat men ofullständigt. Det gäller inte förrän alla svarat.")
    return redirect("consent:consent", ref=session.ref)


def _words(
    session: SigningSession, consents: Sequence[Consent], answer: rule.Completeness, request: HubRequest
) -> dict[str, object]:
    types = list(InformationType.objects.worded(on=local_day(request.at)))
    signatures = list(answered(session))
    return {
        "parts": [(c.disclosing, sentences(c, types), _purposes(c)) for c in consents],
        "period": period_words(session, answer, at=request.at),
        "missing": missing_steps(session, consents, signatures),
        "signatures": signatures,
        "new_parties": [p.agency for p in _waiting(session, consents, request)],
        "replaced": replaced_by(session, consents, request),
        "not_yet": session.case.phase not in SHARING_PHASES,
    }


def _purposes(consent: Consent) -> list[str]:
    return [f"{r.agency.name}: {r.purpose}" for r in consent.recipients.all() if r.purpose]


def period_words(session: SigningSession, answer: rule.Completeness, *, at: datetime) -> str:
    """ "Gäller från nu till och med 31 augusti" — or from the first day, or from when the last one has answered."""
    if session.first_day is None or session.last_day is None:
        return ""
    today = local_day(at)
    end = swedish.until(session.last_day, today)
    if answer.instant is None:
        return f"Börjar gälla när alla som ska svara har sagt ja, tidigast {swedish.day(session.first_day)}, {end}."
    span = rule.effective_period(session.first_day, session.last_day, answer)
    if span is None:
        return "Gäller aldrig: den sista dagen ligger före den dag då alla har svarat."
    start = "nu" if span[0] <= at else swedish.day(local_day(span[0]))
    return f"Gäller från {start} {swedish.until(span[1], today)}."


def missing_steps(
    session: SigningSession, consents: Sequence[Consent], signatures: Sequence[object]
) -> list[tuple[str, str]]:
    """What keeps the paper from being registered: (sentence, address of the step)."""
    found = []
    if not session.purpose.strip():
        found.append(("Skriv vad samtycket är till för.", drafts.step_url(session, "syfte")))
    if not consents:
        found.append(("Kryssa vad som får lämnas, och till vem.", drafts.step_url(session, "uppgifter")))
    if session.last_day is None:
        found.append(("Välj första och sista dagen.", drafts.step_url(session, "tid")))
    if not signatures:
        found.append(("Ingen har svarat än.", drafts.step_url(session, "underskrifter")))
    return found


def _waiting(session: SigningSession, consents: Sequence[Consent], request: HubRequest) -> list[Participation]:
    """Proposed parties that this consent makes active (P-A13)."""
    involved = {c.disclosing_id for c in consents} | {r.agency_id for c in consents for r in c.recipients.all()}
    return [
        p
        for p in drafts.parties_of(session, request)
        if p.agency_id in involved and p.state(at=request.at) == "proposed"
    ]


def replaced_by(session: SigningSession, consents: Sequence[Consent], request: HubRequest) -> list[str]:
    """Versions that this one takes over from, and the day: never two at once, no gap (P-C5)."""
    running = with_parts(
        Consent.objects.filter(series__in=[c.series for c in consents], effective__endswith__gt=request.at).exclude(
            session=session
        )
    )
    today = local_day(request.at)
    first = max(session.first_day or today, today)
    when = "i dag" if first == today else f"den {swedish.day(first)}"
    said: dict[str, list[str]] = {}
    for old in running:
        last = old.session.last_day
        if last is not None and last < first:
            what = f"Tar vid när version {old.version} slutar {swedish.day(last)}"
        elif standing_of(old, at=request.at).runs:
            what = f"Ersätter version {old.version} från och med {when}"
        else:
            continue
        said.setdefault(what, []).append(old.disclosing.name)
    return [f"{what}: {swedish.listing(sorted(names, key=swedish.sort_key))}." for what, names in said.items()]
