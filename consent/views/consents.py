"""The list of consents, one paper's page, its renewal, and the assessments that decide who signs (P-C3, P-C5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from consent import actions
from consent.completeness import Completeness
from consent.forms.consent import PaperKind
from consent.models import (
    Consent,
    InformationType,
    PaperReview,
    ReviewKind,
    SessionState,
    Signature,
    SigningSession,
    Withdrawal,
)
from consent.reviews import KIND, SLUG
from consent.standing import (
    GROUPS,
    INCOMPLETE,
    REFUSED,
    Paper,
    Standing,
    as_judged,
    paper_standing,
    papers,
    sentences,
    standing_of,
    with_parts,
)
from consent.views import drafts
from consent.views.signers import state_context
from consent.words import type_names
from hub import swedish
from hub.access import may, permitted
from hub.clock import local_day
from hub.http import HubRequest, once, page


def consents(request: HubRequest) -> HttpResponse:
    """Every paper of the cases one sits in, by how it stands; who is missing is named (R33: no risk text)."""
    found = papers(request.actor, at=request.at)
    chosen = request.GET.get("visa", "")
    if chosen and chosen not in GROUPS:
        raise Http404(chosen)
    states = GROUPS[chosen][1] if chosen else ()
    shown = [p for p in found if not chosen or p.standing.state in states]
    for paper in shown:
        request.trail.show(
            [paper.session, *paper.consents], individual=paper.session.individual_id, case=paper.session.case_id
        )
    rows = [(p, _row_text(p, request), swedish.listing(_givers(p))) for p in shown]
    context: dict[str, object] = {"rows": rows, "chips": _chips(found, chosen), "chosen": chosen}
    return page(request, "consent/consents.html", context)


def _chips(found: Sequence[Paper], chosen: str) -> list[dict[str, object]]:
    counts = {name: sum(p.standing.state in states for p in found) for name, (_label, states) in GROUPS.items()}
    chips: list[dict[str, object]] = [{"label": f"Alla {len(found)}", "url": "?", "current": not chosen}]
    return chips + [
        {"label": f"{label} {counts[name]}", "url": f"?visa={name}", "current": chosen == name}
        for name, (label, _states) in GROUPS.items()
        if counts[name] or chosen == name
    ]


def _row_text(paper: Paper, request: HubRequest) -> str:
    if paper.refused or paper.lacking:
        no = [f"{swedish.listing(paper.refused)} har sagt nej."] if paper.refused else []
        unanswered = [f"Saknar svar från {swedish.listing(paper.lacking)}."] if paper.lacking else []
        return " ".join(no + unanswered)
    running = [c for c in paper.consents if standing_of(c, at=request.at).runs]
    if 0 < len(running) < len(paper.consents):
        return f"{paper.standing.text} {len(running)} av {len(paper.consents)} delar gäller."
    return paper.standing.text


def _givers(paper: Paper) -> list[str]:
    return list(dict.fromkeys(c.disclosing.name for c in paper.consents))


@dataclass(frozen=True, slots=True)
class Part:
    """One disclosing agency's consent as its reader may see it."""

    consent: Consent
    standing: Standing
    said: list[str]
    withdrawals: list[str]


def consent(request: HubRequest, ref: UUID) -> HttpResponse:
    """One paper: how each part stands, what it says, who has answered; a party sees what concerns it."""
    session, found, owner = find_paper(request, ref)
    types = list(InformationType.objects.worded(on=local_day(request.at)))
    only_to = None if owner else request.actor.agency_id
    parts = [
        Part(c, standing_of(c, at=request.at), _sentences(c, types, only_to), _withdrawn(c, types, only_to, request))
        for c in found
        if c.recipients.all() or session.state == SessionState.DRAFT
    ]
    request.trail.show(
        [session, *found, *(w for c in found for w in c.withdrawals.all())],
        individual=session.individual_id,
        case=session.case_id,
    )
    context: dict[str, object] = {
        "session": session,
        "case": session.case,
        "individual": session.individual,
        "owner": owner,
        "parts": parts,
        "standing": paper_standing(session, [p.consent for p in parts], at=request.at),
    }
    if owner:
        context |= _owner_context(session, parts, request)
        context |= _told_apart(context)
    return page(request, "consent/consent.html", context)


def _told_apart(context: dict[str, Any]) -> dict[str, object]:
    """A paper that somebody said no to, or that is to be gone through, says so and not that it waits for answers."""
    answer = context.get("answer")
    parts = [replace(p, standing=as_judged(p.standing, answer)) for p in context["parts"]]
    return {"standing": as_judged(context["standing"], answer), "parts": parts}


def find_paper(request: HubRequest, ref: UUID) -> tuple[SigningSession, list[Consent], bool]:
    """The paper with the consents that the actor may read; the owner agency reads it without any.

    Raises:
        Http404: neither the paper nor any of its consents may be known.
    """
    rows = permitted(Consent.objects.filter(session__ref=ref), request.actor, at=request.at)
    found = list(with_parts(rows).order_by("disclosing__name", "pk"))
    sessions = SigningSession.objects.select_related("case", "individual__person", "created_by__user")
    session = permitted(sessions, request.actor, at=request.at).filter(ref=ref).first()
    if session is not None:
        return session, found, True
    if not found:
        raise Http404("consent")
    return SigningSession.objects.select_related("case", "individual").get(ref=ref), found, False


def _sentences(consent: Consent, types: Sequence[InformationType], only_to: int | None) -> list[str]:
    """A party that gives sees all that it gives; one that gets sees what it gets (P-A7)."""
    return sentences(consent, types, only_to=None if consent.disclosing_id == only_to else only_to)


def _withdrawn(
    consent: Consent, types: Sequence[InformationType], only_to: int | None, request: HubRequest
) -> list[str]:
    """What was taken back, and when; a party learns only of what concerns it, without who (P-C4)."""
    shown = withdrawals_shown(consent, only_to)
    return [_withdrawal_text(w, types, names=only_to is None, request=request) for w in shown]


def withdrawals_shown(consent: Consent, only_to: int | None) -> list[Withdrawal]:
    """What was taken back, to the owner; to a party (`only_to`) what ends something of its own (P-C4)."""
    theirs = {None, only_to}
    return [
        w
        for w in consent.withdrawals.all()
        if only_to is None
        or (w.cuts and w.about_id is None and (w.recipient_id in theirs or consent.disclosing_id == only_to))
    ]


def _withdrawal_text(w: Withdrawal, types: Sequence[InformationType], *, names: bool, request: HubRequest) -> str:
    what = "Hela samtycket" if w.recipient_id is None and w.types is None else "En del"
    if w.types is not None:
        what = f"Delen om {swedish.listing(type_names(w.types, types))}"
    to = f" till {w.recipient.name}" if w.recipient else ""
    who = f" av {w.signature.person.given_name}" if names and w.signature else ""
    weak = "" if w.cuts else ". Det ändrar inte delningen"
    return f"{what}{to} återkallades {swedish.moment(w.withdrawn_at, request.at)}{who}{weak}."


def _owner_context(session: SigningSession, parts: Sequence[Part], request: HubRequest) -> dict[str, object]:
    """Signatures, what is missing, versions and what may be done: for the owner agency only."""
    signatures = list(
        Signature.objects.filter(session=session).select_related("person", "taken_by__user").order_by("pk")
    )
    request.trail.show([*signatures, *(s.person for s in signatures)])
    leads = may(session, request.actor, "lead", at=request.at)
    runs = any(p.standing.runs for p in parts)
    registered = session.state == SessionState.REGISTERED
    waits = registered and any(p.standing.state in (INCOMPLETE, REFUSED) for p in parts)
    answer, state = state_context(session, request) if registered else (None, {})
    return state | {
        "answer": answer,
        "signatures": [s for s in signatures if s.answer != "missing"],
        "leads": leads,
        "waits": waits,
        "runs": runs,
        "may_renew": leads and registered and not waits,
        "renewals": list(
            permitted(
                SigningSession.objects.filter(renews=session).exclude(state=SessionState.DISCARDED),
                request.actor,
                at=request.at,
            )
        ),
        "reviews": list(
            permitted(PaperReview.objects.filter(session=session), request.actor, at=request.at)
            .select_related("reviewed_by__user", "manager__user")
            .order_by("-reviewed_at", "-pk")
        ),
        "to_go_through": _to_go_through(session, answer, request, leads=leads) if answer else [],
        "paper_facts": _paper_facts(session, request),
    }


#: What the button says to who leads the case.
GO_THROUGH = {
    ReviewKind.RULES: "Gå igenom samtycket innan det gäller",
    ReviewKind.CUSTODY: "Gå igenom vårdnaden",
    ReviewKind.FORMER: "Inga fler brev till tidigare vårdnadshavare",
}


def _to_go_through(
    session: SigningSession, answer: Completeness, request: HubRequest, *, leads: bool
) -> list[tuple[str, str]]:
    """Reviews that the reader may do now: (address, what the button says)."""
    asked = {KIND[c.task] for c in answer.concerns}
    found = {kind: words for kind, words in GO_THROUGH.items() if kind in asked and leads}
    if ReviewKind.MANAGER in asked:
        if may(session, request.actor, "review", at=request.at):
            found[ReviewKind.MANAGER] = "Granska barnets nej"
        elif may(session, request.actor, "note_review", at=request.at):
            found[ReviewKind.MANAGER] = "Anteckna chefens granskning"
    return [(reverse("consent:consent_review", args=[session.ref, SLUG[k]]), words) for k, words in found.items()]


@require_POST
@once
def consent_renew(request: HubRequest, ref: UUID) -> HttpResponse:
    """Begin the next version; one that is begun already is gone on with (P-C5)."""
    session = drafts.own_paper(request, ref)
    begun = SigningSession.objects.filter(renews=session, state=SessionState.DRAFT).first()
    if begun is None:
        begun = actions.renew_session(session, by=request.actor, at=request.at)
        messages.success(request, "Allt är hämtat från det förra samtycket. Se över det och ta in nya svar.")
    return redirect(drafts.step_url(begun, "uppgifter"))


@require_POST
@once
def consent_discard(request: HubRequest, ref: UUID) -> HttpResponse:
    """Throw a draft away."""
    session = drafts.own_paper(request, ref)
    actions.discard_session(session, row_version=_version(request), by=request.actor, at=request.at)
    messages.success(request, "Utkastet är kastat.")
    return redirect("consent:consents")


def _version(request: HubRequest) -> int:
    try:
        return int(request.POST.get("row_version", ""))
    except ValueError:
        return 0


def _paper_facts(session: SigningSession, request: HubRequest) -> list[tuple[str, str]]:
    """What stands on the paper itself."""
    kind = PaperKind(session.paper_kind).label if session.paper_kind in PaperKind.values else ""
    registered = swedish.moment(session.registered_at, request.at) if session.registered_at else ""
    return [
        ("Syfte", session.purpose),
        ("Första dagen", swedish.day(session.first_day) if session.first_day else ""),
        ("Sista dagen", swedish.day(session.last_day) if session.last_day else ""),
        ("Uppgifter från", swedish.day(session.items_from) if session.items_from else "första dagen"),
        ("Blankett", f"{kind}, version {session.form_version}"),
        ("Tolk", session.interpreter),
        ("Originalet finns", session.original_kept),
        ("Domstolen kräver", session.court_requirement),
        ("Går vidare trots att", session.unmet_criterion_reason),
        ("Registrerat", registered),
    ]
