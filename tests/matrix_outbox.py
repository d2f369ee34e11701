"""Mail about messages: everybody chooses for themselves, the administrator sees what went wrong."""

from collections.abc import Mapping
from typing import Any

from hub import actions
from hub.actions.sign_in import Invited
from hub.models import MailMode, MessageGroup, Outbox
from tests.cast import NOW, World
from tests.matrix import EVERYBODY, Row, status


def kims_mail(world: World) -> Mapping[str, Any]:
    """A mail to Kim that was interrupted."""
    mail, _new = Outbox.objects.get_or_create(
        user=world.kim.user,
        occasion="matrix",
        defaults={
            "municipality": world.kommun,
            "kind": "seat_given",
            "created_at": NOW,
            "next_at": NOW,
            "first_at": NOW,
            "claimed_at": NOW,
            "state": "uncertain",
            "trouble": "interrupted",
        },
    )
    return {"ref": mail.ref}


def letter_of_an_invitation(world: World, state: str) -> object:
    """An invitation of Ada's whose letter was refused or accepted; returns the invitation's reference."""
    facts = Invited(email=f"{state}@example.se", name="Nya Nord", unit=world.youth_unit, role="officer")
    row, _token = actions.invite(facts, by=world.ada.actor, at=NOW)
    at = {"created_at": NOW, "next_at": NOW, "first_at": NOW, "claimed_at": NOW}
    went = {"sent_at": NOW} if state == "sent" else {"trouble": "refused"}
    Outbox.objects.create(
        municipality=world.kommun, invitation=row, kind="invitation", occasion="matrix", state=state, **at, **went
    )
    return row.ref


def choices(world: World) -> Mapping[str, Any]:
    return {group.value: MailMode.DAILY.value for group in MessageGroup}


ROWS = [
    Row(route="hub:mail_settings", expect=status(EVERYBODY)),
    Row(route="hub:mail_settings", method="POST", expect=status(EVERYBODY, 422), anonymous=401),
    Row(route="hub:mail_settings", method="POST", data=choices, expect=status(EVERYBODY, 302), anonymous=401),
    Row(route="hub:admin_outbox", expect={"ada": 200}, others=403),
    # One's own, or as administrator of the kommun.
    Row(route="hub:outbox_resend", method="POST", kwargs=kims_mail, expect=status(("kim", "ada"), 302), anonymous=401),
]
