"""Questions from an investigation as their readers may see them: whoever asked, and whoever is asked (P-A6).

Who asked sees every question of the case; who is asked sees the own agency's, and its own answer. Nothing here leads
from one agency's question to another's.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from consent.models import Inquiry, InquiryAnswer, InquiryState
from hub import swedish
from hub.access import Actor, permitted
from hub.actions import namers_of
from hub.clock import last_day
from hub.models import Agency, AgencyKind, Case, CaseSeat, SeatKind

#: State → (badge kind, word).
LOOK = {
    InquiryState.ASKED: ("info", "Väntar på svar"),
    InquiryState.ANSWERED: ("ok", "Besvarad"),
    InquiryState.WITHDRAWN: ("neutral", "Tillbakadragen"),
    InquiryState.LAPSED: ("neutral", "Upphörd"),
}
LATE = ("danger", "Obesvarad")
DUTY = "Ni är skyldiga att lämna uppgifter som kan ha betydelse för utredningen (20 kap. 6 § SoL)."
#: Who works at an independent school is among those who must report (SoL 19:1); that the school itself must answer is
#: for a lawyer to confirm (docs/juridik.md).
DUTY_PRIVATE = (
    "Den som arbetar hos er och är skyldig att anmäla oro är också skyldig att lämna uppgifter som kan ha betydelse "
    "för utredningen (19 kap. 1 § och 20 kap. 6 § SoL). Är ni osäkra, fråga er huvudman."
)


@dataclass(frozen=True, slots=True)
class InquiryRow:
    """One question as a list says it."""

    inquiry: Inquiry
    own: bool
    at: datetime

    @property
    def waits(self) -> bool:
        return self.inquiry.state == InquiryState.ASKED

    @property
    def late(self) -> bool:
        return self.waits and self.inquiry.due_at <= self.at

    @property
    def badge(self) -> tuple[str, str]:
        return LATE if self.late else LOOK[InquiryState(self.inquiry.state)]

    @property
    def who(self) -> str:
        """The other side: whom one asked, or who asks."""
        return self.inquiry.asked.name if self.own else self.inquiry.case.owner_unit.agency.name

    @property
    def when(self) -> str:
        """How long is left in words, or when it ended."""
        row = self.inquiry
        if row.state == InquiryState.ASKED:
            return swedish.time_left(row.due_at - self.at)
        return swedish.moment(row.ended_at, self.at) if row.ended_at else ""

    @property
    def due(self) -> str:
        return swedish.moment(self.inquiry.due_at, self.at)

    @property
    def until(self) -> str:
        """The last day on which the answer is read in the hub."""
        given = self.inquiry.answer_disclosure
        return swedish.day(last_day(given.readable_until)) if given and given.readable_until else ""

    @property
    def answer(self) -> str:
        """What was answered, in few words; nothing of its content."""
        return {
            InquiryAnswer.NOTHING.value: str(InquiryAnswer.NOTHING.label),
            InquiryAnswer.ITEMS.value: "En uppgift är lämnad.",
        }.get(self.inquiry.answer, "")


def with_parts(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """Everything that a row or a page says, in one query."""
    return rows.select_related(
        "asked",
        "case__owner_unit__agency",
        "individual__person",
        "asked_by__user",
        "asked_by__unit",
        "ended_by__user",
        "answer_disclosure",
        "asking",
    )


def rows_of(rows: QuerySet[Inquiry], actor: Actor, at: datetime) -> list[InquiryRow]:
    """Those that the actor may read: what waits first, the shortest time left first; then the newest."""
    found = list(with_parts(permitted(rows.filter(asked_at__lte=at), actor, at=at)).order_by("-asked_at", "-pk"))
    listed = [row_of(inquiry, actor, at) for inquiry in found]
    return sorted(listed, key=lambda row: (not row.waits, row.inquiry.due_at if row.waits else at))


def row_of(inquiry: Inquiry, actor: Actor, at: datetime) -> InquiryRow:
    """A row of an inquiry loaded `with_parts`."""
    return InquiryRow(inquiry, inquiry.case.owner_unit.agency_id == actor.agency_id, at)


def answerers(case: Case, agency: Agency, *, at: datetime) -> list[int]:
    """The assignments that are told of a question: the agency's awake seats, else whoever names its contacts."""
    seats = CaseSeat.objects.awake().in_force(at=at).held(at=at)
    seated = seats.filter(content_object=case, participation__agency=agency, participation__ended_at=None)
    found = list(seated.order_by("assignment_id").values_list("assignment_id", flat=True).distinct())
    return found or namers_of(agency.pk, individual=case.individual_id, at=at)


def without_contact(rows: QuerySet[Inquiry], *, at: datetime) -> QuerySet[Inquiry]:
    """Those to agencies where nobody is contact in the case."""
    seats = CaseSeat.objects.in_force(at=at).held(at=at).filter(kind=SeatKind.CONTACT)
    there = seats.filter(content_object=OuterRef("case"), participation__agency=OuterRef("asked"))
    return rows.filter(~Exists(there))


def duty(agency_kind: str) -> str:
    """What the asked agency must do, in a sentence with its paragraph (R18, R7)."""
    return DUTY_PRIVATE if agency_kind == AgencyKind.FRISKOLA else DUTY
