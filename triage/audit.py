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
        "intake.arranged": "Beslutade om mottagningens ordning",
        "hub_unit.added": "Lade till en enhet i hubben",
        "hub_unit.ended": "Tog bort en enhet ur hubben",
        "hub_slot.added": "Lade till en hubbtid",
        "hub_slot.ended": "Tog bort en hubbtid",
        "questions.decided": "Beslutade om en ny version av frågorna",
        "shift.planned": "Planerade ett jourpass",
        "shift.ended": "Tog bort eller avslutade ett jourpass",
        "shift.received": "Kvitterade ett jourpass",
    }
)
