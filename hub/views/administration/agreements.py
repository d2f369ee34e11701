"""Agreements (samverkansöverenskommelser): what lets agencies from outside the kommun in (P-X1)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub import actions, clock
from hub.access import find, may, permitted
from hub.admin_queries import agreement_rows, part_rows, period_words, state
from hub.forms.administration import AgreementEndForm, AgreementForm, AgreementPartyForm, EndPartForm
from hub.history import history_of
from hub.http import HubRequest, page
from hub.models import Agency, Agreement, AgreementParty
from hub.policy_admin import administers_kommun, require_kommun
from hub.swedish import swedish_order
from hub.views.administration.shell import administration, crumbs_to, form_page, renewed, today
from hub.views.deeds import done, posted

HELP = [
    "Polis, frivård, region och andra utifrån läser bara medan en överenskommelse där de är part gäller. "
    "Kommunens egna verksamheter behöver ingen.",
    "Överenskommelsen ersätter inte samtycket: utan samtycke eller annan grund läser ingen något ändå.",
    "När den upphör slutar läsningen i samma ögonblick. Förnyas den i tid märks inget glapp.",
]


def _to_agreements() -> tuple[str, str]:
    return "Överenskommelser", reverse("hub:admin_agreements")


def _link(agreement: Agreement) -> tuple[str, str]:
    return agreement.title, reverse("hub:admin_agreement", args=[agreement.ref])


@administration
def agreements(request: HubRequest) -> HttpResponse:
    rows = agreement_rows(request.actor, at=request.at)
    context: dict[str, object] = {
        "rows": rows,
        "may_add": administers_kommun(request.actor, request.at),
        "crumbs": crumbs_to(),
        "help_lines": HELP,
    }
    return page(request, "administration/agreements.html", context)


@administration
def agreement_new(request: HubRequest) -> HttpResponse:
    require_kommun(request.actor, Agreement, at=request.at)
    form, made, status = AgreementForm(posted(request), initial={"first": today(request)}), list[Agreement](), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: made.append(actions.add_agreement(form.facts(), by=request.actor, at=request.at)),
        )
        if status == 200:
            messages.success(request, "Överenskommelsen är tillagd. Lägg till vilka som är parter.")
            return redirect("hub:admin_agreement", made[0].ref)
    return form_page(
        request,
        form,
        title="Lägg till överenskommelse",
        back=_to_agreements(),
        submit="Lägg till",
        status=status,
        help_title="Vad den betyder här",
        help_lines=HELP,
    )


@administration
def agreement(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Agreement.objects.all(), request.actor, at=request.at, ref=ref)
    rows = part_rows(found, request.actor, at=request.at)
    word, badge = state(found.valid_from, found.valid_to, request.at)
    changeable = may(found, request.actor, "administer", at=request.at)
    context: dict[str, object] = {
        "agreement": found,
        "rows": rows,
        "word": word,
        "badge": badge,
        "facts": [
            ("Gäller", period_words(found.valid_from, found.valid_to)),
            ("Nivå", found.get_level_display()),
            ("Diarienummer", found.reference),
            ("Anteckning", found.note),
        ],
        "changeable": changeable,
        "running": word == "Gäller",
        "crumbs": crumbs_to(_to_agreements()),
        "history": history_of(found) if changeable else [],
    }
    return page(request, "administration/agreement.html", context)


@administration
def agreement_edit(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Agreement.objects.all(), request.actor, "administer", at=request.at, ref=ref)
    last = clock.last_day(found.valid_to) if found.valid_to else None
    initial = {
        **{name: getattr(found, name) for name in ("title", "level", "reference", "note", "row_version")},
        "first": clock.local_day(found.valid_from),
        "last": last,
    }
    form, status, more = AgreementForm(posted(request), initial=initial), 200, dict[str, object]()
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.change_agreement(
                found, form.facts(), row_version=form.version, by=request.actor, at=request.at
            ),
        )
        if status == 200:
            messages.success(request, "Ändringen är sparad.")
            return redirect("hub:admin_agreement", found.ref)
        if status == 409:
            now = renewed(form, found)
            more["now"] = [*now, ("Gäller", period_words(found.valid_from, found.valid_to))]
    return form_page(
        request,
        form,
        title="Ändra överenskommelsen",
        back=_link(found),
        status=status,
        help_title="När dagarna ändras",
        help_lines=HELP[2:],
        **more,  # type: ignore[arg-type]  # free keyword arguments
    )


@administration
def agreement_end(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Agreement.objects.all(), request.actor, "administer", at=request.at, ref=ref)
    form, status, more = AgreementEndForm(posted(request), initial={"row_version": found.row_version}), 200, {}
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.end_agreement(found, row_version=form.version, by=request.actor, at=request.at),
        )
        if status == 200:
            messages.success(request, "Överenskommelsen är avslutad.")
            return redirect("hub:admin_agreement", found.ref)
        if status == 409:
            found.refresh_from_db()
            more = {"now": [("Gäller", period_words(found.valid_from, found.valid_to))]}
    outside = [row.party.agency.name for row in part_rows(found, request.actor, at=request.at) if row.word == "Gäller"]
    return form_page(
        request,
        form,
        title="Avsluta överenskommelsen genast",
        lead=found.title,
        back=_link(found),
        submit="Avsluta genast",
        danger=True,
        status=status,
        lost=[f"{name} läser inget mer i kommunen, om ingen annan överenskommelse gäller." for name in outside],
        kept=["Det som verksamheterna själva har skrivit, samtyckena och loggen."],
        next=["Lägg till en ny överenskommelse om samarbetet ska fortsätta. Då öppnas läsningen igen."],
        **more,
    )


@administration
def party_new(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(Agreement.objects.all(), request.actor, "administer", at=request.at, ref=ref)
    agencies = permitted(Agency.objects.all(), request.actor, at=request.at).order_by("kind", swedish_order("name"))
    first = max(today(request), clock.local_day(found.valid_from))
    form, status = AgreementPartyForm(posted(request), agencies=agencies, initial={"first": first}), 200
    if request.method == "POST":
        status = done(form, lambda: _join(request, found, form))
        if status == 200:
            messages.success(request, f"{form.chosen.name} är part i överenskommelsen.")
            return redirect("hub:admin_agreement", found.ref)
    return form_page(
        request, form, title="Lägg till part", lead=found.title, back=_link(found), submit="Lägg till", status=status
    )


def _join(request: HubRequest, agreement: Agreement, form: AgreementPartyForm) -> None:
    actions.add_agreement_party(
        agreement,
        form.chosen,
        first=form.cleaned_data["first"],
        last=form.cleaned_data["last"],
        by=request.actor,
        at=request.at,
    )


@administration
def party_end(request: HubRequest, ref: UUID) -> HttpResponse:
    rows = AgreementParty.objects.select_related("agreement", "agency")
    party = find(rows, request.actor, "administer", at=request.at, ref=ref)
    form, status = EndPartForm(posted(request)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.end_agreement_party(party, last=form.last_or_now, by=request.actor, at=request.at),
        )
        if status == 200:
            messages.success(request, f"{party.agency.name} är inte längre part.")
            return redirect("hub:admin_agreement", party.agreement.ref)
    return form_page(
        request,
        form,
        title=f"Avsluta för {party.agency.name}",
        lead=party.agreement.title,
        back=_link(party.agreement),
        submit="Avsluta",
        danger=True,
        status=status,
        lost=[f"{party.agency.name} läser inget mer i kommunen, om ingen annan överenskommelse gäller."],
        kept=["Det som verksamheten själv har skrivit, samtyckena och loggen."],
    )
