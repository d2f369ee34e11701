"""The information types, the factor lists, and the walls around every table with a kommun."""

from typing import Any

from django.db import migrations

from consent.reference_data import load_factors, load_information_types
from hub.migration_operations import Protect


def load(apps: Any, schema_editor: Any) -> None:
    load_information_types(apps.get_model("consent", "InformationType"))
    load_factors(apps.get_model("consent", "Factor"))


def unload(apps: Any, schema_editor: Any) -> None:
    apps.get_model("consent", "InformationType").objects.all().delete()
    apps.get_model("consent", "Factor").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_information_and_consent"), ("hub", "0002_kommuner_walls_and_log")]

    operations = [
        migrations.RunPython(load, unload),
        Protect(
            "InformationItem",
            "ItemAbout",
            "ItemAnnotation",
            "ItemFactor",
            "MaturityAssessment",
            "HinderedDecision",
            "SigningSession",
            "Consent",
            "ConsentRecipient",
            "Signature",
            "SignatureTick",
            "Withdrawal",
            "Grant",
            "Disclosure",
            "DisclosedItem",
            "DisclosureRecipient",
        ),
    ]
