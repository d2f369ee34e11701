"""Who gets which page of signing in, inviting and helping others to sign in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hub import actions
from hub.actions.sign_in import Invited
from tests.cast import NOW, World
from tests.matrix import EVERYBODY, Row, status

ALL = status(EVERYBODY)
ADMINISTRATOR = status(("ada",))


def invited(world: World) -> Mapping[str, Any]:
    """An invitation of Ada's that waits for its answer; made once in a world."""
    if "invitation" not in world.__dict__:
        facts = Invited(email="ny@example.se", name="Nya Nord", unit=world.youth_unit, role="officer")
        world.__dict__["invitation"] = actions.invite(facts, by=world.ada.actor, at=NOW - timedelta(hours=1))
    row, _token = world.__dict__["invitation"]
    return {"ref": row.ref}


def no_link(world: World) -> Mapping[str, Any]:
    return {"token": "en-lank-som-ingen-har-fatt"}


def no_passkey(world: World) -> Mapping[str, Any]:
    return {"pk": 1}


def no_provider(world: World) -> Mapping[str, Any]:
    return {"provider_id": "ingen"}


def pages(route: str, anonymous_post: int = 401, post: int = 200) -> list[Row]:
    """A page about one's own sign-in: for everybody who is signed in."""
    return [
        Row(route=route, expect=ALL),
        Row(route=route, method="POST", others=post, anonymous=anonymous_post),
    ]


ROWS = [
    # One's own sign-in. Nobody in the cast has a password or a second step.
    Row(route="hub:my_sign_in", expect=ALL),
    Row(route="hub:session_end", method="POST", others=302, anonymous=401),
    Row(route="hub:second_factor", others=302),
    Row(route="hub:stay", others=204),
    Row(route="hub:kept", others=302),
    Row(route="hub:kept", method="POST", others=302, anonymous=401),
    Row(route="account_reauthenticate", others=403),
    Row(route="account_reauthenticate", method="POST", others=403, anonymous=401),
    Row(route="account_change_password", others=302),
    Row(route="account_change_password", method="POST", others=302, anonymous=401),
    Row(route="mfa_reauthenticate", others=403),
    Row(route="mfa_reauthenticate_webauthn", others=403),
    *pages("mfa_activate_totp"),
    *pages("mfa_add_webauthn"),
    Row(route="mfa_deactivate_totp", others=404),
    Row(route="mfa_remove_webauthn", kwargs=no_passkey, others=404),
    Row(route="mfa_view_recovery_codes", others=404),
    *pages("mfa_generate_recovery_codes"),
    Row(route="mfa_index", others=302),
    Row(route="mfa_list_webauthn", others=302),
    # On the way in
    Row(route="mfa_authenticate", others=302),
    Row(route="mfa_authenticate", method="POST", others=302),
    Row(route="mfa_login_webauthn", others=302),
    Row(route="openid_connect_login", kwargs=no_provider, anonymous=404),
    Row(route="openid_connect_callback", kwargs=no_provider, anonymous=404),
    Row(route="socialaccount_login_cancelled", expect=ALL, anonymous=200),
    Row(route="hub:invitation_accept", kwargs=no_link, anonymous=404),
    Row(route="hub:invitation_accept", method="POST", kwargs=no_link, anonymous=404),
    # An administrator lets people in
    Row(route="hub:invitations", expect=ADMINISTRATOR, others=403),
    Row(route="hub:invitation_new", expect=ADMINISTRATOR, others=403),
    Row(route="hub:invitation_new", method="POST", expect=status(("ada",), 422), others=403, anonymous=401),
    Row(route="hub:invitation", kwargs=invited, expect=ADMINISTRATOR),
    Row(route="hub:invitation_revoke", method="POST", kwargs=invited, expect=status(("ada",), 302), anonymous=401),
    Row(route="hub:invitation_again", method="POST", kwargs=invited, expect=status(("ada",), 302), anonymous=401),
    Row(route="hub:recover_sign_in", expect=ADMINISTRATOR, others=403),
    Row(route="hub:recover_sign_in", method="POST", expect=status(("ada",), 422), others=403, anonymous=401),
]
