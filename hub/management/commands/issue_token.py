"""Print an API token once, for an operator who sets up another system."""

from argparse import ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from hub import clock
from hub.actions import make_token
from hub.errors import Invalid
from hub.middleware import usable_assignments
from hub.models import Assignment, TokenScope
from hub.tenancy import set_context

LONGEST_HOURS = 365 * 24


def hours(text: str) -> int:
    found = int(text) if text.isdecimal() else 0
    if not 1 <= found <= LONGEST_HOURS:
        raise ArgumentTypeError(f"ange mellan 1 och {LONGEST_HOURS} timmar")
    return found


class Command(BaseCommand):
    help = "Skapar en nyckel till API:t åt en användare och skriver ut den en enda gång."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--hours", type=hours, default=24, help="hur länge den gäller (24)")
        parser.add_argument("--read-only", action="store_true", help="får bara läsa")
        parser.add_argument("--name", default="Skapad från kommandoraden", help="vad den ska användas till")
        parser.add_argument("--assignment", help="uppdragets referens, om användaren har flera")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        assignment = self._assignment(options["email"], options["assignment"], at=at)
        agency = assignment.unit.agency
        kommuner = sorted(agency.serves.values_list("pk", flat=True))
        if not kommuner:
            raise CommandError("Verksamheten arbetar inte i någon kommun.")
        kommun = agency.municipality_id if agency.municipality_id in kommuner else kommuner[0]
        scopes = [TokenScope.READ.value] if options["read_only"] else [TokenScope.READ.value, TokenScope.WRITE.value]
        try:
            with transaction.atomic():
                set_context(municipality_id=kommun)
                _token, secret = make_token(
                    assignment=assignment,
                    municipality_id=kommun,
                    name=options["name"][:80],
                    scopes=scopes,
                    expires_at=at + timedelta(hours=options["hours"]),
                    by=None,
                    at=at,
                )
        except Invalid as wrong:
            raise CommandError(" ".join(wrong.errors.values())) from wrong
        self.stderr.write(f"Nyckeln arbetar som {assignment.get_role_display()}, {assignment.unit.name}.")
        self.stdout.write(secret)

    def _assignment(self, email: str, ref: str | None, *, at: datetime) -> Assignment:
        """The only assignment in force, or the one asked for."""
        user_ids = Assignment.objects.filter(user__email__iexact=email).values_list("user_id", flat=True)
        found = usable_assignments(user_ids[0], at=at) if user_ids else []
        if ref is not None:
            found = [assignment for assignment in found if str(assignment.ref) == ref]
        if not found:
            raise CommandError(f"{email} har inget sådant uppdrag som gäller nu.")
        if len(found) > 1:
            choices = "\n".join(f"  {a.ref}  {a.get_role_display()}, {a.unit.name}" for a in found)
            raise CommandError(f"{email} har flera uppdrag. Välj ett med --assignment:\n{choices}")
        return found[0]
