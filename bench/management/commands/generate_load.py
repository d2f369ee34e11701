"""`manage.py generate_load [--individuals N] [--items M]`: an invented load (docs/performance.md)."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench.loading import NotEmpty, generate
from hub import clock


class Command(BaseCommand):
    help = "Fyller en tom databas med påhittade ungdomar, ärenden, samtycken och uppgifter, för mätning."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--individuals", type=int, default=50_000, metavar="N", help="ungdomar (50 000)")
        parser.add_argument("--items", type=int, metavar="M", help="uppgifter (tio per ung)")

    def handle(self, *args: Any, individuals: int, items: int | None = None, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("En mätdatabas fylls bara med DEMO=1 (och bara på den egna datorn).")
        if individuals < 1:
            raise CommandError("Minst en ungdom behövs.")
        started = time.monotonic()

        def tell(line: str) -> None:
            self.stdout.write(f"{time.monotonic() - started:6.1f} s  {line}")

        count = individuals * 10 if items is None else items
        try:
            loaded = generate(individuals=individuals, items=count, at=clock.now(), tell=tell)
        except NotEmpty:
            raise CommandError("Databasen är inte tom. En mätdatabas blandas aldrig med något annat.") from None
        tell(f"klart, {sum(loaded.rows.values())} rader")
