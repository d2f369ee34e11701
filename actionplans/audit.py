"""The deeds of plans, as the log names them (P-L1)."""

from hub.audit import register

register(
    {
        "plan.started": "Började en handlingsplan",
        "plan.closed": "Avslutade en handlingsplan",
        "plan.agreed": "Noterade vem som håller med om planen",
        "plan.version": "Ett möte gjorde en ny version av planen",
        "goal.added": "Skrev in ett mål",
        "goal.reworded": "Skrev om ett mål",
        "goal.ended": "Avslutade ett mål",
        "goal.rated": "Bedömde hur långt ett mål har kommit",
        "measure.added": "Skrev in en åtgärd",
        "measure.changed": "Ändrade en åtgärd",
        "measure.removed": "Tog bort en åtgärd",
        "measure.followed_up": "Följde upp en åtgärd",
        "measure.ticked_off": "Markerade sin åtgärd som klar",
        "translation.written": "Översatte en text i planen",
        "translation.reviewed": "Granskade en översättning i planen",
        "risk.judged": "Skrev in en riskbedömning",
        "risk.corrected": "Rättade en riskbedömning",
        "offer.added": "Skrev in att en enhet erbjuder en insats",
        "offer.changed": "Ändrade vad en enhet erbjuder",
        "closing.written": "Skrev hur ärendet avslutas",
        "closing.handed_over": "Skrev vem som tar över det som är kvar",
        "closing.line_dropped": "Tog bort en rad ur överlämningen",
        "closing.sealed": "Avslutet står fast",
        "after.family_asked": "Gjorde ett papper om uppföljning efter avslutet",
        "after.answered": "Registrerade ett svar om uppföljning efter avslutet",
        "after.consented": "Samtycket till uppföljning är komplett",
        "after.withdrawn": "Registrerade att samtycket till uppföljning togs tillbaka",
        "after.source_asked": "Frågade hur det har gått efter avslutet",
        "after.recorded": "Skrev in hur det har gått efter avslutet",
        "after.corrected": "Rättade ett svar om hur det har gått",
        "after.group_made": "Gjorde en grupp av avslutade ärenden",
        "after.group_delivered": "Skrev in ett antal för en grupp",
    }
)
