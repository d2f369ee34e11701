"""What statistics add to the overview of the administration; registered when the app is ready."""

from hub.contributions import ADMIN_PLACES, AdminPlace
from hub.policy_admin import administers_kommun

ADMIN_PLACES.append(
    AdminPlace(
        "reports:admin_decisions",
        "Programansvariga",
        "Vem som enligt beslut ser hela programmets siffror, och hur länge",
        "chart-column",
        administers_kommun,
        57,
    )
)
