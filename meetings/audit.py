"""The deeds of meetings, as the log names them (P-L1)."""

from hub.audit import register

register(
    {
        "meeting.booked": "Bokade ett möte",
        "meeting.moved": "Ändrade ett möte",
        "meeting.cancelled": "Ställde in ett möte",
        "meeting.not_held": "Noterade att ett möte inte blev av",
        "meeting.asked": "Ändrade vilka som är kallade till ett möte",
        "meeting.answered": "Svarade på en kallelse",
        "rhythm.decided": "Beslutade om mötesrytm",
        "youth.contact_noted": "Noterade kontakt med den unge",
    }
)
