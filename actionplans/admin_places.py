"""What plans add to the administration; registered when the app is ready."""

from hub.contributions import ADMIN_PLACES, AdminPlace
from hub.policy_admin import administers

ADMIN_PLACES.append(
    AdminPlace(
        "actionplans:admin_offers",
        "Insatser som erbjuds",
        "Vilka insatser ur katalogen kommunen ger, av vilken enhet, och vem man hör av sig till",
        "list-checks",
        administers,
        57,
    )
)
