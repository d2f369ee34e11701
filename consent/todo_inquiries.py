"""Questions that wait, for the home page: to who is asked, and to who asked when the time is out (P-A6)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from consent.inquiries import row_of, with_parts, without_contact
from consent.models import Inquiry, InquiryState
from hub import swedish
from hub.access import Actor, permitted
from hub.at_once import at_once
from hub.contributions import Todo

MOST = 25


def questions(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To the agency's contact, and before there is one to who names contacts, never what is asked; to who may take it
    back, a question that is late."""
    waiting = with_parts(Inquiry.objects.filter(state=InquiryState.ASKED)).order_by("due_at", "pk")
    found = at_once(
        {
            "mine": permitted(waiting, actor, "answer", at=at),
            "unstaffed": permitted(without_contact(waiting, at=at), actor, "staff", at=at),
            "late": permitted(waiting.filter(due_at__lte=at), actor, "withdraw", at=at),
        },
        most=2 * MOST,
    )
    mine = {row.pk: row for row in found["mine"][:MOST]}
    others = [row for row in found["unstaffed"] if row.pk not in mine]
    return [
        *(_answer(row, actor, at) for row in [*mine.values(), *others[:MOST]]),
        *(_unanswered(row, at) for row in found["late"][:MOST]),
    ]


def _answer(inquiry: Inquiry, actor: Actor, at: datetime) -> Todo:
    row = row_of(inquiry, actor, at)
    return Todo(
        kind="Fråga",
        colour="danger" if row.late else "warn",
        title=f"Svara på en fråga i {inquiry.case.number}",
        text=f"Från {row.who}. Svara också om ni inte lämnar något.",
        url=reverse("consent:inquiry", args=[inquiry.ref]),
        verb="Svara",
        due_at=inquiry.due_at,
        case_id=inquiry.case_id,
    )


def _unanswered(row: Inquiry, at: datetime) -> Todo:
    return Todo(
        kind="Fråga",
        colour="warn",
        title=f"Obesvarad fråga i {row.case.number}",
        text=f"{row.asked.name} skulle ha svarat {swedish.moment(row.due_at, at)}. "
        "Ring dem, eller dra tillbaka frågan.",
        url=reverse("consent:inquiry", args=[row.ref]),
        verb="Öppna",
        due_at=row.due_at,
        case_id=row.case_id,
    )


SOURCES = (questions,)
