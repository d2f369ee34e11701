"""`manage.py check_grants [--repair | --control]`: stored grants against what the facts give (P-C5)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consent.grant_check import Checked, NothingToTry, check_kommun, control, kommuner_at_work
from hub import clock


class Command(BaseCommand):
    help = "Jämför alla samtyckens perioder och rättigheter med vad underskrifter och återkallelser ger."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--repair", action="store_true", help="räkna om det som skiljer")
        which.add_argument(
            "--control", action="store_true", help="gör kända fel, se att de hittas, och ta bort dem igen"
        )

    def handle(self, *args: Any, repair: bool = False, **options: Any) -> None:
        if options["control"]:
            self._control()
            return
        results = [check_kommun(kommun, at=clock.now(), repair=repair) for kommun in kommuner_at_work()]
        for result in results:
            self.stdout.write(told(result))
        differing = sum(len(result.drift) for result in results)
        if differing and not repair:
            raise CommandError(f"{differing} samtycken skiljer. Ta reda på varför, och kör sedan med --repair.")

    def _control(self) -> None:
        try:
            found = control(kommuner_at_work())
        except NothingToTry:
            raise CommandError("Kontrollen kunde inte göras: det finns inget samtycke som gäller.") from None
        for name, was_found in found.items():
            self.stdout.write(f"{name}: {'hittades' if was_found else 'HITTADES INTE'}")
        if not all(found.values()):
            raise CommandError("Jämförelsen hittar inte kända fel. Lita inte på den.")


def told(result: Checked) -> str:
    """One line per kommun, and one per consent that differs."""
    lines = [f"{result.kommun}: {result.consents} fullständiga samtycken, {len(result.drift)} skiljer"]
    for drift in result.drift:
        period = ", perioden skiljer" if drift.period_differs else ""
        lines.append(f"  samtycke {drift.consent}: {drift.missing} saknas, {drift.surplus} för mycket{period}")
    if result.repaired:
        lines.append("  omräknat")
    return "\n".join(lines)
