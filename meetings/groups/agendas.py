"""The standing points that a new group begins with; each group changes its own (methods.md, EST and SSPF rows)."""

from meetings.models import GroupKind

STANDING: dict[GroupKind, tuple[str, ...]] = {
    GroupKind.EST: (
        "Sedan sist",
        "Lägesbild: vad har hänt och var",
        "Vad ser vi framåt",
        "Åtgärder den här veckan",
    ),
    GroupKind.SSPF: (
        "Sedan sist",
        "Läget i skolorna och på fritiden",
        "Platser och grupper av unga",
        "Åtgärder och närvaro av vuxna",
        "Nästa möte",
    ),
    GroupKind.STEERING: (
        "Sedan sist",
        "Antal och utveckling",
        "Resurser och överenskommelser",
        "Hinder i samverkan",
        "Beslut",
    ),
    GroupKind.PREPARING: (
        "Sedan sist",
        "Frågor till styrgruppen",
        "Rutiner och stöd",
        "Åtgärder",
    ),
}
