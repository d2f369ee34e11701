"""One's own messages: a kind and a case, never content (P-M5)."""

from hub import actions
from hub.access import permitted
from hub.api import schemas
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Choice
from hub.api.pages import PageQuery, listed, slice_of
from hub.http import HubRequest
from hub.models import Case, TokenScope
from hub.queries import in_sentences, own_messages

TAG = "Meddelanden"


class MessagesQuery(PageQuery):
    state = Choice(choices=[("unread", "Olästa"), ("read", "Lästa")], required=False)


@endpoint("Meddelanden till dig", tag=TAG, query=MessagesQuery, gives=schemas.MessagesOut)
def list_notifications(request: HubRequest, query: Data) -> Answer:
    """Senaste först. Att läsa dem här markerar dem inte som lästa."""
    rows = own_messages(request.actor, at=request.at)
    if "state" in query:
        rows = rows.filter(read_at__isnull=query["state"] == "unread")
    found, more = slice_of(rows, query, "-told_at", "-pk")
    about = Case.objects.filter(pk__in={row.case_id for row in found})
    readable = dict(permitted(about, request.actor, at=request.at).values_list("pk", "ref"))
    for row in found:
        request.trail.show([row], case=row.case_id)
    results = [
        {
            "ref": message.notification.ref,
            "kind": message.notification.kind,
            "text": message.text,
            "case": readable.get(message.notification.case_id or 0),
            "told_at": message.notification.told_at,
            "read_at": message.notification.read_at,
        }
        for message in in_sentences(found, request.actor, at=request.at)
    ]
    return Answer(listed(request, results, more, query))


@endpoint("Markera dina meddelanden som lästa", tag=TAG, gives=schemas.MarkedOut, scope=TokenScope.WRITE)
def mark_notifications_read(request: HubRequest) -> Answer:
    """Alla som är berättade nu. Ett andra anrop ändrar inget."""
    return Answer({"marked": actions.mark_read(by=request.actor, at=request.at)})


notifications = resource("Notifications", get=list_notifications)
read = resource("NotificationsRead", post=mark_notifications_read)
