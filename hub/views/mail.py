"""Mail about messages: how one wants it, and what became of it where something went wrong."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from hub import outbox, swedish
from hub.access import find, permitted, require_role
from hub.errors import Conflict
from hub.forms.mail import MailForm
from hub.http import HubRequest, once, page
from hub.models import SCREEN_ONLY_KINDS, TROUBLE, Invitation, MailMode, MailState, Outbox, Role
from hub.views.deeds import posted

MOST = 50


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail in trouble: to whom, when, and what is known; never about what."""

    mail: Outbox
    name: str
    #: What the mail is the letter of, if it is one: where the administrator sees the address and can withdraw it.
    invitation: Invitation | None
    when: str
    state: str
    badge: str
    trouble: str


@once
def mail_settings(request: HubRequest) -> HttpResponse:
    """Mail at once, daily or never, for each group of messages. Inside the hub everything is always shown."""
    form, status = MailForm(posted(request), initial=outbox.modes_of(request.actor, at=request.at)), 200
    if request.method == "POST":
        if form.is_valid():
            outbox.choose(form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Ditt val är sparat och gäller nya meddelanden.")
            return redirect("hub:mail_settings")
        status = 422
    context: dict[str, object] = {
        "form": form,
        "mail_on": settings.MAIL_ON,
        "screen_only": request.actor.agency_kind in SCREEN_ONLY_KINDS,
        "troubled": _rows(request, Q(user_id=request.actor.user_id)),
    }
    return page(request, "hub/mail_settings.html", context, status=status)


@require_safe
def admin_outbox(request: HubRequest) -> HttpResponse:
    """For the administrator: mails that are uncertain or failed, and whether mail goes out at all."""
    require_role(request.actor, Role.ADMINISTRATOR)
    all_mail = permitted(Outbox.objects.all(), request.actor, at=request.at)
    waits = Q(state=MailState.WAITING, mode=MailMode.NOW, next_at__lte=request.at)
    figures = all_mail.aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min("next_at", filter=waits),
        uncertain=Count("pk", filter=Q(state=MailState.UNCERTAIN)),
        failed=Count("pk", filter=Q(state=MailState.FAILED)),
    )
    rows = _rows(request, Q())
    request.trail.show([row.mail for row in rows])
    context: dict[str, object] = {
        "rows": rows,
        "mail_on": settings.MAIL_ON,
        "waiting": figures["waiting"],
        "oldest": swedish.moment(figures["oldest"], request.at) if figures["oldest"] else "",
        "uncertain": figures["uncertain"],
        "failed": figures["failed"],
        "more": max(0, figures["uncertain"] + figures["failed"] - len(rows)),
    }
    return page(request, "hub/admin_outbox.html", context)


def _rows(request: HubRequest, of: Q) -> list[MailRow]:
    troubled = Outbox.objects.filter(of, state__in=TROUBLE).select_related("user", "invitation")
    found = permitted(troubled, request.actor, at=request.at)
    return [
        MailRow(
            mail=mail,
            name=mail.recipient.name,
            invitation=mail.invitation,
            when=swedish.moment(mail.claimed_at or mail.created_at, request.at),
            state=str(mail.get_state_display()),
            badge="warn" if mail.state == MailState.UNCERTAIN else "danger",
            trouble=outbox.TROUBLES.get(mail.trouble, ""),
        )
        for mail in found.order_by("-claimed_at", "-pk")[:MOST]
    ]


@require_POST
@once
def outbox_resend(request: HubRequest, ref: UUID) -> HttpResponse:
    """Send an uncertain or failed mail again: a person's decision, since it may arrive twice."""
    mail = find(Outbox.objects.all(), request.actor, "resend", at=request.at, ref=ref)
    try:
        outbox.resend(mail, by=request.actor, at=request.at)
    except Conflict as conflict:
        messages.error(request, conflict.message)
    else:
        messages.success(request, "Mejlet skickas igen inom kort.")
    own = request.actor.role != Role.ADMINISTRATOR
    return redirect("hub:mail_settings" if own else "hub:admin_outbox")
