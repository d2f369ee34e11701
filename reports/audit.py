"""The deeds of statistics, as the log names them (P-L1)."""

from hub.audit import register

register(
    {
        "programme.decided": "Noterade beslut om programansvarig",
        "programme.ended": "Avslutade beslut om programansvarig",
        "statistics.released": "Gjorde en utgåva av statistiken",
        "statistics.exported": "Hämtade ut statistik ur en utgåva",
    }
)
