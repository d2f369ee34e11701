"""Answers from calendars under /api/v1/: what the installation's mailbox receives is handed in here (P-M5)."""

import base64

from hub.access import require_role
from hub.api.endpoint import Data, endpoint, resource
from hub.api.fields import Body, Text
from hub.errors import Invalid
from hub.http import HubRequest
from hub.models import Role
from meetings import actions
from meetings.calendars.replies import Refused, read_mail

TAG = "Möten"
#: Characters of base64; an answer is some thousand octets, and a longer call would be refused before it is read.
MOST = 200_000


class ReplyBody(Body):
    mail = Text(max_length=MOST, help_text="Hela mejlet som det kom, i base64.")


@endpoint(
    "Lämna in ett svar på en kallelse",
    tag=TAG,
    body=ReplyBody,
    status=204,
)
def reply(request: HubRequest, data: Data) -> None:
    """För den som läser installationens brevlåda, med en administratörs nyckel. Svaret är detsamma vare sig mötet finns
    eller inte. Ett mejl som inte är ett svar på en kallelse ger 422 med skälet."""
    require_role(request.actor, Role.ADMINISTRATOR)
    try:
        found = read_mail(base64.b64decode(data["mail"], validate=True))
    except ValueError as error:  # also of letters that are no ASCII
        raise Invalid({"mail": "Mejlet ska vara kodat med base64."}) from error
    except Refused as refusal:
        raise Invalid({"mail": refusal.message}) from refusal
    actions.take_reply(found, by=request.actor, at=request.at)


replies = resource("CalendarReplies", post=reply)
