"""The deeds of this layer, as the log names them (P-L1)."""

from hub.actions.messages import MESSAGES
from hub.audit import register
from hub.models import MessageGroup
from hub.outbox import GROUPS

register(
    {
        "item.drafted": "Skrev utkast till uppgift",
        "item.changed": "Ändrade utkast till uppgift",
        "item.discarded": "Kastade utkast till uppgift",
        "item.recorded": "Registrerade uppgift",
        "item.annotated": "Lade till rättelse eller tillägg",
        "item.released": "Släppte uppgift efter prövning mot 18 kap. OSL",
        "item.filed": "Förde till akten",
        "consent.drafted": "Började på ett samtycke",
        "consent.changed": "Ändrade utkast till samtycke",
        "consent.discarded": "Kastade utkast till samtycke",
        "consent.registered": "Registrerade samtycke",
        "consent.answer": "Registrerade svar på samtycke",
        "consent.completed": "Samtycket blev fullständigt",
        "consent.withdrawn": "Registrerade återkallelse",
        "consent.stopped": "Stoppade delningen",
        "consent.withdrawal_details": "Kompletterade återkallelse",
        "consent.reviewed": "Gick igenom ett samtycke",
        "maturity.assessed": "Bedömde mognad",
        "guardian.hindered": "Beslutade om hindrad vårdnadshavare",
        "disclosure.made": "Lämnade ut uppgifter",
        "disclosure.ended": "Avslutade läsningen av ett utlämnande",
        "disclosure.told": "Noterade att personen fått veta om ett utlämnande",
        "inquiry.asked": "Ställde en fråga till en annan verksamhet",
        "inquiry.answered": "Besvarade en fråga",
        "inquiry.withdrawn": "Drog tillbaka en fråga",
        "inquiry.lapsed": "En fråga upphörde",
        "grants.checked": "Kontrollerade härledda rättigheter",
        "type.added": "Lade till uppgiftstyp",
        "type.reworded": "Ändrade ordalydelsen för uppgiftstyp",
        "type.closed": "Stängde uppgiftstyp",
        "rules.decided": "Registrerade beslut om samtyckesregler",
        "rules.taken_back": "Tog tillbaka beslut om samtyckesregler",
        "grants.recomputed": "Räknade om härledda rättigheter",
    }
)
MESSAGES.update(
    {
        "sharing_ended": "Samarbetet under samtycket i ärende {number} har upphört.",
        "sharing_changed": "Ett samtycke i ärende {number} har ändrats.",
        "consent_alert": "En återkallelse utan verkan på delningen finns i ärende {number}. Se över samtycket.",
        "consent_stopped": "Delningen i ärende {number} är stoppad. Komplettera vem som återkallade.",
        "disclosure_made": "Uppgifter har lämnats ut till dig i ärende {number}.",
        "disclosure_ended": "Uppgifter som lämnats ut till dig i ärende {number} går inte längre att läsa.",
        "inquiry_asked": "Er verksamhet har fått en fråga i ärende {number}. Svara i hubben.",
        "inquiry_half": "Halva tiden har gått för frågan i ärende {number}. Svara i hubben.",
        "inquiry_due": "Tiden för att svara på en fråga i ärende {number} har gått ut.",
        "inquiry_answered": "En fråga i ärende {number} är besvarad.",
        "inquiry_withdrawn": "Frågan i ärende {number} är tillbakadragen. Ni behöver inte svara.",
        "inquiry_lapsed": "Frågan i ärende {number} är inte längre aktuell. Ni behöver inte svara.",
        "consent_completed": "Samtycket i ärende {number} är fullständigt.",
        "consent_expires_30": "Samtycket i ärende {number} går ut inom 30 dagar. Planera förnyelsen.",
        "consent_expires_14": "Samtycket i ärende {number} går ut inom 14 dagar. Boka underskrifterna nu.",
        "consent_expires_3": "Samtycket i ärende {number} går ut inom 3 dagar. Sedan delas ingenting under det.",
        "consent_expired": "Samtycket i ärende {number} har gått ut. Ingenting delas längre under det.",
        "turns_15": "Den unga i ärende {number} fyller snart 15. Bedöm om hen själv kan bestämma om samtycke.",
        "turned_15": "Den unga i ärende {number} har fyllt 15. Bedöm om hen själv kan bestämma om samtycke.",
        "turns_18": "Den unga i ärende {number} fyller snart 18. Då slutar vårdnadshavarnas samtycke att gälla. "
        "Fråga den unga om ett eget.",
        "turned_18": "Den unga i ärende {number} har fyllt 18. Bara den ungas eget samtycke gäller nu.",
        "turns_20": "Den unga i ärende {number} fyller snart 20. Gå igenom vilka lagliga grunder som upphör.",
        "turned_20": "Den unga i ärende {number} har fyllt 20. Gå igenom vilka lagliga grunder som har upphört.",
        "turns_21": "Den unga i ärende {number} fyller snart 21. Gå igenom vilka lagliga grunder som upphör.",
        "turned_21": "Den unga i ärende {number} har fyllt 21. Gå igenom vilka lagliga grunder som har upphört.",
        "grants_drift": "Nattens kontroll hittade samtycken vars rättigheter skiljer från underskrifterna. "
        "Be driften köra check_grants.",
    }
)
GROUPS.update(
    dict.fromkeys(("sharing_ended", "sharing_changed", "consent_stopped", "consent_alert"), MessageGroup.STOP)
)
GROUPS.update({kind: MessageGroup.REMINDER for kind in MESSAGES if kind.startswith(("consent_expire", "turn"))})
GROUPS.update(dict.fromkeys(("inquiry_asked", "inquiry_withdrawn", "inquiry_lapsed"), MessageGroup.PARTY))
