"""`manage.py seed_demo [--as-of YYYY-MM-DD]`: the demo on the published figures (docs/demo.md)."""

import argparse
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from consent.demo.seeding import NotDemo, Seeded, TooEarly, seed
from hub import clock, demo_cast, swedish


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} är ingen dag, skriv som 2026-11-22") from error


class Command(BaseCommand):
    help = "Bygger demon: Stockholms sociala insatsgrupper enligt rapporten från 2012, med påhittade personer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=day, metavar="ÅÅÅÅ-MM-DD", help="dagen som räknas som rapportens sista (annars i dag)"
        )

    def handle(self, *args: Any, as_of: date | None = None, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("Demon byggs bara med DEMO=1 (och bara på den egna datorn).")
        now, started = clock.now(), time.monotonic()
        wanted = as_of or clock.local_day(now)
        try:
            seeded = seed(wanted, at=now if wanted == clock.local_day(now) else None)
        except NotDemo:
            raise CommandError(
                "Databasen innehåller annat än demon. Demon blandas aldrig med riktiga uppgifter."
            ) from None
        except TooEarly as early:
            raise CommandError(
                f"Tidigaste dagen för demon är {early}: uppgiftstyperna fanns inte dessförinnan."
            ) from None
        self.stdout.write(told(seeded, wanted, time.monotonic() - started))


def told(seeded: Seeded, wanted: date, seconds: float) -> str:
    """What the command says at the end."""
    if not seeded.new and seeded.as_of == wanted:
        return f"Demon för {swedish.day(wanted)} finns redan. Inget är ändrat."
    if not seeded.new:
        return f"Demon är byggd för {swedish.day(seeded.as_of)}. Kör make reset-demo för att flytta den till i dag."
    lines = [f"Demon är byggd för {swedish.day(seeded.as_of)} på {seconds:.1f} sekunder."]
    for kommun, counts in seeded.counts.items():
        lines.append(f"  {kommun}: " + ", ".join(f"{number} {what}" for what, number in counts.items()))
    lines += [f"  {what}" for what in seeded.more]
    lines.append("Logga in med ett klick som:")
    lines += [f"  {member.name}, {member.role.lower()} ({member.email})" for member in demo_cast.CAST]
    return "\n".join(lines)
