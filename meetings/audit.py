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
        "meeting.opened": "Startade ett möte",
        "meeting.attendance_noted": "Noterade närvaro på ett möte",
        "meeting.stepped_out": "Noterade att någon lämnade det som är sekretess",
        "meeting.point_written": "Skrev i anteckningarna från ett möte",
        "meeting.words_noted": "Skrev in någons egna ord på ett möte",
        "meeting.decided": "Skrev in vad ett möte bestämde",
        "meeting.followed_up": "Följde upp vad ett möte bestämde",
        "meeting.held": "Avslutade ett möte",
        "meeting.broken_off": "Avbröt ett möte",
        "family.told": "Noterade att familjen har fått veta om ett möte",
        "family.told_undone": "Tog bort en notering om att familjen har fått veta",
        "family.cleared": "Beslutade att en vårdnadshavare får kontaktas inför ett möte",
        "family.number_set": "Angav numret som familjen kan ringa",
        "rhythm.decided": "Beslutade om mötesrytm",
        "youth.contact_noted": "Noterade kontakt med den unge",
        "availability.hours": "Ändrade sina arbetstider",
        "availability.blocked": "Blockerade tid",
        "availability.unblocked": "Tog bort en blockerad tid",
        "calendar.added": "Laddade upp en kalender",
        "calendar.subscribed": "Började prenumerera på en kalender",
        "calendar.read_soon": "Lät läsa en kalender igen",
        "calendar.removed": "Tog bort en kalender",
        "feed.made": "Skapade en adress till sina möten",
        "feed.revoked": "Återkallade adressen till sina möten",
        "room.added": "Lade till en lokal",
        "room.changed": "Ändrade en lokal",
        "room.ended": "Tog bort en lokal",
        "standing_slot.added": "Lade till en fast mötestid",
        "standing_slot.ended": "Tog bort en fast mötestid",
    }
)
