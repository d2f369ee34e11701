"""What every page of the administration shares: only for administrators, one template for every form."""

import functools
from collections.abc import Callable
from datetime import date
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from hub import clock
from hub.http import HubRequest, once, page
from hub.policy_admin import require_administrator
from hub.views.deeds import shown_again

AdminView = Callable[..., HttpResponse]
HOME = ("Administration", "hub:admin")


def administration(view: AdminView) -> AdminView:
    """For administrators only (403 for everybody else), and counted once."""

    @functools.wraps(view)
    def wrapper(request: HubRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_administrator(request.actor)
        return view(request, *args, **kwargs)

    return once(wrapper)


def today(request: HubRequest) -> date:
    return clock.local_day(request.at)


def renewed(form: BaseForm, row: Any) -> list[tuple[str, object]]:
    """After a conflict: what holds now stands beside what was typed, and saving again is a choice (P-Q3)."""
    row.refresh_from_db()
    shown_again(form, row_version=str(row.row_version))
    return [
        (str(form.fields[name].label), _said(row, name))
        for name in form.fields
        if name != "row_version" and hasattr(row, name)
    ]


def _said(row: Any, name: str) -> object:
    value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
    return {True: "ja", False: "nej"}.get(value, value) if isinstance(value, bool) else value


def crumbs_to(*links: tuple[str, str]) -> list[tuple[str, str]]:
    """The way here, from the administration's first page."""
    return [(HOME[0], reverse(HOME[1])), *links]


def form_page(
    request: HubRequest,
    form: BaseForm,
    *,
    title: str,
    back: tuple[str, str],
    submit: str = "Spara",
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """One form on a page of its own.

    Args:
        back: label and address of the page that one came from.
        more: `lead`, `help_title` and `help_lines`, `now` (what holds after a conflict), `lost`, `kept` and `next`
            (consequences), `danger`, `multipart`.
    """
    context: dict[str, object] = {
        "form": form,
        "title": title,
        "back": back,
        "crumbs": crumbs_to(back),
        "submit": submit,
        **more,
    }
    return page(request, "administration/form.html", context, status=status)
