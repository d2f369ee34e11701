"""What meetings add to the administration; registered when the app is ready."""

from hub.contributions import ADMIN_PLACES, USER_CLOSED, AdminPlace
from hub.policy_admin import administers
from meetings.actions.availability import forget_user

ADMIN_PLACES.append(
    AdminPlace(
        "meetings:admin_places",
        "Lokaler och fasta mötestider",
        "Var nätverksmöten kan vara, och tider som hålls fria för dem",
        "calendar-days",
        administers,
        56,
    )
)
USER_CLOSED.append(forget_user)
