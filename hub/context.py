"""What the frame around every page needs: who one is, where one can go, how many messages wait.

Nothing is asked of the database until a template uses it, so that an error page can be shown without one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from hub import sessions
from hub.access import Actor, permitted
from hub.contributions import NAV_COUNT
from hub.demo_cast import CAST
from hub.models import CASE_ROLES, AgencyKind, Municipality, Notification, Role

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
LOOPBACK = frozenset({"127.0.0.1", "::1"})


def reverse_or_none(name: str, *args: object) -> str | None:
    """The address of a route that another layer may or may not have."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the main menu, current on every route that starts with one of `covers`."""

    route: str
    label: str
    icon: str
    covers: tuple[str, ...] = ()


HOME = Place("hub:home", "Att göra", "list-checks")
OVERVIEW = Place("hub:home", "Översikt", "house")
YOUTHS = Place(
    "consent:individuals",
    "Mina ungdomar",
    "users-round",
    (
        "consent:individual",
        "consent:matrix",
        "consent:item",
        "consent:stop",
        "consent:withdraw",
        "consent:maturity",
        "consent:hindered",
        "consent:disclos",
        "consent:ledger",
        "hub:case",
        "hub:person",
        "hub:relative",
        "hub:register",
        "hub:recuse",
        "hub:open_protected",
        "hub:party",
        "hub:substitute",
    ),
)
CONSENTS = Place("consent:consents", "Samtycken", "file-signature", ("consent:consent",))
CONCERNS = Place(
    "triage:queue",
    "Orosanmälningar",
    "siren",
    ("triage:report", "triage:concern", "triage:protection", "triage:colour", "triage:decision", "triage:statistics"),
)
HUBS = Place("triage:hubs", "Hubbar", "users", ("triage:hub", "triage:check", "triage:convene"))
MEETINGS = Place("meetings:meetings", "Möten", "calendar-days", ("meetings:",))
PAST = Place("hub:past_cases", "Avslutade", "history", ("hub:case_trace",))
ADMIN = Place(
    "hub:admin",
    "Administration",
    "settings",
    ("hub:admin", "consent:admin", "triage:admin", "hub:invitation", "hub:recover"),
)
#: A manager of social services arranges the intake without being an administrator.
ARRANGED = Place("triage:admin", "Inställningar", "settings", ("triage:admin",))
MESSAGES = Place("hub:notifications", "Meddelanden", "bell", ("hub:mail_settings",))


def places(actor: Actor) -> Iterable[Place]:
    """The menu of a role: only what it can use (mockups, "One next step")."""
    if actor.role not in CASE_ROLES:
        return (OVERVIEW, ADMIN, MESSAGES) if actor.role == Role.ADMINISTRATOR else (OVERVIEW, MESSAGES)
    leads = actor.agency_kind == AgencyKind.SOCIALTJANST and actor.role not in (Role.CONTACT, Role.DEPUTY)
    if not leads:
        return (HOME, YOUTHS, MEETINGS, PAST, MESSAGES)
    concerns = () if actor.role == Role.LOTS else (CONCERNS, HUBS)
    arranged = (ARRANGED,) if actor.role == Role.MANAGER else ()
    return (HOME, *concerns, YOUTHS, MEETINGS, CONSENTS, PAST, MESSAGES, *arranged)


def _fit(place: Place, route: str) -> int:
    """How much of the route the place covers: the trace of a case belongs to the ended ones, not to the youths."""
    return max((len(prefix) for prefix in (place.route, *place.covers) if route.startswith(prefix)), default=0)


def _urgent(place: Place, request: HttpRequest, actor: Actor) -> Callable[[], int] | None:
    """How many urgent things wait in a place, for the places of which a layer has said so."""
    count = NAV_COUNT.get(place.route)
    if count is None:
        return None

    @cache
    def asked() -> int:
        try:
            return count(actor, request.at)  # type: ignore[attr-defined]  # set by HubMiddleware
        except (DatabaseError, InterfaceError):
            return 0

    return asked


def _nav(request: HttpRequest, actor: Actor, route: str, unread: Any) -> list[dict[str, Any]]:
    menu = list(places(actor))
    best = max(menu, key=lambda place: _fit(place, route))
    return [
        {
            "url": url,
            "label": place.label,
            "icon": place.icon,
            "current": place is best and _fit(place, route) > 0,
            "count": unread if place is MESSAGES else urgent or 0,
            "urgent": urgent is not None,
        }
        for place in menu
        for urgent in [_urgent(place, request, actor)]
        if (url := reverse_or_none(place.route)) is not None
    ]


def _kommun_and_unread(request: HttpRequest, actor: Actor) -> tuple[str, int]:
    """The kommun's name and the number of unread messages, in one query."""
    mine = permitted(Notification.objects.filter(read_at=None), actor, at=request.at)  # type: ignore[attr-defined]  # set by HubMiddleware
    counted = mine.order_by().values("assignment").annotate(n=Count("pk")).values("n")
    try:
        name, unread = Municipality.objects.values_list("name", Subquery(counted)).get(pk=actor.municipality_id)
    except (DatabaseError, InterfaceError):
        return "", 0
    return name, unread or 0


def theme_of(request: HttpRequest) -> str:
    """The chosen look: a cookie, so that it also holds before signing in."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def demo_here(request: HttpRequest) -> bool:
    """One-click sign-in exists only in demo mode, and only for this very machine."""
    return bool(settings.DEMO) and request.META.get("REMOTE_ADDR") in LOOPBACK


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of `templates/base.html` (docs/design.md)."""
    route = request.resolver_match.view_name if request.resolver_match else ""
    frame: dict[str, Any] = {"theme": theme_of(request), "demo": bool(settings.DEMO)}
    if route == "account_login":
        frame["providers"] = [{"name": app["name"], "id": app["provider_id"]} for app in settings.OIDC_APPS]
        if demo_here(request):
            frame["demo_cast"] = CAST
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return frame

    @cache
    def asked() -> tuple[str, int]:
        return _kommun_and_unread(request, actor)

    at: datetime = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    ends_at = sessions.ends_at(request, at=at)
    return frame | {
        "actor": {
            "display_name": actor.user_name,
            "role_label": actor.role_label,
            "unit": actor.unit_name,
            "agency": "" if actor.agency_name == actor.unit_name else actor.agency_name,
            "municipality": lambda: asked()[0],
        },
        "nav": _nav(request, actor, route, lambda: asked()[1]),
        "unread": lambda: asked()[1],
        "assignments_count": getattr(request, "assignments_count", 1),
        "session_minutes": max(1, (ends_at - at) // timedelta(minutes=1)),
        "session_ends_at": ends_at,
    }
