"""What triage adds to the overview of the administration; registered when the app is ready."""

from hub.contributions import ADMIN_PLACES, AdminPlace
from hub.policy_admin import administers

ADMIN_PLACES.append(
    AdminPlace(
        "triage:admin",
        "Orosanmälningar och hubb",
        "Mottagning, jour, hubbens enheter och tider, frågorna om färg",
        "siren",
        administers,
        55,
    )
)
