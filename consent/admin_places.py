"""What consent adds to the overview of the administration; registered when the app is ready."""

from hub.contributions import ADMIN_PLACES, AdminPlace
from hub.policy_admin import administers, administers_kommun

ADMIN_PLACES.extend(
    (
        AdminPlace(
            "consent:admin_rules",
            "Samtycken och rytm",
            "Vem som skriver under, hur länge, hur ofta man möts",
            "file-signature",
            administers_kommun,
            60,
        ),
        AdminPlace(
            "consent:admin_types",
            "Uppgiftstyper",
            "Vad som går att kryssa i samtycket, och vem som skriver det",
            "tag",
            administers,
            70,
        ),
    )
)
