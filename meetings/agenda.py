"""The points of a meeting's agenda by its kind (methods.md; P-M7). The first one is what was decided before."""

from meetings.models import MeetingKind

LAST_TIME = "Sedan sist"
AGENDAS: dict[str, tuple[str, ...]] = {
    MeetingKind.NETWORK: (
        LAST_TIME,
        "Den unges röst",
        "Vårdnadshavarnas syn",
        "Läget hemma, i skolan, på fritiden",
        "Överenskommelser",
        "Nästa möte",
    ),
    MeetingKind.OFFICIALS: (
        LAST_TIME,
        "Vad var och en får berätta, och vem som berättar det",
        "Frågor att ta upp med familjen",
        "Överenskommelser",
    ),
}
