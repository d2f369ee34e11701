"""Write docs/permissions.md from the policy tables: who may do what, in the rules' own Swedish sentences."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Model

from hub.access import POLICY, Rule

PATH = Path("docs") / "permissions.md"

HEAD = """# Behörigheter: vem får göra vad

Den här filen skrivs av `python manage.py permissions_doc` ur regeltabellerna i koden (`hub/policy.py`,
`consent/policy.py`). Ändra reglerna där, aldrig filen; ett test jämför dem.

Läs så här: en åtgärd får göras om **någon** av punkterna under den är uppfylld. Det som inte står här får ingen.
Varje regel frågas i databasen vid en bestämd tidpunkt, och samma regel avgör både vad som syns i en lista och vad
som går att öppna. Först prövas alltid uppdraget: det gäller just då, rollen hör till arbete i ärenden (aldrig
granskare eller administratör), raden hör till den kommun som man arbetar i, och en verksamhet utifrån är part i en
överenskommelse som gäller just då. Att sköta organisation och konton prövas för sig, på rollen administratör.

`read` är att se, `trace` är att se ärendenummer och datum efter avslutad medverkan. Övriga ord är namn i koden.
"""


def sentence(rule: Rule) -> str:
    """The first line of the rule's text.

    Raises:
        ValueError: the rule says nothing; a rule that cannot be told cannot be reviewed.
    """
    lines = (rule.__doc__ or "").strip().splitlines()
    if not lines:
        raise ValueError(f"{rule.__module__}.{rule.__qualname__} has no sentence")
    return lines[0].rstrip(".")


def text() -> str:
    """The whole document, in the order of app, model and declaration."""
    tables: dict[type[Model], dict[str, tuple[Rule, ...]]] = defaultdict(dict)
    for (model, action), rules in POLICY.items():
        tables[model][action] = rules
    parts = [HEAD]
    for model in sorted(tables, key=lambda m: (m._meta.app_label != "hub", m._meta.label)):
        parts.append(f"## {model._meta.label}\n")
        for action, rules in tables[model].items():
            parts.append(f"**{action}**\n")
            parts.append("\n".join(f"- {sentence(rule)}" for rule in rules) + "\n")
    return "\n".join(parts)


class Command(BaseCommand):
    """See the module's text."""

    help = "Skriver docs/permissions.md ur regeltabellerna."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        (Path(settings.BASE_DIR) / PATH).write_text(text(), encoding="utf-8")
        self.stdout.write(f"Skrev {PATH}")
