"""Registering a report of concern, with a draft that is saved as it is typed (P-T1, P-Q3)."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub import clock, swedish
from hub.access import Actor, find, permitted, require_role
from hub.actions.people import may_register
from hub.errors import Invalid
from hub.forms.base import HubForm
from hub.http import HubRequest, once, page, uuid_or_none
from hub.models import SOCIAL_ROLES, Assignment
from hub.views.deeds import attempt
from triage import actions
from triage.actions.drafts import Typed, typed_in
from triage.actions.owners import able_to_own
from triage.forms.intake import MOST_CHILDREN, PREFIX, BaseChildren, Children, ReportForm
from triage.models import ConcernReport, ReportDraft, TriageSettings
from triage.policy import INTAKE_ROLES

#: Names of the form's own fields: what else a browser sends is no part of a draft.
CHILD_FIELD = re.compile(rf"{PREFIX}-(?:[0-7]-[a-z_]+|TOTAL_FORMS)")
#: Whoever may register a person and own a concern.
TAKERS = tuple(sorted(SOCIAL_ROLES & set(INTAKE_ROLES)))
UNSENT = {
    "missing_management_form": "Sidan skickades inte hel. Ladda om den och försök igen.",
    "too_many_forms": f"Högst {MOST_CHILDREN} barn får plats i en anmälan. Registrera de andra i en anmälan till.",
}


def may_take_reports(actor: Actor) -> bool:
    """Whoever may register a person and own a concern."""
    return may_register(actor) and actor.role in TAKERS


def arrangements(actor: Actor, *, at: datetime) -> list[TriageSettings]:
    """The intakes that the actor registers for: the own agency's, and those that it has jour for."""
    rows = permitted(TriageSettings.objects.in_force(at=at), actor, at=at).select_related("agency", "intake_unit")
    return sorted(rows, key=lambda row: (row.agency_id != actor.agency_id, row.agency.name))


def possible_owners(found: list[TriageSettings], actor: Actor, *, at: datetime) -> list[Assignment]:
    """Oneself first; then the intake's people."""
    units = {row.intake_unit_id for row in found}
    people = able_to_own(at=at).select_related("user", "unit").order_by(swedish.swedish_order("user__name"), "pk")
    rows = list(people.filter(unit__in=units)) + list(people.filter(pk=actor.assignment_id).exclude(unit__in=units))
    return sorted(rows, key=lambda row: row.pk != actor.assignment_id)


class Typing:
    """The page's forms: as sent, or with what a draft holds, `children` of them shown."""

    def __init__(self, request: HubRequest, found: list[TriageSettings]) -> None:
        self.request, self.found = request, found
        self.owners = possible_owners(found, request.actor, at=request.at)
        self.on = clock.local_day(request.at)

    def _report(self, *args: Any, **options: Any) -> ReportForm:
        mine = self.request.actor.assignment_id
        form = ReportForm(*args, at=self.request.at, owners=self.owners, mine=mine, **options)
        if len(self.found) > 1:
            form.ask_for_agency((str(row.agency.ref), row.agency.name) for row in self.found)
        return form

    def sent(self) -> tuple[ReportForm, BaseChildren]:
        data = sent_again(self.request.POST)
        children = Children(data, prefix=PREFIX, form_kwargs={"on": self.on}, error_messages=UNSENT)
        return self._report(data), children

    def shown(self, typed: Typed | None = None, *, more: int = 0) -> tuple[ReportForm, BaseChildren]:
        """Empty, or with what a draft holds and `more` empty children."""
        initial = {name: values[-1] if values else "" for name, values in (typed or {}).items()}
        rows = min(max(_count(initial), 1) + more, MOST_CHILDREN)
        names = Children.form.base_fields
        children = [
            {name: initial[key] for name in names if (key := f"{PREFIX}-{row}-{name}") in initial}
            for row in range(rows)
        ]
        formset = Children(prefix=PREFIX, initial=children, form_kwargs={"on": self.on})
        return self._report(initial=initial), formset


def sent_again(post: QueryDict) -> QueryDict:
    """What was sent, each child on the same footing: which of them a draft had is of no matter."""
    data = post.copy()
    data[f"{PREFIX}-INITIAL_FORMS"] = "0"
    return data


def _count(initial: Mapping[str, str]) -> int:
    text = initial.get(f"{PREFIX}-TOTAL_FORMS", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0


def typed_of(post: QueryDict) -> dict[str, list[str]]:
    """The fields of the form as they stand, for a draft."""
    own = {*ReportForm.base_fields, "agency"}
    lists = {name: [str(value) for value in values] for name, values in post.lists()}
    return {name: values for name, values in lists.items() if name in own or CHILD_FIELD.fullmatch(name)}


def focus_newest(children: BaseChildren, form: HubForm) -> None:
    """Whoever asked for one more child goes on writing there."""
    for other in form.fields.values():
        other.widget.attrs.pop("autofocus", None)
    children.forms[-1].fields["given_name"].widget.attrs["autofocus"] = True


def draft_key(post: QueryDict) -> UUID:
    return uuid_or_none(post.get("utkast", "")) or uuid4()


def _version(post: QueryDict) -> int:
    text = post.get("utkast_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _save(request: HubRequest) -> actions.Saved:
    post = request.POST
    return actions.save_draft(
        draft_key(post), typed_of(post), row_version=_version(post), by=request.actor, at=request.at
    )


@once
def report_new(request: HubRequest) -> HttpResponse:
    """One page: who reports, which children, what was told; by telephone in less than three minutes."""
    require_role(request.actor, *TAKERS)
    found = arrangements(request.actor, at=request.at)
    if not may_take_reports(request.actor) or not found:
        return page(request, "triage/report_closed.html", {})
    typing = Typing(request, found)
    if request.method != "POST":
        return _empty_or_draft(request, typing)
    if "fler" in request.POST:
        return _shown(request, typing.shown(typed_of(request.POST), more=1), _saved(request), grown=True)
    if "spara" in request.POST:
        return _shown(request, typing.shown(typed_of(request.POST)), _saved(request))
    return _register(request, typing)


def _saved(request: HubRequest) -> dict[str, object]:
    """The draft as saved, for the page."""
    try:
        saved = _save(request)
    except Invalid as wrong:
        return {"utkast": draft_key(request.POST), "utkast_version": 0, "not_saved": wrong.errors[""]}
    request.trail.show([saved.draft])
    return saved_context(saved)


def saved_context(saved: actions.Saved) -> dict[str, object]:
    return {
        "utkast": saved.draft.ref,
        "utkast_version": saved.draft.row_version,
        "saved_at": saved.draft.saved_at,
        "other_at": saved.other,
    }


def _empty_or_draft(request: HubRequest, typing: Typing) -> HttpResponse:
    """The draft that the address names; else an empty form that offers the drafts there are."""
    rows = permitted(ReportDraft.objects.all(), request.actor, at=request.at)
    if "utkast" in request.GET:
        key = uuid_or_none(request.GET["utkast"])
        draft = find(rows, request.actor, at=request.at, ref=key)
        request.trail.show([draft])
        return _shown(request, typing.shown(typed_in(draft)), saved_context(actions.Saved(draft)))
    drafts = list(rows.order_by("-saved_at", "-pk")[:10])
    request.trail.show(drafts)
    return _shown(request, typing.shown(), {"drafts": drafts, "utkast": uuid4(), "utkast_version": 0})


def _register(request: HubRequest, typing: Typing) -> HttpResponse:
    form, children = typing.sent()
    made: list[ConcernReport] = []

    def register() -> None:
        made.append(
            actions.register_report(
                form.facts(),
                form.reporter_facts(),
                children.children(),
                agency_id=_agency(form, typing.found),
                owner=form.chosen_owner,
                by=request.actor,
                at=request.at,
            )
        )

    valid = all([form.is_valid(), children.is_valid()])
    status = attempt(form, register) if valid else 422
    if status != 200:
        return _shown(request, (form, children), _saved(request), status=status)
    return _registered(request, made[0])


def _agency(form: ReportForm, found: list[TriageSettings]) -> int:
    chosen = form.cleaned_data.get("agency", "")
    return next((row.agency_id for row in found if str(row.agency.ref) == chosen), found[0].agency_id)


def _registered(request: HubRequest, report: ConcernReport) -> HttpResponse:
    """The draft has done its work. Whoever may not read on (a protected child's new owner is another) is told so."""
    for draft in permitted(ReportDraft.objects.filter(ref=draft_key(request.POST)), request.actor, at=request.at):
        actions.discard_draft(draft.ref, by=request.actor, at=request.at)
    if permitted(ConcernReport.objects.filter(pk=report.pk), request.actor, at=request.at).exists():
        messages.success(request, f"Orosanmälan {report.number} är registrerad.")
        return redirect("triage:report", report.ref)
    messages.success(request, f"Orosanmälan {report.number} är registrerad. Mottagningen tar över.")
    return redirect("triage:report_new")


def _shown(
    request: HubRequest,
    forms: tuple[ReportForm, BaseChildren],
    draft: Mapping[str, object],
    *,
    grown: bool = False,
    status: int = 200,
) -> HttpResponse:
    form, children = forms
    if grown:
        focus_newest(children, form)
    context = {
        "form": form,
        "children": children,
        "fewer": len(children.forms) < MOST_CHILDREN,
        "now": request.at,
    }
    return page(request, "triage/report_new.html", context | dict(draft), status=status)


@require_POST
def report_draft(request: HubRequest) -> HttpResponse:
    """With every pause in the typing: the part of the page that says when it was saved."""
    require_role(request.actor, *TAKERS)
    return page(request, "triage/_draft.html", _saved(request) | {"now": request.at})


@once
@require_POST
def draft_discard(request: HubRequest, ref: UUID) -> HttpResponse:
    actions.discard_draft(ref, by=request.actor, at=request.at)
    messages.success(request, "Utkastet är borta.")
    return redirect("triage:report_new")
