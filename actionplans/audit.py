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
    }
)
