"""Parties know of each other from their first ground other than a question."""

from django.db import migrations, models

#: Until now every active party was there on a consent or a disclosure.
EVERY_ACTIVE_PARTY = "UPDATE hub_participation SET known_from = active_from WHERE active_from IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0011_message_reference"),
    ]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="known_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(EVERY_ACTIVE_PARTY, migrations.RunSQL.noop),
    ]
