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
        "hub.convened": "Kallade till hubb",
        "hub.answered": "Svarade på en kännedomsfråga",
        "hub.opened": "Öppnade en hubb",
        "hub.cancelled": "Ställde in en hubb",
        "hub.joined": "Gick in i en hubb",
        "hub.left": "Lämnade en hubb",
        "hub.turned": "Gick vidare till ett barn i hubben",
        "hub.text_saved": "Skrev i den gemensamma bedömningen",
        "hub.carried_over": "Förde över ett barn till en annan hubb",
        "hub.closed": "Avslutade en hubb",
        "hub.map_added": "Lade till i kartan",
        "hub.map_removed": "Tog bort ur kartan",
    }
)
