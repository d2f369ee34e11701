"""Whom one acts as: assignments and kommun, the look, the demo's cast, and pages that only explain."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from hub import styleguide as samples
from hub.audit import record
from hub.context import THEME_COOKIE, THEMES, demo_here
from hub.demo_cast import CAST, EMAILS
from hub.http import HubRequest, page
from hub.kept import is_kept
from hub.middleware import usable_assignments
from hub.models import Assignment, Municipality, User
from hub.sessions import ASSIGNMENT_KEY, MUNICIPALITY_KEY

ONE_YEAR = 365 * 24 * 60 * 60  # seconds


def assignments(request: HubRequest) -> HttpResponse:
    """Choose which of one's assignments, and in which kommun, to act under: one at a time ("Words")."""
    choices = _choices(request)
    if request.method == "POST":
        return _switch(request, choices)
    rows = [
        {
            "assignment": assignment,
            "kommun": kommun,
            "current": (assignment.pk, kommun.pk) == (request.actor.assignment_id, request.actor.municipality_id),
        }
        for assignment, kommun in choices
    ]
    return page(request, "hub/assignments.html", {"rows": rows})


def _choices(request: HubRequest) -> list[tuple[Assignment, Municipality]]:
    """Every assignment in force with every kommun that its agency serves. Two queries."""
    found = usable_assignments(request.actor.user_id, at=request.at)
    served = {a.pk: [k for k in a.kommuner if k is not None] for a in found}  # type: ignore[attr-defined]  # annotated
    kommuner = Municipality.objects.in_bulk({pk for ids in served.values() for pk in ids})
    return [(a, kommuner[pk]) for a in found for pk in served[a.pk]]


def _switch(request: HubRequest, choices: list[tuple[Assignment, Municipality]]) -> HttpResponse:
    wanted = (request.POST.get("assignment"), request.POST.get("kommun"))
    for assignment, kommun in choices:
        if (str(assignment.ref), kommun.code) == wanted:
            request.session[ASSIGNMENT_KEY], request.session[MUNICIPALITY_KEY] = assignment.pk, kommun.pk
            record(
                "session.assignment_switched",
                actor=request.actor,
                at=request.at,
                objects=[assignment],
                detail={"municipality": kommun.code},
            )
            messages.success(request, f"Du arbetar nu som {str(assignment.get_role_display()).lower()}.")
            return redirect("hub:home")
    messages.error(request, "Uppdraget gäller inte längre. Välj ett annat.")
    return redirect("hub:assignments")


@require_safe
def no_assignment(request: HttpRequest) -> HttpResponse:
    """Signed in, but no assignment in force: nothing can be read or done (P-A2 clause 1)."""
    if getattr(request, "actor", None) is not None:
        return redirect("hub:home")
    return page(request, "hub/no_assignment.html", {})


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "auto")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if chosen in THEMES:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(THEME_COOKIE, chosen, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


@require_safe
def help_page(request: HubRequest) -> HttpResponse:
    return page(request, "hub/help.html", {})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "hub/accessibility.html", {})


@require_safe
def styleguide(request: HubRequest) -> HttpResponse:
    """Demo mode only: every part in every state."""
    if not settings.DEMO:
        raise Http404("styleguide")
    return page(request, "hub/styleguide.html", samples.context())


@require_safe
def tryit(request: HubRequest) -> HttpResponse:
    """Demo mode only: what to try, as whom."""
    if not settings.DEMO:
        raise Http404("tryit")
    return page(request, "hub/tryit.html", {"cast": CAST})


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the invented cast, without a password: demo mode, from this very machine, nobody else."""
    if not demo_here(request):
        raise Http404("demo_login")
    email = request.POST.get("email", "")
    user = User.objects.filter(email=email, is_active=True).first() if email in EMAILS else None
    if user is None:
        messages.error(request, "Personen finns inte i demodatan. Kör ”make reset-demo” och försök igen.")
        return redirect("account_login")
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("hub:kept" if is_kept(user, at=request.at) else "hub:home")  # type: ignore[attr-defined]  # set by HubMiddleware
