"""The deeds of this layer, as the log names them (P-L1)."""

from hub.actions.messages import MESSAGES
from hub.audit import register

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
        "grants.checked": "Kontrollerade härledda rättigheter",
        "grants.recomputed": "Räknade om härledda rättigheter",
    }
)
MESSAGES.update(
    {
        "sharing_ended": "Samarbetet under samtycket i ärende {number} har upphört.",
        "sharing_changed": "Ett samtycke i ärende {number} har ändrats.",
        "consent_alert": "En återkallelse utan verkan på delningen finns i ärende {number}. Se över samtycket.",
        "consent_stopped": "Delningen i ärende {number} är stoppad. Komplettera vem som återkallade.",
        "consent_completed": "Samtycket i ärende {number} är fullständigt.",
    }
)
