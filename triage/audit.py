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
        "concern.decided": "Beslutade om en orosanmälan",
        "concern.decision_extended": "Förlängde tiden för en förhandsbedömning",
        "concern.packet_received": "Kvitterade en överlämning",
        "concern.feedback_asked": "Noterade att anmälaren vill ha återkoppling",
        "concern.feedback_chosen": "Noterade valet om återkoppling",
        "family.task_opened": "Öppnade uppgifter om att informera familjen",
        "family.task_done": "Noterade att familjen är informerad eller tillfrågad",
        "family.task_held": "Höll inne information till familjen",
        "family.task_resumed": "Tog upp information till familjen igen",
        "investigation.extended": "Förlängde en utredning",
        "investigation.closed": "Avslutade en utredning",
    }
)
