"""What the paper at the end of a case says to one of the family (P-P6)."""

from dataclasses import dataclass
from datetime import date

LINES_TITLE = "Det här händer nu"


@dataclass(frozen=True, slots=True)
class ClosingPaper:
    """All that one person's paper says."""

    to: str
    paragraphs: tuple[str, ...]
    #: What goes on, and who does it from when; "" where that may not be said.
    lines: tuple[tuple[str, str], ...]
    sender: str
    printed_on: date

    @property
    def title(self) -> str:
        return f"Till {self.to}"

    @property
    def text(self) -> str:
        """The whole as plain text, to count how easy it is."""
        said = [part for line in self.lines for part in line if part]
        return "\n".join([*self.paragraphs, *([LINES_TITLE] if said else []), *said])
