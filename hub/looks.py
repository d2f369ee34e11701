"""How kinds and states look: the class, the icon and the word that belong together, decided once."""

from collections.abc import Mapping

#: Agency kind → (style class, icon, word). Hues never use green, orange or red: those mean status and triage.
AGENCY_LOOK: Mapping[str, tuple[str, str, str]] = {
    "socialtjanst": ("socialtjanst", "heart-handshake", "Socialtjänst"),
    "skola": ("skola", "graduation-cap", "Skola"),
    "friskola": ("skola", "graduation-cap", "Fristående skola"),
    "polis": ("polis", "shield", "Polis"),
    "fritid": ("fritid", "volleyball", "Fritid"),
    "frivard": ("frivard", "scale", "Frivård"),
    "bup": ("vard", "stethoscope", "Barn- och ungdomspsykiatri"),
    "elevhalsa": ("vard", "stethoscope", "Elevhälsans medicinska del"),
    "sis": ("sis", "house", "SiS"),
    "ame": ("ame", "building-2", "Arbetsmarknad"),
    "civilsamhalle": ("civilsamhalle", "users-round", "Förening"),
}
UNKNOWN_LOOK = ("annan", "building-2", "Annan verksamhet")

#: Badge kind → icon, so that the state is a shape too.
BADGE_ICON: Mapping[str, str] = {
    "ok": "circle-check",
    "warn": "clock",
    "danger": "octagon-alert",
    "info": "circle-dot",
    "neutral": "circle",
    "outline": "circle-dashed",
    "protected": "shield-alert",
    "rod": "triangle",
    "orange": "diamond",
    "gron": "circle",
}
NOTICE_ICON: Mapping[str, str] = {
    "info": "info",
    "warning": "triangle-alert",
    "danger": "octagon-alert",
    "success": "circle-check",
}
#: Cell state of the matrix → what it says.
CELL_WORD: Mapping[str, str] = {
    "own": "egen",
    "allowed": "får läsa",
    "none": "får inte läsa",
    "barred": "spärrad",
    "soon": "får läsa",
}
