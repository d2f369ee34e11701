"""Give a kommun its first administrator, and print the link by which they choose their password."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from hub import clock, swedish
from hub.actions.start import FirstFacts, set_up_administrator
from hub.errors import Invalid
from hub.models import AgencyKind, Municipality
from hub.tenancy import in_kommun


class Command(BaseCommand):
    help = "Ger en kommun dess första administratör och skriver ut en länk att välja lösenord med."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kommun", help="kommunens kod hos SCB, fyra siffror")
        parser.add_argument("email", help="administratörens adress i tjänsten")
        parser.add_argument("name", help="för- och efternamn, inom citattecken")
        parser.add_argument("--agency", default="Socialtjänsten", help="verksamhet i kommunen (Socialtjänsten)")
        parser.add_argument("--unit", default="Administration", help="enhet i verksamheten (Administration)")
        parser.add_argument("--kind", default=AgencyKind.SOCIALTJANST.value, choices=AgencyKind.values)

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        kommun = Municipality.objects.filter(code=options["kommun"]).first()
        if kommun is None:
            raise CommandError("Ingen kommun har den koden. Skriv den med fyra siffror, till exempel 0180.")
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError("Skriv en hel e-postadress.") from error
        facts = FirstFacts(**{field: options[field].strip() for field in ("email", "name", "agency", "unit", "kind")})
        try:
            with in_kommun(kommun.pk):
                row, token = set_up_administrator(facts, kommun=kommun, at=at)
        except Invalid as wrong:
            raise CommandError(" ".join(wrong.errors.values())) from wrong
        until = swedish.moment(row.expires_at, at)
        self.stderr.write(
            f"{row.name} är administratör i {kommun.name}. Lämna länken på ett säkert sätt. Den går att använda "
            f"en gång, till {until}. Kör kommandot igen för en ny länk."
        )
        self.stdout.write(settings.SITE_URL + reverse("hub:invitation_accept", args=[token]))
