"""Stopping at once, taking back with a preview, and telling afterwards who and how (P-C4, R15)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from consent import actions
from consent.actions import Scope
from consent.actions.withdrawal import running, stoppable, waiting
from consent.forms.withdrawal import UNKNOWN, DetailsForm, WithdrawForm, day_and_time, stated_at
from consent.models import (
    Answer,
    Consent,
    InformationType,
    Signature,
    SignerRole,
    Withdrawal,
    WithdrawalChannel,
)
from consent.preview import Preview, preview, readers_of, reads_between
from consent.standing import with_parts
from consent.words import type_names
from hub import swedish
from hub.access import Denied, find, may, permitted, require
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.http import HubRequest, once, page
from hub.models import Case, Individual
from hub.views.deeds import posted


def individual_for(request: HubRequest, ref: UUID) -> Individual:
    return find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)


@once
def stop(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Stoppa delningen nu": one press for anyone with a seat, no questions; who and how come later (P-C4)."""
    individual = individual_for(request, ref)
    require(individual, request.actor, "stop_sharing", at=request.at)
    if request.method == "POST":
        stopped = actions.stop_sharing(individual, by=request.actor, at=request.at)
        if not stopped:
            messages.info(request, "Det fanns inget att stoppa. Inget samtycke gäller.")
        return redirect("consent:stop", ref=individual.ref)
    consents = permitted(Consent.objects.filter(individual=individual), request.actor, at=request.at)
    own = list(consents.filter(effective__endswith__gt=request.at).select_related("disclosing"))
    last = _last_stop(individual)
    leads = last is not None and may(last.consent, request.actor, "withdraw", at=request.at)
    request.trail.show([individual, *own], individual=individual.pk)
    context: dict[str, object] = {
        "individual": individual,
        "name": individual.person.name,
        "runs": bool(stoppable(individual.pk, at=request.at)),
        "last": last,
        "stopped_when": swedish.moment(last.withdrawn_at, request.at) if last else "",
        "stopped": stopped_together(last) if last is not None and leads else [],
        "leads": leads,
        "incomplete": leads and last is not None and not last.told_through,
        "told": _told(individual, request) if last is not None and leads else 0,
    }
    return page(request, "consent/stop.html", context)


def _last_stop(individual: Individual) -> Withdrawal | None:
    return (
        Withdrawal.objects.filter(consent__individual=individual, channel=WithdrawalChannel.STOP)
        .select_related("consent", "recorded_by__user", "recorded_by__unit__agency")
        .order_by("withdrawn_at", "pk")
        .last()
    )


def stopped_together(last: Withdrawal) -> list[Withdrawal]:
    """Every consent that the same press ended."""
    return list(
        Withdrawal.objects.filter(
            consent__individual=last.consent.individual_id,
            channel=WithdrawalChannel.STOP,
            withdrawn_at=last.withdrawn_at,
        )
        .select_related("consent__disclosing", "consent__session", "signature__person")
        .order_by("consent__disclosing__name", "pk")
    )


def _told(individual: Individual, request: HubRequest) -> int:
    return len(readers_of(individual, at=request.at)) - 1


@once
def withdraw(request: HubRequest, ref: UUID) -> HttpResponse:
    """Choose, see what it ends, confirm. Nothing happens before the confirmation (P-C4)."""
    individual = individual_for(request, ref)
    if not permitted(Case.objects.filter(individual=individual), request.actor, "lead", at=request.at).exists():
        raise Denied("withdraw", individual)
    consents = withdrawable(individual, request)
    if not consents:
        return page(request, "consent/withdraw_none.html", {"individual": individual})
    signatures = signatures_given(consents)
    types = list(InformationType.objects.worded(on=local_day(request.at)))
    form = WithdrawForm(
        posted(request),
        running=consents,
        signatures=signatures,
        types=types,
        initial=_asked_for(request, consents),
    )
    request.trail.show(
        [individual, individual.person, *consents, *(s.person for s in signatures)], individual=individual.pk
    )
    if request.method == "POST" and form.is_valid() and request.POST.get("go") != "andra":
        try:
            return _preview_or_do(request, individual, form)
        except Invalid as wrong:
            _at_fields(form, wrong)
        except Conflict as gone:
            form.add_error(None, gone.message)
    context: dict[str, object] = {"individual": individual, "form": form, "consents": consents}
    return page(request, "consent/withdraw.html", context, status=422 if form.errors else 200)


def withdrawable(individual: Individual, request: HubRequest) -> list[Consent]:
    """What is in force or could still come into force, of the papers that the actor leads."""
    rows = permitted(Consent.objects.filter(individual=individual), request.actor, "withdraw", at=request.at)
    left = [*running(individual.pk, at=request.at), *waiting(individual.pk)]
    rows = rows.filter(pk__in=[c.pk for c in left])
    return [c for c in with_parts(rows).order_by("disclosing__name", "pk") if c.recipients.all()]


def signatures_given(consents: Sequence[Consent]) -> list[Signature]:
    return list(
        Signature.objects.filter(session__in={c.session_id for c in consents}, answer=Answer.GIVEN)
        .select_related("person")
        .order_by("pk")
    )


def _asked_for(request: HubRequest, consents: Sequence[Consent]) -> dict[str, object]:
    """A link may name one paper: only its parts are marked then."""
    wanted = request.GET.get("samtycke", "")
    chosen = [str(c.ref) for c in consents if wanted in (str(c.session.ref), str(c.ref))]
    return {"consents": chosen} if chosen else {}


def _at_fields(form: WithdrawForm | DetailsForm, wrong: Invalid) -> None:
    """The rule says `stated_at`; on the page it is a day and a time."""
    named = {"stated_day" if name == "stated_at" else name: text for name, text in wrong.errors.items()}
    form.show(Invalid(named))


def _preview_or_do(request: HubRequest, individual: Individual, form: WithdrawForm) -> HttpResponse:
    said = stated_at(form)

    made: list[Withdrawal] = []

    def deed() -> None:
        made.extend(withdraw_from_form(request, form, said))

    if request.POST.get("go") == "bekrafta":
        deed()
        cut = any(w.cuts for w in made)
        if cut:
            messages.success(request, "Återkallelsen gäller från nu. De som är med har fått veta, utan innehåll.")
        else:
            messages.warning(request, "Återkallelsen är registrerad. Den ändrar inte delningen. Se över samtycket.")
        return redirect("consent:consent", ref=made[0].consent.session.ref)
    found = preview(individual, deed, stated_at=said, at=request.at)
    weak = not any(w.cuts for w in made)  # a word that the paper does not rest on changes nothing (P-C4)
    context: dict[str, object] = {
        "individual": individual,
        "form": form,
        "hidden": [(name, value) for name, values in request.POST.lists() for value in values if name in form.fields],
        "preview": found,
        "what": _what(form),
        "who": dict(form.fields["who"].choices)[form.cleaned_data["who"]],  # type: ignore[attr-defined]  # a choice field, its type is lost in the mapping
        "stated": said,
        "weak": weak,
        "about": _about(form),
        **_consequences(found, weak=weak),
    }
    return page(request, "consent/withdraw_preview.html", context)


def withdraw_from_form(request: HubRequest, form: WithdrawForm, said: datetime | None) -> list[Withdrawal]:
    """One withdrawal per paper, since a signer's word stands on each."""
    chosen = form.chosen()
    made: list[Withdrawal] = []
    for session_id in dict.fromkeys(c.session_id for c in chosen):
        made += actions.withdraw(
            [c for c in chosen if c.session_id == session_id],
            scope=form.scope(),
            signature=form.signature_for(session_id),
            channel=form.cleaned_data["channel"],
            stated_at=said,
            details=form.cleaned_data["details"],
            by=request.actor,
            at=request.at,
        )
    return made


def _signer(form: WithdrawForm) -> Signature | None:
    chosen = form.chosen()
    return form.signature_for(chosen[0].session_id) if chosen else None


def _about(form: WithdrawForm) -> str:
    signer = _signer(form)
    return signer.person.name if signer is not None and signer.role == SignerRole.OTHER_PERSON else ""


def _what(form: WithdrawForm) -> list[str]:
    """What is taken back, one line per disclosing agency."""
    scope: Scope = form.scope()
    part = "allt som får lämnas"
    if scope.types is not None:
        part = swedish.listing(type_names(scope.types, form.all_types))
    to = f" till {scope.recipient.name}" if scope.recipient else ""
    return [f"Från {c.disclosing.name}: {part}{to}" for c in form.chosen()]


def _consequences(found: Preview, *, weak: bool) -> dict[str, list[str]]:
    lost = [
        f"{loss.reader.name}, {loss.reader.agency}: {swedish.plural(loss.items, 'uppgift', 'uppgifter')}"
        + (f", {loss.read} redan läst" if loss.read == 1 else f", {loss.read} redan lästa" if loss.read else "")
        for loss in found.losses
    ]
    kept = [
        "Det som redan är läst går inte att göra oläst.",
        "Varje verksamhet har kvar sina egna uppgifter.",
        "Samtycket, svaren och loggen finns kvar som bevis.",
    ]
    after = ["De som är med får veta att samarbetet under samtycket har ändrats, utan innehåll."]
    return {"lost": lost, "kept": kept, "after": [] if weak else after}


@once
def withdrawal(request: HubRequest, ref: UUID) -> HttpResponse:
    """Fill in who stopped and how, for everything that the same press ended; its instant never moves."""
    found = Withdrawal.objects.filter(ref=ref).select_related("consent__individual__person").first()
    if found is None or not may(found.consent, request.actor, "read", at=request.at):
        raise Http404("withdrawal")
    require(found.consent, request.actor, "withdraw", at=request.at)
    together = stopped_together(found) if found.channel == WithdrawalChannel.STOP else [found]
    signatures = signatures_given([w.consent for w in together])
    form = DetailsForm(posted(request), signatures=signatures, initial=_told_before(found))
    if request.method == "POST" and form.is_valid():
        try:
            for w in together:
                actions.complete_details(
                    w,
                    signature=form.signature_for(w.consent.session_id),
                    channel=form.cleaned_data["channel"],
                    stated_at=stated_at(form),
                    details=form.cleaned_data["details"],
                    by=request.actor,
                    at=request.at,
                )
            messages.success(request, "Uppgifterna om återkallelsen är sparade.")
            return redirect("consent:withdrawal", ref=found.ref)
        except Invalid as wrong:
            _at_fields(form, wrong)
    individual = found.consent.individual
    request.trail.show(
        [individual, individual.person, *together, *(s.person for s in signatures)], individual=individual.pk
    )
    context: dict[str, object] = {
        "individual": individual,
        "withdrawal": found,
        "together": together,
        "form": form,
        "between": _between(found, request),
    }
    return page(request, "consent/withdrawal.html", context, status=422 if form.errors else 200)


def _told_before(found: Withdrawal) -> dict[str, object]:
    who = found.signature.signer_key if found.signature else ""
    channel = found.told_through if found.channel == WithdrawalChannel.STOP else found.channel
    return {
        "who": who or (UNKNOWN if channel else ""),
        "channel": channel,
        "details": found.details,
        **day_and_time(found.stated_at),
    }


def _between(found: Withdrawal, request: HubRequest) -> list[object]:
    """Reads of others' items after it was said and before it was recorded."""
    if found.stated_at is None:
        return []
    individual = found.consent.individual
    readers = readers_of(individual, at=request.at)
    return list(reads_between(individual, readers, None, since=found.stated_at, until=found.withdrawn_at))
