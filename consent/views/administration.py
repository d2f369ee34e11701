"""Pages of the administration that belong to consent: information types, and what the kommun has decided."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consent import actions
from consent.decided import Decided, decided
from consent.forms.reference import CloseTypeForm, RulesForm, TakeBackForm, TypeForm, WordingForm
from consent.models import ConsentSettings, InformationType
from hub.access import Denied, find, may, permitted
from hub.history import history_of
from hub.http import HubRequest, page
from hub.models import AgencyKind
from hub.policy_admin import require_kommun
from hub.swedish import day
from hub.views.administration.shell import administration, crumbs_to, form_page, renewed, today
from hub.views.deeds import done, posted

TYPES_HELP = [
    "En typ är det som familjen kryssar. Därför ändras aldrig vad den betyder eller vem som skriver den.",
    "Ska den betyda något annat? Stäng den gamla och lägg till en ny. Samtycken som finns gäller som de skrevs.",
    "Ordalydelsen kan ändras från en dag. Den gamla lydelsen står kvar i historiken.",
]


def _keeps(request: HubRequest) -> bool:
    return permitted(InformationType.objects.all(), request.actor, "administer", at=request.at).exists()


def _to_types() -> tuple[str, str]:
    return "Uppgiftstyper", reverse("consent:admin_types")


def _kinds(codes: list[str]) -> str:
    return ", ".join(str(AgencyKind(code).label) for code in codes)


def _state(kind: InformationType, on: date) -> tuple[str, str]:
    if kind.valid_from > on:
        return f"Från {day(kind.valid_from)}", "info"
    if kind.valid_to is None:
        return "Används", "ok"
    return (f"Till {day(kind.valid_to - timedelta(days=1))}", "warn") if kind.valid_to > on else ("Stängd", "neutral")


def _versions(code: str, request: HubRequest) -> list[InformationType]:
    """Every version of a code, newest first; 404 where there is none."""
    rows = permitted(InformationType.objects.filter(code=code), request.actor, "list", at=request.at)
    found = list(rows.order_by("-version"))
    if not found:
        raise Http404("type")
    return found


@administration
def types(request: HubRequest) -> HttpResponse:
    rows = permitted(InformationType.objects.all(), request.actor, "list", at=request.at).order_by("order", "version")
    newest = {kind.code: kind for kind in rows}
    context: dict[str, object] = {
        "rows": [(kind, *_state(kind, today(request)), _kinds(kind.writers)) for kind in newest.values()],
        "may_add": _keeps(request),
        "crumbs": crumbs_to(),
        "help_lines": TYPES_HELP,
    }
    return page(request, "administration/types.html", context)


@administration
def type_new(request: HubRequest) -> HttpResponse:
    if not _keeps(request):
        raise Denied("administer", InformationType)
    form, status = TypeForm(posted(request), initial={"from_day": today(request)}), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.add_type(
                form.meaning(), form.wording(), from_day=form.cleaned_data["from_day"], by=request.actor, at=request.at
            ),
        )
        if status == 200:
            messages.success(request, "Uppgiftstypen är tillagd.")
            return redirect("consent:admin_type", form.cleaned_data["code"])
    return form_page(
        request,
        form,
        title="Lägg till uppgiftstyp",
        back=_to_types(),
        submit="Lägg till",
        status=status,
        help_title="En ny typ är för alltid",
        help_lines=TYPES_HELP,
    )


@administration
def type_page(request: HubRequest, code: str) -> HttpResponse:
    """What a type is and how it has been said; a new wording, or closing it."""
    versions = _versions(code, request)
    kind = versions[0]
    word, badge = _state(kind, today(request))
    context: dict[str, object] = {
        "kind": kind,
        "word": word,
        "badge": badge,
        "facts": [
            ("I samtycket", kind.description),
            ("Lättläst", f"{kind.easy_name}: {kind.easy_description}"),
            ("Skrivs av", _kinds(kind.writers)),
            ("Varför", kind.writers_reason),
            ("Får den aldrig", _kinds(kind.never_to)),
            ("Varför aldrig", kind.never_to_reason),
            ("Exempel", kind.example),
            ("Skriv inte", kind.advice),
        ],
        "versions": versions,
        "changeable": kind.valid_to is None and may(kind, request.actor, "administer", at=request.at),
        "crumbs": crumbs_to(_to_types()),
        "history": history_of(*versions),
    }
    return page(request, "administration/type.html", context)


def _kept(request: HubRequest, code: str) -> InformationType:
    kind = _versions(code, request)[0]
    if not may(kind, request.actor, "administer", at=request.at):
        raise Denied("administer", kind)
    return kind


def _type_link(kind: InformationType) -> tuple[str, str]:
    return kind.name, reverse("consent:admin_type", args=[kind.code])


@administration
def type_reword(request: HubRequest, code: str) -> HttpResponse:
    kind = _kept(request, code)
    names = ("name", "description", "easy_name", "easy_description", "example", "advice", "row_version")
    initial = {name: getattr(kind, name) for name in names} | {"from_day": today(request) + timedelta(days=1)}
    form, status, more = WordingForm(posted(request), initial=initial), 200, dict[str, object]()
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.reword_type(
                kind,
                form.wording(),
                from_day=form.cleaned_data["from_day"],
                row_version=form.version,
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Den nya lydelsen är sparad.")
            return redirect("consent:admin_type", code)
        if status == 409:
            more["now"] = renewed(form, kind)
    return form_page(
        request,
        form,
        title=f"Ny lydelse av {kind.name}",
        back=_type_link(kind),
        status=status,
        help_title="Bara orden, inte betydelsen",
        help_lines=TYPES_HELP,
        **more,  # type: ignore[arg-type]  # free keyword arguments
    )


@administration
def type_close(request: HubRequest, code: str) -> HttpResponse:
    kind = _kept(request, code)
    initial = {"row_version": kind.row_version, "from_day": today(request) + timedelta(days=1)}
    form, status, more = CloseTypeForm(posted(request), initial=initial), 200, dict[str, object]()
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.close_type(
                kind,
                from_day=form.cleaned_data["from_day"],
                row_version=form.version,
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Uppgiftstypen stängs.")
            return redirect("consent:admin_type", code)
        if status == 409:
            more["now"] = renewed(form, kind)
    return form_page(
        request,
        form,
        title=f"Stäng {kind.name}",
        back=_type_link(kind),
        submit="Stäng",
        danger=True,
        status=status,
        lost=["Ingen skriver nya uppgifter av typen, och nya samtycken erbjuder den inte."],
        kept=["Samtycken som gäller, och uppgifter som är skrivna, fortsätter som förut."],
        next=["Typen öppnas aldrig igen. Behövs den senare läggs en ny till."],
        **more,
    )


# --- what the kommun has decided -------------------------------------------------------------------------------------


def _to_rules() -> tuple[str, str]:
    return "Samtycken och rytm", reverse("consent:admin_rules")


def _facts(rules: Decided | ConsentSettings) -> list[tuple[str, str]]:
    return [
        ("Den unga skriver under från", f"{rules.youth_signs_from_age} år"),
        ("Den unga kan bestämma själv från", f"{rules.decides_alone_from_age} år"),
        ("Förhindrad vårdnadshavare kan ersättas", "ja" if rules.hindered_guardian_rule else "nej"),
        ("Ett samtycke gäller högst", f"{rules.consent_max_months} månader"),
        ("Nätverksmöte minst var", f"{rules.rhythm_days}:e dag"),
        ("Varning från", f"dag {rules.rhythm_warning_days}"),
    ]


@administration
def rules(request: HubRequest) -> HttpResponse:
    require_kommun(request.actor, ConsentSettings, at=request.at)
    on = today(request)
    rows = permitted(ConsentSettings.objects.all(), request.actor, "administer", at=request.at)
    found = list(rows.select_related("recorded_by__user").order_by("-from_day"))
    begun = [row for row in found if row.begun(on=on)]
    context: dict[str, object] = {
        "now": _facts(decided(request.actor.municipality_id, on=on)),
        "since": begun[0] if begun else None,
        "ahead": [(row, _facts(row)) for row in reversed(found) if not row.begun(on=on)],
        "before": [(row, _facts(row)) for row in begun[1:]],
        "crumbs": crumbs_to(),
    }
    return page(request, "administration/rules.html", context)


@administration
def rules_new(request: HubRequest) -> HttpResponse:
    require_kommun(request.actor, ConsentSettings, at=request.at)
    now = decided(request.actor.municipality_id, on=today(request))
    initial = {name: getattr(now, name) for name in RulesForm.base_fields if hasattr(now, name)}
    form, status = RulesForm(posted(request), initial=initial), 200
    if request.method == "POST":
        status = done(form, lambda: _decide(request, form))
        if status == 200:
            messages.success(request, f"Beslutet gäller från {day(form.cleaned_data['from_day'])}.")
            return redirect("consent:admin_rules")
    return form_page(
        request,
        form,
        title="Nytt beslut",
        back=_to_rules(),
        status=status,
        help_title="Inget ändras bakåt",
        help_lines=[
            "Ett samtycke bedöms efter det som gällde när det blev fullständigt. Ett nytt beslut ändrar aldrig det.",
            "Papper som väntar på svar bedöms efter det nya från den dag det börjar gälla. Inget börjar delas av sig "
            "självt: den som håller i ärendet går först igenom pappret.",
            "Gå igenom åldrarna och regeln om förhindrad vårdnadshavare med en jurist.",
        ],
    )


def _decide(request: HubRequest, form: RulesForm) -> None:
    actions.decide_rules(
        form.rules(),
        from_day=form.cleaned_data["from_day"],
        decision=form.cleaned_data["decision"],
        by=request.actor,
        at=request.at,
    )


@administration
def rules_take_back(request: HubRequest, ref: UUID) -> HttpResponse:
    found = find(ConsentSettings.objects.all(), request.actor, "administer", at=request.at, ref=ref)
    form, status = TakeBackForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: actions.take_back_rules(found, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Beslutet är taget tillbaka.")
            return redirect("consent:admin_rules")
    return form_page(
        request,
        form,
        title="Ta tillbaka beslutet",
        lead=f"Det skulle gälla från {day(found.from_day)}: {found.decision}",
        back=_to_rules(),
        submit="Ta tillbaka",
        danger=True,
        status=status,
        kept=["Det som gäller i dag fortsätter."],
    )
