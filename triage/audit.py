"""The deeds of triage, as the log names them (P-L1)."""

from hub.audit import register

register(
    {
        "concern.draft_saved": "Sparade utkast till orosanmälan",
        "concern.arrived": "En orosanmälan kom in",
        "concern.registered": "Registrerade en orosanmälan",
        "concern.identified": "Kopplade en orosanmälan till ett barn",
        "concern.owner_changed": "Bytte ansvarig för en orosanmälan",
        "concern.owner_received": "Kvitterade ansvaret för en orosanmälan",
        "concern.protection_assessed": "Gjorde skyddsbedömning",
        "concern.colour_set": "Satte färg på en orosanmälan",
        "concern.downgrade_confirmed": "Granskade en sänkt färg",
    }
)
