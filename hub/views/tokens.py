"""The profile's keys for other systems: made, shown once, revoked at once (architecture, "API")."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub import actions
from hub.access import find, permitted
from hub.errors import Conflict
from hub.forms.tokens import TokenForm
from hub.http import HubRequest, once, page
from hub.models import SCREEN_ONLY_KINDS, ApiToken, Assignment
from hub.views.deeds import done, posted


@require_safe
def tokens(request: HubRequest) -> HttpResponse:
    """The user's own keys, those that live first."""
    rows = permitted(ApiToken.objects.select_related("assignment__unit", "municipality"), request.actor, at=request.at)
    found = [_row(token, request.at) for token in rows.order_by("-created_at", "-pk")[:100]]
    living, gone = [row for row in found if row["lives"]], [row for row in found if not row["lives"]]
    context: dict[str, object] = {"living": living, "gone": gone, "may_make": _may_make(request)}
    return page(request, "hub/tokens.html", context)


def _row(token: ApiToken, at: datetime) -> dict[str, object]:
    """How one key stands; a key of an assignment that has ended opens nothing, whatever its own period says."""
    ended = token.assignment.valid_to is not None and token.assignment.valid_to <= at
    word = "Återkallad" if token.revoked_at else "Uppdraget har slutat" if ended else "Har gått ut"
    return {"token": token, "lives": token.lives(at=at) and not ended, "word": word}


def _may_make(request: HubRequest) -> bool:
    return request.actor.agency_kind not in SCREEN_ONLY_KINDS


@once
def token_new(request: HubRequest) -> HttpResponse:
    """Make a key. Its secret stands on the answer to this very press, and never again."""
    form, status, made = TokenForm(posted(request)), 200, list[tuple[ApiToken, str]]()
    if request.method == "POST":
        status = done(form, lambda: made.append(_make(request, form)))
        if status == 200:
            token, secret = made[0]
            response = page(request, "hub/token_made.html", {"token": token, "secret": secret})
            response.sent_again = reverse("hub:tokens")  # type: ignore[attr-defined]  # read by `once`
            return response
    return page(request, "hub/token_new.html", {"form": form, "may_make": _may_make(request)}, status=status)


def _make(request: HubRequest, form: TokenForm) -> tuple[ApiToken, str]:
    assignment = Assignment.objects.select_related("user", "unit__agency").get(pk=request.actor.assignment_id)
    return actions.make_token(
        assignment=assignment,
        municipality_id=request.actor.municipality_id,
        name=form.cleaned_data["name"],
        scopes=form.scopes(),
        expires_at=form.expires_at(request.at),
        by=request.actor,
        at=request.at,
    )


@require_POST
@once
def token_revoke(request: HubRequest, ref: UUID) -> HttpResponse:
    """Gone at once; the log keeps that it was there."""
    token = find(ApiToken.objects.all(), request.actor, at=request.at, ref=ref)
    try:
        actions.revoke_token(token, by=request.actor, at=request.at)
        messages.success(request, f"Nyckeln {token.name} är återkallad och släpper inte in någon mer.")
    except Conflict as gone:
        messages.info(request, gone.message)
    return redirect("hub:tokens")
