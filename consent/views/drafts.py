"""What the wizard's steps share: the draft, its parties, the steps above, and where each button leads."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from consent.forms.parts import VersionedForm
from consent.models import Consent, ConsentRecipient, InformationType, SessionState, SigningSession
from consent.words import POLICE
from hub import swedish
from hub.access import find, permitted, require
from hub.clock import local_day
from hub.errors import Conflict
from hub.http import HubRequest
from hub.models import AgencyKind, Participation, PartyRole

STEPS = {
    "syfte": "Syfte och parter",
    "uppgifter": "Uppgifter",
    "tid": "Hur länge",
    "underskrifter": "Underskrifter",
    "kontrollera": "Kontrollera",
}
#: What a button asks for after saving.
STAY, ON, BACK = "stanna", "vidare", "tillbaka"


def own_paper(request: HubRequest, ref: UUID) -> SigningSession:
    """A paper of a case that the actor leads.

    Raises:
        Http404: it may not be read. Denied: somebody else leads the case.
    """
    rows = SigningSession.objects.select_related("case__owner_unit", "individual__person")
    session = find(rows, request.actor, at=request.at, ref=ref)
    require(session, request.actor, "lead", at=request.at)
    return session


def find_draft(request: HubRequest, ref: UUID) -> SigningSession:
    """The draft to work on.

    Raises:
        Http404, Denied; Conflict: it is registered or thrown away already.
    """
    session = own_paper(request, ref)
    if session.state != SessionState.DRAFT and request.method != "GET":
        raise Conflict("Samtycket är redan registrerat eller kastat. Öppna det för att se vad som gäller nu.")
    return session


def parties_of(session: SigningSession, request: HubRequest) -> list[Participation]:
    """The parties that can give or get something, the owner agency last but police; associations never (P-A14)."""
    rows = permitted(
        Participation.objects.not_ended(at=request.at)
        .filter(case=session.case_id)
        .exclude(agency__kind=AgencyKind.CIVILSAMHALLE)
        .select_related("agency"),
        request.actor,
        at=request.at,
    )
    return sorted(
        rows,
        key=lambda p: (p.agency.kind == POLICE, p.role == PartyRole.OWNER, swedish.sort_key(p.agency.name)),
    )


def consents_of(session: SigningSession, request: HubRequest) -> list[Consent]:
    """The draft's consents with what they ask, in the order of the parties."""
    rows = permitted(Consent.objects.filter(session=session), request.actor, at=request.at)
    found = rows.select_related("disclosing", "session").prefetch_related(
        Prefetch(
            "recipients",
            ConsentRecipient.objects.filter(types__gt=0)
            .select_related("agency", "consent__disclosing")
            .order_by("agency__name"),
        )
    )
    owner = session.case.owner_unit.agency_id
    return sorted(
        found,
        key=lambda c: (
            c.disclosing.kind == POLICE,
            c.disclosing_id == owner,
            swedish.sort_key(c.disclosing.name),
        ),
    )


def types_now(request: HubRequest) -> list[InformationType]:
    return list(InformationType.objects.current(on=local_day(request.at)))


def chrome(session: SigningSession, step: str, consents: Sequence[Consent]) -> dict[str, object]:
    """What every step shows above its form."""
    done = {
        "syfte": bool(consents and session.purpose),
        "uppgifter": any(c.recipients.all() for c in consents),
        "tid": session.last_day is not None,
        "underskrifter": session.signatures.exclude(answer="missing").exists(),
        "kontrollera": False,
    }
    return {
        "session": session,
        "case": session.case,
        "individual": session.individual,
        "step": step,
        "back_url": previous_url(session, step),
        "steps": [
            {
                "label": label,
                "state": "current" if name == step else "done" if done[name] else "todo",
                "url": step_url(session, name),
            }
            for name, label in STEPS.items()
        ],
    }


def step_url(session: SigningSession, step: str, agency: UUID | None = None) -> str:
    url = reverse("consent:consent_step", args=[session.ref, step])
    return f"{url}?verksamhet={agency}" if agency else url


def previous_url(session: SigningSession, step: str) -> str:
    names = list(STEPS)
    at = names.index(step)
    return step_url(session, names[at - 1]) if at else ""


def go_on(request: HubRequest, session: SigningSession, step: str) -> HttpResponse:
    """After saving: stay, go back or go on, as the pressed button says."""
    names = list(STEPS)
    at, wish = names.index(step), request.POST.get("go", ON)
    if wish == STAY:
        messages.success(request, "Utkastet är sparat.")
        return redirect(step_url(session, step))
    if wish == BACK:
        return redirect(step_url(session, names[max(at - 1, 0)]))
    return redirect(step_url(session, names[min(at + 1, len(names) - 1)]))


def show_draft(request: HubRequest, session: SigningSession, consents: Sequence[Consent]) -> None:
    """Note in the log that the draft was on the page."""
    request.trail.show(
        [session, session.individual, session.individual.person, *consents],
        individual=session.individual_id,
        case=session.case_id,
    )


def keep_typed(form: VersionedForm, session: SigningSession, stale: Conflict) -> int:
    """Show the form again with what was typed and the version that holds now (P-Q3). Returns the status.

    Raises:
        Conflict: it is no draft any more, so there is nothing to save it in.
    """
    session.refresh_from_db(fields=["state", "row_version"])
    if session.state != SessionState.DRAFT:
        raise stale
    form.add_error(None, f"{stale.message} Det du har fyllt i står kvar här. Se över det och spara igen.")
    typed = cast("QueryDict", form.data).copy()
    typed["row_version"] = str(session.row_version)
    form.data = typed
    return 409
