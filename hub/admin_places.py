"""The hub's own rows on the overview of the administration; registered when the app is ready."""

from datetime import datetime

from hub.access import Actor
from hub.contributions import ADMIN_PLACES, AdminPlace


def everybody(actor: Actor, at: datetime) -> bool:
    return True


ADMIN_PLACES.extend(
    (
        AdminPlace("hub:admin_users", "Användare", "Konton, uppdrag och när de slutar", "users-round", everybody, 10),
        AdminPlace(
            "hub:invitations",
            "Inbjudningar",
            "Släpp in någon ny, eller se vem som inte har svarat",
            "user-plus",
            everybody,
            15,
        ),
        AdminPlace("hub:admin_agencies", "Verksamheter", "Verksamheter och deras enheter", "building-2", everybody, 20),
        AdminPlace(
            "hub:admin_agreements",
            "Överenskommelser",
            "Vilka utifrån som kommunen samverkar med, och hur länge",
            "handshake",
            everybody,
            30,
        ),
        AdminPlace(
            "hub:admin_upload", "Import och export", "Många på en gång, med en CSV-fil", "file-text", everybody, 40
        ),
        AdminPlace(
            "hub:admin_outbox", "Utskick", "Mejl som inte har gått fram, eller kanske inte", "bell", everybody, 50
        ),
    )
)
