"""Identity providers from the environment: OIDC_PROVIDERS, a JSON list, one object per provider (docs/sign-in.md)."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

REQUIRED = ("id", "name", "issuer", "client_id", "secret")
OPTIONAL = ("acr_values", "second_factor_acr", "trust_email", "form_action")


def providers(text: str, *, loopback: bool) -> list[dict[str, Any]]:
    """The providers as django-allauth wants them, each with what we ask of its answer under `settings`.

    Raises:
        ImproperlyConfigured: with a sentence that says what is wrong; sign-in must not start on a guess.
    """
    try:
        listed = json.loads(text or "[]")
    except ValueError as error:
        raise ImproperlyConfigured("OIDC_PROVIDERS ska vara en lista i JSON.") from error
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ImproperlyConfigured("OIDC_PROVIDERS ska vara en lista med ett objekt per leverantör.")
    if len({one.get("id") for one in listed}) < len(listed):
        raise ImproperlyConfigured("OIDC_PROVIDERS: två leverantörer har samma id.")
    return [_provider(one, loopback=loopback) for one in listed]


def _provider(given: dict[str, Any], *, loopback: bool) -> dict[str, Any]:
    if missing := [name for name in REQUIRED if not given.get(name)]:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS: en leverantör saknar {', '.join(missing)}.")
    if unknown := sorted(set(given) - {*REQUIRED, *OPTIONAL}):
        raise ImproperlyConfigured(f"OIDC_PROVIDERS: okänt fält {', '.join(unknown)}.")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", given["id"]):
        raise ImproperlyConfigured("OIDC_PROVIDERS: id ska vara små bokstäver, siffror och bindestreck.")
    if urlsplit(given["issuer"]).scheme != "https" and not loopback:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS: issuer för {given['id']} ska börja med https://.")
    required, strong = _texts(given, "acr_values"), _texts(given, "second_factor_acr")
    settings: dict[str, Any] = {
        "server_url": given["issuer"].rstrip("/"),
        "oauth_pkce_enabled": True,
        "acr_values": required,
        "second_factor_acr": strong,
        "verified_email": given.get("trust_email") is True,
        "form_action": [origin(given["issuer"]), *_texts(given, "form_action")],
    }
    if required:
        settings["auth_params"] = {"acr_values": " ".join(required)}
    return {
        "provider_id": given["id"],
        "name": given["name"],
        "client_id": given["client_id"],
        "secret": given["secret"],
        "settings": settings,
    }


def _texts(given: dict[str, Any], name: str) -> list[str]:
    value = given.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ImproperlyConfigured(f"OIDC_PROVIDERS: {name} ska vara en lista med texter.")
    return value


def origin(address: str) -> str:
    """Scheme, host and port: where the browser may be sent on from the sign-in form (Content-Security-Policy)."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
