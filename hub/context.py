"""What the frame around every page needs: who one is, where one can go, how many messages wait.

Nothing is asked of the database until a template uses it, so that an error page can be shown without one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Count, QuerySet, Subquery, Value
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
    ("hub:admin", "consent:admin", "triage:admin", "meetings:admin", "reports:admin", "hub:invitation", "hub:recover"),
)
#: A manager of social services arranges the intake without being an administrator.
ARRANGED = Place("triage:admin", "Inställningar", "settings", ("triage:admin",))
#: Published figures, for everybody with an assignment (P-S3).
STATISTICS = Place("reports:releases", "Statistik", "chart-column", ("reports:",))
MESSAGES = Place("hub:notifications", "Meddelanden", "bell", ("hub:mail_settings",))


def places(actor: Actor) -> Iterable[Place]:
    """The menu of a role: only what it can use (mockups, "One next step")."""
    if actor.role not in CASE_ROLES:
        administers = (ADMIN,) if actor.role == Role.ADMINISTRATOR else ()
        return (OVERVIEW, *administers, STATISTICS, MESSAGES)
    leads = actor.agency_kind == AgencyKind.SOCIALTJANST and actor.role not in (Role.CONTACT, Role.DEPUTY)
    if not leads:
        return (HOME, YOUTHS, MEETINGS, PAST, STATISTICS, MESSAGES)
    concerns = () if actor.role == Role.LOTS else (CONCERNS, HUBS)
    arranged = (ARRANGED,) if actor.role == Role.MANAGER else ()
    return (HOME, *concerns, YOUTHS, MEETINGS, CONSENTS, PAST, STATISTICS, MESSAGES, *arranged)


def _fit(place: Place, route: str) -> int:
    """How much of the route the place covers: the trace of a case belongs to the ended ones, not to the youths."""
    return max((len(prefix) for prefix in (place.route, *place.covers) if route.startswith(prefix)), default=0)


def _nav(actor: Actor, route: str, counted: Callable[[], "Counted"]) -> list[dict[str, Any]]:
    menu = list(places(actor))
    best = max(menu, key=lambda place: _fit(place, route))
    return [
        {
            "url": url,
            "label": place.label,
            "icon": place.icon,
            "current": place is best and _fit(place, route) > 0,
            "count": lambda place=place: counted().waiting.get(place.route, 0),
            "urgent": place.route in NAV_COUNT,
        }
        for place in menu
        if (url := reverse_or_none(place.route)) is not None
    ]


@dataclass(frozen=True, slots=True)
class Counted:
    """What the frame asks the database for."""

    kommun: str = ""
    #: Route of a place → how many wait there: unread messages, urgent things.
    waiting: Mapping[str, int] = field(default_factory=dict)


def _counted(request: HttpRequest, actor: Actor) -> Counted:
    """The kommun's name and what the menu counts, in one query."""
    at: datetime = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    here = {place.route for place in places(actor)}
    lists: dict[str, QuerySet[Any]] = {
        MESSAGES.route: permitted(Notification.objects.filter(read_at=None), actor, at=at),
        **{route: urgent(actor, at) for route, urgent in NAV_COUNT.items() if route in here},
    }
    try:
        name, *counts = Municipality.objects.values_list("name", *map(_how_many, lists.values())).get(
            pk=actor.municipality_id
        )
    except (DatabaseError, InterfaceError):
        return Counted()
    return Counted(name, {route: n or 0 for route, n in zip(lists, counts, strict=True)})


def _how_many(rows: "QuerySet[Any]") -> Subquery:
    return Subquery(rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n"))


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
    def counted() -> Counted:
        return _counted(request, actor)

    at: datetime = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    ends_at = sessions.ends_at(request, at=at)
    return frame | {
        "actor": {
            "display_name": actor.user_name,
            "role_label": actor.role_label,
            "unit": actor.unit_name,
            "agency": "" if actor.agency_name == actor.unit_name else actor.agency_name,
            "municipality": lambda: counted().kommun,
        },
        "nav": _nav(actor, route, counted),
        "unread": lambda: counted().waiting.get(MESSAGES.route, 0),
        "assignments_count": getattr(request, "assignments_count", 1),
        "session_minutes": max(1, (ends_at - at) // timedelta(minutes=1)),
        "session_ends_at": ends_at,
    }
