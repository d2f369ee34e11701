"""Questions that wait, for the home page: to who is asked, and to who asked when the time is out (P-A6)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from consent.inquiries import row_of, with_parts, without_contact
from consent.models import Inquiry, InquiryState
from hub import swedish
from hub.access import Actor, permitted
from hub.contributions import Todo

MOST = 25


def questions_to_answer(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To the agency's contact, and before there is one to who names contacts; never what is asked."""
    waiting = with_parts(Inquiry.objects.filter(state=InquiryState.ASKED)).order_by("due_at", "pk")
    mine = {row.pk: row for row in permitted(waiting, actor, "answer", at=at)[:MOST]}
    found = [_answer(row, actor, at) for row in mine.values()]
    if actor.names_contacts:
        unstaffed = without_contact(waiting, at=at).exclude(pk__in=mine)
        found += [_answer(row, actor, at) for row in permitted(unstaffed, actor, "staff", at=at)[:MOST]]
    return found


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


def unanswered_questions(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To who may take it back: a question that is late."""
    late = with_parts(Inquiry.objects.filter(state=InquiryState.ASKED, due_at__lte=at)).order_by("due_at", "pk")
    return [
        Todo(
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
        for row in permitted(late, actor, "withdraw", at=at)[:MOST]
    ]


SOURCES = (questions_to_answer, unanswered_questions)
