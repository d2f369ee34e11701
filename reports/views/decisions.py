"""The kommun's decisions about who sees exact figures: registered and ended by an administrator (P-S2)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub.access import find, permitted
from hub.admin_queries import period_words, state
from hub.http import HubRequest, page
from hub.models import Assignment, Role
from hub.policy_admin import require_kommun
from hub.swedish import day, swedish_order
from hub.views.administration.shell import administration, crumbs_to, form_page, today
from hub.views.deeds import done, posted
from reports import actions
from reports.forms import DecisionForm, EndDecisionForm
from reports.models import ProgrammeDecision

HELP = [
    "En programansvarig ser exakta siffror om hela programmet, också små tal. Alla andra ser utgåvor där små tal är "
    "borttagna.",
    "Siffrorna visas bara medan både uppdraget och beslutet gäller. När något av dem slutar stängs sidan i samma "
    "ögonblick.",
    "Den programansvariga kan inte öppna något ärende och inte söka efter någon.",
]


def _back() -> tuple[str, str]:
    return "Programansvariga", reverse("reports:admin_decisions")


@administration
def decisions(request: HubRequest) -> HttpResponse:
    require_kommun(request.actor, ProgrammeDecision, at=request.at)
    rows = permitted(ProgrammeDecision.objects.all(), request.actor, at=request.at)
    found = []
    for row in rows.select_related("assignment__user", "assignment__unit__agency").order_by("-valid_from", "-pk"):
        word, badge = ("Återkallad", "neutral") if row.withdrawn else state(row.valid_from, row.valid_to, request.at)
        found.append(
            {
                "decision": row,
                "name": row.assignment.user.name,
                "agency": row.assignment.unit.agency.name,
                "said": f"{row.decided_by}, {day(row.decided_on)}, {row.reference}",
                "period": period_words(row.valid_from, row.valid_to),
                "word": word,
                "badge": badge,
                "deed": {"Gäller": "Avsluta", "Kommande": "Återkalla"}.get(word, ""),
            }
        )
    context: dict[str, object] = {"rows": found, "crumbs": crumbs_to(), "help_lines": HELP}
    return page(request, "reports/decisions.html", context)


@administration
def decision_new(request: HubRequest) -> HttpResponse:
    require_kommun(request.actor, ProgrammeDecision, at=request.at)
    own = Assignment.objects.not_over(at=request.at).filter(
        role=Role.PROGRAMME, unit__agency__municipality=request.actor.municipality_id, user__is_active=True
    )
    others = own.exclude(user=request.actor.user_id)
    held = others.select_related("user", "unit__agency").order_by(swedish_order("user__name"), "pk")
    form, status = DecisionForm(posted(request), held=held, initial={"first": today(request)}), 200
    if request.method == "POST":
        status = done(form, lambda: actions.record_decision(form.facts(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Beslutet är noterat.")
            return redirect("reports:admin_decisions")
    return form_page(
        request,
        form,
        title="Notera beslut om programansvarig",
        back=_back(),
        submit="Notera",
        status=status,
        help_title="Vad beslutet öppnar",
        help_lines=HELP,
    )


@administration
def decision_end(request: HubRequest, ref: UUID) -> HttpResponse:
    rows = ProgrammeDecision.objects.select_related("assignment__user")
    found = find(rows, request.actor, "administer", at=request.at, ref=ref)
    form, status = EndDecisionForm(posted(request), initial={"row_version": found.row_version}), 200
    to_come = found.valid_from > request.at
    if request.method == "POST":
        status = done(
            form, lambda: actions.end_decision(found, row_version=form.version, by=request.actor, at=request.at)
        )
        if status == 200:
            done_words = "återkallat. Det öppnar ingenting" if to_come else "avslutat. De exakta siffrorna är stängda"
            messages.success(request, f"Beslutet är {done_words}.")
            return redirect("reports:admin_decisions")
    return form_page(
        request,
        form,
        title="Återkalla beslutet" if to_come else "Avsluta beslutet genast",
        lead=f"{found.assignment.user.name}, {found.reference}",
        back=_back(),
        submit="Återkalla" if to_come else "Avsluta genast",
        danger=True,
        status=status,
        lost=[] if to_come else ["De exakta siffrorna om programmet."],
        kept=["Uppdraget, utgåvorna som alla kan läsa, och loggen."],
        next=["Notera ett nytt beslut om personen ska se siffrorna igen."],
    )
